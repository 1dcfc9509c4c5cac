"""Requests of the probes: built from the contract, bounded in number and time, recorded.

No redirect is followed, so credentials reach the target alone. An answer that is too long, or that
takes too long, counts as none; a 429 is waited for as long as the time allows.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import httpx

from ccaas_kit.contract import command
from ccaas_kit.contract.contract import Contract, Operation
from ccaas_kit.contract.exchanges import Answer, Exchange
from ccaas_kit.fuzzing import hooks
from ccaas_kit.fuzzing.plan import Profile
from ccaas_kit.gateway.diagnosis import GATEWAY
from ccaas_kit.gateway.outcomes import Barred
from ccaas_kit.gateway.pace import Pace, retry_after
from ccaas_kit.gateway.users import NOBODY, OWN, WRONG, Users
from ccaas_kit.gateway.wire import Wire

JSON = "application/json"
XML = "application/xml"
PHASE = "probe"
_LONGEST_WAIT = 60.0
# Bytes of all bodies of a run together, which all stay in memory; a whole run takes a tenth of it.
_VOLUME = 64 * 1024 * 1024
# So many requests in a row without an answer of the instance itself: it is not there any more.
_MOST_SILENCE = 10
_CREDENTIALS = {OWN: "own", NOBODY: "none", WRONG: "wrong"}
ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a probe.

    `body` is a JSON value, `raw` any bytes in its place. `media` and `accept` are headers, None
    sends none. `version` chooses the versioned URL. `positive` says whether the contract admits
    the request.
    """

    operation: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Any = ABSENT
    raw: bytes | None = None
    media: str | None = JSON
    accept: str | None = JSON
    user: str = OWN
    version: str | None = None
    positive: bool = True


@dataclass(slots=True)
class Budget:
    """What a run may still send: requests, of them writing ones, until when, and how fast.

    `volume` is what the answers that it still takes in may weigh. `refused` is whether something was
    not sent because too little was left.
    """

    requests: int
    writes: int
    deadline: float
    pace: Pace = field(default_factory=Pace)
    refused: bool = False
    volume: int = _VOLUME

    def spend(self, *, writes: bool) -> None:
        """Take one request off, once it may leave.

        Raises:
            Barred: nothing is left.
        """
        if self.requests <= 0:
            raise self.refusal("the budget of requests is used up")
        if writes and self.writes <= 0:
            raise self.refusal("the budget of writing requests is used up")
        if self.volume <= 0:
            raise self.refusal("the target has sent more than a run takes in")
        self.pace.wait()
        if time.monotonic() >= self.deadline:
            raise self.refusal("the time was up before it could be looked at")
        self.requests -= 1
        self.writes -= writes

    def part(self, share: float) -> Budget:
        """A budget of its own with a share of what is left of this one."""
        left = max(self.deadline - time.monotonic(), 0.0)
        return Budget(
            requests=math.ceil(self.requests * share),
            writes=math.ceil(self.writes * share),
            deadline=time.monotonic() + left * share,
            pace=self.pace,
            volume=math.ceil(self.volume * share),
        )

    def refusal(self, why: str) -> Barred:
        """What to raise where something cannot be sent any more."""
        self.refused = True
        return Barred(why)


class Guard(Protocol):
    """Stands beside writing requests, to hold what a profile promises about the target's data."""

    def admit(self, operation: Operation, ask: Ask, exchanges: Sequence[Exchange]) -> None:
        """Let a request pass, given all that was exchanged so far; raises Barred to refuse it."""

    def before(self, operation: Operation, ask: Ask) -> int:
        """Note what a request that is about to leave will create; gives a number for the note."""

    def after(self, number: int, operation: Operation, ask: Ask, exchange: Exchange) -> None:
        """Note what the request has created."""


class Sender:
    """Sends what probes ask for and keeps every exchange; use it in a `with` statement."""

    def __init__(
        self,
        url: str,
        contract: Contract,
        users: Users,
        *,
        profile: Profile,
        budget: Budget,
        timeout: float,
        guard: Guard | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.exchanges: list[Exchange] = []
        self.contract = contract
        self.users = users
        self.budget = budget
        self.profile = profile
        self._url = url.rstrip("/")
        self._guard = guard
        self._sleep = sleep
        self._timeout = timeout
        self._silence = 0
        # Without TLS nothing is verified.
        self._wire = Wire(url, verified=not url.startswith("http:"))

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self._wire.close()

    def send(self, ask: Ask) -> Exchange:
        """The exchange; its answer is None if none came.

        Raises:
            Barred: the profile, the guard, the budget or a rate limit does not admit the request.
        """
        operation = self._operation(ask)
        if not self.profile.admits(operation):
            raise Barred(f"the profile {self.profile} sends no {operation.method}")
        writes = operation.method != "GET"
        if writes and self._guard is not None:
            self._guard.admit(operation, ask, self.exchanges)
        exchange = self._once(operation, ask, writes=writes)
        if exchange.status == 429:
            self._sleep(self._pause(exchange))
            exchange = self._once(operation, ask, writes=writes)
        return exchange

    def post_form(self, path: str, form: Mapping[str, str]) -> Answer | None:
        """What a path outside the contract answers to a form; None if no answer came.

        Neither is kept, since both hold secrets.

        Raises:
            Barred: the profile or the budget does not admit the request.
        """
        if not self.profile.writes:
            raise Barred(f"the profile {self.profile} sends no POST")
        self._spend(writes=False)
        headers = {"Accept": JSON, "Content-Type": "application/x-www-form-urlencoded"}
        return self._answer("POST", self._url + path, headers, urlencode(form).encode())

    def _once(self, operation: Operation, ask: Ask, *, writes: bool) -> Exchange:
        self._spend(writes=writes)
        url, headers, content = self._request(operation, ask)
        guard = self._guard if writes else None
        if guard is None:
            return self._exchanged(operation, ask, url, headers, content)
        # Were the answer not read, nobody would know what the request has created.
        with command.interrupts_held():
            number = guard.before(operation, ask)
            exchange = self._exchanged(operation, ask, url, headers, content)
            guard.after(number, operation, ask, exchange)
        return exchange

    def _exchanged(
        self,
        operation: Operation,
        ask: Ask,
        url: str,
        headers: dict[str, str],
        content: bytes | None,
    ) -> Exchange:
        started = time.time()
        exchange = Exchange(
            operation=operation,
            phase=PHASE,
            method=operation.method,
            url=url,
            request_headers=headers,
            request_body=content,
            answer=self._answer(operation.method, url, headers, content),
            started=started,
            positive=ask.positive,
            credentials=_CREDENTIALS.get(ask.user, "own"),
        )
        self.exchanges.append(exchange)
        return exchange

    def _spend(self, *, writes: bool) -> None:
        if self._silence >= _MOST_SILENCE:
            raise self.budget.refusal("the target has stopped giving answers")
        self.budget.spend(writes=writes)

    def _request(self, operation: Operation, ask: Ask) -> tuple[str, dict[str, str], bytes | None]:
        path = operation.path
        values = {**ask.path, **({"api_version": ask.version} if ask.version else {})}
        for name, value in values.items():
            path = path.replace("{" + name + "}", quote(value, safe=""))
        query = f"?{urlencode(ask.query)}" if ask.query else ""
        headers: dict[str, str] = {}
        if ask.accept is not None:
            headers["Accept"] = ask.accept
        content = ask.raw
        if content is None and ask.body is not ABSENT:
            content = json.dumps(ask.body).encode()
        if content is not None and ask.media is not None:
            headers["Content-Type"] = ask.media
        if header := self.users[ask.user].header:
            headers[header[0]] = header[1]
        return f"{self._url}{path}{query}", headers, content

    def _answer(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> Answer | None:
        begun = time.monotonic()
        self._silence += 1
        try:
            request = self._wire.request(method, url, headers=headers, content=content)
            # httpx adds headers of its own; a probe decides itself which are sent.
            for name in ("accept", "accept-encoding", "user-agent"):
                if name not in {each.casefold() for each in headers}:
                    request.headers.pop(name, None)
            seconds = min(self._timeout, self.budget.deadline - begun)
            received = self._wire.send(request, seconds=seconds)
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
        self.budget.volume -= hooks.weight(received.body)
        if not received.is_whole:
            return None
        if received.status not in GATEWAY:
            self._silence = 0
        return Answer(
            status=received.status,
            headers={
                name.lower(): value for name, value in reversed(received.headers.multi_items())
            },
            body=received.body,
            seconds=time.monotonic() - begun,
        )

    def _operation(self, ask: Ask) -> Operation:
        if ask.version is None:
            return self.contract.by_id[ask.operation]
        return next(
            each
            for each in self.contract.operations
            if each.base == ask.operation and each.id != each.base
        )

    def _pause(self, exchange: Exchange) -> float:
        told = exchange.answer.headers.get("retry-after", "") if exchange.answer else ""
        seconds = retry_after(told)
        seconds = _LONGEST_WAIT if seconds is None else seconds
        if seconds > min(_LONGEST_WAIT, self.budget.deadline - time.monotonic()):
            raise Barred(f"a rate limit asks to wait for {seconds:.0f} s")
        return seconds
