"""Bodies in XML: that they are read, each field of them, and that refusals come in XML as well.

No page shows the XML of a request. It is sent in the two forms that are known: the fields below the
root of the contract, and below an `entry` there, as the platform shows it for other APIs (PLT-011).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from ccaas_kit.contract import pointers
from ccaas_kit.gateway.ask import ABSENT, JSON, XML
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError, ViolationError
from ccaas_kit.gateway.users import NOBODY
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import bodies, valid_calls, xml_bodies
from ccaas_kit.probes.platform.malformed import WRONG
from ccaas_kit.probes.platform.valid_calls import ValidCall
from ccaas_kit.probes.probing import OF_CALLER, Probe, Probing, expect, result_of, shown

_PLAIN, _ENTRY, _EMPTY = "fields below the root", "fields below an entry", "no body"
# What an instance assigns by chance hardly comes so many times in JSON, and never in XML.
_ROUNDS = 6
# Refusals of the caller or the media type, and failures, say nothing about a body.
_OTHER_REASONS = OF_CALLER | {406}


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A field of a request that holds no others: the names that lead to it, and what it needs."""

    steps: tuple[str, ...]
    beside: Mapping[str, Any]


def _body_xml(probing: Probing, subject: Subject) -> str:
    form, exchange = _sent(probing, subject)
    expect(exchange.status != 415, "a body in XML that is read", exchange)
    if _is_of_other_reason(exchange):
        raise InconclusiveError(f"it was not the body that was refused: {shown(exchange)}")
    wanted = "a body in XML that is read, in one of the forms that are known"
    expect(valid_calls.is_served(exchange), wanted, exchange)
    return f"read a body in XML, with {form}"


def _xml_root(probing: Probing, subject: Subject) -> str:
    form, exchange = _sent(probing, subject)
    expect(valid_calls.is_served(exchange), "a body with the root of the contract read", exchange)
    return f"read a body in XML with the root element of the contract, and {form}"


def _sent(probing: Probing, subject: Subject) -> tuple[str, Exchange]:
    """A valid call in XML, in the first form in which it is served, else in the last one."""

    def send() -> tuple[str, Exchange]:
        valid_calls.baseline(probing, subject.operation)
        needs_none = valid_calls.of(probing, subject.operation).body is ABSENT
        for form in (_PLAIN, _ENTRY, *([_EMPTY] if needs_none else ())):
            call = valid_calls.of(probing, subject.operation)
            exchange = _in_xml(probing, call, form)
            if valid_calls.is_served(exchange) or exchange.status == 415:
                break
        return form, exchange

    return probing.once(f"{subject.operation} sent in XML", send)


def _in_xml(probing: Probing, call: ValidCall, form: str, *, positive: bool = True) -> Exchange:
    if form == _EMPTY:
        return valid_calls.send(probing, call, media=XML, raw=b"")
    body = {} if call.body is ABSENT else call.body
    body = {"entry": body} if form == _ENTRY else body
    operation = probing.contract.by_id[call.operation]
    raw = xml_bodies.request(probing.contract, operation, body)
    return valid_calls.send(probing, call, media=XML, raw=raw, positive=positive)


def _fields_read(probing: Probing, subject: Subject) -> str:
    form, exchange = _sent(probing, subject)
    if not valid_calls.is_served(exchange):
        raise InconclusiveError(f"a valid body in XML was not read: {shown(exchange)}")
    steady = _steady(probing, subject)
    details = []
    for leaf in _leaves(probing, subject.operation):
        for body in valid_calls.bodies(probing, subject.operation):
            wrong = _with_wrong(leaf, body)
            # Some fields reach further than a run may.
            with suppress(BlockedError):
                if wrong is not None and _arrives(probing, subject, wrong, form, steady):
                    details.append(".".join(leaf.steps))
                    break
    if not details:
        raise InconclusiveError("no field has an effect that shows")
    return f"{', '.join(details)} had the effect that they have in JSON"


def _arrives(
    probing: Probing, subject: Subject, body: Any, form: str, steady: Mapping[str, str]
) -> bool:
    """Whether a value shows in the response to a call in JSON; then it has to in XML as well.

    Raises:
        ViolationError: it does not.
    """

    def send(media: str) -> Exchange:
        call = replace(valid_calls.of(probing, subject.operation), body=body)
        if media == JSON:
            return valid_calls.send(probing, call, positive=False)
        return _in_xml(probing, call, form, positive=False)

    ours = send(JSON)
    if _is_of_other_reason(ours):
        return False
    if valid_calls.is_served(ours):
        return _shows_alike(send, ours, steady)
    theirs = send(XML)
    if not valid_calls.is_served(theirs):
        return True
    # What was refused for a moment, as where an agent was busy, is no refusal of a value.
    if not valid_calls.is_served(send(JSON)) and _is_valid_served(probing, subject):
        wanted = f"a refusal, as of the same body in JSON ({ours.status})"
        raise ViolationError(wanted, shown(theirs), theirs)
    return False


def _shows_alike(
    send: Callable[[str], Exchange], ours: Exchange, steady: Mapping[str, str]
) -> bool:
    """Whether something shows that a call in JSON has set; then it has to for one in XML as well."""
    shows = {way: text for way, text in _values(ours).items() if steady.get(way, text) != text}
    for _ in range(_ROUNDS):
        if not shows:
            return False
        theirs = send(XML)
        if _is_of_other_reason(theirs):
            return False
        found = _values(theirs) if valid_calls.is_served(theirs) else {}
        wanting = {way: text for way, text in shows.items() if found.get(way) != text}
        if not wanting:
            return True
        # So is a refusal in XML, and what a rule of the instance has set for once is no effect.
        again = send(JSON)
        now = _values(again) if valid_calls.is_served(again) else {}
        shows = {way: text for way, text in shows.items() if now.get(way) == text}
        wanting = {way: text for way, text in wanting.items() if way in shows}
    expect(not wanting, f"{wanting}, as for the same body in JSON", theirs)
    return False


def _is_of_other_reason(exchange: Exchange) -> bool:
    return exchange.status in _OTHER_REASONS or exchange.status >= 500


def _is_valid_served(probing: Probing, subject: Subject) -> bool:
    """Whether a call in JSON in which nothing is wrong is served now."""
    call = valid_calls.of(probing, subject.operation)
    return valid_calls.is_served(valid_calls.send(probing, call))


def _steady(probing: Probing, subject: Subject) -> dict[str, str]:
    """What two valid calls in JSON have both in their results: all else is new in each response."""
    one = _values(valid_calls.baseline(probing, subject.operation))
    call = valid_calls.of(probing, subject.operation)
    other = _values(valid_calls.require_served(valid_calls.send(probing, call)))
    return {way: text for way, text in one.items() if other.get(way) == text}


def _values(exchange: Exchange) -> dict[str, str]:
    return dict(xml_bodies.values_of_json(result_of(exchange)))


def _leaves(probing: Probing, operation: str) -> list[_Leaf]:
    body = probing.contract.by_id[operation].body
    schema = probing.contract.node(body.media[JSON]) if body else {}
    return list({leaf.steps: leaf for leaf in _below(probing, schema)}.values())


def _below(
    probing: Probing,
    schema: Any,
    steps: tuple[str, ...] = (),
    beside: Mapping[str, Any] = MappingProxyType({}),
) -> Iterator[_Leaf]:
    """The fields of a schema; `beside` is what its own field needs beside it."""
    node = pointers.follow(probing.contract.document, schema)
    parts = [*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())]
    found = [leaf for part in parts for leaf in _below(probing, part, steps, beside)]
    inner = node.get("properties", {})
    for name, child in inner.items():
        found += _below(probing, child, (*steps, name), _partners(probing, node, name))
    if steps and not inner and all(leaf.steps == steps for leaf in found):
        found = [_Leaf(steps, beside)]
    yield from found


def _partners(probing: Probing, node: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The fields beside which a field is valid and has an effect, with values of the contract."""
    found = valid_calls.partners(probing, node, name)
    if applies := node["properties"][name].get("x-sn-applies-when"):
        field = node["properties"][applies["property"]]
        found[applies["property"]] = (
            applies["equals"] if "equals" in applies else valid_calls.example(probing, field)
        )
    return found


def _with_wrong(leaf: _Leaf, body: Any) -> Any:
    """A body in which nothing but a field is wrong; None where it has no place for the field."""
    whole = deepcopy({} if body is ABSENT else body)
    holder = whole
    for step in leaf.steps[:-1]:
        holder = holder.get(step)
        if not isinstance(holder, dict):
            return None
    holder.update({**leaf.beside, leaf.steps[-1]: WRONG})
    return whole


def _refused_in_xml(probing: Probing, subject: Subject) -> str:
    in_xml = [_is_xml(refusal) for refusal in _refusals(probing, subject) if _refuses(refusal)]
    if not in_xml:
        raise InconclusiveError("the operation refused nothing")
    return f"refused in XML, with {' and '.join(in_xml)}"


def _unknown_in_xml(probing: Probing, subject: Subject) -> str:
    call = valid_calls.unspent(probing, subject.operation)
    exchange = valid_calls.send(probing, call, accept=XML, user=NOBODY)
    if exchange.status != 401:
        raise InconclusiveError(f"a call without credentials got {exchange.status}, not 401")
    return f"refused whoever is not known in XML, with {_is_xml(exchange)}"


def _refusals(probing: Probing, subject: Subject) -> Iterator[Exchange]:
    """What is sent to be refused: ids of no record, and a body that ends too early."""
    call = valid_calls.unspent(probing, subject.operation)
    unknown = {
        name: uuid4().hex for name, value in call.path.items() if valid_calls.is_id(probing, value)
    }
    if unknown:
        path = {**call.path, **unknown}
        yield valid_calls.send(probing, replace(call, path=path), accept=XML, positive=False)
    if probing.contract.by_id[subject.operation].body:
        exchange = bodies.cut_off(probing, call, accept=XML)
        expect(not valid_calls.is_served(exchange), "a refusal of a cut-off JSON text", exchange)
        yield exchange


def _refuses(exchange: Exchange) -> bool:
    return 400 <= exchange.status < 500 and exchange.status != 406


def _is_xml(exchange: Exchange) -> str:
    kind = exchange.response.media_type if exchange.response else ""
    expect(kind == XML, f"a refusal in {XML}, as was asked for", exchange, kind or "no media type")
    xml_bodies.read(exchange)
    return str(exchange.status)


PROBES: tuple[Probe, ...] = (
    Probe("body-xml", "A body in XML is read.", _body_xml),
    Probe("xml-root", "A body in XML is read with the root of the contract.", _xml_root),
    Probe(
        "xml-fields-read",
        "Each field of a body in XML has the effect that it has in JSON.",
        _fields_read,
    ),
    Probe(
        "refused-in-xml", "What is wrong is refused in XML where XML is asked for.", _refused_in_xml
    ),
    Probe(
        "unknown-refused-in-xml",
        "Who is not known is refused in XML where XML is asked for.",
        _unknown_in_xml,
    ),
)
