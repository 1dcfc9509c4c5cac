"""What a mutation is, and how one reaches into a bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Mutate = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A change of the bundle of one API, and the lines that it has to give."""

    api: str
    prepare: Mutate
    mutate: Mutate
    expected: tuple[str, ...]


MUTATIONS: dict[str, Mutation] = {}


def _as_it_is(_document: dict[str, Any]) -> None:
    """The base is the bundle as it is."""


def mutation(api: str, *expected: str, prepare: Mutate = _as_it_is) -> Callable[[Mutate], Mutate]:
    """Register the function under its name; `prepare` makes the base out of the bundle."""

    def register(mutate: Mutate) -> Mutate:
        name = mutate.__name__.replace("_", "-")
        assert name not in MUTATIONS, name
        MUTATIONS[name] = Mutation(api, prepare, mutate, expected)
        return mutate

    return register


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def field(document: dict[str, Any], name: str, member: str) -> dict[str, Any]:
    found: dict[str, Any] = schema(document, name)["properties"][member]
    return found


def operation(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(
        node
        for item in document["paths"].values()
        for node in item.values()
        if isinstance(node, dict) and node.get("operationId") == name
    )
