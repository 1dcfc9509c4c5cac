"""The requests that the sandbox answered, for tests that ask what a client really sent."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Protocol

from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.storage.store import Store

CAPACITY = 20_000
# How much of a path and of a query is kept.
KEPT_LENGTH = 2000

Entry = dict[str, str | int]


class Recorder(Protocol):
    """Keeps method, path, query and status of the last requests; no headers and no bodies."""

    def add(self, request: Request, status: int) -> None:
        """Remember a request and the status of its response."""

    def total(self) -> int:
        """How many requests there were since the last clearing."""

    def entries(self) -> Sequence[Entry]:
        """Each remembered request, oldest first."""

    def clear(self) -> None:
        """Forget all requests."""


class MemoryRecorder:
    """The recorder of a sandbox that is one process."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._entries: deque[tuple[str, str, str, int]] = deque(maxlen=capacity)
        self._total = 0

    def add(self, request: Request, status: int) -> None:
        self._total += 1
        self._entries.append(_kept(request, status))

    def total(self) -> int:
        return self._total

    def entries(self) -> Sequence[Entry]:
        return [_entry(*entry) for entry in self._entries]

    def clear(self) -> None:
        self._entries.clear()
        self._total = 0


class SharedRecorder:
    """The recorder of several processes: what each answers stands in their database."""

    def __init__(self, store: Store, capacity: int = CAPACITY) -> None:
        self._store = store
        self._capacity = capacity

    def add(self, request: Request, status: int) -> None:
        self._store.remember(_kept(request, status), capacity=self._capacity)

    def total(self) -> int:
        return self._store.remembered_in_all()

    def entries(self) -> Sequence[Entry]:
        return [_entry(*each) for each in self._store.remembered()]

    def clear(self) -> None:
        self._store.forget()


def _kept(request: Request, status: int) -> tuple[str, str, str, int]:
    return (request.method, request.path[:KEPT_LENGTH], request.query[:KEPT_LENGTH], status)


def _entry(method: str, path: str, query: str, status: int) -> Entry:
    return {"method": method, "path": path, "query": query, "status": status}
