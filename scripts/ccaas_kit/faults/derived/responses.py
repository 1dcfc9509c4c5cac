"""Rules about answers: each promise of the contract about a body or a header, broken."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.faults.blocks import (
    Change,
    answering,
    has,
    html,
    in_place,
    with_header,
    without_header,
)
from ccaas_kit.faults.derived import places, values
from ccaas_kit.faults.derived.bodies import Alter, altered, constant, exchanged, of_before
from ccaas_kit.faults.derived.places import Others, Place, Schema
from ccaas_kit.faults.derived.scope import FORM, UNREACHED, VALUE, Scope
from ccaas_kit.faults.fault import Asked, Behave, Fault
from ccaas_kit.sandbox.http.messages import Response


def misfit(scope: Scope) -> Iterator[Fault]:
    """A value is left out, or does not fit its schema."""
    for status, place in _places(scope):
        # Custom fields are those that a response must have, though the contract cannot name them.
        required = bool(place.required and place.steps) or isinstance(place.name, Others)
        kinds = places.all_types(scope.contract.document, place)
        for name, keyword, alter in values.misfits(place.schema, kinds, required=required):
            own = () if scope.at(place.nodes, FORM) else scope.at(place.nodes)
            breaks = (*scope.nearest(place, FORM, keyword), *own)
            if name == "left-out":
                breaks = (*breaks, *scope.at([f"{node}/required" for node in place.around]))
            yield _at(scope, (status, place), f"response-{name}", breaks, alter)


def added(scope: Scope) -> Iterator[Fault]:
    """A value that a response may lack is sent, and does not fit its schema."""
    places_of = {status: [*scope.answered(status)] for status in _statuses(scope)}
    for status, found in places_of.items():
        for place in found:
            kinds = places.all_types(scope.contract.document, place)
            if place.required or not place.steps or not kinds or isinstance(place.name, Others):
                continue
            own = scope.at(place.nodes, FORM)
            wrong = 0 if kinds <= {"string", "null", "boolean"} else "no"

            def add(holder: Any, name: str = place.name, wrong: Any = wrong) -> Any:
                return {name: wrong, **holder} if isinstance(holder, dict) else holder

            if own and not kinds & {"integer", "number"}:
                says = f"{place.text} in {status} of {scope.id} is sent, as {wrong!r}."
                behave = _answering(scope, status, place.steps[:-1], add)
                name = f"{status}/{place.text}"
                yield scope.fault("response-added", name, says, own, behave, alters=name)


def other_value(scope: Scope) -> Iterator[Fault]:
    """A value fits its schema and is not the right one: another, an empty one, that of the last response."""
    for status, place in _places(scope):
        if status >= 300 or not place.steps:
            continue
        breaks = scope.nearest(place, VALUE)
        if "properties" not in place.schema and "items" not in place.schema:
            another = partial(values.another, place.schema)
            yield _at(scope, (status, place), "response-another", breaks, another)
        if "string" in places.all_types(scope.contract.document, place):
            yield _at(scope, (status, place), "response-blank", breaks, _blank)
        if "const" in place.schema:
            continue
        says = f"{place.text} in {status} of {scope.id} is that of the answer before."
        name, behave = f"{status}/{place.text}", _stale(scope, status, place)
        beside = _of_record(scope, place)
        yield scope.fault("response-stale", name, says, breaks, behave, alters=name, beside=beside)


def with_error(scope: Scope) -> Iterator[Fault]:
    """A success response has an error beside its result."""
    error = {"error": {"message": "Transaction cancelled", "detail": ""}, "status": "failure"}
    for status in (number for number in _statuses(scope) if number < 300):
        says = f"{scope.id} sends {status} with an error beside the result."
        breaks = scope.at(scope.response(status), VALUE)

        def add(found: Any) -> Any:
            return {**found, **error} if isinstance(found, dict) else found

        behave = _answering(scope, status, (), add)
        name = f"{status}/error"
        yield scope.fault("response-with-error", str(status), says, breaks, behave, alters=name)


def swapped(scope: Scope) -> Iterator[Fault]:
    """Two neighbouring values of a response are swapped."""
    for status in _statuses(scope):
        leaves = [leaf for leaf in scope.answered(status) if leaf.steps]
        for one, other in pairwise(leaves):
            if one.steps[:-1] != other.steps[:-1] or "properties" in one.schema:
                continue
            # No page says which text of an error response is which.
            if status >= 300 and _alike(one.schema, other.schema):
                continue
            breaks = [
                *(*scope.nearest(one, FORM), *scope.nearest(other, FORM)),
                *(*scope.nearest(one, VALUE), *scope.nearest(other, VALUE)),
            ]
            name = f"{status}/{one.text}+{other.name}"
            says = f"{one.text} and {other.name} change places in {status} of {scope.id}."
            exchange = exchanged((one.name, other.name))
            behave = _answering(scope, status, one.steps[:-1], exchange)
            bearing = status < 300 and (_bears(one.schema) or _bears(other.schema))
            alters = "" if bearing else f"{status}/{one.text}"
            beside = (*scope.at(one.around), *scope.related(one), *scope.related(other))
            yield scope.fault(
                "response-swapped", name, says, breaks, behave, alters=alters, beside=beside
            )


def _alike(one: Schema, other: Schema) -> bool:
    """Whether a value of one schema has the form of the other; null is in neither."""
    types = [places.types(schema) - {"null"} for schema in (one, other)]
    bounds = ("enum", "const", "pattern", "anyOf", "oneOf")
    return types[0] == types[1] and all(one.get(key) == other.get(key) for key in bounds)


def whole(scope: Scope) -> Iterator[Fault]:
    """The media type of a response is another one, or its body cannot be read."""
    for status in _statuses(scope):
        breaks = (*scope.at(scope.response(status), FORM), *scope.at([scope.node], FORM))
        page = html(status, "Elsewhere")
        changes: list[tuple[str, Change]] = [
            ("page", page),
            ("text", with_header("content-type", "text/plain")),
            (
                "cut-off",
                lambda response: Response(response.status, response.headers, response.body[:-2]),
            ),
            ("empty", lambda response: Response(response.status, response.headers, b"")),
        ]
        for name, change in changes:
            says = f"The body of {status} of {scope.id} is sent as: {name}."
            yield scope.fault(
                f"response-{name}",
                str(status),
                says,
                breaks,
                answering(change, has(status)),
                alters="" if status < 300 else str(status),
            )


def header(scope: Scope) -> Iterator[Fault]:
    """A documented header is missing, or has another form."""
    for status in _statuses(scope):
        response = scope.operation.responses[status]
        nodes = scope.response(status)
        for response_header in response.headers:
            node = f"{nodes[-1]}/headers/{response_header.name}"
            found = pointers.resolve(scope.contract.document, node)
            own = [node, found.get("$ref", node), *nodes]
            breaks = (*scope.at(own), *scope.at([scope.node], FORM))
            for name, change in (
                ("left-out", without_header(response_header.name)),
                ("malformed", with_header(response_header.name, "~")),
            ):
                if name == "left-out" and not response_header.required:
                    continue
                says = f"The header {response_header.name} of {status} of {scope.id} is: {name}."
                yield scope.fault(
                    f"header-{name}",
                    f"{status}/{response_header.name}",
                    says,
                    breaks,
                    answering(change, has(status)),
                    alters=f"{status}/header {response_header.name}",
                )


def _of_record(scope: Scope, place: Place) -> tuple[str, ...]:
    """What is said of the place and of fields that it shows in, and by any operation of the API of the record's values."""
    own = (*scope.at(place.nodes), *scope.related(place))
    return (*own, *scope.at([*place.nodes, *place.around], VALUE - FORM, of_any=True))


def seldom(scope: Scope) -> Iterator[Fault]:
    """A response that only the instance causes, an occasional 429 or 500, is not the documented one."""
    for status in (number for number in UNREACHED if number in scope.operation.responses):
        whole = scope.refusal(status)
        breaks = scope.of_response(status)
        changes = [("page", html(status, "Elsewhere"))]
        needed = [
            response_header.name
            for response_header in scope.operation.responses[status].headers
            if response_header.required
        ]
        changes += [(f"without {name}", without_header(name)) for name in needed]
        changes += [("bare", lambda response: Response(response.status, response.headers, b"{}"))]
        for name, change in changes:
            says = f"Each {_SELDOM}th call of {scope.id} gets a {status}: {name}."
            behave = in_place(_SELDOM, constant(change(whole)))
            yield scope.fault(f"seldom-{status}", name, says, breaks, behave)


# Each so-many-th call.
_SELDOM = 12


def _statuses(scope: Scope) -> Iterator[int]:
    return (number for number in scope.operation.responses if number not in UNREACHED)


def _places(scope: Scope) -> Iterator[tuple[int, Place]]:
    for status in _statuses(scope):
        for place in scope.answered(status):
            yield status, place


def _at(
    scope: Scope, where: tuple[int, Place], rule: str, breaks: tuple[str, ...], alter: Alter
) -> Fault:
    status, place = where
    says = f"{place.text} in {status} of {scope.id}: {rule.removeprefix('response-')}."
    behave = _answering(scope, status, place.steps, alter)
    name, beside = f"{status}/{place.text}", _of_record(scope, place)
    alters = "" if status < 300 and _bears(place.schema) else name
    return scope.fault(rule, name, says, breaks, behave, alters=alters, beside=beside)


def _bears(schema: Schema) -> bool:
    """Whether nothing of a success can be read without a place: its objects, or what says that it is one."""
    return not {"properties", "anyOf", "const"}.isdisjoint(schema)


def _answering(scope: Scope, status: int, steps: tuple[str, ...], alter: Alter) -> Behave:
    """Responses with a status have another value at the end of a way."""

    def change(response: Response) -> Response:
        return scope.change(response, lambda found: altered(found, steps, alter))

    return answering(change, has(status))


def _blank(value: Any) -> Any:
    return "" if isinstance(value, str) else value


def _stale(scope: Scope, status: int, place: Place) -> Behave:
    def behave(asked: Asked) -> Response:
        response = asked.response()
        if response.status != status:
            return response
        return scope.change(response, of_before(asked.kept, place.steps))

    return behave
