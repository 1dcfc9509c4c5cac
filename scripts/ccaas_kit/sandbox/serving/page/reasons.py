"""Why a request was refused, and by which clauses: what the contract and the logins say of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from ccaas_kit.contract import clauses
from ccaas_kit.contract.clauses import Clause
from ccaas_kit.sandbox.contract import JSON, Operation
from ccaas_kit.sandbox.http import json_bodies, media_types, xml_bodies
from ccaas_kit.sandbox.http.exchanges import Exchange
from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.http.routes import DeadEnd, Route
from ccaas_kit.sandbox.platform import auth
from ccaas_kit.sandbox.serving.app import App

# How many errors of a body are told.
_MOST = 10


class Reasons:
    """Finds reasons by looking at the request again; its records may have changed meanwhile."""

    def __init__(self, app: App) -> None:
        self._app = app

    def of(self, exchange: Exchange) -> dict[str, Any]:
        """What is wrong with the request, and the clauses of the operation about its status."""
        route = self._app.find(exchange.request)
        if isinstance(route, DeadEnd):
            return {"reasons": [_dead_end(route)], "clauses": []}
        reasons = [*self._reasons(exchange, route)]
        if exchange.faults:
            named = ", ".join(sorted(exchange.faults))
            reasons.append(f"Faults were on, which may have refused it: {named}.")
        return {
            "reasons": reasons,
            "clauses": [
                {"id": clause.id, "says": clause.says, "evidence": clause.evidence}
                for clause in self._about(route.operation, exchange.response.status)
            ],
        }

    def _reasons(self, exchange: Exchange, route: Route) -> Iterator[str]:
        request, operation = exchange.request, route.operation
        user = auth.user_of(request, self._app.instance)
        if user is None:
            signed = "authorization" in request.headers or auth.API_KEY in request.headers
            yield (
                "No login of this sandbox has these credentials."
                if signed
                else "It was sent without credentials."
            )
            return
        if not operation.roles.admit(user.roles):
            held = ", ".join(sorted(user.roles)) or "no role"
            yield f"The operation asks for {operation.roles}; {user.user_name} has {held}."
            return
        if media_types.choose(request.headers.get("accept"), operation.offered) is None:
            yield f"Accept admits none of {', '.join(operation.offered)}."
        if route.problem:
            yield f"{route.problem.name} in the path {route.problem.reason}."
        yield from _of_query(request, operation)
        if operation.body is not None and exchange.request_bytes == len(request.body):
            yield from self._of_body(request, operation)

    def _of_body(self, request: Request, operation: Operation) -> Iterator[str]:
        form = operation.body
        if form is None or (not request.body and not form.required):
            return
        if not request.body:
            yield "The body is empty."
            return
        kind = media_types.content_type(request.headers.get("content-type"), tuple(form.media))
        if kind is None:
            yield f"The body is none of {', '.join(form.media)}."
            return
        media = form.media[kind]
        try:
            if kind == JSON:
                value = json_bodies.read(request.body)
            else:
                document = self._app.instance.contract.document
                value = xml_bodies.read(request.body, media.schema, document)
        except json_bodies.BodyError as error:
            yield f"The body cannot be read: {error.reason}."
            return
        for place, wrong in enumerate(media.validator.iter_errors(value)):
            if place == _MOST:
                yield "There are more errors in the body."
                return
            yield f"The body at /{'/'.join(map(str, wrong.instance_path))}: {wrong.message[:200]}."

    def _about(self, operation: Operation, status: int) -> list[Clause]:
        """The clauses about a status, that of the status itself first."""
        end = f"/responses/{status}"
        found = [
            clause
            for clause in self._clauses
            if clause.operation == operation.base and clause.pointer.endswith(end)
        ]
        return sorted(found, key=lambda clause: not clause.id.endswith(f"-S{status}"))

    @cached_property
    def _clauses(self) -> list[Clause]:
        return clauses.load()


def _of_query(request: Request, operation: Operation) -> Iterator[str]:
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    for parameter in operation.in_query:
        if parameter.name not in query:
            if parameter.required:
                yield f"{parameter.name} is missing in the query."
        elif not parameter.validator.is_valid(parameter.read(query[parameter.name])):
            yield f"{parameter.name} in the query is not valid."


def _dead_end(route: DeadEnd) -> str:
    if route.status == 405:
        return "The path exists, but not with this method."
    return "No operation of the contract has this path."
