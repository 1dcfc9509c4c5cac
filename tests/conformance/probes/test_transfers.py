"""Probes of transfers: they see the sandbox keep each promise, and see it broken by a fault."""

from __future__ import annotations

from typing import Any

import pytest

from ccaas_kit.probes.offers import transfers
from tests.conformance.probes import bed
from tests.conformance.probes.conftest import Targets
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

OFFER = "offerWork"


def _is_transfer(body: Body) -> bool:
    return bool(parts(body))


def _refuses_part(name: str, value: str) -> dict[str, Any]:
    return {"fault": refuses(lambda body: parts(body).get(name) == value)}


def _shows(field: str, value: str) -> dict[str, Any]:
    def change(result: Body) -> None:
        result.get("work_item", {}).update({field: value})

    return {"fault": changes(change, _is_transfer)}


def _stays_in_its_queue(body: Body) -> None:
    if _is_transfer(body):
        parts(body)["target_id"] = parts(body)["source_queue_id"]


def _assigns_first(body: Body) -> None:
    if "assignment" in body:
        body.pop("transfer", None)


# A probe, and what breaks its promise.
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("transfer-taken", {"fault": refuses(_is_transfer, status=404)}),
    ("transfer-taken", _shows("sys_id", "")),
    ("transfer-to-queue", {"tamper": reads_as(_stays_in_its_queue)}),
    ("transfer-to-queue", _shows("queue", "")),
    ("transfer-keeps-work-item", _shows("sys_id", "a" * 32)),
    ("transfer-external-source", _refuses_part("source_queue_id", "calls-en")),
    ("transfer-external-target", _refuses_part("target_id", "chats-en")),
    ("transfer-to-agent", _refuses_part("target_type", "agent")),
    ("transfer-target-types", _refuses_part("target_type", "queue")),
    ("transfer-target-types", _refuses_part("target_type", "agent")),
    ("transfer-types", _refuses_part("transfer_type", "consult")),
    ("transfer-wins", {"tamper": reads_as(_assigns_first)}),
    (
        "transfer-beside-terms",
        {"fault": refuses(lambda body: _is_transfer(body) and "assignment" in body)},
    ),
]


@pytest.mark.parametrize("name", dict.fromkeys(name for name, _ in FAULTS))
def test_the_sandbox_keeps_it(target: Targets, name: str) -> None:
    bed.conforms(target(), name, OFFER)


@pytest.mark.parametrize(("name", "settings"), FAULTS)
def test_a_fault_breaks_it(target: Targets, name: str, settings: dict[str, Any]) -> None:
    bed.violates(target(**settings), name, OFFER)


def test_every_probe_is_tested() -> None:
    assert {name for name, _ in FAULTS} == {probe.name for probe in transfers.PROBES}


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
