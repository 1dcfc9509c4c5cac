"""List what was generated, from what and with which versions of the tools.

Reads:  openapi/, <out>/, requirements.lock, package.json
Writes: <out>/README.md, <out>/openapi/README.md, <out>/python/README.md, <out>/MANIFEST.json
Usage:  python -m build.manifest [--out DIR]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.command import run

_PYTHON_TOOLS = ("datamodel-code-generator", "ruff")
_NODE_TOOLS = (
    *("@apiture/openapi-down-convert", "@redocly/cli"),
    *("openapi-to-postmanv2", "openapi-typescript"),
)

READMES = {
    "openapi": """\
<!-- Written by `make build`. Do not edit. -->
# Bundles

Self-contained OpenAPI 3.1 documents, made from `openapi/`. `<api>.yaml` is one API; `all.yaml` is all
five, with the links from one API to another. Both have the versioned URLs: `x-sn-versioned-of` names
the operation that each repeats, so that a generator of clients can leave them out.
""",
    "python": """\
<!-- Written by `make build`. Do not edit. -->
# Python

The package `servicenow_ccaas`, installed by `pip install .` in the project's root: `Client` and
`AsyncClient` with a method for each operation, and `models` with one module per API and `common` for
what they share; every model is importable from `servicenow_ccaas.models`. The README of the project
shows its use.
""",
}
README = """\
<!-- Written by `make build`. Do not edit. -->
# Generated

Everything here is written by `make build` from `openapi/`. Never edit it: change the source and
build again. `make check-generated` fails when something here is not what its source gives. Three files
are measurements, which `make effectiveness` writes.

| what | for whom |
|---|---|
| `openapi/<api>.yaml` | the self-contained OpenAPI 3.1 document of one API: docs, clients, gateways |
| `openapi/all.yaml` | all five, with the links between APIs: mocks and tests |
| `openapi-codegen/` | each of these in the form that generators of clients compile, YAML and JSON; its README says how it differs |
| `openapi-3.0/<api>.yaml` | one API for gateways and connectors that know no 3.1; its README lists what is lost |
| `clauses.json` | every clause with its operation and its place in `all.yaml`: the conformance runner |
| `python/servicenow_ccaas/` | typed models and a client; `from servicenow_ccaas import Client` |
| `typescript/` | types for TypeScript; its README shows them with `openapi-fetch` |
| `postman/` | a Postman collection with every documented example; its README runs it with newman |
| `COVERAGE.md` | which examples exist and how each clause is checked |
| `EFFECTIVENESS.md`, `effectiveness.json`, `COMPARISON.md` | for each clause whether a run detects its breach; other tools |
| `MANIFEST.json` | SHA-256 of every source and of every file that is built, and the versions of the tools that wrote them |
"""


def tool_versions() -> dict[str, str]:
    """Versions of the tools whose output stands in the tree, as the lock files pin them."""
    lock = (layout.ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w-]+)==([^ \n]+)", lock, re.MULTILINE))
    package = json.loads((layout.ROOT / "package.json").read_text(encoding="utf-8"))
    versions = {name: pinned[name] for name in _PYTHON_TOOLS}
    versions |= {name: package["devDependencies"][name] for name in _NODE_TOOLS}
    return dict(sorted(versions.items()))


def source_digests(source: Path = layout.SOURCE) -> dict[str, str]:
    """SHA-256 of each file that people write of the contract, by its path in `openapi/`."""
    return {
        path.relative_to(source).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(source.rglob("*.yaml"))
    }


def manifest(out: Path) -> dict[str, Any]:
    """Contract version, tool versions and the digest of each generated file by its path."""
    document = documents.load(out / layout.BUNDLES.name / f"{layout.ALL_BUNDLE}.yaml")
    files = [path for path in layout.built_files(out) if path.name != "MANIFEST.json"]
    return {
        "contract": {about["id"]: about["version"] for about in document["info"]["x-sn-apis"]},
        "tools": tool_versions(),
        "sources": source_digests(),
        "files": {
            path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        },
    }


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_manifest", description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=layout.GENERATED)
    out = parser.parse_args(argv).out
    (out / "README.md").write_text(README, encoding="utf-8")
    for folder, text in READMES.items():
        (out / folder / "README.md").write_text(text, encoding="utf-8")
    (out / "MANIFEST.json").write_text(documents.dump_json(manifest(out)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    run("build_manifest", main)
