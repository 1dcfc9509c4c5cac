"""offerWork: work on a document is offered to an agent, or transferred to an agent or a queue.

Where several refusals apply, the first of these is sent:

1. The caller lacks a role: 403. The document is unknown, hidden or malformed in the URL: 404.
2. The body is wrong in itself: 400, first its form (`awa_forms`), then its times (`awa_terms`).
3. The body names a queue that does not exist: 404.
4. The records forbid it: 409. The document is not active; the user is no agent, or none for work
   from outside; the work item is accepted, or assigned to another agent; the agent is not available.

The document itself stays as it is. The page says that the outcome shows in the work item, and says
nothing of the state or the agent of an interaction, not even where work is accepted at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ccaas_kit.sandbox.behaviors.offers import forms, messages, work_items
from ccaas_kit.sandbox.behaviors.offers import terms as awa_terms
from ccaas_kit.sandbox.behaviors.offers.messages import Message, Success
from ccaas_kit.sandbox.behaviors.offers.work_items import State
from ccaas_kit.sandbox.http.calls import Behavior, Call, Problem
from ccaas_kit.sandbox.http.messages import Outcome, RefusalError
from ccaas_kit.sandbox.storage.store import Record
from ccaas_kit.sandbox.storage.tables import Table

_AGENT = "awa_agent"
_EXTERNAL = "awa_external_user"
_TO_QUEUE = "queue"
_BLIND = "blind"


def offer_work(call: Call) -> Outcome:
    """The work item after the offer or the transfer.

    Raises:
        RefusalError: there is no such document.
    """
    document = _document(call)
    item = work_items.current(call, document.table.name, document.sys_id)
    plan = _transfer if forms.is_transfer(call.body) else _assignment
    try:
        move = plan(call, document, item)
    except RefusalError as refusal:
        # Nothing is written by now but the end of an offer that has run out, and that stays,
        # whatever becomes of this call. So the error response is sent, and nothing is rolled back.
        return Outcome(refusal.status, refusal.body)
    identity = {"document_table": document.table.name, "document_id": document.sys_id}
    # Each offer is of a segment of its own, so an earlier one never stays (AWA-008).
    segment = call.body.get("external_segment_id", "")
    fields = {**identity, **move.fields, "external_segment_id": segment}
    saved = work_items.save(call, item, fields)
    work_item = {
        "display_name": document.display_name,
        "sys_id": saved["sys_id"],
        "document_id": document.sys_id,
        "document_table": call.path["document_table"],
        "queue": move.queue,
    }
    return messages.success(call.instance.contract, move.how, work_item)


def refuse(call: Call, problem: Problem) -> RefusalError:
    """The refusal of a call that breaks the contract before its records are looked at."""
    contract = call.instance.contract
    if problem.place == "caller":
        return messages.refusal(contract, Message.CALLER_LACKS_ROLE, call.user.sys_id)
    if problem.place == "path":
        # AWA-004: a malformed name or id is that of nothing.
        return messages.not_found(contract)
    try:
        _document(call)
    except RefusalError as refusal:
        return refusal
    return forms.refuse(call)


BEHAVIORS = {"offerWork": Behavior(offer_work, refuse)}


@dataclass(frozen=True, slots=True)
class _Document:
    """What is to be worked on; `table` is its own, which may extend the one in the URL."""

    table: Table
    sys_id: str
    record: Record

    @property
    def active(self) -> bool:
        rules: Mapping[str, tuple[str, ...]] = self.table.inactive or {}
        return not any(self.record.get(name) in values for name, values in rules.items())

    @property
    def display_name(self) -> str:
        return f"{self.table.label}: {self.record.get(self.table.display, '')}"


@dataclass(frozen=True, slots=True)
class _Move:
    """What becomes of the work item; `queue` is named as in the request (AWA-019)."""

    how: Success
    queue: str
    fields: Record


def _document(call: Call) -> _Document:
    sys_id = call.path["document_sys_id"]
    # AWA-001: any table that there is. The table that extends it goes first, as the record's own.
    for table in reversed(call.instance.tables.family(call.path["document_table"])):
        record = call.store.read(table.name, sys_id)
        if record is not None:
            if call.sees(sys_id):
                return _Document(table, sys_id, record)
            break
    raise messages.not_found(call.instance.contract)


def _assignment(call: Call, document: _Document, item: Record | None) -> _Move:
    contract, body = call.instance.contract, call.body
    assignment = body["assignment"]
    terms = awa_terms.read(call, assignment)
    queue = _queue(call, body["queue_id"])
    _check_active(call, document)
    agent = _agent(call, assignment["agent_sys_id"])
    # AWA-029: accepted work that nobody has any more can be offered again.
    if item is not None and (holder := item.get("assigned_to")):
        if item.get("state") == State.ACCEPTED:
            raise messages.refusal(contract, Message.WORK_ITEM_ACCEPTED)
        # AWA-038, AWA-039: an offer that waits counts as assigned; its agent can get it anew.
        if holder != agent["sys_id"]:
            raise messages.refusal(contract, Message.WORK_ITEM_ALREADY_ASSIGNED, holder)
    if not _is_available(call, agent):
        raise messages.refusal(contract, Message.AGENT_NOT_AVAILABLE)
    state = State.ACCEPTED if terms["enable_auto_assign"] == "true" else State.OFFERED
    fields = {**terms, "state": state, "assigned_to": agent["sys_id"], "queue": queue["sys_id"]}
    by_sys_id = body["queue_id"] == queue["sys_id"]
    how = Success.OFFERED if by_sys_id else Success.OFFERED_BY_EXTERNAL_QUEUE
    return _Move(how, body["queue_id"], fields)


def _transfer(call: Call, document: _Document, item: Record | None) -> _Move:
    transfer = call.body["transfer"]
    source = _queue(call, transfer["source_queue_id"])
    to_queue = transfer["target_type"] == _TO_QUEUE
    target = _queue(call, transfer["target_id"]) if to_queue else None
    _check_active(call, document)
    # AWA-011: an assignment beside the transfer has no say, and the terms of an earlier offer end.
    fields = awa_terms.read(call, {})
    if target is not None:
        fields |= {"state": State.QUEUED, "assigned_to": "", "queue": target["sys_id"]}
        sent = transfer["target_id"]
    else:
        agent = _agent(call, transfer["target_id"])
        if not _is_available(call, agent):
            # AWA-031: the message about transfers is about blind ones.
            blind = transfer["transfer_type"] == _BLIND
            message = Message.BLIND_TRANSFER_FAILED if blind else Message.AGENT_NOT_AVAILABLE
            raise messages.refusal(call.instance.contract, message)
        # AWA-014: the source queue counts where no work item says in which queue it is. Accepted
        # work can be handed on, and whoever has it already is offered it anew: the messages about
        # the two are about assignments.
        queue = (item or {}).get("queue") or source["sys_id"]
        fields |= {"state": State.OFFERED, "assigned_to": agent["sys_id"], "queue": queue}
        sent = transfer["source_queue_id"] if queue == source["sys_id"] else queue
    # A new work item is not written into the source queue first and moved then: nobody could see
    # it there, since both would be one transaction.
    return _Move(Success.TRANSFERRED, sent, fields)


def _check_active(call: Call, document: _Document) -> None:
    if not document.active:
        raise messages.refusal(call.instance.contract, Message.DOCUMENT_NOT_ACTIVE)


def _queue(call: Call, text: str) -> Record:
    """The queue with this sys_id or, if there is none, with this external identifier."""
    contract = call.instance.contract
    table = contract.schema("OfferQueueId")["x-sn-table"]
    queue = call.store.read(table, text)
    if queue is None:
        queue = next(iter(call.store.find(table, external_id=text)), None)
    if queue is None or not call.sees(queue["sys_id"]):
        # AWA-022: no message speaks of a queue that does not exist.
        raise messages.not_found(contract)
    return queue


def _agent(call: Call, sys_id: str) -> Record:
    """The user who may get work from outside."""
    contract = call.instance.contract
    agent = call.store.read(_user_table(call), sys_id)
    roles = (agent or {}).get("roles", "").split(",")
    if agent is None or _AGENT not in roles:
        # AWA-030: a user who does not exist is as little an agent as one without the role.
        raise messages.refusal(contract, Message.AGENT_NOT_VALID, sys_id)
    if _EXTERNAL not in roles:
        # AWA-034: the user of the message is the agent.
        raise messages.refusal(contract, Message.AGENT_NOT_EXTERNAL)
    return agent


def _is_available(call: Call, agent: Record) -> bool:
    """Whether the presence of an agent lets them take work; they take any number at once."""
    table = call.instance.tables[_user_table(call)].fields["presence"].reference
    presence = call.store.read(str(table), agent.get("presence", ""))
    return presence is not None and presence.get("available") == "true"


def _user_table(call: Call) -> str:
    properties = call.instance.contract.schema("OfferAssignment")["properties"]
    return str(properties["agent_sys_id"]["x-sn-table"])
