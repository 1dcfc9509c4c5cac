"""Comparisons of values where an instance has a say: yes, no, or either would be right.

Instances differ in whether case and accents count, how odd characters sort, whether an empty field
takes part, and in which time zone a point in time of a query is read. None stands for all of that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from ccaas_kit.contract.parsing import parse_number

Truth: TypeAlias = bool | None
# How two values sort: below, at or above 0; None where either would be right.
Order: TypeAlias = Callable[[str, str], int | None]
Comparison: TypeAlias = Callable[[str, str], Truth]

# What is known of the time zone of a user whose queries name a point in time: at most this.
_ZONES = timedelta(hours=15)
_EARLIEST, _LATEST = timedelta(hours=-11), timedelta(hours=12)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CAPITALISED, _SMALL = re.compile("[A-Z][a-z]*"), re.compile("[a-z]+")


def no(truth: Truth) -> Truth:
    return None if truth is None else not truth


def every(truths: Iterable[Truth]) -> Truth:
    known = list(truths)
    return False if False in known else None if None in known else True


def some(truths: Iterable[Truth]) -> Truth:
    return no(every(no(truth) for truth in truths))


def same(value: str, other: str) -> Truth:
    return _alike(value, other, str.__eq__)


def begins(value: str, piece: str) -> Truth:
    return _alike(value, piece, str.startswith)


def ends(value: str, piece: str) -> Truth:
    return _alike(value, piece, str.endswith)


def contains(value: str, piece: str) -> Truth:
    return _alike(value, piece, str.__contains__)


def unlike(comparison: Comparison) -> Comparison:
    """The opposite, which an empty field may fulfil or not."""
    return lambda value, other: no(comparison(value, other)) if value else None


def text_order(value: str, other: str) -> int | None:
    """How two words of ASCII letters sort that are written in the same way."""
    if any(shape.fullmatch(value) and shape.fullmatch(other) for shape in (_CAPITALISED, _SMALL)):
        return (value > other) - (value < other)
    return None


def number_order(value: str, other: str) -> int | None:
    """How two numbers sort; a text that may be none to an instance sorts anywhere."""
    first, second = parse_number(value), parse_number(other)
    if first is None or second is None:
        return None
    return (first > second) - (first < second)


def time_order(value: str, other: str) -> int | None:
    """How two points in time of records sort."""
    first, second = moment(value), moment(other)
    if first is None or second is None:
        return None
    return (first > second) - (first < second)


def literal_order(value: str, literal: str) -> int | None:
    """How a time of a record sorts beside one of a query, in whatever time zone that is read."""
    first, second = moment(value), moment(literal)
    if first is None or second is None or abs(first - second) < _ZONES:
        return None
    return (first > second) - (first < second)


def by(order: Order, *signs: int) -> Comparison:
    """The comparison that holds for these signs of an order."""

    def compare(value: str, other: str) -> Truth:
        found = order(value, other)
        return None if found is None else found in signs

    return compare


def on_day(value: str, day: str) -> Truth:
    """Whether a time of a record lies on a day such as 2024-04-03."""
    return _in_any_zone(value, lambda point: f"{point:%Y-%m-%d}" == day)


def on_weekday(value: str, name: str) -> Truth:
    """Whether a time of a record lies on a day such as monday."""
    return _in_any_zone(value, lambda point: WEEKDAYS[point.weekday()] == name)


def moment(text: str) -> datetime | None:
    """The point in time that a field of a record holds."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def written(point: datetime) -> str:
    """The point in time as a query writes it."""
    return f"{point:%Y-%m-%d %H:%M:%S}"


def _alike(value: str, other: str, comparison: Callable[[str, str], bool]) -> Truth:
    if comparison(value, other):
        return True
    return None if comparison(_plain(value), _plain(other)) else False


def _plain(text: str) -> str:
    """The text without what some databases do not look at."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()


def _in_any_zone(value: str, holds: Callable[[datetime], bool]) -> Truth:
    point = moment(value)
    if point is None:
        return None
    first, last = holds(point + _EARLIEST), holds(point + _LATEST)
    return first if first == last else None
