"""Pin the whole dependency trees anew: the requirements with hashes, package-lock.json.

None of the files names a registry. uv is installed into a scratch environment for this step alone.

Reads:  pyproject.toml, package.json
Writes: requirements.lock, requirements-kit.lock, requirements-clients.lock,
        requirements-clients-tests.lock, requirements-mutants.lock, package-lock.json
Usage:  python -m build.locks
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

from build.tools import node_environment
from ccaas_kit.contract import layout
from ccaas_kit.contract.command import run
from ccaas_kit.contract.errors import ToolError

_FORM = (
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-header"),
)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=layout.ROOT, env=node_environment(), check=False)
    if done.returncode != 0:
        raise ToolError(f"'{Path(command[0]).name}' failed with code {done.returncode}")


def main() -> int:
    settings = tomllib.loads((layout.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        venv.create(scratch, with_pip=True)
        tools = Path(scratch) / "bin"
        _run([str(tools / "pip"), "install", "-q", *settings["dependency-groups"]["lock"]])
        _run(
            [
                *(str(tools / "uv"), "pip", "compile", "-q", "pyproject.toml", "--group", "kit"),
                *(*_FORM, "-o", "requirements.lock"),
            ]
        )
        _run(
            [
                *(
                    str(tools / "uv"),
                    "pip",
                    "compile",
                    "-q",
                    "pyproject.toml",
                    "--group",
                    "install",
                ),
                *("--all-extras", "--constraints", "requirements.lock"),
                *(*_FORM, "-o", "requirements-kit.lock"),
            ]
        )
        for group in ("clients", "clients-tests", "mutants"):
            _run(
                [
                    *(str(tools / "uv"), "pip", "compile", "-q", "--group", group),
                    *("--constraints", "requirements.lock"),
                    *(*_FORM, "-o", f"requirements-{group}.lock"),
                ]
            )
    npm = str(Path(sys.executable).parent / "npm")
    _run([npm, "install", "--package-lock-only", "--ignore-scripts", "--loglevel=error"])
    return 0


if __name__ == "__main__":
    run("build_locks", main)
