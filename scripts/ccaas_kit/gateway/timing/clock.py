"""The clock of a target: the time in its responses, and the offset of its records.

A proxy in front of an instance can write the Date header, with its own clock. A record that a run has
just created shows the time of the instance itself; the offset between both is fixed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ccaas_kit.model.exchanges import Response

# How times stand in records, in UTC.
FORM = "%Y-%m-%d %H:%M:%S"
NONE = timedelta()
# A Date header is whole seconds, and a record is a little older than the response that tells of it.
_SMALL = timedelta(seconds=3)


def date_of(response: Response | None) -> datetime | None:
    """When a response was given, by its Date header; None if it does not tell."""
    try:
        date = parsedate_to_datetime(response.headers.get("date", "")) if response else None
        return date.astimezone(UTC) if date and date.tzinfo else None
    except (ValueError, OverflowError):
        return None


def moment_of(text: str) -> datetime | None:
    """A time as records have it; None if it is none."""
    try:
        return datetime.strptime(text, FORM).replace(tzinfo=UTC)
    except ValueError:
        return None


def distance(created: str, date: datetime | None, took: timedelta = NONE) -> timedelta | None:
    """How far a record's time is ahead of the Date header that came with it; None if one is missing.

    The record may have been created at any time while the call took.
    """
    moment = moment_of(created)
    if moment is None or date is None:
        return None
    ahead = moment - date
    return NONE if -took - _SMALL <= ahead <= _SMALL else ahead


def is_near(moment: datetime, other: datetime, within: timedelta, *, ahead: timedelta) -> bool:
    """Whether a record is of the time of a response, where records are so far ahead of responses."""
    return abs(moment - (other + ahead)) <= within
