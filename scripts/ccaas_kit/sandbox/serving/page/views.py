"""Requests and responses as the page shows them: without secrets, and with the reason of a refusal."""

from __future__ import annotations

from typing import Any

from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.sandbox.http.exchanges import WATCHED, Exchange
from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.http.routes import DeadEnd
from ccaas_kit.sandbox.platform import auth
from ccaas_kit.sandbox.serving import hiding
from ccaas_kit.sandbox.serving.app import App
from ccaas_kit.sandbox.serving.page.reasons import Reasons

# What is listed of a request that several processes have written down.
_LISTED = ("operation", "method", "path", "query", "user", "status", "ignored")


class Views:
    """The exchanges as the page gets them."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._reasons = Reasons(app)

    def after(self, number: int) -> dict[str, Any]:
        """The exchanges after a number, each in short; `first` is the oldest that is kept."""
        self._app.exchanges.watch()
        kept = self._app.exchanges.after(0)
        listed = [
            self._line(exchange, hiding.redactor_of(exchange.request))
            for exchange in kept
            if exchange.number > number
        ]
        first = kept[0].number if kept else self._app.exchanges.last + 1
        return {"first": first, "last": self._app.exchanges.last, "list": listed}

    def recorded(self, number: int) -> dict[str, Any]:
        """The same of what several processes have written down; nobody has kept the rest."""
        entries = self._app.requests()[-WATCHED:]
        total = self._app.recorder.total()
        first = total - len(entries) + 1
        listed = [
            {
                "number": first + place,
                **{name: entry[name] for name in _LISTED},
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
        redactor = hiding.redactor_of(request)

        def cleaned(text: str) -> str:
            return redactor.clean(hiding.in_text(text))

        return {
            **self._line(exchange, redactor),
            "request": {
                "headers": hiding.in_headers(request.headers.items(), redactor),
                "body": redactor.clean(hiding.in_body(request.body)),
                "bytes": exchange.request_bytes,
                "cut": exchange.request_bytes > len(request.body),
            },
            "response": {
                "headers": hiding.in_headers(response.headers, redactor),
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
            "query": hiding.in_query(request.query, redactor),
            "status": exchange.response.status,
            "user": self._user(request),
            "faulty": bool(exchange.faults),
            "ignored": [redactor.clean(hiding.in_text(part)) for part in exchange.ignored],
        }

    def _user(self, request: Request) -> str:
        """Who sent a request, by the logins of this moment; the name alone where it signed in wrongly."""
        user = auth.user_of(request, self._app.instance)
        if user is not None:
            return user.user_name
        name, _ = hiding.basic(request)
        return f"{name} (wrong login)" if name else ""
