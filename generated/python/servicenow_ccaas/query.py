# Written by `make build` from scripts/pyclient/runtime/query.py. Do not edit.
"""Encoded queries, the language of `sysparm_query`, built from fields and values.

No documentation tells how a value could hold one of the signs that the language itself uses, so a
value with one is refused instead of changing what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Self

Value = str | bool | int | Decimal | date
_SIGNS = ("^",)


class Query:
    """An encoded query; each call adds a term and gives the query back.

    Terms are joined with and; after `or_()` the next one is joined with or, and `union()` begins a
    further query whose records are added. `str()` gives the text that is sent.

    Raises:
        ValueError: a field or a value has a sign in it that means something to the language.
    """

    def __init__(self) -> None:
        self._text = ""
        self._order = ""
        self._joint = ""

    def equals(self, field: str, value: Value) -> Self:
        """The field has this value."""
        return self._term(field, "=", _text(value))

    def not_equals(self, field: str, value: Value) -> Self:
        """The field has another value."""
        return self._term(field, "!=", _text(value))

    def starts_with(self, field: str, value: str) -> Self:
        """The text of the field begins with this one."""
        return self._term(field, "STARTSWITH", _text(value))

    def ends_with(self, field: str, value: str) -> Self:
        """The text of the field ends with this one."""
        return self._term(field, "ENDSWITH", _text(value))

    def contains(self, field: str, value: str) -> Self:
        """The text of the field has this one in it."""
        return self._term(field, "LIKE", _text(value))

    def excludes(self, field: str, value: str) -> Self:
        """The text of the field does not have this one in it."""
        return self._term(field, "NOT LIKE", _text(value))

    def at_least(self, field: str, value: Value) -> Self:
        """The value of the field is this one or follows it."""
        return self._term(field, ">=", _text(value))

    def at_most(self, field: str, value: Value) -> Self:
        """The value of the field is this one or precedes it."""
        return self._term(field, "<=", _text(value))

    def between(self, field: str, low: Value, high: Value) -> Self:
        """The value of the field is one of the two or between them."""
        return self._term(field, "BETWEEN", "@".join(_text(bound, "@") for bound in (low, high)))

    def is_in(self, field: str, values: Sequence[Value]) -> Self:
        """The value of the field is one of these."""
        return self._term(field, "IN", _list(values))

    def is_not_in(self, field: str, values: Sequence[Value]) -> Self:
        """The value of the field is none of these."""
        return self._term(field, "NOT IN", _list(values))

    def is_empty(self, field: str) -> Self:
        """The field has no value."""
        return self._term(field, "ISEMPTY", "")

    def is_not_empty(self, field: str) -> Self:
        """The field has a value."""
        return self._term(field, "ISNOTEMPTY", "")

    def or_(self) -> Self:
        """Join the next term with or."""
        return self._join("^OR")

    def union(self) -> Self:
        """Begin a further query, whose records are added to those of this one."""
        return self._join("^NQ")

    def order_by(self, field: str, *, descending: bool = False) -> Self:
        """Sort by a field; several calls sort within each other."""
        self._order += f"^ORDERBY{'DESC' if descending else ''}{_field(field)}"
        return self

    @property
    def is_ordered(self) -> bool:
        """Whether the query says how to sort."""
        return bool(self._order)

    def __str__(self) -> str:
        if self._joint:
            raise ValueError(f"nothing follows '{self._joint}'")
        return (self._text + self._order).removeprefix("^")

    def __repr__(self) -> str:
        return f"Query({self._text + self._order!r})"

    def _join(self, joint: str) -> Self:
        if not self._text or self._joint:
            raise ValueError(f"there is no term before '{joint}'")
        self._joint = joint
        return self

    def _term(self, field: str, operator: str, value: str) -> Self:
        joint = self._joint or ("^" if self._text else "")
        self._text += f"{joint}{_field(field)}{operator}{value}"
        self._joint = ""
        return self


def _field(name: str) -> str:
    if not name.replace(".", "").replace("_", "").isalnum() or not name.isascii():
        raise ValueError(f"'{name}' is no name of a field, nor a path of names with dots")
    return name


def _text(value: Value, *signs: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    text = str(value)
    for sign in (*_SIGNS, *signs):
        if sign in text:
            raise ValueError(f"'{text}' has '{sign}' in it, which would change the query")
    if text.lower().startswith("javascript:"):
        raise ValueError("a value that begins with 'javascript:' would be run as a script")
    return text


def _list(values: Sequence[Value]) -> str:
    if isinstance(values, str) or not values:
        raise ValueError("give a list with at least one value")
    return ",".join(_text(value, ",") for value in values)
