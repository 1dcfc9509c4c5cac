"""What the tests of offerWork share: the cast, the two forms of a body, and looks at the records."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ccaas_kit.sandbox.instance import clock
from ccaas_kit.sandbox.storage.store import Record
from tests.sandbox.conftest import Answered, Caller

INTERACTION = "59616aba87bd5210be070d48dabb35e6"
CLOSED_INTERACTION = "5b0fd2a187851210be070d48dabb0102"
HIDDEN_INTERACTION = "5b0fd2a187851210be070d48dabb0103"
TASK = "5b0fd2a187851210be070d48dabb0501"
CASE = "f584a7b23b3d3e10c524c59a04e45a6f"
CLOSED_CASE = "5b0fd2a187851210be070d48dabb0202"
HIDDEN_CASE = "5b0fd2a187851210be070d48dabb0203"
DESK = "0d584509c323120095ccd02422d3ae5b"
VOICE = "da419c1fc312310015519f2974d3ae15"
AWAY = "5b0fd2a187851210be070d48dabb0302"
INSIDE = "5b0fd2a187851210be070d48dabb0303"
NOBODY = "00000000000000000000000000000000"
CONTACT = "ddce70866f9331003b3c498f5d3ee417"
CALLS = "92f8942787851210be070d48dabb35fb"
CHATS = "f3a50867b30303002186a72256a8dcb7"
PRESENCE_AWAY = "9f4e02a187851210be070d48dabb3541"
PRESENCE_AVAILABLE = "9f4e02a187851210be070d48dabb3542"
# The clock of the seed stands at 23:09:46.000.
A_MOMENT_AGO = "2024-04-03T23:09:31.000"
OFFERED = "Manual assignment successfully requested."
TRANSFERRED = "Manual assignment successfully requested"
ACCEPTED = "Work Item accepted can not be assigned"
HELD_BY_DESK = f"Work Item is already assigned to {DESK}"
NOT_AVAILABLE = "Agent is not available"
# How the refusal of an offer time that is written in another way ends.
FORMAT = "must be in the following format: yyyy-MM-dd'T'HH:mm:ss.SSS"
NO_RECORD = {
    "error": {
        "message": "No Record found",
        "detail": "Record doesn't exist or ACL restricts the record retrieval",
    },
    "status": "failure",
}


def path(table: str = "interaction", sys_id: str = INTERACTION) -> str:
    return f"/api/now/awa/documents/{table}/{sys_id}/offer"


def assignment(**terms: Any) -> dict[str, Any]:
    """A new assignment to the desk agent, with the given terms."""
    return {"queue_id": CALLS, "assignment": {"agent_sys_id": DESK, **terms}}


def transfer(**parts: Any) -> dict[str, Any]:
    """A blind transfer to the voice agent, but for the given parts."""
    whole = {
        "source_queue_id": CALLS,
        "target_id": VOICE,
        "target_type": "agent",
        "transfer_type": "blind",
    }
    return {"transfer": {**whole, **parts}}


def offer(
    sandbox: Caller, body: Any, table: str = "interaction", sys_id: str = INTERACTION
) -> Answered:
    return sandbox("POST", path(table, sys_id), body)


def items(sandbox: Caller, table: str = "interaction", sys_id: str = INTERACTION) -> list[Record]:
    return sandbox.instance.store.find("awa_work_item", document_table=table, document_id=sys_id)


def item(sandbox: Caller) -> Record:
    """The one work item of the interaction."""
    [found] = items(sandbox)
    return found


def presence(sandbox: Caller, user: str) -> str:
    record = sandbox.instance.store.read("sys_user", user)
    assert record is not None
    return str(record["presence"])


def later(sandbox: Caller, seconds: float) -> None:
    """Move the clock on."""
    moment = sandbox.instance.now() + timedelta(seconds=seconds)
    sandbox.instance.change("clock", clock.standing(moment))


def refused(answered: Answered, status: int, message: str) -> None:
    """Hold that a response is a refusal in the API's own shape."""
    assert (answered.status, answered.json) == (
        status,
        {"result": {"success": False, "message": message}},
    )
