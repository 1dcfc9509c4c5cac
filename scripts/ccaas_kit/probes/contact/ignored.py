"""Probes of the sentence that the creation validates nothing: what is wrong is ignored silently.

Many fields are wrong in one request. Only where that is refused they are sent apart, until it is
clear which one is to blame.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from ccaas_kit.gateway.outcomes import InconclusiveError, ViolationError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.contact import form, samples, wrong
from ccaas_kit.probes.contact.samples import Sample
from ccaas_kit.probes.contact.wrong import Wrong
from ccaas_kit.probes.probing import (
    Probe,
    Probing,
    body_of,
    expect,
    recalling,
    require,
    shown,
)

# What a header says that speaks of a mistake; others come and go.
_WARNS = re.compile("warn|ignor|invalid|unknown", re.IGNORECASE)


def accepted(probing: Probing, way: Wrong) -> Sample:
    """The contact that was created in spite of what was wrong.

    Raises:
        ViolationError: it was refused, or is not there; this names the field to blame.
        InconclusiveError: contacts are not created at all.
    """
    require(samples.plain(probing).created, 201)
    sample = samples.made(probing, f"with {way.name}", lambda: way.values(probing))
    if sample.created.status != 201 and way.is_refusable:
        raise InconclusiveError(f"{way.name} were refused: {shown(sample.created)}")
    if sample.created.status != 201:
        _blame(probing, sample)
    read = samples.read(probing, sample)
    expect(read.status == 200, "a contact, created without what was wrong", read)
    return sample


def _accepted(ways: tuple[Wrong, ...], probing: Probing, _: Subject) -> str:
    for way in ways:
        sample = accepted(probing, way)
        _expect_ignored(probing, way, sample)
        expect_rest(probing, sample)
    return f"{', '.join(way.name for way in ways)} were accepted"


def _expect_ignored(probing: Probing, way: Wrong, sample: Sample) -> None:
    """Hold that fields look like those of a contact for which only names were sent."""
    view = samples.view(probing, samples.READ, sample.sys_id)
    plain = samples.view(probing, samples.READ, samples.plain(probing).sys_id)
    values = {form.as_text(value) for value in sample.sent.values()}
    # Names and an address of its own are sent on purpose; the full name follows from them.
    own = {*samples.names(probing), samples.FULL_NAME}
    for name, field in form.fields(probing.contract).items():
        value = view.fields.get(name)
        is_plain = value in ("", plain.fields.get(name))
        if not is_plain and name not in own and way.is_ignored(field):
            # An instance may fill a field by itself, but not with what was wrong.
            is_taken = value in values or name in sample.sent
            expect(not is_taken, f"nothing of the {way.name} in {name}", view.exchange, str(value))


def expect_rest(probing: Probing, sample: Sample) -> None:
    """Hold that what was right beside what was wrong is kept."""
    view = samples.view(probing, samples.READ, sample.sys_id)
    for name, value in sample.own.items():
        if sample.sent.get(name) == value:
            found = view.fields.get(name)
            wanted = f"{value} in {name}, beside what was wrong"
            expect(found == value, wanted, view.exchange, str(found))


def _blame(probing: Probing, sample: Sample) -> None:
    """Say which field alone is refused, sending half as many each time.

    Raises:
        ViolationError: with that field, or with all of them where none is refused alone.
        InconclusiveError: it is not for what was wrong that the creation was refused.
    """
    wanted = "status 201, what is wrong being ignored"
    last, left = sample.created, dict(sample.sent)
    while len(left) > 1:
        names = list(left)
        half = len(names) // 2
        for part in (names[:half], names[half:]):
            exchange = _send(probing, {name: left[name] for name in part})
            if exchange.status != 201:
                left, last = {name: left[name] for name in part}, exchange
                break
        else:
            break
    samples.require_signed_in(last)
    fields = ", ".join(f"{name} as {value!r:.40}" for name, value in [*left.items()][:3])
    raise ViolationError(wanted, f"{shown(last)} for {fields}", last)


def _send(probing: Probing, values: Mapping[str, Any]) -> Exchange:
    return probing.call(samples.CREATE, body=samples.names(probing) | dict(values))


def _misspelled(probing: Probing, _: Subject) -> str:
    sample = accepted(probing, wrong.MISSPELLED)
    _expect_ignored(probing, wrong.MISSPELLED, sample)
    expect_rest(probing, sample)
    return f"{len(sample.sent)} misspelled names were ignored"


def _no_trace(probing: Probing, _: Subject) -> str:
    clean = [samples.plain(probing), samples.native(probing), samples.listed(probing, 0)]
    for sample in clean:
        require(sample.created, 201)
    ways = (wrong.MISSPELLED, *wrong.TYPES, *wrong.VALUES, wrong.OVERLONG, wrong.NO_RECORDS)
    made = [samples.made(probing, f"with {way.name}", partial(way.values, probing)) for way in ways]
    others = (samples.claiming, samples.invalid, samples.customised)
    made += [make(probing) for make in others]
    responses = [sample.created for sample in made if sample.created.status == 201]
    if not responses:
        raise InconclusiveError("nothing that is wrong was accepted")
    keys = body_of(clean[0].created).keys()
    for response in responses:
        body = body_of(response)
        same = isinstance(body, dict) and body.keys() == keys and isinstance(body["result"], str)
        expect(same, "a sys_id and no warning", response)
    usual = {name for sample in clean for name in _headers(sample.created)}
    for response in responses:
        for name, text in _headers(response).items():
            is_warning = name not in usual and _WARNS.search(f"{name} {text}")
            wanted = "the headers of a creation without a mistake"
            expect(not is_warning, wanted, response, f"{name}: {text}")
    return f"the answers to {len(responses)} requests with mistakes were like those without"


def _headers(exchange: Exchange) -> Mapping[str, str]:
    return exchange.response.headers if exchange.response else {}


PROBES: tuple[Probe, ...] = (
    Probe("contact-no-trace", "What is ignored leaves no trace in the answer.", _no_trace),
    *recalling(
        Probe("contact-misspelled", "Misspelled fields are ignored.", _misspelled),
        Probe(
            "contact-types",
            "Values of another type are ignored.",
            partial(_accepted, wrong.TYPES),
        ),
        Probe(
            "contact-impossible",
            "Values that cannot be are ignored.",
            partial(_accepted, wrong.VALUES),
        ),
        Probe(
            "contact-overlong",
            "Texts that are too long are not refused.",
            partial(_accepted, (wrong.OVERLONG,)),
        ),
        Probe(
            "contact-no-records",
            "Ids that no record has are ignored.",
            partial(_accepted, (wrong.NO_RECORDS,)),
        ),
    ),
)
