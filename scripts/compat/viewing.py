"""Open a document in a viewer, in headless Chromium, and look for the summary of each operation.

Usage:  python viewing.py VIEWER MODULES DOCUMENT    VIEWER is a page of `PAGES`, MODULES a folder of node_modules
"""

from __future__ import annotations

import html
import os
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

PAGES = {
    "Redoc": '<redoc spec-url="spec.yaml"></redoc><script src="modules/redoc/bundles/redoc.standalone.js"></script>',
    "Scalar": '<script id="api-reference" data-url="spec.yaml" '
    'data-configuration="{&quot;defaultOpenAllTags&quot;: true}"></script>'
    '<script src="modules/@scalar/api-reference/dist/browser/standalone.js"></script>',
    "Swagger UI": '<div id="ui"></div><script src="modules/swagger-ui-dist/swagger-ui-bundle.js"></script>'
    '<script>SwaggerUIBundle({url: "spec.yaml", dom_id: "#ui", docExpansion: "list"})</script>',
}
_CHROMIUM = (
    *(
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
    ),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--enable-logging=stderr", "--timeout=60000", "--virtual-time-budget=30000", "--dump-dom"),
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Requests are not written out."""


def shown(viewer: str, modules: Path, document: Path, folder: Path) -> tuple[str, str]:
    """What a viewer makes of a document, and what the browser logged."""
    (folder / "modules").symlink_to(modules)
    (folder / "spec.yaml").write_bytes(document.read_bytes())
    page = f"<!doctype html><meta charset=utf-8><title>Viewer</title><body>{PAGES[viewer]}"
    (folder / "index.html").write_text(page, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/index.html"
        profile = f"--user-data-dir={folder / 'profile'}"
        done = subprocess.run(
            [*_CHROMIUM, profile, url], capture_output=True, text=True, timeout=180, check=False
        )
    finally:
        server.shutdown()
        server.server_close()
    return html.unescape(done.stdout), done.stderr


def main(viewer: str, modules: str, document: str) -> int:
    """Gives 0 if the page shows every operation."""
    spec = yaml.safe_load(Path(document).read_text(encoding="utf-8"))
    nodes = [node for item in spec["paths"].values() for node in item.values()]
    summaries = {node["summary"] for node in nodes if "summary" in node}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        text, log = shown(viewer, Path(modules), Path(document), Path(folder))
    missing = sorted(summary for summary in summaries if summary not in text)
    if not missing:
        sys.stdout.write(f"shows: {len(summaries)} operations{os.linesep}")
        return 0 if summaries else 1
    sys.stderr.write(f"error: {len(missing)} of {len(summaries)} operations are not on the page\n")
    sys.stderr.writelines(f"{line}\n" for line in log.splitlines() if "CONSOLE" in line)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
