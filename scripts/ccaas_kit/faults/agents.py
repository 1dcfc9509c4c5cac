"""Faults of Agent Mapping."""

from __future__ import annotations

from dataclasses import replace

from ccaas_kit.faults.blocks import (
    answering,
    both,
    calls,
    fields,
    first_of,
    has,
    on,
    reading,
    refuses_body,
    result,
    retrying,
    served,
    status,
    tells_json,
    unwrapped,
)
from ccaas_kit.faults.fault import Asked, Behave, Fault
from ccaas_kit.sandbox.http.messages import Request, Response

_OPERATION = "setAgentMapping"
_TABLE = "external_agent_mapping"


def _knows_both(asked: Asked) -> bool:
    """Whether the ids in the path lead to an agent and to an inbound id."""
    store = asked.instance.store
    return store.exists("sys_user", asked.values["agentId"]) and bool(
        store.find("sys_cs_provider_application", inbound_id=asked.values["inboundId"])
    )


def _at_known(asked: Asked) -> Request | None:
    """The same call with ids of the path that are known."""
    store = asked.instance.store
    agent, inbound = asked.values["agentId"], asked.values["inboundId"]
    known = store.find("sys_user")[0]["sys_id"]
    channel = store.find("sys_cs_provider_application")[0]["inbound_id"]
    path = asked.request.path
    if not store.exists("sys_user", agent):
        path = path.replace(f"/agent/{agent}/", f"/agent/{known}/")
    if not store.find("sys_cs_provider_application", inbound_id=inbound):
        path = path.replace(f"/inboundId/{inbound}", f"/inboundId/{channel}")
    return replace(asked.request, path=path)


def _forgetting(asked: Asked) -> Response:
    """The mappings of an agent who signs out are deleted."""
    response = asked.response()
    if _signs_out(asked, response):
        store = asked.instance.store
        with store.transaction():
            for mapping in store.find(_TABLE, agent=asked.values["agentId"]):
                store.delete(_TABLE, mapping["sys_id"])
    return response


def _takes_any_record(asked: Asked) -> Request:
    """Whatever has a sys_id is an agent."""
    agent, store = asked.values["agentId"], asked.instance.store
    elsewhere = any(store.exists(table.name, agent) for table in store.tables)
    if store.exists("sys_user", agent) or not elsewhere:
        return asked.request
    known = store.find("sys_user")[0]["sys_id"]
    path = asked.request.path.replace(f"/agent/{agent}/", f"/agent/{known}/")
    return replace(asked.request, path=path)


def _signs_out(asked: Asked, response: Response) -> bool:
    sent = asked.body
    flag = sent.get("active") if isinstance(sent, dict) else None
    return response.status < 300 and str(flag).lower() == "false"


def _knows_neither(asked: Asked, response: Response) -> bool:
    store = asked.instance.store
    inbound = asked.values["inboundId"]
    return (
        response.status == 400
        and not store.exists("sys_user", asked.values["agentId"])
        and not store.find("sys_cs_provider_application", inbound_id=inbound)
    )


def _fails_on_long(asked: Asked) -> Response:
    response = asked.response()
    body = asked.body
    text = body.get("external_agent_id") if isinstance(body, dict) else None
    is_long = isinstance(text, str) and len(text) > 60
    return status(500)(response) if is_long and response.status < 300 else response


def _fault(name: str, says: str, breaks: str, behave: Behave) -> Fault:
    return Fault(f"agent-mapping-{name}", says, tuple(breaks.split()), on(_OPERATION, behave))


FAULTS: tuple[Fault, ...] = (
    _fault(
        "ids-dashed",
        "The sys_ids of mappingIds are written as UUIDs.",
        "AGT-PUT-37",
        answering(
            result(fields(mappingIds=lambda ids: [f"{sys_id[:8]}-{sys_id[8:]}" for sys_id in ids])),
            served,
        ),
    ),
    _fault(
        "inserted-twice",
        "An update says that the record was inserted.",
        "AGT-PUT-41",
        answering(
            result(fields(message=lambda text: text.replace("updated", "inserted"))), has(200)
        ),
    ),
    _fault(
        "unknown-agent",
        "An agent id that no user has is taken.",
        "AGT-PUT-15 AGT-PUT-S400 AGT-PUT-14",
        retrying(_at_known, both(has(400), calls(lambda asked: not _knows_both(asked)))),
    ),
    _fault(
        "unknown-id-404",
        "Ids that lead nowhere are answered with 404.",
        "AGT-PUT-15 AGT-PUT-17 AGT-PUT-S400 AGT-PUT-50",
        answering(status(404), both(has(400), lambda asked, _: not _knows_both(asked))),
    ),
    _fault(
        "any-record",
        "A record of any table is taken for an agent.",
        "AGT-PUT-15",
        reading(_takes_any_record),
    ),
    _fault(
        "both-unknown-404",
        "Two ids of which nothing has either are answered with 404.",
        "AGT-PUT-S400",
        answering(status(404), _knows_neither),
    ),
    _fault(
        "sign-out-deletes-in-words",
        "The message of a sign-out says that the mapping was deleted.",
        "AGT-PUT-41",
        answering(result(fields(message="Agent Id mapping record deleted")), _signs_out),
    ),
    _fault(
        "new-signed-out-refused",
        "A new mapping of an agent who is signed out is refused.",
        "AGT-PUT-19 AGT-PUT-20",
        answering(
            status(400),
            lambda asked, response: _signs_out(asked, response) and response.status == 201,
        ),
    ),
    _fault(
        "sign-out-forgets",
        "An agent who signs out is forgotten.",
        "AGT-PUT-26 AGT-PUT-05 AGT-PUT-S200",
        _forgetting,
    ),
    _fault(
        "always-new",
        "Each call makes a new mapping.",
        "AGT-PUT-05 AGT-PUT-S200 AGT-PUT-S201",
        answering(
            lambda response: result(
                fields(mappingIds=lambda ids: [sys_id[::-1] for sys_id in ids])
            )(status(201)(response)),
            has(200),
        ),
    ),
    _fault(
        "stale-answer",
        "Every call for an agent gets the answer of the first one.",
        "AGT-PUT-05 AGT-PUT-41 AGT-PUT-S200 AGT-PUT-S201",
        first_of(lambda asked: asked.values["agentId"]),
    ),
    _fault(
        "letters-refused",
        "An external id with letters beyond ASCII is refused.",
        "AGT-PUT-01",
        refuses_body(
            400,
            lambda body: (
                isinstance(body.get("external_agent_id"), str)
                and not body["external_agent_id"].isascii()
            ),
        ),
    ),
    _fault(
        "long-id-500",
        "A long external id makes the instance fail.",
        "AGT-PUT-51 AGT-PUT-01 AGT-PUT-07 AGT-PUT-47",
        _fails_on_long,
    ),
    _fault(
        "result-bare",
        "The answer is not within result.",
        "AGT-PUT-35 AGT-PUT-37 AGT-PUT-39 AGT-PUT-42 AGT-PUT-S200 AGT-PUT-S201",
        answering(unwrapped, served),
    ),
    _fault(
        "nothing-told",
        "A mapping that was written is answered with an empty object.",
        "AGT-PUT-35 AGT-PUT-S200 AGT-PUT-S201",
        answering(tells_json({}), served),
    ),
)
