"""Every code that a finding can have: stable, so that people and scripts can refer to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """`check` is the name that an `[[accepted]]` entry uses; `advice` is what to do next.

    `promised` says whether the contract requires the property for every operation. If it does
    not, a failure that no clause names is only noted.
    """

    id: str
    check: str
    meaning: str
    advice: str
    promised: bool = True


CODES = (
    Code(
        "CK101",
        "not_a_server_error",
        "The target failed with a 5xx status.",
        "Look up the time of the request in the log of the target; reject a request with a 4xx status.",
    ),
    Code(
        "CK102",
        "status_code_conformance",
        "The status is not listed for the operation.",
        "Return a listed status, or, if the instance is right, list this one with its evidence.",
    ),
    Code(
        "CK103",
        "content_type_conformance",
        "The media type is not listed for the status.",
        "Check the Content-Type header, and any proxy between client and target.",
    ),
    Code(
        "CK104",
        "response_headers_conformance",
        "A required response header is missing or wrong.",
        "Send the header as required; a proxy may have removed it.",
    ),
    Code(
        "CK105",
        "response_schema_conformance",
        "A body breaks a schema that no clause names.",
        "Compare the body with the schema; if the requirement matters, write a clause for it.",
    ),
    Code(
        "CK106",
        "unsupported_method",
        "A method that the path does not have was not rejected.",
        "Respond with 405 where the path has no such method.",
    ),
    Code(
        "CK107",
        "ignored_auth",
        "A request without valid credentials was served.",
        "Treat it as a security problem first: find the access rule that lets the request through.",
    ),
    Code(
        "CK108",
        "positive_data_acceptance",
        "A valid request with known ids was rejected.",
        "Read why the target rejects it; if an id does not exist there, set others under [ids].",
        promised=False,
    ),
    Code(
        "CK109",
        "use_after_free",
        "A deleted record was served.",
        "Delete and read by hand; the response may come from a cache.",
        promised=False,
    ),
    Code(
        "CK110",
        "ensure_resource_availability",
        "A record just created was not found.",
        "Create and read by hand; an access rule, or a delay, may hide the new record.",
        promised=False,
    ),
    Code(
        "CK111",
        "echoed_value",
        "A value is not the one that the request gave.",
        "Check which record the response describes; it may belong to another request.",
    ),
    Code(
        "CK112",
        "page_size",
        "A list is longer than the request allows.",
        "Check whether the limit reaches the query, and which limit applies if none is sent.",
    ),
    Code(
        "CK201",
        "response_body",
        "A response has the wrong media type or cannot be read.",
        "Look at the raw response: a login page or a proxy often responds in place of the API.",
    ),
    Code(
        "CK202",
        "response_value",
        "A value in a response breaks its schema.",
        "Check how the target produces this value; clients built on the contract cannot read it.",
    ),
    Code(
        "CK203",
        "response_missing",
        "A response lacks a required field.",
        "Check whether an access rule hides the field from this user, or whether it is never sent.",
    ),
    Code(
        "CK204",
        "response_header",
        "A response header is missing or breaks its schema.",
        "Send the header as required; a proxy may have changed it.",
    ),
    Code(
        "CK301",
        "request_parameter",
        "A request with a wrong parameter was accepted.",
        "Check the parameter before use, or add a waiver if the leniency is intended.",
    ),
    Code(
        "CK302",
        "request_value",
        "A request with a wrong value in its body was accepted.",
        "Look at what was stored; check the value, or add a waiver if it is harmless.",
    ),
    Code(
        "CK303",
        "request_missing",
        "A request without something required was accepted.",
        "Look at what was stored; require it, or add a waiver if it is harmless.",
    ),
    Code(
        "CK401",
        "no_answer",
        "The target did not respond to a request.",
        "Repeat the request by itself; if it hangs again, look for it in the log of the target.",
        promised=False,
    ),
    Code(
        "CK501",
        "probe",
        "A probe saw a violation of the clause.",
        "Send the printed requests by hand; the last one shows the violation.",
    ),
    Code(
        "CK502",
        "workflow",
        "A step of a workflow did not end as the workflow defines.",
        "Run the workflow by hand, or with Redocly Respect; the step before provides the ids.",
        promised=False,
    ),
    Code(
        "CK503",
        "created_once",
        "One request made more than one record.",
        "Check whether something in front of the target repeats requests, or whether it runs twice.",
    ),
)

BY_ID = {code.id: code for code in CODES}
BY_CHECK = {code.check: code for code in CODES}
