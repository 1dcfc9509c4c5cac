"""Writing the reports of a run; nothing is written that has not passed the redactor."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.contract.exchanges import Exchange
from ccaas_kit.fuzzing.plan import ENGINE_REPORTS
from ccaas_kit.gateway.credentials import Redactor
from ccaas_kit.reporting import har, junit, page
from ccaas_kit.reporting.scorecard import Scorecard

# The name of the HTTP archive is an interface, like those of the other three.
HAR = "har"
NAMES = ("scorecard.json", "scorecard.html", "junit.xml", HAR)
# The folder with the reports of Schemathesis itself.
ENGINE = "schemathesis"
# Keys of scorecard.json whose texts are words of ours: a secret that happens to be part of one
# must not break it.
_OURS = frozenset(
    (
        *("schema_version", "profile", "started", "verdict", "severity", "code", "id"),
        *("clause", "operation", "api", "says", "next", "expires", "credentials"),
    )
)


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


def clear(folder: Path) -> None:
    """Take out the reports of an earlier run, and nothing else."""
    for name in NAMES:
        (folder / name).unlink(missing_ok=True)
    for kind in ENGINE_REPORTS:
        for path in (folder / ENGINE).glob(f"*.{kind}"):
            path.unlink()


def write(
    folder: Path,
    card: Scorecard,
    exchanges: Sequence[Exchange],
    *,
    redactor: Redactor,
    hidden: frozenset[str],
) -> None:
    """Write the four reports."""
    contents = {
        "scorecard.json": _text(_cleaned(card.document(), redactor), indent=2),
        "scorecard.html": redactor.clean(page.text(card)),
        "junit.xml": redactor.clean(junit.text(card)),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content.encode("utf-8", "backslashreplace"))
    with (folder / HAR).open("w", encoding="utf-8", errors="backslashreplace") as file:
        before, after = json.dumps(har.document([])).rsplit("[]", 1)
        file.write(before + "[")
        for number, entry in enumerate(har.entries(exchanges, hidden)):
            file.write((", " if number else "") + _json(entry, redactor).rstrip())
        file.write(f"]{after}\n")


def keep(folder: Path, written: Sequence[Path], *, redactor: Redactor) -> None:
    """Keep the reports of Schemathesis; one that it had no time to write is left out."""
    target = folder / ENGINE
    target.mkdir(exist_ok=True)
    for path in written:
        if path.exists():
            text = path.read_text(encoding="utf-8", errors="backslashreplace")
            try:
                clean = _json(json.loads(text), redactor)
            except ValueError:
                clean = redactor.clean(text)
            (target / path.name).write_bytes(clean.encode("utf-8", "backslashreplace"))


def _cleaned(document: Any, redactor: Redactor) -> Any:
    """The scorecard without secrets, its own words untouched."""
    if isinstance(document, dict):
        return {
            key: each if key in _OURS and isinstance(each, str) else _cleaned(each, redactor)
            for key, each in document.items()
        }
    if isinstance(document, list):
        return [_cleaned(each, redactor) for each in document]
    return redactor.clean_all(document)


def _json(document: Any, redactor: Redactor) -> str:
    """The document as text. Texts are cleaned one by one: a secret like `1` would otherwise turn
    numbers into something that is not JSON.
    """
    return _text(redactor.clean_all(document))


def _text(document: Any, *, indent: int | None = None) -> str:
    return json.dumps(document, indent=indent, ensure_ascii=False) + "\n"
