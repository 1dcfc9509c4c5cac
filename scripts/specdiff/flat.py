"""A bundle written out, so that each operation carries its own copy of all that it refers to.

`redocly diff` reports a change of a shared component once, at the first place that it meets, and
judges it for all uses together. Written out, the change shows at each place, in the direction in
which that operation sends or gets it, and a component that was only renamed or split shows nowhere.
"""

from __future__ import annotations

from typing import Any

from scripts.kit import pointers
from scripts.kit.errors import DocumentError
from scripts.kit.operations import METHODS

# No API here has it; it carries what a path answers to the methods that are none of its operations.
OTHER_METHODS = "trace"


def written_out(document: dict[str, Any]) -> dict[str, Any]:
    """A document without references, whose operations hold all that concerns them.

    Raises:
        DocumentError: a component contains itself; it names the reference.
    """
    resolved = _resolved(document, document, ())
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


def _path_item(item: dict[str, Any], security: list[Any]) -> dict[str, Any]:
    written = {
        method: {
            "security": security,
            **item[method],
            "parameters": [*item.get("parameters", []), *item[method].get("parameters", [])],
        }
        for method in METHODS
        if method in item
    }
    if "x-sn-other-methods" in item:
        written[OTHER_METHODS] = {"responses": {"405": item["x-sn-other-methods"]}}
    return written


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
        return {**target, **_resolved(document, _without(node, "$ref"), trail)}
    children = {key: _resolved(document, child, trail) for key, child in node.items()}
    return _merged(children)


def _merged(schema: dict[str, Any]) -> dict[str, Any]:
    """Without an `allOf` of one member that shares no constraint with what stands around it."""
    members = schema.get("allOf")
    if not isinstance(members, list) or len(members) != 1:
        return schema
    return schema


def _without(node: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: child for name, child in node.items() if name != key}
