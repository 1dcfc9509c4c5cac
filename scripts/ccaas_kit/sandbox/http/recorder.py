"""The last requests to the sandbox, for tests of what a client really sent.

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

CAPACITY = 4000
# What is longer in all may have a part that has to be cut.
_LONG = BODY_BYTES // 2

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A request, the status of its response, its user and its ignored parts."""

    request: Request
    status: int
    user: str
    ignored: tuple[str, ...]


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
        self._asked: deque[tuple[Request, int, Turn]] = deque(maxlen=CAPACITY)
        self._total = 0

    def add(self, request: Request, status: int, turn: Turn) -> None:
        self._total += 1
        self._asked.append((_shortened(request), status, turn))

    def total(self) -> int:
        return self._total

    def entries(self) -> Sequence[Entry]:
        return [
            self._describe(Kept(request, status, turn.user, turn.ignored))
            for request, status, turn in self._asked
        ]

    def clear(self) -> None:
        self._asked.clear()
        self._total = 0


class SharedRecorder:
    """The recorder of several processes: each writes its requests into their database."""

    def __init__(self, store: Store, describe: Describe, capacity: int = CAPACITY) -> None:
        self._store = store
        self._describe = describe
        self._capacity = capacity

    def add(self, request: Request, status: int, turn: Turn) -> None:
        kept = Kept(_shortened(request), status, turn.user, turn.ignored)
        text = orjson.dumps(self._describe(kept)).decode()
        self._store.requests.add(text, capacity=self._capacity)

    def total(self) -> int:
        return self._store.requests.total()

    def entries(self) -> Sequence[Entry]:
        return [orjson.loads(line) for line in self._store.requests.all()]

    def clear(self) -> None:
        self._store.requests.clear()


def _shortened(request: Request) -> Request:
    """The request, cut where it is long."""
    # To join the headers is quicker than to add up their lengths.
    head = len(request.path) + len(request.query) + len("".join(request.headers.values()))
    if head + len(request.body) <= _LONG:
        return request
    return cut(request, whole=head <= HEAD_LENGTH)
