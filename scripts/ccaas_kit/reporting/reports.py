"""Where the reports of a run lie: new ones are written beside the old, and replace them when whole."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.contract.parsing import UnreadableError, parse_json
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.judging.scorecard import NAME

# Their names are an interface.
HAR = "traffic.har"
SARIF, SUMMARY = "findings.sarif", "summary.md"
NAMES = (NAME, "scorecard.html", "junit.xml", SARIF, SUMMARY, HAR)
# What Schemathesis writes, by the ends of the names.
ENGINE_REPORTS = ("json", "junit", "har")
# The folder of reports that are being written.
_UNFINISHED = ".unfinished"
# The folder with the reports of Schemathesis itself.
ENGINE = "schemathesis"

# Characters of a report that are written at a time.
_PIECE = 1 << 20


def prepare(folder: Path) -> None:
    """Make the folder, and see that it can be written to.

    Raises:
        ConfigError: nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".write-test"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigError(
            f"cannot be written to ({error.strerror})",
            where=str(folder),
            fix="Choose another --out",
        ) from error


def begin(folder: Path) -> Path:
    """A fresh folder beside the reports of an earlier run, which stay until the new ones are whole."""
    fresh = unfinished(folder)
    discard(folder)
    fresh.mkdir()
    return fresh


def unfinished(folder: Path) -> Path:
    """The folder of the reports that are being written."""
    return folder / _UNFINISHED


def discard(folder: Path) -> None:
    """Take out what a run has begun and not finished."""
    shutil.rmtree(unfinished(folder), ignore_errors=True)


def publish(folder: Path) -> None:
    """Put the new reports in place of those of an earlier run, and touch nothing else."""
    fresh = unfinished(folder)
    for name in NAMES:
        if (fresh / name).exists():
            (fresh / name).replace(folder / name)
        else:
            # One that could not be written: that of an earlier run would be taken for it.
            (folder / name).unlink(missing_ok=True)
    for kind in ENGINE_REPORTS:
        for path in (folder / ENGINE).glob(f"*.{kind}"):
            path.unlink()
    for path in (fresh / ENGINE).glob("*"):
        (folder / ENGINE).mkdir(exist_ok=True)
        path.replace(folder / ENGINE / path.name)
    discard(folder)


def keep(folder: Path, written: Sequence[Path], *, redactor: Redactor) -> None:
    """Keep the reports of Schemathesis; one that it had no time to write is left out."""
    target = folder / ENGINE
    target.mkdir(exist_ok=True)
    for path in written:
        if path.exists():
            _write(target / path.name, _without_secrets(path, redactor))


def _without_secrets(path: Path, redactor: Redactor) -> str:
    # Such a report can hold many long bodies, so no more of it is in memory at a time than needed.
    try:
        document = parse_json(_text(path), largest=sys.maxsize)
    except UnreadableError:
        return redactor.clean(_text(path))
    document = redactor.clean_all(document)
    return json.dumps(document, ensure_ascii=False)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="backslashreplace")


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        for start in range(0, len(text), _PIECE):
            file.write(text[start : start + _PIECE])
        file.write("\n")
