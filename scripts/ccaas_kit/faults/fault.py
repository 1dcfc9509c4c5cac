"""One way of being wrong, and the call that it sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import orjson

from ccaas_kit.sandbox.contract import JSON
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.instance.instance import Instance

# Under what a fault remembers that it has acted otherwise than by what it passed on and answered.
ACTED = "acted"


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of the five APIs as a fault sees it.

    `operation` is the operationId, without the version of the URL; it is empty where the request
    leads to no operation. `kept` is what the fault remembers since it was switched on; it is the
    memory of one process. `pass_on` is the instance behind the fault, or the next fault.
    """

    request: Request
    operation: str
    values: Mapping[str, str]
    instance: Instance
    kept: dict[Any, Any]
    pass_on: Callable[[Request], Response] = field(repr=False)

    def response(self, request: Request | None = None) -> Response:
        """What the instance answers, to this request or to another one in its place."""
        return self.pass_on(request or self.request)

    def act(self) -> None:
        """Say that the fault has changed records, which neither request nor response shows."""
        self.kept[ACTED] = True

    @property
    def body(self) -> Any:
        """The JSON value of the request; None where it has none."""
        return json_of(self.request.body)

    @property
    def query(self) -> dict[str, str]:
        """The fields of the query."""
        return dict(parse_qsl(self.request.query, keep_blank_values=True))

    def with_body(self, value: Any) -> Request:
        """The request with another JSON body."""
        return replace(self.request, body=orjson.dumps(value))

    def with_headers(self, **headers: str | None) -> Request:
        """The request with other headers, or without those that are None; `_` stands for `-`."""
        changed = {**self.request.headers}
        for name, value in headers.items():
            changed.pop(name.replace("_", "-"), None)
            if value is not None:
                changed[name.replace("_", "-")] = value
        return replace(self.request, headers=changed)


Behave = Callable[[Asked], Response]


@dataclass(frozen=True, slots=True)
class Fault:
    """One way of being wrong: what it does, in words, the clauses that it breaks, and how it answers.

    Without clauses it is a variant: another way of being right. One that a rule has derived names the
    rule and the operation, and in `alters` the part of the calls that it changes, `createContact/201/result`;
    faults that alter different parts can be on together. Of the clauses that it breaks `beside` are those
    that many other faults of the operation break as well. `form` is that of the calls, where it is there in one
    form only.
    """

    name: str
    says: str
    breaks: tuple[str, ...]
    behave: Behave = field(repr=False)
    rule: str = ""
    operation: str = ""
    alters: str = ""
    beside: tuple[str, ...] = ()
    form: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it changes whole calls, and not a part of them."""
        return "/" not in self.alters


def json_of(raw: bytes) -> Any:
    """The value of a JSON text; None where it is none."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


def is_json(response: Response) -> bool:
    """Whether a response says that its body is JSON, and is not compressed."""
    kind = header_of(response, "content-type")
    plain = not header_of(response, "content-encoding")
    return bool(response.body) and kind.startswith(JSON) and plain


def header_of(response: Response, name: str) -> str:
    """The value of a header; empty where the response has none of the name."""
    return next((value for header, value in response.headers if header.casefold() == name), "")
