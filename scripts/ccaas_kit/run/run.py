"""One run from the command line to the exit code."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ccaas_kit import probes
from ccaas_kit.contract import defects
from ccaas_kit.contract.errors import TargetError, ToolError
from ccaas_kit.discovery import target
from ccaas_kit.fuzzing.engine import Engine
from ccaas_kit.fuzzing.plan import ENGINE_REPORTS, Plan
from ccaas_kit.gateway import credentials
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.gateway.identity import Identity
from ccaas_kit.gateway.safety import clean, guard
from ccaas_kit.gateway.timing.pace import Pace
from ccaas_kit.judging import judgement as judging
from ccaas_kit.judging import scorecard
from ccaas_kit.judging.log import log
from ccaas_kit.judging.log.events import DefectMet, Fault, Leaked, RunEnded, RunStarted, SignIn
from ccaas_kit.judging.log.log import LogFile, Writer
from ccaas_kit.judging.verdicts import Opinion, Verdict
from ccaas_kit.model import pools
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.reporting import reports, terminal
from ccaas_kit.reporting.ending import Ending
from ccaas_kit.reporting.handlers import Events
from ccaas_kit.run import (
    cases,
    embedded,
    knowledge,
    preview,
    probe_run,
    progress,
    unused_ids,
    write_session,
)
from ccaas_kit.run.cases import Case
from ccaas_kit.run.options import Options
from ccaas_kit.run.probe_run import Probed
from ccaas_kit.run.recorder import Recorder
from ccaas_kit.run.run_state import LogForm, RunState
from ccaas_kit.run.sources import Sources

# What is left of the time for judging and writing, once the requests are over. Schemathesis needs
# some seconds to come to an end, which count in a short run.
_RESERVE, _SHORT_RESERVE = 0.15, 0.3
_ENDING_SECONDS = 4.0
# Where exchanges come from that no probe has sent; their phase comes behind it.
RANDOM = "random requests"
# Seconds that Schemathesis waits beyond those of the gateway.
_PATIENCE = 0.5
# Share of the time and of the requests that the probes may use; Schemathesis has the rest.
_PROBES = 0.5


def run(
    options: Options,
    *,
    environment: Mapping[str, str],
    console: Console,
    sources: Sources | None = None,
) -> int:
    """Judge a target, write the reports, and give the exit code.

    Raises:
        KitError: the run was not possible, or has met a defect of ours.
        KeyboardInterrupt: it was ended; the reports have what was seen until then.
    """
    begun = time.monotonic()
    started = datetime.now(UTC)
    sources = sources or Sources()
    case = cases.prepare(options, environment, bundle=sources.bundle, compiled=sources.clauses)
    reports.prepare(options.out)
    hidden = credentials.security_headers(case.contract) | {"cookie", "set-cookie"}
    # Read before the run, whose reports may replace it.
    baseline = scorecard.violations(options.baseline) if options.baseline else None
    ending = Ending(options.out, console, case.redactor, hidden, baseline=baseline)
    path = options.out / log.NAME
    try:
        with _target(options) as url, _gateway(options, url) as gateway:
            preview.show(case, url, console)
            if case.redactor.warning:
                console.print(Text(case.redactor.warning, style="yellow"))
            reports.begin(options.out)
            form = LogForm(case, hidden)
            with Writer(path, form.lines) as writer:
                state = RunState(Recorder(Events([writer], ending.defects)), form)
                state.recorder.events.tell(_head(case, url, started, hidden))
                _ask(case, gateway, console, state, begun=begun)
        outcome = ending.report(
            case.contract,
            case.clauses,
            LogFile(path, case.contract),
            cut_off=isinstance(state.fault, target.UnfitError),
        )
        if state.cleaned:
            clean.show(state.cleaned, url, options.journal, console)
    finally:
        reports.discard(options.out)
    if state.interrupted:
        raise KeyboardInterrupt
    # Those of the asking come first: the later ones may follow from them.
    ending.defects.found[:0] = state.defects.found
    if outcome is None or ending.defects.found:
        raise ending.defect(_facts(case, state))
    (options.out / defects.FILE).unlink(missing_ok=True)
    if outcome.fault:
        raise state.fault or outcome.fault.error()
    return 1 if outcome.card.failing else 0


def _ask(case: Case, gateway: Gateway, console: Console, state: RunState, *, begun: float) -> None:
    """Ask the target all that there is to ask, and tell the log what came of it."""
    options = case.options
    end = begun + options.max_time
    budget = Budget(
        options.max_requests,
        options.max_writes,
        end - _reserve(options.max_time),
    )
    events = state.recorder.events
    state.knows(case)
    try:
        with state.defects.kept("asking the target"):
            case = _visit(case, gateway, console, budget, state)
    except target.UnfitError as error:
        state.fault = error
        state.sent.append(error.exchange)
        state.recorder.exchanged(error.exchange, "the first look")
    except (TargetError, ToolError) as error:
        # What was seen until then is judged and reported all the same.
        state.fault = error
    except KeyboardInterrupt:
        # What was created is removed by then; what was seen until then is judged and reported.
        state.interrupted = True
    if not isinstance(state.fault, TargetError) and not state.interrupted:
        # A run that the time has ended may not have heard of the target's last answers.
        unsure = not state.complete and budget.requests > 0
        with state.defects.kept("asking whether the target still answers"):
            state.fault = _lost(case, gateway, state, until=end, unsure=unsure) or state.fault
    if state.probed:
        probe_run.look_back(state.probed, state.sent, state.recorder)
        state.defects.found += state.probed.probing.defects.found
    for leak in state.cleaned.leaks if state.cleaned else ():
        events.tell(Leaked(leak.table, leak.sys_id, leak.why))
    for defect in state.defects.found:
        events.tell(DefectMet(defect.where, defect.error))
    lost = state.fault
    fault = Fault(lost.what, lost.where, lost.fix) if lost else None
    events.tell(RunEnded(state.complete, time.monotonic() - begun, fault))


def _head(case: Case, url: str, started: datetime, hidden: frozenset[str]) -> RunStarted:
    options, signed = case.options, case.credentials
    return RunStarted(
        target=url,
        profile=str(options.profile),
        started=started,
        seed=options.seed,
        contract=str(case.contract.document["info"]["version"]),
        digest=judging.digest(case.contract, case.clauses),
        tools=scorecard.tools(),
        command=options.command,
        options={
            "embedded": options.target is None,
            "config": str(options.config) if options.config else None,
            "selection": None if options.selection.is_whole else options.selection.document(),
            "max_time": options.max_time,
            "max_examples": options.max_examples,
            "max_requests": options.max_requests,
            "max_writes": options.max_writes,
            "rate": options.rate,
            "response_time": options.response_time,
            "probes_only": options.probes_only,
            "disposable": options.disposable,
            "max_unanswered": case.max_unanswered,
        },
        selection=options.selection,
        accepted=tuple(case.accepted),
        sign_in=SignIn(signed.header_name, signed.curl) if signed else None,
        recalling=frozenset(name for name, probe in probes.PROBES.items() if probe.recalls),
        hidden=hidden,
    )


def _facts(case: Case, state: RunState) -> dict[str, str]:
    """What a bug report needs besides the traceback."""
    return {
        "contract": str(case.contract.document["info"]["version"]),
        "profile": str(case.options.profile),
        "seed": str(case.options.seed),
        "requests": str(len(state.seen)),
        "log": str(case.options.out / log.NAME),
    }


def _visit(case: Case, gateway: Gateway, console: Console, budget: Budget, state: RunState) -> Case:
    """Ask the target, and note what it shows; the case with what was learned about it.

    Raises:
        KitError: it cannot be asked, or no longer.
    """
    options = case.options
    target.check(gateway, case.contract, case.pools, case.credentials, budget=budget)
    if not case.configured:
        case = _informed(case, gateway, budget, console)
    if options.seeks_unused_ids:
        case = _with_unused_ids(case, gateway, budget, console)
    state.knows(case)
    ids = guard.told_ids(case.pools.existing, case.pools.values, case.known)
    spare = guard.told_ids(case.spare)
    with write_session.opened(
        options,
        gateway,
        case.contract,
        case.credentials,
        known_ids=ids,
        spare=spare,
        console=console,
    ) as state.write_session:
        state.probed = _probe(case, gateway, console, budget, state)
        fault = _lost(case, gateway, state, until=budget.deadline, unsure=False)
        if not fault:
            state.complete = (
                not budget.refused
                if options.probes_only
                else _exercise(case, gateway, console, budget, state)
            )
    if fault:
        raise fault
    if budget.volume <= 0:
        raise TargetError(
            f"sends more than a run accepts, in {len(state.seen)} requests",
            where=gateway.url,
            fix="See which responses are long; the reports have them",
        )
    return case


def _lost(
    case: Case, gateway: Gateway, state: RunState, *, until: float, unsure: bool
) -> TargetError | None:
    """Why the target no longer answers; it is asked if its last response was none, or if `unsure`."""
    if not state.seen or not (unsure or target.is_silent(state.seen)):
        return None
    while True:
        seconds = max(until - time.monotonic(), 1.0)
        fault = target.lost(
            gateway, case.contract, case.pools, case.credentials, state.seen, seconds=seconds
        )
        # One that is silent for a moment is asked again; the gateway waits before that.
        patience = gateway.patience
        if not patience.is_tried or patience.is_over or time.monotonic() >= until:
            return fault


def _reserve(seconds: float) -> float:
    return max(seconds * _RESERVE, min(seconds * _SHORT_RESERVE, _ENDING_SECONDS))


@contextmanager
def _target(options: Options) -> Iterator[str]:
    if options.target is not None:
        yield options.target
        return
    with embedded.running() as url:
        yield url


def _gateway(options: Options, url: str) -> Gateway:
    """The way out to the target, for all that the run sends."""
    return Gateway(
        url,
        pace=Pace(options.rate),
        reads_only=not options.profile.writes,
        seconds=options.response_time,
    )


def _informed(case: Case, gateway: Gateway, budget: Budget, console: Console) -> Case:
    """The same with what the target's own tables tell."""
    options = case.options
    found = knowledge.gathered(
        gateway,
        case.credentials,
        case.contract,
        profile=options.profile,
        is_local=options.is_local,
        budget=budget,
    )
    console.print(Text(case.redactor.clean(found.told)), soft_wrap=True)
    return replace(case, pools=pools.build(case.contract, found.ids, seeded=options.is_local))


def _with_unused_ids(case: Case, gateway: Gateway, budget: Budget, console: Console) -> Case:
    """The same, with the ids that nobody has anything under as ones to write to."""
    found = unused_ids.found(case, gateway, budget)
    for line in found.told:
        console.print(Text(case.redactor.clean(line)), soft_wrap=True)
    return replace(case, spare={**case.spare, **found.ids})


def _probe(
    case: Case, gateway: Gateway, console: Console, budget: Budget, state: RunState
) -> Probed:
    """What the probes saw; they come first, while the target is as it was found."""
    asked = case.asked()
    ours = budget.part(1.0 if case.options.probes_only else _PROBES)
    with progress.probing(console, len(asked)) as moved:
        probed = probe_run.run(
            gateway,
            asked,
            case.workflows(),
            contract=case.contract,
            pools=case.pools,
            known=case.known,
            users=case.users,
            profile=case.options.profile,
            budget=ours,
            recorder=state.recorder,
            progress=moved,
        )
    budget.refused |= ours.refused
    return probed


def _exercise(
    case: Case, gateway: Gateway, console: Console, budget: Budget, state: RunState
) -> bool:
    """Note the exchanges with the target; whether there was enough time and budget for all."""
    security = credentials.security_headers(case.contract)
    called = [
        operation
        for operation in case.contract.operations
        if operation.base in case.operations and case.options.profile.fuzzes(operation)
    ]
    watcher = terminal.Watcher(console, len(called))

    def take(exchange: Exchange) -> None:
        state.sent.append(exchange)
        state.recorder.exchanged(exchange, f"{RANDOM}, {exchange.phase}")

    with tempfile.TemporaryDirectory(prefix="conformance-") as folder, watcher.watching():
        todo = Plan(
            folder=Path(folder),
            profile=case.options.profile,
            seed=case.options.seed,
            max_examples=case.options.max_examples,
            timeout=_patience(case.options),
            is_strict=gateway.guard is not None,
            in_chains=_in_chains(case),
            bases=case.operations,
        )
        sparing = case.options.sparing
        open_clauses = _open_clauses(case, state.opinions)
        parts = (
            todo.sparing_parts(case.contract, open_clauses)
            if sparing
            else todo.parts(case.contract)
        )
        running = Engine(
            plan=todo,
            contract=case.contract,
            pools=case.pools,
            gateway=gateway,
            identity=Identity(case.credentials, security, case.redactor),
            security=security,
            on_event=watcher.saw,
            on_exchange=take,
        )
        try:
            complete = running.run(parts, budget=budget, sparing=sparing)
        finally:
            files = [todo.report(part, kind) for part in parts for kind in ENGINE_REPORTS]
            reports.keep(reports.unfinished(case.options.out), files, redactor=case.redactor)
    return complete and not budget.refused


def _patience(options: Options) -> float:
    """How long Schemathesis waits: longer than the gateway, which may hold up a request first."""
    return options.response_time + _PATIENCE + (1 / options.rate if options.rate else 0)


def _in_chains(case: Case) -> frozenset[str]:
    """The operations that random requests reach through others only.

    Where nothing may change but what the run has created, chains lead there, and known ids do not.
    """
    if not case.options.is_strict:
        return frozenset()
    return frozenset(
        operation.id
        for operation in case.contract.operations
        if guard.names_a_record(case.contract, operation)
        and not case.spare.keys() >= set(case.contract.state(operation)["key"])
    )


def _open_clauses(case: Case, opinions: Mapping[probes.Case, Opinion]) -> Counter[str]:
    """How many clauses of each operation the probes have left open."""
    decided = {
        (name, subject.operation, subject.pointer)
        for (name, subject), opinion in opinions.items()
        if opinion.verdict in (Verdict.CONFORMS, Verdict.VIOLATES)
    }
    found: Counter[str] = Counter()
    for clause in case.selected:
        for base in case.contract.bases_of(clause):
            asked = {(check.subject, base, clause.pointer) for check in clause.checked_by}
            closed = asked & decided if clause.any_suffices else asked <= decided
            found[base] += not closed
    return found
