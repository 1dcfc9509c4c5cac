"""The command `python -m effectiveness`, run by `make effectiveness`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ccaas_kit import faults
from ccaas_kit.contract import clauses, command
from ccaas_kit.contract.clauses import Clause
from ccaas_kit.faults import derived
from ccaas_kit.faults.fault import Fault
from ccaas_kit.sandbox.contract import Contract
from effectiveness import (
    alarms,
    batches,
    breakage,
    comparison,
    matrix,
    measure,
    options,
    other_tools,
    readme,
    report,
    reports,
    selection,
)
from effectiveness.batches import Extent
from effectiveness.breakage import Breakage
from effectiveness.matrix import Row, Verdict
from effectiveness.measure import Measured
from effectiveness.options import Options
from effectiveness.pool import Pool, Say
from effectiveness.report import Evidence


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 if each clause was falsified and detected, no fault failed itself and no alarm was false; 1 if not; 2 if it could not run."""
    command.interrupt_on_signals()
    begun = time.monotonic()
    contract, promises = Contract(), clauses.load()
    known = by_name(contract, breakage.of(faults.FAULTS.values(), promises).by_fault)
    chosen = options.parse(sys.argv[1:] if argv is None else argv, known)
    all_breakage = breakage.of(known.values(), promises)
    extents = batches.extents(known.values(), all_breakage, contract.document)

    def say(text: str) -> None:
        print(f"{time.monotonic() - begun:5.0f} s  {text}", file=sys.stderr, flush=True)

    with Pool(chosen.places, chosen.profile) as pool:
        if chosen.others:
            return _compared(chosen, known, (all_breakage, extents), pool, say)
        if chosen.reports:
            return _reported(chosen, known, pool, say)
        runs: dict[int, Measured] = {}
        for seed in chosen.seeds:
            names = _chosen(chosen, known, seed)
            if runs:
                names = selection.further(names, extents, seed)
            runs[seed] = measure.run(names, extents, pool, seed=seed, again=chosen.again, say=say)
        rows = matrix.rows(promises, extents, [*runs.values()])
        if chosen.part:
            if chosen.clauses and not chosen.keep:
                _replace(rows, chosen.clauses, promises)
            return _told(chosen, rows, [*runs.values()], known)
        found = alarms.run(pool, seed=chosen.seeds[0], say=say)
    counts = matrix.counts(known, runs[chosen.seeds[0]])
    took = time.monotonic() - begun
    made = sum(bool(fault.rule) for fault in known.values())
    evidence = Evidence(rows, counts, runs, found, took, chosen.places, made, chosen.sample)
    if not chosen.keep:
        report.PATH.write_text(report.page(evidence, known), encoding="utf-8")
        document = matrix.as_json(rows, counts, chosen.seeds)
        matrix.PATH.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        readme.update()
        say(f"written: {report.PATH.name}, {matrix.PATH.name}")
    print("\n".join(report.summary(evidence)))
    return 0 if evidence.holds else 1


def _replace(rows: Sequence[Row], measured: Collection[str], promises: Sequence[Clause]) -> None:
    """Write the rows of the clauses that were measured again; the page is of the last whole measurement."""
    document = json.loads(matrix.PATH.read_text(encoding="utf-8"))
    wanted = [clause.id for clause in matrix.observable(promises)]
    document = matrix.replaced(document, (row for row in rows if row.clause.id in measured), wanted)
    matrix.PATH.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _chosen(chosen: Options, known: Mapping[str, Fault], seed: int) -> list[str]:
    """The names of the faults that are on with a seed."""
    names = selection.of((known[name] for name in chosen.named), seed)
    return selection.spread(names, chosen.sample)


def by_name(contract: Contract, named: Mapping[str, frozenset[str]]) -> Mapping[str, Fault]:
    """All faults, those written by hand with the clauses that they break in full."""
    written = {
        name: replace(fault, breaks=tuple(sorted(named[name])))
        for name, fault in faults.FAULTS.items()
    }
    return {**written, **derived.of(contract)}


def _compared(
    chosen: Options,
    known: Mapping[str, Fault],
    wrong: tuple[Breakage, Mapping[str, Extent]],
    pool: Pool,
    say: Say,
) -> int:
    names = selection.spread(_chosen(chosen, known, chosen.seeds[0]), chosen.others)
    with tempfile.TemporaryDirectory() as folder:
        tools = (other_tools.schemathesis(), other_tools.specmatic(Path(folder)))
        found = comparison.run(names, *wrong, pool, tools, seed=chosen.seeds[0], say=say)
    if not chosen.keep:
        comparison.PATH.write_text(comparison.page(found, known), encoding="utf-8")
        say(f"written: {comparison.PATH.name}")
    others = ", ".join(f"{other.tool.name} {other.seen}" for other in found.others)
    print(f"of {len(names)} faults: ours {found.seen_by_us}, {others}")
    return 0


def _reported(chosen: Options, known: Mapping[str, Fault], pool: Pool, say: Say) -> int:
    seed = chosen.seeds[0]
    names = selection.spread(_chosen(chosen, known, seed), chosen.reports)
    found = reports.run(names, known, pool, seed=seed, say=say)
    if not chosen.keep:
        reports.PATH.write_text(reports.page(found, seed=seed), encoding="utf-8")
        say(f"written: {reports.PATH.name}")
    print("\n".join(reports.summary(found)))
    return 0


def _told(
    chosen: Options, rows: Sequence[Row], runs: Sequence[Measured], known: Mapping[str, Fault]
) -> int:
    """Print what came of some faults and their clauses; 1 if one was missed or failed itself."""
    for seed, run in zip(chosen.seeds, runs, strict=True):
        for name in sorted(run.names):
            if name in run.failed:
                what = "FAILED ITSELF, which is a defect of the fault"
            elif name in run.idle:
                what = "not reached: no call of the run shows it"
            elif name in run.detected:
                what = f"detected under {', '.join(sorted(run.detected[name].clauses))}"
            else:
                elsewhere = {finding.clause or finding.code for finding in run.missed[name]}
                found = ", ".join(sorted(elsewhere)) or "nothing"
                breaks = ", ".join(known[name].breaks[:8])
                what = f"MISSED (may break {breaks}; found: {found}): {known[name].says}"
            print(f"seed {seed}  {name}  {what}")
    for row in rows:
        if row.clause.id in chosen.clauses or (
            not chosen.clauses and row.verdict is Verdict.MISSED
        ):
            why = row.by or row.reason
            print(f"{row.clause.id}  {row.verdict}  {why}")
    done = [
        f"{len(run.detected)} detected, {len(run.missed)} missed, {len(run.idle)} not reached, {len(run.failed)} failed, in {run.runs} runs"
        for run in runs
    ]
    print("\n".join(done))
    return 1 if any(run.missed or run.failed for run in runs) else 0


if __name__ == "__main__":
    command.run("effectiveness", main)
