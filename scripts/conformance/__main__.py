"""The command `python -m scripts.conformance`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rich.console import Console

from scripts.conformance import options, run
from scripts.kit import command


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of the run that the arguments ask for."""
    command.interrupt_on_signals()
    chosen = options.parse(sys.argv[1:] if argv is None else argv)
    return run.run(chosen, environment=os.environ, console=Console())


if __name__ == "__main__":
    command.run("conformance", main)
