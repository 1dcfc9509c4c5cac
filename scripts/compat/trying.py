"""Installing the tools, and trying one on one form of the contract."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from build.tools import node_environment
from ccaas_kit.contract import layout
from ccaas_kit.contract.errors import ToolError
from compat.tool import NPM, SHOWN, Tool
from compat.tools import TOOLS

_SECONDS = 600
# What the generated code imports, beside the tools.
_ALSO = {
    "@kubb/core": "4.39.3",
    "@kubb/plugin-client": "4.39.3",
    "@kubb/plugin-oas": "4.39.3",
    "@kubb/plugin-ts": "4.39.3",
    "@oazapfts/runtime": "1.2.0",
    "@types/node": "26.6.6",
    "js-yaml": "4.1.1",
    "typescript": "5.9.3",
}
# What the clients of openapi-generator import.
_ALSO_PYTHON = ("python-dateutil==2.9.0.post0", "pyyaml==6.0.3", "urllib3==2.6.1")
# Colours, times, paths of this machine: what differs from run to run.
_NOISE = re.compile(r"\x1b\[[0-9;]*m|file://")
# How a program in Python ends, and how others name what is wrong.
_RAISED = re.compile(r"(\w+\.)*\w+(Error|Exception): ")
_NAMES_IT = re.compile(r"error|fail|invalid|duplicate|cannot|missing|exception", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a tool and a form: how far it came, and what it said."""

    form: str
    stage: str
    works: bool
    told: str = ""


def install(cache: Path) -> None:
    """Install every tool into a folder, unless it is there.

    Raises:
        ToolError: an installer failed; carries its last lines.
    """
    cache.mkdir(parents=True, exist_ok=True)
    npm = {t.package.removeprefix(NPM): t.version for t in TOOLS if t.package.startswith(NPM)}
    pip = sorted({f"{t.package}=={t.version}" for t in TOOLS if not t.package.startswith(NPM)})
    wanted = {"private": True, "dependencies": dict(sorted({**npm, **_ALSO}.items()))}
    package = cache / "package.json"
    if not package.exists() or json.loads(package.read_text(encoding="utf-8")) != wanted:
        package.write_text(json.dumps(wanted, indent=2), encoding="utf-8")
        npm_options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        _install(("npm", "install", *npm_options), cache)
    python, listed = cache / "python", cache / "python.txt"
    pins = "\n".join([*pip, *_ALSO_PYTHON])
    if not listed.exists() or listed.read_text(encoding="utf-8") != pins:
        _install(("python3", "-m", "venv", str(python)), cache)
        _install((f"{python}/bin/pip", "install", "-q", *pins.splitlines()), cache)
        listed.write_text(pins, encoding="utf-8")


def attempt(tool: Tool, form: str, spec: Path, cache: Path, sandbox: str) -> Outcome:
    """Run a tool on a form, and compile and call what it wrote."""
    out = cache / "work" / re.sub(r"[^a-z0-9]+", "-", tool.name.lower()) / form
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    values = {
        "spec": str(spec),
        "out": str(out),
        "sandbox": sandbox,
        "here": str(Path(__file__).parent),
        "workflows": str(layout.ROOT / "openapi" / "workflows"),
        "modules": str(cache / "node_modules"),
        "npm": str(cache / "node_modules" / ".bin"),
        "python": str(cache / "python" / "bin"),
        "node": "node",
        "jar": _jar(cache),
    }
    for name, text in tool.files.items():
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace("{spec}", str(spec)).replace("{out}", str(out)))
    stage, said = "", ""
    for stage, command in zip(tool.stages, (tool.command, *tool.tries), strict=False):
        code, said = _run(_filled(command, values, out), out)
        if code != 0:
            return Outcome(form, stage, works=False, told=_first_error(said, values))
    shown = [line.removeprefix(SHOWN) for line in said.splitlines() if line.startswith(SHOWN)]
    return Outcome(form, stage, works=True, told=(shown or [""])[0])


def _filled(command: tuple[str, ...], values: Mapping[str, str], out: Path) -> list[str]:
    found = []
    for word in command:
        if word.startswith("{files:"):
            found += sorted(map(str, out.glob(word[len("{files:") : -1])))
        else:
            found.append(re.sub(r"\{(\w+)\}", lambda name: values[name[1]], word))
    return found


def _run(command: list[str], folder: Path) -> tuple[int, str]:
    environment = {**node_environment(), "PYTHONPATH": str(folder), "CI": "true"}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        return 127, f"{error.filename} is not installed"
    except subprocess.TimeoutExpired:
        return 124, f"it did not end within {_SECONDS} seconds"
    return done.returncode, f"{done.stdout}\n{done.stderr}"


def _first_error(said: str, values: Mapping[str, str]) -> str:
    """The line that gives the reason, without the paths of this machine."""
    text = _NOISE.sub("", said)
    for path in sorted(values.values(), key=len, reverse=True):
        text = text.replace(path, Path(path).name) if os.sep in path else text
    text = text.replace(str(layout.ROOT) + os.sep, "")
    lines = [line.strip(" │╭╰─") for line in text.splitlines()]
    lines = [line for line in lines if line and "Warning" not in line]
    raised = [line for line in lines if _RAISED.match(line)]
    named = [line for line in lines if _NAMES_IT.search(line)]
    reasons = raised[-1:] or named or lines or ["nothing"]
    return " ".join(reasons[0].split())[:160].replace("|", "\\|")


def _jar(cache: Path) -> str:
    return str(next(cache.glob("python/lib/python*/site-packages/openapi_generator_cli/*.jar"), ""))


def _install(command: tuple[str, ...], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, env=node_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ToolError(f"'{command[0]}' failed: {(done.stdout + done.stderr)[-1000:]}")
