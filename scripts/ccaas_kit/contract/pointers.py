"""JSON pointers (RFC 6901) as OpenAPI references and clauses use them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from urllib.parse import unquote

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.shapes import Json


def parts(pointer: str) -> list[str]:
    """The unescaped steps of a pointer such as `#/paths/~1api/get`; `#` and `` give none."""
    text = unquote(pointer.removeprefix("#"))
    if not text:
        return []
    if not text.startswith("/"):
        raise DocumentError(f"'{pointer}' is not a JSON pointer", fix="Start it with '#/'")
    return [step.replace("~1", "/").replace("~0", "~") for step in text[1:].split("/")]


def build(*steps: str) -> str:
    """The pointer that leads along the given steps."""
    return "#" + "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def references(node: Json, without: Collection[str] = ()) -> Iterator[str]:
    """Every `$ref` in a node, in its order; those under a key in `without` are left out."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        # A list, as the caller may add to the node meanwhile.
        for key, child in list(node.items()):
            if key not in without:
                yield from references(child, without)
    elif isinstance(node, list):
        for child in node:
            yield from references(child, without)


def resolve(document: Json, pointer: str) -> Json:
    """The node that the pointer leads to; references on the way are not followed.

    Raises:
        DocumentError: there is no such node; it names the step that failed.
    """
    node = document
    for step in parts(pointer):
        if isinstance(node, dict) and step in node:
            node = node[step]
        elif isinstance(node, list) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            raise DocumentError(f"'{pointer}' leads nowhere: there is no '{step}'")
    return node


def follow(document: Json, node: Json) -> Json:
    """The node itself, or what its chain of local references leads to."""
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        node = resolve(document, node["$ref"])
    return node
