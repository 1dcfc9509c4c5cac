"""The clock of the instance, which is stopped unless it is moved or started.

The documented offer was made at 23:09:31 on 3 April 2024 with 30 seconds to accept it. The seed sets
the clock to a moment within these seconds and leaves it there, so that the example holds at any
time, and so that the same requests always give the same responses.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ccaas_kit.contract.errors import ConfigError

REAL = "real"
# How the platform writes a moment in a record.
DATE_TIME = "%Y-%m-%d %H:%M:%S"
# Within these years every text of a moment has its form, and no clock runs off the calendar.
FIRST_YEAR, LAST_YEAR = 1970, 9000


def parse(text: str) -> datetime:
    """A moment in UTC, from ISO 8601 text with or without a zone.

    Raises:
        ConfigError: the text is no moment, or one of a year that no clock shows.
    """
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigError(
            f"'{text[:40]}' is no time", fix="Write it as 2024-04-03T23:09:46.000"
        ) from error
    return _shown(moment)


def moved(moment: datetime, seconds: float) -> datetime:
    """The moment so many seconds later, or earlier.

    Raises:
        ConfigError: it is of a year that no clock shows.
    """
    try:
        return _shown(moment + timedelta(seconds=seconds))
    except OverflowError as error:
        raise _no_such_year() from error


class Clock:
    """A clock that is stopped, or that runs at a fixed distance from the machine's."""

    def __init__(self, state: dict[str, Any]) -> None:
        self._stands_at = parse(state["stands_at"]) if "stands_at" in state else None
        self._ahead = timedelta(seconds=float(state.get("ahead_s", 0)))

    def now(self) -> datetime:
        """The current time of the instance, in UTC."""
        return self._stands_at or datetime.now(UTC) + self._ahead


def standing(moment: datetime) -> dict[str, Any]:
    """The state of a clock that is stopped at a moment."""
    return {"stands_at": moment.isoformat(timespec="milliseconds")}


def running(moment: datetime) -> dict[str, Any]:
    """The state of a clock that runs from a moment on."""
    return {"ahead_s": (moment - datetime.now(UTC)).total_seconds()}


def _shown(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _no_such_year()
    return moment


def _no_such_year() -> ConfigError:
    return ConfigError(
        "the clock does not go there", fix=f"Choose a year from {FIRST_YEAR} to {LAST_YEAR}"
    )
