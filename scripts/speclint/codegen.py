"""The codegen profile: the contract must not contain what broke a client generator in our measurements.

Each rule comes from a document for which the pinned generators wrote code that does not compile; the
decision record has the measurements. `tests/clients/test_profile.py` repeats them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from ccaas_kit.contract import defaults, pointers
from speclint.source import Finding, Source, schemas

# Types of the Go client's own runtime; the generator renames other clashes, and these it does not.
_TAKEN_TYPES = frozenset({"Auth", "Config"})
# What the Java and Go clients call the place of members that no schema names.
_TAKEN_FIELDS = frozenset({"extra"})


def check(source: Source) -> Iterator[Finding]:
    """Findings about names and enums that break generated code."""
    named: dict[str, str] = {}
    for file, document in source.files().items():
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            where = f"{file}{pointers.build('components', 'schemas', name)}"
            named[name] = where
            yield from _enum(where, schema)
            yield from _cycle(where, name, schema)
        for steps, schema in schemas(document):
            where = f"{file}{pointers.build(*steps)}"
            yield from _fields(where, schema.get("properties", {}))
            if "default" in schema:
                yield _default(where)
    for names in _clashes(named):
        yield _clash(named[names[0]], "schemas", names)
    for name in sorted(_TAKEN_TYPES & named.keys()):
        yield _taken(named[name], f"schema {name}")


def _fields(where: str, properties: dict[str, Any]) -> Iterator[Finding]:
    for names in _clashes(properties):
        yield _clash(where, "properties", names)
    for name in properties:
        if not _speakable(name):
            yield _unspeakable(where, f"property '{name}'")
        if _plain(name) in _TAKEN_FIELDS:
            yield _taken(where, f"property {name}")


def _default(where: str) -> Finding:
    return Finding(
        "GEN06",
        where,
        "the keyword 'default' has generated clients send a value that nobody set",
        f"Write {defaults.KEY}",
    )


def _enum(where: str, schema: dict[str, Any]) -> Iterator[Finding]:
    values = schema.get("enum", [])
    kinds = {type(value) for value in values}
    if len(kinds) > 1 or kinds & {int, float}:
        yield Finding(
            "GEN04",
            where,
            "a named enum holds numbers or values of several types, of which Go makes constants",
            "Write a const for each under anyOf, or text",
        )
    for value in values:
        if isinstance(value, str) and not _speakable(value):
            yield _unspeakable(where, f"value '{value}' of a named enum")


def _cycle(where: str, name: str, schema: dict[str, Any]) -> Iterator[Finding]:
    for field in schema.get("required", ()):
        node = schema.get("properties", {}).get(field, {})
        if isinstance(node, dict) and node.get("$ref", "").endswith(f"#/components/schemas/{name}"):
            yield Finding(
                "GEN05",
                where,
                f"requires itself in '{field}', which no struct of Go can hold",
                "Leave the property out of required, or make it a list",
            )


def _clashes(names: Iterable[str]) -> list[list[str]]:
    """The names that are one name without case and separators."""
    found = defaultdict(list)
    for name in names:
        found[_plain(name)].append(name)
    return [same for same in found.values() if len(same) > 1]


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.casefold())


def _speakable(name: str) -> bool:
    return bool(re.search(r"[0-9A-Za-z]", name))


def _clash(where: str, what: str, names: list[str]) -> Finding:
    return Finding(
        "GEN01",
        where,
        f"the {what} {' and '.join(names)} become one name in generated code",
        "Give one of them a name that differs in more than case and separators",
    )


def _unspeakable(where: str, what: str) -> Finding:
    return Finding(
        "GEN02",
        where,
        f"the {what} has no letter of ASCII and no digit, so that generated code calls it '_'",
        "Name a property in ASCII; leave such a value to a const or a pattern beside the enum",
    )


def _taken(where: str, what: str) -> Finding:
    return Finding(
        "GEN03",
        where,
        f"the {what} has a name that the generated clients use themselves",
        "Choose another name",
    )
