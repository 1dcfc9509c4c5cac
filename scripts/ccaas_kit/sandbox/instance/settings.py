"""What an administrator would have set up on the instance: users, plugins, properties, rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ALL = "all"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can log in; `sys_id` is that of the record in sys_user."""

    user_name: str
    sys_id: str
    roles: frozenset[str]
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """A registered client; `user` is whom the grant client_credentials acts as."""

    user: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A rule that admits so many requests per hour; the empty rule matches every caller and API."""

    sys_id: str
    limit: int
    user_name: str | None = None
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The set-up of an instance, read from its seed; `seeded` are the sys_ids of its records."""

    users: Mapping[str, User]
    api_keys: Mapping[str, str] = field(repr=False)
    oauth_clients: Mapping[str, OAuthClient]
    plugins: frozenset[str]
    properties: Mapping[str, str]
    rate_limits: tuple[RateLimit, ...]
    hidden: Mapping[str, str]
    next_ids: Mapping[str, tuple[str, ...]]
    next_numbers: Mapping[str, int]
    seeded: frozenset[str]

    def is_true(self, name: str) -> bool:
        """Whether a system property is set to true."""
        return self.properties.get(name, "").casefold() == "true"

    def sees(self, user: User, sys_id: str) -> bool:
        """Whether the user may see a record; one that is hidden takes a role of its own."""
        role = self.hidden.get(sys_id)
        return role is None or role in user.roles

    def hidden_from(self, user: User) -> list[str]:
        """Sys_ids of the records that the user may not see."""
        return [sys_id for sys_id, role in self.hidden.items() if role not in user.roles]


def read(seed: Mapping[str, Any], *, roles: list[str], plugins: list[str]) -> Settings:
    """The settings of a seed that was written; `roles` and `plugins` are those that the contract names."""
    users = {}
    for name, login in seed.get("logins", {}).items():
        login_roles = login.get("roles", [])
        users[name] = User(
            user_name=name,
            sys_id=login["sys_id"],
            roles=frozenset(roles if login_roles == ALL else login_roles),
            password=login["password"],
        )
    installed = seed.get("plugins", ALL)
    return Settings(
        users=users,
        api_keys=dict(seed.get("api_keys", {})),
        oauth_clients={
            name: OAuthClient(**client) for name, client in seed.get("oauth_clients", {}).items()
        },
        plugins=frozenset(plugins if installed == ALL else installed),
        properties=dict(seed.get("properties", {})),
        rate_limits=tuple(RateLimit(**rate_limit) for rate_limit in seed.get("rate_limits", ())),
        hidden=dict(seed.get("hidden", {})),
        next_ids={table: tuple(ids) for table, ids in seed.get("next_ids", {}).items()},
        next_numbers=dict(seed.get("next_numbers", {})),
        seeded=frozenset(seed["seeded"]),
    )
