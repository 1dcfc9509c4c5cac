"""Answers that a correct instance may give in place of those of the sandbox, one catalogue of them.

Each variant changes what stands in an answer, or how it travels, within what the contract leaves
open. None of them may make a finding.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from scripts.sandbox.messages import Reply, Request
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Fault, Tampering

_CONNECTOR = bed.settings().known["connectors"][0]
_REFUSALS = (400, 403, 404, 409)
_MAPPINGS = ("getExternalIdMapping", "setExternalIdMapping")
_INTERACTIONS = ("createInteraction", "closeInteraction")
_BUSY = "/busy"


@dataclass(frozen=True, slots=True)
class Variant:
    """What stands between the sandbox and the runner: a change of replies, and of requests."""

    fault: Fault
    tamper: Tampering = field(default=lambda request: request)


def together(*variants: Variant) -> Variant:
    """All of them at once, the first one next to the sandbox."""

    def fault(request: Request, reply: Reply) -> Reply:
        for each in variants:
            reply = each.fault(request, reply)
        return reply

    def tamper(request: Request) -> Request:
        for each in variants:
            request = each.tamper(request)
        return request

    return Variant(fault, tamper)


def _of_replies(change: Callable[[Reply], Reply]) -> Variant:
    return Variant(lambda _request, reply: change(reply))


def _of_json(change: Callable[[Any], Any], *operations: str, text: bool = False) -> Variant:
    """A change of JSON bodies, in answers of some operations or of all.

    With `text` it gives the body itself, else a value, or nothing if it has changed the old one.
    """

    def fault(request: Request, reply: Reply) -> Reply:
        if operations and not any(bed.is_of(request, each) for each in operations):
            return reply
        if not _is_json(reply):
            return reply
        if text:
            return Reply(reply.status, reply.headers, change(json.loads(reply.body)).encode())
        return bed.with_json(reply, change)

    return Variant(fault)


def _is_json(reply: Reply) -> bool:
    kinds = [value for name, value in reply.headers if name.lower() == "content-type"]
    return bool(reply.body) and bool(kinds) and kinds[0].startswith("application/json")


def _with_type(old: str, new: str) -> Callable[[Reply], Reply]:
    def change(reply: Reply) -> Reply:
        kinds = [value for name, value in reply.headers if name.lower() == "content-type"]
        return (
            bed.with_header(reply, "Content-Type", kinds[0].replace(old, new)) if kinds else reply
        )

    return change


def _with_headers(reply: Reply) -> Reply:
    further = {
        "X-Is-Logged-In": "true",
        "X-Transaction-ID": "5f3a",
        "Set-Cookie": "JSESSIONID=1; Path=/; HttpOnly",
        "Strict-Transport-Security": "max-age=63072000",
        "Server-Timing": "wall;dur=12",
        "Cache-Control": "no-cache",
    }
    return Reply(reply.status, (*reply.headers, *further.items()), reply.body)


def _with_fields(body: Any) -> None:
    for each in _objects(body):
        each["u_further"] = "something else"


def _objects(value: Any) -> list[dict[str, Any]]:
    """The body itself, its result, and the records in a list."""
    found = [value, value.get("result")] if isinstance(value, dict) else []
    listed = found[1] if found and isinstance(found[1], list) else []
    return [each for each in (*found, *listed) if isinstance(each, dict)]


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(list(value))}
    return [_reversed(each) for each in value] if isinstance(value, list) else value


def _zipped(reply: Reply) -> Reply:
    if not reply.body:
        return reply
    headers = (*reply.headers, ("Content-Encoding", "gzip"))
    return Reply(reply.status, headers, gzip.compress(reply.body))


def _chunked(reply: Reply) -> Reply:
    return bed.with_header(reply, "Transfer-Encoding", "chunked")


def _slow() -> Variant:
    """Every fiftieth answer comes late."""
    number = count(1)

    def change(reply: Reply) -> Reply:
        if next(number) % 50 == 0:
            time.sleep(0.3)
        return reply

    return _of_replies(change)


def _busy(every: int) -> Variant:
    """Now and then a request is refused for a second, before it has had any effect."""
    number = count(1)

    def tamper(request: Request) -> Request:
        if next(number) % every:
            return request
        return Request("GET", _BUSY, "", request.headers, b"", request.method)

    def fault(request: Request, reply: Reply) -> Reply:
        if request.path != _BUSY:
            return reply
        headers = (("Content-Type", "application/json;charset=UTF-8"), ("Retry-After", "1"))
        refusal = {"error": {"message": "Rate limit exceeded", "detail": None}, "status": "failure"}
        return Reply(429, headers, json.dumps(refusal).encode())

    return Variant(fault, tamper)


def _interaction(**fields: Callable[[Any], Any]) -> Variant:
    """Other values of fields of interactions."""

    def change(body: Any) -> None:
        result = body.get("result")
        if isinstance(result, dict):
            for name, other in fields.items():
                if name in result:
                    result[name] = other(result[name])

    return _of_json(change, *_INTERACTIONS)


def _one_of(names: Mapping[str, str]) -> Callable[[Any], Any]:
    return lambda value: names.get(value, value)


def _queue_ignored(body: Any) -> None:
    result = body.get("result")
    if isinstance(result, dict):
        result["queue"] = ""
        if result.get("state") == "queued":
            result["state"] = "new"


def _detail(change: Callable[[dict[str, Any]], Any]) -> Variant:
    def fix(body: Any) -> None:
        if isinstance(body, dict) and isinstance(body.get("error"), dict):
            change(body["error"])

    return _of_json(fix)


def _told(body: Any) -> str:
    """The message of a refusal, in whichever shape it is."""
    result = body.get("result", {})
    error = body.get("error", result.get("error", result))
    return error if isinstance(error, str) else str(error.get("message") or "Refused")


def _refusals(shape: Callable[[str], Any], *operations: str, statuses: tuple[int, ...]) -> Variant:
    """Refusals of some operations in another shape."""

    def fault(request: Request, reply: Reply) -> Reply:
        concerned = any(bed.is_of(request, each) for each in operations)
        if not concerned or reply.status not in statuses or not _is_json(reply):
            return reply
        return bed.with_json(reply, lambda body: shape(_told(body)))

    return Variant(fault)


def _platform(message: str) -> Any:
    return {"error": {"message": message, "detail": None}, "status": "failure"}


def _offer_200(request: Request, reply: Reply) -> Reply:
    """A refusal by the API itself, with the status of a success."""
    if not bed.is_of(request, "offerWork") or reply.status not in _REFUSALS or not _is_json(reply):
        return reply
    refused = "result" in json.loads(reply.body)
    return bed.with_status(reply, 200) if refused else reply


def _success_message(text: str) -> Variant:
    def change(body: Any) -> None:
        result = body.get("result")
        if isinstance(result, dict) and result.get("success") is True:
            result["message"] = text

    return _of_json(change, "offerWork")


def _with_more(request: Request, reply: Reply) -> Reply:
    """`hasMore` false beside a list that is not full, as all its records are there."""
    if not bed.is_of(request, "listContacts") or reply.status != 200 or not _is_json(reply):
        return reply
    records = json.loads(reply.body)["result"]
    full = len(records) >= 1 and f"sysparm_limit={len(records)}" in request.query
    return reply if full else bed.with_json(reply, lambda body: body.update(hasMore=False))


def _without_more(body: Any) -> None:
    body.pop("hasMore", None)


def _other_status(old: int, new: int, operation: str, is_meant: Callable[[str], bool]) -> Variant:
    def fault(request: Request, reply: Reply) -> Reply:
        meant = bed.is_of(request, operation) and is_meant(request.path)
        return bed.with_status(reply, new) if meant and reply.status == old else reply

    return Variant(fault)


def _is_odd_id(path: str) -> bool:
    """Whether the path has a step in the place of an id that is no sys_id."""
    steps = [each for each in path.split("/") if each not in ("close", "")]
    return len(steps[-1]) != 32


def _mapping_status(body: Any) -> None:
    result = body.get("result")
    if isinstance(result, dict) and "data" in result:
        result |= {"message": "Record found", "status": "success"}


def _agent_status(body: Any) -> None:
    result = body.get("result")
    if isinstance(result, dict) and "status" in result:
        result["status"] = result["status"].capitalize()


def _more_ids(body: Any) -> None:
    result = body.get("result")
    if isinstance(result, dict) and "mappingIds" in result:
        first = result["mappingIds"][0]
        result["mappingIds"].append(first[::-1])


def _unsorted(request: Request, reply: Reply) -> Reply:
    """A whole list without an order comes in another one."""
    whole = bed.is_of(request, "listContacts") and "sysparm_limit" not in request.query
    if not whole or reply.status != 200 or "ORDERBY" in request.query or not _is_json(reply):
        return reply
    return bed.with_json(reply, lambda body: body["result"].reverse())


_CAPITALS = {"chat": "Chat", "phone": "Phone", "video": "Video", "messaging": "Messaging"}

VARIANTS: Mapping[str, Callable[[], Variant]] = {
    "as the sandbox has it": lambda: _of_replies(lambda reply: reply),
    "no charset": lambda: _of_replies(_with_type(";charset=UTF-8", "")),
    "charset otherwise": lambda: _of_replies(_with_type(";charset=UTF-8", "; charset=utf-8")),
    "further headers": lambda: _of_replies(_with_headers),
    "further fields": lambda: _of_json(_with_fields),
    "keys in another order": lambda: _of_json(_reversed),
    "pretty-printed": lambda: _of_json(lambda body: json.dumps(body, indent=4) + "\n", text=True),
    "escaped letters": lambda: _of_json(
        lambda body: json.dumps(body, ensure_ascii=True).replace("/", "\\/"), text=True
    ),
    "chunked": lambda: _of_replies(_chunked),
    "gzip": lambda: _of_replies(_zipped),
    "slow": _slow,
    "busy": lambda: _busy(200),
    "no date": lambda: _of_replies(lambda reply: bed.with_header(reply, "Date", "")),
    "channel with a capital": lambda: _interaction(channel=_one_of(_CAPITALS)),
    "channel as a sys_id": lambda: _interaction(channel=lambda _: _CONNECTOR),
    "states as labels": lambda: _interaction(state=_one_of({"new": "New", "queued": "Queued"})),
    "closed": lambda: _interaction(state=_one_of({"closed_complete": "closed"})),
    "context as text": lambda: _interaction(
        context=lambda _: "present", channel_metadata=lambda _: "present"
    ),
    "queue ignored": lambda: _of_json(_queue_ignored, *_INTERACTIONS),
    "assigned and opened for somebody": lambda: _interaction(
        assigned_to=lambda _: _CONNECTOR[::-1], opened_for=lambda _: _CONNECTOR[::-1]
    ),
    "detail null": lambda: _detail(lambda error: error.update(detail=None)),
    "detail missing": lambda: _detail(lambda error: error.pop("detail", None)),
    "detail empty": lambda: _detail(lambda error: error.update(detail="")),
    "other words": lambda: _detail(lambda error: error.update(message="No.")),
    "offer with a full stop": lambda: _success_message("Manual assignment successfully requested."),
    "offer without a full stop": lambda: _success_message(
        "Manual assignment successfully requested"
    ),
    "offer refused by the platform": lambda: _refusals(_platform, "offerWork", statuses=_REFUSALS),
    "offer refused with 200": lambda: Variant(_offer_200),
    "agent refused by the platform": lambda: _refusals(
        _platform, "setAgentMapping", statuses=(400,)
    ),
    "agent status with a capital": lambda: _of_json(_agent_status, "setAgentMapping"),
    "several mappings of an agent": lambda: _of_json(_more_ids, "setAgentMapping"),
    "mapping refused by the platform": lambda: _refusals(
        _platform, *_MAPPINGS, statuses=(400, 403, 404)
    ),
    "mapping refused by itself": lambda: _refusals(
        lambda message: {"result": {"error": {"message": message}, "status": "failure"}},
        *_MAPPINGS,
        statuses=(400, 403, 404),
    ),
    "mapping refused in a word": lambda: _refusals(
        lambda message: {"result": {"error": message, "status": "failure"}},
        *_MAPPINGS,
        statuses=(400, 403, 404),
    ),
    "mapping with a status": lambda: _of_json(_mapping_status, "getExternalIdMapping"),
    "hasMore absent": lambda: _of_json(_without_more, "listContacts"),
    "hasMore present": lambda: Variant(_with_more),
    "400 for an odd contact": lambda: _other_status(404, 400, "getContact", _is_odd_id),
    "404 for an odd interaction": lambda: _other_status(400, 404, "closeInteraction", _is_odd_id),
    "400 for an odd interaction": lambda: _other_status(404, 400, "closeInteraction", _is_odd_id),
    "lists in another order": lambda: Variant(_unsorted),
}
