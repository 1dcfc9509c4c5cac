"""The verdicts from a log: one call for a run and for a recording of another program.

    judge(contract, clauses, log) -> Conclusion(card, fault)

The log is read once, and each exchange is measured once; its bodies are then let go.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ccaas_kit.contract.clauses import Clause
from ccaas_kit.contract.defects import Defect, Defects
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.judging import findings, scorecard
from ccaas_kit.judging.grouping import excerpt, groups
from ccaas_kit.judging.judge import Judge, named_pointers
from ccaas_kit.judging.log.events import (
    DefectMet,
    Exchanged,
    Fault,
    Leaked,
    Logged,
    NothingKept,
    OpinionGiven,
    RunEnded,
    RunStarted,
    ScopeKnown,
    Source,
)
from ccaas_kit.judging.log.log import Log
from ccaas_kit.judging.reproduction.commands import Reproduction
from ccaas_kit.judging.reproduction.curl import Repeater
from ccaas_kit.judging.scorecard import Scorecard
from ccaas_kit.judging.subjects import Case, Subject
from ccaas_kit.judging.traffic import Traffic
from ccaas_kit.judging.verdicts import Deviation, Judgement, Opinion, Verdict
from ccaas_kit.model import pools
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import SILENT, Exchange
from ccaas_kit.model.pools import Pools

# These statuses come from another server, or refuse everything: they say nothing of an operation.
_TELLING_NOTHING = frozenset({401, 403, 429, *SILENT})


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The scorecard; `fault` is why it cannot judge the target, `defects` are ours in judging."""

    card: Scorecard
    fault: Fault | None
    defects: Defects


def judge(contract: Contract, clauses: Sequence[Clause], log: Log) -> Conclusion:
    """The verdict on each clause, and the findings.

    Raises:
        DocumentError: the log is none.
    """
    seen = _read(contract, clauses, log)
    head, complete = seen.head, seen.end.complete and seen.end.fault is None
    blocked = _blocked(contract, seen, complete=complete)
    judging = Judge(
        contract,
        clauses,
        seen.traffic,
        seen.pools,
        blocked=blocked,
        probed=seen.probed,
        flows=seen.flows,
        not_kept=seen.not_kept,
        recalling=head.recalling,
    )
    chosen, of = head.selection.of(clauses), head.selection.bases(clauses, contract)
    judgements = judging.judgements(chosen)
    unnamed: list[Deviation] = []
    with judging.defects.kept("judging what no clause names"):
        unnamed = [deviation for deviation in judging.unnamed() if deviation.operation in of]
    found = Defects([*seen.traffic.defects.found, *judging.defects.found])
    unanswered = _unanswered(seen.traffic)
    fault = (
        seen.end.fault
        or _too_silent(head, unanswered, len(seen.traffic.exchanges))
        or _unjudged(contract, seen, blocked, judgements, complete=complete)
    )
    repeater = Repeater(head.sign_in, Redactor())
    reproduction = Reproduction(
        contract, repeater, whole=log.exchange, every=log.in_time, existing=seen.scope.ids
    )
    weigher = findings.Weigher(
        clauses,
        head.accepted,
        today=head.started.date(),
        repeater=repeater,
        commands=reproduction.commands,
        whole=lambda exchange: log.exchange(exchange.number),
        entries=_entries(seen.traffic),
    )
    grouped = groups.groups(weigher.findings(judgements, unnamed), clauses, contract)
    shown = [
        replace(group, evidence=excerpt.of(log.exchange(lead.exchange), lead.place, group.fields))
        if (lead := grouped.lead(group)).exchange
        else group
        for group in grouped.groups
    ]
    card = Scorecard(
        target=head.target,
        profile=head.profile,
        started=head.started,
        duration_s=seen.end.seconds,
        complete=complete,
        seed=head.seed,
        requests=len(seen.traffic.exchanges),
        unanswered=unanswered,
        command=head.command,
        options=head.options,
        contract=head.contract,
        tools=head.tools or scorecard.tools(),
        clauses=chosen,
        judgements=judgements,
        findings=grouped.findings,
        groups=shown,
        operations=scorecard.rows(
            [(name, contract.by_id[name].api) for name in contract.bases() if name in of],
            chosen,
            judgements,
            Counter(exchange.operation.base for exchange in seen.traffic.exchanges),
            _seconds(seen.traffic),
        ),
        leaks=tuple(seen.leaks),
        fault=fault.what if fault else "",
        defects=(*seen.defects, *found.found),
    )
    return Conclusion(card, fault, found)


def digest(contract: Contract, clauses: Sequence[Clause]) -> str:
    """What names bundle and clauses to the letter: measurements hold for these alone."""
    made = hashlib.sha256(contract.path.read_bytes())
    made.update(repr(list(clauses)).encode())
    return made.hexdigest()


@dataclass(slots=True)
class _Seen:
    """A log as the judge needs it."""

    head: RunStarted
    traffic: Traffic
    pools: Pools
    scope: ScopeKnown = field(default_factory=ScopeKnown)
    end: RunEnded = field(default_factory=lambda: RunEnded(complete=False, seconds=0.0))
    probed: dict[Case, Opinion] = field(default_factory=dict)
    flows: dict[str, Opinion] = field(default_factory=dict)
    not_kept: dict[str, str] = field(default_factory=dict)
    leaks: list[Leaked] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    by_number: dict[int, Exchange] = field(default_factory=dict)


def _read(contract: Contract, clauses: Sequence[Clause], log: Log) -> _Seen:
    events = log.events()
    head = next(events, None)
    if not isinstance(head, RunStarted):
        raise DocumentError("the log does not begin with a run", where="log")
    seen = _Seen(
        head=head,
        traffic=Traffic(contract, (), named_pointers(clauses, contract)),
        pools=pools.known(contract, (), {}),
    )
    is_ours = head.digest == digest(contract, clauses)
    for event in events:
        _take(seen, event, contract, is_ours=is_ours)
    return seen


def _take(seen: _Seen, event: Logged, contract: Contract, *, is_ours: bool) -> None:
    match event:
        case Exchanged(exchange=exchange):
            measured = event.measured if is_ours else None
            seen.traffic.add(
                exchange, measured, pools=seen.pools, let_go=True, redacted=not is_ours
            )
            seen.by_number[exchange.number] = seen.traffic.exchanges[-1]
        case OpinionGiven(source=Source.PROBE):
            subject = Subject(event.operation, event.pointer)
            seen.probed[event.check, subject] = _opinion(seen, event)
        case OpinionGiven():
            seen.flows[event.check] = _opinion(seen, event)
        case ScopeKnown():
            seen.scope = event
            seen.pools = pools.known(contract, event.ids, event.existing)
        case NothingKept():
            seen.not_kept[event.operation] = event.why
        case Leaked():
            seen.leaks.append(event)
        case DefectMet():
            seen.defects.append(Defect(event.where, event.error))
        case RunEnded():
            seen.end = event
        case RunStarted():
            raise DocumentError("the log holds two runs", where="log")


def _opinion(seen: _Seen, event: OpinionGiven) -> Opinion:
    deviations = tuple(
        Deviation(
            deviation.code,
            deviation.operation,
            deviation.expected,
            deviation.got,
            seen.by_number[deviation.exchange],
        )
        for deviation in event.deviations
    )
    return Opinion(event.verdict, event.detail, deviations)


def _unjudged(
    contract: Contract,
    seen: _Seen,
    blocked: Mapping[str, str],
    judgements: Sequence[Judgement],
    *,
    complete: bool,
) -> Fault | None:
    called = [base for base in contract.bases() if _is_called(seen, base)]
    if not called:
        return Fault("no operation may be called", where=seen.head.target)
    reason = blocked.get(called[0], "no response showed anything")
    decided = any(
        judgement.verdict in (Verdict.CONFORMS, Verdict.VIOLATES) for judgement in judgements
    )
    if decided and not all(base in blocked for base in called):
        return None
    return Fault(
        f"no operation could be judged: {reason}",
        where=seen.head.target,
        fix="Check the roles of the user; the reports have the details"
        if complete
        else "Give it more with --max-requests or --max-time",
    )


def _unanswered(traffic: Traffic) -> dict[str, int]:
    """How many requests had no response of the target, by what came in its place, the most first."""
    silent = [exchange for exchange in traffic.exchanges if exchange.is_silent]
    named = Counter(
        str(exchange.status) if exchange.status else exchange.lost or "lost" for exchange in silent
    )
    return dict(named.most_common())


def _too_silent(head: RunStarted, unanswered: Mapping[str, int], requests: int) -> Fault | None:
    """The fault if more requests had no response than the run may take; one always may."""
    share, most = sum(unanswered.values()), head.options.get("max_unanswered")
    if most is None or share <= max(1, requests * float(most) / 100):
        return None
    named = ", ".join(f"{reason} {count}" for reason, count in unanswered.items())
    return Fault(
        f"{share} of {requests} requests got no response from the target ({named}), more than {most:g} %",
        where=head.target,
        fix="Check what is in front of it, allow more time with --response-time, or set "
        "--max-unanswered",
    )


def _seconds(traffic: Traffic) -> dict[str, float]:
    """How long the responses of each operation took together."""
    found: dict[str, float] = {}
    for exchange in traffic.exchanges:
        took = exchange.response.seconds if exchange.response else 0.0
        found[exchange.operation.base] = found.get(exchange.operation.base, 0.0) + took
    return found


def _entries(traffic: Traffic) -> dict[int, int]:
    """The numbers that exchanges have in traffic.har, which is in the order of time, from 1 on."""
    in_time = sorted(traffic.exchanges, key=lambda exchange: exchange.started)
    return {exchange.number: entry for entry, exchange in enumerate(in_time, start=1)}


def _is_called(seen: _Seen, base: str) -> bool:
    return seen.scope.operations is None or base in seen.scope.operations


def _blocked(contract: Contract, seen: _Seen, *, complete: bool) -> dict[str, str]:
    """Why operations could not be looked at."""
    blocked: dict[str, str] = {}
    for base in contract.bases():
        statuses = {exchange.status for exchange in seen.traffic.of_base(base)}
        if base in seen.scope.blocked:
            blocked[base] = seen.scope.blocked[base]
        elif not statuses and seen.end.fault is not None:
            blocked[base] = f"the run ended before: {seen.end.fault.what}"
        elif not statuses and not complete:
            blocked[base] = "the run was over before the operation was called"
        elif statuses == {0}:
            blocked[base] = "no request got a response"
        elif statuses and statuses <= _TELLING_NOTHING:
            listed = ", ".join(str(status) for status in sorted(statuses - {0}))
            blocked[base] = f"every request got {listed}"
    return blocked
