"""Probes of closing an interaction: what changes, what stays, and what a second call does."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from ccaas_kit.gateway.ask import JSON
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.gateway.users import OWN
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.interactions import new_interactions as new
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import (
    Probe,
    Probing,
    expect,
    expect_status,
    recalling,
    require,
    shown,
)

_CLOSE = "closeInteraction"
_CLOSED_STATE = "#/components/schemas/ClosedInteractionState"
# Seconds in which a record shows what a call has changed.
_PAUSES = (0.0, 1.0, 3.0)
_DOCUMENTS = ("contextTable", "contextDocument", "channelMetadataTable", "channelMetadataDocument")


@dataclass(frozen=True, slots=True)
class _Closed:
    """An interaction as it was when it was created, and how it was closed."""

    before: Mapping[str, Any]
    exchange: Exchange


def close(
    probing: Probing,
    before: Mapping[str, Any],
    *,
    user: str = OWN,
    version: str | None = None,
    accept: str = JSON,
) -> Exchange:
    """The exchange of closing an interaction."""
    path = {"interaction_id": str(before["sys_id"])}
    return probing.call(_CLOSE, path=path, user=user, version=version, accept=accept)


def _closed(probing: Probing, which: str = "one") -> _Closed:
    """The older of two interactions, so that it is not the latest one that was closed."""

    def make() -> _Closed:
        before = new.record(new.create(probing))
        new.create(probing)
        return _Closed(before, close(probing, before))

    return probing.once(f"{which} closed interaction", make)


def _closed_in_queue(probing: Probing) -> _Closed:
    def make() -> _Closed:
        before = new.record(new.create(probing, {"queue": new.queue(probing)}))
        return _Closed(before, close(probing, before))

    return probing.once("a closed interaction of a queue", make)


def _from_queue(probing: Probing, _: Subject) -> str:
    closed = _closed_in_queue(probing)
    expect_status(closed.exchange, 200)
    return f"an interaction in the state {closed.before.get('state')} was closed with 200"


def _from_new(probing: Probing, _: Subject) -> str:
    closed = _closed(probing)
    expect_status(closed.exchange, 200)
    return f"an interaction in the state {closed.before.get('state')} was closed with 200"


def _served(probing: Probing, _: Subject) -> str:
    """A new interaction and a queued one: from which states closing starts is not said (INT-008)."""
    seen = [_closed(probing).exchange]
    with suppress(BlockedError):
        seen.append(_closed_in_queue(probing).exchange)
    served = [exchange for exchange in seen if 200 <= exchange.status < 300]
    for exchange in served or seen:
        expect_status(exchange, 200)
    return f"{len(served)} of {len(seen)} interactions were closed with 200"


def _named_by_sys_id(probing: Probing, _: Subject) -> str:
    return _expect_kept(_closed(probing), ("sys_id", "number"))


def _keeps_identity(probing: Probing, _: Subject) -> str:
    return _expect_kept(_closed(probing), ("number", "channel", "sys_id"))


def _keeps_queue(probing: Probing, _: Subject) -> str:
    closed = _closed_in_queue(probing)
    if not closed.before.get("queue"):
        raise InconclusiveError("the instance ignores the queue, and its answer shows none")
    return _expect_kept(closed, ("queue",))


def _keeps_documents(probing: Probing, _: Subject) -> str:
    return _expect_kept(_closed(probing), _DOCUMENTS)


def _expect_kept(closed: _Closed, names: tuple[str, ...]) -> str:
    after = new.record(closed.exchange)
    for name in names:
        before = closed.before.get(name)
        expect(after.get(name) == before, f"{name} {before}", closed.exchange)
    return f"closing left {', '.join(names)} as they were"


def _closed_by_caller(probing: Probing, subject: Subject) -> str:
    """The sys_id of our user is not known: it is the same each time, and nobody else's."""
    first, second = _closed(probing).exchange, _closed(probing, "another").exchange
    user = new.record(first).get(subject.field)
    expect(bool(user), f"a {subject.field} that is not empty", first)
    expect(
        new.record(second).get(subject.field) == user, f"{subject.field} {user} each time", second
    )
    other = _second_user(probing)
    if other is not None:
        exchange = close(probing, new.record(new.create(probing)), user=other)
        if exchange.status == 200:
            theirs = new.record(exchange).get(subject.field)
            expect(theirs != user, f"another {subject.field} for another user", exchange)
    return f"{subject.field} was the same for each call of ours"


def _state_is_complete(probing: Probing, _: Subject) -> str:
    exchange = _closed(probing).exchange
    wanted = str(probing.operation(_CLOSE)["x-sn-state"]["to"])
    state = str(new.record(exchange).get("state"))
    # INT-023: the page says closed or closed complete, and labels may stand for stored values.
    value = state.casefold().replace(" ", "_")
    expect(value in (wanted, wanted.partition("_")[0]), f"the state {wanted}", exchange)
    return f"the state was {state}"


def _stored(probing: Probing, _: Subject) -> str:
    """The record is closed as well, at once or soon after, where the Table API shows it."""
    closed = _closed(probing)
    require(closed.exchange, 200)
    for pause in _PAUSES:
        probing.sleep(pause)
        try:
            state = _state_of_record(probing, str(closed.before["sys_id"]))
        except BlockedError as reason:
            return f"the response was closed; of the record nothing is known: {reason}"
        if probing.contract.schemas.is_valid(_CLOSED_STATE, state):
            return f"the record of a closed interaction is {state}"
    expect(not state, "a record that is closed", closed.exchange, f"its record is {state}")
    raise InconclusiveError("the Table API shows no state of the interaction")


def _state_of_record(probing: Probing, sys_id: str) -> str:
    table, fields = valid_calls.interaction_table(probing), ("sys_id", "state")
    found = probing.records(table, query=f"sys_id={sys_id}", fields=fields)
    return next((record["state"] for record in found if record["sys_id"] == sys_id), "")


def _empty_fields(probing: Probing, _: Subject) -> str:
    exchange = _closed(probing).exchange
    return new.expect_texts(exchange, ("queue", "assigned_to", "opened_for"), empty=())


def _twice(probing: Probing, _: Subject) -> str:
    closed = _closed(probing, "twice")
    require(closed.exchange, 200)
    expect_status(close(probing, closed.before), 200)
    return "a closed interaction was closed again with 200"


def _twice_alike(probing: Probing, _: Subject) -> str:
    closed = _closed(probing, "twice")
    first = new.record(closed.exchange)
    second = close(probing, closed.before, user=_second_user(probing) or OWN)
    if second.status == 403:
        raise InconclusiveError("the second user may not close it")
    expect(new.record(second) == first, f"the first answer: {shown(closed.exchange)}", second)
    return "closing again, as another user where there is one, was answered alike"


def _leaves_others(probing: Probing, _: Subject) -> str:
    offer = valid_calls.of(probing, "offerWork")
    # Created after the document of the offer, so that both were open.
    require(close(probing, new.record(new.create(probing))), 200)
    exchange = valid_calls.send(probing, offer)
    expect(not new.is_inactive(probing, exchange), "an open interaction", exchange)
    if not valid_calls.is_served(exchange):
        raise InconclusiveError(f"the offer was refused for another reason: {shown(exchange)}")
    return "after one interaction was closed, another one could be offered"


def _second_user(probing: Probing) -> str | None:
    """A further user who may close interactions."""
    return next(iter(probing.further(_CLOSE)), None)


def _found(probing: Probing, _: Subject) -> str:
    exchange = _closed(probing).exchange
    expect(exchange.status != 404, "another status than 404 for a new interaction", exchange)
    return "a new interaction was found under its sys_id"


def _unknown(probing: Probing, _: Subject) -> str:
    expect_status(close(probing, {"sys_id": uuid4().hex}), 404)
    return "an id that no interaction has was answered with 404"


PROBES = recalling(
    Probe("closing-served", "An open interaction is closed with 200.", _served),
    Probe("closing-of-queued", "A queued interaction can be closed.", _from_queue),
    Probe("closing-of-new", "A new interaction can be closed.", _from_new),
    Probe("closing-by-sys-id", "The sys_id names the interaction.", _named_by_sys_id),
    Probe("closing-by-caller", "The caller is the one who closed it.", _closed_by_caller),
    Probe("closing-keeps-identity", "Closing keeps number and channel.", _keeps_identity),
    Probe("closing-keeps-queue", "Closing keeps the queue.", _keeps_queue),
    Probe("closing-keeps-documents", "Closing keeps the documents.", _keeps_documents),
    Probe("closing-stored", "The record of a closed interaction is closed.", _stored),
    Probe("closing-state", "The state is closed_complete.", _state_is_complete),
    Probe("closing-empty-fields", "Empty fields are empty text.", _empty_fields),
    Probe("closing-twice", "Closing again succeeds.", _twice),
    Probe("closing-twice-alike", "Closing again changes nothing.", _twice_alike),
    Probe("closing-leaves-others", "Closing leaves others open.", _leaves_others),
    Probe("closing-found", "A new interaction is found under its sys_id.", _found),
    Probe("closing-unknown", "An id that no interaction has leads to 404.", _unknown),
)
