"""Time to the first response of the sandbox, and its memory then."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

from bench import targets
from bench.client import Connection
from bench.requests import BenchRequest
from ccaas_kit.contract.errors import TargetError

TIMES = 5


@dataclass(frozen=True, slots=True)
class Startup:
    """Seconds from the start of the process to the first success, and bytes resident then."""

    seconds: float
    resident: int


def measure(request: BenchRequest) -> Startup:
    """The medians of a few starts.

    Raises:
        TargetError: the first response is no success.
    """
    seconds, resident = [], []
    for _ in range(TIMES):
        with targets.sandbox() as server, Connection(server.url) as connection:
            answered = connection.send(request)
            seconds.append(time.perf_counter() - server.started)
            resident.append(server.resident())
            if answered.status >= 300:
                raise TargetError(f"the first answer was {answered.status}", where=request.id)
    return Startup(median(seconds), int(median(resident)))
