"""What a run creates on a target, recorded in its journal before a request and after its response.

The contract says what a request creates and changes (`x-sn-state`). Each request that may create
something is recorded before it is sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from ccaas_kit.contract import parsing
from ccaas_kit.contract.parsing import parse_json, parse_xml
from ccaas_kit.contract.shapes import State
from ccaas_kit.gateway.ask import ABSENT, XML, Ask
from ccaas_kit.gateway.safety import fields
from ccaas_kit.gateway.safety.fields import UnreadableError
from ccaas_kit.gateway.safety.journal import Journal, TargetRecord
from ccaas_kit.gateway.timing import clock
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.exchanges import Exchange, Response

_TABLE_NAME = "#/components/schemas/TableName"
SYS_ID = "sys_id"
# The number of requests that create nothing, which the journal does not hold.
_NOTHING = 0
# A server in between can give up a request that the target still serves.
_TIMED_OUT = 408
# How an operation that creates or updates says which of both it did.
_CREATED, _UPDATED = 201, 200
# Random text, as probes put it into what they send; the 32 digits of a sys_id are none.
_RANDOM = re.compile(r"(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])")
# An id as probes make one up: other software gives out hardly any of this form.
_MADE_UP = re.compile(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")


class Ledger:
    """Journals what requests create, and knows what is the run's own.

    `foreign_ids` are the ids of records of others that the run knows of; `own` are records that it has
    created already.
    """

    def __init__(
        self,
        contract: Contract,
        journal: Journal,
        foreign_ids: frozenset[str],
        own: frozenset[str] = frozenset(),
    ) -> None:
        self._contract = contract
        self._journal = journal
        self._foreign_ids = foreign_ids
        self._own = set(own)
        self._made_up: set[str] = set()

    def before(self, operation: Operation, ask: Ask) -> int:
        """Note what a request may create; gives the number under which it is noted."""
        table = self._contract.state(operation).get("creates")
        if table is None or ask.method is not None:
            return _NOTHING
        keys = self.keys(operation, ask)
        document = self._document(operation, ask) if self._are_own(keys) else None
        marks = {} if keys else _marks(ask, self._foreign_ids)
        return self._journal.intend(operation.id, table, marks, document)

    def after(self, number: int, operation: Operation, ask: Ask, exchange: Exchange) -> None:
        """Note what the request has created, if the response tells.

        A response that says neither what was created nor that nothing was leaves the entry open, so
        that the clean-up searches: a write can have happened although the response is a 500.
        """
        response = exchange.response
        if number == _NOTHING or response is None:
            return
        records = self._outcome(operation, ask, response)
        if records is None:
            self._journal.leave_open(number, status=response.status, moment=_moment(response))
            return
        created, served = records
        self._own.update(record.sys_id for record in created)
        self._journal.end(number, created, served=served, moment=_moment(response))

    def _outcome(
        self, operation: Operation, ask: Ask, response: Response
    ) -> tuple[tuple[TargetRecord, ...], bool] | None:
        """What a response says was created, and whether it served; None if it does not tell."""
        if 400 <= response.status < 500 and response.status != _TIMED_OUT:
            return (), False
        if not 200 <= response.status < 300:
            return None
        keys = self.keys(operation, ask)
        if keys and not self._are_own(keys):
            is_new = self._is_new(operation, response)
            if is_new is None:
                # What belongs to a record of others may have been there before: that stays open.
                return None
            if not is_new:
                return (), False
        found = list(_created(self._contract.state(operation), _result(response), ask))
        if not found and not self._are_own(keys):
            # It was served, and does not tell where the record is: that stays open.
            return None
        return tuple(record for record in found if record.sys_id not in self._foreign_ids), True

    def keys(self, operation: Operation, ask: Ask) -> dict[str, str]:
        """The ids in the path of a request: of the records that it is about."""
        keyed = self._contract.state(operation).get("key", ())
        return {
            parameter.name: ask.path.get(parameter.name, "")
            for parameter in operation.parameters
            if parameter.place == "path"
            and parameter.name in keyed
            and not self._is_table(parameter.schema)
        }

    def is_own(self, value: str) -> bool:
        """Whether an id is that of a record that the run has created."""
        return value in self._own

    def is_made_up(self, value: str, exchanges: Sequence[Exchange]) -> bool:
        """Whether an id was invented by the run: no response has contained it."""
        if value in self._made_up:
            return True
        if not _MADE_UP.fullmatch(value) or value in self._foreign_ids:
            return False
        text = value.encode()
        if any(exchange.response and text in exchange.response.body for exchange in exchanges):
            return False
        self._made_up.add(value)
        return True

    def _are_own(self, keys: Mapping[str, str]) -> bool:
        """Whether there are ids, and nobody but the run has anything there."""
        return bool(keys) and all(key in self._own or key in self._made_up for key in keys.values())

    def _is_new(self, operation: Operation, response: Response) -> bool | None:
        """Whether a response says that a record is new; None if this operation's never do."""
        if {_CREATED, _UPDATED} <= operation.responses.keys():
            return response.status == _CREATED
        return None

    def _document(self, operation: Operation, ask: Ask) -> TargetRecord | None:
        """The record that the path names by its table and its id."""
        tables = [
            ask.path.get(parameter.name, "")
            for parameter in operation.parameters
            if parameter.place == "path" and self._is_table(parameter.schema)
        ]
        ids = list(self.keys(operation, ask).values())
        return TargetRecord(tables[0], ids[0]) if len(tables) == len(ids) == 1 else None

    def _is_table(self, schema: str) -> bool:
        return bool(self._contract.node(schema).get("$ref") == _TABLE_NAME)


def ids_in(response: Response | None) -> list[str]:
    """The sys_ids of what a response tells of as created."""
    return _sys_ids(_result(response)) if response else []


def content(ask: Ask) -> bytes:
    """The body of a request as it leaves."""
    if ask.raw is not None:
        return ask.raw
    return b"" if ask.body is ABSENT else json.dumps(ask.body).encode()


def _marks(ask: Ask, foreign_ids: frozenset[str]) -> dict[str, str]:
    """The texts of a body that hold something random, so that no other record has them."""
    body = ask.body
    if ask.raw is not None:
        try:
            body = parse_json(ask.raw)
        except parsing.UnreadableError:
            return {}
    if not isinstance(body, dict):
        return {}
    return {
        name: value
        for name, value in body.items()
        if isinstance(value, str)
        and value not in foreign_ids
        and re.fullmatch(r"\w+", name)
        and re.fullmatch(r"[\w.@ -]+", value)
        and (_RANDOM.search(value) or _MADE_UP.fullmatch(value))
    }


def _result(response: Response) -> Any:
    try:
        if response.media_type == XML:
            return _plain(parse_xml(response.body).find("result"))
        body = response.json()
    except parsing.UnreadableError:
        # Cut off, in an encoding that nobody knows, or nested beyond measure.
        return None
    return body.get("result") if isinstance(body, dict) else None


def _plain(element: Element | None) -> Any:
    """XML as the JSON that it means."""
    if element is None:
        return None
    if len(element):
        return {child.tag: _plain(child) for child in element}
    return element.text or ""


def _created(state: State, result: Any, ask: Ask) -> Iterator[TargetRecord]:
    """The records that a response says were created, those last on which others hang."""
    if isinstance(result, dict):
        for field, table in state.get("sets", {}).items():
            document = result.get(f"{field.removesuffix('Table')}Document")
            # What the request named itself was there before.
            if not isinstance(document, str) or not document or _names(ask, document):
                continue
            if result.get(field) == table:
                yield TargetRecord(table, document)
    for sys_id in _sys_ids(result):
        yield TargetRecord(state["creates"], sys_id)


def _names(ask: Ask, sys_id: str) -> bool:
    """Whether a request holds an id, or may hold it."""
    try:
        found = [*fields.of_query(ask.query), *fields.of_body(content(ask), ask.media)]
    except UnreadableError:
        return True
    return any(
        sys_id.lower() in text.lower() for field in found for text in (field.name, field.text)
    )


def _sys_ids(result: Any) -> list[str]:
    if isinstance(result, str):
        return [result] if re.fullmatch("[0-9a-f]{32}", result) else []
    if isinstance(result, list):
        return [sys_id for part in result for sys_id in _sys_ids(part)]
    if not isinstance(result, dict):
        return []
    if isinstance(result.get(SYS_ID), str):
        return _sys_ids(result[SYS_ID])
    nested = [part for part in result.values() if isinstance(part, dict | list)]
    return [sys_id for part in nested for sys_id in _sys_ids(part)]


def _moment(response: Response) -> str:
    """When the target responded, in UTC, as its records have it; empty if it does not say."""
    date = clock.date_of(response)
    return date.strftime(clock.FORM) if date else ""
