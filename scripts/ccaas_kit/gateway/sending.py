"""Requests of the probes: built from the contract, sent through the gateway, recorded.

A response that is too long, or that takes too long, counts as none; a 429 is waited for as long as
the time allows.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

import httpx

from ccaas_kit.gateway.ask import ABSENT, JSON, Ask
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.diagnosis import GATEWAY
from ccaas_kit.gateway.gateway import Call, Gateway, Outgoing
from ccaas_kit.gateway.outcomes import Barred
from ccaas_kit.gateway.pace import retry_after
from ccaas_kit.gateway.users import Caller, Users
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.exchanges import Answer, Exchange
from ccaas_kit.model.profiles import Profile

PHASE = "probe"
_LONGEST_WAIT = 60.0
# So many requests in a row without an answer of the instance itself: it is not there any more.
_MOST_SILENCE = 10


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
        self._silence = 0

    def send(self, ask: Ask) -> Exchange:
        """The exchange; its answer is None if none came.

        Raises:
            Barred: the profile, the guard, the budget or a rate limit does not admit the request.
        """
        operation = self._operation(ask)
        method = ask.method or operation.method
        if not self.profile.writes and method != "GET":
            raise Barred(f"the profile {self.profile} sends no {method}")
        exchange = self._once(operation, ask)
        if exchange.status == 429:
            self._sleep(self._pause(exchange))
            exchange = self._once(operation, ask)
        return exchange

    def post_form(self, path: str, form: Mapping[str, str]) -> Answer | None:
        """What a path outside the contract answers to a form; None if no answer came.

        Neither is kept, since both hold secrets.

        Raises:
            Barred: the profile or the budget does not admit the request.
        """
        if not self.profile.writes:
            raise Barred(f"the profile {self.profile} sends no POST")
        headers = _encoded({"Accept": JSON, "Content-Type": "application/x-www-form-urlencoded"})
        request = Outgoing("POST", path, headers, urlencode(form).encode())
        return self._answer(request, changes=False)[0]

    def _once(self, operation: Operation, ask: Ask) -> Exchange:
        target, headers, content = self._request(operation, ask)
        request = Outgoing(ask.method or operation.method, target, _encoded(headers), content)
        answer, started = self._answer(request, call=Call(operation, ask))
        exchange = Exchange(
            operation=operation,
            phase=PHASE,
            method=request.method,
            url=self.gateway.url + target,
            request_headers=headers,
            request_body=content,
            answer=answer,
            started=started,
            positive=ask.positive,
            other_method=ask.method is not None,
            credentials=_credentials(self.users[ask.user]),
        )
        self.exchanges.append(exchange)
        return exchange

    def _answer(
        self, request: Outgoing, *, call: Call | None = None, changes: bool | None = None
    ) -> tuple[Answer | None, float]:
        """The answer, and when the request left."""
        if self._silence >= _MOST_SILENCE:
            raise self.budget.refusal("the target has stopped giving answers")
        started = time.time()
        try:
            sent = self.gateway.send(request, budget=self.budget, call=call, changes=changes)
        except httpx.InvalidURL:
            self._silence += 1
            return None, started
        answer = sent.answer
        told = answer is not None and answer.status not in GATEWAY
        self._silence = 0 if told else self._silence + 1
        return answer, sent.started

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
            each
            for each in self.contract.operations
            if each.base == ask.operation and each.id != each.base
        )

    def _pause(self, exchange: Exchange) -> float:
        told = exchange.answer.headers.get("retry-after", "") if exchange.answer else ""
        seconds = retry_after(told)
        seconds = _LONGEST_WAIT if seconds is None else seconds
        if seconds > min(_LONGEST_WAIT, self.budget.seconds):
            raise Barred(f"a rate limit asks to wait for {seconds:.0f} s")
        return seconds


def _credentials(caller: Caller) -> str:
    """What kind of credentials a request has, as exchanges tell it."""
    if caller.is_known:
        return "own"
    return "wrong" if caller.header else "none"


def _encoded(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.encode(), value.encode("ascii")) for name, value in headers.items())
