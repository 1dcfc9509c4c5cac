"""Passes what happens in a run to each handler separately, so that a defect in one stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ccaas_kit.contract.defects import Defects
from ccaas_kit.judging.log.log import Log
from ccaas_kit.judging.scorecard import Scorecard

Event_contra = TypeVar("Event_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts, with the complete log that they rest on: what the reports are made of.

    `cut_off` is whether the target was not fit to be asked at all.
    """

    card: Scorecard
    log: Log
    cut_off: bool = False


class Handler(Protocol[Event_contra]):
    """Writes or shows something of a run: its log while it goes on, or a report of its verdicts."""

    @property
    def name(self) -> str:
        """What it writes, in words."""

    def handle(self, event: Event_contra) -> None:
        """Take in an event."""


class Events(Generic[Event_contra]):
    """Tells handlers what happens; one that has failed is told no more."""

    def __init__(self, handlers: Sequence[Handler[Event_contra]], defects: Defects) -> None:
        self._handlers = list(handlers)
        self._defects = defects

    def tell(self, event: Event_contra) -> None:
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
