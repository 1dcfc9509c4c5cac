"""Interaction: a conversation begins in a queue or outside of one, and ends once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from ccaas_kit.sandbox.http.calls import Behavior, Call
from ccaas_kit.sandbox.http.messages import Outcome, RefusalError

# The rest of longer data is dropped. No operation reads it, so it would only fill the store.
KEPT_BYTES = 64 * 1024


def create_interaction(call: Call) -> Outcome:
    """The new interaction, with the records of its context and its channel metadata."""
    instance, body, state = call.instance, call.body, call.operation.state
    name = state["creates"]
    # INT-014: a queue that no record is behind is stored as it is.
    queue = body.get("queue", "")
    waiting = instance.contract.example("createInteractionInQueueResponse")["result"]["state"]
    interaction = {
        **instance.tables[name].defaults(),
        "channel": body["channel"],
        # INT-010: a queue takes effect, as the page says.
        "queue": queue,
        "state": waiting if queue else state["to"],
        "number": instance.new_number(name),
        "sys_id": instance.new_sys_id(name),
    }
    for part in _PARTS:
        interaction.update(_document(call, part, state["sets"][part.table]))
    call.store.insert(name, interaction)
    return Outcome(201, {"result": interaction})


def close_interaction(call: Call) -> Outcome:
    """The interaction as it is after it was closed; one that was closed before stays as it was.

    Raises:
        RefusalError: there is no such interaction, or the caller may not see it.
    """
    state, store = call.operation.state, call.store
    name, sys_id = state["updates"], call.path["interaction_id"]
    interaction = store.read(name, sys_id)
    # INT-007: an id that leads to no interaction gets the platform's 404. A malformed id never
    # comes here: it gets the platform's 400, as bad form does in the sibling APIs (INT-031).
    if interaction is None or not call.sees(sys_id):
        raise RefusalError(404, "noRecordResponse")
    # INT-008: closing again succeeds and changes nothing, neither the state nor who closed it.
    is_closed = _is_closed(interaction, store.tables[name].inactive or {})
    if not is_closed or not interaction["closed_by"]:
        ended = interaction["state"] if is_closed else state["to"]
        changes = {"state": ended, "closed_by": call.user.sys_id}
        interaction = store.update(name, sys_id, changes)
    return Outcome(200, {"result": interaction})


@dataclass(frozen=True, slots=True)
class _Part:
    """Data beside an interaction. Requests name its record `<data>_table` and `<data>_id` (INT-020)."""

    data: str
    table: str
    document: str


_PARTS = (
    _Part("context", "contextTable", "contextDocument"),
    _Part("channel_metadata", "channelMetadataTable", "channelMetadataDocument"),
)


def _document(call: Call, part: _Part, default: str) -> dict[str, Any]:
    """The fields that name the record of a part: the one of the request, or a new one."""
    body = call.body
    if f"{part.data}_id" in body:
        # INT-009: beside a record of the request, data is accepted and not kept.
        # INT-014: the record need not exist; the mark says whether it does (INT-028).
        table, sys_id = body[f"{part.data}_table"], body[f"{part.data}_id"]
        present = call.store.exists(table, sys_id) and call.sees(sys_id)
    else:
        table, sys_id, present = default, call.instance.new_sys_id(default), True
        fields = call.store.tables[table].defaults()
        value = _text(body.get(part.data, ""))
        call.store.insert(table, {**fields, "sys_id": sys_id, "value": value})
    return {part.table: table, part.document: sys_id, part.data: {"present": present}}


def _text(data: str | Mapping[str, Any]) -> str:
    """A map as JSON, and text as it is (INT-026, INT-027); at most `KEPT_BYTES` of either."""
    raw = data.encode() if isinstance(data, str) else orjson.dumps(data)
    return raw[:KEPT_BYTES].decode(errors="ignore")


def _is_closed(interaction: Mapping[str, Any], inactive: Mapping[str, tuple[str, ...]]) -> bool:
    return any(interaction.get(field) in values for field, values in inactive.items())


BEHAVIORS = {
    "createInteraction": Behavior(create_interaction),
    "closeInteraction": Behavior(close_interaction),
}
