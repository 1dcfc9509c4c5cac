"""Other ways of being right of AWA Offer Work, within what its page and quirks leave open."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import orjson

from ccaas_kit.faults.blocks import (
    answering,
    body,
    both,
    has,
    is_due,
    on,
    result,
    status,
    within,
)
from ccaas_kit.faults.fault import Asked, Behave, Fault, is_json, json_of
from ccaas_kit.faults.offers.work_items import item_of, part_of
from ccaas_kit.sandbox.http.messages import Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.storage.store import Record

_OFFER = "offerWork"
_ITEMS = "awa_work_item"
_REFUSALS = (400, 403, 404, 409)
# What the agent and the state of a work item are before an assignment takes effect.
_NOBODY = {"assigned_to": "", "state": "queued"}
# Seconds that assignments take in turn.
_FIRST, _SECOND = 0.1, 0.4


def _message(value: Any) -> str:
    """The message of a refusal in the API's own shape; empty if it is none."""
    outcome = value.get("result") if isinstance(value, dict) else None
    return str(outcome.get("message") or "") if isinstance(outcome, dict) else ""


def _in_envelope(message: Callable[[str], tuple[str, str]]) -> Behave:
    """Refusals in the platform's envelope, with the words as message, as detail, or both."""

    def change(value: Any) -> Any:
        text, detail = message(_message(value))
        is_own = bool(_message(value))
        return (
            {"error": {"message": text, "detail": detail}, "status": "failure"} if is_own else None
        )

    return answering(body(change), has(*_REFUSALS))


def _refused_with(number: int, *statuses: int) -> Behave:
    """Refusals by the API itself that had one of the statuses have another one."""

    def is_own(_asked: Asked, response: Response) -> bool:
        return is_json(response) and bool(_message(json_of(response.body)))

    return answering(status(number), both(has(*statuses), is_own))


def _says_of_success(text: str) -> Behave:
    def change(record: dict[str, Any]) -> None:
        if record.get("success") is True:
            record["message"] = text

    return answering(result(change))


def _later(asked: Asked) -> Response:
    """An assignment shows some time after the response; until then the work item is as before."""
    due: list[tuple[float, str, Record]] = asked.kept.setdefault("due", [])
    store, now = asked.instance.store, time.monotonic()
    for entry in [update for update in due if update[0] <= now]:
        due.remove(entry)
        store.update(_ITEMS, entry[1], entry[2])
    if asked.operation != _OFFER:
        return asked.response()
    before = item_of(asked) or _NOBODY
    response = asked.response()
    after = item_of(asked)
    changed = (
        {name: after[name] for name in _NOBODY if after[name] != before[name]} if after else {}
    )
    if after and changed and response.status == 200:
        delay = _SECOND if is_due(asked, 2) else _FIRST
        due.append((now + delay, after["sys_id"], changed))
        store.update(_ITEMS, after["sys_id"], {name: before[name] for name in changed})
    return response


def _same_agent_refused(asked: Asked) -> Response:
    """AWA-039: work is not offered again to the agent who has it."""
    agent, item = part_of(asked, "assignment").get("agent_sys_id"), item_of(asked)
    is_transfer = isinstance(asked.body, dict) and "transfer" in asked.body
    if is_transfer or not item or item["state"] != "offered" or item["assigned_to"] != agent:
        return asked.response()
    refusal = {"success": False, "message": f"Work Item is already assigned to {agent}"}
    return render(409, orjson.dumps({"result": refusal}))


def _consult_stays(asked: Asked) -> Response:
    """AWA-016: during a consult the work stays with the agent who had it."""
    before = item_of(asked)
    response = asked.response()
    if (
        before
        and response.status == 200
        and part_of(asked, "transfer").get("transfer_type") == "consult"
    ):
        kept = {name: before[name] for name in ("assigned_to", "state", "queue")}
        asked.instance.store.update(_ITEMS, before["sys_id"], kept)
    return response


def _other_name(asked: Asked) -> Response:
    """AWA-019: the queue of a response has either of its names."""

    def rename(item: dict[str, Any]) -> None:
        queue = asked.instance.store.read("awa_queue", item["queue"])
        item["queue"] = queue["external_id"] if queue else item["queue"]

    return result(within("work_item", rename))(asked.response())


def _variant(name: str, says: str, behave: Behave) -> Fault:
    return Fault(f"variant-offer-{name}", says, (), on(_OFFER, behave))


VARIANTS: tuple[Fault, ...] = (
    _variant(
        "full-stop",
        "The success of an offer ends with a full stop.",
        _says_of_success("Manual assignment successfully requested."),
    ),
    _variant(
        "no-full-stop",
        "The success of an offer ends without a full stop.",
        _says_of_success("Manual assignment successfully requested"),
    ),
    _variant(
        "envelope",
        "Offers are refused in the platform's envelope.",
        _in_envelope(lambda message: (message, "")),
    ),
    _variant(
        "detail",
        "Offers are refused in the platform's envelope, with the reason in its detail.",
        _in_envelope(lambda message: ("The request failed", message)),
    ),
    _variant("200", "Offers are refused with 200.", _refused_with(200, *_REFUSALS)),
    _variant("500", "Values and callers are refused with 500.", _refused_with(500, 400, 403)),
    _variant("same-agent", "Work is not offered again to who has it.", _same_agent_refused),
    _variant("consult", "During a consult the work stays where it was.", _consult_stays),
    _variant(
        "other-name",
        "The queue comes back by its external identifier.",
        _other_name,
    ),
    # Of every operation, as what is due takes effect with the next call, whichever that is.
    Fault("variant-offer-later", "Who has work shows some time after the answer.", (), _later),
)
