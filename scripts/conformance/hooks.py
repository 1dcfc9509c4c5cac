"""Inside Schemathesis: no more requests leave than the run may send, and no faster.

Schemathesis loads this file by its path, in a process of its own, where nothing else of the kit
can be imported. It bounds what really leaves, its own repetitions included: `limits.json` in the
working directory says how much may, and the file `sent` has one letter for each request that did.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter

LIMITS = "limits.json"
SENT = "sent"
# The file that says that a limit was reached.
SPENT = "spent"
READ, WRITE = "r", "w"


class Leash:
    """Counts requests, keeps them apart, and ends the run in place of one too many."""

    def __init__(self, folder: Path) -> None:
        limits = json.loads((folder / LIMITS).read_text(encoding="utf-8"))
        self._requests: int = limits["requests"]
        self._writes: int = limits["writes"]
        self._gap = 1 / limits["rate"] if limits["rate"] else 0.0
        self._next = 0.0
        self._folder = folder
        self._lock = threading.Lock()

    def take(self, method: str) -> None:
        """Take one request off.

        Raises:
            KeyboardInterrupt: none is left; Schemathesis then comes to an orderly end.
        """
        writes = method.upper() != "GET"
        with self._lock:
            if self._requests <= 0 or (writes and self._writes <= 0):
                self._requests = 0
                (self._folder / SPENT).touch()
                raise KeyboardInterrupt
            self._requests -= 1
            self._writes -= writes
            self._pause()
            with (self._folder / SENT).open("a", encoding="ascii") as file:
                file.write(WRITE if writes else READ)

    def _pause(self) -> None:
        if not self._gap:
            return
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + self._gap


def bind(leash: Leash) -> None:
    """Put every request of this process on the leash."""
    send = HTTPAdapter.send

    def bounded(
        self: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        leash.take(request.method or "")
        return send(self, request, *args, **kwargs)

    HTTPAdapter.send = bounded  # type: ignore[method-assign]  # below all that repeats requests


# The name under which Schemathesis loads the file; the runner imports it for the names above.
if __name__ == "_schemathesis_hooks":
    bind(Leash(Path.cwd()))
