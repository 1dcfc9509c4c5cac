"""offerWork: bodies that break the form of an offer or a transfer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.looping import every
from tests.sandbox.awa import (
    A_MOMENT_AGO,
    CALLS,
    DESK,
    FORMAT,
    assignment,
    item,
    items,
    offer,
    path,
    refused,
    transfer,
)
from tests.sandbox.conftest import Caller


@every(
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
        (assignment(timeout="-1 minute"), "assignment/timeout"),
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


def test_body_that_is_null_is_refused_by_the_platform(sandbox: Caller) -> None:
    answered = sandbox("POST", path(), raw=b"null")

    assert (answered.status, answered.message) == (400, "Exception while reading request")


@pytest.mark.parametrize(
    "without", ["source_queue_id", "target_id", "target_type", "transfer_type"]
)
def test_transfer_needs_all_four_parts(sandbox: Caller, without: str) -> None:
    body = transfer()
    del body["transfer"][without]

    answered = offer(sandbox, body)

    assert answered.status == 400
    assert without in answered.json["error"]["detail"]


@every(
    ("terms", "message"),
    [
        ({"timeout": -1}, "Timeout value cannot be negative"),
        ({"timeout": -0.5}, "Timeout value cannot be negative"),
        ({"timeout": "-30"}, "Timeout value cannot be negative"),
        ({"timeout": 30, "offered_on": "soon"}, f"Offered time (soon) {FORMAT}"),
        (
            {"timeout": 30, "offered_on": "2024-04-03 23:09:31"},
            f"Offered time (2024-04-03 23:09:31) {FORMAT}",
        ),
        (
            {"timeout": 30, "offered_on": A_MOMENT_AGO + "Z"},
            f"Offered time ({A_MOMENT_AGO}Z) {FORMAT}",
        ),
        ({"timeout": 30, "offered_on": ""}, f"Offered time () {FORMAT}"),
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
    terms["timeout"] = 30
    refused(offer(sandbox, assignment(**terms)), 400, f"Offered time (z) {FORMAT}")
    del terms["offered_on"]
    refused(offer(sandbox, assignment(**terms)), 400, "y is not a valid display option")


def test_missing_part_goes_before_a_wrong_value(sandbox: Caller) -> None:
    answered = offer(sandbox, {"assignment": {"agent_sys_id": DESK, "timeout": -1}})

    assert "queue_id" in answered.json["error"]["detail"]


@every(
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

    work_item = item(sandbox)
    assert work_item["allowed_to_decline"] == "true"
    assert work_item["enable_auto_assign"] == "false"
    assert (work_item["timeout"], work_item["after_timeout_presence"]) == ("", "")
    assert work_item["offered_on"] == "2024-04-03T23:09:46.000"


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
