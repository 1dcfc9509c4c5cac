"""How much a run may still send, and take in."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from ccaas_kit.gateway.outcomes import BlockedError

# Bytes of all bodies of a run together, which all stay in memory; a whole run takes a tenth of it.
_VOLUME = 64 * 1024 * 1024


@dataclass(slots=True)
class Budget:
    """What may still be sent: requests, of them writing ones, and until when.

    `volume` is what the bodies that are still taken in may weigh. `refused` is whether something
    was not sent because too little was left. What is taken from a part is taken from the `whole`
    as well.
    """

    requests: int
    writes: int
    deadline: float
    volume: int = _VOLUME
    whole: Budget | None = None
    refused: bool = False

    @property
    def seconds(self) -> float:
        """The time that is left; never less than none."""
        return max(self.deadline - time.monotonic(), 0.0)

    def check(self, *, writes: bool) -> None:
        """Go on if a request may leave.

        Raises:
            BlockedError: nothing is left.
        """
        for budget in self._chain():
            if budget.requests <= 0:
                raise self.refusal("the budget of requests is used up", until=budget)
            if writes and budget.writes <= 0:
                raise self.refusal("the budget of writing requests is used up", until=budget)
            if budget.volume <= 0:
                raise self.refusal("the target has sent more than a run takes in", until=budget)
            if budget.seconds <= 0:
                raise self.refusal("the time was up before it could be looked at", until=budget)

    def take(self, *, writes: bool) -> None:
        """Take one request off."""
        for budget in self._chain():
            budget.requests -= 1
            budget.writes -= writes

    def weigh(self, body: bytes) -> None:
        """Take off what a body weighs: as a text it can be four times as much as on the wire."""
        weight = sys.getsizeof(body.decode("utf-8", "replace"))
        for budget in self._chain():
            budget.volume -= weight

    def part(self, share: float) -> Budget:
        """A share of what is left."""
        return Budget(
            requests=math.ceil(self.requests * share),
            writes=math.ceil(self.writes * share),
            deadline=time.monotonic() + self.seconds * share,
            volume=math.ceil(self.volume * share),
            whole=self,
        )

    def within(self, *, requests: int, seconds: float) -> Budget:
        """A part with at most so many requests, and so much time."""
        return Budget(
            requests=min(requests, self.requests),
            writes=min(requests, self.writes),
            deadline=min(self.deadline, time.monotonic() + seconds),
            volume=self.volume,
            whole=self,
        )

    def refusal(self, why: str, *, until: Budget | None = None) -> BlockedError:
        """What to raise where something cannot be sent any more, because `until` is used up."""
        for budget in self._chain():
            budget.refused = True
            if budget is (until or self):
                break
        return BlockedError(why)

    def _chain(self) -> Iterator[Budget]:
        """Itself, and those that it is a part of."""
        budget: Budget | None = self
        while budget is not None:
            yield budget
            budget = budget.whole


def of(*, requests: int, seconds: float) -> Budget:
    """A budget that is no part of another one, in which every request may write."""
    return Budget(requests, requests, time.monotonic() + seconds)
