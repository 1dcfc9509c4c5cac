"""The probes of External ID Mapping: kept by the sandbox, and seen broken where it is broken."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ccaas_kit.judging.verdicts import Opinion
from ccaas_kit.model.profiles import Profile
from ccaas_kit.probes.mappings import mappings
from ccaas_kit.probes.probing import Probing
from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed, clause_cases
from tests.conformance.probes.bed import Fault, is_of
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.faults import (
    after,
    at_path,
    both,
    has,
    is_at,
    is_from,
    lacks,
    on,
    refused,
    repeated,
    result,
    served,
    status,
    with_body,
    without,
)
from tests.looping import every

GET, PUT = "getExternalIdMapping", "setExternalIdMapping"
FIRST_PROVIDER = "8b592fb64f140210c0338ef0b1ce0b18"
CASES = clause_cases.of(mappings.PROBES)


def data(**fields: str) -> Callable[[Response], Response]:
    """A mapping with other fields, in responses that have one."""

    def change(body: Any) -> None:
        body["result"].get("data", {}).update(fields)

    return lambda response: bed.with_json(response, change)


def unique_ids() -> Fault:
    """A routing id that is in use is refused."""
    used: dict[bytes, str] = {}

    def fault(request: Request, response: Response) -> Response:
        if not is_of(request, PUT):
            return response
        external_id = request.body.partition(b'"external_id": "')[2].partition(b'"')[0]
        path = used.setdefault(external_id, request.path)
        return response if path == request.path else bed.with_status(response, 409)

    return fault


def first_path() -> Callable[[str], str]:
    """The path that came first, in place of every other one."""
    seen: list[str] = []

    def change(path: str) -> str:
        seen.append(path)
        return seen[0]

    return change


def reads_before(request: Request, _response: Response) -> bool:
    return request.method == "GET"


def other_table(old: str, new: str) -> Callable[[str], str]:
    return lambda path: path.replace(f"/{old}/", f"/{new}/")


def drop_provider(body: dict[str, Any]) -> None:
    body.pop("external_provider", None)


def cut(body: dict[str, Any]) -> None:
    body["external_id"] = body["external_id"][:100]


def small_letters(body: dict[str, Any]) -> None:
    body["external_id"] = body["external_id"].lower()


def kept_in_xml() -> Fault:
    """A mapping in XML stays as it was read first."""
    seen: dict[str, Response] = {}

    def fault(request: Request, response: Response) -> Response:
        in_xml = is_of(request, GET) and b"<response>" in response.body
        return (
            seen.setdefault(request.path, response)
            if in_xml and response.status == 200
            else response
        )

    return fault


def kept_at_the_third() -> Fault:
    """Of a record that is mapped a third time, what was read after the second time comes back."""
    stored: Counter[str] = Counter()
    seen: dict[str, Response] = {}

    def fault(request: Request, response: Response) -> Response:
        stored[request.path] += is_of(request, PUT)
        if not is_of(request, GET):
            return response
        if stored[request.path] < 3:
            seen[request.path] = response
        return seen.get(request.path, response)

    return fault


def stores_what_it_refuses() -> Fault:
    return on(GET, data(external_id="another"), when=after(refused))


def wrong(operation: str, change: Callable[[Response], Response], **options: Any) -> dict[str, Any]:
    return {"fault": on(operation, change, **options)}


# By clause, a sandbox in which its promise alone is broken.
BREAKS: list[tuple[str, dict[str, Any]]] = [
    (f"EXT-API-03 {GET}", wrong(PUT, status(200), when=has(201))),
    (f"EXT-API-04 {GET}", {"fault": unique_ids()}),
    (f"EXT-API-05 {GET}", wrong(GET, status(404), when=is_from("sn_ct_ctr_it_core.admin"))),
    (f"EXT-API-06 {GET}", wrong(GET, status(404))),
    (f"EXT-API-06 {PUT}", wrong(PUT, status(404))),
    ("EXT-GET-01", wrong(GET, status(404))),
    ("EXT-GET-S200", wrong(GET, status(203))),
    ("EXT-GET-S400", wrong(GET, status(404), when=has(400))),
    ("EXT-GET-S404", wrong(GET, status(400), when=has(404))),
    ("EXT-GET-16", {"fault": kept_in_xml()}),
    ("EXT-GET-03", {"tamper": at_path(first_path(), method="GET")}),
    ("EXT-GET-04", {"tamper": at_path(other_table("sys_user", "interaction"), method="GET")}),
    ("EXT-GET-04", wrong(GET, data(document_table="sys_user"), when=served)),
    ("EXT-GET-05", wrong(GET, data(external_id="another"))),
    ("EXT-GET-06", wrong(GET, data(external_id="another"), when=repeated())),
    ("EXT-GET-09", wrong(GET, status(404), when=is_at("sn_customerservice_task"))),
    ("EXT-GET-10", wrong(GET, status(404), when=is_at("u_callback"))),
    ("EXT-GET-18", wrong(GET, status(200), when=has(404))),
    ("EXT-GET-19", wrong(GET, status(400), when=has(404))),
    ("EXT-GET-20", wrong(GET, status(400), when=has(404))),
    ("EXT-GET-21", wrong(GET, status(404), when=has(403))),
    ("EXT-GET-32", wrong(GET, without("error"))),
    ("EXT-GET-33", wrong(GET, result(error={"message": 404}))),
    ("EXT-GET-36", wrong(GET, result(status="failed"))),
    ("EXT-GET-36", wrong(GET, result(status="found"), when=has(200))),
    ("EXT-GET-38", wrong(GET, result(status="success"), when=refused)),
    ("EXT-PUT-01", wrong(GET, status(404))),
    ("EXT-PUT-S200", wrong(PUT, status(204), when=has(200))),
    ("EXT-PUT-S201", wrong(PUT, status(200), when=has(201))),
    ("EXT-PUT-S404", wrong(PUT, status(201), when=has(404))),
    ("EXT-PUT-65", wrong(PUT, status(404), when=has(400))),
    ("EXT-PUT-05", wrong(PUT, status(200), when=has(201))),
    ("EXT-PUT-05", wrong(GET, status(404))),
    ("EXT-PUT-06", wrong(PUT, status(201), when=has(200))),
    ("EXT-PUT-06", wrong(GET, data(external_id="the first one"))),
    ("EXT-PUT-07", wrong(PUT, status(201), when=has(200))),
    ("EXT-PUT-08", {"tamper": with_body(drop_provider, operation=PUT)}),
    ("EXT-PUT-09", {"tamper": at_path(other_table("sys_user", "customer_contact"), method="PUT")}),
    ("EXT-PUT-10", {"tamper": at_path(first_path(), method="PUT")}),
    ("EXT-PUT-11", wrong(PUT, status(201), when=has(200))),
    ("EXT-PUT-12", wrong(GET, data(external_provider=""))),
    ("EXT-PUT-12", wrong(GET, status(404))),
    ("EXT-PUT-12", wrong(GET, data(external_provider=FIRST_PROVIDER))),
    ("EXT-PUT-12", wrong(GET, data(document_table="interaction"))),
    ("EXT-PUT-12", {"fault": kept_at_the_third()}),
    ("EXT-PUT-15", wrong(PUT, status(404), when=is_at("sn_customerservice_task"))),
    ("EXT-PUT-16", wrong(PUT, status(400), when=is_at("u_callback"))),
    ("EXT-PUT-21", {"tamper": with_body(cut, operation=PUT)}),
    ("EXT-PUT-21", wrong(PUT, status(400))),
    ("EXT-PUT-24", {"tamper": with_body(small_letters, operation=PUT)}),
    ("EXT-PUT-25", {"fault": unique_ids()}),
    ("EXT-PUT-26", wrong(PUT, status(400), when=lacks("external_provider"))),
    ("EXT-PUT-28", wrong(PUT, status(201), when=has(404))),
    ("EXT-PUT-30", wrong(PUT, status(201), when=has(200))),
    ("EXT-PUT-31", wrong(PUT, status(200), when=both(has(201), lacks("external_provider")))),
    ("EXT-PUT-39", wrong(PUT, status(400), when=has(404))),
    ("EXT-PUT-40", wrong(PUT, status(400), when=has(404))),
    ("EXT-PUT-41", {"fault": stores_what_it_refuses()}),
    ("EXT-PUT-44", wrong(PUT, result(data={}))),
    ("EXT-PUT-45", wrong(PUT, without("error"))),
    ("EXT-PUT-46", wrong(PUT, result(error={}))),
    ("EXT-PUT-49", wrong(PUT, result(message="External ID mapping record updated"))),
    ("EXT-PUT-50", wrong(PUT, result(message="External ID mapping record inserted"))),
    ("EXT-PUT-51", wrong(PUT, result(status="ok"), when=served)),
    ("EXT-PUT-53", wrong(PUT, result(status="success"), when=refused)),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[Probing]:
    """One sandbox that keeps every promise, for all cases that are to conform."""
    with bed.probing(bed.Bed()) as seen:
        yield seen


def test_each_probe_decides_a_clause_and_is_seen_to_fail() -> None:
    broken_clauses = {CASES[key].clause for key, _ in BREAKS}

    assert {case.probe for case in CASES.values()} == {probe.name for probe in mappings.PROBES}
    assert broken_clauses == {case.clause for case in CASES.values()}


@every("key", CASES)
def test_the_sandbox_keeps_it(shared: Probing, key: str) -> None:
    case = CASES[key]

    bed.conforms(shared, case.probe, case.operation, case.pointer)


@every(("key", "settings"), BREAKS, ids=[f"{key} {i}" for i, (key, _) in enumerate(BREAKS)])
def test_a_broken_promise_is_seen(target: Targets, key: str, settings: dict[str, Any]) -> None:
    case = CASES[key]

    bed.violates(target(**settings), case.probe, case.operation, case.pointer)


def look(seen: Probing, key: str, outcome: Callable[..., Opinion]) -> str:
    case = CASES[key]
    return outcome(seen, case.probe, case.operation, case.pointer).detail


@every(
    ("key", "name"),
    [
        (f"EXT-API-03 {GET}", "external_provider"),
        ("EXT-PUT-05", "external_provider"),
        (f"EXT-API-06 {GET}", "mapped_records"),
        ("EXT-PUT-15", "writable_records"),
        ("EXT-GET-10", "writable_records"),
        ("EXT-GET-21", "hidden_cases"),
    ],
)
def test_what_is_not_known_stands_in_the_way(target: Targets, key: str, name: str) -> None:
    seen = target(known={name: None})
    # As of a target whose config has no ids.
    seen.pools = replace(seen.pools, existing={})

    assert look(seen, key, bed.blocked)


def test_one_provider_is_not_enough_to_tell_two_apart(target: Targets) -> None:
    seen = target(known={"external_provider": ("8b592fb64f140210c0338ef0b1ce0b18",)})

    assert "takes two" in look(seen, "EXT-PUT-08", bed.blocked)


@pytest.mark.parametrize("records", [("u_callback/" + "0" * 32,), ("interaction/" + "0" * 32,)])
def test_a_table_without_a_writable_record_is_not_judged(
    target: Targets, records: tuple[str, ...]
) -> None:
    seen = target(known={"writable_records": records})

    assert "writable_records" in look(seen, "EXT-PUT-15", bed.blocked)


def test_a_custom_table_needs_a_record_of_one(target: Targets) -> None:
    seen = target(known={"writable_records": ("interaction/" + "0" * 32,)})

    assert "custom table" in look(seen, "EXT-PUT-16", bed.blocked)


@pytest.mark.parametrize("key", ["EXT-PUT-05", "EXT-PUT-06", "EXT-PUT-12", "EXT-GET-04"])
def test_a_refused_preparation_shows_nothing(target: Targets, key: str) -> None:
    seen = target(fault=on(PUT, status(403)))

    assert "could not prepare" in look(seen, key, bed.unverified)


def test_a_platform_error_says_nothing_of_the_result(target: Targets) -> None:
    def envelope(response: Response) -> Response:
        error = {"error": {"message": "No Record found", "detail": ""}, "status": "failure"}
        return bed.with_json(response, lambda _body: error)

    seen = target(fault=on(GET, envelope, when=refused))

    for key in ("EXT-GET-32", "EXT-GET-33", "EXT-GET-36", "EXT-GET-38"):
        look(seen, key, bed.unverified)


def test_a_text_as_error_has_no_message_to_judge(target: Targets) -> None:
    seen = target(fault=on(GET, result(error="Record not found"), when=refused))

    look(seen, "EXT-GET-32", bed.conforms)
    look(seen, "EXT-GET-33", bed.unverified)


def test_a_reader_who_may_not_see_the_record_says_nothing(target: Targets) -> None:
    seen = target(fault=on(GET, status(403), when=is_from("sn_ct_ctr_it_core.admin")))

    look(seen, f"EXT-API-05 {GET}", bed.unverified)


def test_a_contact_that_is_no_user_shows_nothing_of_tables(target: Targets) -> None:
    seen = target(fault=on(PUT, status(404), when=is_at("/sys_user/")))

    look(seen, "EXT-PUT-09", bed.unverified)


def test_any_of_two_mappings_may_come_back(target: Targets) -> None:
    def first_of_two() -> Fault:
        """The mapping that was stored first comes back."""
        stored: dict[str, bytes] = {}

        def fault(request: Request, response: Response) -> Response:
            if is_of(request, PUT):
                stored.setdefault(request.path, request.body)
            if is_of(request, GET) and response.status == 200:
                return data(**json.loads(stored[request.path]))(response)
            return response

        return fault

    look(target(fault=first_of_two()), "EXT-GET-05", bed.conforms)


def test_a_reading_profile_writes_nothing(target: Targets) -> None:
    seen = target(profile=Profile.READ_ONLY)

    look(seen, "EXT-PUT-05", bed.blocked)
    look(seen, f"EXT-API-06 {GET}", bed.conforms)
