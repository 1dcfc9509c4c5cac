"""Write TypeScript types of the bundles, for `openapi-fetch` and for anything else that reads types.

The URLs that name a version are left out: each of their operations is there at the other URL.

Reads:  <bundles>/<api>.yaml
Writes: <out>/<api>.ts, <out>/index.ts, <out>/README.md, <out>/package.json, <out>/openapi.json
Usage:  python -m build.typescript [NAME ...] [--bundles DIR] [--out DIR]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from build.tools import run_node_tool
from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.command import run
from ccaas_kit.contract.operations import first_forms

# The name of the step that joins the modules.
INDEX = "index"
_HEAD = "// Written by `make build`. Do not edit.\n"
_PACKAGE = {
    "name": "servicenow-ccaas-openapi-types",
    "version": "",
    "description": "Types of the ServiceNow REST APIs that contact-centre platforms use, and their contract",
    "license": "Apache-2.0",
    "type": "module",
    "types": "./index.ts",
    "exports": {
        ".": {"types": "./index.ts"},
        "./openapi.json": "./openapi.json",
        "./*": {"types": "./*.ts"},
    },
    "files": ["*.ts", "openapi.json"],
    "sideEffects": False,
}
README = """\
<!-- Written by `make build`. Do not edit. -->
# TypeScript

Types of the five APIs by `openapi-typescript`: one module per API with its `paths`, `operations` and
`components`, and `index.ts` with the paths of all. They describe JSON as it travels: values of records
are text. `npm pack` makes a package of this folder, which also carries the contract as `openapi.json`. With
`openapi-fetch`:

```ts
import createClient from "openapi-fetch";
import type { paths } from "./index.ts";

const client = createClient<paths>({
  baseUrl: "http://127.0.0.1:8080",
  headers: { Authorization: `Basic ${btoa("admin:admin")}` },
});
const { data: created, error } = await client.POST("/api/now/contact", {
  body: { first_name: "Ada", last_name: "Byron" },
});
if (error) throw error;
const { data: found } = await client.GET("/api/now/contact", {
  params: { query: { sysparm_query: "last_name=Byron", sysparm_limit: 5 } },
});
const { data: read } = await client.GET("/api/now/contact/{id}", {
  params: { path: { id: created.result } },
});
console.log(found?.result.length, read?.result.name, read?.result.active);
```
"""


def write(name: str, bundles: Path, out: Path) -> None:
    """Write the module of one API."""
    target = out / f"{name}.ts"
    # Left to itself, the tool would take the configuration of the linter for its own.
    settings = ("--redocly", "/dev/null")
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / f"{name}.yaml"
        document = first_forms(documents.load_mapping(bundles / f"{name}.yaml"))
        source.write_text(documents.dump_yaml(document), encoding="utf-8")
        run_node_tool("openapi-typescript", [source, *settings, "--output", target])
    text = target.read_text(encoding="utf-8")
    target.write_text(_HEAD + text.partition("*/\n")[2].lstrip("\n"), encoding="utf-8")


def write_index(names: Sequence[str], bundles: Path, out: Path) -> None:
    """Write the module that joins the paths of all APIs, and what makes the folder a package of npm."""
    imports = "".join(
        f'import type {{ paths as {_name(name)} }} from "./{name}.js";\n' for name in names
    )
    union = " & ".join(_name(name) for name in names)
    text = f"{_HEAD}{imports}\nexport type paths = {union};\n"
    (out / f"{INDEX}.ts").write_text(text, encoding="utf-8")
    (out / "README.md").write_text(README, encoding="utf-8")
    contract = documents.load_mapping(bundles / f"{layout.ALL_BUNDLE}.yaml")
    (out / "openapi.json").write_text(documents.dump_json(contract), encoding="utf-8")
    package = {**_PACKAGE, "version": contract["info"]["version"]}
    (out / "package.json").write_text(documents.dump_json(package), encoding="utf-8")


def _name(api: str) -> str:
    first, *rest = api.split("-")
    return f"{first}{''.join(word.capitalize() for word in rest)}Paths"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_typescript", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", default=[])
    parser.add_argument("--bundles", type=Path, default=layout.BUNDLES)
    parser.add_argument("--out", type=Path, default=layout.TYPESCRIPT)
    arguments = parser.parse_args(argv)
    arguments.out.mkdir(parents=True, exist_ok=True)
    apis = layout.apis()
    for name in arguments.names or [*apis, INDEX]:
        if name == INDEX:
            write_index(apis, arguments.bundles, arguments.out)
        else:
            write(name, arguments.bundles, arguments.out)
    return 0


if __name__ == "__main__":
    run("build_typescript", main)
