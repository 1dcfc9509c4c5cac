"""What the warden of the random requests is told."""

from __future__ import annotations

from typing import NamedTuple


class Charge(NamedTuple):
    """Where journal and contract lie, and which records are whose.

    `told` are the ids of records of others that the run knows of, `spare` those that it may change.
    """

    journal: str
    contract: str
    told: tuple[str, ...]
    spare: tuple[str, ...]
