"""Write the bundles in the form that client generators compile, and say what it loses.

The steps, each with its reason, stand in `scripts/clientgen/transformations.py`.

Reads:  <bundles>/<name>.yaml
Writes: <out>/<name>.yaml, <out>/<name>.json, <out>/README.md
Usage:  python -m build.codegen [NAME ...] [--bundles DIR] [--out DIR]   (names: the APIs, `all` and `readme`)
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.command import run
from clientgen.transformations import TRANSFORMATIONS, codegen_form

# The name of the step that lists the transformations.
PAPER = "readme"
_HEAD = "# Written by `make build` from generated/openapi/{name}.yaml. Do not edit.\n"
_README = """\
<!-- Written by `make build`. Do not edit. -->
# The contract for generators of clients

OpenAPI 3.0.3, YAML and JSON: one document per API, and `all` with the nine operations of the five. Types, names
and lists are what languages can say; `../COMPATIBILITY.md` shows which tools compile it. It promises less than
`../openapi/`, and is no basis for judging an instance. `ccaas spec --form codegen` prints it.

For tools of language models, such as those of FastMCP, `ccaas spec --form tools` prints it without the
descriptions and examples of response fields: the longest response schema has 2.5 kB instead of 10 kB. What a field
of a response means is not said there.

A bundle becomes this form in {count} steps:

| step | what it does | why | what is lost |
|---|---|---|---|
{rows}
"""


def readme() -> str:
    """What the form is, with a row for each step."""
    rows = "\n".join(
        f"| {step.name} | {step.does} | {step.because} | {step.loses} |" for step in TRANSFORMATIONS
    )
    return _README.format(count=len(TRANSFORMATIONS), rows=rows)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_codegen", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="an API, 'all' or 'readme'")
    parser.add_argument("--bundles", type=Path, default=layout.BUNDLES)
    parser.add_argument("--out", type=Path, default=layout.CODEGEN)
    arguments = parser.parse_args(argv)
    out = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or [*layout.apis(), layout.ALL_BUNDLE, PAPER]:
        if name == PAPER:
            (out / "README.md").write_text(readme(), encoding="utf-8")
            continue
        form = codegen_form(documents.load_mapping(arguments.bundles / f"{name}.yaml"))
        text = _HEAD.format(name=name) + documents.dump_yaml(form)
        (out / f"{name}.yaml").write_text(text, encoding="utf-8")
        (out / f"{name}.json").write_text(documents.dump_json(form), encoding="utf-8")
    return 0


if __name__ == "__main__":
    run("build_codegen", main)
