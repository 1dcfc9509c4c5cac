"""What the sandbox does not imitate, in sentences."""

from __future__ import annotations

from pathlib import Path

from ccaas_kit.contract import documents

LIMITS = Path(__file__).with_name("limits.yaml")


def load() -> list[str]:
    """One sentence or two for each limit."""
    return [str(document) for document in documents.load(LIMITS)]
