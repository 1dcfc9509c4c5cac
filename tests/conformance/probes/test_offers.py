"""Probes of offers: they see the sandbox keep each promise, and see it broken by a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ccaas_kit.probes.offers import offers, refusals, transfers
from ccaas_kit.probes.offers import terms as offer_terms
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.instance.instance import Instance
from tests.conformance.probes import bed, offer_faults
from tests.conformance.probes.bed import Fault
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.faults import of_latest
from tests.conformance.probes.offer_faults import (
    CALLS,
    CHATS,
    CONSUMER,
    DESK,
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
from tests.looping import every

OFFER = "offerWork"
SCHEMAS = "#/components/schemas/"
ITEM = f"{SCHEMAS}WorkItem/properties/"
TERMS = f"{SCHEMAS}OfferAssignment/properties/"
AGENTS = (DESK, VOICE, THIRD)


def _to(agent: str) -> Callable[[dict[str, Any]], bool]:
    return lambda body: terms(body).get("agent_sys_id") == agent


def _shows(field: str, value: str) -> dict[str, Any]:
    return {"fault": changes(lambda result: result.get("work_item", {}).update({field: value}))}


def _tasks_are_unknown(request: Request, response: Response) -> Response:
    return bed.with_status(response, 404) if "/documents/task/" in request.path else response


def _no_task_at_a_version(request: Request, response: Response) -> Response:
    """What the platform answers where nothing is: no task is a document there."""
    if "/v1/awa/documents/task/" not in request.path:
        return response
    error = {"message": "Requested URI does not represent any resource", "detail": None}
    return bed.with_json(bed.with_status(response, 400), lambda _: {"error": error})


def _names_the_desk(body: dict[str, Any]) -> None:
    if terms(body).get("agent_sys_id") in AGENTS:
        terms(body)["agent_sys_id"] = DESK


def _another_time(request: Request, response: Response) -> Response:
    def change(body: Any) -> None:
        for record in body["result"]:
            record["offered_on"] = "2020-01-01 00:00:00"

    is_read = request.path.endswith("/table/awa_work_item")
    return bed.with_json(response, change) if is_read else response


def _another_name_at_a_version(request: Request, response: Response) -> Response:
    change = changes(lambda result: result.get("work_item", {}).update(display_name="Interaction"))
    return change(request, response) if request.path.startswith("/api/now/v") else response


# A probe, the node that it looks at if that matters, and what breaks the promise.
FAULTS: list[tuple[str, str, dict[str, Any]]] = [
    ("offer-taken", "", {"fault": refuses(offer_faults.always)}),
    ("offer-taken", "", _shows("sys_id", "")),
    ("offer-answers-200", "", {"fault": gives_status(200, 201)}),
    ("offer-answers-200", "", {"fault": gives_status(200, 202, lambda body: bool(parts(body)))}),
    ("offer-item-record", f"{ITEM}sys_id", {**_shows("sys_id", "a" * 32), "tables": True}),
    ("offer-time-kept", f"{TERMS}offered_on", {"fault": _another_time, "tables": True}),
    ("offer-echo", f"{ITEM}display_name", _shows("display_name", "Interaction")),
    ("offer-echo", f"{ITEM}document_id", _shows("document_id", "a" * 32)),
    ("offer-echo", f"{ITEM}document_id", of_latest(OFFER)),
    ("offer-echo", f"{ITEM}display_name", {"fault": _another_name_at_a_version}),
    ("offer-echo", f"{ITEM}document_table", _shows("document_table", "task")),
    ("offer-echo", f"{ITEM}queue", _shows("queue", "a" * 32)),
    (
        "offer-named-agent",
        "",
        {"tamper": offer_faults.reads_as(_names_the_desk), "tables": True},
    ),
    ("offer-assigned-to", "", {"fault": offer_faults.changes_message(DESK, VOICE)}),
    ("offer-task", "", {"fault": _tasks_are_unknown}),
    ("offer-task", "", {"fault": _no_task_at_a_version}),
    ("offer-no-table", "", {"fault": gives_status(404, 400)}),
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


@every(("name", "pointer"), dict.fromkeys((name, pointer) for name, pointer, _ in FAULTS))
def test_the_sandbox_keeps_it(target: Targets, name: str, pointer: str) -> None:
    bed.conforms(target(tables=True), name, OFFER, pointer)


@every(("name", "pointer", "settings"), FAULTS)
def test_a_fault_breaks_it(
    target: Targets, name: str, pointer: str, settings: dict[str, Any]
) -> None:
    bed.violates(target(**settings), name, OFFER, pointer)


def test_every_probe_is_tested() -> None:
    elsewhere = (*refusals.PROBES, *offer_terms.PROBES, *transfers.PROBES)
    named = {probe.name for probe in offers.PROBES} - {probe.name for probe in elsewhere}

    assert {name for name, _, _ in FAULTS} == named


def _everybody_is_away(instance: Instance) -> None:
    for agent in AGENTS:
        instance.store.update("sys_user", agent, {"presence": PRESENCE})


@pytest.mark.parametrize("name", ["offer-taken", "offer-plain-user", "offer-segment"])
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


@pytest.mark.parametrize("tables", [True, False])
def test_a_queue_may_come_back_by_its_other_name(target: Targets, tables: bool) -> None:
    names = {CALLS: "calls-en", CHATS: "chats-en"}
    fault = changes(lambda result: _renames(result.get("work_item", {}), names))
    seen = target(fault=fault, tables=tables)

    bed.conforms(seen, "offer-echo", OFFER, f"{ITEM}queue")


def test_the_other_name_of_another_queue_is_seen(target: Targets) -> None:
    names = {CALLS: "chats-en", CHATS: "calls-en"}
    fault = changes(lambda result: _renames(result.get("work_item", {}), names))

    bed.violates(target(fault=fault, tables=True), "offer-echo", OFFER, f"{ITEM}queue")


def _renames(item: dict[str, Any], names: dict[str, str]) -> None:
    if "queue" in item:
        item["queue"] = names.get(item["queue"], item["queue"])


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
    closed = [exchange for exchange in seen.seen("closeInteraction") if exchange.status == 200]
    assert len(created) == len(closed) == 4


def test_a_combination_that_cannot_tell_hides_no_other(target: Targets) -> None:
    """No answer tells a task from nothing in an assignment, and a transfer of a task gets 404."""

    def fault(request: Request, response: Response) -> Response:
        if not bed.is_of(request, OFFER) or "/task/" not in request.path:
            return response
        return bed.with_status(response, 404 if b"transfer" in request.body else 409)

    bed.violates(target(fault=fault), "offer-task", OFFER)
