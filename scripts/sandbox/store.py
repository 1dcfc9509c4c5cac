"""Where records live: SQLite, in memory or in a file, behind the one module that speaks SQL.

Each table of the platform is one SQL table. A record is kept whole as JSON text, as it travels;
the fields that have to be found quickly stand in columns beside it, case-folded, because text is
compared without regard to case (CON-011). Values reach the database as bound parameters only; the
names in the SQL text come from `tables.yaml` and the bundle.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from scripts.kit.errors import ConfigError
from scripts.sandbox.tables import Table, Tables

# The form of the database; a file of another one is refused.
SCHEMA_VERSION = 1
_BUSY_SECONDS = 30.0

Record = dict[str, Any]


class Store:
    """The records of one instance, and the few facts about it that outlive a process.

    Raises:
        ConfigError: the file is no database of this version of the sandbox.
    """

    def __init__(self, tables: Tables, path: Path | None = None) -> None:
        self.tables = tables
        self.path = path
        self._db = _connect(path)
        self._data_version = self._pragma("data_version")
        try:
            self._create()
        except sqlite3.DatabaseError as error:
            raise ConfigError(
                f"is no database of the sandbox ({error})", where=str(path), fix="Name another file"
            ) from error

    def close(self) -> None:
        """Close the database; what was committed stays in its file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside become durable together, or none does when the block raises."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def changed_elsewhere(self) -> bool:
        """Whether another process has changed the database since the last time of asking."""
        version = self._pragma("data_version")
        changed = version != self._data_version
        self._data_version = version
        return changed

    def insert(self, table: str, record: Mapping[str, Any]) -> None:
        """Add a record; it has its `sys_id` already."""
        self.insert_many(table, (record,))

    def insert_many(self, table: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Add records of one table."""
        held = self.tables[table]
        columns = ("sys_id", "body", *map(_key, held.indexed))
        sql = (
            f"INSERT INTO {_quoted(table)} ({', '.join(map(_quoted, columns))}) "  # noqa: S608  # names of tables.yaml
            f"VALUES ({', '.join('?' * len(columns))})"
        )
        self._db.executemany(sql, (_row(held, record) for record in records))

    def read(self, table: str, sys_id: str) -> Record | None:
        """The record of this table, or of one that extends it; None if there is none."""
        body = self.rendered(table, sys_id)
        return None if body is None else orjson.loads(body)

    def rendered(self, table: str, sys_id: str) -> str | None:
        """The record as JSON text; None if there is none."""
        for held in self.tables.family(table):
            sql = f"SELECT body FROM {_quoted(held.name)} WHERE sys_id = ?"  # noqa: S608
            if row := self._db.execute(sql, (sys_id,)).fetchone():
                return str(row[0])
        return None

    def exists(self, table: str, sys_id: str) -> bool:
        """Whether the table, or one that extends it, has this record."""
        return self.rendered(table, sys_id) is not None

    def find(self, table: str, **fields: str) -> list[Record]:
        """The records whose fields have exactly these values, oldest first.

        All fields have to be the beginning of an index of the table.
        """
        where = " AND ".join(f"{_quoted(_key(name))} = ?" for name in fields)
        sql = f"SELECT body FROM {_quoted(table)} WHERE {where} ORDER BY seq"  # noqa: S608
        rows = self._db.execute(sql, tuple(fold(value) for value in fields.values()))
        records = (orjson.loads(row[0]) for row in rows)
        return [
            record
            for record in records
            if all(record.get(name) == value for name, value in fields.items())
        ]

    def update(self, table: str, sys_id: str, changes: Mapping[str, Any]) -> Record | None:
        """The record after the change; None if there is none in this very table."""
        sql = f"SELECT body FROM {_quoted(table)} WHERE sys_id = ?"  # noqa: S608
        row = self._db.execute(sql, (sys_id,)).fetchone()
        if row is None:
            return None
        held = self.tables[table]
        record = {**orjson.loads(row[0]), **changes}
        columns = ("body", *map(_key, held.indexed))
        sets = ", ".join(f"{_quoted(column)} = ?" for column in columns)
        values = _row(held, record)
        self._db.execute(
            f"UPDATE {_quoted(table)} SET {sets} WHERE sys_id = ?",  # noqa: S608
            (*values[1:], sys_id),
        )
        return record

    def delete(self, table: str, sys_id: str) -> bool:
        """Whether a record of this table, or of one that extends it, was there and is gone."""
        for held in self.tables.family(table):
            sql = f"DELETE FROM {_quoted(held.name)} WHERE sys_id = ?"  # noqa: S608
            if self._db.execute(sql, (sys_id,)).rowcount:
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
        """Records as JSON text: those that match compiled SQL over the alias `t`, one page."""
        sql = (
            f"SELECT t.body FROM {_quoted(table)} AS t WHERE {where} "  # noqa: S608  # by query_sql
            f"ORDER BY {order_by or 't.seq'} LIMIT ? OFFSET ?"
        )
        return [row[0] for row in self._db.execute(sql, (*parameters, limit, offset))]

    def count(self, table: str) -> int:
        """How many records the table holds, without those of tables that extend it."""
        row = self._db.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()  # noqa: S608
        return int(row[0])

    def clear(self) -> None:
        """Remove all records, counters and facts."""
        for table in self.tables:
            self._db.execute(f"DELETE FROM {_quoted(table.name)}")  # noqa: S608
        self._db.execute("DELETE FROM sandbox_counter")
        self._db.execute("DELETE FROM sandbox_fact")

    def next(self, counter: str, first: int = 1) -> int:
        """The next number of a counter; none is ever given twice, by any process."""
        row = self._db.execute(
            "INSERT INTO sandbox_counter (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (counter, first),
        ).fetchone()
        return int(row[0])

    def fact(self, name: str) -> Any:
        """A fact about the instance; None if nobody has set it."""
        row = self._db.execute("SELECT value FROM sandbox_fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else orjson.loads(row[0])

    def set_fact(self, name: str, value: Any) -> None:
        """Keep a fact about the instance, any JSON value."""
        self._db.execute(
            "INSERT INTO sandbox_fact (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, orjson.dumps(value).decode()),
        )

    def facts(self, prefix: str) -> dict[str, Any]:
        """All facts whose name begins with the prefix, by the rest of the name."""
        rows = self._db.execute(
            "SELECT name, value FROM sandbox_fact WHERE substr(name, 1, ?) = ? ORDER BY name",
            (len(prefix), prefix),
        )
        return {name[len(prefix) :]: orjson.loads(value) for name, value in rows}

    def drop_fact(self, name: str) -> None:
        """Forget a fact."""
        self._db.execute("DELETE FROM sandbox_fact WHERE name = ?", (name,))

    def remember(self, request: tuple[str, str, str, int], *, capacity: int) -> None:
        """Keep a request that was answered, and no more than so many of the last ones."""
        row = self._db.execute(
            "INSERT INTO sandbox_request (method, path, query, status) VALUES (?, ?, ?, ?) "
            "RETURNING seq",
            request,
        ).fetchone()
        self._db.execute("DELETE FROM sandbox_request WHERE seq <= ?", (row[0] - capacity,))

    def remembered(self) -> list[tuple[str, str, str, int]]:
        """The requests that are kept, oldest first."""
        return self._db.execute(
            "SELECT method, path, query, status FROM sandbox_request ORDER BY seq"
        ).fetchall()

    def remembered_in_all(self) -> int:
        """How many requests came since the last forgetting, also those that are not kept."""
        row = self._db.execute("SELECT coalesce(max(seq), 0) FROM sandbox_request").fetchone()
        return int(row[0])

    def forget(self) -> None:
        """Drop all requests."""
        self._db.execute("DELETE FROM sandbox_request")

    def copy_to(self, path: Path) -> None:
        """Write everything into a new database file."""
        target = sqlite3.connect(path)
        try:
            self._db.backup(target)
        finally:
            target.close()

    def copy_from(self, path: Path) -> None:
        """Replace everything by what a file of `copy_to` holds."""
        source = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            source.backup(self._db)
        finally:
            source.close()

    def _pragma(self, name: str) -> int:
        return int(self._db.execute(f"PRAGMA {name}").fetchone()[0])

    def _create(self) -> None:
        version = self._pragma("user_version")
        if version not in (0, SCHEMA_VERSION):
            raise ConfigError(
                f"was written by another version of the sandbox ({version})",
                where=str(self.path),
                fix="Name another file",
            )
        for statement in _statements(self.tables):
            self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def fold(text: Any) -> str:
    """Text as it is compared: without regard to case, nothing being the empty text (CON-011)."""
    return "" if text is None else str(text).casefold()


def _connect(path: Path | None) -> sqlite3.Connection:
    try:
        db = sqlite3.connect(
            ":memory:" if path is None else path,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        # A commit reaches the file before the answer leaves; the end of a process loses nothing.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error as error:
        what = f"cannot be opened as a database ({error})"
        raise ConfigError(what, where=str(path), fix="Name a writable path") from error
    db.create_function("fold", 1, fold, deterministic=True)
    return db


def _statements(tables: Tables) -> Iterator[str]:
    yield "CREATE TABLE IF NOT EXISTS sandbox_fact (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
    yield "CREATE TABLE IF NOT EXISTS sandbox_counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
    yield (
        "CREATE TABLE IF NOT EXISTS sandbox_request (seq INTEGER PRIMARY KEY, method TEXT NOT NULL, "
        "path TEXT NOT NULL, query TEXT NOT NULL, status INTEGER NOT NULL)"
    )
    for table in tables:
        keys = "".join(f", {_quoted(_key(name))} TEXT NOT NULL" for name in table.indexed)
        yield (
            f"CREATE TABLE IF NOT EXISTS {_quoted(table.name)} (seq INTEGER PRIMARY KEY, "
            f"sys_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL{keys})"
        )
        for index in table.indexes:
            columns = ", ".join(_quoted(_key(name)) for name in index)
            name = _quoted(f"{table.name}-{'-'.join(index)}")
            yield f"CREATE INDEX IF NOT EXISTS {name} ON {_quoted(table.name)} ({columns})"


def _row(table: Table, record: Mapping[str, Any]) -> tuple[Any, ...]:
    body = orjson.dumps(record).decode()
    return (record["sys_id"], body, *(fold(record.get(name)) for name in table.indexed))


def _key(field: str) -> str:
    return f"k_{field}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
