"""The same faults under other tools: their command, our bundle, and as much time.

Reads:  generated/openapi/all.yaml
Writes: generated/COMPARISON.md (the command with `--others N`)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scripts.effectiveness import trials
from scripts.effectiveness.breakage import Breakage
from scripts.effectiveness.other_tools import Tool
from scripts.effectiveness.suite import QUICK_SECONDS
from scripts.effectiveness.target import Target
from scripts.effectiveness.trials import Ground, Kill, Say
from scripts.kit.layout import GENERATED
from scripts.sandbox import faults

PATH = GENERATED / "COMPARISON.md"
# Runs on a sandbox without faults: random data finds some things now and then.
SOUND_RUNS = 6
# How many failures of a tool are named in a row of the table.
_NAMED = 2


@dataclass(frozen=True, slots=True)
class Other:
    """What another tool said of each fault, and what it says of a sandbox without any."""

    tool: Tool
    by_fault: Mapping[str, tuple[str, ...]]
    sound: frozenset[str]

    @property
    def seen(self) -> int:
        """How many faults it told something about."""
        return sum(bool(self.news(name)) for name in self.by_fault)

    def news(self, name: str) -> list[str]:
        """What it reports of a fault and not of a sound sandbox."""
        return [each for each in self.by_fault[name] if each not in self.sound]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What everybody said of each fault."""

    ours: Mapping[str, Kill | None]
    others: Sequence[Other]
    seed: int
    catalogue: int

    @property
    def seen_by_us(self) -> int:
        return sum(each is not None for each in self.ours.values())


def sample(names: Sequence[str], count: int) -> list[str]:
    """So many of the names, spread evenly over their list."""
    if not 0 < count < len(names):
        return list(names)
    return [names[round(index * len(names) / count)] for index in range(count)]


def run(
    names: Sequence[str],
    breakage: Breakage,
    ground: Ground,
    tools: Sequence[Tool],
    *,
    seed: int,
    say: Say,
) -> Comparison:
    """Look for each fault alone, by a quick look of ours and by the other tools."""
    ours: dict[str, Kill | None] = {}
    todo = [(name,) for name in names]
    for (name,), outcome in ground.outcomes(todo, seed=seed, whole=False):
        ours[name] = trials.seen(name, (name,), outcome, breakage, whole=False)
        say(f"ours: {len(ours)} of {len(todo)}")
    others = [_other(tool, names, ground, seed=seed, say=say) for tool in tools]
    return Comparison(ours, others, seed, len(faults.FAULTS))


def _other(tool: Tool, names: Sequence[str], ground: Ground, *, seed: int, say: Say) -> Other:
    def look(target: Target, wrong: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        target.become(wrong)
        return wrong, tool.look(target.url, seed)

    def look_at_sound(target: Target, given: tuple[str, ...]) -> tuple[str, ...]:
        target.become(())
        return tool.look(target.url, int(given[0]))

    found: dict[str, tuple[str, ...]] = {}
    for (name,), seen in ground.each([(name,) for name in names], look):
        found[name] = seen
        say(f"{tool.name}: {len(found)} of {len(names)}")
    seeds = [(str(seed + number),) for number in range(SOUND_RUNS)]
    sound = frozenset(told for seen in ground.each(seeds, look_at_sound) for told in seen)
    return Other(tool, found, sound)


def page(comparison: Comparison) -> str:
    """The comparison in Markdown."""
    return "\n".join([*_head(comparison), *_rows(comparison)])


def _head(found: Comparison) -> Iterator[str]:
    count = len(found.ours)
    yield "<!-- Written by `make effectiveness ARGS='--others N'`. Do not edit. -->"
    yield "# The same faults under other tools"
    yield ""
    yield f"{count} faults, spread evenly over the catalogue of {found.catalogue}, each alone on a sandbox (seed {found.seed})."
    yield "Ours took a quick look, without random requests, which takes some seconds."
    yield ""
    yield "| tool | saw | it knows | time |"
    yield "|---|---|---|---|"
    known = "the bundle, the config and the users of the sandbox's seed, and a probe for what no schema says"
    yield f"| ours | {found.seen_by_us} of {count} | {known} | at most {QUICK_SECONDS} seconds |"
    for other in found.others:
        tool, saw = other.tool, f"{other.seen} of {count}"
        yield f"| `{tool.name}` | {saw} | {tool.given} | {tool.time} |"
    yield ""
    yield "Ours has to name a clause that the fault breaks. Of the others any failure counts that none of"
    yield f"{SOUND_RUNS} runs on a sound sandbox has, whatever it is about. A whole run of ours contains one of"
    yield "Schemathesis, with ids of the target."
    yield ""
    for other in found.others:
        told = _named(sorted(other.sound))
        yield f"`{other.tool.name}` reports of the sound sandbox as well, which is not counted: {told or 'nothing'}."
        yield ""
    yield f"Measured with {', '.join(other.tool.version for other in found.others)}."
    yield ""


def _rows(found: Comparison) -> Iterator[str]:
    names = "".join(f" {other.tool.name} |" for other in found.others)
    yield f"| fault | what it does | ours |{names}"
    yield f"|---|---|---|{'---|' * len(found.others)}"
    for name, kill in found.ours.items():
        says = faults.FAULTS[name].says.rstrip(".")
        ours = "not seen" if kill is None else (kill.clause or "cannot judge")
        theirs = "".join(f" {_named(other.news(name)) or 'not seen'} |" for other in found.others)
        yield f"| `{name}` | {says} | {ours} |{theirs}"
    yield ""


def _named(failures: Sequence[str]) -> str:
    """The first failures by name, and how many more there are."""
    told = "; ".join(each.replace("|", "\\|") for each in failures[:_NAMED])
    more = len(failures) - _NAMED
    return f"{told} and {more} more" if more > 0 else told
