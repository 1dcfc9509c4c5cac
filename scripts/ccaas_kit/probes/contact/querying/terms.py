"""Terms of queries: which to ask, so that contacts of both kinds are at hand, and who fulfils them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.contact.comparisons import WEEKDAYS, Comparison, Truth, moment, written
from ccaas_kit.probes.contact.fixtures import (
    Condition,
    Fixtures,
    chosen,
    fixtures,
    hold,
    value,
)
from ccaas_kit.probes.probing import Probing

# What a term compares with: as it stands in the query, and as it is compared here.
Pivot = tuple[str, Any]
# The pivots to try for some values, at a time.
Pivots = Callable[[Sequence[str], datetime], Iterable[Pivot]]

_USABLE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 .-]*[A-Za-z0-9])?")
_ENCODED = re.compile(r"[+&=%]|[^\x00-\x7f]")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Form:
    """One way to use an operator: a term, and which values of its fields fulfil it.

    `holds` gets the values of the fields, then what the term compares with. `rival` is what an
    operator that is taken for it would do.
    """

    term: str
    fields: Sequence[tuple[str, ...]]
    holds: Callable[..., Truth]
    pivots: Pivots = lambda _values, _now: [("", None)]
    rival: Callable[..., Truth] | None = None

    def conditions(self, found: Fixtures, now: datetime) -> Iterator[Condition]:
        """The conditions to choose from, in the order of the fields."""
        for names in self.fields:
            rows = [tuple(value(person, name) for name in names) for person in found.people]
            firsts = list(dict.fromkeys(row[0] for row in rows))
            for text, pivot in self.pivots(firsts, now):
                query = self.term.format(field=names[0], other=names[-1], pivot=text)
                operands = () if pivot is None else (pivot,)
                truths = tuple(self.holds(*row, *operands) for row in rows)
                rival = self.rival and tuple(self.rival(*row, *operands) for row in rows)
                yield Condition(query, truths, rival is not None and rival != truths)


@dataclass(frozen=True, slots=True)
class Operator:
    """What a probe says of an operator, and the forms in which it looks at it."""

    name: str
    says: str
    forms: tuple[Form, ...]

    def look(self, probing: Probing, _: Subject) -> str:
        found = fixtures(probing)
        now = probing.now()
        seen = []
        for form in self.forms:
            for condition in chosen(form.conditions(found, now)):
                seen.append(hold(probing, found, condition))
        if not seen:
            raise InconclusiveError(
                "the contacts at hand do not differ in any field that it can look at"
            )
        return "; ".join(seen)


def words(values: Sequence[str], _: datetime) -> Iterator[Pivot]:
    """The values that no query language could take for anything else."""
    yield from ((value, value) for value in values if _USABLE.fullmatch(value))


def pieces(first: int | None, last: int | None) -> Pivots:
    """Pieces of the values, cut out at these places."""

    def cut(values: Sequence[str], _: datetime) -> Iterator[Pivot]:
        found = (value[first:last] for value in values if len(value) > 4)
        yield from ((piece, piece) for piece in found if _USABLE.fullmatch(piece))

    return cut


def specials(values: Sequence[str], _: datetime) -> Iterator[Pivot]:
    """The values with letters that a URL has to encode, without those of the language itself."""
    usable = (value for value in values if value.isprintable() and "^" not in value)
    yield from ((text, text) for text in usable if _ENCODED.search(text))


def carets(values: Sequence[str], _: datetime) -> Iterator[Pivot]:
    """The values that hold a caret, as a query writes them."""
    yield from ((value.replace("^", "^^"), value) for value in values if "^" in value)


def lists(values: Sequence[str], now: datetime) -> Iterator[Pivot]:
    """Two values after each other."""
    usable = [text for text, _ in words(values, now)]
    yield from ((f"{one},{two}", (one, two)) for one, two in pairwise(usable))


def ranges(order: Comparison) -> Pivots:
    """Pairs of values, the lesser one first; `order` says whether it is."""

    def paired(values: Sequence[str], now: datetime) -> Iterator[Pivot]:
        usable = [text for text, _ in bounds(values, now)]
        for one in usable:
            yield from ((f"{one}@{two}", (one, two)) for two in usable if order(one, two))

    return paired


def bounds(values: Sequence[str], now: datetime) -> Iterator[Pivot]:
    """The values, then one value below and one above all of them."""
    if any(map(moment, values)):
        extremes = ["1990-01-01 00:00:00", written(now + 2 * DAY)]
        yield from ((text, text) for text in [*filter(moment, values), *extremes])
        return
    yield from words(values, now)
    if any(value.isdigit() for value in values):
        yield from ((number, number) for number in ("0", "1000000"))


def days(values: Sequence[str], now: datetime) -> Iterator[Pivot]:
    """The days of the values, today and another day."""
    points = [*filter(None, map(moment, values)), now, now - 3 * DAY]
    yield from ((day, day) for day in (f"{point:%Y-%m-%d}" for point in points))


def weekdays(_values: Sequence[str], _: datetime) -> Iterator[Pivot]:
    yield from ((weekday, weekday) for weekday in WEEKDAYS)


def relatives(_values: Sequence[str], now: datetime) -> Iterator[Pivot]:
    """Points in time as they are said from now on."""
    yield "day@ago@2", written(now - 2 * DAY)
    yield "day@ago@1500", written(now - 1500 * DAY)
    yield "day@ahead@2", written(now + 2 * DAY)


def spans(_values: Sequence[str], _: datetime) -> Iterator[Pivot]:
    """Spans from another time, in both directions."""
    for direction in ("before", "after"):
        for count in (3, 2200, 30000):
            yield f"day@{direction}@{count}", (direction, count * DAY)
