"""What a server in front of an instance does: length of URLs, compression, other origins.

The length of a URL is as it was seen before an instance: 8,182 bytes got 200, 8,347 got 414 with a page
(PLT-016). An administrator can allow web pages of other origins to call the APIs, as the documentation
of the platform says under "CORS rules"; the sandbox does for those of an option.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ccaas_kit.sandbox.http.json_bodies import MAX_BYTES
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.methods import SUPPORTED

LONGEST_URL = 8190
# Shorter responses than this go as they are: a single record, an id, a refusal.
COMPRESSED_BYTES = 4096
_LEVEL = 1
_GZIP = frozenset({"gzip", "x-gzip"})
# A response with one of these says itself how its body travels.
_OF_TRAVEL = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_PAGE = b"<html><head><title>414 Request-URI Too Large</title></head></html>\n"
# Where web pages of other origins may be allowed: not the control, and not the page of the sandbox.
_OPENED = ("/api/", "/oauth_token.do")
_EXPOSED = "Link, Location, X-Total-Count"
_PREFLIGHT_SECONDS = "600"

Headers = tuple[tuple[str, str], ...]


def too_long() -> Response:
    """The response to a URL that is too long; the instance does not see the request."""
    return Response(414, (("content-type", "text/html"),), _PAGE)


def decoded(body: bytes, headers: Mapping[str, str]) -> bytes | None:
    """The body without its compression, or so much of it as is too long; None if it is none."""
    if headers.get("content-encoding", "").strip().lower() not in _GZIP:
        return body
    unpacking = zlib.decompressobj(wbits=31)
    try:
        whole = unpacking.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        return None
    return whole if unpacking.eof or len(whole) > MAX_BYTES else None


def encoded(response: Response, headers: Mapping[str, str]) -> Response:
    """The response, compressed where the client takes it and it is long enough."""
    if len(response.body) < COMPRESSED_BYTES or not _takes_gzip(headers.get("accept-encoding")):
        return response
    if any(name.lower() in _OF_TRAVEL for name, _ in response.headers):
        return response
    added = (("content-encoding", "gzip"), ("vary", "Accept-Encoding"))
    # Without the time of this machine, the same body is always the same bytes.
    body = gzip.compress(response.body, _LEVEL, mtime=0)
    return replace(response, headers=(*response.headers, *added), body=body)


def _takes_gzip(header: str | None) -> bool:
    for part in (header or "").lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() in _GZIP:
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins whose web pages may call the APIs; `*` means all of them."""

    allowed: frozenset[str] = frozenset()

    def preflight(self, request: Request) -> Response | None:
        """The response to the preflight request of a browser; None for any other request."""
        asked = request.headers.get("access-control-request-method")
        if request.method != "OPTIONS" or asked is None or not (ours := self.headers(request)):
            return None
        wanted = request.headers.get("access-control-request-headers", "")
        allowed = (
            ("access-control-allow-methods", ", ".join(sorted(SUPPORTED))),
            ("access-control-allow-headers", wanted),
            ("access-control-max-age", _PREFLIGHT_SECONDS),
        )
        return Response(204, (*ours, *allowed), b"")

    def headers(self, request: Request) -> Headers:
        """What lets the page that sends a request see the response; nothing for other pages."""
        origin = request.headers.get("origin", "")
        if not origin or not request.path.startswith(_OPENED):
            return ()
        if origin not in self.allowed and "*" not in self.allowed:
            return ()
        return (
            ("access-control-allow-origin", origin),
            ("access-control-allow-credentials", "true"),
            ("access-control-expose-headers", _EXPOSED),
            ("vary", "Origin"),
        )
