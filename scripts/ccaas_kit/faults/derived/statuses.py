"""Rules about statuses: each documented one is replaced by each other one, condition by condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ccaas_kit.faults.blocks import When, always, answering, both, calls, has, status
from ccaas_kit.faults.derived import callers, places
from ccaas_kit.faults.derived.bodies import altered, constant, values
from ccaas_kit.faults.derived.places import Place
from ccaas_kit.faults.derived.scope import ANY, FORM, Scope
from ccaas_kit.faults.derived.values import another
from ccaas_kit.faults.fault import Asked, Fault, json_of
from ccaas_kit.sandbox.http.messages import Response

# No status that the platform knows.
_UNKNOWN = {2: 299, 4: 499}
_REFUSED, _FITS = "a body that its schema refuses", "what fits all schemas"
_IN_URL, _UNREADABLE, _NO_BODY = "a URL that its schemas refuse", "an unreadable body", "no body"
# Conditions about what a body says.
_OF_BODY = (_REFUSED, _FITS)


def replaced(scope: Scope) -> Iterator[Fault]:
    """A documented status is replaced by each other one, and by one that is not documented."""
    for number in scope.operation.responses:
        if number >= 429:
            continue
        others = [code for code in scope.operation.responses if code not in (number, 429)]
        for name, condition in _conditions(scope, number).items():
            for other in (*others, _UNKNOWN[number // 100]):
                breaks = [*scope.at(scope.response(number)), *_beyond(scope, other)]
                place = f"{number}-by-{other}" + (f":{name}" if name else "")
                says = f"{scope.id} answers {other} in place of {number}" + (
                    f" to {name}." if name else "."
                )
                behave = answering(status(other), both(has(number), condition))
                alters = f"{number}/{name}".rstrip("/") if number >= 300 else ""
                beside = (*_of_condition(scope, name), *_of_roles(scope, number))
                beside = (*beside, *_of_other(scope, other))
                yield scope.fault(
                    "status-replaced", place, says, breaks, behave, alters=alters, beside=beside
                )


def served(scope: Scope) -> Iterator[Fault]:
    """What is refused is answered as if it had been served: the body of the last success."""
    for number in scope.operation.responses:
        if not 400 <= number < 429:
            continue
        for name, condition in _conditions(scope, number).items():

            def behave(asked: Asked, number: int = number, condition: When = condition) -> Response:
                response = asked.response()
                if response.status < 300:
                    asked.kept["served"] = response
                success: Response | None = asked.kept.get("served")
                return (
                    success
                    if success and response.status == number and condition(asked, response)
                    else response
                )

            place = f"{number}" + (f":{name}" if name else "")
            says = f"{scope.id} answers as if it had served what it refuses with {place}."
            breaks = scope.at(scope.response(number))
            alters = f"{number}/{name}".rstrip("/")
            beside = (*_of_condition(scope, name), *_of_roles(scope, number))
            yield scope.fault(
                "refused-as-served", place, says, breaks, behave, alters=alters, beside=beside
            )


def messages(scope: Scope) -> Iterator[Fault]:
    """A message with a status of its own has another status, is another message, or names another value."""
    stated = {schema: place for place, schema in _messages(scope)}
    for schema, place in stated.items():
        judge = scope.contract.judge({"$ref": schema})
        own = places.merged(scope.contract.document, (schema,))
        number, name = own["x-sn-status"], schema.rpartition("/")[2]
        breaks = scope.at([schema])
        wanted = (judge, place.steps)
        others = [code for code in scope.operation.responses if code not in (number, 429)]
        for other in others:
            says = f"{scope.id} sends {name} with {other} in place of {number}."

            def resent(asked: Asked, other: int = other, wanted: Any = wanted) -> Response:
                response = asked.response()
                return status(other)(response) if _tells(response, wanted) else response

            yield scope.fault(
                "message-with-status",
                f"{name}-{other}",
                says,
                breaks,
                resent,
                alters=f"message/{name}",
                beside=(*_of_other(scope, other), *scope.at(place.nodes)),
            )
        samples = [message["examples"][0] for message in _schemas(scope, stated)]
        another_one = next((sample for sample in samples if not judge.is_valid(sample)), None)
        changes: dict[str, Callable[[Any], Any]] = {
            "altered": _reworded(own),
            "other-value": _other_id,
        }
        if another_one is not None:
            changes["another"] = constant(another_one)
        for how, change in changes.items():

            def reworded(
                asked: Asked, change: Callable[[Any], Any] = change, wanted: Any = wanted
            ) -> Response:
                response = asked.response()
                if not _tells(response, wanted):
                    return response
                return scope.change(response, lambda body: altered(body, wanted[1], change))

            says = f"{scope.id} words {name} otherwise: {how}."
            yield scope.fault(
                f"message-{how}", name, says, breaks, reworded, alters=f"message/{name}"
            )


def other_method(scope: Scope) -> Iterator[Fault]:
    """A method that the path does not have is answered with another status than 405."""
    nodes = (f"{scope.item}/x-sn-other-methods",)
    for other in (200, 400, 404, 500):
        yield scope.elsewhere(
            "method-answered",
            str(other),
            f"Other methods of {scope.id} are answered with {other}.",
            scope.at(nodes),
            status(other),
        )


def _of_roles(scope: Scope, number: int) -> tuple[str, ...]:
    """What the API says of users without its role, whom a 403 refuses."""
    return scope.at(["#/info", f"{scope.node}/x-sn-roles"]) if number == 403 else ()


def _of_condition(scope: Scope, name: str) -> tuple[str, ...]:
    """The clauses of the parts of a request that a condition concerns."""
    if name == _IN_URL:
        return scope.at(
            node
            for parameter in scope.operation.parameters
            for node in scope.parameter(parameter.name)
        )
    if name in (_UNREADABLE, _NO_BODY):
        return scope.at(scope.body)
    return _of_body(scope) if name in _OF_BODY else ()


def _of_other(scope: Scope, other: int) -> tuple[str, ...]:
    """What is said of the response whose status comes in place of another: its headers and its body are missing."""
    return scope.of_response(other, FORM) if other in scope.operation.responses else ()


def _of_body(scope: Scope) -> tuple[str, ...]:
    """What is said of the fields of a body, each of which can be why a call is refused."""
    nodes = {node for place in scope.sent for node in place.nodes}
    return tuple(
        clause.id
        for clause in scope.clauses
        if clause.operation == scope.id
        and any(clause.pointer == node or clause.pointer.startswith(f"{node}/") for node in nodes)
        and any(check.kind in ANY for check in clause.checked_by)
    )


def _beyond(scope: Scope, other: int) -> tuple[str, ...]:
    """What another status breaks beside the clauses at the response that is documented."""
    if other in _UNKNOWN.values():
        return scope.at([scope.node, f"{scope.node}/responses"], FORM)
    if other == 500:
        return scope.at((*scope.response(500), scope.node), FORM)
    return ()


def _conditions(scope: Scope, number: int) -> Mapping[str, When]:
    """What the contract tells apart among the calls that one status answers."""
    if number == 401:
        return {name: calls(is_so) for name, is_so in callers.UNKNOWN.items()}
    if number != 400:
        return {"": always}
    found: dict[str, When] = {
        _IN_URL: calls(lambda asked: _misplaced(scope, asked)),
        _FITS: calls(lambda asked: _fits(scope, asked)),
    }
    form = scope.operation.body
    if form is None:
        return found
    found[_UNREADABLE] = calls(
        lambda asked: asked.request.body and scope.read(asked.request) is None
    )
    found[_REFUSED] = calls(lambda asked: _refused(scope, asked))
    if form.required:
        found[_NO_BODY] = calls(
            lambda asked: not asked.request.body and not _misplaced(scope, asked)
        )
    return found


def _refused(scope: Scope, asked: Asked) -> bool:
    value = scope.read(asked.request)
    form = scope.operation.body
    return (
        value is not None
        and form is not None
        and not next(iter(form.media.values())).validator.is_valid(value)
    )


def _misplaced(scope: Scope, asked: Asked) -> bool:
    parameters = {**asked.query, **asked.values}
    return any(
        parameter.name in parameters
        and not parameter.validator.is_valid(parameter.read(parameters[parameter.name]))
        for parameter in scope.operation.parameters
    )


def _fits(scope: Scope, asked: Asked) -> bool:
    readable = not asked.request.body or scope.read(asked.request) is not None
    return readable and not _refused(scope, asked) and not _misplaced(scope, asked)


def _messages(scope: Scope) -> Iterator[tuple[Place, str]]:
    """Each message that has a status of its own, with a place where it stands."""
    document = scope.contract.document
    for number in scope.operation.responses:
        for place in scope.answered(number):
            for nodes in (place.nodes, *places.alternatives(document, place.nodes)):
                if nodes and "x-sn-status" in places.merged(document, nodes[-1:]):
                    yield place, nodes[-1]


def _schemas(scope: Scope, stated: Mapping[str, Place]) -> list[Any]:
    return [places.merged(scope.contract.document, (schema,)) for schema in stated]


def _tells(response: Response, wanted: Any) -> bool:
    judge, steps = wanted
    return any(judge.is_valid(value) for value in values(json_of(response.body), steps))


def _reworded(schema: Any) -> Callable[[str], str]:
    """A text that the schema does not admit, or admits as well where it has a pattern."""
    return lambda text: another(schema, text) if "pattern" in schema else f"{text}!"


def _other_id(text: str) -> str:
    """The text with another sys_id in it."""
    words = text.split(" ")
    return " ".join(word[::-1] if len(word) == 32 and word.isalnum() else word for word in words)
