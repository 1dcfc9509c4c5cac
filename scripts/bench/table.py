"""What a person sees at the end: figures of this run, their ratios, and which goals hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from bench.goals import Goal, ratio
from bench.load import CONNECTIONS
from bench.requests import MEASURED
from bench.scaling import Scaling
from bench.targets import BARE, PRISM, SANDBOX, SPECMATIC
from bench.throughput import Figure, Figures

_MARKS = {True: "[green]holds[/]", False: "[red]falls short[/]", None: "[yellow]not measured[/]"}


def show_figures(console: Console, figures: Figures) -> None:
    """Requests per second and waiting times of every target."""
    present = [
        name
        for name in (SANDBOX, PRISM, SPECMATIC, BARE)
        if any(target == name for _, target in figures)
    ]
    _show(console, "requests per second", figures, present, lambda each: f"{each.rate:,.0f}")
    title = f"99 of 100 answers come within, at {CONNECTIONS} connections"
    _show(console, title, figures, present, lambda each: _time(each.p99))
    for (request, target), figure in figures.items():
        if figure.problem:
            console.print(f"{MEASURED[request]}, {target}: {figure.problem}", markup=False)


def show_scaling(console: Console, scaling: Scaling) -> None:
    """Pages of contacts at both sizes, and deep offsets."""
    few, many = scaling.rows
    table = _table(f"page of contacts, sandbox, {few:,} and {many:,} rows")
    for heading in ("query", "rows", f"at {few:,}", f"at {many:,}", "time", "rate"):
        table.add_column(heading, justify="left" if heading == "query" else "right")
    for page in scaling.pages:
        table.add_row(
            page.shape,
            " / ".join(str(each) for each in page.rows),
            *(_time(each) for each in page.seconds),
            _times(ratio(page.seconds[1], page.seconds[0])),
            _times(ratio(page.rates[1], page.rates[0])),
        )
    console.print(table)
    deep = ", ".join(f"{each.offset:,}: {_time(each.seconds)}" for each in scaling.deep)
    console.print(f"by name, all rows, offset {deep}", highlight=False)
    megabytes = scaling.resident / 1024**2
    console.print(
        f"{many:,} rows took {scaling.ready:.0f} s to fill and {megabytes:,.0f} MB", highlight=False
    )


def show_goals(console: Console, goals: Sequence[Goal]) -> None:
    """Every goal and whether it holds in this run."""
    table = _table("ratios of this run")
    table.add_column("figure")
    table.add_column("measured", justify="right")
    table.add_column("goal")
    table.add_column("")
    for goal in goals:
        table.add_row(goal.what, goal.measured, goal.wanted, _MARKS[goal.holds])
    console.print(table)


def _show(
    console: Console,
    title: str,
    figures: Figures,
    present: Sequence[str],
    text: Callable[[Figure], str],
) -> None:
    table = _table(title)
    table.add_column("request")
    for name in present:
        table.add_column(name, justify="right")
    for request, name in MEASURED.items():
        found = [figures.get((request, target)) for target in present]
        table.add_row(
            name, *("-" if each is None or each.problem else text(each) for each in found)
        )
    console.print(table)


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)


def _time(seconds: float) -> str:
    return f"{seconds * 1000:,.2f} ms"


def _times(found: float | None) -> str:
    return "-" if found is None else f"{found:.2f} x"
