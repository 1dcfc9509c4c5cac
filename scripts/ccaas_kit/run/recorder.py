"""Reports exchanges, with numbers, and the results of checks to the handlers of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ccaas_kit.judging.log.events import (
    Exchanged,
    Logged,
    LoggedDeviation,
    NothingKept,
    OpinionGiven,
    Source,
)
from ccaas_kit.judging.subjects import Case
from ccaas_kit.judging.verdicts import Opinion
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.reporting.handlers import Events


class Recorder:
    """Numbers what a run exchanges, in the order in which it is told."""

    def __init__(self, events: Events[Logged]) -> None:
        self.events = events
        # By identity: an opinion rests on an exchange, not on one that is equal to it.
        self._numbers: dict[int, int] = {}
        self._kept: list[Exchange] = []

    def exchanged(
        self, exchange: Exchange, source: str, *, reported: Exchange | None = None
    ) -> int:
        """Report an exchange, or `reported` in its place; gives its number."""
        number = len(self._kept) + 1
        self._kept.append(exchange)
        self._numbers[id(exchange)] = number
        self.events.tell(Exchanged(replace(reported or exchange, number=number, source=source)))
        return number

    def probed(self, case: Case, opinion: Opinion) -> None:
        """Tell what a probe says of its subject."""
        name, subject = case
        self._opinion(Source.PROBE, name, opinion, subject.operation, subject.pointer)

    def walked(self, flows: Mapping[str, Opinion]) -> None:
        """Tell what workflows and their steps have shown."""
        for name, opinion in flows.items():
            self._opinion(Source.WORKFLOW, name, opinion)

    def forgotten(self, found: Mapping[str, str]) -> None:
        """Tell what shows that the target keeps no records, by operation."""
        for operation, why in found.items():
            self.events.tell(NothingKept(operation, why))

    def _opinion(
        self, source: Source, check: str, opinion: Opinion, operation: str = "", pointer: str = ""
    ) -> None:
        deviations = tuple(
            LoggedDeviation(
                deviation.code,
                deviation.operation,
                deviation.expected,
                deviation.got,
                self._number(deviation.exchange),
            )
            for deviation in opinion.deviations
        )
        self.events.tell(
            OpinionGiven(
                source=source,
                check=check,
                verdict=opinion.verdict,
                detail=opinion.detail,
                operation=operation,
                pointer=pointer,
                deviations=deviations,
            )
        )

    def _number(self, exchange: Exchange) -> int:
        if id(exchange) not in self._numbers:
            return self.exchanged(exchange, "a check")
        return self._numbers[id(exchange)]
