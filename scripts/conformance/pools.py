"""Ids that exist on the target, so that requests reach records and not only refusals."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.conformance.contract import Contract, Operation
from scripts.kit import pointers
from scripts.kit.errors import ConfigError

TABLE = "x-sn-table"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an id stands in requests: `path` or `query` and its name, or `body` and the way."""

    name: str
    where: str
    way: tuple[str, ...]

    @property
    def key(self) -> str:
        """The place as Schemathesis names it in its config."""
        return ".".join((self.where, *self.way))


@dataclass(frozen=True, slots=True)
class Pools:
    """Known ids by the name of the parameter or body field, and where the names stand."""

    values: Mapping[str, tuple[str, ...]]
    places: tuple[Place, ...]
    configured: frozenset[str] = frozenset()

    def first(self, name: str) -> str | None:
        """One id of a pool."""
        return next(iter(self.values.get(name, ())), None)


def build(contract: Contract, ids: Mapping[str, tuple[str, ...]]) -> Pools:
    """The pools that a config gives, and for other names those of the contract's examples.

    Raises:
        ConfigError: no parameter and no body field has a configured name.
    """
    places = tuple(dict.fromkeys(_places(contract)))
    names = {place.name for place in places}
    for name in ids:
        if name not in names:
            raise ConfigError(
                f"no request has a parameter or field '{name}'",
                where="[ids]",
                fix=f"Known are {', '.join(sorted(names))}",
            )
    values = {name: tuple(found) for name, found in _examples(contract).items()}
    values.update(ids)
    used = tuple(place for place in places if place.name in values)
    return Pools(values=values, places=used, configured=frozenset(ids))


def with_ids(contract: Contract, pools: Pools) -> dict[str, Any]:
    """The bundle with the configured ids in place of those of its examples."""
    document = copy.deepcopy(contract.document)
    for operation in contract.operations:
        for parameter in operation.parameters:
            if parameter.name in pools.configured:
                node = pointers.resolve(document, parameter.schema.removesuffix("/schema"))
                node["examples"] = {
                    f"known{number}": {"value": value}
                    for number, value in enumerate(pools.values[parameter.name])
                }
        for example in _request_examples(document, operation):
            for place in pools.places:
                if place.where == "body" and place.name in pools.configured:
                    _replace(example["value"], place.way, pools.values[place.name][0])
    return document


def _places(contract: Contract) -> Iterator[Place]:
    for operation in contract.operations:
        for parameter in operation.parameters:
            yield Place(parameter.name, parameter.place, (parameter.name,))
        for schema in operation.body.media.values() if operation.body else ():
            for way in _fields(contract, schema, ()):
                yield Place(way[-1], "body", way)


def _fields(contract: Contract, pointer: str, way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    schema = pointers.follow(contract.document, contract.node(pointer))
    if not isinstance(schema, dict):
        return
    for name, child in schema.get("properties", {}).items():
        if name in way:
            continue
        yield (*way, name)
        yield from _child_fields(contract, child, (*way, name))


def _child_fields(contract: Contract, node: Any, way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    schema = pointers.follow(contract.document, node)
    for name, child in schema.get("properties", {}).items():
        if name not in way:
            yield (*way, name)
            yield from _child_fields(contract, child, (*way, name))


def _examples(contract: Contract) -> dict[str, list[str]]:
    """Ids in the named examples: values of parameters, and body fields that refer to a table."""
    found: dict[str, list[str]] = {}
    for operation in contract.operations:
        for parameter in operation.parameters:
            node = contract.node(parameter.schema.removesuffix("/schema"))
            for example in node.get("examples", {}).values():
                _remember(found, parameter.name, _value(contract.document, example))
        for schema in operation.body.media.values() if operation.body else ():
            references = {
                way for way in _fields(contract, schema, ()) if _refers(contract, schema, way)
            }
            for example in _request_examples(contract.document, operation):
                for way in references:
                    _remember(found, way[-1], _at(example["value"], way))
    return found


def _refers(contract: Contract, schema: str, way: tuple[str, ...]) -> bool:
    node = contract.node(schema)
    for name in way:
        node = pointers.follow(contract.document, node)["properties"][name]
    return TABLE in node or TABLE in pointers.follow(contract.document, node)


def _request_examples(document: dict[str, Any], operation: Operation) -> list[dict[str, Any]]:
    if operation.body is None:
        return []
    found = []
    for schema in operation.body.media.values():
        content = pointers.resolve(document, schema.removesuffix("/schema"))
        for example in content.get("examples", {}).values():
            found.append(pointers.follow(document, example))
    return [example for example in found if "value" in example]


def _value(document: dict[str, Any], example: Any) -> Any:
    return pointers.follow(document, example).get("value")


def _remember(found: dict[str, list[str]], name: str, value: Any) -> None:
    if isinstance(value, str) and value and value not in found.setdefault(name, []):
        found[name].append(value)


def _at(value: Any, way: tuple[str, ...]) -> Any:
    for name in way:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _replace(value: Any, way: tuple[str, ...], new: str) -> None:
    for name in way[:-1]:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, dict) and way[-1] in value:
        value[way[-1]] = new
