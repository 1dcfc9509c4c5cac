"""The terms of an offer: how long it is open, what happens then, what the agent may do with it.

The times are judged by the clock of the instance. An offer of 30 seconds made at 23:09:31 stands up
to 23:10:01, and has run out at that very moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ccaas_kit.contract import defaults
from ccaas_kit.sandbox.behaviors.offers import messages
from ccaas_kit.sandbox.behaviors.offers.messages import Message
from ccaas_kit.sandbox.http.calls import Call
from ccaas_kit.sandbox.storage.store import Record

# AWA-020: the forms that a flag takes; a JSON boolean is one of them.
_YES = ("true", "yes", "1")


def read(call: Call, assignment: Mapping[str, Any]) -> Record:
    """The terms as a work item keeps them; without an assignment the defaults.

    Raises:
        RefusalError: the presence state does not exist, or the times leave no fair chance to accept.
    """
    properties = call.instance.contract.schema("OfferAssignment")["properties"]
    auto_assign = _flag(assignment, properties, "enable_auto_assign")
    # AWA-043: work that is accepted at once has no time limit.
    timeout = "" if auto_assign == "true" else str(assignment.get("timeout", ""))
    presence, offered_on = "", ""
    # AWA-013: without a timeout neither of the two is looked at.
    if timeout:
        presence = assignment.get("after_timeout_presence", "")
        offered_on = assignment.get("offered_on", "")
        _check_presence(call, presence)
        if offered_on:
            _check_times(call, offered_on, timeout)
    # AWA-012: the display option counts only for work that is assigned automatically.
    option = assignment.get("display_option", properties["display_option"][defaults.KEY])
    return {
        "offered_on": offered_on or _text(call.instance.now()),
        "timeout": timeout,
        "after_timeout_presence": presence,
        "allowed_to_decline": _flag(assignment, properties, "allowed_to_decline"),
        "enable_auto_assign": auto_assign,
        "display_option": option if auto_assign == "true" else "",
    }


def has_run_out(terms: Mapping[str, str], now: datetime) -> bool:
    """Whether the time to accept an offer is over."""
    timeout = terms.get("timeout", "")
    try:
        offered_on = _moment(terms.get("offered_on", ""))
        end = _end(offered_on, timeout) if timeout else None
    except ValueError:
        # Somebody has written another text into the record: an offer without a limit.
        return False
    return end is not None and end <= now


def _check_presence(call: Call, presence: str) -> None:
    contract = call.instance.contract
    table = contract.schema("OfferAssignment")["properties"]["after_timeout_presence"]["x-sn-table"]
    if presence and not call.store.exists(table, presence):
        raise messages.refusal(contract, Message.PRESENCE_STATE_NOT_VALID, presence)


def _check_times(call: Call, offered_on: str, timeout: str) -> None:
    contract, now = call.instance.contract, call.instance.now()
    try:
        moment = _moment(offered_on)
    except ValueError as error:
        # Of the right form, and no day of the calendar.
        raise messages.refusal(contract, Message.OFFERED_TIME_FORMAT, offered_on) from error
    if moment >= now:
        raise messages.refusal(contract, Message.OFFERED_TIME_NOT_PAST, offered_on)
    # AWA-024: zero seconds are no time at all, not time without a limit. Without an offer time
    # they are taken, and the offer has run out when it is looked at next.
    end = _end(moment, timeout)
    if end is not None and end <= now:
        # AWA-032: this time is computed, and written as offer times are.
        raise messages.refusal(contract, Message.OFFER_EXPIRED, _text(end))


def _flag(assignment: Mapping[str, Any], properties: Mapping[str, Any], name: str) -> str:
    value = assignment.get(name, properties[name][defaults.KEY])
    return "true" if value is True or value in _YES else "false"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _end(offered_on: datetime, timeout: str) -> datetime | None:
    """When an offer runs out; None if that is after all times."""
    try:
        return offered_on + timedelta(seconds=float(timeout))
    except OverflowError:
        return None


def _text(moment: datetime) -> str:
    # Not strftime, which writes the years before 1000 with fewer than four digits.
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")
