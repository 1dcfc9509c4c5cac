"""The control of a running sandbox, and the state behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts.kit.errors import ConfigError
from scripts.sandbox import build, limits, options
from scripts.sandbox.contract import Contract
from scripts.sandbox.control import Control
from scripts.sandbox.messages import Request
from scripts.sandbox.seed import load
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

    reply = sandbox("POST", "/_sandbox/seed", seed)

    assert reply.status == 200
    assert count(sandbox) == 0


@pytest.mark.parametrize(
    ("seed", "told"),
    [
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

    reply = sandbox("POST", "/_sandbox/seed", seed)

    assert reply.status == 400
    assert told in reply.json["error"]
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


@pytest.mark.parametrize(
    "body", [{}, {"advance_s": "1"}, {"stand_at": "soon"}, {"stand_at": 1, "advance_s": 2}, []]
)
def test_a_wrong_clock_is_refused(sandbox: Caller, body: Any) -> None:
    reply = sandbox("POST", "/_sandbox/clock", body)

    assert reply.status == 400
    assert sandbox("GET", "/_sandbox/clock").json["now"] == "2024-04-03T23:09:46.000+00:00"


def test_a_snapshot_is_a_state_to_go_back_to(sandbox: Caller) -> None:
    create(sandbox)
    at_snapshot = count(sandbox)
    sandbox("POST", "/_sandbox/snapshot", {"name": "with-dora"})
    second = create(sandbox)
    sandbox("POST", "/_sandbox/reset")

    reply = sandbox("POST", "/_sandbox/restore", {"name": "with-dora"})

    assert reply.status == 200
    assert count(sandbox) == at_snapshot
    assert create(sandbox) == second
    assert sandbox("GET", "/_sandbox/snapshot").json == {"names": ["with-dora"]}


@pytest.mark.parametrize("name", ["never-taken", "../escape", "", "a" * 65, None])
def test_an_unknown_snapshot_is_refused(sandbox: Caller, name: str | None) -> None:
    reply = sandbox("POST", "/_sandbox/restore", {"name": name})

    assert reply.status == 400


def test_a_fault_is_switched_on_and_off(sandbox: Caller) -> None:
    on = sandbox("POST", "/_sandbox/fault", {"on": ["hibernating"]}).json
    page = sandbox("GET", "/api/now/contact")
    sandbox("POST", "/_sandbox/fault", {"on": []})
    again = sandbox("GET", "/api/now/contact")

    assert on["on"] == ["hibernating"]
    assert (page.status, page.headers["content-type"]) == (200, "text/html;charset=UTF-8")
    assert again.headers["content-type"] == "application/json;charset=UTF-8"


@pytest.mark.parametrize(
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

    reply = sandbox("POST", "/api/now/contact", NEW)

    assert reply.status == status
    assert reply.raw.startswith(kept)
    assert bool(reply.raw) == bool(kept)


def test_the_fault_without_a_challenge_takes_the_header_away(sandbox: Caller) -> None:
    sandbox("POST", "/_sandbox/fault", {"on": ["no-challenge"]})

    reply = sandbox("GET", "/api/now/contact", user=None)

    assert reply.status == 401
    assert "www-authenticate" not in reply.headers


def test_requests_are_recorded_without_secrets(sandbox: Caller) -> None:
    sandbox("GET", "/api/now/contact", query={"sysparm_limit": 1})
    sandbox("POST", "/api/now/contact", NEW)

    seen = sandbox("GET", "/_sandbox/requests").json

    assert seen["total"] == 2
    assert seen["requests"] == [
        {"method": "GET", "path": "/api/now/contact", "query": "sysparm_limit=1", "status": 200},
        {"method": "POST", "path": "/api/now/contact", "query": "", "status": 201},
    ]
    assert sandbox("DELETE", "/_sandbox/requests").status == 200
    assert sandbox("GET", "/_sandbox/requests").json["total"] == 0


def test_limits_are_told(sandbox: Caller) -> None:
    assert sandbox("GET", "/_sandbox/limits").json == {"limits": limits.load()}


def test_health_counts_broken_replies(sandbox: Caller) -> None:
    assert sandbox("GET", "/_sandbox/health").json == {"status": "ok", "contract_breaks": 0}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "nothing", 404), ("GET", "", 404), ("PUT", "clock", 405), ("GET", "reset", 405)],
)
def test_another_path_or_method_is_refused(
    sandbox: Caller, method: str, path: str, status: int
) -> None:
    assert sandbox(method, f"/_sandbox/{path}").status == status


@pytest.mark.parametrize(
    ("token", "client", "sent", "status"),
    [
        (None, "127.0.0.1", None, 200),
        (None, "::1", None, 200),
        (None, "10.0.0.9", None, 403),
        (None, "10.0.0.9", "anything", 403),
        (None, "", None, 403),
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


def test_a_database_keeps_its_records(contract: Contract, tmp_path: Path) -> None:
    file = str(tmp_path / "records.sqlite")
    first = Caller(build.app(options.parse(["--database", file]), contract=contract))
    created = create(first)
    first.instance.close()

    second = Caller(build.app(options.parse(["--database", file]), contract=contract))

    assert second("GET", f"/api/now/contact/{created}").status == 200
    assert create(second) != created
    second.instance.close()


def test_two_processes_see_each_others_changes(contract: Contract, tmp_path: Path) -> None:
    arguments = ["--database", f"sqlite:///{tmp_path / 'records.sqlite'}"]
    build.instance(options.parse(arguments), contract).store.close()
    joined = options.parse([*arguments, "--join"])
    one, other = (Caller(build.app(joined, contract=contract)) for _ in range(2))

    created = create(one)
    one("POST", "/_sandbox/clock", {"advance_s": 10})
    one("POST", "/_sandbox/fault", {"on": ["ok-for-created"]})

    assert other("GET", f"/api/now/contact/{created}").status == 200
    assert other("GET", "/_sandbox/clock").json["now"] == "2024-04-03T23:09:56.000+00:00"
    assert other("POST", "/api/now/contact", NEW).status == 200
    assert other("GET", "/_sandbox/requests").json["total"] == 3
    for each in (one, other):
        each.instance.close()


@pytest.mark.parametrize("content", [b"no database at all" * 100, None])
def test_a_file_that_is_no_database_is_refused(
    contract: Contract, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "records.sqlite"
    if content is None:
        path = tmp_path / "no" / "such" / "folder" / "records.sqlite"
    else:
        path.write_bytes(content)

    with pytest.raises(ConfigError) as caught:
        build.app(options.parse(["--database", str(path)]), contract=contract)

    assert str(path) in str(caught.value)


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
