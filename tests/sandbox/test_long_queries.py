"""Queries that take long: cancelled when their time is up, while everybody else is served."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from ccaas_kit.sandbox import turns
from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.instance import seed
from ccaas_kit.sandbox.serving import asgi
from ccaas_kit.sandbox.serving.asgi import Sandbox
from ccaas_kit.sandbox.storage.database import QueryTimeoutError
from ccaas_kit.sandbox.storage.store import Store
from ccaas_kit.sandbox.turns import Pace, PostponedError
from tests.sandbox.conftest import Caller, basic
from tests.sandbox.serving import Served, served

CONTACTS = "/api/now/contact"
TABLE = "/api/now/table/customer_contact"
CANCELLED = "Transaction cancelled: maximum execution time exceeded"
# The first takes a minute where each term looks into each account anew; the second has to.
BEHIND = "account.nameLIKEzz" + "".join(f"^ORaccount.nameLIKEzz{n}" for n in range(280))
ENDLESS = "streetLIKEzz" + "".join(f"^ORtitleLIKEzz{n}" for n in range(390))
AUTH = ("admin", "admin")


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    with served("--contacts", "10000", "--query-seconds", "1.5") as made:
        yield made


def test_many_terms_about_one_reference_are_no_long_query(running: Served) -> None:
    answered = httpx.get(
        f"{running.url}{CONTACTS}", params={"sysparm_query": BEHIND}, auth=AUTH, timeout=30
    )

    assert answered.json() == {"result": []}


@pytest.mark.parametrize("path", [CONTACTS, TABLE])
def test_a_long_query_is_cancelled_while_others_are_served(running: Served, path: str) -> None:
    async def visit() -> tuple[httpx.Response, int]:
        async with httpx.AsyncClient(base_url=running.url, auth=AUTH, timeout=60) as client:
            asking = asyncio.create_task(client.get(path, params={"sysparm_query": ENDLESS}))
            served = 0
            while not asking.done():
                made = await client.post(CONTACTS, json={"name": "Ann"})
                assert made.status_code == 201
                served += not asking.done()
                await asyncio.sleep(0.02)
            return await asking, served

    answered, served = asyncio.run(visit())

    assert answered.status_code == 200
    assert answered.json()["error"]["message"] == CANCELLED
    assert answered.json()["status"] == "failure"
    assert answered.json()["result"] == []
    # They were served while the query ran, and not behind it.
    assert served > 3
    health = httpx.get(f"{running.url}/_sandbox/health").json()
    assert health == {"status": "ok", "contract_breaks": 0}


def test_more_long_queries_than_threads_run_side_by_side_and_wait_in_their_own_time(
    sandbox: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sandbox)
    count = 3 * asgi._LONG_AT_A_TIME
    now, arrived, all_are_here = 1e9, 0, threading.Event()

    def monotonic() -> float:
        nonlocal arrived
        arrived += 1
        if arrived == count:
            all_are_here.set()
        return now

    monkeypatch.setattr(turns, "time", SimpleNamespace(monotonic=monotonic))
    monkeypatch.setattr("ccaas_kit.sandbox.storage.store.QUICK_SECONDS", 0.0)
    # Breaks, and with it every query, unless so many run at a time.
    side_by_side = threading.Barrier(asgi._LONG_AT_A_TIME, timeout=30)
    ends: list[float] = []

    def read(*_: Any, until: float) -> list[Any]:
        nonlocal now
        assert all_are_here.wait(30)
        side_by_side.wait()
        ends.append(until)
        now += 1
        raise QueryTimeoutError

    monkeypatch.setattr(sandbox.instance.store._db, "read_beside", read)

    async def visit() -> list[httpx.Response]:
        transport = httpx.ASGITransport(Sandbox(sandbox.app))
        async with httpx.AsyncClient(transport=transport, base_url="http://x", auth=AUTH) as client:
            asked = {"sysparm_query": "streetLIKEzz"}
            return await asyncio.gather(*(client.get(CONTACTS, params=asked) for _ in range(count)))

    answered = asyncio.run(visit())

    assert {response.json()["error"]["message"] for response in answered} == {CANCELLED}
    # To wait for a thread has taken of their own time.
    assert ends == [1e9 + sandbox.instance.query_seconds] * count


def test_a_cancelled_query_is_told_in_xml_too(sandbox: Caller) -> None:
    sandbox.instance.query_seconds = -1
    fill(sandbox)

    answered = sandbox(
        "GET",
        CONTACTS,
        query={"sysparm_query": "streetLIKEzz^ORtitleLIKEzz"},
        headers={"accept": "application/xml"},
    )

    assert answered.status == 200
    assert CANCELLED.encode() in answered.raw
    assert answered.raw.startswith(b"<?xml")


def fill(sandbox: Caller) -> None:
    """So many contacts that a query has to look at its time."""
    store = sandbox.instance.store
    [record] = store.select("customer_contact", "1", (), order_by="", limit=1, offset=0)
    store.insert_many(
        "customer_contact",
        ({**json.loads(record), "sys_id": f"{number:032x}"} for number in range(3000)),
    )


def request(query: str) -> Request:
    headers = {"authorization": basic("admin", "admin"), "accept": "application/json"}
    return Request("GET", CONTACTS, urlencode({"sysparm_query": query}), headers)


def test_what_is_not_quick_is_postponed_and_nothing_has_happened(
    sandbox: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sandbox)
    monkeypatch.setattr("ccaas_kit.sandbox.storage.store.QUICK_SECONDS", 0.0)

    with pytest.raises(PostponedError):
        sandbox.app.handle(request("streetLIKEzz"), turns.turn(Pace.QUICK, 5))

    assert sandbox.app.recorder.total() == 0
    assert not sandbox.instance.store.lock.locked()
    beside = sandbox.app.handle(request("streetLIKEzz"), turns.turn(Pace.BESIDE, 5))
    assert json.loads(beside.body) == {"result": []}
    assert sandbox.app.recorder.total() == 1


def test_a_fault_lets_a_postponed_request_pass(
    sandbox: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sandbox)
    monkeypatch.setattr("ccaas_kit.sandbox.storage.store.QUICK_SECONDS", 0.0)
    sandbox("POST", "/_sandbox/fault", {"on": ["latin-letters"]})

    async def visit() -> httpx.Response:
        transport = httpx.ASGITransport(Sandbox(sandbox.app))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.get(CONTACTS, params={"sysparm_query": "streetLIKEzz"}, auth=AUTH)

    assert asyncio.run(visit()).json() == {"result": []}
    assert sandbox("GET", "/_sandbox/fault").json["failed"] == []


def test_a_postponed_request_counts_once(sandbox: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = {"sys_id": "f" * 32, "limit": 1}
    sandbox("POST", "/_sandbox/seed", {**seed.load(), "rate_limits": [rule]})
    fill(sandbox)
    monkeypatch.setattr("ccaas_kit.sandbox.storage.store.QUICK_SECONDS", 0.0)

    async def visit() -> list[int]:
        transport = httpx.ASGITransport(Sandbox(sandbox.app))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            asked = {"sysparm_query": "streetLIKEzz"}
            responses = [await client.get(CONTACTS, params=asked, auth=AUTH) for _ in range(2)]
            return [response.status_code for response in responses]

    assert asyncio.run(visit()) == [200, 429]


def test_others_go_on_in_the_middle_of_a_query(
    sandbox: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    store: Store = sandbox.instance.store
    made: list[int] = []
    whole = store._db.read_beside

    def read(*arguments: Any, **more: Any) -> list[Any]:
        # In the middle of the query of one request another one is answered from its beginning to its end.
        made.append(sandbox("POST", CONTACTS, {"name": "Ann"}).status)
        return whole(*arguments, **more)

    monkeypatch.setattr(store._db, "read_beside", read)

    response = sandbox.app.handle(request("name=Ann"), turns.turn(Pace.BESIDE, 5))

    assert made == [201]
    assert len(json.loads(response.body)["result"]) == 1
    assert store.turn.pace is Pace.BESIDE
    assert not store.lock.locked()
