"""The same faults under other tools: their command, our bundle, and as much time.

Reads:  generated/openapi/all.yaml
Writes: generated/COMPARISON.md (the command with `--others N`)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ccaas_kit.contract.layout import GENERATED
from ccaas_kit.faults.fault import Fault
from effectiveness import batches, measure
from effectiveness.batches import Extent
from effectiveness.breakage import Breakage
from effectiveness.measure import Detection
from effectiveness.other_tools import SECONDS, Failure, Tool
from effectiveness.pool import Batch, Pool, Say
from effectiveness.target import Target

PATH = GENERATED / "COMPARISON.md"
# Runs on a sandbox without faults: random data finds some things now and then.
SOUND_RUNS = 6
# How many failures of a tool are named in a row of the table.
_NAMED = 2


@dataclass(frozen=True, slots=True)
class Other:
    """What another tool said of each fault, and what it says of a sandbox without any."""

    tool: Tool
    by_fault: Mapping[str, frozenset[Failure]]
    sound: frozenset[Failure]

    @property
    def seen(self) -> int:
        """How many faults it told something about."""
        return sum(bool(self.news(name)) for name in self.by_fault)

    def news(self, name: str) -> list[Failure]:
        """What it reports of a fault and not of a sound sandbox."""
        return sorted(self.by_fault[name] - self.sound)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What everybody said of each fault."""

    ours: Mapping[str, Detection | None]
    others: Sequence[Other]
    seed: int
    catalogue: int

    @property
    def seen_by_us(self) -> int:
        return sum(detection is not None for detection in self.ours.values())


def run(
    names: Sequence[str],
    breakage: Breakage,
    extents: Mapping[str, Extent],
    pool: Pool,
    tools: Sequence[Tool],
    *,
    seed: int,
    say: Say,
) -> Comparison:
    """Look for all faults, by quick looks of ours and by the other tools, in the same batches.

    No batch has two faults of an API: what another tool reports names an operation and no clause.
    """
    todo = [*batches.apart(names, breakage)]
    ours: dict[str, Detection | None] = dict.fromkeys(names)
    for number, (wrong, outcome) in enumerate(
        pool.outcomes(todo, seed=seed, whole=False, seconds=SECONDS), start=1
    ):
        ours.update(measure.detections(wrong, extents, outcome))
        say(f"ours: {number} of {len(todo)}")
    others = [_other(tool, todo, breakage, pool, seed=seed, say=say) for tool in tools]
    return Comparison(ours, others, seed, len(breakage.by_fault))


def _other(
    tool: Tool, todo: Sequence[Batch], breakage: Breakage, pool: Pool, *, seed: int, say: Say
) -> Other:
    def look(target: Target, wrong: Batch) -> tuple[Batch, frozenset[Failure]]:
        target.become(wrong)
        return wrong, tool.look(target.url, seed)

    def look_at_sound(target: Target, seed_batch: Batch) -> frozenset[Failure]:
        target.become(())
        return tool.look(target.url, int(seed_batch[0]))

    found: dict[str, frozenset[Failure]] = {}
    for number, (wrong, failures) in enumerate(pool.each(todo, look), start=1):
        for name in wrong:
            found[name] = about(name, wrong, failures, breakage)
        say(f"{tool.name}: {number} of {len(todo)}")
    seeds = [(str(seed + number),) for number in range(SOUND_RUNS)]
    sound = frozenset(failure for seen in pool.each(seeds, look_at_sound) for failure in seen)
    return Other(tool, found, sound)


def about(
    name: str, wrong: Batch, failures: frozenset[Failure], breakage: Breakage
) -> frozenset[Failure]:
    """Those of the failures that a fault may have caused.

    Of one alone, those are all; in a batch, those at operations of its APIs.
    """
    if len(wrong) == 1:
        return failures
    groups = {batches.group(api) for api in breakage.apis(name)}
    return frozenset(
        failure
        for failure in failures
        if not failure.operation or batches.group(breakage.api_of[failure.operation]) in groups
    )


def page(comparison: Comparison, known: Mapping[str, Fault]) -> str:
    """The comparison in Markdown; `known` are all faults by name."""
    return "\n".join([*_head(comparison), *_rows(comparison, known)])


def summary(text: str) -> list[str]:
    """Of a page of the comparison the table that says how many faults each tool saw."""
    lines = text.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("| tool |"))
    return lines[first : lines.index("", first)]


def _head(found: Comparison) -> Iterator[str]:
    count = len(found.ours)
    yield "<!-- Written by `make effectiveness ARGS='--others N'`. Do not edit. -->"
    yield "# The same faults under other tools"
    yield ""
    part = (
        f"All {count} faults of the catalogue"
        if count == found.catalogue
        else f"{count} faults, spread evenly over the catalogue of {found.catalogue}"
    )
    yield f"{part}, each for all tools in the same batch: faults of"
    yield f"different APIs are on together in a sandbox (seed {found.seed}). Ours took a quick look,"
    yield "without random requests, which takes some seconds."
    yield ""
    yield "| tool | detected | it knows | time |"
    yield "|---|---|---|---|"
    known = "the bundle, the config and the users of the sandbox's seed, and a probe for what no schema says"
    yield f"| ours | {found.seen_by_us} of {count} | {known} | at most {SECONDS} seconds |"
    for other in found.others:
        tool, saw = other.tool, f"{other.seen} of {count}"
        yield f"| `{tool.name}` | {saw} | {tool.given} | {tool.time} |"
    yield ""
    yield "Ours has to name a clause that the fault breaks. Of the others any failure at an operation of the"
    yield f"fault's APIs counts, whatever it is about, that none of {SOUND_RUNS} runs on a correct sandbox has at this"
    yield "operation. A whole run of ours contains one of Schemathesis, with ids of the target."
    yield ""
    for other in found.others:
        names = _named(sorted(other.sound))
        yield f"`{other.tool.name}` reports of the correct sandbox as well, which is not counted: {names or 'nothing'}."
        yield ""
    yield f"Measured with {', '.join(other.tool.version for other in found.others)}."
    yield ""


def _rows(found: Comparison, known: Mapping[str, Fault]) -> Iterator[str]:
    names = "".join(f" {other.tool.name} |" for other in found.others)
    yield f"| fault | what it does | ours |{names}"
    yield f"|---|---|---|{'---|' * len(found.others)}"
    for name, detection in found.ours.items():
        says = known[name].says.rstrip(".")
        ours = "missed" if detection is None else detection.clause
        theirs = "".join(f" {_named(other.news(name)) or 'missed'} |" for other in found.others)
        yield f"| `{name}` | {says} | {ours} |{theirs}"
    yield ""


def _named(failures: Sequence[Failure]) -> str:
    """The first failures by name, and how many more there are."""
    names = "; ".join(
        f"{failure.operation or 'elsewhere'}: {failure.says}" for failure in failures[:_NAMED]
    )
    names = names.replace("|", "\\|")
    more = len(failures) - _NAMED
    return f"{names} and {more} more" if more > 0 else names
