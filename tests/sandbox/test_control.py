"""The control of a running sandbox, and the state behind it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.http.exchanges import HEAD_LENGTH
from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.instance.seed import load
from ccaas_kit.sandbox.platform import limits
from ccaas_kit.sandbox.serving import options
from ccaas_kit.sandbox.serving.control import Control
from tests.looping import every
from tests.sandbox.conftest import Caller, answered

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
    ("seed", "told"),
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
    ],
)
def test_a_wrong_seed_is_refused_and_changes_nothing(
    sandbox: Caller, seed: dict[str, Any], told: str
) -> None:
    before = count(sandbox)

    response = sandbox("POST", "/_sandbox/seed", seed)

    assert response.status == 400
    assert told in response.json["error"]
    assert count(sandbox) == before


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
    ],
)
def test_no_web_page_reaches_the_control(
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
    def broken() -> list[str]:
        raise RuntimeError("no disk")

    monkeypatch.setattr(type(sandbox.instance.snapshots), "names", lambda _: broken())

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
    ("arguments", "told"),
    [
        (["--database", "postgres://host/db"], "'postgres' are not supported"),
        (["--fault", "no-such-fault"], "there is no fault 'no-such-fault'"),
    ],
)
def test_wrong_options_are_refused_in_one_line(arguments: list[str], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        options.parse(arguments)

    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
