"""The upper limit: one constant response by the server of the sandbox, without an application.

Usage:  python -m bench.bare PORT
"""

from __future__ import annotations

import gc
import sys

from bench import requests
from ccaas_kit.contract import documents
from ccaas_kit.contract.command import run
from ccaas_kit.contract.layout import ALL_BUNDLE, BUNDLES
from ccaas_kit.sandbox.serving import options, server
from ccaas_kit.sandbox.serving.asgi import Message, Receive, Send


class Bare:
    """An ASGI application that responds to everything with the same bytes."""

    def __init__(self, body: bytes) -> None:
        headers = [
            (b"content-type", b"application/json;charset=UTF-8"),
            (b"content-length", b"%d" % len(body)),
        ]
        self._start = {"type": "http.response.start", "status": 200, "headers": headers}
        self._body = {"type": "http.response.body", "body": body, "more_body": False}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        del receive
        if scope["type"] == "http":
            await send(self._start)
            await send(self._body)


def main() -> int:
    document = documents.load_mapping(BUNDLES / f"{ALL_BUNDLE}.yaml")
    body = next(
        request.response
        for request in requests.measured(document)
        if request.id == requests.READ_MAPPING
    )
    del document
    gc.collect()
    gc.freeze()
    server.serve(Bare(body), options.parse(["--port", sys.argv[1]]), ready=lambda _url: None)
    return 0


if __name__ == "__main__":
    run("bare", main)
