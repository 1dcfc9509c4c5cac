"""One SQLite database: its statements, and blocks of them that count together or not at all.

Python's binding lets go of the interpreter's lock for each statement, and on a server with threads
it does not get it back at once: a statement that is not run is the quickest one (ADR 21).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from scripts.kit.errors import ConfigError
from scripts.sandbox.table_sql import fold

_BUSY_SECONDS = 30.0

Statement = tuple[str, Sequence[Any]]


class Database:
    """A connection to a file, or to a database in memory that nobody else reaches.

    Raises:
        ConfigError: the file cannot be opened.
    """

    def __init__(self, path: Path | None) -> None:
        self.is_private = path is None
        self.connection = _connect(path)
        # Inside a block; whether SQLite knows of it; the first statement, while it is the only one.
        self._in_block = self._begun = False
        self._held: Statement | None = None

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """The rows of a statement that reads."""
        if self._held is not None:
            self._begin()
        return self.connection.execute(sql, parameters)

    def change(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """The outcome of a statement that writes: rows that it returns, and how many it met."""
        if self._in_block and not self._begun:
            self._begin()
        return self.connection.execute(sql, parameters)

    def change_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Write with one statement and many rows of parameters."""
        if self._in_block and not self._begun:
            self._begin()
        self.connection.executemany(sql, rows)

    def write(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Write, at the latest at the end of the block; nobody asks for the outcome."""
        if self._in_block and not self._begun and self._held is None:
            self._held = (sql, parameters)
        else:
            self.change(sql, parameters)

    def block(self, undo: Callable[[], None]) -> Block:
        """What happens inside counts as a whole; `undo` is called where it raises."""
        return Block(self, undo)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def enter(self) -> None:
        """Begin a block."""
        self._in_block = True
        # Others must not write between what is read here and what is written by it.
        if not self.is_private:
            self._begin()

    def leave(self, *, keep: bool) -> None:
        """End a block, and keep or take back what it wrote."""
        begun, held = self._begun, self._held
        self._in_block = self._begun = False
        self._held = None
        if begun:
            self.connection.execute("COMMIT" if keep else "ROLLBACK")
        elif keep and held is not None:
            # A single statement is a transaction by itself.
            self.connection.execute(*held)

    def _begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self._begun = True
        if self._held is not None:
            held, self._held = self._held, None
            self.connection.execute(*held)


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
        # A commit reaches the file before the answer leaves; the end of a process loses nothing.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error as error:
        what = f"cannot be opened as a database ({error})"
        raise ConfigError(what, where=str(path), fix="Name a writable path") from error
    db.create_function("fold", 1, fold, deterministic=True)
    return db
