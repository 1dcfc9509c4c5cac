"""How every command of the kit ends: with its code, or with one line that says what went wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable

from scripts.kit.errors import KitError


def run(name: str, main: Callable[[], int]) -> None:
    """End the process with the code of `main`: 0 fine, 1 findings, 2 could not run.

    A KitError is told in one line without a traceback; an interrupt ends with 130.
    """
    try:
        code = main()
    except KitError as error:
        sys.stderr.write(f"{name}: {error}\n")
        code = 2
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
