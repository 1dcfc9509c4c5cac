"""The Contact API: what a record holds, what a creation takes, where the page is contradictory."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from ccaas_kit.contract import pointers
from ccaas_kit.contract.operations import operations
from tests.looping import every

Bundle = Callable[[str], dict[str, Any]]
Pointer = Callable[[str, str], Any]
Validator = Callable[[str, str], jsonschema_rs.Draft202012Validator]
Accepts = Callable[[str, Any], bool]

COLLECTION = "/api/now/contact"
ITEM = "/api/now/contact/{id}"
SYS_ID = "ddce70866f9331003b3c498f5d3ee417"
FLAGS = [
    "active",
    "enable_multifactor_authn",
    "geolocation_tracked",
    "internal_integration_user",
    "locked_out",
    "vip",
    "web_service_access_only",
]
REFERENCES = {
    "account": "customer_account",
    "building": "cmn_building",
    "company": "core_company",
    "cost_center": "cmn_cost_center",
    "default_perspective": "sys_perspective",
    "department": "cmn_department",
    "ldap_server": "ldap_server_config",
    "location": "cmn_location",
    "manager": "sys_user",
    "schedule": "cmn_schedule",
    "time_sheet_policy": "time_sheet_policy",
}
READ_ONLY = [
    "last_login",
    "last_position_update",
    "sys_class_name",
    "sys_created_by",
    "sys_created_on",
    "sys_domain",
    "sys_domain_path",
    "sys_id",
    "sys_mod_count",
    "sys_tags",
    "sys_updated_by",
    "sys_updated_on",
]
DEFAULTS = {
    "active": "true",
    "calendar_integration": "1",
    "date_format": "",
    "edu_status": "faculty",
    "enable_multifactor_authn": "false",
    "geolocation_tracked": "false",
    "internal_integration_user": "false",
    "locked_out": "false",
    "notification": "2",
    "sys_domain_path": "/",
    "time_format": "",
    "vip": "false",
    "web_service_access_only": "false",
}
MAX_LENGTHS = {
    "agent_status": 40,
    "city": 40,
    "country": 3,
    "date_format": 40,
    "edu_status": 40,
    "first_name": 50,
    "gender": 40,
    "home_phone": 40,
    "introduction": 40,
    "last_login_device": 40,
    "last_name": 50,
    "latitude": 40,
    "longitude": 40,
    "middle_name": 50,
    "mobile_phone": 40,
    "name": 151,
    "on_schedule": 40,
    "phone": 40,
    "preferred_language": 3,
    "roles": 40,
    "source": 255,
    "state": 40,
    "street": 255,
    "sys_class_name": 80,
    "sys_created_by": 40,
    "sys_domain_path": 255,
    "sys_updated_by": 40,
    "time_format": 40,
    "time_zone": 40,
    "title": 60,
    "user_name": 40,
    "zip": 40,
}
NATIVE: list[Any] = [True, 1, 1.5, None, [], {"link": "x", "value": SYS_ID}]
VALUES = {
    "agent_status": ["Off work", "On break", "On route", "On site"],
    "calendar_integration": ["1"],
    "date_format": ["dd/mm/yyyy", "dd-mm-yyyy", "dd.mm.yyyy", "mm-dd-yyyy", "yyyy-mm-dd"],
    "notification": ["1", "2"],
    "on_schedule": ["Ahead", "behind_less30", "behind_30to60", "behind_more60", "on_time"],
    "time_format": ["hh.mm.ss a", "hh:mm:ss a", "HH.mm.ss", "HH:mm:ss"],
}


@pytest.fixture
def george(pointer: Pointer) -> dict[str, Any]:
    """A fresh copy of the record that the page shows for a single read."""
    example = pointer("contact", "#/components/examples/getContactGeorgeWarrenResponse/value")
    return dict(example["result"])


@pytest.fixture
def record_accepts(validator: Validator, george: dict[str, Any]) -> Accepts:
    """`record_accepts("vip", "true")`: may a record hold that value in that field?"""
    judge = validator("contact", "Contact")
    return lambda field, value: judge.is_valid({**george, field: value})


@pytest.fixture
def request_accepts(validator: Validator) -> Accepts:
    """`request_accepts("vip", True)`: may a creation send that value in that field?"""
    judge = validator("contact", "CreateContactRequest")
    return lambda field, value: judge.is_valid({field: value})


@pytest.fixture
def dora(pointer: Pointer) -> dict[str, Any]:
    """A fresh copy of the request that the page shows."""
    value = pointer("contact", "#/components/examples/createContactDoraWarrenRequest/value")
    return dict(value)


def test_api_lists_creates_and_reads_and_does_no_more(bundle: Bundle) -> None:
    found = [
        (path, method, operation["operationId"])
        for path, method, operation in operations(bundle("contact"))
    ]

    assert found == [
        (COLLECTION, "get", "listContacts"),
        (COLLECTION, "post", "createContact"),
        (ITEM, "get", "getContact"),
    ]


def test_every_operation_needs_the_integration_role(bundle: Bundle) -> None:
    for _, _, operation in operations(bundle("contact")):
        assert operation["x-sn-roles"] == ["csm_ws_integration"]
        assert "403" in operation["responses"]


def test_server_is_an_instance(bundle: Bundle) -> None:
    assert [server["url"] for server in bundle("contact")["servers"]] == [
        "https://{instance}.service-now.com"
    ]


def test_operations_accept_basic_authentication(bundle: Bundle) -> None:
    document = bundle("contact")

    assert {"Basic": []} in document["security"]
    assert document["components"]["securitySchemes"]["Basic"]["scheme"] == "basic"
    assert not [o for _, _, o in operations(document) if "security" in o]


def test_statuses_of_each_operation(bundle: Bundle) -> None:
    found = {
        operation["operationId"]: list(operation["responses"])
        for _, _, operation in operations(bundle("contact"))
    }

    assert found == {
        "listContacts": ["200", "400", "401", "403", "406", "429", "500"],
        "createContact": ["201", "400", "401", "403", "406", "415", "429", "500"],
        "getContact": ["200", "400", "401", "403", "404", "406", "429", "500"],
    }


def test_only_the_single_read_can_miss(bundle: Bundle) -> None:
    document = bundle("contact")
    missing = [
        operation["operationId"]
        for _, _, operation in operations(document)
        if "404" in operation["responses"]
    ]
    response = pointers.follow(document, document["paths"][ITEM]["get"]["responses"]["404"])

    assert missing == ["getContact"]
    assert response["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/ErrorResponse"
    }


def test_only_reads_speak_xml(bundle: Bundle) -> None:
    document = bundle("contact")
    both = ["application/json", "application/xml"]
    found = {
        operation["operationId"]: list(next(iter(operation["responses"].values()))["content"])
        for _, _, operation in operations(document)
    }
    body = pointers.follow(document, document["paths"][COLLECTION]["post"]["requestBody"])

    assert found == {
        "listContacts": both,
        "createContact": ["application/json"],
        "getContact": both,
    }
    assert list(body["content"]) == ["application/json"]


def test_xml_has_the_root_of_the_platform(pointer: Pointer) -> None:
    for name in ("ListContactsResponse", "GetContactResponse"):
        assert pointer("contact", f"#/components/schemas/{name}/xml") == {"name": "response"}
    assert "xml" not in pointer("contact", "#/components/schemas/CreateContactResponse")


def test_versioned_urls_reach_the_same_operations(bundle: Bundle) -> None:
    paths = bundle("all")["paths"]

    assert paths["/api/now/{api_version}/contact"]["get"]["x-sn-versioned-of"] == "listContacts"
    assert paths["/api/now/{api_version}/contact"]["post"]["x-sn-versioned-of"] == "createContact"
    assert paths["/api/now/{api_version}/contact/{id}"]["get"]["x-sn-versioned-of"] == "getContact"


@pytest.mark.parametrize(
    ("pointer_to_links", "name", "expression"),
    [
        ("get/responses/200", "readFirstContact", "$response.body#/result/0/sys_id"),
        ("post/responses/201", "readContact", "$response.body#/result"),
    ],
    ids=["of a list", "of a creation"],
)
def test_a_response_leads_to_a_contact(
    bundle: Bundle, pointer_to_links: str, name: str, expression: str
) -> None:
    document = bundle("contact")
    where = f"#/paths/~1api~1now~1contact/{pointer_to_links}/links/{name}"
    link = pointers.follow(document, pointers.resolve(document, where))

    assert link["operationId"] == "getContact"
    assert link["parameters"] == {"id": expression}


def test_query_parameters_are_those_of_the_page(bundle: Bundle) -> None:
    document = bundle("contact")
    found = {
        operation["operationId"]: [
            pointers.follow(document, parameter)["name"]
            for parameter in operation.get("parameters", [])
        ]
        for _, _, operation in operations(document)
    }

    assert found == {
        "listContacts": ["sysparm_limit", "sysparm_offset", "sysparm_query"],
        "createContact": [],
        "getContact": [],
    }


def test_query_may_be_left_out(pointer: Pointer) -> None:
    for name in ("SysparmLimit", "SysparmOffset", "SysparmQuery"):
        parameter = pointer("contact", f"#/components/parameters/{name}")
        assert parameter["in"] == "query"
        assert parameter["required"] is False
    assert "x-sn-default" not in pointer("contact", "#/components/schemas/EncodedQuery")


@every(
    ("value", "valid"),
    [
        (1, True),
        (10, True),
        (2_147_483_647, True),
        (2_147_483_648, False),
        (0, False),
        (-1, False),
        (1.5, False),
        ("2", False),
    ],
)
def test_limit_is_a_whole_number_from_one(validator: Validator, value: Any, valid: bool) -> None:
    assert validator("contact", "RecordLimit").is_valid(value) is valid


@every(
    ("value", "valid"),
    [
        (0, True),
        (2, True),
        (2_147_483_647, True),
        (2_147_483_648, False),
        (-1, False),
        (0.5, False),
    ],
)
def test_offset_is_a_whole_number_from_zero(validator: Validator, value: Any, valid: bool) -> None:
    assert validator("contact", "RecordOffset").is_valid(value) is valid


def test_list_begins_at_the_start_and_holds_ten(pointer: Pointer) -> None:
    assert pointer("contact", "#/components/schemas/RecordLimit/x-sn-default") == 10
    assert pointer("contact", "#/components/schemas/RecordOffset/x-sn-default") == 0


def test_offset_of_the_sample_is_a_number(bundle: Bundle, pointer: Pointer) -> None:
    document = bundle("contact")
    example = pointer("contact", "#/components/examples/sysparmOffsetSecondPage/value")
    headers = document["paths"][COLLECTION]["get"]["responses"]["200"].get("headers", {})

    assert example == 2
    assert "Link" not in headers


@every(
    "query",
    [
        "",
        "last_name=Warren",
        "last_name=WARREN",
        "no_such_field=1",
        "caller_id=javascript:gs.getUserID()^active=true",
        "active=true^ORDERBYnumber^ORDERBYDESCcategory",
    ],
)
def test_query_is_any_text(validator: Validator, query: str) -> None:
    assert validator("contact", "EncodedQuery").is_valid(query)
    assert not validator("contact", "EncodedQuery").is_valid(["active=true"])


def test_own_queries_name_fields_of_a_contact(bundle: Bundle) -> None:
    components = bundle("contact")["components"]
    fields = set(components["schemas"]["Contact"]["properties"])
    unknown = {}
    for name, example in components["examples"].items():
        if name.startswith("sysparmQuery"):
            terms = re.sub(r"\^(NQ|OR(?!DERBY))?", "^", example["value"]).split("^")
            used = {re.sub(r"^ORDERBY(DESC)?", "", term) for term in terms}
            heads = {re.split(r"[^a-z_]", term, maxsplit=1)[0] for term in used}
            unknown[name] = sorted(heads - fields)

    assert len(unknown) > 4
    assert {name: heads for name, heads in unknown.items() if heads} == {}


def test_queries_join_terms_in_all_three_ways(pointer: Pointer) -> None:
    examples = "#/components/examples/sysparmQuery"

    assert "^ORmobile_phone=" in pointer("contact", f"{examples}ByPhoneNumber/value")
    assert pointer("contact", f"{examples}ByPhoneNumber/value").endswith("^active=true")
    assert "^NQ" in pointer("contact", f"{examples}EitherOfTwoGroups/value")


@pytest.mark.parametrize(
    ("value", "valid"), [(SYS_ID, True), (SYS_ID[:31], False), ("contact", False), ("", False)]
)
def test_contact_id_is_a_sys_id(bundle: Bundle, value: str, valid: bool) -> None:
    document = bundle("contact")
    parameter = document["components"]["parameters"]["ContactId"]
    judge = jsonschema_rs.Draft202012Validator(
        {**parameter["schema"], "components": document["components"]}
    )

    assert parameter["x-sn-table"] == "customer_contact"
    assert judge.is_valid(value) is valid


def test_has_more_is_an_optional_boolean_beside_the_result(validator: Validator) -> None:
    judge = validator("contact", "ListContactsResponse")

    assert judge.is_valid({"result": []})
    assert judge.is_valid({"result": [], "hasMore": True})
    assert judge.is_valid({"result": [], "hasMore": False})
    assert not judge.is_valid({"result": [], "hasMore": "true"})


def test_list_may_be_empty(validator: Validator) -> None:
    judge = validator("contact", "ListContactsResponse")

    assert judge.is_valid({"result": []})
    assert not judge.is_valid({})
    assert not judge.is_valid({"result": None})


def test_list_and_single_read_hold_the_same_record(
    validator: Validator, george: dict[str, Any]
) -> None:
    lists = validator("contact", "ListContactsResponse")
    reads = validator("contact", "GetContactResponse")
    without_tags = {field: value for field, value in george.items() if field != "sys_tags"}

    assert lists.is_valid({"result": [george]})
    assert reads.is_valid({"result": george})
    assert not lists.is_valid({"result": [without_tags]})
    assert not reads.is_valid({"result": without_tags})
    assert not reads.is_valid({"result": [george]})
    assert not lists.is_valid({"result": george})


@every(
    ("response", "valid"),
    [
        ({"result": "62fe1c97db76c3006b7a9646db961999"}, True),
        ({"result": {"sys_id": "62fe1c97db76c3006b7a9646db961999"}}, False),
        ({"result": ""}, False),
        ({}, False),
        ("62fe1c97db76c3006b7a9646db961999", False),
    ],
    ids=["bare sys_id", "object", "empty", "nothing", "without braces"],
)
def test_creation_answers_with_a_bare_sys_id(
    validator: Validator, response: Any, valid: bool
) -> None:
    assert validator("contact", "CreateContactResponse").is_valid(response) is valid


def test_no_field_of_a_contact_may_be_missing(
    bundle: Bundle, validator: Validator, george: dict[str, Any]
) -> None:
    judge = validator("contact", "Contact")
    fields = list(bundle("contact")["components"]["schemas"]["Contact"]["properties"])

    assert len(fields) == 65
    assert sorted(fields) == sorted(george)
    for field in fields:
        assert not judge.is_valid({k: v for k, v in george.items() if k != field}), field


def test_native_values_are_refused_in_a_record(
    record_accepts: Accepts, george: dict[str, Any]
) -> None:
    for field in george:
        for value in NATIVE:
            assert not record_accepts(field, value), (field, value)


@every("field", FLAGS)
def test_flag_is_true_false_or_empty(record_accepts: Accepts, field: str) -> None:
    assert [v for v in ("true", "false", "") if not record_accepts(field, v)] == []
    assert [v for v in ("True", "1", "0", "yes", "no") if record_accepts(field, v)] == []


@pytest.mark.parametrize("field", ["failed_attempts", "sys_mod_count"])
def test_count_is_a_whole_number(record_accepts: Accepts, field: str) -> None:
    assert record_accepts(field, "3")
    assert record_accepts(field, "")
    assert not record_accepts(field, "3.5")
    assert not record_accepts(field, "three")


@every(("field", "table"), REFERENCES.items())
def test_reference_is_a_bare_sys_id_and_names_its_table(
    pointer: Pointer, record_accepts: Accepts, field: str, table: str
) -> None:
    for schema in ("Contact", "CreateContactRequest"):
        assert (
            pointer("contact", f"#/components/schemas/{schema}/properties/{field}/x-sn-table")
            == table
        )
    assert record_accepts(field, SYS_ID)
    assert record_accepts(field, "")
    assert not record_accepts(field, "Cardinal West")
    assert not record_accepts(field, SYS_ID + "0")


def test_no_other_field_is_a_reference(bundle: Bundle) -> None:
    properties = bundle("contact")["components"]["schemas"]["Contact"]["properties"]

    assert {f for f, schema in properties.items() if "x-sn-table" in schema} == set(REFERENCES)


@every(("field", "limit"), MAX_LENGTHS.items())
def test_record_keeps_the_documented_length(
    bundle: Bundle, record_accepts: Accepts, field: str, limit: int
) -> None:
    document = bundle("contact")
    schema = document["components"]["schemas"]["Contact"]["properties"][field]
    letter = "1" if field in ("latitude", "longitude") else "a"

    assert pointers.follow(document, schema)["maxLength"] == limit
    assert not record_accepts(field, letter * (limit + 1))
    if field not in VALUES:
        assert record_accepts(field, letter * limit)


def test_no_other_field_has_a_length(record_accepts: Accepts, george: dict[str, Any]) -> None:
    unlimited = [f for f in george if f not in MAX_LENGTHS and record_accepts(f, "a" * 4000)]

    assert sorted(unlimited) == ["email", "employee_number", "photo", "sys_domain", "sys_tags"]


@every(("field", "values"), VALUES.items())
def test_record_holds_listed_values_only(
    record_accepts: Accepts, field: str, values: list[str]
) -> None:
    assert [v for v in [*values, ""] if not record_accepts(field, v)] == []
    assert not record_accepts(field, "anything")
    assert not record_accepts(field, values[0] + " ")


def test_defaults_of_columns(bundle: Bundle, record_accepts: Accepts) -> None:
    properties = bundle("contact")["components"]["schemas"]["Contact"]["properties"]
    found = {f: s["x-sn-default"] for f, s in properties.items() if "x-sn-default" in s}

    assert found == DEFAULTS
    assert [f for f, value in found.items() if not record_accepts(f, value)] == []


def test_sys_id_of_a_record_is_never_empty(record_accepts: Accepts) -> None:
    assert record_accepts("sys_id", SYS_ID)
    assert not record_accepts("sys_id", "")


def test_class_of_a_record_is_a_table(record_accepts: Accepts) -> None:
    assert record_accepts("sys_class_name", "customer_contact")
    assert record_accepts("sys_class_name", "u_special_contact")
    assert not record_accepts("sys_class_name", "Contact")


def test_custom_fields_are_text(record_accepts: Accepts) -> None:
    assert record_accepts("u_loyalty_level", "gold")
    assert record_accepts("u_loyalty_level", "")
    assert not record_accepts("u_loyalty_level", True)
    assert not record_accepts("u_loyalty_level", {"value": "gold"})


def test_calendar_is_outlook_or_none(record_accepts: Accepts) -> None:
    assert record_accepts("calendar_integration", "1")
    assert record_accepts("calendar_integration", "")
    assert not record_accepts("calendar_integration", "2")


def test_date_format_is_one_of_those_listed(record_accepts: Accepts) -> None:
    for listed in VALUES["date_format"]:
        assert record_accepts("date_format", listed)
        assert record_accepts("date_format", listed.replace("mm", "MM"))
    assert not record_accepts("date_format", "mm/dd/yyyy")
    assert not record_accepts("date_format", "MM/DD/YY")


def test_agent_status_is_spelled_as_listed(record_accepts: Accepts) -> None:
    assert record_accepts("agent_status", "On route")
    assert record_accepts("agent_status", "")
    assert not record_accepts("agent_status", "on_route")
    assert not record_accepts("agent_status", "Travelling")


@pytest.mark.parametrize("value", ["faculty", "current", ""])
def test_education_status_is_free_text(record_accepts: Accepts, value: str) -> None:
    assert record_accepts("edu_status", value)
    assert not record_accepts("edu_status", value + "x" * 41)


def test_middle_name_is_text(record_accepts: Accepts, request_accepts: Accepts) -> None:
    assert record_accepts("middle_name", "Dell")
    assert not record_accepts("middle_name", 1.5)
    assert request_accepts("middle_name", "Dell")
    assert request_accepts("middle_name", 1.5)


def test_last_login_is_a_date_or_empty(record_accepts: Accepts, george: dict[str, Any]) -> None:
    assert george["last_login"] == ""
    assert george["last_login_time"] == "2018-03-10 21:48:11"
    assert record_accepts("last_login", "2018-03-10")
    assert not record_accepts("last_login", "2018-03-10 21:48:11")
    assert record_accepts("last_login_time", "")
    assert not record_accepts("last_login_time", "2018-03-10")


@pytest.mark.parametrize("field", ["latitude", "longitude"])
def test_coordinate_is_a_number_in_at_most_40_characters(
    record_accepts: Accepts, field: str
) -> None:
    assert record_accepts(field, "-123.76")
    assert record_accepts(field, "")
    assert record_accepts(field, "1." + "2" * 38)
    assert not record_accepts(field, "1." + "2" * 39)
    assert not record_accepts(field, "123,76")


def test_schedule_state_is_spelled_as_listed(record_accepts: Accepts) -> None:
    assert record_accepts("on_schedule", "Ahead")
    assert record_accepts("on_schedule", "on_time")
    assert not record_accepts("on_schedule", "ahead")
    assert not record_accepts("on_schedule", "On_time")


@pytest.mark.parametrize("field", ["country", "preferred_language"])
def test_codes_have_at_most_three_characters(record_accepts: Accepts, field: str) -> None:
    assert record_accepts(field, "US")
    assert record_accepts(field, "USA")
    assert not record_accepts(field, "Spanish")


def test_roles_are_one_text(record_accepts: Accepts) -> None:
    assert record_accepts("roles", "")
    assert record_accepts("roles", "sn_customerservice.customer")
    assert not record_accepts("roles", ["sn_customerservice.customer"])
    assert not record_accepts("roles", "r" * 41)


@pytest.mark.parametrize("value", ["global", SYS_ID, ""])
def test_domain_is_a_word_or_a_sys_id(record_accepts: Accepts, value: str) -> None:
    assert record_accepts("sys_domain", value)


@pytest.mark.parametrize("value", ["73.71.157.241", "tablet", ""])
def test_login_device_is_an_address_or_a_word(record_accepts: Accepts, value: str) -> None:
    assert record_accepts("last_login_device", value)


def test_introduction_has_at_most_40_characters(record_accepts: Accepts) -> None:
    assert record_accepts("introduction", "M" * 40)
    assert not record_accepts("introduction", "M" * 41)


@pytest.mark.parametrize("value", [SYS_ID, "https://photos.example/1.png", "x" * 5000, ""])
def test_photo_is_any_text(record_accepts: Accepts, value: str) -> None:
    assert record_accepts("photo", value)


@pytest.mark.parametrize("value", ["Canada/Central", "US/Eastern", "PST", ""])
def test_time_zone_is_a_name_or_an_abbreviation(record_accepts: Accepts, value: str) -> None:
    assert record_accepts("time_zone", value)


def test_multifactor_flag_is_about_the_login(pointer: Pointer, record_accepts: Accepts) -> None:
    where = "#/components/schemas/Contact/properties/enable_multifactor_authn/description"

    assert "log in" in pointer("contact", where)
    assert "authorization" not in pointer("contact", where)
    assert record_accepts("enable_multifactor_authn", "true")


@pytest.mark.parametrize("field", ["sys_created_on", "sys_updated_on"])
def test_creation_and_update_are_times(record_accepts: Accepts, field: str) -> None:
    assert record_accepts(field, "2018-03-04 20:26:32")
    assert not record_accepts(field, "2018-03-04T20:26:32Z")
    assert not record_accepts(field, "04.03.2018")


def test_fields_that_a_request_cannot_set(bundle: Bundle) -> None:
    schemas = bundle("contact")["components"]["schemas"]
    record = set(schemas["Contact"]["properties"])
    request = schemas["CreateContactRequest"]

    assert request["x-sn-read-only"] == READ_ONLY
    assert record - set(request["properties"]) == set(READ_ONLY)


def test_social_fields_belong_to_requests_only(bundle: Bundle, request_accepts: Accepts) -> None:
    schemas = bundle("contact")["components"]["schemas"]
    social = {"social_channel", "social_handle", "social_handle_url"}
    extra = set(schemas["CreateContactRequest"]["properties"]) - set(
        schemas["Contact"]["properties"]
    )

    assert extra == social
    assert [field for field in social if not request_accepts(field, "Twitter")] == []


def test_no_field_of_a_request_is_required(validator: Validator) -> None:
    assert validator("contact", "CreateContactRequest").is_valid({})


@every(("body", "valid"), [({}, True), ([], False), ("Dora", False), (None, False), (1, False)])
def test_body_has_to_be_an_object(validator: Validator, body: Any, valid: bool) -> None:
    assert validator("contact", "CreateContactRequest").is_valid(body) is valid


def test_unknown_names_are_accepted_in_a_request(request_accepts: Accepts) -> None:
    assert request_accepts("u_loyalty_level", "gold")
    assert request_accepts("mobilephone", "+1 858 867 7857")
    assert request_accepts("sys_id", SYS_ID)


def test_documented_limits_of_a_request_refuse_nothing(
    bundle: Bundle, request_accepts: Accepts
) -> None:
    properties = bundle("contact")["components"]["schemas"]["CreateContactRequest"]["properties"]

    lengths = {f: s["x-sn-max-length"] for f, s in properties.items() if "x-sn-max-length" in s}
    values = {
        f: s["x-sn-values"] for f, s in properties.items() if "x-sn-values" in s and f not in FLAGS
    }
    assert lengths == {f: n for f, n in MAX_LENGTHS.items() if f not in READ_ONLY}
    assert values == VALUES
    for value in ("x" * 300, 92069, 2.5, 1, True, None):
        assert [f for f in properties if not request_accepts(f, value)] == []


def test_lengths_and_foreign_fields_of_a_request_are_said_in_words(bundle: Bundle) -> None:
    schema = bundle("contact")["components"]["schemas"]["CreateContactRequest"]

    for name, node in schema["properties"].items():
        said = re.findall(r"At most ([0-9]+) characters\.", " ".join(node["description"].split()))
        assert said == ([str(MAX_LENGTHS[name])] if name in MAX_LENGTHS else []), name
    assert [name for name in READ_ONLY if name not in schema["description"]] == []


def test_examples_of_references_are_sys_ids(bundle: Bundle) -> None:
    properties = bundle("contact")["components"]["schemas"]["CreateContactRequest"]["properties"]

    for name in REFERENCES:
        assert [example for example in properties[name]["examples"] if len(example) != 32] == []
    assert properties["preferred_language"]["examples"] == ["es"]


def test_codes_that_an_instance_may_look_up_are_marked(bundle: Bundle) -> None:
    properties = bundle("contact")["components"]["schemas"]["CreateContactRequest"]["properties"]

    marked = [name for name, node in properties.items() if "CON-058" in node.get("x-sn-quirks", ())]
    assert marked == ["country", "preferred_language"]


def test_record_may_have_any_full_name(record_accepts: Accepts) -> None:
    assert record_accepts("name", "Nobody Else")
    assert record_accepts("name", "")


def test_field_without_a_value_is_an_empty_text(record_accepts: Accepts) -> None:
    listed = [name for name in VALUES if not record_accepts(name, "")]

    assert listed == []
    assert not record_accepts("vip", "null")


def test_defaults_of_a_request_are_those_of_the_columns(bundle: Bundle) -> None:
    properties = bundle("contact")["components"]["schemas"]["CreateContactRequest"]["properties"]
    found = {f: s["x-sn-default"] for f, s in properties.items() if "x-sn-default" in s}

    assert found == {
        "active": True,
        "calendar_integration": 1,
        "date_format": "",
        "edu_status": "faculty",
        "enable_multifactor_authn": False,
        "geolocation_tracked": False,
        "internal_integration_user": False,
        "locked_out": False,
        "notification": 2,
        "time_format": "",
        "vip": False,
        "web_service_access_only": False,
    }


@every(
    ("field", "native", "text"),
    [
        *((field, True, "true") for field in FLAGS),
        ("calendar_integration", 1, "1"),
        ("failed_attempts", 2, "2"),
        ("latitude", 57.6, "57.6"),
        ("longitude", 123.76, "123.76"),
        ("notification", 1, "1"),
    ],
)
def test_flags_and_numbers_may_be_native_or_text(
    request_accepts: Accepts, field: str, native: Any, text: str
) -> None:
    assert request_accepts(field, native)
    assert request_accepts(field, text)


@every(
    ("field", "sent"),
    [
        ("agent_status", "Travelling"),
        ("date_format", "MM/DD/YY"),
        ("time_format", "hh:mm:ss"),
        ("preferred_language", "Spanish"),
        ("building", "Cardinal West"),
        ("cost_center", "1345"),
        ("department", "IT"),
        ("ldap_server", "10.24.23.123"),
        ("schedule", "9-5"),
    ],
)
def test_request_may_break_what_records_keep(
    dora: dict[str, Any],
    request_accepts: Accepts,
    record_accepts: Accepts,
    field: str,
    sent: str,
) -> None:
    assert dora[field] == sent
    assert request_accepts(field, sent)
    assert not record_accepts(field, sent)


def test_sample_request_breaks_nothing_else(dora: dict[str, Any], record_accepts: Accepts) -> None:
    rejected = [field for field, value in dora.items() if not record_accepts(field, value)]

    assert sorted(rejected) == [
        "agent_status",
        "building",
        "cost_center",
        "date_format",
        "department",
        "ldap_server",
        "preferred_language",
        "schedule",
        "time_format",
    ]


def test_sample_request_holds_no_backslash(dora: dict[str, Any]) -> None:
    assert len(dora) == 46
    assert all(isinstance(value, str) for value in dora.values())
    assert not [field for field, value in dora.items() if "\\" in field + value]


def test_request_may_tell_of_logins(dora: dict[str, Any], request_accepts: Accepts) -> None:
    sent = {f: dora[f] for f in ("failed_attempts", "last_login_device", "last_login_time")}

    assert sent == {
        "failed_attempts": "2",
        "last_login_device": "tablet",
        "last_login_time": "2018-03-10 21:48:11",
    }
    assert [field for field, value in sent.items() if not request_accepts(field, value)] == []


def test_manager_may_be_a_contact(
    dora: dict[str, Any], george: dict[str, Any], request_accepts: Accepts, pointer: Pointer
) -> None:
    assert dora["manager"] == george["sys_id"]
    assert request_accepts("manager", george["sys_id"])
    assert (
        pointer(
            "contact", "#/components/schemas/CreateContactRequest/properties/manager/x-sn-table"
        )
        == "sys_user"
    )
