"""What a person sees at the end: the figures of this run, and which goals hold."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from bench.goals import Goal
from bench.requests import MEASURED
from bench.targets import BARE, PRISM, SANDBOX
from bench.throughput import Figure, Figures

_MARKS = {True: "[green]holds[/]", False: "[red]falls short[/]", None: "[yellow]not measured[/]"}


def show(console: Console, figures: Figures, goals: Sequence[Goal]) -> None:
    """Requests per second with the wait of 99 of 100, and every goal."""
    rates = _table("requests per second, and 99 of 100 answers come within")
    rates.add_column("request")
    for name in (SANDBOX, PRISM, BARE):
        rates.add_column(name, justify="right")
    for request, name in MEASURED.items():
        found = [figures.get((request, target)) for target in (SANDBOX, PRISM, BARE)]
        rates.add_row(name, *map(_text, found))
    console.print(rates)
    for (request, target), figure in figures.items():
        if figure.problem:
            console.print(f"{MEASURED[request]}, {target}: {figure.problem}", markup=False)
    table = _table("ratios of this run")
    table.add_column("figure")
    table.add_column("measured", justify="right")
    table.add_column("goal")
    table.add_column("")
    for goal in goals:
        table.add_row(goal.what, goal.measured, goal.wanted, _MARKS[goal.holds])
    console.print(table)


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)


def _text(figure: Figure | None) -> str:
    if figure is None or figure.problem:
        return "-"
    return f"{figure.rate:,.0f} ({figure.p99 * 1000:,.1f} ms)"
