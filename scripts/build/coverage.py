"""Show what the contract covers: examples of each operation, and who checks which clauses.

Reads:  <out>/openapi/all.yaml, <out>/clauses.json, openapi/quirks.yaml
Writes: <out>/COVERAGE.md
Usage:  python -m build.coverage [--out DIR]
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.command import run
from ccaas_kit.contract.operations import VERSIONED_OF, operations

KINDS = ("schema", "property", "probe", "workflow", "not-observable")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a Markdown table; a bar in a cell is escaped."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        cells = (str(cell).replace("|", "\\|") for cell in row)
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def example_rows(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Operation, place and names of the examples there, for every body and parameter."""
    rows = []
    for path, _, operation in operations(document):
        if VERSIONED_OF in operation:
            continue
        name = f"`{operation['operationId']}`"
        parameters = [
            *document["paths"][path].get("parameters", []),
            *operation.get("parameters", []),
        ]
        for reference in parameters:
            parameter = pointers.follow(document, reference)
            rows.append((name, f"parameter `{parameter['name']}`", _names(parameter)))
        if "requestBody" in operation:
            for media, content in _content(document, operation["requestBody"]):
                rows.append((name, f"request, {media}", _names(content)))
        for status, response in operation["responses"].items():
            for media, content in _content(document, response):
                rows.append((name, f"{status}, {media}", _names(content)))
    return rows


def clause_rows(clauses: Sequence[dict[str, Any]]) -> list[list[object]]:
    """Per operation: clauses in all, by the first kind of check that they name, and assumed ones."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for clause in clauses:
        owner = f"`{clause['operation']}`" if clause["operation"] else f"{clause['api']} as a whole"
        grouped.setdefault(owner, []).append(clause)
    rows: list[list[object]] = []
    for name, group in [*grouped.items(), ("**all**", list(clauses))]:
        kinds = Counter(clause["checked_by"][0]["kind"] for clause in group)
        assumed = sum(clause["evidence"] == "assumed" for clause in group)
        rows.append([name, len(group), *(kinds.get(kind, 0) for kind in KINDS), assumed])
    return rows


def render(document: dict[str, Any], clauses: list[dict[str, Any]], quirks: dict[str, Any]) -> str:
    """The whole page."""
    statuses = Counter(quirk["status"] for quirk in quirks.values())
    lines = [
        "<!-- Written by `make build` from openapi/. Do not edit. -->",
        "# Coverage",
        "",
        "## Clauses",
        "",
        "Each clause is counted once, by the first check that it names. No page documents `assumed` clauses;",
        "they never fail a target.",
        "",
        *table(["operation", "clauses", *KINDS, "assumed"], clause_rows(clauses)),
        "",
        "## Quirks",
        "",
        f"{len(quirks)} documentation discrepancies, where the sources disagree or say nothing: "
        + ", ".join(f"{count} {status}" for status, count in sorted(statuses.items()))
        + ". The assumed ones:",
        "",
        *table(
            ["quirk", "discrepancy", "what we chose"],
            (
                (identifier, quirk["title"], quirk["we_chose"])
                for identifier, quirk in quirks.items()
                if quirk["status"] == "assumed"
            ),
        ),
        "",
        "## Examples",
        "",
        *table(["operation", "place", "examples"], example_rows(document)),
        "",
    ]
    return "\n".join(lines)


def _content(document: dict[str, Any], node: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(pointers.follow(document, node).get("content", {}).items())


def _names(holder: dict[str, Any]) -> str:
    return ", ".join(holder.get("examples", {})) or "none"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_coverage", description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=layout.GENERATED)
    out = parser.parse_args(argv).out
    text = render(
        documents.load(out / layout.BUNDLES.name / f"{layout.ALL_BUNDLE}.yaml"),
        documents.load(out / "clauses.json")["clauses"],
        documents.load_entries(layout.SOURCE / "quirks.yaml", ("title", "we_chose", "status")),
    )
    (out / "COVERAGE.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    run("build_coverage", main)
