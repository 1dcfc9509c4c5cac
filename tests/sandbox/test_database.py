"""Statements and blocks: what reaches SQLite, and what is remembered instead of asked again."""

from __future__ import annotations

import math
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.storage import tables
from ccaas_kit.sandbox.storage.database import Database, QueryTimeoutError
from ccaas_kit.sandbox.storage.memory import Memory
from ccaas_kit.sandbox.storage.store import Store

ADD = "INSERT INTO thing (name) VALUES (?)"
QUEUE = {"sys_id": "a" * 32, "name": "Calls", "external_id": "Q1"}


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database(None)
    made.execute("CREATE TABLE thing (name TEXT UNIQUE)")
    yield made
    made.close()


def traced(database: Database) -> list[str]:
    """Every statement that reaches SQLite from now on."""
    found: list[str] = []
    database.connection.set_trace_callback(found.append)
    return found


def names(database: Database) -> list[str]:
    return [row[0] for row in database.execute("SELECT name FROM thing ORDER BY rowid")]


def undo_nothing() -> None:
    return None


def test_what_is_written_is_there_for_others_at_once(tmp_path: Path) -> None:
    database = Database(tmp_path / "file.sqlite")
    database.execute("CREATE TABLE thing (name TEXT UNIQUE)")
    with database.block(undo_nothing):
        database.execute(ADD, ("one",))
    database.execute(ADD, ("two",))
    other = Database(tmp_path / "file.sqlite")

    assert names(other) == ["one", "two"]
    for store in (database, other):
        store.close()


def test_a_database_of_its_own_goes_away_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    database, other = Database(None), Database(None)
    database.execute("CREATE TABLE thing (name TEXT UNIQUE)")
    folders = list(tmp_path.iterdir())
    database.close()
    left = list(tmp_path.iterdir())
    other.close()

    assert len(folders) == 2
    assert len(left) == 1
    assert list(tmp_path.iterdir()) == []


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.mark.parametrize("how", ["read", "read_beside"])
def test_what_takes_too_long_is_given_up(database: Database, how: str) -> None:
    read = getattr(database, how)
    with pytest.raises(QueryTimeoutError):
        read(ENDLESS, (), until=time.monotonic() + 0.05)

    # The connection is as good as before, and has no time limit left.
    assert read("SELECT 1", (), until=time.monotonic() + 5) == [(1,)]
    assert database.execute("SELECT 2").fetchall() == [(2,)]


def test_a_mistake_in_sql_is_no_lack_of_time(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        database.read("SELECT * FROM absent", (), until=time.monotonic() + 5)


def test_what_is_read_beside_sees_what_was_written_and_holds_up_no_writer(
    database: Database,
) -> None:
    database.execute(ADD, ("one",))
    assert database.read_beside("SELECT name FROM thing", (), until=math.inf) == [("one",)]

    reading = threading.Thread(
        target=lambda: suppressed(database, time.monotonic() + 0.5), daemon=True
    )
    reading.start()
    with database.block(undo_nothing):
        database.execute(ADD, ("two",))
    still_reading = reading.is_alive()
    reading.join()

    assert still_reading
    assert names(database) == ["one", "two"]


def test_closing_ends_what_is_still_read() -> None:
    database = Database(None)
    begun = time.monotonic()
    reading = threading.Thread(target=lambda: suppressed(database, begun + 60), daemon=True)
    reading.start()
    while not database._reading:
        time.sleep(0.01)

    database.close()
    reading.join(10)

    assert not reading.is_alive()


def suppressed(database: Database, until: float) -> None:
    with suppress(QueryTimeoutError):
        database.read_beside(ENDLESS, (), until=until)


def test_what_a_block_writes_it_can_read(database: Database) -> None:
    with database.block(undo_nothing):
        database.execute(ADD, ("one",))
        assert names(database) == ["one"]

    assert names(database) == ["one"]


@pytest.mark.parametrize("count", [1, 2])
def test_a_block_that_raises_leaves_nothing(count: int, database: Database) -> None:
    undone: list[bool] = []

    def fail() -> None:
        with database.block(lambda: undone.append(True)):
            for number in range(count):
                database.execute(ADD, (str(number),))
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert names(database) == []
    assert undone == [True]
    with database.block(undo_nothing):
        database.execute(ADD, ("after",))
    assert names(database) == ["after"]


def test_a_change_that_fails_undoes_its_block(database: Database) -> None:
    database.execute(ADD, ("one",))
    undone: list[bool] = []

    def fail() -> None:
        with database.block(lambda: undone.append(True)):
            database.execute(ADD, ("two",))
            database.execute(ADD, ("one",))

    with pytest.raises(sqlite3.IntegrityError):
        fail()

    assert undone == [True]
    assert names(database) == ["one"]


def test_a_file_is_locked_before_it_is_read(tmp_path: Path) -> None:
    database = Database(tmp_path / "file.sqlite")
    sent = traced(database)

    with database.block(undo_nothing):
        assert sent == ["BEGIN IMMEDIATE"]

    database.close()


def test_a_memory_keeps_within_its_bounds() -> None:
    memory: Memory[str, int] = Memory(2, 3)

    memory.keep("a", 1, 3)
    memory.keep("long", 2, 4)
    assert memory == {"a": 1}
    memory.keep("b", 2, 1)
    memory.keep("c", 3, 1)
    assert memory == {"c": 3}
    nothing: Memory[str, int] = Memory(0, 3)
    nothing.keep("a", 1, 1)
    assert nothing == {}


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store(tables.load(Contract().document))
    made.insert("awa_queue", QUEUE)
    yield made
    made.close()


def test_what_was_read_is_not_asked_for_again(store: Store) -> None:
    before = (store.read("awa_queue", "a" * 32), store.find("awa_queue", external_id="Q1"))
    sent = traced(store._db)

    again = (store.read("awa_queue", "a" * 32), store.find("awa_queue", external_id="Q1"))
    nobody = [store.exists("awa_queue", "b" * 32) for _ in range(2)]

    assert again == before == (QUEUE, [QUEUE])
    assert nobody == [False, False]
    assert len(sent) == 1


def test_what_changes_is_asked_for_again(store: Store) -> None:
    def shown() -> tuple[str, ...]:
        record = store.read("awa_queue", "a" * 32)
        found = store.find("awa_queue", external_id="Q1")
        return ((record or {}).get("name", "-"), *(record["name"] for record in found))

    def fail() -> None:
        with store.transaction():
            store.update("awa_queue", "a" * 32, {"name": "Never"})
            assert shown() == ("Never", "Never")
            raise KeyError

    assert shown() == ("Calls", "Calls")
    store.update("awa_queue", "a" * 32, {"name": "Chats"})
    assert shown() == ("Chats", "Chats")
    store.replace("awa_queue", {**QUEUE, "name": "Mails"})
    assert shown() == ("Mails", "Mails")
    with pytest.raises(KeyError):
        fail()
    assert shown() == ("Mails", "Mails")
    store.delete("awa_queue", "a" * 32)
    assert shown() == ("-",)
    store.insert("awa_queue", QUEUE)
    assert shown() == ("Calls", "Calls")
    store.clear()
    assert shown() == ("-",)


def test_a_replaced_record_counts_as_the_youngest(store: Store) -> None:
    store.insert("awa_queue", {**QUEUE, "sys_id": "b" * 32})

    store.replace("awa_queue", QUEUE)

    assert [queue["sys_id"][0] for queue in store.find("awa_queue", external_id="Q1")] == ["b", "a"]


def test_nothing_of_a_file_is_remembered(tmp_path: Path) -> None:
    store = Store(tables.load(Contract().document), tmp_path / "file.sqlite")
    store.insert("awa_queue", QUEUE)
    sent = traced(store._db)

    for _ in range(3):
        store.read("awa_queue", "a" * 32)

    assert len(sent) == 3
    store.close()
