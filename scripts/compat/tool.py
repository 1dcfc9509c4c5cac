"""What a tool is: where it comes from, how it is called, how its result is tried.

In a command `{spec}` is the document, `{out}` the folder of the result, `{npm}`, `{modules}` and `{python}` are the
folders of the installed programs and packages, `{here}` is this folder, `{files:PATTERN}` the files of the result
that match.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# What the commands of a tool show, one after the other.
GENERATES = ("generates", "compiles", "calls the sandbox")
READS = ("reads",)
SERVES = ("serves",)
TESTS = ("tests the sandbox",)
SHOWS = ("shows",)
IMPORTS = ("imports",)
NPM = "npm:"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool by its package and version, the command, the commands that try its result, and its config."""

    name: str
    package: str
    version: str
    command: tuple[str, ...]
    tries: tuple[tuple[str, ...], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    stages: tuple[str, ...] = GENERATES


# A line of the output that begins so is shown beside a success.
SHOWN = "shows: "
