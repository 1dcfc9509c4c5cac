"""A page of contacts in a small and in a large sandbox: what a thousand times the rows cost."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench import targets
from bench.client import Connection
from bench.load import Generator
from bench.options import FEW_ROWS
from bench.requests import BenchRequest, page
from bench.servers import START_SECONDS, Say, Server
from ccaas_kit.contract.errors import TargetError

# What filling takes at most, per contact, on a slow machine.
_SECONDS_PER_ROW = 0.0002
_ORDER = "ORDERBYname"
_PAGE = 10
_TIMES = 300
_DEEP_TIMES = 20
_DEEP_SECONDS = 3.0
_OFFSETS = (0.0, 0.001, 0.1, 0.9)


@dataclass(frozen=True, slots=True)
class Page:
    """The same page at both sizes: its rows, the time that it takes, and requests per second."""

    shape: str
    rows: tuple[int, int]
    seconds: tuple[float, float]
    rates: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Deep:
    """A page far behind the first row, in the large sandbox."""

    offset: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Scaling:
    """What was measured; `ready` is how long the large sandbox took to start."""

    rows: tuple[int, int]
    pages: Sequence[Page]
    deep: Sequence[Deep]
    ready: float
    resident: int


def measure(
    like: BenchRequest, generator: Generator, *, rows: int, seconds: int, say: Say
) -> Scaling:
    """Pages at 1,000 contacts and at so many.

    Raises:
        ToolError: the large sandbox was not ready in time.
        TargetError: a page was refused, or the contacts are not there.
    """
    few = targets.sandbox("--contacts", str(FEW_ROWS))
    name = f"sandbox with {rows:,} contacts"
    within = START_SECONDS + rows * _SECONDS_PER_ROW
    many = targets.sandbox("--contacts", str(rows), within=within, say=say, name=name)
    say(f"filling a {name} ...")
    with many:
        ready = time.perf_counter() - many.started
        say(f"{name}: ready after {ready:.0f} s")
        with few:
            small, large = _queries(few, like, FEW_ROWS), _queries(many, like, rows)
            pages = []
            for shape, few_query in small.items():
                pair = page(like, few_query, limit=_PAGE), page(like, large[shape], limit=_PAGE)
                held, times = _paired((few.url, many.url), pair)
                rates = [
                    generator.run(server.url, request, seconds=seconds).rate
                    for server, request in zip((few, many), pair, strict=True)
                ]
                pages.append(Page(shape, held, times, (rates[0], rates[1])))
        deep = [_deep(many.url, like, int(share * rows)) for share in _OFFSETS]
        return Scaling((FEW_ROWS, rows), pages, deep, ready, many.resident())


def _queries(server: Server, like: BenchRequest, rows: int) -> dict[str, str]:
    """Queries that find something there, by the name of their shape; no more rows at either size."""
    with Connection(server.url) as connection:
        found = _contacts(connection, page(like, _ORDER, limit=1, offset=rows // 2))
        if not found:
            raise TargetError(f"holds fewer than {rows // 2} contacts", where=server.name)
        contact = found[0]
        prefix = _prefix(connection, like, contact["name"])
    return {
        "sys_id": f"sys_id={contact['sys_id']}^{_ORDER}",
        "account": f"account={contact['account']}^{_ORDER}",
        "email": f"email={contact['email']}^{_ORDER}",
        "name STARTSWITH": f"nameSTARTSWITH{prefix}^{_ORDER}",
    }


def _prefix(connection: Connection, like: BenchRequest, name: str) -> str:
    """The longest beginning of a name that still fills a page."""
    for length in range(len(name), 1, -1):
        query = f"nameSTARTSWITH{name[:length]}^{_ORDER}"
        if name[:length].strip() == name[:length] and (
            len(_contacts(connection, page(like, query, limit=_PAGE))) == _PAGE
        ):
            return name[:length]
    return name[:1]


def _contacts(connection: Connection, request: BenchRequest) -> list[dict[str, Any]]:
    answered = connection.send(request)
    if answered.status != 200:
        raise TargetError(f"answered {answered.status}", where=request.name)
    contacts: list[dict[str, Any]] = json.loads(answered.body)["result"]
    return contacts


def _paired(
    urls: tuple[str, str], pair: tuple[BenchRequest, BenchRequest]
) -> tuple[tuple[int, int], tuple[float, float]]:
    """Rows and median seconds of both pages; in turns, so that noise hits both alike."""
    with Connection(urls[0]) as few, Connection(urls[1]) as many:
        held = len(_contacts(few, pair[0])), len(_contacts(many, pair[1]))
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(_TIMES):
            times[0].append(few.send(pair[0]).seconds)
            times[1].append(many.send(pair[1]).seconds)
    return held, (median(times[0]), median(times[1]))


def _deep(url: str, like: BenchRequest, offset: int) -> Deep:
    request = page(like, _ORDER, limit=_PAGE, offset=offset)
    times: list[float] = []
    with Connection(url) as connection:
        while len(times) < _DEEP_TIMES and sum(times) < _DEEP_SECONDS:
            times.append(connection.send(request).seconds)
    return Deep(offset, median(times))
