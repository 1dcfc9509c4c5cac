"""The contract as a running sandbox gives it out: with its own URL as the server."""

from __future__ import annotations

import re

import orjson

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.sandbox.contract import JSON, Contract
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.responses import render

YAML = "application/yaml"
_DESCRIPTION = "The sandbox that gave out this document."
# The list of servers in the text of a bundle, up to the next key of the document.
_SERVERS = re.compile(r"^servers:\n(?:[ -].*\n|\n)+", re.MULTILINE)
_HOST = re.compile(r"[A-Za-z0-9.-]{1,255}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")


def url_of(request: Request) -> str:
    """The URL under which the sender of a request has reached the sandbox."""
    host = request.headers.get("host", "")
    scheme = "https" if request.scheme == "https" else "http"
    return f"{scheme}://{host if _HOST.fullmatch(host) else 'localhost'}"


def as_json(contract: Contract, request: Request) -> Response:
    """The bundle of all APIs as JSON."""
    servers = [{"url": url_of(request), "description": _DESCRIPTION}]
    return render(200, orjson.dumps({**contract.document, "servers": servers}), JSON)


def as_yaml(contract: Contract, request: Request) -> Response:
    """The bundle of all APIs as it was built, but for the servers.

    Raises:
        DocumentError: the bundle has no list of servers.
    """
    text = contract.path.read_text(encoding="utf-8")
    servers = f"servers:\n  - url: '{url_of(request)}'\n    description: {_DESCRIPTION}\n"
    text, count = _SERVERS.subn(servers, text, count=1)
    if not count:
        raise DocumentError("has no list of servers", where=str(contract.path))
    return Response(200, (("content-type", f"{YAML};charset=UTF-8"),), text.encode())
