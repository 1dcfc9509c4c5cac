"""Faults of who has work: transfers that do not hold to the rules of offers, and work that goes astray.

What a rule over the contract can derive, such as a value that is taken though the contract lists
others, is no fault of this list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ccaas_kit.faults.blocks import clause_ids, fields, on, result, within
from ccaas_kit.faults.fault import Asked, Behave, Fault, json_of
from ccaas_kit.faults.offers.offers import taken
from ccaas_kit.sandbox.http.messages import Response
from ccaas_kit.sandbox.storage.store import Record

_ITEMS, _QUEUES, _USERS = "awa_work_item", "awa_queue", "sys_user"
_WHERE = ("assigned_to", "state", "queue")


def item_of(asked: Asked) -> Record | None:
    """The work item of the document that a call is about."""
    values = asked.values
    table, sys_id = values.get("document_table", ""), values.get("document_sys_id", "")
    found = asked.instance.store.find(_ITEMS, document_table=table, document_id=sys_id)
    return next(iter(found), None)


def part_of(asked: Asked, name: str) -> dict[str, Any]:
    """The object in a field of the body; empty if there is none."""
    found = asked.body.get(name) if isinstance(asked.body, dict) else None
    return found if isinstance(found, dict) else {}


def _says(response: Response, piece: str) -> bool:
    return response.status >= 400 and piece.encode() in response.body


def _takes_transfers(piece: str) -> Behave:
    """Transfers are taken that are refused with a piece of a message."""

    def behave(asked: Asked) -> Response:
        response = asked.response()
        hits = part_of(asked, "transfer") and _says(response, piece)
        return taken(asked, response) if hits else response

    return behave


def _put(asked: Asked, item: Record | None, values: Record) -> None:
    if item is not None:
        asked.instance.store.update(_ITEMS, item["sys_id"], values)


def _stays(target_type: str) -> Behave:
    """A transfer is confirmed, and the work left where it was."""

    def behave(asked: Asked) -> Response:
        before = item_of(asked)
        where = {name: before[name] for name in _WHERE} if before else {}
        response = asked.response()
        if response.status == 200 and part_of(asked, "transfer").get("target_type") == target_type:
            _put(asked, before, where)
        return response

    return behave


def _given_away(piece: str, to: Callable[[Asked], Any]) -> Behave:
    """A call is refused with a piece of a message, and somebody gets the work all the same."""

    def behave(asked: Asked) -> Response:
        response = asked.response()
        agent = to(asked)
        if _says(response, piece) and isinstance(agent, str):
            _put(asked, item_of(asked), {"assigned_to": agent})
        return response

    return behave


def _first_queue(asked: Asked) -> Response:
    """Work that a transfer to an agent makes is in the first queue, whatever its source is."""
    is_new = item_of(asked) is None
    response = asked.response()
    if not is_new or response.status != 200 or not part_of(asked, "transfer"):
        return response
    if part_of(asked, "transfer").get("target_type") != "agent":
        return response
    queue = asked.instance.store.find(_QUEUES)[0]["sys_id"]
    _put(asked, item_of(asked), {"queue": queue})
    return result(within("work_item", fields(queue=queue)))(response)


def _any_table(asked: Asked) -> Response:
    """A user is taken for a presence state."""
    terms = part_of(asked, "assignment")
    presence = terms.get("after_timeout_presence")
    if not isinstance(presence, str) or not asked.instance.store.exists(_USERS, presence):
        return asked.response()
    kept = {name: terms[name] for name in terms if name != "after_timeout_presence"}
    return asked.response(asked.with_body({**asked.body, "assignment": kept}))


def _only_of_new_work(asked: Asked) -> Response:
    """A transfer of work that is there may lack its source queue."""
    transfer = part_of(asked, "transfer")
    if not transfer or "source_queue_id" in transfer or item_of(asked) is None:
        return asked.response()
    queue = asked.instance.store.find(_QUEUES)[0]["sys_id"]
    whole = {**transfer, "source_queue_id": queue}
    return asked.response(asked.with_body({**asked.body, "transfer": whole}))


def _time_of_offer(asked: Asked) -> Response:
    """The message about an offer that has run out tells when it was made, not when it ended."""
    response = asked.response()
    if not _says(response, "Timestamp after timeout"):
        return response
    message = json_of(response.body)["result"]["message"]
    sent = part_of(asked, "assignment")["offered_on"]
    text = f"{message.partition('(')[0]}({sent}){message.partition(')')[2]}"
    return result(fields(message=text))(response)


def _by_agent(asked: Asked) -> Any:
    return part_of(asked, "assignment").get("agent_sys_id")


def _by_target(asked: Asked) -> Any:
    return part_of(asked, "transfer").get("target_id")


def _fault(name: str, says: str, breaks: str, behave: Behave) -> Fault:
    ids = clause_ids("AWA-OFFER", breaks)
    return Fault(f"work-{name}", says, ids, on("offerWork", behave))


FAULTS: tuple[Fault, ...] = (
    _fault(
        "to-plain-user",
        "Work is transferred to a user without the role awa_agent.",
        "12 100 152 S409",
        _takes_transfers("is not a valid agent"),
    ),
    _fault(
        "to-inside-agent",
        "Work is transferred to an agent without the role awa_external_user.",
        "13 111",
        _takes_transfers("'awa_external_user'"),
    ),
    _fault(
        "of-inactive-document",
        "Work on a document that is not active is transferred.",
        "112",
        _takes_transfers("Document is not active"),
    ),
    _fault(
        "stays-with-agent",
        "A transfer to another agent is confirmed, and the work stays with the first.",
        "149",
        _stays("agent"),
    ),
    _fault(
        "stays-out-of-queue",
        "A transfer to a queue is confirmed, and the work stays with its agent.",
        "150",
        _stays("queue"),
    ),
    _fault(
        "taken-over",
        "An offer of another agent's work is refused, and the work taken from them.",
        "118 102",
        _given_away("already assigned", _by_agent),
    ),
    _fault(
        "lost-to-who-is-away",
        "A transfer to an agent who is away fails, and the work is with them.",
        "118",
        _given_away("blind transfer", _by_target),
    ),
    _fault(
        "in-first-queue",
        "Work that a transfer makes is in the first queue in place of the source queue.",
        "75 129",
        _first_queue,
    ),
    _fault(
        "source-only-of-new-work",
        "A transfer of work that is there may lack its source queue.",
        "72",
        _only_of_new_work,
    ),
    _fault("presence-of-user", "A user is taken for a presence state.", "32 105", _any_table),
    _fault(
        "time-of-offer",
        "The message about an offer that has run out tells when it was made.",
        "108",
        _time_of_offer,
    ),
)
