"""Hold the hand-written contract to its house rules; Redocly holds the rules it can express.

Ids, pointers, sources and checks of clauses and quirks are held in both directions: what is named
exists, and what exists is used.

Reads:  openapi/, tests/ (names of tests only)
Writes: nothing
Usage:  python -m checks.specs [--source DIR]     exit 0 clean, 1 findings, 2 cannot read
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ccaas_kit.contract import layout
from ccaas_kit.contract.command import run
from speclint import (
    clauses,
    codegen,
    composition,
    examples,
    extensions,
    key_order,
    naming,
    quirks,
    responses,
    structure,
    text,
    workflows,
)
from speclint.source import Finding, Source

RULES = (
    *(text, key_order, structure, extensions, naming, composition, codegen, responses),
    *(examples, clauses, quirks, workflows),
)


def findings(source: Source) -> list[Finding]:
    """Every broken rule, in the order of the rules."""
    return [finding for rules in RULES for finding in rules.check(source)]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="lint_specs", description=__doc__.split("\n")[0])
    parser.add_argument("--source", type=Path, default=layout.SOURCE, help="folder of the contract")
    found = findings(Source.load(parser.parse_args(argv).source))
    for finding in found:
        print(finding, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    run("lint_specs", main)
