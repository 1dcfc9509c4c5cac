"""Which refusal a body gets that breaks the form of an offer or a transfer.

Where the form of several values is wrong, the first message of the page's list is sent. A part
that is missing or of another type goes before all values, because nothing tells what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ccaas_kit.sandbox.behaviors.offers import messages
from ccaas_kit.sandbox.behaviors.offers.messages import Message
from ccaas_kit.sandbox.http import refusals
from ccaas_kit.sandbox.http.calls import Call
from ccaas_kit.sandbox.http.messages import RefusalError

# In the order of the page's list of messages.
_MESSAGES = {
    "agent_sys_id": Message.AGENT_NOT_VALID,
    "target_id": Message.AGENT_NOT_VALID,
    "timeout": Message.TIMEOUT_NEGATIVE,
    "after_timeout_presence": Message.PRESENCE_STATE_NOT_VALID,
    "offered_on": Message.OFFERED_TIME_FORMAT,
    "display_option": Message.DISPLAY_OPTION_NOT_VALID,
    "allowed_to_decline": Message.BOOLEAN_NOT_VALID,
    "enable_auto_assign": Message.BOOLEAN_NOT_VALID,
}
_NEGATIVE = re.compile(r"-[0-9]+(\.[0-9]+)?")


def is_transfer(body: Any) -> bool:
    """Whether a body is a transfer, whatever else it holds (AWA-006)."""
    return isinstance(body, dict) and "transfer" in body


def refuse(call: Call) -> RefusalError:
    """The refusal of a body that is neither a whole assignment nor a whole transfer."""
    contract = call.instance.contract
    form = "OfferTransferRequest" if is_transfer(call.body) else "OfferAssignmentRequest"
    wrong: dict[str, Any] = {}
    for error in contract.validator(form).iter_errors(call.body):
        name, value = _value(call.body, error.instance_path)
        if not _speaks_of(name, value):
            place = "/".join(map(str, error.instance_path))
            # AWA-005: no message speaks of a part that is missing.
            return refusals.unreadable(contract, f"{place} {error.message[:200]}".strip())
        wrong[name] = value
    first = next(name for name in _MESSAGES if name in wrong)
    return messages.refusal(contract, _MESSAGES[first], wrong[first])


def _value(body: Any, pointer: Sequence[str | int]) -> tuple[str, Any]:
    """The name and the value of a part of a form; no name if the pointer is not at one."""
    if len(pointer) < 2 or pointer[0] not in ("assignment", "transfer"):
        return "", None
    name = str(pointer[1])
    return name, body[pointer[0]][name]


def _speaks_of(name: str, value: Any) -> bool:
    """Whether the message about a term fits the value that it has."""
    if name in ("agent_sys_id", "target_id"):
        # AWA-030: a malformed sys_id is that of nobody; what is no text is none at all.
        return isinstance(value, str) and (name == "agent_sys_id" or value != "")
    if name == "timeout":
        if isinstance(value, str):
            return _NEGATIVE.fullmatch(value) is not None
        return isinstance(value, int | float) and value < 0
    return name in _MESSAGES
