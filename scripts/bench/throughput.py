"""The same requests at every target, round by round, and the medians of the rounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench import targets
from bench.client import Connection
from bench.load import Generator, Load
from bench.requests import READ_MAPPING, BenchRequest
from bench.servers import Say
from bench.targets import BARE, SANDBOX, Target
from ccaas_kit.contract.errors import TargetError

_WARM_UP_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """How one target did with one request; `problem` tells why it was not measured."""

    rate: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    problem: str = ""


Figures = Mapping[tuple[str, str], Figure]


def measure(
    requests: Sequence[BenchRequest],
    others: Sequence[Target],
    generator: Generator,
    *,
    seconds: int,
    rounds: int,
    say: Say,
) -> Figures:
    """The figure of each request at each target, by request and target.

    Each round has a sandbox of its own, so that the records that one creates do not slow the next.
    """
    loads: dict[tuple[str, str], list[Load]] = {}
    problems: dict[tuple[str, str], str] = {}
    for number in range(rounds):
        say(f"round {number + 1} of {rounds} ...")
        with targets.sandbox() as server:
            present = [Target(SANDBOX, server.url), *others]
            for request in requests:
                for target in _of(request, present):
                    key = request.id, target.name
                    if key in problems:
                        continue
                    problem = _problem(target, request)
                    if not problem:
                        if number == 0 or target.name == SANDBOX:
                            generator.run(target.url, request, seconds=_WARM_UP_SECONDS)
                        load = generator.run(target.url, request, seconds=seconds)
                        loads.setdefault(key, []).append(load)
                        problem = _failed(load)
                    if problem:
                        problems[key] = problem
    return {**{key: _figure(load) for key, load in loads.items()}, **_not_measured(problems)}


def _of(request: BenchRequest, present: Iterable[Target]) -> list[Target]:
    """The ceiling is measured for one request only: its response is always the same."""
    return [server for server in present if server.name != BARE or request.id == READ_MAPPING]


def _problem(target: Target, request: BenchRequest) -> str:
    try:
        with Connection(target.url) as connection:
            answered = connection.send(request)
    except TargetError as error:
        return str(error)
    if answered.status < 300:
        return ""
    said = answered.body.decode("utf-8", "replace")
    return f"answers {answered.status}: {' '.join(said.split())[:80]}"


def _failed(load: Load) -> str:
    return f"{load.failed} of {load.requests} failed" if load.failed else ""


def _figure(loads: Sequence[Load]) -> Figure:
    return Figure(
        rate=median(load.rate for load in loads),
        p50=median(load.p50 for load in loads),
        p99=median(load.p99 for load in loads),
    )


def _not_measured(problems: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], Figure]:
    return {key: Figure(problem=problem) for key, problem in problems.items()}
