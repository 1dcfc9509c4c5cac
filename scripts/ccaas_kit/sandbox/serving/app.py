"""From a request to a response: route, caller, roles, media types, form, behavior, proof.

The order is the platform's as far as it is known: a URL that leads nowhere is refused first, then a
caller who is not known, then one who may not, and only then what the request asks for is looked at.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl

import orjson

from ccaas_kit.sandbox import behaviors, turns
from ccaas_kit.sandbox.contract import JSON, Body, Operation
from ccaas_kit.sandbox.http import (
    ignored,
    json_bodies,
    media_types,
    methods,
    refusals,
    scripted,
    xml_bodies,
)
from ccaas_kit.sandbox.http.calls import Behavior, Call, Problem
from ccaas_kit.sandbox.http.exchanges import Exchanges
from ccaas_kit.sandbox.http.messages import Outcome, RefusalError, Request, Response
from ccaas_kit.sandbox.http.recorder import Entry, Recorder
from ccaas_kit.sandbox.http.responses import Responses, render
from ccaas_kit.sandbox.http.routes import DeadEnd, Route, Routes
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.platform import auth, rate_limits
from ccaas_kit.sandbox.turns import Pace, Turn

_LOG = logging.getLogger("sandbox")
_MAX_QUERY_FIELDS = 100
# What is not the instance's: the control, the page, the contract.
_OWN = ("/_sandbox/", "/openapi.")
# What is counted of responses that would have broken the contract, by all processes.
_BREAKS = "contract breaks"
# Longer queries are read anew each time, so that what is remembered stays small.
_REMEMBERED_LENGTH = 2000
# The handler of a path of its own: the token endpoint, the Table API, the control.
Extra = Callable[[Request], Response]


class App:
    """The sandbox without its network side.

    What `extras` makes handles paths that no API of the contract has. Each is named by its path, or
    by the beginning of all its paths, which ends with a slash; a longer beginning comes first. `/` is
    a path only.

    Raises:
        DocumentError: an operation has no behavior, or a behavior no operation.
    """

    def __init__(
        self,
        instance: Instance,
        *,
        recorder: Recorder,
        known: Mapping[str, Behavior] = behaviors.BEHAVIORS,
        extras: Callable[[App], Mapping[str, Extra]] | None = None,
    ) -> None:
        self.instance = instance
        self.recorder = recorder
        failure = instance.contract.example("scriptFailedResponse")
        self.responses = Responses(failure, partial(instance.store.counters.tally, _BREAKS))
        self._routes = Routes(instance.contract)
        self.behaviors = known
        behaviors.check(instance.contract.bases(), known)
        self.exchanges = Exchanges()
        self._extras = dict(extras(self)) if extras else {}
        self._prefixes = tuple(name for name in self._extras if name[-1] == "/" and name != "/")

    def handle(self, request: Request, turn: Turn | None = None) -> Response:
        """The response to a request, whatever is in it; without a turn it has all the time of a query.

        Raises:
            PostponedError: the turn is a quick one, and the request is not; nothing has happened.
        """
        store = self.instance.store
        with store.lock:
            store.turn = turn or turns.turn(Pace.ALONE, self.instance.query_seconds)
            try:
                return self._handle(request)
            except Exception:  # noqa: BLE001  # as below: a defect becomes a response
                _LOG.exception("%s %s failed", request.method, request.path[:200])
                return self.responses.failed()

    def within(self, request: Request) -> Response:
        """The response to a request that is a part of another one, which has the lock."""
        store = self.instance.store
        whole = store.turn
        # What was postponed would be done twice, with all that the other has done before.
        pace = Pace.ALONE if whole.pace is Pace.QUICK else whole.pace
        store.turn = Turn(pace, whole.until)
        try:
            return self._handle(request)
        finally:
            # What a script does to the part, it does to the whole.
            whole.delay_s += store.turn.delay_s
            whole.reset = whole.reset or store.turn.reset
            store.turn = whole

    def _handle(self, request: Request) -> Response:
        request = methods.overridden(request)
        response = self._recorded(request)
        if parts := self.instance.store.turn.ignored:
            response = replace(response, headers=(*response.headers, *ignored.header(parts)))
        return methods.without_body(response) if request.method == "HEAD" else response

    def _recorded(self, request: Request) -> Response:
        self.instance.synchronize()
        if (extra := self._extras.get(request.path)) is not None:
            return self._of_extra(request, extra)
        if request.path.startswith(self._prefixes):
            for prefix in self._prefixes:
                if request.path.startswith(prefix):
                    return self._of_extra(request, self._extras[prefix])
        started = time.perf_counter()
        if self.instance.scripts:
            response = self._scripted(request)
        elif self.instance.faults:
            response = self._faulty(request)
        else:
            response = self._of_contract(request)
        turn = self.instance.store.turn
        self.recorder.add(request, response.status, turn)
        exchanges = self.exchanges
        if exchanges.watched or response.status >= 400 or request.method != "GET" or turn.ignored:
            exchanges.add(request, response, started, self.instance.faults, turn.ignored)
        return response

    def _of_extra(self, request: Request, extra: Extra) -> Response:
        """The response outside the contract, recorded unless it is the sandbox's own."""
        response = extra(request)
        if request.path.startswith(_OWN) or request.path == "/":
            return response
        turn = self.instance.store.turn
        if user := auth.user_of(request, self.instance):
            turn.user = user.user_name
        self.recorder.add(request, response.status, turn)
        return response

    def _faulty(self, request: Request) -> Response:
        return self.instance.wrapper.apply(
            self.instance, request, leads=self._leads, response=self._of_contract
        )

    def _scripted(self, request: Request) -> Response:
        """The response of a script, or of the instance where no script is about this call."""
        turn, operation = self.instance.store.turn, self._leads(request)[0]
        script = scripted.of(self.instance, operation)
        served = None
        if script is None or script.reaches:
            served = self._faulty(request) if self.instance.faults else self._of_contract(request)
            if script is None:
                return served
        elif user := auth.user_of(request, self.instance):
            turn.user = user.user_name
        turn.delay_s, turn.reset = script.delay_s, script.reset
        return scripted.response(script, self.instance.contract, operation, served)

    @property
    def contract_breaks(self) -> int:
        """The responses of all processes that would have broken the contract."""
        return self.instance.store.counters.tallied(_BREAKS)

    def requests(self) -> list[Entry]:
        """The requests that are remembered, oldest first, each with the operation that it called."""
        return [
            {"operation": self._leads(Request(entry["method"], entry["path"]))[0], **entry}
            for entry in self.recorder.entries()
        ]

    def forget(self) -> None:
        """Forget all requests."""
        self.recorder.clear()
        self.exchanges.clear()

    def find(self, request: Request) -> Route | DeadEnd:
        """The route of a request, or why there is none."""
        return self._routes.find(request.method, request.path)

    def unreadable(self, reason: str) -> Response:
        """The response to what is no whole request of HTTP."""
        refusal = refusals.unreadable(self.instance.contract, reason)
        return render(refusal.status, orjson.dumps(refusal.body))

    def busy(self) -> Response:
        """The response to a request for which there is no room."""
        error = {"message": "Service Unavailable", "detail": "Too many requests at a time"}
        return render(503, orjson.dumps({"error": error, "status": "failure"}))

    def _leads(self, request: Request) -> tuple[str, Mapping[str, str]]:
        """The operation that a request calls and the values of its path; empty where there is none."""
        route = self.find(request)
        return ("", {}) if isinstance(route, DeadEnd) else (route.operation.base, route.values)

    def _of_contract(self, request: Request) -> Response:
        route = self._routes.find(request.method, request.path)
        if isinstance(route, DeadEnd):
            return render(route.status, orjson.dumps(route.body), headers=route.headers)
        operation = route.operation
        accept = media_types.choose(request.headers.get("accept"), operation.offered)
        try:
            response = self._response(request, route, accept)
        except RefusalError as refusal:
            response = self._refused(refusal)
        except Exception:  # noqa: BLE001  # where a defect becomes a response
            # Whatever goes wrong inside, the caller gets what the platform would send.
            _LOG.exception("%s failed", operation.id)
            response = Outcome(500, self.instance.contract.example("scriptFailedResponse"))
        return self.responses.of(operation, response, accept or JSON)

    def _response(self, request: Request, route: Route, accept: str | None) -> Outcome:
        instance, operation = self.instance, route.operation
        user = auth.user_of(request, instance)
        if user is None:
            raise RefusalError(401, "notAuthenticatedResponse", headers=(auth.CHALLENGE,))
        instance.store.turn.user = user.user_name
        # A request that was postponed has been counted.
        if instance.settings.rate_limits and instance.store.turn.pace is not Pace.BESIDE:
            rate_limits.admit(instance, user, operation)
        if not operation.plugins <= instance.settings.plugins:
            raise RefusalError(400, "unknownResourceResponse")
        behavior = self.behaviors[operation.base]
        if not operation.roles.admit(user.roles):
            call = Call(operation, instance, user, route.values, {}, None)
            raise self._refusal(behavior, call, Problem("caller", user.user_name, "lacks the role"))
        if accept is None:
            raise RefusalError(406, "acceptNotSupportedResponse")
        body = self._body(request, operation.body) if operation.body else None
        query = _values(operation, request.query, instance) if request.query else {}
        call = Call(operation, instance, user, route.values, query, body)
        if problem := route.problem or _problem(call, lax=behavior.lax):
            raise self._refusal(behavior, call, problem)
        if not operation.writes:
            return behavior.run(call)
        with instance.store.transaction():
            # Before the lock was ours, another process may have begun anew.
            instance.synchronize()
            return behavior.run(call)

    def _body(self, request: Request, form: Body) -> Any:
        if not request.body:
            if form.required:
                raise self._unreadable("the body is empty")
            return None
        media_type = media_types.content_type(
            request.headers.get("content-type"), tuple(form.media)
        )
        if media_type is None:
            raise RefusalError(415, "contentTypeNotSupportedResponse")
        try:
            json_bodies.check_length(len(request.body))
            if media_type == JSON:
                value = json_bodies.read(request.body)
            else:
                document = self.instance.contract.document
                value = xml_bodies.read(request.body, form.media[media_type].schema, document)
        except json_bodies.BodyError as error:
            raise self._unreadable(error.reason) from error
        if value is None:
            raise self._unreadable("the body is null")
        return value

    def _refusal(self, behavior: Behavior, call: Call, problem: Problem) -> RefusalError:
        if (chosen := behavior.refuse(call, problem)) is not None:
            return chosen
        if problem.place == "caller":
            return RefusalError(403, "notAuthorizedResponse")
        return self._unreadable(f"{problem.name} {problem.reason}".strip())

    def _unreadable(self, reason: str) -> RefusalError:
        return refusals.unreadable(self.instance.contract, reason)

    def _refused(self, refusal: RefusalError) -> Outcome:
        body = refusal.body
        if refusal.example is not None:
            body = self.instance.contract.example(refusal.example)
        return Outcome(refusal.status, body, refusal.headers)


def _problem(call: Call, *, lax: bool) -> Problem | None:
    """Why the query or the body breaks the contract."""
    for parameter in call.operation.in_query:
        if parameter.name not in call.query:
            if parameter.required:
                return Problem("query", parameter.name, "is missing")
        elif not parameter.validator.is_valid(call.query[parameter.name]):
            return Problem("query", parameter.name, "is not valid")
    if call.operation.body is None or call.body is None:
        return None
    if lax and isinstance(call.body, dict):
        return None
    # The schema of a body is the same for all its media types.
    media = next(iter(call.operation.body.media.values()))
    if media.validator.is_valid(call.body):
        return None
    error = next(media.validator.iter_errors(call.body))
    pointer = tuple(error.instance_path)
    name = str(pointer[-1]) if pointer else ""
    return Problem("body", name, error.message[:200], pointer)


def _values(operation: Operation, text: str, instance: Instance) -> dict[str, Any]:
    """The query parameters that the operation has; others are ignored.

    Raises:
        RefusalError: there are others, and queries are strict.
    """
    query = _query(text) if len(text) <= _REMEMBERED_LENGTH else _query.__wrapped__(text)
    values = {
        parameter.name: parameter.read(query[parameter.name])
        for parameter in operation.in_query
        if parameter.name in query
    }
    if len(values) < len(query):
        ignored.note_in_query(instance, (name for name in query if name not in values))
    return values


@lru_cache(maxsize=4096)
def _query(text: str) -> Mapping[str, str]:
    """The fields of a query; of a field that appears twice, the last one counts."""
    return dict(parse_qsl(text, keep_blank_values=True)[-_MAX_QUERY_FIELDS:])
