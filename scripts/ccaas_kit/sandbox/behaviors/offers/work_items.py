"""The work item of a document: who has it, on which terms, and what time does to it.

No page names the values of its state; the three here are the sandbox's own. There is no operation
by which an agent accepts or rejects: work is accepted by `enable_auto_assign`, or by writing the
state into the record.
"""

from __future__ import annotations

from enum import StrEnum

from ccaas_kit.sandbox.behaviors.offers import terms
from ccaas_kit.sandbox.http.calls import Call
from ccaas_kit.sandbox.storage.store import Record


class State(StrEnum):
    """The state of a work item."""

    QUEUED = "queued"
    OFFERED = "offered"
    ACCEPTED = "accepted"


def current(call: Call, document_table: str, document_id: str) -> Record | None:
    """The active work item of a document; an offer that has run out is back in its queue.

    Time works only here, on the next call for the document: until then the record shows the offer.
    """
    table = _table(call)
    found = call.store.find(table, document_table=document_table, document_id=document_id)
    item = next((record for record in found if record.get("active") != "false"), None)
    if item is None or item.get("state") != State.OFFERED:
        return item
    return _released(call, item) if terms.has_run_out(item, call.instance.now()) else item


def save(call: Call, item: Record | None, fields: Record) -> Record:
    """The work item with these fields; a new one where there was none."""
    table = _table(call)
    if item is not None:
        return call.store.update(table, item["sys_id"], fields) or item
    defaults = call.instance.tables[table].defaults()
    created = {**defaults, **fields, "sys_id": call.instance.new_sys_id(table)}
    call.store.insert(table, created)
    return created


def _released(call: Call, item: Record) -> Record:
    presence, agent = item.get("after_timeout_presence"), item.get("assigned_to", "")
    if presence:
        table = call.instance.tables[_table(call)].fields["assigned_to"].reference
        call.store.update(str(table), agent, {"presence": presence})
    return save(call, item, {"state": State.QUEUED, "assigned_to": ""})


def _table(call: Call) -> str:
    return call.operation.state["updates"]
