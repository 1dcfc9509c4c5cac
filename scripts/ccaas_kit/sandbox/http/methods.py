"""The method that a request means (REST APIs, in the documentation of the platform).

A request can name another method than it is sent with in the header X-HTTP-Method-Override. HEAD is
allowed where GET is, with a response without the body (PLT-015).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ccaas_kit.sandbox.http.messages import Request, Response

SUPPORTED = frozenset({"GET", "DELETE", "HEAD", "PATCH", "POST", "PUT"})
_OVERRIDE = "x-http-method-override"


def overridden(request: Request) -> Request:
    """The request with the method that it asks to be read with."""
    asked = request.headers.get(_OVERRIDE)
    if asked is None or (method := asked.strip().upper()) not in SUPPORTED:
        return request
    return replace(request, method=method)


def without_body(response: Response) -> Response:
    """What a HEAD gets of the response to a GET; the length is that of the body it does not get."""
    if response.status == 204:
        return response
    length = ("content-length", str(len(response.body)))
    return replace(response, headers=(*response.headers, length), body=b"")


def allow(methods: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The Allow header of a 405 (RFC 9110, 15.5.6)."""
    known = set(methods)
    return (("Allow", ", ".join(sorted(known | ({"HEAD"} if "GET" in known else set())))),)
