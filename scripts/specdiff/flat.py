"""A bundle written out, so that each operation carries its own copy of all that it refers to.

`redocly diff` reports a change of a shared component once, at the first place that it meets, and
judges it for all uses together. Written out, the change shows at each place, in the direction in
which that operation sends or gets it, and a component that was only renamed or split shows nowhere.
"""

from __future__ import annotations

from typing import Any

from ccaas_kit.contract import defaults, pointers
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import METHODS

# No API here has this method; it carries what a path answers to methods that it does not have.
OTHER_METHODS = "trace"
# Read from the bundles themselves, see extensions.py.
_READ_ELSEWHERE = ("x-sn-roles", "x-sn-versioned", "x-sn-other-methods")
# Where these stand, the parts of an `allOf` cannot simply be put together.
_LOOKS_AT_NEIGHBOURS = ("additionalProperties", "unevaluatedProperties", "patternProperties")
_SAYS_NOTHING = ("title", "description", "default", "examples", "deprecated", "externalDocs")


def written_out(document: dict[str, Any], *, where: str) -> dict[str, Any]:
    """A document without references, whose operations hold all that concerns them.

    Raises:
        DocumentError: a component contains itself or is missing; it names the reference.
    """
    try:
        resolved = _resolved(document, document, ())
    except DocumentError as error:
        raise DocumentError(error.what, where=where, fix=error.fix) from error
    schemes = resolved.get("components", {}).get("securitySchemes", {})
    root = {key: value for key, value in resolved.items() if key not in ("components", "security")}
    return {
        **root,
        "paths": {
            path: _path_item(item, resolved.get("security", []))
            for path, item in resolved["paths"].items()
        },
        "components": {"securitySchemes": schemes},
    }


def pruned(document: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The document without the operations that are the same in the other one."""
    return {
        **document,
        "paths": {
            path: {
                key: value
                for key, value in item.items()
                if key not in METHODS or other["paths"].get(path, {}).get(key) != value
            }
            for path, item in document["paths"].items()
        },
    }


def _path_item(item: dict[str, Any], security: list[Any]) -> dict[str, Any]:
    written = {key: value for key, value in item.items() if key not in ("parameters", *METHODS)}
    for method in METHODS:
        if method in item:
            shared, own = item.get("parameters", []), item[method].get("parameters", [])
            written[method] = {"security": security, **item[method], "parameters": [*shared, *own]}
            _leave_out(written[method])
    if "x-sn-other-methods" in item:
        written[OTHER_METHODS] = {"responses": {"405": item["x-sn-other-methods"]}}
    _leave_out(written)
    return written


def _leave_out(node: dict[str, Any]) -> None:
    for key in _READ_ELSEWHERE:
        node.pop(key, None)


def _resolved(document: dict[str, Any], node: Any, trail: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_resolved(document, child, trail) for child in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str):
        if reference in trail:
            raise DocumentError(f"'{reference}' contains itself, which cannot be written out")
        target = _resolved(document, pointers.resolve(document, reference), (*trail, reference))
        beside = {key: child for key, child in node.items() if key != "$ref"}
        return {**target, **_resolved(document, beside, trail)}
    written = {key: _resolved(document, child, trail) for key, child in node.items()}
    return _plain_extension(_plain_constant(_plain_default(written)))


def _plain_default(schema: dict[str, Any]) -> dict[str, Any]:
    """With our default as the keyword of JSON Schema, of which Redocly knows what it means."""
    return {("default" if key == defaults.KEY else key): value for key, value in schema.items()}


def _plain_constant(schema: dict[str, Any]) -> dict[str, Any]:
    """With a list of one instead of `const`: the same values, and a step to several is seen."""
    if "enum" in schema or isinstance(schema.get("const", {}), dict | list):
        return schema
    return {("enum" if k == "const" else k): [v] if k == "const" else v for k, v in schema.items()}


def _plain_extension(schema: dict[str, Any]) -> dict[str, Any]:
    """Without an `allOf` of one member, where putting the two together means the same."""
    members = schema.get("allOf")
    if not isinstance(members, list) or len(members) != 1 or not isinstance(members[0], dict):
        return schema
    around = {key: value for key, value in schema.items() if key != "allOf"}
    inner = members[0]
    lists = {
        "required": [*inner.get("required", []), *around.get("required", [])],
        "properties": {**inner.get("properties", {}), **around.get("properties", {})},
    }
    doubled = {
        key
        for key in inner.keys() & around.keys()
        if key not in (*_SAYS_NOTHING, *lists)
        and not key.startswith("x-")
        and inner[key] != around[key]
    }
    doubled |= inner.get("properties", {}).keys() & around.get("properties", {}).keys()
    says_much = any(key not in _SAYS_NOTHING and not key.startswith("x-") for key in around)
    looks_around = any(key in part for key in _LOOKS_AT_NEIGHBOURS for part in (inner, around))
    if doubled or (says_much and looks_around):
        return schema
    return {**inner, **around, **{key: value for key, value in lists.items() if value}}
