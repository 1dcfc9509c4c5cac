"""The search for ids: which records of a target requests can be sent with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ccaas_kit.contract.errors import TargetError
from ccaas_kit.contract.redaction import SHORTEST
from ccaas_kit.discovery import roles
from ccaas_kit.gateway.connection import Connection, NoAnswerError
from ccaas_kit.gateway.diagnosis import Kind, Words
from ccaas_kit.gateway.table_api import TableApi, TableError
from ccaas_kit.model import references
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.references import Pair, Reference

# Ids per name, and records that they are chosen from.
_MOST = 3
_SAMPLE = 50
# The first is what is wanted; a table without the column answers with all records, or with none.
_QUERIES = ("active=true^ORDERBYDESCsys_updated_on", "ORDERBYDESCsys_updated_on")
# What a request names instead of the sys_id, by table (agent-mapping page, path parameters).
_COLUMNS = {"sys_cs_provider_application": "inbound_id"}
# The columns of a mapping that say which record it is of.
_MAPPING = ("document_table", "document_id")
_USERS = "sys_user"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Found:
    """The ids for one name; `source` says where they come from, or why there are none.

    `is_held_back` marks ids that a run is not to use unless a person says so.
    """

    name: str
    operations: tuple[str, ...]
    values: tuple[str, ...]
    source: str
    note: str = ""
    is_held_back: bool = False

    @property
    def is_given(self) -> bool:
        """Whether there are ids to use."""
        return bool(self.values) and not self.is_held_back


class Search:
    """A search on one target, which reads each table once.

    Without `changing`, ids of records that a call would change are held back.
    """

    def __init__(
        self, contract: Contract, connection: Connection, secrets: Sequence[str], *, changing: bool
    ) -> None:
        self._contract = contract
        self._changing = changing
        self._url = connection.url
        self._tables = TableApi(connection, Words.of(contract))
        self._secrets = secrets
        self._read: dict[tuple[str, str], tuple[list[str], str]] = {}

    def results(self) -> list[Found]:
        """What there is for each name that requests need ids for.

        Raises:
            TargetError: the target is out of reach, or does not let its tables be read.
        """
        self._check()
        wanted, pairs = references.of(self._contract)
        found = [self._of_reference(reference) for reference in wanted]
        for pair in pairs:
            found += self._of_pair(pair)
        return found

    def _check(self) -> None:
        """Hold that the target has tables, by one that every instance has."""
        try:
            self._tables.records(_USERS, limit=1)
        except TableError as error:
            kind = error.diagnosis.kind
            if kind is Kind.NO_RESOURCE:
                raise TargetError(
                    f"has no Table API ({error.diagnosis.seen})",
                    where=self._url,
                    fix="Write the ids into a config file by hand",
                ) from error
            if kind is Kind.UNAUTHENTICATED or not error.diagnosis.is_from_api:
                raise TargetError(error.what, where=self._url, fix=error.fix) from error

    def _of_reference(self, wanted: Reference) -> Found:
        if wanted.table == _USERS and "agent" in wanted.name.lower():
            values, source = self._agents()
        else:
            column = wanted.column or _COLUMNS.get(wanted.table, "sys_id")
            values, source = self._column(wanted.table, column)
        values = [value for value in values if self._is_usable(wanted.schema, value)]
        held_back = bool(wanted.changing) and not self._changing
        note = ""
        if held_back and values:
            # A run that closes a conversation must not take one that people are in.
            note = f"{', '.join(wanted.changing)} changes these records: take out the # if it may"
        return Found(
            name=wanted.name,
            operations=wanted.operations,
            values=tuple(values[:_MOST]),
            source=source,
            note=note,
            is_held_back=held_back,
        )

    def _of_pair(self, pair: Pair) -> Iterator[Found]:
        """The table and the ids, all of one table so that any two of them fit together."""
        shown = []
        for table, values, source in self._candidates(pair):
            shown.append(source)
            usable = [value for value in values if self._is_usable(pair.schema, value)][:_MOST]
            if usable:
                named = f"the table of {pair.name}"
                yield Found(pair.table_name, pair.operations, (table,), named)
                yield Found(pair.name, pair.operations, tuple(usable), source)
                return
        yield Found(pair.table_name, pair.operations, (), f"see {pair.name}")
        yield Found(pair.name, pair.operations, (), "; ".join(shown))

    def _candidates(self, pair: Pair) -> Iterator[tuple[str, list[str], str]]:
        """Tables with ids, first those of records that have a mapping, which can be read."""
        if pair.mapped:
            rows, source = self._tried(pair.mapped, lambda: self._mappings(pair.mapped))
            for table in dict.fromkeys(table for table, _ in rows):
                if self._is_usable(pair.table_schema, table):
                    yield table, [id_ for named, id_ in rows if named == table], source
            if not rows:
                yield "", [], source
        for table in pair.tables:
            yield table, *self._column(table, "sys_id")

    def _mappings(self, table: str) -> tuple[list[tuple[str, str]], str]:
        rows = self._tables.records(table, query=_QUERIES[-1], fields=_MAPPING, limit=_SAMPLE)
        found = [(row[_MAPPING[0]], row[_MAPPING[1]]) for row in rows]
        return list(dict.fromkeys(found)), table if found else _nothing(table)

    def _agents(self) -> tuple[list[str], str]:
        key = (_USERS, "roles")
        if key not in self._read:
            self._read[key] = self._tried(_USERS, self._find_agents)
        return self._read[key]

    def _find_agents(self) -> tuple[list[str], str]:
        values, agent_roles = roles.agents(self._tables, limit=_MOST)
        if not values:
            return [], f"{_USERS}: no active user with {' and '.join(roles.AGENT_ROLES)} is shown"
        return values, f"{_USERS}, users with {' and '.join(agent_roles)}"

    def _column(self, table: str, column: str) -> tuple[list[str], str]:
        key = (table, column)
        if key not in self._read:
            self._read[key] = self._tried(table, lambda: self._find(table, column))
        return self._read[key]

    def _find(self, table: str, column: str) -> tuple[list[str], str]:
        for query in _QUERIES:
            rows = self._tables.records(table, query=query, fields=(column,), limit=_SAMPLE)
            values = [row[column] for row in rows if row[column]]
            if values:
                return list(dict.fromkeys(values)), f"{table}, column {column}"
        return [], _nothing(table)

    def _tried(self, table: str, find: Callable[[], tuple[list[_T], str]]) -> tuple[list[_T], str]:
        try:
            return find()
        except (TableError, NoAnswerError) as error:
            where = error.table if isinstance(error, TableError) else table
            return [], f"{where}: cannot be read ({error.diagnosis.seen})"

    def _is_usable(self, schema: str, value: str) -> bool:
        """Whether a value fits the contract and can be written down."""
        # A short secret can stand in an id by chance.
        is_secret = any(len(secret) >= SHORTEST and secret in value for secret in self._secrets)
        if not value.isprintable() or is_secret:
            return False
        return self._contract.schemas.is_valid(schema, value)


def _nothing(table: str) -> str:
    return f"{table}: no record is shown to this user"
