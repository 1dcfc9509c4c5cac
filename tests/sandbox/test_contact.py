"""Contacts: what a query finds, what a page holds, and what is left of a request to create one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ccaas_kit.sandbox.behaviors.contact import fields
from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.instance import seed
from ccaas_kit.sandbox.query.queries import MAX_TERMS
from tests.looping import every
from tests.sandbox.conftest import Answered, Caller

LIST = "/api/now/contact"
BOTH_FORMS = pytest.mark.parametrize("path", [LIST, "/api/now/v1/contact"], ids=["plain", "v1"])
ACCOUNT = "86837a386f0331003b3c498f5d3ee4ca"
GEORGE = "ddce70866f9331003b3c498f5d3ee417"
JANE = "0a232a0013691200042ab3173244b075"
HIDDEN = "5b0fd2a187851210be070d48dabb0003"
PROFILES = "u_sandbox_social_profile"
EVERYBODY = ["First Contact", "Second Contact", "George Warren", "Jane Contact", "Hidden Contact"]


def names(response: Answered) -> list[str]:
    assert response.status == 200
    return [contact["name"] for contact in response.result]


def find(sandbox: Caller, query: str, **others: Any) -> list[str]:
    return names(
        sandbox("GET", LIST, query={"sysparm_query": query, "sysparm_limit": 100}, **others)
    )


def create(sandbox: Caller, body: Any, **others: Any) -> dict[str, str]:
    """The record that a request leads to, as it is read back."""
    created = sandbox("POST", LIST, body, **others)
    assert created.status == 201
    read = sandbox("GET", f"{LIST}/{created.result}")
    assert read.status == 200
    record: dict[str, str] = read.result
    return record


def columns(contract: Contract) -> set[str]:
    return set(contract.schema("Contact")["properties"])


# What the page shows


@BOTH_FORMS
def test_documented_list_is_answered_as_shown(
    sandbox: Caller, contract: Contract, path: str
) -> None:
    query = {
        "sysparm_query": contract.example("sysparmQueryOfAccount"),
        "sysparm_limit": contract.example("sysparmLimitTwo"),
        "sysparm_offset": contract.example("sysparmOffsetSecondPage"),
    }

    response = sandbox("GET", path, query=query)

    assert response.status == 200
    assert response.json == contract.example("listContactsOfAccountResponse")


@BOTH_FORMS
def test_documented_contact_is_answered_as_shown(
    sandbox: Caller, contract: Contract, path: str
) -> None:
    response = sandbox("GET", f"{path}/{contract.example('idGeorgeWarren')}")

    assert response.status == 200
    assert response.json == contract.example("getContactGeorgeWarrenResponse")


@BOTH_FORMS
def test_documented_creation_is_answered_as_shown(
    sandbox: Caller, contract: Contract, path: str
) -> None:
    response = sandbox("POST", path, contract.example("createContactDoraWarrenRequest"))

    assert response.status == 201
    assert response.json == contract.example("createContactDoraWarrenResponse")


def test_documented_creation_keeps_what_a_record_can_hold(
    sandbox: Caller, contract: Contract
) -> None:
    request = contract.example("createContactDoraWarrenRequest")
    ignored = {
        "agent_status", "building", "cost_center", "date_format", "department", "ldap_server",
        "preferred_language", "schedule", "time_format",
    }  # fmt: skip

    record = create(sandbox, request)

    kept = {name for name, value in request.items() if record[name] == value}
    assert kept == set(request) - ignored
    assert {record[name] for name in ignored} == {""}


def test_page_with_more_to_come_is_answered_as_shown(sandbox: Caller, contract: Contract) -> None:
    document = seed.load()
    document["records"]["customer_contact"] = [
        {"$example": "listContactsHasMoreResponse#/result/0"},
        {"sys_id": "5b0fd2a187851210be070d48dabb0009", "sys_class_name": "customer_contact"},
    ]
    sandbox.instance.load_seed(document)

    response = sandbox("GET", LIST, query={"sysparm_limit": 1})

    assert response.json == contract.example("listContactsHasMoreResponse")
    assert find(sandbox, "u_loyalty_level=gold") == ["George Warren"]


# XML


def test_list_as_xml_has_a_result_for_each_contact(sandbox: Caller) -> None:
    query = {"sysparm_query": f"account={ACCOUNT}", "sysparm_limit": 2, "sysparm_offset": 2}

    response = sandbox("GET", LIST, query=query, headers={"accept": "application/xml"})

    root = ElementTree.fromstring(response.raw)
    assert response.headers["content-type"] == "application/xml;charset=UTF-8"
    assert root.tag == "response"
    assert [element.tag for element in root] == ["result", "result"]
    assert [element.findtext("sys_id") for element in root] == [GEORGE, JANE]


def test_contact_as_xml_says_what_its_json_says(sandbox: Caller) -> None:
    path = f"{LIST}/{GEORGE}"

    response = sandbox("GET", path, headers={"accept": "application/xml"})

    (result,) = ElementTree.fromstring(response.raw)
    assert {element.tag: element.text or "" for element in result} == sandbox("GET", path).result


def test_missing_contact_is_refused_in_xml(sandbox: Caller) -> None:
    response = sandbox("GET", f"{LIST}/{ACCOUNT}", headers={"accept": "application/xml"})

    root = ElementTree.fromstring(response.raw)
    assert response.status == 404
    assert root.findtext("error/message") == "No Record found"


# Queries


QUERIES = {
    "sysparmQueryOfAccount": EVERYBODY[:4],
    "sysparmQueryOfThisUser": [],
    "sysparmQueryActiveByName": [
        "Jane Contact",
        "Hidden Contact",
        "Second Contact",
        "First Contact",
        "George Warren",
    ],
    "sysparmQueryByPhoneNumber": ["George Warren"],
    "sysparmQueryEitherOfTwoGroups": EVERYBODY[:4],
    "sysparmQueryByCompanyName": [],
    "sysparmQueryByMailDomain": ["Second Contact", "First Contact"],
    "sysparmQueryBehindTheLastOne": ["Second Contact", "Hidden Contact", "George Warren"],
}


@every(("name", "expected"), QUERIES.items(), ids=QUERIES)
def test_queries_of_the_contract_find(
    sandbox: Caller, contract: Contract, name: str, expected: list[str]
) -> None:
    assert find(sandbox, contract.example(name)) == expected


def test_every_query_of_the_contract_is_tried_here(contract: Contract) -> None:
    examples = contract.document["components"]["examples"]

    assert {name for name in examples if name.startswith("sysparmQuery")} == set(QUERIES)


def test_company_is_found_by_its_name(sandbox: Caller) -> None:
    company = "5b0fd2a187851210be070d48dabb0401"
    create(sandbox, {"name": "Nora North", "company": company})

    assert find(sandbox, "company.nameSTARTSWITHAcme") == ["Nora North"]


def test_contact_who_calls_finds_herself(sandbox: Caller) -> None:
    document = seed.load()
    document["logins"]["first.contact"] = {
        "password": "first.contact",
        "roles": ["csm_ws_integration"],
    }
    sandbox.instance.load_seed(document)
    me = sandbox.instance.settings.users["first.contact"].sys_id
    record = sandbox.instance.tables["customer_contact"].defaults()
    record |= {"sys_id": me, "name": "Myself", "sys_class_name": "customer_contact"}
    sandbox.instance.store.insert("customer_contact", record)
    query = "sys_id=javascript:gs.getUserID()^active=true"

    assert find(sandbox, query, user="first.contact") == ["Myself"]
    assert find(sandbox, query, user="admin") == []


def test_query_that_names_the_present_follows_the_clock(sandbox: Caller) -> None:
    create(sandbox, {"name": "Nora North"})
    query = "sys_created_on>=javascript:gs.beginningOfToday()"

    today = find(sandbox, query)
    sandbox.instance.change("clock", {"stands_at": "2024-04-05T00:00:00"})

    assert today == ["Nora North"]
    assert find(sandbox, query) == []


def test_unknown_field_widens_the_result(sandbox: Caller) -> None:
    assert find(sandbox, "last_name=Warren^caller_id=nobody") == ["George Warren"]
    assert find(sandbox, "caller_id=nobody") == EVERYBODY


@pytest.mark.parametrize("query", ["caller_id=nobody", "active=true^ORDERBYnumber"])
def test_invalid_query_finds_nothing_where_the_property_says_so(
    sandbox: Caller, query: str
) -> None:
    document = seed.load()
    document["properties"]["glide.invalid_query.returns_no_rows"] = "true"
    sandbox.instance.load_seed(document)

    assert find(sandbox, query) == []
    assert find(sandbox, "active=true^ORDERBYname") == sorted(EVERYBODY)
    assert find(sandbox, "") == EVERYBODY


def test_a_caret_in_a_value_is_written_twice(sandbox: Caller) -> None:
    create(sandbox, {"name": "Nora^North", "title": "a"})

    assert find(sandbox, "name=Nora^^North^title=a") == ["Nora^North"]


def test_a_list_goes_on_behind_the_last_sys_id(sandbox: Caller) -> None:
    first = "5b0fd2a187851210be070d48dabb0001"

    assert find(sandbox, f"sys_id>{first}^sys_idSTARTSWITH5b0f^ORDERBYsys_id") == [
        "Second Contact",
        "Hidden Contact",
    ]


def test_the_queries_of_the_page_list_everybody(sandbox: Caller) -> None:
    for query in (
        "caller_id=javascript:gs.getUserID()^active=true",
        "active=true^ORDERBYnumber^ORDERBYDESCcategory",
    ):
        assert find(sandbox, query) == EVERYBODY


@pytest.mark.parametrize("field", ["account", "location", "manager", "schedule"])
def test_an_id_without_a_record_is_ignored(sandbox: Caller, field: str) -> None:
    assert create(sandbox, {"name": "Nora North", field: "f" * 32})[field] == ""


def test_query_of_too_many_terms_is_refused(sandbox: Caller) -> None:
    response = sandbox(
        "GET", LIST, query={"sysparm_query": "^".join(["active=true"] * (MAX_TERMS + 1))}
    )

    assert response.status == 400
    assert f"{MAX_TERMS + 1} terms" in response.json["error"]["detail"]


def test_long_query_is_answered_though_it_is_not_remembered(sandbox: Caller) -> None:
    listed = ",".join(f"Nobody {number}" for number in range(500))

    assert find(sandbox, f"nameIN{listed},George Warren") == ["George Warren"]


# Pages


def test_list_without_order_is_that_of_creation(sandbox: Caller) -> None:
    create(sandbox, {"name": "Aaron Abel"})
    create(sandbox, {"name": "Zoe Zeller"})

    assert find(sandbox, "") == [*EVERYBODY, "Aaron Abel", "Zoe Zeller"]


def test_page_holds_ten_contacts_where_no_limit_is_sent(sandbox: Caller) -> None:
    for number in range(8):
        create(sandbox, {"name": f"Number {number}"})

    response = sandbox("GET", LIST)

    assert names(response) == [*EVERYBODY, *(f"Number {number}" for number in range(5))]
    assert response.json["hasMore"] is True


@every("query", ["", "active=true^ORDERBYDESCname", "ORDERBYactive"])
@every("limit", [1, 2, 3, 5])
def test_pages_hold_each_contact_once(sandbox: Caller, query: str, limit: int) -> None:
    found: list[str] = []
    more = True
    while more:
        page = sandbox(
            "GET",
            LIST,
            query={
                "sysparm_query": query,
                "sysparm_limit": limit,
                "sysparm_offset": len(found),
            },
        )
        found += names(page)
        more = page.json.get("hasMore", False)

    assert found == find(sandbox, query)
    assert sorted(found) == sorted(EVERYBODY)


@pytest.mark.parametrize(("limit", "flag"), [(4, {"hasMore": True}), (5, {}), (6, {})])
def test_flag_is_sent_only_where_more_is_to_come(
    sandbox: Caller, limit: int, flag: Mapping[str, bool]
) -> None:
    response = sandbox("GET", LIST, query={"sysparm_limit": limit})

    assert {key: value for key, value in response.json.items() if key != "result"} == flag


@pytest.mark.parametrize("offset", [5, 6, 2147483647])
def test_offset_behind_the_last_contact_leads_to_an_empty_list(
    sandbox: Caller, contract: Contract, offset: int
) -> None:
    response = sandbox("GET", LIST, query={"sysparm_offset": offset})

    assert response.json == contract.example("listContactsEmptyResponse")


def test_greatest_limit_is_served(sandbox: Caller) -> None:
    response = sandbox("GET", LIST, query={"sysparm_limit": 2147483647})

    assert names(response) == EVERYBODY


@every(
    "query",
    [
        {"sysparm_limit": 0},
        {"sysparm_limit": "ten"},
        {"sysparm_limit": ""},
        {"sysparm_limit": 2147483648},
        {"sysparm_offset": -1},
        {"sysparm_offset": "2>;rel=next"},
    ],
    ids=str,
)
def test_limit_and_offset_that_are_none_are_refused(sandbox: Caller, query: dict[str, Any]) -> None:
    assert sandbox("GET", LIST, query=query).status == 400


def test_parameters_that_the_page_does_not_list_change_nothing(sandbox: Caller) -> None:
    others = {"sysparm_fields": "name", "sysparm_display_value": "true", "sysparm_view": "mobile"}

    assert sandbox("GET", LIST, query=others).raw == sandbox("GET", LIST).raw
    assert sandbox("GET", f"{LIST}/{GEORGE}", query=others).result["first_name"] == "George"


# Who sees what


@every(
    "query",
    [
        "",
        "active=true",
        f"name=Nobody^ORsys_id={HIDDEN}",
        f"account={ACCOUNT}^NQsys_id={HIDDEN}",
        "last_name=Contact^ORlast_name=Warren^ORDERBYsys_created_on^ORDERBYDESCmanager.name",
    ],
)
def test_hidden_contact_is_left_out_for_who_may_not_see_it(sandbox: Caller, query: str) -> None:
    everything = find(sandbox, query)

    seen = find(sandbox, query, user="csm_ws_integration")

    assert "Hidden Contact" in everything
    assert seen == [name for name in everything if name != "Hidden Contact"]


def test_hidden_contacts_do_not_make_pages_shorter(sandbox: Caller) -> None:
    create(sandbox, {"name": "After Hidden"})

    page = sandbox("GET", LIST, query={"sysparm_limit": 5}, user="csm_ws_integration")

    assert names(page) == [*EVERYBODY[:4], "After Hidden"]
    assert "hasMore" not in page.json


@every(
    "sys_id",
    [HIDDEN, "0" * 32, ACCOUNT, "6816f79cc0a8016401c5a33be04be441", "george", GEORGE + "0", "%20"],
    ids=["hidden", "unknown", "an account", "a user", "no sys_id", "too long", "blank"],
)
def test_contact_out_of_reach_is_not_found(
    sandbox: Caller, contract: Contract, sys_id: str
) -> None:
    response = sandbox("GET", f"{LIST}/{sys_id}", user="csm_ws_integration")

    assert response.status == 404
    assert response.json == contract.example("noRecordResponse")


def test_hidden_contact_is_found_by_who_may_see_it(sandbox: Caller) -> None:
    assert sandbox("GET", f"{LIST}/{HIDDEN}").result["name"] == "Hidden Contact"


@pytest.mark.parametrize(("method", "path"), [("GET", LIST), ("GET", f"{LIST}/x"), ("POST", LIST)])
def test_caller_without_the_role_is_refused(
    sandbox: Caller, contract: Contract, method: str, path: str
) -> None:
    body = {"city": 5} if method == "POST" else None

    response = sandbox(method, path, body, user="voice.agent")

    assert response.status == 403
    assert response.json == contract.example("notAuthorizedResponse")
    assert find(sandbox, "") == EVERYBODY


# What a request leaves


def test_empty_request_makes_a_contact_of_defaults(sandbox: Caller, contract: Contract) -> None:
    record = create(sandbox, contract.example("createContactEmptyRequest"))

    defaults = {
        name: node.get("x-sn-default", "")
        for name, node in contract.schema("Contact")["properties"].items()
    }
    assert record == defaults | {
        "sys_id": "62fe1c97db76c3006b7a9646db961999",
        "sys_class_name": "customer_contact",
        "sys_created_by": "admin",
        "sys_created_on": "2024-04-03 23:09:46",
        "sys_domain": "global",
        "sys_mod_count": "0",
        "sys_updated_by": "admin",
        "sys_updated_on": "2024-04-03 23:09:46",
    }


def test_creation_is_signed_by_its_caller_and_the_clock(sandbox: Caller) -> None:
    sandbox.instance.change("clock", {"stands_at": "2025-01-02T03:04:05.678"})

    record = create(sandbox, {}, user="csm_ws_integration")

    signed = {name: record[name] for name in record if name.startswith(("sys_cr", "sys_up"))}
    assert signed == {
        "sys_created_by": "csm_ws_integration",
        "sys_created_on": "2025-01-02 03:04:05",
        "sys_updated_by": "csm_ws_integration",
        "sys_updated_on": "2025-01-02 03:04:05",
    }


def test_native_values_become_text(sandbox: Caller, contract: Contract) -> None:
    record = create(sandbox, contract.example("createContactNativeValuesRequest"))

    assert {name: record[name] for name in ("active", "vip", "failed_attempts", "latitude")} == {
        "active": "true",
        "vip": "false",
        "failed_attempts": "0",
        "latitude": "57.6",
    }


@every(
    ("field", "sent", "kept"),
    [
        ("active", False, "false"),
        ("active", "false", "false"),
        ("active", "", ""),
        ("active", "no", "true"),
        ("active", 0, "true"),
        ("active", None, "true"),
        ("vip", "TRUE", "false"),
        ("calendar_integration", 2, "1"),
        ("notification", 1, "1"),
        ("notification", 1.0, "1"),
        ("notification", "3", "2"),
        ("failed_attempts", "2", "2"),
        ("failed_attempts", 2.5, ""),
        ("failed_attempts", "two", ""),
        ("agent_status", "On site", "On site"),
        ("agent_status", "Travelling", ""),
        ("on_schedule", "Ahead", "Ahead"),
        ("on_schedule", "ahead", ""),
        ("date_format", "dd.MM.yyyy", "dd.MM.yyyy"),
        ("date_format", "MM/DD/YY", ""),
        ("time_format", "HH:mm:ss", "HH:mm:ss"),
        ("time_format", "hh:mm:ss", ""),
        ("country", "DEU", "DEU"),
        ("country", "Germany", ""),
        ("preferred_language", "Spanish", ""),
        ("city", "x" * 40, "x" * 40),
        ("city", "x" * 41, ""),
        ("city", "東" * 40, "東" * 40),
        ("city", 5, "5"),
        ("city", True, "true"),
        ("city", ["Orlando"], ""),
        ("city", {"name": "Orlando"}, ""),
        ("middle_name", 7.25, "7.25"),
        ("edu_status", "current", "current"),
        ("edu_status", "x" * 41, "faculty"),
        ("account", ACCOUNT, ACCOUNT),
        ("account", "Boxeo", ""),
        ("building", "Cardinal West", ""),
        ("manager", GEORGE, GEORGE),
        ("last_login_time", "2018-03-10 21:48:11", "2018-03-10 21:48:11"),
        ("last_login_time", "2018-03-10T21:48:11Z", ""),
        ("latitude", 0.00001, "0.00001"),
        ("latitude", -12, "-12"),
        ("latitude", 1e300, ""),
        ("longitude", "123,76", ""),
        ("email", "no address", "no address"),
        ("photo", "x" * 5000, "x" * 5000),
        ("street", "1 \"Quote\" \\ <b>&</b>\n\t☃", "1 \"Quote\" \\ <b>&</b>\n\t☃"),
    ],
)  # fmt: skip
def test_value_is_kept_where_a_record_can_hold_it(
    sandbox: Caller, field: str, sent: Any, kept: str
) -> None:
    assert create(sandbox, {field: sent})[field] == kept


def test_field_that_is_the_instances_own_cannot_be_sent(
    sandbox: Caller, contract: Contract
) -> None:
    own = contract.schema("CreateContactRequest")["x-sn-read-only"]
    expected = create(sandbox, {})

    record = create(sandbox, dict.fromkeys(own, "7") | {"sys_id": GEORGE})

    assert {**record, "sys_id": ""} == {**expected, "sys_id": ""}
    assert sandbox("GET", f"{LIST}/{GEORGE}").result["name"] == "George Warren"


def test_misspelled_field_leaves_no_trace(sandbox: Caller, contract: Contract) -> None:
    response = sandbox("POST", LIST, contract.example("createContactMisspelledFieldRequest"))
    record = sandbox("GET", f"{LIST}/{response.result}").result

    assert list(response.json) == ["result"]
    assert record["mobile_phone"] == ""
    assert set(record) == columns(contract)


@every(
    ("sent", "name"),
    [
        ({"name": "Dr. Dora", "first_name": "Dora", "last_name": "Warren"}, "Dr. Dora"),
        ({"first_name": "Dora", "last_name": "Warren"}, "Dora Warren"),
        ({"first_name": "Dora", "middle_name": "Dell", "last_name": "Warren"}, "Dora Dell Warren"),
        ({"last_name": "Warren"}, "Warren"),
        ({"first_name": "Dora", "last_name": "x" * 51}, "Dora"),
        ({"name": "x" * 152, "first_name": "Dora"}, "Dora"),
        ({"name": "", "first_name": "Dora"}, "Dora"),
        (
            {"first_name": "f" * 50, "middle_name": "m" * 50, "last_name": "l" * 50},
            f"{'f' * 50} {'l' * 50}",
        ),
    ],
)
def test_full_name_is_made_where_none_is_sent(
    sandbox: Caller, sent: dict[str, str], name: str
) -> None:
    assert create(sandbox, sent)["name"] == name


def test_created_contact_is_found_by_its_phone_number(sandbox: Caller) -> None:
    create(sandbox, {"name": "Nora North", "mobile_phone": "+1 212 555 0142"})

    found = find(sandbox, "phone=+1 212 555 0142^ORmobile_phone=+1 212 555 0142")

    assert found == ["Nora North"]


@every("body", [b"[]", b"null", b'"Dora"', b"7", b"{", b""])
def test_body_that_is_no_object_is_refused(sandbox: Caller, body: bytes) -> None:
    headers = {"content-type": "application/json"}

    response = sandbox("POST", LIST, raw=body, headers=headers)

    assert response.status == 400
    assert response.message == "Exception while reading request"
    assert find(sandbox, "") == EVERYBODY


def test_body_as_xml_is_refused(sandbox: Caller) -> None:
    headers = {"content-type": "application/xml"}

    assert sandbox("POST", LIST, raw=b"<request/>", headers=headers).status == 415


# Social media profiles


def test_profile_is_made_of_its_three_fields(sandbox: Caller, contract: Contract) -> None:
    record = create(sandbox, contract.example("createContactWithSocialProfileRequest"))

    (profile,) = sandbox.instance.store.find(PROFILES, contact=record["sys_id"])
    assert {name: value for name, value in profile.items() if name != "sys_id"} == {
        "contact": record["sys_id"],
        "social_channel": "Twitter",
        "social_handle": "dora_warren",
        "social_handle_url": "https://social.example/dora_warren",
    }
    assert set(record) == columns(contract)


@pytest.mark.parametrize(
    "changes",
    [
        {"social_channel": None},
        {"social_handle": ""},
        {"social_handle_url": ["https://social.example"]},
    ],
    ids=["nothing", "empty", "a list"],
)
def test_profile_that_lacks_a_field_is_not_made(
    sandbox: Caller, contract: Contract, changes: dict[str, Any]
) -> None:
    request = contract.example("createContactWithSocialProfileRequest")

    record = create(sandbox, request | changes)
    create(sandbox, {name: value for name, value in request.items() if name not in changes})

    assert record["first_name"] == "Dora"
    assert sandbox.instance.store.count(PROFILES) == 0


# Custom columns


def test_custom_fields_are_kept_as_text(sandbox: Caller, contract: Contract) -> None:
    sent = {"u_level": "gold", "x_acme_score": 7.5, "u_member": True, "u_list": [1], "u_none": None}

    record = create(sandbox, sent)

    custom = {name: record[name] for name in record if name not in columns(contract)}
    assert custom == {"u_level": "gold", "x_acme_score": "7.5", "u_member": "true"}


@every("name", ["U_level", "u_", "u_Level", "u_a b", "v_level", "u_" + "x" * 79])
def test_name_that_no_column_can_have_is_ignored(
    sandbox: Caller, contract: Contract, name: str
) -> None:
    assert set(create(sandbox, {name: "gold"})) == columns(contract)


def test_custom_fields_are_limited_in_length_and_number(sandbox: Caller) -> None:
    longest = fields.MAX_CUSTOM_LENGTH
    create(sandbox, {f"u_{number}": "x" for number in range(fields.MAX_CUSTOM_NAMES - 1)})

    record = create(sandbox, {"u_long": "x" * (longest + 1), "u_fits": "x" * longest})
    other = create(sandbox, {"u_one_more": "x", "u_fits": "y", "u_0": "z"})

    assert len(record["u_fits"]) == longest
    assert "u_long" not in record
    assert {name: other[name] for name in other if name.startswith("u_")} == {
        "u_fits": "y",
        "u_0": "z",
    }


def test_custom_column_can_be_queried_once_there_is_one(sandbox: Caller) -> None:
    query = "u_level=gold^ORDERBYDESCu_level"
    before = find(sandbox, query)

    create(sandbox, {"name": "Nora North", "u_level": "GOLD"})

    assert before == EVERYBODY
    assert find(sandbox, query) == ["Nora North"]
    assert find(sandbox, "u_level=") == EVERYBODY


def test_custom_columns_end_with_the_state(sandbox: Caller) -> None:
    create(sandbox, {"u_level": "gold"})

    sandbox.instance.reset()

    assert find(sandbox, "u_level=gold") == EVERYBODY


# Whatever is sent

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.sampled_from([GEORGE, "2018-03-10 21:48:11", "true", "1", "57.6", "On site"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=5
)
FIELDS = [
    *Contract().schema("Contact")["properties"],
    *("social_channel", "social_handle", "social_handle_url", "u_level", "x_acme_score"),
]


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    # Contacts of earlier examples do not matter to the later ones.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.dictionaries(st.sampled_from(FIELDS) | TEXT, VALUES, max_size=12))
@example(body={"sys_created_by": {}, "name": "\ud7ff\ue000\U0010ffff", "u_level": -0.0})
@example(body=dict.fromkeys(FIELDS, 10**30))
@example(body=dict.fromkeys(FIELDS, "x" * 70_000))
def test_any_object_creates_a_contact_that_keeps_the_contract(
    sandbox: Caller, contract: Contract, body: dict[str, Any]
) -> None:
    record = create(sandbox, json.loads(json.dumps(body)))

    assert contract.validator("Contact").is_valid(record)
    assert record == sandbox.instance.store.read("customer_contact", record["sys_id"])
