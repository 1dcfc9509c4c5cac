"""The sandbox as an ASGI application: a request is read in bounded memory and time, then handled.

    app = asgi.create()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox")

Any ASGI server can run it; `server.py` has the one that `ccaas sandbox` starts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ccaas_kit.sandbox import turns
from ccaas_kit.sandbox.http import edge
from ccaas_kit.sandbox.http.edge import LONGEST_URL, Origins
from ccaas_kit.sandbox.http.json_bodies import MAX_BYTES
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.serving import build, connections, options
from ccaas_kit.sandbox.serving.app import App
from ccaas_kit.sandbox.turns import Pace, PostponedError, Turn

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# Requests that are read or handled at a time; one more gets 503.
MOST_REQUESTS = 512
# A body has so long to come to its end.
BODY_SECONDS = 30.0
# Of a body that is too long so much is read away: a client that still sends sees no refusal.
BODY_BYTES = 64 * 1024 * 1024
# Bodies beyond this size wait for one of a few places, so that many at a time stay within bounds.
LARGE_BYTES = 256 * 1024
_LARGE_AT_A_TIME = 4
# Long queries at a time; to wait for a thread takes of the time of the request.
_LONG_AT_A_TIME = 4
_CHUNKED = ("transfer-encoding", "chunked")


class _ResetError(Exception):
    """The connection is reset in place of a response, as a script says."""


def create(argv: Sequence[str] = ()) -> Sandbox:
    """A sandbox with the options of a command line.

    Raises:
        KitError: an option, the contract, the seed or the database cannot be used.
    """
    chosen = options.parse(argv)
    return Sandbox(build.app(chosen), Origins(chosen.cors_origins))


class Sandbox:
    """The ASGI application around `App`; the end of its lifespan closes the instance.

    Web pages of `origins` may call the APIs.
    """

    def __init__(self, app: App, origins: Origins | None = None) -> None:
        self.app = app
        self._origins = origins if origins is not None and origins.allowed else None
        self._requests = 0
        self._large = asyncio.Semaphore(_LARGE_AT_A_TIME)
        self._threads = ThreadPoolExecutor(_LONG_AT_A_TIME, "long-query")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._requests += 1
            try:
                response, closes = await self._response(scope, receive)
                date = self.app.instance.http_date()
                for message in _messages(response, date, closes=closes):
                    await send(message)
            except _ResetError:
                await connections.reset(scope, receive)
            finally:
                self._requests -= 1
        elif scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self.app.instance.close()
            await send({"type": "lifespan.shutdown.complete"})

    async def _response(self, scope: Message, receive: Receive) -> tuple[Response, bool]:
        """The reply to a request, and whether the connection ends with it."""
        app, headers = self.app, _headers(scope["headers"])
        if self._requests > MOST_REQUESTS:
            return app.busy(), True
        if scope["http_version"] == "1.1" and not _has_one_host(headers):
            # RFC 9112, 3.2.
            return app.unreadable("an HTTP/1.1 request has one Host"), True
        query = scope["query_string"]
        if len(scope["raw_path"]) + len(query) + bool(query) > LONGEST_URL:
            return edge.too_long(), True
        body: bytes | None = b""
        if _has_body(scope, headers) and (body := await self._body(receive)) is None:
            return app.unreadable("the body of the request did not come to its end"), True
        if body and (body := edge.decoded(body, headers)) is None:
            return app.unreadable("the body of the request is not compressed as it says"), False
        request = _request(scope, headers, body or b"")
        response = await self._handled(request)
        return edge.encoded(response, headers), False

    async def _handled(self, request: Request) -> Response:
        app, origins = self.app, self._origins
        if origins is not None and (response := origins.preflight(request)) is not None:
            return response
        turn = turns.turn(Pace.QUICK, app.instance.query_seconds)
        try:
            response = app.handle(request, turn)
        except PostponedError:
            turn = Turn(Pace.BESIDE, turn.until)
            loop = asyncio.get_running_loop()
            response = await loop.run_in_executor(self._threads, app.handle, request, turn)
        if turn.delay_s:
            await asyncio.sleep(turn.delay_s)
        if turn.reset:
            raise _ResetError
        if origins is not None and (added := origins.headers(request)):
            return replace(response, headers=(*response.headers, *added))
        return response

    async def _body(self, receive: Receive) -> bytes | None:
        """A body, or so much of one as shows that it is too long; None if its end stays away."""
        read = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS) as limit:
                if await _read(receive, read, LARGE_BYTES):
                    # To wait for a place is not the client's fault.
                    limit.reschedule(None)
                    async with self._large:
                        limit.reschedule(asyncio.get_running_loop().time() + BODY_SECONDS)
                        await _read(receive, read, BODY_BYTES)
        except (TimeoutError, ConnectionResetError):
            return None
        return bytes(read)


def _messages(response: Response, date: str, *, closes: bool) -> list[Message]:
    """A response as ASGI sends it."""
    headers = [*_encoded(response.headers)]
    # A fault can have another time, and another length.
    named = {name.lower() for name, _ in headers}
    if b"date" not in named:
        headers.append((b"date", date.encode()))
    if closes:
        headers.append((b"connection", b"close"))
    first: list[Message] = []
    last = response.body
    if _CHUNKED in response.headers:
        # Without a length the server sends chunks.
        half = len(last) // 2
        first = [{"type": "http.response.body", "body": last[:half], "more_body": True}]
        last = last[half:]
    elif response.status != 204 and b"content-length" not in named:
        headers.append((b"content-length", b"%d" % len(last)))
    return [
        {"type": "http.response.start", "status": response.status, "headers": headers},
        *first,
        {"type": "http.response.body", "body": last, "more_body": False},
    ]


def _request(scope: Message, headers: dict[str, str], body: bytes) -> Request:
    client = scope.get("client") or ("", 0)
    # Programs speak HTTP/1.1; proxies that speak 1.0 say nothing of those who speak through them.
    known = scope["http_version"] not in ("1", "1.0")
    return Request(
        method=scope["method"],
        # As it stood in the URL: a slash that is written %2F divides nothing.
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
        client=client[0] if known else "",
        scheme=scope.get("scheme", "http"),
    )


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by their names; one that appears several times is a list (RFC 9110, 5.2)."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


@lru_cache(maxsize=512)
def _encoded(headers: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    """The headers of a response as the server wants them, without what the server decides."""
    return [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in headers
        if name != _CHUNKED[0]
    ]


def _has_one_host(headers: dict[str, str]) -> bool:
    host = headers.get("host", "")
    return host != "" and "," not in host


def _has_body(scope: Message, headers: dict[str, str]) -> bool:
    # HTTP/2 has frames in place of both headers.
    lengths = "content-length" in headers or "transfer-encoding" in headers
    return lengths or scope["http_version"] == "2"


async def _read(receive: Receive, read: bytearray, most: int) -> bool:
    """Read pieces of a body, as many as fit into `most` bytes; whether there are more.

    Raises:
        ConnectionResetError: the client is gone.
    """
    length = len(read)
    while length <= most:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        piece = message.get("body", b"")
        length += len(piece)
        if len(read) <= MAX_BYTES:
            read += piece
        if not message.get("more_body"):
            return False
    return True
