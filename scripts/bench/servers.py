"""The processes that are measured: each on a free loopback port, each ended by who started it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from ccaas_kit.contract.errors import ToolError

HOST = "127.0.0.1"
START_SECONDS = 30.0
STOP_SECONDS = 5.0
_TELL_SECONDS = 15.0
_POLL_SECONDS = 0.002

Say = Callable[[str], None]


class Server:
    """One process in a group of its own; leaving the block ends the whole group.

    The port is the last word of its command.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        within: float = START_SECONDS,
        say: Say | None = None,
    ) -> None:
        self.name = name
        self.port = _free_port()
        self.started = 0.0
        self._command = [*command, str(self.port)]
        self._folder = folder
        self._environment = environment
        self._within = within
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://{HOST}:{self.port}"

    def __enter__(self) -> Server:
        """Start the process and wait until it accepts connections.

        Raises:
            ToolError: it ended, or did not answer in time.
        """
        with tempfile.TemporaryFile() as log:
            self.started = time.perf_counter()
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                self._wait(self._process)
            except BaseException as error:
                self.stop()
                if isinstance(error, ToolError):
                    log.seek(0)
                    said = log.read().decode("utf-8", "replace").strip().splitlines()
                    raise ToolError(f"{error}: {said[-1][:300]}" if said else str(error)) from error
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process and whatever it started; does nothing if it has ended."""
        process, self._process = self._process, None
        if process is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            if _ended(process, number):
                return

    def resident(self) -> int:
        """Bytes of memory that the process and its children hold, 0 if the system does not tell."""
        if self._process is None:
            return 0
        try:
            said = subprocess.run(
                ["ps", "-A", "-o", "pgid=,rss="], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            return _resident_of(self._process.pid)
        rows = (line.split() for line in said.stdout.splitlines())
        own = str(self._process.pid)
        return sum(int(rss) * 1024 for group, rss in rows if group == own)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        last_notice = self.started
        while not accepts(self.port):
            now = time.perf_counter()
            if process.poll() is not None:
                raise ToolError(f"{self.name} ended with code {process.returncode}")
            if now - self.started > self._within:
                raise ToolError(f"{self.name} did not answer within {self._within:.0f} s")
            if self._say and now - last_notice > _TELL_SECONDS:
                last_notice = now
                self._say(f"{self.name}: not ready after {now - self.started:.0f} s ...")
            time.sleep(_POLL_SECONDS)


def accepts(port: int) -> bool:
    """Whether somebody accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((HOST, port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _ended(process: subprocess.Popen[bytes], number: signal.Signals) -> bool:
    """Send a signal to a process and its children; whether all of them have ended in time."""
    deadline = time.monotonic() + STOP_SECONDS
    try:
        os.killpg(process.pid, number)
        while time.monotonic() < deadline:
            process.poll()
            os.killpg(process.pid, 0)
            time.sleep(0.01)
    except (ProcessLookupError, PermissionError):
        # The second is what macOS says of a group whose processes have all ended.
        process.poll()
        return True
    return False


def _resident_of(pid: int) -> int:
    """The same without `ps`, for the process alone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    for line in text.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
