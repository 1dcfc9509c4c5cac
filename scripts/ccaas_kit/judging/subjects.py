"""What a probe looks at."""

from __future__ import annotations

from dataclasses import dataclass

from ccaas_kit.contract import pointers


@dataclass(frozen=True, slots=True)
class Subject:
    """An operation, and the node of the contract that the clause names."""

    operation: str
    pointer: str

    @property
    def field(self) -> str:
        """The last step of the pointer: a field, a parameter or a keyword."""
        return pointers.parts(self.pointer)[-1]


# A probe by name, and what it looks at.
Case = tuple[str, Subject]
