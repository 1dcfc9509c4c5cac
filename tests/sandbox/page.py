"""The page of a sandbox in headless Chromium, behind a server that puts a script of a test into it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.serving.app import App
from tests.browser import browsed
from tests.docs.acting import found

_KEYS = """
const id = (name) => document.getElementById(name);
const until = async (holds) => { while (!holds()) await new Promise((done) => setTimeout(done, 20)); };
const type = (name, text) => { id(name).value = text; id(name).dispatchEvent(new Event('input', {bubbles: true})); };
const choose = (name, value) => { id(name).value = value; id(name).dispatchEvent(new Event('change', {bubbles: true})); };
(async () => { await until(() => document.body.dataset.ready); %s })().then(
  (value) => { document.body.dataset.found = JSON.stringify(value); },
  (error) => { document.body.dataset.found = JSON.stringify(String(error)); });
"""


@contextmanager
def served(app: App, scripts: dict[str, bytes]) -> Iterator[str]:
    """The URL of a server for an app; its page loads these scripts as well."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            name = path.removeprefix("/")
            if name in scripts:
                response = Response(200, (("content-type", "text/javascript"),), scripts[name])
            else:
                headers = {name.lower(): value for name, value in self.headers.items()}
                client = self.client_address[0]
                response = app.handle(Request(self.command, path, query, headers, body, client))
            sent = response.body
            if path == "/":
                tags = "".join(f'<script src="/{name}" defer></script>' for name in scripts)
                sent = sent.replace(b"</body>", tags.encode() + b"</body>")
            self.send_response(response.status)
            for name, value in (*response.headers, ("content-length", str(len(sent)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        do_POST = do_DELETE = do_PUT = do_GET  # noqa: N815  # the names of http.server

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def acted(app: App, folder: Path, script: str, *arguments: str, **more: bytes) -> Any:
    """What the body of an async function returns in the page; `more` are scripts that it needs."""
    files = {f"{name}.js": text for name, text in more.items()}
    with served(app, {**files, "acts.js": (_KEYS % script).encode()}) as url:
        options = ("--dump-dom", "--virtual-time-budget=60000", *arguments)
        return found(browsed(url, folder, *options))
