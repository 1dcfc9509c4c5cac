"""Probes of texts with signs that have a meaning to what stands between: quotes, brackets, blanks."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from ccaas_kit.gateway.ask import XML
from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.contact import form, samples
from ccaas_kit.probes.contact.samples import Sample
from ccaas_kit.probes.platform import xml_bodies
from ccaas_kit.probes.probing import Probe, Probing, expect, recalling, require

# Texts with signs of SQL, XML, JSON and HTML, such as names and addresses have, and a letter of four
# bytes; all fit a name.
_SIGNS = (
    *("Séan O'Brien", "Smith & Sons", 'Miriam "Mimi"', "<m> 1 < 2", "]]> &amp; %41 \\n"),
    "\U00020bb7野",
)
# A text of so many characters may have several lines.
_LONG = 255


def _signed(probing: Probing) -> Sample:
    """A contact each of whose texts holds all signs."""

    def values() -> dict[str, Any]:
        fields = form.fields(probing.contract)
        whole = " ".join(_SIGNS)
        texts = {name: whole[: fields[name].limit].strip() for name in _free(probing)}
        return texts | {name: f"{whole}\n{name}" for name in _of_lines(probing)}

    return samples.made(probing, "contact with signs", values)


def _blank(probing: Probing) -> Sample:
    """A contact whose texts begin and end with blanks."""

    def values() -> dict[str, Any]:
        return dict.fromkeys(_free(probing), f"  {form.TEXT} {uuid4().hex[:8]} ")

    return samples.made(probing, "contact with blanks", values)


def _free(probing: Probing) -> list[str]:
    """The fields that take any text, without the full name, which follows from others (CON-059)."""
    found = form.fields(probing.contract).values()
    return [field.name for field in found if field.is_prose and field.name != samples.FULL_NAME]


def _of_lines(probing: Probing) -> list[str]:
    """The text fields that are long enough for several lines, such as a street."""
    found = form.fields(probing.contract).values()
    return [field.name for field in found if field.is_text and (field.limit or 0) >= _LONG]


def _signs(probing: Probing, _: Subject) -> str:
    require(samples.plain(probing).created, 201)
    sample = _signed(probing)
    if sample.created.status != 201:
        _blame(probing)
    samples.require_signed_in(sample.created)
    expect(sample.created.status == 201, "a contact with the signs of its texts", sample.created)
    _expect_whole(probing, sample)
    return f"texts such as {_SIGNS[0]} were kept as they were sent"


def _blame(probing: Probing) -> None:
    """Say which text alone is refused.

    Raises:
        ViolationError: with that text.
    """
    for text in _SIGNS:
        body = samples.names(probing) | {_free(probing)[0]: text}
        exchange = probing.call(samples.CREATE, body=body)
        samples.require_signed_in(exchange)
        expect(exchange.status == 201, f"a contact with the text {text!r}", exchange)


def _blanks(probing: Probing, _: Subject) -> str:
    sample = _blank(probing)
    require(sample.created, 201)
    _expect_whole(probing, sample)
    return "texts kept the blanks at their ends"


def _expect_whole(probing: Probing, sample: Sample) -> None:
    view = samples.view(probing, samples.READ, sample.sys_id)
    for name in (*_free(probing), *_of_lines(probing)):
        value, sent = str(view.fields.get(name)).replace("\r\n", "\n"), sample.sent.get(name)
        if sent is None:
            continue
        expect(value == sent, f"{sent!r} in {name}", view.exchange, repr(value))


def _in_xml(probing: Probing, subject: Subject) -> str:
    """A list is asked for two contacts, as its XML has to show both of them."""
    ids = [_signed(probing).sys_id]
    ids += [samples.plain(probing).sys_id] if subject.operation == samples.LIST else []
    exchange = _read_xml(probing, subject, ids)
    require(exchange, 200)
    found = [
        dict(xml_bodies.values(element)) for element in xml_bodies.read(exchange).iter("result")
    ]
    if not found or not any(f"/{_free(probing)[0]}" in contact for contact in found):
        raise InconclusiveError("the XML has another form than we assume")
    shown_ids = sorted(contact.get("/sys_id", "") for contact in found)
    expect(shown_ids == sorted(ids), f"the contacts {ids}", exchange, str(shown_ids))
    record = next(contact for contact in found if contact.get("/sys_id") == ids[0])
    view = samples.view(probing, subject.operation, ids[0])
    for name in _free(probing):
        value, sent = record.get(f"/{name}"), view.fields.get(name)
        expect(value == sent, f"{sent!r} in {name}, as in JSON", exchange, repr(value))
    return f"XML held the signs of the texts of {len(ids)} contacts"


def _read_xml(probing: Probing, subject: Subject, ids: list[str]) -> Exchange:
    if subject.operation == samples.READ:
        return probing.call(samples.READ, path={"id": ids[0]}, accept=XML)
    query: dict[str, str | int] = {"sysparm_query": f"sys_idIN{','.join(ids)}"}
    return probing.call(samples.LIST, query=query, accept=XML)


PROBES: tuple[Probe, ...] = recalling(
    Probe("contact-signs", "Quotes, brackets and ampersands are kept.", _signs),
    Probe("contact-blanks", "Blanks at the ends of a text are kept.", _blanks),
    Probe("contact-signs-in-xml", "XML holds the signs of a text.", _in_xml),
)
