"""The encoded query of the platform: what a `sysparm_query` asks for, as a value.

A part that makes no sense is dropped and the rest is used, as the platform does it; what to think
of a query that lost parts is for the caller to say. A bad value is another thing: the term is kept
and finds nothing (CON-013). Terms joined by or come before and (CON-010).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from ccaas_kit.sandbox.query import dates as query_dates
from ccaas_kit.sandbox.query import operators, values
from ccaas_kit.sandbox.query.dates import DatePart, Direction, Part, Span
from ccaas_kit.sandbox.query.operators import DATES, NUMBERS, Operator
from ccaas_kit.sandbox.query.values import Scalar
from ccaas_kit.sandbox.storage.tables import Field, Kind, Table, Tables

# An instance has evaluated as many terms as this, and more.
MAX_TERMS = 2500
# More subqueries or orders would take SQLite seconds to prepare, which nothing can cut short.
MAX_FAR = MAX_ORDERINGS = 500


class QueryTooLongError(Exception):
    """A query has more terms than the sandbox evaluates."""

    def __init__(self, count: int, most: int = MAX_TERMS) -> None:
        self.count = count
        super().__init__(f"a query of {count} terms; at most {most} are evaluated")


@dataclass(frozen=True, slots=True)
class Other:
    """The second field of a comparison of two; `part` compares only this part of two dates."""

    path: tuple[Field, ...]
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Distance:
    """A span that is counted from a second field."""

    path: tuple[Field, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Unfit:
    """A value that no field of this kind can have, such as a word for a number."""


Operand: TypeAlias = tuple[Scalar, ...] | Other | Distance | Span | DatePart | Unfit


@dataclass(frozen=True, slots=True)
class Term:
    """One condition on a field, which is reached through the reference fields before it."""

    path: tuple[Field, ...]
    operator: Operator
    operand: Operand = ()

    @property
    def field(self) -> Field:
        """The field that is compared."""
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class Ordering:
    """A field to sort by."""

    path: tuple[Field, ...]
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """Groups of which one must hold; in a group all conjuncts, in a conjunct one of its terms."""

    groups: tuple[tuple[tuple[Term, ...], ...], ...] = ()
    order: tuple[Ordering, ...] = ()
    dropped: tuple[str, ...] = ()


# No path of fields is longer than this, so no more of a part is searched for its operator.
_NAME = re.compile(r"[a-zA-Z0-9_.]{1,300}")
_CARETS = re.compile(r"(\^\^|\^)")
# Neither can stand in a text of the database.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def parse(text: str, table: Table, tables: Tables, custom: Collection[str] = ()) -> Query:
    """The query that a text asks of a table, in which `custom` are known text fields as well.

    Raises:
        QueryTooLongError: there are more than `MAX_TERMS` terms, or than `MAX_FAR` about references, or
            than `MAX_ORDERINGS` fields to sort by.
    """
    parser = _Parser(table, tables, frozenset(custom))
    for index, part in enumerate(_parts(text)):
        if index and part.startswith("NQ"):
            parser.groups.append([])
            parser.part(part.removeprefix("NQ"))
        elif index and part.startswith("OR") and not part.startswith("ORDERBY"):
            parser.term(part.removeprefix("OR"), joined=True)
        else:
            parser.part(part)
    return parser.query()


def _parts(text: str) -> list[str]:
    """What stands between carets; two of them are one that belongs to a value."""
    parts = [""]
    for piece in _CARETS.split(text):
        if piece == "^":
            parts.append("")
        else:
            parts[-1] += "^" if piece == "^^" else piece
    return parts


class _Parser:
    def __init__(self, table: Table, tables: Tables, custom: frozenset[str]) -> None:
        self.table = table
        self.tables = tables
        self.custom = custom
        self.groups: list[list[list[Term]]] = [[]]
        self.order: dict[tuple[Field, ...], Ordering] = {}
        self.dropped: list[str] = []
        self.terms = 0
        # Those that look at records behind references.
        self.far = 0
        self.orderings = 0

    def query(self) -> Query:
        if self.terms > MAX_TERMS:
            raise QueryTooLongError(self.terms)
        for count, most in ((self.far, MAX_FAR), (self.orderings, MAX_ORDERINGS)):
            if count > most:
                raise QueryTooLongError(count, most)
        groups = (tuple(tuple(terms) for terms in group if terms) for group in self.groups)
        return Query(
            groups=tuple(group for group in groups if group),
            order=tuple(self.order.values()),
            dropped=tuple(self.dropped),
        )

    def part(self, text: str) -> None:
        if text.startswith("ORDERBY"):
            self._ordering(text)
        elif text and text != "EQ" and not text.startswith("GROUPBY"):
            self.term(text, joined=False)

    def term(self, text: str, *, joined: bool) -> None:
        self.terms += 1
        if self.terms > MAX_TERMS:
            return  # only counted, for the refusal of the whole
        group = self.groups[-1]
        if not joined or not group:
            group.append([])
        term = self._parsed(text)
        if term is None:
            self.dropped.append(text)
        else:
            self.far += len(term.path) > 1 or term.field.kind is Kind.REFERENCE
            group[-1].append(term)

    def _ordering(self, text: str) -> None:
        self.orderings += 1
        if self.orderings > MAX_ORDERINGS:
            return
        name = text.removeprefix("ORDERBY")
        descending = name.startswith("DESC")
        path = self._path(name.removeprefix("DESC"))
        if path is None:
            self.dropped.append(text)
        elif path not in self.order:  # a second order by the same field changes nothing
            self.order[path] = Ordering(path, descending)

    def _path(self, name: str) -> tuple[Field, ...] | None:
        if not _NAME.fullmatch(name):
            return None
        if name in self.custom and name not in self.table.fields:
            return (Field(name, Kind.STRING),)
        path: list[Field] = []
        table: Table | None = self.table
        for step in name.split("."):
            field = table.fields.get(step) if table else None
            if field is None:
                return None
            path.append(field)
            table = self.tables.get(field.reference) if field.reference else None
        return tuple(path)

    def _parsed(self, text: str) -> Term | None:
        name = _NAME.match(text)
        if name is None or _NO_TEXT.search(text):
            return None
        # The longest name that is a field wins, then the longest operator that follows it.
        for start in reversed(operators.positions(text, name.end())):
            if path := self._path(text[:start]):
                return self._term(path, *operators.at(text, start))
        return None

    def _term(self, path: tuple[Field, ...], operator: Operator | None, text: str) -> Term | None:
        kind = path[-1].kind
        if operator is None or operator not in operators.ALLOWED[kind]:
            return None
        operand: Operand | None
        if operator in operators.EMPTINESS:
            operand = ()
        elif operator in operators.SAMENESS | operators.FIELDS:
            operand = self._other(kind, operator, text)
        elif operator in operators.DISTANCES:
            operand = self._distance(text)
        elif operator in operators.RELATIVES:
            operand = query_dates.span(text.removeprefix("@"), (Direction.AGO, Direction.AHEAD))
        elif operator is Operator.DATE_PART:
            operand = query_dates.date_part(text)
        else:
            operand = _values(kind, operator, text)
        return None if operand is None else Term(path, operator, operand)

    def _other(self, kind: Kind, operator: Operator, text: str) -> Other | None:
        name, at, part = text.partition("@")
        path = self._path(name)
        if path is None:
            return None
        comparable = any({kind, path[-1].kind} <= kinds for kinds in (NUMBERS, DATES))
        if at:
            dates = {kind, path[-1].kind} <= DATES and operator in operators.SAMENESS
            return Other(path, Part(part)) if dates and part in list(Part) else None
        return Other(path) if comparable or operator in operators.SAMENESS else None

    def _distance(self, text: str) -> Distance | None:
        name, _, rest = text.partition("@")
        path = self._path(name)
        span = query_dates.span(rest, (Direction.BEFORE, Direction.AFTER, Direction.EITHER))
        if path is None or span is None or path[-1].kind not in DATES:
            return None
        return Distance(path, span)


def _values(kind: Kind, operator: Operator, text: str) -> tuple[Scalar, ...] | Unfit | None:
    """The values behind an operator; None where they are too few, too many or unknown scripts."""
    texts = _split(operator, text)
    parsed = [values.parse(each) for each in texts]
    scalars = tuple(each for each in parsed if each is not None)
    if not texts or len(scalars) < len(parsed):
        return None
    if operator in operators.TEXT_ALONE or kind not in NUMBERS | DATES:
        return scalars
    if operator in operators.EQUALITY and scalars == ("",):
        return scalars
    is_usable = values.is_number if kind in NUMBERS else values.is_date
    usable = tuple(scalar for scalar in scalars if is_usable(scalar))
    if operator in operators.MEMBERSHIP:
        return usable or Unfit()  # an odd value in a list equals no field, and so matters to none
    return usable if usable == scalars else Unfit()


def _split(operator: Operator, text: str) -> list[str]:
    if operator in operators.MEMBERSHIP and not text.startswith("javascript:"):
        return text.split(",")
    if operator is Operator.BETWEEN:
        texts = text.split("@")
        return texts if len(texts) == 2 else []
    if operator in operators.DAYS:
        # Either one day, or a label that only people read and the first and last second.
        texts = text.split("@")
        return texts[1:] if len(texts) == 3 else texts if len(texts) == 1 else []
    return [text]
