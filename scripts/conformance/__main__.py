"""The command `python -m scripts.conformance`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from rich.console import Console

from scripts.conformance import options, run
from scripts.kit.errors import KitError


def main(argv: Sequence[str] | None = None) -> int:
    """Run, and say in one line why not where that was not possible."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        chosen = options.parse(sys.argv[1:] if argv is None else argv)
        return run.run(chosen, environment=os.environ, console=Console())
    except KitError as error:
        print(f"conformance: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("conformance: interrupted", file=sys.stderr)
        return 2


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
