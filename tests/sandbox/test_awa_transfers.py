"""offerWork: transfers to agents and queues."""

from __future__ import annotations

from typing import Any

import pytest

from tests.looping import every
from tests.sandbox.awa import (
    AWAY,
    CALLS,
    CHATS,
    DESK,
    INSIDE,
    NOBODY,
    NOT_AVAILABLE,
    PRESENCE_AVAILABLE,
    PRESENCE_AWAY,
    TRANSFERRED,
    VOICE,
    assignment,
    item,
    items,
    later,
    offer,
    presence,
    refused,
    transfer,
)
from tests.sandbox.conftest import Caller


@pytest.mark.parametrize("kind", ["blind", "consult"])
def test_transfer_to_an_agent_offers_them_the_same_work_item(sandbox: Caller, kind: str) -> None:
    first = offer(sandbox, assignment()).result["work_item"]

    moved = offer(sandbox, transfer(transfer_type=kind))

    assert moved.status == 200
    assert moved.result == {"work_item": first, "success": True, "message": TRANSFERRED}
    assert (item(sandbox)["assigned_to"], item(sandbox)["state"]) == (VOICE, "offered")


@pytest.mark.parametrize("kind", ["blind", "consult"])
@pytest.mark.parametrize("queue", [CHATS, "chats-en"], ids=["sys_id", "external"])
def test_transfer_to_a_queue_takes_the_work_from_the_agent(
    sandbox: Caller, kind: str, queue: str
) -> None:
    first = offer(sandbox, assignment()).result["work_item"]
    body = transfer(target_type="queue", target_id=queue, transfer_type=kind)

    moved = offer(sandbox, body)

    assert moved.result["work_item"] == {**first, "queue": queue}
    work_item = item(sandbox)
    assert (work_item["queue"], work_item["assigned_to"], work_item["state"]) == (
        CHATS,
        "",
        "queued",
    )


@pytest.mark.parametrize("source", [CALLS, "calls-en"], ids=["sys_id", "external"])
def test_transfer_without_a_work_item_makes_one_in_the_source_queue(
    sandbox: Caller, source: str
) -> None:
    moved = offer(sandbox, transfer(source_queue_id=source))

    assert moved.status == 200
    assert moved.result["work_item"]["sys_id"] == "bfa3a27e87bd5210be070d48dabb3588"
    assert moved.result["work_item"]["queue"] == source
    assert (item(sandbox)["queue"], item(sandbox)["assigned_to"]) == (CALLS, VOICE)


def test_source_queue_does_not_move_a_work_item_that_is_there(sandbox: Caller) -> None:
    offer(sandbox, assignment())

    moved = offer(sandbox, transfer(source_queue_id="chats-en"))

    assert moved.result["work_item"]["queue"] == CALLS
    assert item(sandbox)["queue"] == CALLS


def test_accepted_work_can_be_transferred(sandbox: Caller) -> None:
    offer(sandbox, assignment(enable_auto_assign=True))

    assert offer(sandbox, transfer()).status == 200
    assert (item(sandbox)["assigned_to"], item(sandbox)["state"]) == (VOICE, "offered")


def test_work_can_be_transferred_to_who_has_it(sandbox: Caller) -> None:
    offer(sandbox, transfer(transfer_type="blind"))

    assert offer(sandbox, transfer(transfer_type="consult")).status == 200


def test_transfer_ends_the_terms_of_the_offer_before(sandbox: Caller) -> None:
    offer(sandbox, assignment(timeout=30, after_timeout_presence=PRESENCE_AWAY))
    offer(sandbox, transfer())
    later(sandbox, 60)

    held_by_voice = f"Work Item is already assigned to {VOICE}"
    refused(offer(sandbox, assignment()), 409, held_by_voice)
    assert presence(sandbox, DESK) == PRESENCE_AVAILABLE


def test_transfer_carries_its_own_segment(sandbox: Caller) -> None:
    offer(sandbox, {**assignment(), "external_segment_id": "one"})

    offer(sandbox, {**transfer(), "external_segment_id": "two"})

    assert item(sandbox)["external_segment_id"] == "two"


@every(
    ("parts", "message"),
    [
        (
            {"target_id": AWAY, "transfer_type": "blind"},
            "Transfer failed - couldn't blind transfer to agent",
        ),
        ({"target_id": AWAY, "transfer_type": "consult"}, NOT_AVAILABLE),
        ({"target_id": NOBODY}, f"{NOBODY} is not a valid agent"),
        ({"target_id": "voice"}, "voice is not a valid agent"),
        ({"target_id": CALLS}, f"{CALLS} is not a valid agent"),
        ({"target_id": INSIDE}, "The user does not have the 'awa_external_user' role"),
    ],
    ids=["blind-away", "consult-away", "nobody", "malformed", "a-queue", "inside"],
)
def test_transfer_to_an_agent_who_cannot_get_work_is_refused(
    sandbox: Caller, parts: dict[str, Any], message: str
) -> None:
    refused(offer(sandbox, transfer(**parts)), 409, message)
    assert items(sandbox) == []


def test_refused_transfer_leaves_the_work_where_it_is(sandbox: Caller) -> None:
    offer(sandbox, assignment())
    before = item(sandbox)

    offer(sandbox, transfer(target_id=AWAY))

    assert item(sandbox) == before


@pytest.mark.parametrize(
    "beside",
    [
        {"agent_sys_id": DESK},
        {"timeout": 30},
        {"timeout": -1, "enable_auto_assign": "maybe"},
        "nothing",
    ],
    ids=["whole", "part", "wrong", "no-object"],
)
def test_transfer_wins_over_an_assignment_beside_it(sandbox: Caller, beside: Any) -> None:
    body = {"queue_id": CHATS, "assignment": beside, **transfer()}

    answered = offer(sandbox, body)

    assert answered.result["message"] == TRANSFERRED
    assert (item(sandbox)["assigned_to"], item(sandbox)["queue"]) == (VOICE, CALLS)
    assert (item(sandbox)["timeout"], item(sandbox)["enable_auto_assign"]) == ("", "false")


def test_broken_transfer_is_not_saved_by_a_whole_assignment(sandbox: Caller) -> None:
    body = {**assignment(), **transfer(target_type="team")}

    assert offer(sandbox, body).status == 400
