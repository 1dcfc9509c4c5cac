"""Trials: the suite is run against sandboxes that are wrong, and who was seen is noted.

Each fault first meets a quick look, in company; who is not seen meets a whole run, in company; who
is still not seen meets one alone.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Queue
from typing import TypeVar

from effectiveness import rounds, suite
from effectiveness.breakage import Breakage
from effectiveness.suite import Outcome
from effectiveness.target import Target

T = TypeVar("T")
Say = Callable[[str], None]
Round = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kill:
    """How a fault was seen: the code and the clause of the finding, and what the run took.

    `whole` is whether random requests were needed, `company` how many faults were on at the time.
    """

    code: str
    clause: str
    got: str
    requests: int
    seconds: float
    whole: bool
    company: int


@dataclass(frozen=True, slots=True)
class Trials:
    """What came of all faults: who was seen and how, and the findings about each who was not.

    `runs` is how often the suite was run for it, `seconds` how long all of them took.
    """

    kills: Mapping[str, Kill]
    survivors: Mapping[str, tuple[suite.Finding, ...]]
    runs: int
    seconds: float


class Ground:
    """Sandboxes that serve while the block lasts, as many as runs may go on at a time."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._free: Queue[Target] = Queue()
        self._stack = ExitStack()

    def __enter__(self) -> Ground:
        with ExitStack() as stack:
            for _ in range(self._places):
                self._free.put(stack.enter_context(Target()))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def outcomes(
        self, todo: Sequence[Round], *, seed: int, whole: bool, seconds: int = 0
    ) -> Iterator[tuple[Round, Outcome]]:
        """What a run says of each set of faults, in their order; it may be given less time."""

        def one(target: Target, faults: Round) -> tuple[Round, Outcome]:
            with tempfile.TemporaryDirectory() as folder:
                target.become(faults)
                out = Path(folder) / "out"
                outcome = suite.run(target.url, seed=seed, out=out, whole=whole, seconds=seconds)
                return faults, replace(outcome, changed=target.changed())

        yield from self.each(todo, one)

    def each(self, todo: Sequence[Round], work: Callable[[Target, Round], T]) -> Iterator[T]:
        """What comes of some work on a sandbox for each set of faults, in their order."""

        def one(faults: Round) -> T:
            with self._taken() as target:
                return work(target, faults)

        with ThreadPoolExecutor(self._places) as pool:
            yield from pool.map(one, todo)

    @contextmanager
    def _taken(self) -> Iterator[Target]:
        target = self._free.get()
        try:
            yield target
        finally:
            self._free.put(target)


def run(names: Sequence[str], breakage: Breakage, ground: Ground, *, seed: int, say: Say) -> Trials:
    """Every fault is looked for until it is seen, or nothing is left to try."""
    begun = time.monotonic()
    apis = {name: breakage.apis(name) for name in names}
    kills: dict[str, Kill] = {}
    last: dict[str, tuple[suite.Finding, ...]] = {}
    runs = 0
    stages = (("quick looks", False, True), ("whole runs", True, True), ("alone", True, False))
    for label, whole, company in stages:
        left = [name for name in names if name not in kills]
        todo = [*rounds.of(left, apis)] if company else [(name,) for name in left]
        for number, (faults, outcome) in enumerate(
            ground.outcomes(todo, seed=seed, whole=whole), start=1
        ):
            for name in faults:
                last[name] = outcome.findings
                if (kill := seen(name, faults, outcome, breakage, whole=whole)) is not None:
                    kills[name] = kill
            say(f"{label}: {number} of {len(todo)}, {len(kills)} of {len(names)} faults seen")
        runs += len(todo)
    survivors = {name: last[name] for name in names if name not in kills}
    return Trials(kills, survivors, runs, time.monotonic() - begun)


def seen(
    name: str, faults: Round, outcome: Outcome, breakage: Breakage, *, whole: bool
) -> Kill | None:
    """How a run saw a fault: by a finding under a clause that it breaks; None if it did not.

    A finding about what is only assumed counts for a clause that is assumed.
    """
    for each in outcome.findings:
        if each.clause in breakage.by_fault[name]:
            return Kill(
                each.code,
                each.clause,
                each.got,
                outcome.requests,
                outcome.seconds,
                whole,
                len(faults),
            )
    return None
