"""Transfers: from and to queues, to agents, of either type, with and without a work item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import answers, calls
from ccaas_kit.probes.probing import Probe, Probing, expect, recalling

_PARTS = f"{answers.SCHEMAS}OfferTransfer/properties/"


def require_working(probing: Probing) -> None:
    """Go on if a plain transfer is taken.

    Raises:
        Unseen: it is not, so that a refusal of another one would show nothing.
    """
    answers.require_taken(_plain(probing))


def _taken(probing: Probing, _: Subject) -> str:
    exchange = _plain(probing)
    _expect_taken(probing, exchange, "no other part beside it")
    expected = "a work item with a sys_id"
    expect(bool(answers.work_item(exchange).get("sys_id")), expected, exchange)
    return "an interaction that was never offered is transferred, and has a work item"


def _to_other_queue(probing: Probing, _: Subject) -> str:
    source, target = calls.two_queues(probing)
    with calls.document(probing) as found:
        offered = calls.send(probing, found, calls.assignment(probing))
        answers.require_taken(offered)
        body = calls.transfer(probing, source_queue_id=source, target_id=target)
        exchange = calls.send(probing, found, body)
    _expect_taken(probing, exchange, "a work item")
    before, after = (answers.work_item(each).get("queue", "") for each in (offered, exchange))
    # AWA-019: the queue may come back by its sys_id or by its external identifier.
    is_sys_id = probing.contract.schemas.is_valid(f"{answers.SCHEMAS}SysId", after)
    moved = after == target if is_sys_id else bool(after) and after != before
    expect(moved, f"the queue {target} in the answer", exchange, f"the queue {after}")
    return f"after the transfer the queue is {after}"


def _keeps_item(probing: Probing, _: Subject) -> str:
    with calls.document(probing) as found:
        offered = calls.send(probing, found, calls.assignment(probing))
        answers.require_taken(offered)
        exchange = calls.send(probing, found, calls.transfer(probing))
    answers.require_taken(exchange)
    before, after = (answers.work_item(each).get("sys_id") for each in (offered, exchange))
    expect(before == after, f"the work item {before}", exchange, f"the work item {after}")
    return "offer and transfer show the same work item"


def _external_source(probing: Probing, _: Subject) -> str:
    queue = probing.known("external_queues")[0]
    exchange = _sent(probing, source_queue_id=queue)
    _expect_taken(probing, exchange, "a source by its external identifier")
    return f"a transfer from {queue} is taken"


def _external_target(probing: Probing, _: Subject) -> str:
    queue = probing.known("external_queues")[-1]
    exchange = _sent(probing, target_id=queue)
    _expect_taken(probing, exchange, "a target by its external identifier")
    return f"a transfer to {queue} is taken"


def _to_agent(probing: Probing, _: Subject) -> str:
    _expect_taken(probing, _agent_transfer(probing), "an agent as its target")
    return "a transfer to the sys_id of an agent is taken"


def _target_types(probing: Probing, _: Subject) -> str:
    values = probing.contract.node(f"{_PARTS}target_type")["enum"]
    agent = calls.agent(probing)
    for value in values:
        # The default target is a queue; only an agent has to be named.
        target = {"target_id": agent} if value == "agent" else {}
        exchange = _sent(probing, target_type=value, **target)
        _expect_taken(probing, exchange, f"target_type {value}")
    return f"taken: {', '.join(values)}"


def _types(probing: Probing, _: Subject) -> str:
    values = probing.contract.node(f"{_PARTS}transfer_type")["enum"]
    for value in values:
        exchange = _sent(probing, transfer_type=value)
        _expect_taken(probing, exchange, f"transfer_type {value}")
    return f"taken: {', '.join(values)}"


def _wins(probing: Probing, _: Subject) -> str:
    first = calls.agent(probing)
    other = calls.other_offer(probing).agent
    parts = {"target_id": other, "target_type": "agent"}
    body = {
        **calls.assignment(probing, first),
        **calls.transfer(probing, **parts),
    }
    with calls.document(probing) as found:
        exchange = calls.send(probing, found, body)
        _expect_taken(probing, exchange, "a body of both forms")
        held = calls.holder(probing, found)
    expect(held == other, f"the work with {other}, the target", exchange, f"it is with {held}")
    return "of two agents, the target of the transfer has the work"


def _beside_terms(probing: Probing, _: Subject) -> str:
    body: Mapping[str, Any] = {
        **calls.transfer(probing),
        "assignment": {"timeout": 30},
    }
    with calls.document(probing) as found:
        exchange = calls.send(probing, found, body)
    _expect_taken(probing, exchange, "an assignment without an agent beside it")
    return "a transfer beside an assignment with a timeout alone is taken"


def _plain(probing: Probing) -> Exchange:
    """A transfer of an interaction that was never offered, from one queue to another."""
    return probing.once("a transfer", lambda: _sent(probing))


def _agent_transfer(probing: Probing) -> Exchange:
    agent = calls.agent(probing)
    return _sent(probing, target_id=agent, target_type="agent")


def _sent(probing: Probing, **parts: str) -> Exchange:
    with calls.document(probing) as found:
        return calls.send(probing, found, calls.transfer(probing, **parts))


def _expect_taken(probing: Probing, exchange: Exchange, what: str) -> None:
    answers.expect_taken(probing, exchange, f"success for a transfer with {what}")


PROBES: tuple[Probe, ...] = (
    Probe("transfer-target-types", "each target_type is taken", _target_types),
    Probe("transfer-types", "each transfer_type is taken", _types),
    Probe("transfer-wins", "a body of both forms is a transfer", _wins),
    Probe("transfer-beside-terms", "an assignment beside it may lack its agent", _beside_terms),
    *recalling(
        Probe("transfer-to-agent", "an agent is a target", _to_agent),
        Probe("transfer-external-target", "a target by its external identifier", _external_target),
        Probe("transfer-external-source", "a source by its external identifier", _external_source),
        Probe("transfer-taken", "a document without work is transferred and gets some", _taken),
        Probe("transfer-to-queue", "assigned work goes to another queue", _to_other_queue),
        Probe("transfer-keeps-work-item", "a transfer uses the work item there is", _keeps_item),
    ),
)
