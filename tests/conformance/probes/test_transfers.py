"""Probes of transfers: they see the sandbox keep each promise, and see it broken by a fault."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ccaas_kit.probes.offers import transfers
from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.faults import is_from
from tests.conformance.probes.offer_faults import (
    CALLS,
    CHATS,
    DESK,
    Body,
    changes,
    parts,
    reads_as,
    refuses,
    terms,
)
from tests.looping import every

OFFER = "offerWork"
POINTERS = {"transfer-values": "#/components/schemas/OfferTransfer/properties/transfer_type"}


def _is_transfer(body: Body) -> bool:
    return bool(parts(body))


def _refuses_part(name: str, value: str) -> dict[str, Any]:
    return {"fault": refuses(lambda body: parts(body).get(name) == value)}


def _refuses_term(name: str) -> dict[str, Any]:
    return {"fault": refuses(lambda body: _is_transfer(body) and name in terms(body))}


def _shows(field: str, value: str) -> dict[str, Any]:
    def change(result: Body) -> None:
        result.get("work_item", {}).update({field: value})

    return {"fault": changes(change, _is_transfer)}


def _stays_in_its_queue(body: Body) -> None:
    if _is_transfer(body):
        parts(body)["target_id"] = parts(body)["source_queue_id"]


def _stays_in_xml(request: Request) -> Request:
    target, source = f">{CHATS}</target_id>".encode(), f">{CALLS}</target_id>".encode()
    return replace(request, body=request.body.replace(target, source))


def _assigns_first(body: Body) -> None:
    if "assignment" in body:
        body.pop("transfer", None)


def _stays_with_desk(body: Body) -> None:
    if _is_transfer(body):
        parts(body).update(target_id=DESK, target_type="agent")


def _is_consult_of_agent(body: Body) -> bool:
    return parts(body).get("transfer_type") == "consult" and parts(body)["target_type"] == "agent"


def _says(message: str) -> dict[str, Any]:
    return {"fault": changes(lambda result: result.update(message=message), _is_transfer)}


# A probe, and what breaks its promise.
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("transfer-taken", {"fault": refuses(_is_transfer, status=404)}),
    ("transfer-taken", _shows("sys_id", "")),
    ("transfer-to-queue", {"tamper": reads_as(_stays_in_its_queue)}),
    ("transfer-to-queue", _shows("queue", "")),
    ("transfer-to-queue", {"tamper": _stays_in_xml}),
    ("transfer-keeps-work-item", _shows("sys_id", "a" * 32)),
    ("transfer-from-source", _shows("queue", CHATS)),
    ("transfer-external-source", _refuses_part("source_queue_id", "calls-en")),
    ("transfer-external-target", _refuses_part("target_id", "chats-en")),
    ("transfer-external-target", _shows("queue", CALLS)),
    ("transfer-to-agent", _refuses_part("target_type", "agent")),
    ("transfer-moves-to-agent", {"tamper": reads_as(_stays_with_desk)}),
    ("transfer-leaves-agent", {"tamper": reads_as(_stays_with_desk)}),
    ("transfer-values", _refuses_part("target_type", "queue")),
    ("transfer-values", _refuses_part("target_type", "agent")),
    ("transfer-values", _refuses_part("transfer_type", "consult")),
    ("transfer-values", {"fault": refuses(_is_consult_of_agent)}),
    ("transfer-message", _says("Work is transferred")),
    ("transfer-wins", {"tamper": reads_as(_assigns_first)}),
    (
        "transfer-beside-terms",
        {"fault": refuses(lambda body: _is_transfer(body) and "assignment" in body)},
    ),
    ("transfer-beside-terms", _refuses_term("after_timeout_presence")),
    ("transfer-beside-terms", _refuses_term("offered_on")),
]


@every("name", dict.fromkeys(name for name, _ in FAULTS))
def test_the_sandbox_keeps_it(target: Targets, name: str) -> None:
    bed.conforms(target(tables=True), name, OFFER, POINTERS.get(name, ""))


@every(("name", "settings"), FAULTS)
def test_a_fault_breaks_it(target: Targets, name: str, settings: dict[str, Any]) -> None:
    bed.violates(target(tables=True, **settings), name, OFFER, POINTERS.get(name, ""))


@pytest.mark.parametrize("role", [0, 1])
def test_either_role_transfers(target: Targets, role: int) -> None:
    pointer = f"{bed.contract().by_id[OFFER].pointer}/x-sn-roles/{role}"
    user = ("awa_manager", "awa_integration_user")[role]
    refuse = refuses(_is_transfer, status=403)

    def fault(request: Request, response: Response) -> Response:
        return refuse(request, response) if is_from(user)(request, response) else response

    bed.conforms(target(), "transfer-role", OFFER, pointer)
    bed.violates(target(fault=fault), "transfer-role", OFFER, pointer)


def test_agents_who_are_called_away_for_held_work_only_are_not(target: Targets) -> None:
    assigned_paths: set[str] = set()

    def fault(request: Request, response: Response) -> Response:
        is_held = request.path in assigned_paths
        assigned_paths.update({request.path} if b"agent_sys_id" in request.body else ())
        failed = "Transfer failed - couldn't blind transfer to agent"
        to_agent = refuses(_is_blind_to_agent, status=409, message=failed)
        return to_agent(request, response) if is_held else response

    seen = target(fault=fault)

    bed.violates(seen, "transfer-values", OFFER, POINTERS["transfer-values"])


def _is_blind_to_agent(body: Body) -> bool:
    return parts(body).get("transfer_type") == "blind" and parts(body)["target_type"] == "agent"


def test_every_probe_is_tested() -> None:
    named = {probe.name for probe in transfers.PROBES}

    assert {name for name, _ in FAULTS} | {"transfer-role"} == named


def test_the_queue_may_come_back_by_its_other_name(target: Targets) -> None:
    names = {CALLS: "calls-en", CHATS: "chats-en"}

    def rename(result: Body) -> None:
        item = result.get("work_item", {})
        item.update(queue=names.get(item.get("queue"), ""))

    bed.conforms(target(fault=changes(rename)), "transfer-to-queue", OFFER)


def test_a_transfer_to_queues_needs_no_agent(target: Targets) -> None:
    seen = target(fault=refuses(lambda body: "assignment" in body))

    bed.conforms(seen, "transfer-taken", OFFER)


def test_one_agent_shows_nothing_of_who_wins(target: Targets) -> None:
    seen = target(fault=refuses(lambda body: terms(body).get("agent_sys_id") not in (None, DESK)))

    bed.unverified(seen, "transfer-wins", OFFER)


def test_one_queue_shows_no_transfer(target: Targets) -> None:
    bed.blocked(target(known={"queues": (CALLS,)}), "transfer-to-queue", OFFER)
