"""Passes the events of a run to each handler separately, so that a defect in one stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ccaas_kit.contract.defects import Defects
from ccaas_kit.judging.log.events import Event


class Handler(Protocol):
    """Writes or shows something of a run."""

    @property
    def name(self) -> str:
        """What it writes, in words."""

    def handle(self, event: Event) -> None:
        """Take in an event; those that do not concern it are passed over."""


class Events:
    """Tells handlers what happens; one that has failed is told no more."""

    def __init__(self, handlers: Sequence[Handler], defects: Defects) -> None:
        self._handlers = list(handlers)
        self._defects = defects

    def tell(self, event: Event) -> None:
        """Hand an event to each handler, in their order.

        Raises:
            KitError: a handler cannot do its work, such as one whose disk is full.
        """
        for handler in list(self._handlers):
            before = len(self._defects.found)
            with self._defects.kept(f"writing {handler.name}"):
                handler.handle(event)
            if len(self._defects.found) > before:
                self._handlers.remove(handler)
