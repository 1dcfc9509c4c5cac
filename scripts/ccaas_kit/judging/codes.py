"""Every code that a finding can have: stable, so that people and scripts can refer to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """`check` is the name that an `[[accepted]]` entry uses; `advice` is what to do next.

    `promised` says whether the contract promises the property for every operation. If it does
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
        "Look up the time of the request in the log of the target; a refusal needs a 4xx status.",
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
        "Look at the Content-Type header, and at what stands between client and target.",
    ),
    Code(
        "CK104",
        "response_headers_conformance",
        "A promised response header is missing or wrong.",
        "Send the header as promised; a proxy may have taken it out.",
    ),
    Code(
        "CK105",
        "response_schema_conformance",
        "A body breaks a schema that no clause names.",
        "Compare the body with the schema; if the promise matters, write a clause for it.",
    ),
    Code(
        "CK106",
        "unsupported_method",
        "A method that the path does not have was not refused.",
        "Answer with 405 where the path has no such method.",
    ),
    Code(
        "CK107",
        "ignored_auth",
        "A request without valid credentials was served.",
        "Treat it as a security matter first: see which access rule lets the request through.",
    ),
    Code(
        "CK108",
        "positive_data_acceptance",
        "A valid request with known ids was refused.",
        "Read why the target refuses; if an id does not exist there, give others under [ids].",
        promised=False,
    ),
    Code(
        "CK109",
        "use_after_free",
        "A deleted record was served.",
        "Delete and read by hand; a cache may be what answers.",
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
        "See which record the answer is about; it may be that of another request.",
    ),
    Code(
        "CK112",
        "page_size",
        "A list is longer than the request allows.",
        "See whether the limit reaches the query, and what counts where none is sent.",
    ),
    Code(
        "CK201",
        "response_body",
        "A response has the wrong media type or cannot be read.",
        "Look at the raw answer: a login page or a proxy often answers in place of the API.",
    ),
    Code(
        "CK202",
        "response_value",
        "A value in a response breaks its schema.",
        "See how the target makes this value; clients that read the contract will stumble on it.",
    ),
    Code(
        "CK203",
        "response_missing",
        "A response lacks a promised field.",
        "See whether an access rule hides the field from this user, or whether it is never sent.",
    ),
    Code(
        "CK204",
        "response_header",
        "A response header is missing or breaks its schema.",
        "Send the header as promised; a proxy may have changed it.",
    ),
    Code(
        "CK301",
        "request_parameter",
        "A request with a wrong parameter was accepted.",
        "Check the parameter before use, or accept the deviation if the leniency is wanted.",
    ),
    Code(
        "CK302",
        "request_value",
        "A request with a wrong value in its body was accepted.",
        "Look at what was stored; check the value, or accept the deviation if it is harmless.",
    ),
    Code(
        "CK303",
        "request_missing",
        "A request without something required was accepted.",
        "Look at what was stored; require it, or accept the deviation if it is harmless.",
    ),
    Code(
        "CK401",
        "no_answer",
        "The target did not answer a request.",
        "Repeat the request by itself; if it hangs again, look for it in the log of the target.",
        promised=False,
    ),
    Code(
        "CK501",
        "probe",
        "A check that sends requests of its own saw the promise broken.",
        "Follow the steps of the clause by hand; the last request is the one that showed it.",
    ),
    Code(
        "CK502",
        "workflow",
        "A step of a workflow did not end as the workflow has it.",
        "Run the workflow by hand, or with Redocly Respect; the step before it gave the ids.",
        promised=False,
    ),
    Code(
        "CK503",
        "created_once",
        "One request made more than one record.",
        "See whether something in front of the target sends requests again, or whether it runs twice.",
    ),
)

BY_ID = {code.id: code for code in CODES}
BY_CHECK = {code.check: code for code in CODES}
