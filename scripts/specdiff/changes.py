"""One change between two documents, as `redocly diff` reports it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from build.tools import run_node_tool
from ccaas_kit.contract import pointers
from ccaas_kit.contract.errors import ToolError
from ccaas_kit.contract.operations import METHODS

_CONFIG = Path(__file__).with_name("redocly.yaml")
_MAPS_OF_NAMES = ("properties", "headers", "content", "links", "paths", "securitySchemes")
# Maps that are reported as a whole when they come or go, and what each of their entries is.
_ENTRIES = {
    "Paths": "PathItem",
    "PathItem": "Operation",
    "Responses": "Response",
    "MediaTypesMap": "MediaType",
    "HeadersMap": "Header",
    "LinksMap": "Link",
    "SchemaProperties": "Schema",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What differs at one node: it came, it went, or one of its members has another value."""

    path: str  # pointer into the new document; into the old one if the node went
    type: str  # what OpenAPI calls the node: Schema, Parameter, Response, ...
    kind: str  # added, removed or modified
    member: str  # of a modified node; `key` if the name under which it stands is another
    base: Any  # value before, None if there was none
    revision: Any  # value after, None if there is none
    rules: tuple[str, ...]  # rules of Redocly that call it breaking

    @property
    def steps(self) -> list[str]:
        return pointers.parts(self.path)

    @property
    def keys(self) -> list[str]:
        """The steps that OpenAPI names, without those that a contract names: fields, headers."""
        return keys(self.steps)

    @property
    def value(self) -> Any:
        """The node that came or went."""
        return self.base if self.kind == "removed" else self.revision


def changes(base: dict[str, Any], revision: dict[str, Any]) -> list[Change]:
    """Everything that differs between two documents, entry by entry, in the order of the paths.

    Raises:
        ToolError: Redocly is not installed, cannot read a document or reports in another form.
    """
    with tempfile.TemporaryDirectory() as scratch:
        files = {"base": base, "revision": revision}
        for name, document in files.items():
            text = json.dumps(document)
            Path(scratch, f"{name}.json").write_text(text, encoding="utf-8")
        report = Path(scratch, "report.json")
        options = ["--config", _CONFIG, "--format", "json", "--fail-on", "none", "--output", report]
        inputs = [Path(scratch, f"{name}.json") for name in files]
        run_node_tool("redocly", ["diff", *map(str, inputs), *map(str, options)])
        reported = json.loads(report.read_text(encoding="utf-8"))
    if reported.get("reportVersion") != "1":
        raise ToolError(
            f"'redocly diff' reports in version {reported.get('reportVersion')}, not 1",
            fix="Hold the version in package.json, or teach scripts/specdiff the new report",
        )
    return [entry for change in reported["changes"] for entry in _entries(_read(change))]


def keys(steps: list[str]) -> list[str]:
    """The steps that are no name of a field, a header, a media type or the like."""
    return [
        step
        for before, step in zip(["", *steps], steps, strict=False)
        if before not in _MAPS_OF_NAMES
    ]


def _read(change: dict[str, Any]) -> Change:
    return Change(
        path=change["path"] if change["path"] != "#/" else "#",
        type=change["typeName"],
        kind=change["kind"],
        member=change.get("property", ""),
        base=change.get("base", {}).get("value"),
        revision=change.get("revision", {}).get("value"),
        rules=tuple(
            verdict["ruleId"] for verdict in change["verdicts"] if verdict["impact"] == "major"
        ),
    )


def _entries(change: Change) -> Iterator[Change]:
    """The change itself, or one per entry of the map that came or went."""
    if change.kind == "modified" or change.type not in _ENTRIES:
        yield change
        return
    for name, value in change.value.items():
        if change.type == "PathItem" and name not in METHODS:
            continue
        place = "base" if change.kind == "removed" else "revision"
        path = pointers.build(*change.steps, name)
        entry = replace(change, path=path, type=_ENTRIES[change.type])
        yield from _entries(replace(entry, **{place: value}))
