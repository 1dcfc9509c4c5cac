"""What the figures were taken with: the machine's cores and the versions of everything."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench import specmatic
from build.tools import node_environment
from ccaas_kit.contract.layout import ROOT


def describe(generator: str, *, with_specmatic: bool) -> list[str]:
    """A few lines of text."""
    lines = [
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}; one process per server, loopback",
        f"sandbox and bare ASGI answer: Python {platform.python_version()}, "
        f"granian {version('granian')}, uvloop {version('uvloop')}, SQLite {sqlite3.sqlite_version}",
        f"Prism {_prism()}, Node {_node()}",
        f"load: {generator}",
    ]
    if with_specmatic:
        lines.insert(
            3,
            f"Specmatic {specmatic.version()}, given a reduced bundle: JSON and Basic only, no patterns",
        )
    return lines


def _prism() -> str:
    path = ROOT / "node_modules" / "@stoplight" / "prism-cli" / "package.json"
    return str(json.loads(path.read_text(encoding="utf-8"))["version"])


def _node() -> str:
    environment = node_environment()
    for folder in environment["PATH"].split(os.pathsep):
        node = Path(folder) / "node"
        if node.exists():
            said = subprocess.run(
                [node, "--version"], capture_output=True, text=True, env=environment, check=False
            )
            return said.stdout.strip().removeprefix("v")
    return "unknown"
