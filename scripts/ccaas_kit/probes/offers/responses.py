"""What the answers of offerWork say: taken or refused, by which message, with which work item.

A message counts wherever a response has it: in the API's own result, or in the platform's error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError, ViolationError
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.probing import Probing, member, shown

SCHEMAS = "#/components/schemas/"
# Messages, by their schemas.
REQUESTED = "OfferRequestedMessage"
REFUSAL = "OfferRefusalMessage"
ACCEPTED = "WorkItemAcceptedMessage"
ASSIGNED = "WorkItemAlreadyAssignedMessage"
NOT_AVAILABLE = "AgentNotAvailableMessage"
NOT_AN_AGENT = "AgentNotValidMessage"
NOT_EXTERNAL = "AgentNotExternalMessage"
BLIND_FAILED = "BlindTransferFailedMessage"
LACKS_ROLE = "CallerLacksRoleMessage"
NOT_ACTIVE = "DocumentNotActiveMessage"
NEGATIVE = "TimeoutNegativeMessage"
NO_PRESENCE = "PresenceStateNotValidMessage"
TIME_FORMAT = "OfferedTimeFormatMessage"
NOT_PAST = "OfferedTimeNotPastMessage"
EXPIRED = "OfferExpiredMessage"
NO_OPTION = "DisplayOptionNotValidMessage"
NO_FLAG = "BooleanNotValidMessage"
# Refusals of a sound body: agent, document or work item are in a state that forbids it.
_BY_STATE = (ACCEPTED, ASSIGNED, NOT_AVAILABLE, BLIND_FAILED, NOT_ACTIVE)
_BUSY = (NOT_AVAILABLE, BLIND_FAILED)


def is_taken(exchange: Exchange) -> bool:
    """Whether work was offered or transferred."""
    return 200 <= exchange.status < 300 and result(exchange).get("success") is True


def is_refused(exchange: Exchange) -> bool:
    """Whether a call had no effect, by its status or by its result."""
    # AWA-017: a refusal may come with the status of a success.
    return 400 <= exchange.status < 500 or (
        exchange.status == 200 and result(exchange).get("success") is False
    )


def work_item(exchange: Exchange) -> dict[str, Any]:
    """The work item in a response; empty if there is none."""
    found = result(exchange).get("work_item")
    return found if isinstance(found, dict) else {}


def texts(exchange: Exchange) -> list[str]:
    """The messages of a response, in the API's own result or in the platform's error."""
    error = member(exchange, "error")
    said = [result(exchange).get("message")]
    said += [error.get("message"), error.get("detail")] if isinstance(error, dict) else []
    return [text for text in said if isinstance(text, str)]


def says(probing: Probing, exchange: Exchange, *messages: str) -> bool:
    """Whether a response has one of the messages, named by their schemas."""
    return any(is_message(probing, name, text) for name in messages for text in texts(exchange))


def is_busy(probing: Probing, exchange: Exchange) -> bool:
    """Whether a call was refused for the sake of its agent, who takes no work now."""
    return not is_taken(exchange) and says(probing, exchange, *_BUSY)


def expect_taken(probing: Probing, exchange: Exchange, expected: str) -> Exchange:
    """The exchange, if a valid call was taken.

    Raises:
        ViolationError: it was not.
        BlockedError: our user may not offer work.
    """
    if not is_taken(exchange):
        require_admitted(probing, exchange)
        raise ViolationError(expected, shown(exchange), exchange)
    return exchange


def expect_refused(probing: Probing, exchange: Exchange, expected: str, *by: str) -> None:
    """Go on if a call was rejected for what was wrong in it.

    `by` names the messages about the state of a record or an agent that are such a reason here.

    Raises:
        ViolationError: it was not rejected.
        InconclusiveError: it was rejected for another reason, or the instance failed.
        BlockedError: our user may not offer work.
    """
    if exchange.status >= 500 and not says(probing, exchange, REFUSAL):
        raise InconclusiveError(f"the instance failed: {shown(exchange)}")
    # AWA-026: siblings of this API reject with 500 as well; the message shows that it is no failure.
    if not is_refused(exchange) and exchange.status < 500:
        raise ViolationError(expected, shown(exchange), exchange)
    require_admitted(probing, exchange)
    others = [message for message in _BY_STATE if message not in by]
    if says(probing, exchange, *others) and not says(probing, exchange, *by):
        raise InconclusiveError(f"it was refused for another reason: {shown(exchange)}")


def require_taken(exchange: Exchange) -> Exchange:
    """The exchange, if the call was taken; what is to be shown depends on it.

    Raises:
        InconclusiveError: it was not.
    """
    if not is_taken(exchange):
        raise InconclusiveError(f"a valid call was not taken: {shown(exchange)}")
    return exchange


def require_admitted(probing: Probing, exchange: Exchange) -> None:
    """Go on if it is not the caller who was refused.

    Raises:
        BlockedError: our user may not offer work.
    """
    # AWA-026: the messages about agents and values may come with any status.
    of_caller = says(probing, exchange, LACKS_ROLE) or not says(probing, exchange, REFUSAL)
    if exchange.status in (401, 403) and of_caller:
        raise BlockedError(f"our user may not offer work: {shown(exchange)}")


def holder(probing: Probing, exchange: Exchange) -> str:
    """The agent who has the work, as a refusal names them; empty if it names nobody."""
    found = [text for text in texts(exchange) if is_message(probing, ASSIGNED, text)]
    return found[0].rpartition(" ")[2] if found else ""


def names(text: str, value: str) -> bool:
    """Whether a text holds a value as a word of its own."""
    return re.search(rf"(?<![0-9A-Za-z_]){re.escape(value)}(?![0-9A-Za-z_])", text) is not None


def is_message(probing: Probing, message: str, text: str) -> bool:
    """Whether a text is a message, named by its schema."""
    return probing.contract.schemas.is_valid(f"{SCHEMAS}{message}", text)


def result(exchange: Exchange) -> Mapping[str, Any]:
    """The member `result` of a response in JSON; empty if it has none."""
    found = member(exchange, "result")
    return found if isinstance(found, dict) else {}
