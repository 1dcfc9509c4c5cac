"""A bounded memory of results that are needed again; it is cleared when it is full."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memory(dict[K, V]):
    """Values by their keys, at most `capacity` of them, none with a length above `longest`.

    A full memory begins anew, which costs less than keeping an order; one without capacity keeps
    nothing.
    """

    def __init__(self, capacity: int, longest: int) -> None:
        super().__init__()
        self._capacity = capacity
        self._longest = longest

    def keep(self, key: K, value: V, length: int) -> None:
        """Remember a value, unless its length, which the caller measures, is too great."""
        if length > self._longest or not self._capacity:
            return
        if len(self) >= self._capacity:
            self.clear()
        self[key] = value
