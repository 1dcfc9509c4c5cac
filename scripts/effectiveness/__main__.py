"""The command `python -m effectiveness`, run by `make effectiveness`."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ccaas_kit import faults
from ccaas_kit.contract import clauses, command
from ccaas_kit.sandbox.contract import Contract
from effectiveness import (
    alarms,
    breakage,
    comparison,
    mutation,
    options,
    other_tools,
    report,
    trials,
)
from effectiveness.breakage import Breakage
from effectiveness.options import Options
from effectiveness.report import Evidence
from effectiveness.trials import Ground


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 every fault was seen and no variant, 1 not so, 2 it could not be measured."""
    chosen = options.parse(sys.argv[1:] if argv is None else argv)
    command.interrupt_on_signals()
    begun = time.monotonic()
    broken = breakage.of(faults.FAULTS.values(), clauses.load())

    def say(text: str) -> None:
        print(f"{time.monotonic() - begun:5.0f} s  {text}", file=sys.stderr, flush=True)

    with Ground(chosen.places) as ground:
        if chosen.others:
            return _compared(chosen, broken, ground, say)
        tried = {
            seed: trials.run(chosen.names, broken, ground, seed=seed, say=say)
            for seed in chosen.seeds
        }
        if chosen.keep and chosen.names != tuple(faults.FAULTS):
            return _told(tried, say)
        seed = chosen.seeds[0]
        found = alarms.run(ground, seed=seed, say=say)
        names = [*mutants_of_the_contract()]
        killed = mutation.run(names, ground, seed=seed, alone=chosen.alone, say=say)
    evidence = Evidence(tried, found, killed, time.monotonic() - begun, chosen.places)
    if not chosen.keep:
        _written(report.page(evidence), report.PATH, say)
    _told(tried, say)
    for name, findings in found.by_variant.items():
        for each in findings:
            print(f"false alarm: {name} under {each.clause or each.code}")
    return 0 if evidence.holds else 1


def _compared(chosen: Options, broken: Breakage, ground: Ground, say: trials.Say) -> int:
    names = comparison.sample(chosen.names, chosen.others)
    with tempfile.TemporaryDirectory() as folder:
        tools = (other_tools.schemathesis(), other_tools.specmatic(Path(folder)))
        found = comparison.run(names, broken, ground, tools, seed=chosen.seeds[0], say=say)
    if not chosen.keep:
        _written(comparison.page(found), comparison.PATH, say)
    others = ", ".join(f"{each.tool.name} {each.seen}" for each in found.others)
    print(f"of {len(names)} faults: ours {found.seen_by_us}, {others}")
    return 0


def _written(page: str, path: Path, say: trials.Say) -> None:
    """Print a page, and keep it."""
    print(page)
    path.write_text(page, encoding="utf-8")
    say(f"written: {path.name}")


def mutants_of_the_contract() -> Sequence[str]:
    """The names of all mutants."""
    return tuple(faults.mutants.of(Contract()))


def _told(tried: dict[int, trials.Trials], say: trials.Say) -> int:
    """Print who was not seen; 1 if there is somebody."""
    for seed, each in tried.items():
        say(f"seed {seed}: {len(each.kills)} faults seen in {each.runs} runs")
        for name, findings in each.survivors.items():
            others = ", ".join(sorted({one.clause or one.code for one in findings})) or "nothing"
            print(f"not seen with seed {seed}: {name} (found: {others})")
    return 1 if any(each.survivors for each in tried.values()) else 0


if __name__ == "__main__":
    command.run("effectiveness", main)
