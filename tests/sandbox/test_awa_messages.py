"""The texts of offerWork's outcomes: each is the documented one, made from the contract's schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.sandbox.behaviors.offers import messages
from ccaas_kit.sandbox.behaviors.offers.messages import Message, Success
from ccaas_kit.sandbox.contract import Contract
from tests.looping import every

AGENT = "da419c1fc312310015519f2974d3ae15"
TIME = "2024-04-03T23:09:31.000"
# Each message with its value, its text as documented, and its status.
WORDED = {
    Message.CALLER_LACKS_ROLE: (
        AGENT,
        f"Caller {AGENT} does not have the awa_manager or awa_integration_user role",
        403,
    ),
    Message.WORK_ITEM_ACCEPTED: ("", "Work Item accepted can not be assigned", 409),
    Message.AGENT_NOT_VALID: (AGENT, f"{AGENT} is not a valid agent", 409),
    Message.BLIND_TRANSFER_FAILED: ("", "Transfer failed - couldn't blind transfer to agent", 409),
    Message.WORK_ITEM_ALREADY_ASSIGNED: (
        AGENT,
        f"Work Item is already assigned to {AGENT}",
        409,
    ),
    Message.AGENT_NOT_AVAILABLE: ("", "Agent is not available", 409),
    Message.TIMEOUT_NEGATIVE: ("", "Timeout value cannot be negative", 400),
    Message.PRESENCE_STATE_NOT_VALID: (AGENT, f"{AGENT} is not a valid presence state", 400),
    Message.OFFERED_TIME_FORMAT: (
        "today",
        "Offered time (today) must be in the following format: yyyy-MM-dd'T'HH:mm:ss.SSS",
        400,
    ),
    Message.OFFERED_TIME_NOT_PAST: (
        TIME,
        f"Offered time ({TIME}) must be before the current time, otherwise agent will have more"
        " time to accept the work item",
        400,
    ),
    Message.OFFER_EXPIRED: (
        TIME,
        f"Timestamp after timeout ({TIME}) must be after the current time, otherwise agent has no"
        " time to accept the work item",
        400,
    ),
    Message.DISPLAY_OPTION_NOT_VALID: ("tab", "tab is not a valid display option", 400),
    Message.BOOLEAN_NOT_VALID: ("maybe", "maybe is not a valid boolean value", 400),
    Message.AGENT_NOT_EXTERNAL: ("", "The user does not have the 'awa_external_user' role", 409),
    Message.DOCUMENT_NOT_ACTIVE: ("", "Document is not active", 409),
}


@every("message", list(Message))
def test_refusal_has_the_documented_text_and_our_status(
    contract: Contract, message: Message
) -> None:
    value, text, status = WORDED[message]

    refusal = messages.refusal(contract, message, value)

    assert refusal.status == status
    assert refusal.body == {"result": {"success": False, "message": text}}


def test_every_refusal_of_the_contract_can_be_said(contract: Contract) -> None:
    listed = contract.schema("OfferRefusalMessage")["anyOf"]

    assert [reference["$ref"].rpartition("/")[2] for reference in listed] == list(Message)


@every(
    ("value", "said"),
    [
        ("", " is not a valid boolean value"),
        ("\\1{32}.+", "\\1{32}.+ is not a valid boolean value"),
        (None, "null is not a valid boolean value"),
        (1, "1 is not a valid boolean value"),
        (["true"], '["true"] is not a valid boolean value'),
    ],
    ids=["empty", "like-a-pattern", "null", "number", "list"],
)
def test_value_stands_in_the_message_as_it_was_sent(
    contract: Contract, value: Any, said: str
) -> None:
    refusal = messages.refusal(contract, Message.BOOLEAN_NOT_VALID, value)

    assert refusal.body["result"]["message"] == said


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (Success.OFFERED, "Manual assignment successfully requested."),
        (Success.OFFERED_BY_EXTERNAL_QUEUE, "Manual assignment successfully requested"),
        (Success.TRANSFERRED, "Manual assignment successfully requested"),
    ],
)
def test_success_shows_the_work_item_under_the_message_of_its_example(
    contract: Contract, how: Success, message: str
) -> None:
    response = messages.success(contract, how, {"queue": "calls-en"})

    assert response.status == 200
    assert response.body["result"] == {
        "work_item": {"queue": "calls-en"},
        "success": True,
        "message": message,
    }


def test_success_leaves_the_example_as_it_is(contract: Contract) -> None:
    messages.success(contract, Success.OFFERED, {})

    shown = contract.example(Success.OFFERED)["result"]["work_item"]
    assert shown["queue"] == "92f8942787851210be070d48dabb35fb"


class _Worded(Contract):
    """A contract whose messages have a pattern of the test's."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        super().__init__()

    def schema(self, name: str) -> Mapping[str, Any]:
        return {**super().schema(name), "pattern": self.pattern}


@pytest.mark.parametrize("pattern", ["^no value$", "^.+ from .+$"])
def test_pattern_without_exactly_one_value_is_refused(pattern: str) -> None:
    with pytest.raises(DocumentError, match="variable parts"):
        messages.refusal(_Worded(pattern), Message.AGENT_NOT_VALID, "x")
