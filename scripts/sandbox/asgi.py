"""The network side of the sandbox: from ASGI messages to a request, and back.

Bodies are read in bounded memory and bounded time. A client that sends half a body gets the
platform's answer to an unreadable one after a while; one that vanishes gets none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from scripts.sandbox.app import App
from scripts.sandbox.json_bodies import MAX_BYTES
from scripts.sandbox.messages import Reply, Request

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Seconds for which the next piece of a body may stay away, and for which all of it may take.
BODY_SECONDS = 10.0
WHOLE_BODY_SECONDS = 60.0
# Bodies beyond this size wait for one of a few places, so that many at a time stay within bounds.
_LARGE_BYTES = 256 * 1024
_LARGE_AT_A_TIME = 4
# How much of a body that is too long is read before the connection is given up.
_LARGEST_READ = 64 * 1024 * 1024
_CHUNKED = (b"transfer-encoding", b"chunked")


class Gone(Exception):
    """The client has closed the connection."""


class Asgi:
    """The sandbox as an ASGI application."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._large = asyncio.Semaphore(_LARGE_AT_A_TIME)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        if len(headers) < len(scope["headers"]):
            headers = _joined(scope["headers"])
        method = scope["method"]
        if method in ("GET", "HEAD") or not _announces_body(headers):
            await self._reply(send, _request(scope, headers, b""))
            return
        try:
            await self._with_body(scope, headers, receive, send)
        except Gone:
            return

    async def _with_body(
        self,
        scope: MutableMapping[str, Any],
        headers: dict[str, str],
        receive: Receive,
        send: Send,
    ) -> None:
        message = await self._next(receive, BODY_SECONDS)
        body = message.get("body", b"")
        # Granian says that a body is over with a message of its own, which the length spares us.
        if not message.get("more_body") or headers.get("content-length") == str(len(body)):
            await self._reply(send, _request(scope, headers, body))
            return
        chunks, length = [body], len(body)
        large = False
        end = asyncio.get_running_loop().time() + WHOLE_BODY_SECONDS
        try:
            while message.get("more_body"):
                if length > _LARGE_BYTES and not large:
                    await self._large.acquire()
                    large = True
                left = end - asyncio.get_running_loop().time()
                message = await self._next(receive, min(BODY_SECONDS, left))
                chunk = message.get("body", b"")
                length += len(chunk)
                if length > _LARGEST_READ:
                    break
                # A client that is still sending would not see the refusal: the rest is read away.
                if length <= MAX_BYTES + len(chunk):
                    chunks.append(chunk)
            await self._reply(send, _request(scope, headers, b"".join(chunks)))
        finally:
            if large:
                self._large.release()

    async def _reply(self, send: Send, request: Request) -> None:
        reply = self._app.handle(request)
        await _send(send, reply, self._app.instance.http_date())

    async def _next(self, receive: Receive, seconds: float) -> Message:
        # A timer by hand: asyncio.timeout costs as much as a small request.
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        timer = loop.call_later(seconds, task.cancel) if task else None
        try:
            message = await receive()
        except asyncio.CancelledError:
            # Half a body is no JSON and no XML: it gets the refusal of an unreadable one.
            return {"body": b"", "more_body": False}
        finally:
            if timer:
                timer.cancel()
        if message["type"] == "http.disconnect":
            raise Gone
        return message


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by name; one that stands several times is a list (RFC 9110, 5.2)."""
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _announces_body(headers: dict[str, str]) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _request(scope: MutableMapping[str, Any], headers: dict[str, str], body: bytes) -> Request:
    raw = scope.get("raw_path")
    client = scope.get("client")
    return Request(
        method=scope["method"],
        path=raw.decode("latin-1") if raw else scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
        client=client[0] if client else "",
    )


async def _send(send: Send, reply: Reply, date: str) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    headers.append((b"date", date.encode("latin-1")))
    body = reply.body
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if _CHUNKED in headers and len(body) > 1:
        # Only a variant asks for it.
        half = len(body) // 2
        await send({"type": "http.response.body", "body": body[:half], "more_body": True})
        body = body[half:]
    await send({"type": "http.response.body", "body": body, "more_body": False})
