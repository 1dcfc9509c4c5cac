"""How much a run may do to its target."""

from __future__ import annotations

from enum import StrEnum

from ccaas_kit.model.contract import Operation


class Profile(StrEnum):
    """How much a run may do to the target."""

    READ_ONLY = "read-only"
    CREATE_AND_CLEAN = "create-and-clean"
    FULL = "full"

    @property
    def writes(self) -> bool:
        return self is not Profile.READ_ONLY

    def admits(self, operation: Operation) -> bool:
        """Whether a run with this profile calls the operation."""
        return self.writes or reads(operation)

    def fuzzes(self, operation: Operation) -> bool:
        """Whether random requests may be sent to the operation: nobody knows what they change."""
        return self is Profile.FULL or reads(operation)


def reads(operation: Operation) -> bool:
    """Whether an operation changes nothing."""
    return operation.method == "GET"
