"""Which ids the requests of the contract need, and in which tables the records behind them are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ccaas_kit.contract import pointers
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.shapes import Json
from ccaas_kit.model import pools
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.pools import TABLE

_TABLE_NAME = "#/components/schemas/TableName"
# The page names no table of channels. Interactions that exist show which of them work.
_SHOWN_BY_RECORDS = frozenset({"channel"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A parameter or field that holds the id of a record.

    `operations` are those that send it, `changing` those of them that change the record itself.
    `column` is where its values stand in the records of the table, if that is known by its name.
    """

    name: str
    table: str
    schema: str
    operations: tuple[str, ...]
    changing: tuple[str, ...] = ()
    column: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two parameters or fields that name a record together: its table, and its id in there.

    `tables` are those that the examples of the contract name, `mapped` is a table whose records
    say which pairs have been used already.
    """

    table_name: str
    name: str
    tables: tuple[str, ...]
    table_schema: str
    schema: str
    operations: tuple[str, ...]
    mapped: str = ""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A parameter or field of one operation, with the pointer of its schema."""

    name: str
    where: str
    table: str
    schema: str
    refers_to: str


def of(contract: Contract) -> tuple[list[Reference], list[Pair]]:
    """The references and the pairs of the contract, for those names that pools can fill.

    Raises:
        DocumentError: a name refers to more than one table.
    """
    fillable = {place.name for place in pools.build(contract, {}, seeded=False).places}
    references: dict[str, Reference] = {}
    pairs: dict[str, Pair] = {}
    for operation in contract.operations:
        if operation.id != operation.base:
            continue
        spots = list(_spots(contract, operation))
        for found in _references(contract, operation, spots):
            if found.name in fillable:
                references[found.name] = _merged(references.get(found.name), found)
        for pair in _pairs(contract, operation, spots):
            if {pair.name, pair.table_name} <= fillable and pair.tables:
                pairs[pair.name] = _merged_pair(pairs.get(pair.name), pair)
    return list(references.values()), list(pairs.values())


def _references(
    contract: Contract, operation: Operation, spots: list[_Spot]
) -> Iterator[Reference]:
    state = contract.state(operation)
    for spot in spots:
        created = state.get("creates", "") if spot.name in _SHOWN_BY_RECORDS else ""
        if not spot.table and not created:
            continue
        changed = bool(spot.table) and state.get("updates") == spot.table
        yield Reference(
            name=spot.name,
            table=spot.table or created,
            schema=spot.schema,
            operations=(operation.id,),
            changing=(operation.id,) if changed else (),
            column=spot.name if created else "",
        )


def _merged(known: Reference | None, found: Reference) -> Reference:
    if known is None:
        return found
    if found.table != known.table:
        # Ids are given by name: there is no telling which of the two is meant.
        raise DocumentError(f"'{found.name}' refers to {known.table} and to {found.table}")
    return replace(
        known,
        operations=tuple(dict.fromkeys((*known.operations, *found.operations))),
        changing=tuple(dict.fromkeys((*known.changing, *found.changing))),
    )


def _merged_pair(known: Pair | None, found: Pair) -> Pair:
    if known is None:
        return found
    return replace(known, operations=(*known.operations, *found.operations))


def _pairs(contract: Contract, operation: Operation, spots: list[_Spot]) -> Iterator[Pair]:
    """In a path, the table and the one id without a table; in a body, what goes together."""
    path = [spot for spot in spots if spot.where == "path"]
    tables = [spot for spot in path if spot.refers_to == _TABLE_NAME]
    ids = [spot for spot in path if not spot.table and spot.refers_to != _TABLE_NAME]
    couples = [(tables[0], ids[0])] if len(tables) == len(ids) == 1 else []
    body = {spot.name: spot for spot in spots if spot.where == "body"}
    for name, needed in _needed_together(contract, operation).items():
        if name in body and body[name].refers_to == _TABLE_NAME:
            couples += [(body[name], body[other]) for other in needed if other in body]
    state = contract.state(operation)
    for table, spot in couples:
        keyed = {table.name, spot.name} <= set(state.get("key", ()))
        yield Pair(
            table_name=table.name,
            name=spot.name,
            tables=tuple(dict.fromkeys(_examples(contract, operation, table))),
            table_schema=table.schema,
            schema=spot.schema,
            operations=(operation.id,),
            mapped=state.get("reads", "") if keyed else "",
        )


def _spots(contract: Contract, operation: Operation) -> Iterator[_Spot]:
    for parameter in operation.parameters:
        node = contract.node(parameter.schema.removesuffix("/schema"))
        yield _Spot(
            name=parameter.name,
            where=parameter.place,
            table=_table(contract, node) or _table(contract, node["schema"]),
            schema=parameter.schema,
            refers_to=node["schema"].get("$ref", ""),
        )
    for schema in operation.body.media.values() if operation.body else ():
        yield from _fields(contract, schema, frozenset())


def _fields(contract: Contract, pointer: str, seen: frozenset[str]) -> Iterator[_Spot]:
    """The fields of a body, whatever alternative they stand in."""
    node = contract.node(pointer)
    while "$ref" in node:
        pointer = node["$ref"]
        node = contract.node(pointer)
    if pointer in seen:
        return
    seen |= {pointer}
    for word in ("allOf", "anyOf", "oneOf"):
        for index in range(len(node.get(word, ()))):
            yield from _fields(contract, f"{pointer}/{word}/{index}", seen)
    for name, child in node.get("properties", {}).items():
        here = f"{pointer}/properties/{name}"
        yield _Spot(
            name=name,
            where="body",
            table=_table(contract, child),
            schema=here,
            refers_to=child.get("$ref", ""),
        )
        yield from _fields(contract, here, seen)


def _table(contract: Contract, node: Json) -> str:
    """The table that a node, or the type that it is made of, names; empty if none does."""
    schema = pointers.follow(contract.document, node)
    parts = (_table(contract, branch) for branch in schema.get("allOf", ()))
    table: str = node.get(TABLE) or schema.get(TABLE) or next(filter(None, parts), "")
    return table


def _needed_together(contract: Contract, operation: Operation) -> Mapping[str, list[str]]:
    for schema in operation.body.media.values() if operation.body else ():
        node = pointers.follow(contract.document, contract.node(schema))
        needed: Mapping[str, list[str]] = node.get("dependentRequired", {})
        return needed
    return {}


def _examples(contract: Contract, operation: Operation, spot: _Spot) -> Iterator[str]:
    """The values that the examples of the contract have at a parameter or a field."""
    holders = [spot.schema] if spot.where != "body" else _body_schemas(operation)
    for holder in holders:
        content: dict[str, Json] = contract.node(holder.removesuffix("/schema"))
        for example in content.get("examples", {}).values():
            value = pointers.follow(contract.document, example).get("value")
            if spot.where == "body":
                value = value.get(spot.name) if isinstance(value, dict) else None
            if isinstance(value, str):
                yield value


def _body_schemas(operation: Operation) -> list[str]:
    return list(operation.body.media.values()) if operation.body else []
