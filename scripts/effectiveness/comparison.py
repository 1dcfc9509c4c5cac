"""The same faults under plain Schemathesis: the command, our bundle, and as much time.

Reads:  generated/openapi/all.yaml
Writes: generated/COMPARISON.md (the command with `--others N`)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from scripts.conformance import embedded
from scripts.effectiveness import trials
from scripts.effectiveness.breakage import Breakage
from scripts.effectiveness.target import Target
from scripts.effectiveness.trials import Ground, Kill, Say
from scripts.kit.errors import ToolError
from scripts.kit.layout import ALL_BUNDLE, BUNDLES, GENERATED
from scripts.sandbox import faults

PATH = GENERATED / "COMPARISON.md"
# What either may take for one fault; a quick look of ours is mostly over before.
SECONDS = 15
_GRACE = 60.0
# Runs on a sandbox without faults: random data finds some things now and then.
SOUND_RUNS = 6
_LABEL = "schemathesis run"


@dataclass(frozen=True, slots=True)
class Seen:
    """What plain Schemathesis reported: titles of its failures, and the seconds that it took."""

    titles: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What both said of each fault; `sound` is what Schemathesis says of a sandbox without any."""

    ours: Mapping[str, Kill | None]
    theirs: Mapping[str, Seen]
    sound: tuple[str, ...]
    seed: int
    catalogue: int

    @property
    def seen_by_us(self) -> int:
        return sum(each is not None for each in self.ours.values())

    @property
    def seen_by_them(self) -> int:
        return sum(bool(self.news(name)) for name in self.theirs)

    def news(self, name: str) -> tuple[str, ...]:
        """What they report of a fault and not of a sound sandbox."""
        return tuple(each for each in self.theirs[name].titles if each not in self.sound)


def sample(names: Sequence[str], count: int) -> list[str]:
    """So many of the names, spread evenly over their list."""
    if not 0 < count < len(names):
        return list(names)
    return [names[round(index * len(names) / count)] for index in range(count)]


def run(
    names: Sequence[str], breakage: Breakage, ground: Ground, *, seed: int, say: Say
) -> Comparison:
    """Look for each fault alone, by a quick look of ours and by Schemathesis."""
    ours: dict[str, Kill | None] = {}
    todo = [(name,) for name in names]
    for (name,), outcome in ground.outcomes(todo, seed=seed, whole=False):
        ours[name] = trials.seen(name, (name,), outcome, breakage, whole=False)
        say(f"ours: {len(ours)} of {len(todo)}")
    theirs: dict[str, Seen] = {}

    def look(target: Target, wrong: tuple[str, ...]) -> tuple[tuple[str, ...], Seen]:
        target.become(wrong)
        return wrong, schemathesis(target.url, seed=seed)

    for (name,), seen in ground.each(todo, look):
        theirs[name] = seen
        say(f"{_LABEL}: {len(theirs)} of {len(todo)}")
    sound = _sound(ground, seed)
    return Comparison(ours, theirs, sound, seed, len(faults.FAULTS))


def _sound(ground: Ground, seed: int) -> tuple[str, ...]:
    """What Schemathesis says of a sandbox without faults, with any of some seeds."""
    seeds = [(str(seed + number),) for number in range(SOUND_RUNS)]

    def look(target: Target, given: tuple[str, ...]) -> Seen:
        target.become(())
        return schemathesis(target.url, seed=int(given[0]))

    return tuple(sorted({title for seen in ground.each(seeds, look) for title in seen.titles}))


def schemathesis(url: str, *, seed: int) -> Seen:
    """What the command says of an instance, with nothing but our bundle and a login.

    Raises:
        ToolError: it did not end, or left no report.
    """
    user, password = (embedded.ENVIRONMENT[name] for name in ("SN_USERNAME", "SN_PASSWORD"))
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            *(str(Path(sys.executable).with_name("schemathesis")), "run"),
            *(str(BUNDLES / f"{ALL_BUNDLE}.yaml"), "--url", url, "--auth", f"{user}:{password}"),
            *("--seed", str(seed), "--max-time", str(SECONDS), "--continue-on-failure"),
            *("--report", "json", "--report-json-path", str(report), "--no-color"),
        ]
        try:
            subprocess.run(
                command,
                cwd=folder,
                env={"PATH": os.environ.get("PATH", ""), "HOME": folder},
                capture_output=True,
                timeout=SECONDS + _GRACE,
                check=False,
            )
            told = json.loads(report.read_text(encoding="utf-8"))
        except (subprocess.TimeoutExpired, OSError, ValueError) as error:
            raise ToolError(f"schemathesis left no report: {error}") from error
    titles = {each.get("title") or each.get("message", "") for each in told["failures"]}
    return Seen(tuple(sorted(titles)), float(told["running_time"]))


def page(comparison: Comparison) -> str:
    """The comparison in Markdown."""
    return "\n".join([*_head(comparison), *_rows(comparison)])


def _head(found: Comparison) -> Iterator[str]:
    count = len(found.ours)
    yield "<!-- Written by `make effectiveness ARGS='--others N'`. Do not edit. -->"
    yield "# The same faults under plain Schemathesis"
    yield ""
    yield f"Of {count} faults, spread evenly over the catalogue of {found.catalogue}, a quick look of ours saw"
    yield f"{found.seen_by_us} under a clause that they break; `schemathesis run` on the same bundle reported"
    yield f"something about {found.seen_by_them}, each in at most {SECONDS} seconds and alone on a sandbox (seed {found.seed})."
    yield ""
    yield f"The comparison is generous to Schemathesis: any failure counts whose title none of {SOUND_RUNS} runs on a"
    yield "sound sandbox has, whatever it is about. It knows the bundle and a login, and no id that exists;"
    yield "our runner has in addition the config of the sandbox's seed, and a probe for what no schema says."
    yield "A whole run of ours contains one of Schemathesis, with ids of the target."
    yield ""
    if found.sound:
        yield f"Reported of the sound sandbox as well, and therefore not counted: {'; '.join(found.sound)}."
        yield ""
    yield f"Measured with schemathesis {version('schemathesis')}. Specmatic's test command was not compared."
    yield ""


def _rows(found: Comparison) -> Iterator[str]:
    yield "| fault | what it does | ours | plain Schemathesis |"
    yield "|---|---|---|---|"
    for name, kill in found.ours.items():
        says = faults.FAULTS[name].says.rstrip(".")
        ours = "not seen" if kill is None else (kill.clause or "cannot judge")
        theirs = "; ".join(found.news(name)) or "not seen"
        yield f"| `{name}` | {says} | {ours} | {theirs} |"
    yield ""
