"""Calls of offerWork that probes share: fresh documents, and agents who take work.

Work is offered only on interactions that a probe has created. They are closed again when the probe
has looked, so that no agent is left with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from ccaas_kit.contract import pointers
from ccaas_kit.gateway.ask import JSON, XML
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError, ViolationError
from ccaas_kit.gateway.users import OWN
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import responses
from ccaas_kit.probes.platform import valid_calls, xml_bodies
from ccaas_kit.probes.probing import Probing, require, shown

OFFER = "offerWork"
Body = dict[str, Any]
# With these an agent whom the config names turns out to be none for a valid offer.
_UNFIT = (responses.NOT_AVAILABLE, responses.NOT_AN_AGENT, responses.NOT_EXTERNAL)
_MOST_AGENTS = 6


@dataclass(frozen=True, slots=True)
class Way:
    """How a call travels: the media type of its body, and the version in its URL."""

    name: str
    media: str = JSON
    version: str | None = None


PLAIN = Way("JSON")


@dataclass(frozen=True, slots=True)
class Document:
    """An interaction that a probe has created."""

    table: str
    sys_id: str
    number: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A call that was taken: to whom, on what, in which queue, and what came back."""

    agent: str
    document: Document
    exchange: Exchange
    queue: str

    @property
    def work_item(self) -> dict[str, Any]:
        """The work item in the response; empty if it is no object."""
        return responses.work_item(self.exchange)


@contextmanager
def document(probing: Probing) -> Iterator[Document]:
    """A fresh interaction, which is closed when the block ends."""
    found = fresh(probing)
    try:
        yield found
    finally:
        with suppress(InconclusiveError, BlockedError):
            close(probing, found)


def fresh(probing: Probing) -> Document:
    """A new interaction.

    Raises:
        InconclusiveError: it was not created.
    """
    made = valid_calls.send(probing, valid_calls.of(probing, "createInteraction"))
    require(made, 201)
    record = responses.result(made)
    if not record.get("sys_id"):
        raise InconclusiveError(f"a new interaction has no sys_id: {shown(made)}")
    table, number = valid_calls.interaction_table(probing), record.get("number", "")
    return Document(table, str(record["sys_id"]), str(number))


def close(probing: Probing, found: Document) -> Exchange:
    """The exchange that closes an interaction."""
    return probing.call("closeInteraction", path={"interaction_id": found.sys_id})


def assignment(probing: Probing, agent_sys_id: str = "", **terms: Any) -> Body:
    """A new assignment to an agent who takes work, or to the given one."""
    chosen = agent_sys_id or agent(probing)
    return {"queue_id": queues(probing)[0], "assignment": {"agent_sys_id": chosen, **terms}}


def transfer(probing: Probing, **parts: Any) -> Body:
    """A blind transfer to another queue, but for the given parts.

    Raises:
        BlockedError: one queue only is known.
    """
    source, target = two_queues(probing)
    return _blind(source, **{"target_id": target, "target_type": "queue", **parts})


def transfers(probing: Probing) -> list[Callable[[Probing], Body]]:
    """The kinds of transfer that are known to be possible: to another queue, if there is one, and to an agent."""
    return [transfer, to_agent] if len(queues(probing)) > 1 else [to_agent]


def to_agent(probing: Probing, agent_sys_id: str = "", **parts: Any) -> Body:
    """A blind transfer to an agent who takes work, or to the given one, but for the given parts."""
    chosen = agent_sys_id or agent(probing)
    return _blind(queues(probing)[0], **{"target_id": chosen, "target_type": "agent", **parts})


def _blind(source: str, **parts: Any) -> Body:
    return {"transfer": {"source_queue_id": source, "transfer_type": "blind", **parts}}


def ways(probing: Probing) -> Mapping[Way, Exchange]:
    """JSON at the default URL, and the other ways in which the target takes a valid call.

    Each with a transfer of an interaction that was never offered, from one queue to another; to an
    agent where one queue only is known.
    """

    def make() -> dict[Way, Exchange]:
        body = transfers(probing)[0](probing)
        others = (Way("XML", media=XML), Way("a version in the URL", version=_version(probing)))
        found = {}
        for way in (PLAIN, *others):
            with suppress(InconclusiveError), document(probing) as fresh_one:
                exchange = send(probing, fresh_one, body, way)
                if way == PLAIN or responses.is_taken(exchange):
                    found[way] = exchange
        return found

    return probing.once("the ways of a call", make)


def plain_transfer(probing: Probing) -> Exchange:
    """A transfer of an interaction that was never offered, from one queue to another.

    Raises:
        InconclusiveError: no response came to it.
        BlockedError: one queue only is known.
    """
    two_queues(probing)
    found = ways(probing)
    if PLAIN not in found:
        raise InconclusiveError("a transfer has no answer")
    return found[PLAIN]


def send(
    probing: Probing, found: Document, body: Any, way: Way = PLAIN, *, user: str = OWN
) -> Exchange:
    """The exchange of a call for a document."""
    operation = probing.contract.by_id[OFFER]
    is_xml = way.media == XML
    return probing.call(
        OFFER,
        path={"document_table": found.table, "document_sys_id": found.sys_id},
        body=body,
        raw=xml_bodies.request(probing.contract, operation, body) if is_xml else None,
        media=way.media,
        version=way.version,
        user=user,
        positive=probing.contract.schemas.is_valid(f"{responses.SCHEMAS}OfferWorkRequest", body),
    )


def send_refusable(probing: Probing, body: Any, way: Way = PLAIN, *, user: str = OWN) -> Exchange:
    """The exchange of a call that is to be refused; its document serves for the next one, too."""
    stock: list[Document] = probing.once("documents without work", list)
    found = stock[-1] if stock else fresh(probing)
    stock[:] = [found]
    exchange = send(probing, found, body, way, user=user)
    if not responses.is_refused(exchange):
        # Somebody has it now, so that another call would be refused for that reason.
        stock.clear()
        with suppress(InconclusiveError, BlockedError):
            close(probing, found)
    return exchange


def on_fresh(probing: Probing, body: Body, way: Way = PLAIN, *, user: str = OWN) -> Exchange:
    """The exchange of a call for a fresh interaction."""
    with document(probing) as found:
        return send(probing, found, body, way, user=user)


def sent(probing: Probing, body: Body, way: Way = PLAIN) -> Exchange:
    """The same, sent once."""
    return probing.once(f"fresh in {way.name}: {body}", lambda: on_fresh(probing, body, way))


def first_offer(probing: Probing) -> Offer:
    """The least offer to the first of the known agents who takes it.

    Raises:
        ViolationError: a valid offer was refused, and not for the agent's sake.
        InconclusiveError: the known agents take no work now.
    """
    return probing.once("an offer", lambda: _to_first(probing, _known_agents(probing)))


def agent(probing: Probing) -> str:
    """An agent who takes work.

    Raises:
        InconclusiveError: nobody does.
    """
    try:
        return first_offer(probing).agent
    except ViolationError as violation:
        raise InconclusiveError(f"no valid offer is taken: {violation.got}") from violation


def other_agent(probing: Probing) -> str:
    """Another agent who takes work.

    Raises:
        InconclusiveError: there is none.
    """
    first = agent(probing)
    others = [known_agent for known_agent in _known_agents(probing) if known_agent != first]
    if not others:
        raise InconclusiveError("one agent only is known")
    try:
        return probing.once("an offer to another agent", lambda: _to_first(probing, others)).agent
    except ViolationError as violation:
        raise InconclusiveError(f"no other agent takes work: {violation.got}") from violation


def queues(probing: Probing) -> list[str]:
    """Sys_ids of queues.

    Raises:
        BlockedError: none is known.
    """
    with suppress(BlockedError):
        return list(probing.known("queues"))
    found = [
        queue_id for queue_id in probing.known("queue_id") if valid_calls.is_id(probing, queue_id)
    ]
    if not found:
        raise BlockedError("no sys_id of a queue is known")
    return found


def two_queues(probing: Probing) -> tuple[str, str]:
    """The queue of our offers, and another one.

    Raises:
        BlockedError: one only is known.
    """
    found = queues(probing)
    if len(found) < 2:
        raise BlockedError("one queue only is known under 'queues'")
    return found[0], found[-1]


def is_queue(probing: Probing, got: Any, sent: str) -> bool:
    """Whether the queue in a response can be the queue that the request named.

    AWA-019: the response may have the other name of the queue, which the Table API shows. Where it
    does not, every name of the other kind is possible.
    """
    if not isinstance(got, str) or not got:
        return False
    if got == sent:
        return True
    if valid_calls.is_id(probing, got) == valid_calls.is_id(probing, sent):
        return False
    sys_id, external = (got, sent) if valid_calls.is_id(probing, got) else (sent, got)
    table = probing.contract.node(f"{responses.SCHEMAS}OfferQueueId")["x-sn-table"]
    try:
        found = probing.records(table, query=f"sys_id={sys_id}", fields=("sys_id", "external_id"))
    except BlockedError:
        return True
    known = [record["external_id"] for record in found if record["sys_id"] == sys_id]
    return not any(known) or external in known


def nobody(probing: Probing) -> str:
    """A sys_id that no record has, the same one each time."""
    return probing.once("a sys_id of nothing", lambda: uuid4().hex)


def unknown(probing: Probing) -> Document:
    """An interaction that does not exist."""
    return Document(valid_calls.interaction_table(probing), nobody(probing), "")


def _known_agents(probing: Probing) -> tuple[str, ...]:
    return probing.known("agent_sys_id")[:_MOST_AGENTS]


def still_take_work(probing: Probing) -> bool:
    """Whether the agents of our offers take a plain offer now."""
    named = {agent(probing)}
    with suppress(InconclusiveError):
        named.add(other_agent(probing))
    offers = (on_fresh(probing, assignment(probing, agent_sys_id)) for agent_sys_id in named)
    return all(map(responses.is_taken, offers))


def _to_first(probing: Probing, agents: Iterable[str]) -> Offer:
    """The offer to the first agent who takes it."""
    refusals = []
    for agent_sys_id in agents:
        body = assignment(probing, agent_sys_id)
        with document(probing) as found:
            exchange = send(probing, found, body)
        if responses.is_taken(exchange):
            return Offer(agent_sys_id, found, exchange, body["queue_id"])
        refusals.append(exchange)
    for exchange in refusals:
        responses.require_admitted(probing, exchange)
        if not responses.says(probing, exchange, *_UNFIT):
            raise ViolationError("success true for a valid offer", shown(exchange), exchange)
    raise InconclusiveError("the known agents take no work now")


def _version(probing: Probing) -> str:
    """A version that the instance lists, else the first that the contract shows."""
    with suppress(BlockedError):
        return probing.known("api_versions")[0]
    node = pointers.follow(
        probing.contract.document, probing.contract.node(f"{responses.SCHEMAS}ApiVersion")
    )
    return str([*node.get("enum", ()), *node.get("examples", ())][0])
