"""offerWork: the queue and the agent of an offer, and the work item that comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ccaas_kit.sandbox.instance import seed
from tests.looping import every
from tests.sandbox.awa import (
    ACCEPTED,
    AWAY,
    CALLS,
    CHATS,
    CONTACT,
    DESK,
    HELD_BY_DESK,
    INSIDE,
    NO_RECORD,
    NOBODY,
    NOT_AVAILABLE,
    PRESENCE_AVAILABLE,
    TASK,
    VOICE,
    assignment,
    item,
    items,
    offer,
    path,
    refused,
    transfer,
)
from tests.sandbox.conftest import Caller


@pytest.mark.parametrize("queue", [CALLS, "calls-en"], ids=["sys_id", "external"])
def test_queue_comes_back_as_it_was_named(sandbox: Caller, queue: str) -> None:
    answered = offer(sandbox, {**assignment(), "queue_id": queue})

    assert answered.result["work_item"]["queue"] == queue
    assert item(sandbox)["queue"] == CALLS


@every("queue", [NOBODY, "calls-fr", "CALLS-EN"])
@every(
    "body",
    [
        lambda queue: {**assignment(), "queue_id": queue},
        lambda queue: transfer(source_queue_id=queue),
        lambda queue: transfer(target_type="queue", target_id=queue),
    ],
    ids=["queue_id", "source_queue_id", "target_id"],
)
def test_unknown_queue_is_not_found(sandbox: Caller, body: Any, queue: str) -> None:
    answered = offer(sandbox, body(queue))

    assert (answered.status, answered.json) == (404, NO_RECORD)
    assert items(sandbox) == []


def test_hidden_queue_is_not_found(sandbox: Caller) -> None:
    document = seed.load()
    document["hidden"][CALLS] = "sees_all"
    sandbox.instance.load_seed(document)

    refused_one = sandbox("POST", path(), assignment(), user="awa_manager")

    assert (refused_one.status, refused_one.json) == (404, NO_RECORD)
    assert offer(sandbox, assignment()).status == 200


@every(
    ("agent", "message"),
    [
        (NOBODY, f"{NOBODY} is not a valid agent"),
        (CONTACT, f"{CONTACT} is not a valid agent"),
        ("desk", "desk is not a valid agent"),
        ("", " is not a valid agent"),
        (INSIDE, "The user does not have the 'awa_external_user' role"),
        (AWAY, NOT_AVAILABLE),
    ],
    ids=["nobody", "contact", "malformed", "empty", "inside", "away"],
)
def test_agent_who_cannot_get_work_is_refused(sandbox: Caller, agent: str, message: str) -> None:
    refused(offer(sandbox, assignment(agent_sys_id=agent)), 409, message)
    assert items(sandbox) == []


def test_user_without_the_role_is_no_agent(sandbox: Caller) -> None:
    user = sandbox.instance.settings.users["no_roles"].sys_id

    answered = offer(sandbox, assignment(agent_sys_id=user))

    refused(answered, 409, f"{user} is not a valid agent")


def test_agent_who_comes_back_can_be_offered_work(sandbox: Caller) -> None:
    sandbox.instance.store.update("sys_user", AWAY, {"presence": PRESENCE_AVAILABLE})

    assert offer(sandbox, assignment(agent_sys_id=AWAY)).status == 200


def test_agent_without_any_presence_is_not_available(sandbox: Caller) -> None:
    sandbox.instance.store.update("sys_user", DESK, {"presence": ""})

    refused(offer(sandbox, assignment()), 409, NOT_AVAILABLE)


def test_offered_work_is_refused_by_the_name_of_who_has_it(sandbox: Caller) -> None:
    offer(sandbox, assignment())

    refused(offer(sandbox, assignment(agent_sys_id=VOICE)), 409, HELD_BY_DESK)


def test_agent_who_has_an_offer_can_get_it_anew(sandbox: Caller) -> None:
    offer(sandbox, assignment())

    assert offer(sandbox, assignment(timeout=45)).status == 200
    assert (item(sandbox)["timeout"], item(sandbox)["assigned_to"]) == ("45", DESK)


def test_accepted_work_that_nobody_has_can_be_offered(sandbox: Caller) -> None:
    offer(sandbox, assignment(enable_auto_assign=True))
    sandbox.instance.store.update("awa_work_item", item(sandbox)["sys_id"], {"assigned_to": ""})

    assert offer(sandbox, assignment(agent_sys_id=VOICE)).status == 200


def test_automatically_assigned_work_is_accepted_at_once(sandbox: Caller) -> None:
    offer(sandbox, assignment(enable_auto_assign=True))

    refused(offer(sandbox, assignment(agent_sys_id=VOICE)), 409, ACCEPTED)
    assert (item(sandbox)["state"], item(sandbox)["assigned_to"]) == ("accepted", DESK)


def test_work_that_the_agent_accepted_is_refused(sandbox: Caller) -> None:
    offer(sandbox, assignment())
    sandbox.instance.store.update("awa_work_item", item(sandbox)["sys_id"], {"state": "accepted"})

    refused(offer(sandbox, assignment()), 409, ACCEPTED)


def test_work_that_is_back_in_its_queue_keeps_its_work_item(sandbox: Caller) -> None:
    first = offer(sandbox, assignment()).result["work_item"]["sys_id"]
    offer(sandbox, transfer(target_type="queue", target_id=CHATS))

    again = offer(sandbox, {**assignment(agent_sys_id=VOICE), "external_segment_id": "two"})

    assert again.result["work_item"]["sys_id"] == first
    work_item = item(sandbox)
    assert (work_item["queue"], work_item["assigned_to"], work_item["state"]) == (
        CALLS,
        VOICE,
        "offered",
    )
    assert work_item["external_segment_id"] == "two"


def test_document_whose_work_item_is_done_gets_a_new_one(sandbox: Caller) -> None:
    first = offer(sandbox, assignment()).result["work_item"]["sys_id"]
    sandbox.instance.store.update("awa_work_item", first, {"active": "false"})

    second = offer(sandbox, assignment()).result["work_item"]["sys_id"]

    assert second != first
    assert [item["sys_id"] for item in items(sandbox)] == [first, second]


def test_work_items_of_two_documents_are_two(sandbox: Caller) -> None:
    first = offer(sandbox, assignment()).result["work_item"]["sys_id"]

    second = offer(sandbox, assignment(), "task", TASK).result["work_item"]["sys_id"]

    assert first == "bfa3a27e87bd5210be070d48dabb3588"
    assert second != first


def test_refusal_uses_up_no_sys_id(sandbox: Caller) -> None:
    offer(sandbox, assignment(agent_sys_id=AWAY))

    answered = offer(sandbox, assignment())

    assert answered.result["work_item"]["sys_id"] == "bfa3a27e87bd5210be070d48dabb3588"
