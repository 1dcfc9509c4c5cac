"""Calling an instance that lives in this process: what httpx sends goes to the application at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import httpx

_STOP_SECONDS = 5.0


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport for clients of either kind, of any thread.

    The application runs in an event loop of its own for clients that wait, and in that of the caller for
    those of asyncio.
    """

    def __init__(self, app: Any) -> None:
        self._inner = httpx.ASGITransport(app)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="servicenow", daemon=True
        )
        self._thread.start()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response to a request whose sender waits."""
        request.read()
        answering: Coroutine[Any, Any, httpx.Response] = self.handle_async_request(request)
        return asyncio.run_coroutine_threadsafe(answering, self._loop).result()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The response to a request.

        Raises:
            httpx.ReadTimeout: it took longer than the client waits.
            httpx.ReadError: the instance has reset the connection.
        """
        seconds = request.extensions.get("timeout", {}).get("read")
        try:
            async with asyncio.timeout(seconds):
                response = await self._inner.handle_async_request(request)
                raw = b"".join([part async for part in response.aiter_raw()])
        except TimeoutError as error:
            raise httpx.ReadTimeout("the response took too long", request=request) from error
        except ConnectionResetError as error:
            raise httpx.ReadError(str(error), request=request) from error
        stream = httpx.ByteStream(raw)
        return httpx.Response(response.status_code, headers=response.headers, stream=stream)

    def stop(self) -> None:
        """End the event loop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_SECONDS)
        self._loop.close()
