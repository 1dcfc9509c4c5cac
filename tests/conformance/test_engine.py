"""The process that sends random requests: what it is told, how it ends, what is kept of it."""

from __future__ import annotations

import copy
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ccaas_kit.contract import layout
from ccaas_kit.contract.errors import ToolError
from ccaas_kit.fuzzing.engine import Engine
from ccaas_kit.fuzzing.plan import Part, Plan
from ccaas_kit.gateway import budget as budgets
from ccaas_kit.gateway import credentials
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.gateway.identity import Identity
from ccaas_kit.model import pools
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.model.profiles import Profile
from tests.conformance.raw import OK, Raw, answering

CONTRACT = Contract(layout.BUNDLE)
SECURITY = credentials.security_headers(CONTRACT)
PART = Part("single", ("examples",), ("getContact",))
PATH = f"/api/now/contact/{'a' * 32}"
# What a child of the tests does in place of Schemathesis, before its own lines.
_CHILD = """
import json, os, signal, sys, time, tomllib
import requests
settings = tomllib.load(open("schemathesis.toml", "rb"))
address, signed = settings["base-url"], settings["auth"]["openapi"]["Basic"]
def get(path, case="1"):
    return requests.get(
        address + path,
        headers={"X-Schemathesis-TestCaseId": case},
        auth=(signed["username"], signed["password"]),
        timeout=settings["request-timeout"],
    )
def tell(*events):
    with open("single.ndjson", "a") as file:
        file.writelines(json.dumps(event) + "\\n" for event in events)
"""
# An event of Schemathesis on a request with a response.
EVENT = {
    "ScenarioFinished": {
        "phase": "fuzzing",
        "recorder": {
            "label": "GET /api/now/contact/{id}",
            "cases": {
                "1": {
                    "value": {
                        "method": "GET",
                        "path": "/api/now/contact/{id}",
                        "meta": {"generation": {"mode": "positive"}},
                    }
                }
            },
            "checks": {"1": [{"name": "not_a_server_error", "status": "success"}]},
            "interactions": {
                "1": {
                    "request": {"method": "GET", "uri": "http://x/told", "headers": {}},
                    "response": {"status_code": 200, "headers": {}},
                }
            },
        },
    }
}


@dataclass(frozen=True, slots=True)
class Child(Plan):
    """A plan by which a program of the test runs in place of Schemathesis."""

    code: str = ""

    def command(self, part: Part) -> list[str]:
        assert part is PART
        return [sys.executable, "-c", _CHILD + self.code]


@dataclass
class Ran:
    """What came of it."""

    server: Raw
    exchanges: list[Exchange] = field(default_factory=list)
    events: list[object] = field(default_factory=list)
    printed: str = ""
    complete: bool | None = None


def run(folder: Path, code: str, *, budget: Budget | None = None, server: Raw | None = None) -> Ran:
    ran = Ran(server or Raw())
    with engine(ran, folder, code, seconds=5) as running:
        try:
            budget = budget or budgets.of(requests=9, seconds=30)
            ran.complete = running.run([PART], budget=budget, sparing=False)
        finally:
            ran.printed = (folder / "single.log").read_text("utf-8")
    return ran


@contextmanager
def engine(ran: Ran, folder: Path, code: str, seconds: float) -> Iterator[Engine]:
    plan = Child(folder, Profile.FULL, seed=1, max_examples=1, timeout=seconds + 1, code=code)
    signed = credentials.basic("admin", "pa55word", CONTRACT)
    with answering(ran.server) as url, Gateway(url, seconds=seconds) as gateway:
        yield Engine(
            plan=plan,
            contract=CONTRACT,
            pools=pools.build(CONTRACT, {}, seeded=True),
            gateway=gateway,
            identity=Identity(signed, SECURITY),
            security=SECURITY,
            on_event=ran.events.append,
            on_exchange=ran.exchanges.append,
        )


def test_what_was_sent_is_told_with_what_schemathesis_says_of_it(tmp_path: Path) -> None:
    ran = run(
        tmp_path,
        f"get({PATH!r}); get({PATH!r}); tell({EVENT!r}, {{'EngineFinished': {{}}}})",
    )

    again, judged = ran.exchanges
    assert ran.complete is True
    assert len(ran.events) == 2
    assert [exchange.checks != () for exchange in (again, judged)] == [False, True]
    assert (judged.operation.id, judged.phase, judged.positive) == ("getContact", "fuzzing", True)
    # The URL is the one that was sent, not the one that Schemathesis reports.
    assert judged.url.endswith(PATH)
    assert judged.credentials == "own"
    assert judged.request_headers["Authorization"] == "[hidden]"
    assert judged.response is not None
    assert judged.response.body == b"{}"
    assert ran.server.headers()[b"authorization"].startswith(b"Basic YWRtaW4")


def test_what_nobody_told_of_is_kept_and_shows_no_valid_request(tmp_path: Path) -> None:
    code = f"get({PATH!r}); get('/elsewhere'); time.sleep(60)"
    begun = time.monotonic()

    ran = run(tmp_path, code, budget=budgets.of(requests=9, seconds=4))

    (kept,) = ran.exchanges
    assert ran.complete is False
    assert (kept.operation.id, kept.status, kept.positive) == ("getContact", 200, False)
    assert (kept.phase, kept.checks, kept.created_by) == ("cut short", (), None)
    assert len(ran.server.seen) == 2
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(
    ("body", "head", "counted"),
    [
        (b'"passw0rd"', "", {"response_schema", "content_type", "status_code"}),
        (b'"pa55word"', "", {"content_type", "status_code"}),
        (b'"passw0rd"', "X-Echo: pa55word\r\n", {"response_schema", "content_type", "status_code"}),
    ],
)
def test_what_fails_by_what_secrets_were_taken_out_of_does_not_count(
    body: bytes, head: str, counted: set[str], tmp_path: Path
) -> None:
    event = copy.deepcopy(EVENT)
    event["ScenarioFinished"]["recorder"]["checks"]["1"] = [  # type: ignore[index]
        {"name": f"{name}_conformance", "status": "failure"}
        for name in ("response_schema", "content_type", "status_code")
    ]
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}"
    code = f"get({PATH!r}); tell({event!r}, {{'EngineFinished': {{}}}})"

    ran = run(tmp_path, code, server=Raw(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body))

    (seen,) = ran.exchanges
    names = {check.name.removesuffix("_conformance") for check in seen.checks}
    assert names == counted


def test_a_response_that_broke_off_is_told_with_what_was_meant(tmp_path: Path) -> None:
    event = copy.deepcopy(EVENT)
    del event["ScenarioFinished"]["recorder"]["interactions"]  # type: ignore[attr-defined]
    server = Raw(OK[:-1], closes=True)
    code = f"""
try:
    get({PATH!r})
except requests.exceptions.ChunkedEncodingError:
    tell({event!r}, {{'EngineFinished': {{}}}})
"""
    ran = run(tmp_path, code, server=server)

    (exchange,) = ran.exchanges
    assert (exchange.response, exchange.phase, exchange.positive) == (None, "fuzzing", True)
    assert exchange.url.endswith(PATH)


def test_a_child_is_asked_to_end_when_the_budget_is_used_up(tmp_path: Path) -> None:
    code = f"""
try:
    while True:
        try:
            get({PATH!r})
        except requests.RequestException as error:
            print("saw", type(error).__name__, flush=True)
except KeyboardInterrupt:
    tell({EVENT!r})
    print("in order", flush=True)
"""
    ran = run(tmp_path, code, budget=budgets.of(requests=3, seconds=30))

    assert ran.complete is False
    assert len(ran.server.seen) == 3
    assert ran.printed.splitlines()[-1] == "in order"
    assert [exchange.phase for exchange in ran.exchanges] == ["fuzzing"] * 3


def test_a_child_is_asked_to_end_once(tmp_path: Path) -> None:
    code = f"""
asked = []
signal.signal(signal.SIGINT, lambda *_: asked.append(1))
while not asked:
    try:
        get({PATH!r})
    except requests.RequestException:
        pass
time.sleep(0.5)
print(len(asked), flush=True)
"""
    ran = run(tmp_path, code, budget=budgets.of(requests=3, seconds=30))

    assert ran.printed.split() == ["1"]


def test_a_child_that_will_not_end_is_ended(tmp_path: Path) -> None:
    code = f"""
signal.signal(signal.SIGINT, signal.SIG_IGN)
print(os.getpid(), flush=True)
while True:
    try:
        get({PATH!r})
    except requests.RequestException:
        time.sleep(0.1)
"""
    ran = run(tmp_path, code, budget=budgets.of(requests=3, seconds=30))

    assert ran.complete is False
    assert len(ran.server.seen) == 3
    with pytest.raises(ProcessLookupError):
        os.kill(int(ran.printed.split()[0]), 0)


def test_a_response_that_did_not_pass_the_gateway_is_a_defect_of_the_runner(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="without the gateway"):
        run(tmp_path, f"tell({EVENT!r}, {{'EngineFinished': {{}}}})")


def test_a_child_that_says_nothing_is_a_defect_of_the_runner(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="ended with code 0: last words"):
        run(tmp_path, "print('last words')")


@pytest.mark.parametrize(
    ("url", "error"),
    [("http://x.example/x", "ChunkedEncodingError"), ("https://x.example/x", "ProxyError")],
)
def test_a_child_reaches_no_other_host(
    url: str, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "x.example")
    code = f"""
try:
    requests.get({url!r}, timeout=5)
except requests.RequestException as error:
    print(type(error).__name__)
tell({{"EngineFinished": {{}}}})
"""
    ran = run(tmp_path, code)

    assert ran.server.seen == []
    assert ran.printed.strip() == error


def test_a_child_has_no_variable_that_holds_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SN_PASSWORD", "SN_TOKEN", "SN_CLIENT_SECRET", "SCHEMATHESIS_HOOKS"):
        monkeypatch.setenv(name, "canary")
    monkeypatch.setenv("https_proxy", "http://me:canary@proxy.example")

    ran = run(tmp_path, "print(json.dumps(dict(os.environ))); tell({'EngineFinished': {}})")

    variables = json.loads(ran.printed)
    assert "canary" not in ran.printed
    assert variables["NETRC"] == os.devnull
    assert "pa55word" not in (tmp_path / "schemathesis.toml").read_text("utf-8")
