"""What the contract decides about external id mappings where the page is silent or of two minds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from ccaas_kit.contract import pointers, roles
from ccaas_kit.contract.operations import operations
from tests.looping import every

Bundle = Callable[[str], dict[str, Any]]
Pointer = Callable[[str, str], Any]
Validator = Callable[[str, str], jsonschema_rs.Draft202012Validator]

API = "external-id-mapping"
URL = "/api/sn_ct_ctr_it_core/external_id_mapping/table/{tableName}/documentId/{documentId}"
PATH = pointers.build("paths", URL)
GET = f"{PATH}/get"
PUT = f"{PATH}/put"
EXAMPLES = "#/components/examples"
PROVIDER = "8b592fb64f140210c0338ef0b1ce0b18"
MAPPING: dict[str, Any] = {
    "document_table": "sn_customerservice_case",
    "document_id": "f584a7b23b3d3e10c524c59a04e45a6f",
    "external_id": "200",
    "external_provider": PROVIDER,
}
PLATFORM_ERROR = {"error": {"message": "No Record found", "detail": None}, "status": "failure"}


def _schemas(document: dict[str, Any], status: str, method: str) -> dict[str, str]:
    response = pointers.follow(document, document["paths"][URL][method]["responses"][status])
    return {
        media: content["schema"]["$ref"].rpartition("/")[2]
        for media, content in response["content"].items()
    }


def test_storing_takes_both_roles_and_reading_the_first(pointer: Pointer) -> None:
    first, second = "sn_ct_ctr_it_core.admin", "awa_integration_user"
    reading, storing = roles.of(pointer(API, GET)), roles.of(pointer(API, PUT))

    assert [reading.admit(user_roles) for user_roles in ({first}, {second}, {first, second})] == [
        True,
        False,
        True,
    ]
    assert [storing.admit(user_roles) for user_roles in ({first}, {second}, {first, second})] == [
        False,
        False,
        True,
    ]


def test_refusals_and_successes_have_no_shape_in_common(validator: Validator) -> None:
    stored = {"result": {"message": "External ID mapping record inserted", "status": "success"}}
    refused = {"result": {"error": {"message": "no"}, "status": "failure"}}

    assert validator(API, "SetExternalIdMappingResponse").is_valid(stored)
    assert not validator(API, "SetExternalIdMappingResponse").is_valid(refused)
    assert not validator(API, "ExternalIdMappingRefusal").is_valid(stored)


@every(
    ("error", "valid"),
    [
        ({"message": "Record not found"}, True),
        ({"message": "Record not found", "detail": "new"}, True),
        ("Record not found", True),
        ({}, False),
        ({"message": 404}, False),
        (None, False),
        (["Record not found"], False),
    ],
    ids=["object", "more fields", "text", "no message", "number", "null", "list"],
)
def test_error_is_an_object_with_a_message_or_a_text(
    validator: Validator, error: Any, valid: bool
) -> None:
    assert validator(API, "ExternalIdMappingFailure").is_valid({"error": error}) is valid


@every(
    ("body", "valid"),
    [
        ({"result": {"error": {"message": "no"}, "status": "failure"}}, True),
        ({"result": {"error": {"message": "no"}}}, True),
        (PLATFORM_ERROR, True),
        ({"result": {"status": "failure"}}, False),
        ({"result": {"message": "updated", "status": "success"}}, False),
        ({"error": {"message": "no"}}, False),
        ({"error": "no", "status": "failure"}, False),
        ({}, False),
    ],
    ids=[
        "own shape",
        "own shape without status",
        "platform",
        "no reason",
        "success",
        "platform without status",
        "platform with text",
        "nothing",
    ],
)
def test_refusal_is_a_failed_result_or_a_platform_error(
    validator: Validator, body: Any, valid: bool
) -> None:
    assert validator(API, "ExternalIdMappingRefusal").is_valid(body) is valid


@every("method", ["get", "put"])
@every("status", ["400", "403", "404", "500"])
def test_own_refusals_allow_both_shapes(bundle: Bundle, method: str, status: str) -> None:
    found = set(_schemas(bundle(API), status, method).values())

    assert found == {"ExternalIdMappingRefusal"}


@every(
    ("method", "status"),
    [
        ("get", "401"),
        ("get", "406"),
        ("get", "429"),
        ("put", "401"),
        ("put", "406"),
        ("put", "415"),
        ("put", "429"),
    ],
)
def test_refusals_before_the_own_code_are_the_platforms(
    bundle: Bundle, method: str, status: str
) -> None:
    assert set(_schemas(bundle(API), status, method).values()) == {"ErrorResponse"}


@pytest.mark.parametrize(
    ("result", "valid"),
    [
        ({"data": MAPPING}, True),
        ({"data": MAPPING, "message": "found", "status": "success"}, True),
        ({"message": "found", "status": "success"}, False),
        ({}, False),
    ],
    ids=["data alone", "with outcome", "outcome alone", "nothing"],
)
def test_found_mapping_needs_data_and_no_outcome(
    validator: Validator, result: dict[str, Any], valid: bool
) -> None:
    judge = validator(API, "GetExternalIdMappingResponse")

    assert judge.is_valid({"result": result}) is valid


@pytest.mark.parametrize(
    ("data", "valid"), [(MAPPING, True), ("200", False), ([MAPPING], False), (None, False)]
)
def test_data_is_an_object(validator: Validator, data: Any, valid: bool) -> None:
    judge = validator(API, "GetExternalIdMappingResponse")

    assert judge.is_valid({"result": {"data": data}}) is valid


@every(
    ("result", "valid"),
    [
        ({"message": "updated", "status": "success"}, True),
        ({"message": "updated", "status": "success", "data": MAPPING}, True),
        ({"message": "updated", "status": "success", "data": "text"}, True),
        ({"status": "success"}, False),
        ({"message": "updated"}, False),
    ],
    ids=["as in the sample", "with data", "with text", "no message", "no status"],
)
def test_stored_mapping_needs_message_and_status_and_may_carry_more(
    validator: Validator, result: dict[str, Any], valid: bool
) -> None:
    judge = validator(API, "SetExternalIdMappingResponse")

    assert judge.is_valid({"result": result}) is valid


@every(
    ("value", "valid"),
    [
        ("200", True),
        ("d3b07384-d9a0-4c9b-8f5e-2f6f0c1a7b52", True),
        ("arn:aws:connect:eu-west-1:1:contact/ü 7", True),
        (200, False),
        (None, False),
        (["200"], False),
    ],
)
def test_external_id_is_any_text(validator: Validator, value: Any, valid: bool) -> None:
    judge = validator(API, "SetExternalIdMappingRequest")

    assert judge.is_valid({"external_id": value}) is valid


@pytest.mark.parametrize(("length", "valid"), [(0, False), (1, True), (200, True), (201, False)])
def test_external_id_has_1_to_200_characters(
    validator: Validator, length: int, valid: bool
) -> None:
    judge = validator(API, "SetExternalIdMappingRequest")

    assert judge.is_valid({"external_id": "x" * length}) is valid


@pytest.mark.parametrize(("length", "valid"), [(200, True), (201, False)])
def test_external_id_that_comes_back_has_at_most_200_characters(
    validator: Validator, length: int, valid: bool
) -> None:
    mapping = {**MAPPING, "external_id": "x" * length}

    assert validator(API, "ExternalIdMapping").is_valid(mapping) is valid


def test_length_counts_characters_and_not_bytes(validator: Validator) -> None:
    judge = validator(API, "SetExternalIdMappingRequest")

    assert judge.is_valid({"external_id": "ü" * 200})
    assert not judge.is_valid({"external_id": "ü" * 201})


@every(
    ("body", "valid"),
    [
        ({"external_id": "200"}, True),
        ({"external_id": "200", "external_provider": PROVIDER}, True),
        ({"external_id": "200", "external_provider": "genesys"}, False),
        ({"external_id": "200", "external_provider": ""}, False),
        ({"external_id": "200", "external_provider": None}, False),
        ({"external_provider": PROVIDER}, False),
        ({}, False),
    ],
    ids=["without", "with", "a name", "empty", "null", "provider alone", "nothing"],
)
def test_request_needs_an_external_id_and_takes_a_provider(
    validator: Validator, body: dict[str, Any], valid: bool
) -> None:
    assert validator(API, "SetExternalIdMappingRequest").is_valid(body) is valid


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("external_id", [200, 2.5, True, None, ["200"], {"id": "200"}]),
        ("external_provider", ["genesys", PROVIDER[:-1], PROVIDER + "0", "", 8, None]),
    ],
)
def test_values_of_another_form_are_not_valid(
    pointer: Pointer, validator: Validator, field: str, values: list[Any]
) -> None:
    judge = validator(API, "SetExternalIdMappingRequest")
    complete = {"external_id": "200", "external_provider": PROVIDER}

    accepted = [value for value in values if judge.is_valid({**complete, field: value})]

    assert judge.is_valid(complete)
    assert accepted == []
    assert pointer(API, "#/components/parameters/DocumentId")["schema"] == {
        "$ref": "#/components/schemas/SysId"
    }


def test_provider_is_optional_and_part_of_the_key(pointer: Pointer, validator: Validator) -> None:
    request = pointer(API, "#/components/schemas/SetExternalIdMappingRequest")
    stored_without_one = {**MAPPING, "external_provider": ""}

    assert request["required"] == ["external_id"]
    assert pointer(API, PUT)["x-sn-state"]["key"] == [
        "tableName",
        "documentId",
        "external_provider",
    ]
    assert validator(API, "ExternalIdMapping").is_valid(stored_without_one)


def test_reading_names_table_and_document_only(bundle: Bundle) -> None:
    document = bundle(API)
    item = document["paths"][URL]

    names = [pointers.follow(document, parameter)["name"] for parameter in item["parameters"]]

    assert names == ["tableName", "documentId"]
    assert "parameters" not in item["get"]
    assert "requestBody" not in item["get"]
    assert item["get"]["x-sn-state"]["key"] == ["tableName", "documentId"]


@pytest.mark.parametrize(
    ("message", "valid"),
    [
        ("External ID mapping record updated for interaction [x]", True),
        ("External ID mapping record inserted for interaction [x]", True),
        ("Mapping created", True),
        (None, False),
    ],
)
def test_message_is_any_text(validator: Validator, message: Any, valid: bool) -> None:
    result = {"message": message, "status": "success"}

    assert validator(API, "SetExternalIdMappingResult").is_valid(result) is valid


def test_example_of_a_creation_differs_from_the_update_by_one_word(pointer: Pointer) -> None:
    created = pointer(API, f"{EXAMPLES}/setExternalIdMappingCreatedResponse/value/result")
    updated = pointer(API, f"{EXAMPLES}/setExternalIdMappingUpdatedResponse/value/result")

    assert created["message"] == (
        "External ID mapping record inserted for sn_customerservice_case"
        " [f584a7b23b3d3e10c524c59a04e45a6f]"
    )
    assert created["message"].replace("inserted", "updated") == updated["message"]


def test_both_operations_can_miss_what_they_name(pointer: Pointer) -> None:
    reading = pointer(API, "#/components/responses/ExternalIdMappingNotFoundJsonOrXml")
    storing = pointer(API, "#/components/responses/ExternalIdMappingNotFound")

    assert pointer(API, GET)["responses"]["404"]["$ref"].endswith("NotFoundJsonOrXml")
    assert pointer(API, PUT)["responses"]["404"]["$ref"].endswith("MappingNotFound")
    assert list(reading["content"]["application/json"]["examples"]) == ["notMapped", "noRecord"]
    assert list(storing["content"]["application/json"]["examples"]) == ["unknownRecord", "noRecord"]


def test_the_property_is_a_reason_for_the_put_only(pointer: Pointer) -> None:
    storing = pointer(API, "#/components/responses/ExternalIdMappingForbidden")
    reading = pointer(API, "#/components/responses/ExternalIdMappingForbiddenJsonOrXml")

    assert "glide.awa.enabled" in storing["description"]
    assert "glide.awa.enabled" not in reading["description"]


def test_both_operations_share_their_parameters(pointer: Pointer) -> None:
    assert pointer(API, PATH)["parameters"] == [
        {"$ref": "#/components/parameters/TableName"},
        {"$ref": "#/components/parameters/DocumentId"},
    ]
    assert "parameters" not in pointer(API, GET)
    assert "parameters" not in pointer(API, PUT)


@pytest.mark.parametrize(
    "name",
    [
        "GetExternalIdMappingResponse",
        "ExternalIdMappingRefusal",
        "ExternalIdMappingFailureResponse",
        "ErrorResponse",
    ],
)
def test_xml_has_the_root_response(pointer: Pointer, name: str) -> None:
    assert pointer(API, f"#/components/schemas/{name}")["xml"] == {"name": "response"}


def test_reading_answers_with_one_mapping(validator: Validator) -> None:
    judge = validator(API, "GetExternalIdMappingResponse")
    later = {**MAPPING, "external_id": "201"}

    assert judge.is_valid({"result": {"data": MAPPING}})
    assert not judge.is_valid({"result": {"data": [MAPPING, later]}})
    assert not judge.is_valid({"result": [{"data": MAPPING}, {"data": later}]})


def test_reading_answers_in_json_or_xml_and_storing_in_json(bundle: Bundle) -> None:
    document = bundle(API)
    media: dict[str, dict[str, list[str]]] = {"get": {}, "put": {}}

    for _, method, operation in operations(document):
        for status, response in operation["responses"].items():
            media[method][status] = list(pointers.follow(document, response)["content"])

    json, both = ["application/json"], ["application/json", "application/xml"]
    assert media["get"] == {
        "200": both,
        "400": both,
        "401": both,
        "403": both,
        "404": both,
        "406": json,
        "429": both,
        "500": both,
    }
    assert media["put"] == {
        "200": json,
        "201": json,
        "400": json,
        "401": json,
        "403": json,
        "404": json,
        "406": json,
        "415": json,
        "429": json,
        "500": json,
    }


def test_storing_reads_json_only(bundle: Bundle) -> None:
    document = bundle(API)
    body = pointers.follow(document, document["paths"][URL]["put"]["requestBody"])

    assert body["required"] is True
    assert list(body["content"]) == ["application/json"]


def test_only_the_default_url_is_offered(bundle: Bundle) -> None:
    assert list(bundle(API)["paths"]) == [URL]
    assert [path for path in bundle("all")["paths"] if "external_id_mapping" in path] == [URL]


def test_hidden_record_is_an_example_of_the_403(pointer: Pointer) -> None:
    forbidden = pointer(API, "#/components/responses/ExternalIdMappingForbiddenJsonOrXml")

    assert forbidden["content"]["application/json"]["examples"]["recordHidden"] == {
        "$ref": f"{EXAMPLES}/getExternalIdMappingRecordHiddenResponse"
    }


@pytest.mark.parametrize(
    ("schema", "rest", "status"),
    [
        ("GetExternalIdMappingResult", {"data": MAPPING}, "success"),
        ("SetExternalIdMappingResult", {"message": "done"}, "success"),
        ("ExternalIdMappingFailure", {"error": {"message": "no"}}, "failure"),
    ],
)
def test_status_follows_the_outcome(
    validator: Validator, schema: str, rest: dict[str, Any], status: str
) -> None:
    judge = validator(API, schema)

    accepted = [
        value
        for value in ("success", "failure", "Success", "Failure", "", None)
        if judge.is_valid({**rest, "status": value})
    ]

    assert accepted == [status]


def test_no_conflict_is_listed(pointer: Pointer) -> None:
    assert "409" not in pointer(API, PUT)["responses"]


@pytest.mark.parametrize("field", ["document_id", "document_table", "external_id"])
def test_mapping_fields_cannot_be_empty_of_form(validator: Validator, field: str) -> None:
    judge = validator(API, "ExternalIdMapping")

    assert judge.is_valid(MAPPING)
    assert not judge.is_valid({name: value for name, value in MAPPING.items() if name != field})
    assert not judge.is_valid({**MAPPING, field: None})


def test_both_successes_of_storing_link_to_reading(bundle: Bundle) -> None:
    document = bundle(API)
    responses = document["paths"][URL]["put"]["responses"]

    links = [
        pointers.follow(document, responses[s]["links"]["readMapping"]) for s in ("200", "201")
    ]

    assert [link["operationId"] for link in links] == ["getExternalIdMapping"] * 2
    assert links[0]["parameters"] == {
        "tableName": "$request.path.tableName",
        "documentId": "$request.path.documentId",
    }
