"""One sandbox to a database: a second one that is started on the same file is refused.

Two that know nothing of each other would miss each other's changes of set-up, clock and faults. The workers
of one sandbox share its lock.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ccaas_kit.contract.errors import ConfigError


@contextmanager
def of(database: Path) -> Iterator[None]:
    """Have the database for oneself while the block lasts; the lock ends with the process, however it ends.

    Raises:
        ConfigError: another sandbox has it, or its folder cannot be written.
    """
    # Not the database itself: to close it would end the locks of SQLite.
    path = database.with_name(f"{database.name}.lock")
    try:
        file = path.open("a", encoding="ascii")
    except OSError as error:
        what = f"cannot be locked ({error.strerror or error})"
        raise ConfigError(what, where=str(path), fix="Name a file in a folder of yours") from error
    with file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            what = "another sandbox is running on this database"
            fix = "Give that one --workers, or name another file"
            raise ConfigError(what, where=str(database), fix=fix) from error
        yield
