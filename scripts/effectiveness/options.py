"""The command line of the evidence."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass

from ccaas_kit import faults
from ccaas_kit.contract.errors import ConfigError

SEED = 1
# Mutants that are tried a second time, alone, where company may have hidden them.
ALONE = 120


@dataclass(frozen=True, slots=True)
class Options:
    """What is measured: which faults, with which seeds, how many runs at a time.

    `others` is how many faults other tools are compared on; 0 measures our suite.
    """

    names: tuple[str, ...]
    seeds: tuple[int, ...]
    places: int
    alone: int
    keep: bool
    others: int = 0


def parse(argv: Sequence[str]) -> Options:
    """The options of a command line.

    Raises:
        ConfigError: a fault is named that does not exist.
    """
    parser = argparse.ArgumentParser(
        prog="python -m effectiveness",
        description="Run the conformance suite against sandboxes that are wrong, and see what it finds.",
        epilog="Exit codes: 0 every fault was seen and no variant, 1 not so, 2 could not run.",
    )
    add = parser.add_argument
    add("--fault", action="append", default=[], metavar="NAME", help="only this one; repeatable")
    add("--seed", type=int, default=SEED, metavar="N", help=f"the first seed ({SEED})")
    add("--seeds", type=int, default=1, metavar="N", help="so many seeds in a row (1)")
    add("--places", type=int, default=os.cpu_count() or 1, metavar="N", help="runs at a time")
    add("--alone", type=int, default=ALONE, metavar="N", help=f"mutants tried alone ({ALONE})")
    add(
        "--others",
        type=_count,
        default=0,
        metavar="N",
        help="compare with other tools on N faults, or on all",
    )
    add("--no-write", action="store_true", help="leave generated/EFFECTIVENESS.md as it is")
    chosen = parser.parse_args(argv)
    for name in chosen.fault:
        if name not in faults.FAULTS:
            raise ConfigError(f"there is no fault '{name}'", where="--fault", fix="See the table")
    return Options(
        names=tuple(chosen.fault) or tuple(faults.FAULTS),
        seeds=tuple(range(chosen.seed, chosen.seed + max(chosen.seeds, 1))),
        places=max(chosen.places, 1),
        alone=max(chosen.alone, 0),
        # What only a part was measured of is no report.
        keep=chosen.no_write or bool(chosen.fault),
        others=max(chosen.others, 0),
    )


def _count(text: str) -> int:
    """A number of faults, of which 'all' is the largest."""
    return len(faults.FAULTS) if text == "all" else int(text)
