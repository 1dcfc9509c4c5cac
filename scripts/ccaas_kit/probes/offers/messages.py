"""Messages of offers: what each refusal says when there is cause for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from ccaas_kit.gateway.ask import JSON
from ccaas_kit.gateway.outcomes import Barred, Unseen
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import answers, calls
from ccaas_kit.probes.offers.calls import Document
from ccaas_kit.probes.probing import Probe, Probing, expect, require, shown

_SHORTLY = timedelta(seconds=10)
_TIMEOUT = 30
# Messages that the same cause could have, and that would be the wrong ones.
_SAME_CAUSE = {
    answers.ACCEPTED: (answers.ASSIGNED,),
    answers.ASSIGNED: (answers.ACCEPTED,),
    answers.BLIND_FAILED: (answers.NOT_AVAILABLE,),
}


def refusal(probing: Probing, message: str) -> Exchange:
    """The answer to the call that the message is about; sent once."""
    return probing.once(f"the cause of {message}", lambda: _CAUSES[message](probing))


def stamp(moment: datetime) -> str:
    """A time as offered_on is written."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _message(probing: Probing, subject: Subject) -> str:
    name = subject.field
    if name != answers.LACKS_ROLE:
        # Without this, a refusal would not show that its cause is the one that we gave.
        calls.agent(probing)
    exchange = refusal(probing, name)
    schema = probing.contract.node(f"{answers.SCHEMAS}{name}")
    wording = schema.get("const") or schema["pattern"]
    expected = f"a refusal with the message {wording}"
    if name == answers.LACKS_ROLE:
        _expect_role_refusal(probing, exchange, expected)
    else:
        reasons = _SAME_CAUSE.get(name, ())
        answers.expect_refused(probing, exchange, expected, name, *reasons)
        expect(answers.says(probing, exchange, name), expected, exchange)
    _expect_named(exchange, name, _named(probing, name))
    return f"it says {next(iter(answers.texts(exchange)), '')}"


def _expect_role_refusal(probing: Probing, exchange: Exchange, expected: str) -> None:
    told = answers.says(probing, exchange, answers.LACKS_ROLE)
    if not told and exchange.status == 403 and not answers.result(exchange):
        # AWA-002: the platform may refuse before the API can say why.
        raise Unseen(f"the platform refused: {shown(exchange)}")
    expect(told, expected, exchange)


def _expect_named(exchange: Exchange, message: str, value: str) -> None:
    """Hold that a message names what it is about, where its clause promises that."""
    named = any(value in text for text in answers.texts(exchange))
    expect(named, f"{value} in {message}", exchange)


def _named(probing: Probing, message: str) -> str:
    if message == answers.ASSIGNED:
        return calls.agent(probing)
    if message == "PresenceStateNotValidMessage":
        return _no_presence(probing)
    return ""


def _transferred(probing: Probing, _: Subject) -> str:
    with calls.document(probing) as found:
        exchange = calls.send(probing, found, calls.transfer(probing))
    answers.require_taken(exchange)
    expected = "the message of a success"
    expect(answers.says(probing, exchange, answers.REQUESTED), expected, exchange)
    return f"a transfer says {answers.texts(exchange)[0]}"


def _sixteen(probing: Probing, _: Subject) -> str:
    seen = 0
    for exchange in probing.seen(calls.OFFER):
        result = answers.result(exchange)
        is_json = exchange.answer is not None and exchange.answer.media_type == JSON
        if not is_json or (exchange.status != 200 and not result):
            continue
        message = result.get("message")
        whole = isinstance(message, str) and answers.says(
            probing, exchange, answers.REQUESTED, answers.REFUSAL
        )
        expect(whole, "one of the sixteen messages", exchange, f"message {message!r}")
        seen += 1
    if not seen:
        raise Unseen("no answer had a result")
    return f"each of {seen} results has one of the messages"


def _lacks_role(probing: Probing) -> Exchange:
    caller = probing.users.without(probing.roles(calls.OFFER))
    if caller is None:
        raise Barred("no user without the roles of the operation is known")
    queue, agent = calls.queues(probing)[0], probing.known("agent_sys_id")[0]
    body = {"queue_id": queue, "assignment": {"agent_sys_id": agent}}
    with calls.document(probing) as found:
        return calls.send(probing, found, body, user=caller.name)


def _accepted(probing: Probing) -> Exchange:
    return _offered_again(probing, enable_auto_assign=True)


def _assigned(probing: Probing) -> Exchange:
    return _offered_again(probing)


def _offered_again(probing: Probing, **terms: Any) -> Exchange:
    with calls.document(probing) as found:
        body = calls.assignment(probing, **terms)
        answers.require_taken(calls.send(probing, found, body))
        return calls.send(probing, found, body)


def _not_active(probing: Probing) -> Exchange:
    found: Document = calls.fresh(probing)
    require(calls.close(probing, found), 200)
    return calls.send(probing, found, calls.assignment(probing))


def _to_known(name: str) -> Callable[[Probing], Exchange]:
    """An offer to somebody whom the config knows not to get work."""

    def cause(probing: Probing) -> Exchange:
        body = calls.assignment(probing, probing.known(name)[0])
        return calls.send_refusable(probing, body)

    return cause


def _blind_failed(probing: Probing) -> Exchange:
    away = probing.known("away_agents")[0]
    body = calls.transfer(probing, target_id=away, target_type="agent", transfer_type="blind")
    with calls.document(probing) as found:
        offered = calls.send(probing, found, calls.assignment(probing))
        answers.require_taken(offered)
        return calls.send(probing, found, body)


def _with(**terms: Any) -> Callable[[Probing], Exchange]:
    """An offer on terms one of which is wrong."""

    def cause(probing: Probing) -> Exchange:
        return calls.send_refusable(probing, calls.assignment(probing, **terms))

    return cause


def _presence(probing: Probing) -> Exchange:
    return _with(timeout=_TIMEOUT, after_timeout_presence=_no_presence(probing))(probing)


def _no_presence(probing: Probing) -> str:
    return probing.once("a sys_id of no presence state", calls.nobody)


def _offered_on(ahead: timedelta, *, blank: bool = False) -> Callable[[Probing], Exchange]:
    """An offer of another time than that of the target."""

    def cause(probing: Probing) -> Exchange:
        # The agent first: the time is that of the answer before the offer.
        calls.agent(probing)
        text = stamp(probing.now() + ahead)
        text = text.replace("T", " ") if blank else text
        return _with(timeout=_TIMEOUT, offered_on=text)(probing)

    return cause


_CAUSES: Mapping[str, Callable[[Probing], Exchange]] = {
    answers.LACKS_ROLE: _lacks_role,
    answers.ACCEPTED: _accepted,
    answers.NOT_AN_AGENT: _to_known("plain_users"),
    answers.BLIND_FAILED: _blind_failed,
    answers.ASSIGNED: _assigned,
    answers.NOT_AVAILABLE: _to_known("away_agents"),
    "TimeoutNegativeMessage": _with(timeout=-1),
    "PresenceStateNotValidMessage": _presence,
    "OfferedTimeFormatMessage": _offered_on(-_SHORTLY, blank=True),
    "OfferedTimeNotPastMessage": _offered_on(timedelta(days=1)),
    "OfferExpiredMessage": _offered_on(-timedelta(days=1)),
    "DisplayOptionNotValidMessage": _with(enable_auto_assign=True, display_option="tab_only"),
    "BooleanNotValidMessage": _with(allowed_to_decline="maybe"),
    answers.NOT_EXTERNAL: _to_known("inside_agents"),
    answers.NOT_ACTIVE: _not_active,
}

PROBES: tuple[Probe, ...] = (
    Probe("offer-message", "each refusal says what the page says it does", _message),
    Probe("transfer-message", "a transfer says what a success says", _transferred),
    Probe(
        "offer-sixteen-messages",
        "every message is one of those that are listed",
        _sixteen,
        looks_back=True,
    ),
)
