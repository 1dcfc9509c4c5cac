"""Ratios, and which goals hold."""

from __future__ import annotations

import io

from rich.console import Console

from bench import goals, table
from bench.goals import Goal
from bench.scaling import Page
from bench.startup import Startup
from bench.targets import BARE, PRISM, SANDBOX
from bench.throughput import Figure

READ, WRITE = "getExternalIdMapping", "setExternalIdMapping"
FIGURES = {
    (READ, SANDBOX): Figure(rate=7_500, p99=0.004),
    (READ, PRISM): Figure(rate=1_500, p99=0.019),
    (READ, BARE): Figure(rate=12_501, p99=0.001),
    (WRITE, SANDBOX): Figure(rate=9_000, p99=0.002),
    (WRITE, PRISM): Figure(problem="answers 401"),
}
STARTUP = Startup(seconds=0.81, resident=120 * 1024 * 1024)


def page(rows: tuple[int, int], seconds: tuple[float, float]) -> Page:
    return Page("email", rows, seconds)


def found(what: str, *pages: Page) -> Goal:
    return next(goal for goal in goals.all_of(FIGURES, STARTUP, pages) if goal.what == what)


def test_five_times_the_rate_of_prism_holds() -> None:
    assert found("read a mapping: rate beside Prism's") == Goal(
        "read a mapping: rate beside Prism's", "5 x", "at least 5 x", True
    )


def test_less_than_six_tenths_of_the_ceiling_fall_short() -> None:
    assert found("read a mapping: rate beside the bare answer's").holds is False


def test_more_than_a_fifth_of_the_waiting_time_falls_short() -> None:
    assert found("read a mapping: p99 beside Prism's").holds is False


def test_a_ratio_to_something_that_failed_is_not_measured() -> None:
    assert found("update a mapping: rate beside Prism's").holds is None
    assert found("create a contact: rate beside Prism's").measured == "not measured"


def test_start_and_memory_have_their_bounds() -> None:
    assert found("first answer after the start").holds is False
    assert found("memory with the seed").holds is True


def test_a_page_may_take_half_as_long_again() -> None:
    what = "page by email: time beside that at few rows"

    assert found(what, page((1, 1), (0.002, 0.003))).holds is True
    assert found(what, page((1, 1), (0.002, 0.0031))).holds is False
    # Pages of different length are not compared.
    assert found(what, page((1, 10), (0.002, 0.002))).holds is None


def test_the_table_marks_what_falls_short_and_what_was_not_measured() -> None:
    output = io.StringIO()
    console = Console(file=output, width=100)

    table.show(console, FIGURES, goals.all_of(FIGURES, STARTUP, []))

    lines = output.getvalue().splitlines()
    assert "update a mapping, Prism: answers 401" in lines
    assert "falls short" in next(line for line in lines if "read a mapping: p99" in line)
    assert "not measured" in next(line for line in lines if "update a mapping: rate" in line)
    assert "holds" in next(line for line in lines if "memory with the seed" in line)
