"""Rules about quirks and sources: complete, used in both directions, shown by a test that exists."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ccaas_kit.contract import layout, pointers
from ccaas_kit.contract.errors import DocumentError
from speclint.source import Finding, Source, walk

_KEYS = {"title", "where", "says", "we_chose", "because", "status", "verified_on", "test"}
_STATUSES = ("documented", "assumed", "verified")


def check(source: Source) -> Iterator[Finding]:
    """Findings about `quirks.yaml` and `sources.yaml`."""
    used = _uses(source)
    for identifier, quirk in source.quirks.items():
        where = f"quirks.yaml#/{identifier}"
        if set(quirk) != _KEYS:
            yield Finding(
                "QUI01",
                where,
                f"keys differ: {sorted(set(quirk) ^ _KEYS)}",
                f"A quirk has {', '.join(sorted(_KEYS))}",
            )
            continue
        for key in ("title", "we_chose", "because"):
            if not isinstance(quirk[key], str):
                # "The 403." is a text, 403. is a number, and the two look alike in YAML.
                yield Finding(
                    "QUI01", where, f"`{key}` is no text: {quirk[key]!r}", "Write it in words"
                )
        if quirk["status"] not in _STATUSES:
            yield Finding(
                "QUI01", where, f"unknown status '{quirk['status']}'", f"One of {_STATUSES}"
            )
        if (quirk["status"] == "verified") != bool(quirk["verified_on"]):
            yield Finding(
                "QUI01", where, "status and verified_on disagree", "Name release and date, or none"
            )
        yield from _nodes(source, where, identifier, quirk, used.get(identifier, set()))
        for statement in quirk["says"]:
            if statement.get("source") not in source.sources:
                yield Finding(
                    "QUI03",
                    where,
                    f"unknown source '{statement.get('source')}'",
                    f"Ids: {', '.join(source.sources)}",
                )
        yield from _test(where, quirk["test"])
    for identifier, places in used.items():
        if identifier not in source.quirks:
            yield Finding(
                "QUI05",
                sorted(places)[0],
                f"there is no quirk {identifier}",
                "Write it in quirks.yaml or correct the id",
            )
    yield from _sources(source)


def _uses(source: Source) -> dict[str, set[str]]:
    """Where each quirk id stands in an x-sn-quirks."""
    found: dict[str, set[str]] = {}
    for file, document in source.files().items():
        for steps, node in walk(document):
            if isinstance(node, dict) and isinstance(node.get("x-sn-quirks"), list):
                for identifier in node["x-sn-quirks"]:
                    found.setdefault(identifier, set()).add(f"{file}{pointers.build(*steps)}")
    return found


def _nodes(
    source: Source, where: str, identifier: str, quirk: dict[str, Any], used: set[str]
) -> Iterator[Finding]:
    named = set(quirk["where"])
    for place in sorted(named):
        try:
            source.resolve(place)
        except DocumentError as error:
            yield Finding("QUI02", where, f"`where` is wrong: {error}", "Point at a node")
            return
    for place in sorted(named - used):
        yield Finding(
            "QUI02", where, f"{place} does not carry the id", "Add it to x-sn-quirks there"
        )
    for place in sorted(used - named):
        yield Finding("QUI02", where, f"{place} carries the id", "Add it to `where`")
    if not named:
        yield Finding("QUI02", where, "no node is named", f"Say where {identifier} matters")


def _test(where: str, test: str) -> Iterator[Finding]:
    file, _, name = test.partition("::")
    path = layout.ROOT / file
    if not path.is_file() or name.partition("[")[0] not in _functions(path):
        yield Finding("QUI04", where, f"there is no test '{test}'", "Name <file>::<function>")


@cache
def _functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _sources(source: Source) -> Iterator[Finding]:
    used = {
        clause["source"].partition(",")[0]
        for clauses in source.clauses.values()
        for clause in clauses.values()
        if "source" in clause
    }
    used |= {
        statement.get("source")
        for quirk in source.quirks.values()
        for statement in quirk.get("says", [])
    }
    for file, document in source.files().items():
        for steps, node in walk(document):
            identifier = node.get("x-sn-source") if isinstance(node, dict) else None
            if identifier is not None:
                used.add(identifier)
                if identifier not in source.sources:
                    yield Finding(
                        "QUI06",
                        f"{file}{pointers.build(*steps)}",
                        f"unknown source '{identifier}'",
                        f"Ids: {', '.join(source.sources)}",
                    )
    for identifier in source.sources:
        if identifier not in used:
            yield Finding(
                "QUI06", f"sources.yaml#/{identifier}", "nothing names this source", "Remove it"
            )
