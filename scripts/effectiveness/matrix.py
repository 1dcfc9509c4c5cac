"""The matrix: for each clause that a client can observe, whether a violation was tried and detected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ccaas_kit.contract.clauses import Clause, Kind
from ccaas_kit.contract.layout import GENERATED
from ccaas_kit.faults.fault import Fault
from effectiveness.batches import Extent
from effectiveness.measure import Measured

PATH = GENERATED / "effectiveness.json"
# How the rule of a fault that was written by hand is called.
BY_HAND = "by hand"
# So many faults are named beside a clause.
_NAMED = 5


class Verdict(StrEnum):
    """What the measurement shows of a clause."""

    DETECTED = "detected"
    MISSED = "missed"
    NEVER = "never falsified"


@dataclass(frozen=True, slots=True)
class Row:
    """One clause: what came of the faults that may break it, and why nothing if nothing.

    `by` is a fault that was reported under it, if possible one at its own place; `beside` is whether there was
    only one that breaks another clause first. `missed` are the faults that were reported under none of the
    clauses that they break.
    """

    clause: Clause
    verdict: Verdict
    by: str
    missed: tuple[str, ...]
    reason: str
    beside: bool = False


@dataclass(slots=True)
class Count:
    """What came of the faults of one rule at one operation."""

    made: int = 0
    detected: int = 0
    missed: int = 0
    idle: int = 0
    failed: int = 0


def observable(clauses: Iterable[Clause]) -> list[Clause]:
    """The clauses whose breach a client could see."""
    return [clause for clause in clauses if clause.checked_by[0].kind is not Kind.NOT_OBSERVABLE]


def rows(
    clauses: Sequence[Clause], extents: Mapping[str, Extent], runs: Sequence[Measured]
) -> list[Row]:
    """A row for each clause; one is detected if it was with a seed, and missed with no other.

    With a further seed fewer faults are on; where all those of a clause are reported under their other
    clauses, that seed says nothing of it. Faults of several APIs at once falsify no clause of their own.
    """
    tried = {name for run in runs for name in run.names}
    faults: dict[str, list[str]] = {}
    for name, extent in extents.items():
        if not extent.is_broad:
            for clause_id in extent.clauses:
                faults.setdefault(clause_id, []).append(name)
    found = []
    for clause in observable(clauses):
        known = sorted(faults.get(clause.id, ()))
        on = [name for name in known if name in tried]
        row = _row(clause, on, extents, runs)
        if known and not on:
            row = replace(row, reason=f"none of its {len(known)} faults was on")
        found.append(row)
    return found


def _row(
    clause: Clause, faults: Sequence[str], extents: Mapping[str, Extent], runs: Sequence[Measured]
) -> Row:
    reported = [
        [
            name
            for name in faults
            if name in run.detected and clause.id in run.detected[name].clauses
        ]
        for run in runs
    ]
    # Of a fault that many clauses may tell, only those that stand at its own place are blamed.
    own = [name for name in faults if clause.id in extents[name].own]
    missed = sorted({name for run in runs for name in own if name in run.missed})
    seeds = sum(map(bool, reported))
    blind = sum(
        not names and any(name in run.missed for name in own)
        for names, run in zip(reported, runs, strict=True)
    )
    found = [name for names in reported for name in names]
    by = next((name for name in found if name in own), next(iter(found), ""))
    if seeds and not blind:
        return Row(clause, Verdict.DETECTED, by, tuple(missed), "", beside=by not in own)
    if seeds:
        reason = f"detected with {seeds} of the {seeds + blind} seeds that tried it"
        return Row(clause, Verdict.MISSED, by, tuple(missed), reason)
    if missed:
        return Row(clause, Verdict.MISSED, "", tuple(missed), _told(missed))
    return Row(clause, Verdict.NEVER, "", (), _why_never(faults, runs))


def _why_never(faults: Sequence[str], runs: Sequence[Measured]) -> str:
    if not faults:
        return "no rule derives a fault from it, and none was written"
    elsewhere = {
        other
        for run in runs
        for name in faults
        if name in run.detected
        for other in run.detected[name].clauses
    }
    if elsewhere:
        return f"its faults were reported under {_told(sorted(elsewhere))}"
    missed = sorted({name for run in runs for name in faults if name in run.missed})
    if missed:
        return f"its faults were missed under clauses of their own: {_told(missed)}"
    return f"no call of a run reached its faults: {_told(faults)}"


def _told(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def counts(known: Mapping[str, Fault], run: Measured) -> Mapping[tuple[str, str], Count]:
    """What came of the faults of a run by operation and rule."""
    found: dict[tuple[str, str], Count] = {}
    for fault in (known[name] for name in run.names):
        count = found.setdefault((fault.operation or "several", fault.rule or BY_HAND), Count())
        count.made += 1
        count.detected += fault.name in run.detected
        count.missed += fault.name in run.missed
        count.idle += fault.name in run.idle
        count.failed += fault.name in run.failed
    return found


def as_json(
    rows: Iterable[Row], counts: Mapping[tuple[str, str], Count], seeds: Sequence[int]
) -> dict[str, Any]:
    """The matrix as a document; the same figures give the same one."""
    return {
        "seeds": list(seeds),
        "clauses": _entries(rows),
        "faults": [
            {
                "operation": operation,
                "rule": rule,
                "made": count.made,
                "detected": count.detected,
                "missed": count.missed,
                "not reached": count.idle,
                "failed": count.failed,
            }
            for (operation, rule), count in sorted(counts.items())
        ],
    }


def replaced(
    document: Mapping[str, Any], rows: Iterable[Row], wanted: Iterable[str]
) -> dict[str, Any]:
    """The document of a measurement with these rows in place of theirs, in the order of the wanted ids."""
    entries = {**document["clauses"], **_entries(rows)}
    return {**document, "clauses": {id_: entries[id_] for id_ in wanted if id_ in entries}}


def _entries(rows: Iterable[Row]) -> dict[str, Any]:
    return {
        row.clause.id: {
            "operation": row.clause.operation,
            "evidence": str(row.clause.evidence),
            "verdict": str(row.verdict),
            "by": row.by,
            "beside": row.beside,
            "missed": list(row.missed),
            "reason": row.reason,
        }
        for row in rows
    }
