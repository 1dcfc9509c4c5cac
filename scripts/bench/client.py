"""One connection, one request after another: what a single caller waits.

The client does as little as it can, so that what is measured is the server.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlsplit

from bench.requests import BenchRequest
from ccaas_kit.contract.errors import TargetError

_SECONDS = 60.0
_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Answered:
    """A response, and how many seconds it took."""

    status: int
    body: bytes
    seconds: float


class Connection:
    """A connection that stays open; leaving the block closes it.

    Raises:
        TargetError: nobody accepts it.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = parts.netloc
        try:
            self._socket = socket.create_connection(
                (parts.hostname or "", parts.port or 0), _SECONDS
            )
        except OSError as error:
            raise TargetError(f"cannot be reached ({error})", where=url) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def send(self, request: BenchRequest) -> Answered:
        """The reply to a request.

        Raises:
            TargetError: the target closed the connection, or its response has no length.
        """
        sent = request.rendered(self._host)
        begun = time.perf_counter()
        try:
            self._socket.sendall(sent)
            head, rest = self._head()
            length = _length(head)
            while len(rest) < length:
                rest += self._more()
        except OSError as error:
            raise TargetError(f"broke off ({error})", where=self._host) from error
        seconds = time.perf_counter() - begun
        return Answered(int(head[9:12]), rest, seconds)

    def _head(self) -> tuple[bytes, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, rest = data.partition(b"\r\n\r\n")
        return head, rest

    def _more(self) -> bytes:
        data = self._socket.recv(_CHUNK)
        if not data:
            raise TargetError("closed the connection", where=self._host)
        return data


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise TargetError("sent a reply without a length")
