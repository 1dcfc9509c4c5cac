"""A cause to refuse: one thing wrong in an offer or a transfer that is sound otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import calls
from ccaas_kit.probes.offers.calls import PLAIN, Body, Way
from ccaas_kit.probes.probing import Probing

Make = Callable[[Probing], Body]
Names = Callable[[Probing, Body], tuple[str, ...]]


def _nothing(_probing: Probing, _body: Body) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing wrong: the field that has it, the body, and how that is sent.

    `message` is the schema of the page's message about it, `names` the texts one of which that has
    to hold, `moment` the time that it has to tell. `status` is what we expect where no message
    gives it; 0 is any. A cause `of_json` cannot be written in XML.
    """

    what: str
    field: str
    make: Make
    send: Callable[[Probing, Body, Way], Exchange] = calls.send_refusable
    message: str = ""
    names: Names = _nothing
    moment: Callable[[Body], datetime] | None = None
    status: int = 0
    of_json: bool = False

    @property
    def is_of_transfer(self) -> bool:
        """Whether it is a transfer that is wrong."""
        return "transfer" in self.what


@dataclass(frozen=True, slots=True)
class RefusedCall:
    """A call that had a cause to be refused, and what came back."""

    cause: Cause
    way: Way
    body: Body
    exchange: Exchange

    @property
    def what(self) -> str:
        """The cause in words, with the way where it is not the usual one."""
        return self.cause.what if self.way == PLAIN else f"{self.cause.what} ({self.way.name})"


def refusals(probing: Probing, causes: Iterable[Cause]) -> Iterator[Callable[[], RefusedCall]]:
    """Each cause in JSON, and the first of a field and form in each other way as well.

    What comes sends the call, if it was not sent before.
    """
    repeated: set[tuple[str, bool]] = set()
    for cause in causes:
        plain = partial(_sent, probing, cause, PLAIN)
        yield plain
        kind = (cause.field, cause.is_of_transfer)
        if kind not in repeated and not cause.of_json and not _is_blocked(plain):
            repeated.add(kind)
            for way in calls.ways(probing):
                if way != PLAIN:
                    yield partial(_sent, probing, cause, way)


def _is_blocked(send: Callable[[], RefusedCall]) -> bool:
    """Whether something stands in the way of a call that was sent before, if it could be."""
    try:
        send()
    except InconclusiveError:
        return False
    except BlockedError:
        return True
    return False


def each(looks: Iterable[Callable[[], str]]) -> str:
    """The details of all looks, as one text; it also names the looks that were blocked.

    All looks run before an inconclusive one is reported, as a later one may see a violation.

    Raises:
        ViolationError: a look sees a violation.
        InconclusiveError: a look is inconclusive, or there is no look.
        BlockedError: every look is blocked.
    """
    details: list[str] = []
    unclear: list[InconclusiveError] = []
    blocked: list[BlockedError] = []
    for look in looks:
        try:
            details.append(look())
        except InconclusiveError as reason:
            unclear.append(reason)
        except BlockedError as reason:
            blocked.append(reason)
    if unclear:
        raise unclear[0]
    if not details:
        raise blocked[0] if blocked else InconclusiveError("there was nothing to look at")
    return "; ".join(dict.fromkeys((*details, *(f"not looked at: {reason}" for reason in blocked))))


def _sent(probing: Probing, cause: Cause, way: Way) -> RefusedCall:
    def make() -> RefusedCall:
        body = cause.make(probing)
        return RefusedCall(cause, way, body, cause.send(probing, body, way))

    return probing.once(f"{cause.field}: {cause.what} in {way.name}", make)
