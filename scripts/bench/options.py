"""The command line of the measurement."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

ROWS = 1_000_000
FEW_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Options:
    """What shall be measured, and for how long; no rows leave the pages of contacts out."""

    seconds: int
    rounds: int
    rows: int
    install_specmatic: bool
    leave_out_specmatic: bool


def parse(argv: Sequence[str]) -> Options:
    """The options of a command line."""
    parser = argparse.ArgumentParser(prog="bench", description="Measures the sandbox.")
    add = parser.add_argument
    add("--seconds", type=_positive, default=2, metavar="N", help="load per figure and round (2)")
    add(
        "--rounds",
        type=_positive,
        default=3,
        metavar="N",
        help="rounds, of which the median counts (3)",
    )
    add(
        "--rows",
        type=_rows,
        default=ROWS,
        metavar="N",
        help=f"contacts of the large sandbox, 0 for none ({ROWS})",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--specmatic", action="store_true", help="install Specmatic into .build/ first (82 MB)"
    )
    which.add_argument(
        "--no-specmatic", action="store_true", help="leave Specmatic out even if installed"
    )
    chosen = parser.parse_args(argv)
    return Options(
        seconds=chosen.seconds,
        rounds=chosen.rounds,
        rows=chosen.rows,
        install_specmatic=chosen.specmatic,
        leave_out_specmatic=chosen.no_specmatic,
    )


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 1")
    return int(text)


def _rows(text: str) -> int:
    if text == "0":
        return 0
    number = _positive(text)
    if number < FEW_ROWS:
        raise argparse.ArgumentTypeError(
            f"{number} rows are fewer than the {FEW_ROWS} of the small one"
        )
    return number
