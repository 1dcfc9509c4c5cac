"""The Table API and the Aggregate API of the sandbox, as clients of the platform use them."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qsl

import pytest

from tests.looping import every
from tests.sandbox.conftest import Caller

TABLE = "/api/now/table"
CASE = "f584a7b23b3d3e10c524c59a04e45a6f"
ACCOUNT = "86837a386f0331003b3c498f5d3ee4ca"
AGENT = "da419c1fc312310015519f2974d3ae15"
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

    assert HIDDEN not in [record["sys_id"] for record in seen]
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
        ("GET", "customer_contact?sysparm_limit=0", "admin", 400),
        ("POST", "customer_contact", "admin", 400),
        ("POST", "customer_contact", "no_roles", 403),
        ("PUT", f"customer_contact/{CASE}", "admin", 404),
        ("PATCH", f"sn_customerservice_case/{HIDDEN}", "csm_ws_integration", 404),
        ("DELETE", "customer_contact", "admin", 405),
    ],
)
def test_what_is_refused(
    sandbox: Caller, method: str, path: str, user: str | None, status: int
) -> None:
    path, _, query = path.partition("?")

    response = sandbox(method, f"{TABLE}/{path}", user=user, query=dict(parse_qsl(query)))

    assert response.status == status
    assert response.json["status"] == "failure"


def test_a_reference_has_a_link_unless_it_is_not_wanted(sandbox: Caller) -> None:
    path = f"{TABLE}/sn_customerservice_case/{CASE}"
    host = {"host": "dev1.example.com"}
    fields = {"sysparm_fields": "account,contact,parent"}

    linked = sandbox("GET", path, query=fields, headers=host)
    bare = sandbox("GET", path, query={**fields, "sysparm_exclude_reference_link": "true"})

    link = f"http://dev1.example.com{TABLE}/customer_account/{ACCOUNT}"
    assert linked.result["account"] == {"link": link, "value": ACCOUNT}
    assert bare.result["account"] == ACCOUNT
    assert set(bare.result) == {"account", "contact"}
    assert linked.headers["x-sandbox-ignored"] == "parent"


@every(
    ("mode", "links", "account", "state"),
    [
        ("true", "true", "Boxeo", "open"),
        ("true", "false", {"display_value": "Boxeo", "link": "LINK"}, "open"),
        (
            "all",
            "true",
            {"display_value": "Boxeo", "value": "ACCOUNT"},
            {"display_value": "open", "value": "open"},
        ),
        (
            "all",
            "false",
            {"display_value": "Boxeo", "link": "LINK", "value": "ACCOUNT"},
            {"display_value": "open", "value": "open"},
        ),
    ],
)
def test_what_people_read_stands_for_a_value_or_beside_it(
    sandbox: Caller, mode: str, links: str, account: object, state: object
) -> None:
    query = {
        "sysparm_display_value": mode,
        "sysparm_exclude_reference_link": links,
        "sysparm_fields": "account,state",
    }

    shown = sandbox("GET", f"{TABLE}/sn_customerservice_case/{CASE}", query=query).raw.decode()

    shown = shown.replace(f"http://localhost{TABLE}/customer_account/{ACCOUNT}", "LINK")
    assert json.loads(shown.replace(ACCOUNT, "ACCOUNT"))["result"] == {
        "account": account,
        "state": state,
    }


def test_fields_behind_references_are_shown_and_what_is_none_is_left_out(sandbox: Caller) -> None:
    query = {"sysparm_fields": "contact.account.name,assigned_to.name,bogus,contact.bogus"}

    response = sandbox("GET", f"{TABLE}/sn_customerservice_case/{CASE}", query=query)

    assert response.result == {"contact.account.name": "Boxeo", "assigned_to.name": ""}
    assert response.headers["x-sandbox-ignored"] == "bogus, contact.bogus"


@every(
    ("pairs", "numbers"),
    [
        ({"sys_id": CASE}, ["CS0000001"]),
        ({"active": "false"}, ["CS0000002"]),
        ({"number": "CS0000004", "state": "open"}, ["CS0000004"]),
        ({"account": "Boxeo"}, ["CS0000001"]),
        ({"contact.last_name": "no^such"}, []),
        ({"sysparm_query": "number=CS0000002", "number": "CS0000001"}, ["CS0000002"]),
    ],
)
def test_names_with_values_are_a_filter(
    sandbox: Caller, pairs: dict[str, str], numbers: list[str]
) -> None:
    path = f"{TABLE}/sn_customerservice_case"

    found = sandbox("GET", path, query={"sysparm_fields": "number", **pairs}).result

    assert found == [{"number": number} for number in numbers]


def test_a_name_that_is_no_field_is_ignored_as_in_a_query_and_told(sandbox: Caller) -> None:
    response = sandbox("GET", f"{TABLE}/sn_customerservice_case", query={"bogus": "1"})

    assert len(response.result) == 4
    assert response.headers["x-sandbox-ignored"] == "bogus=1"


def test_the_pages_of_a_list_are_linked_and_the_records_counted(sandbox: Caller) -> None:
    path = f"{TABLE}/sn_customerservice_case"
    query = {"sysparm_query": "ORDERBYnumber", "sysparm_limit": 1, "sysparm_offset": 2}

    response = sandbox("GET", path, query=query, headers={"host": "dev1"})
    silent = sandbox("GET", path, query={**query, "sysparm_suppress_pagination_header": "true"})
    uncounted = sandbox("GET", path, query={**query, "sysparm_no_count": "true"})
    whole = sandbox("GET", path)

    base = f"http://dev1{path}?sysparm_query=ORDERBYnumber&sysparm_offset="
    assert response.headers["link"] == ",".join(
        f'<{base}{offset}&sysparm_limit=1>;rel="{rel}"'
        for rel, offset in (("first", 0), ("prev", 1), ("next", 3), ("last", 3))
    )
    assert response.headers["x-total-count"] == silent.headers["x-total-count"] == "4"
    assert "link" not in silent.headers
    assert "x-total-count" not in uncounted.headers
    assert "link" not in whole.headers


def test_pages_by_key_show_each_record_of_a_family_once(sandbox: Caller) -> None:
    seen: list[str] = []
    last = ""
    while True:
        query = {
            "sysparm_query": f"sys_id>{last}^ORDERBYsys_id",
            "sysparm_fields": "sys_id",
            "sysparm_limit": 3,
        }
        page = sandbox("GET", f"{TABLE}/sys_user", query=query).result
        if not page:
            break
        seen += [record["sys_id"] for record in page]
        last = seen[-1]

    whole = sandbox("GET", f"{TABLE}/sys_user", query={"sysparm_fields": "sys_id"}).result
    assert seen == sorted(record["sys_id"] for record in whole)
    assert len(seen) > 20


@pytest.mark.parametrize(("version", "status"), [("v1/", 404), ("v2/", 200), ("", 200)])
def test_the_first_version_has_another_empty_list(
    sandbox: Caller, version: str, status: int
) -> None:
    path = f"/api/now/{version}table/sn_customerservice_case"

    assert sandbox("GET", path, query={"number": "none"}).status == status
    assert len(sandbox("GET", path).result) == 4


def test_a_record_is_created_changed_and_read(sandbox: Caller) -> None:
    path = f"{TABLE}/incident"
    sent = {
        "short_description": "No tone",
        "active": 0,
        "urgency": "high",
        "opened_at": "2024-04-03 10:00:00",
        "assigned_to": {"value": AGENT, "link": "http://dev1/x"},
        "sys_created_by": "me",
        "bogus": "1",
    }

    created = sandbox("POST", path, sent, query={"sysparm_exclude_reference_link": "true"})
    sys_id = created.result["sys_id"]
    changed = sandbox("PATCH", f"{path}/{sys_id}", {"state": "2"}, user="csm_ws_integration")
    replaced = sandbox("PUT", f"{TABLE}/task/{sys_id}", {"state": "3"})
    same = sandbox("PUT", f"{TABLE}/task/{sys_id}", {"state": "3"})

    assert created.status == 201
    assert created.headers["location"] == f"http://localhost{path}/{sys_id}"
    assert created.headers["x-sandbox-ignored"] == "sys_created_by, bogus"
    expected = {
        "number": "INC0000001",
        "short_description": "No tone",
        "active": "false",
        "urgency": "",
        "opened_at": "2024-04-03 10:00:00",
        "assigned_to": AGENT,
        "sys_class_name": "incident",
        "sys_created_by": "admin",
        "sys_created_on": "2024-04-03 23:09:46",
        "sys_mod_count": "0",
        "close_notes": "",
    }
    assert expected.items() <= created.result.items()
    assert changed.result["state"] == "2"
    assert changed.result["sys_updated_by"] == "csm_ws_integration"
    assert (replaced.result["state"], replaced.result["sys_mod_count"]) == ("3", "2")
    assert same.result == replaced.result
    assert sandbox("GET", f"{path}/{sys_id}").result["urgency"] == ""


def test_names_stand_for_records_where_the_client_says_so(sandbox: Caller) -> None:
    path = f"{TABLE}/incident"
    query = {"sysparm_input_display_value": "true", "sysparm_display_value": "true"}

    named = sandbox(
        "POST", path, {"assigned_to": "voice agent", "caller_id": "nobody"}, query=query
    )

    assert named.result["assigned_to"]["display_value"] == "Voice Agent"
    assert named.result["caller_id"] == ""


def test_a_contact_keeps_only_what_the_contract_allows(sandbox: Caller) -> None:
    path = f"{TABLE}/customer_contact"
    sent = {
        "name": "Dora",
        "first_name": "x" * 51,
        "vip": "yes",
        "notification": "9",
        "u_size": "4",
    }

    contact = sandbox("POST", path, sent)
    changed = sandbox("PATCH", f"{path}/{contact.result['sys_id']}", {"country": "Spain"})

    assert contact.headers["x-sandbox-ignored"] == "u_size, first_name, notification"
    assert changed.headers["x-sandbox-ignored"] == "country"
    read = sandbox("GET", f"/api/now/contact/{contact.result['sys_id']}")
    assert (read.status, read.result["name"], read.result["vip"]) == (200, "Dora", "true")


def test_a_custom_column_can_be_asked_for_and_changed(sandbox: Caller) -> None:
    path = f"{TABLE}/customer_contact"
    sys_id = sandbox("POST", "/api/now/contact", {"name": "Dora", "u_size": "4"}).result

    sandbox("PATCH", f"{path}/{sys_id}", {"u_size": "5"})

    assert sandbox("GET", path, query={"u_size": "4"}).result == []
    found = sandbox("GET", path, query={"sysparm_query": "u_size=5"}).result
    assert [(record["sys_id"], record["u_size"]) for record in found] == [(sys_id, "5")]


def test_a_record_that_the_contract_would_not_know_is_not_created(sandbox: Caller) -> None:
    response = sandbox("POST", f"{TABLE}/interaction", {"channel": "chat"})

    assert response.status == 403
    assert response.message == "Operation Failed"
    assert "contextDocument" in response.json["error"]["detail"]


def test_a_body_can_be_xml_and_a_response_too(sandbox: Caller) -> None:
    raw = (
        b"<request><entry><short_description>No &lt;tone&gt;</short_description></entry></request>"
    )
    xml = {"content-type": "application/xml", "accept": "application/xml"}

    created = sandbox("POST", f"{TABLE}/incident", raw=raw, headers=xml)
    refused = sandbox("GET", f"{TABLE}/incident/{'0' * 32}", headers=xml)

    assert created.status == 201
    assert b"<response><result><sys_id>" in created.raw
    assert b"<short_description>No &lt;tone&gt;</short_description>" in created.raw
    assert b"<response><error><message>No Record found</message>" in refused.raw


def test_a_body_is_left_out_where_the_client_says_so(sandbox: Caller) -> None:
    quiet = {"x-no-response-body": "true"}

    created = sandbox("POST", f"{TABLE}/incident", {}, headers=quiet)
    where = created.headers["location"].removeprefix("http://localhost")
    changed = sandbox("PATCH", where, {"state": "2"}, headers=quiet)

    assert (created.status, created.raw) == (201, b"")
    assert (changed.status, changed.raw) == (204, b"")
    assert sandbox("GET", where).result["state"] == "2"


def test_the_tables_describe_themselves(sandbox: Caller) -> None:
    fields = sandbox(
        "GET",
        f"{TABLE}/sys_dictionary",
        query={
            "sysparm_query": "nameINcustomer_contact,sys_user^elementINaccount,vip,name",
            "sysparm_fields": "name,element,internal_type,reference",
        },
    ).result
    choices = sandbox(
        "GET",
        f"{TABLE}/sys_choice",
        query={
            "name": "customer_contact",
            "element": "on_schedule",
            "sysparm_fields": "value,label",
        },
    ).result
    table = sandbox(
        "GET",
        f"{TABLE}/sys_db_object",
        query={"name": "incident", "sysparm_fields": "label,super_class.name"},
    ).result

    assert {
        "name": "customer_contact",
        "element": "account",
        "internal_type": "reference",
        "reference": "customer_account",
    } in fields
    # A field stands with the table that it comes from.
    assert [field["name"] for field in fields if field["element"] == "name"] == ["sys_user"]
    assert {"value": "on_time", "label": "On time"} in choices
    assert table == [{"label": "Incident", "super_class.name": "task"}]


def test_a_choice_has_a_label_that_can_be_asked_for(sandbox: Caller) -> None:
    path = f"{TABLE}/customer_contact"
    sys_id = sandbox("POST", path, {"on_schedule": "on_time"}).result["sys_id"]

    query = {"on_schedule": "On Time", "sysparm_display_value": "true"}
    found = sandbox("GET", path, query=query).result

    assert [(record["sys_id"], record["on_schedule"]) for record in found] == [(sys_id, "On time")]


@every(
    ("query", "result"),
    [
        ({"sysparm_count": "true"}, {"stats": {"count": "4"}}),
        ({"sysparm_count": "true", "active": "false"}, {"stats": {"count": "1"}}),
        (
            {"sysparm_max_fields": "number", "sysparm_min_fields": "number,priority"},
            {
                "stats": {
                    "max": {"number": "CS0000004"},
                    "min": {"number": "CS0000001", "priority": "1"},
                }
            },
        ),
        (
            {"sysparm_avg_fields": "priority", "sysparm_sum_fields": "priority"},
            {"stats": {"avg": {"priority": "1.5000"}, "sum": {"priority": "3"}}},
        ),
        (
            {
                "sysparm_count": "true",
                "sysparm_group_by": "state",
                "sysparm_order_by": "COUNT^DESC",
            },
            [
                {"stats": {"count": "3"}, "groupby_fields": [{"field": "state", "value": "open"}]},
                {
                    "stats": {"count": "1"},
                    "groupby_fields": [{"field": "state", "value": "closed"}],
                },
            ],
        ),
        (
            {
                "sysparm_count": "true",
                "sysparm_group_by": "account",
                "sysparm_having": "count^account^<^3",
                "sysparm_display_value": "true",
            },
            [{"stats": {"count": "1"}, "groupby_fields": [{"field": "account", "value": "Boxeo"}]}],
        ),
    ],
)
def test_records_are_counted_and_measured(
    sandbox: Caller, query: dict[str, str], result: object
) -> None:
    for number, priority in (("CS0000001", "1"), ("CS0000002", "2")):
        path = f"{TABLE}/sn_customerservice_case"
        [case] = sandbox("GET", path, query={"number": number}).result
        sandbox("PATCH", f"{path}/{case['sys_id']}", {"priority": priority})

    response = sandbox("GET", "/api/now/v1/stats/sn_customerservice_case", query=query)

    assert response.result == result


def test_a_cookie_binds_to_the_session(sandbox: Caller) -> None:
    first = sandbox("GET", f"{TABLE}/incident", user="csm_ws_integration")
    cookie = {"cookie": first.headers["set-cookie"].partition(";")[0]}
    forged = {"cookie": cookie["cookie"][:-1] + "_"}

    bound = sandbox("GET", f"{TABLE}/incident", user=None, headers=cookie)

    assert bound.status == 200
    assert "set-cookie" not in bound.headers
    assert sandbox("POST", "/api/now/contact", {}, user=None, headers=cookie).status == 201
    assert sandbox("GET", f"{TABLE}/incident", user=None, headers=forged).status == 401
    assert "set-cookie" not in sandbox("GET", "/api/now/contact").headers
    sandbox("POST", "/_sandbox/clock", {"advance_s": 1900})
    assert sandbox("GET", f"{TABLE}/incident", user=None, headers=cookie).status == 401


@every(
    ("method", "path", "allowed"),
    [
        ("DELETE", f"{TABLE}/incident", "GET, HEAD, POST"),
        ("POST", f"{TABLE}/incident/{CASE}", "DELETE, GET, HEAD, PATCH, PUT"),
        ("POST", "/api/now/stats/incident", "GET, HEAD"),
        ("DELETE", "/api/now/contact", "GET, HEAD, POST"),
        ("OPTIONS", "/api/now/contact", "GET, HEAD, POST"),
        ("GET", "/oauth_token.do", "POST"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    sandbox: Caller, method: str, path: str, allowed: str
) -> None:
    response = sandbox(method, path)

    assert (response.status, response.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize(
    "path", [f"{TABLE}/sn_customerservice_case/{CASE}", "/api/now/contact", "/api/now/stats/task"]
)
def test_head_is_get_without_the_body(sandbox: Caller, path: str) -> None:
    whole, head = (sandbox(method, path) for method in ("GET", "HEAD"))

    assert (head.status, head.raw) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.raw))


def test_a_header_names_another_method(sandbox: Caller) -> None:
    path = f"{TABLE}/sn_customerservice_case/{CASE}"

    changed = sandbox("POST", path, {"state": "held"}, headers={"x-http-method-override": "patch"})
    unknown = sandbox("POST", path, {}, headers={"x-http-method-override": "MERGE"})

    assert changed.result["state"] == "held"
    assert unknown.status == 405


def test_several_requests_travel_in_one(sandbox: Caller) -> None:
    kinds = [{"name": "Content-Type", "value": "application/json"}]
    made = base64.b64encode(b'{"state": "2"}').decode()
    asked = [
        {"id": "1", "method": "POST", "url": f"{TABLE}/incident", "headers": kinds, "body": made},
        {"id": "2", "method": "get", "url": f"{TABLE}/incident?state=2&sysparm_fields=number"},
        {"id": "3", "method": "GET", "url": "/api/now/contact/" + "0" * 32, "headers": kinds},
        {"id": "4", "method": "POST", "url": "/_sandbox/reset", "exclude_response_headers": True},
    ]

    response = sandbox("POST", "/api/now/v1/batch", {"batch_request_id": 7, "rest_requests": asked})
    refused = sandbox("POST", "/api/now/v1/batch", {"rest_requests": [{"id": "1"}]})

    served = response.json["serviced_requests"]
    assert response.json["batch_request_id"] == "7"
    assert [(response["id"], response["status_code"]) for response in served] == [
        ("1", 201),
        ("2", 200),
        ("3", 404),
        ("4", 400),
    ]
    assert json.loads(base64.b64decode(served[1]["body"])) == {"result": [{"number": "INC0000001"}]}
    assert served[0]["status_text"] == "Created"
    assert "Location" in [header["name"] for header in served[0]["headers"]]
    assert served[3]["headers"] == []
    assert refused.status == 400
    assert sandbox("POST", "/api/now/v1/batch", {"rest_requests": []}, user=None).status == 401


def test_strict_queries_hold_for_tables_as_well(sandbox: Caller) -> None:
    path = f"{TABLE}/sn_customerservice_case"
    sandbox.instance.strict_queries = True

    refused = [
        sandbox("GET", path, query=query).status
        for query in ({"bogus": "1"}, {"sysparm_query": "bogus=1"}, {"sysparm_fields": "bogus"})
    ]
    changed = sandbox("PATCH", f"{path}/{CASE}", {"bogus": "1", "state": "2"})

    assert refused == [400, 400, 400]
    # A field of a body is no part of a query.
    assert (changed.status, changed.headers["x-sandbox-ignored"]) == (200, "bogus")
    [*_, last] = sandbox.app.requests()
    assert (last["user"], last["ignored"]) == ("admin", ["bogus"])
