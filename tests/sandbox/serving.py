"""The sandbox as a process of its own, and a client that sends any bytes to it."""

from __future__ import annotations

import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from ccaas_kit.contract.layout import ROOT

START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Served:
    """A running sandbox."""

    url: str
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def memory(self, what: str = "VmRSS") -> int:
        """Megabytes of the process: VmRSS now, VmHWM at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith(what))
        return int(line.split()[1]) // 1024


@contextmanager
def served(*arguments: str, errors: IO[bytes] | None = None) -> Iterator[Served]:
    """A sandbox with these options on a free port; it ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ccaas_kit", "sandbox", "--port", "0", *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
    )
    assert process.stdout is not None
    try:
        ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
        line = process.stdout.readline().decode().strip() if ready else ""
        assert line.startswith("http"), "the sandbox did not start"
        yield Served(line, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


@dataclass(frozen=True, slots=True)
class Raw:
    """A response as it came: status, header lines, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """One connection that sends what it is given and reads one response at a time."""

    def __init__(self, port: int, timeout: float = 20.0) -> None:
        self._port = port
        self._timeout = timeout
        self._socket: socket.socket | None = None
        self._rest = b""

    def exchange(self, request: bytes) -> Raw | None:
        """The response; None if the connection was closed without one."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), self._timeout)
            self._rest = b""
        # The response to a part of the request may be there already.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(request)
        response = self._read()
        if response is None or response.headers.get("connection") == "close":
            self.close()
        return response

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _read(self) -> Raw | None:
        head = self._until(b"\r\n\r\n")
        if head is None:
            return None
        lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.strip().casefold(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        length = int(headers.get("content-length", "0"))
        while len(self._rest) < length:
            more = self._receive()
            if not more:
                return None
            self._rest += more
        body, self._rest = self._rest[:length], self._rest[length:]
        return Raw(int(lines[0].split()[1]), headers, body)

    def _until(self, end: bytes) -> bytes | None:
        while end not in self._rest:
            more = self._receive()
            if not more:
                return None
            self._rest += more
        head, _, self._rest = self._rest.partition(end)
        return head

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(65536) if self._socket else b""
        except ConnectionResetError:
            return b""
