"""What each operation does with the records of the instance, by operationId."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scripts.kit.errors import DocumentError
from scripts.sandbox.behaviors import (
    agent_mapping,
    awa_offer_work,
    contact,
    external_id_mapping,
    interaction,
)
from scripts.sandbox.calls import Behavior

BEHAVIORS: Mapping[str, Behavior] = {
    **external_id_mapping.BEHAVIORS,
    **agent_mapping.BEHAVIORS,
    **interaction.BEHAVIORS,
    **awa_offer_work.BEHAVIORS,
    **contact.BEHAVIORS,
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
            where="scripts/sandbox/behaviors",
            fix="Give the contract and the behaviors the same operationIds",
        )


__all__ = ["BEHAVIORS", "check"]
