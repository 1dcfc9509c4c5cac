"""Agent Mapping: under which id a contact-centre platform knows a user, and whether they are in."""

from __future__ import annotations

from ccaas_kit.contract import defaults
from ccaas_kit.sandbox.http.calls import Behavior, Call, Problem
from ccaas_kit.sandbox.http.messages import Outcome, RefusalError
from ccaas_kit.sandbox.storage.store import Record


def set_agent_mapping(call: Call) -> Outcome:
    """The sys_id of the mapping that was inserted or updated, in the documented list of one.

    Raises:
        RefusalError: no user has the agent id, no provider channel identity the inbound id, or neither.
    """
    store, contract = call.store, call.instance.contract
    channel = _channel(call)
    if channel is None or not _is_agent(call):
        raise _rejection(call)
    table = call.operation.state["creates"]
    # AGT-004: agent and inbound id identify the mapping; another external id updates it.
    key = {"agent": call.path["agentId"], "provider_channel_identity": channel["sys_id"]}
    default = defaults.of(contract.document, contract.schema("AgentActive"))
    values = {
        "external_agent_id": call.body["external_agent_id"],
        # AGT-001: the flag comes as a boolean or as its text, and a record holds the text.
        # AGT-012: its default counts at each call, also at an update.
        "active": str(call.body.get("active", default)).lower(),
    }
    mappings = store.find(table, **key)
    if mappings:
        # AGT-009: the record keeps its sys_id, unlike in the two samples.
        sys_id = mappings[0]["sys_id"]
        store.update(table, sys_id, values)
        status, example = 200, "setAgentMappingSignedOutResponse"
    else:
        sys_id = call.instance.new_sys_id(table)
        store.insert(table, {"sys_id": sys_id, **key, **values})
        status, example = 201, "setAgentMappingSignedInResponse"
    # AGT-010: one record is written, so the list has one entry.
    return Outcome(
        status, {"result": {**contract.example(example)["result"], "mappingIds": [sys_id]}}
    )


def _is_agent(call: Call) -> bool:
    """Whether a user has the agent id. Contacts are users too: their table extends that of users."""
    return call.store.exists(_table_behind(call, "AgentId"), call.path["agentId"])


def _channel(call: Call) -> Record | None:
    """The oldest provider channel identity that has exactly this inbound id."""
    table = _table_behind(call, "InboundId")
    return next(iter(call.store.find(table, inbound_id=call.path["inboundId"])), None)


def _table_behind(call: Call, parameter: str) -> str:
    table: str = call.instance.contract.document["components"]["parameters"][parameter][
        "x-sn-table"
    ]
    return table


def _rejection(call: Call) -> RefusalError:
    """AGT-005: the documented reason of the id that is wrong, or a list when both are."""
    if _channel(call) is not None:
        return RefusalError(400, "setAgentMappingUnknownAgentResponse")
    if _is_agent(call):
        return RefusalError(400, "setAgentMappingUnknownInboundIdResponse")
    contract = call.instance.contract
    agent = contract.example("setAgentMappingUnknownAgentResponse")["result"]
    channel = contract.example("setAgentMappingUnknownInboundIdResponse")["result"]
    errors = [agent["message"], *channel["errors"]]
    return RefusalError(400, body={"result": {**channel, "errors": errors}})


def _refuse(call: Call, problem: Problem) -> RefusalError | None:
    """A malformed id is one that leads to no record (AGT-003); a bad body gets the API's own shape."""
    if problem.place == "caller":
        return None
    if problem.place == "path":
        return _rejection(call)
    # AGT-013: the external agent id is text, and nothing is turned into it.
    failure = call.instance.contract.example("setAgentMappingUnknownInboundIdResponse")["result"]
    reason = f"{problem.name or 'The body'}: {problem.reason}"
    return RefusalError(400, body={"result": {**failure, "errors": [reason]}})


BEHAVIORS = {"setAgentMapping": Behavior(set_agent_mapping, _refuse)}
