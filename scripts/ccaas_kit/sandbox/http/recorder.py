"""The requests that the sandbox answered, for tests that ask what a client really sent.

They are kept as they came, and described without secrets where they are shown or written to a file.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from ccaas_kit.sandbox.http.exchanges import BODY_BYTES, HEAD_LENGTH, cut
from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.storage.store import Store
from ccaas_kit.sandbox.turns import Turn

CAPACITY = 20_000
# The last ones have headers and body, older ones do not.
WHOLE = 1_000
# How much of their path and of their query is kept.
KEPT_LENGTH = 2000

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A request and what became of it; `is_whole` tells that headers and body are kept."""

    request: Request
    status: int
    user: str
    ignored: tuple[str, ...]
    is_whole: bool


Describe = Callable[[Kept], Entry]


class Recorder(Protocol):
    """Keeps the last requests."""

    def add(self, request: Request, status: int, turn: Turn) -> None:
        """Remember a request and the status of its response."""

    def total(self) -> int:
        """How many requests there were since the last clearing."""

    def entries(self) -> Sequence[Entry]:
        """Each remembered request, oldest first."""

    def clear(self) -> None:
        """Forget all requests."""


class MemoryRecorder:
    """The recorder of a sandbox that is one process."""

    def __init__(self, describe: Describe) -> None:
        self._describe = describe
        self._whole: deque[tuple[Request, int, Turn]] = deque()
        self._older: deque[tuple[str, str, str, int, Turn]] = deque(maxlen=CAPACITY - WHOLE)
        self._total = 0

    def add(self, request: Request, status: int, turn: Turn) -> None:
        self._total += 1
        whole = self._whole
        if len(whole) == WHOLE:
            old, state, was = whole.popleft()
            path, query = old.path[:KEPT_LENGTH], old.query[:KEPT_LENGTH]
            self._older.append((old.method, path, query, state, was))
        whole.append((_shortened(request), status, turn))

    def total(self) -> int:
        return self._total

    def entries(self) -> Sequence[Entry]:
        kept = [
            Kept(Request(method, path, query), status, turn.user, turn.ignored, is_whole=False)
            for method, path, query, status, turn in self._older
        ]
        kept += [
            Kept(request, status, turn.user, turn.ignored, is_whole=True)
            for request, status, turn in self._whole
        ]
        return [self._describe(each) for each in kept]

    def clear(self) -> None:
        self._older.clear()
        self._whole.clear()
        self._total = 0


class SharedRecorder:
    """The recorder of several processes: what each answers stands in their database."""

    def __init__(self, store: Store, describe: Describe, capacity: int = CAPACITY) -> None:
        self._store = store
        self._describe = describe
        self._capacity = capacity

    def add(self, request: Request, status: int, turn: Turn) -> None:
        kept = Kept(_shortened(request), status, turn.user, turn.ignored, is_whole=True)
        text = orjson.dumps(self._describe(kept)).decode()
        self._store.remember(text, capacity=self._capacity)

    def total(self) -> int:
        return self._store.remembered_in_all()

    def entries(self) -> Sequence[Entry]:
        return [orjson.loads(each) for each in self._store.remembered()]

    def clear(self) -> None:
        self._store.forget()


def _shortened(request: Request) -> Request:
    """The request, cut where it is long."""
    head = len(request.path) + len(request.query) + sum(map(len, request.headers.values()))
    if head > HEAD_LENGTH or len(request.body) > BODY_BYTES:
        return cut(request, whole=head <= HEAD_LENGTH)
    return request
