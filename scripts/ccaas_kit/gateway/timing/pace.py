"""How fast a target is asked: at most so many requests per second, and not before it wants to be."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable
from datetime import UTC, datetime

from ccaas_kit.contract.targets import is_loopback

# Requests per second that a run sends to a remote target by default.
REMOTE_RATE = 10.0


class Pace:
    """Keeps requests apart; without a rate it holds up nothing."""

    def __init__(
        self,
        rate: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap = 1 / rate if rate else 0.0
        self._clock = clock
        self._sleep = sleep
        self._next = 0.0

    def wait(self) -> None:
        """Come back when the next request may leave."""
        if not self._gap:
            return
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._gap


def retry_after(header: str) -> float | None:
    """The seconds that a Retry-After header names, as a number or as a date; None if it does not."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


def default_rate(url: str) -> float | None:
    """Requests per second to a target for which nobody has named a rate; None is any."""
    return None if is_loopback(url) else REMOTE_RATE
