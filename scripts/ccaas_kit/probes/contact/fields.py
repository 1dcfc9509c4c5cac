"""Probes of the fields of a contact, one by one: what a creation keeps, and what a new one holds.

Whatever cannot be used is ignored without a word, so that only reading shows what was kept.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from ccaas_kit.contract import defaults
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError, ViolationError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.contact import form as contact_form
from ccaas_kit.probes.contact import ignored, references, samples, wrong
from ccaas_kit.probes.contact.form import Field
from ccaas_kit.probes.contact.samples import Sample, View
from ccaas_kit.probes.probing import Probe, Probing, expect, expect_status, recalling, require

_GLOBAL = "global"
# How many contacts of others are looked at beside one of ours.
_OTHERS = 3
_ID = "#/components/schemas/SysId"


def _default(probing: Probing, subject: Subject) -> str:
    node = probing.contract.node(subject.pointer)
    default = contact_form.as_text(defaults.of(probing.contract.document, node))
    view = samples.seen(probing, subject, samples.plain(probing))
    value = view.fields.get(subject.field) or ""
    wanted = f"{_quoted(default)} in {subject.field}"
    expect(value == default, wanted, view.exchange, _quoted(value))
    return f"{subject.field} was {_quoted(default)} in a contact that was created without it"


def _default_of_domain(probing: Probing, subject: Subject) -> str:
    view = samples.seen(probing, subject, samples.plain(probing))
    domain = view.fields.get("sys_domain")
    if domain != _GLOBAL:
        raise InconclusiveError(f"a new contact is of the domain {_quoted(domain)}")
    return _default(probing, subject)


def _kept(probing: Probing, subject: Subject) -> str:
    field = _field(probing, subject)
    if field.name == samples.FULL_NAME:
        # Beside its parts a full name may be made of them (CON-059).
        _expect_kept(probing, subject, samples.named(probing), field)
    sample = samples.filled(probing)
    if field.name not in sample.sent and field.table:
        raise BlockedError(references.why_unknown(probing, field))
    if field.name not in sample.sent and field.is_looked_up:
        raise InconclusiveError(
            f"the target refuses {field.sample()} as {field.name}, and may know other codes"
        )
    if field.name not in sample.sent:
        sample = samples.native(probing)
    _expect_kept(probing, subject, sample, field)
    untried = _expect_own(probing, subject, sample, field)
    return f"{field.name} kept {_quoted(sample.sent[field.name])}{untried}"


def _expect_own(probing: Probing, subject: Subject, sample: Sample, field: Field) -> str:
    """Expect that a contact with another value does not show the value of the contact before it.

    Returns why no other value could be tried; empty if one was.
    """
    try:
        other = samples.refilled(probing)
        if field.name not in other.sent:
            return ""
        view = samples.seen(probing, subject, other)
    except InconclusiveError as reason:
        return f"; another value could not be tried: {reason}"
    if field.is_unique or field.another():
        _expect_kept(probing, subject, other, field)
    else:
        # The contract does not list all values that an instance takes. So any value may be shown,
        # except that of another contact, which was not sent.
        value, before = view.fields.get(field.name), sample.sent[field.name]
        usual = samples.seen(probing, subject, samples.plain(probing)).fields.get(field.name)
        wanted = f"no {field.name} of another contact"
        is_own = value in (other.sent.get(field.name), usual) or value != before
        expect(is_own, wanted, view.exchange, _quoted(value))
    return ""


def _length(probing: Probing, subject: Subject) -> str:
    field = _field(probing, subject)
    odd = wrong.CODES if field.is_looked_up else wrong.OVERLONG
    sample = ignored.accepted(probing, odd)
    view = samples.seen(probing, subject, sample)
    length = len(view.fields.get(field.name) or "")
    wanted = f"at most {field.limit} characters in {field.name}"
    expect(length <= (field.limit or 0), wanted, view.exchange, f"{length} characters")
    return f"of {field.limit} characters {field.name} held {_whole(probing, subject, field)}"


def _whole(probing: Probing, subject: Subject, field: Field) -> str:
    """How much of a text of the greatest length is kept.

    A text that may be none of its kind, such as a phone number, may be ignored, but not cut.
    """
    if not field.is_text or field.is_looked_up:
        return "no more"
    is_name = field.name == samples.FULL_NAME
    sample = samples.named(probing, field.limit) if is_name else samples.longest(probing)
    view = samples.seen(probing, subject, sample)
    value, sent = view.fields.get(field.name) or "", sample.sent[field.name]
    is_cut = field.is_prose or bool(value and sent.startswith(value))
    wanted = f"{len(sent)} characters in {field.name}, as they were sent"
    expect(value == sent or not is_cut, wanted, view.exchange, f"{len(value)} characters")
    return "all" if value == sent else "none"


def _values(probing: Probing, subject: Subject) -> str:
    field = _field(probing, subject)
    for number in range(len(field.values)):
        _expect_kept(probing, subject, samples.listed(probing, number), field)
    sample = samples.invalid(probing)
    view = samples.seen(probing, subject, sample)
    value = view.fields.get(field.name) or ""
    wanted = f"one of {', '.join(field.values)} in {field.name}, or nothing"
    expect(value in field.shown_values, wanted, view.exchange, _quoted(value))
    sent = _quoted(sample.sent[field.name])
    return f"{field.name} kept {', '.join(field.values)}, and {sent} left it {_quoted(value)}"


def _no_reference(probing: Probing, subject: Subject) -> str:
    field = _field(probing, subject)
    wanted = f"nothing or the sys_id of a record in {field.name}"
    for sample in (samples.invalid(probing), ignored.accepted(probing, wrong.NO_RECORDS)):
        view = samples.seen(probing, subject, sample)
        value, sent = view.fields.get(field.name) or "", sample.sent[field.name]
        is_id = isinstance(value, str) and (not value or _id_pattern(probing).fullmatch(value))
        expect(bool(is_id) and value != sent, wanted, view.exchange, _quoted(value))
    return f"neither a text nor an id without a record was kept in {field.name}"


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
    _flags_and_numbers(probing, subject, samples.zeros(probing), "as JSON")
    return _flags_and_numbers(probing, subject, samples.native(probing), "as JSON")


def _flags_and_numbers(probing: Probing, subject: Subject, sample: Sample, form: str) -> str:
    found = contact_form.fields(probing.contract).values()
    native = [field for field in found if field.is_native and field.name in sample.sent]
    require(samples.plain(probing).created, 201)
    expect_status(sample.created, 201)
    for field in native:
        _expect_kept(probing, subject, sample, field)
    return f"{len(native)} flags and numbers sent {form} were kept"


def _refers(probing: Probing, subject: Subject) -> str:
    field = _field(probing, subject)
    views = _views_with(probing, subject, field)
    values = list(dict.fromkeys(str(view.fields[field.name]) for view in views))
    missing = probing.missing_records(str(field.table), values)
    if missing:
        wanted = f"the sys_id of a record of {field.table} in {field.name}"
        view = next(view for view in views if view.fields[field.name] == missing[0])
        raise ViolationError(wanted, f"{field.table} has no record {missing[0]}", view.exchange)
    return f"{len(values)} ids in {field.name} are records of {field.table}"


def _views_with(probing: Probing, subject: Subject, field: Field) -> list[View]:
    """Contacts that refer to a record in a field: one of ours, and others that the target had.

    A list shows many of them at once. Of the operation that reads one contact there are a few
    calls, for contacts that refer to different records.
    """
    own: list[View] = []
    # A run that may not write has no contact of its own.
    with suppress(BlockedError):
        own = [samples.seen(probing, subject, samples.filled(probing))]
    found = samples.page(probing, f"{field.name}ISNOTEMPTY")
    if subject.operation != samples.LIST:
        several = {view.fields.get(field.name): str(view.fields.get("sys_id")) for view in found}
        ids = list(several.values())[:_OTHERS]
        found = [samples.view(probing, subject.operation, sys_id) for sys_id in ids]
    found = [*own, *found]
    views = [view for view in found if view.fields.get(field.name)]
    if not views:
        raise BlockedError(references.why_unknown(probing, field))
    return views


def _expect_kept(probing: Probing, subject: Subject, sample: Sample, field: Field) -> None:
    view = samples.seen(probing, subject, sample)
    sent = contact_form.as_text(sample.sent[field.name])
    value = view.fields.get(field.name)
    wanted = f"{_quoted(sent)} in {field.name}, as it was sent"
    expect(field.holds(value, sent), wanted, view.exchange, _quoted(value))


def _field(probing: Probing, subject: Subject) -> Field:
    return contact_form.fields(probing.contract)[subject.field]


def _quoted(value: Any) -> str:
    if value in ("", None):
        return "empty"
    return f"'{value}'" if isinstance(value, str) else f"{json.dumps(value)} as JSON"


def _id_pattern(probing: Probing) -> re.Pattern[str]:
    return re.compile(str(probing.contract.node(_ID)["pattern"]))


PROBES = recalling(
    Probe("contact-default", "A field that nothing has set holds its default.", _default),
    Probe("contact-domain-default", "So does the path of the global domain.", _default_of_domain),
    Probe("contact-value-kept", "A valid value is kept.", _kept),
    Probe("contact-reference-kept", "The sys_id of a record is kept.", _kept),
    Probe("contact-length-kept", "As much of a text is kept as is documented.", _length),
    Probe("contact-list-of-values", "Listed values are kept, and no other one.", _values),
    Probe("contact-no-reference", "What leads to no record is not kept.", _no_reference),
    Probe("contact-read-only", "What only the instance sets cannot be sent.", _not_set),
    Probe("contact-text-forms", "Flags and numbers can be sent as text.", _as_text),
    Probe("contact-native-forms", "Flags and numbers can be sent as such.", _as_json),
    Probe("contact-reference-found", "A reference leads to a record of its table.", _refers),
)
