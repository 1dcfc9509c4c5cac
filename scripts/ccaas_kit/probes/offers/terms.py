"""Terms of an offer: times, flags and options that are taken, that count, or that are ignored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from ccaas_kit.contract import pointers
from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.offers import calls, responses, waiting, wrong_terms
from ccaas_kit.probes.offers.calls import PLAIN, Way
from ccaas_kit.probes.probing import Probe, Probing, expect, recalling, shown

_TERMS = f"{responses.SCHEMAS}OfferAssignment/properties/"
_AUTO, _DECLINE = "enable_auto_assign", "allowed_to_decline"
# AWA-020: the forms of the two values; the page lists the texts, and types them as Boolean.
_YES, _NO = (True, "true", "yes", "1"), (False, "false", "no", "0")
# Every term that goes with the others, as values of JSON and as texts.
_EVERY_TERM: tuple[dict[str, Any], ...] = (
    {_DECLINE: True, _AUTO: False, "timeout": 30, "after_timeout_presence": ""},
    {_DECLINE: "true", _AUTO: "false", "timeout": "30"},
    {_DECLINE: "no", _AUTO: "0", "timeout": 0},
)
_ELAPSED = 20
_SUCCESS = "success for an offer with {}"
_SAMPLE = "offerWorkToNamedAgentRequest"


def _taken_with(*terms: dict[str, Any]) -> Callable[[Probing, Subject], str]:
    """A look at offers on terms each of which is to be taken."""

    def look(probing: Probing, _: Subject) -> str:
        detail = _expect_each(probing, terms)
        for way in calls.ways(probing):
            if way != PLAIN and not _takes_all(probing, way):
                _expect_each(probing, terms, way)
        return detail

    return look


def _takes_all(probing: Probing, way: Way) -> bool:
    """Whether offers with every term, as values and as texts, are taken in a way to call."""
    bodies = [calls.assignment(probing, **terms) for terms in _EVERY_TERM]
    return all(responses.is_taken(calls.sent(probing, body, way)) for body in bodies)


def _expect_each(probing: Probing, terms: Iterable[dict[str, Any]], way: Way = PLAIN) -> str:
    details = []
    for term in terms:
        text = json.dumps(term)
        body = calls.assignment(probing, **term)
        waiting.expect_sent_taken(probing, body, _SUCCESS.format(text), way)
        details.append(text)
    return f"taken: {', '.join(details)}"


def _offered_before(probing: Probing, seconds: float, timeout: float | str | None) -> Exchange:
    """The offer of so many seconds ago, by the target's own time."""
    calls.agent(probing)
    with calls.document(probing) as found:
        # The Date of the response that came last is whole seconds, so the target is a little later.
        moment = probing.now() - timedelta(seconds=seconds)
        terms: dict[str, Any] = {"offered_on": wrong_terms.stamp(moment)}
        if timeout is not None:
            terms["timeout"] = timeout
        body = calls.assignment(probing, **terms)
        return calls.send(probing, found, body)


def _presence(probing: Probing, _: Subject) -> str:
    known = probing.known("after_timeout_presence")
    with_timeout = [
        {"timeout": 30, "after_timeout_presence": presence} for presence in ("", *known)
    ]
    # These follow one that is ignored, which shows that nothing of that one is left.
    ignored = {"after_timeout_presence": uuid4().hex}
    ways = dict.fromkeys((PLAIN, *calls.ways(probing)))
    details = [_expect_each(probing, [ignored, *with_timeout], way) for way in ways]
    return f"{details[0]}, in {len(details)} ways to call"


def _presence_ignored(probing: Probing, _: Subject) -> str:
    values = (calls.nobody(probing), "away")
    return _expect_each(probing, [{"after_timeout_presence": value} for value in values])


def _display_options(probing: Probing, _: Subject) -> str:
    values = probing.contract.node(f"{_TERMS}display_option")["enum"]
    return _expect_each(probing, [{_AUTO: True, "display_option": value} for value in values])


def _display_alone(probing: Probing, _: Subject) -> str:
    values = probing.contract.node(f"{_TERMS}display_option")["enum"]
    return _expect_each(probing, [{"display_option": value} for value in values])


def _flag_texts(probing: Probing, _: Subject) -> str:
    schema = pointers.follow(
        probing.contract.document, probing.contract.node(f"{responses.SCHEMAS}OfferFlag")
    )
    texts = next(alternative["enum"] for alternative in schema["anyOf"] if "enum" in alternative)
    return _expect_each(probing, [{_DECLINE: text, _AUTO: text} for text in texts])


def _accepts(probing: Probing, _: Subject) -> str:
    for value in _YES:
        exchange = _further(probing, {_AUTO: value}, calls.agent(probing), responses.ACCEPTED)
        if responses.says(probing, exchange, responses.ACCEPTED):
            continue
        expected = f"accepted work after {_AUTO} {value!r}"
        waits = responses.says(probing, exchange, responses.ASSIGNED) or responses.is_taken(
            exchange
        )
        expect(not waits or not _tells_accepted(probing), expected, exchange)
        raise InconclusiveError(
            f"a further offer does not tell whether it is accepted: {shown(exchange)}"
        )
    return f"{_AUTO} as {', '.join(map(repr, _YES))} accepts the work"


def _tells_accepted(probing: Probing) -> bool:
    """Whether the target refuses accepted work as such, at least where the flag is a boolean."""
    found = _further(probing, {_AUTO: True}, calls.agent(probing), responses.ACCEPTED)
    return responses.says(probing, found, responses.ACCEPTED, responses.ASSIGNED)


def _leaves(*terms: dict[str, Any]) -> Callable[[Probing, Subject], str]:
    """A look at work that waits for the agent, on each of these terms."""

    def look(probing: Probing, _: Subject) -> str:
        accepted = _further(probing, {_AUTO: True}, calls.agent(probing), responses.ACCEPTED)
        if not responses.says(probing, accepted, responses.ACCEPTED):
            raise InconclusiveError("the target does not tell accepted work from other")
        for term in terms:
            exchange = _further(probing, term, calls.other_agent(probing), responses.ASSIGNED)
            text = json.dumps(term)
            accepts = responses.says(probing, exchange, responses.ACCEPTED)
            expect(not accepts, f"work that waits after {text}", exchange)
            if not responses.says(probing, exchange, responses.ASSIGNED):
                raise InconclusiveError(
                    f"a further offer does not tell that it waits: {shown(exchange)}"
                )
        return f"the work waits for the agent with {', '.join(map(json.dumps, terms))}"

    return look


def _further(probing: Probing, terms: dict[str, Any], to: str, message: str) -> Exchange:
    """The response to a further offer after one on these terms has taken effect; sent once."""
    wanted = (message, responses.ACCEPTED)

    def make() -> Exchange:
        return waiting.after(
            probing,
            calls.assignment(probing, **terms),
            calls.assignment(probing, to),
            holds=lambda exchange: responses.says(probing, exchange, *wanted),
        )

    return probing.once(f"a further offer to {to} after {json.dumps(terms)}", make)


@dataclass(frozen=True, slots=True)
class Timed:
    """An offer, and the time that it was sent with."""

    offered_on: str
    exchange: Exchange


def offered_a_moment_ago(probing: Probing) -> Timed:
    """The offer of ten seconds ago with a timeout of a minute; sent once."""

    def make() -> Timed:
        exchange = _a_moment_ago(probing)()
        body = json.loads(exchange.request_body or b"{}")
        return Timed(body["assignment"]["offered_on"], exchange)

    return probing.once("an offer of a moment ago", make)


def _a_moment_ago(probing: Probing) -> Callable[[], Exchange]:
    return partial(_offered_before, probing, 10, 60)


def _moment_ago(probing: Probing, _: Subject) -> str:
    exchange, again = offered_a_moment_ago(probing).exchange, _a_moment_ago(probing)
    expected = _SUCCESS.format("an offered_on in UTC of ten seconds ago")
    waiting.expect_taken(probing, exchange, expected, again)
    return "a time of ten seconds ago is taken, in UTC and with milliseconds"


def _remaining(probing: Probing, _: Subject) -> str:
    _expect_taken_before(
        probing, _ELAPSED, _ELAPSED + 10, f"{_ELAPSED} of {_ELAPSED + 10} seconds gone"
    )
    beyond = _offered_before(probing, _ELAPSED, _ELAPSED - 10)
    expected = f"a refusal with {_ELAPSED} of {_ELAPSED - 10} seconds gone"
    responses.expect_refused(probing, beyond, expected)
    return f"{_ELAPSED} seconds ago is taken with 10 seconds left, refused with 10 too many"


def _offered_on_ignored(probing: Probing, _: Subject) -> str:
    year = timedelta(days=365).total_seconds()
    for seconds in (-year, year):
        _expect_taken_before(probing, seconds, None, "an offered_on a year away and no timeout")
    detail = _expect_each(
        probing, [{"offered_on": time} for time in ("now", "2024-04-03 23:09:31")]
    )
    return f"without a timeout a time a year away is taken; {detail}"


def _no_limit(probing: Probing, _: Subject) -> str:
    day = timedelta(days=1).total_seconds()
    for timeout in ("", None):
        what = f"an offered_on of yesterday and timeout {timeout!r}"
        _expect_taken_before(probing, day, timeout, what)
    return "with an empty timeout, and with none, an offer of yesterday is taken"


def _sample(probing: Probing, _: Subject) -> str:
    send = partial(_of_sample, probing)
    expected = _SUCCESS.format("the sample of the page with a fresh time")
    waiting.expect_taken(probing, send(), expected, send)
    return "the sample of the page is taken, with own ids and a fresh time"


def _of_sample(probing: Probing) -> Exchange:
    example = probing.contract.node(f"#/components/examples/{_SAMPLE}")["value"]
    ours = calls.assignment(probing)
    with calls.document(probing) as found:
        # AWA-035: the time of the sample has run out.
        fresh = wrong_terms.stamp(probing.now() - timedelta(seconds=_ELAPSED / 2))
        terms = {**example["assignment"], **ours["assignment"], "offered_on": fresh}
        body = {
            **example,
            "external_segment_id": f"segment_{found.sys_id}",
            "queue_id": ours["queue_id"],
            "assignment": terms,
        }
        return calls.send(probing, found, body)


def _expect_taken_before(
    probing: Probing, seconds: float, timeout: float | str | None, what: str
) -> None:
    send = partial(_offered_before, probing, seconds, timeout)
    waiting.expect_taken(probing, send(), _SUCCESS.format(what), send)


PROBES: tuple[Probe, ...] = (
    Probe("offer-presence", "after_timeout_presence is a sys_id or empty", _presence),
    Probe("offer-presence-ignored", "without a timeout it is ignored", _presence_ignored),
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
            _leaves(*({_AUTO: value} for value in _NO)),
        ),
        Probe("offer-auto-absent", "without the flag it is left to the agent", _leaves({})),
        Probe("offer-time-left", "the time left counts from offered_on in seconds", _remaining),
    ),
)
