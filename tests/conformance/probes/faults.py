"""Building blocks of faults: which responses are changed, and how."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Fault, Tampering

Change = Callable[[Response], Response]
When = Callable[[Request, Response], bool]


def on(operation: str, change: Change, *, when: When = lambda _request, _response: True) -> Fault:
    """A change of the responses of an operation, of those for which something holds."""

    def fault(request: Request, response: Response) -> Response:
        # Asked of every request, because it may be about one that came before.
        holds = when(request, response)
        return change(response) if holds and bed.is_of(request, operation) else response

    return fault


def of_latest(operation: str) -> dict[str, Any]:
    """An operation of the latest interaction, whichever it names: a fault and what goes before it."""
    latest: list[str] = []

    def fault(request: Request, response: Response) -> Response:
        if bed.is_of(request, "createInteraction") and response.status == 201:
            latest.append(json.loads(response.body)["result"]["sys_id"])
        return response

    def tamper(request: Request) -> Request:
        if not latest or not bed.is_of(request, operation):
            return request
        return replace(request, path=re.sub("[0-9a-f]{32}", latest[-1], request.path))

    return {"fault": fault, "tamper": tamper}


def status(number: int) -> Change:
    return lambda response: bed.with_status(response, number)


def result(**fields: Any) -> Change:
    """Other fields of the result, in responses that have one."""

    def change(body: Any) -> None:
        if isinstance(body.get("result"), dict):
            body["result"].update(fields)

    return lambda response: bed.with_json(response, change)


def without(name: str) -> Change:
    """A result that lacks a field."""

    def change(body: Any) -> None:
        if isinstance(body.get("result"), dict):
            body["result"].pop(name, None)

    return lambda response: bed.with_json(response, change)


def has(number: int) -> When:
    return lambda _request, response: response.status == number


def refused(_request: Request, response: Response) -> bool:
    return response.status >= 400


def served(_request: Request, response: Response) -> bool:
    return response.status < 300


def sends(*texts: str) -> When:
    """Whether the body of the request holds all of these texts."""
    return lambda request, _response: all(text.encode() in request.body for text in texts)


def lacks(text: str) -> When:
    return lambda request, _response: text.encode() not in request.body


def is_at(text: str) -> When:
    """Whether the path of the request holds a text."""
    return lambda request, _response: text in request.path


def is_from(user: str) -> When:
    """Whether a user of the seed has sent the request; their passwords are their names."""
    header = "Basic " + base64.b64encode(f"{user}:{user}".encode()).decode()
    return lambda request, _response: request.headers.get("authorization") == header


def repeated() -> When:
    """Whether a method and a path come again."""
    seen: set[tuple[str, str]] = set()

    def when(request: Request, _response: Response) -> bool:
        is_known = (request.method, request.path) in seen
        seen.add((request.method, request.path))
        return is_known

    return when


def after(first: When) -> When:
    """Whether a request came before for which something held."""
    happened: list[bool] = []

    def when(request: Request, response: Response) -> bool:
        before = bool(happened)
        if first(request, response):
            happened.append(True)
        return before

    return when


def both(one: When, other: When) -> When:
    return lambda request, response: one(request, response) and other(request, response)


def at_path(change: Callable[[str], str], *, method: str) -> Tampering:
    """Requests of a method that reach another path."""

    def tamper(request: Request) -> Request:
        if request.method != method:
            return request
        path = change(request.path)
        return Request(request.method, path, request.query, request.headers, request.body)

    return tamper


def with_body(change: Callable[[dict[str, Any]], None], *, operation: str) -> Tampering:
    """Requests of an operation that arrive with another body."""

    def tamper(request: Request) -> Request:
        if not bed.is_of(request, operation):
            return request
        body = json.loads(request.body)
        change(body)
        raw = json.dumps(body).encode()
        return Request(request.method, request.path, request.query, request.headers, raw)

    return tamper
