"""Other forms of the values in a contact, by the type that the contract gives a field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

Record = dict[str, Any]

_TIME = "%Y-%m-%d %H:%M:%S"
_ELSEWHERE = ZoneInfo("Europe/Amsterdam")


def booleans(record: Record) -> None:
    """Flags as JSON booleans."""
    for name, value in record.items():
        if value in ("true", "false"):
            record[name] = value == "true"


def numbers(record: Record) -> None:
    """Whole numbers as JSON numbers."""
    for name, value in record.items():
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 6:
            record[name] = int(value)


def bare_times(record: Record) -> None:
    """Times in the form of RFC 3339."""
    for name, moment in _times(record).items():
        record[name] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def local_times(record: Record) -> None:
    """Times of another zone."""
    for name, moment in _times(record).items():
        record[name] = moment.replace(tzinfo=UTC).astimezone(_ELSEWHERE).strftime(_TIME)


def links(record: Record) -> None:
    """References as the Table API shows them."""
    for name, value in record.items():
        if name != "sys_id" and isinstance(value, str) and len(value) == 32 and value.isalnum():
            record[name] = {"link": f"https://instance.example/{value}", "value": value}


def nulls(record: Record) -> None:
    """Empty fields as null."""
    for name, value in record.items():
        if value == "":
            record[name] = None


def without_empty(record: Record) -> None:
    """Empty fields left out."""
    for name in [name for name, value in record.items() if value == ""]:
        del record[name]


def without_custom(record: Record) -> None:
    """Custom fields left out."""
    for name in [name for name in record if name.startswith("u_")]:
        del record[name]


def _times(record: Record) -> dict[str, datetime]:
    found = {}
    for name, value in record.items():
        try:
            found[name] = datetime.strptime(value, _TIME)  # the zone is the point
        except (TypeError, ValueError):
            continue
    return found
