"""Running Schemathesis, and reading along what it does."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ccaas_kit.contract.contract import Contract
from ccaas_kit.contract.errors import ToolError
from ccaas_kit.contract.layout import PACKAGES
from ccaas_kit.fuzzing import hooks
from ccaas_kit.fuzzing.hooks import Limits
from ccaas_kit.fuzzing.plan import Part, Plan
from ccaas_kit.gateway.credentials import Credentials
from ccaas_kit.gateway.sending import Budget
from ccaas_kit.gateway.wire import LONGEST_BODY
from ccaas_kit.run.options import is_loopback

_GRACE_SECONDS = 3.0
_PAUSE_SECONDS = 0.1
# 0: no check failed; 1: one did. Anything else means that not everything could be tried, as where
# no answer of an operation could be read.
_ENDED_WELL = (0, 1)


def run(
    plan: Plan,
    parts: Sequence[Part],
    contract: Contract,
    credentials: Credentials | None,
    *,
    budget: Budget,
    sparing: bool,
    on_event: Callable[[Mapping[str, Any]], None],
) -> bool:
    """Run the parts within the budget, and hand on each event as it is written.

    A `sparing` run leaves some of the budget to each part. False if not all was sent because
    the budget or the time was up; what was seen until then has been handed on.

    Raises:
        ToolError: Schemathesis could not do its work.
    """
    complete = True
    for number, part in enumerate(parts):
        writing = any(contract.by_id[name].method != "GET" for name in part.operations)
        over = min(budget.requests, budget.volume) <= 0 or time.monotonic() >= budget.deadline
        if over or (writing and budget.writes <= 0):
            complete = False
            continue
        share = max(1 / 2, 1 / (len(parts) - number)) if sparing else 1.0
        complete &= _run_part(
            plan, part, credentials, budget=budget, share=share, on_event=on_event
        )
    return complete


def _run_part(
    plan: Plan,
    part: Part,
    credentials: Credentials | None,
    *,
    budget: Budget,
    share: float,
    on_event: Callable[[Mapping[str, Any]], None],
) -> bool:
    left = budget.deadline - time.monotonic()
    deadline = time.monotonic() + left * share
    _limit(plan, budget, share)
    with plan.output(part).open("wb") as output:
        process = subprocess.Popen(
            plan.command(part),
            cwd=plan.folder,
            env=_environment(plan, credentials),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        stream = _Stream(plan.events(part))
        finished = False
        try:
            while process.poll() is None and time.monotonic() < deadline:
                finished |= _hand_on(stream, on_event)
                time.sleep(_PAUSE_SECONDS)
            in_time = process.poll() is not None
            if not in_time:
                _end(process)
        finally:
            _kill(process)
            sent = _settle(plan, budget)
    finished |= _hand_on(stream, on_event)
    spent = (plan.folder / hooks.SPENT).exists()
    if in_time and not spent and not finished:
        raise ToolError(
            f"Schemathesis ended with code {process.returncode}: {_last_words(plan.output(part))}",
            fix="Run 'make check-generated'; if the bundle is sound, this is a bug of the runner",
        )
    if stream.requests > sent and not spent:
        raise ToolError(
            f"Schemathesis sent {stream.requests} requests, of which {sent} were counted",
            fix="Run 'make setup': hooks.py bounds the pinned version of Schemathesis",
        )
    return in_time and not spent and process.returncode in _ENDED_WELL


def _limit(plan: Plan, budget: Budget, share: float) -> None:
    """Say how much the next part may send."""
    limits = Limits(
        requests=math.ceil(budget.requests * share),
        writes=math.ceil(budget.writes * share),
        rate=plan.rate,
        volume=math.ceil(budget.volume * share),
        longest=LONGEST_BODY,
        seconds=plan.timeout,
        target=plan.target,
        xml=plan.xml,
        runner=os.getpid(),
    )
    (plan.folder / hooks.LIMITS).write_text(json.dumps(limits._asdict()), encoding="utf-8")
    (plan.folder / hooks.SENT).write_text("", encoding="ascii")
    (plan.folder / hooks.TAKEN).write_text("0", encoding="ascii")
    (plan.folder / hooks.SPENT).unlink(missing_ok=True)


def _settle(plan: Plan, budget: Budget) -> int:
    """Take off the budget what a part has sent and taken in; gives how many requests these are."""
    sent = (plan.folder / hooks.SENT).read_text(encoding="ascii")
    budget.requests -= len(sent)
    budget.writes -= sent.count(hooks.WRITE)
    budget.volume -= int((plan.folder / hooks.TAKEN).read_text(encoding="ascii") or 0)
    return len(sent)


class _Stream:
    """The lines of a file that another process is writing, and the requests that they tell of."""

    def __init__(self, path: Path) -> None:
        self.requests = 0
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


def _hand_on(stream: _Stream, on_event: Callable[[Mapping[str, Any]], None]) -> bool:
    finished = False
    for line in stream.new():
        event = json.loads(line)
        finished |= "EngineFinished" in event
        if scenario := event.get("ScenarioFinished"):
            stream.requests += len(scenario["recorder"].get("interactions", {}))
        on_event(event)
    return finished


def _environment(plan: Plan, credentials: Credentials | None) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SN_", "SCHEMATHESIS_"))
    }
    if is_loopback(plan.target):
        # No proxy leads back to this machine.
        kept |= {"NO_PROXY": "*", "no_proxy": "*"}
    return {
        **kept,
        **(credentials.environment if credentials else {}),
        "NO_COLOR": "1",
        # The hooks import from the kit.
        "PYTHONPATH": str(PACKAGES),
        # requests would take a sign-in from ~/.netrc, in place of ours and past the redactor.
        "NETRC": os.devnull,
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask for an orderly end, so that what was seen gets written."""
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
