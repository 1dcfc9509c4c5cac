"""Probes of messages: they see each one with its cause, and see it when it is another one."""

from __future__ import annotations

import json

import pytest

from ccaas_kit.probes.offers import messages
from ccaas_kit.probes.probing import Probing
from ccaas_kit.sandbox.http.messages import Reply, Request
from tests.conformance.probes import bed
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.offer_faults import (
    AWAY,
    DESK,
    Body,
    changes,
    changes_message,
    parts,
    refuses,
    takes,
    terms,
)

OFFER = "offerWork"
SCHEMAS = "#/components/schemas/"
# Each message, and a piece of it that no other one has.
MESSAGES = {
    "CallerLacksRoleMessage": "Caller",
    "WorkItemAcceptedMessage": "accepted can not be assigned",
    "AgentNotValidMessage": "is not a valid agent",
    "BlindTransferFailedMessage": "Transfer failed",
    "WorkItemAlreadyAssignedMessage": "is already assigned to",
    "AgentNotAvailableMessage": "Agent is not available",
    "TimeoutNegativeMessage": "cannot be negative",
    "PresenceStateNotValidMessage": "is not a valid presence state",
    "OfferedTimeFormatMessage": "must be in the following format",
    "OfferedTimeNotPastMessage": "must be before the current time",
    "OfferExpiredMessage": "must be after the current time",
    "DisplayOptionNotValidMessage": "is not a valid display option",
    "BooleanNotValidMessage": "is not a valid boolean value",
    "AgentNotExternalMessage": "does not have the 'awa_external_user' role",
    "DocumentNotActiveMessage": "Document is not active",
}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_sandbox_says_it(target: Targets, name: str) -> None:
    opinion = bed.conforms(target(), "offer-message", OFFER, SCHEMAS + name)

    assert MESSAGES[name] in opinion.detail


@pytest.mark.parametrize("name", MESSAGES)
def test_another_wording_breaks_it(target: Targets, name: str) -> None:
    seen = target(fault=changes_message(MESSAGES[name], "is not as it should be"))

    bed.violates(seen, "offer-message", OFFER, SCHEMAS + name)


@pytest.mark.parametrize("name", MESSAGES)
def test_it_counts_with_another_status_or_in_the_error(target: Targets, name: str) -> None:
    def as_success(_: Request, reply: Reply) -> Reply:
        return bed.with_status(reply, 200) if reply.status in (400, 403, 404, 409) else reply

    bed.conforms(target(fault=as_success), "offer-message", OFFER, SCHEMAS + name)
    bed.conforms(target(fault=_as_error), "offer-message", OFFER, SCHEMAS + name)


def _as_error(request: Request, reply: Reply) -> Reply:
    if not bed.is_of(request, OFFER) or reply.status == 200:
        return reply
    message = json.loads(reply.body)["result"]["message"]
    error = {"error": {"message": message, "detail": ""}, "status": "failure"}
    return bed.with_json(reply, lambda _: error)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("TimeoutNegativeMessage", takes(lambda body: terms(body).get("timeout") == -1)),
        (
            "BooleanNotValidMessage",
            takes(lambda body: terms(body).get("allowed_to_decline") == "maybe"),
        ),
        ("BlindTransferFailedMessage", takes(lambda body: parts(body).get("target_id") == AWAY)),
        (
            "BlindTransferFailedMessage",
            refuses(lambda body: bool(parts(body)), message="Agent is not available"),
        ),
        # The sys_id of another agent than the one who has the work.
        ("WorkItemAlreadyAssignedMessage", changes_message(DESK, "a" * 32)),
        ("PresenceStateNotValidMessage", changes(lambda result: _names(result, "a" * 32))),
    ],
)
def test_taken_or_refused_wrongly_breaks_it(target: Targets, name: str, fault: bed.Fault) -> None:
    bed.violates(target(fault=fault), "offer-message", OFFER, SCHEMAS + name)


def _names(result: Body, value: str) -> None:
    if result["message"].endswith("presence state"):
        result["message"] = value + " is not a valid presence state"


def test_a_caller_whom_the_platform_refuses_shows_no_message(target: Targets) -> None:
    refused = {"error": {"message": "User Not Authorized", "detail": ""}, "status": "failure"}

    def fault(_: Request, reply: Reply) -> Reply:
        return bed.with_json(reply, lambda _: refused) if reply.status == 403 else reply

    bed.unverified(target(fault=fault), "offer-message", OFFER, f"{SCHEMAS}CallerLacksRoleMessage")


def test_an_agent_who_has_become_busy_shows_nothing(target: Targets) -> None:
    fault = refuses(lambda body: "timeout" in terms(body), message="Agent is not available")
    name = f"{SCHEMAS}PresenceStateNotValidMessage"

    bed.unverified(target(fault=fault), "offer-message", OFFER, name)


def test_a_transfer_says_what_a_success_says(target: Targets) -> None:
    def change(result: Body) -> None:
        result["message"] = "Work is transferred"

    bed.conforms(target(), "transfer-message", OFFER)

    fault = changes(change, lambda body: bool(parts(body)))
    bed.violates(target(fault=fault), "transfer-message", OFFER)


def test_every_message_is_one_of_the_list(target: Targets) -> None:
    opinion = bed.conforms(_after_refusals(target()), "offer-sixteen-messages", OFFER)

    assert opinion.detail.startswith("each of ")


def test_without_results_nothing_is_said(target: Targets) -> None:
    bed.unverified(target(), "offer-sixteen-messages", OFFER)


def _after_refusals(seen: Probing) -> Probing:
    for name in MESSAGES:
        bed.look(seen, "offer-message", OFFER, SCHEMAS + name)
    return seen


@pytest.mark.parametrize(
    "fault",
    [
        changes_message("Document is not active", "It is closed"),
        changes_message("Manual assignment successfully requested", "Done"),
        changes(lambda result: result.pop("message")),
    ],
)
def test_another_message_or_none_is_seen(target: Targets, fault: bed.Fault) -> None:
    bed.violates(_after_refusals(target(fault=fault)), "offer-sixteen-messages", OFFER)


def test_every_probe_is_tested() -> None:
    named = {probe.name for probe in messages.PROBES}

    assert named == {"offer-message", "transfer-message", "offer-sixteen-messages"}
