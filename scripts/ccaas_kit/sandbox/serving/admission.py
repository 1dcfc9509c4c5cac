"""Who may see and change a running sandbox: callers on this machine, or whoever has its token.

The token is that of the environment variable SANDBOX_TOKEN. A web page of elsewhere, which a browser
of this machine shows, may not: it would send its own Origin, or reach this machine by a name of its
own in Host. The page of the sandbox itself sends the origin that it came from. Nor may somebody who
calls through a proxy on this machine: a proxy says so in a header, or speaks HTTP/1.0 (`asgi.py`). Of
one that says nothing nobody can know, so what is behind one needs the token.
"""

from __future__ import annotations

import hmac
import ipaddress
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from ccaas_kit.sandbox.http.messages import Request

# The message for a caller who is not admitted.
REFUSED = "only callers on this machine, no page of another origin, or with the token"
TOKEN = "SANDBOX_TOKEN"  # noqa: S105  # the name of the variable
_HEADER = "x-sandbox-token"
_COOKIE = "ccaas-sandbox"
# Headers by which a proxy says for whom it asks, or that it does (RFC 7239; RFC 9110, 7.6.3).
_OF_PROXIES = frozenset(
    {
        *("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"),
        *("x-forwarded-port", "x-forwarded-server", "x-forwarded-prefix", "x-real-ip"),
        *("x-client-ip", "x-cluster-client-ip", "x-original-forwarded-for", "x-original-host"),
        *("true-client-ip", "cf-connecting-ip", "fastly-client-ip", "x-envoy-external-address"),
    }
)


class Admission:
    """Admits requests to the control and to the page."""

    def __init__(self, token: str | None = None) -> None:
        # An empty token would open everything to whoever sends none.
        self._token = token or None

    @property
    def by_token(self) -> bool:
        """Whether there is a token, without which nobody is admitted."""
        return self._token is not None

    def admits(self, request: Request) -> bool:
        """Whether the sender of a request may see and change the sandbox."""
        if self._token is not None:
            if self.opens(request.headers.get(_HEADER, "")):
                return True
            return _is_of_own_page(request) and self._has_cookie(request)
        if not _is_of_this_machine(request.headers.get("host")):
            return False
        if not _OF_PROXIES.isdisjoint(request.headers):
            return False
        return _is_of_own_page(request) and _is_loopback(request.client)

    def opens(self, token: str) -> bool:
        """Whether this is the token."""
        return self._token is not None and _same(self._token, token)

    def cookie(self) -> str:
        """What a browser that gave the token sends in its place: nobody can tell the token from it."""
        return f"{_COOKIE}={_digest(self._token or '')}; Path=/; HttpOnly; SameSite=Strict"

    def _has_cookie(self, request: Request) -> bool:
        try:
            found = SimpleCookie(request.headers.get("cookie", "")).get(_COOKIE)
        except CookieError:
            return False
        return found is not None and _same(_digest(self._token or ""), found.value)


def _digest(token: str) -> str:
    return hmac.new(token.encode(), b"page of the sandbox", sha256).hexdigest()


def _same(text: str, other: str) -> bool:
    return hmac.compare_digest(text.encode(), other.encode("utf-8", "replace"))


def _is_of_own_page(request: Request) -> bool:
    """Whether no web page of elsewhere sends the request."""
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host", "-")


def _is_of_this_machine(host: str | None) -> bool:
    """Whether a Host header names this machine by an address, which no web page can claim."""
    if host is None:
        return True
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    # Who calls 0.0.0.0 reaches this machine too; nobody calls from there.
    return found.is_loopback or found.is_unspecified
