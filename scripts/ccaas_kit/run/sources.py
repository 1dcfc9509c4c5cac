"""Where the contract lies that a target is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ccaas_kit.contract import clauses
from ccaas_kit.contract.layout import ALL_BUNDLE, BUNDLES


@dataclass(frozen=True, slots=True)
class Sources:
    """The bundle of all APIs and their compiled clauses."""

    bundle: Path = BUNDLES / f"{ALL_BUNDLE}.yaml"
    clauses: Path = clauses.COMPILED
