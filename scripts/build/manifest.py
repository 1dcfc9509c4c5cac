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

Self-contained OpenAPI 3.1 documents. `<api>.yaml` describes one API. `all.yaml` describes all five, with the links
from one API to another. Both contain the versioned URLs; `x-sn-versioned-of` names the operation that each repeats, so
that a client generator can leave them out.
""",
    "python": """\
<!-- Written by `make build`. Do not edit. -->
# servicenow-ccaas for Python

`pip install .` in the project's root installs the package `servicenow_ccaas`, which needs httpx and pydantic only.
With `make sandbox PORT=8080` running elsewhere:

```python
from servicenow_ccaas import Basic, Client, Query
from servicenow_ccaas.models import CreateContactRequest

with Client("http://127.0.0.1:8080", Basic("admin", "admin")) as client:
    ada = CreateContactRequest(first_name="Ada", last_name="Byron", email="ada@example.com")
    sys_id = client.create_contact(ada).result
    (found,) = client.iterate_contacts(Query().equals("email", "ada@example.com"))
    contact = client.get_contact(sys_id).result
    print(contact == found, contact.name, contact.active, contact.sys_created_on, contact.city)
```

```text
True Ada Byron True 2024-04-03 23:09:46+00:00 None
```

- **Client**: `Client` and `AsyncClient` have one method for each operation. `Basic`, `Bearer`, `OAuth` and `ApiKey` sign in.
- **Values**: the API sends texts, and the models convert them: `"true"` to `True`, `"3"` to `3`, a date and time to
  an aware datetime in UTC, `""` to `None`. A request sends exactly the original text.
- **Unknown values**: unknown and custom fields are kept in `model_extra`. Values that no list of the contract contains are
  kept as well.
- **Errors in data**: a client keeps a value of the wrong form, and a missing field is `None`; `misfits()` lists both.
  `Client(..., strict=True)` and `Contact.read(body)` raise an error that names the field, the value and the expected form.
- **Errors in requests**: a misspelled field or half of a pair raises `InvalidRequestError` before anything is sent.
  `Client(..., unchecked=True)` sends it. Columns of your instance, whose names begin with `u_` or `x_`, are always sent.
- **Error responses**: each documented error is an exception in `servicenow_ccaas.contract` with `status`, `message` and
  `detail`. A failure under a status of success raises `RefusedError`. The client repeats a request after 429 as its `Retry-After` says, and repeats GET and PUT after 503, a broken
  connection or a timeout.
- **Models**: one module per API and `common` for shared parts; `servicenow_ccaas.models` exports every model.
""",
}
README = """\
<!-- Written by `make build`. Do not edit. -->
# Generated

`make build` writes everything here from `openapi/`. Do not edit these files: change the source and build again.
`make check-generated` fails if a file differs from what its source gives. `make effectiveness` writes the three
measurements.

| what | for whom |
|---|---|
| `openapi/<api>.yaml` | the self-contained OpenAPI 3.1 document of one API: docs, clients, gateways |
| `openapi/all.yaml` | all five, with the links between APIs: mocks and tests |
| `openapi-codegen/` | each of these in the form that client generators compile, YAML and JSON; its README lists the differences |
| `openapi-3.0/<api>.yaml` | the same for tools that cannot read 3.1; its README lists what this form loses |
| `clauses.json` | every clause with its operation and its place in `all.yaml`: the conformance runner |
| `python/servicenow_ccaas/` | typed models and a client; `from servicenow_ccaas import Client` |
| `typescript/` | types for TypeScript; its README shows them with `openapi-fetch` |
| `postman/` | a Postman collection with every documented example; its README runs it with newman |
| `COVERAGE.md` | which examples exist and how each clause is checked |
| `EFFECTIVENESS.md`, `effectiveness.json`, `COMPARISON.md` | for each clause, whether a run detects its violation; the same faults under other tools |
| `REPORTS.md` | what a person gets of one fault: groups, titles, replays |
| `COMPATIBILITY.md` | which tools of others read the contract and its codegen form, by `make compat` |
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
