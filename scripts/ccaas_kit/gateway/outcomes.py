"""How a probe ends: with what it saw kept, or by raising what it saw instead."""

from __future__ import annotations

from ccaas_kit.model.exchanges import Exchange


class ViolationError(Exception):
    """An exchange shows that a requirement was violated."""

    def __init__(self, expected: str, got: str, exchange: Exchange) -> None:
        self.expected = expected
        self.got = got
        self.exchange = exchange
        super().__init__(f"expected {expected}, got {got}")


class InconclusiveError(Exception):
    """Nothing in this run could tell; the text says why."""


class NoResponseError(InconclusiveError):
    """No response of the target came; another time there may be one."""


class BlockedError(Exception):
    """A role, a plugin, the profile or the budget stood in the way; the text says what."""
