"""Careful requests to a target: limited in time and number, and never led to another one.

Redirects are not followed, so credentials reach only the target that was named.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType

import httpx

from ccaas_kit.contract.errors import TargetError
from ccaas_kit.gateway import diagnosis
from ccaas_kit.gateway.credentials import Credentials, Redactor
from ccaas_kit.gateway.diagnosis import Diagnosis, Kind, Reply
from ccaas_kit.gateway.pace import Pace, retry_after
from ccaas_kit.gateway.wire import Wire

_MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be asked of a target: seconds per answer, seconds in all, and requests."""

    answer: float = 10.0
    total: float = 60.0
    requests: int = 60


LIMITS = Limits()


class NoAnswerError(TargetError):
    """A request had no answer; `diagnosis` says why."""

    def __init__(self, where: str, diagnosed: Diagnosis) -> None:
        self.diagnosis = diagnosed
        super().__init__(diagnosed.seen, where=where, fix=diagnosed.advice)


class Connection:
    """Requests to one target, within limits; use it in a `with` statement."""

    def __init__(
        self,
        url: str,
        credentials: Credentials | None,
        *,
        limits: Limits = LIMITS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        pace: Pace | None = None,
    ) -> None:
        self.url = url
        self.requests = 0
        self.redactor = Redactor(credentials.secrets if credentials else ())
        self._signature = dict((credentials.header,)) if credentials else {}
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._pace = pace or Pace()
        self._end = clock() + limits.total
        self._wire = Wire(url)

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.close()

    @property
    def is_signed(self) -> bool:
        """Whether there are credentials to send."""
        return bool(self._signature)

    def get(
        self, path: str, query: Mapping[str, str] | None = None, *, signed: bool = True
    ) -> Reply:
        """The answer to a GET, with credentials unless told otherwise.

        Raises:
            NoAnswerError: there was none.
        """
        return self._ask("GET", path, query or {}, signed=signed)

    def delete(self, path: str) -> Reply:
        """The answer to a DELETE with credentials.

        Raises:
            NoAnswerError: there was none.
        """
        return self._ask("DELETE", path, {}, signed=True)

    def _ask(self, method: str, path: str, query: Mapping[str, str], *, signed: bool) -> Reply:
        headers = {"Accept": "application/json", **(self._signature if signed else {})}
        try:
            request = self._wire.request(
                method, self.url + path, params=dict(query) or None, headers=headers
            )
        except httpx.InvalidURL as error:
            raise NoAnswerError(self.url, diagnosis.of_error(error)) from error
        for _ in range(_MOST_TRIES - 1):
            reply = self._send(request, headers)
            wait = _wait(reply)
            if wait is None or wait >= self._left():
                return reply
            self._sleep(wait)
        return self._send(request, headers)

    def _send(self, request: httpx.Request, headers: Mapping[str, str]) -> Reply:
        left = self._left()
        if left <= 0 or self.requests >= self._limits.requests:
            raise self._time_up()
        self._pace.wait()
        self.requests += 1
        try:
            received = self._wire.send(request, seconds=min(self._limits.answer, left))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoAnswerError(self.url, diagnosis.of_error(error)) from error
        if not received.is_whole:
            raise NoAnswerError(self.url, diagnosis.TOO_LONG)
        return Reply(
            received.status,
            received.headers,
            received.body,
            tls=received.tls,
            redactor=self.redactor,
            asked=headers,
        )

    def _left(self) -> float:
        return self._end - self._clock()

    def _time_up(self) -> NoAnswerError:
        told = "the time or the number of requests that was set is used up"
        return NoAnswerError(
            self.url, Diagnosis(Kind.TIME_UP, told, "Try again when it is less busy")
        )


def _wait(reply: Reply) -> float | None:
    """The seconds after which an instance that is busy wants to be asked again."""
    told = reply.headers.get("retry-after", "")
    return retry_after(told) if reply.status in (429, 503) else None
