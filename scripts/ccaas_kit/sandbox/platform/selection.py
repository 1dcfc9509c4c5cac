"""The records that a request to a table selects: by an encoded query, or by names with values.

"Name-value pairs to use to filter the result set. This parameter is mutually exclusive with
sysparm_query. [...] You can also use the display value when the field is a choice or reference type
field" (Table API, in the documentation of the platform).
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from ccaas_kit.sandbox.http import refusals
from ccaas_kit.sandbox.http.messages import RefusalError
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.instance.settings import User
from ccaas_kit.sandbox.platform.display import Labels
from ccaas_kit.sandbox.query import queries
from ccaas_kit.sandbox.query import sql as query_sql
from ccaas_kit.sandbox.query.sql import Compiled, Context
from ccaas_kit.sandbox.query.terms import Query
from ccaas_kit.sandbox.storage.tables import Table

# The parameters of a request that are no fields.
OWN = "sysparm_"
# Instead of a limit.
ALL = -1
_QUERY = "sysparm_query"
_NO_ROWS = "glide.invalid_query.returns_no_rows"
_CUSTOM_PREFIXES = ("u_", "x_")
_MAX_FIELDS = 100


def parameters(text: str, instance: Instance) -> dict[str, str]:
    """The parameters of a URL; of one that appears twice, the last one counts.

    Raises:
        RefusalError: there are too many.
    """
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError as error:
        reason = f"The URL has more than {_MAX_FIELDS} parameters"
        raise refusals.unreadable(instance.contract, reason) from error


@dataclass(frozen=True, slots=True)
class Selection:
    """The records of a table, and of those that extend it, that fit a request.

    `ignored` are the parts of the request that had no effect.
    """

    instance: Instance
    table: Table
    query: Query
    context: Context
    hidden: tuple[str, ...]
    nothing: bool
    ignored: tuple[str, ...]

    def page(self, offset: int = 0, limit: int = ALL) -> list[str]:
        """Some of the records as JSON text, in the order that the query asks for."""
        if self.nothing:
            return []
        family = self.instance.tables.family(self.table.name)
        most = limit if limit == ALL else offset + limit
        if len(family) == 1:
            return [row[0] for row in self._rows(self.table, limit=limit, offset=offset)]
        # Each table sorts its own records; what has no order of its own follows table by table.
        lists = [self._rows(member, limit=most, offset=0) for member in family]
        keys = self._compiled(self.table).keys
        rows = (
            heapq.merge(*lists, key=_key(keys)) if keys else (row for rows in lists for row in rows)
        )
        return [row[0] for row in islice(rows, offset, None if limit == ALL else most)]

    def total(self) -> int:
        """How many records there are; the count knows nothing of access rules."""
        if self.nothing:
            return 0
        return sum(
            self.instance.store.matching(member.name, sql.where, sql.where_parameters)
            for member in self.instance.tables.family(self.table.name)
            for sql in [self._compiled(member)]
        )

    def _compiled(self, member: Table) -> Compiled:
        return query_sql.compile(self.query, member, self.instance.tables, self.context)

    def _rows(self, member: Table, *, limit: int, offset: int) -> list[tuple[Any, ...]]:
        sql = self._compiled(member)
        sorting = sql.parameters[len(sql.where_parameters) :]
        where = f"({sql.where})" + "".join(" AND t.sys_id <> ?" for _ in self.hidden)
        return self.instance.store.select_rows(
            member.name,
            ", ".join(["t.body", *(text for text, _ in sql.keys)]),
            where,
            (*sorting, *sql.where_parameters, *self.hidden, *sorting),
            order_by=sql.order_by,
            limit=limit,
            offset=offset,
        )


def select(asked: Mapping[str, str], table: Table, instance: Instance, user: User) -> Selection:
    """The selection that the parameters of a request describe.

    Raises:
        RefusalError: the query is too long.
    """
    pairs = {name: value for name, value in asked.items() if not name.startswith(OWN)}
    ignored: list[str] = []
    text = asked.get(_QUERY)
    if text is None:
        text = _of_pairs(pairs, table, instance)
    else:
        ignored += [f"{name}={value}" for name, value in pairs.items()]
    custom: Sequence[str] = ()
    if any(prefix in text for prefix in _CUSTOM_PREFIXES):
        custom = instance.store.custom_names(table.name)
    try:
        query = queries.parse(text, table, instance.tables, custom)
    except queries.QueryTooLongError as error:
        raise refusals.unreadable(instance.contract, str(error)) from error
    return Selection(
        instance=instance,
        table=table,
        query=query,
        context=Context(user.sys_id, user.user_name, instance.now()),
        hidden=tuple(instance.settings.hidden_from(user)),
        nothing=bool(query.dropped) and instance.settings.is_true(_NO_ROWS),
        ignored=(*ignored, *query.dropped),
    )


def _of_pairs(pairs: Mapping[str, str], table: Table, instance: Instance) -> str:
    """The encoded query that says the same as names with values."""
    labels = Labels(instance)
    conjuncts = []
    for name, value in pairs.items():
        text = value.replace("^", "^^")
        terms = [f"{name}={text}"]
        field = table.fields.get(name)
        if field is not None and field.reference:
            shown = instance.tables[field.reference].display
            terms.append(f"{name}.{shown}={text}")
        elif field is not None and (of_label := labels.value(table, name, value)) != value:
            terms.append(f"{name}={of_label}")
        conjuncts.append("^OR".join(terms))
    return "^".join(conjuncts)


def _key(keys: Sequence[tuple[str, bool]]) -> Any:
    """The key that sorts rows by the columns after the first one, as the database does."""
    descending = [is_descending for _, is_descending in keys]

    def compared(row: tuple[Any, ...], other: tuple[Any, ...]) -> int:
        for one, two, is_descending in zip(row[1:], other[1:], descending, strict=True):
            # Nothing comes before numbers, and these before texts.
            left, right = (_rank(value) for value in (one, two))
            if left != right:
                return (1 if left > right else -1) * (-1 if is_descending else 1)
        return 0

    return cmp_to_key(compared)


def _rank(value: Any) -> tuple[int, Any]:
    if value is None:
        return (0, 0)
    return (1, value) if isinstance(value, int | float) else (2, value)


def no_record() -> RefusalError:
    """The 404 of a record, or of a list in the first version of the API, that is not there."""
    return RefusalError(404, "noRecordResponse")
