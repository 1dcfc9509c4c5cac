"""Free ids: a call with an id that no record uses creates a record that belongs to the run.

An operation that creates or updates the record of the ids in its path would change an existing record
of others. The table of these records shows whether one exists, but only to an administrator: an
instance may hide records from other users.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ccaas_kit.contract import roles as contract_roles
from ccaas_kit.discovery import roles
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.connection import Connection, Limits, NoAnswerError
from ccaas_kit.gateway.diagnosis import Words
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.gateway.safety import guard
from ccaas_kit.gateway.table_api import TableApi, TableError
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.pools import TABLE, Pools
from ccaas_kit.run.cases import Case

# A table with as many records is not read whole, and what it holds is not known then.
_MOST_RECORDS = 1000
_SECONDS, _REQUESTS = 20.0, 5
_SYS_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class UnusedIds:
    """Ids by parameter that the run may write to, and what was found out about them."""

    ids: Mapping[str, tuple[str, ...]]
    told: tuple[str, ...]


def possible(contract: Contract, spare: Mapping[str, tuple[str, ...]]) -> Iterator[Operation]:
    """The operations that could be called with such ids, and otherwise change records of others."""
    for name in contract.bases():
        operation = contract.by_id[name]
        state = contract.state(operation)
        upserts = "creates" in state and state["creates"] == state.get("updates")
        if upserts and not guard.is_possible(contract, operation, spare):
            yield operation


def found(case: Case, gateway: Gateway, budget: Budget) -> UnusedIds:
    """The known ids that no record names, for each operation that needs them."""
    contract = case.contract
    ids: dict[str, tuple[str, ...]] = {}
    unused = []
    limits = Limits(total=_SECONDS, requests=_REQUESTS)
    connection = Connection(gateway, case.credentials, limits=limits, budget=budget)
    tables = TableApi(connection, Words.of(contract))
    for operation in possible(contract, case.spare):
        table = contract.state(operation)["creates"]
        try:
            free = _free(operation, contract, case.pools, _taken(tables, table))
            ids |= free
            unused.append(f"Calls {operation.id} for ids that no record of {table} names.")
        except InconclusiveError as error:
            unused.append(f"Does not call {operation.id}: {error}.")
    return UnusedIds(ids, tuple(unused))


def _taken(tables: TableApi, table: str) -> set[str]:
    """Every value in the records of a table.

    Raises:
        InconclusiveError: the table was not read, or not whole, or may have records that the user does not see.
    """
    try:
        user_roles = roles.of_caller(tables)
        records = tables.whole(table, limit=_MOST_RECORDS)
    except (TableError, NoAnswerError) as error:
        raise InconclusiveError(f"{table} was not read ({error.what})") from error
    if contract_roles.ADMIN not in (user_roles or ()):
        raise InconclusiveError(
            f"who has not the role {contract_roles.ADMIN} may not see all of {table}"
        )
    if len(records) == _MOST_RECORDS:
        raise InconclusiveError(f"{table} has {_MOST_RECORDS} records or more")
    return {text for record in records for text in record.values()}


def _free(
    operation: Operation, contract: Contract, pools: Pools, taken: set[str]
) -> dict[str, tuple[str, ...]]:
    """The ids to call an operation with; of one parameter those alone that nothing names.

    One id that is new makes the record new, whatever the others lead to.

    Raises:
        InconclusiveError: every id that is known is named.
    """
    nodes = (
        contract.node(parameter.schema.removesuffix("/schema"))
        for parameter in operation.parameters
    )
    names = [node["name"] for node in nodes if TABLE in node]
    for name in names:
        # A record names another one by its sys_id: of other ids it tells nothing.
        known_ids = filter(_SYS_ID.fullmatch, pools.values.get(name, ()))
        free = tuple(known_id for known_id in known_ids if known_id not in taken)
        if free:
            known = {name: pools.values.get(name, ()) for name in names}
            return {**known, name: free}
    raise InconclusiveError(f"{contract.state(operation)['creates']} names every id that is known")
