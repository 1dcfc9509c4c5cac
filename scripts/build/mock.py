"""Prism on a bundle: the mock server, and the target that the conformance runner brings along.

Reads:  generated/openapi/all.yaml
Usage:  python -m build.mock [--port 4010] [--host 127.0.0.1] [--bundle FILE]
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from build.tools import node_environment, node_tool
from ccaas_kit.contract.command import interrupt_on_signals, run
from ccaas_kit.contract.errors import ConfigError, DocumentError, ToolError
from ccaas_kit.contract.layout import ALL_BUNDLE, BUNDLES, ROOT

BUNDLE = BUNDLES / f"{ALL_BUNDLE}.yaml"
START_SECONDS = 30.0
STOP_SECONDS = 5.0


class MockServer:
    """One Prism process on a port of its own; `url` serves once `start` has returned."""

    def __init__(self, bundle: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.bundle = bundle
        self.host = host
        self.port = port or _free_port(host)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def start(self, output: IO[bytes] | None = None) -> None:
        """Start Prism and return when it accepts connections; `output` takes what it prints.

        Raises:
            DocumentError: there is no such bundle.
            ToolError: Prism is not installed, ended, or does not answer in time.
        """
        if not self.bundle.exists():
            raise DocumentError(
                "there is no bundle", where=str(self.bundle), fix="Run 'make build'"
            )
        if _accepts(self.host, self.port):
            raise ConfigError(
                f"port {self.port} of {self.host} is taken", fix="Choose another with --port"
            )
        with tempfile.TemporaryFile() as log:
            self._process = subprocess.Popen(
                [
                    node_tool("prism"),
                    "mock",
                    *("--host", self.host),
                    *("--port", str(self.port)),
                    str(self.bundle),
                ],
                cwd=ROOT,
                env=_without_credentials(node_environment()),
                stdin=subprocess.DEVNULL,
                stdout=output or log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                self._wait(log)
            except BaseException:
                self.stop()
                raise

    def wait(self) -> int:
        """The exit code of Prism, once it ends."""
        return self._process.wait() if self._process else 0

    def stop(self) -> None:
        """End Prism and whatever it started; does nothing if it has ended."""
        process, self._process = self._process, None
        if process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if _group_ends(process, sign):
                return

    def _wait(self, log: IO[bytes]) -> None:
        process = self._process
        deadline = time.monotonic() + START_SECONDS
        while process is not None and time.monotonic() < deadline:
            if process.poll() is not None:
                raise ToolError(
                    f"Prism ended with code {process.returncode}{_last_words(log)}",
                    where=str(self.bundle),
                    fix="Run 'make lint' to see whether the bundle is sound",
                )
            if _accepts(self.host, self.port):
                return
            time.sleep(0.05)
        raise ToolError(f"Prism did not answer on {self.url} within {START_SECONDS:.0f} s")


@contextmanager
def running(bundle: Path = BUNDLE) -> Iterator[str]:
    """The base URL of a Prism that serves the bundle on a free loopback port meanwhile."""
    server = MockServer(bundle)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def _group_ends(process: subprocess.Popen[bytes], sign: signal.Signals) -> bool:
    """Send a signal to a process and its children; whether all of them have ended in time.

    The command is a wrapper that ends at once, while Node behind it still closes its port.
    """
    deadline = time.monotonic() + STOP_SECONDS
    try:
        os.killpg(process.pid, sign)
        while time.monotonic() < deadline:
            process.poll()
            os.killpg(process.pid, 0)
            time.sleep(0.02)
    except (ProcessLookupError, PermissionError):
        # The second is what macOS says of a group whose processes have all ended.
        return True
    return False


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def _accepts(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def _without_credentials(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("SN_")}


def _last_words(log: IO[bytes]) -> str:
    log.seek(0)
    for line in log.read().decode("utf-8", "replace").splitlines():
        if "fatal" in line or "EADDRINUSE" in line:
            return ": " + " ".join(line.split("fatal")[-1].split())
    return ""


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**16:
        raise argparse.ArgumentTypeError(f"{number} is no port")
    return number


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="mock", description=__doc__.split("\n")[0])
    parser.add_argument("--port", type=_port, default=4010, help="port to serve on (default 4010)")
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on")
    parser.add_argument("--bundle", type=Path, default=BUNDLE, help="document to serve")
    arguments = parser.parse_args(argv)
    interrupt_on_signals()
    server = MockServer(arguments.bundle, host=arguments.host, port=arguments.port)
    try:
        server.start(sys.stdout.buffer)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.stop()


if __name__ == "__main__":
    run("mock", main)
