"""Requests and responses as the page shows them: without secrets, and with the reason of a refusal."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from ccaas_kit.contract.redaction import HIDDEN, Redactor
from ccaas_kit.sandbox.http.exchanges import Exchange
from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.http.routes import DeadEnd
from ccaas_kit.sandbox.platform import auth
from ccaas_kit.sandbox.serving.app import App
from ccaas_kit.sandbox.serving.page import hiding
from ccaas_kit.sandbox.serving.page.reasons import Reasons

_SECRET_HEADERS = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
    }
)


class Views:
    """What the page is told about exchanges."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._reasons = Reasons(app)

    def after(self, number: int) -> dict[str, Any]:
        """The exchanges after a number, each in short; `first` is the oldest that is kept."""
        self._app.exchanges.watch()
        kept = self._app.exchanges.after(0)
        listed = [
            self._line(exchange, self._redactor(exchange.request))
            for exchange in kept
            if exchange.number > number
        ]
        first = kept[0].number if kept else self._app.exchanges.last + 1
        return {"first": first, "last": self._app.exchanges.last, "list": listed}

    def recorded(self, number: int) -> dict[str, Any]:
        """The same of what several processes have written down; nobody has kept the rest."""
        entries = self._app.recorder.entries()[-200:]
        total = self._app.recorder.total()
        first = total - len(entries) + 1
        listed = [
            {
                "number": first + place,
                "method": entry["method"],
                "path": entry["path"],
                "query": hiding.in_text(f"?{entry['query']}")[1:],
                "status": entry["status"],
            }
            for place, entry in enumerate(entries)
            if first + place > number
        ]
        return {"first": first, "last": total, "list": listed}

    def whole(self, number: int) -> dict[str, Any] | None:
        """One exchange with headers and bodies; None if it is not kept."""
        exchange = self._app.exchanges.get(number)
        if exchange is None:
            return None
        request, response = exchange.request, exchange.response
        redactor = self._redactor(request)

        def cleaned(text: str) -> str:
            return redactor.clean(hiding.in_text(text))

        return {
            **self._line(exchange, redactor),
            "request": {
                "headers": _headers(request.headers.items(), redactor),
                "body": redactor.clean(hiding.in_body(request.body)),
                "bytes": exchange.request_bytes,
                "cut": exchange.request_bytes > len(request.body),
            },
            "response": {
                "headers": _headers(response.headers, redactor),
                "body": redactor.clean(hiding.in_body(response.body)),
                "bytes": exchange.response_bytes,
                "cut": exchange.response_bytes > len(response.body),
            },
            "faults": sorted(exchange.faults),
            "why": self._reasons.of(exchange, cleaned) if response.status >= 400 else None,
        }

    def _line(self, exchange: Exchange, redactor: Redactor) -> dict[str, Any]:
        request = exchange.request
        route = self._app.find(request)
        operation = None if isinstance(route, DeadEnd) else route.operation
        return {
            "number": exchange.number,
            "at": exchange.at,
            "ms": round(exchange.seconds * 1000, 2),
            "operation": operation.id if operation else "",
            "base": operation.base if operation else "",
            "method": request.method,
            "path": redactor.clean(request.path),
            "query": redactor.clean(hiding.in_text(f"?{request.query}")[1:]),
            "status": exchange.response.status,
            "user": self._user(request),
            "faulty": bool(exchange.faults),
        }

    def _user(self, request: Request) -> str:
        """Who sent a request, by the logins of this moment; the name alone where it signed in wrongly."""
        user = auth.user_of(request, self._app.instance)
        if user is not None:
            return user.user_name
        name, _ = _basic(request)
        return f"{name} (wrong login)" if name else ""

    def _redactor(self, request: Request) -> Redactor:
        """Takes out what the request signed in with, wherever it stands."""
        header = request.headers.get("authorization", "")
        _, _, credentials = header.strip().partition(" ")
        _, password = _basic(request)
        key = request.headers.get(auth.API_KEY, "")
        return Redactor(tuple(secret for secret in (credentials, password, key) if secret))


def _basic(request: Request) -> tuple[str, str]:
    """Name and password of a request; empty where it has none."""
    scheme, _, value = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.casefold() != "basic":
        return "", ""
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return "", ""
    name, _, password = text.partition(":")
    return name, password


def _headers(headers: Iterable[tuple[str, str]], redactor: Redactor) -> list[tuple[str, str]]:
    return [(name.lower(), _value(name.lower(), value, redactor)) for name, value in headers]


def _value(name: str, value: str, redactor: Redactor) -> str:
    if name not in _SECRET_HEADERS and not hiding.is_secret(name):
        return redactor.clean(hiding.in_text(value))
    scheme = value.partition(" ")[0] if name == "authorization" else ""
    return f"{scheme} {HIDDEN}" if scheme.casefold() in ("basic", "bearer") else HIDDEN
