"""The HTTP client of the runner: no redirects, and limits for the time and size of a response.

The timeouts of HTTP clients restart with each byte, and the clients read a body of any length. Here
a response has a limit of seconds from its request to its last byte, and a limit of bytes. Nothing of a
response affects the next request: redirects are not followed, cookies not stored.
"""

from __future__ import annotations

import ssl
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpcore
import httpx

from ccaas_kit.contract.targets import is_loopback

# No response of the five APIs comes near to this.
LONGEST_BODY = 8 * 1024 * 1024
_PIECE = 64 * 1024
_IDLE_SECONDS = 5.0
# What httpcore raises has the same name there and in httpx, which diagnosis.py knows.
_ERRORS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.ProxyError, httpx.ProxyError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
)


@dataclass(frozen=True, slots=True)
class Received:
    """A response; `is_whole` is False if its body was too long, and only its beginning is here.

    `body` is decoded, `raw` as it came; `reason` is the phrase beside the status.
    """

    status: int
    headers: httpx.Headers
    body: bytes
    is_whole: bool
    tls: str
    raw: bytes = b""
    reason: bytes = b""


class Wire:
    """Requests to one target; use it in a `with` statement."""

    def __init__(self, url: str) -> None:
        self._due = _Due()
        context = httpx.create_ssl_context() if url.startswith("https:") else None
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            proxy=_proxy(url),
            # Instances end connections that are idle for longer.
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=_Backend(self._due),
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
        self._pool.close()

    def send(
        self,
        method: str,
        url: httpx.URL,
        headers: Sequence[tuple[bytes, bytes]] = (),
        body: bytes | None = None,
        *,
        seconds: float,
        target: str | None = None,
        most: int = LONGEST_BODY,
    ) -> Received:
        """The response, or as much of it as may be read.

        `target` is the path with its query, if it is to leave in another way than the URL has it.

        Raises:
            httpx.HTTPError: there was none, or none in time.
        """
        framed = any(name.lower() == b"transfer-encoding" for name, _ in headers)
        built = httpx.Request(
            method,
            url,
            headers=list(headers),
            **({"stream": httpx.ByteStream(body or b"")} if framed else {"content": body or None}),
        )
        raw = None if target is None else target.encode("ascii", "strict")
        request = httpcore.Request(
            method,
            httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=built.headers.raw,
            content=built.stream,
            extensions={"target": raw} if raw is not None and raw != url.raw_path else {},
        )
        with self._due.within(seconds), _raising():
            response = self._pool.handle_request(request)
            try:
                return _received(response, most)
            finally:
                response.close()


class _Due(threading.local):
    """When the request of this thread has to be over."""

    def __init__(self) -> None:
        self._moment = 0.0

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give the block so many seconds."""
        self._moment = time.monotonic() + max(seconds, 0.001)
        yield

    def left(self, error: type[Exception]) -> float:
        """The seconds that are left; raises the error if there are none."""
        left = self._moment - time.monotonic()
        if left <= 0:
            raise error("the response took too long")
        return left


class _Backend(httpcore.NetworkBackend):
    """Connections of which every step ends when the request has to be over."""

    def __init__(self, due: _Due) -> None:
        self._due = due
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 # the deadline decides, here and below
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._due.left(httpcore.ConnectTimeout)
        inner = self._inner.connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(inner, self._due)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, due: _Due) -> None:
        self._inner = inner
        self._due = due

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._inner.read(max_bytes, self._due.left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        for start in range(0, len(buffer), _PIECE):
            piece = buffer[start : start + _PIECE]
            self._inner.write(piece, self._due.left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = self._due.left(httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._due)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Copied(httpx.SyncByteStream):
    """The body of a response, of which a copy is kept as it came."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self.raw = bytearray()
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self.raw += piece
            yield piece


@contextmanager
def _raising() -> Iterator[None]:
    try:
        yield
    except tuple(ours for ours, _ in _ERRORS) as error:
        family = next(theirs for ours, theirs in _ERRORS if isinstance(error, ours))
        raise family(str(error)) from error


def _received(response: httpcore.Response, most: int) -> Received:
    copied = _Copied(response.iter_stream())
    decoding = httpx.Response(response.status, headers=response.headers, stream=copied)
    body = bytearray()
    for piece in decoding.iter_bytes():
        body += piece
        if len(body) > most or len(copied.raw) > most:
            break
    is_whole = max(len(body), len(copied.raw)) <= most
    decoded, raw = bytes(body[:most]), bytes(copied.raw) if is_whole else b""
    if decoded == raw:
        # Long bodies are kept until the end of a run, so not twice.
        raw = decoded
    return Received(
        response.status,
        decoding.headers,
        decoded,
        is_whole,
        tls=_tls_version(response),
        raw=raw,
        reason=response.extensions.get("reason_phrase", b""),
    )


def _tls_version(response: httpcore.Response) -> str:
    stream: Any = response.extensions.get("network_stream")
    found = stream.get_extra_info("ssl_object") if stream is not None else None
    version: str | None = found.version() if found is not None else None
    return version or ""


def _proxy(url: str) -> httpcore.Proxy | None:
    """The proxy that the environment names for a target; none leads back to this machine."""
    if is_loopback(url):
        return None
    target = httpx.URL(url)
    proxies = urllib.request.getproxies()
    named = proxies.get(target.scheme) or proxies.get("all")
    if not named or urllib.request.proxy_bypass(target.host):
        return None
    proxy = httpx.URL(named if "://" in named else f"http://{named}")
    signed = (proxy.username, proxy.password) if proxy.username else None
    return httpcore.Proxy(str(proxy.copy_with(userinfo=b"")), auth=signed)
