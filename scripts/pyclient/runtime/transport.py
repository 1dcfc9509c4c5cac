"""One request of a client: its URL, its repetitions, and what its response is read as."""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from servicenow_ccaas.errors import (
    ApiError,
    InvalidRequestError,
    RefusedError,
    UnexpectedAnswerError,
    failure_in,
)

if TYPE_CHECKING:
    # Loaded with the first response: a program that only prepares a client need not wait for it.
    from pydantic import BaseModel, TypeAdapter

JSON = "application/json"
_TOO_MANY, _UNAVAILABLE = 429, 503
# What a second attempt can mend: a network or a peer that broke off, or was too slow. A URL that
# cannot be used, a misused protocol and a proxy that refuses stay what they are.
BROKEN_OFF = (httpx.NetworkError, httpx.TimeoutException, httpx.RemoteProtocolError)


@dataclass(frozen=True, slots=True)
class Operation:
    """What the contract says of an operation.

    `answers` and `errors` are the models of the bodies by status, `exceptions` what is raised. `body` is
    the model of the request, `together` are the fields that each of its fields needs beside it.
    """

    id: str
    method: str
    path: str
    answers: Mapping[int, str]
    errors: Mapping[int, str]
    exceptions: Mapping[int, type[ApiError]]
    body: str = ""
    together: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it twice leaves what sending it once does (RFC 9110, 9.2.2)."""
        return self.method in ("GET", "PUT")


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a request is repeated, and how long a client waits for that.

    A request that was turned away with 429 was not served, so any is repeated after what
    Retry-After says; after 503, after a connection that broke and after a timeout, only those
    are that may be sent twice; after any other error none is. `first_wait` seconds double with
    each repetition where nothing is said.
    """

    attempts: int = 3
    first_wait: float = 0.5
    longest_wait: float = 60.0

    def wait(
        self, operation: Operation, number: int, response: httpx.Response | None
    ) -> float | None:
        """Seconds until the next attempt; None for none."""
        if number >= self.attempts:
            return None
        status = response.status_code if response is not None else _UNAVAILABLE
        if status == _TOO_MANY or (status == _UNAVAILABLE and operation.is_repeatable):
            seconds_asked = _retry_after(response) if response is not None else None
            seconds = (
                self.first_wait * 2 ** (number - 1) if seconds_asked is None else seconds_asked
            )
            return seconds if seconds <= self.longest_wait else None
        return None


NO_RETRIES = Retries(attempts=1)


@dataclass(frozen=True, slots=True)
class Call:
    """A request before it is sent."""

    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: BaseModel | Mapping[str, Any] | None = None

    def check(self) -> None:
        """Refuse a body with a field that the contract does not know, or with half of a pair.

        Raises:
            InvalidRequestError: it has one; the error names each.
        """
        if self.body is None or not self.operation.body:
            return
        from servicenow_ccaas.checking import oddities

        if found := oddities(self.operation.body, self.body, self.operation.together):
            raise InvalidRequestError(
                f"{self.operation.id} was not sent: {'; '.join(found)}. A client with unchecked=True"
                " sends it."
            )

    def request(self, client: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """The request of this call.

        Raises:
            ValueError: a value of the path would lead to another URL.
        """
        path = self.operation.path
        for name, value in self.path.items():
            path = path.replace("{" + name + "}", _segment(name, value))
        query = {name: str(value) for name, value in self.query.items() if value is not None}
        headers = {"Accept": JSON}
        if self.body is None:
            return client.build_request(self.operation.method, path, params=query, headers=headers)
        headers["Content-Type"] = JSON
        content = _json(self.body)
        return client.build_request(
            self.operation.method, path, params=query, headers=headers, content=content
        )

    def result(self, response: httpx.Response, *, strict: bool) -> Any:
        """What a response says, as the contract describes it.

        Unless `strict`, a value that does not fit is kept as it came, and `misfits` lists it.

        Raises:
            ApiError: the response is no success, or not what the contract describes.
        """
        operation, status = self.operation, response.status_code
        name = operation.answers.get(status)
        if name is None:
            raise self._refusal(response)
        try:
            if b'"error"' in response.content or b'"success"' in response.content:
                self._refuse(response)
            if strict:
                return _adapter(name).validate_json(response.content)
            found = _leniently(name, response)
        except ValueError as error:
            # Of pydantic, or of a body that is no JSON.
            raise UnexpectedAnswerError(operation.id, response, response.text) from error
        if any(misfit.field == "result" for misfit in found.misfits()):
            raise UnexpectedAnswerError(operation.id, response, response.text)
        return found

    def _refuse(self, response: httpx.Response) -> None:
        """Raise what a success says that is none: the instance can fail after it has sent its status."""
        body = json.loads(response.content)
        if failure_in(body):
            raise RefusedError(self.operation.id, response, body)

    def _refusal(self, response: httpx.Response) -> ApiError:
        operation, status = self.operation, response.status_code
        name = operation.errors.get(status)
        if name is None:
            return UnexpectedAnswerError(operation.id, response, response.text)
        try:
            body = _adapter(name).validate_json(response.content)
        except ValueError:
            # The status tells enough; the body is that of another.
            body = response.text
        return operation.exceptions[status](operation.id, response, body)


def _segment(name: str, value: str) -> str:
    """A value as one segment of a path; dots alone mean others, however they are written."""
    if value in ("", ".", ".."):
        raise ValueError(f"{name} is {value!r}, which would lead to another URL")
    return quote(value, safe="")


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    from servicenow_ccaas import models

    return TypeAdapter(getattr(models, name))


def _leniently(name: str, response: httpx.Response) -> Any:
    from servicenow_ccaas import models, record

    return record.leniently(getattr(models, name), response.content)


def _json(body: BaseModel | Mapping[str, Any]) -> bytes:
    from pydantic import BaseModel

    if isinstance(body, BaseModel):
        return body.model_dump_json(by_alias=True, exclude_unset=True, warnings=False).encode()
    return json.dumps(dict(body), ensure_ascii=False).encode()


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that a response asks to wait, given as a number or as a date."""
    header = response.headers.get("retry-after", "").strip()
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.fromtimestamp(time.time(), UTC)).total_seconds(), 0.0)
