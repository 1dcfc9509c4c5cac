"""Building blocks of faults: which replies are changed, and how."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from ccaas_kit.sandbox.http.messages import Reply, Request
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Fault, Tampering

Change = Callable[[Reply], Reply]
When = Callable[[Request, Reply], bool]


def on(operation: str, change: Change, *, when: When = lambda _request, _reply: True) -> Fault:
    """A change of the replies of an operation, of those for which something holds."""

    def fault(request: Request, reply: Reply) -> Reply:
        # Asked of every request, because it may be about one that came before.
        holds = when(request, reply)
        return change(reply) if holds and bed.is_of(request, operation) else reply

    return fault


def status(number: int) -> Change:
    return lambda reply: bed.with_status(reply, number)


def result(**fields: Any) -> Change:
    """Other fields of the result, in replies that have one."""

    def change(body: Any) -> None:
        if isinstance(body.get("result"), dict):
            body["result"].update(fields)

    return lambda reply: bed.with_json(reply, change)


def without(name: str) -> Change:
    """A result that lacks a field."""

    def change(body: Any) -> None:
        if isinstance(body.get("result"), dict):
            body["result"].pop(name, None)

    return lambda reply: bed.with_json(reply, change)


def has(number: int) -> When:
    return lambda _request, reply: reply.status == number


def refused(_request: Request, reply: Reply) -> bool:
    return reply.status >= 400


def served(_request: Request, reply: Reply) -> bool:
    return reply.status < 300


def sends(*texts: str) -> When:
    """Whether the body of the request holds all of these texts."""
    return lambda request, _reply: all(each.encode() in request.body for each in texts)


def lacks(text: str) -> When:
    return lambda request, _reply: text.encode() not in request.body


def is_at(text: str) -> When:
    """Whether the path of the request holds a text."""
    return lambda request, _reply: text in request.path


def is_from(user: str) -> When:
    """Whether a user of the seed has sent the request; their passwords are their names."""
    header = "Basic " + base64.b64encode(f"{user}:{user}".encode()).decode()
    return lambda request, _reply: request.headers.get("authorization") == header


def repeated() -> When:
    """Whether a method and a path come again."""
    seen: set[tuple[str, str]] = set()

    def when(request: Request, _reply: Reply) -> bool:
        is_known = (request.method, request.path) in seen
        seen.add((request.method, request.path))
        return is_known

    return when


def after(first: When) -> When:
    """Whether a request came before for which something held."""
    happened: list[bool] = []

    def when(request: Request, reply: Reply) -> bool:
        before = bool(happened)
        if first(request, reply):
            happened.append(True)
        return before

    return when


def both(one: When, other: When) -> When:
    return lambda request, reply: one(request, reply) and other(request, reply)


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
