"""What the contract decides about agent mappings where the page is silent or of two minds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from ccaas_kit.contract import pointers, roles
from tests.looping import every

Bundle = Callable[[str], dict[str, Any]]
Pointer = Callable[[str, str], Any]
Validator = Callable[[str, str], jsonschema_rs.Draft202012Validator]

API = "agent-mapping"
URL = "/api/sn_ct_ctr_it_core/agent_mapping/agent/{agentId}/inboundId/{inboundId}"
PATH = pointers.build("paths", URL)
PUT = f"{PATH}/put"
EXAMPLES = "#/components/examples"
MAPPING_ID = "128b74fcc3931a50325a4ad9d00131c3"
OTHER_MAPPING_ID = "cea77cebebef9e10a341fc7acad0cdc2"
RESULT: dict[str, Any] = {
    "message": "Agent Id mapping record inserted",
    "status": "success",
    "mappingIds": [MAPPING_ID],
}


@every(
    ("value", "valid"),
    [
        (True, True),
        (False, True),
        ("true", True),
        ("false", True),
        ("True", False),
        ("yes", False),
        ("", False),
        (1, False),
        (0, False),
        (None, False),
    ],
)
def test_active_is_a_boolean_or_its_text(validator: Validator, value: Any, valid: bool) -> None:
    body = {"external_agent_id": "12345", "active": value}

    assert validator(API, "SetAgentMappingRequest").is_valid(body) is valid


def test_one_role_is_named(pointer: Pointer) -> None:
    assert roles.of(pointer(API, PUT)) == roles.Roles(("interaction_agent",))


def test_active_is_optional_and_true_by_default(pointer: Pointer, validator: Validator) -> None:
    assert validator(API, "SetAgentMappingRequest").is_valid({"external_agent_id": "12345"})
    assert pointer(API, "#/components/schemas/AgentActive")["x-sn-default"] is True


@pytest.mark.parametrize(
    ("schema", "rest", "spellings"),
    [
        ("AgentMappingResult", RESULT, ["success", "Success"]),
        ("AgentMappingFailure", {}, ["failure", "Failure"]),
    ],
)
def test_status_has_both_spellings_of_its_own_outcome(
    validator: Validator, schema: str, rest: dict[str, Any], spellings: list[str]
) -> None:
    judge = validator(API, schema)

    accepted = [
        status
        for status in ("success", "Success", "SUCCESS", "failure", "Failure", "", None)
        if judge.is_valid({**rest, "status": status})
    ]

    assert accepted == spellings


def test_statuses_are_the_listed_ones_and_those_of_the_platform(pointer: Pointer) -> None:
    listed = ["200", "201", "400"]
    of_the_platform = ["401", "403", "406", "415", "429", "500"]

    assert list(pointer(API, PUT)["responses"]) == listed + of_the_platform


def test_agent_and_inbound_id_identify_a_mapping(bundle: Bundle, pointer: Pointer) -> None:
    document = bundle(API)
    parameters = document["paths"][URL]["parameters"]

    assert pointer(API, PUT)["x-sn-state"] == {
        "creates": "external_agent_mapping",
        "updates": "external_agent_mapping",
        "key": ["agentId", "inboundId"],
    }
    assert [pointers.follow(document, parameter)["name"] for parameter in parameters] == [
        "agentId",
        "inboundId",
    ]


@every(
    ("body", "valid"),
    [
        ({"result": {"status": "failure", "message": "Invalid agent ID"}}, True),
        ({"result": {"status": "failure", "response": {}, "errors": ["Invalid agent ID"]}}, True),
        ({"error": {"message": "Exception while reading request"}, "status": "failure"}, True),
        ({"result": {"message": "Invalid agent ID"}}, False),
        ({"result": {"status": "failure", "errors": "Invalid agent ID"}}, False),
        ({"result": {"status": "failure", "errors": [400]}}, False),
        ({"result": RESULT}, False),
        ({"error": "no", "status": "failure"}, False),
        ({}, False),
    ],
    ids=[
        "message",
        "sibling",
        "platform",
        "no status",
        "errors as text",
        "errors as numbers",
        "success",
        "platform with text",
        "nothing",
    ],
)
def test_refusal_is_a_failed_result_or_a_platform_error(
    validator: Validator, body: dict[str, Any], valid: bool
) -> None:
    assert validator(API, "SetAgentMappingFailure").is_valid(body) is valid


def test_repaired_sample_keeps_the_fields_and_values(pointer: Pointer) -> None:
    example = pointer(API, f"{EXAMPLES}/setAgentMappingSignedOutRequest")

    assert example["value"] == {"external_agent_id": "12345", "active": "false"}
    assert "AGT-006" in example["x-sn-quirks"]


@every(
    ("value", "valid"),
    [("1", True), ("12345", True), ("x" * 4000, True), ("", False), (12345, False), (None, False)],
    ids=["one character", "as in the sample", "long", "empty", "number", "null"],
)
def test_external_agent_id_has_at_least_one_character(
    validator: Validator, value: Any, valid: bool
) -> None:
    judge = validator(API, "SetAgentMappingRequest")

    assert judge.is_valid({"external_agent_id": value}) is valid


@every("value", [12345, 1.5, True, None, ["12345"], {"id": "12345"}])
def test_external_agent_id_is_text(validator: Validator, value: Any) -> None:
    judge = validator(API, "SetAgentMappingRequest")

    assert judge.is_valid({"external_agent_id": "12345"})
    assert not judge.is_valid({"external_agent_id": value})


def test_external_agent_id_is_required(validator: Validator) -> None:
    judge = validator(API, "SetAgentMappingRequest")

    assert not judge.is_valid({})
    assert not judge.is_valid({"active": True})


def test_only_the_default_url_is_offered(bundle: Bundle) -> None:
    assert list(bundle(API)["paths"]) == [URL]
    assert [path for path in bundle("all")["paths"] if "agent_mapping" in path] == [URL]


def test_samples_of_creation_and_update_name_different_records(pointer: Pointer) -> None:
    created = pointer(API, f"{EXAMPLES}/setAgentMappingSignedInResponse/value/result")
    updated = pointer(API, f"{EXAMPLES}/setAgentMappingSignedOutResponse/value/result")

    assert created["mappingIds"] == [MAPPING_ID]
    assert updated["mappingIds"] == [OTHER_MAPPING_ID]


@every(
    ("value", "valid"),
    [
        ([MAPPING_ID], True),
        ([MAPPING_ID, OTHER_MAPPING_ID], True),
        ([MAPPING_ID, MAPPING_ID], False),
        ([], False),
        (MAPPING_ID, False),
        (["12345"], False),
        ([None], False),
    ],
    ids=["one", "two", "the same twice", "none", "text", "no sys_id", "null"],
)
def test_mapping_ids_are_one_or_more_different_sys_ids(
    validator: Validator, value: Any, valid: bool
) -> None:
    result = {**RESULT, "mappingIds": value}

    assert validator(API, "AgentMappingResult").is_valid(result) is valid


@pytest.mark.parametrize("field", ["message", "status", "mappingIds"])
def test_result_of_a_written_mapping_has_all_fields(validator: Validator, field: str) -> None:
    judge = validator(API, "SetAgentMappingResponse")

    assert judge.is_valid({"result": RESULT})
    assert not judge.is_valid({"result": {k: v for k, v in RESULT.items() if k != field}})


def test_result_may_carry_more(validator: Validator) -> None:
    assert validator(API, "SetAgentMappingResponse").is_valid({"result": {**RESULT, "new": 1}})


def test_required_plugin_is_the_one_of_the_page(pointer: Pointer) -> None:
    assert pointer(API, "#/info")["x-sn-plugins"] == [
        {"id": "sn_external_agent", "name": "External Agent Management Util Pack"}
    ]


def test_operation_speaks_json_only(bundle: Bundle) -> None:
    document = bundle(API)
    operation = document["paths"][URL]["put"]
    body = pointers.follow(document, operation["requestBody"])
    media = {
        status: list(pointers.follow(document, response)["content"])
        for status, response in operation["responses"].items()
    }

    assert body["required"] is True
    assert list(body["content"]) == ["application/json"]
    assert [status for status, kinds in media.items() if kinds != ["application/json"]] == []


@pytest.mark.parametrize(("value", "valid"), [("ServiceNowVoice", True), ("", False)])
def test_inbound_id_is_not_empty(validator: Validator, value: str, valid: bool) -> None:
    assert validator(API, "InboundId").is_valid(value) is valid


def test_path_begins_with_api(bundle: Bundle) -> None:
    assert list(bundle(API)["paths"]) == [URL]
    assert URL.startswith("/api/")
