"""Where records live: SQLite, in a file, behind the one module that speaks SQL.

Values reach the database as bound parameters only; `table_sql` says what its tables look like.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.storage.counters import Counters
from ccaas_kit.sandbox.storage.database import Database, QueryTimeoutError
from ccaas_kit.sandbox.storage.memory import Memory
from ccaas_kit.sandbox.storage.requests import Requests
from ccaas_kit.sandbox.storage.table_sql import (
    fold,
    indexes_of,
    key_column,
    quoted,
    sql_of,
    statements,
    values_of,
    version_of,
)
from ccaas_kit.sandbox.storage.tables import Tables
from ccaas_kit.sandbox.turns import QUICK_SECONDS, Pace, PostponedError, Turn

# How many records of each table, and how many finds in it, are remembered, and up to which length.
_REMEMBERED, _REMEMBERED_LENGTH = 1024, 8192
# The fact that tells whether the set-up, or all records, changed: another text each time.
_REVISION = "revision"
# Tables of two columns that are no part of the state.
_KEPT = ("sandbox_request", "sandbox_tally")
_SET_FACT = (
    "INSERT INTO sandbox_fact (name, value) VALUES (?, ?) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)

Record = dict[str, Any]


class Store:
    """The records of one instance, and the few facts about it that outlive a process.

    Raises:
        ConfigError: the file is no database of the sandbox, or one of other tables.
    """

    def __init__(self, tables: Tables, path: Path | None = None) -> None:
        self.tables = tables
        self.path = path
        self._db = Database(path)
        self._connection = self._db.connection
        # Locked while a request is handled; released while a long query runs.
        self.lock = threading.Lock()
        self.turn = Turn(Pace.ALONE, float("inf"))
        self._sql = {table.name: sql_of(table) for table in tables}
        self._finding: dict[tuple[str, ...], str] = {}
        # What was read of each table, by sys_id and by the fields that were looked for. A file has
        # other writers, so nothing is remembered of it.
        remembered = _REMEMBERED if self._db.is_private else 0
        self._texts: dict[str, Memory[str, str | None]] = {}
        self._found: dict[str, Memory[tuple[Any, ...], list[str]]] = {}
        for table in tables:
            self._texts[table.name] = Memory(remembered, _REMEMBERED_LENGTH)
            self._found[table.name] = Memory(remembered, _REMEMBERED_LENGTH)
        self.counters = Counters(self._db)
        self.requests = Requests(self._db)
        self._version = version_of(tables)
        self._data_version = self._pragma(self._connection, "data_version")
        self._revision: Any = None
        try:
            self._create()
        except sqlite3.DatabaseError as error:
            raise ConfigError(
                f"is no database of the sandbox ({error})", where=str(path), fix="Name another file"
            ) from error

    def close(self) -> None:
        """Close the database; what was committed stays in its file."""
        self.counters.give_back()
        self._forget_all()
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All changes inside become durable together, or none does when the block raises."""
        return self._db.block(partial(self._undo, self.counters.blocks.copy(), self._revision))

    def _undo(self, blocks: dict[str, range], revision: Any) -> None:
        # What the block took of the counters is free again, unless these began anew meanwhile.
        self.counters.blocks = blocks if revision == self._revision else {}
        self._forget_all()

    def mark(self) -> None:
        """Tell the other processes that the set-up of the instance, or all its records, changed."""
        self._revision = secrets.token_hex(8)
        self.set_fact(_REVISION, self._revision)

    @property
    def revision(self) -> str:
        """Another text each time the set-up, or all records, changed."""
        return str(self._revision)

    def marked_elsewhere(self) -> bool:
        """Whether another process has called `mark` since the last time of asking."""
        version = self._pragma(self._connection, "data_version")
        if version == self._data_version:
            return False
        self._data_version = version
        revision = self.fact(_REVISION)
        if revision == self._revision:
            return False
        self._revision = revision
        # The counters may have begun anew, and others then get the numbers of this block.
        self.counters.blocks.clear()
        return True

    def insert(self, table: str, record: Mapping[str, Any]) -> None:
        """Add a record; it has its `sys_id` already."""
        sql = self._sql[table]
        self._forget(table)
        self._db.execute(sql.insert, values_of(sql, record))

    def replace(self, table: str, record: Mapping[str, Any]) -> None:
        """Write a record of the table anew; it then counts as the youngest one."""
        sql = self._sql[table]
        self._forget(table)
        self._db.execute(sql.replace, values_of(sql, record))

    def insert_many(self, table: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Add records of one table."""
        sql = self._sql[table]
        self._forget(table)
        self._db.execute_many(sql.insert, (values_of(sql, record) for record in records))

    def insert_bulk(self, table: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Add very many records of one table: its indexes are made anew behind them."""
        indexes = list(indexes_of(self.tables[table]))
        for index in indexes:
            self._db.execute(index.dropped)
        self.insert_many(table, records)
        for index in indexes:
            self._db.execute(index.made)

    def read(self, table: str, sys_id: str) -> Record | None:
        """The record of this table, or of one that extends it; None if there is none."""
        body = self.rendered(table, sys_id)
        return None if body is None else orjson.loads(body)

    def rendered(self, table: str, sys_id: str) -> str | None:
        """The record as JSON text; None if there is none."""
        for member in self.tables.family(table):
            text = self._text(member.name, sys_id)
            if text is not None:
                return text
        return None

    def holder(self, table: str, sys_id: str) -> str | None:
        """The very table that holds a record of this table; None if there is none."""
        for member in self.tables.family(table):
            if self._text(member.name, sys_id) is not None:
                return member.name
        return None

    def _text(self, table: str, sys_id: str) -> str | None:
        memory = self._texts[table]
        if sys_id in memory:
            return memory[sys_id]
        row = self._db.execute(self._sql[table].read, (sys_id,)).fetchone()
        text = None if row is None else str(row[0])
        memory.keep(sys_id, text, len(sys_id) + len(text or ""))
        return text

    def exists(self, table: str, sys_id: str) -> bool:
        """Whether the table, or one that extends it, has this record."""
        return self.rendered(table, sys_id) is not None

    def find(self, table: str, **fields: str) -> list[Record]:
        """The records whose fields have exactly these values, oldest first; all for no fields."""
        memory, key = self._found[table], (*fields, *fields.values())
        texts = memory.get(key)
        if texts is None:
            texts = [
                row[0] for row in self._db.execute(self._finds(table, fields), _folded(fields))
            ]
            memory.keep(key, texts, sum(map(len, texts)) + sum(map(len, key)))
        # Columns are case-folded, records are not.
        records = map(orjson.loads, texts)
        return [record for record in records if fields.items() <= record.items()]

    def custom_names(self, table: str) -> tuple[str, ...]:
        """The custom columns of a table: those that a record brought along when it was made."""
        return tuple(self.fact(f"custom:{table}") or ())

    def set_custom_names(self, table: str, names: Sequence[str]) -> None:
        """Add custom columns to a table: from now on it has these."""
        self.set_fact(f"custom:{table}", list(names))

    def _finds(self, table: str, fields: Iterable[str]) -> str:
        """The statement of `find`, which is written once for each choice of fields."""
        shape = (table, *fields)
        sql = self._finding.get(shape)
        if sql is None:
            where = " AND ".join(f"{quoted(key_column(name))} = ?" for name in fields) or "1"
            sql = f"SELECT body FROM {quoted(table)} WHERE {where} ORDER BY seq"  # noqa: S608
            self._finding[shape] = sql
        return sql

    def update(self, table: str, sys_id: str, changes: Mapping[str, Any]) -> Record | None:
        """The record after the change; None if there is none in this very table."""
        sql = self._sql[table]
        text = self._text(table, sys_id)
        if text is None:
            return None
        record = {**orjson.loads(text), **changes}
        self._forget(table)
        self._db.execute(sql.update, (*values_of(sql, record)[1:], sys_id))
        return record

    def delete(self, table: str, sys_id: str) -> bool:
        """Whether a record of this table, or of one that extends it, was there and is gone."""
        for member in self.tables.family(table):
            self._forget(member.name)
            if self._db.execute(self._sql[member.name].delete, (sys_id,)).rowcount:
                return True
        return False

    def select(
        self,
        table: str,
        where: str,
        parameters: Sequence[Any],
        *,
        order_by: str,
        limit: int,
        offset: int,
    ) -> list[str]:
        """Records as JSON text: those that match compiled SQL over the alias `t`, one page.

        Raises:
            QueryTimeoutError: it took longer than the request may.
            PostponedError: it takes longer than a quick request may.
        """
        rows = self.select_rows(
            table, "t.body", where, parameters, order_by=order_by, limit=limit, offset=offset
        )
        return [row[0] for row in rows]

    def select_rows(
        self,
        table: str,
        columns: str,
        where: str,
        parameters: Sequence[Any],
        *,
        order_by: str,
        limit: int,
        offset: int,
    ) -> list[tuple[Any, ...]]:
        """The same with further columns, which are compiled SQL as well.

        Raises:
            QueryTimeoutError: it took longer than the request may.
            PostponedError: it takes longer than a quick request may.
        """
        sql = (
            f"SELECT {columns} FROM {quoted(table)} AS t WHERE {where} "  # noqa: S608  # by query_sql
            f"ORDER BY {order_by or 't.seq'} LIMIT ? OFFSET ?"
        )
        return self._read(sql, (*parameters, limit, offset))

    def matching(self, table: str, where: str, parameters: Sequence[Any]) -> int:
        """How many records of this very table match compiled SQL over the alias `t`.

        Raises:
            QueryTimeoutError: it took longer than the request may.
            PostponedError: it takes longer than a quick request may.
        """
        sql = f"SELECT count(*) FROM {quoted(table)} AS t WHERE {where}"  # noqa: S608  # by query_sql
        return int(self._read(sql, parameters)[0][0])

    def _read(self, sql: str, parameters: Sequence[Any]) -> list[Any]:
        turn = self.turn
        if turn.pace is Pace.BESIDE:
            self.lock.release()
            try:
                return self._db.read_beside(sql, parameters, until=turn.until)
            finally:
                self.lock.acquire()
                self.turn = turn
        if turn.pace is Pace.ALONE:
            return self._db.read(sql, parameters, until=turn.until)
        try:
            return self._db.read(sql, parameters, until=time.monotonic() + QUICK_SECONDS)
        except QueryTimeoutError as error:
            raise PostponedError from error

    def count(self, table: str) -> int:
        """How many records the table holds, without those of tables that extend it."""
        row = self._db.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()  # noqa: S608
        return int(row[0])

    def clear(self) -> None:
        """Remove all records, counters and facts; to be marked behind it."""
        for table in self.tables:
            self._db.execute(f"DELETE FROM {quoted(table.name)}")  # noqa: S608
        self.counters.clear()
        self._db.execute("DELETE FROM sandbox_fact")
        self._forget_all()

    def fact(self, name: str) -> Any:
        """A fact about the instance; None if nobody has set it."""
        row = self._db.execute("SELECT value FROM sandbox_fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else orjson.loads(row[0])

    def set_fact(self, name: str, value: Any) -> None:
        """Keep a fact about the instance, any JSON value."""
        self._db.execute(_SET_FACT, (name, orjson.dumps(value).decode()))

    def copy_to(self, path: Path) -> None:
        """Write everything into a new database file."""
        self.counters.give_back()
        with closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)

    def copy_from(self, path: Path) -> None:
        """Replace everything by what a file of `copy_to` holds, and mark it.

        Raises:
            ConfigError: the file was written for other tables.
        """
        with closing(sqlite3.connect(path, isolation_level=None)) as source:
            self._check_version(source, path)
            # The mark has to come with the records, not after them: it is written into the source.
            self._revision = secrets.token_hex(8)
            source.execute(_SET_FACT, (_REVISION, orjson.dumps(self._revision).decode()))
            # What was asked and counted stays as it is.
            for table in _KEPT:
                source.execute(f"DELETE FROM {table}")  # noqa: S608
                source.executemany(
                    f"INSERT INTO {table} VALUES (?, ?)",  # noqa: S608
                    self._db.execute(f"SELECT * FROM {table}"),  # noqa: S608
                )
            source.backup(self._connection)
        self.counters.blocks.clear()
        self._forget_all()

    def _forget(self, table: str) -> None:
        """Remember nothing of a table that is about to change."""
        self._texts[table].clear()
        self._found[table].clear()

    def _forget_all(self) -> None:
        for table in self.tables:
            self._forget(table.name)

    def _pragma(self, db: sqlite3.Connection, name: str) -> int:
        return int(db.execute(f"PRAGMA {name}").fetchone()[0])

    def _create(self) -> None:
        self._check_version(self._connection, self.path)
        for statement in statements(self.tables):
            self._db.execute(statement)
        if not self._pragma(self._connection, "user_version"):
            self._db.execute(f"PRAGMA user_version = {self._version}")
        self._revision = self.fact(_REVISION)

    def _check_version(self, db: sqlite3.Connection, path: Path | None) -> None:
        if self._pragma(db, "user_version") not in (0, self._version):
            raise ConfigError(
                "was written by a sandbox whose tables had other fields",
                where=str(path),
                fix="Name another file, or remove this one",
            )


def _folded(fields: Mapping[str, str]) -> list[str]:
    return [fold(value) for value in fields.values()]
