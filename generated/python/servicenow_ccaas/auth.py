# Written by `make build` from scripts/pyclient/runtime/auth.py. Do not edit.
"""How a client says who it is: a user, a token, a token that it fetches, or a key.

No `repr` and no log shows a secret.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Generator
from typing import Any

import httpx

from servicenow_ccaas import contract

# Seconds before its end at which a token is not used any more.
_EARLY = 30.0


class _Discreet(httpx.Auth):
    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


class Basic(_Discreet):
    """User name and password of a user of the instance."""

    def __init__(self, username: str, password: str) -> None:
        self._auth = httpx.BasicAuth(username, password)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        yield from self._auth.auth_flow(request)


class Bearer(_Discreet):
    """An access token that somebody else has fetched."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class ApiKey(_Discreet):
    """A REST API key of the instance."""

    def __init__(self, key: str) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        request.headers[contract.API_KEY_HEADER] = self._key
        try:
            yield request
        finally:
            # httpx hides Authorization when it shows headers, and no other.
            request.headers[contract.API_KEY_HEADER] = "[secure]"


class OAuth(_Discreet):
    """A token of the instance's own token endpoint, fetched when it is needed and then renewed.

    With a user name and a password it is fetched in that user's name, without in the client's. A
    token that the instance no longer takes is replaced once per request.

    Raises:
        TokenError: (by requests) the endpoint gave no token.
    """

    requires_response_body = True

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        username: str | None = None,
        password: str | None = None,
        refresh_token: str | None = None,
    ) -> None:
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._user = {"username": username, "password": password} if username else None
        self._refresh = refresh_token
        self._token = ""
        self._ends = 0.0
        self._lock = threading.RLock()

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        if time.monotonic() >= self._ends:
            yield from self._fetched(request)
        used = self._sign(request)
        response = yield request
        if response.status_code == 401:
            if used == self._token:
                yield from self._fetched(request)
            self._sign(request)
            yield request

    def _sign(self, request: httpx.Request) -> str:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return self._token

    def _fetched(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        url = request.url.copy_with(raw_path=contract.TOKEN_PATH.encode())
        if self._refresh:
            grant = {"grant_type": "refresh_token", "refresh_token": self._refresh}
            if self._take((yield self._ask(url, grant))):
                return
            self._refresh = None
        if self._user:
            response = yield self._ask(url, {"grant_type": "password", **self._user})
        else:
            response = yield self._ask(url, {"grant_type": "client_credentials"})
        if not self._take(response):
            raise TokenError(response)

    def _ask(self, url: httpx.URL, grant: dict[str, Any]) -> httpx.Request:
        headers = {"Accept": "application/json"}
        return httpx.Request("POST", url, data={**grant, **self._client}, headers=headers)

    def _take(self, response: httpx.Response) -> bool:
        try:
            grant = response.json() if response.status_code == 200 else {}
            token, seconds = str(grant["access_token"]), float(grant.get("expires_in", math.inf))
        except (ValueError, KeyError, TypeError):
            return False
        with self._lock:
            self._token = token
            self._refresh = grant.get("refresh_token") or self._refresh
            self._ends = time.monotonic() + max(seconds - _EARLY, 0.0)
        return True


class TokenError(Exception):
    """The token endpoint gave no token.

    `message` and `detail` are its `error` and `error_description` (RFC 6749, 5.2), empty where it has
    none. What was sent is not kept, since it holds secrets.
    """

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        try:
            document = response.json()
        except ValueError:
            document = None
        found = document if isinstance(document, dict) else {}
        self.message = str(found.get("error", ""))
        self.detail = str(found.get("error_description", ""))
        words = ": ".join(filter(None, (self.message, self.detail)))
        where = f"{contract.TOKEN_PATH} was answered with {self.status}"
        super().__init__(f"no token: {where}" + (f" ({words})" if words else ""))
