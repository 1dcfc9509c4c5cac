"""Defects of the kit itself, recorded separately from violations of a target.

An unexpected exception is a defect of the kit. It is recorded with its traceback for a bug report, and
the rest of the work continues.
"""

from __future__ import annotations

import platform
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ccaas_kit.contract.errors import DefectError, KitError

FILE = "defect.txt"
_LONGEST = 300
# Characters of what was raised that are kept: whoever shows it takes out secrets, then cuts.
_MOST = 2_000
_USER_INFO = re.compile(r"//[^/@\s]+@")


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that went wrong in the kit: while doing what, with which error, and its traceback."""

    where: str
    error: str
    trace: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.where}: {self.error}"


@dataclass(slots=True)
class Defects:
    """The defects that a command has met so far."""

    found: list[Defect] = field(default_factory=list)

    def note(self, where: str, error: Exception) -> Defect:
        """Keep one; the error is what was raised."""
        defect = Defect(where, _described(error), "".join(traceback.format_exception(error)))
        self.found.append(defect)
        return defect

    @contextmanager
    def kept(self, where: str) -> Iterator[None]:
        """Note what the block raises unforeseen, and go on after it.

        Raises:
            KitError: the block has raised it: a user can do something about that.
        """
        try:
            yield
        except KitError:
            raise
        except Exception as error:  # noqa: BLE001  # a defect can be anything
            self.note(where, error)


def write(
    path: Path,
    found: Sequence[Defect],
    *,
    command: Sequence[str],
    facts: Mapping[str, str],
    clean: Callable[[str], str],
) -> DefectError:
    """Write the file for a bug report; gives the error that ends the command.

    `facts` are what else may matter, such as the seed; `clean` takes secrets out of a text.
    """
    path.write_bytes(clean(_text(found, command, facts)).encode("utf-8", "backslashreplace"))
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    what = " ".join(clean(str(found[0])).split())[:_LONGEST]
    return DefectError(
        f"a defect of this program, not of the target: {what}{more}",
        fix=f"Please report it with the file {path}; it holds no secrets",
    )


def _text(found: Sequence[Defect], command: Sequence[str], facts: Mapping[str, str]) -> str:
    words = " ".join(_USER_INFO.sub("//[hidden]@", word) for word in command)
    lines = [
        "A defect of the kit. This file is for a bug report.",
        "",
        f"time: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"command: {words}",
        f"python: {sys.version.split()[0]} on {platform.platform()}",
        *(f"{name}: {value}" for name, value in facts.items()),
    ]
    places: dict[str, list[str]] = {}
    for defect in found:
        places.setdefault(defect.trace or defect.error, []).append(str(defect))
    for trace, places_of in places.items():
        lines += ["", *places_of, "", trace.rstrip()]
    return "\n".join(lines) + "\n"


def _described(error: Exception) -> str:
    text = " ".join(str(error).split())
    text = text if len(text) <= _MOST else f"{text[:_MOST]}…"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
