"""Faults of AWA Offer Work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ccaas_kit.faults.blocks import (
    answering,
    body,
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
from ccaas_kit.sandbox.contract import XML
from ccaas_kit.sandbox.http.messages import Reply
from ccaas_kit.sandbox.instance.clock import parse
from ccaas_kit.sandbox.platform import auth

_OPERATION = "offerWork"
_FLAGS = ("allowed_to_decline", "enable_auto_assign")
Terms = dict[str, Any]


def _terms(change: Callable[[Terms], Any]) -> Behave:
    """The instance gets other terms of an assignment than were sent."""
    return reading_body(within("assignment", change))


def _told(test: Callable[[str], bool], change: Callable[[Asked, Reply], Reply]) -> Behave:
    """Refusals are changed whose message passes a test."""

    def behave(asked: Asked) -> Reply:
        reply = asked.reply()
        found = json_of(reply.body)
        outcome = found.get("result") if isinstance(found, dict) else None
        message = outcome.get("message") if isinstance(outcome, dict) else None
        return change(asked, reply) if isinstance(message, str) and test(message) else reply

    return behave


def taken(asked: Asked, _: Reply) -> Reply:
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
    return tells_json({"result": {**done, "work_item": item}})(asked.reply())


def _takes(*pieces: str) -> Behave:
    """Offers are taken that are refused with one of these pieces of a message."""
    return _told(lambda message: any(piece in message for piece in pieces), taken)


def _says(piece: str, other: str) -> Behave:
    """A message with this piece is another one."""

    def change(_: Asked, reply: Reply) -> Reply:
        return result(fields(message=other))(reply)

    return _told(lambda message: piece in message, change)


def _item(**values: Any) -> Behave:
    return answering(result(within("work_item", fields(**values))), served)


def _later(text: Any) -> Any:
    """An hour later, as a clock east of Greenwich reads a time without a zone."""
    try:
        moment = parse(text) + timedelta(hours=1)
    except Exception:  # noqa: BLE001  # what is no time stays what it is
        return text
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000")


def _another_item(asked: Asked) -> Reply:
    """A transfer makes a work item of its own."""
    reply = asked.reply()
    found = asked.body
    if not (isinstance(found, dict) and "transfer" in found and served(asked, reply)):
        return reply
    asked.kept["items"] = asked.kept.get("items", 0) + 1
    return result(within("work_item", fields(sys_id=f"{asked.kept['items']:032x}")))(reply)


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
        return asked.reply()
    first = asked.kept.setdefault("agent", terms["agent_sys_id"])
    if not asked.instance.store.exists("sys_user", terms["agent_sys_id"]):
        return asked.reply()
    changed = {**found, "assignment": {**terms, "agent_sys_id": first}}
    return asked.reply(asked.with_body(changed))


def _has_flag(value: Any) -> Callable[[Terms], bool]:
    return lambda found: any(
        (found.get("assignment") or {}).get(name) == value
        for name in _FLAGS
        if isinstance(found.get("assignment"), dict)
    )


def _external(found: Terms) -> bool:
    queue = found.get("queue_id")
    return isinstance(queue, str) and len(queue) != 32


def _is_named(asked: Asked, name: str) -> bool:
    """Whether a user of a name has sent the request."""
    user = auth.user_of(asked.request, asked.instance)
    return user is not None and user.user_name == name


def _unknown_agent(asked: Asked) -> Reply:
    reply = asked.reply()
    found = asked.body
    terms = found.get("assignment") if isinstance(found, dict) else None
    agent = terms.get("agent_sys_id") if isinstance(terms, dict) else None
    if not isinstance(agent, str) or len(agent) != 32 or reply.status < 400:
        return reply
    return reply if asked.instance.store.exists("sys_user", agent) else taken(asked, reply)


def _fault(name: str, says: str, breaks: str, behave: Behave) -> Fault:
    ids = tuple(f"AWA-{each}" if each[0] != "@" else each for each in breaks.split())
    return Fault(f"offer-{name}", says, ids, on(_OPERATION, behave))


FAULTS: tuple[Fault, ...] = (
    _fault(
        "201",
        "A new work item is answered with 201.",
        "OFFER-93 OFFER-S200 OFFER-140",
        answering(status(201), has(200)),
    ),
    _fault(
        "success-as-text",
        "success is text.",
        "OFFER-117 OFFER-135 OFFER-116 OFFER-118",
        answering(result(fields(success=lambda value: str(value).lower()))),
    ),
    _fault(
        "without-work-item",
        "The answer lacks the work item.",
        "OFFER-120 OFFER-116",
        answering(result(without("work_item")), served),
    ),
    _fault(
        "other-document",
        "The work item names another document.",
        "OFFER-125",
        _item(document_id=flipped),
    ),
    _fault(
        "other-table",
        "The work item names another table.",
        "OFFER-127",
        _item(document_table="sc_task"),
    ),
    _fault("other-queue", "The work item is in another queue.", "OFFER-129", _item(queue=flipped)),
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
        "message-ok",
        "A success has the message OK.",
        "OFFER-97 OFFER-96 OFFER-114",
        answering(result(fields(message="OK")), served),
    ),
    _fault(
        "without-message",
        "The answer lacks its message.",
        "OFFER-96 OFFER-97 OFFER-115 OFFER-116",
        answering(result(without("message"))),
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
        "any-time-form",
        "An offer time of another form is taken.",
        "OFFER-106 OFFER-49",
        _takes("in the following format"),
    ),
    _fault(
        "any-display-option",
        "Any display option is taken.",
        "OFFER-109 OFFER-41",
        _takes("valid display option"),
    ),
    _fault(
        "any-flag",
        "Any value of a flag is taken.",
        "OFFER-110 OFFER-36 OFFER-45",
        _takes("valid boolean value"),
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
        "negative-timeout-words",
        "The refusal of a negative timeout has words of its own.",
        "OFFER-104 OFFER-96 OFFER-115",
        _says("negative", "Bad timeout"),
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
        "text-flags-refused",
        "Flags are refused as text.",
        "OFFER-133 OFFER-113 OFFER-132",
        refuses_body(400, lambda found: _has_flag("true")(found) or _has_flag("false")(found)),
    ),
    _fault(
        "yes-refused", "The flag yes is refused.", "OFFER-113", refuses_body(400, _has_flag("yes"))
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
    _fault(
        "queue-optional",
        "An assignment without queue_id is taken.",
        "OFFER-62",
        reading_body(
            lambda found: (
                found.setdefault("queue_id", "92f8942787851210be070d48dabb35fb")
                if "assignment" in found
                else None
            )
        ),
    ),
    _fault(
        "agent-optional",
        "An assignment without an agent is taken.",
        "OFFER-33",
        _terms(lambda terms: terms.setdefault("agent_sys_id", "0d584509c323120095ccd02422d3ae5b")),
    ),
    _fault(
        "target-type-optional",
        "A transfer without target_type is taken.",
        "OFFER-81",
        reading_body(within("transfer", lambda parts: parts.setdefault("target_type", "queue"))),
    ),
    _fault("another-item", "A transfer makes another work item.", "OFFER-76", _another_item),
    _fault(
        "external-queue-refused",
        "A queue is not found by its external identifier.",
        "OFFER-65",
        refuses_body(404, _external),
    ),
    _fault(
        "task-refused",
        "A task cannot be offered.",
        "OFFER-11",
        refuses(404, lambda asked: asked.values["document_table"] == "task", example="noRecord"),
    ),
    _fault(
        "consult-refused",
        "A transfer of the type consult is refused.",
        "OFFER-84",
        refuses_body(
            400,
            lambda found: (
                isinstance(found.get("transfer"), dict)
                and found["transfer"].get("transfer_type") == "consult"
            ),
        ),
    ),
    _fault(
        "manager-refused",
        "The role awa_manager is not enough.",
        "OFFER-03",
        refuses(403, lambda asked: _is_named(asked, "awa_manager"), example="notAuthorized"),
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
        "xml-not-read",
        "A body in XML is refused.",
        "OFFER-89",
        refuses(
            415,
            lambda asked: XML in asked.request.headers.get("content-type", ""),
            example="contentTypeNotSupported",
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
