"""Rules about named examples: used, complete, named after their operation, valid, without unknown fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from ccaas_kit.contract import pointers
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import operations
from speclint.source import Finding, Source, walk

_CASE = "[A-Z][0-9A-Za-z]*"


def check(source: Source) -> Iterator[Finding]:
    """Findings about the examples of all documents."""
    for api, document in source.apis.items():
        yield from _used(source, api)
        yield from _named(source, api)
        for path, method, operation in operations(source.apis[api]):
            where = f"{api}.yaml{pointers.build('paths', path, method)}"
            try:
                yield from _complete(source, api, where, operation)
                yield from _only_named_fields(source, api, where, operation)
            except DocumentError as error:
                yield Finding("EXA06", where, str(error), "Correct the reference")
        yield from _schema_examples(source, f"{api}.yaml", document)
    yield from _schema_examples(source, "common.yaml", source.common)


def _used(source: Source, api: str) -> Iterator[Finding]:
    file = f"examples/{api}.yaml"
    used = {
        node["$ref"].rpartition("/")[2]
        for _, node in walk(source.apis[api])
        if isinstance(node, dict) and str(node.get("$ref", "")).startswith(f"{file}#")
    }
    for name in source.examples[api]["components"]["examples"]:
        if name not in used:
            yield Finding(
                "EXA01",
                f"{file}#/components/examples/{name}",
                "no operation shows this example",
                f"Refer to it in {api}.yaml or remove it",
            )


def _named(source: Source, api: str) -> Iterator[Finding]:
    """The name says what the example is of; the place of each use agrees."""
    file, document = f"examples/{api}.yaml", source.apis[api]
    operation_ids = [operation["operationId"] for _, _, operation in operations(document)]
    parameters = {
        _camel(node["name"])
        for steps, node in walk(document)
        if isinstance(node, dict) and len(steps) >= 2 and steps[-2] == "parameters"
        if isinstance(node.get("name"), str)
    }
    of_body = re.compile(rf"({'|'.join(operation_ids)}){_CASE}(Request|Response)")
    of_parameter = re.compile(rf"({'|'.join(sorted(parameters)) or '(?!)'}){_CASE}")
    for name in source.examples[api]["components"]["examples"]:
        of_either = of_body if name.endswith(("Request", "Response")) else of_parameter
        if not of_either.fullmatch(name):
            yield Finding(
                "EXA02",
                f"{file}#/components/examples/{name}",
                "the example is named after no operation and no parameter of the API",
                "Call it <operationId><Case>Request, <operationId><Case>Response"
                " or <parameterName><Case>",
            )
    for steps, node in walk(document):
        if isinstance(node, dict) and len(steps) >= 2 and steps[-2] == "examples":
            yield from _at_its_place(document, f"{api}.yaml", steps, node)


def _at_its_place(
    document: dict[str, Any], file: str, steps: tuple[str, ...], node: dict[str, Any]
) -> Iterator[Finding]:
    name = str(node.get("$ref", "")).rpartition("/")[2]
    if "parameters" in steps:
        end = steps.index("parameters") + 2
        parameter = pointers.resolve(document, pointers.build(*steps[:end]))
        fits, wanted = name.startswith(_camel(parameter["name"])), _camel(parameter["name"]) + "…"
    else:
        wanted = "…Request" if {"requestBody", "requestBodies"} & set(steps) else "…Response"
        fits = name.endswith(wanted[1:])
        if (
            steps[0] == "paths"
            and "#" in node.get("$ref", "")
            and "common.yaml" not in node["$ref"]
        ):
            operation_id = document["paths"][steps[1]][steps[2]]["operationId"]
            fits, wanted = fits and name.startswith(operation_id), operation_id + wanted
    if not fits:
        yield Finding(
            "EXA07",
            f"{file}{pointers.build(*steps)}",
            f"the example '{name}' stands where {wanted} belongs",
            "Refer to an example of this place, written in the examples file",
        )


def _camel(name: str) -> str:
    """The name of a parameter as examples begin with it: document_sys_id is documentSysId."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _contents(
    source: Source, api: str, operation: dict[str, Any]
) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Each body of an operation: whose it is, its media type, the file that has it, and the node."""
    holders = [(f"response {status}", node) for status, node in operation["responses"].items()]
    if "requestBody" in operation:
        holders.insert(0, ("the request body", operation["requestBody"]))
    for label, node in holders:
        file, holder = source.follow(f"{api}.yaml", node)
        for media, content in holder.get("content", {}).items():
            yield label, media, file, content


def _complete(source: Source, api: str, where: str, operation: dict[str, Any]) -> Iterator[Finding]:
    for label, media, _, content in _contents(source, api, operation):
        if not content.get("examples"):
            yield Finding(
                "EXA03",
                where,
                f"{label} has no example for {media}",
                "Add a named example",
            )


def _only_named_fields(
    source: Source, api: str, where: str, operation: dict[str, Any]
) -> Iterator[Finding]:
    """Bodies are open to other fields; an example has only those that its schema names."""
    for label, _, file, content in _contents(source, api, operation):
        for node in content.get("examples", {}).values():
            _, example = source.follow(file, node)
            for steps in _unnamed(source, [(file, content["schema"])], example["value"]):
                yield Finding(
                    "EXA08",
                    where,
                    f"an example of {label} has {'/'.join(steps)}, which its schema does not name",
                    "Correct the name, or describe the field",
                )


def _unnamed(
    source: Source, schemas: list[tuple[str, Any]], value: Any
) -> Iterator[tuple[str, ...]]:
    """Where a value has a field that no part of its schemas names."""
    parts = [part for file, schema in schemas for part in _parts(source, file, schema)]
    if isinstance(value, list):
        items = [(file, part["items"]) for file, part in parts if "items" in part]
        for index, item in enumerate(value):
            yield from ((str(index), *steps) for steps in _unnamed(source, items, item))
    if not isinstance(value, dict):
        return
    is_open = not any("properties" in part for _, part in parts) or any(
        part.get("additionalProperties") for _, part in parts
    )
    for name, field in value.items():
        known = [
            (file, part["properties"][name])
            for file, part in parts
            if name in part.get("properties", {})
        ]
        if known:
            yield from ((name, *steps) for steps in _unnamed(source, known, field))
        elif not is_open:
            yield (name,)


def _parts(source: Source, file: str, schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """A schema and all that it is composed of, each with the file that it stands in."""
    if not isinstance(schema, dict):
        return
    yield file, schema
    if "$ref" in schema:
        yield from _parts(source, *source.follow(file, schema))
    for key in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(key, ()):
            yield from _parts(source, file, branch)
    for key in ("if", "then", "else"):
        yield from _parts(source, file, schema.get(key))


def _schema_examples(source: Source, file: str, document: dict[str, Any]) -> Iterator[Finding]:
    """Named schemas carry valid examples; objects show theirs as bodies."""
    inlined = _self_contained(source, file)
    for steps, node in walk(document):
        if not isinstance(node, dict) or not isinstance(node.get("examples"), list):
            continue
        # A reference is a URI; names of properties need not be.
        place = quote(pointers.build(*steps)[1:])
        judge = jsonschema_rs.Draft202012Validator(
            {"$ref": f"#/documents/0{place}", "documents": inlined}
        )
        for value in node["examples"]:
            if not judge.is_valid(value):
                yield Finding(
                    "EXA04",
                    f"{file}{pointers.build(*steps)}",
                    f"the example {value!r} does not fit its own schema",
                    "Correct the example or the schema",
                )
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        plain = not {"$ref", "properties", "anyOf", "oneOf", "allOf"} & set(schema)
        if plain and not schema.get("examples"):
            yield Finding(
                "EXA05",
                f"{file}#/components/schemas/{name}",
                "the schema has no example",
                "Add `examples: [...]`; mock servers need one",
            )


def _self_contained(source: Source, file: str) -> list[Any]:
    """The document and common.yaml with references that resolve inside this list."""

    def rewrite(node: Any, index: int) -> Any:
        if isinstance(node, dict):
            result = {key: rewrite(child, index) for key, child in node.items()}
            reference = node.get("$ref")
            if isinstance(reference, str):
                target, _, pointer = reference.partition("#")
                number = 1 if target == "common.yaml" else index
                result["$ref"] = f"#/documents/{number}{pointer}"
            return result
        if isinstance(node, list):
            return [rewrite(child, index) for child in node]
        return node

    return [rewrite(source.files()[file], 0), rewrite(source.common, 1)]
