"""One SQLite database: its statements, and blocks of them that count together or not at all.

Python's binding lets go of the interpreter's lock for each statement, and on a server with threads
it does not get it back at once: a statement that is not run is the quickest one (ADR 21).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.storage.table_sql import fold

_BUSY_SECONDS = 30.0
# In memory: a contact has 2 to 3 KB, of which few fit into a page of the usual 4.
_PAGE_BYTES = 16 * 1024
# More of what waits would hold up the request that has to write it.
_MOST_WAITING = 32

Statement = tuple[str, Sequence[Any]]


class Database:
    """A connection to a file, or to a database in memory that nobody else reaches.

    Nothing outlives a database in memory, so what is written there waits until somebody asks for
    rows: many statements together cost half of what they cost one by one. And it is one transaction from
    its beginning on, with savepoints for the blocks: a commit looks at every page ever written.

    Raises:
        ConfigError: the file cannot be opened.
    """

    def __init__(self, path: Path | None) -> None:
        self.is_private = path is None
        self.connection = _connect(path)
        # Inside a block; whether SQLite knows of it.
        self._in_block = self._begun = False
        # What waits, in its order, and how much of it is older than the block.
        self._waiting: list[Statement] = []
        self._older = 0
        if self.is_private:
            self.connection.execute("BEGIN")

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """The rows of a statement that reads."""
        if self._waiting:
            self.flush()
        return self.connection.execute(sql, parameters)

    def change(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """The outcome of a statement that writes: rows that it returns, and how many it met."""
        self._prepare()
        return self.connection.execute(sql, parameters)

    def change_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Write with one statement and many rows of parameters."""
        self._prepare()
        self.connection.executemany(sql, rows)

    def write(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Write, before anything is read; nobody asks for the outcome."""
        if not self.is_private or self._begun:
            self.connection.execute(sql, parameters)
            return
        self._waiting.append((sql, parameters))
        if not self._in_block:
            self._flush_many()

    def flush(self) -> None:
        """Write what waits."""
        if self._in_block and len(self._waiting) > self._older:
            self._begin()
        else:
            self._run(len(self._waiting))

    @contextmanager
    def settled(self) -> Iterator[sqlite3.Connection]:
        """The connection with everything written and no transaction, as copying needs it."""
        self.flush()
        if self.is_private:
            self.connection.execute("COMMIT")
        try:
            yield self.connection
        finally:
            if self.is_private:
                self.connection.execute("BEGIN")

    def block(self, undo: Callable[[], None]) -> Block:
        """What happens inside counts as a whole; `undo` is called where it raises."""
        return Block(self, undo)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def enter(self) -> None:
        """Begin a block."""
        self._in_block = True
        self._older = len(self._waiting)
        # Others must not write between what is read here and what is written by it.
        if not self.is_private:
            self._begin()

    def leave(self, *, keep: bool) -> None:
        """End a block, and keep or take back what it wrote."""
        begun, self._in_block, self._begun = self._begun, False, False
        if begun:
            self._end(keep=keep)
        elif not keep:
            del self._waiting[self._older :]
        self._flush_many()

    def _prepare(self) -> None:
        """Before a change: what waits is written, and SQLite knows of the block."""
        if self._in_block and not self._begun:
            self._begin()
        elif self._waiting:
            self._run(len(self._waiting))

    def _begin(self) -> None:
        # What is older than the block stays when it is taken back.
        self._run(self._older)
        self.connection.execute("SAVEPOINT block" if self.is_private else "BEGIN IMMEDIATE")
        self._begun = True
        self._run(len(self._waiting))

    def _end(self, *, keep: bool) -> None:
        if not self.is_private:
            self.connection.execute("COMMIT" if keep else "ROLLBACK")
            return
        if not keep:
            self.connection.execute("ROLLBACK TO block")
        self.connection.execute("RELEASE block")

    def _flush_many(self) -> None:
        if len(self._waiting) >= _MOST_WAITING:
            self._run(len(self._waiting))

    def _run(self, count: int) -> None:
        """Write the first ones of what waits."""
        statements = self._waiting[:count]
        del self._waiting[:count]
        self._older = max(0, self._older - count)
        for sql, same in groupby(statements, itemgetter(0)):
            self.connection.executemany(sql, map(itemgetter(1), same))


class Block:
    """A block whose changes become durable together, or not at all when it raises."""

    __slots__ = ("_database", "_undo")

    def __init__(self, database: Database, undo: Callable[[], None]) -> None:
        self._database = database
        self._undo = undo

    def __enter__(self) -> None:
        self._database.enter()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        kept = False
        try:
            self._database.leave(keep=kind is None)
            kept = kind is None
        finally:
            if not kept:
                self._undo()


def _connect(path: Path | None) -> sqlite3.Connection:
    try:
        db = sqlite3.connect(
            ":memory:" if path is None else path,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        if path is None:
            db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        else:
            # A commit reaches the file before the answer leaves; the end of a process loses nothing.
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error as error:
        what = f"cannot be opened as a database ({error})"
        raise ConfigError(what, where=str(path), fix="Name a writable path") from error
    db.create_function("fold", 1, fold, deterministic=True)
    return db
