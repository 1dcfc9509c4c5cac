"""Other values: what does not fit a schema any more, and what fits it and is not the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ccaas_kit.faults.blocks import flipped
from ccaas_kit.faults.derived.bodies import GONE, Alter, constant
from ccaas_kit.faults.derived.places import Schema


def misfits(
    schema: Schema, kinds: frozenset[str], *, required: bool
) -> Iterator[tuple[str, str, Alter]]:
    """Each way of not fitting a schema: its name, the keyword that it breaks, and the change.

    `kinds` are the types that the schema admits, or all of its alternatives together.
    """
    if required:
        yield "left-out", "required", constant(GONE)
    if kinds and "null" not in kinds:
        yield "null", "type", constant(None)
    if "oneOf" not in schema and "anyOf" not in schema:
        yield from _of_type(schema, kinds)
    elif kinds and "array" not in kinds:
        yield "type", "type", lambda value: [value]


def _of_type(schema: Schema, kinds: frozenset[str]) -> Iterator[tuple[str, str, Alter]]:
    """The ways that go with the types of a schema without alternatives."""
    if not kinds:
        return
    if kinds <= {"string", "null"}:
        yield "type", "type", lambda value: [value]
        if "enum" in schema or "const" in schema:
            keyword = "enum" if "enum" in schema else "const"
            yield "unlisted", keyword, lambda value: f"{value} or so"
        if "pattern" in schema:
            yield "malformed", "pattern", lambda value: f"~{value}~"
        if "maxLength" in schema:
            longest = schema["maxLength"]
            yield "too-long", "maxLength", lambda value: (value or "x") * (longest + 1)
    elif kinds <= {"object", "null"}:
        yield "type", "type", constant("an object")
    elif kinds <= {"array", "null"}:
        yield "type", "type", lambda value: {str(n): entry for n, entry in enumerate(value)}
        if "minItems" in schema:
            yield "emptied", "minItems", constant([])
        if schema.get("uniqueItems"):
            yield "doubled", "uniqueItems", lambda value: [*value, *value]
    else:
        yield "type", "type", lambda value: str(value).lower()


def another(schema: Schema, value: Any) -> Any:
    """Another value that fits the schema as well, where one can be made from this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return _another_text(schema, value)
    return value


def _another_text(schema: Schema, value: str) -> str:
    listed = [word for word in (*schema.get("enum", ()), *schema.get("x-sn-values", ())) if word]
    if listed:
        return str(next((word for word in listed if word != value), value))
    if value in ("true", "false"):
        return "false" if value == "true" else "true"
    made = str(int(value) + 1).zfill(len(value)) if value.isdecimal() else flipped(value)
    # Where only some words fit, the examples have some of them.
    shown = [
        example for example in schema.get("examples", ()) if isinstance(example, str) and example
    ]
    fits = re.compile(schema.get("pattern", ""))
    others = (text for text in (made if value else "x", *shown) if text != value)
    return next((text for text in others if fits.search(text)), value)
