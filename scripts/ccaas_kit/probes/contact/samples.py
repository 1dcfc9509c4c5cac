"""Contacts that the probes of fields share: each is created once, and read once by each operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.contact import form
from ccaas_kit.probes.contact import references as contact_references
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import Probing, prepared, require, shown

LIST, READ, CREATE = "listContacts", "getContact", "createContact"
FULL_NAME = "name"
# Types of fields that only the instance sets, and values that it would hardly come to itself.
_FOREIGN: Mapping[str, str] = {
    "GlideDate": "2001-02-03",
    "GlideDateTime": "2001-02-03 04:05:06",
    "GlideInteger": "7",
    # A contact is also a record of this table, so that the value is a possible one.
    "TableName": "sys_user",
}
_PAGE = 100
_CUSTOM = "u_conformance_probe"


@dataclass(frozen=True, slots=True)
class Sample:
    """The creation of a contact of ours: what was sent, and what came of it.

    `own` are the names and the address that go with every contact.
    """

    sent: Mapping[str, Any]
    created: Exchange
    own: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sys_id(self) -> str:
        """The sys_id of the contact.

        Raises:
            InconclusiveError: it was not created.
        """
        return str(prepared(self.created, 201))


@dataclass(frozen=True, slots=True)
class View:
    """What an operation shows of a contact."""

    fields: Mapping[str, Any]
    exchange: Exchange


def plain(probing: Probing) -> Sample:
    """A contact with names and an email address, and nothing that has a default."""
    return made(probing, "plain", dict)


def filled(probing: Probing) -> Sample:
    """A contact with a valid value in each field, as text.

    It has no middle name, as the instance makes the full name of the other two. A reference is left
    out where no record of its table is known, and a code where the instance refuses it (CON-058).
    """
    return _served_at_last(probing, "filled", partial(_each_filled, probing))


def _each_filled(probing: Probing) -> dict[str, Any]:
    fields = form.fields(probing.contract)
    sent = {
        name: contact_field.sample()
        for name, contact_field in fields.items()
        if not contact_field.table
    } | contact_references.known(probing, plain(probing).sys_id)
    del sent["middle_name"]
    own = _own(probing)
    return sent | own | {FULL_NAME: f"{own['first_name']} {own['last_name']}"}


def _own(probing: Probing) -> dict[str, Any]:
    """Names, an address and a login: a login belongs to one user alone."""
    own = names(probing)
    return own | {"user_name": own["email"].partition("@")[0]}


def refilled(probing: Probing) -> Sample:
    """A contact right behind one that has another value in each field but the last and the full name.

    Each second field has its sample, so that no two flags side by side are the same; a number has the
    other value, with a zero or a minus sign that might get lost. Where no two
    valid values are known, one is of a kind that an instance may ignore.
    """

    def values() -> dict[str, Any]:
        fields = form.fields(probing.contract)
        other = native(probing).sys_id
        before = {**filled(probing).sent, **_own(probing), "middle_name": form.TEXT}
        sent = {name: found.another() or found.unknown() for name, found in fields.items()}
        sent |= contact_references.known(probing, plain(probing).sys_id, other)
        other_first = [name for name, found in fields.items() if found.another()]
        for name in [name for name in other_first if not fields[name].is_number][::2]:
            before[name], sent[name] = sent[name], fields[name].sample()
        # A capital letter, which is lost where an instance writes all in small letters.
        sent |= {
            name: text[0].upper() + text[1:]
            for name, text in _own(probing).items()
            if fields[name].is_unique
        }
        # The names that are left make the full name.
        del sent["last_name"], sent[FULL_NAME], before[FULL_NAME]
        require(probing.call(CREATE, body=before), 201)
        return sent

    return _served_at_last(probing, "refilled", values)


def _served_at_last(probing: Probing, name: str, values: Callable[[], Mapping[str, Any]]) -> Sample:
    """A contact with these values, without the codes where it is refused with them (CON-058)."""
    sample = made(probing, name, values)
    if sample.created.status == 201:
        return sample
    without = made(probing, f"{name} without codes", lambda: without_codes(probing, values()))
    return without if without.created.status == 201 else sample


def without_codes(probing: Probing, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without those that an instance may look up (CON-058)."""
    fields = form.fields(probing.contract)
    return {
        name: value
        for name, value in values.items()
        if name not in fields or not fields[name].is_looked_up
    }


def native(probing: Probing) -> Sample:
    """A contact whose flags and numbers are sent as JSON booleans and numbers; it has a middle name."""

    def values() -> dict[str, Any]:
        fields = form.fields(probing.contract)
        sent = {
            name: contact_field.native()
            for name, contact_field in fields.items()
            if contact_field.is_native
        }
        return sent | {"middle_name": fields["middle_name"].sample()}

    return made(probing, "native", values)


def zeros(probing: Probing) -> Sample:
    """A contact whose numbers are the JSON number 0, which is a value and not an empty field."""

    def values() -> dict[str, Any]:
        fields = form.fields(probing.contract).values()
        return {
            contact_field.name: 0
            for contact_field in fields
            if contact_field.is_native and not contact_field.values
        }

    return made(probing, "contact of zeros", values)


def listed(probing: Probing, number: int) -> Sample:
    """A contact with one documented value of each list; the numbers from 0 select them in turn."""

    def values() -> dict[str, Any]:
        fields = form.fields(probing.contract)
        return {
            name: contact_field.values[number % len(contact_field.values)]
            for name, contact_field in fields.items()
            if contact_field.values
        }

    return made(probing, f"listed {number}", values)


def invalid(probing: Probing) -> Sample:
    """A contact created with a value outside each list, and no id but a text in each reference."""

    def values() -> dict[str, Any]:
        fields = form.fields(probing.contract)
        lists = {
            name: contact_field.outside()
            for name, contact_field in fields.items()
            if contact_field.values
        }
        references = {
            name: "no such record" for name, contact_field in fields.items() if contact_field.table
        }
        return lists | references

    return made(probing, "invalid", values)


def longest(probing: Probing) -> Sample:
    """A contact created with texts of the greatest documented length.

    The full name is left out, as it may follow from the others (CON-059).
    """

    def values() -> dict[str, Any]:
        start = f"{uuid4().hex[:12]} {form.TEXT} "
        return {
            contact_field.name: contact_field.longest(start)
            for contact_field in form.fields(probing.contract).values()
            if contact_field.limit
            and contact_field.is_text
            and not contact_field.is_looked_up
            and contact_field.name != FULL_NAME
        }

    return made(probing, "longest", values)


def named(probing: Probing, length: int | None = None) -> Sample:
    """A contact with a full name alone, of so many characters in three words if that is said."""

    def send() -> Sample:
        # Each word would fit into a first, a middle or a last name.
        text = f"{form.TEXT} {uuid4().hex[:12]}"
        if length is not None:
            third = length // 3
            text = " ".join((uuid4().hex[:12].ljust(third, "x"), "y" * (length - 2 * third - 2)))
            text = f"{text} {'z' * third}"
        own = {"email": names(probing)["email"], FULL_NAME: text}
        return Sample(own, probing.call(CREATE, body=own))

    return probing.once(f"a contact with a full name of {length} characters", send)


def claiming(probing: Probing) -> Sample:
    """A contact for which each field that only the instance sets got a value."""

    def values() -> dict[str, Any]:
        contract = probing.contract
        names = form.read_only(contract)
        sent = {
            name: _FOREIGN.get(form.type_of(contract, name), "conformance_probe") for name in names
        }
        return sent | {name: uuid4().hex for name in names if _is_id(probing, name)}

    return made(probing, "claiming", values)


def customised(probing: Probing) -> Sample:
    """A contact with a value in each custom field of the instance, or in one that nobody knows."""

    def values() -> dict[str, Any]:
        try:
            names = probing.known("custom_contact_fields")
        except BlockedError:
            names = (_CUSTOM,)
        return dict.fromkeys(names, form.TEXT)

    return made(probing, "customised", values)


def made(probing: Probing, name: str, values: Callable[[], Mapping[str, Any]]) -> Sample:
    """A contact with these values beside its names, created once under a name."""

    def send() -> Sample:
        own = names(probing)
        body = own | dict(values())
        return Sample(body, probing.call(CREATE, body=body), own)

    return probing.once(f"a {name} contact", send)


def seen(probing: Probing, subject: Subject, sample: Sample) -> View:
    """A contact of ours as the operation of a subject shows it."""
    return view(probing, subject.operation, sample.sys_id)


def view(probing: Probing, operation: str, sys_id: str) -> View:
    """A contact as an operation shows it; the creation shows it to those who read.

    Raises:
        InconclusiveError: it was not shown.
    """
    reader = LIST if operation == LIST else READ
    return probing.once(f"{reader} of {sys_id}", lambda: _view(probing, reader, sys_id))


def fresh(probing: Probing, operation: str, sys_id: str) -> View:
    """The same, asked for again.

    Raises:
        InconclusiveError: it was not shown.
    """
    reader = LIST if operation == LIST else READ
    return probing.once(
        f"{reader} of {sys_id} again", lambda: _view(probing, reader, sys_id, "again")
    )


def matches(probing: Probing, query: str, sys_id: str) -> bool:
    """Whether a list for a query has a contact of ours."""
    found = prepared(probing.call(LIST, query={"sysparm_query": query, "sysparm_limit": 2}), 200)
    records = found if isinstance(found, list) else []
    return any(record.get("sys_id") == sys_id for record in records if isinstance(record, dict))


def page(probing: Probing, query: str = "") -> list[View]:
    """Contacts that the instance has, as one list shows them; those that match, if a query is given."""

    def read() -> list[View]:
        sent: dict[str, str | int] = {"sysparm_limit": _PAGE}
        exchange = probing.call(LIST, query=sent | ({"sysparm_query": query} if query else {}))
        found = prepared(exchange, 200)
        records = found if isinstance(found, list) else []
        return [View(record, exchange) for record in records if isinstance(record, dict)]

    return probing.once(f"a page of contacts {query}", read)


def require_signed_in(exchange: Exchange) -> None:
    """Go on if it is not for the caller's sake that a creation was refused.

    Raises:
        InconclusiveError: it is.
    """
    if exchange.status == 401:
        raise InconclusiveError(f"it was not the value that was refused: {shown(exchange)}")


def read(probing: Probing, sample: Sample) -> Exchange:
    """The reading of a contact of ours, sent once."""
    return _read(probing, sample.sys_id)


def _read(probing: Probing, sys_id: str, when: str = "") -> Exchange:
    return probing.once(f"reading {sys_id} {when}", lambda: probing.call(READ, path={"id": sys_id}))


def _view(probing: Probing, reader: str, sys_id: str, when: str = "") -> View:
    if reader == LIST:
        query: dict[str, str | int] = {"sysparm_query": f"sys_id={sys_id}", "sysparm_limit": 1}
        exchange = probing.call(LIST, query=query)
        found = prepared(exchange, 200)
        records = found if isinstance(found, list) else []
        own = (
            entry for entry in records if isinstance(entry, dict) and entry.get("sys_id") == sys_id
        )
        record = next(own, None)
    else:
        exchange = _read(probing, sys_id, when)
        record = prepared(exchange, 200)
    if not isinstance(record, dict):
        raise InconclusiveError(f"{reader} did not show a contact of ours: {shown(exchange)}")
    return View(record, exchange)


def names(probing: Probing) -> dict[str, Any]:
    """Names and an email address that no other contact has."""
    return dict(valid_calls.of(probing, CREATE).body)


def _is_id(probing: Probing, name: str) -> bool:
    return form.type_of(probing.contract, name) == "SysId"
