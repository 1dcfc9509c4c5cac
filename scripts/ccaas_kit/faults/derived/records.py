"""Rules about what becomes of a record: what is kept of a request, and whether the record can be found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from ccaas_kit.contract import pointers
from ccaas_kit.faults.derived.bodies import altered, values
from ccaas_kit.faults.derived.places import Place
from ccaas_kit.faults.derived.scope import Scope
from ccaas_kit.faults.fault import Asked, Behave, Fault, json_of
from ccaas_kit.sandbox.http.messages import Response

Odd = Callable[[Any, Asked], bool]


def kept_though_invalid(scope: Scope) -> Iterator[Fault]:
    """A value that is documented not to take effect does; or the call is refused because of it."""
    for place in scope.sent:
        for keyword, odd in _odd_values(scope, place):
            says = f"{scope.id} keeps a value of {place.text} that breaks its {keyword}."
            alters, name = f"field/{place.text}", f"{place.text}:{keyword}"
            behave = _writing(scope, place.name, odd)
            breaks = scope.nearest(place)
            yield scope.fault("invalid-kept", name, says, breaks, behave, alters=alters)
            says = f"{scope.id} refuses a value of {place.text} that breaks its {keyword}."
            around = scope.at(place.around[-1:])
            refuses = scope.refusing(_sends(scope, place, odd))
            yield scope.fault(
                "invalid-refused", name, says, (*breaks, *around), refuses, alters=alters
            )


def cut_short(scope: Scope) -> Iterator[Fault]:
    """The instance keeps less of a text than is documented."""
    for place in scope.sent:
        longest = place.schema.get("x-sn-max-length", place.schema.get("maxLength"))
        if longest is None or not place.steps:
            continue

        def behave(asked: Asked, place: Place = place, most: int = longest - 1) -> Response:
            value = scope.read(asked.request)
            long = [
                text
                for text in values(value, place.steps)
                if isinstance(text, str) and len(text) > most
            ]
            if not long:
                return asked.response()
            cut = altered(value, place.steps, lambda text: text[:most])
            return asked.response(scope.with_value(asked, cut))

        says = f"{scope.id} keeps {longest - 1} characters of {place.text}."
        breaks = scope.nearest(place)
        yield scope.fault(
            "text-cut", place.text, says, breaks, behave, alters=f"field/{place.text}"
        )


def read_only_set(scope: Scope) -> Iterator[Fault]:
    """A field that is the instance's own is set by a request."""
    for node in (node for place in scope.sent[:1] for node in place.nodes):
        found = pointers.resolve(scope.contract.document, node)
        for name in found.get("x-sn-read-only", ()):
            breaks = [
                clause.id
                for clause in scope.clauses
                if clause.operation == scope.id and clause.pointer.endswith(f"/properties/{name}")
            ]
            says = f"{scope.id} sets {name}, which is read-only."
            behave = _writing(scope, name, lambda *_: True)
            yield scope.fault("read-only-set", name, says, breaks, behave, alters=f"field/{name}")


def not_found(scope: Scope) -> Iterator[Fault]:
    """The operation that a link names does not find what this operation returned."""
    for status in (number for number in scope.operation.responses if number < 300):
        response = pointers.resolve(scope.contract.document, scope.response(status)[-1])
        for link in response.get("links", {}).values():
            node = link.get("$ref", "")
            found = pointers.follow(scope.contract.document, link)
            if 404 not in scope.contract.by_id[found["operationId"]].responses:
                continue
            breaks = scope.at([node], of_any=True)
            name = f"{found['operationId']}:{status}"
            says = f"{found['operationId']} does not find what {scope.id} has answered with."
            behave = _losing(scope, status, found)
            target = scope.of(found["operationId"])
            beside = target.at([target.node], of_any=True)
            fault = scope.fault("not-found", name, says, breaks, behave, beside=beside)
            yield replace(fault, behave=behave)


def _sends(scope: Scope, place: Place, odd: Odd) -> Callable[[Asked], bool]:
    return lambda asked: any(
        odd(value, asked) for value in values(scope.read(asked.request), place.steps)
    )


def _losing(scope: Scope, status: int, link: Mapping[str, Any]) -> Behave:
    """Remember the call that the link leads to, and reject it."""

    def behave(asked: Asked) -> Response:
        lost = asked.kept.setdefault("lost", [])
        if asked.operation == link["operationId"] and any(
            all(asked.values.get(key) == value for key, value in lost_values.items())
            for lost_values in lost
        ):
            return scope.of(link["operationId"]).refusal(404)
        response = asked.response()
        if asked.operation == scope.id and response.status == status:
            body = json_of(response.body)
            lost.append(
                {key: _evaluated(text, asked, body) for key, text in link["parameters"].items()}
            )
        return response

    return behave


def _evaluated(text: str, asked: Asked, value: Any) -> Any:
    """The value of a runtime expression of a link."""
    if text.startswith("$request.path."):
        return asked.values.get(text.removeprefix("$request.path."))
    if text.startswith("$response.body#/"):
        for step in text.removeprefix("$response.body#/").split("/"):
            if isinstance(value, list):
                value = value[0] if value else None
            else:
                value = value.get(step) if isinstance(value, dict) else None
        return value
    return text


def _odd_values(scope: Scope, place: Place) -> Iterator[tuple[str, Odd]]:
    """The values that take no effect, by the extension keys of a field."""
    schema = place.schema
    if "x-sn-values" in schema:
        listed = {*schema["x-sn-values"], ""}
        yield (
            "x-sn-values",
            lambda value, _: str(value).lower() not in listed | {word.lower() for word in listed},
        )
    if "x-sn-max-length" in schema:
        longest = schema["x-sn-max-length"]
        yield "x-sn-max-length", lambda value, _: isinstance(value, str) and len(value) > longest
    if "x-sn-table" in schema and not scope.operation.responses.keys() & {404, 409}:
        yield "x-sn-table", lambda value, asked: _dangling(value, asked, schema["x-sn-table"])


def _dangling(value: Any, asked: Asked, table: str) -> bool:
    store = asked.instance.store
    if not isinstance(value, str) or not value:
        return False
    return table not in [*store.tables] or store.read(table, value) is None


def _writing(scope: Scope, name: str, odd: Odd) -> Behave:
    """The record of a call gets the value that was sent, where it is an odd one."""

    def behave(asked: Asked) -> Response:
        response = asked.response()
        sent = scope.read(asked.request)
        table = scope.operation.state.get("creates")
        if response.status >= 300 or not table or not isinstance(sent, dict) or name not in sent:
            return response
        key = next(iter(_SYS_ID.findall(response.body.decode())), "")
        store = asked.instance.store
        if odd(sent[name], asked) and store.read(table, key) is not None:
            with store.transaction():
                store.update(table, key, {name: _stored(sent[name])})
            asked.act()
        return response

    return behave


def _stored(value: Any) -> str:
    """A value of JSON as records have it."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


_SYS_ID = re.compile(r'"(?:result|sys_id)":"([0-9a-f]{32})"')
