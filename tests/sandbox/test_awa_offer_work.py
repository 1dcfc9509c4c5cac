"""offerWork: the documented example, caller and document, and which refusal goes first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ccaas_kit.sandbox.contract import Contract
from tests.looping import every
from tests.sandbox.awa import (
    A_MOMENT_AGO,
    ACCEPTED,
    AWAY,
    CALLS,
    CASE,
    CLOSED_CASE,
    CLOSED_INTERACTION,
    DESK,
    HELD_BY_DESK,
    HIDDEN_CASE,
    HIDDEN_INTERACTION,
    INSIDE,
    INTERACTION,
    NO_RECORD,
    NOBODY,
    NOT_AVAILABLE,
    OFFERED,
    PRESENCE_AWAY,
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


@pytest.mark.parametrize("version", ["", "v1/", "v2/"], ids=["default", "v1", "v2"])
def test_documented_request_gets_the_documented_response(
    sandbox: Caller, contract: Contract, version: str
) -> None:
    url = f"/api/now/{version}awa/documents/interaction/{INTERACTION}/offer"

    answered = sandbox(
        "POST", url, contract.example("offerWorkToNamedAgentRequest"), user="awa_integration_user"
    )

    assert answered.status == 200
    assert answered.json == {
        "result": {
            "work_item": {
                "display_name": "Interaction: IMS0000221",
                "sys_id": "bfa3a27e87bd5210be070d48dabb3588",
                "document_id": "59616aba87bd5210be070d48dabb35e6",
                "document_table": "interaction",
                "queue": "92f8942787851210be070d48dabb35fb",
            },
            "success": True,
            "message": "Manual assignment successfully requested.",
        }
    }


# What the platform keeps of every record.
OF_EVERY_RECORD = {
    *("sys_created_on", "sys_created_by", "sys_updated_on", "sys_updated_by"),
    *("sys_mod_count", "sys_class_name"),
}


def test_documented_request_leaves_a_work_item_with_all_it_said(
    sandbox: Caller, contract: Contract
) -> None:
    offer(sandbox, contract.example("offerWorkToNamedAgentRequest"))

    kept = {name: text for name, text in item(sandbox).items() if name not in OF_EVERY_RECORD}
    assert kept == {
        "sys_id": "bfa3a27e87bd5210be070d48dabb3588",
        "document_table": "interaction",
        "document_id": INTERACTION,
        "queue": CALLS,
        "state": "offered",
        "assigned_to": DESK,
        "offered_on": "2024-04-03T23:09:31.000",
        "timeout": "30",
        "after_timeout_presence": "",
        "allowed_to_decline": "true",
        "enable_auto_assign": "false",
        "display_option": "",
        "external_segment_id": "segment_59616aba87bd5210be070d48dabb35e6",
        "active": "true",
    }


@every(
    "name",
    [
        "offerWorkToNamedAgentRequest",
        "offerWorkWithTimeoutRequest",
        "offerWorkAutoAssignRequest",
        "offerWorkExternalQueueRequest",
        "offerWorkLeastAssignmentRequest",
        "offerWorkBlindToAgentRequest",
        "offerWorkConsultAgentRequest",
        "offerWorkBlindToQueueRequest",
        "offerWorkConsultQueueRequest",
        "offerWorkBothFormsRequest",
    ],
)
def test_every_request_example_is_taken(sandbox: Caller, contract: Contract, name: str) -> None:
    answered = offer(sandbox, contract.example(name))

    assert (answered.status, answered.result["success"]) == (200, True)


@pytest.mark.parametrize(
    ("request_name", "response_name"),
    [
        ("offerWorkExternalQueueRequest", "offerWorkExternalQueueResponse"),
        ("offerWorkBlindToQueueRequest", "offerWorkTransferredResponse"),
    ],
)
def test_response_examples_are_what_comes_back(
    sandbox: Caller, contract: Contract, request_name: str, response_name: str
) -> None:
    answered = offer(sandbox, contract.example(request_name))

    assert answered.json == contract.example(response_name)


def test_offer_in_xml_is_answered_in_xml(sandbox: Caller) -> None:
    raw = (
        f"<request><queue_id>calls-en</queue_id><assignment><agent_sys_id>{DESK}</agent_sys_id>"
        "<timeout>30</timeout><allowed_to_decline>no</allowed_to_decline></assignment></request>"
    )
    headers = {"content-type": "application/xml", "accept": "application/xml"}

    answered = sandbox("POST", path(), raw=raw.encode(), headers=headers)

    assert answered.status == 200
    assert b"<response><result><work_item>" in answered.raw
    assert b"<queue>calls-en</queue>" in answered.raw
    assert (item(sandbox)["timeout"], item(sandbox)["allowed_to_decline"]) == ("30", "false")


def test_refusal_in_xml_says_the_same(sandbox: Caller) -> None:
    raw = f"""<request><queue_id>calls-en</queue_id><assignment>
        <agent_sys_id>{DESK}</agent_sys_id><timeout>-1</timeout></assignment></request>"""
    headers = {"content-type": "application/xml", "accept": "application/xml"}

    answered = sandbox("POST", path(), raw=raw.encode(), headers=headers)

    assert answered.status == 400
    assert b"<message>Timeout value cannot be negative</message>" in answered.raw


@pytest.mark.parametrize("user", ["awa_manager", "awa_integration_user"])
def test_either_role_of_the_caller_is_enough(sandbox: Caller, user: str) -> None:
    answered = sandbox("POST", path(), assignment(), user=user)

    assert answered.status == 200


def test_caller_without_a_role_is_named(sandbox: Caller) -> None:
    answered = sandbox("POST", path(), assignment(), user="voice.agent")

    message = f"Caller {VOICE} does not have the awa_manager or awa_integration_user role"
    refused(answered, 403, message)
    assert items(sandbox) == []


@every(
    ("table", "sys_id"),
    [
        ("interaction", NOBODY),
        ("no_such_table", INTERACTION),
        ("task", INTERACTION),
        ("interaction", "too-short"),
        ("Interaction", INTERACTION),
        ("interaction", HIDDEN_INTERACTION),
    ],
    ids=["unknown", "no-table", "other-table", "malformed", "malformed-table", "hidden"],
)
@every("body", [assignment(), transfer(), {}], ids=["offer", "move", "neither"])
def test_document_that_is_not_there_is_not_found(
    sandbox: Caller, table: str, sys_id: str, body: Any
) -> None:
    answered = sandbox("POST", path(table, sys_id), body, user="awa_manager")

    assert (answered.status, answered.json) == (404, NO_RECORD)


def test_hidden_case_is_hidden_as_a_task_too(sandbox: Caller) -> None:
    answered = sandbox("POST", path("task", HIDDEN_CASE), assignment(), user="awa_manager")

    assert answered.status == 404


def test_hidden_document_is_there_for_who_sees_it(sandbox: Caller) -> None:
    answered = offer(sandbox, assignment(), "interaction", HIDDEN_INTERACTION)

    assert answered.status == 200


@pytest.mark.parametrize(
    ("table", "sys_id", "name"),
    [
        ("interaction", INTERACTION, "Interaction: IMS0000221"),
        ("task", TASK, "Task: TASK0000001"),
        ("sn_customerservice_case", CASE, "Case: CS0000001"),
        ("task", CASE, "Case: CS0000001"),
    ],
    ids=["interaction", "task", "case", "case-as-task"],
)
def test_response_names_the_document(sandbox: Caller, table: str, sys_id: str, name: str) -> None:
    work_item = offer(sandbox, assignment(), table, sys_id).result["work_item"]

    assert work_item["display_name"] == name
    assert (work_item["document_table"], work_item["document_id"]) == (table, sys_id)


def test_document_has_one_work_item_under_either_of_its_tables(sandbox: Caller) -> None:
    offer(sandbox, assignment(), "sn_customerservice_case", CASE)

    refused(offer(sandbox, assignment(agent_sys_id=VOICE), "task", CASE), 409, HELD_BY_DESK)


@every(
    ("table", "sys_id"),
    [
        ("interaction", CLOSED_INTERACTION),
        ("sn_customerservice_case", CLOSED_CASE),
        ("task", CLOSED_CASE),
    ],
)
@every("body", [assignment(), transfer()], ids=["offer", "move"])
def test_inactive_document_is_refused(
    sandbox: Caller, table: str, sys_id: str, body: dict[str, Any]
) -> None:
    refused(offer(sandbox, body, table, sys_id), 409, "Document is not active")


def test_document_itself_is_left_alone(sandbox: Caller) -> None:
    before = sandbox.instance.store.read("interaction", INTERACTION)

    offer(sandbox, assignment(enable_auto_assign=True))

    assert sandbox.instance.store.read("interaction", INTERACTION) == before


def test_refusals_have_an_order(sandbox: Caller) -> None:
    """Each step repairs what was refused before, from everything wrong to nothing wrong."""
    wrong = {
        "queue_id": "calls-fr",
        "assignment": {
            "agent_sys_id": NOBODY,
            "timeout": -1,
            "after_timeout_presence": NOBODY,
            "offered_on": "2044-04-03T23:09:31.000",
        },
    }
    terms: dict[str, Any] = wrong["assignment"]  # type: ignore[assignment]
    seen = []

    def look(sys_id: str, user: str = "awa_manager") -> None:
        answered = sandbox("POST", path(sys_id=sys_id), wrong, user=user)
        seen.append((answered.status, answered.message.partition(" (")[0]))

    look(NOBODY, "voice.agent")
    look(NOBODY)
    look(CLOSED_INTERACTION)
    terms["timeout"] = 30
    look(CLOSED_INTERACTION)
    terms["after_timeout_presence"] = PRESENCE_AWAY
    look(CLOSED_INTERACTION)
    terms["offered_on"] = "2024-04-03T23:00:00.000"
    look(CLOSED_INTERACTION)
    terms["offered_on"] = A_MOMENT_AGO
    look(CLOSED_INTERACTION)
    wrong["queue_id"] = CALLS
    look(CLOSED_INTERACTION)
    offer(sandbox, assignment(enable_auto_assign=True))
    look(INTERACTION)
    terms["agent_sys_id"] = INSIDE
    look(INTERACTION)
    terms["agent_sys_id"] = AWAY
    look(INTERACTION)
    sandbox.instance.store.update("awa_work_item", item(sandbox)["sys_id"], {"state": "offered"})
    look(INTERACTION)
    sandbox.instance.store.update("awa_work_item", item(sandbox)["sys_id"], {"assigned_to": ""})
    look(INTERACTION)
    terms["agent_sys_id"] = VOICE
    look(INTERACTION)

    assert seen == [
        (403, f"Caller {VOICE} does not have the awa_manager or awa_integration_user role"),
        (404, "No Record found"),
        (400, "Timeout value cannot be negative"),
        (400, f"{NOBODY} is not a valid presence state"),
        (400, "Offered time"),
        (400, "Timestamp after timeout"),
        (404, "No Record found"),
        (409, "Document is not active"),
        (409, f"{NOBODY} is not a valid agent"),
        (409, "The user does not have the 'awa_external_user' role"),
        (409, ACCEPTED),
        (409, HELD_BY_DESK),
        (409, NOT_AVAILABLE),
        (200, OFFERED),
    ]


def test_documented_response_comes_as_the_documented_text(
    sandbox: Caller, contract: Contract
) -> None:
    """The keys stand in the order of the page as well."""
    answered = offer(sandbox, contract.example("offerWorkToNamedAgentRequest"))

    compact = json.dumps(contract.example("offerWorkOfferedResponse"), separators=(",", ":"))
    assert answered.raw.decode() == compact
