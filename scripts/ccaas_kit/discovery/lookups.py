"""The Table API beside a run of probes: it tells what no answer of the five APIs can tell.

Its requests are no exchanges of the contract. They count for the budget of the run all the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ccaas_kit.contract.contract import Contract
from ccaas_kit.gateway.connection import Connection, Limits
from ccaas_kit.gateway.diagnosis import Words
from ccaas_kit.gateway.table_api import TableApi
from ccaas_kit.gateway.users import Users


@contextmanager
def opened(
    url: str,
    contract: Contract,
    users: Users,
    *,
    seconds: float,
    answer_seconds: float,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[TableApi]:
    """The tables of a target as the run's own user sees them, until the block ends.

    `sleep` waits where a busy target wants to be asked again; it may raise to give up.
    """
    # How many requests there are, the budget of the run decides.
    limits = Limits(answer=answer_seconds, total=seconds, requests=1_000_000)
    with Connection(url.rstrip("/"), users.own, limits=limits, sleep=sleep) as connection:
        yield TableApi(connection, Words.of(contract))
