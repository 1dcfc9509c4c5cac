"""The reports as handlers of the verdicts; nothing is written that has not passed the redactor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ccaas_kit.contract.defects import Defects
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.judging import headline
from ccaas_kit.judging.scorecard import NAME, Scorecard
from ccaas_kit.reporting import har, junit, page, sarif, summary
from ccaas_kit.reporting.handlers import Judged
from ccaas_kit.reporting.reports import HAR, SARIF, SUMMARY

# Keys of scorecard.json and findings.sarif whose texts are words of ours: a secret that happens to be part of one
# must not break it.
_OURS = frozenset(
    (
        *("schema_version", "profile", "started", "verdict", "severity", "code", "id", "key"),
        *("group", "ruleId", "level", "version", "$schema"),
        *("clause", "operation", "api", "table", "says", "next", "expires", "credentials"),
    )
)


@dataclass(frozen=True, slots=True)
class HarReport:
    """The traffic as an HTTP archive; `hidden` are headers whose values are left out."""

    folder: Path
    redactor: Redactor
    hidden: frozenset[str]
    name: str = HAR

    def handle(self, event: Judged) -> None:
        """Write the archive, entry by entry."""
        path = self.folder / self.name
        with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
            before, after = json.dumps(har.document([])).rsplit("[]", 1)
            file.write(before + "[")
            for number, entry in enumerate(har.entries(event.log.in_time(), self.hidden)):
                file.write((", " if number else "") + _json(entry, self.redactor).rstrip())
            file.write(f"]{after}\n")


@dataclass(frozen=True, slots=True)
class TextReport:
    """A file that is a text made of the scorecard; `text` gives it without secrets."""

    folder: Path
    redactor: Redactor
    name: str
    text: Callable[[Scorecard, Redactor], str]

    def handle(self, event: Judged) -> None:
        """Write the file."""
        _write(self.folder / self.name, self.text(event.card, self.redactor))


@dataclass(frozen=True, slots=True)
class JsonReport:
    """The scorecard as data; it comes after the others, and tells which could not be written."""

    folder: Path
    redactor: Redactor
    defects: Defects
    name: str = NAME

    def handle(self, event: Judged) -> None:
        """Write the file."""
        card = with_defects(event.card, self.defects)
        text = _text(_cleaned(card.document(headline.of(card)), self.redactor), indent=2)
        _write(self.folder / self.name, text)


Report = HarReport | TextReport | JsonReport
_TEXTS: Mapping[str, Callable[[Scorecard, Redactor], str]] = {
    "scorecard.html": lambda card, redactor: redactor.clean(page.text(card)),
    "junit.xml": lambda card, redactor: redactor.clean(junit.text(card)),
    # Its texts are cleaned one by one: a secret in the whole could break the JSON.
    SARIF: lambda card, redactor: _text(_cleaned(sarif.document(card), redactor)),
    SUMMARY: lambda card, redactor: redactor.clean(summary.text(card)),
}


def reports(
    folder: Path, *, redactor: Redactor, hidden: frozenset[str], defects: Defects
) -> Iterator[Report]:
    """The handlers of the files, in the order in which they are written."""
    yield HarReport(folder, redactor, hidden)
    for name, text in _TEXTS.items():
        yield TextReport(folder, redactor, name, text)
    yield JsonReport(folder, redactor, defects)


def with_defects(card: Scorecard, more: Defects) -> Scorecard:
    """The scorecard with the defects that have shown since."""
    return replace(card, defects=(*card.defects, *more.found))


def _write(path: Path, content: str) -> None:
    path.write_bytes(content.encode("utf-8", "backslashreplace"))


def _cleaned(document: Any, redactor: Redactor) -> Any:
    """The scorecard without secrets, its own words untouched."""
    if isinstance(document, dict):
        return {
            key: value if key in _OURS and isinstance(value, str) else _cleaned(value, redactor)
            for key, value in document.items()
        }
    if isinstance(document, list):
        return [_cleaned(element, redactor) for element in document]
    return redactor.clean_all(document)


def _json(document: Any, redactor: Redactor) -> str:
    """The document as text. Texts are cleaned one by one: a secret like `1` would otherwise turn
    numbers into something that is not JSON.
    """
    return _text(redactor.clean_all(document))


def _text(document: Any, *, indent: int | None = None) -> str:
    return json.dumps(document, indent=indent, ensure_ascii=False) + "\n"
