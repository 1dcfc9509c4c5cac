"""What the five APIs share: text types, the error envelope, headers, media types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from ccaas_kit.contract import clauses, pointers
from ccaas_kit.contract.operations import operations
from tests.looping import every

Bundle = Callable[[str], dict[str, Any]]
Validator = Callable[[str, str], jsonschema_rs.Draft202012Validator]


@pytest.mark.parametrize(
    ("value", "valid"), [("v1", True), ("v3", True), ("latest", True), ("", False)]
)
def test_api_version_is_open_and_has_the_two_examples(
    bundle: Bundle, validator: Validator, value: str, valid: bool
) -> None:
    assert bundle("all")["components"]["schemas"]["ApiVersion"]["examples"] == ["v1", "v2"]
    assert validator("all", "ApiVersion").is_valid(value) is valid


def test_web_access_flag_is_described_as_on_the_page(bundle: Bundle) -> None:
    schemas = bundle("contact")["components"]["schemas"]

    for name in ("Contact", "CreateContactRequest"):
        description = schemas[name]["properties"]["web_service_access_only"]["description"]
        assert "through the web only" in " ".join(description.split()), name


@pytest.mark.parametrize("extra", [{}, {"detail": None}, {"detail": ""}, {"detail": "why"}])
def test_error_detail_may_be_absent_null_or_empty(
    validator: Validator, extra: dict[str, Any]
) -> None:
    envelope = {"error": {"message": "User Not Authenticated", **extra}, "status": "failure"}

    assert validator("all", "ErrorResponse").is_valid(envelope)


@pytest.mark.parametrize(
    "envelope",
    [
        {"error": {"detail": "why"}, "status": "failure"},
        {"error": {"message": "what"}, "status": "success"},
        {"error": {"message": "what"}},
        {"error": "what", "status": "failure"},
    ],
    ids=["no message", "wrong status", "no status", "text for an object"],
)
def test_error_envelope_needs_message_and_failure(
    validator: Validator, envelope: dict[str, Any]
) -> None:
    assert not validator("all", "ErrorResponse").is_valid(envelope)


def test_xml_error_has_the_root_of_a_result(bundle: Bundle) -> None:
    assert bundle("all")["components"]["schemas"]["ErrorResponse"]["xml"] == {"name": "response"}


@every(
    ("value", "valid"),
    [
        ("ddce70866f9331003b3c498f5d3ee417", True),
        ("DDCE70866F9331003B3C498F5D3EE41Z", True),
        ("ddce70866f9331003b3c498f5d3ee41", False),
        ("ddce70866f9331003b3c498f5d3ee4171", False),
        ("ddce7086-f9331003b3c498f5d3ee417", False),
        ("", False),
    ],
)
def test_sys_id_has_32_letters_or_digits(validator: Validator, value: str, valid: bool) -> None:
    assert validator("all", "SysId").is_valid(value) is valid


@every(
    ("value", "valid"),
    [
        ("sn_customerservice_case", True),
        ("u_x2", True),
        ("Interaction", False),
        ("1task", False),
        ("a-b", False),
        ("t" * 80, True),
        ("t" * 81, False),
    ],
)
def test_table_name_is_lower_case_and_at_most_80_characters(
    validator: Validator, value: str, valid: bool
) -> None:
    assert validator("all", "TableName").is_valid(value) is valid


@every(
    ("name", "valid", "invalid"),
    [
        ("GlideBoolean", ["true", "false", ""], ["True", "1", "yes", True]),
        ("GlideInteger", ["3", "-1", ""], ["3.0", "three", 3]),
        ("GlideDecimal", ["57.6", "-123.76", "4", ""], ["57,6", "1e3", 57.6]),
        ("GlideDateTime", ["2018-03-10 21:48:11", ""], ["2018-03-10T21:48:11Z", "2018-03-10"]),
        ("GlideReference", ["86837a386f0331003b3c498f5d3ee4ca", ""], ["IT", {"link": "x"}]),
    ],
)
def test_record_values_travel_as_text(
    validator: Validator, name: str, valid: list[Any], invalid: list[Any]
) -> None:
    judge = validator("all", name)

    assert [value for value in valid if not judge.is_valid(value)] == []
    assert [value for value in invalid if judge.is_valid(value)] == []


def test_refusals_without_a_sample_use_the_platform_envelope(bundle: Bundle) -> None:
    document = bundle("all")
    refusals = {"406", "415"}

    schemas = {
        content["schema"]["$ref"]
        for _, _, operation in operations(document)
        for status, response in operation["responses"].items()
        if status in refusals
        for content in pointers.follow(document, response)["content"].values()
    }

    assert schemas == {"#/components/schemas/ErrorResponse"}


def test_every_path_says_what_another_method_gets(bundle: Bundle) -> None:
    for path, item in bundle("all")["paths"].items():
        content = item["x-sn-other-methods"]["content"]
        assert content["application/json"]["schema"] == {
            "$ref": "#/components/schemas/ErrorResponse"
        }, path


def test_no_operation_requires_accept_or_content_type(bundle: Bundle) -> None:
    document = bundle("all")

    headers = [
        parameter["name"]
        for path, item in document["paths"].items()
        for holder in (item, *(op for where, _, op in operations(document) if where == path))
        for parameter in (pointers.follow(document, p) for p in holder.get("parameters", []))
        if parameter["in"] == "header"
    ]

    assert headers == []


def test_of_the_rate_limit_headers_only_retry_after_is_required(bundle: Bundle) -> None:
    document = bundle("all")
    headers = document["components"]["responses"]["TooManyRequests"]["headers"]

    assert list(headers) == [
        "Retry-After",
        "X-RateLimit-Limit",
        "X-RateLimit-Reset",
        "X-RateLimit-Rule",
    ]
    required = [n for n, h in headers.items() if pointers.follow(document, h).get("required")]
    assert required == ["Retry-After"]


def test_every_operation_can_be_refused_without_credentials(bundle: Bundle) -> None:
    document = bundle("all")

    for _, _, operation in operations(document):
        response = pointers.follow(document, operation["responses"]["401"])
        challenge = pointers.follow(document, response["headers"]["WWW-Authenticate"])
        assert challenge["required"] is True, operation["operationId"]


def test_every_security_scheme_is_an_alternative(bundle: Bundle) -> None:
    assert bundle("all")["security"] == [{"Basic": []}, {"OAuth2": []}, {"ApiKey": []}]


def test_every_operation_promises_that_no_request_makes_it_fail(bundle: Bundle) -> None:
    promised = {
        clause.operation
        for clause in clauses.load()
        if any(check.subject == "not_a_server_error" for check in clause.checked_by)
    }

    ids = {operation["operationId"] for _, _, operation in operations(bundle("all"))}
    assert promised == {operation_id.removesuffix("Versioned") for operation_id in ids}


def test_no_list_of_statuses_is_taken_for_complete() -> None:
    found = {
        clause.operation: clause
        for clause in clauses.load()
        if any(check.subject == "status_code_conformance" for check in clause.checked_by)
    }

    assert len(found) == 9
    assert {clause.evidence for clause in found.values()} == {clauses.Evidence.ASSUMED}
    assert {clause.quirk for clause in found.values()} == {"PLT-017"}


def test_500_is_the_only_status_of_a_failing_instance(bundle: Bundle) -> None:
    for _, _, operation in operations(bundle("all")):
        failing = [status for status in operation["responses"] if status.startswith("5")]
        assert failing == ["500"], operation["operationId"]
