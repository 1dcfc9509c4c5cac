"""Removing what a run has created, by its journal and through the Table API of the target.

It deletes only records that the journal proves to be the run's own. Uncertain records, and those that
the target does not delete, are listed as leaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ccaas_kit.gateway.connection import NoAnswerError
from ccaas_kit.gateway.diagnosis import Kind
from ccaas_kit.gateway.safety import doubles
from ccaas_kit.gateway.safety.journal import Entry, Journal, Log, TargetRecord
from ccaas_kit.gateway.table_api import Record, TableApi, TableError
from ccaas_kit.gateway.timing import clock

# The columns with which records that hang on a document name it.
_DOCUMENT = ("document_table", "document_id")
_CREATED = "sys_created_on"
# A record can be this much older or younger than the response that named it.
_SLACK = timedelta(minutes=10)
# So many records of ours are looked at for one that shows the clock of the target.
_MOST_LOOKS = 5
_MOST = 100
_MORE = f"there may be more than {_MOST}"
# With these a target fails once, and not for the whole of a table.
_OF_A_MOMENT = frozenset({Kind.FAILED, Kind.GATEWAY, Kind.RATE_LIMITED, Kind.NOT_JSON})
# The statuses of a table list if there are no tables; an instance has them all.
_NO_TABLES = frozenset({Kind.NO_RESOURCE, Kind.NOT_FOUND, Kind.METHOD_REFUSED})


@dataclass(frozen=True, slots=True)
class Leak:
    """What may still be there; table and sys_id are empty where they are not known.

    A `final` one stays, however often somebody tries.
    """

    table: str
    sys_id: str
    why: str
    final: bool = False

    def document(self) -> dict[str, str]:
        """The leak as reports have it."""
        return {"table": self.table, "sys_id": self.sys_id, "why": self.why}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The outcome: how many records were removed, and what was not.

    `doubles` are records that the target had made of one request beside the one that it named.
    """

    removed: int
    leaks: tuple[Leak, ...]
    doubles: int = 0


class Cleaner:
    """Removes the records of a journal, the last one first."""

    def __init__(self, log: Log, tables: TableApi, journal: Journal) -> None:
        self._log = log
        self._tables = tables
        self._journal = journal
        self._gone = set(log.gone)
        self._removed = 0
        self._silence: TableError | NoAnswerError | None = None
        self._leaks: dict[tuple[str, str, str], Leak] = {}
        self._searched: set[tuple[str, TargetRecord]] = set()
        self._closed: dict[str, TableError] = {}
        self._clock: timedelta | None = None
        self._looks = 0
        self._doubles = 0

    def clean(self) -> Cleaned:
        """Remove everything, and note in the journal what is gone."""
        for entry in reversed(self._log.entries):
            for record in reversed(entry.created):
                self._remove(record, entry.moment)
            if entry.document is not None:
                # Also of one that was refused: served twice, only the second one gets a response.
                self._remove_from(entry.table, entry.document)
            elif not entry.ended:
                self._remove_marked(entry)
        self._remove_doubles()
        if self._doubles:
            self._list_doubles()
        self._journal.close(leaks=sum(not leak.final for leak in self._leaks.values()))
        return Cleaned(self._removed, tuple(self._leaks.values()), self._doubles)

    def _remove(self, record: TargetRecord, moment: str) -> None:
        if record in self._gone:
            return
        try:
            created = self._created(record)
            if moment and not self._fits(created, moment):
                reason = f"it is of {created}, and the run created its own at {moment}"
                self._leak(record.table, record.sys_id, f"not deleted: {reason}")
                return
            self._removed += self._tables.delete(record.table, record.sys_id)
        except (TableError, NoAnswerError) as error:
            final = self._is_final(record.table, error)
            self._leak(record.table, record.sys_id, self._seen(record.table, error), final=final)
            return
        self._gone.add(record)
        self._journal.gone(record)

    def _created(self, record: TargetRecord) -> str:
        """When a record was created; empty if the target does not show it."""
        found = self._read(record.table, f"sys_id={record.sys_id}", ("sys_id", _CREATED), 1)
        return next((row[_CREATED] for row in found if row["sys_id"] == record.sys_id), "")

    def _fits(self, created: str, moment: str) -> bool:
        """Whether a record can have been created then; one that does not say when may have been."""
        at, expected = clock.moment_of(created), clock.moment_of(moment)
        if at is None or expected is None:
            return True
        # Where the clocks agree nothing needs to be found out.
        near = clock.is_near(at, expected, _SLACK, ahead=clock.NONE)
        return near or clock.is_near(at, expected, _SLACK, ahead=self._ahead())

    def _ahead(self) -> timedelta:
        """How far the clock of the records is ahead of that of the responses.

        Only a record that has what nobody else has put into one shows it: of any other the target
        may only say that it is new.
        """
        if self._clock is None:
            found = (self._measured(offset) for offset in self._log.entries)
            measured = (offset for offset in found if offset is not None)
            self._clock = next(measured, clock.NONE)
        return self._clock

    def _measured(self, entry: Entry) -> timedelta | None:
        is_telling = entry.created and entry.marks and entry.moment
        record = next(
            (candidate for candidate in entry.created if candidate.table == entry.table), None
        )
        if not is_telling or record is None or record in self._gone or self._looks >= _MOST_LOOKS:
            return None
        self._looks += 1
        fields = ("sys_id", _CREATED, *entry.marks)
        try:
            found = self._read(entry.table, f"sys_id={record.sys_id}", fields, 1)
        except (TableError, NoAnswerError):
            return None
        own = {"sys_id": record.sys_id, **entry.marks}
        for row in found:
            if all(row[name] == value for name, value in own.items()):
                return clock.distance(row[_CREATED], clock.moment_of(entry.moment))
        return None

    def _remove_from(self, table: str, document: TargetRecord) -> None:
        """Remove what hangs on a record of ours; nobody else has put anything there."""
        if (table, document) in self._searched:
            return
        self._searched.add((table, document))
        values = dict(zip(_DOCUMENT, (document.table, document.sys_id), strict=True))
        self._remove_found(table, values, f"of {document.table} {document.sys_id}")

    def _remove_marked(self, entry: Entry) -> None:
        """Remove what a request created whose response does not tell, if the request marked it."""
        if not entry.marks:
            response = f"got {entry.status}" if entry.status else "got no response"
            reason = f"{entry.operation} may have created one: it {response}"
            self._list_unmarked(entry, reason)
            return
        shown = ", ".join(f"{name} {value}" for name, value in entry.marks.items())
        self._remove_found(entry.table, dict(entry.marks), f"with {shown}", entry.moment)

    def _list_unmarked(self, entry: Entry, reason: str) -> None:
        """List what a request may have created: who else made a record then, nobody can say."""
        seen = self._of_about(entry)
        for sys_id in seen:
            self._leak(entry.table, sys_id, f"not deleted: {reason} at that time", final=True)
        if not seen:
            self._leak(entry.table, "", reason, final=True)

    def _of_about(self, entry: Entry) -> list[str]:
        """The records of a table that were created when a request was served, without ours."""
        moment = clock.moment_of(entry.moment)
        if moment is None:
            return []
        middle = moment + self._ahead()
        first, last = (f"{middle + sign * _SLACK:{clock.FORM}}" for sign in (-1, 1))
        query = f"{_CREATED}>={first}^{_CREATED}<={last}"
        try:
            found = self._read(entry.table, query, ("sys_id", _CREATED), _MOST)
        except (TableError, NoAnswerError) as error:
            self._seen(entry.table, error)
            return []
        if len(found) == _MOST:
            self._leak(entry.table, "", f"of those of {entry.moment} {_MORE}", final=True)
        return [
            record["sys_id"]
            for record in found
            if record["sys_id"] not in self._log.own
            and record[_CREATED]
            and self._fits(record[_CREATED], entry.moment)
        ]

    def _remove_doubles(self) -> None:
        """Remove what has the marks of a request that has created one record already."""
        for table, column, entries in doubles.by_mark(self._log.entries):
            query = f"{column}IN{','.join(entry.marks[column] for entry in entries)}"
            fields = ("sys_id", *doubles.columns(entries))
            whose = f"with the {column} of ours"
            found = self._found(table, query, fields, whose)
            for row in found:
                entry = doubles.marked_alike(row, entries)
                record = TargetRecord(table, row["sys_id"])
                # A journal that is cleaned again has the doubles that are gone.
                is_known = record in self._gone or record.sys_id in self._log.own
                if entry is not None and not is_known:
                    self._doubles += 1
                    self._remove(record, entry.moment)

    def _list_doubles(self) -> None:
        """List what a target that serves requests twice has made of those that nothing marks."""
        tables: dict[str, list[Entry]] = {}
        for entry in self._log.entries:
            if entry.created and not entry.marks and entry.document is None:
                tables.setdefault(entry.table, []).append(entry)
        for entries in tables.values():
            for entry in entries[:: max(len(entries) // _MOST_LOOKS, 1)]:
                reason = f"the target serves requests twice: {entry.operation} may have created one"
                self._list_unmarked(entry, reason)

    def _remove_found(
        self, table: str, values: dict[str, str], whose: str, moment: str = ""
    ) -> None:
        query = "^".join(f"{name}={value}" for name, value in values.items())
        fields = ("sys_id", *values)
        # An instance drops the parts of a query that it does not understand.
        for record in self._found(table, query, fields, whose):
            fitting = [name for name, value in values.items() if record[name] == value]
            if len(fitting) == len(values):
                self._remove(TargetRecord(table, record["sys_id"]), moment)
            elif fitting and values.keys() != set(_DOCUMENT):
                # An instance can have cut or dropped the rest; somebody can have copied this part.
                reason = f"not deleted: of those {whose} it has {' and '.join(fitting)} alone"
                self._leak(table, record["sys_id"], reason, final=True)

    def _found(self, table: str, query: str, fields: Sequence[str], whose: str) -> list[Record]:
        """What a search finds; that it failed, or may have left something out, is listed."""
        try:
            found = self._read(table, query, fields, _MOST)
        except (TableError, NoAnswerError) as error:
            final, reason = self._is_final(table, error), self._seen(table, error)
            self._leak(
                table,
                "",
                reason if final else f"those {whose} cannot be read: {reason}",
                final=final,
            )
            return []
        if len(found) == _MOST:
            self._leak(table, "", f"of those {whose} {_MORE}")
        return found

    def _read(self, table: str, query: str, fields: Sequence[str], limit: int) -> list[Record]:
        """Records of a table; a target that has gone, or a closed table, is asked no more."""
        if self._silence is not None:
            raise self._silence
        if table in self._closed:
            raise self._closed[table]
        try:
            return self._tables.records(table, query=query, fields=fields, limit=limit)
        except NoAnswerError as error:
            self._silence = error
            raise
        except TableError as error:
            if error.diagnosis.kind not in _OF_A_MOMENT:
                self._closed[table] = error
            elif self._tables.has_given_up:
                self._silence = error
            raise

    def _seen(self, table: str, error: TableError | NoAnswerError) -> str:
        if isinstance(error, NoAnswerError):
            self._silence = error
        if self._is_final(table, error):
            return "the target has no Table API"
        return error.diagnosis.seen

    def _is_final(self, table: str, error: TableError | NoAnswerError) -> bool:
        """Whether it is the list of the table that is not there."""
        return self._closed.get(table) is error and error.diagnosis.kind in _NO_TABLES

    def _leak(self, table: str, sys_id: str, why: str, *, final: bool = False) -> None:
        self._leaks[(table, sys_id, why)] = Leak(table, sys_id, why, final)
