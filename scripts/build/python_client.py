"""Write the Python client: one method for each operation of the contract, sync and async.

The hand-written modules of `scripts/pyclient/runtime/` are copied beside it.

Reads:  <bundles>/all.yaml, scripts/pyclient/
Writes: <out>/servicenow_ccaas/client.py, contract.py, and the modules of the runtime
Usage:  python -m build.python_client [--out DIR] [--bundles DIR]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import jinja2

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.command import run
from ccaas_kit.contract.errors import ToolError
from pyclient import methods
from pyclient.layout import HEAD, PACKAGE, RUNTIME, TEMPLATES

_GENERATED = ("contract.py", "client.py")


def rendered(document: dict[str, object]) -> dict[str, str]:
    """The generated modules by their names."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701  # Python is written here, not HTML
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    operations = methods.of(document)
    head = HEAD.format(source="openapi/")
    return {
        name: _formatted(f"{head}\n" + environment.get_template(f"{name}.jinja").render(operations))
        for name in _GENERATED
    }


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_python_client", description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=layout.GENERATED / "python")
    parser.add_argument("--bundles", type=Path, default=layout.BUNDLES)
    arguments = parser.parse_args(argv)
    folder = arguments.out / PACKAGE
    folder.mkdir(parents=True, exist_ok=True)
    document = documents.load(arguments.bundles / f"{layout.ALL_BUNDLE}.yaml")
    for path in sorted(RUNTIME.glob("*.py")):
        head = HEAD.format(source=f"scripts/pyclient/runtime/{path.name}")
        text = f"{head}\n{path.read_text(encoding='utf-8')}"
        (folder / path.name).write_text(text, encoding="utf-8")
    for name, text in rendered(document).items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


def _formatted(text: str) -> str:
    ruff = [str(Path(sys.executable).with_name("ruff"))]
    for arguments in (("format", "--line-length", "100"), ("check", "--fix", "--select", "I,F401")):
        done = subprocess.run(
            [*ruff, *arguments, "--isolated", "--quiet", "-"],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise ToolError(f"ruff refused the client: {(done.stdout + done.stderr)[-1000:]}")
        text = done.stdout
    return text


if __name__ == "__main__":
    run("build_python_client", main)
