"""Offers: that they are taken, who gets the work, on which documents, and what the response shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import product

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.offers import (
    calls,
    causes,
    refusals,
    responses,
    terms,
    transfers,
    waiting,
    wrong_calls,
)
from ccaas_kit.probes.offers.calls import Body, Document, Offer, Way
from ccaas_kit.probes.probing import Probe, Probing, expect, expect_status, recalling, shown


def _taken(probing: Probing, _: Subject) -> str:
    offer = calls.first_offer(probing)
    expected = "a work item with a sys_id"
    expect(bool(offer.work_item.get("sys_id")), expected, offer.exchange)
    return "a fresh interaction was offered to an agent, and has a work item"


def _answered_200(probing: Probing, _: Subject) -> str:
    exchanges = [send().exchange for send in _in_each_form(probing)]
    agent = calls.agent(probing)
    for way, transferred in calls.ways(probing).items():
        exchanges.append(transferred)
        if way != calls.PLAIN:
            with calls.document(probing) as found:
                body = calls.assignment(probing, agent)
                exchanges.append(calls.send(probing, found, body, way))
    for exchange in exchanges:
        responses.require_admitted(probing, exchange)
        if not responses.is_refused(exchange):
            expect_status(exchange, 200)
    responses.require_taken(exchanges[0])
    return "new work items of each form got 200, in each media type and at both URLs"


def _echoed(probing: Probing, subject: Subject) -> str:
    hold = _ECHOES[subject.field]

    def look(send: Callable[[], Offer]) -> str:
        return hold(probing, send(), subject.field)

    sends = (*_in_each_form(probing), *_in_each_way(probing))
    return causes.each(partial(look, send) for send in sends)


def _in_each_way(probing: Probing) -> Iterator[Callable[[], Offer]]:
    """Assignments in the other ways to call."""
    for way in calls.ways(probing):
        if way != calls.PLAIN:
            make = partial(_assigned, probing, way)
            yield partial(probing.once, f"an offer in {way.name}", make)


def _assigned(probing: Probing, way: Way) -> Offer:
    body = calls.assignment(probing)
    with calls.document(probing) as found:
        exchange = responses.require_taken(calls.send(probing, found, body, way))
    return Offer(calls.agent(probing), found, exchange, body["queue_id"])


def _in_each_form(probing: Probing) -> Iterator[Callable[[], Offer]]:
    """Calls of fresh interactions that are taken: assignments, and the kinds of transfer."""
    yield partial(calls.first_offer, probing)
    yield partial(probing.once, "an offer of the older of two", partial(_older, probing))
    for make in calls.transfers(probing):
        yield partial(probing.once, f"{make.__name__} taken", partial(_transferred, probing, make))


def _older(probing: Probing) -> Offer:
    """An offer of an interaction behind which another one was created."""
    body = calls.assignment(probing)
    with calls.document(probing) as found, calls.document(probing):
        exchange = responses.require_taken(calls.send(probing, found, body))
    return Offer(calls.agent(probing), found, exchange, body["queue_id"])


def _transferred(probing: Probing, make: causes.Make) -> Offer:
    body = make(probing)
    target, source = body["transfer"]["target_id"], body["transfer"]["source_queue_id"]
    queue = target if body["transfer"]["target_type"] == "queue" else source
    with calls.document(probing) as found:
        exchange = responses.require_taken(calls.send(probing, found, body))
    return Offer(calls.agent(probing), found, exchange, queue)


def _same_as(get: Callable[[Document], str]) -> Callable[[Probing, Offer, str], str]:
    def hold(_: Probing, offer: Offer, field: str) -> str:
        wanted, got = get(offer.document), offer.work_item.get(field)
        expect(got == wanted, f"{field} {wanted}", offer.exchange, f"{field} {got!r}")
        return f"{field} is {got!r}"

    return hold


def _is_called(_: Probing, offer: Offer, field: str) -> str:
    number, got = offer.document.number, offer.work_item.get(field)
    if not number:
        raise InconclusiveError(f"the interaction has no number to compare with {field}")
    is_called = isinstance(got, str) and responses.names(got, number)
    expect(is_called, f"{field} with {number}", offer.exchange, f"{field} {got!r}")
    return f"{field} is {got!r}"


def _is_queued(probing: Probing, offer: Offer, field: str) -> str:
    got = offer.work_item.get(field)
    is_there = calls.is_queue(probing, got, offer.queue)
    expect(is_there, f"{field} {offer.queue}", offer.exchange, f"{field} {got!r}")
    return f"{field} is {got!r}"


_ECHOES: Mapping[str, Callable[[Probing, Offer, str], str]] = {
    "display_name": _is_called,
    "document_id": _same_as(lambda document: document.sys_id),
    "document_table": _same_as(lambda document: document.table),
    "queue": _is_queued,
}


def _named_agent(probing: Probing, _: Subject) -> str:
    open_questions: list[InconclusiveError] = []
    for named in (calls.agent(probing), calls.other_agent(probing)):
        try:
            waiting.expect_with(
                probing, named, waiting.taken(probing, calls.assignment(probing, named))
            )
        except InconclusiveError as error:
            # An instance that gives all work to one agent shows it by the other one.
            open_questions.append(error)
    if open_questions:
        raise open_questions[0]
    return "each of two agents got the work that named them"


def _assigned_to(probing: Probing, _: Subject) -> str:
    named = calls.agent(probing)
    waiting.expect_with(probing, named, waiting.taken(probing, calls.assignment(probing, named)))
    return f"a further offer is refused because {named} has the work"


def _is_record(probing: Probing, subject: Subject) -> str:
    table = probing.contract.node(subject.pointer)["x-sn-table"]

    def look(send: Callable[[], Offer]) -> str:
        offer = send()
        sys_id = str(offer.work_item.get("sys_id", ""))
        expected = f"the sys_id of a record of {table}"
        missing = probing.missing_records(table, [sys_id])
        expect(not missing, expected, offer.exchange, f"sys_id {sys_id}")
        return f"the work items are records of {table}"

    return causes.each(partial(look, send) for send in _in_each_form(probing))


def _keeps_time(probing: Probing, subject: Subject) -> str:
    """The record has the time that was sent, as the Table API writes it."""
    sent = terms.offered_a_moment_ago(probing)
    responses.require_taken(sent.exchange)
    table = probing.contract.node(f"{responses.SCHEMAS}WorkItem/properties/sys_id")["x-sn-table"]
    sys_id = str(responses.work_item(sent.exchange).get("sys_id", ""))
    found = probing.records(
        table, query=f"sys_id={sys_id}", fields=("sys_id", subject.field), limit=1
    )
    kept = [record[subject.field] for record in found if record["sys_id"] == sys_id]
    if not any(kept):
        raise BlockedError(f"the Table API does not show {subject.field} of the work item {sys_id}")
    # A column of the platform has seconds, and a blank where offers have a T.
    same = kept[0].replace(" ", "T")[:19] == sent.offered_on[:19]
    expected = f"{subject.field} {sent.offered_on}"
    expect(same, expected, sent.exchange, f"{subject.field} {kept[0]!r}")
    return f"the work item has {subject.field} {kept[0]}"


def _task(probing: Probing, _: Subject) -> str:
    # A call that is refused for its agent leaves the task as it is, and shows that it was found.
    unfit = _unfit_agent(probing)
    task = Document(wrong_calls.TASK, probing.known("tasks")[0], "")
    nothing = Document(wrong_calls.TASK, calls.nobody(probing), "")
    bodies = (calls.assignment(probing, unfit), calls.to_agent(probing, unfit))

    def look(way: Way, body: Body) -> str:
        known = calls.send(probing, task, body, way)
        unknown = calls.send(probing, nothing, body, way)
        responses.require_admitted(probing, known)
        if responses.is_refused(known) and shown(known) == shown(unknown):
            # The message about a user who is no agent comes with every document that exists.
            usual = calls.send_refusable(probing, body, way)
            tells = [
                responses.says(probing, exchange, responses.REFUSAL) for exchange in (usual, known)
            ]
            expect(tells != [True, False], "a refusal that says why", known)
        if unknown.status != 404:
            raise InconclusiveError(
                f"a task that does not exist gets the same answer: {shown(unknown)}"
            )
        expect(known.status != 404, "another status than 404", known)
        if not responses.is_refused(known):
            raise InconclusiveError(f"the offer was not refused for its agent: {shown(known)}")
        return "a task is found, and offer and transfer refused for the agent alone"

    ways = dict.fromkeys((calls.PLAIN, *calls.ways(probing)))
    return causes.each(partial(look, way, body) for way, body in product(ways, bodies))


def _unfit_agent(probing: Probing) -> str:
    try:
        return probing.known("plain_users")[0]
    except BlockedError:
        return probing.known("away_agents")[0]


def _no_table(probing: Probing, _: Subject) -> str:
    unknown = Document("u_no_such_table", calls.nobody(probing), "")
    exchange = calls.send(probing, unknown, calls.assignment(probing))
    expect_status(exchange, 404)
    return "a table that does not exist got 404"


def _neither_form(probing: Probing, _: Subject) -> str:
    calls.agent(probing)
    for body in ({}, {"external_segment_id": "conformance-probe"}):
        exchange = calls.send_refusable(probing, body)
        responses.expect_refused(probing, exchange, "a refusal of a body of neither form")
    return "an empty body, and one with a segment id alone, are refused"


def _no_work_item(probing: Probing, _: Subject) -> str:
    body = calls.assignment(probing, probing.known("away_agents")[0])
    exchange = calls.send_refusable(probing, body)
    if not responses.is_refused(exchange):
        raise InconclusiveError(f"the offer was not refused: {shown(exchange)}")
    expect(not responses.work_item(exchange), "no work_item in a refusal", exchange)
    return "a refusal has no work_item"


def _external_queue(probing: Probing, _: Subject) -> str:
    body, expected = _to_external_queue(probing), "success for the external identifier of a queue"
    exchange = waiting.expect_sent_taken(probing, body, expected)
    sent, got = probing.known("external_queues")[0], responses.work_item(exchange).get("queue")
    expect(calls.is_queue(probing, got, sent), f"the queue {sent}", exchange, f"the queue {got}")
    return "an offer in a queue named by its external identifier is taken"


def _queue_text(probing: Probing, _: Subject) -> str:
    calls.agent(probing)
    exchange = calls.sent(probing, _to_external_queue(probing))
    expect(exchange.status != 400, "no 400 for an identifier that is text", exchange)
    responses.require_taken(exchange)
    return "a sys_id and a text of another form are both taken"


def _to_external_queue(probing: Probing) -> Body:
    return {**calls.assignment(probing), "queue_id": probing.known("external_queues")[0]}


def _segment(probing: Probing, _: Subject) -> str:
    segment = f"segment_{calls.nobody(probing)}"
    for make in (calls.assignment, calls.transfers(probing)[0]):
        body: Body = {**make(probing), "external_segment_id": segment}
        waiting.expect_sent_taken(probing, body, "success with an external_segment_id")
    return "text as external_segment_id is taken, of an offer and of a transfer"


PROBES: tuple[Probe, ...] = (
    Probe("offer-task", "a task is a document", _task),
    Probe("offer-no-table", "an unknown table gets 404", _no_table),
    Probe("offer-neither-form", "a body of neither form is refused", _neither_form),
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
        Probe("offer-item-record", "the work item is a record of its table", _is_record),
        Probe("offer-time-kept", "the work item keeps the time of the offer", _keeps_time),
    ),
    *refusals.PROBES,
    *terms.PROBES,
    *transfers.PROBES,
)
