"""What broken instances do to their clients, by name: each a function on a connection."""

from __future__ import annotations

import itertools
import json
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

_MEGABYTE = 1024 * 1024
_BIG = 1024 * _MEGABYTE
_LISTED = b'{"result": [' + b'{"sys_id": "0123456789abcdef0123456789abcdef", "name": "x"}, ' * 20
_ENDING = {"result": "0123456789abcdef0123456789abcdef"}
# What no operation answers, and every JSON reader takes.
_SHAPES = (
    *("null", "5", '"text"', "[]", "{}", '{"result": null}', '{"result": 5}'),
    *('{"result": [5]}', '{"result": {"sys_id": 5}}', '{"result": [{"sys_id": []}]}'),
    *('{"error": []}', '{"error": {"message": {}}}', '{"result": {"error": 7}}', "1e999"),
)
_NESTED = (b"[" * 100_000, b"[" * 600 + b"]" * 600, b'{"result": ' * 300 + b"1" + b"}" * 300)


class ConnectionClosedError(Exception):
    """The connection is to be closed."""


@dataclass(slots=True)
class Server:
    """How a server behaves, and what it has seen.

    The behaviour sets in after `good` requests; `elsewhere` is the URL of another server. With
    `every` it is shown to one request in so many, with `lasting` for so many seconds, and all else
    is served well. `written` is whether the sandbox does what it is asked before.
    """

    behaviour: str
    good: int = 0
    elsewhere: str = ""
    every: int = 0
    lasting: float = 0.0
    written: bool = False
    since: float = 0.0
    bad: int = 0
    seen: list[str] = field(default_factory=list)
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    over: threading.Event = field(default_factory=threading.Event, repr=False)
    shapes: Iterator[str] = field(default_factory=lambda: itertools.cycle(_SHAPES), repr=False)
    depths: Iterator[bytes] = field(default_factory=lambda: itertools.cycle(_NESTED), repr=False)

    def is_good(self) -> bool:
        """Whether the request that was seen last is served well."""
        number = len(self.seen) - self.good
        if number <= 0 or (self.every and number % self.every):
            return True
        self.since = self.since or time.monotonic()
        is_over = bool(self.lasting) and time.monotonic() > self.since + self.lasting
        self.bad += not is_over
        return is_over


@dataclass(frozen=True, slots=True)
class Caller:
    """A connection on which a request has arrived."""

    server: Server
    socket: socket.socket
    path: str

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def drip(self, data: bytes, seconds: float = 0.2) -> None:
        """Send byte by byte, with a pause after each, as long as the server runs."""
        for byte in itertools.cycle(data):
            if self.server.over.wait(seconds):
                raise ConnectionClosedError
            self.send(bytes([byte]))

    def reset(self) -> None:
        """End the connection with a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionClosedError

    def hold(self) -> None:
        """Say nothing, as long as the server runs."""
        self.server.over.wait()
        raise ConnectionClosedError


def head(status: int = 200, **headers: str) -> bytes:
    """The beginning of a response, up to its body."""
    named = {"content_type": "application/json", **headers}
    lines = [f"HTTP/1.1 {status} Told", *(f"{k.replace('_', '-')}: {v}" for k, v in named.items())]
    return "\r\n".join((*lines, "", "")).encode()


def whole(body: bytes, status: int = 200, **headers: str) -> bytes:
    """A response with its length."""
    return head(status, content_length=str(len(body)), **headers) + body


def _garbage(caller: Caller) -> None:
    caller.send(bytes(range(256)) * 4)
    raise ConnectionClosedError


def _slow_headers(caller: Caller) -> None:
    caller.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    caller.drip(b"a")


def _endless_headers(caller: Caller) -> None:
    caller.send(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        caller.send(f"X-{number}: {'a' * 900}\r\n".encode())


def _interim(caller: Caller) -> None:
    while not caller.server.over.wait(0.01):
        caller.send(b"HTTP/1.1 100 Continue\r\n\r\n")


def _trickle(caller: Caller) -> None:
    caller.send(head(content_length="100000"))
    caller.drip(b'{"result": [')


def _slow_chunks(caller: Caller) -> None:
    caller.send(head(transfer_encoding="chunked"))
    caller.drip(b"1;extension=" + b"a" * 40_000)


def _endless(caller: Caller) -> None:
    piece = b" " * 65_536
    framed = b"%x\r\n%b\r\n" % (len(piece), piece)
    caller.send(head(transfer_encoding="chunked"))
    while True:
        caller.send(framed)


def _endless_stream(caller: Caller) -> None:
    caller.send(head(content_type="text/event-stream"))
    while True:
        caller.send(b"data: x\n\n" * 8_000)


def _gigabyte(caller: Caller) -> None:
    caller.send(head(content_length=str(_BIG)))
    piece = b" " * _MEGABYTE
    for _ in range(_BIG // _MEGABYTE):
        caller.send(piece)


def _almost_too_long(caller: Caller) -> None:
    """A body as long as may be, for each request; Python needs four times the memory for it."""
    caller.send(whole('{"result": "🌵'.encode() + b"x" * (7 * _MEGABYTE) + b'"}'))


def _bomb(caller: Caller) -> None:
    caller.send(whole(_packed(), content_encoding="gzip"))


def _truncated(caller: Caller) -> None:
    caller.send(whole(_LISTED))


def _too_short(caller: Caller) -> None:
    """The length says more than comes."""
    caller.send(head(content_length=str(len(_LISTED) + 900)) + _LISTED)
    raise ConnectionClosedError


def _too_long(caller: Caller) -> None:
    """More comes than the length says."""
    body = json.dumps(_ENDING).encode()
    caller.send(head(content_length=str(len(body) - 9)) + body + body)


def _no_length(caller: Caller) -> None:
    caller.send(head(content_length="minus one") + b"{}")
    raise ConnectionClosedError


def _not_packed(caller: Caller) -> None:
    caller.send(whole(json.dumps(_ENDING).encode(), content_encoding="gzip"))


def _not_utf8(caller: Caller) -> None:
    caller.send(whole('{"result": "größer als möglich"}'.encode("latin-1")))


def _surrogates(caller: Caller) -> None:
    caller.send(whole(rb'{"result": "\ud800\u0000\u001b[31m", "error": {"message": "\udfff"}}'))


def _nested(caller: Caller) -> None:
    caller.send(whole(next(caller.server.depths)))


def _shapes(caller: Caller) -> None:
    caller.send(whole(next(caller.server.shapes).encode()))


def _garbled(caller: Caller) -> None:
    """Each kind of body that does come, and that no contract has."""
    GARBLED[len(caller.server.seen) % len(GARBLED)](caller)


def _circle(caller: Caller) -> None:
    caller.send(whole(b"", 302, location=caller.path))


def _elsewhere(caller: Caller) -> None:
    caller.send(whole(b"", 307, location=caller.server.elsewhere + caller.path))


def _html(caller: Caller) -> None:
    page = b"<!DOCTYPE html><html><title>Instance Hibernating page</title></html>"
    caller.send(whole(page, content_type="text/html;charset=UTF-8"))


def _unavailable(caller: Caller) -> None:
    error = b'{"error": {"message": "maintenance", "detail": null}, "status": "failure"}'
    caller.send(whole(error, 503))


def _failed(caller: Caller) -> None:
    caller.send(whole(b'{"error": {"message": "a script failed"}, "status": "failure"}', 500))


def _busy(caller: Caller) -> None:
    caller.send(whole(b"<html>maintenance</html>", 503, content_type="text/html", retry_after="1"))


def _busy_for_long(caller: Caller) -> None:
    caller.send(whole(b'{"error": {"message": "busy"}}', 503, retry_after="3600"))


@cache
def _packed() -> bytes:
    """A gigabyte of blanks, packed to a megabyte."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    # After a full flush nothing refers back, so that the same piece can come again and again.
    piece = packer.compress(b" " * _MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + piece * 1024 + packer.flush()


GARBLED = (_truncated, _too_long, _not_utf8, _surrogates, _nested, _shapes)
BEHAVIOURS: Mapping[str, Callable[[Caller], None]] = {
    "reset": Caller.reset,
    "silence": Caller.hold,
    "garbage": _garbage,
    "slow headers": _slow_headers,
    "endless headers": _endless_headers,
    "endless interim responses": _interim,
    "trickling body": _trickle,
    "trickling chunks": _slow_chunks,
    "endless body": _endless,
    "endless stream": _endless_stream,
    "1 GB": _gigabyte,
    "7 MB each": _almost_too_long,
    "gzip bomb": _bomb,
    "too short": _too_short,
    "no length": _no_length,
    "no gzip": _not_packed,
    "truncated JSON": _truncated,
    "garbled": _garbled,
    "redirects in a circle": _circle,
    "redirects elsewhere": _elsewhere,
    "HTML": _html,
    "503": _unavailable,
    "503 for long": _busy_for_long,
    "503 for a moment": _busy,
    "500": _failed,
}
