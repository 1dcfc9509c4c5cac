"""Terms of an assignment that are wrong: values that a field does not take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ccaas_kit.probes.offers import calls, responses
from ccaas_kit.probes.offers.calls import Body
from ccaas_kit.probes.offers.causes import Cause
from ccaas_kit.probes.probing import Probing

_TIMEOUT = 60
_SHORTLY = timedelta(seconds=10)


def stamp(moment: datetime) -> str:
    """A time as offered_on is written."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")


def _with(probing: Probing, terms: dict[str, Any]) -> Body:
    return calls.assignment(probing, **terms)


def _value(name: str, value: Any, message: str, **beside: Any) -> Cause:
    """A value of a term that is not one of those that it takes."""
    # AWA-033: the page lists the placeholder of the message about flags.
    named = (str(value), "%s") if message == responses.NO_FLAG else (str(value),)
    make = partial(_with, terms={**beside, name: value})
    return Cause(f"{name} {value!r}", name, make, message=message, names=lambda *_: named)


def _timeout(value: Any, message: str = "") -> Cause:
    make = partial(_with, terms={"timeout": value})
    # AWA-023: no message speaks of what is no number.
    field, status = ("timeout", 0) if message else ("OfferTimeoutText", 400)
    return Cause(f"timeout {value!r}", field, make, message=message, status=status)


def _presence(what: str, of: Callable[[Probing], str]) -> Cause:
    name = "after_timeout_presence"
    return Cause(
        f"{name} {what}",
        name,
        lambda probing: calls.assignment(probing, timeout=_TIMEOUT, **{name: of(probing)}),
        message=responses.NO_PRESENCE,
        names=lambda probing, _: (of(probing),),
    )


def _time(ahead: timedelta, write: Callable[[str], str], probing: Probing) -> Body:
    # The agent first: the time is that of the response before the offer.
    calls.agent(probing)
    text = write(stamp(probing.now() + ahead))
    return calls.assignment(probing, timeout=_TIMEOUT, offered_on=text)


def _written(what: str, write: Callable[[str], str]) -> Cause:
    """A time of ten seconds ago that is written otherwise."""
    return Cause(
        f"offered_on {what}",
        "offered_on",
        partial(_time, -_SHORTLY, write),
        message=responses.TIME_FORMAT,
        names=lambda _, body: (body["assignment"]["offered_on"],),
    )


def _offered(what: str, ahead: timedelta, message: str) -> Cause:
    """A time that is not within the timeout before the target's own one."""

    def moment(body: Body) -> datetime:
        offered = datetime.fromisoformat(body["assignment"]["offered_on"]).replace(tzinfo=UTC)
        return offered if message == responses.NOT_PAST else offered + timedelta(seconds=_TIMEOUT)

    make = partial(_time, ahead, str)
    return Cause(f"offered_on {what}", "offered_on", make, message=message, moment=moment)


CAUSES: tuple[Cause, ...] = (
    *(_timeout(value, responses.NEGATIVE) for value in (-1, -0.5, -86400)),
    *(_timeout(value) for value in ("soon", "30 s", "-5")),
    _presence("of a record that does not exist", calls.nobody),
    _presence("of a user", calls.agent),
    _presence("that is no sys_id", lambda _: "away"),
    _written("with a blank", lambda text: text.replace("T", " ")),
    _written("without milliseconds", lambda text: text[:19]),
    _written("with Z", lambda text: f"{text}Z"),
    _written("with an offset", lambda text: f"{text}+00:00"),
    _written("with microseconds", lambda text: f"{text}000"),
    _written("without a time of day", lambda text: text[:10]),
    _written("as a word", lambda _: "now"),
    _offered("of tomorrow", timedelta(days=1), responses.NOT_PAST),
    _offered("in five minutes", timedelta(minutes=5), responses.NOT_PAST),
    _offered("of yesterday", -timedelta(days=1), responses.EXPIRED),
    _offered(
        "of half a minute before the timeout", timedelta(seconds=-_TIMEOUT - 30), responses.EXPIRED
    ),
    *(
        _value("display_option", value, responses.NO_OPTION, enable_auto_assign=True)
        for value in ("tab_only", "card")
    ),
    *(
        _value(name, value, responses.NO_FLAG)
        for name in ("allowed_to_decline", "enable_auto_assign")
        for value in ("maybe", "on", "2")
    ),
)
