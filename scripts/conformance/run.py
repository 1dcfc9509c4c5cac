"""One run from the command line to the exit code."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from scripts.conformance import (
    cases,
    clean,
    credentials,
    custody,
    embedded,
    engine,
    exchanges,
    findings,
    forecast,
    guard,
    judge,
    knowledge,
    plan,
    pools,
    probe_run,
    probes,
    progress,
    reports,
    scorecard,
    target,
    terminal,
)
from scripts.conformance.cases import Case
from scripts.conformance.curl import Repeater
from scripts.conformance.custody import Custody
from scripts.conformance.exchanges import Exchange
from scripts.conformance.options import Options
from scripts.conformance.pace import Pace
from scripts.conformance.plan import ENGINE_REPORTS, Plan, Profile
from scripts.conformance.probe_run import Probed
from scripts.conformance.scorecard import Scorecard
from scripts.conformance.sending import Budget
from scripts.conformance.traffic import Traffic
from scripts.conformance.verdicts import Verdict
from scripts.kit import clauses, mock
from scripts.kit.errors import TargetError

# What is left of the time for judging and writing, once the requests are over.
_RESERVE = 0.15
# Seconds for one answer, from a target on this machine and from another one.
_LOCAL_TIMEOUT, _TIMEOUT = 2, 30
# Share of the time and of the requests that the probes may use; Schemathesis has the rest.
_PROBES = 0.5


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the contract lies."""

    bundle: Path = mock.BUNDLE
    clauses: Path = clauses.COMPILED


def run(
    options: Options,
    *,
    environment: Mapping[str, str],
    console: Console,
    sources: Sources = Sources(),
) -> int:
    """Judge a target, write the reports, and give the exit code.

    Raises:
        KitError: the run was not possible.
    """
    begun = time.monotonic()
    started = datetime.now(UTC)
    case = cases.prepare(options, environment, bundle=sources.bundle, compiled=sources.clauses)
    reports.prepare(options.out)
    seconds = options.max_time * (1 - _RESERVE)
    budget = Budget(options.max_requests, options.max_writes, begun + seconds, Pace(options.rate))
    with _target(options) as url:
        forecast.show(options, case.contract, url, console)
        budget.spend(writes=False)
        target.check(url, case.contract, case.pools, case.credentials)
        reports.clear(options.out)
        if not case.configured:
            case = _informed(case, url, budget, console)
        told = guard.told_ids(case.pools.existing, case.pools.values, case.known)
        with custody.taken(
            options,
            url,
            case.contract,
            case.credentials,
            told=told,
            pace=budget.pace,
            console=console,
        ) as held:
            probed = _probe(case, url, console, budget, held)
        sent, complete = _exercise(case, url, console, budget, probed)
        seen = [*probed.exchanges, *sent]
    if seen or complete:
        _answered(url, seen)
    traffic = Traffic(case.contract, seen, judge.named_pointers(case.clauses, case.contract))
    barred = _barred(case, traffic, complete=complete)
    judging = judge.Judge(
        case.contract,
        case.clauses,
        traffic,
        case.pools,
        barred=barred,
        probed=probe_run.look_back(probed, sent),
        flows=probed.flows,
    )
    judgements = judging.judgements()
    repeater = Repeater(case.credentials, case.redactor)
    weigher = findings.Weigher(case.clauses, case.accepted, today=started.date(), repeater=repeater)
    apis = [(name, case.contract.by_id[name].api) for name in case.contract.bases()]
    requests = Counter(each.operation.base for each in seen)
    card = Scorecard(
        target=url,
        profile=str(options.profile),
        started=started,
        duration_s=time.monotonic() - begun,
        complete=complete,
        seed=options.seed,
        requests=len(seen),
        clauses=case.clauses,
        judgements=judgements,
        findings=weigher.findings(judgements, judging.unnamed()),
        operations=scorecard.rows(apis, case.clauses, judgements, requests),
        leaks=held.cleaned.leaks if held.cleaned else (),
    )
    hidden = credentials.security_headers(case.contract) | {"cookie", "set-cookie"}
    reports.write(options.out, card, seen, redactor=case.redactor, hidden=hidden)
    terminal.show(card, console, out=options.out, redactor=case.redactor)
    if held.cleaned:
        clean.show(held.cleaned, url, options.journal, console)
    called = [each for each in case.contract.operations if options.profile.admits(each)]
    if all(each.base in barred for each in called):
        raise TargetError(
            f"no operation could be judged: {barred[called[0].base]}",
            where=url,
            fix="Check the roles of the user; the reports have the details"
            if complete
            else "Give it more with --max-requests or --max-time",
        )
    return 0 if card.conforms else 1


@contextmanager
def _target(options: Options) -> Iterator[str]:
    if options.target is not None:
        yield options.target
        return
    with embedded.running() as url:
        yield url


def _informed(case: Case, url: str, budget: Budget, console: Console) -> Case:
    """The same with what the target's own tables tell."""
    options = case.options
    found = knowledge.gathered(
        url,
        case.credentials,
        case.contract,
        profile=options.profile,
        is_local=options.is_local,
        budget=budget,
    )
    console.print(Text(case.redactor.clean(found.told)), soft_wrap=True)
    return replace(case, pools=pools.build(case.contract, found.ids, seeded=options.is_local))


def _probe(case: Case, url: str, console: Console, budget: Budget, held: Custody) -> Probed:
    """What the probes saw; they come first, while the target is as it was found."""
    asked = probes.cases(case.clauses, lambda clause: judge.bases_of(clause, case.contract))
    ours = budget.part(_PROBES)
    before = replace(ours)
    with progress.probing(console, len(asked)) as moved:
        probed = probe_run.run(
            url,
            asked,
            contract=case.contract,
            pools=case.pools,
            known=case.known,
            users=case.users,
            profile=case.options.profile,
            budget=ours,
            timeout=_timeout(case.options),
            guard=held.guard,
            progress=moved,
        )
    budget.requests -= before.requests - ours.requests
    budget.writes -= before.writes - ours.writes
    budget.refused |= ours.refused
    return probed


def _exercise(
    case: Case, url: str, console: Console, budget: Budget, probed: Probed
) -> tuple[list[Exchange], bool]:
    """The exchanges with the target, and whether there was enough time and budget for all."""
    seen: list[Exchange] = []
    security = credentials.security_headers(case.contract)
    called = [each for each in case.contract.operations if case.options.profile.fuzzes(each)]
    watcher = terminal.Watcher(console, len(called))

    def take(event: Mapping[str, object]) -> None:
        seen.extend(exchanges.read(event, case.contract, security))
        watcher.saw(event)

    with tempfile.TemporaryDirectory(prefix="conformance-") as folder, watcher.watching():
        todo = Plan(
            folder=Path(folder),
            target=url,
            profile=case.options.profile,
            seed=case.options.seed,
            max_examples=case.options.max_examples,
            timeout=_timeout(case.options),
            rate=case.options.rate,
        )
        plan.write(todo, case.contract, case.pools, case.credentials)
        sparing = case.options.sparing
        open_clauses = _open_clauses(case, probed)
        parts = (
            todo.sparing_parts(case.contract, open_clauses)
            if sparing
            else todo.parts(case.contract)
        )
        complete = engine.run(
            todo,
            parts,
            case.contract,
            case.credentials,
            budget=budget,
            sparing=sparing,
            on_event=take,
        )
        told = [todo.report(part, kind) for part in parts for kind in ENGINE_REPORTS]
        reports.keep(case.options.out, told, redactor=case.redactor)
    return seen, complete and not budget.refused


def _open_clauses(case: Case, probed: Probed) -> Counter[str]:
    """How many clauses of each operation the probes have left open."""
    decided = {
        (name, subject.operation, subject.pointer)
        for (name, subject), opinion in probed.opinions.items()
        if opinion.verdict in (Verdict.CONFORMS, Verdict.VIOLATES)
    }
    found: Counter[str] = Counter()
    for clause in case.clauses:
        for base in judge.bases_of(clause, case.contract):
            asked = {(each.subject, base, clause.pointer) for each in clause.checked_by}
            found[base] += not asked & decided
    return found


def _timeout(options: Options) -> int:
    return _LOCAL_TIMEOUT if options.is_local else _TIMEOUT


def _answered(url: str, seen: Sequence[Exchange]) -> None:
    if not any(each.answer for each in seen):
        raise TargetError("stopped answering", where=url, fix="See its log, and start again")


def _barred(case: Case, traffic: Traffic, *, complete: bool) -> dict[str, str]:
    """Why operations could not be looked at."""
    barred: dict[str, str] = {}
    for base in case.contract.bases():
        operation = case.contract.by_id[base]
        statuses = {each.status for each in traffic.of_base(base)}
        if not case.options.profile.admits(operation):
            barred[base] = f"the profile {case.options.profile} sends no {operation.method}"
        elif case.options.profile is Profile.CREATE_AND_CLEAN and not guard.is_possible(
            case.contract, operation
        ):
            barred[base] = "it would change records that the run has not created"
        elif not statuses and not complete:
            barred[base] = "the run was over before the operation was called"
        elif statuses and statuses <= {401, 403, 429}:
            told = ", ".join(str(status) for status in sorted(statuses))
            barred[base] = f"every request was answered with {told}"
    return barred
