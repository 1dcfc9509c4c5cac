"""What a record must look like that somebody hands in: made whole, and held against the contract.

A record that the APIs cannot show breaks the contract only when it is read. So its fields are looked at
before it is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.contract.arguments import nearest
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.storage.tables import Field, Table, Tables

# CON-050: the columns that an administrator would have added to a table.
_CUSTOM = re.compile(r"[ux]_[a-z0-9_]{1,78}")
_LONGEST = 200


def table_of(tables: Tables, name: str, *, where: str) -> Table:
    """The table of a name.

    Raises:
        ConfigError: there is none.
    """
    table = tables.get(name)
    if table is None:
        known = [table.name for table in tables]
        fix = nearest(name, known, f"Choose from: {', '.join(known)}")
        raise ConfigError(f"there is no table '{name}'", where=where, fix=fix)
    return table


def whole(
    table: Table, fields: Mapping[str, Any], contract: Contract, *, now: str
) -> dict[str, Any]:
    """The record with these fields, and with what an instance sets by itself where they say nothing.

    A field that cannot be empty has the value of the contract's example.
    """
    system = {
        "sys_class_name": table.name,
        "sys_created_on": now,
        "sys_updated_on": now,
        "sys_created_by": "admin",
        "sys_updated_by": "admin",
        "sys_domain": "global",
        "sys_mod_count": "0",
    }
    own = {name: value for name, value in system.items() if name in table.fields}
    record: dict[str, Any] = {**table.defaults(), **own, **fields}
    for name in table.fields.keys() - own.keys() - fields.keys() - {"sys_id"}:
        schema = _schema(table.fields[name])
        if not contract.judge(schema).is_valid(record[name]):
            record[name] = next(iter(_examples(schema, contract)), record[name])
    return record


def check(record: Mapping[str, Any], table: Table, contract: Contract, *, where: str) -> None:
    """Hold that the APIs can show a record.

    Raises:
        ConfigError: a field does not exist, or its value has not the form that the contract says.
    """
    for name, value in record.items():
        place = f"{where}/{name}"
        field = table.fields.get(name)
        if field is None:
            if not _CUSTOM.fullmatch(name):
                fix = nearest(name, table.fields, "Names of your own columns begin with u_ or x_")
                raise ConfigError(f"{table.name} has no field '{name}'", where=place, fix=fix)
            schema: Mapping[str, Any] = {"type": "string"}
        else:
            schema = _schema(field)
        judge = contract.judge(schema)
        if not judge.is_valid(value):
            wrong = next(judge.iter_errors(value)).message[:_LONGEST]
            raise ConfigError(wrong, where=place, fix=_fix(schema, contract))


def _schema(field: Field) -> Mapping[str, Any]:
    return field.schema if field.schema is not None else {"type": "string"}


def _examples(schema: Mapping[str, Any], contract: Contract) -> Sequence[Any]:
    """The values that the contract shows for a field."""
    node = pointers.follow(contract.document, schema)
    found: Sequence[Any] = schema.get("examples") or node.get("examples") or node.get("enum") or ()
    return found


def _fix(schema: Mapping[str, Any], contract: Contract) -> str:
    shown = next(iter(_examples(schema, contract)), None)
    return "Send another value" if shown is None else f"Write it as in {shown!r}"
