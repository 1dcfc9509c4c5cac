"""How a field is compared with values: the signs of SQL, and pieces of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson

from ccaas_kit.sandbox.query import dates
from ccaas_kit.sandbox.query.dates import Comparison
from ccaas_kit.sandbox.query.fields import Parameter, Sql, bound, sql
from ccaas_kit.sandbox.query.operators import Operator

SIGNS = {
    Operator.EQUALS: "=",
    Operator.LESS: "<",
    Operator.LESS_OR_EQUALS: "<=",
    Operator.GREATER: ">",
    Operator.GREATER_OR_EQUALS: ">=",
    Operator.SAME_AS: "IS",
    Operator.NOT_SAME_AS: "IS NOT",
    Operator.GREATER_THAN_FIELD: ">",
    Operator.LESS_THAN_FIELD: "<",
    Operator.GREATER_OR_EQUALS_FIELD: ">=",
    Operator.LESS_OR_EQUALS_FIELD: "<=",
    Comparison.AT: "=",
    Comparison.AFTER: ">",
    Comparison.AT_OR_AFTER: ">=",
    Comparison.BEFORE: "<",
    Comparison.AT_OR_BEFORE: "<=",
}
_LAST_CODE_POINT = "\U0010ffff"


def compared(operator: Operator, field: Sql, values: Sequence[Parameter]) -> Sql:
    """A field compared with values that are of its own kind."""
    if operator is Operator.IN:
        # One parameter however long the list is: SQLite limits their number.
        listed = bound(orjson.dumps(list(values)).decode())
        return sql("{} IN (SELECT value FROM json_each({}))", field, listed)
    if operator is Operator.BETWEEN:
        return sql("{} BETWEEN {} AND {}", field, *map(bound, values))
    return sql(f"{{}} {SIGNS[operator]} {{}}", field, bound(values[0]))


def holds(operator: Operator, number: int, other: int) -> bool:
    match operator:
        case Operator.EQUALS:
            return number == other
        case Operator.LESS:
            return number < other
        case Operator.LESS_OR_EQUALS:
            return number <= other
        case Operator.GREATER:
            return number > other
        case _:
            return number >= other


def bound_moment(point: datetime) -> Sql:
    return bound(dates.text_of(point))


def first_after(prefix: str) -> str | None:
    """The first text that sorts after all that begin with the prefix; None if there is none."""
    stem = prefix.rstrip(_LAST_CODE_POINT)
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    # Surrogates are no characters of their own and do not reach the database.
    return stem[:-1] + chr(0xE000 if following == 0xD800 else following)
