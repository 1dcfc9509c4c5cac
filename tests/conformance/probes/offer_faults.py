"""Faults of offerWork: bodies that are taken, refused or answered wrongly, where a test says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Fault, Tampering

Body = dict[str, Any]
When = Callable[[Body], bool]

DESK = "0d584509c323120095ccd02422d3ae5b"
VOICE = "da419c1fc312310015519f2974d3ae15"
THIRD = "5b0fd2a187851210be070d48dabb0301"
AWAY = "5b0fd2a187851210be070d48dabb0302"
INSIDE = "5b0fd2a187851210be070d48dabb0303"
CONSUMER = "46d44a23a9fe19810012d100cca80666"
CALLS = "92f8942787851210be070d48dabb35fb"
CHATS = "f3a50867b30303002186a72256a8dcb7"
PRESENCE = "9f4e02a187851210be070d48dabb3541"
PRESENCE_AVAILABLE = "9f4e02a187851210be070d48dabb3542"
# A refusal that no probe can take for one of another cause.
WORDS = "maybe is not a valid boolean value"
BUSY = "Agent is not available"
_JSON = (("Content-Type", "application/json;charset=UTF-8"),)


def always(_: Body) -> bool:
    return True


def terms(body: Body) -> Body:
    """The terms of an assignment; empty where there is none."""
    found = body.get("assignment")
    return found if isinstance(found, dict) else {}


def parts(body: Body) -> Body:
    """The parts of a transfer; empty where there is none."""
    found = body.get("transfer")
    return found if isinstance(found, dict) else {}


def refuses(when: When, *, status: int = 400, message: str = WORDS) -> Fault:
    """Offers that fit are refused."""
    refused = {"result": {"success": False, "message": message}}
    return _answers(when, lambda _: Response(status, _JSON, json.dumps(refused).encode()))


def takes(when: When) -> Fault:
    """Offers that fit are said to be taken."""
    item = {
        "display_name": "Interaction: IMS0000001",
        "sys_id": "a" * 32,
        "document_id": "b" * 32,
        "document_table": "interaction",
        "queue": CALLS,
    }
    done = {"success": True, "message": "Manual assignment successfully requested"}
    taken = {"result": {**done, "work_item": item}}
    return _answers(when, lambda _: Response(200, _JSON, json.dumps(taken).encode()))


def changes(change: Callable[[Body], Any], when: When = always) -> Fault:
    """The results of offers that fit are changed in place."""

    def of_result(body: Body) -> None:
        if "result" in body:
            change(body["result"])

    return _answers(when, lambda response: bed.with_json(response, of_result))


def changes_message(old: str, new: str) -> Fault:
    """A piece of a message is another one."""
    return changes(lambda result: result.update(message=result["message"].replace(old, new)))


def gives_status(old: int, new: int, when: When = always) -> Fault:
    """One status is sent in place of another."""
    return _answers(
        when,
        lambda response: bed.with_status(response, new) if response.status == old else response,
    )


def reads_as(change: Callable[[Body], None]) -> Tampering:
    """The sandbox gets other bodies than were sent, changed in place."""

    def tamper(request: Request) -> Request:
        if not bed.is_of(request, "offerWork"):
            return request
        body = sent(request)
        change(body)
        return replace(request, body=json.dumps(body).encode())

    return tamper


def reads_term_as(name: str, old: Any, new: Any) -> Tampering:
    """The sandbox gets another value of a term where a certain one was sent."""

    def change(body: Body) -> None:
        found = terms(body)
        if found.get(name, ...) == old:
            found[name] = new

    return reads_as(change)


def sent(request: Request) -> Body:
    body: Body = json.loads(request.body)
    return body


def _answers(when: When, response_to: Callable[[Response], Response]) -> Fault:
    def fault(request: Request, response: Response) -> Response:
        hits = bed.is_of(request, "offerWork") and when(sent(request))
        return response_to(response) if hits else response

    return fault
