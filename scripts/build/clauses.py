"""Compile the clauses of the five APIs into one file that the conformance runner reads.

A clause's operation follows from the prefix of its id, and its place in the source becomes a
pointer into the bundle of all five: the bundle keeps the names of all components.

Reads:  openapi/clauses/<api>.yaml, <out>/openapi/<api>.yaml, <out>/openapi/all.yaml
Writes: <out>/clauses.json
Usage:  python -m build.clauses [--out DIR]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.command import run
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import VERSIONED_OF, operations

# `checked_by: {any_of: [...]}` names checks of which each shows the whole promise.
ANY = "any_of"
_READ = ("says", "source", "where", "checked_by", "evidence")


def prefixes(document: dict[str, Any]) -> dict[str, str | None]:
    """Which operationId each prefix of clause ids belongs to; None for the API as a whole."""
    found: dict[str, str | None] = {document["info"]["x-sn-clauses"]: None}
    for _, _, operation in operations(document):
        found[operation["x-sn-clauses"]] = operation.get(VERSIONED_OF, operation["operationId"])
    return found


def compile_clause(
    identifier: str, clause: dict[str, Any], *, api: str, operation: str | None
) -> dict[str, Any]:
    """One clause in the form that the runner reads."""
    texts, any_suffices = checks(clause["checked_by"])
    return {
        "id": identifier,
        "api": api,
        "operation": operation,
        "says": clause["says"],
        "source": clause["source"],
        "pointer": "#" + clause["where"].partition("#")[2],
        "checked_by": [check(text) for text in texts],
        **({"any_suffices": True} if any_suffices else {}),
        "evidence": clause["evidence"],
        "quirk": clause.get("quirk"),
    }


def checks(checked_by: Any) -> tuple[list[str], bool]:
    """The checks that a clause names, and whether any one of them suffices."""
    if isinstance(checked_by, dict):
        return checked_by[ANY], True
    return checked_by, False


def check(text: str) -> dict[str, str]:
    """A `checked_by` entry taken apart: `schema`, or a kind and what follows its colon."""
    kind, _, rest = text.partition(":")
    if not rest:
        return {"kind": kind}
    key = {"property": "check", "probe": "name", "workflow": "name"}.get(kind, "text")
    return {"kind": kind, key: rest.strip()}


def compile_all(bundles: Path, *, contract: Path = layout.SOURCE) -> list[dict[str, Any]]:
    """The clauses of all APIs in the order of their files.

    Raises:
        DocumentError: a clause has a prefix that no operation of its API declares, or names a node
            that the bundle of all does not have.
    """
    compiled = []
    everything = documents.load(bundles / f"{layout.ALL_BUNDLE}.yaml")
    for api in layout.apis(contract):
        source = contract / "clauses" / f"{api}.yaml"
        known = prefixes(documents.load(bundles / f"{api}.yaml"))
        for identifier, clause in documents.load_entries(source, _READ).items():
            prefix = identifier.rpartition("-")[0]
            if prefix not in known:
                raise DocumentError(
                    f"clause {identifier} has no operation",
                    where=str(source),
                    fix=f"Begin the id with one of {', '.join(known)}",
                )
            try:
                pointers.resolve(everything, "#" + clause["where"].partition("#")[2])
            except DocumentError as error:
                raise DocumentError(
                    f"the place of {identifier} is lost in the bundle: {error.what}",
                    where=str(source),
                    fix="Point `where` at a node that bundling keeps",
                ) from error
            compiled.append(compile_clause(identifier, clause, api=api, operation=known[prefix]))
    return compiled


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_clauses", description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=layout.GENERATED, help="folder to write into")
    out = parser.parse_args(argv).out
    content = documents.dump_json({"clauses": compile_all(out / layout.BUNDLES.name)})
    (out / "clauses.json").write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    run("build_clauses", main)
