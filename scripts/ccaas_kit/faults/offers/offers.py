"""Faults of AWA Offer Work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ccaas_kit.faults.blocks import (
    answering,
    body,
    clause_ids,
    fields,
    flipped,
    has,
    on,
    reading_body,
    refuses,
    refuses_body,
    result,
    served,
    status,
    tells_json,
    unwrapped,
    within,
    without,
)
from ccaas_kit.faults.fault import Asked, Behave, Fault, json_of
from ccaas_kit.sandbox.http.messages import Response
from ccaas_kit.sandbox.instance.clock import parse

_OPERATION = "offerWork"
Terms = dict[str, Any]


def _terms(change: Callable[[Terms], Any]) -> Behave:
    """The instance gets other terms of an assignment than were sent."""
    return reading_body(within("assignment", change))


def _told(test: Callable[[str], bool], change: Callable[[Asked, Response], Response]) -> Behave:
    """Refusals are changed whose message passes a test."""

    def behave(asked: Asked) -> Response:
        response = asked.response()
        found = json_of(response.body)
        outcome = found.get("result") if isinstance(found, dict) else None
        message = outcome.get("message") if isinstance(outcome, dict) else None
        return change(asked, response) if isinstance(message, str) and test(message) else response

    return behave


def _flag(values: tuple[str, ...], other: str) -> Behave:
    """Some texts of enable_auto_assign mean the other thing."""

    def change(terms: Terms) -> None:
        if terms.get("enable_auto_assign") in values:
            terms["enable_auto_assign"] = other

    return _terms(change)


def _flat(found: dict[str, Any]) -> None:
    """The parts of a transfer count as one without their object."""
    if "transfer" not in found and "target_id" in found:
        found["transfer"] = {**found}


def _with_work(asked: Asked, response: Response) -> Response:
    item = {"work_item": {"sys_id": flipped(asked.values["document_sys_id"])}}
    return result(lambda found: found.update(item))(response)


def taken(asked: Asked, _: Response) -> Response:
    """An offer that cannot be taken is said to be."""
    body_of = asked.body if isinstance(asked.body, dict) else {}
    queue = body_of.get("queue_id") or (body_of.get("transfer") or {}).get("source_queue_id")
    item = {
        "display_name": "Interaction: IMS0000221",
        "sys_id": flipped(asked.values["document_sys_id"]),
        "document_id": asked.values["document_sys_id"],
        "document_table": asked.values["document_table"],
        "queue": queue if isinstance(queue, str) else "92f8942787851210be070d48dabb35fb",
    }
    done = asked.instance.contract.example("offerWorkOfferedResponse")["result"]
    return tells_json({"result": {**done, "work_item": item}})(asked.response())


def _takes(*pieces: str) -> Behave:
    """Offers are taken that are refused with one of these pieces of a message."""
    return _told(lambda message: any(piece in message for piece in pieces), taken)


def _later(text: Any) -> Any:
    """An hour later, as a clock east of Greenwich reads a time without a zone."""
    try:
        moment = parse(text) + timedelta(hours=1)
    except Exception:  # noqa: BLE001  # what is no time stays what it is
        return text
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000")


def _another_item(asked: Asked) -> Response:
    """A transfer makes a work item of its own."""
    response = asked.response()
    found = asked.body
    if not (isinstance(found, dict) and "transfer" in found and served(asked, response)):
        return response
    asked.kept["items"] = asked.kept.get("items", 0) + 1
    return result(within("work_item", fields(sys_id=f"{asked.kept['items']:032x}")))(response)


def _assignment_first(found: Terms) -> None:
    if "assignment" in found and "queue_id" in found:
        found.pop("transfer", None)


def _needs_queue(found: Terms) -> bool:
    return "transfer" in found and "queue_id" not in found


def _first_agent(asked: Asked) -> Any:
    """Everything is offered to the agent who got the first offer."""
    found = asked.body
    terms = found.get("assignment") if isinstance(found, dict) else None
    if not isinstance(terms, dict) or not isinstance(terms.get("agent_sys_id"), str):
        return asked.response()
    first = asked.kept.setdefault("agent", terms["agent_sys_id"])
    if not asked.instance.store.exists("sys_user", terms["agent_sys_id"]):
        return asked.response()
    changed = {**found, "assignment": {**terms, "agent_sys_id": first}}
    return asked.response(asked.with_body(changed))


def _unknown_agent(asked: Asked) -> Response:
    response = asked.response()
    found = asked.body
    terms = found.get("assignment") if isinstance(found, dict) else None
    agent = terms.get("agent_sys_id") if isinstance(terms, dict) else None
    if not isinstance(agent, str) or len(agent) != 32 or response.status < 400:
        return response
    return response if asked.instance.store.exists("sys_user", agent) else taken(asked, response)


def _names_no_agent(assignment: Any) -> bool:
    return isinstance(assignment, dict) and "agent_sys_id" not in assignment


def _fault(name: str, says: str, breaks: str, behave: Behave) -> Fault:
    ids = clause_ids("AWA", breaks)
    return Fault(f"offer-{name}", says, ids, on(_OPERATION, behave))


FAULTS: tuple[Fault, ...] = (
    _fault(
        "transfer-demanded",
        "Without a transfer in its body a call is refused: nothing is assigned for the first time.",
        "OFFER-07",
        refuses_body(400, lambda body: "transfer" not in body),
    ),
    _fault(
        "agent-beside-transfer",
        "An assignment beside a transfer has to name an agent, though the transfer names who gets the work.",
        "OFFER-69 OFFER-71",
        refuses_body(
            400, lambda body: "transfer" in body and _names_no_agent(body.get("assignment"))
        ),
    ),
    _fault(
        "201",
        "A new work item is answered with 201.",
        "OFFER-93 OFFER-S200 OFFER-140",
        answering(status(201), has(200)),
    ),
    _fault(
        "other-display-name",
        "The work item is called by its sys_id.",
        "OFFER-123",
        answering(
            result(within("work_item", lambda item: item.update(display_name=item["sys_id"]))),
            served,
        ),
    ),
    _fault(
        "away-agent",
        "Work is offered to an agent who is not available.",
        "OFFER-35 OFFER-103 OFFER-119",
        _takes("is not available"),
    ),
    _fault(
        "away-transfer",
        "A blind transfer to an agent who is not available succeeds.",
        "OFFER-101",
        _takes("blind transfer"),
    ),
    _fault(
        "plain-user",
        "Work is offered to a user without the role awa_agent.",
        "OFFER-12 OFFER-100",
        _takes("is not a valid agent"),
    ),
    _fault(
        "inside-agent",
        "Work is offered to an agent without the role awa_external_user.",
        "OFFER-13 OFFER-111",
        _takes("'awa_external_user'"),
    ),
    _fault("negative-timeout", "A negative timeout is taken.", "OFFER-104", _takes("negative")),
    _fault(
        "future-offer",
        "An offer made in the future is taken.",
        "OFFER-107",
        _takes("before the current time"),
    ),
    _fault(
        "late-offer",
        "An offer that has run out is taken.",
        "OFFER-108 OFFER-51 OFFER-56",
        _takes("after the current time"),
    ),
    _fault(
        "any-presence",
        "Any presence state is taken.",
        "OFFER-105 OFFER-32 OFFER-28",
        _takes("valid presence state"),
    ),
    _fault(
        "inactive-document",
        "A document that is not active is offered.",
        "OFFER-112",
        _takes("Document is not active"),
    ),
    _fault(
        "accepted-again", "Accepted work is offered again.", "OFFER-99", _takes("accepted can not")
    ),
    _fault(
        "assigned-again", "Assigned work is offered again.", "OFFER-102", _takes("already assigned")
    ),
    _fault(
        "refused-as-success",
        "A refusal says success true.",
        "OFFER-118 OFFER-116 OFFER-119",
        answering(result(fields(success=True)), has(400, 403, 404, 409)),
    ),
    _fault(
        "time-in-local-zone",
        "The offer time is read in another time zone.",
        "OFFER-50 OFFER-49 OFFER-51 OFFER-132",
        _terms(fields(offered_on=_later)),
    ),
    _fault(
        "timeout-in-milliseconds",
        "The timeout counts milliseconds.",
        "OFFER-56 OFFER-51 OFFER-132 OFFER-49 OFFER-50",
        _terms(
            fields(
                timeout=lambda value: (
                    value / 1000
                    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0
                    else value
                )
            )
        ),
    ),
    _fault(
        "timeout-ignored",
        "The timeout has no effect.",
        "OFFER-51 OFFER-56 OFFER-108 OFFER-104",
        _terms(without("timeout")),
    ),
    _fault(
        "time-without-timeout",
        "The offer time counts without a timeout.",
        "OFFER-53",
        _terms(lambda terms: terms.setdefault("timeout", 30) if "offered_on" in terms else None),
    ),
    _fault(
        "presence-without-timeout",
        "A presence state is refused without a timeout.",
        "OFFER-30",
        refuses_body(
            400,
            lambda found: (
                isinstance(found.get("assignment"), dict)
                and "after_timeout_presence" in found["assignment"]
                and "timeout" not in found["assignment"]
            ),
        ),
    ),
    _fault(
        "assignment-wins",
        "A body with transfer and assignment is an assignment.",
        "OFFER-69 OFFER-08 OFFER-76",
        reading_body(_assignment_first),
    ),
    _fault(
        "transfer-needs-queue",
        "A transfer is refused without queue_id.",
        "OFFER-70 OFFER-08",
        refuses_body(400, _needs_queue),
    ),
    _fault("another-item", "A transfer makes another work item.", "OFFER-76", _another_item),
    _fault(
        "task-refused",
        "A task cannot be offered.",
        "OFFER-11",
        refuses(404, lambda asked: asked.values["document_table"] == "task", example="noRecord"),
    ),
    _fault(
        "first-agent",
        "All work goes to the agent of the first offer.",
        "API-02 OFFER-134 OFFER-102",
        _first_agent,
    ),
    _fault(
        "card-only-always",
        "A display option beside automatic assignment is refused.",
        "OFFER-41 OFFER-44",
        refuses_body(
            400,
            lambda found: (
                isinstance(found.get("assignment"), dict)
                and "display_option" in found["assignment"]
            ),
        ),
    ),
    _fault(
        "yes-waits",
        "yes and 1 as enable_auto_assign leave the work to the agent.",
        "OFFER-46",
        _flag(("yes", "1"), "false"),
    ),
    _fault(
        "no-accepts",
        "no and 0 as enable_auto_assign accept the work.",
        "OFFER-47",
        _flag(("no", "0"), "true"),
    ),
    _fault(
        "flat-transfer",
        "The parts of a transfer are taken without their object.",
        "OFFER-67",
        reading_body(_flat),
    ),
    _fault(
        "refusal-with-work",
        "A refusal has a work item.",
        "OFFER-121",
        _told(
            lambda _: True,
            lambda asked, response: (
                _with_work(asked, response) if response.status >= 400 else response
            ),
        ),
    ),
    _fault(
        "bare",
        "The answer is not within result.",
        "OFFER-94 OFFER-S200",
        answering(unwrapped, served),
    ),
    _fault(
        "item-as-list",
        "The work item is the one entry of a list.",
        "OFFER-120 OFFER-116",
        answering(
            body(
                lambda found: {
                    "result": {**found["result"], "work_item": [found["result"].get("work_item")]}
                }
            ),
            served,
        ),
    ),
    _fault(
        "unknown-agent-taken",
        "Work is offered to a user who does not exist.",
        "OFFER-34",
        _unknown_agent,
    ),
)
