"""The numbers of the Aggregate API: how many records, and the sum, mean, least and greatest of fields.

By "Aggregate API" in the documentation of the platform, and the responses that it shows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson

from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.platform.display import Display, is_true
from ccaas_kit.sandbox.platform.selection import Selection
from ccaas_kit.sandbox.query import values as query_values
from ccaas_kit.sandbox.query.operators import NUMBERS
from ccaas_kit.sandbox.storage.tables import Table

_COUNT = "count"
_OF_FIELDS = ("avg", "max", "min", "sum")
_MEAN_PLACES = Decimal("0.0001")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_BOTH = "all"

_Record = Mapping[str, Any]


class Aggregates:
    """What a request wants to know of the records that it selects."""

    def __init__(self, asked: Mapping[str, str], table: Table, instance: Instance) -> None:
        self._table = table
        self._mode = asked.get("sysparm_display_value", "").casefold()
        self._counts = is_true(asked, "sysparm_count")
        self.ignored: list[str] = []
        self._fields = {
            name: self._known(asked.get(f"sysparm_{name}_fields", "")) for name in _OF_FIELDS
        }
        self._groups = self._known(asked.get("sysparm_group_by", ""))
        self._having = [part for part in asked.get("sysparm_having", "").split(",") if part]
        self._order = [part for part in asked.get("sysparm_order_by", "").split(",") if part]
        # A group is shown as the Table API shows the field of a record.
        shown = {"sysparm_exclude_reference_link": "true", "sysparm_display_value": self._mode}
        self._display = Display(shown, table, instance, "")

    def of(self, selection: Selection) -> Any:
        """The numbers of all records, or a list with those of each group."""
        if not self._groups and not any(self._fields.values()):
            count = {_COUNT: str(selection.total())} if self._counts else {}
            return {"stats": count}
        records = [orjson.loads(text) for text in selection.page()]
        if not self._groups:
            return {"stats": self._stats(records)}
        groups: dict[tuple[str, ...], list[_Record]] = {}
        for record in records:
            key = tuple(str(record.get(name, "")) for name in self._groups)
            groups.setdefault(key, []).append(record)
        kept = {
            key: members
            for key, members in groups.items()
            if all(self._holds(condition, members) for condition in self._having)
        }
        return [
            {"stats": self._stats(members), "groupby_fields": self._shown(key, members[0])}
            for key, members in self._sorted(kept)
        ]

    def _known(self, text: str) -> list[str]:
        names = [name for name in (part.strip() for part in text.split(",")) if name]
        self.ignored += [name for name in names if name not in self._table.fields]
        return [name for name in names if name in self._table.fields]

    def _stats(self, records: Sequence[_Record]) -> dict[str, Any]:
        stats: dict[str, Any] = {_COUNT: str(len(records))} if self._counts else {}
        for name, fields in self._fields.items():
            if fields:
                stats[name] = {field: self._number(name, field, records) for field in fields}
        return stats

    def _number(self, name: str, field: str, records: Sequence[_Record]) -> str:
        """One number as the API writes it; empty where no record has a value."""
        found = self._values(field, records)
        if not found:
            return ""
        if name in ("max", "min"):
            best = max(found) if name == "max" else min(found)
            return _plain(best) if isinstance(best, Decimal) else best
        numbers = [value for value in found if isinstance(value, Decimal)]
        if not numbers:
            return ""
        total = sum(numbers, Decimal(0))
        if name == "sum":
            return _plain(total)
        return str((total / len(numbers)).quantize(_MEAN_PLACES, ROUND_HALF_UP))

    def _values(self, field: str, records: Sequence[_Record]) -> list[Any]:
        texts = [str(record.get(field, "")) for record in records if record.get(field)]
        if self._table.fields[field].kind not in NUMBERS:
            return texts
        return [Decimal(text) for text in texts if query_values.is_number(text)]

    def _shown(self, key: tuple[str, ...], record: _Record) -> list[dict[str, str]]:
        whole = self._display.record(record)
        shown = []
        for name, value in zip(self._groups, key, strict=True):
            if self._mode == _BOTH:
                shown.append({"field": name, **whole[name]})
            else:
                shown.append({"field": name, "value": whole[name] if self._mode else value})
        return shown

    def _holds(self, condition: str, records: Sequence[_Record]) -> bool:
        """Whether a group meets a condition such as `count^state^>^3`; one that is none is ignored."""
        parts = condition.split("^")
        compares = _COMPARISONS.get(parts[2]) if len(parts) == 4 else None
        if compares is None or not query_values.is_number(parts[3]):
            self.ignored.append(condition)
            return True
        found = self._measure(parts[0].casefold(), parts[1], records)
        return found is not None and compares(found, Decimal(parts[3]))

    def _measure(self, name: str, field: str, records: Sequence[_Record]) -> Decimal | None:
        if name == _COUNT:
            return Decimal(len(records))
        if name not in _OF_FIELDS or field not in self._table.fields:
            return None
        text = self._number(name, field, records)
        return Decimal(text) if query_values.is_number(text) else None

    def _sorted(
        self, groups: Mapping[tuple[str, ...], list[_Record]]
    ) -> list[tuple[tuple[str, ...], list[_Record]]]:
        found = sorted(groups.items(), key=lambda group: group[0])
        # The last order is applied first: sorting keeps the order of what is alike.
        for order in reversed(self._order):
            name, _, rest = order.removesuffix("^DESC").partition("^")
            descending = order.endswith("^DESC")
            if name in self._groups:
                place = self._groups.index(name)
                found.sort(key=lambda group, at=place: group[0][at], reverse=descending)  # type: ignore[misc]
            elif name.casefold() in (_COUNT, *_OF_FIELDS):
                kind = name.casefold()
                found.sort(
                    key=lambda group, at=kind, of=rest: (
                        self._measure(at, of, group[1])  # type: ignore[misc]
                        or Decimal(0)
                    ),
                    reverse=descending,
                )
            else:
                self.ignored.append(order)
        return found


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
