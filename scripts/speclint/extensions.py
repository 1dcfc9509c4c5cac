"""Rules about extension keys: the table in `openapi/README.md` is the complete list.

The rules read the table: a row gives the name of a key, where it is allowed, and the type of its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.contract.operations import METHODS
from speclint.source import Finding, Source, is_property_name, walk

_ROW = re.compile(
    r"^\| `(?P<key>x-sn-[a-z-]+)` \| (?P<where>[^|]+) \| (?P<type>[^|]+) \|", re.MULTILINE
)
_MEMBERS = re.compile(r"\{(?P<names>[^}]*)\}")
_OBJECTS = ("response",)
_NUMBERS = ("integer", "status")
_KINDS = {  # of an object by the map that it stands in
    "parameters": "parameter",
    "requestBodies": "request body",
    "responses": "response",
    "schemas": "schema",
    "examples": "example",
    "links": "link",
    "headers": "header",
    "securitySchemes": "security scheme",
    "paths": "path item",
}
_PLACES = {"requestBody": "request body", "items": "schema"}


@dataclass(frozen=True, slots=True)
class Row:
    """One extension key as the table describes it."""

    places: tuple[str, ...]
    type: str


def check(source: Source) -> Iterator[Finding]:
    """Findings about the extension keys of all OpenAPI documents."""
    text = (source.root / "README.md").read_text(encoding="utf-8")
    rows = {
        row["key"]: Row(tuple(row["where"].strip().split(", ")), row["type"].strip())
        for row in _ROW.finditer(text)
    }
    used: set[str] = set()
    for file, document in source.files().items():
        for steps, node in walk(document):
            if not isinstance(node, dict) or is_property_name((*steps, "")):
                continue
            for key in map(str, node):
                if key.startswith("x-"):
                    used.add(key)
                    yield from _key(f"{file}{pointers.build(*steps)}", steps, node, key, rows)
    for key in sorted(set(rows) - used):
        yield Finding("STR09", "README.md", f"the key '{key}' is used nowhere", "Remove its row")


def _key(
    where: str, steps: tuple[str, ...], node: dict[str, Any], key: str, rows: dict[str, Row]
) -> Iterator[Finding]:
    row = rows.get(key)
    if row is None:
        yield Finding(
            "STR08",
            where,
            f"the extension key '{key}' is unknown",
            "Use a key of the table in openapi/README.md, or add a row",
        )
        return
    place = _place(steps)
    if place not in row.places:
        yield Finding(
            "STR25",
            where,
            f"{key} stands on: {place}",
            f"The table in openapi/README.md allows it on: {', '.join(row.places)}",
        )
    if not _fits(node[key], row.type):
        yield Finding(
            "STR26",
            where,
            f"the value of {key} is not of its type",
            f"Write, as the table in openapi/README.md says: {row.type}",
        )
    if key == "x-sn-state" and any(
        " " in text for _, text in walk(node[key]) if isinstance(text, str)
    ):
        yield Finding(
            "STR26", where, "x-sn-state holds prose", "Name tables, states and fields; no sentences"
        )


def _place(steps: tuple[str, ...]) -> str:
    """What kind of object stands at the end of these steps."""
    *_, above, last = ("", "", *steps)
    if is_property_name(steps):
        return "property"
    if steps[:1] == ("paths",) and len(steps) == 3 and last in METHODS:
        return "operation"
    if above in _KINDS:
        return _KINDS[above]
    return "schema" if last.isdigit() else _PLACES.get(last, last or "document")


def _fits(value: Any, wanted: str) -> bool:
    """Whether a value is of the type that the table gives; `value` is any."""
    if ", or " in wanted:
        return any(_fits(value, alternative) for alternative in wanted.split(", or "))
    if wanted.startswith("list"):
        element = wanted.removeprefix("list").removeprefix(" of ")
        return isinstance(value, list) and all(
            _fits(entry, element) if "{" in element else isinstance(entry, str) for entry in value
        )
    if members := _MEMBERS.search(wanted):
        named = [member.partition(": ") for member in members["names"].split(", ")]
        types = {name.removesuffix("?"): of for name, _, of in named}
        needed = {name for name, _, _ in named if not name.endswith("?")}
        return (
            isinstance(value, dict)
            and needed <= set(value) <= set(types)
            and all(_fits(value[name], of) for name, of in types.items() if of and name in value)
        )
    if wanted in _OBJECTS:
        return isinstance(value, dict)
    if wanted in _NUMBERS:
        return isinstance(value, int) and not isinstance(value, bool)
    return wanted == "value" or isinstance(value, str)
