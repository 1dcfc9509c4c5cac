"""Deviations that the owner of a target knows of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Accepted:
    """A known deviation. It is reported, and fails nothing until it expires."""

    reason: str
    check: str | None = None
    clause: str | None = None
    operation: str | None = None
    expires: date | None = None
