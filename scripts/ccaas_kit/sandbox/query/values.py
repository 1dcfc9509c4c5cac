"""Values of encoded queries: plain text, numbers, and the scripts that stand for a value.

No script is run. The calls that filters commonly hold are recognised and become a `User` or a
`Time`; `resolve` turns these into text for one request.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from ccaas_kit.contract.parsing import parse_number
from ccaas_kit.sandbox.query import dates
from ccaas_kit.sandbox.query.dates import Unit

_SCRIPT = re.compile(r"javascript:\s*gs\.([A-Za-z0-9_]+)\(([^()]*)\)\s*(;\s*)?")
_AMOUNT = re.compile(r"-?[0-9]{1,6}")
_QUOTED = re.compile(r"""(['"])([^'"]*)\1""")
_AGO = re.compile(r"(minute|hour|day|week|month|quarter|year)sAgo(Start|End)?")
_EDGE = re.compile(r"(beginning|end)Of([A-Z][A-Za-z0-9]+)")
_LAST = re.compile(r"Last([0-9]{1,4})(Minute|Hour|Day|Week|Month|Quarter|Year)s")
_DAYS = {"Yesterday": -1, "Today": 0, "Tomorrow": 1}
_NAMED = {"Last": -1, "This": 0, "Current": 0, "Next": 1}
# The periods that have a beginning and an end by name: what they are and how far away.
_PERIODS = {name: (Unit.DAY, amount) for name, amount in _DAYS.items()} | {
    f"{name}{unit.capitalize()}": (unit, amount)
    for name, amount in _NAMED.items()
    for unit in Unit
    if unit is not Unit.DAY
}
_EXACT_INTEGERS = 18  # digits that surely fit the integers of the database


class User(StrEnum):
    """What a script says of the user who asks."""

    SYS_ID = "sys_id"
    NAME = "user_name"


class Edge(StrEnum):
    """Which text a point in time becomes."""

    EXACT = "exact"
    DATE = "date"
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Time:
    """A point some units from now, or the first or last second of the unit it lies in."""

    unit: Unit
    amount: int
    edge: Edge


Scalar: TypeAlias = str | User | Time

_USERS = {"getUserID": User.SYS_ID, "user_id": User.SYS_ID, "getUserName": User.NAME}
_NOWS = {"now": Edge.DATE, "nowDateTime": Edge.EXACT, "nowNoTZ": Edge.EXACT}


def parse(text: str) -> Scalar | None:
    """The value of a text; None for a script that is not known."""
    # A member of a StrEnum is a text as well, so plain text must stay plain here.
    if not text.startswith("javascript:"):
        return text
    found = _SCRIPT.fullmatch(text)
    if not found:
        return None
    function, inner = found[1], found[2].strip()
    arguments = [part.strip() for part in inner.split(",")] if inner else []
    if not arguments:
        return _without_arguments(function)
    if len(arguments) == 1:
        return _ago(function, arguments[0])
    if function == "dateGenerate" and len(arguments) == 2:
        return _generated(*arguments)
    return None


def resolve(scalar: Scalar, *, user_sys_id: str, user_name: str, now: datetime) -> str:
    """The text of a value for one user at one time."""
    match scalar:
        case User():
            return user_sys_id if scalar is User.SYS_ID else user_name
        case Time(unit, amount, edge):
            point = dates.shifted(now, unit, amount)
            if edge is Edge.DATE:
                return dates.text_of(point)[:10]
            if edge is not Edge.EXACT:
                start, end = dates.period(point, unit)
                point = start if edge is Edge.START else end
            return dates.text_of(point)
        case _:
            return scalar


def number(text: str) -> int | float | None:
    """The number that a text is, as the database takes it; None for any other text."""
    found = parse_number(text)
    if found is None:
        return None
    exact = "." not in text and found.adjusted() < _EXACT_INTEGERS
    return int(found) if exact else float(found)


def is_number(scalar: Scalar) -> bool:
    """Whether a value can be compared with a number."""
    return type(scalar) is str and number(scalar) is not None


def is_date(scalar: Scalar) -> bool:
    """Whether a value can be compared with a date."""
    if type(scalar) is str:
        return dates.moment(scalar.strip()) is not None
    return isinstance(scalar, Time)


def _without_arguments(function: str) -> Scalar | None:
    if function in _USERS:
        return _USERS[function]
    if function in _NOWS:
        return Time(Unit.DAY, 0, _NOWS[function])
    found = _EDGE.fullmatch(function)
    if not found:
        return None
    edge = Edge.START if found[1] == "beginning" else Edge.END
    if found[2] in _PERIODS:
        return Time(*_PERIODS[found[2]], edge)
    if many := _LAST.fullmatch(found[2]):
        # The last n units reach from the beginning of the first of them to the end of this one.
        return Time(Unit(many[2].lower()), -int(many[1]) if edge is Edge.START else 0, edge)
    return None


def _ago(function: str, argument: str) -> Scalar | None:
    found = _AGO.fullmatch(function)
    # People write gs.daysAgoStart(7) and gs.daysAgoStart('7').
    if quoted := _QUOTED.fullmatch(argument):
        argument = quoted[2]
    if not found or not _AMOUNT.fullmatch(argument):
        return None
    edge = Edge(found[2].lower()) if found[2] else Edge.EXACT
    return Time(Unit(found[1]), -int(argument), edge)


def _generated(date: str, time: str) -> str | None:
    quoted = _QUOTED.fullmatch(date), _QUOTED.fullmatch(time)
    if quoted[0] is None or quoted[1] is None:
        return None
    clock = {"start": "00:00:00", "end": "23:59:59"}.get(quoted[1][2], quoted[1][2])
    text = f"{quoted[0][2]} {clock}"
    return text if dates.moment(text) else None
