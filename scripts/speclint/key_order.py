"""Rules about the order of keys, so that a reader finds each thing at the same place everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.contract.operations import operations
from speclint.source import Finding, Source, schemas, walk

_ROOT = (
    *("openapi", "info", "externalDocs", "servers"),
    *("security", "tags", "paths", "components"),
)
_COMPONENTS = (
    *("securitySchemes", "parameters", "headers", "requestBodies"),
    *("responses", "schemas", "examples", "links"),
)
_OPERATION = (
    *("operationId", "summary", "description", "externalDocs", "tags"),
    *("security", "parameters", "requestBody", "responses"),
)
_PARAMETER = ("name", "in", "required", "description", "schema", "examples")
_RESPONSE = ("description", "headers", "content", "links")

# The parts of a schema. One that holds other schemas introduces itself before them; a value says
# what it is, and then what it means.
_KIND = ("$ref", "type", "allOf")
_CONTENT = (
    *("anyOf", "oneOf", "discriminator", "required", "properties", "additionalProperties"),
    *("minProperties", "maxProperties", "dependentRequired", "if", "then", "else"),
    *("minItems", "maxItems", "uniqueItems", "items"),
)
_LIMITS = (
    *("format", "pattern", "enum", "const", "minLength", "maxLength"),
    *("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"),
)
_SETTING = ("default", "readOnly", "writeOnly")
_HOLDER = (*_KIND, "description", *_CONTENT, *_LIMITS, *_SETTING, "xml")
_VALUE = (*_KIND, *_LIMITS, *_SETTING, "description", *_CONTENT, "xml")
_HOLDING = frozenset(("anyOf", "oneOf", "properties", "additionalProperties", "items"))


def check(source: Source) -> Iterator[Finding]:
    """Findings about the order of keys in all OpenAPI documents."""
    for file, document in source.files().items():
        yield from _order(file, (), document, _ROOT)
        components = document.get("components", {})
        yield from _order(file, ("components",), components, _COMPONENTS)
        yield from _sections(file, components)
        for steps, node in walk(document):
            if isinstance(node, dict) and len(steps) >= 2:
                yield from _node(file, steps, node)
        for steps, schema in schemas(document):
            yield from _schema(file, steps, schema)
    for api in source.apis:
        yield from _story(source, api)


def _node(file: str, steps: tuple[str, ...], node: dict[str, Any]) -> Iterator[Finding]:
    if "operationId" in node and "responses" in node:
        yield from _order(file, steps, node, _OPERATION, last=True)
    elif "in" in node and steps[-2] == "parameters":
        yield from _order(file, steps, node, _PARAMETER, last=True)
    elif steps[-2] == "responses" and "$ref" not in node:
        yield from _order(file, steps, node, _RESPONSE, last=True)


def _sections(file: str, components: dict[str, Any]) -> Iterator[Finding]:
    for section, entries in components.items():
        names = list(entries)
        if section != "schemas" and names != sorted(names):
            yield Finding(
                "STR02",
                f"{file}#/components/{section}",
                "the components are not in alphabetical order",
                "Sort them; only schemas follow the story",
            )


def _story(source: Source, api: str) -> Iterator[Finding]:
    """The schemas of an API begin with the bodies: requests, responses, then what they hold."""
    names = [operation["operationId"] for _, _, operation in operations(source.apis[api])]
    response = re.compile(rf"({'|'.join(names)})Response", re.IGNORECASE)

    def rank(name: str) -> int:
        if name.endswith("Request"):
            return 0
        return 1 if response.fullmatch(name) else 2

    found = list(source.apis[api].get("components", {}).get("schemas", {}))
    for before, name in pairwise(found):
        if rank(before) > rank(name):
            yield Finding(
                "STR02",
                f"{api}.yaml#/components/schemas/{name}",
                f"the schema stands after {before}",
                "Write the requests first, then the responses, then their parts",
            )


def _schema(file: str, steps: tuple[str, ...], schema: dict[str, Any]) -> Iterator[Finding]:
    kinds = schema.get("type", [])
    holds = bool(_HOLDING & set(schema)) or "object" in kinds or "array" in kinds
    known = _HOLDER if holds else _VALUE
    unknown = [
        key for key in schema if key not in (*known, "examples") and not str(key).startswith("x-")
    ]
    for key in unknown:
        yield Finding(
            "STR16",
            f"{file}{pointers.build(*steps)}",
            f"the schema keyword '{key}' is not one of those that we write",
            "Correct it, or give it a place in scripts/speclint/key_order.py and in the tools",
        )
    extensions = sorted(key for key in schema if str(key).startswith("x-") and key != "x-sn-quirks")
    right = [
        key for key in (*known, *extensions, "x-sn-quirks", "examples", *unknown) if key in schema
    ]
    if list(schema) != right:
        yield Finding(
            "STR15",
            f"{file}{pointers.build(*steps)}",
            f"the keys of the schema stand as {', '.join(schema)}",
            f"Write them as {', '.join(right)}",
        )


def _order(
    file: str,
    steps: tuple[str, ...],
    node: dict[str, Any],
    wanted: Sequence[str],
    *,
    last: bool = False,
) -> Iterator[Finding]:
    """A finding if the wanted keys stand otherwise, or if an extension key stands before the last."""
    extensions = [key for key in node if last and str(key).startswith("x-")]
    found = [key for key in node if key in wanted or key in extensions]
    right = [*(key for key in wanted if key in node), *extensions]
    if found != right:
        yield Finding(
            "STR02",
            f"{file}{pointers.build(*steps)}",
            f"the keys stand as {', '.join(found)}",
            f"Write them as {', '.join(right)}",
        )
