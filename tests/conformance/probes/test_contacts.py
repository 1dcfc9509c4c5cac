"""The probes of contacts as a whole: kept by the sandbox, and each seen broken by a fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from ccaas_kit.model.profiles import Profile
from ccaas_kit.probes.contact import contacts, form
from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed, contact_bed, faults
from tests.conformance.probes.bed import Fault, Tampering
from tests.conformance.probes.contact_bed import record_of, request_of, shows
from tests.looping import every

CREATE, READ, LIST = "createContact", "getContact", "listContacts"
BASES = (CREATE, READ, LIST)
# Which operations each probe looks at, and the node if it is not the operation itself.
SUBJECTS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "contact-operations": (BASES, "#/paths"),
    "contact-created": ((CREATE,), ""),
    "contact-answer-leads": ((CREATE,), ""),
    "contact-created-twice": ((CREATE,), ""),
    "contact-found": ((CREATE,), ""),
    "contact-table": ((CREATE,), ""),
    "contact-sample-request": ((CREATE,), form.REQUEST),
    "contact-no-parameter": ((CREATE, READ), ""),
    "contact-no-body": ((READ, LIST), ""),
    "contact-created-once": ((CREATE,), ""),
    "contact-misspelled": ((CREATE,), form.REQUEST),
    "contact-types": ((CREATE,), form.REQUEST),
    "contact-impossible": ((CREATE,), form.REQUEST),
    "contact-overlong": ((CREATE,), form.REQUEST),
    "contact-no-records": ((CREATE,), form.REQUEST),
    "contact-signs": ((CREATE,), form.REQUEST),
    "contact-blanks": ((CREATE,), form.REQUEST),
    "contact-signs-in-xml": ((READ, LIST), ""),
    "contact-no-trace": ((CREATE,), form.REQUEST),
    "contact-invalid": ((CREATE,), form.REQUEST),
    "contact-unsupported": ((CREATE,), form.REQUEST),
    "contact-other-names": ((CREATE,), form.REQUEST),
    "contact-created-by": ((READ, LIST), record_of("sys_created_by")),
    "contact-custom-fields": ((READ, LIST), "#/components/schemas/CustomField"),
    "contact-read": ((READ,), ""),
    "contact-no-contact": ((READ,), ""),
    "contact-no-id": ((READ,), ""),
    "contact-unknown": ((READ,), ""),
    "contact-hidden": ((READ,), ""),
    "contact-same-in-both": ((READ,), form.RECORD),
    "contact-empty-text": ((READ, LIST), form.RECORD),
    "contact-updated": ((READ, LIST), record_of("sys_updated_on")),
    "contact-utc": ((READ, LIST), record_of("sys_created_on")),
    "contact-profile": (BASES, form.REQUEST),
    "contact-no-profile": ((CREATE,), request_of("social_handle")),
    "contact-beside-profile": ((CREATE,), request_of("social_handle_url")),
}
SOCIAL = form.social_fields(bed.contract())


def test_each_probe_has_a_test() -> None:
    assert sorted(SUBJECTS) == sorted(probe.name for probe in contacts.PROBES)


def test_the_sandbox_keeps_everything() -> None:
    with contact_bed.serving() as seen:
        for name, (operations, pointer) in SUBJECTS.items():
            for operation in operations:
                bed.conforms(seen, name, operation, pointer)


def _one_id() -> Fault:
    """Every creation answers with the sys_id of the first one."""
    first: list[bytes] = []

    def change(response: Response) -> Response:
        first.append(response.body)
        return replace(response, body=first[0])

    return faults.on(CREATE, change)


def _hides_new_ones(body: Any) -> None:
    if isinstance(body["result"], list):
        body["result"] = []


def _warns(body: Any) -> None:
    body["warnings"] = ["a field was ignored"]


def _with_query(change: faults.Change, operation: str) -> Fault:
    return faults.on(operation, change, when=lambda request, _: bool(request.query))


def _with_body(change: faults.Change, operation: str) -> Fault:
    return faults.on(operation, change, when=lambda request, _: bool(request.body))


def _spelled_well(request: Request) -> Request:
    """An instance that guesses what a misspelled field means."""
    return replace(request, body=request.body.replace(b'"mobilephone"', b'"mobile_phone"'))


def _local_time(record: dict[str, Any]) -> None:
    day, _, time = record["sys_created_on"].partition(" ")
    hour = (int(time[:2]) + 2) % 24
    record["sys_created_on"] = f"{day} {hour:02}{time[2:]}"


def _nulls(record: dict[str, Any]) -> None:
    record.update({name: value or None for name, value in record.items()})


def _found_anyway(request: Request, response: Response) -> Response:
    is_missing = bed.is_of(request, READ) and response.status == 404
    return Response(200, response.headers, b'{"result": {}}') if is_missing else response


SHOWN_OTHERWISE = contact_bed.changes(lambda record: record.update(email="other@example.com"))
BROKEN: list[tuple[str, str, Fault]] = [
    ("contact-operations", LIST, faults.on(CREATE, faults.status(500))),
    ("contact-operations", READ, SHOWN_OTHERWISE),
    ("contact-created", CREATE, faults.on(CREATE, faults.status(200))),
    ("contact-created", CREATE, faults.on(READ, faults.status(404))),
    ("contact-answer-leads", CREATE, SHOWN_OTHERWISE),
    ("contact-created-twice", CREATE, _one_id()),
    ("contact-found", CREATE, faults.on(LIST, lambda r: bed.with_json(r, _hides_new_ones))),
    ("contact-table", CREATE, shows("sys_class_name", "sys_user")),
    ("contact-sample-request", CREATE, contact_bed.refuses(lambda body: "zip" in body)),
    ("contact-no-parameter", CREATE, _with_query(faults.status(400), CREATE)),
    ("contact-no-parameter", READ, _with_query(faults.status(400), READ)),
    ("contact-no-parameter", READ, _with_query(faults.result(city="Elsewhere"), READ)),
    ("contact-no-body", READ, _with_body(faults.status(400), READ)),
    ("contact-no-body", LIST, _with_body(lambda r: bed.with_json(r, _hides_new_ones), LIST)),
    ("contact-misspelled", CREATE, contact_bed.refuses(lambda body: "mobilephone" in body)),
    ("contact-types", CREATE, contact_bed.refuses(lambda body: body.get("zip") == 92069)),
    ("contact-types", CREATE, contact_bed.refuses(lambda body: None in body.values())),
    ("contact-types", CREATE, contact_bed.refuses(lambda body: isinstance(body.get("vip"), list))),
    ("contact-types", CREATE, contact_bed.keeps("roles")),
    (
        "contact-impossible",
        CREATE,
        contact_bed.refuses(lambda body: str(body.get("last_login_time")).startswith("2019-99")),
    ),
    (
        "contact-impossible",
        CREATE,
        contact_bed.refuses(lambda body: "\n" in str(body.get("street"))),
    ),
    ("contact-overlong", CREATE, contact_bed.refuses(lambda body: len(str(body["email"])) > 100)),
    (
        "contact-no-records",
        CREATE,
        contact_bed.refuses(lambda body: len(str(body.get("building"))) == 32),
    ),
    ("contact-no-records", CREATE, contact_bed.keeps("building")),
    ("contact-signs", CREATE, contact_bed.refuses(lambda body: "'" in str(body.get("first_name")))),
    ("contact-signs-in-xml", READ, faults.on(READ, contact_bed.unescaped)),
    ("contact-signs-in-xml", LIST, faults.on(LIST, contact_bed.unescaped)),
    (
        "contact-no-trace",
        CREATE,
        faults.on(CREATE, lambda r: bed.with_json(r, _warns), when=faults.sends("mobilephone")),
    ),
    ("contact-invalid", CREATE, contact_bed.keeps("notification")),
    ("contact-invalid", CREATE, contact_bed.refuses(lambda body: body.get("vip") == "perhaps")),
    ("contact-unsupported", CREATE, contact_bed.keeps("sys_mod_count")),
    ("contact-unsupported", CREATE, contact_bed.refuses(lambda body: "sys_id" in body)),
    (
        "contact-other-names",
        CREATE,
        contact_bed.refuses(lambda body: "u_conformance_probe" in body),
    ),
    ("contact-created-by", READ, shows("sys_created_by", "system")),
    ("contact-custom-fields", READ, shows("u_conformance_probe", None)),
    ("contact-custom-fields", LIST, shows("u_conformance_probe", None)),
    ("contact-read", READ, faults.on(READ, faults.status(404))),
    ("contact-read", READ, faults.on(READ, faults.result(sys_id="f" * 32))),
    ("contact-no-contact", READ, _found_anyway),
    ("contact-no-id", READ, _found_anyway),
    ("contact-unknown", READ, _found_anyway),
    ("contact-unknown", READ, faults.on(READ, faults.status(400), when=faults.has(404))),
    ("contact-hidden", READ, faults.on(READ, faults.status(403), when=faults.has(404))),
    ("contact-same-in-both", READ, faults.on(READ, faults.result(sys_tags="new"))),
    ("contact-empty-text", READ, contact_bed.changes(_nulls)),
    ("contact-empty-text", LIST, shows("city", None)),
    *(
        ("contact-updated", name, shows("sys_updated_on", "2001-01-01 00:00:00"))
        for name in (READ, LIST)
    ),
    ("contact-utc", READ, contact_bed.changes(_local_time)),
    ("contact-utc", LIST, contact_bed.changes(_local_time)),
    ("contact-profile", CREATE, contact_bed.refuses(lambda body: "social_handle" in body)),
    (
        "contact-beside-profile",
        CREATE,
        contact_bed.refuses(lambda body: SOCIAL[0] in body and SOCIAL[1] not in body),
    ),
]


@every(("name", "operation", "fault"), BROKEN)
def test_a_broken_promise_is_seen(name: str, operation: str, fault: Fault) -> None:
    with contact_bed.serving(fault=fault) as seen:
        bed.violates(seen, name, operation, SUBJECTS[name][1])


def _keeping_less(field: str, change: Callable[[str], str]) -> Tampering:
    """An instance that keeps another text than was sent in a field."""

    def tamper(request: Request) -> Request:
        body = json.loads(request.body) if bed.is_of(request, CREATE) and request.body else None
        if not isinstance(body, dict) or not isinstance(body.get(field), str):
            return request
        return replace(request, body=json.dumps({**body, field: change(body[field])}).encode())

    return tamper


def _in_one_line(text: str) -> str:
    return " ".join(text.splitlines())


def _in_three_bytes(text: str) -> str:
    return "".join(letter if ord(letter) < 0x10000 else "?" for letter in text)


def _rounded(text: str) -> str:
    return str(round(float(text), 3))


@every(
    ("field", "change", "probe"),
    [
        ("street", _in_one_line, "contact-signs"),
        ("street", _in_three_bytes, "contact-signs"),
        ("email", str.lower, "contact-value-kept"),
        ("latitude", _rounded, "contact-value-kept"),
    ],
)
def test_what_a_text_loses_is_seen(field: str, change: Callable[[str], str], probe: str) -> None:
    with contact_bed.serving(tamper=_keeping_less(field, change)) as seen:
        bed.violates(seen, probe, CREATE, request_of(field))


@every("field", SOCIAL)
def test_a_profile_of_the_contact_before_is_seen(field: str) -> None:
    values: list[str] = []

    def stale(request: Request) -> Request:
        body = json.loads(request.body) if bed.is_of(request, CREATE) and request.body else None
        if not isinstance(body, dict) or not isinstance(body.get(field), str):
            return request
        values.append(body[field])
        return replace(request, body=json.dumps({**body, field: values[-2:][0]}).encode())

    with contact_bed.serving(tamper=stale) as seen:
        bed.violates(seen, "contact-profile", CREATE, request_of(field))


def test_every_probe_can_fail() -> None:
    elsewhere = {"contact-no-profile", "contact-blanks", "contact-created-once"}

    assert {name for name, _, _ in BROKEN} | elsewhere == set(SUBJECTS)


def test_a_misspelled_field_is_guessed() -> None:
    with contact_bed.serving(tamper=_spelled_well) as seen:
        bed.violates(seen, "contact-misspelled", CREATE, form.REQUEST)


@pytest.mark.parametrize("name", ["contact-types", "contact-invalid", "contact-misspelled"])
def test_what_is_wrong_takes_what_is_right_with_it(name: str) -> None:
    def emptied(request: Request) -> Request:
        if not bed.is_of(request, CREATE):
            return request
        body = json.loads(request.body)
        is_wrong = "firstname" in body or body.get("vip") == "perhaps" or body.get("vip") == 1
        return replace(request, body=b"{}") if is_wrong else request

    with contact_bed.serving(tamper=emptied) as seen:
        bed.violates(seen, name, CREATE, form.REQUEST)


@pytest.mark.parametrize("field", ["failed_attempts", "last_login_time", "notification"])
def test_a_word_that_becomes_a_value_is_seen(field: str) -> None:
    value = {"failed_attempts": "0", "last_login_time": "1970-01-01 00:00:00"}.get(field, "1")

    def valued(request: Request) -> Request:
        body = json.loads(request.body) if bed.is_of(request, CREATE) else {}
        if body.get("failed_attempts") != "many":
            return request
        return replace(request, body=json.dumps(body | {field: value}).encode())

    with contact_bed.serving(tamper=valued) as seen:
        bed.violates(seen, "contact-impossible", CREATE, form.REQUEST)


def test_one_field_that_is_refused_is_named() -> None:
    refused = contact_bed.refuses(lambda body: isinstance(body.get("gender"), dict))
    with contact_bed.serving(fault=refused) as seen:
        opinion = bed.violates(seen, "contact-types", CREATE, form.REQUEST)
        sent = len(seen.seen(CREATE))

    assert "for gender as" in opinion.detail
    assert sent <= 20


@every("name", ["sysparm_limit", "sysparm_offset", "sysparm_query", "sys_id"])
@every("operation", [READ, CREATE])
def test_a_parameter_is_refused(operation: str, name: str) -> None:
    refused = faults.on(
        operation, faults.status(400), when=lambda request, _: f"{name}=" in request.query
    )
    with contact_bed.serving(fault=refused) as seen:
        bed.violates(seen, "contact-no-parameter", operation)


def test_an_unset_field_that_shows_a_text_is_seen() -> None:
    def marked(record: dict[str, Any]) -> None:
        record["street"] = record["street"] or "null"

    with contact_bed.serving(fault=contact_bed.changes(marked)) as seen:
        bed.violates(seen, "contact-empty-text", READ, form.RECORD)


def test_a_field_that_an_instance_fills_itself_is_none_without_a_value() -> None:
    def filled(request: Request) -> Request:
        if not bed.is_of(request, CREATE):
            return request
        body = {"time_zone": "US/Pacific"} | json.loads(request.body)
        return replace(request, body=json.dumps(body).encode())

    with contact_bed.serving(tamper=filled) as seen:
        bed.conforms(seen, "contact-empty-text", READ, form.RECORD)


@pytest.mark.parametrize("field", ["street", "vip", "location", "last_login_time"])
def test_a_list_that_shows_another_value_is_seen(field: str) -> None:
    def emptied(body: Any) -> None:
        for record in body["result"]:
            record[field] = ""

    with contact_bed.serving(fault=faults.on(LIST, lambda r: bed.with_json(r, emptied))) as seen:
        bed.violates(seen, "contact-same-in-both", READ, form.RECORD)


@pytest.mark.parametrize("field", SOCIAL)
def test_a_profile_is_missing(field: str) -> None:
    with contact_bed.serving(tamper=contact_bed.drops(field)) as seen:
        bed.violates(seen, "contact-profile", CREATE, request_of(field))
        bed.unverified(seen, "contact-no-profile", CREATE, request_of(field))


@pytest.mark.parametrize("field", ["social_channel", "social_handle_url"])
def test_a_profile_has_another_value(field: str) -> None:
    def other(request: Request) -> Request:
        if not bed.is_of(request, CREATE) or field.encode() not in request.body:
            return request
        body = json.loads(request.body) | {field: "another"}
        return replace(request, body=json.dumps(body).encode())

    with contact_bed.serving(tamper=other) as seen:
        bed.violates(seen, "contact-profile", CREATE, request_of(field))


@pytest.mark.parametrize("missing", SOCIAL)
def test_an_incomplete_profile_is_created(missing: str) -> None:
    def completed(request: Request) -> Request:
        body = json.loads(request.body) if bed.is_of(request, CREATE) else {}
        if len(body.keys() & set(SOCIAL)) != len(SOCIAL) - 1 or missing in body:
            return request
        return replace(request, body=json.dumps({missing: "another"} | body).encode())

    with contact_bed.serving(tamper=completed) as seen:
        bed.violates(seen, "contact-no-profile", CREATE, request_of("social_handle"))


@every(
    ("fault", "name", "operation"),
    [
        ("create-profile-of-another", "contact-profile", CREATE),
        ("create-twice", "contact-created-once", CREATE),
        ("create-blanks-cut", "contact-blanks", CREATE),
        ("create-guessed", "contact-misspelled", CREATE),
        ("create-warned", "contact-no-trace", CREATE),
        ("create-parameters-taken", "contact-no-parameter", CREATE),
        ("read-query-used", "contact-no-parameter", READ),
        ("list-body-used", "contact-no-body", LIST),
    ],
)
def test_a_fault_of_the_catalogue_is_seen(fault: str, name: str, operation: str) -> None:
    with contact_bed.serving(prepare=contact_bed.planted(f"contact-{fault}")) as seen:
        bed.violates(seen, name, operation, SUBJECTS[name][1])


def test_profiles_are_not_looked_up_without_a_table() -> None:
    with contact_bed.serving(known={"social_profiles": None}) as seen:
        bed.blocked(seen, "contact-profile", CREATE, form.REQUEST)
    with contact_bed.serving(known={"social_profiles": ("u_profile", "one_column")}) as seen:
        bed.blocked(seen, "contact-profile", CREATE, form.REQUEST)
    with contact_bed.serving() as seen:
        seen.tables = None
        bed.blocked(seen, "contact-no-profile", CREATE, form.REQUEST)


def test_a_record_that_is_not_hidden() -> None:
    with contact_bed.serving(known={"hidden_contacts": bed.known_ids().existing["id"]}) as seen:
        bed.violates(seen, "contact-hidden", READ)


def test_what_the_config_does_not_tell_is_not_looked_at() -> None:
    unknown = {"hidden_contacts": None, "plain_users": None, "custom_contact_fields": None}
    with contact_bed.serving(known=unknown) as seen:
        for name in ("contact-hidden", "contact-no-contact", "contact-custom-fields"):
            bed.blocked(seen, name, READ)
        bed.conforms(seen, "contact-other-names", CREATE)


def test_a_user_without_rights_is_told_nothing_of_ids() -> None:
    with contact_bed.serving(fault=faults.on(READ, faults.status(403))) as seen:
        bed.unverified(seen, "contact-unknown", READ)


def test_an_id_of_another_form_may_be_a_bad_request() -> None:
    refused = faults.on(READ, faults.status(400), when=faults.has(404))
    with contact_bed.serving(fault=refused) as seen:
        bed.conforms(seen, "contact-no-id", READ)


def test_reading_is_judged_without_the_right_to_write() -> None:
    with contact_bed.serving(profile=Profile.READ_ONLY) as seen:
        for name in ("contact-read", "contact-unknown", "contact-no-body"):
            bed.conforms(seen, name, READ)
        bed.blocked(seen, "contact-created", CREATE)
