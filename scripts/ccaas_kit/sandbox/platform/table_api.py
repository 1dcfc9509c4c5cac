"""The platform's Table API over the records of the sandbox, for the clients that people have.

It is outside the contract. What it does follows "Table API" and "REST APIs" in the documentation of
the platform (release Australia, read 2026-11), and what was seen of instances where these say nothing.
`limits.yaml` has what it does not do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import orjson

from ccaas_kit.sandbox.contract import JSON, XML
from ccaas_kit.sandbox.http import (
    ignored,
    json_bodies,
    media_types,
    methods,
    refusals,
    xml_bodies,
)
from ccaas_kit.sandbox.http.messages import RefusalError, Request, Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.instance.settings import User
from ccaas_kit.sandbox.platform import auth, selection
from ccaas_kit.sandbox.platform.aggregates import Aggregates
from ccaas_kit.sandbox.platform.display import TABLES, Display, base_of, is_true
from ccaas_kit.sandbox.platform.writes import Writes
from ccaas_kit.sandbox.storage.database import QueryTimeoutError
from ccaas_kit.sandbox.storage.store import Record
from ccaas_kit.sandbox.storage.tables import Table

_STATS = "/api/now/stats"
# A URL without a version means the latest one.
_VERSIONS = ("v1", "v2")
_FIRST = "v1"
# How many records a list holds that does not say.
_LIMIT = 10_000
_LONGEST_NUMBER = 9
_TOTAL = "X-Total-Count"
_NO_BODY = "x-no-response-body"
# XML says of no field what it is, and each is a text here.
_TEXTS = {"additionalProperties": {"type": "string"}}
# The documented parameters that change nothing here: there is one domain and one category.
_WITHOUT_EFFECT = frozenset({"sysparm_query_no_domain", "sysparm_query_category"})
_KNOWN = _WITHOUT_EFFECT | {
    f"sysparm_{name}"
    for name in (
        *("query", "display_value", "exclude_reference_link", "fields", "limit", "no_count"),
        *("offset", "suppress_pagination_header", "input_display_value"),
    )
}

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Call:
    """One request to a table: who asks, for which record, with which parameters."""

    request: Request
    user: User
    table: Table
    sys_id: str
    version: str
    asked: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Result:
    status: int
    body: Any
    headers: Headers = ()


class TableApi:
    """Serves `/api/now/table/` and `/api/now/stats/`; any user who has a role may call it."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def paths(self) -> dict[str, Callable[[Request], Response]]:
        """The handler of each beginning of a path."""
        found: dict[str, Callable[[Request], Response]] = {}
        for base, handle in ((TABLES, self._handle), (_STATS, self._handle_stats)):
            root, _, name = base.rpartition("/")
            found[f"{base}/"] = partial(handle, f"{base}/", "")
            for version in _VERSIONS:
                prefix = f"{root}/{version}/{name}/"
                found[prefix] = partial(handle, prefix, version)
        return found

    def _handle(self, prefix: str, version: str, request: Request) -> Response:
        return self._answered(prefix, version, request, self._of_table)

    def _handle_stats(self, prefix: str, version: str, request: Request) -> Response:
        return self._answered(prefix, version, request, self._of_stats)

    def _answered(
        self, prefix: str, version: str, request: Request, handle: Callable[[_Call], _Result]
    ) -> Response:
        accept = media_types.choose(request.headers.get("accept"), (JSON, XML))
        try:
            if accept is None:
                raise RefusalError(406, "acceptNotSupportedResponse")
            call = self._call(prefix, version, request)
            made = handle(call)
        except QueryTimeoutError:
            return _rendered(_Result(200, refusals.cancelled()), accept)
        except RefusalError as refusal:
            body = refusal.body
            if refusal.example is not None:
                body = self._instance.contract.example(refusal.example)
            return _rendered(_Result(refusal.status, body, refusal.headers), accept)
        session = auth.session(request, call.user, self._instance)
        return _rendered(_Result(made.status, made.body, (*made.headers, *session)), accept)

    def _call(self, prefix: str, version: str, request: Request) -> _Call:
        user = auth.user_of(request, self._instance)
        if user is None:
            raise RefusalError(401, "notAuthenticatedResponse", headers=(auth.CHALLENGE,))
        self._instance.store.turn.user = user.user_name
        if not user.roles:
            raise RefusalError(403, "notAuthorizedResponse")
        path = unquote(request.path.removeprefix(prefix)).strip("/")
        name, _, sys_id = path.partition("/")
        table = self._instance.tables.get(name)
        if table is None:
            raise _refused(400, f"Invalid table {name[:80]}")
        asked = selection.parameters(request.query, self._instance)
        return _Call(request, user, table, sys_id, version, asked)

    def _of_table(self, call: _Call) -> _Result:
        reads: dict[str, Callable[[_Call], _Result]] = {"GET": self._list, "POST": self._create}
        if call.sys_id:
            change = self._change
            reads = {"GET": self._read, "PATCH": change, "PUT": change, "DELETE": self._delete}
        method = "GET" if call.request.method == "HEAD" else call.request.method
        if method not in reads:
            raise _refused(405, "Method not Supported", methods.allow(reads))
        if method == "GET":
            return reads[method](call)
        with self._instance.store.transaction():
            # Before the lock was ours, another process may have begun anew.
            self._instance.synchronize()
            return reads[method](call)

    def _of_stats(self, call: _Call) -> _Result:
        if call.request.method not in ("GET", "HEAD"):
            raise _refused(405, "Method not Supported", methods.allow({"GET"}))
        if call.sys_id:
            raise RefusalError(400, "unknownResourceResponse")
        aggregates = Aggregates(call.asked, call.table, self._instance)
        chosen = selection.select(call.asked, call.table, self._instance, call.user)
        body = {"result": aggregates.of(chosen)}
        ignored.note_in_query(self._instance, [*chosen.ignored, *aggregates.ignored])
        return _Result(200, body)

    def _list(self, call: _Call) -> _Result:
        asked = call.asked
        limit = _number(asked.get("sysparm_limit", ""), _LIMIT)
        if not limit:
            # Seen of an instance (PLT-003).
            raise _refused(400, "Invalid value given for sysparm_limit")
        offset = _number(asked.get("sysparm_offset", ""), 0)
        chosen = selection.select(asked, call.table, self._instance, call.user)
        display = Display(asked, call.table, self._instance, base_of(call.request))
        found = chosen.page(offset, limit)
        if call.version == _FIRST and not found:
            # "Version 1 returns error code 404 with no results."
            raise selection.no_record()
        counts = not is_true(asked, "sysparm_no_count")
        total = chosen.total() if counts else None
        headers: Headers = ((_TOTAL, str(total)),) if total is not None else ()
        if total is not None and not is_true(asked, "sysparm_suppress_pagination_header"):
            headers += _links(call, offset, limit, total)
        body = {"result": [display.record(orjson.loads(text)) for text in found]}
        unknown = [name for name in asked if name.startswith(selection.OWN) and name not in _KNOWN]
        parts = [*chosen.ignored, *display.ignored, *unknown]
        ignored.note_in_query(self._instance, parts)
        return _Result(200, body, headers)

    def _read(self, call: _Call) -> _Result:
        _, record = self._there(call)
        return self._shown(call, 200, record)

    def _create(self, call: _Call) -> _Result:
        writes = Writes(call.asked, call.table, self._instance, call.user)
        record = writes.create(self._body(call.request))
        where = f"{base_of(call.request)}{TABLES}/{call.table.name}/{quote(record['sys_id'])}"
        return self._shown(call, 201, record, writes, (("Location", where),))

    def _change(self, call: _Call) -> _Result:
        member, record = self._there(call)
        writes = Writes(call.asked, member, self._instance, call.user)
        changed = writes.change(record, self._body(call.request))
        return self._shown(call, 200, changed, writes)

    def _delete(self, call: _Call) -> _Result:
        member, _ = self._there(call)
        self._instance.store.delete(member.name, call.sys_id)
        return _Result(204, None)

    def _there(self, call: _Call) -> tuple[Table, Record]:
        """The record that a URL names, and the very table that has it."""
        instance = self._instance
        name = instance.store.holder(call.table.name, call.sys_id)
        record = instance.store.read(name, call.sys_id) if name else None
        if name is None or record is None or not instance.settings.sees(call.user, call.sys_id):
            raise selection.no_record()
        return instance.tables[name], record

    def _shown(
        self,
        call: _Call,
        status: int,
        record: Record,
        writes: Writes | None = None,
        headers: Headers = (),
    ) -> _Result:
        display = Display(call.asked, call.table, self._instance, base_of(call.request))
        ignored.note_in_query(self._instance, display.ignored)
        if writes is not None:
            ignored.note(self._instance, writes.ignored)
        body = {"result": display.record(record)}
        if writes is not None and call.request.headers.get(_NO_BODY, "").casefold() == "true":
            # Clients of instances take a 204 for the update; a creation keeps its one status.
            return _Result(204 if status == 200 else status, None, headers)
        return _Result(status, body, headers)

    def _body(self, request: Request) -> Mapping[str, Any]:
        """The fields of a body; of several records the first counts (KB0534905)."""
        media_type = media_types.content_type(request.headers.get("content-type"), (JSON, XML))
        if media_type is None:
            raise RefusalError(415, "contentTypeNotSupportedResponse")
        try:
            json_bodies.check_length(len(request.body))
            if media_type == JSON:
                value = json_bodies.read(request.body)
            else:
                value = xml_bodies.read(request.body, _TEXTS, self._instance.contract.document)
        except json_bodies.BodyError as error:
            raise refusals.unreadable(self._instance.contract, error.reason) from error
        if isinstance(value, list) and value:
            value = value[0]
        if not isinstance(value, dict):
            raise refusals.unreadable(self._instance.contract, "The body is no record")
        return value


def _links(call: _Call, offset: int, limit: int, total: int) -> Headers:
    """The Link header with the pages before and after this one; none if there is no other (RFC 8288)."""
    if total <= limit and not offset:
        return ()
    pages = {"first": 0}
    if offset:
        pages["prev"] = max(0, offset - limit)
    if offset + limit < total:
        pages["next"] = offset + limit
    pages["last"] = (total - 1) // limit * limit if total else 0
    rest = [
        (name, value)
        for name, value in parse_qsl(call.request.query, keep_blank_values=True)
        if name not in ("sysparm_offset", "sysparm_limit")
    ]
    base = f"{base_of(call.request)}{call.request.path}"
    links = [
        f'<{base}?{urlencode([*rest, ("sysparm_offset", at), ("sysparm_limit", limit)])}>;rel="{rel}"'
        for rel, at in pages.items()
    ]
    return (("Link", ",".join(links)),)


def _number(text: str, otherwise: int) -> int:
    is_number = text.isascii() and text.isdigit()
    return int(text[:_LONGEST_NUMBER]) if is_number else otherwise


def _rendered(result: _Result, accept: str | None) -> Response:
    if result.body is None:
        return Response(result.status, result.headers, b"")
    raw = orjson.dumps(result.body)
    return render(result.status, raw, accept or JSON, headers=result.headers)


def _refused(status: int, message: str, headers: Headers = ()) -> RefusalError:
    error = {"message": message, "detail": None}
    return RefusalError(status, body={"error": error, "status": "failure"}, headers=headers)
