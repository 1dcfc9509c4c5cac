"""The indexes of a database: in a file all of them, in memory those that something was looked for by.

Each costs a creation a microsecond of some thirty (ADR 21), and most are never asked for. A file has
other readers and lasts, so its indexes are there from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from ccaas_kit.sandbox.storage.database import Database
from ccaas_kit.sandbox.storage.memory import Memory
from ccaas_kit.sandbox.storage.table_sql import Index, indexes_of
from ccaas_kit.sandbox.storage.tables import Tables

_REMEMBERED, _REMEMBERED_LENGTH = 512, 4096


class Indexes:
    """Makes an index when it is first of use."""

    def __init__(self, database: Database, tables: Tables) -> None:
        self._db = database
        self._all = {table.name: tuple(indexes_of(table)) for table in tables}
        self._absent: dict[str, list[Index]] = {}
        # What was looked for, and has its indexes.
        self._served: Memory[tuple[str, ...], None] = Memory(_REMEMBERED, _REMEMBERED_LENGTH)

    def look(self) -> None:
        """See which ones the database has, after it was opened, replaced or taken back."""
        rows = self._db.query("SELECT name FROM sqlite_master WHERE type = 'index'")
        present = {row[0] for row in rows}
        self._served.clear()
        for table, listed in self._all.items():
            self._absent[table] = [each for each in listed if each.name not in present]
            if not self._db.is_private:
                self._make(table, lambda _: True)

    def drop(self, table: str) -> None:
        """Have none for a table, before very many records come."""
        self._served.clear()
        for each in self._all[table]:
            self._db.change(each.dropped)
        self._absent[table] = list(self._all[table])

    def make_all(self, table: str) -> None:
        """Have all of a table."""
        self._make(table, lambda _: True)

    def need_for_fields(self, table: str, fields: Collection[str]) -> None:
        """Have the one that finds exact values of these fields.

        Raises:
            ValueError: no index of the table begins with them.
        """
        key = (table, *fields)
        if key in self._served or not fields:
            return
        wanted = next((each for each in self._all[table] if each.begins_with(fields)), None)
        if wanted is None:
            raise ValueError(f"{table} has no index that begins with {', '.join(fields)}")
        self._make(table, lambda each: each is wanted)
        self._served.keep(key, None, 0)

    def need_for_sql(self, table: str, where: str, order_by: str) -> None:
        """Have those whose columns all stand in a condition and an order."""
        key = (table, where, order_by)
        if key not in self._served:
            sql = where + order_by
            self._make(table, lambda each: all(column in sql for column in each.columns))
            self._served.keep(key, None, len(sql))

    def _make(self, table: str, is_wanted: Callable[[Index], bool]) -> None:
        absent = self._absent[table]
        for each in filter(is_wanted, absent):
            self._db.change(each.made)
        self._absent[table] = [each for each in absent if not is_wanted(each)]
