"""Other ways of being right: what a correct instance may answer in place of the sandbox.

Each changes what stands in a response, or how it travels, within what the contract leaves open. None
of them may make a finding.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from ccaas_kit.faults.blocks import (
    Change,
    always,
    answering,
    as_somebody,
    body,
    both,
    every,
    fields,
    flipped,
    has,
    in_place,
    on,
    page,
    refuses,
    result,
    sent_as,
    served,
    status,
    with_header,
)
from ccaas_kit.faults.contact import variants as contact_variants
from ccaas_kit.faults.fault import Asked, Behave, Fault, header_of, is_json, json_of
from ccaas_kit.faults.offers import variants as offer_variants
from ccaas_kit.sandbox.contract import JSON, XML
from ccaas_kit.sandbox.http.messages import Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.platform import auth

_MAPPINGS = ("getExternalIdMapping", "setExternalIdMapping")
_INTERACTIONS = ("createInteraction", "closeInteraction")
_OFFER = "offerWork"
_AGENT = "setAgentMapping"
_LIST = "listContacts"
# What web servers read of a request's first line, as one was seen to (PLT-016).
_LONGEST_URL = 8190
_CONNECTOR = "28a59893873103002ae97e2526cb0b5d"
_CAPITALS = {"chat": "Chat", "phone": "Phone", "video": "Video", "messaging": "Messaging"}


def _typed(old: str, new: str) -> Behave:
    def change(response: Response) -> Response:
        kind = header_of(response, "content-type")
        return with_header("content-type", kind.replace(old, new))(response) if kind else response

    return answering(change)


def _with_headers(response: Response) -> Response:
    further = {
        "X-Is-Logged-In": "true",
        "X-Transaction-ID": "5f3a",
        "Set-Cookie": "JSESSIONID=1; Path=/; HttpOnly",
        "Strict-Transport-Security": "max-age=63072000",
        "Server-Timing": "wall;dur=12",
        "Cache-Control": "no-cache",
    }
    return Response(response.status, (*response.headers, *further.items()), response.body)


def _rewritten(write: Callable[[Any], str]) -> Behave:
    """The same JSON value in another text."""

    def change(response: Response) -> Response:
        if not is_json(response):
            return response
        return Response(
            response.status, response.headers, write(orjson.loads(response.body)).encode()
        )

    return answering(change)


def _further(value: Any) -> None:
    found = [value, value.get("result")] if isinstance(value, dict) else []
    listed = found[1] if found and isinstance(found[1], list) else []
    for node in (*found, *listed):
        if isinstance(node, dict):
            node["u_further"] = "something else"


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(list(value))}
    return [_reversed(child) for child in value] if isinstance(value, list) else value


def _zipped(response: Response) -> Response:
    if not response.body:
        return response
    return with_header("content-encoding", "gzip")(
        Response(response.status, response.headers, gzip.compress(response.body, mtime=0))
    )


def _slow(response: Response) -> Response:
    time.sleep(0.3)
    return response


def _busy(asked: Asked) -> Response:
    """A call is refused for a second, before it has had any effect."""
    body = asked.instance.contract.example("rateLimitExceededResponse")
    return with_header("Retry-After", "1")(render(429, orjson.dumps(body)))


def _also_in_xml(change: Change) -> Behave:
    """What is served has other values, in JSON and in XML."""

    def behave(asked: Asked) -> Response:
        accepted = asked.request.headers.get("accept", "")
        in_xml = XML in accepted and JSON not in accepted
        response = asked.response(asked.with_headers(accept=JSON) if in_xml else None)
        changed = change(response) if served(asked, response) else response
        if not in_xml:
            return changed
        kept = tuple(pair for pair in response.headers if pair[0].casefold() != "content-type")
        return render(changed.status, changed.body, XML, headers=kept)

    return behave


def _interaction(**values: Any) -> Behave:
    return on(_INTERACTIONS, _also_in_xml(result(fields(**values))))


def _one_of(names: Mapping[str, str]) -> Callable[[Any], Any]:
    return lambda value: names.get(value, value)


def _queue_ignored(record: dict[str, Any]) -> None:
    record["queue"] = ""
    if record.get("state") == "queued":
        record["state"] = "new"


def _queue_found(record: dict[str, Any]) -> None:
    record["queue"] = record.get("queue") or flipped(_CONNECTOR)
    if record.get("state") == "new":
        record["state"] = "queued"


def _queue_sought(asked: Asked) -> Response:
    """A queue is looked up before the interaction is created, unlike INT-014 has it."""
    queue = asked.body.get("queue") if isinstance(asked.body, dict) else None
    if not isinstance(queue, str) or asked.instance.store.exists("awa_queue", queue):
        return asked.response()
    return render(404, orjson.dumps(asked.instance.contract.example("noRecordResponse")))


def _one_role_is_enough(asked: Asked) -> Response:
    """Storing a mapping takes one of its two roles (EXT-001)."""
    response = asked.response()
    if response.status != 403:
        return response
    user = auth.user_of(asked.request, asked.instance)
    needed = asked.instance.contract.by_id[asked.operation].roles
    has_one = user is not None and not user.roles.isdisjoint(needed.names)
    return asked.response(as_somebody(asked)) if has_one else response


def _envelope(change: Callable[[dict[str, Any]], Any]) -> Behave:
    def fix(value: Any) -> None:
        if isinstance(value, dict) and isinstance(value.get("error"), dict):
            change(value["error"])

    return answering(body(fix))


def _told(value: Any) -> str:
    """The message of a refusal, in whichever shape it is."""
    outcome = value.get("result", {})
    error = value.get("error", outcome.get("error", outcome))
    return error if isinstance(error, str) else str(error.get("message") or "Refused")


def _refused_as(shape: Callable[[str], Any], *statuses: int) -> Behave:
    """Refusals in another shape."""
    return answering(body(lambda value: shape(_told(value))), has(*statuses))


def _platform(message: str) -> Any:
    return {"error": {"message": message, "detail": None}, "status": "failure"}


def _with_more(asked: Asked) -> Response:
    """`hasMore` false beside a list that is not full, as all its records are there."""
    response = asked.response()
    if response.status != 200 or not is_json(response):
        return response
    records = json_of(response.body)["result"]
    if records and f"sysparm_limit={len(records)}" in asked.request.query:
        return response
    return body(lambda value: value.update(hasMore=False))(response)


def _unsorted(asked: Asked) -> Response:
    """A whole list without an order comes in another one."""
    response = asked.response()
    whole = "sysparm_limit" not in asked.query and "ORDERBY" not in asked.request.query
    if response.status != 200 or not whole or not is_json(response):
        return response
    return body(lambda value: value["result"].reverse())(response)


def _odd(name: str) -> Callable[[Asked, Response], bool]:
    """Calls that have something else than a sys_id where an id stands in the path."""
    return lambda asked, _response: len(asked.values.get(name, "")) != 32


def _several_mappings(asked: Asked) -> Response:
    """Each mapping has a second one beside it, which has no channel."""
    store = asked.instance.store
    table = asked.instance.contract.by_id[asked.operation].state["creates"]

    def add(record: dict[str, Any]) -> None:
        first = record["mappingIds"][0]
        second = flipped(first)
        with store.transaction():
            if not store.exists(table, second):
                mapping = store.read(table, first) or {}
                beside = {"sys_id": second, "provider_channel_identity": ""}
                store.insert(table, {**mapping, **beside})
        record["mappingIds"].append(second)

    response = asked.response()
    return result(add)(response) if response.status < 300 else response


def _head_as_get(asked: Asked) -> Response:
    if asked.request.method != "HEAD":
        return asked.response()
    response = asked.response(replace(asked.request, method="GET"))
    return Response(response.status, response.headers, b"")


def _newer_401(response: Response) -> Response:
    change = _platform("User is not authenticated")
    return with_header("WWW-Authenticate", 'Basic realm="Service-now"')(
        body(lambda _value: change)(response)
    )


def _variant(name: str, says: str, behave: Behave) -> Fault:
    return Fault(name, says, (), behave)


VARIANTS: tuple[Fault, ...] = (
    _variant("variant-no-charset", "Content-Type has no charset.", _typed(";charset=UTF-8", "")),
    _variant(
        "variant-charset",
        "The charset is written otherwise.",
        _typed(";charset=UTF-8", "; charset=utf-8"),
    ),
    _variant("variant-headers", "Answers have further headers.", answering(_with_headers)),
    _variant("variant-fields", "Answers have further fields.", answering(body(_further))),
    _variant("variant-key-order", "Keys come in another order.", answering(body(_reversed))),
    _variant(
        "variant-pretty",
        "JSON is printed on many lines.",
        _rewritten(lambda value: json.dumps(value, indent=4) + "\n"),
    ),
    _variant(
        "variant-escapes",
        "Letters and slashes are escaped in JSON.",
        _rewritten(lambda value: json.dumps(value).replace("/", "\\/")),
    ),
    _variant(
        "variant-channel-capital",
        "The channel has a capital letter.",
        _interaction(channel=_one_of(_CAPITALS)),
    ),
    _variant(
        "variant-channel-sys-id", "The channel is a sys_id.", _interaction(channel=_CONNECTOR)
    ),
    _variant(
        "variant-state-labels",
        "States are given by their labels.",
        _interaction(state=_one_of({"new": "New", "queued": "Queued"})),
    ),
    _variant(
        "variant-closed-label",
        "The state of a closed interaction is given by its label.",
        _interaction(state=_one_of({"closed_complete": "Closed Complete"})),
    ),
    _variant(
        "variant-queue-left",
        "A closed interaction has left its queue.",
        on(_INTERACTIONS[1], _also_in_xml(result(fields(queue="")))),
    ),
    _variant(
        "variant-queue-found",
        "An interaction without a queue gets one by a rule of the instance.",
        on(_INTERACTIONS, _also_in_xml(result(_queue_found))),
    ),
    _variant(
        "variant-mark-empty",
        "The marks of context and channel metadata say also whether they are empty.",
        _interaction(
            context={"empty": False, "present": True},
            channel_metadata={"empty": False, "present": True},
        ),
    ),
    _variant(
        "variant-mark-empty-alone",
        "The marks of context and channel metadata say only whether they are empty.",
        _interaction(context={"empty": False}, channel_metadata={"empty": False}),
    ),
    _variant(
        "variant-interaction-queue-404",
        "An interaction for a queue that does not exist gets 404.",
        on(_INTERACTIONS[0], _queue_sought),
    ),
    _variant(
        "variant-closed",
        "The state of a closed interaction is closed.",
        _interaction(state=_one_of({"closed_complete": "closed"})),
    ),
    _variant(
        "variant-context-text",
        "The marks of context and channel metadata are text.",
        _interaction(context="present", channel_metadata="present"),
    ),
    _variant(
        "variant-queue-ignored",
        "The queue of an interaction is ignored.",
        on(_INTERACTIONS, _also_in_xml(result(_queue_ignored))),
    ),
    _variant(
        "variant-somebody",
        "Interactions are assigned and opened for somebody.",
        _interaction(assigned_to=flipped(_CONNECTOR), opened_for=flipped(_CONNECTOR)),
    ),
    _variant(
        "variant-detail-null",
        "The detail of an error is null.",
        _envelope(lambda error: error.update(detail=None)),
    ),
    _variant(
        "variant-detail-missing",
        "An error has no detail.",
        _envelope(lambda error: error.pop("detail", None)),
    ),
    _variant(
        "variant-detail-empty",
        "The detail of an error is empty.",
        _envelope(lambda error: error.update(detail="")),
    ),
    _variant(
        "variant-words",
        "Errors are put in other words.",
        _envelope(lambda error: error.update(message="No.")),
    ),
    *offer_variants.VARIANTS,
    _variant(
        "variant-agent-full-stop",
        "The messages of agent mappings end with a full stop.",
        on(_AGENT, answering(result(fields(message=lambda text: f"{text}.")), served)),
    ),
    _variant(
        "variant-agent-envelope",
        "Agents are refused in the platform's envelope.",
        on(_AGENT, _refused_as(_platform, 400)),
    ),
    _variant(
        "variant-agent-status",
        "The status of an agent mapping has a capital letter.",
        on(_AGENT, answering(result(fields(status=lambda text: text.capitalize())))),
    ),
    _variant(
        "variant-agent-several",
        "A call writes several mappings of an agent.",
        on(_AGENT, _several_mappings),
    ),
    _variant(
        "variant-mapping-envelope",
        "Mappings are refused in the platform's envelope.",
        on(_MAPPINGS, _refused_as(_platform, 400, 403, 404)),
    ),
    _variant(
        "variant-mapping-object",
        "The error of a mapping is an object in the result.",
        on(
            _MAPPINGS,
            _refused_as(
                lambda message: {"result": {"error": {"message": message}, "status": "failure"}},
                400,
                403,
                404,
            ),
        ),
    ),
    _variant(
        "variant-mapping-text",
        "The error of a mapping is a text in the result.",
        on(
            _MAPPINGS,
            _refused_as(
                lambda message: {"result": {"error": message, "status": "failure"}}, 400, 403, 404
            ),
        ),
    ),
    _variant(
        "variant-mapping-one-role",
        "One of the two roles is enough to store a mapping.",
        on(_MAPPINGS[1], _one_role_is_enough),
    ),
    _variant(
        "variant-mapping-full-stop",
        "The messages of mappings end with a full stop.",
        on(_MAPPINGS[1], answering(result(fields(message=lambda text: f"{text}.")), served)),
    ),
    _variant(
        "variant-mapping-status",
        "A mapping that is read has a message and a status.",
        on(
            _MAPPINGS[0],
            answering(
                result(
                    lambda record: (
                        record.update(message="Record found", status="success")
                        if "data" in record
                        else None
                    )
                )
            ),
        ),
    ),
    _variant(
        "variant-no-more",
        "Lists do not say whether there is more.",
        on(_LIST, answering(body(lambda value: value.pop("hasMore", None) and None), always)),
    ),
    _variant("variant-more", "Lists say that there is no more.", on(_LIST, _with_more)),
    _variant(
        "variant-contact-400",
        "An id that is no sys_id gets 400 of a contact.",
        on("getContact", answering(status(400), both(has(404), _odd("id")))),
    ),
    _variant(
        "variant-interaction-id-404",
        "An id that is no sys_id gets 404 of an interaction.",
        on("closeInteraction", answering(status(404), both(has(400), _odd("interaction_id")))),
    ),
    _variant(
        "variant-interaction-id-400",
        "An id that is no sys_id gets 400 of an interaction.",
        on("closeInteraction", answering(status(400), both(has(404), _odd("interaction_id")))),
    ),
    _variant(
        "variant-media-type-400",
        "A body of an unknown media type gets 400.",
        answering(status(400), has(415)),
    ),
    _variant(
        "variant-nowhere-404",
        "A URL that leads nowhere gets 404.",
        answering(status(404), both(has(400), lambda asked, _response: not asked.operation)),
    ),
    _variant("variant-head", "HEAD is served where GET is.", _head_as_get),
    _variant(
        "variant-401-words",
        "A 401 has the words and the challenge of a newer release.",
        answering(_newer_401, has(401)),
    ),
    _variant(
        "variant-headers-demanded",
        "Where no page names a default, a missing Accept or Content-Type gets 400.",
        on(
            ("createContact", _AGENT, _MAPPINGS[1]),
            refuses(400, lambda asked: not {"accept", "content-type"} <= {*asked.request.headers}),
        ),
    ),
    _variant(
        "variant-xml-entry",
        "The fields of a body in XML are read below an entry alone.",
        on(
            (*_INTERACTIONS[:1], _OFFER),
            refuses(400, lambda asked: sent_as(XML)(asked) and b"<entry" not in asked.request.body),
        ),
    ),
    _variant(
        "variant-long-url",
        "A URL of more than 8,190 bytes gets 414 with a page of the web server.",
        lambda asked: (
            page(414, "Request-URI Too Long")
            if len(asked.request.path) + len(asked.request.query) > _LONGEST_URL
            else asked.response()
        ),
    ),
    _variant(
        "variant-unsorted", "Lists without an order come in another one.", on(_LIST, _unsorted)
    ),
    *contact_variants.VARIANTS,
    # What is done to the response as a whole comes last, and so outermost.
    _variant(
        "variant-chunked",
        "Bodies travel in pieces.",
        answering(with_header("transfer-encoding", "chunked")),
    ),
    _variant("variant-gzip", "Bodies are compressed.", answering(_zipped)),
    _variant("variant-slow", "Each fiftieth answer takes 300 ms.", answering(_slow, every(50))),
    _variant(
        "variant-busy",
        "Each two-hundredth call is told to come back in a second.",
        in_place(200, _busy),
    ),
)
