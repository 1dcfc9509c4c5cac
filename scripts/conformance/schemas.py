"""JSON Schemas of the contract, with the place in the contract of everything that is found.

A clause names a node of the bundle. To judge it, a body has to be followed from the schema of the
response down to that node, through references and alternatives; and a fault in a request has to
be traced to all nodes that contain it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import jsonschema_rs

from scripts.kit import pointers
from scripts.kit.errors import DocumentError


class _Missing:
    """Stands for the value of a required property that is not there."""

    def __repr__(self) -> str:
        return "nothing"


MISSING: Final = _Missing()

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
    value: Any
    place: str


class Schemas:
    """The schemas of one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._shared: dict[str, Any] = {
            key: document[key] for key in ("components", "paths") if key in document
        }
        self.validator = cache(self._validator)
        self.nodes = cache(self._nodes)

    def faults(self, start: str, value: Any) -> list[Fault]:
        """What is wrong with the value, measured by the schema at `start`."""
        return [self._fault(start, error) for error in self.validator(start).iter_errors(value)]

    def is_valid(self, start: str, value: Any) -> bool:
        """Whether the schema at `start` admits the value."""
        return value is not MISSING and bool(self.validator(start).is_valid(value))

    def visits(self, start: str, value: Any) -> Iterator[Visit]:
        """Every node that the value reaches from the schema at `start`, with its part of it.

        Of alternatives it enters those that the value satisfies; if it satisfies none, the only
        one whose required properties it has.
        """
        yield from self._walk(start, value, "")

    def at(self, pointer: str) -> Any:
        """The schema that stands at a pointer."""
        return pointers.resolve(self._document, pointer)

    def assertion(self, pointer: str) -> tuple[str, str] | None:
        """The schema and the keyword, where a pointer leads to a keyword that can be judged."""
        parent, _, keyword = pointer.rpartition("/")
        return (parent, keyword) if keyword in _ASSERTIONS else None

    def _validator(self, start: str) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator({"$ref": _as_uri(start), **self._shared})

    def _nodes(self, start: str) -> frozenset[str]:
        """Every schema that can be reached from the one at `start`."""
        found: set[str] = set()
        waiting = [start]
        while waiting:
            pointer = waiting.pop()
            if pointer in found:
                continue
            found.add(pointer)
            schema = pointers.resolve(self._document, pointer)
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

    def _property_level(self, parent: str, name: str) -> set[str]:
        pointer = _below(_below(parent, "properties"), name)
        try:
            schema = pointers.resolve(self._document, pointer)
        except DocumentError:
            return set()
        target = schema.get("$ref") if isinstance(schema, dict) else None
        return {pointer, target} if isinstance(target, str) else {pointer}

    def _walk(self, pointer: str, value: Any, place: str) -> Iterator[Visit]:
        yield Visit(pointer, value, place)
        schema = pointers.resolve(self._document, pointer)
        if not isinstance(schema, dict):
            return
        if "$ref" in schema:
            yield from self._walk(schema["$ref"], value, place)
        for branch in self._entered(pointer, schema, value):
            yield from self._walk(branch, value, place)
        if isinstance(value, dict):
            yield from self._walk_object(pointer, schema, value, place)
        elif isinstance(value, list):
            yield from self._walk_array(pointer, schema, value, place)

    def _walk_object(
        self, pointer: str, schema: dict[str, Any], value: dict[str, Any], place: str
    ) -> Iterator[Visit]:
        properties = schema.get("properties", {})
        for name in properties:
            child = _below(_below(pointer, "properties"), name)
            if name in value:
                yield from self._walk(child, value[name], f"{place}/{name}")
            elif name in schema.get("required", ()):
                yield Visit(child, MISSING, f"{place}/{name}")
        if isinstance(schema.get("additionalProperties"), dict):
            child = _below(pointer, "additionalProperties")
            for name in value.keys() - properties.keys():
                yield from self._walk(child, value[name], f"{place}/{name}")

    def _walk_array(
        self, pointer: str, schema: dict[str, Any], value: list[Any], place: str
    ) -> Iterator[Visit]:
        first = schema.get("prefixItems", [])
        for index, item in enumerate(value):
            if index < len(first):
                child = _below(_below(pointer, "prefixItems"), str(index))
            elif isinstance(schema.get("items"), dict):
                child = _below(pointer, "items")
            else:
                return
            yield from self._walk(child, item, f"{place}/{index}")

    def _entered(self, pointer: str, schema: dict[str, Any], value: Any) -> list[str]:
        entered = [
            _below(_below(pointer, "allOf"), str(index))
            for index in range(len(schema.get("allOf", [])))
        ]
        if "if" in schema:
            branch = "then" if self.is_valid(_below(pointer, "if"), value) else "else"
            entered += [_below(pointer, branch)] if branch in schema else []
        for keyword in ("anyOf", "oneOf"):
            branches = [
                _below(_below(pointer, keyword), str(index))
                for index in range(len(schema.get(keyword, [])))
            ]
            valid = [branch for branch in branches if self.is_valid(branch, value)]
            if not valid:
                meant = [branch for branch in branches if self._is_meant(branch, value)]
                valid = meant if len(meant) == 1 else []
            entered += valid
        return entered

    def _is_meant(self, pointer: str, value: Any) -> bool:
        """Whether the value has what sets the alternative apart from the others."""
        schema = pointers.follow(self._document, pointers.resolve(self._document, pointer))
        required = schema.get("required", [])
        if schema.get("type") == "object" and required:
            return isinstance(value, dict) and all(name in value for name in required)
        keywords = [key for key in ("type",) if key in schema]
        validator = jsonschema_rs.Draft202012Validator({key: schema[key] for key in keywords})
        return bool(keywords) and validator.is_valid(value)


def _children(pointer: str, schema: dict[str, Any]) -> list[str]:
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
    return pointer.replace("{", "%7B").replace("}", "%7D")
