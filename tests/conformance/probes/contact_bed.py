"""The test bed of the probes of contacts: with the Table API, and with faults of single fields."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ccaas_kit.probes.contact import form
from ccaas_kit.probes.probing import Probing
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.instance.instance import Instance
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Fault, Preparation, Tampering

FIELDS: Mapping[str, form.Field] = form.fields(bed.contract())
_READING = ("getContact", "listContacts")


@contextmanager
def serving(**settings: Any) -> Iterator[Probing]:
    """A fresh sandbox with a record in each table that contacts refer to; see `bed.Bed`."""
    with bed.probing(bed.Bed(**{"prepare": furnish, "tables": True, **settings})) as seen:
        yield seen


def furnish(instance: Instance) -> None:
    """Give the tables behind references a record where they have none."""
    for number, field in enumerate(FIELDS.values()):
        if field.table and not instance.store.select(
            field.table, "1", (), order_by="", limit=1, offset=0
        ):
            instance.store.insert(field.table, {"sys_id": f"{number:032x}", "name": "Somewhere"})


def request_of(field: str) -> str:
    return f"{form.REQUEST}/properties/{field}"


def record_of(field: str) -> str:
    return f"{form.RECORD}/properties/{field}"


def shows(field: str, value: Any) -> Fault:
    """Every contact that is shown has this value; None stands for a missing field."""

    def change(record: dict[str, Any]) -> None:
        record.pop(field, None)
        if value is not None:
            record[field] = value

    return changes(change)


def keeps(*fields: str) -> Fault:
    """Whatever is sent in these fields is shown again."""
    sent: dict[str, Mapping[str, Any]] = {}

    def fault(request: Request, response: Response) -> Response:
        if bed.is_of(request, "createContact"):
            sent[json.loads(response.body)["result"]] = json.loads(request.body)
        return shown(request, response)

    def change(record: dict[str, Any]) -> None:
        body = sent.get(record["sys_id"], {})
        record.update({name: form.as_text(body[name]) for name in fields if name in body})

    shown = changes(change)
    return fault


def refuses(holds: Callable[[Mapping[str, Any]], bool]) -> Fault:
    """Creations with such a body are refused."""

    def fault(request: Request, response: Response) -> Response:
        is_refused = bed.is_of(request, "createContact") and holds(json.loads(request.body))
        return bed.with_status(response, 400) if is_refused else response

    return fault


def drops(*fields: str) -> Tampering:
    """What is sent in these fields never arrives."""
    return _created_with(
        lambda body: {name: value for name, value in body.items() if name not in fields}
    )


def cuts(field: str, length: int) -> Tampering:
    """Of what is sent in a field so many characters arrive."""

    def cut(body: dict[str, Any]) -> dict[str, Any]:
        text = body.get(field)
        return body | ({field: text[:length]} if isinstance(text, str) else {})

    return _created_with(cut)


def stale(field: str) -> Tampering:
    """What arrives in a field is what the last creation had there that had it."""
    before: dict[str, Any] = {}

    def from_before(body: dict[str, Any]) -> dict[str, Any]:
        own = {field: body[field]} if field in body else {}
        arrives = body | (before if own else {})
        before.update(own)
        return arrives

    return _created_with(from_before)


def exchanged(one: str, other: str) -> Tampering:
    """What is sent in two fields arrives in the other one each."""

    def exchange(body: dict[str, Any]) -> dict[str, Any]:
        both = one in body and other in body
        return body | ({one: body[other], other: body[one]} if both else {})

    return _created_with(exchange)


def _created_with(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Tampering:
    """Another body of each creation."""

    def tamper(request: Request) -> Request:
        if not bed.is_of(request, "createContact"):
            return request
        return replace(request, body=json.dumps(change(json.loads(request.body))).encode())

    return tamper


def planted(name: str) -> Preparation:
    """An instance with a fault of the catalogue, and with records behind references."""

    def prepare(instance: Instance) -> None:
        furnish(instance)
        instance.change("faults", [name])

    return prepare


def unescaped(response: Response) -> Response:
    """XML without what stood behind an ampersand."""
    is_xml = b"<response" in response.body
    return (
        replace(response, body=re.sub(rb"&amp;[^<]*", b"", response.body)) if is_xml else response
    )


def changes(change: Callable[[dict[str, Any]], None]) -> Fault:
    def fault(request: Request, response: Response) -> Response:
        if response.status != 200 or not any(
            bed.is_of(request, operation) for operation in _READING
        ):
            return response

        def every(body: Any) -> None:
            result = body["result"]
            for record in result if isinstance(result, list) else [result]:
                change(record)

        return bed.with_json(response, every)

    return fault
