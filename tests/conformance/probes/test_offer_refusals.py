"""Probes of refusals: they see each one with its cause, its words and its status, in either form."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ccaas_kit.probes.offers import refusals, wrong_calls, wrong_parts, wrong_terms
from ccaas_kit.probes.probing import Probing
from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.offer_faults import (
    AWAY,
    CALLS,
    CONSUMER,
    DESK,
    INSIDE,
    VOICE,
    Body,
    changes,
    changes_message,
    gives_status,
    parts,
    reads_as,
    refuses,
    takes,
    terms,
)
from tests.looping import every

OFFER = "offerWork"
SCHEMAS = "#/components/schemas/"
TERMS = f"{SCHEMAS}OfferAssignment/properties/"
PARTS = f"{SCHEMAS}OfferTransfer/properties/"
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
# Messages that name what they are about, and a piece that stands for it.
NAMING = {
    "CallerLacksRoleMessage": "awa_manager or",
    "AgentNotValidMessage": "is not a valid agent",
    "WorkItemAlreadyAssignedMessage": "already assigned",
    "PresenceStateNotValidMessage": "presence state",
    "OfferedTimeFormatMessage": "following format",
    "OfferedTimeNotPastMessage": "before the current",
    "OfferExpiredMessage": "after the current",
    "DisplayOptionNotValidMessage": "display option",
    "BooleanNotValidMessage": "boolean value",
}


def test_each_refusal_of_the_list_has_a_cause() -> None:
    causes = (*wrong_terms.CAUSES, *wrong_parts.CAUSES, *wrong_calls.CAUSES)

    assert {cause.message for cause in causes if cause.message} == set(MESSAGES)
    names = [f"{cause.field}: {cause.what}" for cause in (*causes, *wrong_parts.MISSING)]
    assert len(names) == len(set(names))


@every("name", MESSAGES)
def test_the_sandbox_says_it(target: Targets, name: str) -> None:
    opinion = bed.conforms(target(tables=True), "offer-message", OFFER, SCHEMAS + name)

    assert MESSAGES[name] in opinion.detail


@every("name", MESSAGES)
def test_another_wording_breaks_it(target: Targets, name: str) -> None:
    seen = target(fault=changes_message(MESSAGES[name], "is not as it should be"))

    bed.violates(seen, "offer-message", OFFER, SCHEMAS + name)


@every("name", NAMING)
def test_another_value_in_a_message_breaks_it(target: Targets, name: str) -> None:
    """A sys_id is another one, and so is a time, a form or a word."""

    def change(result: Body) -> None:
        if NAMING[name] in result["message"]:
            words = result["message"].replace("2024-", "2023-").replace("now", "soon").split(" ")
            ids = [f"{word[:-1]}x" if len(word) == 32 else word for word in words]
            quotes = ids[1:] if ids[0] in ("away", "tab_only", "card", "maybe", "on", "2") else ids
            result["message"] = " ".join(quotes if quotes == ids else ["other", *quotes])

    seen = target(fault=changes(change), tables=True)

    bed.violates(seen, "offer-message", OFFER, SCHEMAS + name)


@every("name", MESSAGES)
def test_it_counts_with_another_status_or_in_the_error(target: Targets, name: str) -> None:
    def as_success(_: Request, response: Response) -> Response:
        return (
            bed.with_status(response, 200) if response.status in (400, 403, 404, 409) else response
        )

    bed.conforms(target(fault=as_success), "offer-message", OFFER, SCHEMAS + name)
    bed.conforms(target(fault=_as_error), "offer-message", OFFER, SCHEMAS + name)


def _as_error(request: Request, response: Response) -> Response:
    if not bed.is_of(request, OFFER) or response.status == 200 or b'"result"' not in response.body:
        return response
    message = json.loads(response.body)["result"]["message"]
    error = {"error": {"message": message, "detail": ""}, "status": "failure"}
    return bed.with_json(response, lambda _: error)


def test_a_failure_that_says_why_is_a_refusal(target: Targets) -> None:
    """Siblings of the API refuse with 500 (AWA-026)."""
    seen = target(fault=gives_status(400, 500))

    bed.conforms(seen, "offer-refuses", OFFER, f"{TERMS}allowed_to_decline")


def _is(get: Callable[[Body], Body], name: str, *values: Any) -> Callable[[Body], bool]:
    return lambda body: get(body).get(name, ...) in values


# A probe, the node that it looks at, and what is taken there.
TAKEN: list[tuple[str, str, Callable[[Body], bool]]] = [
    ("offer-refuses", f"{TERMS}allowed_to_decline", _is(terms, "allowed_to_decline", "on")),
    ("offer-refuses", f"{TERMS}enable_auto_assign", _is(terms, "enable_auto_assign", "maybe")),
    ("offer-refuses", f"{TERMS}display_option", _is(terms, "display_option", "card")),
    ("offer-refuses", f"{TERMS}after_timeout_presence", _is(terms, "after_timeout_presence", DESK)),
    (
        "offer-refuses",
        f"{TERMS}offered_on",
        lambda body: str(terms(body).get("offered_on")).endswith("Z"),
    ),
    ("offer-refuses", f"{SCHEMAS}OfferTimeoutText", _is(terms, "timeout", "soon")),
    (
        "offer-refuses",
        f"{TERMS}agent_sys_id",
        lambda body: _is_unknown(terms(body), "agent_sys_id"),
    ),
    (
        "offer-refuses",
        f"{SCHEMAS}OfferAssignmentRequest/properties/queue_id",
        lambda body: str(body.get("queue_id")).startswith("conformance-"),
    ),
    (
        "offer-refuses",
        f"{PARTS}source_queue_id",
        lambda body: str(parts(body).get("source_queue_id")).startswith("conformance-"),
    ),
    ("offer-refuses", f"{PARTS}target_id", _is(parts, "target_id", "somebody")),
    ("offer-refuses", f"{PARTS}target_type", _is(parts, "target_type", "user")),
    ("offer-refuses", f"{PARTS}transfer_type", _is(parts, "transfer_type", "cold")),
    ("offer-plain-user", "", _is(terms, "agent_sys_id", CONSUMER)),
    ("offer-plain-user", "", _is(parts, "target_id", CONSUMER)),
    ("offer-inside-agent", "", _is(terms, "agent_sys_id", INSIDE)),
    ("offer-inside-agent", "", _is(parts, "target_id", INSIDE)),
    ("offer-away-agent", "", _is(terms, "agent_sys_id", AWAY)),
    (
        "offer-needs",
        f"{SCHEMAS}OfferAssignmentRequest/properties/assignment",
        lambda body: isinstance(body.get("assignment"), list),
    ),
    (
        "offer-needs",
        f"{SCHEMAS}OfferAssignmentRequest/properties/queue_id",
        lambda body: "assignment" in body and "queue_id" not in body,
    ),
    (
        "offer-needs",
        f"{TERMS}agent_sys_id",
        lambda body: "assignment" in body and "agent_sys_id" not in terms(body),
    ),
    (
        "offer-needs",
        f"{SCHEMAS}OfferTransferRequest/properties/transfer",
        lambda body: "target_id" in body,
    ),
    ("offer-needs", f"{PARTS}source_queue_id", _is(parts, "source_queue_id", "")),
    ("offer-needs", f"{PARTS}target_id", _is(parts, "target_id", None)),
    (
        "offer-needs",
        f"{PARTS}target_type",
        lambda body: bool(parts(body)) and "target_type" not in parts(body),
    ),
    (
        "offer-needs",
        f"{PARTS}transfer_type",
        lambda body: bool(parts(body)) and "transfer_type" not in parts(body),
    ),
]


def _is_unknown(part: Body, name: str) -> bool:
    return part.get(name, DESK) not in (DESK, VOICE, CONSUMER, INSIDE, AWAY)


@every(("name", "pointer"), dict.fromkeys(case[:2] for case in TAKEN))
def test_the_sandbox_refuses(target: Targets, name: str, pointer: str) -> None:
    bed.conforms(target(), name, OFFER, pointer)


@every(("name", "pointer", "when"), TAKEN)
def test_what_is_taken_is_seen(
    target: Targets, name: str, pointer: str, when: Callable[[Body], bool]
) -> None:
    bed.violates(target(fault=takes(when)), name, OFFER, pointer)


@pytest.mark.parametrize("version", ["", "/v1/"])
def test_a_caller_without_the_roles(target: Targets, version: str) -> None:
    """Who may not assign may not transfer either, at neither of the URLs."""
    taken = takes(lambda body: bool(parts(body)))

    def fault(request: Request, response: Response) -> Response:
        hits = response.status == 403 and version in request.path
        return taken(request, response) if hits else response

    bed.conforms(target(), "offer-caller-refused", OFFER)
    bed.violates(target(fault=fault), "offer-caller-refused", OFFER)


def test_a_refusal_in_xml_is_looked_at_as_well(target: Targets) -> None:
    def tamper(request: Request) -> Request:
        body = request.body.replace(b"<timeout>-1<", b"<timeout>30<")
        return Request(request.method, request.path, request.query, request.headers, body)

    seen = target(tamper=tamper)

    bed.violates(seen, "offer-message", OFFER, f"{SCHEMAS}TimeoutNegativeMessage")


def test_a_document_that_does_not_exist(target: Targets) -> None:
    created: set[str] = set()

    def fault(request: Request, response: Response) -> Response:
        if bed.is_of(request, "createInteraction") and response.status == 201:
            created.add(json.loads(response.body)["result"]["sys_id"])
        hits = bed.is_of(request, OFFER) and b"transfer" in request.body and response.status == 404
        return _taken(response) if hits and request.path.split("/")[-2] not in created else response

    bed.conforms(target(), "offer-no-document", OFFER)
    bed.violates(target(fault=fault), "offer-no-document", OFFER)


def _taken(response: Response) -> Response:
    outcome = {"success": True, "message": "Manual assignment successfully requested"}
    return bed.with_status(bed.with_json(response, lambda _: {"result": outcome}), 200)


# A status, another one in its place, and the node of the clause that has it.
STATUSES = [(400, 422), (403, 401), (404, 400), (409, 400), (409, 404)]


@every(("status", "other"), STATUSES)
def test_each_cause_has_its_status(target: Targets, status: int, other: int) -> None:
    pointer = f"{bed.contract().by_id[OFFER].pointer}/responses/{status}"

    bed.conforms(target(), "offer-status", OFFER, pointer)
    bed.violates(target(fault=gives_status(status, other)), "offer-status", OFFER, pointer)


def test_a_refusal_with_the_status_of_a_success_shows_no_status(target: Targets) -> None:
    pointer = f"{bed.contract().by_id[OFFER].pointer}/responses/409"

    bed.unverified(target(fault=gives_status(409, 200)), "offer-status", OFFER, pointer)


def test_statuses_that_are_left_open(target: Targets) -> None:
    bed.conforms(target(), "offer-other-statuses", OFFER)
    bed.violates(target(fault=gives_status(409, 403)), "offer-other-statuses", OFFER)


def _assigns_anyway(body: Body) -> None:
    if terms(body).get("agent_sys_id") == AWAY:
        terms(body)["agent_sys_id"] = DESK


def test_a_refused_offer_that_is_made_all_the_same_is_seen(target: Targets) -> None:
    bed.conforms(target(), "offer-refused-changes-nothing", OFFER)

    fault = refuses(_is(terms, "agent_sys_id", AWAY), status=409, message="Agent is not available")
    seen = target(tamper=reads_as(_assigns_anyway), fault=fault)
    bed.violates(seen, "offer-refused-changes-nothing", OFFER)


def test_a_refused_offer_that_takes_work_over_is_seen(target: Targets) -> None:
    """The first offer to another agent moves the work, but its response is an error."""
    owners: dict[str, str] = {}

    def tamper(request: Request) -> Request:
        agent = terms(json.loads(request.body)).get("agent_sys_id") if _is_offer(request) else None
        if agent != VOICE or owners.get(request.path) != DESK:
            owners.setdefault(request.path, str(agent))
            return request
        owners[request.path] = "taken over"
        parts = {"target_id": VOICE, "target_type": "agent", "transfer_type": "blind"}
        body = json.dumps({"transfer": {"source_queue_id": CALLS, **parts}}).encode()
        return Request(request.method, request.path, request.query, request.headers, body)

    def fault(request: Request, response: Response) -> Response:
        is_moved = owners.get(request.path) == "taken over" and b"transfer" in request.body
        message = f"Work Item is already assigned to {DESK}"
        refused = {"result": {"success": False, "message": message}}
        if not is_moved or response.status != 200:
            return response
        return bed.with_status(bed.with_json(response, lambda _: refused), 409)

    seen = target(tamper=tamper, fault=fault)

    bed.violates(seen, "offer-refused-changes-nothing", OFFER)


def _is_offer(request: Request) -> bool:
    return bed.is_of(request, OFFER) and request.body.startswith(b"{")


def test_a_caller_whom_the_platform_refuses_shows_no_message(target: Targets) -> None:
    refused = {"error": {"message": "User Not Authorized", "detail": ""}, "status": "failure"}

    def fault(_: Request, response: Response) -> Response:
        return bed.with_json(response, lambda _: refused) if response.status == 403 else response

    bed.unverified(target(fault=fault), "offer-message", OFFER, f"{SCHEMAS}CallerLacksRoleMessage")


def test_a_blind_transfer_that_fails_for_its_agent_may_say_just_that(target: Targets) -> None:
    fault = refuses(
        lambda body: parts(body).get("target_id") == CONSUMER,
        status=409,
        message="Transfer failed - couldn't blind transfer to agent",
    )

    bed.conforms(target(fault=fault), "offer-plain-user", OFFER)
    bed.unverified(target(fault=fault), "offer-message", OFFER, f"{SCHEMAS}AgentNotValidMessage")


def test_a_refusal_for_another_reason_shows_nothing(target: Targets) -> None:
    fault = refuses(lambda body: "timeout" in terms(body), message="Agent is not available")
    name = f"{SCHEMAS}PresenceStateNotValidMessage"

    bed.unverified(target(fault=fault), "offer-message", OFFER, name)


def test_every_message_is_one_of_the_list(target: Targets) -> None:
    opinion = bed.conforms(_after_refusals(target()), "offer-sixteen-messages", OFFER)

    assert opinion.detail.startswith("each of ")


def test_without_results_nothing_is_said(target: Targets) -> None:
    bed.unverified(target(), "offer-sixteen-messages", OFFER)


def _after_refusals(seen: Probing) -> Probing:
    for name in ("DocumentNotActiveMessage", "TimeoutNegativeMessage"):
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


def test_success_beside_a_work_item_is_the_boolean(target: Targets) -> None:
    text = changes(lambda result: result.update(success="true"))

    for fault, look in ((None, bed.conforms), (text, bed.violates)):
        seen = target(fault=fault) if fault else target()
        bed.look(seen, "offer-taken", OFFER)
        look(seen, "offer-success-flag", OFFER)


def test_every_probe_is_tested() -> None:
    named = {probe.name for probe in refusals.PROBES}

    tested = {name for name, _, _ in TAKEN} | {"offer-caller-refused", "offer-no-document"}
    tested |= {"offer-message", "offer-status", "offer-other-statuses", "offer-success-flag"}
    assert named == tested | {"offer-sixteen-messages", "offer-refused-changes-nothing"}
