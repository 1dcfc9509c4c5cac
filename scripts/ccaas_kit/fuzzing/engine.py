"""Run Schemathesis: it sends through the relay, and its events are read while it runs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ccaas_kit.contract.errors import ToolError
from ccaas_kit.fuzzing import plan
from ccaas_kit.fuzzing.plan import ENGINE_REPORTS, Part, Plan
from ccaas_kit.gateway import relay, relay_server
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.gateway.identity import Identity
from ccaas_kit.gateway.relay import Passed, Relay
from ccaas_kit.model import exchanges
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.model.pools import Pools

_GRACE_SECONDS = 3.0
_PAUSE_SECONDS = 0.1
# 0: no check failed; 1: one did. Anything else means that not everything could be tried, as where
# no response of an operation could be read.
_ENDED_WELL = (0, 1)
# The phase of requests that Schemathesis has not told of when it ended.
_CUT_SHORT = "cut short"


@dataclass(frozen=True, slots=True)
class Engine:
    """Runs parts of a plan; `on_event` sees each event, `on_exchange` each exchange."""

    plan: Plan
    contract: Contract
    pools: Pools
    gateway: Gateway
    identity: Identity
    security: frozenset[str]
    on_event: Callable[[Mapping[str, Any]], None]
    on_exchange: Callable[[Exchange], None]

    def run(self, parts: Sequence[Part], *, budget: Budget, sparing: bool) -> bool:
        """Run the parts within the budget.

        A `sparing` run leaves some of the budget to each part. False if not all was sent because
        the budget or the time was up; what was seen until then has been handed on.

        Raises:
            ToolError: Schemathesis could not do its work.
        """
        complete = True
        for number, part in enumerate(parts):
            writing = any(self.contract.by_id[name].method != "GET" for name in part.operations)
            over = min(budget.requests, budget.volume) <= 0 or budget.seconds <= 0
            if over or (writing and budget.writes <= 0):
                complete = False
                continue
            share = max(1 / 2, 1 / (len(parts) - number)) if sparing else 1.0
            complete &= self._run(part, budget.part(share))
        return complete

    def _run(self, part: Part, budget: Budget) -> bool:
        door = Relay(self.gateway, self.contract, self.identity, budget=budget)
        with relay_server.opened(door, hold=self.plan.timeout) as address:
            plan.write(
                self.plan, self.contract, self.pools, address=address, signed=self.identity.stand_in
            )
            try:
                return self._exercise(part, door, address, budget)
            finally:
                for kind in ENGINE_REPORTS:
                    _readdress(self.plan.report(part, kind), address, self.gateway.url)

    def _exercise(self, part: Part, door: Relay, address: str, budget: Budget) -> bool:
        with self.plan.output(part).open("wb") as output:
            process = subprocess.Popen(
                self.plan.command(part),
                cwd=self.plan.folder,
                env=_environment(address),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            stream = _Stream(self.plan.events(part))
            finished = False
            try:
                while process.poll() is None and budget.seconds > 0 and not door.spent.is_set():
                    finished |= self._hand_on(stream, door)
                    door.spent.wait(_PAUSE_SECONDS)
                in_time = process.poll() is not None
                if not in_time:
                    _end(process)
            finally:
                _kill(process)
                door.close()
                door.settle(self.gateway.seconds)
        spent = door.spent.is_set()
        finished |= self._hand_on(stream, door)
        for passed in door.rest():
            if passed.operation is not None:
                self.on_exchange(_exchange(passed, passed.operation, _CUT_SHORT))
        if in_time and not spent and not finished:
            raise ToolError(
                f"Schemathesis ended with code {process.returncode}: "
                f"{_last_words(self.plan.output(part))}",
                fix="Run 'make check-generated'; if the bundle is sound, this is a bug of the runner",
            )
        return in_time and not spent and process.returncode in _ENDED_WELL

    def _hand_on(self, stream: _Stream, door: Relay) -> bool:
        """Hand on what is new; whether it was all."""
        finished = False
        for line in stream.new():
            event = json.loads(line)
            finished |= "EngineFinished" in event
            if scenario := event.get("ScenarioFinished"):
                for exchange in self._exchanges(scenario, door):
                    self.on_exchange(exchange)
            self.on_event(event)
        return finished

    def _exchanges(self, scenario: Mapping[str, Any], door: Relay) -> Iterator[Exchange]:
        """What the relay has let out for the cases of a scenario, with what is said of them.

        Raises:
            ToolError: a case was answered, and the relay has let out nothing for it.
        """
        recorder = scenario["recorder"]
        interactions = recorder.get("interactions", {})
        for case in {**recorder.get("cases", {}), **interactions}:
            passed = door.take(case)
            # Where a response broke off, Schemathesis has the case and no interaction.
            interaction = interactions.get(case) or (_unanswered(passed[-1]) if passed else None)
            if interaction is None:
                continue
            one = {**scenario, "recorder": {**recorder, "interactions": {case: interaction}}}
            for exchange in exchanges.read({"ScenarioFinished": one}, self.contract, self.security):
                yield from _as_passed(exchange, passed)


def _unanswered(passed: Passed) -> Mapping[str, Any]:
    """An interaction as Schemathesis tells of it."""
    request = passed.sent.request
    return {"request": {"method": request.method, "uri": passed.sent.url, "headers": {}}}


def _as_passed(exchange: Exchange, passed: Sequence[Passed]) -> Iterator[Exchange]:
    """The exchanges that the relay sent for one that Schemathesis reports.

    Schemathesis repeats some requests, for example after a 429, and does not report them: these
    exchanges come before the one that it judges. A check that fails on a part of the response from
    which secrets were removed shows nothing about the target, and is left out.
    """
    if not passed and exchange.response is not None and not _is_refusal(exchange):
        raise ToolError(
            f"Schemathesis got a response to {exchange.method} {exchange.path} without the gateway",
            fix="Run 'make setup': the runner leads the pinned version of Schemathesis",
        )
    read = _read(exchange)
    for number, attempt in enumerate(passed, 1):
        checks = tuple(
            check
            for check in exchange.checks
            if not (check.failed and attempt.altered & read.get(check.name, set()))
        )
        yield replace(
            _exchange(attempt, exchange.operation, exchange.phase),
            positive=exchange.positive,
            other_method=exchange.other_method,
            created_by=exchange.created_by,
            checks=checks if number == len(passed) else (),
        )


def _read(exchange: Exchange) -> Mapping[str, Set[str]]:
    """The parts of a response that each check of Schemathesis reads, by the names in `Passed.altered`.

    The status, which every check reads, is not one of them.
    """
    spec = exchange.operation.responses.get(exchange.status)
    return {
        "response_schema_conformance": {relay.BODY},
        "content_type_conformance": {"content-type"},
        "response_headers_conformance": {header.name.lower() for header in spec.headers}
        if spec
        else set(),
    }


def _is_refusal(exchange: Exchange) -> bool:
    return exchange.response is not None and relay.REFUSED.lower() in exchange.response.headers


def _exchange(passed: Passed, operation: Operation, phase: str) -> Exchange:
    """What was let out; nobody knows by itself whether it was meant to be valid."""
    sent = passed.sent
    return Exchange(
        operation=operation,
        phase=phase,
        method=sent.request.method,
        url=sent.url,
        request_headers=sent.headers,
        request_body=sent.request.body,
        response=sent.response,
        lost=sent.lost,
        started=sent.started,
        positive=False,
        credentials=passed.credentials,
    )


class _Stream:
    """The lines of a file that another process is writing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def new(self) -> Iterator[str]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                self._offset += len(line)
                yield line.decode("utf-8")


def _environment(address: str) -> dict[str, str]:
    """Nothing that leads past the gateway, and no secret."""
    door = urlsplit(address)
    left_out = ("SN_", "SCHEMATHESIS_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    kept = {
        name: value for name, value in os.environ.items() if not name.upper().startswith(left_out)
    }
    # Whatever is not addressed to the gateway comes to it as well, and is refused there.
    led = dict.fromkeys(
        ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), f"http://{door.netloc}"
    )
    return {
        **kept,
        **led,
        "NO_PROXY": str(door.hostname),
        "no_proxy": str(door.hostname),
        "NO_COLOR": "1",
        # requests would take a sign-in from ~/.netrc, in place of the stand-in.
        "NETRC": os.devnull,
    }


def _readdress(report: Path, address: str, url: str) -> None:
    """Let a report name the target in place of the gateway."""
    if report.exists():
        text = report.read_bytes()
        report.write_bytes(text.replace(address.encode(), url.encode()))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask for an orderly end, so that what was seen gets written.

    Once: a second signal would interrupt the writing.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_words(output: Path) -> str:
    text = output.read_text(encoding="utf-8", errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " / ".join(lines[-6:])[-600:] or "it said nothing"
