"""What becomes of the fields of a body that creates or changes a record of a table.

"Updates the specified record with the name-value pairs included in the request body. [...] Fields that
have a prefix of sys_ are typically system parameters that are automatically generated and cannot be
updated" (Table API, in the documentation of the platform). A table whose records the contract
describes keeps no value that the contract forbids, so that the five APIs can show each record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import orjson

from ccaas_kit.sandbox.http.messages import RefusalError
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.instance.settings import User
from ccaas_kit.sandbox.platform.display import Labels, is_true
from ccaas_kit.sandbox.query import values as query_values
from ccaas_kit.sandbox.query.operators import DATES, NUMBERS
from ccaas_kit.sandbox.storage.store import Record
from ccaas_kit.sandbox.storage.table_sql import fold, key_column, quoted
from ccaas_kit.sandbox.storage.tables import Field, Kind, Table

_SYSTEM = "sys_"
_TRUE = {"true", "1", "yes"}
_INPUT_DISPLAY = "sysparm_input_display_value"


class Writes:
    """Creates and changes records of one table for one user; `ignored` are fields without effect."""

    def __init__(
        self, asked: Mapping[str, str], table: Table, instance: Instance, user: User
    ) -> None:
        self._table = table
        self._instance = instance
        self._user = user
        self._by_display = is_true(asked, _INPUT_DISPLAY)
        self._custom = instance.store.custom_names(table.name)
        self._judge = _judge(table, instance)
        self.ignored: list[str] = []

    def create(self, body: Mapping[str, Any]) -> Record:
        """The new record.

        Raises:
            RefusalError: the contract describes records of this table, and this would be none.
        """
        instance, table = self._instance, self._table
        now = instance.now_text()
        found = self._texts(body)
        if table.number and not found.get("number"):
            found["number"] = instance.new_number(table.name)
        own = {
            "sys_created_on": now,
            "sys_updated_on": now,
            "sys_created_by": self._user.user_name,
            "sys_updated_by": self._user.user_name,
            "sys_mod_count": "0",
            "sys_class_name": table.name,
        }
        record = {
            **table.defaults(),
            **found,
            **{name: text for name, text in own.items() if name in table.fields},
            "sys_id": instance.new_sys_id(table.name),
        }
        if self._judge is not None and (wrong := self._wrong(record)):
            raise _aborted(table, wrong)
        instance.store.insert(table.name, record)
        return record

    def change(self, record: Mapping[str, Any], body: Mapping[str, Any]) -> Record:
        """The record of this table with what the body changes; one that changes nothing is kept."""
        table = self._table
        changes = {
            name: text for name, text in self._texts(body).items() if record.get(name, "") != text
        }
        if not changes:
            return dict(record)
        count = query_values.number(str(record.get("sys_mod_count", "")))
        own = {
            "sys_updated_on": self._instance.now_text(),
            "sys_updated_by": self._user.user_name,
            "sys_mod_count": str(int(count or 0) + 1),
        }
        changes |= {name: text for name, text in own.items() if name in table.fields}
        return self._instance.store.update(table.name, record["sys_id"], changes) or dict(record)

    def _texts(self, body: Mapping[str, Any]) -> dict[str, str]:
        """The fields of a body that a client may set, as the platform keeps them."""
        found = {}
        for name, value in body.items():
            text = _text(value)
            field = self._table.fields.get(name)
            if name in self._custom and field is None and text is not None:
                found[name] = text
            elif field is None or name.startswith(_SYSTEM) or text is None:
                self.ignored.append(name)
            else:
                found[name] = self._fitting(field, text)
        if self._judge is not None:
            for name in self._wrong(found):
                self.ignored.append(name)
                del found[name]
        return found

    def _fitting(self, field: Field, text: str) -> str:
        """The text as a field of its kind holds it; what is none of its values becomes empty."""
        if self._by_display and field.reference:
            return self._named(field.reference, text)
        if self._by_display:
            text = Labels(self._instance).value(self._table, field.name, text)
        if field.kind is Kind.BOOLEAN:
            return str(text.casefold() in _TRUE).lower()
        if field.kind in NUMBERS:
            return text if query_values.is_number(text) else ""
        if field.kind in DATES:
            return text if query_values.is_date(text) else ""
        return text

    def _named(self, table: str, text: str) -> str:
        """The sys_id of the record that people know by this name; a sys_id stays what it is."""
        store, target = self._instance.store, self._instance.tables[table]
        if not text or store.exists(table, text) or target.display not in target.indexed:
            return text
        where = f"t.{quoted(key_column(target.display))} = ?"
        for member in self._instance.tables.family(table):
            rows = store.select(member.name, where, (fold(text),), order_by="", limit=1, offset=0)
            if rows:
                return str(orjson.loads(rows[0])["sys_id"])
        return ""

    def _wrong(self, record: Mapping[str, str]) -> list[str]:
        """The fields that the contract forbids in a record of this table."""
        if self._judge is None or self._judge.is_valid(record):
            return []
        return sorted({str(error.instance_path[0]) for error in self._judge.iter_errors(record)})


def _judge(table: Table, instance: Instance) -> jsonschema_rs.Draft202012Validator | None:
    if table.schema is None:
        return None
    return instance.contract.judge(
        {"properties": instance.contract.schema(table.schema)["properties"]}
    )


def _text(value: Any) -> str | None:
    """A value as a record holds it; of a reference that was read before, what it holds."""
    match value:
        case str():
            return value
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case None:
            return ""
        case {"value": str(sys_id)}:
            return sys_id
        case _:
            return None


def _aborted(table: Table, wrong: list[str]) -> RefusalError:
    what = f"Operation against file '{table.name}' was aborted: {', '.join(wrong)} not valid"
    error = {"message": "Operation Failed", "detail": what}
    return RefusalError(403, body={"error": error, "status": "failure"})
