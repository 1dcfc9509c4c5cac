"""What a run has seen of its target so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ccaas_kit.contract.defects import Defects
from ccaas_kit.contract.errors import KitError
from ccaas_kit.gateway.safety import guard
from ccaas_kit.gateway.safety.cleaning import Cleaned
from ccaas_kit.judging import subjects
from ccaas_kit.judging.judge import named_pointers
from ccaas_kit.judging.log import lines
from ccaas_kit.judging.log.events import ScopeKnown
from ccaas_kit.judging.measuring import Measuring
from ccaas_kit.judging.verdicts import Opinion
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.run.cases import Case
from ccaas_kit.run.probe_run import Probed
from ccaas_kit.run.recorder import Recorder
from ccaas_kit.run.write_session import WriteSession


class LogForm:
    """How the log is written; what is measured for it counts the ids that are known by then."""

    def __init__(self, case: Case, hidden: frozenset[str]) -> None:
        self.pools = case.pools
        measuring = Measuring(case.contract, named_pointers(case.clauses, case.contract))
        self.lines = lines.Form(
            clean=case.redactor.clean,
            hidden=hidden,
            measure=lambda exchange: measuring.of(exchange, pools=self.pools),
        )


@dataclass(slots=True)
class RunState:
    """A run under way.

    `fault` is why it could not go on, `defects` are where the runner itself has failed. `interrupted`
    is whether somebody has ended it.
    """

    recorder: Recorder
    form: LogForm
    probed: Probed | None = None
    sent: list[Exchange] = field(default_factory=list)
    complete: bool = False
    interrupted: bool = False
    fault: KitError | None = None
    write_session: WriteSession = field(default_factory=WriteSession)
    defects: Defects = field(default_factory=Defects)

    def knows(self, case: Case) -> None:
        """Tell the log which operations may be called, and which ids the target has."""
        options, contract = case.options, case.contract
        self.form.pools = case.pools
        blocked: dict[str, str] = {}
        for base in contract.bases():
            operation = contract.by_id[base]
            if not options.profile.admits(operation):
                blocked[base] = f"the profile {options.profile} sends no {operation.method}"
            elif options.is_strict and not guard.is_possible(contract, operation, case.spare):
                blocked[base] = "it would change records that the run has not created"
        called = {
            operation.base
            for operation in contract.operations
            if operation.base in case.operations and options.profile.admits(operation)
        }
        self.recorder.events.tell(
            ScopeKnown(
                operations=frozenset(called),
                blocked=blocked,
                ids=frozenset(case.pools.values),
                existing=case.pools.existing,
            )
        )

    @property
    def cleaned(self) -> Cleaned | None:
        """What was removed; None if nothing was to be."""
        return self.write_session.cleaned

    @property
    def seen(self) -> Sequence[Exchange]:
        """Every exchange, those of the probes first."""
        return [*(self.probed.exchanges if self.probed else ()), *self.sent]

    @property
    def opinions(self) -> Mapping[subjects.Case, Opinion]:
        """What the probes said."""
        return self.probed.opinions if self.probed else {}
