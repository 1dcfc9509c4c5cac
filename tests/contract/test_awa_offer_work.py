"""AWA Offer Work: the two forms of a request, flags and times, the outcome and its messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from ccaas_kit.contract import documents, layout, pointers
from tests.looping import every

Bundle = Callable[[str], dict[str, Any]]
Pointer = Callable[[str, str], Any]
Validator = Callable[[str, str], jsonschema_rs.Draft202012Validator]

API = "awa-offer-work"
PATH = "/api/now/awa/documents/{document_table}/{document_sys_id}/offer"
AGENT = "0d584509c323120095ccd02422d3ae5b"
OTHER_AGENT = "da419c1fc312310015519f2974d3ae15"
QUEUE = "92f8942787851210be070d48dabb35fb"
WORK_ITEM = {
    "display_name": "Interaction: IMS0000221",
    "sys_id": "bfa3a27e87bd5210be070d48dabb3588",
    "document_id": "59616aba87bd5210be070d48dabb35e6",
    "document_table": "interaction",
    "queue": QUEUE,
}
TRANSFER = {
    "source_queue_id": QUEUE,
    "target_id": OTHER_AGENT,
    "target_type": "agent",
    "transfer_type": "blind",
}
# Each message as the documentation lists it, with its placeholder filled in, and our status for it.
MESSAGES = {
    "OfferRequestedMessage": ("Manual assignment successfully requested", 200),
    "CallerLacksRoleMessage": (
        f"Caller {AGENT} does not have the awa_manager or awa_integration_user role",
        403,
    ),
    "WorkItemAcceptedMessage": ("Work Item accepted can not be assigned", 409),
    "AgentNotValidMessage": (f"{AGENT} is not a valid agent", 409),
    "BlindTransferFailedMessage": ("Transfer failed - couldn't blind transfer to agent", 409),
    "WorkItemAlreadyAssignedMessage": (f"Work Item is already assigned to {AGENT}", 409),
    "AgentNotAvailableMessage": ("Agent is not available", 409),
    "TimeoutNegativeMessage": ("Timeout value cannot be negative", 400),
    "PresenceStateNotValidMessage": (f"{QUEUE} is not a valid presence state", 400),
    "OfferedTimeFormatMessage": (
        "Offered time (now) must be in the following format: yyyy-MM-dd'T'HH:mm:ss.SSS",
        400,
    ),
    "OfferedTimeNotPastMessage": (
        "Offered time (2044-04-03T23:09:31.000) must be before the current time,"
        " otherwise agent will have more time to accept the work item",
        400,
    ),
    "OfferExpiredMessage": (
        "Timestamp after timeout (2024-04-03T23:10:01.000) must be after the current time,"
        " otherwise agent has no time to accept the work item",
        400,
    ),
    "DisplayOptionNotValidMessage": ("tab is not a valid display option", 400),
    "BooleanNotValidMessage": ("maybe is not a valid boolean value", 400),
    "AgentNotExternalMessage": ("The user does not have the 'awa_external_user' role", 409),
    "DocumentNotActiveMessage": ("Document is not active", 409),
}
REFUSALS = [(name, text) for name, (text, status) in MESSAGES.items() if status != 200]


def assignment(**terms: Any) -> dict[str, Any]:
    """A new assignment with the given terms beside the agent."""
    return {"queue_id": QUEUE, "assignment": {"agent_sys_id": AGENT, **terms}}


def refusal(message: str) -> dict[str, Any]:
    """A refusal in the API's own shape."""
    return {"result": {"success": False, "message": message}}


def envelope(message: str) -> dict[str, Any]:
    """A refusal in the platform's shape."""
    return {"error": {"message": message, "detail": None}, "status": "failure"}


def schema_names(document: dict[str, Any], status: str) -> set[str]:
    """Names of the schemas of a response, over its media types."""
    response = pointers.follow(document, document["paths"][PATH]["post"]["responses"][status])
    return {
        content["schema"]["$ref"].rpartition("/")[2] for content in response["content"].values()
    }


# Requests


@pytest.mark.parametrize(
    ("table", "valid"),
    [("interaction", True), ("task", True), ("x_acme_call", True), ("Interaction", False)],
)
def test_document_table_is_any_table_name(
    bundle: Bundle, validator: Validator, table: str, valid: bool
) -> None:
    parameter = bundle(API)["components"]["parameters"]["OfferDocumentTable"]

    assert parameter["schema"] == {"$ref": "#/components/schemas/TableName"}
    assert validator(API, "TableName").is_valid(table) is valid


@every(
    ("body", "valid"),
    [
        (assignment(), True),
        ({"transfer": TRANSFER}, True),
        ({}, False),
        ({"external_segment_id": "segment"}, False),
        ({"queue_id": QUEUE}, False),
        ({"assignment": {"agent_sys_id": AGENT}}, False),
        ({"queue_id": QUEUE, "assignment": {}}, False),
        ({"queue_id": QUEUE, "assignment": "agent"}, False),
        ({"transfer": "queue"}, False),
        ([], False),
    ],
    ids=[
        "assignment",
        "transfer",
        "empty",
        "segment alone",
        "queue alone",
        "no queue",
        "no agent",
        "assignment as text",
        "transfer as text",
        "list",
    ],
)
def test_request_has_one_of_two_forms(validator: Validator, body: Any, valid: bool) -> None:
    assert validator(API, "OfferWorkRequest").is_valid(body) is valid


@pytest.mark.parametrize(
    ("transfer", "valid"), [(TRANSFER, True), ({}, False), ({**TRANSFER, "target_id": ""}, False)]
)
def test_transfer_decides_beside_an_assignment(
    validator: Validator, transfer: dict[str, Any], valid: bool
) -> None:
    body = {**assignment(), "transfer": transfer}

    assert validator(API, "OfferWorkRequest").is_valid(body) is valid


@pytest.mark.parametrize("beside", [{"assignment": {"timeout": 30}}, {"assignment": {}}, {}])
def test_assignment_beside_a_transfer_need_not_be_whole(
    validator: Validator, beside: dict[str, Any]
) -> None:
    assert validator(API, "OfferWorkRequest").is_valid({"transfer": TRANSFER, **beside})
    assert not validator(API, "OfferWorkRequest").is_valid({"queue_id": QUEUE, **beside})


@pytest.mark.parametrize(
    "missing", ["source_queue_id", "target_id", "target_type", "transfer_type"]
)
def test_transfer_needs_all_four_parts(validator: Validator, missing: str) -> None:
    transfer = {name: value for name, value in TRANSFER.items() if name != missing}

    assert validator(API, "OfferTransfer").is_valid(TRANSFER)
    assert not validator(API, "OfferTransfer").is_valid(transfer)
    assert not validator(API, "OfferWorkRequest").is_valid({"transfer": transfer})


@every(
    ("target_type", "target_id", "valid"),
    [
        ("agent", OTHER_AGENT, True),
        ("queue", QUEUE, True),
        ("queue", "calls-en", True),
        ("queue", "", False),
        ("queue", 7, False),
        ("group", QUEUE, False),
        ("agent", "voice", False),
        ("agent", "", False),
    ],
)
def test_transfer_target_is_a_sys_id_or_an_external_id(
    validator: Validator, target_type: str, target_id: Any, valid: bool
) -> None:
    transfer = {**TRANSFER, "target_type": target_type, "target_id": target_id}

    assert validator(API, "OfferTransfer").is_valid(transfer) is valid


@every(
    ("transfer_type", "valid"),
    [("blind", True), ("consult", True), ("warm", False), ("Blind", False), (None, False)],
)
def test_transfer_is_blind_or_consult(
    validator: Validator, transfer_type: Any, valid: bool
) -> None:
    transfer = {**TRANSFER, "transfer_type": transfer_type}

    assert validator(API, "OfferTransfer").is_valid(transfer) is valid


@pytest.mark.parametrize(
    ("agent", "valid"), [(AGENT, True), (AGENT[:-1], False), ("", False), (None, False)]
)
def test_offered_agent_is_a_sys_id(validator: Validator, agent: Any, valid: bool) -> None:
    body = {"queue_id": QUEUE, "assignment": {"agent_sys_id": agent}}

    assert validator(API, "OfferWorkRequest").is_valid(body) is valid


@every(
    ("queue", "valid"), [(QUEUE, True), ("calls-en", True), ("7", True), ("", False), (7, False)]
)
def test_queue_id_is_a_sys_id_or_an_external_id(
    validator: Validator, queue: Any, valid: bool
) -> None:
    assert validator(API, "OfferQueueId").is_valid(queue) is valid
    assert validator(API, "OfferWorkRequest").is_valid({**assignment(), "queue_id": queue}) is valid


@pytest.mark.parametrize(
    ("segment", "valid"), [("segment_1", True), ("", True), ("s" * 5000, True), (1, False)]
)
def test_external_segment_id_is_optional_text(
    validator: Validator, segment: Any, valid: bool
) -> None:
    judge = validator(API, "OfferWorkRequest")

    assert judge.is_valid(assignment())
    assert judge.is_valid({**assignment(), "external_segment_id": segment}) is valid
    assert judge.is_valid({"transfer": TRANSFER, "external_segment_id": segment}) is valid


@every("flag", ["allowed_to_decline", "enable_auto_assign"])
@every(
    ("value", "valid"),
    [
        *((value, True) for value in (True, False, "true", "false", "yes", "no", "1", "0")),
        *((value, False) for value in ("TRUE", "on", "", "2", None)),
    ],
)
def test_flag_is_a_boolean_or_one_of_six_texts(
    validator: Validator, flag: str, value: Any, valid: bool
) -> None:
    assert validator(API, "OfferWorkRequest").is_valid(assignment(**{flag: value})) is valid


@pytest.mark.parametrize("value", [0, 1, 1.0])
def test_flag_is_no_number(validator: Validator, value: float) -> None:
    assert not validator(API, "OfferFlag").is_valid(value)


@every(
    ("name", "default"),
    [
        ("after_timeout_presence", ""),
        ("allowed_to_decline", True),
        ("display_option", "card_only"),
        ("enable_auto_assign", False),
        ("timeout", ""),
    ],
)
def test_terms_have_the_documented_defaults(
    pointer: Pointer, validator: Validator, name: str, default: Any
) -> None:
    term = pointer(API, f"#/components/schemas/OfferAssignment/properties/{name}")

    assert term["x-sn-default"] == default
    assert type(term["x-sn-default"]) is type(default)
    assert validator(API, "OfferWorkRequest").is_valid(assignment(**{name: default}))


@pytest.mark.parametrize(
    ("option", "valid"), [("card_and_tab", True), ("card_only", True), ("tab_only", False)]
)
def test_display_option_may_stand_without_auto_assign(
    pointer: Pointer, validator: Validator, option: str, valid: bool
) -> None:
    node = pointer(API, "#/components/schemas/OfferAssignment/properties/display_option")
    judge = validator(API, "OfferWorkRequest")

    assert node["x-sn-applies-when"] == {"property": "enable_auto_assign", "equals": True}
    assert judge.is_valid(assignment(display_option=option)) is valid
    assert judge.is_valid(assignment(display_option=option, enable_auto_assign=True)) is valid


@pytest.mark.parametrize(
    ("name", "value", "malformed"),
    [
        ("after_timeout_presence", "9f4e02a187851210be070d48dabb3541", "away"),
        ("offered_on", "2024-04-03T23:09:31.000", "today"),
    ],
)
def test_terms_of_a_timeout_may_stand_without_it(
    pointer: Pointer, validator: Validator, name: str, value: str, malformed: str
) -> None:
    node = pointer(API, f"#/components/schemas/OfferAssignment/properties/{name}")
    judge = validator(API, "OfferWorkRequest")

    assert node["x-sn-applies-when"] == {"property": "timeout"}
    for timeout in ({}, {"timeout": ""}):
        assert judge.is_valid(assignment(**{name: value}, **timeout))
        assert judge.is_valid(assignment(**{name: malformed}, **timeout))
        assert not judge.is_valid(assignment(**{name: 7}, **timeout))
    for limit in (30, "30", 0):
        assert judge.is_valid(assignment(**{name: value}, timeout=limit))
        assert not judge.is_valid(assignment(**{name: malformed}, timeout=limit))


@every(
    ("timeout", "valid"),
    [
        (30, True),
        (30.5, True),
        ("30", True),
        ("", True),
        ("30.5", False),
        ("-1", False),
        ("soon", False),
        (True, False),
        (None, False),
    ],
)
def test_timeout_is_a_number_or_text_of_digits(
    validator: Validator, timeout: Any, valid: bool
) -> None:
    assert validator(API, "OfferWorkRequest").is_valid(assignment(timeout=timeout)) is valid


@pytest.mark.parametrize(("timeout", "valid"), [(0, True), ("0", True), (-1, False), (-0.5, False)])
def test_timeout_starts_at_zero(validator: Validator, timeout: Any, valid: bool) -> None:
    assert validator(API, "OfferTimeout").is_valid(timeout) is valid


@every(
    ("moment", "valid"),
    [
        ("2024-04-03T23:09:31.000", True),
        ("2024-12-31T00:00:00.999", True),
        ("2024-04-03T23:09:31.000Z", False),
        ("2024-04-03T23:09:31.000+01:00", False),
        ("2024-04-03T23:09:31", False),
        ("2024-04-03T23:09:31.00", False),
        ("2024-04-03T23:09:31.0000", False),
        ("2024-04-03 23:09:31.000", False),
        ("2024-13-03T23:09:31.000", False),
        ("2024-00-03T23:09:31.000", False),
        ("2024-04-32T23:09:31.000", False),
        ("2024-04-00T23:09:31.000", False),
        ("2024-04-03T24:00:00.000", False),
        ("2024-04-03T23:60:31.000", False),
        ("2024-04-03T23:09:60.000", False),
        ("", False),
        (1712185771000, False),
    ],
)
def test_offer_time_has_milliseconds_and_no_zone(
    validator: Validator, moment: Any, valid: bool
) -> None:
    assert validator(API, "OfferTimestamp").is_valid(moment) is valid
    body = assignment(offered_on=moment, timeout=30)
    assert validator(API, "OfferWorkRequest").is_valid(body) is valid


@pytest.mark.parametrize("name", ["note", "u_priority"])
def test_request_stays_open_to_unknown_fields(validator: Validator, name: str) -> None:
    judge = validator(API, "OfferWorkRequest")

    assert judge.is_valid({**assignment(**{name: "x"}), name: "x"})
    assert judge.is_valid({"transfer": {**TRANSFER, name: "x"}, name: "x"})


# Answers


def test_response_stands_in_result(validator: Validator) -> None:
    outcome = {
        "work_item": WORK_ITEM,
        "success": True,
        "message": "Manual assignment successfully requested.",
    }

    assert validator(API, "OfferWorkResponse").is_valid({"result": outcome})
    assert not validator(API, "OfferWorkResponse").is_valid(outcome)


@pytest.mark.parametrize("missing", ["message", "success", "work_item"])
def test_success_has_all_three_parts(validator: Validator, missing: str) -> None:
    outcome = {
        "work_item": WORK_ITEM,
        "success": True,
        "message": "Manual assignment successfully requested",
    }
    del outcome[missing]

    assert not validator(API, "OfferWorkResponse").is_valid({"result": outcome})


@every("missing", list(WORK_ITEM))
def test_work_item_has_all_five_parts(validator: Validator, missing: str) -> None:
    part = {name: value for name, value in WORK_ITEM.items() if name != missing}

    assert validator(API, "WorkItem").is_valid(WORK_ITEM)
    assert not validator(API, "WorkItem").is_valid(part)


@pytest.mark.parametrize(
    ("queue", "valid"), [(QUEUE, True), ("calls-en", True), ("", False), (None, False)]
)
def test_queue_of_a_response_is_a_sys_id_or_an_external_id(
    validator: Validator, queue: Any, valid: bool
) -> None:
    assert validator(API, "WorkItem").is_valid({**WORK_ITEM, "queue": queue}) is valid


@every(("name", "text"), REFUSALS, ids=[name for name, _ in REFUSALS])
def test_success_false_is_a_valid_200(validator: Validator, name: str, text: str) -> None:
    assert validator(API, name).is_valid(text)
    assert validator(API, "OfferWorkResponse").is_valid(refusal(text))


@every("success", ["true", "false", "", None, 1, 0])
def test_success_is_a_json_boolean(validator: Validator, success: Any) -> None:
    outcome = {"success": success, "message": "Agent is not available", "work_item": WORK_ITEM}

    assert not validator(API, "OfferResult").is_valid(outcome)


@pytest.mark.parametrize(
    ("success", "message"),
    [
        (True, "Agent is not available"),
        (False, "Manual assignment successfully requested"),
        (False, "Something else"),
        (False, ""),
    ],
)
def test_message_agrees_with_success(validator: Validator, success: bool, message: str) -> None:
    outcome = {"success": success, "message": message, "work_item": WORK_ITEM}

    assert not validator(API, "OfferResult").is_valid(outcome)


@pytest.mark.parametrize(
    ("extra", "valid"), [({}, True), ({"work_item": WORK_ITEM}, True), ({"work_item": {}}, False)]
)
def test_refusal_may_lack_its_work_item(
    validator: Validator, extra: dict[str, Any], valid: bool
) -> None:
    outcome = {"success": False, "message": "Agent is not available", **extra}

    assert validator(API, "OfferRefused").is_valid(outcome) is valid


@pytest.mark.parametrize("missing", ["success", "message"])
def test_refusal_needs_success_and_message(validator: Validator, missing: str) -> None:
    outcome = {"success": False, "message": "Agent is not available"}
    del outcome[missing]

    assert not validator(API, "OfferRefusedResponse").is_valid({"result": outcome})


def test_refusal_has_either_shape(bundle: Bundle, validator: Validator) -> None:
    judge = validator(API, "OfferWorkFailure")

    for status in ("400", "403", "404", "409", "500"):
        assert schema_names(bundle(API), status) == {"OfferWorkFailure"}, status
    assert judge.is_valid(refusal("Agent is not available"))
    assert judge.is_valid(envelope("Agent is not available"))
    assert not judge.is_valid({"result": {"success": True, "message": "Agent is not available"}})
    assert not judge.is_valid({"message": "Agent is not available"})


def test_missing_role_of_the_caller_is_a_403_of_either_shape(
    bundle: Bundle, validator: Validator
) -> None:
    text, _ = MESSAGES["CallerLacksRoleMessage"]

    assert schema_names(bundle(API), "403") == {"OfferWorkFailure"}
    assert validator(API, "OfferWorkFailure").is_valid(refusal(text))
    assert validator(API, "OfferWorkFailure").is_valid(envelope("User Not Authorized"))


def test_invalid_value_is_a_400_of_either_shape(bundle: Bundle, validator: Validator) -> None:
    judge = validator(API, "OfferWorkFailure")

    assert schema_names(bundle(API), "400") == {"OfferWorkFailure"}
    assert judge.is_valid(refusal("Timeout value cannot be negative"))
    assert judge.is_valid(envelope("Exception while reading request"))


def test_missing_record_is_a_404_of_either_shape(bundle: Bundle, validator: Validator) -> None:
    document = bundle(API)

    schemas = document["components"]["schemas"].values()

    assert [schema for schema in schemas if schema.get("x-sn-status") == 404] == []
    assert schema_names(document, "404") == {"OfferWorkFailure"}
    assert validator(API, "OfferWorkFailure").is_valid(envelope("No Record found"))


@pytest.mark.parametrize(
    ("schema", "root"),
    [
        ("OfferWorkRequest", "request"),
        ("OfferWorkResponse", "response"),
        ("OfferRefusedResponse", "response"),
        ("ErrorResponse", "response"),
    ],
)
def test_xml_roots_are_request_and_response(pointer: Pointer, schema: str, root: str) -> None:
    assert pointer(API, f"#/components/schemas/{schema}")["xml"] == {"name": root}


def test_bodies_are_json_first_and_xml(bundle: Bundle) -> None:
    document = bundle(API)
    operation = document["paths"][PATH]["post"]
    request = pointers.follow(document, operation["requestBody"])

    assert list(request["content"]) == ["application/json", "application/xml"]
    for status, response in operation["responses"].items():
        content = pointers.follow(document, response)["content"]
        # A client that accepts neither type gets its refusal as JSON.
        both = ["application/json"] if status == "406" else ["application/json", "application/xml"]
        assert list(content) == both, status


def test_operation_has_the_statuses_of_page_and_platform(bundle: Bundle) -> None:
    responses = bundle(API)["paths"][PATH]["post"]["responses"]

    assert list(responses) == [
        "200",
        "400",
        "401",
        "403",
        "404",
        "406",
        "409",
        "415",
        "429",
        "500",
    ]


# Messages


@every("name", list(MESSAGES))
def test_each_message_has_the_status_we_expect(
    pointer: Pointer, validator: Validator, name: str
) -> None:
    text, status = MESSAGES[name]

    assert pointer(API, f"#/components/schemas/{name}")["x-sn-status"] == status
    assert validator(API, name).is_valid(text)


def test_every_message_schema_is_one_of_the_sixteen(pointer: Pointer) -> None:
    schemas = pointer(API, "#/components/schemas")
    refusals = [branch["$ref"] for branch in schemas["OfferRefusalMessage"]["anyOf"]]

    assert len(MESSAGES) == 16
    assert [name for name, schema in schemas.items() if "x-sn-status" in schema] == list(MESSAGES)
    assert refusals == [f"#/components/schemas/{name}" for name, _ in REFUSALS]


@every("name", list(MESSAGES))
def test_message_fits_no_other_schema(validator: Validator, name: str) -> None:
    text, _ = MESSAGES[name]

    assert [other for other in MESSAGES if validator(API, other).is_valid(text)] == [name]


@every("name", list(MESSAGES))
def test_message_has_an_example_under_its_status(
    bundle: Bundle, validator: Validator, name: str
) -> None:
    document = bundle(API)
    _, status = MESSAGES[name]
    judge = validator(API, name)

    response = document["paths"][PATH]["post"]["responses"][str(status)]
    for content in pointers.follow(document, response)["content"].values():
        bodies = [
            pointers.follow(document, example)["value"] for example in content["examples"].values()
        ]
        messages = [body["result"]["message"] for body in bodies if "result" in body]
        assert any(judge.is_valid(message) for message in messages)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("Manual assignment successfully requested", True),
        ("Manual assignment successfully requested.", True),
        ("Manual assignment successfully requested..", False),
        ("manual assignment successfully requested", False),
    ],
)
def test_success_message_may_end_in_a_full_stop(
    validator: Validator, text: str, valid: bool
) -> None:
    outcome = {"work_item": WORK_ITEM, "success": True, "message": text}

    assert validator(API, "OfferResult").is_valid(outcome) is valid


def test_success_has_no_other_message(pointer: Pointer, validator: Validator) -> None:
    accepted = pointer(API, "#/components/schemas/OfferAccepted")
    transferred = {"work_item": WORK_ITEM, "success": True, "message": "Transfer requested"}

    assert accepted["properties"]["message"] == {
        "$ref": "#/components/schemas/OfferRequestedMessage"
    }
    assert not validator(API, "OfferResult").is_valid(transferred)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("Work Item accepted can not be assigned", True),
        ("Work Item accepted cannot be assigned", False),
        ("Work item is accepted and can not be assigned", False),
    ],
)
def test_message_about_accepted_work_is_kept_as_worded(
    validator: Validator, text: str, valid: bool
) -> None:
    assert validator(API, "OfferRefusalMessage").is_valid(text) is valid


def test_invalid_agent_is_a_conflict(pointer: Pointer, validator: Validator) -> None:
    schema = pointer(API, "#/components/schemas/AgentNotValidMessage")

    assert schema["x-sn-status"] == 409
    assert validator(API, "AgentNotValidMessage").is_valid("nobody is not a valid agent")


def test_missing_external_role_is_a_conflict(pointer: Pointer) -> None:
    schema = pointer(API, "#/components/schemas/AgentNotExternalMessage")

    assert schema["x-sn-status"] == 409
    assert schema["const"] == "The user does not have the 'awa_external_user' role"


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("Transfer failed - couldn't blind transfer to agent", True),
        ("Transfer failed - couldn't consult transfer to agent", False),
        ("Transfer failed - couldn't blind transfer to queue", False),
    ],
)
def test_no_message_for_other_failed_transfers(
    validator: Validator, text: str, valid: bool
) -> None:
    assert validator(API, "OfferRefusalMessage").is_valid(text) is valid


@pytest.mark.parametrize("moment", ["2024-04-03T23:10:01.000", "2024-04-03 23:10:01", "1712185801"])
def test_time_inside_a_message_has_any_form(validator: Validator, moment: str) -> None:
    for name in ("OfferedTimeFormatMessage", "OfferedTimeNotPastMessage", "OfferExpiredMessage"):
        text, _ = MESSAGES[name]
        before, _, rest = text.partition("(")
        after = rest.partition(")")[2]
        judge = validator(API, name)

        assert judge.is_valid(f"{before}({moment}){after}"), name
        # Only the first message can be about an empty time.
        assert judge.is_valid(f"{before}(){after}") is (name == "OfferedTimeFormatMessage")


@pytest.mark.parametrize("value", ["maybe", "%s", "", "two\nlines"])
def test_message_about_a_flag_may_show_its_placeholder(validator: Validator, value: str) -> None:
    text = f"{value} is not a valid boolean value"

    assert validator(API, "OfferRefusalMessage").is_valid(text)


@pytest.mark.parametrize(
    ("agent", "valid"), [(AGENT, True), (OTHER_AGENT, True), ("somebody", False)]
)
def test_assigned_work_is_refused_for_another_agent(
    pointer: Pointer, validator: Validator, agent: str, valid: bool
) -> None:
    text = f"Work Item is already assigned to {agent}"
    said = pointer(API, "#/components/schemas/WorkItemAlreadyAssignedMessage")["description"]

    assert validator(API, "OfferRefusalMessage").is_valid(text) is valid
    assert said.startswith("Another agent")


# The page's samples


def test_sample_request_is_the_body_of_the_page(pointer: Pointer) -> None:
    example = pointer(API, "#/components/examples/offerWorkToNamedAgentRequest")

    assert example["value"] == {
        "external_segment_id": "segment_59616aba87bd5210be070d48dabb35e6",
        "queue_id": "92f8942787851210be070d48dabb35fb",
        "assignment": {
            "agent_sys_id": "0d584509c323120095ccd02422d3ae5b",
            "allowed_to_decline": "true",
            "enable_auto_assign": "false",
            "timeout": 30,
            "offered_on": "2024-04-03T23:09:31.000",
        },
    }


def test_sample_request_has_an_offer_time_of_2024(pointer: Pointer, validator: Validator) -> None:
    example = pointer(API, "#/components/examples/offerWorkToNamedAgentRequest")

    assert example["value"]["assignment"]["offered_on"].startswith("2024-04-03T")
    assert example["value"]["assignment"]["timeout"] == 30
    assert validator(API, "OfferWorkRequest").is_valid(example["value"])


def test_sample_response_is_the_one_of_the_page(pointer: Pointer) -> None:
    example = pointer(API, "#/components/examples/offerWorkOfferedResponse")

    assert example["value"] == {
        "result": {
            "work_item": WORK_ITEM,
            "success": True,
            "message": "Manual assignment successfully requested.",
        }
    }


def test_every_example_fits_its_schema(bundle: Bundle) -> None:
    document = bundle(API)
    operation = document["paths"][PATH]["post"]
    holders = [operation["requestBody"], *operation["responses"].values()]
    shown: set[str] = set()

    for holder in holders:
        for content in pointers.follow(document, holder)["content"].values():
            judge = jsonschema_rs.Draft202012Validator(
                {**content["schema"], "components": document["components"]}
            )
            for reference in content["examples"].values():
                example = pointers.follow(document, reference)
                shown.add(reference["$ref"].rpartition("/")[2])
                assert judge.is_valid(example["value"]), reference["$ref"]

    source = documents.load(layout.SOURCE / "examples" / f"{API}.yaml")
    bodies = {name for name in source["components"]["examples"] if name.startswith("offerWork")}
    assert bodies <= shown


def test_server_is_an_instance(bundle: Bundle) -> None:
    urls = [server["url"] for server in bundle(API)["servers"]]

    assert urls == ["https://{instance}.service-now.com"]


def test_offer_shows_in_the_assigned_to_field(bundle: Bundle) -> None:
    operation = bundle(API)["paths"][PATH]["post"]

    assert "its Assigned to field\nshows who has it" in operation["description"]
    assert operation["x-sn-state"] == {
        "creates": "awa_work_item",
        "updates": "awa_work_item",
        "key": ["document_table", "document_sys_id"],
    }


def test_path_has_a_versioned_form_with_the_same_parameters() -> None:
    item = documents.load(layout.SOURCE / f"{API}.yaml")["paths"][PATH]

    assert item["x-sn-versioned"] == {
        "path": "/api/now/{api_version}/awa/documents/{document_table}/{document_sys_id}/offer",
        "parameter": {"$ref": "common.yaml#/components/parameters/ApiVersion"},
    }


def test_path_begins_with_api(bundle: Bundle) -> None:
    assert list(bundle(API)["paths"]) == [PATH]
    assert PATH.startswith("/api/")
