"""Records that the reference fields of a new contact can refer to."""

from __future__ import annotations

from contextlib import suppress

from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.probes.contact import form
from ccaas_kit.probes.contact.form import Field
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import Probing

_PEOPLE = "sys_user"
# An account is a company, and an instance may fill in the one from the other.
_SAME = {"company": "account"}


def known(probing: Probing, contact: str, other: str = "") -> dict[str, str]:
    """For each reference field, the sys_id of a record that it can refer to, if one is known.

    A reference to a user gets `contact`, a contact of ours. With `other`, another contact of ours,
    each field gets another record than without it.
    """
    fields = form.fields(probing.contract)
    found = {}
    for name, field in fields.items():
        if field.table == _PEOPLE:
            found[name] = other or contact
        elif field.table:
            names = (_SAME[name], name) if name in _SAME else (name,)
            count = 2 if other else 1
            ids = next(
                filter(None, (_ids(probing, fields[field_name], count) for field_name in names)), []
            )
            if ids := ids[1:] if other else ids:
                found[name] = ids[0]
    return found


def why_unknown(probing: Probing, field: Field) -> str:
    """Why no record for a reference field is known."""
    try:
        _looked_up(probing, str(field.table))
    except BlockedError as obstacle:
        return f"no record of {field.table} is known: {obstacle}"
    return f"the table {field.table} shows no record, and the config names none under {field.name}"


def _ids(probing: Probing, field: Field, count: int) -> list[str]:
    """At most `count` sys_ids of records: those in the config, then those that the table shows."""
    named = probing.pools.existing.get(field.name, ())
    found = list(dict.fromkeys(value for value in named if valid_calls.is_id(probing, value)))
    if len(found) < count:
        with suppress(BlockedError):
            found += _looked_up(probing, str(field.table))
    return list(dict.fromkeys(found))[:count]


def _looked_up(probing: Probing, table: str) -> list[str]:
    def look() -> list[str]:
        return [record["sys_id"] for record in probing.records(table, limit=2)]

    return probing.once(f"records of {table}", look)
