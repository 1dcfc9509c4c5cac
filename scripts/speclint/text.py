"""Rules about the YAML text itself: width, indentation, quotes, blank lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from speclint.source import Finding, Source

_MAX_COLUMNS = 100
_LONG_LINE = re.compile(
    r"\$ref:|pattern:|where:|test:|url:|^\s*- [\w-]+\.yaml#|^ {2}/|^\s*-? *'?\S+$"
)
# Text to us and to YAML 1.2, a boolean to every tool that reads YAML 1.1.
_BOOLEAN_ELSEWHERE = re.compile(r"yes|no|on|off", re.IGNORECASE)
_STATUS = re.compile(r"[1-5]\d\d")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def check(source: Source) -> Iterator[Finding]:
    """Findings about the text of all OpenAPI documents and workflows."""
    for file in (*source.files(), *source.workflows):
        text = (source.root / file).read_text(encoding="utf-8")
        yield from _lines(file, text)
        for event in yaml.parse(text, Loader=_LOADER):
            yield from _event(file, event)


def _lines(file: str, text: str) -> Iterator[Finding]:
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if len(line) > _MAX_COLUMNS and not _LONG_LINE.search(line):
            yield Finding(
                "STR01",
                f"{file}:{number}",
                f"the line has {len(line)} columns",
                f"Fold it at {_MAX_COLUMNS}",
            )
        before = lines[number - 2] if number > 1 else ""
        if line.startswith("  /") and before not in ("", "paths:"):
            yield Finding(
                "STR17", f"{file}:{number}", "no blank line before the path", "Add an empty line"
            )


def _event(file: str, event: yaml.Event) -> Iterator[Finding]:
    start = event.start_mark
    if start is None:
        return
    place = f"{file}:{start.line + 1}"
    if isinstance(event, yaml.CollectionStartEvent):
        if not event.flow_style and start.column % 2:
            yield Finding("STR17", place, "the indentation is odd", "Indent by 2 spaces")
    elif isinstance(event, yaml.ScalarEvent):
        if event.style == '"':
            yield Finding("STR17", place, "the text is in double quotes", "Use single quotes")
        plain = event.implicit[0]
        if plain and _BOOLEAN_ELSEWHERE.fullmatch(event.value):
            yield Finding(
                "STR17",
                place,
                f"older tools read {event.value} as a boolean",
                f"Write '{event.value}' in quotes",
            )
