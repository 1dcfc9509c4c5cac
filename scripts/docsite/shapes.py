"""A JSON Schema as a reader wants to see it: what it is, which fields it has, what holds for each.

A keyword that is not known here stops the build, so that no rule of the contract is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ccaas_kit.contract import defaults
from ccaas_kit.contract.errors import DocumentError
from docsite.reference import Reference

# Rules in the words of a reader. `{}` stands for the value.
_FACTS = {
    "format": "format {}",
    "pattern": "pattern {}",
    "const": "always {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
    defaults.KEY: "default {}",
    "x-sn-max-length": "documented length {}, not enforced",
    "x-sn-table": "refers to a record of {}",
    "x-sn-at-most": "no longer than {}",
    "x-sn-echoes": "equal to {}",
    "x-sn-status": "comes with status {}",
}
_LISTS = {
    "enum": "one of",
    "x-sn-values": "documented values, not enforced:",
    "x-sn-read-only": "not set by a request:",
}
_SHOWN_ELSEWHERE = frozenset(
    {"$ref", "type", "description", "examples", "properties", "required", "items"}
    | {"anyOf", "oneOf", "allOf", "additionalProperties", "x-sn-quirks", "xml"}
    | {"uniqueItems", "readOnly", "dependentRequired", "x-sn-applies-when"}
    | {"if", "then", "else"}
)
# Rules of a named text that its own entry shows; beside each field they would only be noise.
_OF_THE_NAME = frozenset({"pattern", "minLength", "maxLength"})
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Fact:
    """A rule: words, and the values that are shown as code among them."""

    words: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value is. `name` is that of its schema; `item` what a list holds."""

    name: str | None
    types: tuple[str, ...]
    description: str
    facts: tuple[Fact, ...]
    quirks: tuple[str, ...]
    examples: tuple[Any, ...]
    fields: tuple[Field, ...]
    options: tuple[Shape, ...]
    base: str | None
    item: Shape | None


@dataclass(frozen=True, slots=True)
class Field:
    """A property of an object."""

    name: str
    required: bool
    shape: Shape


def shape(reference: Reference, node: Mapping[str, Any], *, depth: int = _DEPTH) -> Shape:
    """The node as a reader sees it; below `depth`, a named schema is named only.

    Raises:
        DocumentError: the node has a keyword that is not known here.
    """
    name = _name(node)
    own = {key: value for key, value in node.items() if key != "$ref"}
    target = reference.follow(node) if name else node
    _refuse_unknown(target, name or "a schema")
    _refuse_unknown(node, name or "a schema")
    base = None
    if "allOf" in target:
        (first,) = target["allOf"]
        base = _name(first)
        target = _extended(reference.follow(first), target)
    whole = {**target, **own} if name else target
    inside = depth > 0
    rules = {k: v for k, v in target.items() if k not in _OF_THE_NAME} if name else target
    return Shape(
        name=name,
        types=_types(whole),
        description=whole.get("description", "").strip(),
        facts=tuple(_facts({**rules, **own})),
        quirks=tuple(dict.fromkeys([*target.get("x-sn-quirks", ()), *own.get("x-sn-quirks", ())])),
        examples=tuple(whole.get("examples", ())),
        fields=tuple(
            Field(key, key in whole.get("required", ()), shape(reference, field, depth=depth - 1))
            for key, field in whole.get("properties", {}).items()
            if inside
        ),
        options=tuple(
            shape(reference, option, depth=depth - 1)
            for option in whole.get("anyOf", whole.get("oneOf", ()))
            if inside
        ),
        base=base,
        item=shape(reference, whole["items"], depth=depth - 1)
        if isinstance(whole.get("items"), dict) and inside
        else None,
    )


def _extended(inherited: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What `allOf` with one named schema comes to; rules that its own entry shows are left out."""
    merged = {k: v for k, v in inherited.items() if k not in _OF_THE_NAME} | {
        k: v for k, v in own.items() if k != "allOf"
    }
    for key in ("properties", "required"):
        if key in inherited and key in own:
            both = [*inherited[key], *own[key]]
            merged[key] = (
                list(dict.fromkeys(both)) if key == "required" else inherited[key] | own[key]
            )
    return merged


def _name(node: Mapping[str, Any]) -> str | None:
    reference = node.get("$ref")
    return str(reference).rpartition("/")[2] if reference else None


def _types(node: Mapping[str, Any]) -> tuple[str, ...]:
    kind = node.get("type")
    if isinstance(kind, list):
        return tuple(kind)
    if kind is not None:
        return (str(kind),)
    return ("one of several forms",) if "anyOf" in node or "oneOf" in node else ("anything",)


def _refuse_unknown(node: Mapping[str, Any], where: str) -> None:
    for key in node:
        if key not in _FACTS and key not in _LISTS and key not in _SHOWN_ELSEWHERE:
            raise DocumentError(
                f"the docs do not know the keyword '{key}'",
                where=where,
                fix="Say in scripts/docsite/shapes.py how it reads",
            )


def _facts(node: Mapping[str, Any]) -> list[Fact]:
    found = []
    for key, value in node.items():
        if key in _FACTS:
            found.append(Fact(_FACTS[key], (_shown(value),)))
        elif key in _LISTS:
            found.append(Fact(_LISTS[key], tuple(_shown(item) for item in value)))
    if node.get("uniqueItems"):
        found.append(Fact("no entry twice"))
    if node.get("readOnly"):
        found.append(Fact("set by the instance"))
    for key, others in node.get("dependentRequired", {}).items():
        found.append(
            Fact(f"{{}} only together with {', '.join(['{}'] * len(others))}", (key, *others))
        )
    found += _conditions(node)
    if (when := node.get("x-sn-applies-when")) is not None:
        words = "only looked at if {} is {}" if "equals" in when else "only looked at if {} is sent"
        values = (
            (when["property"], _shown(when["equals"])) if "equals" in when else (when["property"],)
        )
        found.append(Fact(words, values))
    more = node.get("additionalProperties")
    if more is False:
        found.append(Fact("no other fields"))
    elif isinstance(more, dict) and "$ref" in more:
        found.append(Fact("other fields are of the kind {}", (str(_name(more)),)))
    if "xml" in node:
        found.append(Fact("root element in XML {}", (node["xml"]["name"],)))
    return found


def _conditions(node: Mapping[str, Any]) -> Iterator[Fact]:
    """What holds of fields where another one has a value, or where it has a further one."""
    for tested, condition in node.get("if", {}).get("properties", {}).items():
        value = _shown(condition["const"])
        for branch, words in (("then", "if {} is {}"), ("else", "unless {} is {} or absent")):
            for name, schema in node.get(branch, {}).get("properties", {}).items():
                values = (name, str(_name(schema)), tested, value)
                yield Fact(f"{{}} is of the kind {{}} {words}", values)


def _shown(value: Any) -> str:
    """Text as it is, anything else as JSON; the empty text in its quotes."""
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
