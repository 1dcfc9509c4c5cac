"""What the sandbox does with external id mappings, beyond the form that the contract gives them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ccaas_kit.contract import layout
from ccaas_kit.sandbox.contract import XML
from ccaas_kit.sandbox.instance.seed import load
from tests.looping import every
from tests.sandbox.conftest import Answered, Caller

DOCUMENTED: dict[str, Any] = json.loads(
    (layout.ROOT / "tests" / "contract" / "documented_examples.json").read_text("utf-8")
)
TABLE = "sn_ct_ctr_it_core_ccaas_external_id_mapping"
CASES = "sn_customerservice_case"
CASE = "f584a7b23b3d3e10c524c59a04e45a6f"
OTHER_CASE = "5b0fd2a187851210be070d48dabb0204"
HIDDEN_CASE = "5b0fd2a187851210be070d48dabb0203"
INTERACTION = "b243cde4208f1700964f959e0488dee8"
PROVIDER = "8b592fb64f140210c0338ef0b1ce0b18"
OTHER_PROVIDER = "5b0fd2a187851210be070d48dabb0801"
NOBODY = "0" * 32
READER = "sn_ct_ctr_it_core.admin"
STORER = "mapping_roles"


def url(document: str = OTHER_CASE, table: str = CASES) -> str:
    return f"/api/sn_ct_ctr_it_core/external_id_mapping/table/{table}/documentId/{document}"


def stored(external_id: str, provider: str | None = PROVIDER) -> dict[str, str]:
    body = {"external_id": external_id}
    return body if provider is None else {**body, "external_provider": provider}


def assert_refused(response: Answered, status: int, message: str) -> None:
    """The refusal has the API's own shape, whichever form its error has."""
    assert response.status == status
    assert response.message == message
    assert response.result["status"] == "failure"


def test_documented_reading(sandbox: Caller) -> None:
    response = sandbox("GET", url(CASE))

    assert response.status == 200
    assert response.json == DOCUMENTED["getExternalIdMappingFoundResponse"]


def test_documented_storing(sandbox: Caller) -> None:
    response = sandbox("PUT", url(CASE), DOCUMENTED["setExternalIdMappingWithProviderRequest"])

    assert response.status == 200
    assert response.json == DOCUMENTED["setExternalIdMappingUpdatedResponse"]


def test_documented_reading_has_the_documented_order(sandbox: Caller) -> None:
    response = sandbox("GET", url(CASE))

    documented = DOCUMENTED["getExternalIdMappingFoundResponse"]["result"]["data"]
    assert list(response.result["data"]) == list(documented)


def test_same_call_creates_once_and_then_updates(sandbox: Caller) -> None:
    before = sandbox.instance.store.count(TABLE)

    responses = [sandbox("PUT", url(), stored("200")) for _ in range(3)]

    assert [response.status for response in responses] == [201, 200, 200]
    assert sandbox.instance.store.count(TABLE) == before + 1


def test_messages_name_table_and_record(sandbox: Caller) -> None:
    created = sandbox("PUT", url(INTERACTION, "interaction"), stored("1"))
    updated = sandbox("PUT", url(INTERACTION, "interaction"), stored("2"))

    place = f"interaction [{INTERACTION}]"
    assert created.result == {
        "message": f"External ID mapping record inserted for {place}",
        "status": "success",
    }
    assert updated.result == {
        "message": f"External ID mapping record updated for {place}",
        "status": "success",
    }


def test_update_replaces_the_id_and_keeps_the_record(sandbox: Caller) -> None:
    before = sandbox.instance.store.find(TABLE, document_table=CASES, document_id=CASE)

    sandbox("PUT", url(CASE), stored("A new id - 7"))

    after = sandbox.instance.store.find(TABLE, document_table=CASES, document_id=CASE)
    assert after == [{**before[0], "external_id": "A new id - 7"}]
    assert sandbox("GET", url(CASE)).result["data"]["external_id"] == "A new id - 7"


def test_providers_have_mappings_of_their_own(sandbox: Caller) -> None:
    first = sandbox("PUT", url(), stored("1", PROVIDER))
    second = sandbox("PUT", url(), stored("2", OTHER_PROVIDER))
    again = sandbox("PUT", url(), stored("3", PROVIDER))

    assert [response.status for response in (first, second, again)] == [201, 201, 200]
    mappings = sandbox.instance.store.find(TABLE, document_table=CASES, document_id=OTHER_CASE)
    ids = {mapping["external_provider"]: mapping["external_id"] for mapping in mappings}
    assert ids == {PROVIDER: "3", OTHER_PROVIDER: "2"}


def test_without_a_provider_there_is_one_more_mapping(sandbox: Caller) -> None:
    with_provider = sandbox("PUT", url(), stored("1"))
    without = sandbox("PUT", url(), stored("2", None))
    again = sandbox("PUT", url(), stored("3", None))

    assert [response.status for response in (with_provider, without, again)] == [201, 201, 200]
    assert sandbox("GET", url()).result["data"] == {
        "document_table": CASES,
        "document_id": OTHER_CASE,
        "external_id": "3",
        "external_provider": "",
    }
    assert sandbox("PUT", url(), stored("4")).status == 200


def test_reading_returns_the_mapping_written_last(sandbox: Caller) -> None:
    read = []
    for external_id, provider in [("1", PROVIDER), ("2", OTHER_PROVIDER), ("3", PROVIDER)]:
        sandbox("PUT", url(), stored(external_id, provider))
        data = sandbox("GET", url()).result["data"]
        read.append((data["external_id"], data["external_provider"]))

    assert read == [("1", PROVIDER), ("2", OTHER_PROVIDER), ("3", PROVIDER)]


def test_reading_changes_nothing(sandbox: Caller) -> None:
    assert sandbox("GET", url(CASE)).raw == sandbox("GET", url(CASE)).raw


def test_table_and_record_are_part_of_the_key(sandbox: Caller) -> None:
    other_record = sandbox("PUT", url(OTHER_CASE), stored("1"))
    # A case is a task as well; under that name it has a mapping of its own.
    other_table = sandbox("PUT", url(CASE, "task"), stored("2"))

    assert (other_record.status, other_table.status) == (201, 201)
    assert sandbox("GET", url(CASE)).result["data"]["external_id"] == "200"
    assert sandbox("GET", url(OTHER_CASE)).result["data"]["external_id"] == "1"
    assert sandbox("GET", url(CASE, "task")).result["data"]["document_table"] == "task"


def test_two_records_can_have_the_same_external_id(sandbox: Caller) -> None:
    assert sandbox("PUT", url(OTHER_CASE), stored("200")).status == 201
    assert sandbox("GET", url(CASE)).result["data"]["external_id"] == "200"


def test_custom_table_is_a_table(sandbox: Caller) -> None:
    name = "u_sandbox_social_profile"
    record = {"sys_id": "5b0fd2a187851210be070d48dabb0f01", "social_handle": "somebody"}
    sandbox.instance.store.insert(name, record)

    response = sandbox("PUT", url(record["sys_id"], name), stored("1"))

    assert response.status == 201
    assert sandbox("GET", url(record["sys_id"], name)).status == 200


def test_longest_external_id_is_kept_whole(sandbox: Caller) -> None:
    longest = "ü" * 200

    assert sandbox("PUT", url(), stored(longest)).status == 201
    assert sandbox("GET", url()).result["data"]["external_id"] == longest


def test_mapping_in_xml(sandbox: Caller) -> None:
    response = sandbox("GET", url(CASE), headers={"accept": XML})

    assert response.headers["content-type"] == f"{XML};charset=UTF-8"
    assert b"<external_id>200</external_id>" in response.raw


@every(
    ("path", "message"),
    [
        (url(OTHER_CASE), "External ID mapping record not found"),
        (url(NOBODY), "Record not found"),
        (url(CASE, "task_of_nobody"), "Table not found"),
        (url(CASE, "interaction"), "Record not found"),
        (url(CASE, "task"), "External ID mapping record not found"),
        (url(CASE.upper()), "Record not found"),
    ],
    ids=["mapping", "record", "table", "record-of-another-table", "parent-table", "upper-case"],
)
def test_reading_what_is_not_there_is_a_404(sandbox: Caller, path: str, message: str) -> None:
    assert_refused(sandbox("GET", path), 404, message)


@pytest.mark.parametrize(
    ("path", "provider", "message"),
    [
        (url(NOBODY), PROVIDER, "Record not found"),
        (url(CASE, "task_of_nobody"), PROVIDER, "Table not found"),
        (url(CASE), NOBODY, "External provider not found"),
        (url(CASE), CASE, "External provider not found"),
    ],
    ids=["record", "table", "provider", "record-that-is-no-provider"],
)
def test_storing_for_what_is_not_there_is_a_404(
    sandbox: Caller, path: str, provider: str, message: str
) -> None:
    before = sandbox.instance.store.count(TABLE)

    assert_refused(sandbox("PUT", path, stored("1", provider)), 404, message)

    assert sandbox.instance.store.count(TABLE) == before


def test_mapping_of_a_deleted_record_is_a_404(sandbox: Caller) -> None:
    sandbox.instance.store.delete(CASES, CASE)

    assert_refused(sandbox("GET", url(CASE)), 404, "Record not found")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (url("f584"), "Invalid document ID"),
        (url("f584a7b23b3d3e10c524c59a04e45a6-"), "Invalid document ID"),
        (url(CASE, "Case"), "tableName: is not valid"),
        (url(CASE, "t" * 81), "tableName: is not valid"),
    ],
    ids=["short-id", "id-with-a-dash", "table-with-a-capital", "long-table"],
)
def test_malformed_place_is_a_400(sandbox: Caller, path: str, message: str) -> None:
    assert_refused(sandbox("GET", path), 400, message)
    assert_refused(sandbox("PUT", path, {}), 400, message)
    assert_refused(sandbox("PUT", path, stored("1")), 400, message)


@pytest.mark.parametrize("body", [{}, {"external_provider": PROVIDER}, {"external_id": ""}])
def test_missing_external_id_is_a_400(sandbox: Caller, body: dict[str, Any]) -> None:
    assert_refused(sandbox("PUT", url(CASE), body), 400, "external_id is required")

    assert sandbox("GET", url(CASE)).result["data"]["external_id"] == "200"


@every(
    ("body", "field"),
    [
        (stored("x" * 201), "external_id"),
        ({"external_id": 200}, "external_id"),
        ({"external_id": None}, "external_id"),
        (stored("1", "short"), "external_provider"),
        (stored("1", ""), "external_provider"),
        ({"external_id": "1", "external_provider": None}, "external_provider"),
        (["external_id"], "The body"),
        ("200", "The body"),
    ],
    ids=[
        "long",
        "number",
        "null-id",
        "short-provider",
        "empty-provider",
        "null-provider",
        "list",
        "text",
    ],
)
def test_value_of_another_form_is_a_400(sandbox: Caller, body: Any, field: str) -> None:
    response = sandbox("PUT", url(CASE), body)

    assert_refused(response, 400, response.message)
    assert response.message.startswith(f"{field}: ")
    assert sandbox("GET", url(CASE)).result["data"]["external_id"] == "200"


def test_null_as_the_body_is_a_400(sandbox: Caller) -> None:
    response = sandbox("PUT", url(), raw=b"null", headers={"content-type": "application/json"})

    assert response.status == 400


@pytest.mark.parametrize("raw", [b"", b'{"external_id": "1'], ids=["none", "cut-off"])
def test_body_that_cannot_be_read_is_a_400(sandbox: Caller, raw: bytes) -> None:
    response = sandbox("PUT", url(), raw=raw, headers={"content-type": "application/json"})

    assert response.status == 400
    assert response.json["error"]["message"] == "Exception while reading request"


@pytest.mark.parametrize("user", [READER, "admin"])
def test_role_for_reading(sandbox: Caller, user: str) -> None:
    assert sandbox("GET", url(CASE), user=user).status == 200


@pytest.mark.parametrize("user", ["awa_integration_user", "no_roles"])
def test_reading_without_the_role_is_a_403(sandbox: Caller, user: str) -> None:
    response = sandbox("GET", url(CASE), user=user)

    assert (response.status, response.message) == (403, "User Not Authorized")


def test_both_roles_store(sandbox: Caller) -> None:
    assert sandbox("PUT", url(), stored("1"), user=STORER).status == 201


@pytest.mark.parametrize("user", [READER, "no_roles"])
def test_storing_without_the_role_of_the_put_is_a_403(sandbox: Caller, user: str) -> None:
    response = sandbox("PUT", url(), stored("1"), user=user)

    assert_refused(response, 403, "User does not have the awa_integration_user role")


def test_storing_without_the_role_of_the_api_is_a_403_of_the_platform(sandbox: Caller) -> None:
    response = sandbox("PUT", url(), stored("1"), user="awa_integration_user")

    assert (response.status, response.message) == (403, "User Not Authorized")


@pytest.mark.parametrize("properties", [{"glide.awa.enabled": "false"}, {}], ids=["false", "none"])
def test_switch_concerns_storing_only(sandbox: Caller, properties: dict[str, str]) -> None:
    sandbox.instance.load_seed({**load(), "properties": properties})

    stores, reads = sandbox("PUT", url(CASE), stored("1")), sandbox("GET", url(CASE))

    assert_refused(stores, 403, "The system property glide.awa.enabled is not true")
    assert (reads.status, reads.result["data"]["external_id"]) == (200, "200")


@pytest.mark.parametrize("table", [CASES, "task"])
def test_hidden_record_is_a_403(sandbox: Caller, table: str) -> None:
    sandbox("PUT", url(HIDDEN_CASE, table), stored("1"))

    reads = sandbox("GET", url(HIDDEN_CASE, table), user=READER)
    stores = sandbox("PUT", url(HIDDEN_CASE, table), stored("2"), user=STORER)

    for response in (reads, stores):
        assert_refused(response, 403, "User does not have access to the record")
    assert sandbox("GET", url(HIDDEN_CASE, table)).result["data"]["external_id"] == "1"
