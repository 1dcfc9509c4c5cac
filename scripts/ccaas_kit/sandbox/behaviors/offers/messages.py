"""What offerWork says: the texts of its outcomes, taken from the contract and never typed again.

Each documented message is a schema of the bundle, with the status that we expect it under (AWA-026).
A message about a value is a pattern there; the value takes the place of its one variable part.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import orjson

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.http.messages import Outcome, RefusalError

_VARIABLE = re.compile(r"(?:\[[^\]]*\]|\.)(?:\{[0-9]+\}|[*+])")
_ESCAPED = re.compile(r"\\(.)")


class Message(StrEnum):
    """The refusals that the page lists, by the schema that holds the text."""

    CALLER_LACKS_ROLE = "CallerLacksRoleMessage"
    WORK_ITEM_ACCEPTED = "WorkItemAcceptedMessage"
    AGENT_NOT_VALID = "AgentNotValidMessage"
    BLIND_TRANSFER_FAILED = "BlindTransferFailedMessage"
    WORK_ITEM_ALREADY_ASSIGNED = "WorkItemAlreadyAssignedMessage"
    AGENT_NOT_AVAILABLE = "AgentNotAvailableMessage"
    TIMEOUT_NEGATIVE = "TimeoutNegativeMessage"
    PRESENCE_STATE_NOT_VALID = "PresenceStateNotValidMessage"
    OFFERED_TIME_FORMAT = "OfferedTimeFormatMessage"
    OFFERED_TIME_NOT_PAST = "OfferedTimeNotPastMessage"
    OFFER_EXPIRED = "OfferExpiredMessage"
    DISPLAY_OPTION_NOT_VALID = "DisplayOptionNotValidMessage"
    BOOLEAN_NOT_VALID = "BooleanNotValidMessage"
    AGENT_NOT_EXTERNAL = "AgentNotExternalMessage"
    DOCUMENT_NOT_ACTIVE = "DocumentNotActiveMessage"


class Success(StrEnum):
    """The ways to succeed, by the example that shows the response."""

    # AWA-027, AWA-028: the sample ends the message with a full stop and the list does not. Each
    # success says what the example of its kind says, so that a client meets both.
    OFFERED = "offerWorkOfferedResponse"
    OFFERED_BY_EXTERNAL_QUEUE = "offerWorkExternalQueueResponse"
    TRANSFERRED = "offerWorkTransferredResponse"


def success(contract: Contract, how: Success, work_item: Mapping[str, str]) -> Outcome:
    """The response that shows the work item as it is now."""
    shown = contract.example(how)["result"]
    return Outcome(200, {"result": {**shown, "work_item": work_item}})


def refusal(contract: Contract, message: Message, value: Any = "") -> RefusalError:
    """A refusal in the shape of the API's own result, under the status of its message.

    `value` fills the gap of the message: text as it is, anything else as JSON.
    """
    wording = _wording(contract, message)
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    # AWA-010, AWA-018: the API's own shape, and no work item in it.
    body = {"result": {"success": False, "message": text.join(wording.parts)}}
    return RefusalError(wording.status, body=body)


def not_found(contract: Contract) -> RefusalError:
    """The refusal of a document or queue that does not exist, or that the caller may not see."""
    # AWA-004, AWA-010: no message speaks of it, so it comes in the envelope of the platform.
    return RefusalError(404, body=contract.example("noRecordResponse"))


@dataclass(frozen=True, slots=True)
class _Wording:
    """A message around its value: one part if it speaks of none, else two."""

    status: int
    parts: tuple[str, ...]


@cache
def _wording(contract: Contract, name: Message) -> _Wording:
    schema = contract.schema(name)
    if "const" in schema:
        return _Wording(schema["x-sn-status"], (schema["const"],))
    pattern = schema["pattern"]
    parts = _VARIABLE.split(pattern.removeprefix("^").removesuffix("$"))
    if len(parts) != 2:
        what = f"the pattern has {len(parts) - 1} variable parts: {pattern}"
        where = f"{contract.path}#/components/schemas/{name}"
        raise DocumentError(what, where=where, fix="Give the message exactly one")
    return _Wording(schema["x-sn-status"], tuple(_ESCAPED.sub(r"\1", part) for part in parts))
