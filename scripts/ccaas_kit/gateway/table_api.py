"""The Table API of an instance: records by query, and their deletion.

It is not one of the five APIs of the contract, but the way to the ids that these need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ccaas_kit.contract.errors import TargetError
from ccaas_kit.gateway import diagnosis
from ccaas_kit.gateway.connection import Connection
from ccaas_kit.gateway.diagnosis import Diagnosis, Kind, TargetResponse, Words

Record = dict[str, str]


class TableError(TargetError):
    """A table was not read or not changed; `diagnosis` is the response of the instance."""

    def __init__(self, table: str, diagnosed: Diagnosis) -> None:
        self.table = table
        self.diagnosis = diagnosed
        super().__init__(diagnosed.seen, where=f"table {table}", fix=diagnosed.advice)


class TableApi:
    """The tables of an instance, over a connection that others may use too."""

    def __init__(self, connection: Connection, words: Words) -> None:
        self._connection = connection
        self._words = words

    @property
    def has_given_up(self) -> bool:
        """Whether the target was silent for as long as the connection waits."""
        return self._connection.has_given_up

    def records(
        self, table: str, *, query: str = "", fields: Sequence[str] = ("sys_id",), limit: int = 10
    ) -> list[Record]:
        """The records of a table that fit an encoded query, with the fields that are asked for.

        An instance drops the parts of a query that it does not understand, and leaves out what
        the user may not see: what comes back can be more or less than was meant.

        Raises:
            TableError: the table was not read.
            NoAnswerError: there was no response.
        """
        result = self._listed(
            table, {"sysparm_query": query, "sysparm_fields": ",".join(fields)}, limit
        )
        return [{name: _text(record.get(name)) for name in fields} for record in result]

    def whole(self, table: str, *, query: str = "", limit: int) -> list[Record]:
        """The first records of a table that fit an encoded query, with all their fields.

        Raises:
            TableError: the table was not read.
            NoAnswerError: there was no response.
        """
        return [
            {name: _text(value) for name, value in record.items()}
            for record in self._listed(table, {"sysparm_query": query} if query else {}, limit)
        ]

    def count(self, table: str, *, query: str) -> int | None:
        """How many records fit a query, those included that the user may not see; None if unsaid.

        Raises:
            TableError: the table was not read.
            NoAnswerError: there was no response.
        """
        text = self._response(table, {"sysparm_query": query}, 1).headers.get("x-total-count", "")
        return int(text) if text.isascii() and text.isdecimal() else None

    def _listed(self, table: str, asked: Mapping[str, str], limit: int) -> list[dict[str, Any]]:
        response = self._response(table, asked, limit)
        document = response.json()
        result = document.get("result") if isinstance(document, dict) else None
        if not isinstance(result, list):
            what = f"{diagnosis.of_response(response, self._words).seen} without a list of records"
            raise TableError(table, Diagnosis(Kind.NOT_JSON, what, "Check the URL"))
        return [record for record in result[:limit] if isinstance(record, dict)]

    def _response(self, table: str, asked: Mapping[str, str], limit: int) -> TargetResponse:
        response = self._connection.get(
            _path(table),
            {**asked, "sysparm_limit": str(limit), "sysparm_exclude_reference_link": "true"},
        )
        found = diagnosis.of_response(response, self._words)
        if found.kind is not Kind.SERVED:
            raise TableError(table, found)
        return response

    def delete(self, table: str, sys_id: str) -> bool:
        """Delete a record; whether there was one.

        Raises:
            TableError: it was not deleted.
            NoAnswerError: there was no response.
        """
        response = self._connection.delete(f"{_path(table)}/{quote(sys_id, safe='')}")
        found = diagnosis.of_response(response, self._words)
        if found.kind not in (Kind.SERVED, Kind.NOT_FOUND):
            raise TableError(table, found)
        return found.kind is Kind.SERVED


def _path(table: str) -> str:
    return f"/api/now/table/{quote(table, safe='')}"


def _text(value: Any) -> str:
    """A value as text, as an instance sends it; of a reference, the sys_id that it holds."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else ""
