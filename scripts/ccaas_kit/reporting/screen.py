"""The scorecard on the terminal, as a handler of the verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from ccaas_kit.contract.defects import Defects
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.reporting import terminal
from ccaas_kit.reporting.files import with_defects
from ccaas_kit.reporting.handlers import Judged


@dataclass(frozen=True, slots=True)
class Screen:
    """Prints the scorecard, unless there is next to nothing to tell."""

    console: Console
    out: Path
    redactor: Redactor
    defects: Defects
    name: str = "the scorecard on the terminal"

    def handle(self, event: Judged) -> None:
        """Print it."""
        if event.card.requests and not event.cut_off:
            card = with_defects(event.card, self.defects)
            terminal.show(card, self.console, out=self.out, redactor=self.redactor)
