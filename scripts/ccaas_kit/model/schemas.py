"""JSON Schemas of the contract, with the place in the contract of everything that is found.

A clause names a node of the bundle. To judge it, a body has to be followed from the schema of the
response down to that node, through references and alternatives; and a fault in a request has to
be traced to all nodes that contain it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import jsonschema_rs

from ccaas_kit.contract import pointers
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.shapes import Json


class _Missing:
    """The value of a required property that is missing."""

    def __repr__(self) -> str:
        return "nothing"


MISSING: Final = _Missing()

# What the document is called where schemas refer to it, and the dialect of its schemas.
_BASE = "urn:contract"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"

# Keywords of JSON Schema that hold one schema, a list of schemas, or schemas by name.
_ONE = ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames")
_LIST = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs")

# Keywords that can be judged alone, where a clause points at one.
_ASSERTIONS = frozenset(
    (
        *("type", "enum", "const", "pattern", "format", "minLength", "maxLength"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
        *("required", "additionalProperties"),
    )
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a value.

    `chain` holds every node of the contract that contains the fault, from the outermost level to
    the innermost; a reference and what it leads to are on one level. `place` says where the fault
    is in the value.
    """

    chain: tuple[frozenset[str], ...]
    message: str
    place: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A value that reached a node of the contract; MISSING where one was required."""

    pointer: str
    value: Json
    place: str


class Schemas:
    """The schemas of one document."""

    def __init__(self, document: dict[str, Json]) -> None:
        self._document = document
        shared: dict[str, Json] = {
            key: document[key] for key in ("components", "paths") if key in document
        }
        self._registry = jsonschema_rs.Registry([(_BASE, {"$schema": _DIALECT, **shared})])
        self.at = cache(self._at)
        self.validator = cache(self._validator)
        self.nodes = cache(self._nodes)

    def faults(self, start: str, value: Json) -> list[Fault]:
        """What is wrong with the value, measured by the schema at `start`.

        Where no alternative fits, and one is clearly meant, the faults are those of that one.
        """
        found: list[Fault] = []
        for error in self.validator(start).iter_errors(value):
            fault = self._fault(start, error)
            part = value
            for step in error.instance_path:
                part = part[step]
            found += self._faults_of_the_meant(fault, error.evaluation_path, part) or [fault]
        return found

    def is_valid(self, start: str, value: Json) -> bool:
        """Whether the schema at `start` admits the value."""
        return value is not MISSING and bool(self.validator(start).is_valid(value))

    def visits(self, start: str, value: Json) -> list[Visit]:
        """Every node that the value reaches from the schema at `start`, with its part of it.

        Of alternatives it enters those that the value satisfies; if it satisfies none, the one
        that is clearly meant.
        """
        found: list[Visit] = []
        self._walk(start, value, "", found)
        return found

    def assertion(self, pointer: str) -> tuple[str, str] | None:
        """The schema and the keyword, where a pointer leads to a keyword that can be judged."""
        parent, _, keyword = pointer.rpartition("/")
        return (parent, keyword) if keyword in _ASSERTIONS else None

    def _at(self, pointer: str) -> Json:
        """The schema at a pointer."""
        return pointers.resolve(self._document, pointer)

    def _validator(self, start: str) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator({"$ref": _as_uri(start)}, registry=self._registry)

    def _nodes(self, start: str) -> frozenset[str]:
        """Every schema that can be reached from the one at `start`."""
        found: set[str] = set()
        waiting = [start]
        while waiting:
            pointer = waiting.pop()
            if pointer in found:
                continue
            found.add(pointer)
            schema = self.at(pointer)
            if isinstance(schema, dict):
                waiting += _children(pointer, schema)
        return frozenset(found)

    def _fault(self, start: str, error: jsonschema_rs.ValidationError) -> Fault:
        pointer = start
        levels = [{start}]
        # The first step leads from the validator's own root to the start.
        for step in error.evaluation_path[1:]:
            if step == "$ref":
                pointer = str(pointers.resolve(self._document, pointer)["$ref"])
                levels[-1].add(pointer)
            else:
                pointer = _below(pointer, str(step))
                levels.append({pointer})
        place = "".join(f"/{step}" for step in error.instance_path)
        name = getattr(error.kind, "property", None) if pointer.endswith("/required") else None
        if isinstance(name, str):
            levels.append(self._property_level(pointer.removesuffix("/required"), name))
            place = f"{place}/{name}"
        chain = tuple(frozenset(level) for level in levels)
        return Fault(chain, error.message, place, missing=isinstance(name, str))

    def _faults_of_the_meant(
        self, fault: Fault, path: Sequence[str | int], part: Json
    ) -> list[Fault]:
        """The faults inside the alternative that a value means, if the fault is that none fits."""
        if not path or path[-1] not in ("anyOf", "oneOf"):
            return []
        (alternatives,) = fault.chain[-1]
        branches = self._branches(alternatives)
        if any(self.is_valid(branch, part) for branch in branches):
            return []
        meant = self._meant(branches, part)
        if meant is None:
            return []
        return [
            Fault(
                (*fault.chain, *inner.chain),
                inner.message,
                fault.place + inner.place,
                inner.missing,
            )
            for inner in self.faults(meant, part)
        ]

    def _branches(self, alternatives: str) -> list[str]:
        count = len(pointers.resolve(self._document, alternatives))
        return [_below(alternatives, str(index)) for index in range(count)]

    def _meant(self, branches: Sequence[str], value: Json) -> str | None:
        """The one alternative that an invalid value is an attempt at; None if that is not clear.

        A constant tells best, then the type, then who of them misses no required property.
        """
        for test in (self._has_its_constant, self._has_its_type, self._has_its_properties):
            meant = [branch for branch in branches if test(branch, value)]
            if len(meant) == 1:
                return meant[0]
        return None

    def _followed(self, pointer: str) -> Json:
        return pointers.follow(self._document, pointers.resolve(self._document, pointer))

    def _has_its_constant(self, branch: str, value: Json) -> bool:
        properties = self._followed(branch).get("properties", {})
        return isinstance(value, dict) and any(
            "const" in schema and name in value and _same(value[name], schema["const"])
            for name, schema in (
                (name, pointers.follow(self._document, node)) for name, node in properties.items()
            )
        )

    def _has_its_type(self, branch: str, value: Json) -> bool:
        kind = self._followed(branch).get("type")
        return kind is not None and bool(
            jsonschema_rs.Draft202012Validator({"type": kind}).is_valid(value)
        )

    def _has_its_properties(self, branch: str, value: Json) -> bool:
        required = self._followed(branch).get("required", [])
        return isinstance(value, dict) and bool(required) and set(required) <= set(value)

    def _property_level(self, parent: str, name: str) -> set[str]:
        pointer = _below(_below(parent, "properties"), name)
        try:
            schema = pointers.resolve(self._document, pointer)
        except DocumentError:
            return set()
        target = schema.get("$ref") if isinstance(schema, dict) else None
        return {pointer, target} if isinstance(target, str) else {pointer}

    def _walk(self, pointer: str, value: Json, place: str, found: list[Visit]) -> None:
        found.append(Visit(pointer, value, place))
        schema = self.at(pointer)
        if not isinstance(schema, dict):
            return
        if "$ref" in schema:
            self._walk(schema["$ref"], value, place, found)
        for branch in self._entered(pointer, schema, value):
            self._walk(branch, value, place, found)
        if isinstance(value, dict):
            self._walk_object(pointer, schema, value, place, found)
        elif isinstance(value, list):
            self._walk_array(pointer, schema, value, place, found)

    def _walk_object(
        self,
        pointer: str,
        schema: dict[str, Json],
        value: dict[str, Json],
        place: str,
        found: list[Visit],
    ) -> None:
        properties = schema.get("properties", {})
        for name in properties:
            child = _below(_below(pointer, "properties"), name)
            if name in value:
                self._walk(child, value[name], f"{place}/{name}", found)
            elif name in schema.get("required", ()):
                found.append(Visit(child, MISSING, f"{place}/{name}"))
        if isinstance(schema.get("additionalProperties"), dict):
            child = _below(pointer, "additionalProperties")
            for name in value.keys() - properties.keys():
                self._walk(child, value[name], f"{place}/{name}", found)

    def _walk_array(
        self,
        pointer: str,
        schema: dict[str, Json],
        value: list[Json],
        place: str,
        found: list[Visit],
    ) -> None:
        first = schema.get("prefixItems", [])
        for index, item in enumerate(value):
            if index < len(first):
                child = _below(_below(pointer, "prefixItems"), str(index))
            elif isinstance(schema.get("items"), dict):
                child = _below(pointer, "items")
            else:
                return
            self._walk(child, item, f"{place}/{index}", found)

    def _entered(self, pointer: str, schema: dict[str, Json], value: Json) -> list[str]:
        entered = [
            _below(_below(pointer, "allOf"), str(index))
            for index in range(len(schema.get("allOf", [])))
        ]
        if "if" in schema:
            branch = "then" if self.is_valid(_below(pointer, "if"), value) else "else"
            entered += [_below(pointer, branch)] if branch in schema else []
        for keyword in ("anyOf", "oneOf"):
            if keyword not in schema:
                continue
            branches = self._branches(_below(pointer, keyword))
            valid = [branch for branch in branches if self.is_valid(branch, value)]
            if not valid and (meant := self._meant(branches, value)):
                valid = [meant]
            entered += valid
        return entered


def _same(one: Json, other: Json) -> bool:
    # In Python, True is 1.
    return type(one) is type(other) and bool(one == other)


def _children(pointer: str, schema: dict[str, Json]) -> list[str]:
    children = [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
    children += [_below(pointer, key) for key in _ONE if isinstance(schema.get(key), dict | bool)]
    for key in _LIST:
        children += [
            _below(_below(pointer, key), str(index)) for index in range(len(schema.get(key, [])))
        ]
    for key in _NAMED:
        children += [_below(_below(pointer, key), name) for name in schema.get(key, {})]
    return children


def _below(pointer: str, step: str) -> str:
    return f"{pointer}/{step.replace('~', '~0').replace('/', '~1')}"


def _as_uri(pointer: str) -> str:
    return _BASE + pointer.replace("{", "%7B").replace("}", "%7D")
