"""Probes of Agent Mapping: when a call creates a mapping, when it updates one, and what it refuses.

A mapping cannot be deleted, so an agent who has none is a fresh contact, as contacts are users. An
instance that takes no contact for an agent is asked about the agents that the config names; where
each of them has a mapping already, nothing shows how one is created.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.platform.valid_calls import ValidCall
from ccaas_kit.probes.probing import (
    Probe,
    Probing,
    body_of,
    expect,
    expect_message,
    expect_status,
    recalling,
    require,
    result_of,
    shown,
)

_SERVED = (200, 201)
# What says that a user is no agent, which a contact may not be.
_NO_AGENT = (400, 403, 404)
# Longer than most ids, and with letters beyond ASCII; nothing limits an external id.
_LONG = "Ünïcødé 日本 " * 8


@dataclass(frozen=True, slots=True)
class Pair:
    """What identifies a mapping. `fresh` says that nobody can have mapped the agent before."""

    agent: str
    inbound: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Mapped:
    """The first call that mapped a pair."""

    pair: Pair
    exchange: Exchange

    @property
    def told(self) -> bool:
        """Whether the response shows what a creation is answered with."""
        return self.pair.fresh or self.exchange.status == 201


def _map(probing: Probing, pair: Pair, **fields: Any) -> Exchange:
    body = {"external_agent_id": "conformance-probe", **fields}
    path = {"agentId": pair.agent, "inboundId": pair.inbound}
    return probing.call("setAgentMapping", path=path, body=body)


def _first(probing: Probing) -> Mapped:
    """The first mapping of a pair, of one without a mapping if there is such a pair.

    Raises:
        InconclusiveError: no call was served.
        BlockedError: no inbound id, or no agent, is known.
    """

    def make() -> Mapped:
        served = None
        for pair in _pairs(probing):
            mapped = Mapped(pair, _map(probing, pair))
            if mapped.exchange.status in _SERVED:
                served = mapped
                if mapped.told:
                    break
            elif pair.fresh and _is_wrong(mapped.exchange):
                return mapped
        if served is None:
            raise InconclusiveError("no known agent could be mapped")
        return served

    return probing.once("a mapped agent", make)


def _is_wrong(exchange: Exchange) -> bool:
    """Whether a valid call for a fresh agent got a status that says neither yes nor "no agent"."""
    return 200 <= exchange.status < 500 and exchange.status not in (401, *_NO_AGENT, 429)


def _creation(probing: Probing) -> Mapped:
    mapped = _first(probing)
    if not mapped.told:
        raise InconclusiveError("no agent without a mapping was known")
    return mapped


def _pairs(probing: Probing) -> Iterator[Pair]:
    inbounds = probing.known("inboundId")
    try:
        contact = valid_calls.new_contact(probing)
    except (BlockedError, InconclusiveError):
        contact = ""
    if contact:
        yield Pair(contact, inbounds[0], fresh=True)
    for inbound, agent in product(inbounds, probing.known("agentId")):
        yield Pair(agent, inbound, fresh=False)


def own_call(probing: Probing) -> ValidCall:
    """A valid call for the pair that was mapped first, a fresh agent's where that was possible."""
    pair = _first(probing).pair
    path = {"agentId": pair.agent, "inboundId": pair.inbound}
    return ValidCall("setAgentMapping", path, body={"external_agent_id": "conformance-probe"})


def _again(probing: Probing) -> Exchange:
    """The response to a second call like the first."""
    return probing.once("an agent mapped again", lambda: _map(probing, _first(probing).pair))


def _ids(exchange: Exchange) -> set[str]:
    result = result_of(exchange)
    found = result.get("mappingIds") if isinstance(result, dict) else None
    if not isinstance(found, list) or not found:
        raise InconclusiveError(f"no mappingIds to compare: {shown(exchange)}")
    return {str(sys_id) for sys_id in found}


def _created(probing: Probing, _: Subject) -> str:
    expect_status(_creation(probing).exchange, 201)
    return "an agent without a mapping was answered with 201"


def _updated(probing: Probing, _: Subject) -> str:
    expect_status(_again(probing), 200)
    return "an agent who has a mapping was answered with 200"


def _same_record(probing: Probing, _: Subject) -> str:
    first, again = _first(probing).exchange, _again(probing)
    require(again, *_SERVED)
    expect(_ids(again) == _ids(first), f"the mappingIds {sorted(_ids(first))}", again)
    return "an update returned the mappingIds of the first call"


def _other_external_id(probing: Probing, _: Subject) -> str:
    first = _first(probing)
    other = _map(probing, first.pair, external_agent_id=f"probe-{uuid4().hex[:12]} {_LONG}")
    expect_status(other, 200)
    expect(_ids(other) == _ids(first.exchange), "the mappingIds of the first call", other)
    return "another external id was answered with 200 and the same mappingIds"


def _two_agents(probing: Probing, _: Subject) -> str:
    first = _first(probing)
    if first.pair.fresh:
        other = Pair(valid_calls.new_contact(probing), first.pair.inbound, fresh=True)
    else:
        agents = [agent for agent in probing.known("agentId") if agent != first.pair.agent]
        if not agents:
            raise BlockedError("only one agent is known, and it takes two")
        other = Pair(agents[0], first.pair.inbound, fresh=False)
    return _expect_apart(probing, first, other)


def _two_channels(probing: Probing, _: Subject) -> str:
    first = _first(probing)
    inbounds = [inbound for inbound in probing.known("inboundId") if inbound != first.pair.inbound]
    if not inbounds:
        raise BlockedError("only one inbound id is known, and it takes two")
    return _expect_apart(probing, first, Pair(first.pair.agent, inbounds[0], first.pair.fresh))


def _expect_apart(probing: Probing, first: Mapped, pair: Pair) -> str:
    other = Mapped(pair, _map(probing, pair))
    require(other.exchange, *_SERVED)
    for mapped in (first, other):
        if mapped.pair.fresh:
            expect_status(mapped.exchange, 201)
    shared = _ids(first.exchange) & _ids(other.exchange)
    expect(not shared, "mappingIds that the other mapping does not have", other.exchange)
    return "two mappings were made, and their mappingIds differ"


def _unknown_agent(probing: Probing, _: Subject) -> str:
    """A sys_id that nothing has, and those of records in other tables than that of users."""
    expect_status(_of_unknown_agent(probing), 400)
    records = {"interaction": valid_calls.interaction(probing)}
    for name in ("external_provider", "queues"):
        with suppress(BlockedError):
            records[name] = probing.known(name)[0]
    for name, sys_id in records.items():
        exchange = _map(probing, Pair(sys_id, probing.known("inboundId")[0], fresh=False))
        expect(exchange.status == 400, f"status 400 where {name} {sys_id} is the agent", exchange)
    return f"{1 + len(records)} sys_ids that no user has were answered with 400"


def _unknown_inbound(probing: Probing, _: Subject) -> str:
    """One of other letters, and one that only begins like a known one."""
    agent, known = probing.known("agentId")[0], probing.known("inboundId")[0]
    for start in ("ConformanceProbe", known):
        pair = Pair(agent, f"{start}{uuid4().hex[:12]}", fresh=False)
        expect_status(_map(probing, pair), 400)
    return "inbound ids that no channel has were answered with 400"


def _both_unknown(probing: Probing, _: Subject) -> str:
    expect_status(_map(probing, Pair(uuid4().hex, uuid4().hex, fresh=False)), 400)
    return "an agent id and an inbound id that nothing has were answered with 400"


def _known_inbound(probing: Probing, _: Subject) -> str:
    pair = Pair(probing.known("agentId")[0], probing.known("inboundId")[0], fresh=False)
    expect_status(_map(probing, pair), *_SERVED)
    return "a known agent was mapped at a known inbound id"


def _is_failure(probing: Probing, subject: Subject) -> str:
    exchange = _of_unknown_agent(probing)
    require(exchange, 400)
    body = body_of(exchange)
    if not isinstance(body, dict) or "result" not in body:
        raise InconclusiveError("the refusal came in the shape of the platform")
    allowed = probing.contract.node(subject.pointer)["enum"]
    status = body["result"].get("status") if isinstance(body["result"], dict) else None
    expect(status in allowed, f"the status {' or '.join(allowed)}", exchange)
    return f"the refusal of an unknown agent had the status {status}"


def _of_unknown_agent(probing: Probing) -> Exchange:
    def make() -> Exchange:
        return _map(probing, Pair(uuid4().hex, probing.known("inboundId")[0], fresh=False))

    return probing.once("a mapping of an unknown agent", make)


def _are_records(probing: Probing, subject: Subject) -> str:
    """What a creation, an update and a sign-out answer with are records of the table."""
    table = probing.contract.node(subject.pointer)["x-sn-table"]
    pair = _first(probing).pair
    sign_out = _map(probing, pair, active=False)
    for exchange in (_first(probing).exchange, _again(probing), sign_out):
        require(exchange, *_SERVED)
        result = result_of(exchange)
        if isinstance(result, dict) and result.get("mappingIds") == []:
            # The list names what was created or updated: a call that repeats another may write nothing.
            is_repeat = exchange.status == 200 and exchange is not sign_out
            expect(is_repeat, f"the sys_id of the record of {table} that was written", exchange)
            continue
        missing = probing.missing_records(table, sorted(_ids(exchange)))
        expect(not missing, f"sys_ids of records of {table}", exchange, f"none is {missing}")
    return f"each of mappingIds is a record of {table}"


def _as_boolean(probing: Probing, _: Subject) -> str:
    return _expect_flags(probing, (False, True))


def _as_text(probing: Probing, _: Subject) -> str:
    return _expect_flags(probing, ("false", "true"))


def _expect_flags(probing: Probing, values: tuple[bool | str, ...]) -> str:
    mapped = _first(probing).pair
    for value in values:
        # Of a mapping that is there, and of one that is made by the call.
        pairs = [mapped]
        if mapped.fresh:
            pairs.append(Pair(valid_calls.new_contact(probing), mapped.inbound, fresh=True))
        for pair in pairs:
            expect_status(_map(probing, pair, active=value), *_SERVED)
    return f"active was served as {' and '.join(repr(value) for value in values)}"


def _without_active(probing: Probing, _: Subject) -> str:
    pair = Pair(probing.known("agentId")[0], probing.known("inboundId")[0], fresh=False)
    require(_map(probing, pair, active=True), *_SERVED)
    expect_status(_map(probing, pair), *_SERVED)
    return "a body of external_agent_id alone was served"


def _signed_out(probing: Probing, _: Subject) -> str:
    first = _first(probing)
    if first.pair.fresh:
        expect_status(first.exchange, 201)
    for value in (False, True):
        expect_status(_map(probing, first.pair, active=value), 200)
    return "signing out and in again were answered with 200"


def _message_of_creation(probing: Probing, _: Subject) -> str:
    exchange = _creation(probing).exchange
    require(exchange, 201)
    return _expect_message(probing, exchange, "setAgentMappingSignedInResponse")


def _message_of_update(probing: Probing, _: Subject) -> str:
    signed_out = _map(probing, _first(probing).pair, active=False)
    for exchange in (_again(probing), signed_out):
        require(exchange, 200)
        _expect_message(probing, exchange, "setAgentMappingSignedOutResponse")
    return "an update, and a sign-out, had the message of an update"


def _expect_message(probing: Probing, exchange: Exchange, example: str) -> str:
    named = probing.contract.node(f"#/components/examples/{example}")["value"]
    return expect_message(exchange, named["result"]["message"])


PROBES: tuple[Probe, ...] = (
    Probe("agent-unknown", "An agent id that no user has gets 400.", _unknown_agent),
    Probe("agent-both-unknown", "Two ids that nothing has get 400.", _both_unknown),
    Probe("agent-unknown-inbound", "An unknown inbound id gets 400.", _unknown_inbound),
    Probe("agent-refusal-is-failure", "The status of a refusal is failure.", _is_failure),
    Probe("agent-active-boolean", "The flag active is taken as a boolean.", _as_boolean),
    Probe("agent-active-text", "The flag active is taken as a text.", _as_text),
    Probe("agent-without-active", "A body without active is served.", _without_active),
    *recalling(
        Probe("agent-known-inbound", "A known inbound id is served.", _known_inbound),
        Probe("agent-created", "An agent without a mapping gets one with 201.", _created),
        Probe("agent-updated", "An agent who has a mapping gets 200.", _updated),
        Probe("agent-same-record", "An update returns the sys_id of the creation.", _same_record),
        Probe("agent-records", "The ids are those of records.", _are_records),
        Probe("agent-other-external-id", "Another external id updates.", _other_external_id),
        Probe("agent-two-agents", "Two agents have separate mappings.", _two_agents),
        Probe("agent-two-channels", "An agent has a mapping per inbound id.", _two_channels),
        Probe("agent-signed-out", "Signing out keeps the mapping.", _signed_out),
        Probe("agent-message-of-creation", "The message says inserted.", _message_of_creation),
        Probe("agent-message-of-update", "The message says updated.", _message_of_update),
    ),
)
