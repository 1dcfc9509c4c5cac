"""The instance's own time, which stands still unless somebody moves it.

The documented offer was made at 23:09:31 on 3 April 2024 with 30 seconds to accept it. The seed sets
the clock to a moment within these seconds and leaves it there, so that the example holds at any
time, and so that the same requests always give the same answers.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from scripts.kit.errors import ConfigError

REAL = "real"


def parse(text: str) -> datetime:
    """A moment in UTC, from ISO 8601 text with or without a zone.

    Raises:
        ConfigError: the text is no moment.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(
            f"'{text[:40]}' is no time", fix="Write it as 2024-04-03T23:09:46.000"
        ) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Clock:
    """A clock that stands, or that runs ahead of or behind the machine's by a fixed time."""

    def __init__(self, state: dict[str, Any]) -> None:
        self._stands_at = parse(state["stands_at"]) if "stands_at" in state else None
        self._ahead = timedelta(seconds=float(state.get("ahead_s", 0)))

    def now(self) -> datetime:
        """The current time of the instance, in UTC."""
        return self._stands_at or datetime.now(UTC) + self._ahead


def standing(moment: datetime) -> dict[str, Any]:
    """The state of a clock that stands still at a moment."""
    return {"stands_at": moment.isoformat(timespec="milliseconds")}


def running(moment: datetime) -> dict[str, Any]:
    """The state of a clock that runs from a moment on."""
    return {"ahead_s": (moment - datetime.now(UTC)).total_seconds()}
