"""The judge, on exchanges written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ccaas_kit import probes
from ccaas_kit.contract import clauses
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.judging import judge, judge_checks
from ccaas_kit.judging.traffic import Traffic
from ccaas_kit.judging.verdicts import Judgement
from ccaas_kit.model import pools
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import CheckResult, Exchange, Response
from tests.conformance.things import KNOWN, clause, write_contract

SCHEMAS = "#/components/schemas"
THING = {"id": KNOWN, "name": "a lamp", "state": "new"}
BASE = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    return Contract(write_contract(tmp_path_factory.mktemp("contract")).bundle)


def exchange(
    contract: Contract,
    operation: str,
    status: int,
    response: Any,
    *,
    body: Any = None,
    path: str | None = None,
    media: str = "application/json",
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Exchange:
    """An exchange for an operation; the path is the one of a known thing if none is given."""
    found = contract.by_id[operation]
    sent = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    received = response if isinstance(response, bytes) else json.dumps(response).encode()
    return Exchange(
        operation=found,
        phase="fuzzing",
        method=more.pop("method", found.method),
        url=BASE + (path or found.path.replace("{id}", KNOWN).replace("{api_version}", "v1")),
        request_headers={"Content-Type": "application/json"} if sent else {},
        request_body=sent,
        response=Response(status, {"content-type": media, **(headers or {})}, received),
        **more,
    )


def judged(
    contract: Contract,
    tmp_path: Path,
    promised: list[dict[str, Any]],
    *exchanges: Exchange,
    blocked: dict[str, str] | None = None,
) -> list[Judgement]:
    loaded = clauses.load(write_contract(tmp_path, clauses=promised).clauses)
    traffic = Traffic(contract, (), judge.named_pointers(loaded, contract))
    known = pools.build(contract, {}, seeded=True)
    for exchange in exchanges:
        # As a run is judged: bodies are let go, and what was measured in them has to be enough.
        traffic.add(exchange, pools=known, let_go=True)
    return judge.Judge(contract, loaded, traffic, known, blocked=blocked or {}).judgements()


def verdict(
    contract: Contract, tmp_path: Path, promised: dict[str, Any], *exchanges: Exchange
) -> tuple[str, set[str]]:
    """The verdict on one clause, and the codes of its deviations."""
    found = judged(contract, tmp_path, [promised], *exchanges)[0]
    return str(found.verdict), {deviation.code for deviation in found.deviations}


NAME = clause("GET-01", f"{SCHEMAS}/Thing/properties/name")
LONGEST = clause("GET-02", f"{SCHEMAS}/Thing/properties/name/maxLength")
NOTE = clause("GET-03", f"{SCHEMAS}/Thing/properties/note")
STATE = clause("GET-04", f"{SCHEMAS}/State")
S200 = clause("GET-S200", "#/paths/~1api~1things~1{id}/get/responses/200")
S404 = clause("GET-S404", "#/components/responses/Refused")


@pytest.mark.parametrize(
    ("promised", "response", "expected"),
    [
        pytest.param(NAME, THING, ("conforms", set()), id="valid"),
        pytest.param(NAME, {**THING, "name": 5}, ("violates", {"CK202"}), id="wrong type"),
        pytest.param(
            NAME, {"id": KNOWN, "state": "new"}, ("violates", {"CK203"}), id="required and missing"
        ),
        pytest.param(NAME, {**THING, "extra": 1}, ("conforms", set()), id="unknown field"),
        pytest.param(NOTE, THING, ("unverified", set()), id="optional and missing"),
        pytest.param(NOTE, {**THING, "note": None}, ("violates", {"CK202"}), id="null"),
        pytest.param(LONGEST, {**THING, "name": "x" * 10}, ("conforms", set()), id="at the limit"),
        pytest.param(
            LONGEST, {**THING, "name": "x" * 11}, ("violates", {"CK202"}), id="over the limit"
        ),
        pytest.param(
            STATE, {**THING, "state": "gone"}, ("violates", {"CK202"}), id="behind a reference"
        ),
        pytest.param(S200, {**THING, "name": 5}, ("violates", {"CK202"}), id="the whole response"),
        pytest.param(S200, b"<html>", ("violates", {"CK201"}), id="not JSON"),
    ],
)
def test_a_response_node_is_judged_by_the_values_that_reach_it(
    contract: Contract,
    tmp_path: Path,
    promised: dict[str, Any],
    response: Any,
    expected: tuple[str, set[str]],
) -> None:
    seen = exchange(contract, "getThing", 200, response)

    assert verdict(contract, tmp_path, promised, seen) == expected


def test_a_charset_and_undocumented_headers_are_no_deviation(
    contract: Contract, tmp_path: Path
) -> None:
    media = "application/json;charset=UTF-8"
    seen = exchange(contract, "getThing", 200, THING, media=media, headers={"x-more": "1"})

    assert verdict(contract, tmp_path, S200, seen) == ("conforms", set())


def test_another_media_type_violates_the_status(contract: Contract, tmp_path: Path) -> None:
    seen = exchange(contract, "getThing", 200, THING, media="text/plain")

    assert verdict(contract, tmp_path, S200, seen) == ("violates", {"CK201"})


def test_a_status_that_was_not_seen_is_unverified(contract: Contract, tmp_path: Path) -> None:
    seen = exchange(contract, "getThing", 200, THING)

    assert verdict(contract, tmp_path, S404, seen) == ("unverified", set())


def test_a_shared_response_is_reached_through_its_reference(
    contract: Contract, tmp_path: Path
) -> None:
    seen = exchange(contract, "getThing", 404, {"error": "none"})

    assert verdict(contract, tmp_path, S404, seen) == ("conforms", set())


def test_a_fault_is_charged_to_the_innermost_clause_only(
    contract: Contract, tmp_path: Path
) -> None:
    seen = exchange(contract, "getThing", 200, {**THING, "name": 5})

    found = judged(contract, tmp_path, [S200, NAME], seen)

    assert [str(judgement.verdict) for judgement in found] == ["conforms", "violates"]


def test_the_versioned_form_counts_for_its_base(contract: Contract, tmp_path: Path) -> None:
    promised = clause("LIST-01", "#/paths/~1api~1things/get/responses/200")
    seen = exchange(contract, "listThingsVersioned", 200, {"result": 5})

    assert verdict(contract, tmp_path, promised, seen) == ("violates", {"CK202"})


HEADER = clause("GET-05", "#/components/headers/Challenge")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({"www-authenticate": "BASIC realm"}, ("conforms", set()), id="valid"),
        pytest.param({"www-authenticate": "5"}, ("violates", {"CK204"}), id="invalid"),
        pytest.param({}, ("violates", {"CK204"}), id="missing"),
    ],
)
def test_a_header_is_judged_where_its_status_was_seen(
    contract: Contract, tmp_path: Path, headers: dict[str, str], expected: tuple[str, set[str]]
) -> None:
    seen = exchange(contract, "getThing", 401, {"error": "no"}, headers=headers)

    assert verdict(contract, tmp_path, HEADER, seen) == expected


NEW_NAME = clause("NEW-01", f"{SCHEMAS}/NewThing/properties/name")
NEW_STATE = clause("NEW-02", f"{SCHEMAS}/NewThing/properties/state")
NEW_BODY = clause("NEW-03", "#/paths/~1api~1things/post/requestBody")


@pytest.mark.parametrize(
    ("promised", "body", "status", "expected"),
    [
        pytest.param(NEW_NAME, {"name": "a"}, 201, ("unverified", set()), id="valid, accepted"),
        pytest.param(NEW_NAME, {"name": 5}, 400, ("conforms", set()), id="broken, refused"),
        pytest.param(NEW_NAME, {"name": 5}, 201, ("violates", {"CK302"}), id="broken, accepted"),
        pytest.param(NEW_NAME, {}, 201, ("violates", {"CK303"}), id="missing, accepted"),
        pytest.param(NEW_NAME, {}, 400, ("conforms", set()), id="missing, refused"),
        pytest.param(NEW_NAME, {"name": 5}, 403, ("unverified", set()), id="refused for a role"),
        pytest.param(NEW_NAME, {"name": 5}, 500, ("unverified", set()), id="crashed"),
        pytest.param(NEW_NAME, {"name": "a"}, 400, ("unverified", set()), id="valid, refused"),
        pytest.param(
            NEW_STATE, {"name": 5, "state": 5}, 201, ("unverified", set()), id="two faults"
        ),
        pytest.param(NEW_STATE, {"name": "a"}, 201, ("unverified", set()), id="not in the request"),
        pytest.param(NEW_BODY, b"{", 400, ("conforms", set()), id="not JSON, refused"),
        pytest.param(NEW_BODY, b"{", 201, ("violates", {"CK302"}), id="not JSON, accepted"),
    ],
)
def test_a_request_node_is_judged_by_requests_that_break_only_it(
    contract: Contract,
    tmp_path: Path,
    *,
    promised: dict[str, Any],
    body: Any,
    status: int,
    expected: tuple[str, set[str]],
) -> None:
    response = THING if status == 201 else {"error": "no"}
    seen = exchange(contract, "createThing", status, response, body=body)

    assert verdict(contract, tmp_path, promised, seen) == expected


@pytest.mark.parametrize(
    ("status", "expected"), [(400, "unverified"), (201, "conforms"), (404, "conforms")]
)
def test_a_refusal_shows_nothing_where_valid_requests_are_refused_as_well(
    contract: Contract, tmp_path: Path, status: int, expected: str
) -> None:
    response = THING if status == 201 else {"error": "no"}
    invalid = exchange(contract, "createThing", 400, {"error": "no"}, body={"name": 5})
    valid = exchange(contract, "createThing", status, response, body={"name": "a"})

    found = judged(contract, tmp_path, [NEW_NAME], invalid, valid)

    assert str(found[0].verdict) == expected


@pytest.mark.parametrize("status", [401, 403, 404, 405, 406, 415, 429])
def test_a_refusal_for_another_reason_says_nothing_of_the_data(
    contract: Contract, tmp_path: Path, status: int
) -> None:
    seen = exchange(contract, "createThing", status, {"error": "no"}, body={"name": 5})

    assert verdict(contract, tmp_path, NEW_NAME, seen) == ("unverified", set())


@pytest.mark.parametrize(
    ("status", "expected"), [(199, "unverified"), (200, "conforms"), (300, "unverified")]
)
def test_a_refusal_in_the_body_counts_with_the_status_of_a_success_alone(
    contract: Contract, tmp_path: Path, status: int, expected: str
) -> None:
    response = {"result": {"success": False}}
    seen = exchange(contract, "createThing", status, response, body={"name": 5})

    assert verdict(contract, tmp_path, NEW_NAME, seen) == (expected, set())


def test_a_long_reason_is_cut(contract: Contract, tmp_path: Path) -> None:
    seen = exchange(contract, "createThing", 201, THING, body={"name": ["x" * 1000]})

    (found,) = judged(contract, tmp_path, [NEW_NAME], seen)

    assert [len(deviation.got) for deviation in found.deviations] == [300]


LIMIT = clause("LIST-01", "#/paths/~1api~1things/get/parameters/0")


@pytest.mark.parametrize(
    ("query", "status", "expected"),
    [
        pytest.param("limit=5", 200, ("unverified", set()), id="valid, accepted"),
        pytest.param("limit=x", 400, ("conforms", set()), id="broken, refused"),
        pytest.param("limit=x", 200, ("violates", {"CK301"}), id="broken, accepted"),
        pytest.param("limit=x&limit=5", 200, ("unverified", set()), id="sent twice"),
        pytest.param("", 200, ("unverified", set()), id="not sent"),
    ],
)
def test_a_parameter_is_judged_as_it_travels(
    contract: Contract, tmp_path: Path, query: str, status: int, expected: tuple[str, set[str]]
) -> None:
    response: dict[str, Any] = {"result": []} if status == 200 else {"error": "no"}
    seen = exchange(contract, "listThings", status, response, path=f"/api/things?{query}")

    assert verdict(contract, tmp_path, LIMIT, seen) == expected


def test_a_request_without_our_credentials_says_nothing_of_its_data(
    contract: Contract, tmp_path: Path
) -> None:
    seen = exchange(contract, "createThing", 400, {}, body={"name": 5}, credentials="wrong")

    assert verdict(contract, tmp_path, NEW_NAME, seen) == ("unverified", set())


def checked(name: str, *, failed: bool) -> tuple[CheckResult, ...]:
    return (CheckResult(name, failed=failed, message="why"),)


PATH = "#/paths/~1api~1things~1{id}/get"


@pytest.mark.parametrize(
    ("check", "more", "status", "expected"),
    [
        ("not_a_server_error", {}, 200, "conforms"),
        ("not_a_server_error", {"failed": True}, 500, "violates"),
        ("not_a_server_error", {"failed": True}, 503, "unverified"),
        ("status_code_conformance", {"failed": True}, 418, "violates"),
        ("status_code_conformance", {"failed": True}, 502, "unverified"),
        ("positive_data_acceptance", {}, 200, "conforms"),
        ("positive_data_acceptance", {"failed": True}, 400, "violates"),
        (
            "positive_data_acceptance",
            {"failed": True, "path": f"/api/things/{'0' * 32}"},
            400,
            "unverified",
        ),
        ("unsupported_method", {"method": "PUT", "other_method": True}, 405, "conforms"),
        (
            "unsupported_method",
            {"method": "PUT", "other_method": True, "failed": True},
            405,
            "conforms",
        ),
        (
            "unsupported_method",
            {"method": "PUT", "other_method": True, "failed": True},
            200,
            "violates",
        ),
        (
            "unsupported_method",
            {"method": "PUT", "other_method": True, "failed": True},
            503,
            "unverified",
        ),
        ("unsupported_method", {"method": "PUT", "other_method": True}, 401, "unverified"),
        ("unsupported_method", {"method": "OPTIONS", "other_method": True}, 200, "unverified"),
        ("unsupported_method", {}, 200, "unverified"),
        ("ignored_auth", {"credentials": "none"}, 401, "conforms"),
        ("ignored_auth", {"credentials": "wrong", "failed": True}, 200, "violates"),
        ("ignored_auth", {"credentials": "none"}, 404, "unverified"),
        ("ignored_auth", {"credentials": "none", "failed": True}, 429, "unverified"),
        ("ignored_auth", {"credentials": "wrong", "failed": True}, 503, "unverified"),
        ("ignored_auth", {}, 200, "unverified"),
        ("use_after_free", {}, 200, "unverified"),
        ("ensure_resource_availability", {}, 200, "unverified"),
        ("ensure_resource_availability", {"created_by": "createThing"}, 200, "conforms"),
        ("response_headers_conformance", {}, 200, "unverified"),
        ("response_headers_conformance", {}, 401, "conforms"),
    ],
)
def test_a_check_counts_only_where_it_says_something(
    contract: Contract,
    tmp_path: Path,
    *,
    check: str,
    more: dict[str, Any],
    status: int,
    expected: str,
) -> None:
    failed = more.get("failed", False)
    rest = {key: value for key, value in more.items() if key != "failed"}
    seen = exchange(
        contract, "getThing", status, THING, checks=checked(check, failed=failed), **rest
    )

    found = judged(contract, tmp_path, [clause("GET-01", PATH, check)], seen)

    assert str(found[0].verdict) == expected


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_head_is_free_where_get_is(contract: Contract, tmp_path: Path, method: str) -> None:
    checks = checked("unsupported_method", failed=True)
    seen = exchange(
        contract, "getThing", 200, THING, checks=checks, method=method, other_method=True
    )

    found = judged(contract, tmp_path, [clause("GET-01", PATH, "unsupported_method")], seen)

    assert str(found[0].verdict) == "unverified"


def test_a_414_says_nothing_of_the_operation(contract: Contract, tmp_path: Path) -> None:
    names = ("status_code_conformance", "content_type_conformance")
    checks = tuple(CheckResult(name, True) for name in names)
    seen = exchange(contract, "getThing", 414, b"<html></html>", media="text/html", checks=checks)
    promised = [clause(f"GET-0{number}", PATH, name) for number, name in enumerate(names, start=1)]

    found = judged(contract, tmp_path, promised, seen)

    assert [str(judgement.verdict) for judgement in found] == ["unverified", "unverified"]


def test_a_version_that_is_not_there_says_nothing_of_the_operation(
    contract: Contract, tmp_path: Path
) -> None:
    checks = checked("status_code_conformance", failed=True)
    path = "/api/v9/things"
    seen = exchange(contract, "listThingsVersioned", 404, {"error": "x"}, path=path, checks=checks)
    promised = clause("LIST-01", "#/paths/~1api~1things/get", "status_code_conformance")

    found = judged(contract, tmp_path, [promised], seen)

    assert str(found[0].verdict) == "unverified"


def test_a_page_of_a_firewall_is_not_taken_for_the_refusal_that_a_clause_names(
    contract: Contract, tmp_path: Path
) -> None:
    """The clause about the status names another cause; only that about media types is violated."""
    seen = exchange(contract, "getThing", 404, b"<html>Blocked</html>", media="text/html")
    promised = [
        clause("GET-01", f"{PATH}/responses/404", "schema"),
        clause("GET-02", PATH, "content_type_conformance"),
    ]

    found = judged(contract, tmp_path, promised, judge_checks.with_statuses(seen))

    assert [str(judgement.verdict) for judgement in found] == ["unverified", "violates"]


def test_an_operation_that_could_not_be_called_leaves_its_clauses_blocked(
    contract: Contract, tmp_path: Path
) -> None:
    found = judged(contract, tmp_path, [NAME], blocked={"getThing": "no role"})

    assert (str(found[0].verdict), found[0].detail) == ("blocked", "no role")


KIND, READ = "content_type_conformance", "not_a_server_error"


def test_a_clause_of_a_whole_api_conforms_only_if_each_operation_was_seen(
    contract: Contract, tmp_path: Path
) -> None:
    whole = clause("API-03", "#/info", READ)
    seen = [
        exchange(contract, name, 200, THING, checks=checked(READ, failed=False))
        for name in ("listThings", "getThing")
    ]
    blocked = {"createThing": "the profile read-only sends no POST"}

    found = judged(contract, tmp_path, [whole], *seen, blocked=blocked)[0]

    assert str(found.verdict) == "blocked"
    assert found.detail == (
        "not shown: createThing (the profile read-only sends no POST); shown: listThings, getThing"
    )


def test_a_violation_of_one_operation_is_one_of_the_whole_api(
    contract: Contract, tmp_path: Path
) -> None:
    whole = clause("API-03", "#/info", READ)
    seen = exchange(contract, "getThing", 500, {}, checks=checked(READ, failed=True))
    blocked = {"createThing": "the profile read-only sends no POST"}

    found = judged(contract, tmp_path, [whole], seen, blocked=blocked)[0]

    assert str(found.verdict) == "violates"


@pytest.mark.parametrize(
    ("any_suffices", "expected"),
    [
        (
            False,
            (
                "unverified",
                "not shown: property:content_type_conformance (no request tried it); "
                "shown: property:not_a_server_error",
            ),
        ),
        (True, ("conforms", "1 requests looked at")),
    ],
    ids=["each is needed", "any suffices"],
)
def test_checks_are_all_needed_unless_the_clause_says_that_any_suffices(
    contract: Contract, tmp_path: Path, *, any_suffices: bool, expected: tuple[str, str]
) -> None:
    promised = clause("GET-01", PATH, KIND, READ, any_suffices=any_suffices)
    seen = exchange(contract, "getThing", 200, THING, checks=checked(READ, failed=False))

    found = judged(contract, tmp_path, [promised], seen)[0]

    assert (str(found.verdict), found.detail) == expected


def test_a_part_that_is_not_observable_keeps_a_clause_from_conforming(
    contract: Contract, tmp_path: Path
) -> None:
    promised = clause("GET-01", PATH, READ, "not-observable: nobody sees it")
    seen = exchange(contract, "getThing", 200, THING, checks=checked(READ, failed=False))

    found = judged(contract, tmp_path, [promised], seen)[0]

    assert str(found.verdict) == "unverified"
    assert "nobody sees it" in found.detail


def test_a_valid_response_shows_nothing_about_what_requests_are_refused_for(
    contract: Contract, tmp_path: Path
) -> None:
    shared = clause("NEW-01", f"{SCHEMAS}/State")
    body = {"name": "a lamp", "state": "new"}
    served = exchange(contract, "createThing", 201, THING, body=body)
    wrong = exchange(contract, "createThing", 400, {"error": "?"}, body={**body, "state": "?"})

    only_served = judged(contract, tmp_path, [shared], served)[0]
    both = judged(contract, tmp_path, [shared], served, wrong)[0]

    assert str(only_served.verdict) == "unverified"
    assert only_served.detail.startswith("not shown: requests (")
    assert only_served.detail.endswith("shown: responses")
    assert str(both.verdict) == "conforms"


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        pytest.param({"result": [THING]}, "conforms", id="in a list"),
        pytest.param({"id": KNOWN}, "unverified", id="another property"),
        pytest.param(b"<html>", "unverified", id="not JSON"),
    ],
)
def test_an_echo_conforms_only_where_the_response_holds_the_property(
    contract: Contract, tmp_path: Path, response: Any, expected: str
) -> None:
    promised = clause("GET-01", f"{SCHEMAS}/Thing/properties/name", "echoed_value")
    checks = checked("echoed_value", failed=False)
    seen = exchange(contract, "getThing", 200, response, checks=checks)

    found = judged(contract, tmp_path, [promised], seen)[0]

    assert str(found.verdict) == expected


@pytest.mark.parametrize(
    ("promised", "message"),
    [
        (clause("GET-01", PATH, "probe: paging"), "there is no probe 'paging'"),
        (clause("GET-01", PATH, "workflow: handover"), "there is no workflow 'handover'"),
        (clause("GET-01", PATH, "no_such_check"), "there is no property 'no_such_check'"),
        (clause("GET-01", f"{SCHEMAS}/Nothing"), "leads nowhere"),
        (clause("GET-01", PATH, operation="noSuch"), "there is no operation 'noSuch'"),
    ],
    ids=["probe", "workflow", "check", "node", "operation"],
)
def test_a_clause_that_nothing_can_judge_is_an_error(
    contract: Contract, tmp_path: Path, promised: dict[str, Any], message: str
) -> None:
    loaded = clauses.load(write_contract(tmp_path, clauses=[promised]).clauses)

    with pytest.raises(DocumentError) as caught:
        judge.verify(loaded, contract, probes.PROBES)

    assert message in str(caught.value)
    assert "GET-01" in str(caught.value)
