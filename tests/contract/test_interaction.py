"""What the contract decides about interactions where the page is silent or of two minds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.operations import operations
from tests.looping import every

Bundle = Callable[[str], dict[str, Any]]
Pointer = Callable[[str, str], Any]
Validator = Callable[[str, str], jsonschema_rs.Draft202012Validator]

API = "interaction"
CREATE = "#/paths/~1api~1now~1interaction/post"
CLOSE_PATH = "#/paths/~1api~1now~1interaction~1{interaction_id}~1close"
CLOSE = f"{CLOSE_PATH}/post"
SYS_ID = "28a59893873103002ae97e2526cb0b5d"
CREATED: dict[str, Any] = {
    "assigned_to": "",
    "channel": SYS_ID,
    "channelMetadataDocument": "9463a6f0d9471300964f387107a8a36c",
    "channelMetadataTable": "live_group_profile",
    "channel_metadata": {"present": True},
    "closed_by": "",
    "context": {"present": True},
    "contextDocument": "1863a6f0d9471300964f387107a8a36d",
    "contextTable": "interaction_json_blob",
    "number": "IMS0000075",
    "opened_for": "",
    "queue": "f3a50867b30303002186a72256a8dcb7",
    "state": "queued",
    "sys_id": "dc63a6f0d9471300964f387107a8a36b",
}
CLOSED = {**CREATED, "state": "closed_complete", "closed_by": "6816f79cc0a8016401c5a33be04be441"}


def _refused(judge: jsonschema_rs.Draft202012Validator, values: list[Any]) -> list[Any]:
    return [value for value in values if not judge.is_valid(value)]


def _accepted(judge: jsonschema_rs.Draft202012Validator, values: list[Any]) -> list[Any]:
    return [value for value in values if judge.is_valid(value)]


def _without(record: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != field}


def test_api_creates_and_closes(bundle: Bundle) -> None:
    found = {
        operation["operationId"]: (method, path)
        for path, method, operation in operations(bundle(API))
    }

    assert found == {
        "createInteraction": ("post", "/api/now/interaction"),
        "closeInteraction": ("post", "/api/now/interaction/{interaction_id}/close"),
    }


def test_paths_begin_with_api(bundle: Bundle) -> None:
    assert [path for path in bundle(API)["paths"] if not path.startswith("/api/now/")] == []


def test_server_is_an_instance_under_https(bundle: Bundle) -> None:
    assert [server["url"] for server in bundle(API)["servers"]] == [
        "https://{instance}.service-now.com"
    ]


@pytest.mark.parametrize(
    ("where", "versioned"),
    [
        ("#/paths/~1api~1now~1interaction", "/api/now/{api_version}/interaction"),
        (CLOSE_PATH, "/api/now/{api_version}/interaction/{interaction_id}/close"),
    ],
    ids=["create", "close"],
)
def test_both_urls_have_a_versioned_form(pointer: Pointer, where: str, versioned: str) -> None:
    assert pointer(API, where)["x-sn-versioned"] == {"path": versioned}


def test_versioned_close_url_has_the_slash(pointer: Pointer) -> None:
    versioned = pointer(API, CLOSE_PATH)["x-sn-versioned"]["path"]

    assert versioned.split("/")[3:5] == ["{api_version}", "interaction"]


def test_creation_succeeds_with_201_alone(pointer: Pointer) -> None:
    statuses = sorted(pointer(API, CREATE)["responses"])

    assert statuses == ["201", "400", "401", "403", "406", "415", "429", "500"]


def test_close_succeeds_with_200_alone(pointer: Pointer) -> None:
    statuses = sorted(pointer(API, CLOSE)["responses"])

    assert statuses == ["200", "400", "401", "403", "404", "406", "415", "429", "500"]


def test_close_knows_404_with_the_platform_envelope(bundle: Bundle, pointer: Pointer) -> None:
    response = pointers.follow(bundle(API), pointer(API, CLOSE)["responses"]["404"])

    assert {media: content["schema"] for media, content in response["content"].items()} == {
        "application/json": {"$ref": "#/components/schemas/ErrorResponse"},
        "application/xml": {"$ref": "#/components/schemas/ErrorResponse"},
    }


def test_malformed_interaction_id_may_get_400_or_404(
    pointer: Pointer, validator: Validator
) -> None:
    schema = pointer(API, "#/components/parameters/InteractionId")["schema"]

    assert schema == {"$ref": "#/components/schemas/SysId"}
    assert _accepted(validator(API, "SysId"), ["close", SYS_ID[:-1], SYS_ID + "0"]) == []
    assert {"400", "404"} <= set(pointer(API, CLOSE)["responses"])


@pytest.mark.parametrize("where", [CREATE, CLOSE], ids=["create", "close"])
def test_three_roles_are_assumed(pointer: Pointer, where: str) -> None:
    assert pointer(API, where)["x-sn-roles"] == [
        "interaction_admin",
        "interaction_agent",
        "interaction_integration_user",
    ]


def test_request_names_no_existing_interaction(pointer: Pointer) -> None:
    properties = pointer(API, "#/components/schemas/CreateInteractionRequest")["properties"]

    assert sorted(properties) == [
        "channel",
        "channel_metadata",
        "channel_metadata_id",
        "channel_metadata_table",
        "context",
        "context_id",
        "context_table",
        "queue",
    ]
    assert pointer(API, CREATE)["x-sn-state"]["creates"] == "interaction"
    assert "updates" not in pointer(API, CREATE)["x-sn-state"]


def test_close_starts_from_any_state(pointer: Pointer) -> None:
    assert pointer(API, CLOSE)["x-sn-state"] == {
        "updates": "interaction",
        "key": ["interaction_id"],
        "to": "closed_complete",
    }


@every(
    ("body", "valid"),
    [
        ({"channel": SYS_ID}, True),
        ({"channel": "chat"}, True),
        ({"channel": SYS_ID, "u_custom": "kept open"}, True),
        ({}, False),
        ({"queue": SYS_ID}, False),
        ({"channel": None}, False),
        ({"channel": ""}, False),
        ([SYS_ID], False),
    ],
)
def test_channel_alone_is_mandatory(validator: Validator, body: Any, valid: bool) -> None:
    assert validator(API, "CreateInteractionRequest").is_valid(body) is valid


def test_channel_is_a_sys_id_or_a_name(validator: Validator) -> None:
    judge = validator(API, "InteractionChannel")
    names = ["Video", "Chat", "Phone", "Messaging", "video", "chat", "phone", "messaging"]

    assert _refused(judge, [SYS_ID, *names]) == []
    assert _accepted(judge, ["", "CHAT", "Email", "chat ", SYS_ID[:-1], SYS_ID + "0", 1]) == []


@pytest.mark.parametrize("prefix", ["context", "channel_metadata"])
def test_half_of_a_pair_is_not_valid(validator: Validator, prefix: str) -> None:
    judge = validator(API, "CreateInteractionRequest")
    table = {f"{prefix}_table": "sn_customerservice_case"}
    record = {f"{prefix}_id": "f584a7b23b3d3e10c524c59a04e45a6f"}

    assert judge.is_valid({"channel": SYS_ID, **table, **record})
    assert not judge.is_valid({"channel": SYS_ID, **table})
    assert not judge.is_valid({"channel": SYS_ID, **record})


def test_halves_of_two_pairs_make_no_pair(validator: Validator) -> None:
    body = {
        "channel": SYS_ID,
        "context_table": "sn_customerservice_case",
        "channel_metadata_id": "9463a6f0d9471300964f387107a8a36c",
    }

    assert not validator(API, "CreateInteractionRequest").is_valid(body)


@pytest.mark.parametrize("prefix", ["context", "channel_metadata"])
def test_data_beside_its_record_is_accepted(validator: Validator, prefix: str) -> None:
    body = {
        "channel": SYS_ID,
        prefix: {"language": "en"},
        f"{prefix}_table": "sn_customerservice_case",
        f"{prefix}_id": "f584a7b23b3d3e10c524c59a04e45a6f",
    }

    assert validator(API, "CreateInteractionRequest").is_valid(body)


@pytest.mark.parametrize("field", ["context", "channel_metadata"])
def test_data_is_a_map_or_text(validator: Validator, field: str) -> None:
    judge = validator(API, "CreateInteractionRequest")
    pair = f"sn_customerservice_case/{SYS_ID}"
    refused: list[Any] = [1, True, None, []]
    accepted = [{}, {"a": 1, "b": {"c": [None]}}, "", pair, '{"language":"en"}']

    assert _refused(judge, [{"channel": SYS_ID, field: value} for value in accepted]) == []
    assert _accepted(judge, [{"channel": SYS_ID, field: value} for value in refused]) == []


@every(
    ("field", "malformed"),
    [
        ("queue", ["", "chats", SYS_ID[:-1], SYS_ID + "0", 200, None]),
        ("context_id", ["", "case", SYS_ID[:-1], SYS_ID + "0", 200, None]),
        ("context_table", ["", "Customer Service Case", "t" * 81, 200, None]),
        ("channel_metadata_id", ["", "profile", SYS_ID[:-1], SYS_ID + "0", 200, None]),
        ("channel_metadata_table", ["", "Live Group Profile", "t" * 81, 200, None]),
    ],
)
def test_malformed_values_are_not_valid(
    validator: Validator, field: str, malformed: list[Any]
) -> None:
    complete = {
        "channel": SYS_ID,
        "queue": SYS_ID,
        "context_id": SYS_ID,
        "context_table": "t" * 80,
        "channel_metadata_id": SYS_ID,
        "channel_metadata_table": "t" * 80,
    }
    judge = validator(API, "CreateInteractionRequest")

    assert judge.is_valid(complete)
    assert _accepted(judge, [{**complete, field: value} for value in malformed]) == []


def test_tables_have_no_default_in_a_request(pointer: Pointer) -> None:
    properties = pointer(API, "#/components/schemas/CreateInteractionRequest")["properties"]

    assert [name for name, schema in properties.items() if "x-sn-default" in schema] == []
    assert "`interaction_json_blob`" in properties["context_table"]["description"]
    assert "`live_group_profile`" in properties["channel_metadata_table"]["description"]


def test_default_tables_are_those_of_the_samples(pointer: Pointer) -> None:
    properties = pointer(API, "#/components/schemas/Interaction")["properties"]
    example = pointer(API, "#/components/examples/createInteractionInQueueResponse")["value"]

    assert properties["contextTable"]["x-sn-default"] == "interaction_json_blob"
    assert properties["channelMetadataTable"]["x-sn-default"] == "live_group_profile"
    assert example["result"]["contextTable"] == "interaction_json_blob"
    assert example["result"]["channelMetadataTable"] == "live_group_profile"


@pytest.mark.parametrize("name", ["CreateInteractionRequest", "CloseInteractionRequest"])
def test_xml_requests_have_the_root_request(pointer: Pointer, name: str) -> None:
    assert pointer(API, f"#/components/schemas/{name}")["xml"] == {"name": "request"}


@pytest.mark.parametrize("name", ["CreateInteractionResponse", "CloseInteractionResponse"])
def test_xml_responses_have_the_root_response(pointer: Pointer, name: str) -> None:
    assert pointer(API, f"#/components/schemas/{name}")["xml"] == {"name": "response"}


@pytest.mark.parametrize(
    ("where", "success"), [(CREATE, "201"), (CLOSE, "200")], ids=["create", "close"]
)
def test_json_and_xml_go_both_ways(
    bundle: Bundle, pointer: Pointer, where: str, success: str
) -> None:
    operation = pointer(API, where)
    request = pointers.follow(bundle(API), operation["requestBody"])["content"]
    response = operation["responses"][success]["content"]

    assert list(request) == list(response) == ["application/json", "application/xml"]
    assert request["application/json"] == request["application/xml"]
    assert response["application/json"] == response["application/xml"]


def test_close_body_is_optional(bundle: Bundle, pointer: Pointer, validator: Validator) -> None:
    create = pointers.follow(bundle(API), pointer(API, CREATE)["requestBody"])
    close = pointers.follow(bundle(API), pointer(API, CLOSE)["requestBody"])
    judge = validator(API, "CloseInteractionRequest")

    assert create["required"] is True
    assert close["required"] is False
    assert _refused(judge, [{}, {"anything": "goes"}]) == []
    assert _accepted(judge, [None, "", [], True]) == []


@pytest.mark.parametrize("name", ["CreateInteractionResponse", "CloseInteractionResponse"])
def test_interaction_stands_in_result(validator: Validator, name: str) -> None:
    record = CLOSED if name.startswith("Close") else CREATED
    judge = validator(API, name)

    assert judge.is_valid({"result": record})
    assert not judge.is_valid(record)
    assert not judge.is_valid({"result": [record]})


@every("field", sorted(CREATED))
def test_every_field_of_the_samples_is_required(validator: Validator, field: str) -> None:
    assert validator(API, "Interaction").is_valid(CREATED)
    assert validator(API, "ClosedInteraction").is_valid(CLOSED)
    assert not validator(API, "Interaction").is_valid(_without(CREATED, field))
    assert not validator(API, "ClosedInteraction").is_valid(_without(CLOSED, field))
    assert not validator(API, "Interaction").is_valid({**CREATED, field: None})


def test_responses_stay_open_to_further_fields(validator: Validator) -> None:
    assert validator(API, "Interaction").is_valid({**CREATED, "type": "chat"})


def test_only_four_references_may_be_empty(validator: Validator) -> None:
    judge = validator(API, "Interaction")
    # What InteractionDataView accepts as text has a test of its own.
    fields = sorted(set(CREATED) - {"context", "channel_metadata"})

    may_be_empty = [field for field in fields if judge.is_valid({**CREATED, field: ""})]

    assert may_be_empty == ["assigned_to", "closed_by", "opened_for", "queue"]


@every("field", ["assigned_to", "closed_by", "opened_for", "queue", "sys_id"])
def test_references_are_bare_sys_ids(validator: Validator, field: str) -> None:
    judge = validator(API, "Interaction")
    reference = {"link": f"https://instance.service-now.com/{SYS_ID}", "value": SYS_ID}

    assert judge.is_valid({**CREATED, field: SYS_ID})
    assert not judge.is_valid({**CREATED, field: reference})
    assert not judge.is_valid({**CREATED, field: "Agent"})


@pytest.mark.parametrize("schema", ["CreateInteractionRequest", "Interaction"])
def test_queue_is_one_of_work_assignment(pointer: Pointer, schema: str) -> None:
    queue = pointer(API, f"#/components/schemas/{schema}/properties/queue")

    assert queue["x-sn-table"] == "awa_queue"


def test_closed_interaction_says_itself_how_it_ended(pointer: Pointer) -> None:
    closed = pointer(API, "#/components/schemas/ClosedInteraction")

    assert closed["required"] == sorted(closed["properties"]) == ["closed_by", "state"]


def test_response_may_show_that_the_queue_was_ignored(validator: Validator) -> None:
    judge = validator(API, "CreateInteractionResponse")

    assert judge.is_valid({"result": CREATED})
    assert judge.is_valid({"result": {**CREATED, "queue": "", "state": "new"}})


def test_names_differ_between_request_and_response(pointer: Pointer) -> None:
    request = set(pointer(API, "#/components/schemas/CreateInteractionRequest")["properties"])
    response = set(pointer(API, "#/components/schemas/Interaction")["properties"])

    assert request & response == {"channel", "channel_metadata", "context", "queue"}
    assert {"contextDocument", "contextTable"} <= response
    assert {"context_id", "context_table"} <= request


@pytest.mark.parametrize("field", ["context", "channel_metadata"])
def test_shown_data_is_a_mark_or_text(validator: Validator, field: str) -> None:
    judge = validator(API, "Interaction")
    marks = [{"present": True}, {"present": False}, {"present": True, "more": 1}]
    marks += [{"empty": False, "present": True}, {"empty": False}, {"empty": True}]
    invalid = [{"empty": "false"}, {"present": "true"}, {"present": None}, True, [], None]

    assert _refused(judge, [{**CREATED, field: mark} for mark in marks]) == []
    assert _refused(judge, [{**CREATED, field: text} for text in ["", "{}", "a/b"]]) == []
    assert _accepted(judge, [{**CREATED, field: value} for value in invalid]) == []


def test_number_is_ims_and_digits(validator: Validator) -> None:
    judge = validator(API, "InteractionNumber")

    assert _refused(judge, ["IMS0000075", "IMS0000221", "IMS1", "IMS00000750"]) == []
    assert _accepted(judge, ["IMS", "INT0000075", "ims0000075", "IMS 75", "0000075", "", 75]) == []


def test_state_is_a_known_one(validator: Validator) -> None:
    judge = validator(API, "InteractionState")
    documented = ["queued", "closed_complete", "on_hold", "closed_abandoned", "closed"]
    labels = ["New", "Queued", "Work in Progress", "On Hold", "Closed Complete", "Closed complete"]
    guessed = ["new", "work_in_progress", "wrap_up"]

    assert _refused(judge, [*documented, *labels, *guessed]) == []
    assert (
        _accepted(
            judge, ["", "open", "NEW", "Closed  Complete", "closed_", "queued ", "Closed Queued", 1]
        )
        == []
    )


def test_closed_interaction_has_a_closed_state(validator: Validator) -> None:
    judge = validator(API, "ClosedInteraction")
    closed = ["closed_complete", "closed", "closed_abandoned", "Closed Complete", "Closed"]
    still_open = ["new", "New", "queued", "work_in_progress", "on_hold", "wrap_up", "", None]

    assert _refused(judge, [{**CLOSED, "state": state} for state in closed]) == []
    assert _accepted(judge, [{**CLOSED, "state": state} for state in still_open]) == []


def test_closed_interaction_names_who_closed_it(validator: Validator) -> None:
    judge = validator(API, "ClosedInteraction")

    assert judge.is_valid(CLOSED)
    assert _accepted(judge, [{**CLOSED, "closed_by": ""}, _without(CLOSED, "closed_by")]) == []


def test_closed_interaction_may_have_left_its_queue(validator: Validator) -> None:
    judge = validator(API, "ClosedInteraction")

    assert _refused(judge, [{**CLOSED, "queue": queue} for queue in (CREATED["queue"], "")]) == []


def test_created_interaction_leads_to_close_and_offer() -> None:
    # The bundle of one API leaves out the link to another, so the source is read.
    source = documents.load(layout.SOURCE / f"{API}.yaml")
    sys_id = "$response.body#/result/sys_id"

    links = {
        name: pointers.follow(source, link)
        for name, link in pointers.resolve(source, CREATE)["responses"]["201"]["links"].items()
    }

    assert {name: (link["operationId"], link["parameters"]) for name, link in links.items()} == {
        "closeInteraction": ("closeInteraction", {"interaction_id": sys_id}),
        "offerWork": ("offerWork", {"document_table": "interaction", "document_sys_id": sys_id}),
    }


@pytest.mark.parametrize(
    ("where", "success"), [(CREATE, "201"), (CLOSE, "200")], ids=["create", "close"]
)
def test_examples_fit_their_schemas(
    bundle: Bundle, pointer: Pointer, validator: Validator, where: str, success: str
) -> None:
    document = bundle(API)
    operation = pointer(API, where)
    request = pointers.follow(document, operation["requestBody"])["content"]["application/json"]
    response = operation["responses"][success]["content"]["application/json"]

    invalid = [
        name
        for content in (request, response)
        for name, example in content["examples"].items()
        if not validator(API, content["schema"]["$ref"].rpartition("/")[2]).is_valid(
            pointers.follow(document, example)["value"]
        )
    ]

    assert invalid == []


def test_every_form_of_a_request_has_an_example(bundle: Bundle) -> None:
    content = bundle(API)["components"]["requestBodies"]["CreateInteraction"]["content"]

    assert list(content["application/json"]["examples"]) == [
        "inQueue",
        "connector",
        "namedChannel",
        "contextRecord",
        "metadataRecord",
        "contextMap",
        "contextText",
        "metadataMap",
    ]
