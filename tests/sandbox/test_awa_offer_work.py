"""offerWork: the documented example, both forms, the terms of an offer, and every refusal."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from scripts.sandbox import clock
from scripts.sandbox.contract import Contract
from scripts.sandbox.store import Record
from tests.sandbox.conftest import Answered, Caller

INTERACTION = "59616aba87bd5210be070d48dabb35e6"
CLOSED_INTERACTION = "5b0fd2a187851210be070d48dabb0102"
HIDDEN_INTERACTION = "5b0fd2a187851210be070d48dabb0103"
TASK = "5b0fd2a187851210be070d48dabb0501"
CASE = "f584a7b23b3d3e10c524c59a04e45a6f"
CLOSED_CASE = "5b0fd2a187851210be070d48dabb0202"
HIDDEN_CASE = "5b0fd2a187851210be070d48dabb0203"
DESK = "0d584509c323120095ccd02422d3ae5b"
VOICE = "da419c1fc312310015519f2974d3ae15"
AWAY = "5b0fd2a187851210be070d48dabb0302"
INSIDE = "5b0fd2a187851210be070d48dabb0303"
NOBODY = "00000000000000000000000000000000"
CONTACT = "ddce70866f9331003b3c498f5d3ee417"
CALLS = "92f8942787851210be070d48dabb35fb"
CHATS = "f3a50867b30303002186a72256a8dcb7"
PRESENCE_AWAY = "9f4e02a187851210be070d48dabb3541"
PRESENCE_AVAILABLE = "9f4e02a187851210be070d48dabb3542"
# The clock of the seed stands at 23:09:46.000.
A_MOMENT_AGO = "2024-04-03T23:09:31.000"
OFFERED = "Manual assignment successfully requested."
TRANSFERRED = "Manual assignment successfully requested"
ACCEPTED = "Work Item accepted can not be assigned"
HELD_BY_DESK = f"Work Item is already assigned to {DESK}"
NOT_AVAILABLE = "Agent is not available"
NO_RECORD = {
    "error": {
        "message": "No Record found",
        "detail": "Record doesn't exist or ACL restricts the record retrieval",
    },
    "status": "failure",
}


def path(table: str = "interaction", sys_id: str = INTERACTION) -> str:
    return f"/api/now/awa/documents/{table}/{sys_id}/offer"


def assignment(**terms: Any) -> dict[str, Any]:
    """A new assignment to the desk agent, with the given terms."""
    return {"queue_id": CALLS, "assignment": {"agent_sys_id": DESK, **terms}}


def transfer(**parts: Any) -> dict[str, Any]:
    """A blind transfer to the voice agent, but for the given parts."""
    whole = {
        "source_queue_id": CALLS,
        "target_id": VOICE,
        "target_type": "agent",
        "transfer_type": "blind",
    }
    return {"transfer": {**whole, **parts}}


def offer(
    sandbox: Caller, body: Any, table: str = "interaction", sys_id: str = INTERACTION
) -> Answered:
    return sandbox("POST", path(table, sys_id), body)


def items(sandbox: Caller, table: str = "interaction", sys_id: str = INTERACTION) -> list[Record]:
    return sandbox.instance.store.find("awa_work_item", document_table=table, document_id=sys_id)


def item(sandbox: Caller) -> Record:
    """The one work item of the interaction."""
    [found] = items(sandbox)
    return found


def presence(sandbox: Caller, user: str) -> str:
    record = sandbox.instance.store.read("sys_user", user)
    assert record is not None
    return str(record["presence"])


def later(sandbox: Caller, seconds: float) -> None:
    """Move the clock on."""
    moment = sandbox.instance.now() + timedelta(seconds=seconds)
    sandbox.instance.change("clock", clock.standing(moment))


def refused(answered: Answered, status: int, message: str) -> None:
    """Hold that a reply is a refusal in the API's own shape."""
    assert (answered.status, answered.json) == (
        status,
        {"result": {"success": False, "message": message}},
    )


@pytest.mark.parametrize("version", ["", "v1/", "v2/"], ids=["default", "v1", "v2"])
def test_documented_request_gets_the_documented_answer(
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


def test_documented_request_leaves_a_work_item_with_all_it_said(
    sandbox: Caller, contract: Contract
) -> None:
    offer(sandbox, contract.example("offerWorkToNamedAgentRequest"))

    assert item(sandbox) == {
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


@pytest.mark.parametrize(
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
def test_answer_examples_are_what_comes_back(
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


@pytest.mark.parametrize(
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
@pytest.mark.parametrize("body", [assignment(), transfer(), {}], ids=["offer", "move", "neither"])
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
def test_answer_names_the_document(sandbox: Caller, table: str, sys_id: str, name: str) -> None:
    work_item = offer(sandbox, assignment(), table, sys_id).result["work_item"]

    assert work_item["display_name"] == name
    assert (work_item["document_table"], work_item["document_id"]) == (table, sys_id)


def test_document_has_one_work_item_under_either_of_its_tables(sandbox: Caller) -> None:
    offer(sandbox, assignment(), "sn_customerservice_case", CASE)

    refused(offer(sandbox, assignment(), "task", CASE), 409, HELD_BY_DESK)


@pytest.mark.parametrize(
    ("table", "sys_id"),
    [
        ("interaction", CLOSED_INTERACTION),
        ("sn_customerservice_case", CLOSED_CASE),
        ("task", CLOSED_CASE),
    ],
)
@pytest.mark.parametrize("body", [assignment(), transfer()], ids=["offer", "move"])
def test_inactive_document_is_refused(
    sandbox: Caller, table: str, sys_id: str, body: dict[str, Any]
) -> None:
    refused(offer(sandbox, body, table, sys_id), 409, "Document is not active")


def test_document_itself_is_left_alone(sandbox: Caller) -> None:
    before = sandbox.instance.store.read("interaction", INTERACTION)

    offer(sandbox, assignment(enable_auto_assign=True))

    assert sandbox.instance.store.read("interaction", INTERACTION) == before


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "required property"),
        ({"external_segment_id": "one"}, "required property"),
        ({"queue_id": CALLS}, "assignment"),
        ({"assignment": {"agent_sys_id": DESK}}, "queue_id"),
        ({"queue_id": "", "assignment": {"agent_sys_id": DESK}}, "queue_id"),
        ({"queue_id": CALLS, "assignment": {}}, "agent_sys_id"),
        ({"queue_id": CALLS, "assignment": {"agent_sys_id": 5}}, "assignment/agent_sys_id"),
        ({"queue_id": CALLS, "assignment": "desk"}, "assignment"),
        (assignment(timeout="soon"), "assignment/timeout"),
        (assignment(timeout=True), "assignment/timeout"),
        (assignment(timeout=None), "assignment/timeout"),
        ({**assignment(), "external_segment_id": 7}, "external_segment_id"),
        ({**assignment(), "transfer": None}, "transfer"),
        ({"transfer": {}}, "required property"),
        ({"transfer": {"source_queue_id": CALLS}}, "required property"),
        (transfer(target_type="team"), "transfer/target_type"),
        (transfer(transfer_type="warm"), "transfer/transfer_type"),
        (transfer(target_id=""), "transfer/target_id"),
        (transfer(source_queue_id=""), "transfer/source_queue_id"),
        ([], "object"),
        ("offer", "object"),
    ],
)
def test_body_that_no_message_fits_is_refused_by_the_platform(
    sandbox: Caller, body: Any, detail: str
) -> None:
    answered = offer(sandbox, body)

    assert (answered.status, answered.message) == (400, "Exception while reading request")
    assert detail in answered.json["error"]["detail"]
    assert items(sandbox) == []


@pytest.mark.parametrize(
    "without", ["source_queue_id", "target_id", "target_type", "transfer_type"]
)
def test_transfer_needs_all_four_parts(sandbox: Caller, without: str) -> None:
    body = transfer()
    del body["transfer"][without]

    answered = offer(sandbox, body)

    assert answered.status == 400
    assert without in answered.json["error"]["detail"]


FORMAT = "must be in the following format: yyyy-MM-dd'T'HH:mm:ss.SSS"


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"timeout": -1}, "Timeout value cannot be negative"),
        ({"timeout": -0.5}, "Timeout value cannot be negative"),
        ({"timeout": "-30"}, "Timeout value cannot be negative"),
        ({"timeout": 30, "offered_on": "soon"}, f"Offered time (soon) {FORMAT}"),
        ({"offered_on": "2024-04-03 23:09:31"}, f"Offered time (2024-04-03 23:09:31) {FORMAT}"),
        ({"offered_on": A_MOMENT_AGO + "Z"}, f"Offered time ({A_MOMENT_AGO}Z) {FORMAT}"),
        ({"offered_on": ""}, f"Offered time () {FORMAT}"),
        ({"offered_on": 5}, f"Offered time (5) {FORMAT}"),
        ({"display_option": "tab_only"}, "tab_only is not a valid display option"),
        ({"display_option": None}, "null is not a valid display option"),
        ({"allowed_to_decline": "maybe"}, "maybe is not a valid boolean value"),
        ({"enable_auto_assign": "TRUE"}, "TRUE is not a valid boolean value"),
        # AWA-021: the numbers are no flags.
        ({"enable_auto_assign": 1}, "1 is not a valid boolean value"),
        ({"allowed_to_decline": ""}, " is not a valid boolean value"),
        ({"timeout": 30, "after_timeout_presence": "away"}, "away is not a valid presence state"),
    ],
)
def test_value_of_a_wrong_form_gets_its_message(
    sandbox: Caller, terms: dict[str, Any], message: str
) -> None:
    refused(offer(sandbox, assignment(**terms)), 400, message)
    assert items(sandbox) == []


def test_of_several_wrong_values_the_first_of_the_list_is_told(sandbox: Caller) -> None:
    terms = {"enable_auto_assign": "x", "display_option": "y", "offered_on": "z", "timeout": -1}

    refused(offer(sandbox, assignment(**terms)), 400, "Timeout value cannot be negative")
    del terms["timeout"]
    refused(offer(sandbox, assignment(**terms)), 400, f"Offered time (z) {FORMAT}")
    del terms["offered_on"]
    refused(offer(sandbox, assignment(**terms)), 400, "y is not a valid display option")


def test_missing_part_goes_before_a_wrong_value(sandbox: Caller) -> None:
    answered = offer(sandbox, {"assignment": {"agent_sys_id": DESK, "timeout": -1}})

    assert "queue_id" in answered.json["error"]["detail"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (True, "true"),
        ("true", "true"),
        ("yes", "true"),
        ("1", "true"),
        (False, "false"),
        ("false", "false"),
        ("no", "false"),
        ("0", "false"),
    ],
)
def test_flag_has_eight_forms(sandbox: Caller, sent: Any, kept: str) -> None:
    answered = offer(sandbox, assignment(allowed_to_decline=sent, enable_auto_assign=sent))

    assert answered.status == 200
    assert item(sandbox)["allowed_to_decline"] == kept
    assert item(sandbox)["enable_auto_assign"] == kept


def test_terms_have_the_documented_defaults(sandbox: Caller) -> None:
    offer(sandbox, assignment())

    held = item(sandbox)
    assert held["allowed_to_decline"] == "true"
    assert held["enable_auto_assign"] == "false"
    assert (held["timeout"], held["after_timeout_presence"]) == ("", "")
    assert held["offered_on"] == "2024-04-03T23:09:46.000"


@pytest.mark.parametrize(
    ("terms", "kept"),
    [
        ({"enable_auto_assign": True}, "card_only"),
        ({"enable_auto_assign": True, "display_option": "card_and_tab"}, "card_and_tab"),
        ({"enable_auto_assign": False, "display_option": "card_and_tab"}, ""),
        ({"display_option": "card_and_tab"}, ""),
    ],
)
def test_display_option_counts_only_with_automatic_assignment(
    sandbox: Caller, terms: dict[str, Any], kept: str
) -> None:
    answered = offer(sandbox, assignment(**terms))

    assert answered.status == 200
    assert item(sandbox)["display_option"] == kept


@pytest.mark.parametrize("queue", [CALLS, "calls-en"], ids=["sys_id", "external"])
def test_queue_comes_back_as_it_was_named(sandbox: Caller, queue: str) -> None:
    answered = offer(sandbox, {**assignment(), "queue_id": queue})

    assert answered.result["work_item"]["queue"] == queue
    assert item(sandbox)["queue"] == CALLS


@pytest.mark.parametrize("queue", [NOBODY, "calls-fr", "CALLS-EN"])
@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
    ("agent", "status", "message"),
    [
        (NOBODY, 409, f"{NOBODY} is not a valid agent"),
        (CONTACT, 409, f"{CONTACT} is not a valid agent"),
        (
            "6816f79cc0a8016401c5a33be04be442",
            409,
            "6816f79cc0a8016401c5a33be04be442 is not a valid agent",
        ),
        ("desk", 409, "desk is not a valid agent"),
        ("", 409, " is not a valid agent"),
        (INSIDE, 409, "The user does not have the 'awa_external_user' role"),
        (AWAY, 409, NOT_AVAILABLE),
    ],
    ids=["nobody", "contact", "other", "malformed", "empty", "inside", "away"],
)
def test_agent_who_cannot_get_work_is_refused(
    sandbox: Caller, agent: str, status: int, message: str
) -> None:
    refused(offer(sandbox, assignment(agent_sys_id=agent)), status, message)
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


@pytest.mark.parametrize("agent", [DESK, VOICE], ids=["same", "other"])
def test_offered_work_is_refused_by_the_name_of_who_has_it(sandbox: Caller, agent: str) -> None:
    offer(sandbox, assignment())

    refused(offer(sandbox, assignment(agent_sys_id=agent)), 409, HELD_BY_DESK)


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
    held = item(sandbox)
    assert (held["queue"], held["assigned_to"], held["state"]) == (CALLS, VOICE, "offered")
    assert held["external_segment_id"] == "two"


def test_document_whose_work_item_is_done_gets_a_new_one(sandbox: Caller) -> None:
    first = offer(sandbox, assignment()).result["work_item"]["sys_id"]
    sandbox.instance.store.update("awa_work_item", first, {"active": "false"})

    second = offer(sandbox, assignment()).result["work_item"]["sys_id"]

    assert second != first
    assert [each["sys_id"] for each in items(sandbox)] == [first, second]


def test_work_items_of_two_documents_are_two(sandbox: Caller) -> None:
    first = offer(sandbox, assignment()).result["work_item"]["sys_id"]

    second = offer(sandbox, assignment(), "task", TASK).result["work_item"]["sys_id"]

    assert first == "bfa3a27e87bd5210be070d48dabb3588"
    assert second != first


def test_refusal_uses_up_no_sys_id(sandbox: Caller) -> None:
    offer(sandbox, assignment(agent_sys_id=AWAY))

    answered = offer(sandbox, assignment())

    assert answered.result["work_item"]["sys_id"] == "bfa3a27e87bd5210be070d48dabb3588"


@pytest.mark.parametrize(
    ("offered_on", "timeout"),
    [
        (A_MOMENT_AGO, 30),
        (A_MOMENT_AGO, "30"),
        (A_MOMENT_AGO, 15.001),
        ("2024-04-03T23:09:45.999", 30),
        ("1999-12-31T23:59:59.999", 1e300),
        ("1999-12-31T23:59:59.999", "9" * 400),
    ],
)
def test_offer_within_its_time_is_taken(sandbox: Caller, offered_on: str, timeout: Any) -> None:
    answered = offer(sandbox, assignment(offered_on=offered_on, timeout=timeout))

    assert answered.status == 200
    assert item(sandbox)["offered_on"] == offered_on
    assert item(sandbox)["timeout"] == str(timeout)


@pytest.mark.parametrize(
    "offered_on",
    ["2024-04-03T23:09:46.000", "2024-04-03T23:09:46.001", "2044-04-03T23:09:31.000"],
    ids=["now", "a-moment", "years"],
)
def test_offer_that_is_not_past_is_refused(sandbox: Caller, offered_on: str) -> None:
    answered = offer(sandbox, assignment(offered_on=offered_on, timeout=30))

    refused(
        answered,
        400,
        f"Offered time ({offered_on}) must be before the current time, otherwise agent will have"
        " more time to accept the work item",
    )


@pytest.mark.parametrize(
    ("offered_on", "timeout", "end"),
    [
        (A_MOMENT_AGO, 15, "2024-04-03T23:09:46.000"),
        (A_MOMENT_AGO, "14", "2024-04-03T23:09:45.000"),
        (A_MOMENT_AGO, 0, "2024-04-03T23:09:31.000"),
        (A_MOMENT_AGO, 0.25, "2024-04-03T23:09:31.250"),
        ("2023-12-31T23:59:50.500", 30, "2024-01-01T00:00:20.500"),
    ],
)
def test_offer_that_has_run_out_is_refused(
    sandbox: Caller, offered_on: str, timeout: Any, end: str
) -> None:
    answered = offer(sandbox, assignment(offered_on=offered_on, timeout=timeout))

    refused(
        answered,
        400,
        f"Timestamp after timeout ({end}) must be after the current time, otherwise agent has no"
        " time to accept the work item",
    )


@pytest.mark.parametrize("day", ["2024-02-30T10:00:00.000", "0000-01-01T10:00:00.000"])
def test_day_that_no_calendar_has_is_of_the_wrong_form(sandbox: Caller, day: str) -> None:
    answered = offer(sandbox, assignment(offered_on=day, timeout=30))

    refused(answered, 400, f"Offered time ({day}) {FORMAT}")


@pytest.mark.parametrize("offered_on", ["2044-04-03T23:09:31.000", "1999-01-01T00:00:00.000"])
@pytest.mark.parametrize("timeout", [{}, {"timeout": ""}], ids=["absent", "empty"])
def test_offer_time_is_ignored_without_a_timeout(
    sandbox: Caller, offered_on: str, timeout: dict[str, str]
) -> None:
    answered = offer(sandbox, assignment(offered_on=offered_on, **timeout))

    assert answered.status == 200
    assert item(sandbox)["offered_on"] == "2024-04-03T23:09:46.000"


def test_unknown_presence_state_is_refused(sandbox: Caller) -> None:
    answered = offer(sandbox, assignment(timeout=30, after_timeout_presence=NOBODY))

    refused(answered, 400, f"{NOBODY} is not a valid presence state")


@pytest.mark.parametrize("timeout", [{}, {"timeout": ""}], ids=["absent", "empty"])
def test_presence_state_is_ignored_without_a_timeout(
    sandbox: Caller, timeout: dict[str, str]
) -> None:
    answered = offer(sandbox, assignment(after_timeout_presence=NOBODY, **timeout))

    assert answered.status == 200
    assert item(sandbox)["after_timeout_presence"] == ""


def test_offer_stands_until_its_last_moment(sandbox: Caller) -> None:
    offer(sandbox, assignment(offered_on=A_MOMENT_AGO, timeout=30))
    later(sandbox, 14.999)

    refused(offer(sandbox, assignment(agent_sys_id=VOICE)), 409, HELD_BY_DESK)


def test_offer_that_runs_out_goes_back_to_its_queue(sandbox: Caller) -> None:
    first = offer(sandbox, assignment(offered_on=A_MOMENT_AGO, timeout=30))
    later(sandbox, 15)

    again = offer(sandbox, assignment(agent_sys_id=VOICE))

    assert again.status == 200
    assert again.result["work_item"]["sys_id"] == first.result["work_item"]["sys_id"]
    assert item(sandbox)["assigned_to"] == VOICE


def test_offer_without_an_offer_time_runs_from_now(sandbox: Caller) -> None:
    offer(sandbox, assignment(timeout=30))
    later(sandbox, 29.999)
    refused(offer(sandbox, assignment()), 409, HELD_BY_DESK)
    later(sandbox, 0.001)

    assert offer(sandbox, assignment()).status == 200


def test_offer_without_a_timeout_never_runs_out(sandbox: Caller) -> None:
    offer(sandbox, assignment())
    later(sandbox, 10 * 365 * 86400)

    refused(offer(sandbox, assignment()), 409, HELD_BY_DESK)


def test_offer_of_no_seconds_is_taken_and_has_run_out(sandbox: Caller) -> None:
    first = offer(sandbox, assignment(timeout=0))

    second = offer(sandbox, assignment(agent_sys_id=VOICE))

    assert (first.status, second.status) == (200, 200)
    assert item(sandbox)["assigned_to"] == VOICE


def test_accepted_work_does_not_run_out(sandbox: Caller) -> None:
    offer(sandbox, assignment(timeout=30, enable_auto_assign=True))
    later(sandbox, 60)

    refused(offer(sandbox, assignment()), 409, ACCEPTED)


def test_agent_goes_to_the_presence_state_when_the_offer_runs_out(sandbox: Caller) -> None:
    offer(sandbox, assignment(timeout=30, after_timeout_presence=PRESENCE_AWAY))
    assert presence(sandbox, DESK) == PRESENCE_AVAILABLE
    later(sandbox, 30)

    offer(sandbox, assignment(agent_sys_id=VOICE))

    assert presence(sandbox, DESK) == PRESENCE_AWAY


def test_agent_keeps_the_presence_without_such_a_state(sandbox: Caller) -> None:
    offer(sandbox, assignment(timeout=30))
    later(sandbox, 30)

    offer(sandbox, assignment(agent_sys_id=VOICE))

    assert presence(sandbox, DESK) == PRESENCE_AVAILABLE


def test_end_of_an_offer_outlives_the_refusal_that_noticed_it(sandbox: Caller) -> None:
    offer(sandbox, assignment(timeout=30, after_timeout_presence=PRESENCE_AWAY))
    later(sandbox, 30)

    refused(offer(sandbox, assignment()), 409, NOT_AVAILABLE)

    assert presence(sandbox, DESK) == PRESENCE_AWAY
    assert (item(sandbox)["state"], item(sandbox)["assigned_to"]) == ("queued", "")
    refused(offer(sandbox, assignment(), "task", TASK), 409, NOT_AVAILABLE)


def test_limit_that_somebody_wrote_into_the_record_is_none(sandbox: Caller) -> None:
    offer(sandbox, assignment())
    sandbox.instance.store.update("awa_work_item", item(sandbox)["sys_id"], {"timeout": "soon"})

    refused(offer(sandbox, assignment()), 409, HELD_BY_DESK)


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
    held = item(sandbox)
    assert (held["queue"], held["assigned_to"], held["state"]) == (CHATS, "", "queued")


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


@pytest.mark.parametrize(
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


def test_documented_answer_comes_as_the_documented_text(
    sandbox: Caller, contract: Contract
) -> None:
    """The keys stand in the order of the page as well."""
    answered = offer(sandbox, contract.example("offerWorkToNamedAgentRequest"))

    compact = json.dumps(contract.example("offerWorkOfferedResponse"), separators=(",", ":"))
    assert answered.raw.decode() == compact
