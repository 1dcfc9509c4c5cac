"""A raw server on this machine that does to its clients what broken instances do.

Behaviours are functions on a connection, by name in BEHAVIOURS. Before one sets in, a number of
requests is served well: by the sandbox, which answers in this process.
"""

from __future__ import annotations

import itertools
import json
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO

from scripts.sandbox import build, options
from scripts.sandbox.app import App
from scripts.sandbox.messages import Request

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


class Served(Exception):
    """The connection is to be closed."""


@dataclass(slots=True)
class Server:
    """How a server behaves, and what it has seen.

    The behaviour sets in after `good` requests; `elsewhere` is the URL of another server.
    """

    behaviour: str
    good: int = 0
    elsewhere: str = ""
    seen: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    over: threading.Event = field(default_factory=threading.Event, repr=False)
    shapes: Iterator[str] = field(default_factory=lambda: itertools.cycle(_SHAPES), repr=False)

    def bad(self) -> int:
        """How many requests met the behaviour."""
        return max(len(self.seen) - self.good, 0)


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
                raise Served
            self.send(bytes([byte]))

    def reset(self) -> None:
        """End the connection with a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Served

    def hold(self) -> None:
        """Say nothing, as long as the server runs."""
        self.server.over.wait()
        raise Served


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
    raise Served


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
    raise Served


def _too_long(caller: Caller) -> None:
    """More comes than the length says."""
    body = json.dumps(_ENDING).encode()
    caller.send(head(content_length=str(len(body) - 9)) + body + body)


def _no_length(caller: Caller) -> None:
    caller.send(head(content_length="minus one") + b"{}")
    raise Served


def _two_lengths(caller: Caller) -> None:
    caller.send(head(content_length="2") + b"{}")
    caller.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}")


def _not_packed(caller: Caller) -> None:
    caller.send(whole(json.dumps(_ENDING).encode(), content_encoding="gzip"))


def _not_utf8(caller: Caller) -> None:
    caller.send(whole('{"result": "größer als möglich"}'.encode("latin-1")))


def _utf16(caller: Caller) -> None:
    kind = "application/json;charset=UTF-16"
    caller.send(whole(json.dumps(_ENDING).encode("utf-16"), content_type=kind))


def _surrogates(caller: Caller) -> None:
    caller.send(whole(rb'{"result": "\ud800\u0000\u001b[31m", "error": {"message": "\udfff"}}'))


def _nested(caller: Caller) -> None:
    caller.send(whole(_NESTED[len(caller.server.seen) % len(_NESTED)]))


def _shapes(caller: Caller) -> None:
    caller.send(whole(next(caller.server.shapes).encode()))


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


def _busy_for_long(caller: Caller) -> None:
    caller.send(whole(b'{"error": {"message": "busy"}}', 503, retry_after="3600"))


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
    "truncated JSON": _truncated,
    "too short": _too_short,
    "too long": _too_long,
    "no length": _no_length,
    "two lengths": _two_lengths,
    "no gzip": _not_packed,
    "Latin-1": _not_utf8,
    "UTF-16": _utf16,
    "lone surrogates": _surrogates,
    "deep JSON": _nested,
    "wrong shapes": _shapes,
    "redirects in a circle": _circle,
    "redirects elsewhere": _elsewhere,
    "HTML": _html,
    "503": _unavailable,
    "503 for long": _busy_for_long,
}


@contextmanager
def hostile(server: Server, certificate: tuple[Path, Path] | None = None) -> Iterator[str]:
    """The URL of a server that behaves so meanwhile; over TLS with a certificate.

    A server that "dies" takes no connections any more once its good requests are used up.
    """
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    port = listener.getsockname()[1]
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    app = _sandbox() if server.good else None
    thread = threading.Thread(target=_accept, args=(server, listener, context, app), daemon=True)
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
    finally:
        server.over.set()
        _close(listener)
        thread.join(5)
        if app is not None:
            app.instance.store.close()


def _accept(
    server: Server, listener: socket.socket, context: ssl.SSLContext | None, app: App | None
) -> None:
    while not server.over.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(
            target=_converse, args=(server, listener, connection, context, app), daemon=True
        ).start()


def _converse(
    server: Server,
    listener: socket.socket,
    connection: socket.socket,
    context: ssl.SSLContext | None,
    app: App | None,
) -> None:
    # Clients go away in the middle: that is what this is about.
    with suppress(Served, OSError, ValueError), connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        if server.behaviour == "TLS that says nothing":
            server.over.wait()
            return
        with connection, connection.makefile("rb") as file:
            while (read := _read(file)) is not None:
                _answer(server, listener, connection, read, app)


def _read(file: IO[bytes]) -> tuple[Request, str] | None:
    """The next request, and its lines as they came; None if there is none."""
    first = file.readline().decode("latin-1")
    if not first:
        return None
    method, target, _ = first.split(" ", 2)
    lines = [first]
    while (line := file.readline().decode("latin-1")) not in ("\r\n", ""):
        lines.append(line)
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines[1:])
    }
    body = file.read(int(headers.get("content-length", "0")))
    path, _, query = target.partition("?")
    return Request(method, path, query, headers, body), "".join(lines)


def _answer(
    server: Server,
    listener: socket.socket,
    connection: socket.socket,
    read: tuple[Request, str],
    app: App | None,
) -> None:
    request, text = read
    with server.lock:
        server.seen.append(text)
        is_good = len(server.seen) <= server.good
        reply = app.handle(request) if is_good and app else None
    if reply is not None:
        lines = [f"HTTP/1.1 {reply.status} Told"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        lines += [f"Content-Length: {len(reply.body)}", "", ""]
        connection.sendall("\r\n".join(lines).encode("latin-1") + reply.body)
        return
    if server.behaviour == "dies":
        _close(listener)
        raise Served
    query = f"?{request.query}" if request.query else ""
    BEHAVIOURS[server.behaviour](Caller(server, connection, request.path + query))


def _close(listener: socket.socket) -> None:
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@cache
def _packed() -> bytes:
    """A gigabyte of blanks, packed to a megabyte."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    # After a full flush nothing refers back, so that the same piece can come again and again.
    piece = packer.compress(b" " * _MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + piece * 1024 + packer.flush()


def _sandbox() -> App:
    return build.app(options.parse([]))


def wait_until(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether something came to hold in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return holds()
