"""Snapshots of the whole state, to go back to."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.storage.store import Store

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Snapshots:
    """Named copies of the records, the set-up and the clock of an instance.

    They stand beside the database file, where every process that shares it finds them, or in a
    folder that is removed with the process.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    def names(self) -> list[str]:
        """The names of the snapshots, sorted."""
        folder = self._folder(create=False)
        return sorted(path.stem for path in folder.glob("*.sqlite")) if folder else []

    def take(self, name: str) -> None:
        """Keep the present state under a name; one of the same name is replaced.

        Raises:
            ConfigError: the name is not one.
        """
        path = self._path(name)
        # Two processes may take a snapshot at the same time.
        fresh = path.with_suffix(f".{os.getpid()}.new")
        fresh.unlink(missing_ok=True)
        self._store.copy_to(fresh)
        shutil.move(fresh, path)

    def restore(self, name: str) -> None:
        """Go back to a snapshot.

        Raises:
            ConfigError: there is none of this name, or it was taken of other tables.
        """
        self._store.copy_from(self._taken(name))

    def drop(self, name: str) -> None:
        """Remove a snapshot.

        Raises:
            ConfigError: there is none of this name.
        """
        self._taken(name).unlink()

    def close(self) -> None:
        """Remove the snapshots of a sandbox whose records are in memory."""
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    def _taken(self, name: str) -> Path:
        path = self._path(name)
        if not path.exists():
            raise ConfigError(f"there is no snapshot '{name}'", fix="Take it first")
        return path

    def _path(self, name: str) -> Path:
        folder = self._folder(create=True)
        if folder is None or not _NAME.fullmatch(name):
            raise ConfigError(
                "a snapshot has no such name", fix="Use up to 64 letters, digits, _ and -"
            )
        return folder / f"{name}.sqlite"

    def _folder(self, *, create: bool) -> Path | None:
        database = self._store.path
        if database is not None:
            folder = database.with_name(f"{database.name}.snapshots")
            if create:
                folder.mkdir(exist_ok=True)
            return folder
        if self._temporary is None and create:
            self._temporary = tempfile.TemporaryDirectory(prefix="sandbox-")
        return Path(self._temporary.name) if self._temporary else None
