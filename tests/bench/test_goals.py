"""Ratios, and which goals hold."""

from __future__ import annotations

import io

from rich.console import Console

from bench import goals, table
from bench.goals import Goal
from bench.package import Package
from bench.scaling import Page, Scaling
from bench.startup import Startup
from bench.targets import BARE, PRISM, SANDBOX
from bench.throughput import Figure

READ, WRITE = "getExternalIdMapping", "setExternalIdMapping"
FIGURES = {
    (READ, SANDBOX): Figure(rate=15_000, p99=0.002),
    (READ, PRISM): Figure(rate=1_500, p99=0.019),
    (READ, BARE): Figure(rate=30_001, p99=0.001),
    (WRITE, SANDBOX): Figure(rate=9_000, p99=0.002),
    (WRITE, PRISM): Figure(problem="answers 401"),
}
STARTUP = Startup(seconds=0.81, resident=120 * 1024 * 1024)


PACKAGE = Package(ours=0.0026, by_hand=0.002, importing=0.3)


def scaling(rows: tuple[int, int], seconds: tuple[float, float]) -> Scaling:
    page = Page("email", rows, seconds, (10_000.0, 9_000.0))
    return Scaling((1_000, 1_000_000), [page], [], 60.0, 2 * 1024**3)


def found(what: str, *, scaled: Scaling | None = None) -> Goal:
    return next(
        each for each in goals.all_of(FIGURES, STARTUP, scaled, PACKAGE) if each.what == what
    )


def test_ten_times_the_rate_of_prism_holds() -> None:
    assert found("read a mapping: rate beside Prism's") == Goal(
        "read a mapping: rate beside Prism's", "10 x", "at least 10 x", True
    )


def test_the_package_is_held_against_models_by_hand() -> None:
    assert found("Python: 100 contacts beside models by hand").measured == "1.3 x"
    assert found("Python: 100 contacts beside models by hand").holds is True
    assert found("Python: importing the client").holds is False


def test_less_than_half_the_ceiling_falls_short() -> None:
    assert found("read a mapping: rate beside the bare answer's").holds is False


def test_more_than_a_tenth_of_the_waiting_time_falls_short() -> None:
    assert found("read a mapping: p99 beside Prism's").holds is False


def test_a_ratio_to_something_that_failed_is_not_measured() -> None:
    assert found("update a mapping: rate beside Prism's").holds is None
    assert found("create a contact: rate beside Prism's").measured == "not measured"


def test_start_and_memory_have_their_bounds() -> None:
    assert found("first answer after the start").holds is False
    assert found("memory with the seed").holds is True


def test_a_page_may_take_half_as_long_again() -> None:
    held = found(
        "page by email: time beside that at few rows", scaled=scaling((1, 1), (0.002, 0.003))
    )
    missed = found(
        "page by email: time beside that at few rows", scaled=scaling((1, 1), (0.002, 0.0031))
    )

    assert (held.holds, missed.holds) == (True, False)


def test_pages_of_different_length_are_not_compared() -> None:
    goal = found(
        "page by email: time beside that at few rows", scaled=scaling((1, 10), (0.002, 0.002))
    )

    assert goal.holds is None


def test_without_large_tables_there_are_no_goals_for_pages() -> None:
    assert not [
        each for each in goals.all_of(FIGURES, STARTUP, None, PACKAGE) if "page by" in each.what
    ]


def test_the_table_marks_what_falls_short_and_what_was_not_measured() -> None:
    output = io.StringIO()
    console = Console(file=output, width=100)

    table.show_figures(console, FIGURES)
    table.show_goals(console, goals.all_of(FIGURES, STARTUP, None, PACKAGE))

    lines = output.getvalue().splitlines()
    assert "update a mapping, Prism: answers 401" in lines
    assert "falls short" in next(each for each in lines if "read a mapping: p99" in each)
    assert "not measured" in next(each for each in lines if "update a mapping: rate" in each)
    assert "holds" in next(each for each in lines if "memory with the seed" in each)
