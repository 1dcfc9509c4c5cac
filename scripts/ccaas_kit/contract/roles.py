"""Which roles admit a call, as an operation says it in `x-sn-roles`.

x-sn-roles: [awa_manager, awa_integration_user]                          # any one is enough
x-sn-roles: {all_of: [sn_ct_ctr_it_core.admin, awa_integration_user]}    # each one is needed
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ccaas_kit.contract.shapes import Json

KEY, ALL_OF = "x-sn-roles", "all_of"
# The platform lets this role through every check of a role.
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles that an operation names; without any, everybody may call it."""

    names: tuple[str, ...] = ()
    all_needed: bool = False

    def admit(self, user_roles: Collection[str]) -> bool:
        """Whether a user with these roles may call."""
        if not self.names:
            return True
        return (all if self.all_needed else any)(name in user_roles for name in self.names)

    @property
    def enough(self) -> tuple[frozenset[str], ...]:
        """The smallest sets of roles that admit a call."""
        if self.all_needed or not self.names:
            return (frozenset(self.names),)
        return tuple(frozenset({name}) for name in self.names)

    def __str__(self) -> str:
        return (" and " if self.all_needed else " or ").join(self.names)


def of(operation: Mapping[str, Json]) -> Roles:
    """The roles of an operation object."""
    named = operation.get(KEY, ())
    if isinstance(named, Mapping):
        return Roles(tuple(named[ALL_OF]), all_needed=True)
    return Roles(tuple(named))
