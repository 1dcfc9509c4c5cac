"""Probes of offers: they see the sandbox keep each promise, and see it broken by a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ccaas_kit.probes.offers import messages, offers, transfers
from ccaas_kit.probes.offers import terms as offer_terms
from ccaas_kit.sandbox.http.messages import Reply, Request
from ccaas_kit.sandbox.instance.instance import Instance
from tests.conformance.probes import bed, offer_faults
from tests.conformance.probes.bed import Fault
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.offer_faults import (
    AWAY,
    CONSUMER,
    DESK,
    INSIDE,
    PRESENCE,
    THIRD,
    VOICE,
    changes,
    gives_status,
    parts,
    refuses,
    takes,
    terms,
)

OFFER = "offerWork"
SCHEMAS = "#/components/schemas/"
ITEM = f"{SCHEMAS}WorkItem/properties/"
AGENTS = (DESK, VOICE, THIRD)


def _to(agent: str) -> Callable[[dict[str, Any]], bool]:
    return lambda body: terms(body).get("agent_sys_id") == agent


def _shows(field: str, value: str) -> dict[str, Any]:
    return {"fault": changes(lambda result: result.get("work_item", {}).update({field: value}))}


def _tasks_are_unknown(request: Request, reply: Reply) -> Reply:
    return bed.with_status(reply, 404) if "/documents/task/" in request.path else reply


def _names_the_desk(body: dict[str, Any]) -> None:
    if terms(body).get("agent_sys_id") in AGENTS:
        terms(body)["agent_sys_id"] = DESK


# A probe, the node that it looks at if that matters, and what breaks the promise.
FAULTS: list[tuple[str, str, dict[str, Any]]] = [
    ("offer-taken", "", {"fault": refuses(offer_faults.always)}),
    ("offer-taken", "", _shows("sys_id", "")),
    ("offer-answers-200", "", {"fault": gives_status(200, 201)}),
    ("offer-echo", f"{ITEM}display_name", _shows("display_name", "Interaction")),
    ("offer-echo", f"{ITEM}document_id", _shows("document_id", "a" * 32)),
    ("offer-echo", f"{ITEM}document_table", _shows("document_table", "task")),
    ("offer-echo", f"{ITEM}queue", _shows("queue", "a" * 32)),
    ("offer-named-agent", "", {"tamper": offer_faults.reads_as(_names_the_desk)}),
    ("offer-assigned-to", "", {"fault": offer_faults.changes_message(DESK, VOICE)}),
    ("offer-task", "", {"fault": _tasks_are_unknown}),
    ("offer-no-document", "", {"fault": gives_status(404, 409)}),
    ("offer-no-table", "", {"fault": gives_status(404, 400)}),
    ("offer-no-queue", "", {"fault": gives_status(404, 409)}),
    (
        "offer-unknown-agent",
        "",
        {"fault": takes(lambda body: terms(body).get("agent_sys_id") not in AGENTS)},
    ),
    ("offer-plain-user", "", {"fault": takes(_to(CONSUMER))}),
    ("offer-inside-agent", "", {"fault": takes(_to(INSIDE))}),
    ("offer-away-agent", "", {"fault": takes(_to(AWAY))}),
    (
        "offer-no-work-item",
        "",
        {"fault": changes(lambda result: result.update(work_item={"a": 1}))},
    ),
    (
        "offer-external-queue",
        "",
        {"fault": refuses(lambda body: body.get("queue_id") == "calls-en", status=404)},
    ),
    ("offer-queue-text", "", {"fault": refuses(lambda body: body.get("queue_id") == "calls-en")}),
    ("offer-segment", "", {"fault": refuses(lambda body: "external_segment_id" in body)}),
    (
        "offer-neither-form",
        "",
        {"fault": takes(lambda body: "assignment" not in body and "transfer" not in body)},
    ),
]


@pytest.mark.parametrize(
    ("name", "pointer"), dict.fromkeys((name, pointer) for name, pointer, _ in FAULTS)
)
def test_the_sandbox_keeps_it(target: Targets, name: str, pointer: str) -> None:
    bed.conforms(target(), name, OFFER, pointer)


@pytest.mark.parametrize(("name", "pointer", "settings"), FAULTS)
def test_a_fault_breaks_it(
    target: Targets, name: str, pointer: str, settings: dict[str, Any]
) -> None:
    bed.violates(target(**settings), name, OFFER, pointer)


# The parts that are required, and how a body looks that misses one.
NEEDED: list[tuple[str, Callable[[dict[str, Any]], bool]]] = [
    (
        "OfferAssignmentRequest/properties/assignment",
        lambda body: "queue_id" in body and "assignment" not in body,
    ),
    (
        "OfferAssignmentRequest/properties/queue_id",
        lambda body: "assignment" in body and "queue_id" not in body,
    ),
    (
        "OfferAssignment/properties/agent_sys_id",
        lambda body: "assignment" in body and "agent_sys_id" not in terms(body),
    ),
    ("OfferTransferRequest/properties/transfer", lambda body: "target_id" in body),
    *(
        (
            f"OfferTransfer/properties/{name}",
            lambda body, name=name: bool(parts(body)) and name not in parts(body),
        )
        for name in ("source_queue_id", "target_id", "target_type", "transfer_type")
    ),
]


@pytest.mark.parametrize(("place", "lacks"), NEEDED)
def test_a_required_part(
    target: Targets, place: str, lacks: Callable[[dict[str, Any]], bool]
) -> None:
    pointer = f"{SCHEMAS}{place}"

    bed.conforms(target(), "offer-needs", OFFER, pointer)

    bed.violates(target(fault=takes(lacks)), "offer-needs", OFFER, pointer)


def test_every_probe_is_tested() -> None:
    elsewhere = (*messages.PROBES, *offer_terms.PROBES, *transfers.PROBES)
    named = {probe.name for probe in offers.PROBES} - {probe.name for probe in elsewhere}

    tested = {name for name, _, _ in FAULTS} | {"offer-needs"}

    assert tested == named


def _everybody_is_away(instance: Instance) -> None:
    for agent in AGENTS:
        instance.store.update("sys_user", agent, {"presence": PRESENCE})


@pytest.mark.parametrize("name", ["offer-taken", "offer-plain-user", "offer-no-queue"])
def test_agents_who_take_no_work_show_nothing(target: Targets, name: str) -> None:
    opinion = bed.unverified(target(prepare=_everybody_is_away), name, OFFER)

    assert opinion.detail == "the known agents take no work now"


def _desk_is_away(instance: Instance) -> None:
    instance.store.update("sys_user", DESK, {"presence": PRESENCE})


def test_the_first_agent_who_takes_work_serves(target: Targets) -> None:
    bed.conforms(target(prepare=_desk_is_away), "offer-named-agent", OFFER)


def test_a_refusal_for_another_reason_shows_nothing(target: Targets) -> None:
    fault = refuses(_to(CONSUMER), status=409, message="Document is not active")

    bed.unverified(target(fault=fault), "offer-plain-user", OFFER)


def test_a_queue_may_come_back_by_its_other_name(target: Targets) -> None:
    seen = target(**_shows("queue", "calls-en"))

    bed.unverified(seen, "offer-echo", OFFER, f"{ITEM}queue")


def test_a_task_that_is_looked_at_last_shows_nothing(target: Targets) -> None:
    fault: Fault = refuses(_to(CONSUMER), status=409)

    bed.unverified(target(fault=fault), "offer-task", OFFER)


def test_a_user_who_may_not_offer_is_barred(target: Targets) -> None:
    environment = {"SN_USERNAME": "interaction_integration_user"}
    environment["SN_PASSWORD"] = environment["SN_USERNAME"]

    bed.blocked(target(environment=environment), "offer-taken", OFFER)


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("offer-external-queue", "external_queues"),
        ("offer-away-agent", "away_agents"),
        ("offer-task", "tasks"),
    ],
)
def test_what_is_not_known_is_barred(target: Targets, name: str, missing: str) -> None:
    bed.blocked(target(known={missing: None}), name, OFFER)


def test_nothing_is_left_with_an_agent(target: Targets) -> None:
    seen = target()

    bed.conforms(seen, "offer-named-agent", OFFER)

    created = seen.seen("createInteraction")
    closed = [each for each in seen.seen("closeInteraction") if each.status == 200]
    assert len(created) == len(closed) == 4
