"""The control of a running sandbox, and the state behind it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import product
from typing import Any
from urllib.parse import parse_qsl

import pytest

from ccaas_kit.contract import documented
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.http.exchanges import HEAD_LENGTH
from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.instance.seed import load
from ccaas_kit.sandbox.platform import limits
from ccaas_kit.sandbox.serving import build, options
from ccaas_kit.sandbox.serving.control import Control
from tests.looping import every
from tests.sandbox.conftest import Caller, answered

CONTACTS = "/api/now/contact"
ODD = (
    *("", "maybe", "TRUE", "-5", "1e5", "2024-13-45", "yesterday", "no such id"),
    *("a" * 32, "x" * 5000),
)
NEW = {"first_name": "Dora", "last_name": "Warren"}


def create(sandbox: Caller) -> str:
    return str(sandbox("POST", "/api/now/contact", NEW).result)


def count(sandbox: Caller) -> int:
    return sandbox.instance.store.count("customer_contact")


def test_reset_goes_back_to_the_seed(sandbox: Caller) -> None:
    before = count(sandbox)
    first = create(sandbox)

    sandbox("POST", "/_sandbox/reset")

    assert count(sandbox) == before
    assert create(sandbox) == first


def test_a_seed_replaces_the_whole_state(sandbox: Caller) -> None:
    seed = load()
    seed["records"] = {"customer_contact": []}

    response = sandbox("POST", "/_sandbox/seed", seed)

    assert response.status == 200
    assert count(sandbox) == 0


@every(
    ("seed", "message"),
    [
        ({"faults": 5}, "/faults"),
        ({"faults": [{}]}, "/faults/0"),
        ({"records": {"task": [{"sys_id": 5}]}}, "/records/task/0/sys_id"),
        ({"records": {"task": [{"sys_id": "a" * 32}] * 2}}, "two records have the sys_id aaaa"),
        ({"records": {"task": [{"sys_id": "a" * 32, "number": 7}]}}, "/records/task/0/number"),
        ({"records": {"task": [{"$example": "createContactCreatedResponse#/result"}]}}, "task"),
        ({"logins": {name: {"password": "x", "sys_id": "b" * 32} for name in "ab"}}, "sys_user"),
        ({"next_numbers": {"IMS": 1e30}}, "/next_numbers/IMS"),
        ({"next_ids": {"no_such_table": []}}, "no_such_table"),
        ({"plugins": ["no.such.plugin"]}, "no.such.plugin"),
        ({"rate_limits": [{"sys_id": "a" * 32, "limit": 1, "operation": "fly"}]}, "fly"),
        ({"rate_limits": [{"sys_id": "a" * 32, "limit": 1, "user_name": "nobody"}]}, "nobody"),
        ({"api_keys": {"key": "nobody"}}, "nobody"),
        ({"oauth_clients": {"client": {"secret": "x", "user": "nobody"}}}, "nobody"),
        ({"clock": "0001-01-01T00:00:00+14:00"}, "is no time"),
        ({"clock": "9999-12-31T23:59:59"}, "does not go there"),
        ({"record": {}}, "record"),
        ({"records": {"no_such_table": []}}, "no_such_table"),
        ({"records": {"task": [{"number": "T1"}]}}, "sys_id"),
        ({"records": {"task": [{"$example": "noSuchExample#"}]}}, "noSuchExample"),
        ({"logins": {"a": {"password": ""}}}, "logins/a/password"),
        ({"clock": "yesterday"}, "yesterday"),
        ({"faults": ["no-such-fault"]}, "no-such-fault"),
        ({"next_ids": {"task": ["a" * 32] * 2}}, "/next_ids/task"),
        *(
            ({"records": {table: [{"sys_id": "a" * 32, **fields}]}}, f"/records/{table}/0/{field}")
            for table, fields, field in (
                ("customer_contact", {"sys_class_name": ""}, "sys_class_name"),
                ("customer_contact", {"vip": "yes"}, "vip"),
                ("customer_contact", {"sys_created_on": "3 May"}, "sys_created_on"),
                ("customer_contact", {"account": "Boxeo"}, "account"),
                ("customer_contact", {"frist_name": "x"}, "frist_name"),
                ("customer_contact", {"agent_status": "busy"}, "agent_status"),
                ("customer_contact", {"city": "x" * 41}, "city"),
                ("customer_contact", {"name": {"first": "x"}}, "name"),
                ("interaction", {"state": "gone"}, "state"),
                ("interaction", {"number": "7"}, "number"),
                ("awa_queue", {"active": "1"}, "active"),
                (
                    "sn_ct_ctr_it_core_ccaas_external_id_mapping",
                    {"document_id": "x", "document_table": "task"},
                    "document_id",
                ),
            )
        ),
    ],
)
def test_a_wrong_seed_is_refused_and_changes_nothing(
    sandbox: Caller, seed: dict[str, Any], message: str
) -> None:
    before = count(sandbox)

    response = sandbox("POST", "/_sandbox/seed", seed)

    assert response.status == 400
    assert message in response.json["error"]
    assert count(sandbox) == before


@every(
    ("call", "body", "message"),
    [
        ("POST reset", {"now": True}, "'now' was unexpected"),
        ("POST clock", {"advance": 3}, "'advance' was unexpected"),
        ("POST clock", {"advance_s": 1, "stand_at": "2030-01-02"}, "/_sandbox/clock"),
        ("POST snapshot", {"name": "a", "label": "b"}, "'label' was unexpected"),
        ("POST fault", {"on": [], "off": []}, "'off' was unexpected"),
        ("POST offer", {"decision": "decline"}, "accept"),
        ("POST offer", {"decision": "accept"}, "no offer waits"),
        ("POST responses", {"status": 429, "count": 2}, "'count' was unexpected"),
        ("POST responses", {"status": 99}, "/status"),
        ("POST responses", {"status": 429, "times": 0}, "/times"),
        ("POST responses", {"status": 429, "reset": True}, "no status"),
        ("POST responses", {"reset": True, "body": {}}, "belong to a status"),
        ("POST responses", {"status": 200, "headers": {"a\nb": "c"}}, "/headers"),
        ("POST responses", {"operation": "getContacts", "status": 500}, "'getContact'"),
        ("POST responses", {"operation": "getContact"}, "does nothing"),
        ("POST records/no_such_table", {}, "Choose from"),
        ("POST records/task", {"sys_id": "5b0fd2a187851210be070d48dabb0501"}, "there is a record"),
        ("POST records/customer_contact", {"active": "perhaps"}, "customer_contact/active"),
        ("POST records/customer_contact", {"account": "Boxeo"}, "customer_contact/account"),
        ("POST records/customer_contact", {"last_name": ["x"]}, "customer_contact/last_name"),
        ("PATCH records/task/5b0fd2a187851210be070d48dabb0501", {}, "less than 1 property"),
        ("PATCH records/task/5b0fd2a187851210be070d48dabb0501", {"sys_id": "a" * 32}, "keeps"),
        ("PATCH records/task/aaaa", {"state": "x"}, "there is no record aaaa"),
        ("DELETE records/task/aaaa", None, "there is no record aaaa"),
        ("DELETE snapshot/never", None, "no snapshot 'never'"),
        ("GET requests?limit=3", None, "limit=3"),
    ],
)
def test_what_the_control_does_not_know_is_refused_by_name(
    sandbox: Caller, call: str, body: Any, message: str
) -> None:
    method, _, path = call.partition(" ")
    name, _, query = path.partition("?")

    response = sandbox(method, f"/_sandbox/{name}", body, query=dict(parse_qsl(query)))

    assert response.status == 400
    assert message in response.json["error"]


def test_records_are_added_changed_and_removed(sandbox: Caller) -> None:
    fields = {"first_name": "Ada", "last_name": "Byron", "active": False, "u_tier": "gold"}
    made = sandbox("POST", "/_sandbox/records/customer_contact", fields).json["record"]
    path = f"/_sandbox/records/customer_contact/{made['sys_id']}"
    changed = sandbox("PATCH", path, {"email": "ada@example.com"}).json["record"]
    found = sandbox("GET", CONTACTS, query={"sysparm_query": "u_tier=gold"}).result
    users = sandbox("GET", "/_sandbox/records/sys_user").json["records"]

    assert (made["name"], made["active"], made["sys_class_name"]) == (
        "Ada Byron",
        "false",
        "customer_contact",
    )
    assert changed == {**made, "email": "ada@example.com"}
    assert found == [changed]
    # A contact is a user.
    assert changed in users
    assert sandbox("DELETE", path).status == 200
    assert sandbox("GET", f"{CONTACTS}/{made['sys_id']}").status == 404


def test_an_id_that_was_chosen_is_not_given_out_again(sandbox: Caller) -> None:
    (reserved,) = load()["next_ids"]["customer_contact"]
    sandbox("POST", "/_sandbox/records/customer_contact", {"sys_id": reserved})

    response = sandbox("POST", CONTACTS, NEW)

    assert response.status == 201
    assert response.result != reserved


def test_no_record_that_is_taken_makes_an_api_fail(sandbox: Caller, contract: Contract) -> None:
    calls = [
        call
        for call in documented.calls(contract.document)
        if not call.has_body or call.operation == "closeInteraction"
    ]
    refused: set[str] = set()
    for table in ("customer_contact", "interaction", "sn_ct_ctr_it_core_ccaas_external_id_mapping"):
        records = sandbox.instance.store.find(table)
        fields = sandbox.instance.tables[table].fields.keys() - {"sys_id"}
        for field, odd in product(sorted(fields), ODD):
            paths = [f"/_sandbox/records/{table}/{record['sys_id']}" for record in records]
            answers = [sandbox("PATCH", path, {field: odd}) for path in paths]
            if {answer.status for answer in answers} == {400}:
                assert f"records/{table}/{field}: " in answers[0].json["error"]
                refused.add(field)
                continue
            statuses = {call.operation: status_of(sandbox, call) for call in calls}
            assert 500 not in statuses.values(), (field, odd, statuses)
            for record in records:
                sandbox.instance.store.update(table, record["sys_id"], record)

    assert {"active", "account", "sys_class_name", "sys_created_on", "number"} < refused


def status_of(sandbox: Caller, call: documented.Call) -> int:
    """The status of a documented call."""
    path = re.sub(r"\{(\w+)\}", lambda found: str(call.path_values[found[1]]), call.path)
    return sandbox(call.method.upper(), path, call.body, query=call.query).status


def test_a_seed_without_logins_locks_nobody_out(sandbox: Caller) -> None:
    sandbox("POST", "/_sandbox/seed", {})

    assert sandbox("GET", CONTACTS).json == {"result": []}
    assert sandbox("GET", "/_sandbox/logins").json["logins"].keys() == {"admin"}
    assert sandbox("GET", "/_sandbox/seed").json == {}


def test_a_seed_that_was_read_is_taken_again(sandbox: Caller) -> None:
    document = sandbox("GET", "/_sandbox/seed").json
    before = sandbox("GET", CONTACTS).json

    assert sandbox("POST", "/_sandbox/seed", document).status == 200
    assert sandbox("GET", CONTACTS).json == before


def test_a_record_of_a_seed_gets_what_an_instance_sets_itself(sandbox: Caller) -> None:
    record = {"sys_id": "a" * 32, "last_name": "Byron"}
    seed = {"clock": "2030-01-02T03:04:05", "records": {"customer_contact": [record]}}

    assert sandbox("POST", "/_sandbox/seed", seed).status == 200

    shown = sandbox("GET", f"{CONTACTS}/{record['sys_id']}").result
    assert (shown["sys_class_name"], shown["sys_created_on"]) == (
        "customer_contact",
        "2030-01-02 03:04:05",
    )


def test_strict_queries_refuse_what_is_not_understood(contract: Contract) -> None:
    app = build.app(options.parse(["--strict-queries"]), contract=contract)
    sandbox = Caller(app)

    answers = [
        sandbox("GET", CONTACTS, query=query)
        for query in (
            {"sysparm_query": "active=true^ORDERBYname"},
            {"sysparm_query": "active=true^frist_name=Ada^ORDERBYnobody"},
            {"sysparm_limit": 1, "sysparm_fields": "name"},
        )
    ]
    written = sandbox("POST", CONTACTS, NEW, query={"sysparm_input_display_value": "true"})
    asked = sandbox("GET", "/_sandbox/requests").json["requests"]

    app.instance.close()
    assert [answer.status for answer in (*answers, written)] == [200, 400, 400, 400]
    assert "'frist_name=Ada', 'ORDERBYnobody'" in answers[1].json["error"]["detail"]
    assert [request["ignored"] for request in asked] == [
        [],
        ["frist_name=Ada", "ORDERBYnobody"],
        ["sysparm_fields"],
        ["sysparm_input_display_value"],
    ]
    assert app.responses.breaks == 0


def test_what_is_not_understood_is_logged_once_without_its_value(
    sandbox: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        assert sandbox("GET", CONTACTS, query={"sysparm_query": "u_pin=4711"}).status == 200

    assert caplog.text.count("u_pin") == 1
    assert "4711" not in caplog.text


def test_the_clock_stands_until_it_is_moved(sandbox: Caller) -> None:
    first = sandbox("GET", "/_sandbox/clock").json
    moved = sandbox("POST", "/_sandbox/clock", {"advance_s": 90}).json
    set_to = sandbox("POST", "/_sandbox/clock", {"stand_at": "2030-01-02T03:04:05"}).json
    running = sandbox("POST", "/_sandbox/clock", {"run_from": "2031-01-01T00:00:00"}).json

    assert first == {"now": "2024-04-03T23:09:46.000+00:00", "stands": True}
    assert moved["now"] == "2024-04-03T23:11:16.000+00:00"
    assert set_to["now"] == "2030-01-02T03:04:05.000+00:00"
    assert (running["now"][:10], running["stands"]) == ("2031-01-01", False)


@every(
    "body",
    [
        {},
        {"advance_s": "1"},
        {"advance_s": True},
        {"advance_s": 1e15},
        {"advance_s": -1e11},
        {"stand_at": "soon"},
        {"stand_at": "0999-01-01T00:00:00"},
        {"run_from": "9999-12-31T23:59:59.999"},
        {"stand_at": 1, "advance_s": 2},
        [],
    ],
)
def test_a_wrong_clock_is_refused(sandbox: Caller, body: Any) -> None:
    response = sandbox("POST", "/_sandbox/clock", body)

    assert response.status == 400
    assert sandbox("GET", "/_sandbox/clock").json["now"] == "2024-04-03T23:09:46.000+00:00"


def test_a_snapshot_is_a_state_to_go_back_to(sandbox: Caller) -> None:
    create(sandbox)
    at_snapshot = count(sandbox)
    sandbox("POST", "/_sandbox/snapshot", {"name": "with-dora"})
    second = create(sandbox)
    sandbox("POST", "/_sandbox/reset")

    response = sandbox("POST", "/_sandbox/restore", {"name": "with-dora"})

    assert response.status == 200
    assert count(sandbox) == at_snapshot
    assert create(sandbox) == second
    assert sandbox("GET", "/_sandbox/snapshot").json == {"names": ["with-dora"]}


@every("name", ["never-taken", "../escape", "", "a" * 65, None])
def test_an_unknown_snapshot_is_refused(sandbox: Caller, name: str | None) -> None:
    response = sandbox("POST", "/_sandbox/restore", {"name": name})

    assert response.status == 400


def test_a_fault_is_switched_on_and_off(sandbox: Caller) -> None:
    on = sandbox("POST", "/_sandbox/fault", {"on": ["hibernating"]}).json
    page = sandbox("GET", "/api/now/contact")
    sandbox("POST", "/_sandbox/fault", {"on": []})
    again = sandbox("GET", "/api/now/contact")

    assert on["on"] == ["hibernating"]
    assert (page.status, page.headers["content-type"]) == (200, "text/html;charset=UTF-8")
    assert again.headers["content-type"] == "application/json;charset=UTF-8"


@every(
    ("fault", "status", "kept"),
    [
        ("server-error", 500, b"<html>"),
        ("empty-body", 201, b""),
        ("truncated-body", 201, b'{"result":'),
        ("wrong-content-type", 201, b'{"result":"'),
        ("ok-for-created", 200, b'{"result":"'),
    ],
)
def test_each_fault_does_what_it_says(
    sandbox: Caller, fault: str, status: int, kept: bytes
) -> None:
    sandbox("POST", "/_sandbox/fault", {"on": [fault]})

    response = sandbox("POST", "/api/now/contact", NEW)

    assert response.status == status
    assert response.raw.startswith(kept)
    assert bool(response.raw) == bool(kept)


def test_the_fault_without_a_challenge_takes_the_header_away(sandbox: Caller) -> None:
    sandbox("POST", "/_sandbox/fault", {"on": ["no-challenge"]})

    response = sandbox("GET", "/api/now/contact", user=None)

    assert response.status == 401
    assert "www-authenticate" not in response.headers


def test_requests_are_recorded_without_secrets(sandbox: Caller) -> None:
    sandbox("GET", "/api/now/contact", query={"sysparm_limit": 1, "zork": 2})
    sandbox("POST", "/api/now/contact", {**NEW, "user_password": "hush"}, user="no_roles")
    sandbox("GET", "/api/now/table/awa_queue")
    grant = "grant_type=password&username=admin&password=hush&client_secret=hush"
    sandbox("POST", "/oauth_token.do", raw=grant.encode())

    seen = sandbox("GET", "/_sandbox/requests").json

    assert seen["total"] == 4
    read, refused, table, token = seen["requests"]
    assert read == {
        "operation": "listContacts",
        "method": "GET",
        "path": "/api/now/contact",
        "query": "sysparm_limit=1&zork=2",
        "headers": {"accept": "application/json", "authorization": "Basic [hidden]"},
        "body": "",
        "user": "admin",
        "status": 200,
        "ignored": ["zork"],
    }
    assert (refused["operation"], refused["user"], refused["status"]) == (
        "createContact",
        "no_roles",
        403,
    )
    assert json.loads(refused["body"]) == {**NEW, "user_password": "[hidden]"}
    assert (table["operation"], table["path"]) == ("", "/api/now/table/awa_queue")
    assert "hush" not in json.dumps(token)
    assert sandbox("DELETE", "/_sandbox/requests").status == 200
    assert sandbox("GET", "/_sandbox/requests").json["total"] == 0


def test_limits_are_told(sandbox: Caller) -> None:
    assert sandbox("GET", "/_sandbox/limits").json == {"limits": limits.load()}


def test_health_counts_broken_responses(sandbox: Caller) -> None:
    assert sandbox("GET", "/_sandbox/health").json == {"status": "ok", "contract_breaks": 0}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "nothing", 404), ("GET", "", 404), ("PUT", "clock", 405), ("GET", "reset", 405)],
)
def test_another_path_or_method_is_refused(
    sandbox: Caller, method: str, path: str, status: int
) -> None:
    assert sandbox(method, f"/_sandbox/{path}").status == status


@every(
    ("token", "client", "sent", "status"),
    [
        (None, "127.0.0.1", None, 200),
        (None, "::1", None, 200),
        (None, "10.0.0.9", None, 403),
        (None, "10.0.0.9", "anything", 403),
        (None, "", None, 403),
        ("", "10.0.0.9", None, 403),
        ("", "10.0.0.9", "", 403),
        ("", "127.0.0.1", None, 200),
        ("secret", "10.0.0.9", "secret", 200),
        ("secret", "10.0.0.9", "wrong", 403),
        ("secret", "127.0.0.1", None, 403),
    ],
)
def test_the_control_admits_this_machine_or_the_token(
    sandbox: Caller, token: str | None, client: str, sent: str | None, status: int
) -> None:
    control = Control(sandbox.app, token=token)
    request = Request("GET", "/_sandbox/health", client=client)
    if sent is not None:
        request = replace(request, headers={"x-sandbox-token": sent})

    assert answered(control.handle(request)).status == status


@every(
    ("headers", "status"),
    [
        ({"host": "127.0.0.1:8080"}, 200),
        ({"host": "localhost"}, 200),
        ({"host": "[::1]:8080"}, 200),
        ({"host": "0.0.0.0:8080"}, 200),
        ({"host": "page.example:8080"}, 403),
        ({"host": "127.0.0.1.page.example"}, 403),
        ({"host": "[half"}, 403),
        ({"host": "localhost, page.example"}, 403),
        ({"host": "127.0.0.1", "origin": "http://page.example"}, 403),
        ({"host": "127.0.0.1", "origin": "null"}, 403),
        # Through a proxy on this machine.
        *(
            ({"host": "127.0.0.1", name: "127.0.0.1"}, 403)
            for name in ("x-forwarded-for", "x-real-ip", "x-forwarded-host", "via")
        ),
        ({"host": "127.0.0.1", "forwarded": "for=127.0.0.1;host=localhost"}, 403),
    ],
)
def test_no_web_page_and_no_proxy_reaches_the_control(
    sandbox: Caller, headers: dict[str, str], status: int
) -> None:
    created = create(sandbox)

    response = sandbox("POST", "/_sandbox/reset", headers=headers)

    assert response.status == status
    kept = sandbox("GET", f"/api/now/contact/{created}").status
    assert kept == (404 if status == 200 else 200)


def test_a_defect_in_the_control_is_a_logged_500(
    sandbox: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing() -> list[str]:
        raise RuntimeError("no disk")

    monkeypatch.setattr(type(sandbox.instance.snapshots), "names", lambda _: failing())

    response = sandbox("GET", "/_sandbox/snapshot")

    assert response.status == 500
    assert response.json["status"] == "failure"
    assert "no disk" in caplog.text


def test_a_path_that_only_begins_like_the_token_endpoint_leads_nowhere(sandbox: Caller) -> None:
    response = sandbox("POST", "/oauth_token.download")

    assert (response.status, response.message) == (
        400,
        "Requested URI does not represent any resource",
    )


def test_long_requests_are_recorded_in_part(sandbox: Caller) -> None:
    sandbox("GET", "/api/now/contact/" + "a" * 100_000, query={"x": "b" * 100_000})

    (entry,) = sandbox("GET", "/_sandbox/requests").json["requests"]

    assert (len(entry["path"]), len(entry["query"])) == (HEAD_LENGTH // 4, HEAD_LENGTH // 4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--database", "postgres://host/db"], "'postgres' are not supported"),
        (["--fault", "no-such-fault"], "there is no fault 'no-such-fault'"),
    ],
)
def test_wrong_options_are_refused_in_one_line(arguments: list[str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        options.parse(arguments)

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
