"""Terms of an offer: times, flags and options that are taken, that count, or that are ignored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.gateway.outcomes import Unseen
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import answers, calls, messages
from ccaas_kit.probes.probing import Probe, Probing, expect, recalling, shown

_TERMS = f"{answers.SCHEMAS}OfferAssignment/properties/"
_AUTO, _DECLINE = "enable_auto_assign", "allowed_to_decline"
# AWA-020: the forms of the two values; the page lists the texts, and types them as Boolean.
_YES, _NO = (True, "true", "yes", "1"), (False, "false", "no", "0")
_ELAPSED = 20
_SAMPLE = "offerWorkToNamedAgentRequest"


def _taken_with(*terms: dict[str, Any]) -> Callable[[Probing, Subject], str]:
    """A look at offers on terms each of which is to be taken."""

    def look(probing: Probing, _: Subject) -> str:
        return _expect_each(probing, terms)

    return look


def _expect_each(probing: Probing, terms: Iterable[dict[str, Any]]) -> str:
    told = []
    for each in terms:
        text = json.dumps(each)
        _expect_taken(probing, _offered(probing, each), text)
        told.append(text)
    return f"taken: {', '.join(told)}"


def _offered(probing: Probing, terms: dict[str, Any]) -> Exchange:
    """The offer on these terms; sent once."""

    def make() -> Exchange:
        body = calls.assignment(probing, **terms)
        with calls.document(probing) as found:
            return calls.send(probing, found, body)

    return probing.once(f"an offer with {json.dumps(terms)}", make)


def _offered_before(probing: Probing, seconds: float, timeout: float | str | None) -> Exchange:
    """The offer of so many seconds ago, by the target's own time."""
    calls.agent(probing)
    with calls.document(probing) as found:
        # The Date of the answer that came last is whole seconds, so the target is a little later.
        moment = probing.now() - timedelta(seconds=seconds)
        terms: dict[str, Any] = {"offered_on": messages.stamp(moment)}
        if timeout is not None:
            terms["timeout"] = timeout
        body = calls.assignment(probing, **terms)
        return calls.send(probing, found, body)


def _presence(probing: Probing, _: Subject) -> str:
    known = probing.known("after_timeout_presence")[0]
    empty = {"timeout": 30, "after_timeout_presence": ""}
    return _expect_each(probing, (empty, {"timeout": 30, "after_timeout_presence": known}))


def _presence_ignored(probing: Probing, _: Subject) -> str:
    _expect_each(probing, ({"after_timeout_presence": calls.nobody()},))
    return "without a timeout a presence state that does not exist is taken"


def _presence_refused(probing: Probing, _: Subject) -> str:
    calls.agent(probing)
    exchange = messages.refusal(probing, "PresenceStateNotValidMessage")
    answers.expect_refused(probing, exchange, "a refusal of a sys_id of no presence state")
    return f"refused: {shown(exchange)}"


def _display_options(probing: Probing, _: Subject) -> str:
    values = probing.contract.node(f"{_TERMS}display_option")["enum"]
    return _expect_each(probing, [{_AUTO: True, "display_option": each} for each in values])


def _display_alone(probing: Probing, _: Subject) -> str:
    value = probing.contract.node(f"{_TERMS}display_option")["enum"][0]
    return _expect_each(probing, ({"display_option": value},))


def _flag_texts(probing: Probing, _: Subject) -> str:
    schema = pointers.follow(
        probing.contract.document, probing.contract.node(f"{answers.SCHEMAS}OfferFlag")
    )
    texts = next(each["enum"] for each in schema["anyOf"] if "enum" in each)
    return _expect_each(probing, [{_DECLINE: each} for each in texts])


def _accepts(probing: Probing, _: Subject) -> str:
    for value in _YES:
        exchange = _again(probing, {_AUTO: value})
        if answers.says(probing, exchange, answers.ACCEPTED):
            continue
        expected = f"accepted work after {_AUTO} {value!r}"
        expect(not answers.says(probing, exchange, answers.ASSIGNED), expected, exchange)
        raise Unseen(f"a further offer does not tell whether it is accepted: {shown(exchange)}")
    return f"{_AUTO} as {', '.join(map(repr, _YES))} accepts the work"


def _leaves(*terms: dict[str, Any]) -> Callable[[Probing, Subject], str]:
    """A look at work that waits for the agent, on each of these terms."""

    def look(probing: Probing, _: Subject) -> str:
        accepted = _again(probing, {_AUTO: True})
        if not answers.says(probing, accepted, answers.ACCEPTED):
            raise Unseen("the target does not tell accepted work from other")
        for each in terms:
            exchange = _again(probing, each)
            waits = not answers.says(probing, exchange, answers.ACCEPTED)
            expect(waits, f"work that waits after {json.dumps(each)}", exchange)
        return f"the work waits for the agent with {', '.join(map(json.dumps, terms))}"

    return look


def _again(probing: Probing, terms: dict[str, Any]) -> Exchange:
    """What a further offer gets, after one on these terms; sent once."""

    def make() -> Exchange:
        body = calls.assignment(probing, **terms)
        with calls.document(probing) as found:
            answers.require_taken(calls.send(probing, found, body))
            return calls.send(probing, found, calls.assignment(probing))

    return probing.once(f"a further offer after {json.dumps(terms)}", make)


def _moment_ago(probing: Probing, _: Subject) -> str:
    exchange = _offered_before(probing, 10, 60)
    _expect_taken(probing, exchange, "an offered_on in UTC of ten seconds ago")
    return "a time of ten seconds ago is taken, in UTC and with milliseconds"


def _remaining(probing: Probing, _: Subject) -> str:
    within = _offered_before(probing, _ELAPSED, _ELAPSED + 10)
    _expect_taken(probing, within, f"{_ELAPSED} of {_ELAPSED + 10} seconds gone")
    beyond = _offered_before(probing, _ELAPSED, _ELAPSED - 10)
    expected = f"a refusal with {_ELAPSED} of {_ELAPSED - 10} seconds gone"
    answers.expect_refused(probing, beyond, expected)
    return f"{_ELAPSED} seconds ago is taken with 10 seconds left, refused with 10 too many"


def _offered_on_ignored(probing: Probing, _: Subject) -> str:
    year = timedelta(days=365).total_seconds()
    exchange = _offered_before(probing, -year, None)
    _expect_taken(probing, exchange, "an offered_on of next year and no timeout")
    return "without a timeout a time of next year is taken"


def _no_limit(probing: Probing, _: Subject) -> str:
    day = timedelta(days=1).total_seconds()
    for timeout in ("", None):
        exchange = _offered_before(probing, day, timeout)
        _expect_taken(probing, exchange, f"an offered_on of yesterday and timeout {timeout!r}")
    return "with an empty timeout, and with none, an offer of yesterday is taken"


def _sample(probing: Probing, _: Subject) -> str:
    example = probing.contract.node(f"#/components/examples/{_SAMPLE}")["value"]
    ours = calls.assignment(probing)
    with calls.document(probing) as found:
        # AWA-035: the time of the sample has run out.
        fresh = messages.stamp(probing.now() - timedelta(seconds=_ELAPSED / 2))
        terms = {**example["assignment"], **ours["assignment"], "offered_on": fresh}
        body = {
            **example,
            "external_segment_id": f"segment_{found.sys_id}",
            "queue_id": ours["queue_id"],
            "assignment": terms,
        }
        exchange = calls.send(probing, found, body)
    _expect_taken(probing, exchange, "the sample of the page with a fresh time")
    return "the sample of the page is taken, with own ids and a fresh time"


def _expect_taken(probing: Probing, exchange: Exchange, what: str) -> None:
    answers.expect_taken(probing, exchange, f"success for an offer with {what}")


PROBES: tuple[Probe, ...] = (
    Probe("offer-presence", "after_timeout_presence is a sys_id or empty", _presence),
    Probe("offer-presence-ignored", "without a timeout it is ignored", _presence_ignored),
    Probe("offer-presence-refused", "it names a presence state", _presence_refused),
    Probe(
        "offer-decline-boolean",
        "allowed_to_decline is a JSON boolean",
        _taken_with({_DECLINE: True}, {_DECLINE: False}),
    ),
    Probe(
        "offer-auto-boolean",
        "enable_auto_assign is a JSON boolean",
        _taken_with({_AUTO: True}, {_AUTO: False}),
    ),
    Probe(
        "offer-flags-as-sample",
        "both flags are taken as text",
        _taken_with({_DECLINE: "true", _AUTO: "false"}, {_DECLINE: "false", _AUTO: "true"}),
    ),
    Probe("offer-flag-texts", "each of the six texts is a flag", _flag_texts),
    Probe("offer-display-options", "each display_option is taken", _display_options),
    Probe("offer-display-alone", "display_option without auto-assign", _display_alone),
    Probe("offer-moment-ago", "offered_on is a time in UTC", _moment_ago),
    Probe("offer-time-ignored", "without a timeout offered_on is ignored", _offered_on_ignored),
    Probe("offer-timeout-number", "timeout is a number", _taken_with({"timeout": 30})),
    Probe("offer-timeout-text", "timeout is text of digits", _taken_with({"timeout": "30"})),
    Probe("offer-timeout-zero", "timeout is zero", _taken_with({"timeout": 0})),
    Probe("offer-no-limit", "without a timeout there is no limit", _no_limit),
    Probe("offer-sample", "the request of the page is taken", _sample),
    *recalling(
        Probe("offer-auto-accepts", "enable_auto_assign accepts the work", _accepts),
        Probe(
            "offer-auto-off",
            "no and its like leave it to the agent",
            _leaves(*({_AUTO: each} for each in _NO)),
        ),
        Probe("offer-auto-absent", "without the flag it is left to the agent", _leaves({})),
        Probe("offer-time-left", "the time left counts from offered_on in seconds", _remaining),
    ),
)
