"""The command `python -m scripts.conformance`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from rich.console import Console

from scripts.conformance import options, run
from scripts.kit import command


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of the run that the arguments ask for."""
    signal.signal(signal.SIGTERM, _interrupt)
    chosen = options.parse(sys.argv[1:] if argv is None else argv)
    return run.run(chosen, environment=os.environ, console=Console())


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    command.run("conformance", main)
