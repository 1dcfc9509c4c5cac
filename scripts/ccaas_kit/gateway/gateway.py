"""The gateway: checks, counts, paces, journals and sends each request of the runner.

Probes, workflows, look-ups and clean-up call it themselves; Schemathesis reaches it through
the relay (`relay.py`). There is no other way out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

import httpx

from ccaas_kit.contract import command
from ccaas_kit.gateway import diagnosis
from ccaas_kit.gateway.ask import Ask
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.diagnosis import Kind
from ccaas_kit.gateway.origin import Origin
from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.gateway.timing.pace import Pace, retry_after
from ccaas_kit.gateway.timing.persistence import Patience
from ccaas_kit.gateway.wire import Received, Wire
from ccaas_kit.model.contract import Operation
from ccaas_kit.model.exchanges import GATEWAY, Exchange, Response

_READING = "GET"
# A target that has said nothing for so many seconds, and to so many requests, has gone.
_PATIENCE, _LEAST = 25.0, 10
# A response may have several of these (RFC 9110, 11.6.1), each of which counts.
_CHALLENGES = "www-authenticate"
# With these, servers and gateways take a request for one with another method.
_OVERRIDES = frozenset({b"x-http-method-override", b"x-http-method", b"x-method-override"})


class WriteGuard(Protocol):
    """Checks writing requests, for what a profile guarantees about the target's data."""

    def admit(self, operation: Operation, ask: Ask, exchanges: Sequence[Exchange]) -> None:
        """Let a request pass, given all that was exchanged so far; raises BlockedError to reject it."""

    def before(self, operation: Operation, ask: Ask) -> int:
        """Note what a request that is about to leave will create; gives a number for the note."""

    def after(self, number: int, operation: Operation, ask: Ask, exchange: Exchange) -> None:
        """Note what the request has created."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it is to leave; `target` is the path with its query, just as it is written."""

    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a request asks for, in the words of the contract."""

    operation: Operation
    ask: Ask


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that left, and its response; `error` is why there is none."""

    request: Outgoing
    url: str
    started: float
    seconds: float
    received: Received | None = None
    error: httpx.HTTPError | None = None

    @property
    def response(self) -> Response | None:
        """The response; None if there was none, or not all of it."""
        received = self.received
        if received is None or not received.is_whole:
            return None
        return Response(
            status=received.status,
            headers=_first(received.headers.multi_items()),
            body=received.body,
            seconds=self.seconds,
        )

    @property
    def lost(self) -> str:
        """Why there is no response, in a word or two; empty if there is one."""
        if self.error is not None:
            return str(diagnosis.of_error(self.error).kind)
        is_whole = self.received is not None and self.received.is_whole
        return "" if is_whole else str(Kind.TOO_LONG)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the request, each with its first value."""
        return _first(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in self.request.headers
        )


class Gateway:
    """Sends requests to one target; use it in a `with` statement.

    `reads_only` is whether nothing but GET may leave. `seconds` are for one response. The write
    guard can come later than the gateway, as its journal has to be opened. A target that says
    nothing, or that something in front of it answers for, is given time: the next request waits.
    """

    def __init__(
        self,
        url: str,
        *,
        pace: Pace | None = None,
        reads_only: bool = False,
        seconds: float = 30.0,
        guard: WriteGuard | None = None,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.guard = guard
        self.patience = patience or Patience(_PATIENCE, least=_LEAST)
        self._sleep = sleep
        self.seconds = seconds
        self.origin = Origin(url)
        self._pace = pace or Pace()
        self._reads_only = reads_only
        self._wire = Wire(url)
        self._leaving = threading.Lock()
        self._exchanges: list[Exchange] = []

    def __enter__(self) -> Gateway:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.close()

    @property
    def url(self) -> str:
        """The URL of the target."""
        return self.origin.url

    def send(
        self,
        request: Outgoing,
        *,
        budget: Budget,
        call: Call | None = None,
        seconds: float | None = None,
        changes: bool | None = None,
        waits: bool = True,
    ) -> Sent:
        """Send a request, and come back with its response or the reason why there is none.

        A `call` is subject to the write guard, and what it creates is journalled. `changes` is
        whether it counts as writing, which by itself the method decides. It waits where the target
        was silent, unless the caller does so itself.

        Raises:
            BlockedError: the profile, the write guard or the budget does not admit it, or it would lead
                to another host.
            httpx.InvalidURL: no URL can hold its target.
        """
        writes = request.method != _READING if changes is None else changes
        if self._reads_only and request.method != _READING:
            raise BlockedError(f"this run sends no {request.method}")
        if any(name.lower() in _OVERRIDES for name, _ in request.headers):
            raise BlockedError("a header would have the target take it for another method")
        url = self.origin.address(request.target)
        if waits:
            budget.check(writes=writes)
            self._give_time(budget)
        if call is None or request.method == _READING or self.guard is None:
            self._let_out(budget, writes=writes)
            sent = self._sent(request, url, budget, seconds or self.seconds)
            if call is not None and self.guard is not None:
                self._noted(call, sent)
            return sent
        # Were the response not read, nobody would know what the request has created.
        with command.interrupts_held():
            number = self._let_out(budget, writes=writes, call=call)
            sent = self._sent(request, url, budget, seconds or self.seconds)
            with self._leaving:
                self.guard.after(number, call.operation, call.ask, self._noted(call, sent))
        return sent

    def _let_out(self, budget: Budget, *, writes: bool, call: Call | None = None) -> int:
        """Take a request off the budget when it may leave; gives its number in the journal."""
        with self._leaving:
            budget.check(writes=writes)
            guard = self.guard if call else None
            if guard and call:
                guard.admit(call.operation, call.ask, self._exchanges)
            self._pace.wait()
            # Its turn may have come after the end of the time.
            budget.check(writes=writes)
            budget.take(writes=writes)
            return guard.before(call.operation, call.ask) if guard and call else 0

    def _give_time(self, budget: Budget) -> None:
        # Whoever has little time left is to have a response, or none, by its end.
        pause = min(self.patience.pause, budget.seconds / 2)
        if pause > 0 and not self.patience.is_over:
            self._sleep(pause)

    def _heed(self, sent: Sent) -> Sent:
        """Note whether the target has responded; gives what was sent."""
        received = sent.received
        with self._leaving:
            if received is not None and received.status not in GATEWAY:
                self.patience.heard()
            else:
                retry = received.headers.get("retry-after", "") if received else ""
                self.patience.silent(retry_after(retry), took=sent.seconds)
        return sent

    def _noted(self, call: Call, sent: Sent) -> Exchange:
        """Keep the response of an operation: the write guard looks up the ids that the target has sent."""
        exchange = Exchange(
            operation=call.operation,
            phase="",
            method=sent.request.method,
            url=sent.url,
            request_headers={},
            request_body=sent.request.body,
            response=sent.response,
        )
        self._exchanges.append(exchange)
        return exchange

    def _sent(self, request: Outgoing, url: httpx.URL, budget: Budget, seconds: float) -> Sent:
        started, begun = time.time(), time.monotonic()
        received: Received | None = None
        error: httpx.HTTPError | None = None
        try:
            received = self._wire.send(
                request.method,
                url,
                (*_host(request, self.origin), *request.headers),
                request.body,
                seconds=min(seconds, budget.seconds),
                target=self.origin.path + request.target,
            )
        except httpx.HTTPError as failure:
            error = failure
        else:
            budget.weigh(received.body)
        return self._heed(
            Sent(
                request=request,
                url=self.url + request.target,
                started=started,
                seconds=time.monotonic() - begun,
                received=received,
                error=error,
            )
        )


def _first(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by name, each with its first value, in their order; challenges are one list."""
    found: dict[str, str] = {}
    for name, value in headers:
        is_further = name.lower() == _CHALLENGES and name in found
        found[name] = f"{found[name]}, {value}" if is_further else found.get(name, value)
    return found


def _host(request: Outgoing, origin: Origin) -> tuple[tuple[bytes, bytes], ...]:
    if any(name.lower() == b"host" for name, _ in request.headers):
        return ()
    return ((b"Host", origin.host),)
