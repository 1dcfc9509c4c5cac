"""What the sandbox is meant to reach, as ratios of one run, and whether it did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.requests import MEASURED, READ_MAPPING
from bench.scaling import Page
from bench.startup import Startup
from bench.targets import BARE, PRISM, SANDBOX
from bench.throughput import Figure, Figures

TIMES_PRISM = 5.0
OF_THE_CEILING = 0.6
P99_OF_PRISM = 0.2
FIRST_ANSWER_SECONDS = 0.8
RESIDENT_BYTES = 120 * 1024 * 1024
TIME_AT_MANY_ROWS = 1.5


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure beside what it should be; `holds` is None where it could not be measured."""

    what: str
    measured: str
    wanted: str
    holds: bool | None


def all_of(figures: Figures, startup: Startup, pages: Sequence[Page]) -> list[Goal]:
    """Every goal, in the order in which they are measured."""
    return [*_of_figures(figures), *_of_startup(startup), *map(_of_page, pages)]


def ratio(ours: float, theirs: float) -> float | None:
    """How many times theirs ours is; None without both."""
    return ours / theirs if ours > 0 and theirs > 0 else None


def _of_figures(figures: Figures) -> Iterator[Goal]:
    for request, name in MEASURED.items():
        ours, prism, bare = (
            # A figure with a problem has no rate, so that it gives no ratio either.
            figures.get((request, target), Figure())
            for target in (SANDBOX, PRISM, BARE)
        )
        yield _at_least(f"{name}: rate beside Prism's", ratio(ours.rate, prism.rate), TIMES_PRISM)
        if request == READ_MAPPING:
            found = ratio(ours.rate, bare.rate)
            yield _at_least(f"{name}: rate beside the bare answer's", found, OF_THE_CEILING)
        yield _at_most(f"{name}: p99 beside Prism's", ratio(ours.p99, prism.p99), P99_OF_PRISM)


def _of_startup(startup: Startup) -> Iterator[Goal]:
    yield Goal(
        "first answer after the start",
        f"{startup.seconds:.2f} s",
        f"at most {FIRST_ANSWER_SECONDS} s",
        startup.seconds <= FIRST_ANSWER_SECONDS,
    )
    yield Goal(
        "memory with the seed",
        f"{startup.resident / 1024**2:.0f} MB",
        f"at most {RESIDENT_BYTES // 1024**2} MB",
        startup.resident <= RESIDENT_BYTES if startup.resident else None,
    )


def _of_page(page: Page) -> Goal:
    few, many = page.seconds
    # Pages of different length cannot be compared.
    found = ratio(many, few) if page.rows[0] == page.rows[1] > 0 else None
    return _at_most(f"page by {page.shape}: time beside that at few rows", found, TIME_AT_MANY_ROWS)


def _at_least(what: str, found: float | None, wanted: float) -> Goal:
    holds = None if found is None else found >= wanted
    return Goal(what, _times(found), f"at least {wanted:g} x", holds)


def _at_most(what: str, found: float | None, wanted: float) -> Goal:
    holds = None if found is None else found <= wanted
    return Goal(what, _times(found), f"at most {wanted:g} x", holds)


def _times(found: float | None) -> str:
    # Enough digits that 0.203 beside a bound of 0.2 does not look as if it held.
    return "not measured" if found is None else f"{found:.3g} x"
