"""Offers: that they are taken, who can get work, on which documents, and what the answer shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ccaas_kit.gateway.outcomes import Barred, Unseen
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import answers, calls, messages, parts, terms, transfers
from ccaas_kit.probes.offers.calls import Document, Offer
from ccaas_kit.probes.probing import Probe, Probing, expect, expect_status, recalling, shown

_TASK = "task"


def _taken(probing: Probing, _: Subject) -> str:
    offer = calls.first_offer(probing)
    expected = "a work item with a sys_id"
    expect(bool(offer.work_item.get("sys_id")), expected, offer.exchange)
    return "a fresh interaction was offered to an agent, and has a work item"


def _answered_200(probing: Probing, _: Subject) -> str:
    offer = calls.first_offer(probing)
    expect_status(offer.exchange, 200)
    return "a document that was never offered got 200"


def _echoed(probing: Probing, subject: Subject) -> str:
    offer = calls.first_offer(probing)
    got = offer.work_item.get(subject.field)
    expected = _ECHOES[subject.field](probing, offer)
    if not all(expected):
        raise Unseen(f"the interaction has no {subject.field} to compare with")
    whole = got in expected
    if subject.field == "display_name":
        whole = isinstance(got, str) and any(each in got for each in expected)
    told = f"{subject.field} {' or '.join(expected)}"
    expect(whole, told, offer.exchange, f"{subject.field} {got!r}")
    return f"{subject.field} is {got!r}"


def _queue_forms(probing: Probing, offer: Offer) -> tuple[str, ...]:
    """The queue of the offer, as the answer may name it."""
    sent = calls.queues(probing)[0]
    got = offer.work_item.get("queue")
    is_sys_id = probing.contract.schemas.is_valid(f"{answers.SCHEMAS}SysId", got)
    if isinstance(got, str) and got and not is_sys_id:
        # AWA-019: either form may come back, and which queue has this identifier is not known.
        raise Unseen(f"the queue comes back by its external identifier, {got}")
    return (sent,)


_ECHOES: Mapping[str, Callable[[Probing, Offer], tuple[str, ...]]] = {
    "display_name": lambda _, offer: (offer.document.number,),
    "document_id": lambda _, offer: (offer.document.sys_id,),
    "document_table": lambda _, offer: (offer.document.table,),
    "queue": _queue_forms,
}


def _named_agent(probing: Probing, _: Subject) -> str:
    for named in (calls.agent(probing), calls.other_offer(probing).agent):
        _expect_holder(probing, named)
    return "each of two agents got the work that named them"


def _assigned_to(probing: Probing, _: Subject) -> str:
    named = calls.agent(probing)
    _expect_holder(probing, named)
    return f"a further offer is refused because {named} has the work"


def _expect_holder(probing: Probing, named: str) -> None:
    with calls.document(probing) as found:
        body = calls.assignment(probing, named)
        exchange = answers.require_taken(calls.send(probing, found, body))
        held = calls.holder(probing, found)
    expect(held == named, f"the work with {named}", exchange, f"it is with {held}")


def _task(probing: Probing, _: Subject) -> str:
    # An offer that is refused for its agent leaves the task as it is, and shows that it was found.
    body = calls.assignment(probing, _unfit_agent(probing))
    task = Document(_TASK, probing.known("tasks")[0], "")
    known = calls.send(probing, task, body)
    unknown = calls.send(probing, Document(_TASK, calls.nobody(), ""), body)
    if unknown.status != 404:
        raise Unseen(f"a task that does not exist gets the same answer: {shown(unknown)}")
    answers.bar(probing, known)
    expect(known.status != 404, "another status than 404", known)
    if not answers.is_refused(known):
        raise Unseen(f"the offer was not refused for its agent: {shown(known)}")
    return "a task is found, and the offer refused for its agent alone"


def _unfit_agent(probing: Probing) -> str:
    try:
        return probing.known("plain_users")[0]
    except Barred:
        return probing.known("away_agents")[0]


def _no_document(probing: Probing, _: Subject) -> str:
    with calls.document(probing) as found:
        unknown = Document(found.table, calls.nobody(), "")
        exchange = calls.send(probing, unknown, calls.assignment(probing))
    expect_status(exchange, 404)
    return "a sys_id that no interaction has got 404"


def _no_table(probing: Probing, _: Subject) -> str:
    unknown = Document("u_no_such_table", calls.nobody(), "")
    exchange = calls.send(probing, unknown, calls.assignment(probing))
    expect_status(exchange, 404)
    return "a table that does not exist got 404"


def _no_queue(probing: Probing, _: Subject) -> str:
    body = {**calls.assignment(probing), "queue_id": f"conformance-{calls.nobody()}"}
    exchange = calls.send_refusable(probing, body)
    expect_status(exchange, 404)
    return "an identifier that no queue has got 404"


def _unknown_agent(probing: Probing, _: Subject) -> str:
    calls.agent(probing)
    body = calls.assignment(probing, calls.nobody())
    exchange = calls.send_refusable(probing, body)
    answers.expect_refused(
        probing, exchange, "a refusal of a sys_id that no user has", answers.NOT_AVAILABLE
    )
    return f"refused: {shown(exchange)}"


def _refused_with(message: str, expected: str) -> Callable[[Probing, Subject], str]:
    """A look at the refusal that a message speaks of, whatever its words are."""

    def look(probing: Probing, _: Subject) -> str:
        calls.agent(probing)
        exchange = messages.refusal(probing, message)
        answers.expect_refused(probing, exchange, expected, message)
        return f"refused: {shown(exchange)}"

    return look


def _no_work_item(probing: Probing, _: Subject) -> str:
    exchange = messages.refusal(probing, answers.NOT_AVAILABLE)
    if not answers.is_refused(exchange):
        raise Unseen(f"the offer was not refused: {shown(exchange)}")
    expect(not answers.work_item(exchange), "no work_item in a refusal", exchange)
    return "a refusal has no work_item"


def _external_queue(probing: Probing, _: Subject) -> str:
    exchange = _to_external_queue(probing)
    answers.expect_taken(probing, exchange, "success for the external identifier of a queue")
    return "an offer in a queue named by its external identifier is taken"


def _queue_text(probing: Probing, _: Subject) -> str:
    calls.agent(probing)
    exchange = _to_external_queue(probing)
    expect(exchange.status != 400, "no 400 for an identifier that is text", exchange)
    answers.require_taken(exchange)
    return "a sys_id and a text of another form are both taken"


def _to_external_queue(probing: Probing) -> Exchange:
    def make() -> Exchange:
        queue = probing.known("external_queues")[0]
        with calls.document(probing) as found:
            body = {**calls.assignment(probing), "queue_id": queue}
            return calls.send(probing, found, body)

    return probing.once("an offer in a queue by its external identifier", make)


def _segment(probing: Probing, _: Subject) -> str:
    with calls.document(probing) as found:
        segment = f"segment_{found.sys_id}"
        body: dict[str, Any] = {
            **calls.assignment(probing),
            "external_segment_id": segment,
        }
        exchange = calls.send(probing, found, body)
    answers.expect_taken(probing, exchange, "success with an external_segment_id")
    return "text as external_segment_id is taken"


PROBES: tuple[Probe, ...] = (
    Probe("offer-task", "a task is a document", _task),
    Probe("offer-no-document", "an unknown document gets 404", _no_document),
    Probe("offer-no-table", "an unknown table gets 404", _no_table),
    Probe("offer-no-queue", "an unknown queue gets 404", _no_queue),
    Probe("offer-unknown-agent", "a sys_id of no user is refused", _unknown_agent),
    Probe(
        "offer-plain-user",
        "a user without awa_agent gets no work",
        _refused_with(answers.NOT_AN_AGENT, "a refusal of a user without awa_agent"),
    ),
    Probe(
        "offer-inside-agent",
        "an agent without awa_external_user gets no work",
        _refused_with(answers.NOT_EXTERNAL, "a refusal of an agent without awa_external_user"),
    ),
    Probe(
        "offer-away-agent",
        "an agent who is not available gets no work",
        _refused_with(answers.NOT_AVAILABLE, "a refusal of an agent who is away"),
    ),
    Probe("offer-no-work-item", "a refusal has no work item", _no_work_item),
    Probe("offer-queue-text", "a queue is named by text of any form", _queue_text),
    Probe("offer-segment", "a segment id is taken", _segment),
    *recalling(
        Probe("offer-external-queue", "a queue by its external identifier", _external_queue),
        Probe("offer-taken", "a fresh interaction is offered and has a work item", _taken),
        Probe("offer-answers-200", "a new work item is answered with 200", _answered_200),
        Probe("offer-echo", "the work item shows what the request named", _echoed),
        Probe("offer-named-agent", "the agent who is named gets the work", _named_agent),
        Probe("offer-assigned-to", "a further offer names who has the work", _assigned_to),
    ),
    *messages.PROBES,
    *parts.PROBES,
    *terms.PROBES,
    *transfers.PROBES,
)
