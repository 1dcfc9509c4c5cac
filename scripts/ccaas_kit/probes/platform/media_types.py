"""Media types: which one a response has, what of a request is read, and what XML has to hold."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable

from ccaas_kit.gateway.ask import ABSENT, JSON, XML
from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.contract import Operation
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import valid_calls, xml_bodies
from ccaas_kit.probes.probing import (
    Probe,
    Probing,
    body_of,
    expect,
    expect_status,
    result_of,
    shown,
)

_OTHER = "text/csv"
# As libraries of clients write them.
_LIST = f"{JSON}, text/plain, */*"
_WITH_CHARSET = f"{JSON};charset=UTF-8"
_DATA = "/result/data/"
_NOT_SERVED = "the answer that the same call gets in JSON"


def _accept_json(probing: Probing, subject: Subject) -> str:
    call = valid_calls.of(probing, subject.operation)
    exchange = probing.once(
        f"{subject.operation} accepting JSON", lambda: valid_calls.send(probing, call)
    )
    expect(exchange.status != 406, "an answer in JSON", exchange)
    _is_json(valid_calls.require_served(exchange))
    call = valid_calls.of(probing, subject.operation)
    listed = valid_calls.send(probing, call, accept=_LIST)
    expect(listed.status != 406, f"an answer to Accept {_LIST}", listed)
    return "answered in JSON, as was asked for, alone and in a list"


def _accept_none(probing: Probing, subject: Subject) -> str:
    valid_calls.baseline(probing, subject.operation)
    call = valid_calls.of(probing, subject.operation)
    exchange = valid_calls.send(probing, call, accept=None)
    expect(valid_calls.is_served(exchange), _NOT_SERVED, exchange)
    _is_json(exchange)
    return "answered in JSON where nothing was asked for"


def _accept_xml(probing: Probing, subject: Subject) -> str:
    exchange = _in_xml(probing, subject)
    kind = exchange.response.media_type if exchange.response else ""
    expect(kind == XML, f"the media type {XML}", exchange, kind or "no Content-Type")
    xml_bodies.read(exchange)
    return "answered in XML, as was asked for"


def _xml_shape(probing: Probing, subject: Subject) -> str:
    exchange = _in_xml(probing, subject)
    root = xml_bodies.read(exchange)
    response = exchange.operation.responses.get(exchange.status)
    wanted = xml_bodies.root_of(probing.contract, response) if response else "response"
    expect(root.tag == wanted, f"the root element {wanted}", exchange, f"the root {root.tag}")
    results = root.findall("result")
    twin = result_of(valid_calls.baseline(probing, subject.operation))
    count = len(twin) if isinstance(twin, list) else 1
    expect(len(results) == count, f"{count} x result in the root", exchange, f"{len(results)} x")
    fields = twin[0] if isinstance(twin, list) and twin else twin
    if isinstance(fields, dict):
        there = {child.tag for child in results[0]} if results else set()
        # What is empty may be left out: no page shows how XML writes it.
        filled = {name for name, value in fields.items() if value and xml_bodies.is_name(name)}
        wanting = sorted(filled - there)
        expect(
            not wanting,
            "each field of the JSON answer inside result",
            exchange,
            f"no {wanting[:5]}",
        )
    return f"answered with a root {wanted} and {count} x result in it"


def _xml_same_values(probing: Probing, subject: Subject) -> str:
    exchange = _in_xml(probing, subject)
    in_json = body_of(valid_calls.baseline(probing, subject.operation))
    theirs = _filled(xml_bodies.values(xml_bodies.read(exchange)))
    ours = _filled(xml_bodies.values_of_json(in_json))
    different = sorted((ours - theirs) | (theirs - ours))
    got = f"a difference at {different[:3]}"
    expect(not different, "the values of the JSON answer", exchange, got)
    return f"both answers have the same {ours.total()} values"


def _filled(values: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """The values below the data of a result; what stands beside it may differ in each response."""
    return Counter(value for value in values if value[1] and value[0].startswith(_DATA))


def _in_xml(probing: Probing, subject: Subject) -> Exchange:
    """A call that differs from one that was served only in that it asks for XML."""

    def send() -> Exchange:
        valid_calls.baseline(probing, subject.operation)
        call = valid_calls.of(probing, subject.operation)
        return valid_calls.send(probing, call, accept=XML)

    exchange = probing.once(f"{subject.operation} accepting XML", send)
    expect(valid_calls.is_served(exchange), _NOT_SERVED, exchange)
    return exchange


def _other_accept(probing: Probing, subject: Subject) -> str:
    expect_status(_accepting_another(probing, subject), 406)
    return f"answered Accept {_OTHER} with 406"


def _accepting_another(probing: Probing, subject: Subject) -> Exchange:
    call = valid_calls.unspent(probing, subject.operation)
    return probing.once(
        f"{subject.operation} accepting {_OTHER}",
        lambda: valid_calls.send(probing, call, accept=_OTHER, positive=False),
    )


def _refused_in_json(probing: Probing, subject: Subject) -> str:
    exchange = _accepting_another(probing, subject)
    expect(not valid_calls.is_served(exchange), "a refusal with 406", exchange)
    if exchange.status != 406:
        raise InconclusiveError(f"Accept {_OTHER} was not refused with 406: {shown(exchange)}")
    _is_json(exchange)
    return f"refused Accept {_OTHER} in JSON"


def _no_xml_response(probing: Probing, subject: Subject) -> str:
    call = valid_calls.of(probing, subject.operation)
    exchange = valid_calls.send(probing, call, accept=XML, positive=False)
    if exchange.status == 406:
        return "answered Accept application/xml with 406"
    valid_calls.require_served(exchange)
    _is_json(exchange)
    return "answered Accept application/xml in JSON"


def _no_xml_body(probing: Probing, subject: Subject) -> str:
    call = valid_calls.unspent(probing, subject.operation)
    raw = xml_bodies.request(probing.contract, _operation(probing, subject), call.body)
    return _unread(valid_calls.send(probing, call, media=XML, raw=raw, positive=False))


def _other_body(probing: Probing, subject: Subject) -> str:
    call = valid_calls.unspent(probing, subject.operation)
    raw = b"{}" if call.body is ABSENT else None
    return _unread(valid_calls.send(probing, call, media=_OTHER, raw=raw, positive=False))


def _unread(exchange: Exchange) -> str:
    # PLT-012: the platform has 415 for this, and 400 for headers that are not valid.
    expect_status(exchange, 415, 400)
    return f"answered the media type of the body with {exchange.status}"


def _body_json(probing: Probing, subject: Subject) -> str:
    call = valid_calls.of(probing, subject.operation)
    # A call that needs no body still says which media type it would have.
    raw = b"" if call.body is ABSENT else None
    exchange = valid_calls.send(probing, call, raw=raw)
    expect(exchange.status != 415, "a body in JSON that is read", exchange)
    if call.body is ABSENT:
        valid_calls.baseline(probing, subject.operation)
        expect(valid_calls.is_served(exchange), "the call served", exchange)
    valid_calls.require_served(exchange)
    call = valid_calls.of(probing, subject.operation)
    with_charset = valid_calls.send(probing, call, raw=raw, media=_WITH_CHARSET)
    expect(with_charset.status != 415, f"a body in {_WITH_CHARSET} that is read", with_charset)
    return "read a body in JSON, without a charset and with one"


def _body_no_media(probing: Probing, subject: Subject) -> str:
    call = valid_calls.of(probing, subject.operation)
    if call.body is ABSENT:
        # Without a body a call usually names no media type, so the one to compare with names one.
        valid_calls.require_served(valid_calls.send(probing, call, raw=b""))
        call = valid_calls.of(probing, subject.operation)
    else:
        valid_calls.baseline(probing, subject.operation)
    exchange = valid_calls.send(probing, call, media=None)
    expect(valid_calls.is_served(exchange), "the call served without Content-Type", exchange)
    return "served a call without Content-Type"


def _is_json(exchange: Exchange) -> None:
    kind = exchange.response.media_type if exchange.response else ""
    expect(kind == JSON, f"the media type {JSON}", exchange, kind or "no Content-Type")
    marked = exchange.response is not None and exchange.response.body.startswith(BOM_UTF8)
    # RFC 8259, 8.1: whoever sends JSON must not put one before it, and parsers may refuse it.
    expect(not marked, "JSON without a byte order mark", exchange, "a byte order mark")
    body_of(exchange)


def _operation(probing: Probing, subject: Subject) -> Operation:
    return probing.contract.by_id[subject.operation]


PROBES: tuple[Probe, ...] = (
    Probe("accept-json", "An answer is JSON where JSON is asked for.", _accept_json),
    Probe("accept-none", "An answer is JSON where nothing is asked for.", _accept_none),
    Probe("accept-xml", "An answer is XML where XML is asked for.", _accept_xml),
    Probe(
        "xml-shape", "XML has the root of the contract, result in it, the fields below.", _xml_shape
    ),
    Probe("xml-same-values", "XML holds the same values as JSON.", _xml_same_values),
    Probe("other-accept-406", "An Accept that nothing can satisfy gets 406.", _other_accept),
    Probe("refused-in-json", "A 406 for a media type that nobody has is JSON.", _refused_in_json),
    Probe(
        "no-xml-answer", "An operation of JSON alone gives 406 for XML, or JSON.", _no_xml_response
    ),
    Probe("no-xml-body", "An operation of JSON alone refuses a body in XML.", _no_xml_body),
    Probe("other-body-refused", "A body in a media type that nobody has is refused.", _other_body),
    Probe("body-json", "A body in JSON is read.", _body_json),
    Probe("body-no-media", "A call without Content-Type is served.", _body_no_media),
)
