"""Why a request was refused, and by which clauses: what the contract and the logins say of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs

from ccaas_kit.contract import clauses
from ccaas_kit.contract.clauses import Clause
from ccaas_kit.sandbox.contract import JSON, Operation
from ccaas_kit.sandbox.http import json_bodies, media_types, xml_bodies
from ccaas_kit.sandbox.http.exchanges import Exchange
from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.http.routes import DeadEnd, Route
from ccaas_kit.sandbox.platform import auth
from ccaas_kit.sandbox.serving import hiding
from ccaas_kit.sandbox.serving.app import App

# How many errors of a body are shown.
_MOST = 10
# How many characters of a reason are shown.
_LONGEST = 300
_MISSING = re.compile(r'"(\w+)" is a required property')
_WORD = re.compile(r"\w+")
_TOO_LONG = "The URL and headers were too long to be kept whole."
_UNKNOWN = "The message of the response says why."


@dataclass(frozen=True, slots=True)
class Reason:
    """What is wrong with a request, in words, and the field where it is; `quotes` if it repeats values."""

    text: str
    field: str = ""
    quotes: bool = False


class Reasons:
    """Finds reasons by looking at the request again; its records may have changed meanwhile."""

    def __init__(self, app: App) -> None:
        self._app = app

    def of(self, exchange: Exchange, clean: Callable[[str], str]) -> dict[str, Any]:
        """What is wrong with the request, and the clauses of the operation about its status.

        `clean` takes the secrets out of what a reason quotes.
        """
        if not exchange.has_whole_head:
            return {"reasons": [_TOO_LONG], "clauses": []}
        route = self._app.find(exchange.request)
        if isinstance(route, DeadEnd):
            return {"reasons": [_dead_end(route)], "clauses": []}
        reasons = [*self._reasons(exchange, route)]
        if exchange.faults:
            named = ", ".join(sorted(exchange.faults))
            reasons.append(Reason(f"Faults were on, which may have refused it: {named}."))
        fields = {reason.field for reason in reasons if reason.field}
        return {
            "reasons": [
                _short(clean(reason.text) if reason.quotes else reason.text) for reason in reasons
            ]
            or [_UNKNOWN],
            "clauses": [
                {"id": clause.id, "says": clause.says, "evidence": clause.evidence}
                for clause in self._about(route.operation, exchange.response.status, fields)
            ],
        }

    def _reasons(self, exchange: Exchange, route: Route) -> Iterator[Reason]:
        request, operation = exchange.request, route.operation
        user = auth.user_of(request, self._app.instance)
        if user is None:
            signed = "authorization" in request.headers or auth.API_KEY in request.headers
            wrong = "No login of this sandbox has these credentials."
            yield Reason(wrong if signed else "It was sent without credentials.")
            return
        if not operation.roles.admit(user.roles):
            own_roles = ", ".join(sorted(user.roles)) or "no role"
            yield Reason(
                f"The operation asks for {operation.roles}; {user.user_name} has {own_roles}."
            )
            return
        if media_types.choose(request.headers.get("accept"), operation.offered) is None:
            yield Reason(f"Accept admits none of {', '.join(operation.offered)}.")
        if route.problem:
            name = route.problem.name
            yield Reason(f"{name} in the path {route.problem.reason}.", name, quotes=True)
        yield from _of_query(request, operation)
        if operation.body is not None and exchange.request_bytes == len(request.body):
            yield from self._of_body(request, operation)

    def _of_body(self, request: Request, operation: Operation) -> Iterator[Reason]:
        form = operation.body
        if form is None or (not request.body and not form.required):
            return
        if not request.body:
            yield Reason("The body is empty.")
            return
        kind = media_types.content_type(request.headers.get("content-type"), tuple(form.media))
        if kind is None:
            yield Reason(f"The body is none of {', '.join(form.media)}.")
            return
        media = form.media[kind]
        try:
            if kind == JSON:
                value = json_bodies.read(request.body)
            else:
                document = self._app.instance.contract.document
                value = xml_bodies.read(request.body, media.schema, document)
        except json_bodies.BodyError as error:
            yield Reason(f"The body cannot be read: {error.reason}.", quotes=True)
            return
        if self._app.behaviors[operation.base].lax and isinstance(value, dict):
            return
        for place, wrong in enumerate(media.validator.iter_errors(value)):
            if place == _MOST:
                yield Reason("There are more errors in the body.")
                return
            yield _of_error(wrong)

    def _about(self, operation: Operation, status: int, fields: set[str]) -> list[Clause]:
        """The clauses about a status: those that name a field first, then that of the status itself."""
        end = f"/responses/{status}"

        def rank(clause: Clause) -> tuple[bool, bool]:
            names_field = not fields.isdisjoint(_WORD.findall(clause.says))
            return not names_field, not clause.id.endswith(f"-S{status}")

        found = (
            clause
            for clause in self._clauses
            if clause.operation == operation.base and clause.pointer.endswith(end)
        )
        return sorted(found, key=rank)

    @cached_property
    def _clauses(self) -> list[Clause]:
        return clauses.load()


def _of_query(request: Request, operation: Operation) -> Iterator[Reason]:
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    for parameter in operation.in_query:
        if parameter.name not in query:
            if parameter.required:
                yield Reason(f"{parameter.name} is missing in the query.", parameter.name)
        elif not parameter.validator.is_valid(parameter.read(query[parameter.name])):
            yield Reason(f"{parameter.name} in the query is not valid.", parameter.name)


def _of_error(error: jsonschema_rs.ValidationError) -> Reason:
    """What is wrong with a body, with the field that is missing or that holds it."""
    place = [*map(str, error.instance_path)]
    missing = _MISSING.match(error.message)
    field = missing[1] if missing else next(reversed(place), "")
    # The message quotes the value.
    says = "is not valid" if any(map(hiding.is_secret, place)) else error.message
    return Reason(f"The body at /{'/'.join(place)}: {says}.", field, quotes=True)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _dead_end(route: DeadEnd) -> str:
    if route.status == 405:
        return "The path exists, but not with this method."
    return "No operation of the contract has this path."
