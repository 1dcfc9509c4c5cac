"""One SQLite database: its statements, blocks of them that count as a whole, and bounded reading."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.storage.table_sql import fold

_BUSY_SECONDS = 30.0
# After so many steps of its machine SQLite looks whether the time is up: a millisecond at most.
_STEPS = 2000
# What a large transaction leaves of the file beside the database.
_LOG_BYTES = 16 * 1024 * 1024


class QueryTimeoutError(Exception):
    """A statement took longer than it may."""


class Database:
    """A connection to a file, or to a temporary file of its own that is removed with it.

    What is long to read is read by further connections, in other threads: they see what was
    committed when they begin, and hold nobody up.

    Raises:
        ConfigError: the file cannot be opened.
    """

    def __init__(self, path: Path | None) -> None:
        self.is_private = path is None
        if path is None:
            folder = tempfile.mkdtemp(prefix="sandbox-")
            self._remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            path = Path(folder) / "records.sqlite"
        self._path = path
        self.connection = _connect(path)
        if self.is_private:
            # Nothing of it has to outlive a loss of power.
            self.connection.execute("PRAGMA synchronous = OFF")
        self._idle: list[sqlite3.Connection] = []
        self._reading: set[sqlite3.Connection] = set()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """The outcome of a statement: its rows, and how many it met."""
        return self.connection.execute(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement with many rows of parameters."""
        self.connection.executemany(sql, rows)

    def read(self, sql: str, parameters: Sequence[Any], *, until: float) -> list[Any]:
        """All rows of a statement, which may take until a moment of the monotonic clock.

        Raises:
            QueryTimeoutError: it took longer.
        """
        return _read(self.connection, sql, parameters, until)

    def read_beside(self, sql: str, parameters: Sequence[Any], *, until: float) -> list[Any]:
        """The same by another connection, while this one may be used by other threads.

        Raises:
            QueryTimeoutError: it took longer, or the database was closed meanwhile.
        """
        connection = self._idle.pop() if self._idle else _connect(self._path)
        self._reading.add(connection)
        try:
            return _read(connection, sql, parameters, until)
        finally:
            self._reading.discard(connection)
            self._idle.append(connection)

    @contextmanager
    def block(self, undo: Callable[[], None]) -> Iterator[None]:
        """What happens inside becomes durable together; `undo` is called where it raises."""
        # Others must not write between what is read here and what is written by it.
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            undo()
            raise
        self.connection.execute("COMMIT")

    def close(self) -> None:
        """Close the connections; what is still read ends."""
        for connection in tuple(self._reading):
            connection.interrupt()
        for connection in (self.connection, *self._idle):
            connection.close()
        if self.is_private:
            self._remove()


def _read(
    connection: sqlite3.Connection, sql: str, parameters: Sequence[Any], until: float
) -> list[Any]:
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        return connection.execute(sql, parameters).fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise QueryTimeoutError from error
        raise
    finally:
        connection.set_progress_handler(None, 0)


def _connect(path: Path) -> sqlite3.Connection:
    try:
        db = sqlite3.connect(
            path,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        # A commit reaches the file before the response leaves; the end of a process loses nothing.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
    except sqlite3.Error as error:
        what = f"cannot be opened as a database ({error})"
        raise ConfigError(what, where=str(path), fix="Name a writable path") from error
    db.create_function("fold", 1, fold, deterministic=True)
    return db
