"""The load generator: wrk, or autocannon where wrk is missing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bench.requests import BenchRequest
from build.tools import node_environment, node_tool
from ccaas_kit.contract.errors import ToolError
from ccaas_kit.contract.layout import ROOT

CONNECTIONS = 16
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of the generator saw; times are seconds, `failed` counts what was no success."""

    rate: float
    p50: float
    p99: float
    requests: int
    failed: int


class Generator(Protocol):
    """Sends one request over and over on several connections."""

    @property
    def name(self) -> str:
        """The tool, its version and what has to be known of it."""

    def run(self, url: str, request: BenchRequest, *, seconds: int) -> Load:
        """What the target at this URL did with the request for so many seconds."""


def find() -> Generator:
    """The generator of this machine.

    Raises:
        ToolError: there is none.
    """
    if path := shutil.which("wrk"):
        return Wrk(path)
    try:
        return Autocannon(node_tool("autocannon"))
    except ToolError as error:
        raise ToolError("no load generator", fix="Install wrk, or run 'make setup'") from error


class Wrk:
    """The generator wrk: one thread, microseconds."""

    def __init__(self, path: str) -> None:
        self._path = path

    @property
    def name(self) -> str:
        said = subprocess.run([self._path, "-v"], capture_output=True, text=True, check=False)
        words = (said.stdout + said.stderr).split()
        return f"wrk {words[1]}" if len(words) > 1 else "wrk"

    def run(self, url: str, request: BenchRequest, *, seconds: int) -> Load:
        with tempfile.TemporaryDirectory() as scratch:
            script = Path(scratch) / "request.lua"
            script.write_text(lua(request), encoding="utf-8")
            said = _run(
                [
                    *(self._path, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"),
                    *("-s", str(script), url + request.target),
                ],
                seconds,
            )
        return from_wrk(said)


class Autocannon:
    """The generator autocannon: whole milliseconds, and about as fast as the sandbox itself."""

    def __init__(self, path: str) -> None:
        self._path = path

    @property
    def name(self) -> str:
        package = ROOT / "node_modules" / "autocannon" / "package.json"
        version = json.loads(package.read_text(encoding="utf-8"))["version"]
        return (
            f"autocannon {version} (whole milliseconds, and itself as slow as the sandbox: "
            "ratios come out too small; wrk measures better)"
        )

    def run(self, url: str, request: BenchRequest, *, seconds: int) -> Load:
        headers = [f"--headers={name}={value}" for name, value in request.headers.items()]
        body = [f"--body={request.body.decode()}"] if request.body else []
        said = _run(
            [
                *(self._path, "--json", f"--connections={CONNECTIONS}", f"--duration={seconds}"),
                *(f"--method={request.method}", *headers, *body, url + request.target),
            ],
            seconds,
        )
        return from_autocannon(json.loads(said))


def lua(request: BenchRequest) -> str:
    """The script with which wrk sends a request."""
    lines = [f"wrk.method = {_quoted(request.method)}"]
    lines += [
        f"wrk.headers[ {_quoted(name)} ] = {_quoted(value)}"
        for name, value in request.headers.items()
    ]
    if request.body:
        lines.append(f"wrk.body = {_quoted(request.body.decode())}")
    return "\n".join(lines) + "\n"


def from_wrk(text: str) -> Load:
    """What the report of wrk says.

    Raises:
        ToolError: it is not the report that we know.
    """
    try:
        rate = float(_group(r"Requests/sec:\s+([\d.]+)", text))
        requests = int(_group(r"(\d+) requests in", text))
        p50, p99 = (_seconds(_group(rf"(?m)^ +{share}%\s+(\S+)", text)) for share in (50, 99))
    except ValueError as error:
        raise ToolError(f"wrk said something unknown ({error})") from error
    failed = sum(int(count) for count in re.findall(r"Non-2xx or 3xx responses: (\d+)", text))
    for line in re.findall(r"Socket errors: (.*)", text):
        failed += sum(int(count) for count in re.findall(r"\d+", line))
    return Load(rate, p50, p99, requests, failed)


def from_autocannon(report: Mapping[str, Any]) -> Load:
    """What the report of autocannon says."""
    latency = report["latency"]
    return Load(
        rate=report["requests"]["total"] / report["duration"],
        p50=latency["p50"] / 1000,
        p99=latency["p99"] / 1000,
        requests=report["requests"]["total"],
        failed=report["non2xx"] + report["errors"] + report["timeouts"],
    )


def _run(command: list[str], seconds: int) -> str:
    try:
        done = subprocess.run(
            command,
            env=node_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds + 30,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolError(f"'{Path(command[0]).name}' did not end") from error
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-300:]
        raise ToolError(f"'{Path(command[0]).name}' failed with code {done.returncode}: {said}")
    return done.stdout


def _group(pattern: str, text: str) -> str:
    if found := re.search(pattern, text):
        return found[1]
    raise ValueError(f"no {pattern}")


def _seconds(text: str) -> float:
    unit = text.lstrip("0123456789.")
    if unit not in _UNITS:
        raise ValueError(f"no time: {text}")
    return float(text[: -len(unit)]) * _UNITS[unit]


def _quoted(text: str) -> str:
    """A text of Lua, taken as it stands."""
    marks = ""
    while f"]{marks}]" in text + "]":
        marks += "="
    return f"[{marks}[{text}]{marks}]"
