"""Run the Node tools of the kit with the Node of the virtual environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ccaas_kit.contract.errors import ToolError
from ccaas_kit.contract.layout import ROOT


def node_environment() -> dict[str, str]:
    """The environment for a Node tool: ours, with the pinned Node first and telemetry off."""
    here = str(Path(sys.executable).parent)
    return {
        **os.environ,
        "PATH": here + os.pathsep + os.environ.get("PATH", ""),
        "NO_COLOR": "1",
        "REDOCLY_TELEMETRY": "off",
        "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    }


def node_tool(name: str) -> str:
    """Path of a command that `npm ci` installed.

    Raises:
        ToolError: it is not installed.
    """
    path = ROOT / "node_modules" / ".bin" / name
    if not path.exists():
        raise ToolError(f"'{name}' is not installed", fix="Run 'make setup'")
    return str(path)


def run_node_tool(name: str, arguments: Sequence[str | Path]) -> str:
    """Standard output of a Node tool that ended well.

    Raises:
        ToolError: it is missing or ended with another code than 0; carries its last lines.
    """
    done = subprocess.run(
        [node_tool(name), *map(str, arguments)],
        cwd=ROOT,
        env=node_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()[-4000:]
        raise ToolError(f"'{name}' failed with code {done.returncode}:\n{said}")
    return done.stdout
