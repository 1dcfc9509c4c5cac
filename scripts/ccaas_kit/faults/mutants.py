"""Faults that nobody has thought of: each promise of the contract about an answer, broken by rule.

An operator breaks one thing wherever the contract says it: a required field is left out, a value has
another type, leaves its list, its pattern or its length, two fields change places, a status or a media
type is another one. Every use of an operator is a mutant with a name of its own:
`mutant:<operation>:<status>:<operator>:<place in the body>`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import orjson

from ccaas_kit.contract import pointers
from ccaas_kit.faults.blocks import html, status
from ccaas_kit.faults.fault import Asked, Fault, is_json
from ccaas_kit.sandbox.contract import JSON, Contract, Operation
from ccaas_kit.sandbox.http.messages import Reply

PREFIX = "mutant:"
# What a mutant remembers: how many replies it has changed.
CHANGED = "changed"
_DEPTH = 4
# No status that the platform knows.
_UNKNOWN_SUCCESS, _UNKNOWN_REFUSAL = 299, 499
Schema = Mapping[str, Any]
Alter = Callable[[Any], Any]


class _Gone:
    """What stands for a value that is taken away."""


_GONE = _Gone()


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in the bodies of an answer: the way there, and the schema of what stands there."""

    steps: tuple[str, ...]
    schema: Schema
    required: bool

    @property
    def text(self) -> str:
        return pointers.build(*self.steps)[1:]


def of(contract: Contract) -> Mapping[str, Fault]:
    """Every mutant of a contract, by its name."""
    return _of(id(contract), contract)


@lru_cache(maxsize=2)
def _of(_: int, contract: Contract) -> Mapping[str, Fault]:
    found = [
        mutant
        for operation in contract.operations
        if operation.id == operation.base
        for mutant in _mutants(contract, operation)
    ]
    return {mutant.name: mutant for mutant in found}


def _mutants(contract: Contract, operation: Operation) -> Iterator[Fault]:
    for number, response in operation.responses.items():
        media = response.media.get(JSON)
        # Nothing but a failure of the sandbox leads to a 500, and nothing but a rule to a 429.
        if media is None or number in (429, 500):
            continue
        yield _mutant(operation, number, "status", "", _other_status(number))
        yield _mutant(operation, number, "media-type", "", html(number, "Elsewhere"))
        places = [*_places(contract, media.schema)]
        for place in places:
            for name, alter in _operators(place):
                change = _changed(place.steps, alter)
                yield _mutant(operation, number, name, place.text, change)
        for one, other in _neighbours(places):
            change = _swapped(one.steps, other.steps)
            yield _mutant(operation, number, "swap", f"{one.text}+{other.steps[-1]}", change)


def _mutant(
    operation: Operation, number: int, operator: str, place: str, change: Callable[[Reply], Reply]
) -> Fault:
    name = f"{PREFIX}{operation.id}:{number}:{operator}:{place}"
    says = f"In {number} of {operation.id}: {operator}{f' at {place}' if place else ''}."

    def behave(asked: Asked) -> Reply:
        reply = asked.reply()
        if asked.operation != operation.id or reply.status != number:
            return reply
        changed = change(reply)
        if changed != reply:
            asked.kept[CHANGED] = asked.kept.get(CHANGED, 0) + 1
        return changed

    return Fault(name, says, (), behave)


def _other_status(number: int) -> Callable[[Reply], Reply]:
    return status(_UNKNOWN_SUCCESS if number < 300 else _UNKNOWN_REFUSAL)


def _places(
    contract: Contract, schema: Any, steps: tuple[str, ...] = (), *, required: bool = True
) -> Iterator[_Place]:
    """Every place in what a schema describes; alternatives are entered where each is an object."""
    found = pointers.follow(contract.document, schema)
    if not isinstance(found, Mapping) or len(steps) > _DEPTH:
        return
    if steps:
        yield _Place(steps, found, required)
    for each in (*found.get("oneOf", ()), *found.get("anyOf", ()), *found.get("allOf", ())):
        for inner in _places(contract, each, steps, required=required):
            if inner.steps != steps:
                yield inner
    for name, child in found.get("properties", {}).items():
        needed = name in found.get("required", ())
        yield from _places(contract, child, (*steps, name), required=needed)
    if isinstance(found.get("items"), Mapping):
        yield from _places(contract, found["items"], (*steps, "*"), required=False)


def _operators(place: _Place) -> Iterator[tuple[str, Alter]]:
    schema = place.schema
    kinds = schema.get("type", ())
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    if place.required:
        yield "left-out", lambda _: _GONE
    if not kinds or "oneOf" in schema or "anyOf" in schema:
        return
    if "null" not in kinds:
        yield "null", lambda _: None
    if kinds <= {"string", "null"}:
        yield "type", lambda value: [value]
        if "enum" in schema or "const" in schema:
            yield "unlisted", lambda value: f"{value} or so"
        if "pattern" in schema:
            yield "malformed", lambda value: f"~{value}~"
        if "maxLength" in schema:
            longest = schema["maxLength"]
            yield "too-long", lambda value: (value or "x") * (longest + 1)
    elif kinds <= {"object", "null"}:
        yield "type", lambda _: "an object"
    elif kinds <= {"array", "null"}:
        yield "type", lambda value: {str(number): each for number, each in enumerate(value)}
        if "minItems" in schema:
            yield "emptied", lambda _: []
        if schema.get("uniqueItems"):
            yield "doubled", lambda value: [*value, *value]
    else:
        yield "type", lambda value: str(value).lower()


def _neighbours(places: list[_Place]) -> Iterator[tuple[_Place, _Place]]:
    """Places side by side whose values have different forms, so that a change of places shows."""
    for one, other in pairwise(places):
        beside = one.steps[:-1] == other.steps[:-1]
        forms = [
            {key: each.schema.get(key) for key in ("type", "pattern", "enum", "const")}
            for each in (one, other)
        ]
        if beside and forms[0] != forms[1] and "pattern" in {**one.schema, **other.schema}:
            yield one, other


def _changed(steps: tuple[str, ...], alter: Alter) -> Callable[[Reply], Reply]:
    def change(reply: Reply) -> Reply:
        if not is_json(reply):
            return reply
        value = orjson.loads(reply.body)
        _alter(value, steps, alter)
        return Reply(reply.status, reply.headers, orjson.dumps(value))

    return change


def _alter(value: Any, steps: tuple[str, ...], alter: Alter) -> None:
    step, rest = steps[0], steps[1:]
    if isinstance(value, list) and step == "*":
        for number, each in enumerate(value):
            if rest:
                _alter(each, rest, alter)
            else:
                value[number] = alter(each)
    elif isinstance(value, dict) and step in value:
        if rest:
            _alter(value[step], rest, alter)
            return
        new = alter(value[step])
        if new is _GONE:
            del value[step]
        else:
            value[step] = new


def _swapped(one: tuple[str, ...], other: tuple[str, ...]) -> Callable[[Reply], Reply]:
    """Two fields of each object that has both change places."""

    def swap(found: Any) -> Any:
        if isinstance(found, dict) and one[-1] in found and other[-1] in found:
            found[one[-1]], found[other[-1]] = found[other[-1]], found[one[-1]]
        return found

    def change(reply: Reply) -> Reply:
        if not is_json(reply):
            return reply
        value = orjson.loads(reply.body)
        if one[:-1]:
            _alter(value, one[:-1], swap)
        else:
            swap(value)
        return Reply(reply.status, reply.headers, orjson.dumps(value))

    return change
