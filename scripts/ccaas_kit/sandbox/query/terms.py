"""What an encoded query asks for, as values: terms with their operands, groups of them, an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ccaas_kit.sandbox.query.dates import DatePart, Part, Span
from ccaas_kit.sandbox.query.operators import Operator
from ccaas_kit.sandbox.query.values import Scalar
from ccaas_kit.sandbox.storage.tables import Field, Table


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


@dataclass(frozen=True, slots=True)
class Words:
    """Words, or phrases in quotes, that some text field of a record holds each (123TEXTQUERY321)."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """How many records of another table, which fit a query, refer to a record (RLQUERY)."""

    table: Table
    field: Field
    operator: Operator
    count: int
    query: Query


Operand: TypeAlias = (
    tuple[Scalar, ...] | Other | Distance | Span | DatePart | Unfit | Words | Related
)


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
