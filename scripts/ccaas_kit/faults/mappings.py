"""Faults of External ID Mapping."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any

from ccaas_kit.faults.blocks import (
    answering,
    fields,
    first_of,
    has,
    on,
    reading,
    reading_body,
    refuses,
    renamed,
    result,
    served,
    status,
    tells_json,
    unwrapped,
    within,
)
from ccaas_kit.faults.fault import Asked, Behave, Fault
from ccaas_kit.sandbox.http.messages import Request, Response

_READ = "getExternalIdMapping"
_WRITE = "setExternalIdMapping"
_MAPPINGS = "sn_ct_ctr_it_core_ccaas_external_id_mapping"
_LONGEST = 200


def _data(**values: Any) -> Any:
    return answering(result(within("data", fields(**values))), served)


def _place(asked: Asked) -> tuple[str, str]:
    return asked.values["tableName"], asked.values["documentId"]


def _vanishing(asked: Asked) -> Response:
    """A mapping is deleted once it has been read."""
    response = asked.response()
    if response.status == 200:
        store = asked.instance.store
        table, document = _place(asked)
        with store.transaction():
            for mapping in store.find(_MAPPINGS, document_table=table, document_id=document):
                store.delete(_MAPPINGS, mapping["sys_id"])
    return response


def _text_of(asked: Asked) -> str:
    body = asked.body
    text = body.get("external_id") if isinstance(body, dict) else None
    return text if isinstance(text, str) else ""


def _keeping_first(asked: Asked) -> Request:
    """An update writes what was there before."""
    body = asked.body
    if not isinstance(body, dict):
        return asked.request
    key = (*_place(asked), str(body.get("external_provider")))
    first = asked.kept.setdefault(key, body)
    return asked.with_body({**body, "external_id": first.get("external_id")})


def _one_provider(asked: Asked) -> Request:
    body = asked.body
    if not isinstance(body, dict) or not isinstance(body.get("external_provider"), str):
        return asked.request
    first = asked.kept.setdefault("provider", body["external_provider"])
    return asked.with_body({**body, "external_provider": first})


def _one_record(asked: Asked) -> Response:
    """All records of a table share one mapping."""
    table, document = _place(asked)
    first = asked.kept.setdefault(table, document)
    path = asked.request.path.replace(f"/documentId/{document}", f"/documentId/{first}")
    return asked.response(replace(asked.request, path=path))


def _stored_all_the_same(asked: Asked) -> Response:
    response = asked.response()
    text = _text_of(asked)
    if response.status == 400 and len(text) > _LONGEST:
        asked.response(asked.with_body({**asked.body, "external_id": text[:_LONGEST]}))
    return response


def _lost(asked: Asked) -> Response:
    """A new mapping is confirmed but not kept."""
    response = asked.response()
    if response.status == 201:
        store = asked.instance.store
        table, document = _place(asked)
        with store.transaction():
            for mapping in store.find(_MAPPINGS, document_table=table, document_id=document):
                store.delete(_MAPPINGS, mapping["sys_id"])
    return response


def _forgetting_provider(asked: Asked) -> Response:
    """After an update, nothing tells any more which provider the mapping is of."""
    response = asked.response()
    updated = asked.kept.setdefault("updated", set())
    if asked.operation == _WRITE and response.status == 200:
        updated.add(_place(asked))
    if asked.operation == _READ and _place(asked) in updated:
        return result(within("data", fields(external_provider="")))(response)
    return response


def _moving(asked: Asked) -> Response:
    """A routing id belongs to one record of a provider, the last that it was stored for."""
    response = asked.response()
    if response.status >= 300:
        return response
    key = (_text_of(asked), str((asked.body or {}).get("external_provider")))
    previous = asked.kept.get(key, _place(asked))
    asked.kept[key] = _place(asked)
    if previous != _place(asked):
        store = asked.instance.store
        with store.transaction():
            for mapping in store.find(
                _MAPPINGS, document_table=previous[0], document_id=previous[1]
            ):
                store.delete(_MAPPINGS, mapping["sys_id"])
    return response


def _xml_kept(asked: Asked) -> Response:
    """A mapping in XML stays as it was read first."""
    response = asked.response()
    in_xml = response.status == 200 and response.body.startswith(b"<")
    kept: Response = asked.kept.setdefault(_place(asked), response) if in_xml else response
    return kept


def _own_only(asked: Asked) -> Response:
    """A mapping is shown to the user who stored it and to nobody else."""
    who = asked.request.headers.get("authorization")
    if asked.operation == _WRITE:
        response = asked.response()
        if response.status < 300:
            asked.kept[_place(asked)] = who
        return response
    response = asked.response()
    owner = asked.kept.get(_place(asked), who)
    return status(404)(response) if owner != who and response.status == 200 else response


def _unmapped(asked: Asked) -> bool:
    return asked.values["tableName"].startswith("u_")


def _taken_elsewhere(asked: Asked) -> bool:
    """Whether another record has got the routing id already."""
    return bool(asked.kept.setdefault(_text_of(asked), _place(asked)) != _place(asked))


def _read(name: str, says: str, breaks: str, behave: Behave) -> Fault:
    return Fault(f"mapping-read-{name}", says, tuple(breaks.split()), on(_READ, behave))


def _write(name: str, says: str, breaks: str, behave: Behave) -> Fault:
    return Fault(f"mapping-write-{name}", says, tuple(breaks.split()), on(_WRITE, behave))


FAULTS: tuple[Fault, ...] = (
    _read(
        "stale",
        "A record keeps the mapping that was read first.",
        "EXT-PUT-12 EXT-PUT-06 EXT-PUT-21 EXT-PUT-24 EXT-API-03 EXT-API-04 EXT-API-05 EXT-API-06",
        first_of(_place),
    ),
    _read(
        "xml-kept",
        "A mapping in XML stays as it was read first.",
        "EXT-GET-16",
        _xml_kept,
    ),
    _read(
        "escaped",
        "What has a meaning in HTML is escaped in a routing id.",
        "EXT-PUT-12",
        _data(external_id=lambda text: html.escape(text) if isinstance(text, str) else text),
    ),
    _read(
        "renamed",
        "The routing id is called externalId.",
        "EXT-GET-28",
        answering(result(within("data", renamed("external_id", "externalId"))), served),
    ),
    _read(
        "dashed",
        "The sys_id of the record is written as a UUID.",
        "EXT-GET-26",
        _data(document_id=lambda text: f"{text[:8]}-{text[8:]}"),
    ),
    _read(
        "labelled",
        "The table of the record is shown by its label.",
        "EXT-GET-27 EXT-GET-04",
        _data(document_table=lambda name: name.replace("_", " ").title()),
    ),
    _read(
        "cut",
        "A routing id is cut after 100 characters.",
        "EXT-PUT-21 EXT-PUT-12",
        _data(external_id=lambda text: text[:100]),
    ),
    _read(
        "padded",
        "A routing id is filled up to more characters than it can have.",
        "EXT-GET-29 EXT-PUT-12",
        _data(external_id=lambda text: text.ljust(_LONGEST + 1)),
    ),
    _read(
        "flat",
        "The mapping is not within data.",
        "EXT-GET-24",
        answering(result(lambda found: found.update(found.pop("data", {}))), served),
    ),
    _read(
        "bare",
        "The answer is not within result.",
        "EXT-GET-23 EXT-GET-24 EXT-GET-S200",
        answering(unwrapped, served),
    ),
    _read(
        "missing-200",
        "A record without a mapping is answered with 200 and no data.",
        "EXT-GET-S404 EXT-GET-18 EXT-GET-24 EXT-GET-S200",
        answering(tells_json({"result": {}}), has(404)),
    ),
    _read(
        "xml-of-another",
        "The mapping in XML is another one than in JSON.",
        "EXT-GET-16",
        answering(
            lambda response: Response(
                response.status,
                response.headers,
                response.body.replace(b"<external_id>", b"<external_id>0"),
            ),
            served,
        ),
    ),
    _read(
        "consumes",
        "Reading a mapping removes it.",
        "EXT-GET-06 EXT-API-05 EXT-PUT-12 EXT-PUT-06",
        _vanishing,
    ),
    _read(
        "custom-refused",
        "Custom tables are refused.",
        "EXT-GET-10",
        refuses(400, _unmapped),
    ),
    Fault(
        "mapping-read-own-only",
        "A mapping is shown only to the user who stored it.",
        ("EXT-API-05", "EXT-GET-48"),
        on((_READ, _WRITE), _own_only),
    ),
    Fault(
        "mapping-write-forgets-provider",
        "An update loses the provider of the mapping.",
        ("EXT-PUT-12",),
        on((_READ, _WRITE), _forgetting_provider),
    ),
    _write(
        "moves",
        "A routing id that is stored for a second record is taken from the first.",
        "EXT-PUT-25",
        _moving,
    ),
    _write(
        "one-provider",
        "All providers share one mapping.",
        "EXT-PUT-08 EXT-PUT-11 EXT-API-03",
        reading(_one_provider),
    ),
    Fault(
        "mapping-write-one-record",
        "All records of a table share one mapping.",
        ("EXT-PUT-10", "EXT-PUT-05", "EXT-GET-03", "EXT-API-04", "EXT-GET-18"),
        on((_READ, _WRITE), _one_record),
    ),
    _write(
        "keeps-first",
        "An update is confirmed and changes nothing.",
        "EXT-PUT-12 EXT-PUT-06",
        reading(_keeping_first),
    ),
    _write(
        "lost",
        "A new mapping is confirmed and not kept.",
        "EXT-PUT-12 EXT-PUT-06 EXT-PUT-07 EXT-API-03",
        _lost,
    ),
    _write(
        "message-vague",
        "The message of an update names neither table nor record.",
        "EXT-PUT-49",
        answering(result(fields(message="Record updated")), has(200)),
    ),
    _write(
        "refused-and-stored",
        "A routing id that is too long is refused, and stored all the same.",
        "EXT-PUT-41",
        _stored_all_the_same,
    ),
    _write(
        "custom-refused",
        "Custom tables are refused.",
        "EXT-PUT-16",
        refuses(400, _unmapped),
    ),
    _write(
        "id-taken",
        "A routing id that another record has is refused.",
        "EXT-API-04",
        refuses(400, _taken_elsewhere),
    ),
    _write(
        "letters-lost",
        "Letters beyond ASCII become question marks.",
        "EXT-PUT-12 EXT-PUT-24",
        reading_body(
            lambda body: (
                body.update(external_id=body["external_id"].encode("ascii", "replace").decode())
                if isinstance(body.get("external_id"), str)
                else None
            )
        ),
    ),
    _write(
        "zeros-lost",
        "Zeros before a number are dropped.",
        "EXT-PUT-12 EXT-PUT-24",
        reading_body(
            lambda body: (
                body.update(external_id=body["external_id"].lstrip("0") or "0")
                if isinstance(body.get("external_id"), str)
                else None
            )
        ),
    ),
)
