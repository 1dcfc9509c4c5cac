"""Say what changed in the contract since a git ref, and whether its versions say so.

Each change is breaking, compatible or text only for a client that was written against the base.
Breaking needs a new first number of `info.version`, or the second below 1.0.0; compatible needs a
new second number, and text a new third one, below 1.0.0 both the third.

Reads:  generated/openapi/<api>.yaml now and at the ref
Writes: nothing
Usage:  python -m checks.diff [--base REF] [--bundles DIR] [--json]
        exit 0 every version fits, 1 one does not, 2 could not compare
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.command import run
from specdiff.base import bundles_at, bundles_in
from specdiff.comparison import compare
from specdiff.report import Report


def report(base: str, bundles: Path, *, root: Path = layout.ROOT) -> Report:
    """What the bundles in the folder changed since the ref of the repository at `root`.

    Raises:
        KitError: the ref, a bundle or a tool is missing, or a version has another form.
    """
    before, now = bundles_at(base, root), bundles_in(bundles)
    pairs = {api: (before[api], now[api]) for api in sorted(before.keys() & now.keys())}
    came, went = sorted(now.keys() - before.keys()), sorted(before.keys() - now.keys())
    return Report(base, tuple(compare(pairs)), came=tuple(came), went=tuple(went))


def main(argv: Sequence[str] | None = None, *, root: Path = layout.ROOT) -> int:
    parser = argparse.ArgumentParser(prog="check_diff", description=__doc__.split("\n")[0])
    parser.add_argument("--base", default="HEAD", metavar="REF", help="git ref to compare with")
    parser.add_argument("--bundles", type=Path, default=layout.BUNDLES, help="the bundles of now")
    parser.add_argument("--json", action="store_true", help="tell programs instead of people")
    arguments = parser.parse_args(argv)
    found = report(arguments.base, arguments.bundles, root=root)
    print(documents.dump_json(found.json()).rstrip() if arguments.json else found.text())
    return 0 if found.fits else 1


if __name__ == "__main__":
    run("check_diff", main)
