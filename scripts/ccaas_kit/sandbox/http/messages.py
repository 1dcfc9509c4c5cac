"""Requests and responses inside the sandbox, independent of the server.

Nobody changes one. They are not frozen because one of each is made for every request, which takes
three times as long where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Request:
    """One request; `path` and `query` are as they stood in the URL, header names are lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = "127.0.0.1"
    scheme: str = "http"


@dataclass(slots=True)
class Response:
    """One response, ready to be sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body that is JSON text already, such as a page of stored records."""

    text: str


@dataclass(slots=True)
class Outcome:
    """The result of a behavior: a status, and a JSON value or `Rendered` text as the body."""

    status: int
    body: Any
    headers: tuple[tuple[str, str], ...] = ()


class RefusalError(Exception):
    """Ends a behavior with a refusal; whatever it has written is taken back.

    The body is the value of a named example of the bundle, or is given whole.
    """

    def __init__(
        self,
        status: int,
        example: str | None = None,
        *,
        body: Any = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.status = status
        self.example = example
        self.body = body
        self.headers = headers
        super().__init__(example or status)
