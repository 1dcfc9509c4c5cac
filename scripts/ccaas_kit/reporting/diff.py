"""Two scorecards, of two instances or of two dates: what got better, worse, known, unknown."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ccaas_kit.contract.arguments import Parser
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.judging import scorecard
from ccaas_kit.judging.findings import Severity
from ccaas_kit.judging.verdicts import Verdict

SCHEMA_VERSION = "1.0"
_SHOWN = 20
_KNOWN = (Verdict.CONFORMS, Verdict.VIOLATES)
# What makes two runs send different things, so that a difference need not be the target's.
_CIRCUMSTANCES = ("profile", "seed", "complete")

_Key = tuple[str, str | None, str]


class Change(StrEnum):
    """What became of a clause from the first scorecard to the second."""

    BETTER = "better"
    WORSE = "worse"
    NEWLY_KNOWN = "newly known"
    NO_LONGER_KNOWN = "no longer known"
    UNCHANGED = "unchanged"
    ONLY_IN_FIRST = "only in the first"
    ONLY_IN_SECOND = "only in the second"

    @property
    def key(self) -> str:
        """The change as the JSON names it."""
        return self.value.replace(" ", "_")


_COLORS = {Change.BETTER: "green", Change.WORSE: "red", Change.NO_LONGER_KNOWN: "yellow"}
_MEANINGS = {
    Change.BETTER: "violated before, conforms now",
    Change.WORSE: "conformed before, violates now",
    Change.NEWLY_KNOWN: "not tested before, conforms or violates now",
    Change.NO_LONGER_KNOWN: "conformed or violated before, not tested now",
    Change.UNCHANGED: "the same, or not tested in either run",
    Change.ONLY_IN_FIRST: "another version of the contract: the clause is gone",
    Change.ONLY_IN_SECOND: "another version of the contract: the clause is new",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A clause with its verdicts; None where the scorecard does not have it."""

    id: str
    operation: str | None
    before: Verdict | None
    after: Verdict | None
    detail: str

    @property
    def change(self) -> Change:
        if self.before is None:
            return Change.ONLY_IN_SECOND
        if self.after is None:
            return Change.ONLY_IN_FIRST
        was_known, is_known = self.before in _KNOWN, self.after in _KNOWN
        if was_known and is_known and self.before is not self.after:
            return Change.BETTER if self.after is Verdict.CONFORMS else Change.WORSE
        if was_known is not is_known:
            return Change.NEWLY_KNOWN if is_known else Change.NO_LONGER_KNOWN
        return Change.UNCHANGED


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two scorecards beside each other; findings are the same by code, clause and operation."""

    first: Mapping[str, Any]
    second: Mapping[str, Any]
    steps: Mapping[Change, Sequence[Step]]
    appeared: Sequence[Mapping[str, Any]]
    disappeared: Sequence[Mapping[str, Any]]
    reweighed: Sequence[tuple[Mapping[str, Any], str]]

    @property
    def is_worse(self) -> bool:
        """Whether a clause that conformed is violated now, or a violation is new that no clause names."""
        unnamed = (
            finding["clause"] is None and finding["severity"] == Severity.VIOLATION
            for finding in self.appeared
        )
        return bool(self.steps[Change.WORSE]) or any(unnamed)

    def head(self) -> str:
        """What is compared, in one line."""
        one, two = self.first, self.second
        if one["target"] == two["target"]:
            return f"{one['target']}: {one['started']}, then {two['started']}"
        targets = [f"{card['target']} ({card['started']})" for card in (one, two)]
        return f"Two targets: {', then '.join(targets)}"

    def circumstances(self) -> list[str]:
        """What the two runs did not have in common."""
        return [
            f"{name} {json.dumps(self.first[name])}, then {json.dumps(self.second[name])}"
            for name in _CIRCUMSTANCES
            if self.first[name] != self.second[name]
        ]

    def document(self) -> dict[str, Any]:
        """The comparison as data."""
        head = ("target", "started", "profile", "seed", "complete", "conforms", "summary")
        return {
            "schema_version": SCHEMA_VERSION,
            "first": {name: self.first[name] for name in head},
            "second": {name: self.second[name] for name in head},
            "same_target": self.first["target"] == self.second["target"],
            "worse": self.is_worse,
            "counts": {change.key: len(steps) for change, steps in self.steps.items()},
            "clauses": {
                change.key: [_step_document(step) for step in steps]
                for change, steps in self.steps.items()
                if change is not Change.UNCHANGED
            },
            "findings": {
                "appeared": [_finding_document(finding) for finding in self.appeared],
                "disappeared": [_finding_document(finding) for finding in self.disappeared],
                "reweighed": [
                    {**_finding_document(finding), "before": before}
                    for finding, before in self.reweighed
                ],
            },
        }


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> Comparison:
    """The comparison of two scorecards, given as the content of their files."""
    before = {clause["id"]: clause for clause in first["clauses"]}
    after = {clause["id"]: clause for clause in second["clauses"]}
    steps: dict[Change, list[Step]] = {change: [] for change in Change}
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name), after.get(name)
        latest = new or old or {}
        step = Step(
            id=name,
            operation=latest["operation"],
            before=Verdict(old["verdict"]) if old else None,
            after=Verdict(new["verdict"]) if new else None,
            detail=latest["detail"],
        )
        steps[step.change].append(step)
    old_findings, new_findings = _by_key(first["findings"]), _by_key(second["findings"])
    return Comparison(
        first=first,
        second=second,
        steps=steps,
        appeared=[finding for key, finding in new_findings.items() if key not in old_findings],
        disappeared=[finding for key, finding in old_findings.items() if key not in new_findings],
        reweighed=[
            (finding, old_findings[key]["severity"])
            for key, finding in new_findings.items()
            if key in old_findings and old_findings[key]["severity"] != finding["severity"]
        ],
    )


def main(argv: Sequence[str], *, environment: Mapping[str, str], console: Console) -> int:
    """Compare two scorecards: 0 if nothing got worse, 1 if something did.

    Raises:
        KitError: a scorecard cannot be read, or was written by another version.
    """
    del environment
    arguments = _parser().parse_args(argv)
    comparison = compare(scorecard.read(arguments.first), scorecard.read(arguments.second))
    text = json.dumps(comparison.document(), indent=2, ensure_ascii=False)
    if arguments.out is not None:
        _write(arguments.out, text + "\n")
    if arguments.json:
        console.out(text, highlight=False)
    else:
        show(comparison, console)
    return 1 if comparison.is_worse else 0


def show(comparison: Comparison, console: Console) -> None:
    """Print the comparison: head, table, lists."""
    console.print(Text(comparison.head(), style="bold"), soft_wrap=True)
    for circumstance in comparison.circumstances():
        console.print(Text(f"Not the same: {circumstance}", style="yellow"))
    console.print(_table(comparison))
    for change, steps in comparison.steps.items():
        if change is not Change.UNCHANGED:
            lines = [_step_line(step) for step in steps]
            _show_list(console, change.value, lines, _COLORS.get(change, "cyan"))
    appeared = [_finding_line(finding) for finding in comparison.appeared]
    gone = [_finding_line(finding) for finding in comparison.disappeared]
    weighed = [_finding_line(finding, before) for finding, before in comparison.reweighed]
    _show_list(console, "findings that appeared", appeared, "red")
    _show_list(console, "findings that are gone", gone, "green")
    _show_list(console, "findings with another severity", weighed, "cyan")
    color = "red" if comparison.is_worse else "green"
    console.print(_conclusion(comparison), style=f"bold {color}")


def _conclusion(comparison: Comparison) -> str:
    worse, better = (len(comparison.steps[change]) for change in (Change.WORSE, Change.BETTER))
    if not comparison.is_worse:
        return f"NOTHING GOT WORSE: {better} better."
    if not worse:
        return f"WORSE: a violation is new that no clause names; {better} better."
    return f"WORSE: {worse} worse, {better} better."


def _table(comparison: Comparison) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("clauses", no_wrap=True)
    table.add_column("", justify="right")
    table.add_column("meaning")
    for change, steps in comparison.steps.items():
        color = _COLORS.get(change, "") if steps else ""
        table.add_row(change.value, str(len(steps) or "·"), _MEANINGS[change], style=color)
    return table


def _show_list(console: Console, title: str, found: Sequence[str], color: str) -> None:
    if not found:
        return
    console.print(Text.assemble((title.capitalize(), f"bold {color}"), f" ({len(found)})"))
    for line in found[:_SHOWN]:
        console.print(Padding(Text(line), (0, 0, 0, 2)))
    if len(found) > _SHOWN:
        console.print(f"  and {len(found) - _SHOWN} more; --json has all")
    console.print()


def _step_line(step: Step) -> str:
    verdicts = " -> ".join(verdict.label for verdict in (step.before, step.after) if verdict)
    return f"{step.id}  {step.operation or '(API)'}: {verdicts}; {step.detail}"


def _finding_line(finding: Mapping[str, Any], before: str = "") -> str:
    clause = finding["clause"] or "no clause"
    severities = [
        Severity(severity).label for severity in (before, finding["severity"]) if severity
    ]
    severity = ", then ".join(severities)
    line = f"{finding['id']}  {finding['code']} {finding['operation']} ({clause}): {severity}"
    return f"{line}; {finding['says'] or finding['got']}"


def _by_key(findings: Sequence[Mapping[str, Any]]) -> dict[_Key, Mapping[str, Any]]:
    """The findings by what they are; of several alike the heaviest, which stands first."""
    found: dict[_Key, Mapping[str, Any]] = {}
    for finding in findings:
        found.setdefault((finding["code"], finding["clause"], finding["operation"]), finding)
    return found


def _step_document(step: Step) -> dict[str, Any]:
    return {
        "id": step.id,
        "operation": step.operation,
        "before": step.before,
        "after": step.after,
        "detail": step.detail,
    }


def _finding_document(finding: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "code", "severity", "clause", "operation", "expected", "got")
    return {name: finding[name] for name in names}


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"cannot be written to ({error.strerror})", where=str(path), fix="Choose another --out"
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="ccaas diff",
        description="Compare two scorecards: what got better, worse or unknown.",
        epilog="Exit codes: 0 nothing got worse, 1 something did, 2 it could not be compared.",
    )
    add = parser.add_argument
    add("first", type=Path, metavar="A", help="scorecard.json, or the folder that holds it")
    add("second", type=Path, metavar="B", help="another scorecard, such as a later one")
    add("--json", action="store_true", help="print the comparison as JSON")
    add("--out", type=Path, metavar="FILE", help="write the comparison as JSON into a file")
    return parser
