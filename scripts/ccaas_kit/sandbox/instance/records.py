"""Records that the control adds and changes, as an administrator would in the forms of the platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.instance import record_forms
from ccaas_kit.sandbox.instance.ids import sys_id_of
from ccaas_kit.sandbox.instance.instance import Instance

_NAMES = ("first_name", "last_name")


def add(instance: Instance, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The new record of a table with these fields.

    Raises:
        ConfigError: there is no such table, a field does not fit, or the sys_id is taken.
    """
    table = record_forms.table_of(instance.tables, name, where="records")
    texts = {key: _text(value) for key, value in fields.items()}
    texts.setdefault(
        "sys_id", sys_id_of("added", name, instance.store.counters.next(f"added:{name}"))
    )
    if table.number:
        texts.setdefault("number", instance.new_number(name))
    record = record_forms.whole(table, texts, instance.contract, now=instance.now_text())
    if not record.get("name") and (parts := [texts[name] for name in _NAMES if texts.get(name)]):
        record["name"] = " ".join(map(str, parts))
    record_forms.check(record, table, instance.contract, where=f"records/{name}")
    if instance.store.exists(name, record["sys_id"]):
        what = f"there is a record with the sys_id {record['sys_id']}"
        raise ConfigError(
            what, where=f"records/{name}/sys_id", fix="Leave it out, or change the record"
        )
    instance.store.insert(name, record)
    if "sys_id" in fields:
        instance.reserve(record["sys_id"])
    return record


def patch(instance: Instance, name: str, sys_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The record after a change of these fields.

    Raises:
        ConfigError: there is no such table or record, or a field does not fit.
    """
    record_forms.table_of(instance.tables, name, where="records")
    for table in instance.tables.family(name):
        if instance.store.read(table.name, sys_id) is None:
            continue
        changes = {key: _text(value) for key, value in fields.items()}
        record_forms.check(changes, table, instance.contract, where=f"records/{table.name}")
        if changes.get("sys_id", sys_id) != sys_id:
            raise ConfigError("a record keeps its sys_id", where=f"records/{name}/sys_id")
        changed = instance.store.update(table.name, sys_id, changes)
        if changed is not None:
            return changed
    raise missing(name, sys_id)


def missing(name: str, sys_id: str) -> ConfigError:
    """The error about a record that is not there."""
    fix = f"GET /_sandbox/records/{name} lists those that are"
    return ConfigError(f"there is no record {sys_id[:80]}", where=f"records/{name}", fix=fix)


def _text(value: Any) -> Any:
    """A value as a record holds it; what is no scalar stays for the contract to judge."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value
