"""What faults of creating contacts are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ccaas_kit.faults.fault import Asked, Behave, json_of
from ccaas_kit.sandbox.http.messages import Response
from ccaas_kit.sandbox.storage.store import Record

CREATE, READ, LIST = "createContact", "getContact", "listContacts"
TABLE = "customer_contact"
Sent = dict[str, Any]


def documented(asked: Asked) -> dict[str, Any]:
    """The fields that the contract gives a request, with their schemas."""
    found: dict[str, Any] = asked.instance.contract.schema("CreateContactRequest")["properties"]
    return found


def sent(asked: Asked) -> Sent:
    """The fields of the request; none where its body is no object."""
    return asked.body if isinstance(asked.body, dict) else {}


def unknown_names(asked: Asked) -> set[str]:
    """The fields of the request that the contract does not name."""
    return set(sent(asked)) - set(documented(asked))


def new_id(response: Response) -> str:
    """The sys_id of a contact that was created; empty where none was."""
    found = json_of(response.body)
    sys_id = found.get("result") if isinstance(found, dict) and response.status == 201 else None
    return sys_id if isinstance(sys_id, str) else ""


def keeping(change: Callable[[Record, Sent], dict[str, Any]]) -> Behave:
    """A new contact has other values than the instance has kept, which `change` makes of both."""

    def behave(asked: Asked) -> Response:
        response = asked.response()
        sys_id, store = new_id(response), asked.instance.store
        record = store.read(TABLE, sys_id) if sys_id else None
        changes = change(record, sent(asked)) if record is not None else {}
        if changes:
            with store.transaction():
                store.update(TABLE, sys_id, changes)
        return response

    return behave
