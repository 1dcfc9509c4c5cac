"""The evidence as a page: generated/EFFECTIVENESS.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version

from ccaas_kit import faults
from ccaas_kit.contract.layout import GENERATED
from effectiveness import comparison
from effectiveness.alarms import Alarms
from effectiveness.mutation import Killed
from effectiveness.trials import Trials

PATH = GENERATED / "EFFECTIVENESS.md"
_TOOLS = ("schemathesis", "hypothesis", "jsonschema-rs")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was measured, by seed; alarms and mutants are of the first seed.

    `seconds` is how long all of it took, with `places` runs at a time.
    """

    trials: Mapping[int, Trials]
    alarms: Alarms
    mutants: Mapping[str, Killed]
    seconds: float
    places: int

    @property
    def holds(self) -> bool:
        """Whether every fault was seen with every seed, and no variant was taken for one."""
        return not self.alarms.false and not any(each.survivors for each in self.trials.values())


def page(evidence: Evidence) -> str:
    """The whole page in Markdown; the same figures give the same text."""
    return "\n".join(
        [
            *_head(evidence),
            *_other_tools(),
            *_faults(evidence),
            *_variants(evidence),
            *_mutants(evidence),
        ]
    )


def _head(evidence: Evidence) -> Iterator[str]:
    first = next(iter(evidence.trials.values()))
    runs = evidence.trials.values()
    seen = min(len(each.kills) for each in runs)
    count = len(first.kills) + len(first.survivors)
    seeds = ", ".join(str(seed) for seed in evidence.trials)
    made = sum(each.made for each in evidence.mutants.values())
    reached = sum(each.reached for each in evidence.mutants.values())
    hit = sum(each.seen for each in evidence.mutants.values())
    tools = ", ".join(f"{name} {version(name)}" for name in _TOOLS)
    yield "<!-- Written by `make effectiveness`. Do not edit. -->"
    yield "# What a conformance run finds"
    yield ""
    yield f"{seen} of {count} faults were seen (seeds {seeds}), each under a clause that it breaks;"
    yield f"{evidence.alarms.false} false alarms on {len(evidence.alarms.by_variant)} variants;"
    yield f"{hit} of {reached} mutants of the contract that took effect were seen."
    yield ""
    yield "Each fault is on in a sandbox that the runner knows by its URL, as it knows any instance. A"
    yield "**quick** look sends probes and workflows, a **whole** run random requests as well. Faults of"
    yield "APIs that know nothing of each other are on together. A fault counts as seen by a finding"
    yield "under a clause that it breaks; where it breaks only what is assumed, by an assumed finding."
    yield ""
    yield "What this does not prove: that an instance without findings keeps its promises. It shows"
    yield "which ways of being wrong are noticed, of those that somebody thought of, on a sandbox that"
    yield "is fast, small and alone."
    yield ""
    yield f"Measured with {tools}. `make effectiveness` measures it again."
    yield f"It took {_minutes(evidence.seconds)}, with {evidence.places} runs of the suite at a time."
    yield f"The {made} mutants are one for each use of an operator on an answer of the contract;"
    yield f"{made - reached} of them changed no reply, as the sandbox sends no such status or place."
    yield ""


def _other_tools() -> Iterator[str]:
    yield "## Other tools"
    yield ""
    yield "The same faults under each of them, with one budget, as they were last measured"
    yield "([all rows](COMPARISON.md), `make effectiveness ARGS='--others all'`, which takes longer than all the rest):"
    yield ""
    yield from comparison.summary(comparison.PATH.read_text(encoding="utf-8"))
    yield ""


def _faults(evidence: Evidence) -> Iterator[str]:
    seeds = len(evidence.trials)
    yield "## Faults"
    yield ""
    yield "Requests and seconds are those of the run that saw the fault first, with the faults beside it."
    yield ""
    yield "| fault | what it does | clause | code | by | requests | s | seeds |"
    yield "|---|---|---|---|---|---|---|---|"
    first = next(iter(evidence.trials.values()))
    for name in (*first.kills, *first.survivors):
        kills = [each.kills[name] for each in evidence.trials.values() if name in each.kills]
        says = faults.FAULTS[name].says.rstrip(".")
        if not kills:
            yield f"| `{name}` | {says} | **not seen** | | | | | 0 of {seeds} |"
            continue
        kill = kills[0]
        how = "whole" if kill.whole else "quick"
        took = f"{kill.requests} | {kill.seconds:.0f}"
        yield (
            f"| `{name}` | {says} | {kill.clause} | {kill.code} | {how} | {took} "
            f"| {len(kills)} of {seeds} |"
        )
    yield ""
    for seed, trials in evidence.trials.items():
        quick = sum(not each.whole for each in trials.kills.values())
        whole = len(trials.kills) - quick
        took = _minutes(trials.seconds)
        yield f"Seed {seed}: {quick} by a quick look, {whole} by a whole run, in {took}."
    yield ""


def _variants(evidence: Evidence) -> Iterator[str]:
    yield "## Variants"
    yield ""
    yield "What a correct instance may do differently. A finding here is a false alarm."
    yield ""
    yield "| variant | what it does | findings |"
    yield "|---|---|---|"
    for name, found in evidence.alarms.by_variant.items():
        told = ", ".join(sorted({each.clause or each.code for each in found})) or "none"
        yield f"| `{name}` | {faults.VARIANTS[name].says.rstrip('.')} | {told} |"
    told = ", ".join(sorted({each.clause or each.code for each in evidence.alarms.together}))
    yield f"| ten of them together | in a whole run | {told or 'none'} |"
    yield ""


def _mutants(evidence: Evidence) -> Iterator[str]:
    yield "## Mutants of the contract"
    yield ""
    yield "Faults that nobody listed: each operator breaks one thing wherever the contract says it."
    yield ""
    yield "| operator | made | took effect | seen | not seen |"
    yield "|---|---|---|---|---|"
    for operator, each in evidence.mutants.items():
        yield (
            f"| {operator} | {each.made} | {each.reached} | {each.seen} | {len(each.survivors)} |"
        )
    yield ""
    survivors = [name for each in evidence.mutants.values() for name in each.survivors]
    if not survivors:
        yield "Every mutant that took effect was seen."
        yield ""
        return
    yield "Not seen, by where they are:"
    yield ""
    for (operation, status), count in sorted(_by_answer(survivors).items()):
        yield f"- {operation}, {status}: {count}"
    yield ""
    yield "<details><summary>All of them</summary>"
    yield ""
    for name in survivors:
        yield f"- `{name}`"
    yield ""
    yield "</details>"
    yield ""


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min"


def _by_answer(names: list[str]) -> Counter[tuple[str, str]]:
    parts = (name.split(":") for name in names)
    return Counter((each[1], each[2]) for each in parts)
