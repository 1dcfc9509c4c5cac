"""Rules about the form of the OpenAPI documents: whole files, references, inline objects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ccaas_kit.contract import pointers
from speclint.source import Finding, Source, is_property_name, walk

_SYS_ID = re.compile(r"(?:.*_)?sys_id|.*SysId")
_SYS_ID_SCHEMAS = ("/SysId", "/GlideReference")


def check(source: Source) -> Iterator[Finding]:
    """Findings about the form of all OpenAPI documents."""
    yield from _files(source)
    for file, document in source.files().items():
        for steps, node in walk(document):
            where = f"{file}{pointers.build(*steps)}"
            if isinstance(node, dict):
                yield from _reference(file, where, steps, node)
                yield from _schema(where, steps, node)
                yield from _sys_id(where, steps, node)
    for api, document in source.apis.items():
        for path, item in document["paths"].items():
            if "x-sn-other-methods" not in item:
                yield Finding(
                    "STR12",
                    f"{api}.yaml{pointers.build('paths', path)}",
                    "the path does not say what another method gets",
                    "Add x-sn-other-methods",
                )


def _files(source: Source) -> Iterator[Finding]:
    """One API, one file; each file a whole document."""
    for path in sorted(source.root.glob("*.yaml")):
        if path.name not in (*source.files(), "quirks.yaml", "sources.yaml"):
            yield Finding(
                "STR27",
                path.name,
                "the file belongs to no API",
                "Give the API clauses/<api>.yaml and examples/<api>.yaml, or remove the file",
            )
    for file, document in source.files().items():
        missing = [key for key in ("info", "paths") if key not in document]
        if missing or not str(document.get("openapi")).startswith("3.1."):
            yield Finding(
                "STR27",
                file,
                "the file is no whole OpenAPI 3.1 document",
                "Begin it with openapi: 3.1.0, info and paths",
            )


def _reference(
    file: str, where: str, steps: tuple[str, ...], node: dict[str, Any]
) -> Iterator[Finding]:
    reference = node.get("$ref")
    if not isinstance(reference, str) or is_property_name(steps):
        return
    if steps[0] == "paths" and len(steps) == 2:
        yield Finding(
            "STR03", where, "the operations stand elsewhere", "Write them out below their path"
        )
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
    # A condition says something of the object that it stands in, and is none of its own.
    named = named or steps[-1:] in (("if",), ("then",), ("else",))
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


def _sys_id(where: str, steps: tuple[str, ...], node: dict[str, Any]) -> Iterator[Finding]:
    """What is called a sys_id is one, so that every tool knows it."""
    parameter = "in" in node and "schema" in node
    name = node["name"] if parameter else steps[-1] if is_property_name(steps) else ""
    schema = node["schema"] if parameter else node
    reference = str(schema.get("$ref") or schema.get("allOf", [{}])[0].get("$ref"))
    if _SYS_ID.fullmatch(str(name)) and not reference.endswith(_SYS_ID_SCHEMAS):
        yield Finding(
            "STR28", where, f"'{name}' is not a SysId", "Refer to SysId or GlideReference"
        )
