"""How far the probes have come, while they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn


@contextmanager
def probing(console: Console, total: int) -> Iterator[Callable[[int, int], None]]:
    """A bar that the function inside moves; nothing is shown where nobody watches."""
    columns = (TextColumn("probes"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("probes", total=total)
        yield lambda done, _all: bar.update(task, completed=done)
