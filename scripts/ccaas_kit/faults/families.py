"""Faults that each operation can have: who may call it, how it refuses, and under which URL it answers."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from ccaas_kit.faults.blocks import (
    anonymous,
    answering,
    any_password,
    as_somebody,
    has,
    html,
    on,
    refused,
    retrying,
    status,
    without_header,
)
from ccaas_kit.faults.fault import Asked, Behave, Fault
from ccaas_kit.sandbox.http.messages import Reply
from ccaas_kit.sandbox.http.replies import render

# How faults of an operation are called, and with what the ids of its clauses begin.
_OPERATIONS = {
    "setAgentMapping": ("agent-mapping", "AGT-PUT"),
    "getExternalIdMapping": ("mapping-read", "EXT-GET"),
    "setExternalIdMapping": ("mapping-write", "EXT-PUT"),
    "createInteraction": ("interaction-create", "INT-CREATE"),
    "closeInteraction": ("interaction-close", "INT-CLOSE"),
    "offerWork": ("offer", "AWA-OFFER"),
    "listContacts": ("contact-list", "CON-LIST"),
    "createContact": ("contact-create", "CON-CREATE"),
    "getContact": ("contact-read", "CON-GET"),
}
# The clause that wants a challenge with a 401.
_CHALLENGE = {
    "setAgentMapping": "AGT-PUT-46",
    "getExternalIdMapping": "EXT-GET-40",
    "setExternalIdMapping": "EXT-PUT-55",
    "createInteraction": "INT-CREATE-80",
    "closeInteraction": "INT-CLOSE-55",
    "offerWork": "AWA-OFFER-137",
    "listContacts": "CON-LIST-234",
    "createContact": "CON-CREATE-164",
    "getContact": "CON-GET-162",
}
_VERSIONED = {
    "createInteraction",
    "closeInteraction",
    "offerWork",
    "listContacts",
    "createContact",
    "getContact",
}


def _without_version(asked: Asked) -> Reply:
    if "api_version" not in asked.values:
        return asked.reply()
    return render(400, orjson.dumps(asked.instance.contract.example("unknownResourceResponse")))


def _family(operation: str) -> Iterator[Fault]:
    name, clauses = _OPERATIONS[operation]

    def fault(ending: str, says: str, breaks: str, behave: Behave) -> Fault:
        ids = tuple(breaks.format(op=operation, id=clauses).split())
        return Fault(f"{name}-{ending}", says, ids, on(operation, behave))

    yield fault(
        "anonymous",
        "A call without credentials is served.",
        "@ignored_auth:{op} @nobody-refused:{op} {id}-S401",
        retrying(anonymous, has(401)),
    )
    yield fault(
        "any-password",
        "A wrong password is taken.",
        "@ignored_auth:{op} @wrong-password-refused:{op} @stranger-refused:{op} {id}-S401",
        retrying(any_password, has(401)),
    )
    yield fault(
        "any-role",
        "A caller who lacks the role is served.",
        "@without-roles-403:{op} @without-roles-refused:{op} {id}-S403",
        retrying(as_somebody, has(403)),
    )
    yield fault(
        "refusals-as-500",
        "What is wrong with a request is answered with 500.",
        "@not_a_server_error:{op} {id}-S400 {id}-S404",
        answering(status(500), has(400, 404, 409)),
    )
    yield fault(
        "refusals-as-pages",
        "Refusals are HTML pages.",
        "@content_type_conformance:{op} {id}-S400 {id}-S401 {id}-S404",
        _paged,
    )
    yield fault(
        "no-challenge",
        "A 401 has no WWW-Authenticate.",
        f"{_CHALLENGE[operation]} @response_headers_conformance:{{op}} @basic-challenge:{{op}} "
        "{id}-S401",
        answering(without_header("www-authenticate"), has(401)),
    )
    if operation in _VERSIONED:
        yield fault(
            "without-version",
            "The URL that names a version leads nowhere.",
            "@same-at-both-urls:{op} @listed-versions:{op}",
            _without_version,
        )


def _paged(asked: Asked) -> Reply:
    reply = asked.reply()
    return html(reply.status, "Refused")(reply) if refused(asked, reply) else reply


FAULTS: tuple[Fault, ...] = tuple(
    fault for operation in _OPERATIONS for fault in _family(operation)
)
