"""The command `python -m scripts.conformance`, and its subcommands."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence

from rich.console import Console

from scripts.kit import command
from scripts.kit.errors import ConfigError

# Each is a module beside this one; what they import is loaded only when they are asked for.
SUBCOMMANDS = ("doctor", "discover", "clean", "diff", "replay")


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of the run, or of the subcommand, that the arguments ask for.

    Raises:
        KitError: it was not possible.
    """
    command.interrupt_on_signals()
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments and arguments[0] in SUBCOMMANDS:
        return subcommand(arguments[0], arguments[1:])
    # A subcommand does not need what a run does, and starts sooner without it.
    from scripts.conformance import options, run

    chosen = options.parse(arguments)
    return run.run(chosen, environment=os.environ, console=Console())


def subcommand(name: str, arguments: Sequence[str]) -> int:
    """The exit code of a subcommand.

    Raises:
        ConfigError: there is no such subcommand.
    """
    if not _is_there(name):
        raise ConfigError(
            f"the subcommand {name} is not part of this version",
            fix=f"There are {', '.join(filter(_is_there, SUBCOMMANDS))}",
        )
    module = importlib.import_module(f"{__package__}.{name}")
    code: int = module.main(arguments, environment=os.environ, console=Console())
    return code


def _is_there(name: str) -> bool:
    return importlib.util.find_spec(f"{__package__}.{name}") is not None


if __name__ == "__main__":
    command.run("conformance", main)
