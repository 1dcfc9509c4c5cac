"""Refusals of offers and transfers: that there is one for each cause, what it says, with which status."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial

from ccaas_kit.gateway.ask import JSON
from ccaas_kit.gateway.outcomes import InconclusiveError, ViolationError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import (
    calls,
    causes,
    responses,
    waiting,
    wrong_calls,
    wrong_parts,
    wrong_terms,
)
from ccaas_kit.probes.offers.causes import Cause, RefusedCall
from ccaas_kit.probes.probing import Probe, Probing, expect, expect_status, recalling, shown

_CAUSES = (*wrong_terms.CAUSES, *wrong_parts.CAUSES, *wrong_calls.CAUSES)
Look = Callable[[Probing, Subject], str]
Hold = Callable[[Probing, RefusedCall], str]
# What an agent is like who gets no work.
_OF_AGENTS = (
    responses.NOT_AN_AGENT,
    responses.NOT_EXTERNAL,
    responses.NOT_AVAILABLE,
    responses.BLIND_FAILED,
)
# Who is not there, or not fit to get work, is not available either; a blind transfer to them fails.
_NO_AGENT = (responses.NOT_AVAILABLE, responses.BLIND_FAILED)
# The page ties 409 to the work item of the document and to the sys_id of the agent, not to these.
_OTHER_CONFLICTS = (
    responses.NOT_EXTERNAL,
    responses.NOT_AVAILABLE,
    responses.BLIND_FAILED,
    responses.NOT_ACTIVE,
)
_ZONE = 15 * 60
_FARTHEST_ZONE = 14 * 60 * 60


def _of_field(name: str) -> list[Cause]:
    """The causes that a field gives by what stands in it; not by what an agent is like."""
    return [cause for cause in _CAUSES if cause.field == name and cause.message not in _OF_AGENTS]


def _of_message(name: str) -> list[Cause]:
    return [cause for cause in _CAUSES if cause.message == name]


def _missing(name: str) -> list[Cause]:
    return [cause for cause in wrong_parts.MISSING if cause.field == name]


def _look_at(of: Callable[[str], Iterable[Cause]], hold: Hold, name: str = "") -> Look:
    """A look at each of the causes that a name stands for, or the last step of the pointer."""
    return lambda probing, subject: _held(probing, of(name or subject.field), hold)


def _held(probing: Probing, found: Iterable[Cause], hold: Hold) -> str:
    def look(send: Callable[[], RefusedCall]) -> str:
        return hold(probing, send())

    return causes.each(partial(look, send) for send in causes.refusals(probing, found))


# That there is one


def _expect_refused(probing: Probing, refusal: RefusedCall) -> str:
    cause, exchange = refusal.cause, refusal.exchange
    expected = f"a refusal of {refusal.what}"
    if cause.message == responses.LACKS_ROLE:
        if exchange.status >= 500 and not responses.says(probing, exchange, responses.REFUSAL):
            raise InconclusiveError(f"the instance failed: {shown(exchange)}")
        expect(not responses.is_taken(exchange), expected, exchange)
        return f"refused: {cause.what}"
    # Without this, a refusal would not show that its cause is the one that we gave.
    calls.agent(probing)
    responses.expect_refused(probing, exchange, expected, cause.message, *_reasons(cause))
    return f"refused: {cause.what}"


def _reasons(cause: Cause) -> tuple[str, ...]:
    """Other messages that the same cause can have."""
    if cause.message in (responses.ACCEPTED, responses.ASSIGNED):
        return (responses.ACCEPTED, responses.ASSIGNED)
    if cause.field in ("agent_sys_id", "target_id") and not cause.message:
        return _NO_AGENT
    if cause.is_of_transfer:
        # The page does not say which goes first.
        return (responses.BLIND_FAILED,)
    return ()


# What it says


def _expect_message(probing: Probing, refusal: RefusedCall) -> str:
    cause, exchange = refusal.cause, refusal.exchange
    name = cause.message
    schema = probing.contract.node(f"{responses.SCHEMAS}{name}")
    wording = schema.get("const") or schema["pattern"]
    expected = f"a refusal of {refusal.what} with the message {wording}"
    message = responses.says(probing, exchange, name)
    if name == responses.LACKS_ROLE:
        if not message and exchange.status in (401, 403) and not responses.result(exchange):
            # AWA-002: the platform may refuse before the API can say why.
            raise InconclusiveError(f"the platform refused: {shown(exchange)}")
    else:
        _expect_refused(probing, refusal)
        others = [reason for reason in _reasons(cause) if reason != name]
        if not message and not _tells_apart(cause) and responses.says(probing, exchange, *others):
            raise InconclusiveError(f"another message fits as well: {shown(exchange)}")
    expect(message, expected, exchange)
    _expect_named(probing, refusal)
    return f"it says {next(iter(responses.texts(exchange)), '')}"


def _tells_apart(cause: Cause) -> bool:
    """Whether only one message can be meant: nobody else has the work, or nobody has accepted it."""
    return cause in (wrong_calls.ACCEPTED, wrong_calls.ASSIGNED)


def _expect_named(probing: Probing, refusal: RefusedCall) -> None:
    """Expect that a message names the values and the time that it is about."""
    cause, exchange = refusal.cause, refusal.exchange
    texts = [
        text
        for text in responses.texts(exchange)
        if responses.is_message(probing, cause.message, text)
    ]
    wanted = cause.names(probing, refusal.body)
    if wanted:
        named = any(responses.names(text, value) for text in texts for value in wanted)
        expect(named, f"{' or '.join(wanted)} in the message", exchange)
    if cause.moment is not None:
        moment = cause.moment(refusal.body)
        tells = any(_tells(text, moment) for text in texts)
        expect(tells, f"the time {wrong_terms.stamp(moment)} in the message", exchange)


def _tells(text: str, moment: datetime) -> bool:
    """Whether the time in brackets is a moment, in whichever form and zone it stands (AWA-032)."""
    found = text.partition("(")[2].partition(")")[0]
    try:
        stated = datetime.fromisoformat(found)
    except ValueError:
        return True
    apart = abs(
        ((stated if stated.tzinfo else stated.replace(tzinfo=UTC)) - moment).total_seconds()
    )
    zones = round(apart / _ZONE) * _ZONE
    return apart <= _FARTHEST_ZONE and abs(apart - zones) < 1


# With which status


def _with_status(probing: Probing, subject: Subject) -> str:
    wanted = int(subject.field)
    found = [
        cause
        for cause in (*_CAUSES, *wrong_parts.MISSING)
        if _status_of(probing, cause) == wanted and not _is_left_open(cause)
    ]
    return _held(probing, found, _expect_status)


def _others_with_status(probing: Probing, _: Subject) -> str:
    return _held(probing, filter(_is_left_open, _CAUSES), _expect_status)


def _expect_status(probing: Probing, refusal: RefusedCall) -> str:
    exchange, wanted = refusal.exchange, _status_of(probing, refusal.cause)
    if 200 <= exchange.status < 300:
        # AWA-017: a refusal may come with the status of a success; that there is one, others judge.
        raise InconclusiveError(f"it has the status of a success: {shown(exchange)}")
    if refusal.cause.message != responses.LACKS_ROLE:
        _expect_refused(probing, refusal)
    expect_status(exchange, wanted)
    return f"{wanted} for {refusal.cause.what}"


def _status_of(probing: Probing, cause: Cause) -> int:
    """The status that we expect for a cause: its own, or that of its message."""
    schema = probing.contract.node(f"{responses.SCHEMAS}{cause.message}") if cause.message else {}
    return int(schema.get("x-sn-status", cause.status))


def _is_left_open(cause: Cause) -> bool:
    """Whether the page has a status that fits, and does not tie it to this: AWA-022, AWA-026."""
    of_queue = cause.status == 404 and cause.field != "document"
    return of_queue or cause.message in _OTHER_CONFLICTS


# That nothing was done


def _nothing_done(probing: Probing, _: Subject) -> str:
    named, rival = calls.agent(probing), calls.other_agent(probing)
    _require_tells(probing, named)
    send = partial(_after_refusals, probing, rival)
    after = send()
    holder = responses.holder(probing, after)
    expect(not holder, "work that nobody has after refusals", after, f"{holder} has it")
    waiting.expect_taken(probing, after, "success for a valid offer after refusals", send)
    away = calls.to_agent(probing, probing.known("away_agents")[0])
    for refused in (calls.assignment(probing, rival), away):
        prepare = waiting.steps(probing, calls.assignment(probing, named), refused)
        waiting.expect_with(probing, named, prepare, taken_is_wrong=True)
    return f"after refusals nobody new had the work, and {named} kept theirs"


def _require_tells(probing: Probing, named: str) -> None:
    """Go on if an agent has the work that was offered to them, before any further call.

    Raises:
        InconclusiveError: this agent does not have it, so who has it later shows nothing.
    """
    prepare = waiting.taken(probing, calls.assignment(probing, named))
    try:
        waiting.expect_with(probing, named, prepare)
    except ViolationError as violation:
        raise InconclusiveError(
            f"offered work is elsewhere from the start: {violation.got}"
        ) from None


def _after_refusals(probing: Probing, rival: str) -> Exchange:
    """A valid offer of a document of which others were refused."""
    with calls.document(probing) as found:
        for cause in _HARMLESS:
            calls.send(probing, found, cause.make(probing))
        return calls.send(probing, found, calls.assignment(probing, rival))


def _sixteen(probing: Probing, _: Subject) -> str:
    seen = 0
    for exchange in probing.seen(calls.OFFER):
        result = responses.result(exchange)
        is_json = exchange.response is not None and exchange.response.media_type == JSON
        if not is_json or (exchange.status != 200 and not result):
            continue
        message = result.get("message")
        whole = isinstance(message, str) and responses.says(
            probing, exchange, responses.REQUESTED, responses.REFUSAL
        )
        expect(whole, "one of the sixteen messages", exchange, f"message {message!r}")
        seen += 1
    if not seen:
        raise InconclusiveError("no answer had a result")
    return f"each of {seen} results has one of the messages"


def _success_flag(probing: Probing, _: Subject) -> str:
    """Whether work was taken shows in its work item; success has to say so as well."""
    seen = 0
    for exchange in probing.seen(calls.OFFER):
        result = responses.result(exchange)
        flag = result.get("success")
        # AWA-017, AWA-018: a refusal may come with 200, and no page says that it has no work item.
        has_work = exchange.status == 200 and responses.work_item(exchange).get("sys_id")
        if has_work and flag is not False:
            expect(flag is True, "success true beside a work item", exchange, f"success {flag!r}")
            seen += 1
    if not seen:
        raise InconclusiveError("no response had a work item")
    return f"{seen} responses with a work item had success true"


_HARMLESS: tuple[Cause, ...] = (
    *_of_message(responses.NEGATIVE)[:1],
    *_of_message(responses.NO_FLAG)[:1],
    *_of_message(responses.NOT_AVAILABLE),
)

PROBES: tuple[Probe, ...] = (
    Probe(
        "offer-refuses",
        "each value of a field that is not one of those that it takes is refused",
        _look_at(_of_field, _expect_refused),
    ),
    Probe(
        "offer-needs",
        "a body that misses a required part is refused",
        _look_at(_missing, _expect_refused),
    ),
    Probe(
        "offer-plain-user",
        "a user without awa_agent gets no work",
        _look_at(_of_message, _expect_refused, responses.NOT_AN_AGENT),
    ),
    Probe(
        "offer-inside-agent",
        "an agent without awa_external_user gets no work",
        _look_at(_of_message, _expect_refused, responses.NOT_EXTERNAL),
    ),
    Probe(
        "offer-away-agent",
        "an agent who is not available gets no work",
        _look_at(_of_message, _expect_refused, responses.NOT_AVAILABLE),
    ),
    Probe(
        "offer-caller-refused",
        "a caller without the roles neither assigns nor transfers",
        _look_at(_of_message, _expect_refused, responses.LACKS_ROLE),
    ),
    Probe(
        "offer-no-document",
        "a document that does not exist is refused",
        _look_at(_of_field, _expect_refused, "document"),
    ),
    Probe(
        "offer-message",
        "each refusal says what the page says it does",
        _look_at(_of_message, _expect_message),
    ),
    Probe("offer-status", "each refusal has the status that its cause gives", _with_status),
    Probe(
        "offer-other-statuses",
        "refusals that the page ties to no status have the one that fits",
        _others_with_status,
    ),
    Probe(
        "offer-sixteen-messages",
        "every message is one of those that are listed",
        _sixteen,
        looks_back=True,
    ),
    Probe(
        "offer-success-flag",
        "success is true beside a work item",
        _success_flag,
        looks_back=True,
    ),
    *recalling(
        Probe("offer-refused-changes-nothing", "a refused call has no effect", _nothing_done),
    ),
)
