"""Dates of encoded queries: points in time, periods around them, spans and parts of a date.

Everything is UTC and everything is pure: what time it is comes in as an argument.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?")
_AMOUNT = re.compile(r"[0-9]{1,6}")
_DATE_PART = re.compile(
    r"""[^@]*@javascript:\s*gs\.datePart\(\s*(['"])([a-z]+)\1\s*,\s*(['"])([A-Za-z0-9]+)\3"""
    r"""\s*,\s*(['"])(EE|GE|GT|LE|LT)\5\s*\)\s*(;\s*)?"""
)
# A week begins on Sunday, as the platform counts it where it compares dates.
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = tuple(name.lower() for name in calendar.month_abbr)


class Unit(StrEnum):
    """A length of time; some are the length of the same number of shorter ones."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Part(StrEnum):
    """What can be asked of a date apart from the rest of it."""

    HOUR = "hour"
    WEEKDAY = "dayofweek"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Direction(StrEnum):
    """On which side of a point in time something lies."""

    AGO = "ago"
    AHEAD = "ahead"
    BEFORE = "before"
    AFTER = "after"
    EITHER = "before or after"


class Comparison(StrEnum):
    """How a relative operator compares, spelled as in its name."""

    AFTER = "GT"
    AT_OR_AFTER = "GE"
    AT = "EE"
    AT_OR_BEFORE = "LE"
    BEFORE = "LT"


_MONTHS_IN = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
_LENGTHS = {
    Unit.MINUTE: timedelta(minutes=1),
    Unit.HOUR: timedelta(hours=1),
    Unit.DAY: timedelta(days=1),
    Unit.WEEK: timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A number of units on one side of a point in time, such as three days ago."""

    unit: Unit
    direction: Direction
    amount: int


@dataclass(frozen=True, slots=True)
class DatePart:
    """The parts of a date that compare so with a number, such as Mondays."""

    part: Part
    comparison: Comparison
    number: int


def moment(text: str) -> datetime | None:
    """The point in time that a date or a date and a time name; a date alone is its midnight."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def text_of(point: datetime) -> str:
    """The point in time as a date-time field holds it."""
    return point.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")


def shifted(point: datetime, unit: Unit, amount: int) -> datetime:
    """The point so many units later, or the first or last date that there is."""
    try:
        if unit in _MONTHS_IN:
            return _shifted_by_months(point, _MONTHS_IN[unit] * amount)
        return point + _LENGTHS[unit] * amount
    except (OverflowError, ValueError):
        edge = datetime.max if amount > 0 else datetime.min
        return edge.replace(tzinfo=point.tzinfo)


def period(point: datetime, unit: Unit) -> tuple[datetime, datetime]:
    """The first and the last second of the minute, hour, ... or year that the point lies in."""
    start = point.replace(second=0, microsecond=0)
    if unit is not Unit.MINUTE:
        start = start.replace(minute=0)
    if unit not in (Unit.MINUTE, Unit.HOUR):
        start = start.replace(hour=0)
    match unit:
        case Unit.WEEK:
            start = shifted(start, Unit.DAY, -(start.isoweekday() % 7))
        case Unit.MONTH:
            start = start.replace(day=1)
        case Unit.QUARTER:
            start = start.replace(day=1, month=start.month - (start.month - 1) % 3)
        case Unit.YEAR:
            start = start.replace(day=1, month=1)
    return start, shifted(start, unit, 1) - timedelta(seconds=1)


def span(text: str, directions: tuple[Direction, ...]) -> Span | None:
    """The span written as `unit@direction@amount`."""
    unit, _, rest = text.partition("@")
    direction, _, amount = rest.partition("@")
    if unit == Part.WEEKDAY:  # how the platform's own filters spell days here
        unit = Unit.DAY
    if unit not in list(Unit) or direction not in directions or not _AMOUNT.fullmatch(amount):
        return None
    return Span(Unit(unit), Direction(direction), int(amount))


def date_part(text: str) -> DatePart | None:
    """The part written as `label@javascript:gs.datePart('part','value','comparison')`."""
    found = _DATE_PART.fullmatch(text)
    if not found or found[2] not in list(Part):
        return None
    part, value = Part(found[2]), found[4].lower()
    names = {Part.WEEKDAY: _DAYS, Part.MONTH: _MONTHS}.get(part, ())
    if value.isdigit():
        number = int(value[:9])
    elif value[:3] in names:
        number = names.index(value[:3])
    else:
        return None
    return DatePart(part, Comparison(found[6]), number)


def _shifted_by_months(point: datetime, months: int) -> datetime:
    year, month = divmod(point.year * 12 + point.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return point.replace(year=year, month=month + 1, day=min(point.day, last))
