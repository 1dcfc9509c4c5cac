"""One valid call of each operation, for probes that look at what every operation has to do.

Calls that write do so to records of their own: a fresh interaction, a fresh contact. Where the
profile admits no writing, calls that read use the records that the target is known to have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from ccaas_kit.contract import pointers
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.gateway.ask import ABSENT, JSON, XML
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError, ViolationError
from ccaas_kit.gateway.users import OWN
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import xml_bodies
from ccaas_kit.probes.probing import Probing, prepared, require, shown

NAME = "Conformance Probe"


@dataclass(frozen=True, slots=True)
class ValidCall:
    """What a request of an operation has to hold so that a correct instance serves it."""

    operation: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Any = ABSENT


def of(probing: Probing, operation: str) -> ValidCall:
    """A valid call that nobody has sent yet.

    Raises:
        DocumentError: nobody has written down one for this operation.
        InconclusiveError: the records that it needs could not be made.
        BlockedError: the profile, the budget or the config does not admit it.
    """
    if operation not in CALLS:
        raise DocumentError(
            f"there is no valid call of '{operation}'", fix="Add one to probes/valid_calls.py"
        )
    return CALLS[operation](probing)


def unspent(probing: Probing, operation: str) -> ValidCall:
    """A valid call to make requests of that are to be refused; the same one each time."""
    return probing.once(f"a valid {operation} to spoil", lambda: of(probing, operation))


def bodies(probing: Probing, operation: str) -> list[Any]:
    """A valid body of each form that an operation has."""

    def make() -> list[Any]:
        further = FORMS[operation](probing) if operation in FORMS else []
        return [unspent(probing, operation).body, *further]

    return probing.once(f"bodies of {operation}", make)


def send(
    probing: Probing,
    call: ValidCall,
    *,
    media: str | None = JSON,
    accept: str | None = JSON,
    raw: bytes | None = None,
    body: Any = None,
    user: str = OWN,
    version: str | None = None,
    positive: bool = True,
) -> Exchange:
    """The exchange of a call, varied as the keywords say; `raw` and `body` replace its body."""
    return probing.call(
        call.operation,
        path=call.path,
        query=call.query,
        body=call.body if body is None else body,
        raw=raw,
        media=media,
        accept=accept,
        user=user,
        version=version,
        positive=positive,
    )


def baseline(probing: Probing, operation: str) -> Exchange:
    """The exchange of a valid call in JSON, sent once and served.

    Raises:
        InconclusiveError: it was not served, so that variations of it would show nothing.
    """
    return probing.once(
        f"a served {operation}",
        lambda: require_served(send(probing, of(probing, operation))),
    )


def is_served(exchange: Exchange) -> bool:
    """Whether a call had effect; an API can also say in a 200 that it had none."""
    response = exchange.response
    if response is None or not 200 <= response.status < 300:
        return False
    if response.media_type == XML:
        try:
            found = dict(xml_bodies.values(xml_bodies.read(exchange)))
        except ViolationError:
            return True
        return found.get("/result/success") != "false"
    try:
        body = response.json()
    except ValueError:
        return True
    result = body.get("result") if isinstance(body, dict) else None
    return not (isinstance(result, dict) and result.get("success") in (False, "false"))


def require_served(exchange: Exchange) -> Exchange:
    """The exchange, if it was served.

    Raises:
        InconclusiveError: it was not.
    """
    if not is_served(exchange):
        raise InconclusiveError(f"a valid call was not served: {shown(exchange)}")
    return exchange


def contact(probing: Probing) -> str:
    """The sys_id of a contact that the probes share: one of their own, else a known one."""
    return _own_or_known(probing, "a contact", lambda: new_contact(probing), "id")


def new_contact(probing: Probing) -> str:
    """The sys_id of a fresh contact, who belongs to nobody else.

    Raises:
        InconclusiveError: it was not created.
    """
    made = send(probing, of(probing, "createContact"))
    return str(prepared(made, 201))


def interaction(probing: Probing) -> str:
    """The sys_id of a fresh interaction, which belongs to nobody else.

    Raises:
        InconclusiveError: it was not created.
    """
    made = send(probing, of(probing, "createInteraction"))
    record = prepared(made, 201)
    if not isinstance(record, dict) or "sys_id" not in record:
        raise InconclusiveError(f"a new interaction has no sys_id: {shown(made)}")
    return str(record["sys_id"])


def interaction_table(probing: Probing) -> str:
    """The table in which interactions are, as the contract names it."""
    return _table(probing, "createInteraction")


def contact_table(probing: Probing) -> str:
    """The table in which contacts are, as the contract names it."""
    return _table(probing, "createContact")


def _table(probing: Probing, operation: str) -> str:
    return str(probing.operation(operation)["x-sn-state"]["creates"])


def is_id(probing: Probing, text: str) -> bool:
    """Whether a text has the form of a sys_id."""
    return probing.contract.schemas.is_valid("#/components/schemas/SysId", text)


def partners(probing: Probing, schema: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The fields that an object needs beside one of its fields, with values that the contract shows."""
    names = schema.get("dependentRequired", {}).get(name, ())
    return {partner: example(probing, schema["properties"][partner]) for partner in names}


def example(probing: Probing, field: Mapping[str, Any]) -> Any:
    """The first value that the contract shows of a field."""
    return pointers.follow(probing.contract.document, field)["examples"][0]


def _create_contact(_: Probing) -> ValidCall:
    unique = uuid4().hex[:12]
    return ValidCall(
        "createContact",
        body={
            "first_name": NAME,
            "last_name": unique,
            "email": f"probe.{unique}@example.com",
        },
    )


def _get_contact(probing: Probing) -> ValidCall:
    return ValidCall("getContact", {"id": contact(probing)})


def _list_contacts(probing: Probing) -> ValidCall:
    query = f"sys_id={contact(probing)}"
    return ValidCall("listContacts", query={"sysparm_query": query, "sysparm_limit": 1})


def _create_interaction(probing: Probing) -> ValidCall:
    channel = probing.pools.existing.get("channel")
    if channel is None:
        schema = probing.contract.node("#/components/schemas/CreateInteractionRequest")
        node = pointers.follow(probing.contract.document, schema["properties"]["channel"])
        # The last example is a name, which every instance can know; the first one is a sys_id.
        channel = (node["examples"][-1],)
    return ValidCall("createInteraction", body={"channel": channel[0]})


def _close_interaction(probing: Probing) -> ValidCall:
    return ValidCall("closeInteraction", {"interaction_id": interaction(probing)})


def _offer_work(probing: Probing) -> ValidCall:
    queue, agent = probing.known("queue_id")[0], probing.known("agent_sys_id")[0]
    return ValidCall(
        "offerWork",
        {
            "document_table": interaction_table(probing),
            "document_sys_id": interaction(probing),
        },
        body={"queue_id": queue, "assignment": {"agent_sys_id": agent}},
    )


def _transfers(probing: Probing) -> list[Any]:
    source, *others = probing.known("queue_id")
    if not others:
        return []
    parts = {"target_type": "queue", "target_id": others[-1], "transfer_type": "blind"}
    return [{"transfer": {"source_queue_id": source, **parts}}]


def _set_external_id_mapping(probing: Probing) -> ValidCall:
    body = {"external_id": f"probe-{uuid4().hex[:12]}"}
    # The provider is optional, and without a config none is known.
    with suppress(BlockedError):
        body["external_provider"] = probing.known("external_provider")[0]
    path = {"tableName": interaction_table(probing), "documentId": interaction(probing)}
    return ValidCall("setExternalIdMapping", path, body=body)


def _get_external_id_mapping(probing: Probing) -> ValidCall:
    def make() -> tuple[str, str]:
        call = of(probing, "setExternalIdMapping")
        require(send(probing, call), 200, 201)
        return call.path["tableName"], call.path["documentId"]

    try:
        table, document = probing.once("a mapped record", make)
    except BlockedError:
        table, document = probing.known("tableName")[0], probing.known("documentId")[0]
    return ValidCall("getExternalIdMapping", {"tableName": table, "documentId": document})


def _set_agent_mapping(probing: Probing) -> ValidCall:
    path = {name: probing.known(name)[0] for name in ("agentId", "inboundId")}
    return ValidCall("setAgentMapping", path, body={"external_agent_id": "conformance-probe"})


def _own_or_known(probing: Probing, name: str, make: Callable[[], str], pool: str) -> str:
    try:
        return probing.once(name, make)
    except BlockedError:
        return probing.known(pool)[0]


CALLS: Mapping[str, Callable[[Probing], ValidCall]] = {
    "createContact": _create_contact,
    "getContact": _get_contact,
    "listContacts": _list_contacts,
    "createInteraction": _create_interaction,
    "closeInteraction": _close_interaction,
    "offerWork": _offer_work,
    "setExternalIdMapping": _set_external_id_mapping,
    "getExternalIdMapping": _get_external_id_mapping,
    "setAgentMapping": _set_agent_mapping,
}
# Bodies of another form than the valid call has.
FORMS: Mapping[str, Callable[[Probing], list[Any]]] = {"offerWork": _transfers}
