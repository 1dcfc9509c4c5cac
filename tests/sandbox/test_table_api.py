"""The part of the Table API that the sandbox has, for looking up ids and for cleaning up."""

from __future__ import annotations

from tests.looping import every
from tests.sandbox.conftest import Caller

TABLE = "/api/now/table"
CASE = "f584a7b23b3d3e10c524c59a04e45a6f"
HIDDEN = "5b0fd2a187851210be070d48dabb0203"


def test_a_table_is_listed_by_query_fields_and_page(sandbox: Caller) -> None:
    response = sandbox(
        "GET",
        f"{TABLE}/customer_contact",
        user="csm_ws_integration",
        query={
            "sysparm_query": "last_name=Contact^ORDERBYDESCname",
            "sysparm_fields": "name,sys_id",
            "sysparm_limit": 2,
            "sysparm_offset": 1,
        },
    )

    assert response.result == [
        {"name": "Jane Contact", "sys_id": "0a232a0013691200042ab3173244b075"},
        {"name": "First Contact", "sys_id": "5b0fd2a187851210be070d48dabb0001"},
    ]


def test_a_record_is_read(sandbox: Caller) -> None:
    assert sandbox("GET", f"{TABLE}/sn_customerservice_case/{CASE}").result["sys_id"] == CASE


def test_records_of_extending_tables_belong_to_the_table(sandbox: Caller) -> None:
    query = {"sysparm_query": "numberSTARTSWITHCS", "sysparm_fields": "number"}

    listed = sandbox("GET", f"{TABLE}/task", query=query).result

    assert {"number": "CS0000001"} in listed
    assert sandbox("GET", f"{TABLE}/task/{CASE}").status == 200


def test_a_record_is_deleted_once(sandbox: Caller) -> None:
    contact = sandbox("POST", "/api/now/contact", {"name": "Dora Warren"}).result

    responses = [sandbox("DELETE", f"{TABLE}/customer_contact/{contact}") for _ in range(2)]

    assert [response.status for response in responses] == [204, 404]
    assert responses[0].raw == b""
    assert sandbox("GET", f"/api/now/contact/{contact}").status == 404


def test_a_hidden_record_is_not_there(sandbox: Caller) -> None:
    path = f"{TABLE}/sn_customerservice_case"
    seen = sandbox("GET", path, user="csm_ws_integration", query={"sysparm_limit": 100}).result

    assert HIDDEN not in [each["sys_id"] for each in seen]
    assert sandbox("GET", f"{path}/{HIDDEN}", user="csm_ws_integration").status == 404
    assert sandbox("DELETE", f"{path}/{HIDDEN}", user="csm_ws_integration").status == 404
    assert sandbox("GET", f"{path}/{HIDDEN}").status == 200


@every(
    ("method", "path", "user", "status"),
    [
        ("GET", "customer_contact", None, 401),
        ("GET", "customer_contact", "no_roles", 403),
        ("GET", "no_such_table", "admin", 400),
        ("GET", "sandbox_fact", "admin", 400),
        ("GET", "", "admin", 400),
        ("GET", f"customer_contact/{'0' * 32}", "admin", 404),
        ("POST", "customer_contact", "admin", 405),
        ("PUT", f"customer_contact/{CASE}", "admin", 405),
        ("DELETE", "customer_contact", "admin", 405),
    ],
)
def test_what_is_refused(
    sandbox: Caller, method: str, path: str, user: str | None, status: int
) -> None:
    response = sandbox(method, f"{TABLE}/{path}", user=user)

    assert response.status == status
    assert response.json["status"] == "failure"
