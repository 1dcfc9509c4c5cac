"""Rules about the responses of an operation: what an error says, and that a missing record has an error response."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import operations
from speclint.source import Finding, Source, walk

_EXCUSE = "x-sn-no-not-found"


def check(source: Source) -> Iterator[Finding]:
    """Findings about the responses of all OpenAPI documents."""
    for file, document in source.files().items():
        for steps, node in walk(document):
            if isinstance(node, dict):
                yield from _refusal(f"{file}{pointers.build(*steps)}", steps, node)
    for api, document in source.apis.items():
        for path, method, operation in operations(document):
            where = f"{api}.yaml{pointers.build('paths', path, method)}"
            parameters = [
                *document["paths"][path].get("parameters", ()),
                *operation.get("parameters", ()),
            ]
            try:
                names = [_id(source, f"{api}.yaml", parameter) for parameter in parameters]
            except DocumentError as error:
                yield Finding("STR19", where, str(error), "Correct the reference")
                continue
            yield from _missing(where, operation, [name for name in names if name])


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


def _id(source: Source, file: str, parameter: dict[str, Any]) -> str:
    """The name of a path parameter that names a record, else an empty text."""
    _, found = source.follow(file, parameter)
    names_record = "x-sn-table" in found or str(found["schema"].get("$ref", "")).endswith("/SysId")
    return str(found["name"]) if found["in"] == "path" and names_record else ""


def _missing(where: str, operation: dict[str, Any], ids: list[str]) -> Iterator[Finding]:
    """A 404 where the path names a record, or the quirk behind its absence."""
    listed = "404" in operation["responses"]
    excuse = operation.get(_EXCUSE)
    if ids and not listed and excuse is None:
        yield Finding(
            "STR19",
            where,
            f"there is no 404, though {' and '.join(ids)} may lead to no record",
            f"List 404, or name in {_EXCUSE} the quirk by which there is none",
        )
    if excuse is not None and (listed or not ids):
        yield Finding("STR19", where, f"{_EXCUSE} excuses nothing", "Remove it")
    if excuse is not None and excuse not in operation.get("x-sn-quirks", ()):
        yield Finding(
            "STR19",
            where,
            f"{_EXCUSE} names {excuse}, which is no quirk of the operation",
            "Name one of its x-sn-quirks",
        )
