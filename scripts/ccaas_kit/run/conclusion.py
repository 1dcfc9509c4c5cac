"""What a run comes to: the scorecard, and whether it is enough to judge the target by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from ccaas_kit import probes
from ccaas_kit.contract.errors import KitError, TargetError
from ccaas_kit.contract.exchanges import Exchange
from ccaas_kit.gateway import guard
from ccaas_kit.gateway.cleaning import Cleaned
from ccaas_kit.gateway.custody import Custody
from ccaas_kit.gateway.diagnosis import GATEWAY
from ccaas_kit.judging import judge
from ccaas_kit.judging.judge import Judge
from ccaas_kit.judging.traffic import Traffic
from ccaas_kit.judging.verdicts import Judgement, Opinion, Verdict
from ccaas_kit.reporting import findings, scorecard
from ccaas_kit.reporting.curl import Repeater
from ccaas_kit.reporting.scorecard import Scorecard
from ccaas_kit.run import probe_run
from ccaas_kit.run.cases import Case
from ccaas_kit.run.probe_run import Probed

# With these somebody else answers, or the target will not: they tell nothing of an operation. 0 is
# no answer at all.
_TELLING_NOTHING = frozenset({0, 401, 403, 429}) | GATEWAY


@dataclass(slots=True)
class Visit:
    """What a run has seen of its target so far; `fault` is why it could not go on."""

    probed: Probed | None = None
    sent: list[Exchange] = field(default_factory=list)
    complete: bool = False
    fault: KitError | None = None
    custody: Custody = field(default_factory=Custody)

    @property
    def cleaned(self) -> Cleaned | None:
        """What was removed; None if nothing was to be."""
        return self.custody.cleaned

    @property
    def seen(self) -> Sequence[Exchange]:
        """Every exchange, those of the probes first."""
        return [*(self.probed.exchanges if self.probed else ()), *self.sent]

    @property
    def opinions(self) -> Mapping[probes.Case, Opinion]:
        """What the probes said."""
        return self.probed.opinions if self.probed else {}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The scorecard of a run; `fault` is why it cannot judge the target."""

    card: Scorecard
    fault: KitError | None


def drawn(case: Case, url: str, visit: Visit, *, started: datetime, seconds: float) -> Conclusion:
    """The conclusion from all that was seen; `seconds` is how long the run took."""
    contract, seen = case.contract, visit.seen
    traffic = Traffic(contract, seen, judge.named_pointers(case.clauses, contract))
    complete = visit.complete and visit.fault is None
    barred = _barred(case, traffic, visit.fault, complete=complete)
    judging = Judge(
        contract,
        case.clauses,
        traffic,
        case.pools,
        barred=barred,
        probed=probe_run.look_back(visit.probed, visit.sent) if visit.probed else {},
        flows=visit.probed.flows if visit.probed else MappingProxyType({}),
        forgotten=visit.probed.forgotten if visit.probed else MappingProxyType({}),
    )
    judgements = judging.judgements()
    fault = visit.fault or _unjudged(case, url, barred, judgements, complete=complete)
    repeater = Repeater(case.credentials, case.redactor)
    weigher = findings.Weigher(case.clauses, case.accepted, today=started.date(), repeater=repeater)
    apis = [(name, contract.by_id[name].api) for name in contract.bases()]
    requests = Counter(each.operation.base for each in seen)
    card = Scorecard(
        target=url,
        profile=str(case.options.profile),
        started=started,
        duration_s=seconds,
        complete=complete,
        seed=case.options.seed,
        requests=len(seen),
        clauses=case.clauses,
        judgements=judgements,
        findings=weigher.findings(judgements, judging.unnamed()),
        operations=scorecard.rows(apis, case.clauses, judgements, requests),
        leaks=visit.cleaned.leaks if visit.cleaned else (),
        fault=fault.what if fault else "",
    )
    return Conclusion(card, fault)


def _unjudged(
    case: Case,
    url: str,
    barred: Mapping[str, str],
    judgements: Sequence[Judgement],
    *,
    complete: bool,
) -> TargetError | None:
    called = [each for each in case.contract.operations if case.options.profile.admits(each)]
    told = barred.get(called[0].base, "no answer told anything")
    decided = any(each.verdict in (Verdict.CONFORMS, Verdict.VIOLATES) for each in judgements)
    if decided and not all(each.base in barred for each in called):
        return None
    return TargetError(
        f"no operation could be judged: {told}",
        where=url,
        fix="Check the roles of the user; the reports have the details"
        if complete
        else "Give it more with --max-requests or --max-time",
    )


def _barred(
    case: Case, traffic: Traffic, fault: KitError | None, *, complete: bool
) -> dict[str, str]:
    """Why operations could not be looked at."""
    barred: dict[str, str] = {}
    for base in case.contract.bases():
        operation = case.contract.by_id[base]
        statuses = {each.status for each in traffic.of_base(base)}
        if not case.options.profile.admits(operation):
            barred[base] = f"the profile {case.options.profile} sends no {operation.method}"
        elif case.options.is_strict and not guard.is_possible(case.contract, operation, case.spare):
            barred[base] = "it would change records that the run has not created"
        elif not statuses and fault is not None:
            barred[base] = f"the run ended before: {fault.what}"
        elif not statuses and not complete:
            barred[base] = "the run was over before the operation was called"
        elif statuses == {0}:
            barred[base] = "no request was answered"
        elif statuses and statuses <= _TELLING_NOTHING:
            told = ", ".join(str(status) for status in sorted(statuses - {0}))
            barred[base] = f"every request was answered with {told}"
    return barred
