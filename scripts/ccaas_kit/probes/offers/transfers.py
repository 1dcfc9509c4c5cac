"""Transfers: from and to queues, to agents, of either type, with and without a work item."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import calls, causes, responses, waiting, wrong_calls, wrong_parts
from ccaas_kit.probes.offers.calls import Body
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import Probe, Probing, expect, recalling

_SUCCESS = "success for a transfer with {}"
_PARTS = f"{responses.SCHEMAS}OfferTransfer/properties/"


def _taken(probing: Probing, _: Subject) -> str:
    again = partial(calls.on_fresh, probing, calls.transfer(probing))
    expected = _SUCCESS.format("no other part beside it")
    exchange = waiting.expect_taken(probing, calls.plain_transfer(probing), expected, again)
    expected = "a work item with a sys_id"
    expect(bool(responses.work_item(exchange).get("sys_id")), expected, exchange)
    return "an interaction that was never offered is transferred, and has a work item"


def _to_queues(probing: Probing, _: Subject) -> str:
    """Work goes to the queue that is named, fresh and held, from each to the other, in each way to call."""
    one, other = calls.two_queues(probing)
    for source, target in ((one, other), (other, one)):
        body = calls.transfer(probing, source_queue_id=source, target_id=target)
        for of_offered in (False, True):
            _expect_in(probing, body, target, usual=source == one, of_offered=of_offered)
    for exchange in calls.ways(probing).values():
        if responses.is_taken(exchange):
            _expect_queue(probing, exchange, other)
    return "after each transfer the work is in the queue that was named"


def _from_source(probing: Probing, _: Subject) -> str:
    named = calls.agent(probing)
    for source in calls.two_queues(probing):
        body = calls.to_agent(probing, named, source_queue_id=source)
        _expect_in(probing, body, source, usual=source == calls.queues(probing)[0])
    return "work that was made for a transfer to an agent is in the source queue"


def _expect_in(
    probing: Probing, body: Body, queue: str, *, usual: bool = True, of_offered: bool = False
) -> None:
    """Go on if a transfer leaves work in a queue; only from the usual source it has to be taken at all.

    A queue is one of a channel, and the other one may be of another channel than our documents.
    """
    if usual:
        exchange = _expect_taken(probing, body, f"the queue {queue}", of_offered=of_offered)
    else:
        exchange = _of_offered(probing, body)[1] if of_offered else calls.sent(probing, body)
        if not responses.is_taken(exchange):
            return
    _expect_queue(probing, exchange, queue)


def _expect_queue(probing: Probing, exchange: Exchange, queue: str) -> None:
    got = responses.work_item(exchange).get("queue")
    is_there = calls.is_queue(probing, got, queue)
    expect(is_there, f"the queue {queue} in the answer", exchange, f"the queue {got}")


def _keeps_item(probing: Probing, _: Subject) -> str:
    bodies = [calls.transfer(probing)]
    bodies.append(calls.to_agent(probing, calls.agent(probing)))
    for body in bodies:
        offered, exchange = _of_offered(probing, body)
        responses.require_taken(exchange)
        before, after = (responses.work_item(call).get("sys_id") for call in (offered, exchange))
        expect(before == after, f"the work item {before}", exchange, f"the work item {after}")
    return "offer and transfer show the same work item"


def _external(part: str, which: int) -> Callable[[Probing, Subject], str]:
    """A look at a queue that is named by its external identifier."""

    def look(probing: Probing, _: Subject) -> str:
        queue = probing.known("external_queues")[which]
        body = calls.transfer(probing, **{part: queue})
        _expect_taken(probing, body, f"{part} by its external identifier")
        if part == "target_id":
            _expect_in(probing, body, queue)
        return f"a transfer with {queue} as {part} is taken"

    return look


def _to_agent(probing: Probing, _: Subject) -> str:
    for named in (calls.agent(probing), calls.other_agent(probing)):
        _expect_taken(probing, calls.to_agent(probing, named), "an agent as its target")
    return "transfers to the sys_ids of two agents are taken"


def _moves_to_agent(probing: Probing, _: Subject) -> str:
    """Fresh work, and work that somebody has, is with the agent to whom it was transferred."""
    if not _tells_holder(probing):
        raise InconclusiveError("the target does not tell who has work")
    named = calls.other_agent(probing)
    body = calls.to_agent(probing, named)
    for before in ((), (calls.assignment(probing),)):
        prepare = waiting.taken(probing, *before, body)
        waiting.expect_with(probing, named, prepare, taken_is_wrong=True)
    return f"work is with {named} after its transfer"


def _tells_holder(probing: Probing) -> bool:
    """Whether the target refuses assigned work to another agent, by the name of who has it."""
    send = next(causes.refusals(probing, [wrong_calls.ASSIGNED]))
    return responses.says(probing, send().exchange, responses.ASSIGNED)


def _leaves_agent(probing: Probing, _: Subject) -> str:
    if not _tells_holder(probing):
        raise InconclusiveError("the target does not tell who has work")
    exchange = waiting.after(
        probing,
        calls.assignment(probing),
        calls.transfer(probing),
        calls.assignment(probing, calls.other_agent(probing)),
        holds=responses.is_taken,
    )
    holder = responses.holder(probing, exchange)
    expect(not holder, "work that nobody has after its transfer to a queue", exchange)
    responses.require_taken(exchange)
    return "after a transfer to a queue another agent is offered the work"


def _each_value(probing: Probing, subject: Subject) -> str:
    """Each value of a field is taken, with each of the other, of fresh and of accepted work."""
    kinds, types = (
        probing.contract.node(f"{_PARTS}{name}")["enum"]
        for name in ("target_type", "transfer_type")
    )
    named = calls.other_agent(probing) if "agent" in kinds else ""
    for kind in kinds:
        # The default target is a queue; only an agent has to be named.
        target = {"target_id": named} if kind == "agent" else {}
        for how in types:
            body = calls.transfer(probing, target_type=kind, transfer_type=how, **target)
            what = f"target_type {kind} and transfer_type {how}"
            _expect_taken(probing, body, what)
            _expect_taken(probing, body, what, of_offered=True, enable_auto_assign=True)
    return f"taken: each {subject.field}, of {', '.join(kinds)} with {', '.join(types)}"


def _wins(probing: Probing, _: Subject) -> str:
    first, other = calls.agent(probing), calls.other_agent(probing)
    body = {**calls.assignment(probing, first), **calls.to_agent(probing, other)}
    _expect_taken(probing, body, "an assignment beside it")
    prepare = waiting.taken(probing, body)
    waiting.expect_with(probing, other, prepare, taken_is_wrong=_tells_holder(probing))
    return "of two agents, the target of the transfer has the work"


def _beside_terms(probing: Probing, _: Subject) -> str:
    known: tuple[str, ...] = ()
    with suppress(BlockedError):
        known = probing.known("after_timeout_presence")
    # Without a timeout two of the terms are ignored, whatever they hold.
    ignored = {"after_timeout_presence": calls.nobody(probing), "offered_on": "now"}
    limited = [{"timeout": 30, "after_timeout_presence": presence} for presence in ("", *known)]
    for assignment in ({"timeout": 30}, ignored, *limited):
        body: Body = {**calls.transfers(probing)[0](probing), "assignment": assignment}
        _expect_taken(probing, body, f"{json.dumps({'assignment': assignment})} beside it")
    return "a transfer beside an assignment without an agent is taken, whatever its terms"


def _role_transfers(probing: Probing, subject: Subject) -> str:
    role = probing.contract.node(subject.pointer)
    caller = probing.users.with_only(role)
    if caller is None:
        raise BlockedError(f"no user is known whose only role is {role}")
    wrong_parts.require_transfers(probing)
    exchange = calls.on_fresh(probing, calls.transfer(probing), user=caller.name)
    expect(exchange.status != 403, f"a transfer by a user with {role}", exchange)
    valid_calls.require_served(exchange)
    return f"a user whose only role is {role} transfers"


def _said(probing: Probing, _: Subject) -> str:
    exchange = responses.require_taken(calls.plain_transfer(probing))
    expected = "the message of a success"
    expect(responses.says(probing, exchange, responses.REQUESTED), expected, exchange)
    return f"a transfer says {responses.texts(exchange)[0]}"


def _of_offered(probing: Probing, body: Body, **terms: Any) -> tuple[Exchange, Exchange]:
    """An offer to an agent, and then the transfer of that work; sent once."""
    make = partial(_offered_then, probing, body, **terms)
    return probing.once(f"offered with {terms}: {body}", make)


def _offered_then(probing: Probing, body: Body, **terms: Any) -> tuple[Exchange, Exchange]:
    with calls.document(probing) as found:
        first = calls.assignment(probing, **terms)
        offered = responses.require_taken(calls.send(probing, found, first))
        return offered, calls.send(probing, found, body)


def _expect_taken(
    probing: Probing, body: Body, what: str, *, of_offered: bool = False, **terms: Any
) -> Exchange:
    """The exchange of a transfer that was taken, of fresh work or of offered work."""
    expected = _SUCCESS.format(what)
    if not of_offered:
        return waiting.expect_sent_taken(probing, body, expected)
    return waiting.expect_taken(
        probing,
        _of_offered(probing, body, **terms)[1],
        expected,
        lambda: _offered_then(probing, body, **terms)[1],
    )


PROBES: tuple[Probe, ...] = (
    Probe("transfer-values", "each type of a target and of a transfer is taken", _each_value),
    Probe("transfer-beside-terms", "an assignment beside it may lack its agent", _beside_terms),
    Probe("transfer-message", "a transfer says what a success says", _said),
    Probe("transfer-role", "a user with one of the roles transfers", _role_transfers),
    *recalling(
        Probe("transfer-wins", "a body of both forms is a transfer", _wins),
        Probe("transfer-to-agent", "an agent is a target", _to_agent),
        Probe("transfer-moves-to-agent", "the agent who was named has the work", _moves_to_agent),
        Probe("transfer-leaves-agent", "the agent who had the work has it no more", _leaves_agent),
        Probe(
            "transfer-external-target",
            "a target by its external identifier",
            _external("target_id", -1),
        ),
        Probe(
            "transfer-external-source",
            "a source by its external identifier",
            _external("source_queue_id", 0),
        ),
        Probe("transfer-taken", "a document without work is transferred and gets some", _taken),
        Probe("transfer-from-source", "work that is made is in the source queue", _from_source),
        Probe("transfer-to-queue", "work goes to the queue that is named", _to_queues),
        Probe("transfer-keeps-work-item", "a transfer uses the work item there is", _keeps_item),
    ),
)
