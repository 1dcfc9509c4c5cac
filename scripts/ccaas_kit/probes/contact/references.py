"""Records that the reference fields of a new contact can refer to."""

from __future__ import annotations

import re

from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.probes.contact import form
from ccaas_kit.probes.contact.form import Field
from ccaas_kit.probes.probing import Probing

_PEOPLE = "sys_user"
# An account is a company, and an instance may fill in the one from the other.
_SAME = {"company": "account"}


def known(probing: Probing, contact: str) -> dict[str, str]:
    """The sys_id of a record for each reference field that one is known for.

    `contact` is a contact of ours, who stands for users.
    """
    fields = form.fields(probing.contract)
    found = {}
    for name, field in fields.items():
        if field.table == _PEOPLE:
            found[name] = contact
        elif field.table:
            names = (_SAME[name], name) if name in _SAME else (name,)
            ids = (_one(probing, fields[each]) for each in names)
            if sys_id := next(filter(None, ids), None):
                found[name] = sys_id
    return found


def why_unknown(probing: Probing, field: Field) -> str:
    """Why no record for a reference field is known."""
    try:
        _looked_up(probing, str(field.table))
    except BlockedError as barred:
        return f"no record of {field.table} is known: {barred}"
    return f"the table {field.table} shows no record, and the config names none under {field.name}"


def _one(probing: Probing, field: Field) -> str | None:
    pattern = str(probing.contract.node("#/components/schemas/SysId")["pattern"])
    named = probing.pools.existing.get(field.name, ())
    if found := next((each for each in named if re.fullmatch(pattern, each)), None):
        return found
    try:
        return _looked_up(probing, str(field.table))
    except BlockedError:
        return None


def _looked_up(probing: Probing, table: str) -> str | None:
    def look() -> str | None:
        found = probing.records(table, limit=1)
        return found[0]["sys_id"] if found else None

    return probing.once(f"a record of {table}", look)
