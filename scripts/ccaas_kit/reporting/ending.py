"""The end of a run, and of judging a log: the verdicts, the reports, and what the command ends with."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console

from ccaas_kit.contract import defects
from ccaas_kit.contract.clauses import Clause
from ccaas_kit.contract.defects import Defects
from ccaas_kit.contract.errors import DefectError
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.judging import scorecard
from ccaas_kit.judging.judgement import Conclusion, judge
from ccaas_kit.judging.log.log import Log
from ccaas_kit.model.contract import Contract
from ccaas_kit.reporting import files, reports
from ccaas_kit.reporting.handlers import Events, Judged
from ccaas_kit.reporting.screen import Screen


@dataclass(frozen=True, slots=True)
class Ending:
    """Where reports go, and what is kept out of them; `hidden` are headers without their values.

    `baseline` is that of the scorecard.
    """

    out: Path
    console: Console
    redactor: Redactor
    hidden: frozenset[str]
    defects: Defects = field(default_factory=Defects)
    baseline: frozenset[str] | None = None

    def report(
        self, contract: Contract, clauses: Sequence[Clause], log: Log, *, cut_off: bool = False
    ) -> Conclusion | None:
        """Judge a log and put the reports in place; None if a defect of ours prevented that.

        The folder of unfinished reports is there already.
        """
        outcome: Conclusion | None = None
        with self.defects.kept("judging"):
            outcome = judge(contract, clauses, log)
        if outcome is None:
            return None
        outcome = replace(outcome, card=replace(outcome.card, baseline=self.baseline))
        self.defects.found += outcome.defects.found
        later = Defects()
        handlers = files.reports(
            reports.unfinished(self.out), redactor=self.redactor, hidden=self.hidden, defects=later
        )
        screen = Screen(self.console, self.out, self.redactor, later)
        judged = Judged(outcome.card, log, cut_off)
        Events(list(handlers), later).tell(judged)
        if (reports.unfinished(self.out) / scorecard.NAME).exists():
            reports.publish(self.out)
        Events([screen], later).tell(judged)
        self.defects.found += later.found
        return outcome

    def defect(self, facts: Mapping[str, str]) -> DefectError:
        """The error that ends a command with a defect of ours, once it is in a file."""
        return defects.write(
            self.out / defects.FILE,
            self.defects.found,
            command=sys.argv,
            facts={**scorecard.tools(), **facts},
            clean=self.redactor.clean,
        )
