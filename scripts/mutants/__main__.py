"""The command `python -m mutants`, run by `make mutants`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ccaas_kit.contract import command
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.contract.layout import ROOT
from mutants import settings
from mutants.running import Score, score


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 if enough mutants were killed, 1 if not, 2 if the run was not possible."""
    command.interrupt_on_signals()
    parser = argparse.ArgumentParser(prog="make mutants", description=main.__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="parts of paths of modules")
    parser.add_argument("--sample", type=int, help="mutants of each module")
    parser.add_argument("--jobs", type=int, default=2, help="modules at a time")
    options = parser.parse_args(argv)
    chosen = settings.load(ROOT)
    if options.sample is not None:
        chosen = replace(chosen, sample=options.sample)
    modules = [
        module
        for module in chosen.modules
        if not options.modules or any(part in module.path for part in options.modules)
    ]
    if not modules:
        raise ConfigError(
            "no module has such a path", where=str(settings.SETTINGS), fix="Name one of the file"
        )
    with ThreadPoolExecutor(options.jobs) as pool:
        scores = list(pool.map(lambda module: score(ROOT, module, chosen, _say), modules))
    print(table(scores))
    return 0 if is_enough(scores, chosen.goal) else 1


def is_enough(scores: Sequence[Score], goal: int) -> bool:
    """Whether so many of 100 sampled mutants were killed, of all modules together."""
    return 100 * sum(result.killed for result in scores) >= goal * sum(
        result.sampled for result in scores
    )


def table(scores: Sequence[Score]) -> str:
    """The figures of each module, and each mutant that survived."""
    rows = [("module", "sampled", "killed", "survived")]
    rows += [
        (result.module.path, str(result.sampled), str(result.killed), str(len(result.survivors)))
        for result in scores
    ]
    sampled, killed = (
        sum(getattr(result, name) for result in scores) for name in ("sampled", "killed")
    )
    rows.append(("all", str(sampled), str(killed), str(sampled - killed)))
    width = max(len(row[0]) for row in rows)
    lines = [f"{row[0]:{width}}" + "".join(f"{cell:>10}" for cell in row[1:]) for row in rows]
    lines += [
        f"\n{result.module.path}, {mutant.shown()}"
        for result in scores
        for mutant in result.survivors
    ]
    return "\n".join(lines)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    command.run("mutants", main)
