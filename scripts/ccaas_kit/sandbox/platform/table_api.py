"""A small part of the platform's Table API: list, read and delete the records of the sandbox.

It is outside the contract. It is here so that tools can look up real ids, and can remove what they
created, in the way in which they would on an instance.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

from ccaas_kit.sandbox.http import refusals
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.instance.settings import User
from ccaas_kit.sandbox.platform import auth
from ccaas_kit.sandbox.query import queries
from ccaas_kit.sandbox.query import sql as query_sql
from ccaas_kit.sandbox.storage.database import QueryTimeoutError
from ccaas_kit.sandbox.storage.tables import Table

PREFIX = "/api/now/table/"
_LIMIT = 10_000
_MAX_FIELDS = 100
_TOTAL = "X-Total-Count"


class TableApi:
    """Answers under `/api/now/table/`; any user who has a role may call it."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def handle(self, request: Request) -> Response:
        """Records, one record, or nothing where one was deleted."""
        user = auth.user_of(request, self._instance)
        if user is None:
            return self._refuse(401, "notAuthenticatedResponse", (auth.CHALLENGE,))
        if not user.roles:
            return self._refuse(403, "notAuthorizedResponse")
        name, _, sys_id = unquote(request.path.removeprefix(PREFIX)).strip("/").partition("/")
        table = self._instance.tables.get(name)
        if table is None:
            return _error(400, f"Invalid table {name[:80]}")
        response = {
            ("GET", False): partial(self._list, table, request, user),
            ("GET", True): partial(self._read, table, sys_id, user),
            ("DELETE", True): partial(self._delete, table, sys_id, user),
        }.get((request.method, bool(sys_id)))
        try:
            return _error(405, "Method not Supported") if response is None else response()
        except QueryTimeoutError:
            return render(200, orjson.dumps(refusals.cancelled()))

    def _list(self, table: Table, request: Request, user: User) -> Response:
        try:
            pairs = parse_qsl(request.query, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
        except ValueError:
            return _error(400, "The query has too many fields")
        asked = dict(pairs)
        limit, offset = (asked.get(key, "") for key in ("sysparm_limit", "sysparm_offset"))
        try:
            query = queries.parse(asked.get("sysparm_query", ""), table, self._instance.tables)
        except queries.QueryTooLongError as error:
            return _error(400, str(error))
        context = query_sql.Context(user.sys_id, user.user_name, self._instance.now())
        sql = query_sql.compile(query, table, self._instance.tables, context)
        hidden = self._instance.settings.hidden_from(user)
        where = sql.where + "".join(" AND t.sys_id <> ?" for _ in hidden)
        first, most = _number(offset, 0), _number(limit, _LIMIT)
        found: list[str] = []
        total = 0
        # Tables that extend this one have its fields and its indexes; they come after it.
        for held in self._instance.tables.family(table.name):
            order_parameters = sql.parameters[len(sql.where_parameters) :]
            parameters = (*sql.where_parameters, *hidden, *order_parameters)
            order = sql.order_by
            there = self._instance.store.select(
                held.name, where, parameters, order_by=order, limit=first + most, offset=0
            )
            found += there
            # The count knows nothing of access rules.
            if hidden or len(there) == first + most:
                there = self._instance.store.select(
                    held.name, sql.where, sql.where_parameters, order_by="", limit=-1, offset=0
                )
            total += len(there)
        found = found[first : first + most]
        fields = [each for each in asked.get("sysparm_fields", "").split(",") if each]
        shown = [_only(orjson.loads(text), fields) for text in found]
        return render(200, orjson.dumps({"result": shown}), headers=((_TOTAL, str(total)),))

    def _read(self, table: Table, sys_id: str, user: User) -> Response:
        record = self._instance.store.read(table.name, sys_id)
        if record is None or not self._instance.settings.sees(user, sys_id):
            return self._refuse(404, "noRecordResponse")
        return _response(200, record)

    def _delete(self, table: Table, sys_id: str, user: User) -> Response:
        sees = self._instance.settings.sees(user, sys_id)
        if not sees or not self._instance.store.delete(table.name, sys_id):
            return self._refuse(404, "noRecordResponse")
        return Response(204, (), b"")

    def _refuse(
        self, status: int, example: str, headers: tuple[tuple[str, str], ...] = ()
    ) -> Response:
        body = self._instance.contract.example(example)
        return render(status, orjson.dumps(body), headers=headers)


def _only(record: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    return {name: record.get(name, "") for name in fields} if fields else record


def _number(text: str, otherwise: int) -> int:
    return int(text[:9]) if text.isascii() and text.isdigit() else otherwise


def _response(status: int, result: Any) -> Response:
    return render(status, orjson.dumps({"result": result}))


def _error(status: int, message: str) -> Response:
    body = {"error": {"message": message, "detail": None}, "status": "failure"}
    return render(status, orjson.dumps(body))
