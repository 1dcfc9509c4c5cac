"""Probes of contacts that are read: which ones are found, and what every one of them shows."""

from __future__ import annotations

import base64
from datetime import timedelta

from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.gateway.timing import clock
from ccaas_kit.gateway.users import OWN
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.contact import form, samples
from ccaas_kit.probes.contact.samples import Sample, View
from ccaas_kit.probes.probing import (
    Probe,
    Probing,
    expect,
    expect_status,
    recalling,
    require,
    result_of,
)

# More than clocks differ, and less than time zones do.
_CLOCKS = timedelta(minutes=5)
_NO_RECORD = "0" * 32
_NO_ID = "x"


def _read(probing: Probing, subject: Subject) -> str:
    sys_id = _listed(probing)
    exchange = probing.call(subject.operation, path={"id": sys_id})
    expect_status(exchange, 200)
    result = result_of(exchange)
    found = result.get("sys_id") if isinstance(result, dict) else None
    expect(found == sys_id, f"the contact {sys_id}", exchange, f"the contact {found}")
    return "a contact of the list was read by its sys_id"


def _no_contact(probing: Probing, subject: Subject) -> str:
    _expect_not_found(probing, subject, probing.known("plain_users")[0])
    return "a user who is no contact was not found"


def _no_id(probing: Probing, subject: Subject) -> str:
    # CON-039: a 400 is possible as well.
    _expect_not_found(probing, subject, _NO_ID, 400)
    return "an id that is no sys_id was refused"


def _unknown(probing: Probing, subject: Subject) -> str:
    _expect_not_found(probing, subject, _NO_RECORD)
    return "an id that no contact has was answered with 404"


def _hidden(probing: Probing, subject: Subject) -> str:
    """Read as each user who may read contacts: some of them may see the contact."""
    hidden = probing.known("hidden_contacts")[0]
    asked = [
        probing.call(subject.operation, path={"id": hidden}, user=user)
        for user in (*probing.further(subject.operation), OWN)
    ]
    refused = [exchange for exchange in asked if exchange.status == 404]
    expect_status((refused or asked)[-1], 404)
    return "a contact that a user may not see was answered with 404"


def _same_in_both(probing: Probing, _: Subject) -> str:
    count = 0
    for make in (samples.filled, samples.native, samples.customised):
        sys_id = make(probing).sys_id
        views = [
            samples.view(probing, operation, sys_id) for operation in (samples.LIST, samples.READ)
        ]
        if _differing(*views):
            # A value that changes by itself differs between any two responses.
            views = [
                samples.fresh(probing, operation, sys_id)
                for operation in (samples.LIST, samples.READ)
            ]
        other = _differing(*views)
        expect(not other, "the values that the list showed", views[1].exchange, f"other {other}")
        count += len([value for value in views[1].fields.values() if value])
    return f"list and read showed the same {count} values of three contacts"


def _differing(listed: View, read: View) -> list[str]:
    names = {*listed.fields, *read.fields}
    return sorted(name for name in names if listed.fields.get(name) != read.fields.get(name))


def _empty_text(probing: Probing, subject: Subject) -> str:
    sample = samples.plain(probing)
    view = samples.seen(probing, subject, sample)
    for name in probing.contract.node(form.RECORD)["properties"]:
        value = view.fields.get(name)
        expect(isinstance(value, str), f"a text in {name}", view.exchange, repr(value))
    unset = [name for name, value in view.fields.items() if value == ""]
    for name, value in _set_by_nobody(probing, sample, view).items():
        query = f"sys_id={sample.sys_id}^{name}ISEMPTY"
        is_empty = samples.matches(probing, query, sample.sys_id)
        wanted = f"an empty text in {name}, which {name}ISEMPTY finds"
        expect(not is_empty, wanted, view.exchange, repr(value))
    return f"{len(unset)} fields without a value were empty texts"


def _set_by_nobody(probing: Probing, sample: Sample, view: View) -> dict[str, str]:
    """Texts in fields that nobody has set and that have no default; the instance may have its own."""
    found = form.fields(probing.contract)
    return {
        name: str(view.fields.get(name))
        for name, field in found.items()
        if view.fields.get(name) and name not in sample.sent and field.default is None
    }


def _utc(probing: Probing, subject: Subject) -> str:
    sample = samples.plain(probing)
    view = samples.seen(probing, subject, sample)
    text = str(view.fields.get("sys_created_on"))
    point, now = clock.moment_of(text), probing.time_of(sample.created)
    wanted = f"sys_created_on near {now:{clock.FORM}} UTC"
    ahead = probing.clock_ahead
    if point is not None and not clock.is_near(point, now, _CLOCKS, ahead=clock.NONE):
        if ahead is None:
            raise InconclusiveError(
                f"sys_created_on is {text}, and the Date header says {now:{clock.FORM}}"
            )
        expect(False, wanted, view.exchange, text)  # reads as a sentence
    expect(point is not None, wanted, view.exchange, text)
    if abs(ahead or clock.NONE) > _CLOCKS:
        raise InconclusiveError(
            f"records are {ahead} ahead of the Date header: nobody knows which is UTC"
        )
    return f"sys_created_on was {text} when the clock said {now:{clock.FORM}} UTC"


def _updated(probing: Probing, subject: Subject) -> str:
    """A new contact was last updated when it was created, or later by a rule of the instance."""
    view = samples.seen(probing, subject, samples.plain(probing))
    texts = [str(view.fields.get(name)) for name in ("sys_created_on", subject.field)]
    created, updated = (clock.moment_of(text) for text in texts)
    if created is None or updated is None:
        raise InconclusiveError(f"{texts} are no two times")
    expect(updated >= created, f"{subject.field} not before {texts[0]}", view.exchange, texts[1])
    return f"a contact of {texts[0]} was updated at {texts[1]}"


def _created_by(probing: Probing, subject: Subject) -> str:
    header = probing.users[OWN].header
    scheme, _, secret = header[1].partition(" ") if header else ("", "", "")
    if scheme.casefold() != "basic":
        raise InconclusiveError("the name of our user is not known")
    user = base64.b64decode(secret).decode("utf-8", "replace").partition(":")[0]
    view = samples.seen(probing, subject, samples.plain(probing))
    found = str(view.fields.get(subject.field))
    is_ours = found.casefold() == user.casefold()
    expect(is_ours, f"the user who created it in {subject.field}", view.exchange, repr(found))
    return f"{subject.field} named the user who created the contact"


def _custom_fields(probing: Probing, subject: Subject) -> str:
    names = probing.known("custom_contact_fields")
    view = samples.seen(probing, subject, samples.customised(probing))
    for name in names:
        expect(isinstance(view.fields.get(name), str), f"{name} in the contact", view.exchange)
    return f"the contact carried {', '.join(names)}"


def _expect_not_found(probing: Probing, subject: Subject, sys_id: str, *others: int) -> None:
    # Without this, a user without rights would be told the same of every id.
    require(probing.call(subject.operation, path={"id": _listed(probing)}), 200)
    is_id = sys_id != _NO_ID
    exchange = probing.call(subject.operation, path={"id": sys_id}, positive=is_id)
    expect_status(exchange, 404, *others)


def _listed(probing: Probing) -> str:
    for view in samples.page(probing):
        if sys_id := view.fields.get("sys_id"):
            return str(sys_id)
    raise InconclusiveError("the list shows no contact")


PROBES: tuple[Probe, ...] = (
    Probe("contact-no-contact", "A user who is no contact is not found.", _no_contact),
    Probe("contact-no-id", "An id that is no sys_id finds nothing.", _no_id),
    Probe("contact-unknown", "An id that no contact has leads to 404.", _unknown),
    Probe("contact-hidden", "A contact that may not be seen leads to 404.", _hidden),
    *recalling(
        Probe("contact-custom-fields", "A contact carries the custom fields.", _custom_fields),
        Probe("contact-read", "A contact is read by the sys_id of the list.", _read),
        Probe("contact-same-in-both", "List and read show the same record.", _same_in_both),
        Probe("contact-empty-text", "A field without a value is an empty text.", _empty_text),
        Probe("contact-updated", "It was updated when it was there.", _updated),
        Probe("contact-utc", "Times are in UTC.", _utc),
        Probe("contact-created-by", "A contact names who created it.", _created_by),
    ),
)
