"""Scripted responses: the next calls of an operation get the response that a script describes.

A script counts the calls of its operation, in the database, so that it counts right with several
processes as well. Of several scripts the first one that is not used up counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson

from ccaas_kit.contract import pointers
from ccaas_kit.contract.arguments import nearest
from ccaas_kit.contract.errors import ConfigError, DefectError
from ccaas_kit.sandbox.contract import JSON, Contract
from ccaas_kit.sandbox.http.messages import Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.turns import Pace

# The fact that holds the scripts.
FACT = "scripts"
_COUNTER = "script"
# So that a client that gets Retry-After need not wait in a test.
_SOON = ("Retry-After", "1")
_NO_BODY = (204, 304)


@dataclass(frozen=True, slots=True)
class Script:
    """Which calls the script responds to, and how.

    Without an `operation` it is about every call. The first `after` calls pass, the next `times`
    are answered; None is all of them. Without a `status` the instance answers, after the delay. A
    call that is `served` does what it is for, and then gets what the script says.
    """

    number: int
    operation: str | None = None
    status: int | None = None
    times: int | None = 1
    after: int = 0
    delay_s: float = 0.0
    reset: bool = False
    served: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def counter(self) -> str:
        """The counter of the calls that it has seen."""
        return f"{_COUNTER}:{self.number}"

    @property
    def reaches(self) -> bool:
        """Whether the instance serves the call."""
        return self.served or (self.status is None and not self.reset)

    def acts(self, call: int) -> bool:
        """Whether it responds to the call of this number."""
        return call > self.after and (self.times is None or call <= self.after + self.times)


def add(instance: Instance, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Script responses; what was wanted has the form that the control asks for.

    Raises:
        ConfigError: there is no such operation, or nothing is to be done.
    """
    operation = wanted.get("operation")
    known = instance.contract.bases()
    if operation is not None and operation not in known:
        fix = nearest(operation, known, f"Choose from: {', '.join(known)}")
        raise ConfigError(f"there is no operation '{operation}'", where="operation", fix=fix)
    if not any(wanted.get(name) for name in ("status", "delay_s", "reset")):
        raise ConfigError("the script does nothing", fix="Send one of status, delay_s and reset")
    if wanted.get("reset") and "status" in wanted:
        raise ConfigError("a connection that is reset brings no status", fix="Send one of the two")
    if "status" not in wanted and (wanted.keys() & {"headers", "body"}):
        raise ConfigError("headers and body belong to a status", fix="Send status as well")
    number = instance.store.counters.next(_COUNTER)
    instance.change(FACT, [*instance.scripts, {**wanted, "number": number}])
    return listed(instance)[-1]


def clear(instance: Instance) -> None:
    """Script nothing."""
    instance.change(FACT, [])


def listed(instance: Instance) -> list[dict[str, Any]]:
    """The scripts, each with the number of calls that it has responded to."""
    found = []
    for stored in instance.scripts:
        script = Script(**stored)
        seen = max(0, instance.store.counters.counted(script.counter) - script.after)
        responses = seen if script.times is None else min(seen, script.times)
        found.append({**stored, "call_count": responses})
    return found


def of(instance: Instance, operation: str) -> Script | None:
    """The script that responds to this call of an operation, if there is one; the call is counted."""
    # A request that was postponed has been counted.
    is_counted = instance.store.turn.pace is Pace.BESIDE
    for stored in instance.scripts:
        script = Script(**stored)
        if script.operation not in (None, operation):
            continue
        counters = instance.store.counters
        call = counters.counted(script.counter) if is_counted else counters.next(script.counter)
        if script.acts(call):
            return script
    return None


def response(
    script: Script, contract: Contract, operation: str, served: Response | None
) -> Response:
    """The response of a script: the documented one of its status, unless the script says more, or else what was served.

    Where the connection is reset, nothing of it is sent.
    """
    if script.reset:
        return Response(0, (), b"")
    if script.status is None:
        if served is None:
            raise DefectError("a script without a status has nothing to respond")
        return served
    status, asked = script.status, {name.casefold() for name in script.headers}
    documented = _documented(contract, operation, status)
    body = script.body if script.body is not None else documented.body
    raw = (
        b""
        if status in _NO_BODY
        else body.encode()
        if isinstance(body, str)
        else orjson.dumps(body)
    )
    plain = render(status, raw)
    headers = [
        header
        for header in (*plain.headers, *documented.headers)
        if header[0].casefold() not in asked
    ]
    return Response(status, (*headers, *script.headers.items()), plain.body)


@dataclass(frozen=True, slots=True)
class _Documented:
    body: Any
    headers: tuple[tuple[str, str], ...]


def _documented(contract: Contract, operation: str, status: int) -> _Documented:
    """What the contract shows for a status; the platform's envelope where the operation does not list it."""
    found = contract.by_id.get(operation)
    if found is not None and status in found.responses:
        node = contract.document["paths"][found.path][found.method.lower()]["responses"]
        spec = pointers.follow(contract.document, node[str(status)])
        headers = tuple(_headers(contract, spec))
        example = next(iter(spec["content"][JSON]["examples"].values()))
        return _Documented(pointers.follow(contract.document, example)["value"], headers)
    phrase = HTTPStatus(status).phrase if status in {*HTTPStatus} else "Error"
    return _Documented({"error": {"message": phrase, "detail": None}, "status": "failure"}, ())


def _headers(contract: Contract, spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, header in spec.get("headers", {}).items():
        node = pointers.follow(contract.document, header)
        if name == _SOON[0]:
            yield _SOON
            continue
        schema = pointers.follow(contract.document, node["schema"])
        yield name, str(schema.get("const", next(iter(schema.get("examples", ("",))))))
