"""Requests of the probes: built from the contract, sent through the gateway, recorded.

A response that is too long, or that takes too long, counts as none; a 429 is waited for as long as
the time allows. What only reads is sent again if no response of the target came.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

import httpx

from ccaas_kit.gateway.ask import ABSENT, JSON, Ask
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.gateway import Call, Gateway, Outgoing, Sent
from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.gateway.timing.pace import retry_after
from ccaas_kit.gateway.users import Caller, Users
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.exchanges import UNSENT, Exchange, Response
from ccaas_kit.model.profiles import Profile

PHASE = "probe"
_LONGEST_WAIT = 60.0
# So often a request that only reads is sent at most.
_MOST_TRIES = 3


class Sender:
    """Sends what probes ask for and keeps every exchange."""

    def __init__(
        self,
        gateway: Gateway,
        contract: Contract,
        users: Users,
        *,
        profile: Profile,
        budget: Budget,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.exchanges: list[Exchange] = []
        self.contract = contract
        self.users = users
        self.budget = budget
        self.profile = profile
        self.gateway = gateway
        self._sleep = sleep
        # Operations of which even the last try was in vain.
        self._mute: set[str] = set()

    def send(self, ask: Ask) -> Exchange:
        """The exchange; its response is None if none came.

        Raises:
            BlockedError: the profile, the guard, the budget or a rate limit does not admit the request.
        """
        operation = self._operation(ask)
        method = ask.method or operation.method
        if not self.profile.writes and method != "GET":
            raise BlockedError(f"the profile {self.profile} sends no {method}")
        exchange = self._persistently(operation, ask)
        if exchange.status == 429:
            self._sleep(self._pause(exchange))
            exchange = self._persistently(operation, ask)
        return exchange

    def _persistently(self, operation: Operation, ask: Ask) -> Exchange:
        """The first exchange with a response of the target, or the last that may be tried."""
        exchange = self._once(operation, ask)
        reads = exchange.method == "GET" and operation.id not in self._mute
        tries = _MOST_TRIES if reads else 1
        for _ in range(tries - 1):
            if not exchange.is_silent or self.gateway.patience.is_over:
                break
            exchange = self._once(operation, ask)
        if exchange.is_silent:
            self._mute.add(operation.id)
        else:
            self._mute.discard(operation.id)
        return exchange

    def post_form(self, path: str, form: Mapping[str, str]) -> Response | None:
        """The response of a path outside the contract to a form; None if there was none.

        Neither is kept, since both hold secrets.

        Raises:
            BlockedError: the profile or the budget does not admit the request.
        """
        if not self.profile.writes:
            raise BlockedError(f"the profile {self.profile} sends no POST")
        headers = _encoded({"Accept": JSON, "Content-Type": "application/x-www-form-urlencoded"})
        request = Outgoing("POST", path, headers, urlencode(form).encode())
        sent = self._sent(request, changes=False)
        return sent.response if sent else None

    def _once(self, operation: Operation, ask: Ask) -> Exchange:
        target, headers, content = self._request(operation, ask)
        request = Outgoing(ask.method or operation.method, target, _encoded(headers), content)
        started = time.time()
        sent = self._sent(request, call=Call(operation, ask))
        exchange = Exchange(
            operation=operation,
            phase=PHASE,
            method=request.method,
            url=self.gateway.url + target,
            request_headers=headers,
            request_body=content,
            response=sent.response if sent else None,
            lost=sent.lost if sent else UNSENT,
            started=sent.started if sent else started,
            positive=ask.positive,
            other_method=ask.method is not None,
            credentials=_credentials(self.users[ask.user]),
            user=ask.user,
        )
        self.exchanges.append(exchange)
        return exchange

    def _sent(
        self, request: Outgoing, *, call: Call | None = None, changes: bool | None = None
    ) -> Sent | None:
        """What was sent; None if no URL can hold it."""
        if self.gateway.patience.is_over:
            raise self.budget.refusal("the target has stopped giving answers")
        try:
            return self.gateway.send(request, budget=self.budget, call=call, changes=changes)
        except httpx.InvalidURL:
            return None

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
        return f"{path}{query}", headers, content

    def _operation(self, ask: Ask) -> Operation:
        if ask.version is None:
            return self.contract.by_id[ask.operation]
        return next(
            operation
            for operation in self.contract.operations
            if operation.base == ask.operation and operation.id != operation.base
        )

    def _pause(self, exchange: Exchange) -> float:
        retry = exchange.response.headers.get("retry-after", "") if exchange.response else ""
        seconds = retry_after(retry)
        seconds = _LONGEST_WAIT if seconds is None else seconds
        if seconds > min(_LONGEST_WAIT, self.budget.seconds):
            raise BlockedError(f"a rate limit asks to wait for {seconds:.0f} s")
        return seconds


def _credentials(caller: Caller) -> str:
    """What kind of credentials a request has, as exchanges tell it."""
    if caller.is_known:
        return "own"
    return "wrong" if caller.header else "none"


def _encoded(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.encode(), value.encode("ascii")) for name, value in headers.items())
