"""What refusals have to say, and successes must not, where a run has seen them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from ccaas_kit.contract.parsing import UnreadableError, parse_xml
from ccaas_kit.gateway.ask import XML
from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import PAGES, Exchange
from ccaas_kit.probes.probing import Probe, Probing, expect

# The header that whoever limits a rate may send.
_WHEN = "Retry-After"


def _says_more(probing: Probing, subject: Subject) -> str:
    # A page does not come from the API, but from a gateway or firewall in front of it.
    seen = [
        exchange
        for exchange in probing.seen(subject.operation)
        if exchange.response
        and exchange.status == 500
        and exchange.response.media_type not in PAGES
    ]
    if not seen:
        raise InconclusiveError("no probe has met a 500")
    for exchange in seen:
        wanted = "a message or a detail that is not empty"
        expect(any(_texts(_body(exchange))), wanted, exchange)
    return f"{len(seen)} x 500 said more about the error"


def _rate_limit_told(probing: Probing, subject: Subject) -> str:
    seen = [exchange for exchange in probing.seen(subject.operation) if exchange.status == 429]
    if not seen:
        raise InconclusiveError("no request met a rate limit")
    headers = probing.contract.node(subject.pointer)["headers"]
    count = 0
    for exchange in seen:
        sent = exchange.response.headers if exchange.response else {}
        missing = [name for name in headers if name.lower() not in sent]
        if {*missing, _WHEN} >= {*headers}:
            # PLT-008: a gateway in front of the instance refuses, too, and knows no rule.
            continue
        expect(not missing, f"the headers {', '.join(headers)}", exchange, f"none of {missing}")
        count += 1
    if not count:
        raise InconclusiveError(f"none of {len(seen)} x 429 speaks of a rule")
    return f"{count} x 429 said when to come back, and which rule it was"


def _no_error(probing: Probing, subject: Subject) -> str:
    seen = [
        exchange for exchange in probing.seen(subject.operation) if 200 <= exchange.status < 300
    ]
    if not seen:
        raise InconclusiveError("no call was served")
    for exchange in seen:
        # PLT-013: a transaction that was cancelled has both.
        expect("error" not in _body(exchange), "a success, or an error", exchange)
    return f"{len(seen)} x success without an error beside the result"


def _body(exchange: Exchange) -> Mapping[str, Any]:
    """The members of a body, whichever media type it has; none of one that cannot be read."""
    try:
        if exchange.response and exchange.response.media_type == XML:
            body = _of_xml(parse_xml(exchange.response.body))
        else:
            body = exchange.response.json() if exchange.response else None
    except UnreadableError:
        return {}
    return body if isinstance(body, dict) else {}


def _of_xml(element: Element) -> Any:
    """An element as JSON would have it; of those that stand there several times, the last."""
    return {child.tag: _of_xml(child) for child in element} or element.text


def _texts(body: Mapping[str, Any]) -> list[str]:
    """The texts of an error, in either of the shapes that errors have."""
    error = body.get("error")
    if error is None and isinstance(body.get("result"), dict):
        error = body["result"].get("error", body["result"].get("message"))
    found = error.values() if isinstance(error, dict) else [error]
    return [text.strip() for text in found if isinstance(text, str)]


PROBES: tuple[Probe, ...] = (
    Probe(
        "500-says-more",
        "An answer with 500 says more about the error.",
        _says_more,
        looks_back=True,
    ),
    Probe(
        "success-without-error",
        "An answer with a status of success has no error beside its result.",
        _no_error,
        looks_back=True,
    ),
    Probe(
        "rate-limit-told",
        "A refusal by a rate limit rule says when to come back, and which rule it was.",
        _rate_limit_told,
        looks_back=True,
    ),
)
