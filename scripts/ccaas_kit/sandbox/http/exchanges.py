"""The last requests with their responses, for the page that shows what a client sent and got.

They are kept in memory only and as they came: whoever shows one takes the secrets out.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, replace

from ccaas_kit.sandbox.http.messages import Request, Response

# How many are kept while somebody looks, and while nobody does.
WATCHED, UNWATCHED = 200, 40
# Whoever has asked for exchanges looks for so long.
WATCH_SECONDS = 60.0
# How much is kept of a body, and of the URL and the headers of a request together.
BODY_BYTES = 16 * 1024
HEAD_LENGTH = 16 * 1024


_Kept = tuple[int, float, float, Request, Response, frozenset[str], tuple[str, ...], int, int, bool]


@dataclass(slots=True)
class Exchange:
    """One request and its response; `faults` are those that were on, `ignored` the parts of the query that
    are not understood, `at` is the time of this machine.

    The lengths are those of the bodies before they were cut; `has_whole_head` says whether URL and headers
    of the request were kept whole.
    """

    number: int
    at: float
    seconds: float
    request: Request
    response: Response
    faults: frozenset[str]
    ignored: tuple[str, ...]
    request_bytes: int
    response_bytes: int
    has_whole_head: bool


class Exchanges:
    """The exchanges of one process, numbered from 1; a number is never given twice.

    Unless they are `watched`, reads that succeed are left out: keeping one takes a twentieth of its time.
    """

    def __init__(self) -> None:
        self._kept: deque[_Kept] = deque(maxlen=UNWATCHED)
        self._watched_until = float("inf")
        self.watched = False
        self._began = time.time() - time.perf_counter()
        self.last = 0

    def add(
        self,
        request: Request,
        response: Response,
        started: float,
        faults: frozenset[str],
        ignored: tuple[str, ...] = (),
    ) -> None:
        """Keep an exchange that started at a moment of `perf_counter`; the oldest one makes room."""
        sent, received = len(request.body), len(response.body)
        head = len(request.path) + len(request.query) + sum(map(len, request.headers.values()))
        whole = head <= HEAD_LENGTH
        if not whole or sent > BODY_BYTES:
            request = cut(request, whole=whole)
        if received > BODY_BYTES:
            response = Response(response.status, response.headers, response.body[:BODY_BYTES])
        self.last = number = self.last + 1
        # A tuple is made quicker than an Exchange, and few are ever looked at.
        ended = time.perf_counter()
        if ended > self._watched_until:
            self._watched_until = float("inf")
            self.watched = False
            self._kept = deque(self._kept, UNWATCHED)
        self._kept.append(
            (number, started, ended, request, response, faults, ignored, sent, received, whole)
        )

    def watch(self) -> None:
        """Keep more for a while."""
        self.watched = True
        self._watched_until = time.perf_counter() + WATCH_SECONDS
        if self._kept.maxlen != WATCHED:
            self._kept = deque(self._kept, WATCHED)

    def after(self, number: int) -> list[Exchange]:
        """What is kept of the exchanges that came after this one, oldest first."""
        return [self._exchange(kept) for kept in self._kept if kept[0] > number]

    def get(self, number: int) -> Exchange | None:
        """The exchange of this number; None if it is not kept."""
        return next((self._exchange(kept) for kept in self._kept if kept[0] == number), None)

    def _exchange(self, kept: _Kept) -> Exchange:
        return Exchange(kept[0], self._began + kept[1], kept[2] - kept[1], *kept[3:])

    def clear(self) -> None:
        """Drop all exchanges."""
        self._kept.clear()


def cut(request: Request, *, whole: bool) -> Request:
    """The request with what fits of its body, and of its URL and headers unless these stay whole."""
    body = request.body[:BODY_BYTES]
    if whole:
        return replace(request, body=body)
    share = HEAD_LENGTH // 4
    headers: dict[str, str] = {}
    left = 2 * share
    for name, value in request.headers.items():
        headers[name] = value[:left]
        left -= len(headers[name])
    return replace(
        request,
        path=request.path[:share],
        query=request.query[:share],
        headers=headers,
        body=body,
    )
