"""The schemas as models shall see them: with the types that a program works with.

A bundle describes text as it travels. Two things are said otherwise to the generator of models:
an empty text in a response stands for no value, and a list of values may grow with a release, so
that a value that is not on it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from ccaas_kit.contract import pointers

# Marks a property of which the empty text means no value; record.py of the package reads it.
EMPTY = "x-sn-empty"
_TYPE_KEYWORDS = ("type", "enum", "pattern", "minLength", "maxLength", "format")


def answered(document: dict[str, Any]) -> frozenset[str]:
    """The named schemas that occur in answers and in no request."""
    requests: set[str] = set()
    responses: set[str] = set()
    for item in document["paths"].values():
        requests |= _reached(document, item.get("parameters", []))
        for operation in item.values():
            if isinstance(operation, dict) and "responses" in operation:
                asked = [operation.get("requestBody", {}), operation.get("parameters", [])]
                requests |= _reached(document, asked)
                responses |= _reached(document, operation["responses"])
    return frozenset(responses - requests)


def typed(
    schemas: dict[str, Any], answers: frozenset[str], texts: Collection[str]
) -> dict[str, Any]:
    """Named schemas with empty texts and lists of values as models shall have them.

    `texts` are the schemas for which the package has a Python type.
    """
    return {
        name: _narrowed(_typed(schema, name in answers), texts) for name, schema in schemas.items()
    }


def _narrowed(schema: dict[str, Any], texts: Collection[str]) -> dict[str, Any]:
    """A text type with further bounds, which its Python type does not have: it is no text."""
    (part, *more) = schema.get("allOf", [{}])
    if more or part.get("$ref", "").rpartition("/")[2] not in texts:
        return schema
    return {key: child for key, child in schema.items() if key not in _TYPE_KEYWORDS}


def _typed(node: Any, in_response: bool) -> Any:
    if isinstance(node, list):
        return [_typed(child, in_response) for child in node]
    if not isinstance(node, dict):
        return node
    found = {key: _typed(child, in_response) for key, child in node.items() if key != "examples"}
    for name, child in found.get("properties", {}).items():
        if isinstance(child, dict) and child.get("type") == "string" and "const" not in child:
            found["properties"][name] = _text(child, in_response)
    kinds = node.get("type")
    if kinds == "number" or (isinstance(kinds, list) and "number" in kinds):
        # A whole number stays one: 30 does not come back as 30.0.
        listed = kinds if isinstance(kinds, list) else [kinds]
        found["type"] = ["integer", *(kind for kind in listed if kind != "integer")]
    return {key: found.get(key, child) for key, child in node.items()}


def _text(node: dict[str, Any], in_response: bool) -> dict[str, Any]:
    empty = in_response and _admits_empty(node)
    values = [value for value in node.get("enum", []) if value or not empty]
    kind: Any = ["string", "null"] if empty else "string"
    found = {**node, "type": kind}
    if len(node.get("enum", [])) > 1:
        rest = {key: child for key, child in node.items() if key not in _TYPE_KEYWORDS}
        found = {**rest, "anyOf": [{"type": "string", "enum": values}, {"type": kind}]}
    return {**found, EMPTY: True} if empty else found


def _admits_empty(node: dict[str, Any]) -> bool:
    if node.get("minLength", 0) > 0 or ("enum" in node and "" not in node["enum"]):
        return False
    return "pattern" not in node or re.search(node["pattern"], "") is not None


def _reached(document: dict[str, Any], node: Any) -> set[str]:
    found: set[str] = set()
    waiting = [node]
    while waiting:
        current = waiting.pop()
        for reference in pointers.references(current, ("examples", "links")):
            name = reference.rpartition("/")[2]
            if reference.startswith("#/components/schemas/"):
                if name in found:
                    continue
                found.add(name)
            waiting.append(pointers.resolve(document, reference))
    return found
