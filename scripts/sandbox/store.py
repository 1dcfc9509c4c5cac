"""Where records live: SQLite, in memory or in a file, behind the one module that speaks SQL.

Each table of the platform is one SQL table. A record is kept whole as JSON text, as it travels;
the fields that have to be found quickly stand in columns beside it, case-folded, because text is
compared without regard to case (CON-011). Values reach the database as bound parameters only; the
names in the SQL text come from `tables.yaml` and the bundle.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from scripts.kit.errors import ConfigError
from scripts.sandbox.tables import Table, Tables

# The form of the database; a file of another one is refused.
SCHEMA_VERSION = 1
_BUSY_SECONDS = 30.0
# How many ids a process takes from the database at a time.
_BLOCK = 64

Record = dict[str, Any]


class Transaction:
    """A block whose changes become durable together, or not at all when it raises."""

    __slots__ = ("_db", "_undone")

    def __init__(self, db: sqlite3.Connection, undone: Callable[[], None]) -> None:
        self._db = db
        self._undone = undone

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._db.execute("COMMIT")
        else:
            self._db.execute("ROLLBACK")
            self._undone()


class Store:
    """The records of one instance, and the few facts about it that outlive a process.

    Raises:
        ConfigError: the file is no database of this version of the sandbox.
    """

    def __init__(self, tables: Tables, path: Path | None = None) -> None:
        self.tables = tables
        self.path = path
        self._db = _connect(path)
        self._sql = {table.name: _sql(table) for table in tables}
        self._finding: dict[tuple[str, ...], str] = {}
        self._blocks: dict[str, range] = {}
        self._data_version = self._pragma("data_version")
        try:
            self._create()
        except sqlite3.DatabaseError as error:
            raise ConfigError(
                f"is no database of the sandbox ({error})", where=str(path), fix="Name another file"
            ) from error

    def close(self) -> None:
        """Close the database; what was committed stays in its file."""
        self._give_back()
        self._db.close()

    def transaction(self) -> Transaction:
        """All changes inside become durable together, or none does when the block raises."""
        # What a rollback takes back may be a block.
        return Transaction(self._db, self._blocks.clear)

    def changed_elsewhere(self) -> bool:
        """Whether another process has changed the database since the last time of asking."""
        version = self._pragma("data_version")
        changed = version != self._data_version
        self._data_version = version
        return changed

    def insert(self, table: str, record: Mapping[str, Any]) -> None:
        """Add a record; it has its `sys_id` already."""
        sql = self._sql[table]
        self._db.execute(sql.insert, _row(sql, record))

    def insert_many(self, table: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Add records of one table."""
        sql = self._sql[table]
        self._db.executemany(sql.insert, (_row(sql, record) for record in records))

    def insert_bulk(self, table: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Add very many records of one table: its indexes are made anew behind them."""
        held = self.tables[table]
        for name, _ in _indexes(held):
            self._db.execute(f"DROP INDEX IF EXISTS {name}")
        self.insert_many(table, records)
        for _, statement in _indexes(held):
            self._db.execute(statement)

    def read(self, table: str, sys_id: str) -> Record | None:
        """The record of this table, or of one that extends it; None if there is none."""
        body = self.rendered(table, sys_id)
        return None if body is None else orjson.loads(body)

    def rendered(self, table: str, sys_id: str) -> str | None:
        """The record as JSON text; None if there is none."""
        for held in self.tables.family(table):
            row = self._db.execute(self._sql[held.name].read, (sys_id,)).fetchone()
            if row is not None:
                return str(row[0])
        return None

    def exists(self, table: str, sys_id: str) -> bool:
        """Whether the table, or one that extends it, has this record."""
        return self.rendered(table, sys_id) is not None

    def find(self, table: str, **fields: str) -> list[Record]:
        """The records whose fields have exactly these values, oldest first.

        All fields have to be the beginning of an index of the table.
        """
        shape = (table, *fields)
        sql = self._finding.get(shape)
        if sql is None:
            where = " AND ".join(f"{_quoted(_key(name))} = ?" for name in fields)
            sql = f"SELECT body FROM {_quoted(table)} WHERE {where} ORDER BY seq"  # noqa: S608
            self._finding[shape] = sql
        rows = self._db.execute(sql, [fold(value) for value in fields.values()])
        # Columns are case-folded, records are not.
        records = [orjson.loads(row[0]) for row in rows]
        return [each for each in records if fields.items() <= each.items()]

    def update(self, table: str, sys_id: str, changes: Mapping[str, Any]) -> Record | None:
        """The record after the change; None if there is none in this very table."""
        sql = self._sql[table]
        row = self._db.execute(sql.read, (sys_id,)).fetchone()
        if row is None:
            return None
        record = {**orjson.loads(row[0]), **changes}
        self._db.execute(sql.update, (*_row(sql, record)[1:], sys_id))
        return record

    def delete(self, table: str, sys_id: str) -> bool:
        """Whether a record of this table, or of one that extends it, was there and is gone."""
        for held in self.tables.family(table):
            if self._db.execute(self._sql[held.name].delete, (sys_id,)).rowcount:
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
        self._blocks.clear()
        self._db.execute("DELETE FROM sandbox_fact")

    def next(self, counter: str, first: int = 1) -> int:
        """The next number of a counter; none is ever given twice, by any process."""
        row = self._db.execute(
            "INSERT INTO sandbox_counter (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (counter, first),
        ).fetchone()
        return int(row[0])

    def next_id(self, counter: str, first: int = 1) -> int:
        """Like `next`, but quicker: numbers are taken from the database by the block.

        A block that is not used up when the process ends is skipped by the next one.
        """
        left = self._blocks.get(counter)
        if left is None or not left:
            last = self._take_block(counter, first)
            left = self._blocks[counter] = range(last - _BLOCK + 1, last + 1)
        self._blocks[counter] = left[1:]
        return left[0]

    def _give_back(self) -> None:
        """Return what is left of the blocks, where nobody has taken a later one."""
        for counter, left in self._blocks.items():
            if left:
                self._db.execute(
                    "UPDATE sandbox_counter SET value = ? WHERE name = ? AND value = ?",
                    (left.start - 1, counter, left.stop - 1),
                )
        self._blocks.clear()

    def _take_block(self, counter: str, first: int) -> int:
        row = self._db.execute(
            "INSERT INTO sandbox_counter (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = value + ? RETURNING value",
            (counter, first + _BLOCK - 1, _BLOCK),
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
        self._give_back()
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
            self._blocks.clear()
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
        for _, statement in _indexes(table):
            yield statement


def _indexes(table: Table) -> Iterator[tuple[str, str]]:
    """Name and statement of each index of a table."""
    for index in table.indexes:
        columns = ", ".join(_quoted(_key(name)) for name in index)
        name = _quoted(f"{table.name}-{'-'.join(index)}")
        yield name, f"CREATE INDEX IF NOT EXISTS {name} ON {_quoted(table.name)} ({columns})"


@dataclass(frozen=True, slots=True)
class _Sql:
    """The statements of one table, written once."""

    read: str
    insert: str
    update: str
    delete: str
    indexed: tuple[str, ...]


def _sql(table: Table) -> _Sql:
    name = _quoted(table.name)
    columns = [_quoted(each) for each in ("sys_id", "body", *map(_key, table.indexed))]
    marks = ", ".join("?" * len(columns))
    sets = ", ".join(f"{column} = ?" for column in columns[1:])
    return _Sql(
        read=f"SELECT body FROM {name} WHERE sys_id = ?",  # noqa: S608  # names of tables.yaml
        insert=f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608
        update=f"UPDATE {name} SET {sets} WHERE sys_id = ?",  # noqa: S608
        delete=f"DELETE FROM {name} WHERE sys_id = ?",  # noqa: S608
        indexed=table.indexed,
    )


def _row(sql: _Sql, record: Mapping[str, Any]) -> list[Any]:
    body = orjson.dumps(record).decode()
    return [record["sys_id"], body, *[fold(record.get(name)) for name in sql.indexed]]


def _key(field: str) -> str:
    return f"k_{field}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
