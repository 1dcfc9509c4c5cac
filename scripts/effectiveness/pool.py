"""Sandboxes for as many runs as may go on at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Queue
from typing import TypeVar

from ccaas_kit.contract.errors import ToolError
from effectiveness import suite
from effectiveness.suite import Outcome
from effectiveness.target import Target

T = TypeVar("T")
Say = Callable[[str], None]
Batch = tuple[str, ...]


class Pool:
    """Sandboxes that serve while the block lasts, for runs in one profile."""

    def __init__(self, places: int, profile: str = suite.FULL) -> None:
        self._places = places
        self._profile = profile
        self._free: Queue[Target] = Queue()
        self._stack = ExitStack()

    def __enter__(self) -> Pool:
        with ExitStack() as stack:
            for _ in range(self._places):
                self._free.put(stack.enter_context(Target()))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def outcomes(
        self, todo: Sequence[Batch], *, seed: int, whole: bool, seconds: int = 0
    ) -> Iterator[tuple[Batch, Outcome]]:
        """What a run says of each set of faults, in their order; it may be given less time."""

        def one(target: Target, faults: Batch) -> tuple[Batch, Outcome]:
            with tempfile.TemporaryDirectory() as folder:
                target.become(faults)
                outcome = suite.run(
                    target.url,
                    seed=seed,
                    out=Path(folder) / "out",
                    whole=whole,
                    seconds=seconds,
                    profile=self._profile,
                )
                changed, failed = target.effects()
                return faults, replace(outcome, changed=changed, failed=failed)

        def once_more(target: Target, faults: Batch) -> tuple[Batch, Outcome]:
            # A machine that is busy ends a run now and then.
            try:
                return one(target, faults)
            except ToolError:
                return one(target, faults)

        yield from self.each(todo, once_more)

    def each(self, todo: Sequence[Batch], work: Callable[[Target, Batch], T]) -> Iterator[T]:
        """What comes of some work on a sandbox for each set of faults, in their order."""

        def one(faults: Batch) -> T:
            with self._taken() as target:
                return work(target, faults)

        executor = ThreadPoolExecutor(self._places)
        try:
            yield from executor.map(one, todo)
        finally:
            # Whoever interrupts waits for the runs that have begun, and for no other ones.
            executor.shutdown(cancel_futures=True)

    @contextmanager
    def _taken(self) -> Iterator[Target]:
        target = self._free.get()
        try:
            yield target
        finally:
            self._free.put(target)
