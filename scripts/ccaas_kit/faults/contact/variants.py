"""Other ways of being right with contacts: what the page leaves open, and public material shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import orjson

from ccaas_kit.faults.blocks import body, on, reading, refuses, refuses_body
from ccaas_kit.faults.fault import Asked, Behave, Fault, is_json, json_of
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.responses import render

_CREATE, _READ, _LIST = "createContact", "getContact", "listContacts"
_TABLE = "customer_contact"
_LIMIT, _OFFSET, _QUERY = "sysparm_limit", "sysparm_offset", "sysparm_query"
# The codes that the instance of a variant knows.
_CODES = {"country": ("", "US", "DE"), "preferred_language": ("", "en", "de")}
_PARTS = ("first_name", "middle_name", "last_name")
_MOST = 50


def _unknown_code(found: dict[str, Any]) -> bool:
    return any(name in found and found[name] not in known for name, known in _CODES.items())


def _derived(asked: Asked) -> Response:
    """The full name is always made of its parts, where there are any."""
    response = asked.response()
    found, sent = json_of(response.body), asked.body
    if response.status != 201 or not isinstance(sent, dict) or not {*_PARTS} & sent.keys():
        return response
    store, sys_id = asked.instance.store, found["result"]
    record = store.read(_TABLE, sys_id) or {}
    name = " ".join(filter(None, (record.get(part, "") for part in _PARTS)))
    with store.transaction():
        store.update(_TABLE, sys_id, {"name": name[:151].strip()})
    return response


def _known_login(asked: Asked) -> bool:
    sent = asked.body
    name = sent.get("user_name") if isinstance(sent, dict) else None
    return isinstance(name, str) and bool(
        name and asked.instance.store.find(_TABLE, user_name=name)
    )


def _is_hidden(record: Any) -> bool:
    """Whether an access rule hides a contact from everybody: every second one of the seed."""
    is_old = str(record.get("sys_created_on", "")) < "2024"
    return is_old and str(record.get("sys_id", ""))[-1:] in "13579bdf"


def _short(asked: Asked) -> Response:
    """A page has 50 records at most, before access rules take some of them out."""
    limit = asked.query.get(_LIMIT, "")
    if limit.isdecimal() and int(limit) > _MOST:
        query = urlencode({**asked.query, _LIMIT: str(_MOST)})
        response = asked.response(replace(asked.request, query=query))
    else:
        response = asked.response()
    if response.status != 200 or not is_json(response):
        return response

    def change(value: Any) -> None:
        value["result"] = [record for record in value["result"] if not _is_hidden(record)]

    return body(change)(response)


def _hiding(asked: Asked) -> Response:
    if asked.operation == _LIST:
        return _short(asked)
    response = asked.response()
    found = json_of(response.body) if response.status == 200 and is_json(response) else None
    if isinstance(found, dict) and _is_hidden(found["result"]):
        return render(404, orjson.dumps(asked.instance.contract.example("noRecordResponse")))
    return response


def _lenient(asked: Asked) -> Request:
    """Numbers that make no sense count as not sent."""
    sent = asked.query
    odd = {name for name in (_LIMIT, _OFFSET) if name in sent and not sent[name].isdecimal()}
    odd |= {_LIMIT} if sent.get(_LIMIT) == "0" else set()
    kept = {name: text for name, text in sent.items() if name not in odd}
    return replace(asked.request, query=urlencode(kept)) if odd else asked.request


def _secret(asked: Asked) -> bool:
    return "failed_attempts" in asked.query.get(_QUERY, "")


def _variant(name: str, says: str, behave: Behave, *operations: str) -> Fault:
    return Fault(f"variant-contact-{name}", says, (), on(operations or (_CREATE,), behave))


VARIANTS: tuple[Fault, ...] = (
    _variant(
        "codes",
        "Countries and languages that the instance does not know are refused.",
        refuses_body(400, _unknown_code),
    ),
    _variant("derived", "The full name is made of its parts.", _derived),
    _variant("logins", "A user name that somebody has is refused.", refuses(400, _known_login)),
    _variant(
        "short-pages",
        "Pages have 50 records at most, of which access rules take some out.",
        _hiding,
        _READ,
        _LIST,
    ),
    _variant(
        "odd-numbers",
        "Limits and offsets that make no sense are not used.",
        reading(_lenient),
        _LIST,
    ),
    _variant(
        "forbidden-field",
        "Queries over a field that the user may not read are refused.",
        refuses(403, _secret, example="notAuthorized"),
        _LIST,
    ),
)
