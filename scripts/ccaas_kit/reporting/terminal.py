"""The output on the terminal, during a run and at its end."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ccaas_kit.contract import layout
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.judging import headline
from ccaas_kit.judging.findings import Finding, Severity
from ccaas_kit.judging.grouping.groups import Group
from ccaas_kit.judging.scorecard import Row, Scorecard
from ccaas_kit.judging.verdicts import Verdict
from ccaas_kit.reporting.reports import HAR

_PHASES = ("examples", "coverage", "fuzzing", "stateful")
_COLORS = {
    Verdict.CONFORMS: "green",
    Verdict.VIOLATES: "red",
    Verdict.UNVERIFIED: "yellow",
    Verdict.BLOCKED: "magenta",
}
_HEADINGS = {
    Severity.VIOLATION: ("Violations", "red"),
    Severity.ACCEPTED: ("Waived", "yellow"),
    Severity.ASSUMED: ("Differences from assumptions that no page documents", "cyan"),
    Severity.NOTE: ("Notes that no clause requires", "cyan"),
}
_SHOWN = 12
_INDENT = (0, 0, 0, 6)


class Watcher:
    """Shows how far a run is: a bar on a terminal, a line per phase elsewhere."""

    def __init__(self, console: Console, operations: int) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._steps = operations * 3 + 1
        self._requests = 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """The bar is on the screen meanwhile."""
        if not self._console.is_terminal:
            yield
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[requests]} requests"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._console, transient=True) as progress:
            self._progress = progress
            self._task = progress.add_task("starting", total=self._steps, requests=0)
            yield

    def saw(self, event: Mapping[str, Any]) -> None:
        """Take in an event of Schemathesis."""
        if scenario := event.get("ScenarioFinished"):
            self._requests += len(scenario["recorder"].get("interactions", {}))
            if self._progress is not None and self._task is not None:
                step = 0 if scenario["phase"] == "stateful" else 1
                self._progress.update(
                    self._task,
                    advance=step,
                    description=scenario["phase"],
                    requests=self._requests,
                )
        elif (ended := event.get("PhaseFinished")) and self._progress is None:
            name, enabled = ended["phase"]["name"], ended["phase"]["is_enabled"]
            if enabled and name in _PHASES:
                self._console.print(f"{name}: {self._requests} requests so far")


def show(card: Scorecard, console: Console, *, out: Path, redactor: Redactor) -> None:
    """Print the scorecard: table, findings by their causes, outcome."""
    console.print(_table(card))
    for severity, (heading, color) in _HEADINGS.items():
        found = [group for group in card.groups if group.severity is severity]
        if found:
            count = card.weights()[severity]
            counted = f"{headline.count(len(found), 'cause')}, {headline.count(count, 'finding')}"
            console.print(f"\n[bold {color}]{heading}[/] ({counted})")
        for group in found[:_SHOWN]:
            members_of = card.members(group)
            if severity is Severity.VIOLATION:
                _show_group(console, group, members_of, redactor)
            else:
                _show_brief(console, group, members_of, redactor)
        if len(found) > _SHOWN:
            console.print(f"\n  and {len(found) - _SHOWN} more, in the reports")
    console.print()
    _show_defects(console, card, redactor)
    outcome = redactor.clean(headline.of(card))
    console.print(Text(outcome), style="bold green" if card.conforms else "bold red")
    console.print(f"Reports: {escape(str(out))}/scorecard.html", highlight=False)
    if card.violates:
        # Not wrapped, so that it can be copied.
        first = (card.failing or card.findings)[0]
        words = shlex.join(["replay", first.id, "--report", str(out)])
        line = f"Reproduce: {layout.COMMAND} {words}"
        console.print(Text(line), soft_wrap=True)


def _show_defects(console: Console, card: Scorecard, redactor: Redactor) -> None:
    if not card.defects:
        return
    console.print(f"[bold red]Defects of the runner[/] ({len(card.defects)})")
    for defect in card.defects[:_SHOWN]:
        console.print(Padding(Text(redactor.clean(str(defect))), (0, 0, 0, 2)))
    if len(card.defects) > _SHOWN:
        console.print(f"  and {len(card.defects) - _SHOWN} more, in the reports")
    console.print()


def _table(card: Scorecard) -> Table:
    table = Table(
        title=escape(f"{card.subject}, profile {card.profile}"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("operation", no_wrap=True)
    for verdict, color in _COLORS.items():
        table.add_column(verdict.label, justify="right", style=color)
    table.add_column("requests", justify="right")
    whole = Row(None, "", 0, {})
    for row in card.operations:
        if row.name is None:
            counts = {
                verdict: whole.verdicts.get(verdict, 0) + row.verdicts.get(verdict, 0)
                for verdict in Verdict
            }
            whole = Row(None, "", 0, counts)
        else:
            table.add_row(row.name, *_counts(row.verdicts), str(row.requests))
    table.add_row("(the APIs as a whole)", *_counts(whole.verdicts), "")
    table.add_section()
    table.add_row("all", *_counts(card.summary), str(card.requests))
    return table


def _counts(verdicts: Mapping[Verdict, int]) -> list[str]:
    return [str(count) if (count := verdicts.get(verdict, 0)) else "·" for verdict in Verdict]


def _show_group(console: Console, group: Group, members: list[Finding], redactor: Redactor) -> None:
    """Findings of one cause that fail the run: what is wrong, the evidence, and what to do."""
    first = members[0]
    console.print()
    title = Text.assemble("  ", (group.id, "bold"), "  ", redactor.clean(group.title))
    console.print(title, soft_wrap=True)
    seen = f"{group.calls} of {headline.count(group.among, 'call')}" if group.among else ""
    lines = [("seen in", seen or headline.count(group.calls, "call"))]
    lines += [("evidence", "\n".join(group.evidence))] if group.evidence else []
    lines += [("waiver", first.excuse)] if first.excuse else []
    lines += [("owner", group.owner), ("next", first.advice)]
    links = [group.docs, *group.quirks, f"entry {group.entry} of {HAR}" if group.entry else ""]
    lines += [("see", ", ".join(link for link in links if link))] if any(links) else []
    names = [f"{member.id} {member.clause or member.code}" for member in members]
    lines += [("findings", _brief(names))]
    console.print(Padding(_lines(lines, redactor), _INDENT))
    # Not wrapped, so that it can be copied.
    indent = "" if "\n" in first.curl else " " * 6
    console.print(Text(indent + redactor.clean(first.curl)), soft_wrap=True)


def _show_brief(console: Console, group: Group, members: list[Finding], redactor: Redactor) -> None:
    """Findings of one cause that fail nothing."""
    console.print(Padding(Text(redactor.clean(f"{group.id}  {group.title}")), (0, 0, 0, 2)))
    lines = [("waiver", members[0].excuse)] if members[0].excuse else []
    names = [f"{member.id} {member.clause or member.code}" for member in members]
    lines += [("findings", _brief(names))]
    lines += [] if members[0].excuse else [("next", members[0].advice)]
    console.print(Padding(_lines(lines, redactor), _INDENT))


def _brief(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(name.strip() for name in names[:_SHOWN]) + more


def _lines(lines: list[tuple[str, str]], redactor: Redactor) -> Table:
    """Label and text, the text wrapped beside the label."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, style="dim", width=8)
    grid.add_column(overflow="fold")
    for label, value in lines:
        grid.add_row(label, Text(redactor.clean(value)))
    return grid
