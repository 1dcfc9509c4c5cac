"""Records as the Table API shows them: values, display values, links of references, chosen fields.

By the documentation of the platform ("Table API", "Dot-walking in REST API requests"): a reference is
an object with a link and a value; `sysparm_display_value` shows what people read, or both;
`sysparm_fields` names fields, also through references, and ignores what is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.query import queries
from ccaas_kit.sandbox.storage.tables import Field, Table

TABLES = "/api/now/table"
_CHOICES = "sys_choice"
_BOTH = "all"
_TRUE = "true"

Path = tuple[Field, ...]


def base_of(request: Request) -> str:
    """Where the client finds the instance."""
    return f"{request.scheme}://{request.headers.get('host') or 'localhost'}"


def is_true(asked: Mapping[str, str], name: str) -> bool:
    """Whether a flag of a request is set."""
    return asked.get(name, "").casefold() == _TRUE


class Labels:
    """What the values of choices are called, by the table sys_choice."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._known: dict[str, dict[tuple[str, str], str]] = {}

    def label(self, table: Table, field: str, value: str) -> str:
        """The label of a value; the value itself where it is no choice."""
        return self._of(table).get((field, value), value)

    def value(self, table: Table, field: str, text: str) -> str:
        """The value that has this label; the text itself where none has."""
        folded = text.casefold()
        found = (
            value
            for (name, value), label in self._of(table).items()
            if name == field and label.casefold() == folded
        )
        return next(found, text)

    def _of(self, table: Table) -> dict[tuple[str, str], str]:
        known = self._known.get(table.name)
        if known is None:
            names = [table.name]
            while extended := self._instance.tables[names[-1]].extends:
                names.append(extended)
            # The choices of a table stand before those of the table that it extends.
            known = self._known[table.name] = {
                (choice["element"], choice["value"]): choice["label"]
                for name in reversed(names)
                for choice in self._choices(name)
            }
        return known

    def _choices(self, name: str) -> Iterable[dict[str, str]]:
        store = self._instance.store
        rows = store.select(_CHOICES, "t.k_name = ?", (name,), order_by="", limit=-1, offset=0)
        return map(orjson.loads, rows)


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    path: Path


class Display:
    """How one request wants to see the records of a table; `ignored` are fields that are none."""

    def __init__(
        self, asked: Mapping[str, str], table: Table, instance: Instance, base: str
    ) -> None:
        self._table = table
        self._instance = instance
        self._base = base
        self._mode = asked.get("sysparm_display_value", "").casefold()
        self._links = not is_true(asked, "sysparm_exclude_reference_link")
        self._labels = Labels(instance)
        self._custom = instance.store.custom_names(table.name)
        self._columns: list[_Column] | None = None
        self.ignored: list[str] = []
        names = [name.strip() for name in asked.get("sysparm_fields", "").split(",")]
        if any(names):
            self._columns = []
            for name in dict.fromkeys(filter(None, names)):
                path = queries.path(name, table, instance.tables, self._custom)
                if path is None:
                    self.ignored.append(name)
                else:
                    self._columns.append(_Column(name, path))

    def record(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that are asked for, or all of the table; what is empty is there as well."""
        if self._columns is not None:
            return {column.name: self._value(column.path, record) for column in self._columns}
        shown = {
            name: self._shown(field, self._table, _text(record.get(name)))
            for name, field in self._table.fields.items()
        }
        for name in self._custom:
            if name in record:
                field = queries.custom_field(name)
                shown[name] = self._shown(field, self._table, _text(record[name]))
        return shown

    def read(self, table: str, sys_id: str) -> Mapping[str, Any] | None:
        """The record that a reference names."""
        return self._instance.store.read(table, sys_id) if sys_id else None

    def _value(self, path: Path, record: Mapping[str, Any]) -> Any:
        table = self._table
        for step in path[:-1]:
            target = self._instance.tables[step.reference or ""]
            found = self.read(target.name, _text(record.get(step.name)))
            if found is None:
                return self._shown(path[-1], target, "")
            table, record = target, found
        return self._shown(path[-1], table, _text(record.get(path[-1].name)))

    def _shown(self, field: Field, table: Table, value: str) -> Any:
        if not field.reference or not value:
            if self._mode == _BOTH:
                return {
                    "display_value": self._labels.label(table, field.name, value),
                    "value": value,
                }
            return self._labels.label(table, field.name, value) if self._mode == _TRUE else value
        link = {"link": f"{self._base}{TABLES}/{field.reference}/{value}"} if self._links else {}
        if self._mode == _BOTH:
            return {"display_value": self.name_of(field, value), **link, "value": value}
        if self._mode == _TRUE:
            name = self.name_of(field, value)
            return {"display_value": name, **link} if link else name
        return {**link, "value": value} if link else value

    def name_of(self, field: Field, sys_id: str) -> str:
        """Under which name people know the record of a reference; empty where there is none."""
        target = self._instance.tables[field.reference or ""]
        found = self.read(target.name, sys_id)
        if found is None:
            return ""
        shown = target.fields[target.display]
        text = _text(found.get(shown.name))
        # What a record is shown by can be a reference again.
        return self.name_of(shown, text) if shown.reference and text else text


def _text(value: Any) -> str:
    """A value as it travels; what is no column of the platform has none."""
    return value if isinstance(value, str) else ""
