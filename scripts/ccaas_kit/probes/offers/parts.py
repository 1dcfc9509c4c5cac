"""Parts of an offer or a transfer: each that is required is missed, and nothing else is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.offers import answers, calls, transfers
from ccaas_kit.probes.probing import Probe, Probing, shown

_Body = dict[str, Any]


def _needed(probing: Probing, subject: Subject) -> str:
    name = subject.field
    body = _WITHOUT[name](probing)
    exchange = calls.send_refusable(probing, body)
    answers.expect_refused(probing, exchange, f"a refusal of a body without {name}")
    return f"without {name}: {shown(exchange)}"


def _neither_form(probing: Probing, _: Subject) -> str:
    calls.agent(probing)
    for body in ({}, {"external_segment_id": "conformance-probe"}):
        exchange = calls.send_refusable(probing, body)
        answers.expect_refused(probing, exchange, "a refusal of a body of neither form")
    return "an empty body, and one with a segment id alone, are refused"


def _assignment_without(name: str) -> Callable[[Probing], _Body]:
    return lambda probing: _omit(calls.assignment(probing), name)


def _agent_missing(probing: Probing) -> _Body:
    body = calls.assignment(probing)
    return {**body, "assignment": _omit(body["assignment"], "agent_sys_id")}


def _transfer_without(name: str) -> Callable[[Probing], _Body]:
    def body(probing: Probing) -> _Body:
        transfers.require_working(probing)
        return {"transfer": _omit(calls.transfer(probing)["transfer"], name)}

    return body


def _transfer_missing(probing: Probing) -> _Body:
    transfers.require_working(probing)
    parts: _Body = calls.transfer(probing)["transfer"]
    return parts


def _omit(whole: Mapping[str, Any], name: str) -> _Body:
    return {key: value for key, value in whole.items() if key != name}


_WITHOUT: Mapping[str, Callable[[Probing], _Body]] = {
    "assignment": _assignment_without("assignment"),
    "queue_id": _assignment_without("queue_id"),
    "agent_sys_id": _agent_missing,
    "transfer": _transfer_missing,
    "source_queue_id": _transfer_without("source_queue_id"),
    "target_id": _transfer_without("target_id"),
    "target_type": _transfer_without("target_type"),
    "transfer_type": _transfer_without("transfer_type"),
}

PROBES: tuple[Probe, ...] = (
    Probe("offer-needs", "a body that misses a required part is refused", _needed),
    Probe("offer-neither-form", "a body of neither form is refused", _neither_form),
)
