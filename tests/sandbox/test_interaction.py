"""What the sandbox does with interactions, beyond the form that the contract gives them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ccaas_kit.contract import layout
from ccaas_kit.sandbox.behaviors.interactions.interactions import KEPT_BYTES
from ccaas_kit.sandbox.contract import XML
from tests.looping import every
from tests.sandbox.conftest import Answered, Caller

DOCUMENTED: dict[str, Any] = json.loads(
    (layout.ROOT / "tests" / "contract" / "documented_examples.json").read_text("utf-8")
)
BASES = ["/api/now/interaction", "/api/now/v1/interaction", "/api/now/v2/interaction"]
URL = BASES[0]
CONNECTOR = "28a59893873103002ae97e2526cb0b5d"
QUEUE = "f3a50867b30303002186a72256a8dcb7"
OPEN = "b243cde4208f1700964f959e0488dee8"
CLOSED = "5b0fd2a187851210be070d48dabb0102"
HIDDEN = "5b0fd2a187851210be070d48dabb0103"
CASE = "f584a7b23b3d3e10c524c59a04e45a6f"
HIDDEN_CASE = "5b0fd2a187851210be070d48dabb0203"
NOBODY = "0" * 32
ADMIN = "6816f79cc0a8016401c5a33be04be441"
ROLES = ["interaction_admin", "interaction_agent", "interaction_integration_user"]
CONTEXT = {"language": "en", "contact": "ddce70866f9331003b3c498f5d3ee417"}


def create(sandbox: Caller, **fields: Any) -> Answered:
    return sandbox("POST", URL, {"channel": CONNECTOR, **fields})


def close(sandbox: Caller, sys_id: str, *, user: str = "admin") -> Answered:
    return sandbox("POST", f"{URL}/{sys_id}/close", user=user)


def blob(sandbox: Caller, created: Answered, part: str = "context") -> str:
    table = "interaction_json_blob" if part == "context" else "live_group_profile"
    document = "contextDocument" if part == "context" else "channelMetadataDocument"
    record = sandbox.instance.store.read(table, created.result[document])
    assert record is not None
    return str(record["value"])


@pytest.mark.parametrize("base", BASES)
def test_documented_creation(sandbox: Caller, base: str) -> None:
    response = sandbox("POST", base, DOCUMENTED["createInteractionInQueueRequest"])

    assert response.status == 201
    assert response.json == DOCUMENTED["createInteractionInQueueResponse"]


@pytest.mark.parametrize("base", BASES)
def test_documented_closing(sandbox: Caller, base: str) -> None:
    response = sandbox("POST", f"{base}/{OPEN}/close", headers={"content-type": "application/json"})

    assert response.status == 200
    assert response.json == DOCUMENTED["closeInteractionCompleteResponse"]


def test_versioned_urls_reach_the_same_records(sandbox: Caller) -> None:
    created = sandbox("POST", BASES[1], {"channel": CONNECTOR}).result

    closed = sandbox("POST", f"{BASES[2]}/{created['sys_id']}/close").result

    assert closed == {**created, "state": "closed_complete", "closed_by": ADMIN}
    assert sandbox("POST", f"/api/now/v3/interaction/{OPEN}/close").status == 400


def test_each_creation_makes_records_of_its_own(sandbox: Caller) -> None:
    results = [create(sandbox).result for _ in range(200)]

    for field in ("sys_id", "number", "contextDocument", "channelMetadataDocument"):
        assert len({result[field] for result in results}) == len(results), field
    # The seed holds these three, so the count goes past them.
    numbers = {result["number"] for result in results}
    assert numbers.isdisjoint({"IMS0000221", "IMS0000222", "IMS0000223"})
    assert min(numbers) == "IMS0000075"


def test_creation_leaves_three_records(sandbox: Caller) -> None:
    store = sandbox.instance.store
    tables = ("interaction", "interaction_json_blob", "live_group_profile")
    before = [store.count(table) for table in tables]

    created = create(sandbox).result

    assert [store.count(table) for table in tables] == [number + 1 for number in before]
    assert store.read("interaction", created["sys_id"]) == created
    assert store.exists("interaction_json_blob", created["contextDocument"])
    assert store.exists("live_group_profile", created["channelMetadataDocument"])


def test_without_a_queue_an_interaction_is_new(sandbox: Caller) -> None:
    result = create(sandbox).result

    assert result["state"] == "new"
    empty = ("queue", "assigned_to", "closed_by", "opened_for")
    assert [result[name] for name in empty] == ["", "", "", ""]
    assert (result["contextTable"], result["channelMetadataTable"]) == (
        "interaction_json_blob",
        "live_group_profile",
    )


@pytest.mark.parametrize("queue", [QUEUE, NOBODY], ids=["known", "unknown"])
def test_any_queue_queues_the_interaction(sandbox: Caller, queue: str) -> None:
    response = create(sandbox, queue=queue)

    assert response.status == 201
    assert (response.result["state"], response.result["queue"]) == ("queued", queue)


@every("channel", [CONNECTOR, "Video", "chat", "Phone", "messaging"])
def test_channel_comes_back_as_it_was_sent(sandbox: Caller, channel: str) -> None:
    response = create(sandbox, channel=channel)

    assert (response.status, response.result["channel"]) == (201, channel)


@every("part", ["context", "channel_metadata"])
@every(
    ("data", "kept"),
    [
        (CONTEXT, json.dumps(CONTEXT, separators=(",", ":"))),
        ("sn_customerservice_case/1", "sn_customerservice_case/1"),
        ({}, "{}"),
        ("", ""),
    ],
    ids=["map", "text", "empty-map", "empty-text"],
)
def test_data_is_kept_in_the_new_record(sandbox: Caller, part: str, data: Any, kept: str) -> None:
    created = create(sandbox, **{part: data})

    assert created.status == 201
    assert created.result[part] == {"present": True}
    assert blob(sandbox, created, part) == kept


@pytest.mark.parametrize(
    ("data", "kept"),
    [("x" * 70_000, "x" * KEPT_BYTES), ("x" + "ü" * 40_000, "x" + "ü" * 32_767)],
    ids=["one-byte", "two-bytes"],
)
def test_the_rest_of_long_data_is_dropped(sandbox: Caller, data: str, kept: str) -> None:
    created = create(sandbox, context=data)

    assert blob(sandbox, created) == kept


def test_own_context_record(sandbox: Caller) -> None:
    before = sandbox.instance.store.count("interaction_json_blob")

    result = create(sandbox, context_table="sn_customerservice_case", context_id=CASE).result

    assert (result["contextTable"], result["contextDocument"]) == ("sn_customerservice_case", CASE)
    assert (result["context"], result["channel_metadata"]) == ({"present": True}, {"present": True})
    assert result["channelMetadataTable"] == "live_group_profile"
    assert sandbox.instance.store.count("interaction_json_blob") == before


def test_own_metadata_record(sandbox: Caller) -> None:
    first = create(sandbox).result

    result = create(
        sandbox,
        channel_metadata_table=first["channelMetadataTable"],
        channel_metadata_id=first["channelMetadataDocument"],
    ).result

    assert result["channelMetadataDocument"] == first["channelMetadataDocument"]
    assert result["channel_metadata"] == {"present": True}
    assert result["contextTable"] == "interaction_json_blob"


@every(
    ("table", "sys_id", "user", "present"),
    [
        ("sn_customerservice_case", CASE, "interaction_agent", True),
        ("sn_customerservice_case", NOBODY, "interaction_agent", False),
        ("nothing", CASE, "interaction_agent", False),
        ("sn_customerservice_case", HIDDEN_CASE, "interaction_agent", False),
        ("sn_customerservice_case", HIDDEN_CASE, "admin", True),
    ],
    ids=["known", "unknown", "unknown-table", "hidden", "seen"],
)
def test_record_of_the_request_need_not_exist(
    sandbox: Caller, table: str, sys_id: str, user: str, present: bool
) -> None:
    body = {"channel": CONNECTOR, "context_table": table, "context_id": sys_id}

    response = sandbox("POST", URL, body, user=user)

    assert response.status == 201
    assert response.result["contextDocument"] == sys_id
    assert response.result["context"] == {"present": present}


def test_data_beside_its_record_is_accepted(sandbox: Caller) -> None:
    first = create(sandbox, context="first")

    second = create(
        sandbox,
        context="second",
        context_table="interaction_json_blob",
        context_id=first.result["contextDocument"],
    )

    assert second.status == 201
    assert second.result["contextDocument"] == first.result["contextDocument"]
    assert blob(sandbox, second) == "first"


def test_unknown_fields_have_no_effect(sandbox: Caller) -> None:
    response = create(sandbox, opened_for=ADMIN, number="IMS1", u_more={"a": 1}, state="on_hold")

    assert response.status == 201
    assert (response.result["opened_for"], response.result["state"]) == ("", "new")
    assert response.result["number"] == "IMS0000075"
    assert "u_more" not in response.result


@every(
    "body",
    [
        {},
        {"queue": QUEUE},
        {"channel": ""},
        {"channel": "fax"},
        {"channel": None},
        {"channel": CONNECTOR, "context_id": CASE},
        {"channel": CONNECTOR, "context_table": "task"},
        {"channel": CONNECTOR, "channel_metadata_id": CASE},
        {"channel": CONNECTOR, "channel_metadata_table": "live_group_profile"},
        {"channel": CONNECTOR, "context_table": "Task", "context_id": CASE},
        {"channel": CONNECTOR, "context_table": "task", "context_id": "1"},
        {"channel": CONNECTOR, "queue": "chats-en"},
        {"channel": CONNECTOR, "context": 1},
        {"channel": CONNECTOR, "context": ["en"]},
        [],
    ],
    ids=json.dumps,
)
def test_malformed_creation_is_a_400(sandbox: Caller, body: Any) -> None:
    before = sandbox.instance.store.count("interaction")

    response = sandbox("POST", URL, body)

    assert (response.status, response.message) == (400, "Exception while reading request")
    assert sandbox.instance.store.count("interaction") == before


@pytest.mark.parametrize("raw", [b"", b"null"], ids=["none", "null"])
def test_creation_without_a_body_is_a_400(sandbox: Caller, raw: bytes) -> None:
    response = sandbox("POST", URL, raw=raw, headers={"content-type": "application/json"})

    assert response.status == 400


@pytest.mark.parametrize("fields", [{}, {"queue": QUEUE}], ids=["new", "queued"])
def test_closing_changes_state_and_closer_alone(sandbox: Caller, fields: dict[str, str]) -> None:
    created = create(sandbox, **fields).result

    response = close(sandbox, created["sys_id"])

    assert response.status == 200
    assert response.result == {**created, "state": "closed_complete", "closed_by": ADMIN}
    assert sandbox.instance.store.read("interaction", created["sys_id"]) == response.result


@pytest.mark.parametrize("state", ["work_in_progress", "on_hold", "wrap_up"])
def test_any_open_state_can_be_left(sandbox: Caller, state: str) -> None:
    sandbox.instance.store.update("interaction", OPEN, {"state": state})

    assert close(sandbox, OPEN).result["state"] == "closed_complete"


def test_closer_is_the_caller(sandbox: Caller) -> None:
    user = sandbox.instance.settings.users["interaction_agent"]

    response = close(sandbox, OPEN, user="interaction_agent")

    assert response.result["closed_by"] == user.sys_id


def test_closing_again_changes_nothing(sandbox: Caller) -> None:
    first = close(sandbox, OPEN)

    second = close(sandbox, OPEN, user="interaction_agent")

    assert (first.status, second.status) == (200, 200)
    assert second.result == first.result


@pytest.mark.parametrize("state", ["closed", "closed_abandoned"])
def test_other_closed_states_stay(sandbox: Caller, state: str) -> None:
    sandbox.instance.store.update("interaction", CLOSED, {"state": state, "closed_by": ""})

    response = close(sandbox, CLOSED)

    assert response.status == 200
    # Nobody is on record as the one who closed it, so the caller is.
    assert (response.result["state"], response.result["closed_by"]) == (state, ADMIN)


def test_closing_leaves_others_open(sandbox: Caller) -> None:
    first, second = create(sandbox).result, create(sandbox).result

    close(sandbox, first["sys_id"])

    assert sandbox.instance.store.read("interaction", second["sys_id"]) == second


def test_empty_object_is_no_different(sandbox: Caller) -> None:
    response = sandbox("POST", f"{URL}/{OPEN}/close", {})

    assert (response.status, response.result["state"]) == (200, "closed_complete")


@pytest.mark.parametrize("sys_id", [NOBODY, CASE, OPEN.upper()], ids=["no", "case", "upper-case"])
def test_closing_an_unknown_interaction_is_a_404(sandbox: Caller, sys_id: str) -> None:
    response = close(sandbox, sys_id)

    assert (response.status, response.message) == (404, "No Record found")


def test_closing_a_hidden_interaction_is_a_404(sandbox: Caller) -> None:
    hidden = close(sandbox, HIDDEN, user="interaction_admin")
    unknown = close(sandbox, NOBODY, user="interaction_admin")

    assert hidden.status == 404
    assert hidden.raw == unknown.raw
    assert close(sandbox, HIDDEN).status == 200


@pytest.mark.parametrize("sys_id", ["1", "x" * 33, "b243cde4208f1700964f959e0488dee-"])
def test_closing_under_a_malformed_id_is_a_400(sandbox: Caller, sys_id: str) -> None:
    response = close(sandbox, sys_id)

    assert (response.status, response.message) == (400, "Exception while reading request")


@pytest.mark.parametrize("body", [[], "x", None], ids=["list", "text", "null"])
def test_body_that_is_no_object_does_not_close(sandbox: Caller, body: Any) -> None:
    raw = json.dumps(body).encode()
    headers = {"content-type": "application/json"}

    response = sandbox("POST", f"{URL}/{OPEN}/close", raw=raw, headers=headers)

    assert response.status == 400
    record = sandbox.instance.store.read("interaction", OPEN)
    assert record is not None
    assert record["state"] == "queued"


@pytest.mark.parametrize("user", ROLES)
def test_each_role_is_enough(sandbox: Caller, user: str) -> None:
    created = sandbox("POST", URL, {"channel": CONNECTOR}, user=user)

    assert created.status == 201
    assert close(sandbox, created.result["sys_id"], user=user).status == 200


@pytest.mark.parametrize("path", [URL, f"{URL}/{OPEN}/close"], ids=["create", "close"])
def test_call_without_a_role_is_a_403(sandbox: Caller, path: str) -> None:
    response = sandbox("POST", path, {"channel": CONNECTOR}, user="no_roles")

    assert (response.status, response.message) == (403, "User Not Authorized")


def test_creation_and_closing_in_xml(sandbox: Caller) -> None:
    headers = {"accept": XML, "content-type": XML}
    raw = f"<request><channel>chat</channel><queue>{QUEUE}</queue></request>".encode()

    created = sandbox("POST", URL, raw=raw, headers=headers)
    sys_id = created.raw.partition(b"<sys_id>")[2].partition(b"</sys_id>")[0].decode()
    closed = sandbox("POST", f"{URL}/{sys_id}/close", raw=b"<request/>", headers=headers)

    assert (created.status, closed.status) == (201, 200)
    assert b"<state>queued</state>" in created.raw
    assert b"<state>closed_complete</state>" in closed.raw
