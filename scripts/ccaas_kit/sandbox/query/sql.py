"""Encoded queries as SQL over the tables of the store.

Every value and every JSON path is a bound parameter. The names that stand in the SQL text are those
of tables and fields that the sandbox itself knows, quoted. Text is compared case-folded (CON-011).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from ccaas_kit.sandbox.query import dates
from ccaas_kit.sandbox.query import values as query_values
from ccaas_kit.sandbox.query.comparisons import (
    SIGNS,
    bound_moment,
    compared,
    first_after,
    holds,
)
from ccaas_kit.sandbox.query.dates import Comparison, DatePart, Direction, Part, Span, Unit
from ccaas_kit.sandbox.query.fields import (
    Fields,
    Parameter,
    Path,
    Sql,
    bound,
    joined,
    nothing_of,
    sql,
)
from ccaas_kit.sandbox.query.operators import (
    DATES,
    EMPTINESS,
    NUMBERS,
    ORDER,
    TEXT_ALONE,
    Operator,
)
from ccaas_kit.sandbox.query.terms import (
    Distance,
    Ordering,
    Other,
    Query,
    Related,
    Term,
    Unfit,
    Words,
)
from ccaas_kit.sandbox.query.values import Scalar
from ccaas_kit.sandbox.storage.table_sql import fold, quoted
from ccaas_kit.sandbox.storage.tables import Field, Kind, Table, Tables


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, and when."""

    user_sys_id: str
    user_name: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Compiled:
    """A condition and an order over the alias `t`, with the parameters of both in this order.

    `where_parameters` are those of the condition alone. `order_by` is empty where no order was
    asked for; otherwise records that are alike keep the order in which they were made. `keys` are
    the values that the order goes by, each with whether the greatest comes first.
    """

    where: str
    parameters: tuple[Parameter, ...]
    order_by: str
    where_parameters: tuple[Parameter, ...]
    keys: tuple[tuple[str, bool], ...] = ()


def compile(  # noqa: A001  # what it does to a query; nobody compiles Python here
    query: Query, table: Table, tables: Tables, context: Context
) -> Compiled:
    """The query as SQL for the table `t`, for one user at one time."""
    compiler = _Compiler(table, tables, context)
    where = compiler.where(query)
    orders = [compiler.ordering(ordering) for ordering in query.order]
    keys = tuple(
        (order.text, ordering.descending)
        for order, ordering in zip(orders, query.order, strict=True)
    )
    sorts = [f"{text} DESC" if descending else text for text, descending in keys]
    order_by = ", ".join([*sorts, "t.seq"]) if orders else ""
    return Compiled(
        where=where.text,
        parameters=(*where.values, *(value for order in orders for value in order.values)),
        order_by=order_by,
        where_parameters=where.values,
        keys=keys,
    )


# The opposite of each matches whatever this does not, and so an empty field as well.
_OPPOSITES = {
    Operator.NOT_EQUALS: Operator.EQUALS,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.NOT_IN: Operator.IN,
}
_BOOLEANS = {"1": "true", "0": "false"}
_MODIFIERS = {
    Unit.MINUTE: ("minutes", 1),
    Unit.HOUR: ("hours", 1),
    Unit.DAY: ("days", 1),
    Unit.WEEK: ("days", 7),
    Unit.MONTH: ("months", 1),
    Unit.QUARTER: ("months", 3),
    Unit.YEAR: ("years", 1),
}


class _Compiler:
    def __init__(self, table: Table, tables: Tables, context: Context) -> None:
        self.tables = tables
        self.indexed = frozenset(table.indexed)
        self.fields = Fields(table, tables)
        self.context = context
        self.now = context.now.astimezone(UTC) if context.now.tzinfo else context.now

    def where(self, query: Query) -> Sql:
        groups = [
            joined("AND", [self.any_of(terms) for terms in conjuncts]) for conjuncts in query.groups
        ]
        return joined("OR", groups) if groups else Sql("1")

    def ordering(self, ordering: Ordering) -> Sql:
        path = self.fields.shown(ordering.path)
        is_number = path[-1].kind in NUMBERS
        return self.fields.number(path) if is_number else self.fields.folded(path)

    def any_of(self, terms: Sequence[Term]) -> Sql:
        """One of the terms holds; those about the record behind a reference are asked of it together.

        So a record behind a reference is looked at once, and not for each row and term.
        """
        pieces: list[Sql] = []
        behind: dict[Field, list[Term]] = {}
        for term in terms:
            path = self._compared_path(term)
            if len(path) == 1 or isinstance(term.operand, Other | Distance):
                pieces.append(self.term(term))
            else:
                inner = Term(path[1:], term.operator, term.operand)
                behind.setdefault(path[0], []).append(inner)
        pieces += [self._behind(reference, inner) for reference, inner in behind.items()]
        return joined("OR", pieces)

    def _compared_path(self, term: Term) -> Path:
        operator = _OPPOSITES.get(term.operator, term.operator)
        shows = operator in TEXT_ALONE or operator in ORDER
        return self.fields.shown(term.path) if shows else term.path

    def _behind(self, reference: Field, terms: Sequence[Term]) -> Sql:
        """One of the terms holds of the record that a reference names, or of nothing if it is not there."""
        key = self.fields.key(reference)
        pieces = []
        there = []
        for table in self.tables.family(reference.reference or ""):
            matches = _Compiler(table, self.tables, self.context).any_of(terms)
            rows = f"(SELECT t.sys_id FROM {quoted(table.name)} AS t"  # noqa: S608  # known
            pieces.append(sql(f"{{}} IN {rows} WHERE {{}})", key, matches))
            there.append(sql(f"{{}} IN {rows})", key))
        target = self.tables[reference.reference or ""]
        nothing = _Compiler(target, self.tables, self.context).any_of(terms)
        empty = sql("EXISTS (SELECT 1 FROM ({}) AS t WHERE {})", nothing_of(target), nothing)
        pieces.append(sql("({} AND NOT {})", empty, joined("OR", there)))
        return joined("OR", pieces)

    def term(self, term: Term) -> Sql:
        match term.operand:
            case Other(path, part):
                return self._fields(term, path, part)
            case Distance(path, span):
                return self._distance(term, path, span)
            case Span():
                return self._relative(term, term.operand)
            case DatePart(part, comparison, number):
                piece = self.fields.part(self.fields.moment(term.path), part)
                return sql(f"{{}} {SIGNS[comparison]} {{}}", piece, bound(number))
            case Words() | Related() | Unfit():
                return self._of_record(term.operand)
            case scalars:
                return self._values(term, [self._resolved(scalar) for scalar in scalars])

    def _of_record(self, operand: Words | Related | Unfit) -> Sql:
        match operand:
            case Words(texts):
                return joined("AND", [self._word(text) for text in texts])
            case Related():
                return self._related(operand)
            case Unfit():
                # CON-013: a bad value finds nothing, also under a negation, and never widens.
                return Sql("0")

    def _word(self, text: str) -> Sql:
        """Some text field of a record holds a word, or a phrase."""
        names = bound(orjson.dumps(self.fields.texts()).decode())
        return sql(
            "EXISTS (SELECT 1 FROM json_each(t.body) AS f WHERE f.key IN "
            "(SELECT value FROM json_each({})) AND instr(fold(f.value), {}) > 0)",
            names,
            bound(fold(text)),
        )

    def _related(self, related: Related) -> Sql:
        """So many records refer to this one: the others are counted once, and not for each record."""
        keys = []
        for table in self.tables.family(related.table.name):
            inner = _Compiler(table, self.tables, self.context)
            key, where = inner.fields.key(related.field), inner.where(related.query)
            rows = f"FROM {quoted(table.name)} AS t"  # a name that the sandbox knows
            keys.append(sql(f"SELECT {{}} AS k {rows} WHERE {{}}", key, where))
        every = sql(" UNION ALL ".join(["{}"] * len(keys)), *keys)
        sign, count = SIGNS[related.operator], related.count
        # No record is counted zero times below, so what holds of zero is found by its opposite.
        zero = holds(related.operator, 0, count)
        word, condition = ("NOT IN", "NOT (count(*)") if zero else ("IN", "(count(*)")
        return sql(  # operators and signs of this module
            f"t.sys_id {word} (SELECT k FROM ({{}}) GROUP BY k HAVING {condition} {sign} {{}}))",  # noqa: S608
            every,
            bound(count),
        )

    def _values(self, term: Term, texts: list[str]) -> Sql:
        operator, path = term.operator, term.path
        if operator in _OPPOSITES:
            opposite = Term(path, _OPPOSITES[operator], term.operand)
            return sql("NOT coalesce({}, 0)", self._values(opposite, texts))
        if operator in EMPTINESS or (operator is Operator.EQUALS and texts == [""]):
            return self._emptiness(operator, path)
        if operator in TEXT_ALONE:
            return self._piece_of_text(operator, self.fields.shown(path), fold(texts[0]))
        if term.field.kind in NUMBERS:
            numbers = [
                number for text in texts if (number := query_values.number(text)) is not None
            ]
            return compared(operator, self.fields.number(path), numbers)
        if term.field.kind in DATES:
            return self._dates(operator, path, texts)
        return self._text(operator, path, texts)

    def _emptiness(self, operator: Operator, path: Path) -> Sql:
        if operator is Operator.ANYTHING:
            return Sql("1")
        sign = "<>" if operator is Operator.IS_NOT_EMPTY else "="
        return sql(f"{{}} {sign} ''", self.fields.folded(path))

    def _text(self, operator: Operator, path: Path, texts: list[str]) -> Sql:
        folded = [fold(text) for text in texts]
        if operator in ORDER:
            # Nothing is neither before nor after anything.
            shown = self.fields.folded(self.fields.shown(path))
            return compared(operator, sql("nullif({}, '')", shown), folded)
        if path[-1].kind is Kind.BOOLEAN:
            folded = [_BOOLEANS.get(text, text) for text in folded]
        if len(path) == 1 and path[0].name == "sys_id":
            # The column keeps the id as it was given, so both spellings are looked up.
            ids = sorted({*texts, *folded})
            operator = Operator.IN if len(ids) > 1 else operator
            return compared(operator, Sql("t.sys_id"), ids)
        return compared(operator, self.fields.folded(path), folded)

    def _dates(self, operator: Operator, path: Path, texts: list[str]) -> Sql:
        points = [point for text in texts if (point := dates.moment(text.strip()))]
        moment = self.fields.moment(path)
        if operator in (Operator.ON, Operator.NOT_ON):
            if len(points) == 1:
                [day] = points
                points = list(dates.period(day, Unit.DAY))
            word = "NOT BETWEEN" if operator is Operator.NOT_ON else "BETWEEN"
            return sql(f"{{}} {word} {{}} AND {{}}", moment, *map(bound_moment, points))
        return compared(operator, moment, [dates.text_of(point) for point in points])

    def _piece_of_text(self, operator: Operator, path: Path, text: str) -> Sql:
        folded = self.fields.folded(path)
        if not text:
            return Sql("1")
        if operator is Operator.CONTAINS:
            return sql("instr({}, {}) > 0", folded, bound(text))
        if operator is Operator.ENDS_WITH:
            return sql("substr({}, {}) = {}", folded, bound(-len(text)), bound(text))
        if len(path) > 1 or path[0].name not in self.indexed:
            return sql("substr({}, 1, {}) = {}", folded, bound(len(text)), bound(text))
        # An index can find a range.
        above = first_after(text)
        if above is None:
            return sql("{} >= {}", folded, bound(text))
        return sql("({} >= {} AND {} < {})", folded, bound(text), folded, bound(above))

    def _fields(self, term: Term, other: Path, part: Part | None) -> Sql:
        sign = SIGNS[term.operator]
        kinds = {term.field.kind, other[-1].kind}
        paths = term.path, other
        if part is not None:
            pieces = [self.fields.part(self.fields.moment(path), part) for path in paths]
        elif kinds <= NUMBERS:
            pieces = [self.fields.number(path) for path in paths]
        elif kinds <= DATES:
            pieces = [self.fields.moment(path) for path in paths]
        else:
            pieces = [self.fields.folded(path) for path in paths]
        return sql(f"{{}} {sign} {{}}", *pieces)

    def _distance(self, term: Term, path: Path, span: Span) -> Sql:
        moment, other = self.fields.moment(term.path), self.fields.moment(path)
        unit, factor = _MODIFIERS[span.unit]
        before, after = (
            sql("datetime({}, {})", other, bound(f"{sign}{span.amount * factor} {unit}"))
            for sign in "-+"
        )
        if term.operator is Operator.LESS_THAN:
            first = other if span.direction is Direction.AFTER else before
            last = other if span.direction is Direction.BEFORE else after
            return sql("{} BETWEEN {} AND {}", moment, first, last)
        sides = []
        if span.direction is not Direction.AFTER:
            sides.append(sql("{} < {}", moment, before))
        if span.direction is not Direction.BEFORE:
            sides.append(sql("{} > {}", moment, after))
        return joined("OR", sides)

    def _relative(self, term: Term, span: Span) -> Sql:
        amount = -span.amount if span.direction is Direction.AGO else span.amount
        point = dates.shifted(self.now, span.unit, amount)
        comparison = Comparison(term.operator.removeprefix("RELATIVE"))
        moment = self.fields.moment(term.path)
        if comparison is Comparison.AT:
            first, last = dates.period(point, span.unit)
            return sql("{} BETWEEN {} AND {}", moment, bound_moment(first), bound_moment(last))
        return sql(f"{{}} {SIGNS[comparison]} {{}}", moment, bound_moment(point))

    def _resolved(self, scalar: Scalar) -> str:
        return query_values.resolve(
            scalar,
            user_sys_id=self.context.user_sys_id,
            user_name=self.context.user_name,
            now=self.now,
        )
