"""The requests that an instance has answered, and what a test says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload
from urllib.parse import parse_qsl

# How many requests a failure shows.
_SHOWN = 10
_ANYTHING: Any = object()


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request, without secrets.

    `operation` is the operationId, empty where the URL leads to none of the contract. `status` is 0 where the connection was reset.
    `ignored` are the parts of the query that the instance has not understood.
    """

    method: str
    path: str
    query: str
    operation: str
    user: str
    status: int
    ignored: tuple[str, ...]
    headers: Mapping[str, str] = field(repr=False)
    body: str = field(repr=False)

    @property
    def params(self) -> dict[str, str]:
        """The fields of the query."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        """The value of a JSON body; None where there is no body."""
        return json.loads(self.body) if self.body else None

    def __str__(self) -> str:
        target = f"{self.path}?{self.query}" if self.query else self.path
        sent = f" {self.body[:200]}" if self.body else ""
        return f"{self.method} {target} by {self.user or 'nobody'} -> {self.status}{sent}"


class Requests(Sequence[RecordedRequest]):
    """Requests in the order in which they were answered."""

    def __init__(self, asked: Sequence[RecordedRequest]) -> None:
        self._asked = tuple(asked)

    @overload
    def __getitem__(self, index: int) -> RecordedRequest: ...
    @overload
    def __getitem__(self, index: slice) -> Requests: ...
    def __getitem__(self, index: int | slice) -> RecordedRequest | Requests:
        """One request, or some of them."""
        found = self._asked[index]
        return found if isinstance(found, RecordedRequest) else Requests(found)

    def __len__(self) -> int:
        return len(self._asked)

    def __iter__(self) -> Iterator[RecordedRequest]:
        return iter(self._asked)

    def __repr__(self) -> str:
        return f"Requests({list(self._asked)!r})"

    @property
    def last(self) -> RecordedRequest:
        """The last request.

        Raises:
            AssertionError: there is none.
        """
        __tracebackhide__ = True
        if not self._asked:
            raise AssertionError("There was no request.")
        return self._asked[-1]

    def matching(
        self,
        operation: str | None = None,
        *,
        method: str | None = None,
        path: str | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = _ANYTHING,
        user: str | None = None,
        status: int | None = None,
    ) -> Requests:
        """The requests of which all this is true.

        `query` and `headers` name the fields that have to be there with these values, others may be.
        `body` is the whole JSON value, or the text of a body that is none; None is no body.
        """
        wanted: dict[str, Any] = {"operation": operation, "method": method, "path": path}
        wanted |= {"user": user, "status": status}
        return Requests(
            [
                request
                for request in self._asked
                if all(value in (None, getattr(request, name)) for name, value in wanted.items())
                and (query or {}).items() <= request.params.items()
                and _lower(headers or {}).items() <= request.headers.items()
                and (body is _ANYTHING or _same(body, request.body))
            ]
        )

    def assert_called_once_with(
        self, operation: str | None = None, **wanted: Any
    ) -> RecordedRequest:
        """The one request that `matching` finds.

        Raises:
            AssertionError: there is none, or more than one.
        """
        __tracebackhide__ = True
        self.assert_call_count(1, operation, **wanted)
        return self.matching(operation, **wanted).last

    def assert_not_called(self, operation: str | None = None, **wanted: Any) -> None:
        """Hold that `matching` finds nothing.

        Raises:
            AssertionError: it finds a request.
        """
        __tracebackhide__ = True
        self.assert_call_count(0, operation, **wanted)

    def assert_call_count(self, count: int, operation: str | None = None, **wanted: Any) -> None:
        """Hold that `matching` finds so many requests.

        Raises:
            AssertionError: it finds more or fewer.
        """
        __tracebackhide__ = True
        found = self.matching(operation, **wanted)
        if len(found) == count:
            return
        criteria = [operation or "any operation"]
        criteria += [f"{name}={value!r}" for name, value in wanted.items()]
        lines = [f"  {request}" for request in self._asked[-_SHOWN:]] or ["  none"]
        left = len(self._asked) - _SHOWN
        raise AssertionError(
            f"{len(found)} of {len(self._asked)} requests match {', '.join(criteria)}; expected {count}.\n"
            + (f"The last {_SHOWN}:\n" if left > 0 else "All requests:\n")
            + "\n".join(lines)
        )


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _same(wanted: Any, body: str) -> bool:
    if wanted is None or body == "":
        return body == "" and wanted in (None, "")
    try:
        return bool(json.loads(body) == wanted) or body == wanted
    except json.JSONDecodeError:
        return bool(body == wanted)
