"""What a body may lack, may hold beside what is known, and what makes it unreadable."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ccaas_kit.gateway.ask import ABSENT, JSON
from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.platform.valid_calls import ValidCall
from ccaas_kit.probes.probing import Probe, Probing, expect, expect_status, shown

_UNKNOWN = "conformance_probe"
# The platform reads no body above 10 MB.
_TOO_LARGE = 11 * 1024 * 1024


def _none_served(probing: Probing, subject: Subject) -> str:
    exchange = valid_calls.send(probing, valid_calls.of(probing, subject.operation), body=ABSENT)
    expect(valid_calls.is_served(exchange), "a call without a body that is served", exchange)
    return "served a call without a body"


def _none_refused(probing: Probing, subject: Subject) -> str:
    call = valid_calls.unspent(probing, subject.operation)
    exchange = valid_calls.send(probing, call, body=ABSENT, positive=False)
    _is_refused(exchange)
    return f"refused a call without a body, with {exchange.status}"


def _cut_off_400(probing: Probing, subject: Subject) -> str:
    expect_status(_cut_off(probing, subject), 400)
    return "answered a cut-off JSON text with 400"


def _cut_off_refused(probing: Probing, subject: Subject) -> str:
    exchange = _cut_off(probing, subject)
    _is_refused(exchange)
    return f"refused a cut-off JSON text, with {exchange.status}"


def _cut_off(probing: Probing, subject: Subject) -> Exchange:
    def send() -> Exchange:
        return cut_off(probing, valid_calls.unspent(probing, subject.operation))

    return probing.once(f"{subject.operation} with a cut-off body", send)


def cut_off(probing: Probing, call: ValidCall, *, accept: str = JSON) -> Exchange:
    """The exchange of a call whose JSON text lacks its end."""
    body = {_UNKNOWN: "x"} if call.body is ABSENT else call.body
    raw = json.dumps(body).encode()[:-1]
    return valid_calls.send(probing, call, raw=raw, accept=accept, positive=False)


def _too_large(probing: Probing, subject: Subject) -> str:
    call = valid_calls.unspent(probing, subject.operation)
    body = {**_fields(call.body), _UNKNOWN: "x" * _TOO_LARGE}
    expect_status(valid_calls.send(probing, call, body=body, positive=False), 400)
    return f"answered a body of {_TOO_LARGE // 2**20} MB with 400"


def _empty_object(probing: Probing, subject: Subject) -> str:
    valid_calls.baseline(probing, subject.operation)
    exchange = valid_calls.send(probing, valid_calls.of(probing, subject.operation), body={})
    expect(valid_calls.is_served(exchange), "an empty object that is accepted", exchange)
    return f"accepted an empty object, with {exchange.status}"


def _unknown_field(probing: Probing, subject: Subject) -> str:
    valid_calls.baseline(probing, subject.operation)
    call = valid_calls.of(probing, subject.operation)
    body = {**_fields(call.body), _UNKNOWN: "x"}
    exchange = valid_calls.send(probing, call, body=body)
    expect(valid_calls.is_served(exchange), "an unknown field that prevents nothing", exchange)
    return "served a call with a field that nobody knows"


def _fields(body: object) -> Mapping[str, object]:
    return body if isinstance(body, dict) else {}


def _is_refused(exchange: Exchange) -> None:
    if exchange.status in (401, 403) or exchange.status >= 500:
        raise InconclusiveError(f"it was not the body that was refused: {shown(exchange)}")
    expect(not valid_calls.is_served(exchange), "a refusal", exchange)


PROBES: tuple[Probe, ...] = (
    Probe("no-body-served", "A call without a body is served.", _none_served),
    Probe("no-body-refused", "A call without a body is refused.", _none_refused),
    Probe("cut-off-body-400", "A JSON text without its end gets 400.", _cut_off_400),
    Probe("cut-off-body-refused", "A JSON text without its end is refused.", _cut_off_refused),
    Probe(
        "too-large-body-400", "A body that is larger than the platform reads gets 400.", _too_large
    ),
    Probe("empty-object-served", "An empty object is accepted as the body.", _empty_object),
    Probe("unknown-field-served", "A field that nobody knows prevents nothing.", _unknown_field),
)
