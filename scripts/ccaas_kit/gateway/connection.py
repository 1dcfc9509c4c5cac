"""Requests beside the operations of the contract: few, short, and with one diagnosis if they fail."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from ccaas_kit.contract.errors import TargetError
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.gateway import budget as budgets
from ccaas_kit.gateway import diagnosis
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.credentials import Credentials
from ccaas_kit.gateway.diagnosis import Diagnosis, Kind, TargetResponse
from ccaas_kit.gateway.gateway import Gateway, Outgoing, Sent
from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.gateway.timing.pace import retry_after
from ccaas_kit.gateway.timing.persistence import Patience
from ccaas_kit.model.exchanges import GATEWAY

_MOST_TRIES = 3
# Seconds after which a patient one asks an instance again whose script has failed.
_SHORTLY = 0.1
# Why there is no response, where that may be over in a moment.
_PASSING = frozenset(
    (
        *(Kind.TIMEOUT, Kind.CONNECTION_REFUSED, Kind.UNREACHABLE, Kind.NO_HTTP, Kind.BROKEN_OFF),
        Kind.NOT_DECODABLE,
    )
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be asked of a target: seconds per response, seconds in all, and requests."""

    response: float = 10.0
    total: float = 60.0
    requests: int = 60


LIMITS = Limits()


class NoAnswerError(TargetError):
    """A request had no response; `diagnosis` says why."""

    def __init__(self, where: str, diagnosed: Diagnosis) -> None:
        self.diagnosis = diagnosed
        super().__init__(diagnosed.seen, where=where, fix=diagnosed.advice)


class Connection:
    """Requests to the target of a gateway, within limits.

    What they take comes off a budget, if there is one, and off no more of it than the limits allow.
    With `patience` a request that was in vain is sent again, for so many seconds; nothing is sent
    here that may not be sent twice.
    """

    def __init__(
        self,
        gateway: Gateway,
        credentials: Credentials | None,
        *,
        limits: Limits = LIMITS,
        budget: Budget | None = None,
        patience: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = gateway.url
        self.requests = 0
        self.redactor = Redactor(credentials.secrets if credentials else ())
        self._gateway = gateway
        self._signature = dict((credentials.header,)) if credentials else {}
        self._seconds = limits.response
        self._patience = Patience(patience) if patience else None
        self._sleep = sleep
        of = budget.within if budget else budgets.of
        self._budget = of(requests=limits.requests, seconds=limits.total)

    @property
    def is_signed(self) -> bool:
        """Whether there are credentials to send."""
        return bool(self._signature)

    def get(
        self, path: str, query: Mapping[str, str] | None = None, *, signed: bool = True
    ) -> TargetResponse:
        """The response to a GET, by default with credentials.

        Raises:
            NoAnswerError: there was none.
        """
        return self._ask("GET", path, query or {}, signed=signed)

    def delete(self, path: str) -> TargetResponse:
        """The response to a DELETE with credentials.

        Raises:
            NoAnswerError: there was none.
        """
        return self._ask("DELETE", path, {}, signed=True)

    @property
    def has_given_up(self) -> bool:
        """Whether the target was silent for as long as this connection waits."""
        return self._patience is not None and self._patience.is_over

    def _ask(
        self, method: str, path: str, query: Mapping[str, str], *, signed: bool
    ) -> TargetResponse:
        headers = {"Accept": "application/json", **(self._signature if signed else {})}
        encoded = tuple((name.encode(), value.encode("ascii")) for name, value in headers.items())
        target = f"{path}?{httpx.QueryParams(dict(query))}" if query else path
        request = Outgoing(method, target, encoded)
        for number in itertools.count(1):
            begun = time.monotonic()
            outcome = self._outcome(request, headers)
            pause = self._pause(outcome, number, took=time.monotonic() - begun)
            if pause is None or pause >= self._budget.seconds:
                break
            self._sleep(pause)
        if isinstance(outcome, NoAnswerError):
            raise outcome
        return outcome

    def _outcome(
        self, request: Outgoing, headers: Mapping[str, str]
    ) -> TargetResponse | NoAnswerError:
        try:
            return self._response(self._send(request), headers)
        except NoAnswerError as error:
            return error

    def _pause(
        self, outcome: TargetResponse | NoAnswerError, number: int, *, took: float
    ) -> float | None:
        """The seconds after which the request is sent again; None if its outcome counts."""
        wants = None if isinstance(outcome, NoAnswerError) else _wait(outcome)
        if wants is None and self._patience is not None and _has_failed(outcome):
            wants = number * _SHORTLY
        if self._patience is None or not _is_in_vain(outcome):
            if self._patience is not None:
                self._patience.heard()
            return wants if number < _MOST_TRIES else None
        self._patience.silent(wants, took=took)
        return None if self._patience.is_over else min(self._patience.pause, self._patience.rest)

    def _send(self, request: Outgoing) -> Sent:
        try:
            sent = self._gateway.send(
                request,
                budget=self._budget,
                seconds=self._seconds,
                waits=self._patience is None,
            )
        except httpx.InvalidURL as error:
            raise NoAnswerError(self.url, diagnosis.of_error(error)) from error
        except BlockedError as error:
            raise self._time_up() from error
        self.requests += 1
        return sent

    def _response(self, sent: Sent, headers: Mapping[str, str]) -> TargetResponse:
        if sent.received is None:
            failure = sent.error or httpx.HTTPError("no response")
            raise NoAnswerError(self.url, diagnosis.of_error(failure)) from failure
        if not sent.received.is_whole:
            raise NoAnswerError(self.url, diagnosis.TOO_LONG)
        return TargetResponse(
            sent.received.status,
            sent.received.headers,
            sent.received.body,
            tls=sent.received.tls,
            redactor=self.redactor,
            asked=headers,
        )

    def _time_up(self) -> NoAnswerError:
        what = "the time or the number of requests that was set is used up"
        return NoAnswerError(
            self.url, Diagnosis(Kind.TIME_UP, what, "Try again when it is less busy")
        )


def _is_in_vain(outcome: TargetResponse | NoAnswerError) -> bool:
    """Whether nothing came of a request, and the next one may fare better."""
    if isinstance(outcome, NoAnswerError):
        return outcome.diagnosis.kind in _PASSING
    return outcome.status in GATEWAY


def _has_failed(outcome: TargetResponse | NoAnswerError) -> bool:
    return isinstance(outcome, TargetResponse) and outcome.status == 500


def _wait(response: TargetResponse) -> float | None:
    """The seconds after which an instance that is busy wants to be asked again."""
    retry = response.headers.get("retry-after", "")
    return retry_after(retry) if response.status in (429, 503) else None
