"""Rules about the form of the OpenAPI documents: order, names, references, extension keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from scripts.kit import pointers
from scripts.kit.operations import operations
from scripts.speclint.source import Finding, Source, is_property_name, walk

_ORDER_ROOT = (
    *("openapi", "info", "externalDocs", "servers"),
    *("security", "tags", "paths", "components"),
)
_ORDER_COMPONENTS = (
    *("securitySchemes", "parameters", "headers", "requestBodies"),
    *("responses", "schemas", "examples", "links"),
)
_ORDER_OPERATION = (
    *("operationId", "summary", "description", "externalDocs", "tags"),
    *("security", "parameters", "requestBody", "responses"),
)
_ORDER_PARAMETER = ("name", "in", "required", "description", "schema", "examples")
_ORDER_RESPONSE = ("description", "headers", "content", "links")
_MAX_COLUMNS = 100
_LONG_LINE = re.compile(
    r"\$ref:|pattern:|where:|test:|url:|^\s*- [\w-]+\.yaml#|^ {2}/|^\s*-? *'?\S+$"
)
_KEY_ROW = re.compile(r"^\| `(x-sn-[a-z-]+)` \|", re.MULTILINE)


def check(source: Source) -> Iterator[Finding]:
    """Findings about the form of all OpenAPI documents."""
    keys = set(_KEY_ROW.findall((source.root / "README.md").read_text(encoding="utf-8")))
    for file, document in source.files().items():
        yield from _width(source, file)
        yield from _orders(file, document)
        for steps, node in walk(document):
            where = f"{file}{pointers.build(*steps)}"
            if isinstance(node, dict):
                yield from _reference(file, where, steps, node)
                yield from _schema(where, steps, node)
                yield from _extensions(where, node, keys)
                yield from _refusal(where, steps, node)
    used = {
        key
        for document in source.files().values()
        for _, node in walk(document)
        if isinstance(node, dict)
        for key in node
        if isinstance(key, str) and key.startswith("x-sn-")
    }
    for key in sorted(keys - used):
        yield Finding("STR09", "README.md", f"the key '{key}' is used nowhere", "Remove its row")
    yield from _identities(source)


def _width(source: Source, file: str) -> Iterator[Finding]:
    text = (source.root / file).read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > _MAX_COLUMNS and not _LONG_LINE.search(line):
            yield Finding(
                "STR01",
                f"{file}:{number}",
                f"the line has {len(line)} columns",
                f"Fold it at {_MAX_COLUMNS}",
            )


def _orders(file: str, document: dict[str, Any]) -> Iterator[Finding]:
    yield from _order(file, "#", document, _ORDER_ROOT)
    components = document.get("components", {})
    yield from _order(file, "#/components", components, _ORDER_COMPONENTS)
    for section, entries in components.items():
        names = list(entries)
        if section not in ("schemas", "examples") and names != sorted(names):
            yield Finding(
                "STR02",
                f"{file}#/components/{section}",
                "the components are not in alphabetical order",
                "Sort them; only schemas and examples follow the story",
            )
    for name, parameter in components.get("parameters", {}).items():
        yield from _order(file, f"#/components/parameters/{name}", parameter, _ORDER_PARAMETER)
    for name, response in components.get("responses", {}).items():
        yield from _order(file, f"#/components/responses/{name}", response, _ORDER_RESPONSE)
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                where = pointers.build("paths", path, method)
                yield from _order(file, where, operation, _ORDER_OPERATION)


def _order(
    file: str, pointer: str, node: dict[str, Any], wanted: Sequence[str]
) -> Iterator[Finding]:
    found = [key for key in node if key in wanted]
    right = [key for key in wanted if key in found]
    if found != right:
        yield Finding(
            "STR02",
            f"{file}{pointer}",
            f"the keys stand as {', '.join(found)}",
            f"Write them as {', '.join(right)}",
        )


def _reference(
    file: str, where: str, steps: tuple[str, ...], node: dict[str, Any]
) -> Iterator[Finding]:
    reference = node.get("$ref")
    if not isinstance(reference, str) or is_property_name(steps):
        return
    target = reference.partition("#")[0]
    if target not in ("", "common.yaml", f"examples/{file}"):
        yield Finding(
            "STR03",
            where,
            f"the reference leads to '{target}'",
            "Refer inside the file, to common.yaml or to the API's own examples",
        )
    beside = {
        key
        for key in node
        if key not in ("$ref", "description", "summary") and not key.startswith("x-sn-")
    }
    if beside:
        yield Finding(
            "STR04",
            where,
            f"beside the reference stands {', '.join(sorted(beside))}",
            "Only a description, a summary and x-sn- keys may stand there",
        )


def _schema(where: str, steps: tuple[str, ...], node: dict[str, Any]) -> Iterator[Finding]:
    if is_property_name(steps[:-1]) and steps[-1] in ("properties", "examples"):
        return
    named = len(steps) == 3 and steps[:2] == ("components", "schemas")
    if "properties" in node and not named and not is_property_name((*steps, "properties")):
        yield Finding(
            "STR05",
            where,
            "an object with properties stands inline",
            "Give it a name under components/schemas and refer to it",
        )
    if node.get("format") == "date-time":
        yield Finding(
            "STR06",
            where,
            "format date-time means RFC 3339, which the platform does not send",
            "Refer to GlideDateTime",
        )
    if "oneOf" in node and "discriminator" not in node:
        yield Finding(
            "STR07", where, "oneOf stands without a discriminator", "Use anyOf of named schemas"
        )


def _extensions(where: str, node: dict[str, Any], known: set[str]) -> Iterator[Finding]:
    for key in node:
        if isinstance(key, str) and key.startswith("x-") and key not in known:
            yield Finding(
                "STR08",
                where,
                f"the extension key '{key}' is unknown",
                "Use a key of the table in openapi/README.md, or add a row",
            )


def _refusal(where: str, steps: tuple[str, ...], node: dict[str, Any]) -> Iterator[Finding]:
    """A shared error says when it is returned; which status it has is for the operation to say."""
    shared = len(steps) == 3 and steps[:2] == ("components", "responses")
    inline = len(steps) >= 2 and steps[-2] == "responses" and steps[-1][:1] in ("4", "5")
    said = str(node.get("description", "")).startswith("Returned when")
    if (shared or inline) and "$ref" not in node and not said:
        yield Finding(
            "STR14",
            where,
            "the error does not say when it is returned",
            "Begin its description with 'Returned when'",
        )


def _identities(source: Source) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for api, document in source.apis.items():
        version = document["info"]["version"]
        if not re.fullmatch(r"\d+\.\d+\.\d+", version):
            yield Finding(
                "STR10", f"{api}.yaml#/info/version", f"'{version}' is no SemVer", "Write x.y.z"
            )
        for path, method, operation in operations(source.apis[api]):
            identifier = operation["operationId"]
            where = f"{api}.yaml{pointers.build('paths', path, method)}"
            if identifier in seen:
                yield Finding(
                    "STR11",
                    where,
                    f"operationId '{identifier}' also names {seen[identifier]}",
                    "Choose another one",
                )
            seen[identifier] = where
            if "x-sn-other-methods" not in document["paths"][path]:
                yield Finding(
                    "STR12",
                    f"{api}.yaml{pointers.build('paths', path)}",
                    "the path does not say what another method gets",
                    "Add x-sn-other-methods",
                )
    for api, document in source.apis.items():
        for steps, node in walk(document):
            target = node.get("operationId") if isinstance(node, dict) else None
            if isinstance(target, str) and "responses" not in node and target not in seen:
                yield Finding(
                    "STR13",
                    f"{api}.yaml{pointers.build(*steps)}",
                    f"the link leads to the unknown operation '{target}'",
                    f"Name one of {', '.join(sorted(seen))}",
                )
