"""Messages of offers: what each refusal says when there is cause for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from scripts.conformance.exchanges import Exchange
from scripts.conformance.outcomes import Barred, Unseen
from scripts.conformance.probes import offer_answers, offer_calls
from scripts.conformance.probes.offer_calls import Document
from scripts.conformance.probing import Probe, Probing, Subject, expect, require, shown
from scripts.conformance.sending import JSON

_SHORTLY = timedelta(seconds=10)
_TIMEOUT = 30
# Messages that the same cause could have, and that would be the wrong ones.
_SAME_CAUSE = {
    offer_answers.ACCEPTED: (offer_answers.ASSIGNED,),
    offer_answers.ASSIGNED: (offer_answers.ACCEPTED,),
    offer_answers.BLIND_FAILED: (offer_answers.NOT_AVAILABLE,),
}


def refusal(probing: Probing, message: str) -> Exchange:
    """The answer to the call that the message is about; sent once."""
    return probing.once(f"the cause of {message}", lambda: _CAUSES[message](probing))


def stamp(moment: datetime) -> str:
    """A time as offered_on is written."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _message(probing: Probing, subject: Subject) -> str:
    name = subject.field
    if name != offer_answers.LACKS_ROLE:
        # Without this, a refusal would not show that its cause is the one that we gave.
        offer_calls.agent(probing)
    exchange = refusal(probing, name)
    schema = probing.contract.node(f"{offer_answers.SCHEMAS}{name}")
    wording = schema.get("const") or schema["pattern"]
    expected = f"a refusal with the message {wording}"
    if name == offer_answers.LACKS_ROLE:
        _expect_role_refusal(probing, exchange, expected)
    else:
        reasons = _SAME_CAUSE.get(name, ())
        offer_answers.expect_refused(probing, exchange, expected, name, *reasons)
        expect(offer_answers.says(probing, exchange, name), expected, exchange)
    _expect_named(exchange, name, _named(probing, name))
    return f"it says {next(iter(offer_answers.texts(exchange)), '')}"


def _expect_role_refusal(probing: Probing, exchange: Exchange, expected: str) -> None:
    told = offer_answers.says(probing, exchange, offer_answers.LACKS_ROLE)
    if not told and exchange.status == 403 and not offer_answers.result(exchange):
        # AWA-002: the platform may refuse before the API can say why.
        raise Unseen(f"the platform refused: {shown(exchange)}")
    expect(told, expected, exchange)


def _expect_named(exchange: Exchange, message: str, value: str) -> None:
    """Hold that a message names what it is about, where its clause promises that."""
    named = any(value in text for text in offer_answers.texts(exchange))
    expect(named, f"{value} in {message}", exchange)


def _named(probing: Probing, message: str) -> str:
    if message == offer_answers.ASSIGNED:
        return offer_calls.agent(probing)
    if message == "PresenceStateNotValidMessage":
        return _no_presence(probing)
    return ""


def _transferred(probing: Probing, _: Subject) -> str:
    with offer_calls.document(probing) as found:
        exchange = offer_calls.send(probing, found, offer_calls.transfer(probing))
    offer_answers.require_taken(exchange)
    expected = "the message of a success"
    expect(offer_answers.says(probing, exchange, offer_answers.REQUESTED), expected, exchange)
    return f"a transfer says {offer_answers.texts(exchange)[0]}"


def _sixteen(probing: Probing, _: Subject) -> str:
    seen = 0
    for exchange in probing.seen(offer_calls.OFFER):
        result = offer_answers.result(exchange)
        is_json = exchange.answer is not None and exchange.answer.media_type == JSON
        if not is_json or (exchange.status != 200 and not result):
            continue
        message = result.get("message")
        whole = isinstance(message, str) and offer_answers.says(
            probing, exchange, offer_answers.REQUESTED, offer_answers.REFUSAL
        )
        expect(whole, "one of the sixteen messages", exchange, f"message {message!r}")
        seen += 1
    if not seen:
        raise Unseen("no answer had a result")
    return f"each of {seen} results has one of the messages"


def _lacks_role(probing: Probing) -> Exchange:
    caller = probing.users.without(probing.roles(offer_calls.OFFER))
    if caller is None:
        raise Barred("no user without the roles of the operation is known")
    queue, agent = offer_calls.queues(probing)[0], probing.known("agent_sys_id")[0]
    body = {"queue_id": queue, "assignment": {"agent_sys_id": agent}}
    with offer_calls.document(probing) as found:
        return offer_calls.send(probing, found, body, user=caller.name)


def _accepted(probing: Probing) -> Exchange:
    return _offered_again(probing, enable_auto_assign=True)


def _assigned(probing: Probing) -> Exchange:
    return _offered_again(probing)


def _offered_again(probing: Probing, **terms: Any) -> Exchange:
    with offer_calls.document(probing) as found:
        body = offer_calls.assignment(probing, **terms)
        offer_answers.require_taken(offer_calls.send(probing, found, body))
        return offer_calls.send(probing, found, body)


def _not_active(probing: Probing) -> Exchange:
    found: Document = offer_calls.fresh(probing)
    require(offer_calls.close(probing, found), 200)
    return offer_calls.send(probing, found, offer_calls.assignment(probing))


def _to_known(name: str) -> Callable[[Probing], Exchange]:
    """An offer to somebody whom the config knows not to get work."""

    def cause(probing: Probing) -> Exchange:
        body = offer_calls.assignment(probing, probing.known(name)[0])
        return offer_calls.send_refusable(probing, body)

    return cause


def _blind_failed(probing: Probing) -> Exchange:
    away = probing.known("away_agents")[0]
    body = offer_calls.transfer(probing, target_id=away, target_type="agent", transfer_type="blind")
    with offer_calls.document(probing) as found:
        offered = offer_calls.send(probing, found, offer_calls.assignment(probing))
        offer_answers.require_taken(offered)
        return offer_calls.send(probing, found, body)


def _with(**terms: Any) -> Callable[[Probing], Exchange]:
    """An offer on terms one of which is wrong."""

    def cause(probing: Probing) -> Exchange:
        return offer_calls.send_refusable(probing, offer_calls.assignment(probing, **terms))

    return cause


def _presence(probing: Probing) -> Exchange:
    return _with(timeout=_TIMEOUT, after_timeout_presence=_no_presence(probing))(probing)


def _no_presence(probing: Probing) -> str:
    return probing.once("a sys_id of no presence state", offer_calls.nobody)


def _offered_on(ahead: timedelta, *, blank: bool = False) -> Callable[[Probing], Exchange]:
    """An offer of another time than that of the target."""

    def cause(probing: Probing) -> Exchange:
        # The agent first: the time is that of the answer before the offer.
        offer_calls.agent(probing)
        text = stamp(probing.now() + ahead)
        text = text.replace("T", " ") if blank else text
        return _with(timeout=_TIMEOUT, offered_on=text)(probing)

    return cause


_CAUSES: Mapping[str, Callable[[Probing], Exchange]] = {
    offer_answers.LACKS_ROLE: _lacks_role,
    offer_answers.ACCEPTED: _accepted,
    offer_answers.NOT_AN_AGENT: _to_known("plain_users"),
    offer_answers.BLIND_FAILED: _blind_failed,
    offer_answers.ASSIGNED: _assigned,
    offer_answers.NOT_AVAILABLE: _to_known("away_agents"),
    "TimeoutNegativeMessage": _with(timeout=-1),
    "PresenceStateNotValidMessage": _presence,
    "OfferedTimeFormatMessage": _offered_on(-_SHORTLY, blank=True),
    "OfferedTimeNotPastMessage": _offered_on(timedelta(days=1)),
    "OfferExpiredMessage": _offered_on(-timedelta(days=1)),
    "DisplayOptionNotValidMessage": _with(enable_auto_assign=True, display_option="tab_only"),
    "BooleanNotValidMessage": _with(allowed_to_decline="maybe"),
    offer_answers.NOT_EXTERNAL: _to_known("inside_agents"),
    offer_answers.NOT_ACTIVE: _not_active,
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
