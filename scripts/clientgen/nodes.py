"""The nodes of an OpenAPI document that transformations rewrite: schemas, bodies, parameters, headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.contract.operations import METHODS

Node = dict[str, Any]
# Gives what stands in place of a schema; it is told whether instances send it.
Rewrite = Callable[[Node, bool], Node]
SCHEMAS = "#/components/schemas/"
# Where a schema holds further ones: one, a list of them, or a map.
_ONE = ("items", "additionalProperties", "not", "if", "then", "else")
_LISTS = ("allOf", "anyOf", "oneOf")
_MAPS = ("properties",)


def name_of(node: Node) -> str:
    """The name of the schema that a node refers to; empty where it refers to none."""
    reference = str(node.get("$ref", ""))
    return reference.removeprefix(SCHEMAS) if reference.startswith(SCHEMAS) else ""


def is_object(schema: Node) -> bool:
    """Whether the schema describes objects and nothing else."""
    return schema.get("type") == "object"


def rewritten(schema: Node, rewrite: Rewrite, *, is_answer: bool = False) -> Node:
    """The schema with itself and all in it rewritten, what is inside first."""

    def inside(part: Node) -> Node:
        return rewritten(part, rewrite, is_answer=is_answer)

    found = dict(schema)
    for key in _ONE:
        if isinstance(found.get(key), dict):
            found[key] = inside(found[key])
    for key in _LISTS:
        if key in found:
            found[key] = [inside(part) for part in found[key]]
    for key in _MAPS:
        if key in found:
            found[key] = {name: inside(part) for name, part in found[key].items()}
    return rewrite(found, is_answer)


def every(schema: Node) -> list[Node]:
    """The schema and all in it."""
    found: list[Node] = []

    def keep(node: Node, _: bool) -> Node:
        found.append(node)
        return node

    rewritten(schema, keep)
    return found


def holders(document: Node) -> Iterator[tuple[Node, bool]]:
    """Each parameter, header and media type that has a schema, and whether instances send it."""
    components = document["components"]
    for node in components.get("parameters", {}).values():
        yield node, False
    for node in components.get("headers", {}).values():
        yield node, True
    for node in components.get("requestBodies", {}).values():
        yield from ((media, False) for media in node["content"].values())
    for node in components.get("responses", {}).values():
        yield from _of_response(node)
    for item in document["paths"].values():
        yield from ((node, False) for node in item.get("parameters", ()) if "schema" in node)
        for operation in (item[method] for method in METHODS if method in item):
            yield from ((n, False) for n in operation.get("parameters", ()) if "schema" in n)
            content = operation.get("requestBody", {}).get("content", {})
            yield from ((media, False) for media in content.values())
            for node in operation["responses"].values():
                yield from _of_response(node)


def _of_response(node: Node) -> Iterator[tuple[Node, bool]]:
    yield from ((media, True) for media in node.get("content", {}).values())
    yield from ((header, True) for header in node.get("headers", {}).values() if "schema" in header)


def answered(document: Node) -> frozenset[str]:
    """Names of the schemas that instances send; one that requests have as well is not among them."""
    sent, got = _reached(document, is_answer=False), _reached(document, is_answer=True)
    return frozenset(got - sent)


def _reached(document: Node, *, is_answer: bool) -> set[str]:
    found: set[str] = set()
    waiting: list[Any] = [
        holder["schema"] for holder, answers in holders(document) if answers is is_answer
    ]
    while waiting:
        for reference in pointers.references(waiting.pop(), ("example", "examples")):
            name = reference.removeprefix(SCHEMAS)
            if name not in found:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
    return found


def rewrite_schemas(document: Node, rewrite: Rewrite) -> None:
    """Rewrite every schema of a document, what is inside first."""
    answers = answered(document)
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        schemas[name] = rewritten(schema, rewrite, is_answer=name in answers)
    for holder, is_answer in holders(document):
        holder["schema"] = rewritten(holder["schema"], rewrite, is_answer=is_answer)


def license_in_3_0(license_: Node) -> Node:
    """A licence as OpenAPI 3.0 has it: by a URL and not by the identifier of SPDX."""
    url = f"https://spdx.org/licenses/{license_['identifier']}.html"
    return {"name": license_["name"], "url": url}


def remove_unused(document: Node) -> None:
    """Take away the components that nothing refers to, and sections without any."""
    components = document["components"]
    while True:
        used = set(pointers.references(document))
        gone = [
            (section, name)
            for section, entries in components.items()
            if section != "securitySchemes"
            for name in entries
            if pointers.build("components", section, name) not in used
        ]
        for section, name in gone:
            del components[section][name]
        if not gone:
            break
    for section in [section for section, entries in components.items() if not entries]:
        del components[section]
