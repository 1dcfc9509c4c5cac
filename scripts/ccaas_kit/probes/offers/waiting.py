"""Work that was assigned a moment ago: an assignment may take effect some time after its response.

AWA-042: whoever has the work shows in the work item up to some seconds later. So what depends on it
is tried again, on fresh work and with a longer pause, before anything counts against the target. An
agent has a place again some seconds after work was closed, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError, ViolationError
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import calls, responses
from ccaas_kit.probes.offers.calls import PLAIN, Body, Document, Way
from ccaas_kit.probes.probing import Probing, shown

Settle = Callable[[], None]
Prepare = Callable[[Document, Settle], Exchange]
Holds = Callable[[Exchange], bool]
# Seconds. The last is only waited for where a shorter one has not often been enough.
_PAUSES = (0.0, 0.5, 2.0, 10.0)
_LEAST = 2.0
_OFTEN = 3
_WORK_ITEM = f"{responses.SCHEMAS}WorkItem/properties/sys_id"


@dataclass(slots=True)
class _Patience:
    """What was learned of a target: the pause that was needed, and whether the longest was in vain.

    One that needed none so many times is not expected to need the longest.
    """

    needed: float = 0.0
    spent: bool = False
    prompt: int = 0

    @property
    def longest(self) -> float:
        """The longest pause that is worth its time."""
        learned = self.spent or (self.prompt >= _OFTEN and not self.needed)
        return max(2 * self.needed, _LEAST) if learned else _PAUSES[-1]


def eventually(probing: Probing, attempt: Callable[[Settle], Exchange], holds: Holds) -> Exchange:
    """The exchange of the first attempt that holds, else of the last one.

    An attempt is given what to call after each assignment that it has made.
    """
    patience: _Patience = probing.once("how long an assignment takes", _Patience)
    pauses = [pause for pause in _PAUSES if patience.needed <= pause <= patience.longest]
    for pause in pauses:
        if pause > patience.needed and makes_up(probing):
            break
        exchange = attempt(partial(_wait, probing, pause))
        if holds(exchange):
            patience.needed, patience.prompt = pause, patience.prompt + (pause == 0.0)
            return exchange
    patience.spent = True
    return exchange


def _wait(probing: Probing, seconds: float) -> None:
    """Wait for an assignment to take effect.

    Raises:
        BlockedError: that would take all the time that is left.
    """
    if seconds >= probing.seconds:
        raise BlockedError("too little time is left to wait for an assignment")
    probing.sleep(seconds)


def makes_up(probing: Probing) -> bool:
    """Whether the target takes work on a document that does not exist: it remembers nothing."""

    def look() -> bool:
        body = calls.assignment(probing)
        return responses.is_taken(calls.send(probing, calls.unknown(probing), body))

    return probing.once("whether offers are made up", look)


def expect_taken(
    probing: Probing, exchange: Exchange, expected: str, again: Callable[[], Exchange]
) -> Exchange:
    """The exchange in which a valid call was taken; `again` sends it where its agent was busy.

    Raises:
        ViolationError: it was not taken, and not for the sake of an agent who takes no work any more.
        InconclusiveError: the known agents take no work now.
        BlockedError: our user may not offer work.
    """
    if not responses.is_busy(probing, exchange):
        return responses.expect_taken(probing, exchange, expected)
    if calls.still_take_work(probing):
        _wait(probing, _LEAST)
        exchange = again()
        if not responses.is_busy(probing, exchange):
            return responses.expect_taken(probing, exchange, expected)
        if calls.still_take_work(probing):
            raise ViolationError(expected, shown(exchange), exchange)
    raise InconclusiveError("the known agents take no work now")


def expect_sent_taken(probing: Probing, body: Body, expected: str, way: Way = PLAIN) -> Exchange:
    """The same of a body on a fresh interaction."""
    exchange = calls.sent(probing, body, way)
    return expect_taken(probing, exchange, expected, partial(calls.on_fresh, probing, body, way))


def steps(probing: Probing, *bodies: Body, way: Way = PLAIN) -> Prepare:
    """Calls for one document, of which all but the last have to be taken; gives the last one."""

    def prepare(found: Document, settle: Settle) -> Exchange:
        for body in bodies[:-1]:
            responses.require_taken(calls.send(probing, found, body))
            settle()
        return calls.send(probing, found, bodies[-1], way)

    return prepare


def taken(probing: Probing, *bodies: Body) -> Prepare:
    """The same of calls each of which has to be taken."""
    prepare = steps(probing, *bodies)
    return lambda found, settle: responses.require_taken(prepare(found, settle))


def after(probing: Probing, *bodies: Body, holds: Holds, way: Way = PLAIN) -> Exchange:
    """What the last body gets on fresh work for which the others were taken, one after the other."""
    prepare = steps(probing, *bodies, way=way)

    def attempt(settle: Settle) -> Exchange:
        with calls.document(probing) as found:
            return prepare(found, settle)

    return eventually(probing, attempt, holds)


def expect_with(
    probing: Probing,
    named: str,
    prepare: Prepare,
    *,
    taken_is_wrong: bool = False,
) -> None:
    """Go on if the agent `named` has the work that was prepared.

    The error response to an offer to another agent names the one who has the work, or the record of
    the work item does, where the Table API shows it. With `taken_is_wrong`, it is a violation as
    well if the other agent gets the work.

    Raises:
        ViolationError: another agent has it.
        InconclusiveError: nothing shows who has it.
    """
    rival = min({calls.agent(probing), calls.other_agent(probing)} - {named})
    prepared: list[tuple[Exchange, str]] = []

    def attempt(settle: Settle) -> Exchange:
        with calls.document(probing) as found:
            exchange = prepare(found, settle)
            settle()
            prepared[:] = [(exchange, _recorded(probing, exchange))]
            return calls.send(probing, found, calls.assignment(probing, rival))

    def holds(further: Exchange) -> bool:
        holder = responses.holder(probing, further)
        by_record = not holder and not responses.is_taken(further) and prepared[0][1] == named
        return holder == named or by_record

    again = eventually(probing, attempt, holds)
    if holds(again):
        return
    expected = f"the work with {named}"
    exchange, recorded = prepared[0]
    for holder in (responses.holder(probing, again), recorded):
        if holder not in ("", named):
            raise ViolationError(expected, f"it is with {holder}", exchange)
    if taken_is_wrong and responses.is_taken(again):
        raise ViolationError(expected, f"another agent, {rival}, is offered it", again)
    raise InconclusiveError(f"a further offer does not tell who has the work: {shown(again)}")


def _recorded(probing: Probing, exchange: Exchange) -> str:
    """The agent in the record of a work item; empty where the Table API does not show it."""
    table = probing.contract.node(_WORK_ITEM)["x-sn-table"]
    sys_id = responses.work_item(exchange).get("sys_id")
    fields = ("sys_id", "assigned_to")
    try:
        found = probing.records(table, query=f"sys_id={sys_id}", fields=fields)
    except BlockedError:
        return ""
    return next((record["assigned_to"] for record in found if record["sys_id"] == sys_id), "")
