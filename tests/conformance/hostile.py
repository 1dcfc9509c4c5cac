"""A raw server on this machine that misbehaves as it is told.

Before that sets in, a number of requests is served well: by the sandbox, which answers in this
process.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.serving import build, options
from ccaas_kit.sandbox.serving.app import App
from tests.conformance.misbehaviour import BEHAVIOURS, Caller, ConnectionClosedError, Server

# What the first record of TLS begins with, and no request of HTTP does.
_HANDSHAKE = b"\x16"


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
    app = _sandbox() if server.good or server.every or server.lasting else None
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
    with suppress(ConnectionClosedError, OSError, ValueError), connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.connections += 1
        if server.behaviour == "TLS that says nothing":
            server.over.wait()
        if server.behaviour.startswith("TLS"):
            return
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        elif connection.recv(1, socket.MSG_PEEK) == _HANDSHAKE:
            # As servers of plain HTTP do. Its random bytes are not to be waited on for an end of
            # line, which they may or may not hold.
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            return
        with connection, connection.makefile("rb") as file:
            while (read := _read(file)) is not None:
                _response(server, listener, connection, read, app)


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


def _response(
    server: Server,
    listener: socket.socket,
    connection: socket.socket,
    read: tuple[Request, str],
    app: App | None,
) -> None:
    request, text = read
    with server.lock:
        server.seen.append(text)
        is_good = server.is_good()
        response = app.handle(request) if (is_good or server.written) and app else None
        response = response if is_good else None
    if response is not None:
        lines = [f"HTTP/1.1 {response.status} Told"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        lines += [f"Content-Length: {len(response.body)}", "", ""]
        connection.sendall("\r\n".join(lines).encode("latin-1") + response.body)
        return
    if server.behaviour == "dies":
        _close(listener)
        raise ConnectionClosedError
    query = f"?{request.query}" if request.query else ""
    BEHAVIOURS[server.behaviour](Caller(server, connection, request.path + query))


def _close(listener: socket.socket) -> None:
    with suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _sandbox() -> App:
    return build.app(options.parse([]))
