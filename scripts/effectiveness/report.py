"""The measurement as a page: generated/EFFECTIVENESS.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from ccaas_kit import faults
from ccaas_kit.contract.clauses import Evidence as Source
from ccaas_kit.contract.layout import GENERATED
from ccaas_kit.faults.fault import Fault
from effectiveness import comparison
from effectiveness.alarms import Alarms
from effectiveness.matrix import Count, Row, Verdict
from effectiveness.measure import Measured

PATH = GENERATED / "EFFECTIVENESS.md"
_TOOLS = ("schemathesis", "hypothesis", "jsonschema-rs")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was measured; alarms are of the first seed.

    `seconds` is how long all of it took, with `places` runs at a time. `sample` is how many faults were
    tried where not all were, else 0; `derived` is how many rules derive, of which each seed chooses some.
    """

    rows: Sequence[Row]
    counts: Mapping[tuple[str, str], Count]
    runs: Mapping[int, Measured]
    alarms: Alarms
    seconds: float
    places: int
    derived: int
    sample: int = 0

    @property
    def holds(self) -> bool:
        """Whether every clause was detected, no fault failed itself, and no variant was taken for a fault.

        A sample need not break every clause.
        """
        failed = any(run.failed for run in self.runs.values())
        never = [] if self.sample else self.clauses(Verdict.NEVER)
        return not (failed or self.alarms.false or self.clauses(Verdict.MISSED) or never)

    def clauses(self, verdict: Verdict) -> list[Row]:
        """The clauses of which the measurement shows this."""
        return [row for row in self.rows if row.verdict is verdict]


def summary(evidence: Evidence) -> Iterator[str]:
    """The figures that matter, a line each."""
    first = next(iter(evidence.runs.values()))
    made = sum(count.made for count in evidence.counts.values())
    detected = len(evidence.clauses(Verdict.DETECTED))
    documented = [row for row in evidence.rows if row.clause.evidence is not Source.ASSUMED]
    shown = sum(row.verdict is Verdict.DETECTED for row in documented)
    seeds = ", ".join(str(seed) for seed in evidence.runs)
    yield f"{detected} of {len(evidence.rows)} observable clauses were falsified and detected (seeds {seeds}),"
    beside = sum(row.beside for row in evidence.rows)
    yield f"{beside} of them only by faults that violate another clause first;"
    yield f"{len(evidence.clauses(Verdict.MISSED))} falsified and missed, {len(evidence.clauses(Verdict.NEVER))} never falsified;"
    yield f"{shown} of the {len(documented)} documented ones were detected."
    if evidence.sample:
        yield f"Only a sample of {evidence.sample} faults was tried; clauses that none of them breaks count as never falsified."
    reached = made - len(first.idle) - len(first.failed)
    assumed = sum(detection.assumed for detection in first.detected.values())
    yield f"Rules derive {evidence.derived:,} faults from the contract, of which a seed chooses some for every clause."
    yield f"{len(first.detected)} of {reached} faults that a run reached were detected, {assumed} of them only by"
    yield "assumed findings, which do not fail a run;"
    yield f"{evidence.alarms.false} false alarms on {len(evidence.alarms.by_variant)} variants."


def page(evidence: Evidence, known: Mapping[str, Fault]) -> str:
    """The whole page in Markdown; the same figures give the same text."""
    return "\n".join(
        [
            *_head(evidence),
            *_by_rule(evidence),
            *_missed(evidence, known),
            *_never(evidence),
            *_other_tools(),
            *_variants(evidence),
            *_faults(evidence, known),
            *_clauses(evidence),
        ]
    )


def _head(evidence: Evidence) -> Iterator[str]:
    tools = ", ".join(f"{name} {version(name)}" for name in _TOOLS)
    first = next(iter(evidence.runs.values()))
    yield "<!-- Written by `make effectiveness`. Do not edit. -->"
    yield "# What a conformance run finds"
    yield ""
    yield from summary(evidence)
    yield ""
    yield "Each fault is on in a sandbox; the runner knows only its URL, as of any instance. Rules derive most faults"
    yield "from the contract: each violates one requirement at one place, in one form of the call. Some faults are"
    yield "written by hand. Faults that cannot hide each other are on together."
    yield ""
    yield "- A clause is *detected* if a finding names it while a fault that may violate it is on."
    yield "- It is *missed* if such a fault was reported under none of the clauses that it may violate."
    yield "- It is *never falsified* if its faults were reported under their other clauses, had no effect, or do not exist."
    yield ""
    yield "A violation of an assumed clause shows as an assumed finding."
    yield ""
    yield "This does not prove that an instance without findings conforms. It shows which faults a run reports on a"
    yield "sandbox that is fast, small and has no other users. A clause that was detected at one place or in one form"
    yield "can be violated at another, and faults of the same calls can hide each other."
    yield ""
    yield f"Measured with {tools}. `make effectiveness` measures it again."
    yield f"It took {evidence.seconds / 60:.0f} min, with {evidence.places} runs of the suite at a time;"
    yield f"{first.runs} runs for the faults of the first seed. [All figures](effectiveness.json) by clause."
    if len(evidence.runs) > 1:
        yield "With each further seed, two faults of each clause were chosen at random and put into batches of their own."
    yield ""


def _by_rule(evidence: Evidence) -> Iterator[str]:
    operations = sorted({operation for operation, _ in evidence.counts})
    rules = sorted({rule for _, rule in evidence.counts})
    yield "## By operation and rule"
    yield ""
    yield "Faults detected, of those that took effect; in brackets those that changed no call."
    yield ""
    yield f"| rule | {' | '.join(operations)} | all |"
    yield f"|---|{'---|' * len(operations)}---|"
    for rule in rules:
        counts = [evidence.counts.get((operation, rule), Count()) for operation in operations]
        total = Count(
            sum(count.made for count in counts),
            sum(count.detected for count in counts),
            idle=sum(count.idle for count in counts),
        )
        yield f"| {rule} | {' | '.join(_cell(count) for count in (*counts, total))} |"
    yield ""
    yield f"| clauses of | {' | '.join(Verdict)} |"
    yield f"|---|{'---|' * len(Verdict)}"
    found = Counter((_owner(row), row.verdict) for row in evidence.rows)
    for name in dict.fromkeys(_owner(row) for row in evidence.rows):
        yield f"| {name} | {' | '.join(str(found[name, verdict]) for verdict in Verdict)} |"
    yield ""


def _owner(row: Row) -> str:
    return row.clause.operation or f"all of {row.clause.api}"


def _cell(count: Count) -> str:
    if not count.made:
        return ""
    idle = f" ({count.idle})" if count.idle else ""
    effective = count.made - count.idle
    mark = "**" if count.detected < effective else ""
    return f"{mark}{count.detected} of {effective}{mark}{idle}"


def _missed(evidence: Evidence, known: Mapping[str, Fault]) -> Iterator[str]:
    rows = evidence.clauses(Verdict.MISSED)
    yield "## Falsified and missed"
    yield ""
    if not rows:
        yield "None."
    for row in rows:
        yield f"- **{row.clause.id}** {row.clause.says} ({row.reason})"
    yield ""
    faults_missed = sorted({name for run in evidence.runs.values() for name in run.missed})
    if faults_missed:
        yield f"<details><summary>The {len(faults_missed)} faults that were missed</summary>"
        yield ""
        for name in faults_missed:
            yield f"- `{name}`: {known[name].says}"
        yield ""
        yield "</details>"
        yield ""


def _never(evidence: Evidence) -> Iterator[str]:
    yield "## Never falsified"
    yield ""
    rows = evidence.clauses(Verdict.NEVER)
    if not rows:
        yield "None."
    for row in rows:
        yield f"- **{row.clause.id}** {row.clause.says} ({row.reason})"
    yield ""


def _other_tools() -> Iterator[str]:
    yield "## Other tools"
    yield ""
    yield "Faults under each of them, with one budget, as they were last measured"
    yield "([all rows](COMPARISON.md), `make effectiveness ARGS='--others all'`, which takes longer than all the rest):"
    yield ""
    yield from comparison.summary(comparison.PATH.read_text(encoding="utf-8"))
    yield ""


def _variants(evidence: Evidence) -> Iterator[str]:
    yield "## Variants"
    yield ""
    yield "What a correct instance may do differently. A finding here is a false alarm."
    yield ""
    yield "| variant | what it does | findings |"
    yield "|---|---|---|"
    for name, found in evidence.alarms.by_variant.items():
        names = ", ".join(sorted({finding.clause or finding.code for finding in found})) or "none"
        yield f"| `{name}` | {faults.VARIANTS[name].says.rstrip('.')} | {names} |"
    names = ", ".join(
        sorted({finding.clause or finding.code for finding in evidence.alarms.together})
    )
    yield f"| ten of them together | in a whole run | {names or 'none'} |"
    yield ""


def _faults(evidence: Evidence, known: Mapping[str, Fault]) -> Iterator[str]:
    yield "## Faults written by hand"
    yield ""
    yield "| fault | what it does | clause | code | by | seeds |"
    yield "|---|---|---|---|---|---|"
    for name in faults.FAULTS:
        found = [run.detected[name] for run in evidence.runs.values() if name in run.detected]
        says, seeds = known[name].says.rstrip("."), f"{len(found)} of {len(evidence.runs)}"
        if not found:
            yield f"| `{name}` | {says} | **missed** | | | {seeds} |"
            continue
        first = found[0]
        how = "whole run" if first.whole else "quick look"
        yield f"| `{name}` | {says} | {first.clause} | {first.code} | {how} | {seeds} |"
    yield ""


def _clauses(evidence: Evidence) -> Iterator[str]:
    yield "## All clauses"
    yield ""
    yield "| clause | evidence | shown | by |"
    yield "|---|---|---|---|"
    for row in evidence.rows:
        why = f"`{row.by}`" if row.by else row.reason
        yield f"| {row.clause.id} | {row.clause.evidence} | {row.verdict} | {why} |"
    yield ""
