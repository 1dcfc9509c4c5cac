"""What each operation does with the records of the instance, by operationId."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.sandbox.behaviors.agents import agents
from ccaas_kit.sandbox.behaviors.contact import contacts
from ccaas_kit.sandbox.behaviors.interactions import interactions
from ccaas_kit.sandbox.behaviors.mappings import mappings
from ccaas_kit.sandbox.behaviors.offers import offers
from ccaas_kit.sandbox.http.calls import Behavior

BEHAVIORS: Mapping[str, Behavior] = {
    **mappings.BEHAVIORS,
    **agents.BEHAVIORS,
    **interactions.BEHAVIORS,
    **offers.BEHAVIORS,
    **contacts.BEHAVIORS,
}


def check(operations: Iterable[str], behaviors: Mapping[str, Behavior] = BEHAVIORS) -> None:
    """Hold that each operation has a behavior and each behavior an operation.

    Raises:
        DocumentError: one of them is alone.
    """
    named = set(operations)
    for name in sorted(named ^ set(behaviors)):
        what = "has no behavior" if name in named else "is a behavior without an operation"
        raise DocumentError(
            f"{name} {what}",
            where="scripts/ccaas_kit/sandbox/behaviors",
            fix="Give the contract and the behaviors the same operationIds",
        )


__all__ = ["BEHAVIORS", "check"]
