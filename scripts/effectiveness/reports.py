"""What a person gets of one fault: how many groups of findings, what their title names, and whether findings can be reproduced.

Reads:  the scorecards of runs on sandboxes with one fault each
Writes: generated/REPORTS.md (the command with `--reports N`)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccaas_kit.contract.layout import GENERATED, ROOT
from ccaas_kit.faults.fault import Fault
from ccaas_kit.run.replay import Outcome
from effectiveness import suite
from effectiveness.pool import Batch, Pool, Say
from effectiveness.target import Target

PATH = GENERATED / "REPORTS.md"
# So many findings of a run are reproduced, the first of its groups before others.
_REPLAYS = 3
# A replay may take so many seconds.
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Report:
    """What a run on a sandbox with one fault printed, and what came of reproducing its findings."""

    fault: str
    titles: tuple[str, ...]
    names_operation: bool
    names_field: bool
    replays: Mapping[Outcome, int]


def run(
    names: Sequence[str], known: Mapping[str, Fault], pool: Pool, *, seed: int, say: Say
) -> list[Report]:
    """One report for each of the faults that a quick run reports at all."""
    look = looking(known, seed)
    found: list[Report] = []
    todo = [(name,) for name in names]
    for number, report in enumerate(pool.each(todo, look), start=1):
        found += [report] if report.titles else []
        say(f"reports: {number} of {len(todo)}, {len(found)} with findings")
    return found


def looking(known: Mapping[str, Fault], seed: int) -> Callable[[Target, Batch], Report]:
    """What takes a look at a sandbox with one fault, and reproduces what it found."""

    def look(target: Target, faults: Batch) -> Report:
        [name] = faults
        target.become(faults)
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            suite.run(target.url, seed=seed, out=out, whole=False)
            card = json.loads((out / "scorecard.json").read_text(encoding="utf-8"))
            leads = [group["findings"][0] for group in card["groups"]]
            rest = [finding for group in card["groups"] for finding in group["findings"][1:]]
            chosen = (*leads, *rest)[:_REPLAYS]
            replays = Counter(_replayed(out, finding) for finding in chosen)
        return report(known[name], card, replays)

    return look


def report(fault: Fault, card: Mapping[str, Any], replays: Mapping[Outcome, int]) -> Report:
    """What a scorecard says of a fault; its first group is what a reader sees first."""
    groups = card["groups"]
    if not groups:
        return Report(fault.name, (), False, False, replays)
    first = groups[0]
    field = _field(fault)
    return Report(
        fault.name,
        tuple(group["title"] for group in groups),
        not fault.operation or fault.operation in first["operations"],
        not field or field in first["fields"] or field in first["title"],
        replays,
    )


def _field(fault: Fault) -> str:
    """The field that a derived fault alters; empty where it alters no single one."""
    steps = fault.alters.split("/")
    return steps[-1] if len(steps) > 2 and steps[1] != "message" and "result" in steps[:-1] else ""


def _replayed(out: Path, finding: str) -> Outcome:
    done = subprocess.run(
        [sys.executable, "-m", "ccaas_kit", "replay", finding, "--report", str(out)],
        cwd=ROOT,
        env=suite.environment(os.environ),
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    known = {int(outcome) for outcome in Outcome}
    return Outcome(done.returncode) if done.returncode in known else Outcome.UNCLEAR


def summary(found: Sequence[Report]) -> Iterator[str]:
    """The figures that matter, a line each."""
    count = len(found)
    single = sum(len(report.titles) == 1 for report in found)
    named = sum(report.names_operation and report.names_field for report in found)
    replays: Counter[Outcome] = Counter()
    for report in found:
        replays.update(report.replays)
    yield f"{single} of {count} faults that a run reported gave one group of findings;"
    yield f"the first group of {named} of {count} names the operation and the field of the fault."
    yield (
        f"Of {replays.total()} findings that were reproduced at once, {replays[Outcome.SHOWS]} showed again, "
        f"{replays[Outcome.GONE]} were falsely gone and {replays[Outcome.UNCLEAR]} unclear."
    )


def page(found: Sequence[Report], *, seed: int) -> str:
    """The measurement in Markdown: the figures, and each fault that fell short."""
    return "\n".join([*_head(found, seed), *_rows(found)])


def _head(found: Sequence[Report], seed: int) -> Iterator[str]:
    yield "<!-- Written by `make effectiveness ARGS='--reports N'`. Do not edit. -->"
    yield "# What a person gets of one fault"
    yield ""
    yield from summary(found)
    yield ""
    yield "Each fault was on alone in a sandbox; a run without random requests reported it, and up to"
    yield f"{_REPLAYS} of its findings were reproduced with `ccaas replay` (seed {seed}). The faults are spread evenly"
    yield "over those of the [measurement](EFFECTIVENESS.md). Assumed findings count as findings."
    yield ""


def _rows(found: Sequence[Report]) -> Iterator[str]:
    yield "Faults that gave several groups, whose first group names something else, or that did not show again:"
    yield ""
    yield "| fault | groups | names it | shown again | first titles |"
    yield "|---|---|---|---|---|"
    for report in found:
        named = report.names_operation and report.names_field
        total, shown = sum(report.replays.values()), report.replays.get(Outcome.SHOWS, 0)
        if len(report.titles) == 1 and named and shown == total:
            continue
        titles = "; ".join(report.titles[:2]).replace("|", "\\|")
        yield f"| `{report.fault}` | {len(report.titles)} | {'yes' if named else 'no'} | {shown} of {total} | {titles} |"
    yield ""
