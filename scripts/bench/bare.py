"""The ceiling: one constant answer of the fastest ASGI server that we measured, nothing behind it.

Usage:  python -m bench.bare PORT
"""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from bench import requests
from bench.servers import HOST
from ccaas_kit.contract import documents
from ccaas_kit.contract.command import run
from ccaas_kit.contract.layout import ALL_BUNDLE, BUNDLES

_HEADERS = [(b"content-type", b"application/json;charset=UTF-8")]

Message = MutableMapping[str, Any]


class Bare:
    """An ASGI application that answers everything with the same bytes."""

    def __init__(self, body: bytes) -> None:
        self._start = {"type": "http.response.start", "status": 200, "headers": _HEADERS}
        self._body = {"type": "http.response.body", "body": body, "more_body": False}

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        del receive
        if scope["type"] == "http":
            await send(self._start)
            await send(self._body)


async def _serve(body: bytes, port: int) -> None:
    server = Server(
        Bare(body),
        address=HOST,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    await server.serve()


def main() -> int:
    document = documents.load_mapping(BUNDLES / f"{ALL_BUNDLE}.yaml")
    body = next(
        each.answer for each in requests.measured(document) if each.id == requests.READ_MAPPING
    )
    del document
    gc.collect()
    gc.freeze()
    uvloop.run(_serve(body, int(sys.argv[1])))
    return 0


if __name__ == "__main__":
    run("bare", main)
