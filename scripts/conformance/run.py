"""One run from the command line to the exit code."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from scripts.conformance import (
    config,
    credentials,
    engine,
    exchanges,
    findings,
    judge,
    plan,
    pools,
    reports,
    scorecard,
    target,
    terminal,
)
from scripts.conformance.config import Accepted, Config
from scripts.conformance.contract import Contract
from scripts.conformance.credentials import Credentials, Redactor
from scripts.conformance.curl import Repeater
from scripts.conformance.exchanges import Exchange
from scripts.conformance.options import Options, is_loopback
from scripts.conformance.plan import ENGINE_REPORTS, Plan
from scripts.conformance.pools import Pools
from scripts.conformance.scorecard import Scorecard
from scripts.conformance.traffic import Traffic
from scripts.kit import clauses, mock
from scripts.kit.clauses import Clause
from scripts.kit.errors import TargetError

PRISM = Path(__file__).with_name("prism.toml")
# What is left of the time for judging and writing, once the requests are over.
_RESERVE = 0.15
# Seconds for one answer. Prism answers within milliseconds, or never (see prism.toml).
_EMBEDDED_TIMEOUT, _TIMEOUT = 1, 30


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the contract lies, and the deviations of the embedded target."""

    bundle: Path = mock.BUNDLE
    clauses: Path = clauses.COMPILED
    baseline: Path = PRISM


@dataclass(frozen=True, slots=True)
class _Case:
    """All that a run knows before the first request."""

    options: Options
    contract: Contract
    clauses: Sequence[Clause]
    pools: Pools
    accepted: Sequence[Accepted]
    credentials: Credentials | None
    redactor: Redactor


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
    case = _prepare(options, environment, sources)
    reports.prepare(options.out)
    with _target(options, sources) as url:
        target.check(url, case.contract, case.pools, case.credentials)
        reports.clear(options.out)
        seen, complete = _exercise(case, url, console, begun)
    _answered(url, seen)
    traffic = Traffic(case.contract, seen, judge.named_pointers(case.clauses, case.contract))
    barred = _barred(case, traffic, complete=complete)
    judging = judge.Judge(case.contract, case.clauses, traffic, case.pools, barred)
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
    )
    hidden = credentials.security_headers(case.contract) | {"cookie", "set-cookie"}
    reports.write(options.out, card, seen, redactor=case.redactor, hidden=hidden)
    terminal.show(card, console, out=options.out, redactor=case.redactor)
    called = [each for each in case.contract.operations if options.profile.admits(each)]
    if all(each.base in barred for each in called):
        raise TargetError(
            f"no operation could be judged: {barred[called[0].base]}",
            where=url,
            fix="Check the roles of the user; the reports have the details",
        )
    return 0 if card.conforms else 1


def _prepare(options: Options, environment: Mapping[str, str], sources: Sources) -> _Case:
    contract = Contract(sources.bundle)
    promised = clauses.load(sources.clauses)
    judge.verify(promised, contract)
    settings = config.load(options.config) if options.config else Config()
    accepted = settings.accepted
    if options.target is None:
        accepted = (*accepted, *config.load(sources.baseline).accepted)
    findings.verify(accepted, promised, contract.bases())
    seeded = options.target is None or is_loopback(options.target)
    signed = credentials.from_environment(environment, contract)
    if options.target is None:
        signed = credentials.basic("admin", "admin", contract, secret=False)
    return _Case(
        options=options,
        contract=contract,
        clauses=promised,
        pools=pools.build(contract, settings.ids, seeded=seeded),
        accepted=accepted,
        credentials=signed,
        redactor=Redactor(signed.secrets if signed else ()),
    )


@contextmanager
def _target(options: Options, sources: Sources) -> Iterator[str]:
    if options.target is not None:
        yield options.target
        return
    with mock.running(sources.bundle) as url:
        yield url


def _exercise(case: _Case, url: str, console: Console, begun: float) -> tuple[list[Exchange], bool]:
    """The exchanges with the target, and whether there was time for all."""
    seen: list[Exchange] = []
    security = credentials.security_headers(case.contract)
    called = [each for each in case.contract.operations if case.options.profile.admits(each)]
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
            timeout=_TIMEOUT if case.options.target else _EMBEDDED_TIMEOUT,
        )
        plan.write(todo, case.contract, case.pools, case.credentials)
        left = case.options.max_time * (1 - _RESERVE) - (time.monotonic() - begun)
        parts = todo.parts(case.contract)
        complete = engine.run(todo, parts, case.credentials, seconds=max(left, 1.0), on_event=take)
        told = [todo.report(part, kind) for part in parts for kind in ENGINE_REPORTS]
        reports.keep(case.options.out, told, redactor=case.redactor)
    return seen, complete


def _answered(url: str, seen: Sequence[Exchange]) -> None:
    if not any(each.answer for each in seen):
        raise TargetError("stopped answering", where=url, fix="See its log, and start again")


def _barred(case: _Case, traffic: Traffic, *, complete: bool) -> dict[str, str]:
    """Why operations could not be looked at."""
    barred: dict[str, str] = {}
    for base in case.contract.bases():
        operation = case.contract.by_id[base]
        statuses = {each.status for each in traffic.of_base(base)}
        if not case.options.profile.admits(operation):
            barred[base] = f"the profile {case.options.profile} sends no {operation.method}"
        elif not statuses and not complete:
            barred[base] = "the time was up before the operation was called"
        elif statuses and statuses <= {401, 403, 429}:
            told = ", ".join(str(status) for status in sorted(statuses))
            barred[base] = f"every request was answered with {told}"
    return barred
