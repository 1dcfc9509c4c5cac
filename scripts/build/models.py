"""Turn the named schemas of the bundles into pydantic models, one module per API.

Schemas of common.yaml become the one module `common`, which the others import, so that a text
type such as GlideDateTime exists once. `package` writes what makes the modules a package: every
model is importable from `servicenow_ccaas.models`.

Reads:  <bundles>/<api>.yaml, openapi/common.yaml
Writes: <out>/servicenow_ccaas/models/<module>.py, __init__.py of both folders, py.typed
Usage:  python -m build.models [--out DIR] [--bundles DIR] [NAME ...]
        (names: the APIs, `common` and `package`; default: all of them)
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.command import run
from ccaas_kit.contract.errors import DocumentError, ToolError
from pyclient import shapes
from pyclient.layout import HEAD, PACKAGE, RUNTIME

COMMON = "common"
TEXT_TYPES = "glide"
_OPTIONS = (
    "--input-file-type=openapi",
    "--openapi-scopes=schemas",
    "--output-model-type=pydantic_v2.BaseModel",
    "--target-python-version=3.11",
    "--target-pydantic-version=2.12",
    "--disable-timestamp",
    # A shared text type stays one named alias instead of a wrapper class of its own.
    "--use-type-alias",
    "--use-annotated",
    "--field-constraints",
    "--enum-field-as-literal=all",
    f"--field-extra-keys={shapes.EMPTY}",
    # A field with a default is not nullable because of it.
    "--strict-nullable",
    "--use-schema-description",
    "--use-field-description",
    "--use-standard-collections",
    "--use-union-operator",
    "--snake-case-field",
    f"--base-class={PACKAGE}.record.Record",
    "--formatters",
    "ruff-check",
    "ruff-format",
)


def module_name(name: str) -> str:
    """The module of an API: its name as Python allows it."""
    return name.replace("-", "_")


def schemas_only(document: dict[str, Any], shared: set[str]) -> dict[str, Any]:
    """A document with just the schemas that are not shared; references to shared ones lead out.

    So do those to text types that the package has a Python type for.
    """
    ours = python_types()

    def rewrite(node: Any) -> Any:
        if isinstance(node, list):
            return [rewrite(child) for child in node]
        if not isinstance(node, dict):
            return node
        result = {key: rewrite(child) for key, child in node.items()}
        reference = node.get("$ref")
        name = reference.rpartition("/")[2] if isinstance(reference, str) else ""
        if name in ours or name in shared:
            result["$ref"] = f"{TEXT_TYPES if name in ours else COMMON}.yaml{reference}"
        if isinstance(node.get("description"), str):
            result["description"] = node["description"].strip()
        return result

    schemas = document["components"]["schemas"]
    mine = {
        name: schema for name, schema in schemas.items() if name not in shared and name not in ours
    }
    # What APIs share is, as far as it can be empty, what a record holds.
    responses = shapes.answered(document) if document["paths"] else frozenset(mine)
    own = rewrite(shapes.typed(mine, responses, python_types()))
    return {
        "openapi": document["openapi"],
        "info": {"title": document["info"]["title"], "version": document["info"]["version"]},
        "paths": {},
        "components": {"schemas": own},
    }


def generate(name: str, document: dict[str, Any], shared: set[str]) -> str:
    """Source text of the module for one document.

    Raises:
        ToolError: the generator failed or wrote nothing.
    """
    source = f"openapi/{name}.yaml"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        common = documents.load(layout.SOURCE / f"{COMMON}.yaml")
        texts = {"components": {"schemas": {name: {"type": "string"} for name in python_types()}}}
        for file, content in (
            (
                f"{TEXT_TYPES}.yaml",
                {"openapi": common["openapi"], "info": common["info"], "paths": {}, **texts},
            ),
            (f"{COMMON}.yaml", schemas_only(common, set())),
            (f"{name}.yaml", schemas_only(document, shared)),
        ):
            (folder / file).write_text(documents.dump_yaml(content), encoding="utf-8")
        output = folder / "module.py"
        command = [
            str(Path(sys.executable).parent / "datamodel-codegen"),
            *_OPTIONS,
            f"--input={folder / name}.yaml",
            f"--output={output}",
            f"--custom-file-header={HEAD.format(source=source)}",
            "--external-ref-mapping",
            f"{TEXT_TYPES}.yaml={PACKAGE}.{TEXT_TYPES}",
            *((f"{COMMON}.yaml={PACKAGE}.models.{COMMON}",) if name != COMMON else ()),
        ]
        # The folder above has no settings of ours, so the text does not depend on where we are.
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0 or not output.exists():
            said = (done.stdout + done.stderr).strip()[-2000:]
            raise ToolError(f"datamodel-codegen failed:\n{said}", where=source)
        return output.read_text(encoding="utf-8")


@cache
def python_types() -> tuple[str, ...]:
    """The text types that the package has a Python type of the same name for."""
    tree = ast.parse((RUNTIME / f"{TEXT_TYPES}.py").read_text(encoding="utf-8"))
    (names,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    return tuple(names)


def public_names(text: str) -> list[str]:
    """Names of the classes and type aliases that a module defines, sorted."""
    names = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.append(node.targets[0].id)
    return sorted(names)


def package_init(folder: Path, modules: Sequence[str]) -> str:
    """Source text of `models/__init__.py`: every model of every module.

    Raises:
        DocumentError: two modules define the same name.
    """
    lines = [
        HEAD.format(source="openapi/"),
        '"""Pydantic models of the five APIs; the module of each API holds its own."""',
        "",
        "from __future__ import annotations",
        "",
        "from importlib import import_module",
        "from typing import TYPE_CHECKING, Any",
        "",
        "if TYPE_CHECKING:",
    ]
    homes: list[str] = []
    owner: dict[str, str] = {}
    known = [(f"{PACKAGE}.{TEXT_TYPES}", list(python_types()))] + [
        (f"{PACKAGE}.models.{module}", public_names((folder / f"{module}.py").read_text("utf-8")))
        for module in modules
    ]
    for module, names in known:
        for name in names:
            if name in owner:
                raise DocumentError(
                    f"'{name}' is a schema of {owner[name]} and of {module}",
                    fix="Rename one of them in openapi/",
                )
            owner[name] = module
        lines += [f"    from {module} import ("]
        lines += [f"        {name}," for name in names]
        lines += ["    )"]
        homes += [
            f'        "{module}": (',
            *(f'            "{name}",' for name in names),
            "        ),",
        ]
    lines += [
        "else:",
        "    # A module is loaded when a model of it is asked for.",
        "    _HOMES = {",
        *homes,
        "    }",
        "",
        "    def __getattr__(name: str) -> Any:",
        "        for home, names in _HOMES.items():",
        "            if name in names:",
        "                return getattr(import_module(home), name)",
        """        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")""",
        "",
        "",
        *("__all__ = [", *(f'    "{name}",' for name in sorted(owner)), "]", ""),
    ]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_models", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="an API, 'common' or 'package'")
    parser.add_argument("--out", type=Path, default=layout.GENERATED / "python")
    parser.add_argument("--bundles", type=Path, default=layout.BUNDLES)
    arguments = parser.parse_args(argv)
    folder = arguments.out / PACKAGE / "models"
    folder.mkdir(parents=True, exist_ok=True)
    common = documents.load(layout.SOURCE / f"{COMMON}.yaml")
    for name in arguments.names or [COMMON, *layout.apis(), "package"]:
        if name == "package":
            modules = sorted([COMMON, *map(module_name, layout.apis())])
            _write_package(folder, modules)
        elif name == COMMON:
            (folder / f"{COMMON}.py").write_text(generate(COMMON, common, set()), encoding="utf-8")
        else:
            document = documents.load(arguments.bundles / f"{name}.yaml")
            text = generate(name, document, set(common["components"]["schemas"]))
            (folder / f"{module_name(name)}.py").write_text(text, encoding="utf-8")
    return 0


def _write_package(folder: Path, modules: Sequence[str]) -> None:
    (folder / "__init__.py").write_text(package_init(folder, modules), encoding="utf-8")
    (folder.parent / "py.typed").write_text("", encoding="utf-8")


if __name__ == "__main__":
    run("build_models", main)
