"""The order of requests: they are handled one at a time, except while a long query runs.

A request on the event loop gets a moment for its query. One that needs more is handled again in a
thread; other requests continue until its query ends or its time is up.
"""

from __future__ import annotations

import enum
import time

# A query may hold up the event loop for so long.
QUICK_SECONDS = 0.02
# What a request may take in all, unless the options say otherwise.
QUERY_SECONDS = 5.0


class Pace(enum.Enum):
    """How a request may use its time."""

    # Nobody waits for anything else.
    ALONE = enum.auto()
    # Others wait: what takes longer is postponed.
    QUICK = enum.auto()
    # In a thread: others go on while a query runs.
    BESIDE = enum.auto()


class Turn:
    """The pace of a request, and the moment of the monotonic clock when its time is up.

    While the request is handled, it learns which `user` has sent it and which parts of its query were
    `ignored`, for the recorder, and from a script that the response leaves after `delay_s` seconds, or that
    the connection is `reset` in place of it. Most requests learn little, so these are set where they are.
    """

    user: str = ""
    ignored: tuple[str, ...] = ()
    delay_s: float = 0.0
    reset: bool = False

    def __init__(self, pace: Pace, until: float) -> None:
        self.pace = pace
        self.until = until


class PostponedError(BaseException):
    """The query of a quick request takes long; the request has to be handled in a thread.

    It is no `Exception`, so that nothing on its way takes it for a failure.
    """


def turn(pace: Pace, seconds: float) -> Turn:
    """A turn that begins now."""
    return Turn(pace, time.monotonic() + seconds)
