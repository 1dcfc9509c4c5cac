"""A server on this machine that answers with given bytes and keeps the bytes that it was sent."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@dataclass(slots=True)
class Raw:
    """What it answers, and the requests that it has seen, each as it came.

    `closes` is whether it ends the connection after each response.
    """

    response: bytes = OK
    closes: bool = False
    seen: list[bytes] = field(default_factory=list)

    def head(self, number: int = -1) -> list[bytes]:
        """The lines of a request up to its body."""
        return self.seen[number].partition(b"\r\n\r\n")[0].split(b"\r\n")

    def headers(self, number: int = -1) -> dict[bytes, bytes]:
        """The headers of a request by their lower-case names."""
        parts = (line.partition(b": ") for line in self.head(number)[1:])
        return {name.lower(): value for name, _, value in parts}


@contextmanager
def answering(server: Raw) -> Iterator[str]:
    """The URL of the server, which ends with the block."""
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_accept, args=(server, listener), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def exchanged(url: str, sent: bytes) -> bytes:
    """What comes back for the bytes of a request, until the connection ends or is idle."""
    host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(sent)
        connection.settimeout(0.4)
        received = b""
        with suppress(TimeoutError):
            while piece := connection.recv(65_536):
                received += piece
        return received


def _accept(server: Raw, listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_converse, args=(server, connection), daemon=True).start()


def _converse(server: Raw, connection: socket.socket) -> None:
    with suppress(OSError), connection:
        while (request := _read(connection)) is not None:
            server.seen.append(request)
            connection.sendall(server.response)
            if server.closes or b"content-length" not in server.response.lower():
                return


def _read(connection: socket.socket) -> bytes | None:
    data = b""
    while not _is_whole(data):
        piece = connection.recv(65_536)
        if not piece:
            return None
        data += piece
    return data


def _is_whole(data: bytes) -> bool:
    head, ended, body = data.partition(b"\r\n\r\n")
    if not ended:
        return False
    if re.search(rb"(?i)transfer-encoding: *chunked", head):
        return body.endswith(b"0\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    return len(body) >= int(length[1] if length else 0)
