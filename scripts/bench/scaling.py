"""A page of contacts in a small and in a large sandbox: what a thousand times the rows cost."""

from __future__ import annotations

import json
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench import targets
from bench.client import Connection
from bench.options import FEW_ROWS
from bench.requests import BenchRequest, page
from bench.servers import START_SECONDS, Say, Server
from ccaas_kit.contract.errors import TargetError

# What filling takes at most, per contact, on a slow machine.
_SECONDS_PER_ROW = 0.0004
_ORDER = "ORDERBYname"
_PAGE = 10
_TIMES = 300


@dataclass(frozen=True, slots=True)
class Page:
    """The same page at both sizes: its rows, and the seconds that it takes."""

    shape: str
    rows: tuple[int, int]
    seconds: tuple[float, float]


def measure(like: BenchRequest, *, rows: int, say: Say) -> list[Page]:
    """Pages at 1,000 contacts and at so many.

    Raises:
        ToolError: the large sandbox was not ready in time.
        TargetError: a page was rejected, or the contacts are not there.
    """
    name = f"sandbox with {rows:,} contacts"
    within = START_SECONDS + rows * _SECONDS_PER_ROW
    say(f"filling a {name} ...")
    with (
        targets.sandbox("--contacts", str(rows), within=within, say=say, name=name) as many,
        targets.sandbox("--contacts", str(FEW_ROWS)) as few,
    ):
        small, large = _queries(few, like, FEW_ROWS), _queries(many, like, rows)
        return [_paired(shape, (few, many), like, (small[shape], large[shape])) for shape in small]


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
    shape: str, servers: tuple[Server, Server], like: BenchRequest, queries: tuple[str, str]
) -> Page:
    """Both pages over one connection each, in turns, so that noise hits both alike."""
    asked = [page(like, query, limit=_PAGE) for query in queries]
    with Connection(servers[0].url) as few, Connection(servers[1].url) as many:
        rows = len(_contacts(few, asked[0])), len(_contacts(many, asked[1]))
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(_TIMES):
            times[0].append(few.send(asked[0]).seconds)
            times[1].append(many.send(asked[1]).seconds)
    return Page(shape, rows, (median(times[0]), median(times[1])))
