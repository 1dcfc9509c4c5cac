"""The encoded query of the platform: what a `sysparm_query` asks for, as a value.

A part that makes no sense is dropped and the rest is used, as the platform does it; what to think
of a query that lost parts is for the caller to say. A bad value is another thing: the term is kept
and finds nothing (CON-013). Terms joined by or come before and (CON-010).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ccaas_kit.sandbox.query import dates as query_dates
from ccaas_kit.sandbox.query import operators, values
from ccaas_kit.sandbox.query.dates import Direction, Part
from ccaas_kit.sandbox.query.operators import DATES, NUMBERS, Operator
from ccaas_kit.sandbox.query.terms import (
    Distance,
    Operand,
    Ordering,
    Other,
    Query,
    Related,
    Term,
    Unfit,
    Words,
)
from ccaas_kit.sandbox.query.values import Scalar
from ccaas_kit.sandbox.storage.tables import Field, Kind, Table, Tables

# An instance has evaluated 2,300 terms, and nothing says where one stops; what a query costs in time
# is limited besides.
MAX_TERMS = 5000
# More subqueries or orders would take SQLite seconds to prepare, which nothing can cut short.
MAX_FAR = MAX_ORDERINGS = 500


class QueryTooLongError(Exception):
    """A query has more terms than the sandbox evaluates."""

    def __init__(self, count: int, most: int = MAX_TERMS) -> None:
        self.count = count
        super().__init__(f"a query of {count} terms; at most {most} are evaluated")


# No path of fields is longer than this, so no more of a part is searched for its operator.
_NAME = re.compile(r"[a-zA-Z0-9_.]{1,300}")
_CARETS = re.compile(r"(\^\^|\^)")
_GOTO = "GOTO"
_KEYWORDS = "123TEXTQUERY321="
_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')
# What a related list query begins with: the table and its field, how many records, and a first term.
_RELATED = re.compile(
    r"RLQUERY([a-z0-9_]{1,80})\.([a-z0-9_]{1,80}),(=|<=|<|>=|>)([0-9]{1,9})(?:,(?!m2m)(.*))?",
    re.DOTALL,
)
_BRACKETS = {"RLQUERY": "ENDRLQUERY", "SUBQUERY": "ENDSUBQUERY"}
# The dynamic filter option "Me", which has this sys_id on every instance.
_ME = "90d1921e5f510100a9ad2572f2b477fe"
# Neither can stand in a text of the database.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def parse(text: str, table: Table, tables: Tables, custom: Collection[str] = ()) -> Query:
    """The query that a text asks of a table, in which `custom` are known text fields as well.

    Raises:
        QueryTooLongError: there are more than `MAX_TERMS` terms, or than `MAX_FAR` about references, or
            than `MAX_ORDERINGS` fields to sort by.
    """
    parser = _Parser(table, tables, frozenset(custom))
    parser.read(_parts(text))
    parser.check()
    return parser.query()


def _end_of_bracket(parts: Sequence[str], start: int) -> int:
    """The position of the end of the bracket that begins there; 0 if there is no bracket, or no end."""
    for opening, closing in _BRACKETS.items():
        if opening in parts[start] and not parts[start].startswith("END"):
            ends = (index for index in range(start, len(parts)) if parts[index] == closing)
            return next(ends, 0)
    return 0


def path(
    name: str, table: Table, tables: Tables, custom: Collection[str] = ()
) -> tuple[Field, ...] | None:
    """The field that a name means, behind the references that lead to it; None if there is none."""
    if not _NAME.fullmatch(name):
        return None
    if name in custom and name not in table.fields:
        return (custom_field(name),)
    steps: list[Field] = []
    there: Table | None = table
    for step in name.split("."):
        field = there.fields.get(step) if there else None
        if field is None:
            return None
        steps.append(field)
        there = tables.get(field.reference) if field.reference else None
    return tuple(steps)


def custom_field(name: str) -> Field:
    """A column that an administrator has added: the sandbox knows nothing but its name."""
    return Field(name, Kind.STRING)


def _parts(text: str) -> list[str]:
    """The parts between carets; two carets are one that belongs to a value."""
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

    def read(self, parts: Sequence[str]) -> None:
        index = 0
        while index < len(parts):
            part = parts[index]
            if index and part.startswith("NQ"):
                self.groups.append([])
                part = part.removeprefix("NQ")
            if end := _end_of_bracket(parts, index):
                self._bracket(part, parts[index + 1 : end])
                index = end
            elif index and part.startswith("OR") and not part.startswith("ORDERBY"):
                self.term(part.removeprefix("OR"), joined=True)
            else:
                self.part(part)
            index += 1

    def check(self) -> None:
        if self.terms > MAX_TERMS:
            raise QueryTooLongError(self.terms)
        for count, most in ((self.far, MAX_FAR), (self.orderings, MAX_ORDERINGS)):
            if count > most:
                raise QueryTooLongError(count, most)

    def query(self) -> Query:
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
        # A list of the platform goes to a place in its order by a term with GOTO before it; a list
        # of an API has no place to go to, and takes the term alone.
        term = self._parsed(text.removeprefix(_GOTO))
        if term is None:
            self.dropped.append(text)
        else:
            self.far += len(term.path) > 1 or term.field.kind is Kind.REFERENCE
            group[-1].append(term)

    def _bracket(self, part: str, inside: Sequence[str]) -> None:
        """The terms between RLQUERY and ENDRLQUERY, which speak of another table."""
        related = self._related(part, inside)
        if related is None:
            self.dropped.append("^".join([part, *inside]))
            return
        self.terms += 1
        self.far += 1
        self.groups[-1].append([self._of_record(related)])

    def _of_record(self, operand: Words | Related) -> Term:
        """A term about the record as a whole, and no field of it."""
        return Term((self.table.fields["sys_id"],), Operator.ANYTHING, operand)

    def _related(self, part: str, inside: Sequence[str]) -> Related | None:
        found = _RELATED.fullmatch(part)
        table = self.tables.get(found[1]) if found else None
        field = table.fields.get(found[2]) if found and table else None
        if found is None or table is None or field is None or not field.reference:
            return None
        if self.table not in self.tables.family(field.reference):
            return None
        parser = _Parser(table, self.tables, frozenset())
        parser.read([found[5] or "", *inside])
        self.terms += parser.terms
        self.far += parser.far
        self.dropped += parser.dropped
        return Related(table, field, Operator(found[3]), int(found[4]), parser.query())

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
        return path(name, self.table, self.tables, self.custom)

    def _parsed(self, text: str) -> Term | None:
        name = _NAME.match(text)
        if name is None or _NO_TEXT.search(text):
            return None
        if text.startswith(_KEYWORDS):
            words = tuple(filter(None, map("".join, _WORD.findall(text.removeprefix(_KEYWORDS)))))
            self.far += len(words)
            return self._of_record(Words(words)) if words else None
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
        elif operator is Operator.INSTANCE_OF:
            family = self.tables.family(text)
            return Term(path, Operator.IN, tuple(member.name for member in family) or Unfit())
        elif operator is Operator.DYNAMIC:
            return Term(path, Operator.EQUALS, (values.User.SYS_ID,)) if text == _ME else None
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
    parsed = [values.parse(text) for text in texts]
    scalars = tuple(scalar for scalar in parsed if scalar is not None)
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
