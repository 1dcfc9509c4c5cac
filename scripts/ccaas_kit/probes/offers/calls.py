"""Calls of offerWork that probes share: fresh documents, and agents who take work.

Work is offered only on interactions that a probe has created. They are closed again when the probe
has looked, so that no agent is left with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from ccaas_kit.gateway.outcomes import Barred, Broken, Unseen
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import answers
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import Probing, require, shown

OFFER = "offerWork"
# With these an agent whom the config names turns out to be none for a valid offer.
_UNFIT = (answers.NOT_AVAILABLE, answers.NOT_AN_AGENT, answers.NOT_EXTERNAL)
_MOST_AGENTS = 6


@dataclass(frozen=True, slots=True)
class Document:
    """An interaction that a probe has created."""

    table: str
    sys_id: str
    number: str


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer that was sent: to whom, on what, and what came back."""

    agent: str
    document: Document
    exchange: Exchange

    @property
    def work_item(self) -> dict[str, Any]:
        """The work item in the answer; empty if it is no object."""
        return answers.work_item(self.exchange)


@contextmanager
def document(probing: Probing) -> Iterator[Document]:
    """A fresh interaction, which is closed when the block ends."""
    found = fresh(probing)
    try:
        yield found
    finally:
        with suppress(Unseen, Barred):
            close(probing, found)


def fresh(probing: Probing) -> Document:
    """A new interaction.

    Raises:
        Unseen: it was not created.
    """
    made = valid_calls.send(probing, valid_calls.of(probing, "createInteraction"))
    require(made, 201)
    record = answers.result(made)
    if not record.get("sys_id"):
        raise Unseen(f"a new interaction has no sys_id: {shown(made)}")
    table, number = valid_calls.interaction_table(probing), record.get("number", "")
    return Document(table, str(record["sys_id"]), str(number))


def close(probing: Probing, found: Document) -> Exchange:
    """The exchange that closes an interaction."""
    return probing.call("closeInteraction", path={"interaction_id": found.sys_id})


def assignment(probing: Probing, agent_sys_id: str = "", **terms: Any) -> dict[str, Any]:
    """A new assignment to an agent who takes work, or to the given one."""
    chosen = agent_sys_id or agent(probing)
    return {"queue_id": queues(probing)[0], "assignment": {"agent_sys_id": chosen, **terms}}


def transfer(probing: Probing, **parts: str) -> dict[str, Any]:
    """A blind transfer to another queue, but for the given parts."""
    whole = {
        "source_queue_id": queues(probing)[0],
        "target_id": queues(probing)[-1],
        "target_type": "queue",
        "transfer_type": "blind",
    }
    return {"transfer": {**whole, **parts}}


def send(probing: Probing, found: Document, body: Any, **how: Any) -> Exchange:
    """The exchange of a call for a document."""
    path = {"document_table": found.table, "document_sys_id": found.sys_id}
    fits = probing.contract.schemas.is_valid(f"{answers.SCHEMAS}OfferWorkRequest", body)
    return probing.call(OFFER, path=path, body=body, positive=fits, **how)


def send_refusable(probing: Probing, body: Any) -> Exchange:
    """The exchange of a call that is to be refused; its document serves for the next one, too."""
    stock: list[Document] = probing.once("documents without work", list)
    found = stock[-1] if stock else fresh(probing)
    stock[:] = [found]
    exchange = send(probing, found, body)
    if not answers.is_refused(exchange):
        # Somebody has it now, so that another call would be refused for that reason.
        stock.clear()
        with suppress(Unseen, Barred):
            close(probing, found)
    return exchange


def first_offer(probing: Probing) -> Offer:
    """The least offer to the first of the known agents who takes it.

    Raises:
        Broken: a valid offer was refused, and not for the agent's sake.
        Unseen: the known agents take no work now.
    """
    return probing.once("an offer", lambda: _to_first(probing, _known_agents(probing)))


def agent(probing: Probing) -> str:
    """An agent who takes work.

    Raises:
        Unseen: nobody does.
    """
    try:
        return first_offer(probing).agent
    except Broken as broken:
        raise Unseen(f"no valid offer is taken: {broken.got}") from broken


def other_offer(probing: Probing) -> Offer:
    """The least offer to another agent who takes it.

    Raises:
        Unseen: there is none.
    """
    first = agent(probing)
    others = [each for each in _known_agents(probing) if each != first]
    if not others:
        raise Unseen("one agent only is known")
    try:
        return probing.once("an offer to another agent", lambda: _to_first(probing, others))
    except Broken as broken:
        raise Unseen(f"no other agent takes work: {broken.got}") from broken


def queues(probing: Probing) -> list[str]:
    """Sys_ids of queues.

    Raises:
        Barred: none is known.
    """
    with suppress(Barred):
        return list(probing.known("queues"))
    is_sys_id = probing.contract.schemas.is_valid
    found = [
        each for each in probing.known("queue_id") if is_sys_id(f"{answers.SCHEMAS}SysId", each)
    ]
    if not found:
        raise Barred("no sys_id of a queue is known")
    return found


def two_queues(probing: Probing) -> tuple[str, str]:
    """The queue of our offers, and another one.

    Raises:
        Barred: one only is known.
    """
    found = queues(probing)
    if len(found) < 2:
        raise Barred("one queue only is known under 'queues'")
    return found[0], found[-1]


def holder(probing: Probing, found: Document) -> str:
    """The agent who has the work, as the refusal of a further offer names them.

    Raises:
        Unseen: it names nobody.
    """
    again = send(probing, found, assignment(probing))
    for text in answers.texts(again):
        if answers.is_message(probing, answers.ASSIGNED, text):
            return text.rpartition(" ")[2]
    raise Unseen(f"a further offer does not tell who has the work: {shown(again)}")


def nobody() -> str:
    """A sys_id that no record has."""
    return uuid4().hex


def _known_agents(probing: Probing) -> tuple[str, ...]:
    return probing.known("agent_sys_id")[:_MOST_AGENTS]


def _to_first(probing: Probing, agents: Iterable[str]) -> Offer:
    """The offer to the first agent who takes it."""
    refusals = []
    for each in agents:
        with document(probing) as found:
            exchange = send(probing, found, assignment(probing, each))
        if answers.is_taken(exchange):
            return Offer(each, found, exchange)
        refusals.append(exchange)
    for exchange in refusals:
        answers.bar(probing, exchange)
        if not answers.says(probing, exchange, *_UNFIT):
            raise Broken("success true for a valid offer", shown(exchange), exchange)
    raise Unseen("the known agents take no work now")
