"""How the tables of the platform stand in SQLite: one SQL table each, and the statements for it.

A record is kept whole as JSON text, as it travels; the fields that have to be found quickly stand in
columns beside it, case-folded. The names in the SQL text come from `tables.yaml` and the bundle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from ccaas_kit.sandbox.storage.tables import Table, Tables


def fold(text: Any) -> str:
    """Text as it is compared: without regard to case, nothing being the empty text (CON-011)."""
    return "" if text is None else str(text).casefold()


def version_of(tables: Tables) -> int:
    """The number of this form of the database: another one when tables, fields or indexes change."""
    fields = [
        f"{table.name}.{field.name}={field.default}"
        for table in tables
        for field in table.fields.values()
    ]
    text = "\n".join([*statements(tables), *fields])
    # What SQLite keeps with a database is a positive number of 31 bits; 0 is that of a new one.
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest()) >> 1 or 1


def statements(tables: Tables) -> Iterator[str]:
    """What makes the tables of an empty database, and their indexes."""
    yield "CREATE TABLE IF NOT EXISTS sandbox_fact (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
    yield "CREATE TABLE IF NOT EXISTS sandbox_counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
    yield "CREATE TABLE IF NOT EXISTS sandbox_request (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL)"
    # What counts on whatever becomes of the records.
    yield "CREATE TABLE IF NOT EXISTS sandbox_tally (name TEXT PRIMARY KEY, value INTEGER NOT NULL)"
    for table in tables:
        keys = "".join(f", {quoted(key_column(name))} TEXT NOT NULL" for name in table.indexed)
        yield (
            f"CREATE TABLE IF NOT EXISTS {quoted(table.name)} (seq INTEGER PRIMARY KEY, "
            f"sys_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL{keys})"
        )
        yield from (index.made for index in indexes_of(table))


@dataclass(frozen=True, slots=True)
class Index:
    """What makes an index, and what removes it."""

    made: str
    dropped: str


def indexes_of(table: Table) -> Iterator[Index]:
    """The indexes of a table."""
    for fields in table.indexes:
        name = quoted(f"{table.name}-{'-'.join(fields)}")
        columns = ", ".join(quoted(key_column(field)) for field in fields)
        yield Index(
            made=f"CREATE INDEX IF NOT EXISTS {name} ON {quoted(table.name)} ({columns})",
            dropped=f"DROP INDEX IF EXISTS {name}",
        )


@dataclass(frozen=True, slots=True)
class TableSql:
    """The statements of one table, written once."""

    read: str
    insert: str
    replace: str
    update: str
    delete: str
    indexed: tuple[str, ...]


def sql_of(table: Table) -> TableSql:
    """The statements of a table."""
    name = quoted(table.name)
    columns = [quoted(column) for column in ("sys_id", "body", *map(key_column, table.indexed))]
    marks = ", ".join("?" * len(columns))
    into = f"INTO {name} ({', '.join(columns)}) VALUES ({marks})"
    sets = ", ".join(f"{column} = ?" for column in columns[1:])
    return TableSql(
        read=f"SELECT body FROM {name} WHERE sys_id = ?",  # noqa: S608  # names of tables.yaml
        insert=f"INSERT {into}",
        replace=f"INSERT OR REPLACE {into}",
        update=f"UPDATE {name} SET {sets} WHERE sys_id = ?",  # noqa: S608
        delete=f"DELETE FROM {name} WHERE sys_id = ?",  # noqa: S608
        indexed=table.indexed,
    )


def values_of(sql: TableSql, record: Mapping[str, Any]) -> list[Any]:
    """The values of a record in the order of `insert`."""
    body = orjson.dumps(record).decode()
    return [record["sys_id"], body, *[fold(record.get(name)) for name in sql.indexed]]


def key_column(field: str) -> str:
    """The column that holds an indexed field, case-folded."""
    return f"k_{field}"


def quoted(name: str) -> str:
    """A name as SQL text has it."""
    return '"' + name.replace('"', '""') + '"'
