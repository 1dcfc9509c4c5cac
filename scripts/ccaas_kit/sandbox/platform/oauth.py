"""The token endpoint `POST /oauth_token.do`: grants password, client_credentials, refresh_token.

The responses have the members that the platform's documentation shows; errors follow RFC 6749, section
5.2. Tokens are kept as digests and expire by the clock of the instance.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import orjson

from ccaas_kit.sandbox.contract import JSON
from ccaas_kit.sandbox.http import media_types, methods
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.instance.settings import OAuthClient, User
from ccaas_kit.sandbox.platform import auth

PATH = "/oauth_token.do"
ACCESS_SECONDS = 1799
REFRESH_SECONDS = 8_640_000
_FORM = "application/x-www-form-urlencoded"
_MAX_FIELDS = 20


class _DeniedError(Exception):
    def __init__(
        self, status: int, error: str, description: str, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self.status = status
        self.error = error
        self.description = description
        self.headers = headers
        super().__init__(error)


class TokenEndpoint:
    """Gives out bearer tokens for the users and clients of an instance's seed."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def handle(self, request: Request) -> Response:
        """A token, or the reason why there is none."""
        try:
            response = self._grant(request)
        except _DeniedError as denied:
            body = {"error": denied.error, "error_description": denied.description}
            return _response(denied.status, body, denied.headers)
        return _response(200, response)

    def _grant(self, request: Request) -> dict[str, Any]:
        if request.method != "POST":
            allowed = methods.allow({"POST"})
            raise _DeniedError(405, "invalid_request", "Send the request with POST", allowed)
        if media_types.content_type(request.headers.get("content-type"), (_FORM,)) is None:
            raise _DeniedError(400, "invalid_request", f"Send the parameters as {_FORM}")
        try:
            text = request.body.decode("utf-8")
            form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS))
        except ValueError as error:
            raise _DeniedError(400, "invalid_request", "The parameters cannot be read") from error
        client = self._client(request, form)
        grant = form.get("grant_type", "")
        if grant == "password":
            user = self._instance.settings.users.get(form.get("username", ""))
            if user is None or not _same(user.password, form.get("password", "")):
                raise _DeniedError(401, "access_denied", "The user name or the password is wrong")
        elif grant == "client_credentials":
            user = self._instance.settings.users.get(client.user)
        elif grant == "refresh_token":
            user = self._refreshed(form.get("refresh_token", ""))
        else:
            raise _DeniedError(400, "unsupported_grant_type", "The grant is not supported")
        if user is None:
            raise _DeniedError(401, "invalid_grant", "There is no such user any more")
        return self._issue(user)

    def _client(self, request: Request, form: dict[str, str]) -> OAuthClient:
        """The client that asks: by the form, or by a Basic header (RFC 6749, 2.3.1)."""
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
        if not secret and (pair := auth.basic_pair(request.headers.get("authorization", ""))):
            name, secret = map(unquote_plus, pair)
        client = self._instance.settings.oauth_clients.get(name)
        if client is None or not _same(client.secret, secret):
            raise _DeniedError(
                401, "invalid_client", "The client is not known, or its secret is wrong"
            )
        return client

    def _refreshed(self, token: str) -> User | None:
        user = auth.user_of_token(token, "refresh", self._instance)
        if user is None:
            raise _DeniedError(401, "invalid_grant", "The refresh token is not valid")
        return user

    def _issue(self, user: User) -> dict[str, Any]:
        access, refresh = secrets.token_urlsafe(48), secrets.token_urlsafe(48)
        auth.keep_token(access, "access", user, ACCESS_SECONDS, self._instance)
        auth.keep_token(refresh, "refresh", user, REFRESH_SECONDS, self._instance)
        return {
            "scope": "useraccount",
            "token_type": "Bearer",
            "expires_in": ACCESS_SECONDS,
            "refresh_token": refresh,
            "access_token": access,
        }


def _same(expected: str, sent: str) -> bool:
    return hmac.compare_digest(expected.encode(), sent.encode("utf-8", "replace"))


def _response(
    status: int, body: dict[str, Any], headers: tuple[tuple[str, str], ...] = ()
) -> Response:
    never_kept = ("cache-control", "no-store")
    return render(status, orjson.dumps(body), JSON, headers=(never_kept, *headers))
