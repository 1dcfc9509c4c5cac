"""Every code that a finding can have: stable, so that people and scripts can refer to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """`check` is the name that an `[[accepted]]` entry uses.

    `promised` says whether the contract promises the property for every operation. If it does
    not, a failure that no clause names is only noted.
    """

    id: str
    check: str
    meaning: str
    promised: bool = True


CODES = (
    Code("CK101", "not_a_server_error", "The target failed with a 5xx status."),
    Code("CK102", "status_code_conformance", "The status is not listed for the operation."),
    Code("CK103", "content_type_conformance", "The media type is not listed for the status."),
    Code(
        "CK104", "response_headers_conformance", "A promised response header is missing or wrong."
    ),
    Code("CK105", "response_schema_conformance", "A body breaks a schema that no clause names."),
    Code("CK106", "unsupported_method", "A method that the path does not have was not refused."),
    Code("CK107", "ignored_auth", "A request without valid credentials was served."),
    Code("CK108", "positive_data_acceptance", "A valid request with known ids was refused.", False),
    Code("CK109", "use_after_free", "A deleted record was served.", False),
    Code("CK110", "ensure_resource_availability", "A record just created was not found.", False),
    Code("CK201", "response_body", "A response has the wrong media type or cannot be read."),
    Code("CK202", "response_value", "A value in a response breaks its schema."),
    Code("CK203", "response_missing", "A response lacks a promised field."),
    Code("CK204", "response_header", "A response header is missing or breaks its schema."),
    Code("CK301", "request_parameter", "A request with a wrong parameter was accepted."),
    Code("CK302", "request_value", "A request with a wrong value in its body was accepted."),
    Code("CK303", "request_missing", "A request without something required was accepted."),
    Code("CK401", "no_answer", "The target did not answer a request.", False),
)

BY_ID = {code.id: code for code in CODES}
BY_CHECK = {code.check: code for code in CODES}
