"""The database behind the sandbox: opened again, of other tables, shared by several processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.instance import seed
from ccaas_kit.sandbox.serving import build, options
from ccaas_kit.sandbox.storage import tables
from ccaas_kit.sandbox.storage.store import Store
from ccaas_kit.sandbox.storage.tables import Field, Kind, Tables
from tests.sandbox.conftest import Caller

NEW = {"first_name": "Dora", "last_name": "Warren"}
NO_INTERACTION = f"/api/now/interaction/{'0' * 32}/close"


def create(sandbox: Caller) -> str:
    return str(sandbox("POST", "/api/now/contact", NEW).result)


def number(sandbox: Caller) -> int:
    made = sandbox("POST", "/api/now/interaction", {"channel": "chat"}).result
    return int(made["number"].removeprefix("IMS"))


@contextmanager
def opened(contract: Contract, *arguments: str) -> Iterator[Caller]:
    app = build.app(options.parse(arguments), contract=contract)
    try:
        yield Caller(app)
        assert app.responses.breaks == 0
    finally:
        app.instance.close()


@pytest.fixture
def pair(contract: Contract, tmp_path: Path) -> Iterator[tuple[Caller, Caller]]:
    """Two processes, as far as the database can tell, that share it."""
    arguments = ("--database", f"sqlite:///{tmp_path / 'records.sqlite'}")
    with opened(contract, *arguments):
        pass
    joined = (*arguments, "--join")
    with opened(contract, *joined) as one, opened(contract, *joined) as other:
        yield one, other


def test_a_database_keeps_its_records(contract: Contract, tmp_path: Path) -> None:
    file = str(tmp_path / "records.sqlite")
    first = Caller(build.app(options.parse(["--database", file]), contract=contract))
    created = create(first)
    first.instance.close()

    second = Caller(build.app(options.parse(["--database", file]), contract=contract))

    assert second("GET", f"/api/now/contact/{created}").status == 200
    assert create(second) != created
    second.instance.close()


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


def test_options_of_the_start_are_not_ignored_in_silence(
    contract: Contract, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = ("--database", str(tmp_path / "records.sqlite"))
    with opened(contract, *database):
        assert caplog.text == ""

    with opened(contract, *database, "--clock", "real", "--contacts", "3") as again:
        before = again("GET", "/_sandbox/clock").json["stands"]
        again("POST", "/_sandbox/reset")
        after = again("GET", "/_sandbox/clock").json["stands"]

    assert "holds an instance already: --contacts, --clock will count from the next reset" in (
        caplog.text
    )
    assert (before, after) == (True, False)


def test_a_database_of_other_tables_is_refused(contract: Contract, tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite"
    current = tables.load(contract.document)
    queue = current["awa_queue"]
    wider = replace(queue, fields={**queue.fields, "skill": Field("skill", Kind.STRING)})
    others = Tables({table.name: table for table in current} | {"awa_queue": wider})
    Store(current, path).close()
    Store(current, path).close()

    with pytest.raises(ConfigError) as caught:
        Store(others, path)

    assert "tables had other fields" in str(caught.value)


def test_a_snapshot_of_other_tables_is_refused(contract: Contract, tmp_path: Path) -> None:
    current = tables.load(contract.document)
    fewer = Tables({table.name: table for table in current if table.name == "awa_queue"})
    other = Store(fewer, tmp_path / "other.sqlite")
    other.copy_to(tmp_path / "snapshot.sqlite")
    store = Store(current)

    with pytest.raises(ConfigError) as caught:
        store.copy_from(tmp_path / "snapshot.sqlite")

    assert "tables had other fields" in str(caught.value)
    store.close()
    other.close()


def test_a_refusal_uses_no_number_up(sandbox: Caller) -> None:
    first = number(sandbox)

    refused = sandbox("POST", NO_INTERACTION)

    assert refused.status == 404
    assert number(sandbox) == first + 1


def test_a_seed_may_hold_what_a_sandbox_has_made(sandbox: Caller) -> None:
    made = [create(sandbox) for _ in range(70)]
    records = [sandbox("GET", f"/api/now/contact/{contact}").result for contact in made]

    document = {**seed.load(), "records": {"customer_contact": records}}
    loaded = sandbox("POST", "/_sandbox/seed", document)
    anew = [create(sandbox) for _ in range(70)]

    assert loaded.status == 200
    assert len({*made, *anew}) == 140


def test_two_processes_see_each_others_changes(pair: tuple[Caller, Caller]) -> None:
    one, other = pair

    created = create(one)
    one("POST", "/_sandbox/clock", {"advance_s": 10})
    one("POST", "/_sandbox/fault", {"on": ["ok-for-created"]})

    assert other("GET", f"/api/now/contact/{created}").status == 200
    assert other("GET", "/_sandbox/clock").json["now"] == "2024-04-03T23:09:56.000+00:00"
    assert other("POST", "/api/now/contact", NEW).status == 200
    assert other("GET", "/_sandbox/requests").json["total"] == 3


def test_what_several_processes_count_is_added_up(
    pair: tuple[Caller, Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    one("POST", "/_sandbox/snapshot", {"name": "start"})
    one("POST", "/_sandbox/fault", {"on": ["ok-for-created"]})
    create(one), create(other)
    changed = other("GET", "/_sandbox/fault").json["changed"]
    one("POST", "/_sandbox/fault", {"on": []})
    one("POST", "/_sandbox/responses", {"operation": "createContact", "status": 429, "times": 3})
    statuses = [call("POST", "/api/now/contact", NEW).status for call in (one, other) * 2]
    (scripted,) = other("GET", "/_sandbox/responses").json["responses"]
    for sandbox in pair:
        monkeypatch.setattr(
            sandbox.app.responses, "_wrong_body", lambda *_: "it breaks the contract"
        )
        assert sandbox("GET", "/api/now/contact").status == 500
        # These contract breaks are expected, so they must not fail the test.
        sandbox.app.responses.breaks = 0

    one("POST", "/_sandbox/restore", {"name": "start"})

    assert changed == {"ok-for-created": 2}
    assert statuses == [429, 429, 429, 201]
    assert scripted["call_count"] == 3
    assert other("GET", "/_sandbox/health").json["contract_breaks"] == 2
    listed = other("GET", "/_sandbox/requests").json
    assert listed["total"] == 8
    assert [request["status"] for request in listed["requests"]] == [200, 200, *statuses, 500, 500]
    assert other("GET", "/_sandbox/responses").json == {"responses": []}


def test_a_record_of_another_process_is_no_reason_to_read_the_set_up_again(
    pair: tuple[Caller, Caller],
) -> None:
    one, other = pair
    other("GET", "/api/now/contact")
    settings = other.instance.settings

    create(one)
    other("GET", "/api/now/contact")
    after_record = other.instance.settings
    one("POST", "/_sandbox/clock", {"advance_s": 1})
    other("GET", "/api/now/contact")

    assert after_record is settings
    assert other.instance.settings is not settings


@pytest.mark.parametrize(
    ("back", "body"), [("reset", {}), ("restore", {"name": "start"})], ids=["reset", "restore"]
)
def test_ids_stay_unique_when_one_process_goes_back(
    pair: tuple[Caller, Caller], back: str, body: dict[str, str]
) -> None:
    one, other = pair
    one("POST", "/_sandbox/snapshot", {"name": "start"})
    create(one), create(other)

    assert one("POST", f"/_sandbox/{back}", body).status == 200
    made = [create(sandbox) for _ in range(150) for sandbox in pair]

    assert len(set(made)) == 300


def test_a_write_that_has_waited_for_another_process_sees_its_changes(
    pair: tuple[Caller, Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = pair
    whole = other.instance.synchronize
    # Between the first look of a write and the lock that it waits for, the clock is set.
    looks = iter([partial(one, "POST", "/_sandbox/clock", {"stand_at": "2030-01-02T03:04:05"})])

    def look() -> None:
        next(looks, whole)()

    monkeypatch.setattr(other.instance, "synchronize", look)

    created = create(other)

    contact = one("GET", f"/api/now/contact/{created}").result
    assert contact["sys_created_on"] == "2030-01-02 03:04:05"


def test_processes_can_go_back_under_load(pair: tuple[Caller, Caller]) -> None:
    one, other = pair
    one("POST", "/_sandbox/snapshot", {"name": "start"})
    statuses: list[int] = []

    def load() -> None:
        statuses.extend(other("POST", "/api/now/contact", NEW).status for _ in range(300))

    client = threading.Thread(target=load)
    client.start()
    while client.is_alive():
        assert one("POST", "/_sandbox/restore", {"name": "start"}).status == 200
        assert one("POST", "/api/now/contact", NEW).status == 201
    client.join()

    assert set(statuses) == {201}


@pytest.mark.parametrize("order", ["", "^ORDERBYname"], ids=["as they came", "by name"])
def test_a_page_of_one_account_is_read_without_sorting_all_of_it(
    contract: Contract, order: str
) -> None:
    account = seed.load()["records"]["customer_account"][0]["sys_id"]
    sent: list[str] = []
    with opened(contract) as sandbox:
        db = sandbox.instance.store._db.connection
        db.set_trace_callback(sent.append)
        sandbox("GET", "/api/now/contact", query={"sysparm_query": f"account={account}{order}"})
        db.set_trace_callback(None)
        pages = [
            statement
            for statement in sent
            if "customer_contact" in statement and "ORDER BY" in statement
        ]
        plans = [row[3] for page in pages for row in db.execute(f"EXPLAIN QUERY PLAN {page}")]

    assert len(pages) == 1
    assert len(plans) == 1
    assert "USING INDEX" in plans[0]
