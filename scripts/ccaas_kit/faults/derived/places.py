"""Where the contract says something: the places of a body, and the nodes of the document behind each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ccaas_kit.contract import pointers

_DEPTH = 4
_BRANCHES = ("oneOf", "anyOf", "allOf")
Schema = Mapping[str, Any]


class Others(str):
    """The step to fields that have no name in the contract; `known` are those that have one."""

    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a body: the way there, its schema, and the nodes that speak of it.

    `nodes` are the pointers of the place itself, the innermost last; `around` are those of what holds
    it, likewise. `branch` says that it stands in one of several alternatives.
    """

    steps: tuple[str, ...]
    schema: Schema
    required: bool
    nodes: tuple[str, ...]
    around: tuple[str, ...]
    branch: bool = False

    @property
    def text(self) -> str:
        """The way as text, `result/work_item/queue`."""
        return pointers.build(*self.steps)[2:]

    @property
    def name(self) -> str:
        """The last step."""
        return self.steps[-1] if self.steps else ""


def of(document: Any, pointer: str) -> Iterator[Place]:
    """Every place in what the schema at a pointer describes, the whole body first.

    A place that several alternatives describe is one, with the nodes of all of them.
    """
    found: dict[tuple[str, ...], Place] = {}
    for place in _of(document, pointer, (), (), (), required=True, branch=False):
        known = found.setdefault(place.steps, place)
        if known is not place:
            nodes = dict.fromkeys((*known.nodes, *place.nodes))
            around = dict.fromkeys((*known.around, *place.around))
            found[place.steps] = replace(known, nodes=tuple(nodes), around=tuple(around))
    yield from found.values()


def chain(document: Any, pointer: str) -> tuple[str, ...]:
    """The pointer, and those that its references lead to; an `allOf` of one reference is one."""
    found = [pointer]
    node = pointers.resolve(document, pointer)
    while isinstance(node, dict):
        inner = node.get("allOf", ())
        if isinstance(node.get("$ref"), str):
            found.append(node["$ref"])
        elif len(inner) == 1 and "$ref" in inner[0]:
            found.append(inner[0]["$ref"])
        else:
            break
        node = pointers.resolve(document, found[-1])
    return tuple(found)


def merged(document: Any, nodes: tuple[str, ...]) -> Schema:
    """What the nodes of a chain say together; the outer one goes before the inner one."""
    found: dict[str, Any] = {}
    for pointer in reversed(nodes):
        node = pointers.resolve(document, pointer)
        found.update({key: value for key, value in node.items() if key not in ("$ref", "allOf")})
    return found


def types(schema: Schema) -> frozenset[str]:
    """The JSON types that a schema names; none where it names no type."""
    named = schema.get("type", ())
    return frozenset({named} if isinstance(named, str) else named)


def all_types(document: Any, place: Place) -> frozenset[str]:
    """The JSON types that a place may have, by its own schema or by any of its alternatives."""
    own = types(place.schema)
    chains = alternatives(document, place.nodes)
    return own or frozenset().union(*(types(merged(document, nodes)) for nodes in chains))


def alternatives(document: Any, nodes: Iterable[str]) -> list[tuple[str, ...]]:
    """The alternatives that the nodes of a place list, each as a chain of nodes."""
    return [
        chain(document, f"{pointer}/{key}/{number}")
        for pointer in nodes
        for key in _BRANCHES[:2]
        for number in range(len(pointers.resolve(document, pointer).get(key, ())))
    ]


def _of(
    document: Any,
    pointer: str,
    above: tuple[str, ...],
    steps: tuple[str, ...],
    around: tuple[str, ...],
    *,
    required: bool,
    branch: bool,
) -> Iterator[Place]:
    """The place of a schema and those in it; `above` are the alternatives that it is one of."""
    if len(steps) > _DEPTH:
        return
    own = chain(document, pointer)
    nodes = (*above, *own)
    yield Place(steps, merged(document, own), required, nodes, around, branch)
    for holder in own:
        node = pointers.resolve(document, holder)
        for inner in (
            f"{holder}/{key}/{n}" for key in _BRANCHES for n in range(len(node.get(key, ())))
        ):
            if inner in own or (f"{holder}/allOf/0" == inner and len(node["allOf"]) == 1):
                continue
            for place in _of(document, inner, nodes, steps, around, required=required, branch=True):
                if place.steps != steps:
                    yield place
        beyond = (*around, *nodes)
        for name in node.get("properties", {}):
            child = f"{holder}/properties/{name}"
            needed = name in node.get("required", ())
            yield from _of(
                document, child, (), (*steps, name), beyond, required=needed, branch=branch
            )
        if isinstance(node.get("additionalProperties"), Mapping):
            step = Others("+")
            step.known = frozenset(node.get("properties", ()))
            child = f"{holder}/additionalProperties"
            yield from _of(
                document, child, (), (*steps, step), beyond, required=False, branch=branch
            )
        if isinstance(node.get("items"), Mapping):
            child = f"{holder}/items"
            yield from _of(
                document, child, (), (*steps, "*"), beyond, required=False, branch=branch
            )
