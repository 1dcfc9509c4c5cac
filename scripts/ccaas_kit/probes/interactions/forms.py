"""Probes of the forms of a call: both URLs and both media types create and close alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from ccaas_kit.gateway.ask import JSON, XML
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.interactions import closings
from ccaas_kit.probes.interactions import new_interactions as new
from ccaas_kit.probes.platform import urls, xml_bodies
from ccaas_kit.probes.probing import (
    Probe,
    Probing,
    expect,
    expect_status,
    recalling,
    require,
    shown,
)

_CREATE = "createInteraction"
_INTERACTION = "#/components/schemas/Interaction"
# What each interaction has of its own, and what it has besides where the request names no record.
_OWN = frozenset({"sys_id", "number"})
# So many plain calls are compared with each other where a form seems to differ.
_ROUNDS = 6
_DOCUMENTS = frozenset({"contextDocument", "channelMetadataDocument"})


@dataclass(frozen=True, slots=True)
class _Form:
    """A way of calling; the plain one has no version, and is in JSON."""

    version: str | None = None
    accept: str = JSON
    media: str = JSON


_PLAIN = _Form()
_Send = Callable[[_Form], Exchange]


def _at_both(probing: Probing, subject: Subject) -> str:
    versions = urls.served_versions(probing, _CREATE)
    if not versions:
        raise InconclusiveError("no URL with a version leads to the operation")
    for version in versions:
        _expect_alike(probing, subject, _Form(version=version))
        _expect_maps_taken(probing, subject, version)
    return f"the URL with {' and '.join(versions)} did the same as the one without"


def _expect_maps_taken(probing: Probing, subject: Subject, version: str) -> None:
    """Hold that context and channel metadata are taken as maps and as texts, as at the default URL."""
    if subject.operation != _CREATE:
        return
    for value in ({"probe": "form"}, "form"):
        fields = {"context": value, "channel_metadata": value}
        if new.create(probing, fields).status == 201:
            exchange = new.create(probing, fields, version=version)
            expect(exchange.status == 201, "status 201, as at the default URL", exchange)


def _in_xml(probing: Probing, subject: Subject) -> str:
    _expect_alike(probing, subject, _Form(accept=XML))
    return "the answers in XML had the values of those in JSON"


def _expect_alike(probing: Probing, subject: Subject, form: _Form) -> None:
    """Hold that bodies with nothing, everything, and all else have the same outcome in another form.

    Of closing, the interactions are created alike, and closed in the two forms.
    """
    bodies = _bodies(probing)
    for before, fields in zip((bodies[-1], *bodies), bodies, strict=False):
        send = partial(_sent, probing, subject, fields)
        send_before = partial(_sent, probing, subject, before)
        _compare(probing, send, send_before, form, _OWN if fields else _OWN | _DOCUMENTS)


def _bodies(probing: Probing) -> list[Mapping[str, str]]:
    """What bodies hold beside the channel: each field with two values, where a second one is served."""
    found: list[Mapping[str, str]] = [{}, new.everything(probing)]
    with suppress(BlockedError, InconclusiveError):
        other = new.everything_else(probing)
        require(new.create(probing, other), 201)
        found.append(other)
    return found


def _sent(probing: Probing, subject: Subject, fields: Mapping[str, str], form: _Form) -> Exchange:
    """The call in a form; a closing has to show which interaction it has closed."""
    if subject.operation == _CREATE:
        return new.create(
            probing, fields, version=form.version, accept=form.accept, media=form.media
        )
    record = new.record(new.create(probing, fields))
    closed = closings.close(probing, record, version=form.version, accept=form.accept)
    if closed.status == 200:
        for name in sorted(_OWN):
            value = _record(closed).get(name)
            expect(value == record.get(name), f"{name} {record.get(name)}", closed)
    return closed


def _compare(
    probing: Probing, send: _Send, send_before: _Send, form: _Form, own: frozenset[str]
) -> None:
    """Hold that a form has the outcome of the plain one, but for what differs without that as well.

    Routing may assign one of two interactions, and not the other.
    """
    ours, theirs = send(_PLAIN), send(form)
    require(ours, 200, 201)
    expect_status(theirs, ours.status)
    fields = probing.contract.node(_INTERACTION)["properties"].keys() - own
    different = _different(ours, theirs, fields)
    if different:
        # Behind a call like the one before, so that what is left of that shows again.
        send_before(form)
        different &= _different(ours, send(form), fields)
        for _ in range(_ROUNDS):
            if different:
                different -= _different(ours, send(_PLAIN), fields)
    if different:
        # A second pair: what came by chance hardly differs in both.
        again = send(_PLAIN)
        send_before(form)
        different &= _different(again, send(form), fields)
    values = {name: _record(theirs).get(name) for name in sorted(different)}
    expect(not different, "the answer of the plain form", theirs, f"other values: {values}")


def _different(ours: Exchange, theirs: Exchange, fields: Set[str]) -> set[str]:
    """The fields of a response in JSON that have another value in the other response."""
    found = _record(theirs)
    # XML has texts only, and no page shows how it writes what is empty.
    in_xml = theirs.response is not None and theirs.response.media_type == XML
    return {
        name
        for name, value in new.record(ours).items()
        if name in fields
        and not (in_xml and not (isinstance(value, str) and value))
        and found.get(name) != value
    }


def _record(exchange: Exchange) -> Mapping[str, Any]:
    if exchange.response is None or exchange.response.media_type != XML:
        return new.record(exchange)
    require(exchange, 200, 201)
    return xml_bodies.below(exchange, "/result/")


def _xml_read(probing: Probing, subject: Subject) -> str:
    """The new interaction shows the fields of a request in XML."""
    exchange = new.create(probing, media=XML)
    if exchange.status != 201:
        raise InconclusiveError(f"the XML may need another form than we assume: {shown(exchange)}")
    pair = new.pair(probing, "context")
    exchange = new.create(probing, pair, media=XML)
    expect_status(exchange, 201)
    wanted = new.shown_pair("context", pair)
    found = {name: new.record(exchange).get(name) for name in wanted}
    expect(found == wanted, f"{wanted}", exchange, f"{found}")
    _expect_alike(probing, subject, _Form(media=XML))
    return "the fields of a body in XML took effect"


PROBES = recalling(
    Probe("interaction-at-both", "Both URLs do the same.", _at_both),
    Probe("interaction-in-xml", "Answers in XML have the values of those in JSON.", _in_xml),
    Probe("interaction-xml-read", "The fields of a body in XML take effect.", _xml_read),
)
