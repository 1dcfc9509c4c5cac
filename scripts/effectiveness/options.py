"""The command line of the measurement."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.faults.fault import Fault
from effectiveness.suite import FULL

SEED = 1
# So many quick looks at faults by themselves, and so many whole runs, for what was missed.
AGAIN = 30


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured: which of the named faults, with which seeds, how many runs at a time.

    `others` is how many faults other tools are compared on, and `reports` on how many the reports are measured,
    -1 for all; 0 measures which faults are detected. `part` is whether
    only some faults are measured, of which no page is written.
    """

    named: tuple[str, ...]
    clauses: tuple[str, ...]
    seeds: tuple[int, ...]
    places: int
    again: int
    sample: int
    part: bool
    keep: bool
    profile: str
    others: int = 0
    reports: int = 0


def parse(argv: Sequence[str], known: Mapping[str, Fault]) -> Options:
    """The options of a command line; `known` are all faults by name.

    Raises:
        ConfigError: a fault, a clause or an operation is named of which there is no fault.
    """
    parser = argparse.ArgumentParser(
        prog="python -m effectiveness",
        description="Run the conformance suite against sandboxes that are wrong, and see what it finds.",
        epilog="Exit codes: 0 no clause was missed, no fault failed itself and no variant was taken for "
        "a fault, 1 not so, 2 could not run. Of some faults only: 0 none of them was missed or failed itself.",
    )
    add = parser.add_argument
    for name, what in (
        ("fault", "only this one"),
        ("clause", "only faults that may break this one"),
        ("operation", "only faults of this one"),
        ("rule", "only faults of this one"),
    ):
        add(
            f"--{name}",
            action="append",
            default=[],
            metavar=name.upper(),
            help=f"{what}; repeatable",
        )
    add(
        "--sample",
        type=int,
        default=0,
        metavar="N",
        help="only so many of the faults, spread evenly",
    )
    add("--seed", type=int, default=SEED, metavar="N", help=f"the first seed ({SEED})")
    add(
        "--seeds",
        type=int,
        default=1,
        metavar="N",
        help="so many seeds in a row (1), the further ones with fewer faults",
    )
    add("--places", type=int, default=os.cpu_count() or 1, metavar="N", help="runs at a time")
    add(
        "--again",
        type=int,
        default=AGAIN,
        metavar="N",
        help=f"further runs for what was missed ({AGAIN})",
    )
    add(
        "--others",
        type=_count,
        default=0,
        metavar="N",
        help="compare with other tools on N faults, or on all",
    )
    add(
        "--reports",
        type=_count,
        default=0,
        metavar="N",
        help="measure groups, titles and replays on N faults, or on all",
    )
    add(
        "--profile",
        default=FULL,
        choices=[FULL, "create-and-clean", "read-only"],
        help=f"that of the runs ({FULL})",
    )
    add("--no-write", action="store_true", help="leave the pages under generated/ as they are")
    chosen = parser.parse_args(argv)
    named = [
        name
        for name, fault in known.items()
        if (not chosen.fault or name in chosen.fault)
        and (not chosen.clause or not set(chosen.clause).isdisjoint(fault.breaks))
        and (not chosen.operation or fault.operation in chosen.operation)
        and (not chosen.rule or fault.rule in chosen.rule)
    ]
    if not named:
        raise ConfigError(
            "there is no such fault", fix="See the names in generated/EFFECTIVENESS.md"
        )
    narrowed = chosen.fault or chosen.clause or chosen.operation or chosen.rule
    return Options(
        named=tuple(named),
        clauses=tuple(chosen.clause),
        seeds=tuple(range(chosen.seed, chosen.seed + max(chosen.seeds, 1))),
        places=max(chosen.places, 1),
        again=max(chosen.again, 0),
        sample=max(chosen.sample, 0),
        part=bool(narrowed),
        # The pages show the profile in which everything can be seen.
        keep=chosen.no_write or chosen.profile != FULL,
        profile=chosen.profile,
        others=chosen.others,
        reports=chosen.reports,
    )


def _count(text: str) -> int:
    """A number of faults, of which 'all' is -1."""
    return -1 if text == "all" else int(text)
