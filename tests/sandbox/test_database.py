"""Statements and blocks: what reaches SQLite, and what is remembered instead of asked again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.storage import database as databases
from ccaas_kit.sandbox.storage import tables
from ccaas_kit.sandbox.storage.database import Database
from ccaas_kit.sandbox.storage.memory import Memory
from ccaas_kit.sandbox.storage.store import Store

ADD = "INSERT INTO thing (name) VALUES (?)"
QUEUE = {"sys_id": "a" * 32, "name": "Calls", "external_id": "Q1"}


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database(None)
    made.change("CREATE TABLE thing (name TEXT UNIQUE)")
    yield made
    made.close()


@pytest.fixture
def sent(database: Database) -> list[str]:
    return traced(database)


def traced(database: Database) -> list[str]:
    """Every statement that reaches SQLite from now on."""
    found: list[str] = []
    database.connection.set_trace_callback(found.append)
    return found


def names(database: Database) -> list[str]:
    return [row[0] for row in database.query("SELECT name FROM thing ORDER BY rowid")]


def undo_nothing() -> None:
    return None


def test_what_is_written_in_memory_waits_for_somebody_who_asks(
    database: Database, sent: list[str]
) -> None:
    with database.block(undo_nothing):
        database.write(ADD, ("one",))
    database.write(ADD, ("two",))
    before = list(sent)

    assert names(database) == ["one", "two"]
    assert before == []
    # A commit would look at every page that was ever written.
    assert [each.split()[0] for each in sent] == ["INSERT", "INSERT", "SELECT"]


def test_not_too_much_waits(
    database: Database, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "_MOST_WAITING", 3)

    for number in range(4):
        with database.block(undo_nothing):
            database.write(ADD, (str(number),))

    assert sum(each.startswith("INSERT") for each in sent) == 3


def test_nothing_waits_in_front_of_a_file(tmp_path: Path) -> None:
    database = Database(tmp_path / "file.sqlite")
    database.change("CREATE TABLE thing (name TEXT UNIQUE)")
    with database.block(undo_nothing):
        database.write(ADD, ("one",))
    database.write(ADD, ("two",))
    other = Database(tmp_path / "file.sqlite")

    assert names(other) == ["one", "two"]
    for each in (database, other):
        each.close()


def test_what_waited_before_a_block_stays_when_it_is_taken_back(database: Database) -> None:
    def fail() -> None:
        with database.block(undo_nothing):
            database.write(ADD, ("inside",))
            database.change("DELETE FROM thing")
            raise KeyError

    database.write(ADD, ("before",))
    with pytest.raises(KeyError):
        fail()

    assert names(database) == ["before"]


def test_a_copy_has_what_waited_and_the_original_goes_on(
    database: Database, tmp_path: Path
) -> None:
    def fail() -> None:
        with database.block(undo_nothing):
            database.change("DELETE FROM thing")
            raise KeyError

    database.write(ADD, ("one",))
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        with database.settled() as connection:
            assert not connection.in_transaction
            connection.backup(copy)
        database.write(ADD, ("two",))
        with pytest.raises(KeyError):
            fail()

        assert copy.execute("SELECT name FROM thing").fetchall() == [("one",)]
    assert names(database) == ["one", "two"]


STEPS = st.lists(st.sampled_from(["write", "change", "ask"]), max_size=4)
BLOCKS = st.lists(st.tuples(st.sampled_from(["none", "kept", "taken back"]), STEPS), max_size=8)


@settings(deadline=None)
@given(BLOCKS, st.integers(1, 4))
@example([("none", ["write"]), ("taken back", ["ask", "write"]), ("none", ["ask"])], 4)
def test_waiting_shows_in_no_answer(blocks: list[tuple[str, list[str]]], most: int) -> None:
    database = Database(None)
    database.change("CREATE TABLE thing (name TEXT UNIQUE)")
    expected: list[str] = []
    number = 0

    def carry_out(steps: list[str]) -> None:
        nonlocal number
        for step in steps:
            number += 1
            if step == "ask":
                assert names(database) == expected
            else:
                getattr(database, step)(ADD, (str(number),))
                expected.append(str(number))

    def fail(steps: list[str]) -> None:
        with database.block(undo_nothing):
            carry_out(steps)
            raise KeyError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(databases, "_MOST_WAITING", most)
        for kind, steps in blocks:
            before = list(expected)
            if kind == "none":
                carry_out(steps)
            elif kind == "kept":
                with database.block(undo_nothing):
                    carry_out(steps)
            else:
                with pytest.raises(KeyError):
                    fail(steps)
                expected[:] = before
    assert names(database) == expected
    database.close()


def test_the_order_of_what_waits_is_kept(database: Database) -> None:
    database.write(ADD, ("one",))
    database.write("UPDATE thing SET name = ? WHERE name = ?", ("two", "one"))
    database.write(ADD, ("one",))
    database.write("DELETE FROM thing WHERE name = ?", ("two",))

    assert names(database) == ["one"]


def test_what_a_block_writes_it_can_read(database: Database) -> None:
    with database.block(undo_nothing):
        database.write(ADD, ("one",))
        assert names(database) == ["one"]

    assert names(database) == ["one"]


@pytest.mark.parametrize("count", [1, 2])
def test_a_block_that_raises_leaves_nothing(count: int, database: Database) -> None:
    undone: list[bool] = []

    def fail() -> None:
        with database.block(lambda: undone.append(True)):
            for number in range(count):
                database.write(ADD, (str(number),))
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert names(database) == []
    assert undone == [True]
    with database.block(undo_nothing):
        database.write(ADD, ("after",))
    assert names(database) == ["after"]


def test_a_change_that_fails_undoes_its_block(database: Database) -> None:
    database.write(ADD, ("one",))
    undone: list[bool] = []

    def fail() -> None:
        with database.block(lambda: undone.append(True)):
            database.write(ADD, ("two",))
            database.change(ADD, ("one",))

    with pytest.raises(sqlite3.IntegrityError):
        fail()

    assert undone == [True]
    assert names(database) == ["one"]


def test_a_write_that_fails_is_told_when_it_is_carried_out(database: Database) -> None:
    for name in ("one", "one", "two"):
        database.write(ADD, (name,))

    with pytest.raises(sqlite3.IntegrityError):
        names(database)

    assert names(database) == ["one"]
    with database.block(undo_nothing):
        database.change(ADD, ("three",))
    assert names(database) == ["one", "three"]


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
        return ((record or {}).get("name", "-"), *(each["name"] for each in found))

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

    assert [each["sys_id"][0] for each in store.find("awa_queue", external_id="Q1")] == ["b", "a"]


def test_nothing_of_a_file_is_remembered(tmp_path: Path) -> None:
    store = Store(tables.load(Contract().document), tmp_path / "file.sqlite")
    store.insert("awa_queue", QUEUE)
    sent = traced(store._db)

    for _ in range(3):
        store.read("awa_queue", "a" * 32)

    assert len(sent) == 3
    store.close()
