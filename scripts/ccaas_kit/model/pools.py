"""Ids that exist on the target, so that requests reach records instead of error responses."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from ccaas_kit.contract import pointers
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.contract.parsing import UnreadableError, parse_json
from ccaas_kit.contract.shapes import Json
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.exchanges import Exchange

TABLE = "x-sn-table"


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an id in requests: `path`, `query` or `body`, and the way to it.

    `refers` marks the id of a record.
    """

    name: str
    where: str
    way: tuple[str, ...]
    refers: bool = False

    @property
    def key(self) -> str:
        """The place as Schemathesis names it in its config."""
        return ".".join((self.where, *self.way))


@dataclass(frozen=True, slots=True)
class Pools:
    """Ids by the name of the parameter or body field.

    `values` holds those to send, `existing` those that are known to exist on the target.
    """

    values: Mapping[str, tuple[str, ...]]
    existing: Mapping[str, tuple[str, ...]]
    configured: frozenset[str]
    places: tuple[Place, ...]

    def bound(self) -> list[Place]:
        """The places that there are ids for."""
        return [place for place in self.places if place.name in self.values]

    def knows(self, exchange: Exchange) -> bool:
        """Whether every id in a request is known to exist."""
        if exchange.knows_ids is not None:
            return exchange.knows_ids
        found = exchange.operation.pattern.fullmatch(exchange.path)
        sent: dict[str, Json] = {
            "path": {
                name: unquote(text) for name, text in (found.groupdict() if found else {}).items()
            },
            "query": dict(parse_qsl(exchange.query, keep_blank_values=True)),
            "body": _json(exchange.request_body),
        }
        for place in self.places:
            value = _at(sent.get(place.where), place.way)
            counts = place.refers or place.name in self.values
            if counts and value is not None and value not in self.existing.get(place.name, ()):
                return False
        return True


def build(contract: Contract, ids: Mapping[str, tuple[str, ...]], *, seeded: bool) -> Pools:
    """The pools that a config gives, and for other names those of the contract's examples.

    A `seeded` target has the records of the examples.

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
    values = {name: tuple(found) for name, found in _examples(contract, places).items()}
    values.update(ids)
    return Pools(
        values=values,
        existing=values if seeded else dict(ids),
        configured=frozenset(ids),
        places=places,
    )


def known(contract: Contract, ids: Iterable[str], existing: Mapping[str, tuple[str, ...]]) -> Pools:
    """The pools of a run that is over: the names that it had ids for, and those that existed."""
    return Pools(
        values=dict.fromkeys(ids, ()),
        existing=existing,
        configured=frozenset(),
        places=tuple(dict.fromkeys(_places(contract))),
    )


def with_ids(contract: Contract, pools: Pools) -> dict[str, Json]:
    """The bundle with the configured ids in place of those of its examples."""
    document: dict[str, Json] = copy.deepcopy(contract.document)
    for operation in contract.operations:
        for parameter in operation.parameters:
            if parameter.name in pools.configured:
                node = pointers.resolve(document, parameter.schema.removesuffix("/schema"))
                node["examples"] = {
                    f"known{number}": {"value": value}
                    for number, value in enumerate(pools.values[parameter.name])
                }
        for example in _request_examples(document, operation):
            for place in pools.bound():
                if place.where == "body" and place.name in pools.configured:
                    _replace(example["value"], place.way, pools.values[place.name][0])
    return document


def _places(contract: Contract) -> Iterator[Place]:
    for operation in contract.operations:
        for parameter in operation.parameters:
            node = contract.node(parameter.schema.removesuffix("/schema"))
            refers = TABLE in node or TABLE in node["schema"]
            yield Place(parameter.name, parameter.place, (parameter.name,), refers)
        for schema in operation.body.media.values() if operation.body else ():
            yield from _fields(contract, contract.node(schema), ())


def _fields(contract: Contract, node: Json, way: tuple[str, ...]) -> Iterator[Place]:
    schema = pointers.follow(contract.document, node)
    for keyword in ("anyOf", "oneOf", "allOf"):
        for branch in schema.get(keyword, ()):
            yield from _fields(contract, branch, way)
    for name, child in schema.get("properties", {}).items():
        if name in way:
            continue
        refers = TABLE in child or TABLE in pointers.follow(contract.document, child)
        yield Place(name, "body", (*way, name), refers)
        yield from _fields(contract, child, (*way, name))


def _examples(contract: Contract, places: tuple[Place, ...]) -> dict[str, list[str]]:
    """Ids in the named examples: values of parameters, and body fields that refer to a table."""
    found: dict[str, list[str]] = {}
    references = [place for place in places if place.where == "body" and place.refers]
    for operation in contract.operations:
        for parameter in operation.parameters:
            node = contract.node(parameter.schema.removesuffix("/schema"))
            for example in node.get("examples", {}).values():
                named = pointers.follow(contract.document, example)
                _remember(found, parameter.name, named.get("value"))
        for example in _request_examples(contract.document, operation):
            for place in references:
                _remember(found, place.name, _at(example["value"], place.way))
    return found


def _request_examples(document: dict[str, Json], operation: Operation) -> list[dict[str, Json]]:
    if operation.body is None:
        return []
    found = []
    for schema in operation.body.media.values():
        content = pointers.resolve(document, schema.removesuffix("/schema"))
        for example in content.get("examples", {}).values():
            found.append(pointers.follow(document, example))
    return [example for example in found if "value" in example]


def _remember(found: dict[str, list[str]], name: str, value: Json) -> None:
    if isinstance(value, str) and value and value not in found.setdefault(name, []):
        found[name].append(value)


def _at(value: Json, way: tuple[str, ...]) -> Json:
    for name in way:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _json(body: bytes | None) -> Json:
    try:
        return parse_json(body) if body else None
    except UnreadableError:
        return None


def _replace(value: Json, way: tuple[str, ...], new: str) -> None:
    for name in way[:-1]:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, dict) and way[-1] in value:
        value[way[-1]] = new
