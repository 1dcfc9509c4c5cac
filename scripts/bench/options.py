"""The command line of the measurement."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

ROWS = 1_000_000
FEW_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Options:
    """For how long it is measured; no rows leave the pages of contacts out."""

    seconds: int
    rounds: int
    rows: int


def parse(argv: Sequence[str]) -> Options:
    """The options of a command line."""
    parser = argparse.ArgumentParser(prog="bench", description="Measures the sandbox.")
    add = parser.add_argument
    add("--seconds", type=_positive, default=2, metavar="N", help="load per figure and round (2)")
    add("--rounds", type=_positive, default=3, metavar="N", help="rounds; their median counts (3)")
    add("--rows", type=_rows, default=ROWS, metavar="N", help=f"of the large one, or 0 ({ROWS})")
    chosen = parser.parse_args(argv)
    return Options(seconds=chosen.seconds, rounds=chosen.rounds, rows=chosen.rows)


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number from 1")
    return int(text)


def _rows(text: str) -> int:
    number = 0 if text == "0" else _positive(text)
    if 0 < number < FEW_ROWS:
        raise argparse.ArgumentTypeError(f"{number} rows are fewer than the {FEW_ROWS} beside them")
    return number
