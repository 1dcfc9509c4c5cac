"""Roles and plugins: what the contract asks for, and what the instance says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ccaas_kit.contract import roles
from ccaas_kit.contract.roles import Roles
from ccaas_kit.gateway.table_api import Record, TableApi, TableError
from ccaas_kit.model.contract import Contract, Operation

# The roles of every agent who receives work (awa-offer-work page). The contract has them in prose
# only, since no operation asks its caller for them.
AGENT_ROLES = ("awa_agent", "awa_external_user")

_CALLER = "sys_id=javascript:gs.getUserID()"
_USERS = "sys_user"
_HAS_ROLE = "sys_user_has_role"
_MOST = 500


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin or store application, by its id and its name."""

    id: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


@dataclass(frozen=True, slots=True)
class Api:
    """One API of the contract with what it needs; `roles` holds those of each operation."""

    name: str
    title: str
    plugins: tuple[Plugin, ...]
    operations: tuple[Operation, ...]
    roles: Mapping[str, Roles]


def apis(contract: Contract) -> list[Api]:
    """The APIs of the contract, with the operations that are no versioned form of another."""
    found = []
    for entry in contract.document["info"].get("x-sn-apis", ()):
        operations = tuple(
            operation
            for operation in contract.operations
            if operation.api == entry["id"] and operation.id == operation.base
        )
        found.append(
            Api(
                name=entry["id"],
                title=entry["title"].removeprefix("ServiceNow "),
                plugins=tuple(Plugin(plugin["id"], plugin["name"]) for plugin in entry["plugins"]),
                operations=operations,
                roles={
                    operation.id: roles.of(contract.node(operation.pointer))
                    for operation in operations
                },
            )
        )
    return found


def of_caller(tables: TableApi) -> frozenset[str] | None:
    """The roles of the user who asks; None if the instance shows none of them.

    Raises:
        TableError: a table cannot be read.
        NoAnswerError: nothing answered.
    """
    users = tables.records(_USERS, query=_CALLER, fields=("sys_id", "roles"), limit=2)
    if len(users) != 1:
        # Two: the instance dropped the condition, and any user would do.
        return None
    user = users[0]["sys_id"]
    own = [role for _, role in _in_users(users)]
    try:
        rows = tables.records(
            _HAS_ROLE, query=f"user={user}", fields=("user", "role.name"), limit=_MOST
        )
    except TableError:
        if not own:
            raise
        rows = []
    return frozenset((*own, *(row["role.name"] for row in rows if row["user"] == user))) or None


def agents(tables: TableApi, *, limit: int) -> tuple[list[str], tuple[str, ...]]:
    """Sys_ids of active users who can receive work, and the roles that all of them have.

    Users with every role of an agent come first; only if there are none, those with one of them.

    Raises:
        TableError: a table cannot be read.
        NoAnswerError: nothing answered.
    """
    pairs = _of_agents(tables)
    holders = {role: _unique(user for user, name in pairs if name == role) for role in AGENT_ROLES}
    first, *others = AGENT_ROLES
    whole = [user for user in holders[first] if all(user in holders[role] for role in others)]
    if whole:
        return whole[:limit], AGENT_ROLES
    return holders[first][:limit], (first,)


def _of_agents(tables: TableApi) -> list[tuple[str, str]]:
    """Users and roles, among them those of agents; each user can stand there more than once."""
    try:
        rows = tables.records(
            _HAS_ROLE,
            query=f"role.nameIN{','.join(AGENT_ROLES)}^user.active=true",
            fields=("user", "role.name"),
            limit=_MOST,
        )
        return [(row["user"], row["role.name"]) for row in rows]
    except TableError:
        # Not every user may read that table. The users themselves can list their roles too.
        query = f"active=true^rolesLIKE{AGENT_ROLES[0]}"
        users = tables.records(_USERS, query=query, fields=("sys_id", "roles"), limit=_MOST)
        pairs = list(_in_users(users))
        if not pairs:
            raise
        return pairs


def _in_users(users: Iterable[Record]) -> Iterator[tuple[str, str]]:
    for user in users:
        for role in user["roles"].split(","):
            if role.strip():
                yield user["sys_id"], role.strip()


def _unique(values: Iterable[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value]
