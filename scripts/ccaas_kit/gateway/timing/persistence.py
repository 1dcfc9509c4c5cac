"""How often and how long a run repeats requests without a response."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator

# Seconds before the second try and each later one; the last one counts from then on.
_PAUSES = (0.1, 0.4, 1.0, 2.0, 4.0)
# A target may ask for so long a pause at most.
LONGEST_PAUSE = 60.0


class Patience:
    """Counts the silence of a target: how long to wait before the next try, and when to give up.

    The clock begins with the first request in vain, and stops with the next response. A target is given up
    after so many seconds, and not before `least` requests in a row were in vain.
    """

    def __init__(
        self, seconds: float, *, least: int = 1, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._least = least
        self._clock = clock
        self._since = 0.0
        self._times = 0
        self._next = 0.0

    def heard(self) -> None:
        """The target has responded."""
        self._times, self._next = 0, 0.0

    def silent(self, wants: float | None = None, *, took: float = 0.0) -> None:
        """A request was in vain, after so many seconds; the target may say when it `wants` the next."""
        now = self._clock()
        if not self._times:
            self._since = now - took
        pause = next(itertools.islice(_pauses(), self._times, None))
        self._times += 1
        self._next = now + max(pause - took, min(wants or 0.0, LONGEST_PAUSE))

    @property
    def is_tried(self) -> bool:
        """Whether the last request was in vain."""
        return self._times > 0

    @property
    def is_over(self) -> bool:
        """Whether the target is to be given up."""
        waited = self._clock() - self._since
        return self._times >= max(self._least, 1) and waited >= self._seconds

    @property
    def rest(self) -> float:
        """The seconds that are left of the patience."""
        return max(self._since + self._seconds - self._clock(), 0.0)

    @property
    def pause(self) -> float:
        """The seconds to wait before the next try."""
        return max(self._next - self._clock(), 0.0)


def _pauses() -> Iterator[float]:
    yield from _PAUSES
    yield from itertools.repeat(_PAUSES[-1])
