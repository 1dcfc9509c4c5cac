"""Probes of the fields of a contact, one by one: what a creation keeps, and what a new one holds.

Whatever cannot be used is ignored without a word, so that only reading shows what was kept.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from ccaas_kit.gateway.outcomes import Barred, Broken, Unseen
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.contact import form as contact_form
from ccaas_kit.probes.contact import references, samples
from ccaas_kit.probes.contact.form import Field
from ccaas_kit.probes.contact.samples import Sample, View
from ccaas_kit.probes.probing import Probe, Probing, expect, recalling

_GLOBAL = "global"
# How many contacts of others are looked at beside one of ours.
_OTHERS = 2
_ID = "#/components/schemas/SysId"


def _default(probing: Probing, subject: Subject) -> str:
    node = probing.contract.node(subject.pointer)
    default = contact_form.as_text(node.get("x-sn-default", node.get("default")))
    view = samples.seen(probing, subject, samples.plain(probing))
    value = view.fields.get(subject.field) or ""
    told = f"{_quoted(default)} in {subject.field}"
    expect(value == default, told, view.exchange, _quoted(value))
    return f"{subject.field} was {_quoted(default)} in a contact that was created without it"


def _default_of_domain(probing: Probing, subject: Subject) -> str:
    view = samples.seen(probing, subject, samples.plain(probing))
    domain = view.fields.get("sys_domain")
    if domain != _GLOBAL:
        raise Unseen(f"a new contact is of the domain {_quoted(domain)}")
    return _default(probing, subject)


def _kept(probing: Probing, subject: Subject) -> str:
    field = _field(probing, subject)
    sample = samples.filled(probing)
    if field.name not in sample.sent and field.table:
        raise Barred(references.why_unknown(probing, field))
    if field.name not in sample.sent:
        sample = samples.native(probing)
    _expect_kept(probing, subject, sample, field)
    return f"{field.name} kept {_quoted(sample.sent[field.name])}"


def _length(probing: Probing, subject: Subject) -> str:
    field = _field(probing, subject)
    sample = samples.overlong(probing)
    view = samples.seen(probing, subject, sample)
    length = len(view.fields.get(field.name) or "")
    sent = len(sample.sent[field.name])
    told = f"at most {field.limit} characters in {field.name}"
    expect(length <= (field.limit or 0), told, view.exchange, f"{length} characters")
    return f"of {sent} characters {field.name} held {length}"


def _values(probing: Probing, subject: Subject) -> str:
    field = _field(probing, subject)
    for number in range(len(field.values)):
        _expect_kept(probing, subject, samples.listed(probing, number), field)
    sample = samples.invalid(probing)
    view = samples.seen(probing, subject, sample)
    value = view.fields.get(field.name) or ""
    told = f"one of {', '.join(field.values)} in {field.name}, or nothing"
    expect(value in field.shown_values, told, view.exchange, _quoted(value))
    sent = _quoted(sample.sent[field.name])
    return f"{field.name} kept {', '.join(field.values)}, and {sent} left it {_quoted(value)}"


def _no_reference(probing: Probing, subject: Subject) -> str:
    field = _field(probing, subject)
    sample = samples.invalid(probing)
    view = samples.seen(probing, subject, sample)
    value = view.fields.get(field.name) or ""
    is_id = isinstance(value, str) and (not value or bool(_id_pattern(probing).fullmatch(value)))
    told = f"a sys_id or nothing in {field.name}"
    expect(is_id, told, view.exchange, _quoted(value))
    return f"{_quoted(sample.sent[field.name])} left {field.name} {_quoted(value)}"


def _not_set(probing: Probing, subject: Subject) -> str:
    name = subject.field
    sample = samples.claiming(probing)
    view = samples.seen(probing, subject, sample)
    value = view.fields.get(name)
    sent = sample.sent[name]
    expect(value != sent, f"another {name} than {_quoted(sent)}", view.exchange, _quoted(value))
    return f"{_quoted(sent)} was sent as {name}, and the contact has {_quoted(value)}"


def _as_text(probing: Probing, subject: Subject) -> str:
    return _flags_and_numbers(probing, subject, samples.filled(probing), "as text")


def _as_json(probing: Probing, subject: Subject) -> str:
    return _flags_and_numbers(probing, subject, samples.native(probing), "as JSON")


def _flags_and_numbers(probing: Probing, subject: Subject, sample: Sample, form: str) -> str:
    found = contact_form.fields(probing.contract).values()
    native = [each for each in found if each.is_native and each.name in sample.sent]
    for field in native:
        _expect_kept(probing, subject, sample, field)
    return f"{len(native)} flags and numbers sent {form} were kept"


def _refers(probing: Probing, subject: Subject) -> str:
    field = _field(probing, subject)
    views = _views_with(probing, subject, field)
    for view in views:
        value = str(view.fields[field.name])
        if probing.record_exists(str(field.table), value):
            return f"{value} in {field.name} is a record of {field.table}"
    told = f"the sys_id of a record of {field.table} in {field.name}"
    value = str(views[0].fields[field.name])
    raise Broken(told, f"{field.table} has no record {value}", views[0].exchange)


def _views_with(probing: Probing, subject: Subject, field: Field) -> list[View]:
    """A few contacts that refer to something in a field: one of ours, and some that were there."""
    found: list[View] = []
    for known in samples.page(probing):
        if known.fields.get(field.name) and len(found) < _OTHERS:
            found.append(known)
    if subject.operation != samples.LIST:
        ids = [str(each.fields.get("sys_id")) for each in found]
        found = [samples.view(probing, subject.operation, each) for each in ids]
    # Without the right to write there are only those.
    with suppress(Barred):
        found.append(samples.seen(probing, subject, samples.filled(probing)))
    views = [each for each in found if each.fields.get(field.name)]
    if not views:
        raise Barred(references.why_unknown(probing, field))
    return views


def _expect_kept(probing: Probing, subject: Subject, sample: Sample, field: Field) -> None:
    view = samples.seen(probing, subject, sample)
    sent = contact_form.as_text(sample.sent[field.name])
    value = view.fields.get(field.name)
    told = f"{_quoted(sent)} in {field.name}, as it was sent"
    expect(field.holds(value, sent), told, view.exchange, _quoted(value))


def _field(probing: Probing, subject: Subject) -> Field:
    return contact_form.fields(probing.contract)[subject.field]


def _quoted(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) and value else "empty"


def _id_pattern(probing: Probing) -> re.Pattern[str]:
    return re.compile(str(probing.contract.node(_ID)["pattern"]))


PROBES = recalling(
    Probe("contact-default", "A field that nothing has set holds its default.", _default),
    Probe("contact-domain-default", "So does the path of the global domain.", _default_of_domain),
    Probe("contact-value-kept", "A valid value is kept.", _kept),
    Probe("contact-reference-kept", "The sys_id of a record is kept.", _kept),
    Probe("contact-length-kept", "A longer text is not kept whole.", _length),
    Probe("contact-list-of-values", "Listed values are kept, and no other one.", _values),
    Probe("contact-no-reference", "A text that is no sys_id is not kept.", _no_reference),
    Probe("contact-read-only", "What only the instance sets cannot be sent.", _not_set),
    Probe("contact-text-forms", "Flags and numbers can be sent as text.", _as_text),
    Probe("contact-native-forms", "Flags and numbers can be sent as such.", _as_json),
    Probe("contact-reference-found", "A reference leads to a record of its table.", _refers),
)
