"""What the page of a sandbox is given: whom it admits, what it shows of requests, and the contract."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import yaml

from ccaas_kit.sandbox.http import exchanges
from ccaas_kit.sandbox.http.exchanges import (
    BODY_BYTES,
    HEAD_LENGTH,
    UNWATCHED,
    WATCHED,
    Exchange,
)
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.recorder import SharedRecorder
from ccaas_kit.sandbox.serving import build, options
from ccaas_kit.sandbox.serving.admission import TOKEN
from ccaas_kit.sandbox.serving.app import App
from ccaas_kit.sandbox.serving.page.page import Page
from ccaas_kit.sandbox.serving.recorded import describe
from tests.looping import every
from tests.sandbox.conftest import Answered, Caller, answered, basic
from tests.sandbox.serving import served

CONTACTS = "/api/now/contact"
HOST = "127.0.0.1:8080"
SECRET = "correct-horse-battery"


def news(sandbox: Caller, after: int = 0) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = sandbox(
        "GET", "/_sandbox/page/news", query={"after": after}
    ).json["requests"]["list"]
    return listed


def whole(sandbox: Caller, number: int) -> Answered:
    return sandbox("GET", "/_sandbox/page/exchange", query={"number": number})


@every(
    ("headers", "client", "status"),
    [
        ({"host": HOST}, "127.0.0.1", 200),
        ({"host": HOST, "origin": f"http://{HOST}"}, "127.0.0.1", 200),
        ({"host": HOST, "origin": "http://127.0.0.1:9090"}, "127.0.0.1", 403),
        ({"host": HOST, "origin": "null"}, "127.0.0.1", 403),
        ({"host": "page.example", "origin": "http://page.example"}, "127.0.0.1", 403),
        ({"host": HOST}, "10.0.0.9", 403),
    ],
)
def test_page_and_control_admit_this_machine_and_their_own_page_only(
    sandbox: Caller, headers: dict[str, str], client: str, status: int
) -> None:
    for path in ("/", "/_sandbox/page/page.js", "/_sandbox/page/setup", "/_sandbox/fault"):
        response = answered(sandbox.app.handle(Request("GET", path, "", headers, b"", client)))

        assert response.status == status, path
        if path == "/" and status == 200:
            policy = response.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy


def test_a_token_opens_the_page_and_its_cookie_the_control(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(TOKEN, SECRET)
    app = build.app(options.parse([]))

    def ask(call: str, headers: Mapping[str, str], body: bytes = b"") -> Response:
        method, path = call.split()
        sent = {"host": "ci:8080", **headers}
        return app.handle(Request(method, path, "", sent, body, "10.0.0.9"))

    form = {"content-type": "application/x-www-form-urlencoded"}
    closed = ask("GET /", {})
    wrong = ask("POST /", form, b"token=wrong")
    right = ask("POST /", form, urlencode({"token": SECRET}).encode())
    cookie = dict(right.headers)["set-cookie"]
    sent = {"cookie": cookie.partition(";")[0]}
    reset = "POST /_sandbox/reset"

    assert [closed.status, wrong.status, right.status] == [403, 403, 303]
    assert b"page.js" not in closed.body
    assert SECRET not in cookie
    assert "HttpOnly; SameSite=Strict" in cookie
    assert ask("GET /_sandbox/page/page.js", {}).status == 403
    assert b"page.js" in ask("GET /", sent).body
    assert ask(reset, {**sent, "origin": "http://ci:8080"}).status == 200
    assert ask(reset, {**sent, "origin": "http://other:8080"}).status == 403
    assert ask(reset, {"cookie": "ccaas-sandbox=wrong"}).status == 403
    app.instance.close()


@every(
    ("scheme", "host", "url"),
    [
        ("http", HOST, f"http://{HOST}"),
        ("https", "[::1]:8443", "https://[::1]:8443"),
        ("http", "x'\nservers: []", "http://localhost"),
    ],
)
def test_the_contract_names_this_server(sandbox: Caller, scheme: str, host: str, url: str) -> None:
    def ask(path: str) -> Answered:
        request = Request("GET", path, "", {"host": host}, b"", "10.0.0.9", scheme)
        return answered(sandbox.app.handle(request))

    document = ask("/openapi.json").json
    bundle = sandbox.instance.contract.document

    assert document["servers"][0]["url"] == url
    assert {**document, "servers": 0} == {**bundle, "servers": 0}
    assert yaml.load(ask("/openapi.yaml").raw, yaml.CSafeLoader) == document


@every(
    ("headers", "user"),
    [
        ({"authorization": basic("ann", SECRET)}, "ann (wrong login)"),
        ({"authorization": f"Bearer {SECRET}"}, ""),
        ({"x-sn-apikey": SECRET}, ""),
        ({"x-sn-apikey": "sandbox-api-key"}, "admin"),
    ],
)
def test_secrets_are_not_shown(sandbox: Caller, headers: dict[str, str], user: str) -> None:
    value = next(iter(headers.values())).rpartition(" ")[2]
    sandbox("POST", "/_sandbox/fault", {"on": ["transport-echo"]})
    body = {"name": value, "user_password": "short", "note": f"x{SECRET}y"}
    query = {"access_token": "short", "sysparm_query": SECRET}

    sandbox("POST", CONTACTS, body, user=None, query=query, headers=headers)

    line = news(sandbox)[-1]
    shown = whole(sandbox, line["number"]).raw.decode()
    assert line["user"] == user
    assert value not in shown + str(line)
    assert "short" not in shown + str(line)
    if value != "sandbox-api-key":
        assert SECRET not in shown + str(line)


HIDDEN_WORD = "s3cr3t"
# Texts in which a field is named like a secret; Ann is no secret.
IN_JSON = (
    '{"name": "Ann", "user_password": "a\\\\", "token": "s3cr3t"}',
    '{"name": "Ann", "x": [{"y": {"api-key": "s3cr3t"}}]}',
    '{"name": "Ann", "tokens": ["a", ["b"], "s3cr3t"]}',
    '{"name": "Ann", "secret": {"a": {"b": 1}, "c": "s3cr3t"}}',
    '{"name": "Ann", "pass\\u0077ord": "s3cr3t"}',
    '{"name": "Ann", "token": "s3cr3t", "token": "s3cr3t"}',
    '{"name": "Ann", "a": {"token": "s3cr3t"}, "a": 1}',
    '{"name": "Ann", "token": "s3cr3t',
    '{"name": "Ann", "token": [["a"], "s3cr3t"',
    json.dumps({"name": "Ann", "note": json.dumps({"password": 'a"s3cr3t', "b": 1})}),
    json.dumps({"name": "Ann", "note": json.dumps({"x": json.dumps({"token": ["s3cr3t"]})})}),
    json.dumps({"name": "Ann", "note": "sent " + json.dumps({"password": 'a"s3cr3t'})}),
    json.dumps({"name": "Ann", "note": "<password>s3cr3t</password>"}),
    json.dumps({"name": "Ann", "note": json.dumps({"password": 'a"s3cr3t'})})[:-3],
)
IN_XML = (
    "<x><name>Ann</name><password>s3cr3t</password></x>",
    '<x><name>Ann</name><password kind="plain">s3cr3t</password></x>',
    "<x:x><x:name>Ann</x:name><x:password>s3cr3t</x:password></x:x>",
    "<x><name>Ann</name><password><![CDATA[a</password>s3cr3t]]></password></x>",
    "<x><name>Ann</name><secret><value>s3cr3t</value></secret></x>",
    "<x><name>Ann</name><login kind='a' password='s3cr3t'/></x>",
    "<x><name>Ann</name><password>s3cr3t",
)


@every(
    ("kind", "raw"),
    [
        *(("application/json", text.encode()) for text in IN_JSON),
        *(("application/xml", text.encode()) for text in IN_XML),
        ("application/xml", IN_XML[0].encode("utf-16")),
        ("application/x-www-form-urlencoded", b"name=Ann&client_secret=s3cr3t"),
    ],
)
def test_fields_and_headers_named_like_secrets_are_not_shown(
    sandbox: Caller, kind: str, raw: bytes
) -> None:
    sandbox("POST", "/_sandbox/fault", {"on": ["server-error"]})
    names = ("x-client-secret", "x-auth-token", "x-api-key")
    headers = {"content-type": kind, "x-note": "Bob", **dict.fromkeys(names, HIDDEN_WORD)}

    sandbox("POST", CONTACTS, raw=raw, headers=headers)

    shown = whole(sandbox, news(sandbox)[-1]["number"])
    assert HIDDEN_WORD not in shown.raw.decode()
    assert "Ann" in shown.json["request"]["body"]
    assert ["x-note", "Bob"] in shown.json["request"]["headers"]


@every("value", [4711, 47.11, -47.11e11, True])
def test_numbers_named_like_secrets_are_not_shown(sandbox: Caller, value: Any) -> None:
    body = json.dumps({"first_name": "Ann", "pin_token": value})

    sandbox("POST", CONTACTS, raw=body.encode(), headers={"content-type": "application/json"})
    sandbox("POST", CONTACTS, raw=body[:-1].encode(), headers={"content-type": "application/json"})

    for line in news(sandbox):
        shown = whole(sandbox, line["number"]).json["request"]["body"]
        assert json.dumps(value) not in shown
        assert '"[hidden]"' in shown
        assert "Ann" in shown


@every(
    "body",
    [
        {"channel": {"password": SECRET}},
        {"channel": ["sandbox-api-key"]},
        # It is longer than what is told of a reason.
        {"channel": ["a" * 260 + "sandbox-api-key"]},
        {"channel": "chat", "context": [{"name": "a", "value": "b", "token": [SECRET]}, 5]},
    ],
)
def test_reasons_quote_no_secret(sandbox: Caller, body: dict[str, Any]) -> None:
    key = {"x-sn-apikey": "sandbox-api-key"}
    sandbox("POST", "/api/now/interaction", body, user=None, headers=key)

    (reason, *_) = whole(sandbox, news(sandbox)[-1]["number"]).json["why"]["reasons"]

    assert reason.startswith("The body at /")
    assert SECRET not in reason
    assert "sandbox-api" not in reason


def test_a_body_that_the_contract_takes_as_it_is_is_no_reason(sandbox: Caller) -> None:
    sandbox("POST", "/_sandbox/fault", {"on": ["server-error"]})

    sandbox("POST", CONTACTS, {"first_name": {"a": 1}})

    why = whole(sandbox, news(sandbox)[-1]["number"]).json["why"]
    assert why["reasons"] == ["Faults were on, which may have refused it: server-error."]


@every(
    ("call", "sent", "reason", "clause"),
    [
        (f"GET {CONTACTS}", {"user": None}, "without credentials", "CON-LIST-S401"),
        (f"GET {CONTACTS}", {"user": "nobody"}, "No login", "CON-LIST-S401"),
        (
            *(f"GET {CONTACTS}", {"user": "no_roles"}),
            *("asks for csm_ws_integration; no_roles has no role", "CON-LIST-S403"),
        ),
        (f"GET {CONTACTS}", {"headers": {"accept": "a/b"}}, "Accept admits", "CON-LIST-S406"),
        ("POST /api/now/interaction", {"body": {}}, "channel", "INT-CREATE-08"),
        (f"POST {CONTACTS}", {"raw": b"{"}, "cannot be read", "CON-CREATE-S400"),
        (f"GET {CONTACTS}/{'a' * 32}", {}, "The message of the response says why.", "CON-GET-S404"),
        ("GET /api/now/nothing", {}, "No operation", None),
        (f"PATCH {CONTACTS}", {}, "not with this method", None),
    ],
)
def test_the_reason_of_a_refusal_is_shown_with_its_clauses(
    sandbox: Caller, call: str, sent: dict[str, Any], reason: str, clause: str | None
) -> None:
    sandbox(*call.split(), **sent)

    why = whole(sandbox, news(sandbox)[-1]["number"]).json["why"]

    assert reason in " ".join(why["reasons"])
    assert [found["id"] for found in why["clauses"]][:1] == ([clause] if clause else [])


def test_the_list_goes_on_after_a_number_and_is_cleared(sandbox: Caller) -> None:
    sandbox("GET", CONTACTS)
    # Reads that succeed are kept while somebody looks.
    assert news(sandbox) == []
    for _ in range(3):
        sandbox("GET", CONTACTS)
    sandbox("POST", CONTACTS, {"name": "Ann"})

    (last,) = news(sandbox, after=3)
    sandbox("DELETE", "/_sandbox/requests")
    cleared = sandbox("GET", "/_sandbox/page/news").json

    assert (last["operation"], last["status"], last["user"]) == ("createContact", 201, "admin")
    assert last["ms"] > 0
    assert (cleared["requests"], cleared["total"]) == ({"first": 5, "last": 4, "list": []}, 0)
    assert whole(sandbox, 4).status == 404


def test_what_is_kept_is_bounded(sandbox: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept_of(count: int) -> list[Exchange]:
        for _ in range(count):
            headers = {f"x-{at}": "a" * 50_000 for at in range(4)}
            sandbox("POST", CONTACTS, raw=b" " * 100_000, headers=headers)
        return sandbox.app.exchanges.after(0)

    unwatched = kept_of(UNWATCHED + 1)
    monkeypatch.setattr(exchanges, "WATCH_SECONDS", 3600)
    first = news(sandbox)[0]["number"]
    kept = kept_of(WATCHED)
    monkeypatch.setattr(exchanges, "WATCH_SECONDS", -1)
    news(sandbox)

    assert (len(unwatched), first, len(kept)) == (UNWATCHED, 2, WATCHED)
    assert len(kept_of(1)) == UNWATCHED
    for exchange in kept:
        request = exchange.request
        assert len(request.path + request.query) + sum(map(len, request.headers.values())) <= (
            HEAD_LENGTH
        )
        assert len(request.body) == BODY_BYTES
        assert exchange.request_bytes == 100_000
    last = whole(sandbox, sandbox.app.exchanges.last).json
    assert last["request"]["cut"] is True
    assert last["why"] == {
        "reasons": ["The URL and headers were too long to be kept whole."],
        "clauses": [],
    }


def test_every_documented_call_can_be_tried(sandbox: Caller) -> None:
    setup = sandbox("GET", "/_sandbox/page/setup", headers={"host": HOST}).json

    assert setup["url"] == f"http://{HOST}"
    assert {found["id"] for found in setup["operations"]} == set(sandbox.instance.contract.bases())
    for operation in setup["operations"]:
        assert operation["calls"]
        for call in operation["calls"]:
            sandbox.start_over()
            assert news(sandbox) == []
            path = operation["path"].format(**call["path"])
            response = sandbox(operation["method"], path, call["body"], query=call["query"])
            assert response.status < 300, (operation["id"], call["summary"])
            assert news(sandbox)[-1]["operation"] == operation["id"]


@every(
    ("text", "found"),
    [
        ("geoffrey", 1),
        # The name of a field is no value, and no sign is a wildcard.
        ("first_name", 0),
        ("%", 0),
        ("geo_ffrey", 0),
    ],
)
def test_tables_are_searched_by_value(sandbox: Caller, text: str, found: int) -> None:
    sandbox("POST", CONTACTS, {"first_name": "Geoffrey", "last_name": "Zed"})

    tables = sandbox("GET", "/_sandbox/page/tables", query={"search": text}).json["tables"]

    (contacts,) = [table for table in tables if table["name"] == "customer_contact"]
    assert len(contacts["records"]) == found
    assert contacts["count"] == sandbox.instance.store.count("customer_contact")


def test_several_processes_show_what_they_have_written_down(sandbox: Caller) -> None:
    recorder = SharedRecorder(sandbox.instance.store, describe)
    app = App(
        sandbox.instance, recorder=recorder, extras=lambda made: Page(made, token=None).extras()
    )
    shared = Caller(app)
    shared("GET", CONTACTS, query={"sysparm_limit": 1, "token": "short"})
    shared("GET", CONTACTS, user="no_roles")

    first, second = news(shared)

    assert (first["status"], second["status"]) == (200, 403)
    assert first["query"] == "sysparm_limit=1&token=[hidden]"
    assert [line["number"] for line in news(shared, after=1)] == [2]
    assert whole(shared, 1).status == 404


def test_the_start_prints_the_url_alone_and_tells_people_where_to_look() -> None:
    with tempfile.TemporaryFile() as errors:
        with served(errors=errors) as running:
            page = httpx.get(f"{running.url}/")
            document = httpx.get(f"{running.url}/openapi.json").json()
            assert running.process.stdout is not None
            running.process.terminate()
            running.process.wait(10)
            more = running.process.stdout.read()
        errors.seek(0)
        printed = errors.read().decode()

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html;charset=UTF-8"
    assert document["servers"][0]["url"] == running.url
    assert more == b""
    assert (
        printed
        == f"sandbox: sign in as admin with admin; look at it in a browser: {running.url}/\n"
    )
