"""Rules about allOf and oneOf: what extends a schema, and what decides between two."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.contract.errors import DocumentError
from speclint.source import Finding, Source, schemas


def check(source: Source) -> Iterator[Finding]:
    """Findings about the composed schemas of all OpenAPI documents."""
    for file, document in source.files().items():
        for steps, schema in schemas(document):
            where = f"{file}{pointers.build(*steps)}"
            if "allOf" in schema:
                yield from _extends(where, schema)
            if "oneOf" in schema and "discriminator" not in schema:
                yield from _decides(source, file, where, schema["oneOf"])


def _extends(where: str, schema: dict[str, Any]) -> Iterator[Finding]:
    """One named schema, and beside it what it does not say itself."""
    members = schema["allOf"]
    named = [
        member
        for member in members
        if set(member) == {"$ref"} and "#/components/schemas/" in member["$ref"]
    ]
    if len(members) != 1 or named != members:
        yield Finding(
            "STR18",
            where,
            "allOf does not hold exactly one reference to a named schema",
            "Refer to the schema that is extended; write what is added beside allOf",
        )
    elif not [key for key in schema if key not in ("allOf", "description") and key[:2] != "x-"]:
        yield Finding(
            "STR18",
            where,
            "allOf adds nothing that may not stand beside a reference",
            "Write a plain $ref with the description beside it",
        )


def _decides(source: Source, file: str, where: str, branches: list[Any]) -> Iterator[Finding]:
    """Each branch is a constant, or requires a property that is another constant in each branch."""
    try:
        constants = [_constants(source, file, branch) for branch in branches]
    except DocumentError:
        return  # told by the rules about references
    shared = set(constants[0]).intersection(*constants[1:])
    if any(len({constant[name] for constant in constants}) == len(constants) for name in shared):
        return
    yield Finding(
        "STR07",
        where,
        "nothing decides between the branches of oneOf",
        "Give each a required property with a const of its own or a discriminator, or use anyOf",
    )


def _constants(source: Source, file: str, branch: dict[str, Any]) -> dict[str, str]:
    """The constants by which a branch is known, by property; the empty name is the branch itself."""
    file, schema = source.follow(file, branch)
    found = {"": json.dumps(schema["const"])} if "const" in schema else {}
    for name in schema.get("required", ()):
        _, node = source.follow(file, schema.get("properties", {}).get(name, {}))
        if "const" in node:
            found[name] = json.dumps(node["const"])
    return found
