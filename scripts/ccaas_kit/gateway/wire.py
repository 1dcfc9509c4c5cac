"""The HTTP client of the runner: never led to another target, never held up, never flooded.

The timeouts of HTTP clients begin anew with each byte, and they read a body however long it is. Here
an answer has so many seconds from its request to its last byte, and so many bytes.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx

from ccaas_kit.run.options import is_loopback

# No answer of the five APIs comes near to this.
LONGEST_BODY = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """An answer; `is_whole` is False if its body was too long, and only its beginning is here."""

    status: int
    headers: httpx.Headers
    body: bytes
    is_whole: bool
    tls: str


class Wire:
    """Requests to one target; use it in a `with` statement."""

    def __init__(self, url: str, *, verified: bool = True) -> None:
        self._watch = _Watch()
        # The variables that name certificates count everywhere, those that name proxies only
        # beyond this machine. Loading the certificates takes longer than a request.
        self._client = httpx.Client(
            verify=httpx.create_ssl_context() if verified else False,
            trust_env=not is_loopback(url),
            follow_redirects=False,
        )

    def __enter__(self) -> Wire:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def request(self, method: str, url: str, **parts: Any) -> httpx.Request:
        """A request that can be sent; raises httpx.InvalidURL."""
        return self._client.build_request(method, url, **parts)

    def send(self, request: httpx.Request, *, seconds: float, most: int = LONGEST_BODY) -> Received:
        """The answer, or as much of it as may be read.

        Raises:
            httpx.HTTPError: there was none, or none in time.
        """
        seconds = max(seconds, 0.001)
        request.extensions["timeout"] = httpx.Timeout(seconds).as_dict()
        request.extensions["trace"] = self._watch.trace
        with self._watch.within(seconds):
            answer = self._client.send(request, stream=True)
            try:
                body, is_whole = _read(answer, most)
            finally:
                answer.close()
        return Received(
            answer.status_code, answer.headers, body, is_whole, tls=_tls_version(answer)
        )


class _Watch:
    """Ends the connections of a client when the time of a request is over."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []

    def trace(self, name: str, told: Mapping[str, Any]) -> None:
        """Take note of a connection that is being made."""
        if name.endswith((".connect_tcp.complete", ".start_tls.complete")):
            # TLS takes over the socket: the one before it is then of no use.
            self._sockets = [each for each in self._sockets if each.fileno() >= 0]
            self._sockets.append(told["return_value"].get_extra_info("socket"))

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give the block so many seconds; what fails after them is a timeout."""
        over = threading.Event()
        timer = threading.Timer(seconds, self._end, (over,))
        timer.daemon = True
        timer.start()
        try:
            yield
        except httpx.HTTPError as error:
            if over.is_set():
                raise httpx.ReadTimeout("the answer took too long") from error
            raise
        finally:
            timer.cancel()
        if over.is_set():
            raise httpx.ReadTimeout("the answer took too long")

    def _end(self, over: threading.Event) -> None:
        over.set()
        for each in self._sockets:
            with contextlib.suppress(OSError):
                # Not that of ssl, which would take the socket from the thread that reads from it.
                socket.socket.shutdown(each, socket.SHUT_RDWR)


def _read(answer: httpx.Response, most: int) -> tuple[bytes, bool]:
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > most:
            return bytes(body[:most]), False
    return bytes(body), True


def _tls_version(answer: httpx.Response) -> str:
    stream: Any = answer.extensions.get("network_stream")
    found = stream.get_extra_info("ssl_object") if stream is not None else None
    version: str | None = found.version() if found is not None else None
    return version or ""
