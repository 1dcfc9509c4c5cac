"""External ID Mapping: which routing id a contact-centre platform gave to a record.

A record has one mapping for each provider, and one more for calls that name no provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.http.calls import Behavior, Call, Problem
from ccaas_kit.sandbox.http.messages import Outcome, RefusalError

# The switch that the description of the API names, without which nothing is stored.
_SWITCH = "glide.awa.enabled"


def get_external_id_mapping(call: Call) -> Outcome:
    """The mapping of a record that was written last.

    Raises:
        RefusalError: there is no such table, record or mapping, or the caller may not see the record.
    """
    facts = _facts(call.instance.contract)
    table, document = call.path["tableName"], call.path["documentId"]
    _require_record(call, table, document)
    mappings = call.store.find(facts.table, document_table=table, document_id=document)
    if not mappings:
        raise RefusalError(404, "getExternalIdMappingNotMappedResponse")
    # EXT-011: of several providers' mappings the last one written comes back, so that a client
    # always reads what it has just stored.
    shown = {name: mappings[-1][name] for name in facts.fields}
    return Outcome(200, {"result": {"data": shown}})


def set_external_id_mapping(call: Call) -> Outcome:
    """The outcome of storing the routing id of a record: inserted or updated.

    Raises:
        RefusalError: storing is switched off, there is no such table, record or provider, or the caller
            may not see the record.
    """
    facts = _facts(call.instance.contract)
    store, body = call.store, call.body
    table, document = call.path["tableName"], call.path["documentId"]
    # EXT-014: the switch concerns storing only.
    if not call.instance.settings.is_true(_SWITCH):
        raise facts.refusal(403, f"The system property {_SWITCH} is not true")
    _require_record(call, table, document)
    # EXT-010: a call without a provider has a mapping of its own, whose provider is empty.
    provider = body.get("external_provider", "")
    # EXT-013: a provider that is not there is a 404, like everything that a request names.
    if provider and not store.exists(facts.providers, provider):
        raise facts.refusal(404, "External provider not found")
    key = {"document_table": table, "document_id": document, "external_provider": provider}
    mappings = store.find(facts.table, **key)
    if not mappings:
        sys_id = call.instance.new_sys_id(facts.table)
        new = {"sys_id": sys_id, **key, "external_id": body["external_id"]}
        store.insert(facts.table, new)
        return Outcome(201, facts.outcome(facts.inserted, table, document))
    # EXT-011: the record moves behind those of other providers, because it is now the last written.
    store.replace(facts.table, {**mappings[0], "external_id": body["external_id"]})
    return Outcome(200, facts.outcome(facts.updated, table, document))


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the contract says of mappings; `shown` are the table and record of its examples, whose
    fields have the documented order.
    """

    table: str
    providers: str
    fields: tuple[str, ...]
    inserted: Mapping[str, Any]
    updated: Mapping[str, Any]
    shown: tuple[str, str]
    failure: str

    def outcome(self, result: Mapping[str, Any], table: str, document: str) -> dict[str, Any]:
        """The documented outcome, of another table and record."""
        message = result["message"].replace(self.shown[0], table).replace(self.shown[1], document)
        return {"result": {**result, "message": message}}

    def refusal(self, status: int, reason: str) -> RefusalError:
        """A refusal in the shape of the API's own result, with the reason as an object (EXT-002)."""
        return RefusalError(
            status, body={"result": {"error": {"message": reason}, "status": self.failure}}
        )


@cache
def _facts(contract: Contract) -> _Facts:
    request = contract.schema("SetExternalIdMappingRequest")["properties"]
    shown = contract.example("getExternalIdMappingFoundResponse")["result"]["data"]
    return _Facts(
        table=contract.by_id["setExternalIdMapping"].state["creates"],
        providers=request["external_provider"]["x-sn-table"],
        fields=tuple(shown),
        inserted=contract.example("setExternalIdMappingCreatedResponse")["result"],
        updated=contract.example("setExternalIdMappingUpdatedResponse")["result"],
        shown=(shown["document_table"], shown["document_id"]),
        failure=contract.schema("ExternalIdMappingFailure")["properties"]["status"]["const"],
    )


def _require_record(call: Call, table: str, document: str) -> None:
    """Hold that the table has the record, itself or in one that extends it, and the caller sees it.

    Raises:
        RefusalError: it is not so.
    """
    # EXT-013: a table or a record that is not there is a 404.
    if not call.store.exists(table, document):
        if call.store.tables.get(table) is None:
            raise _facts(call.instance.contract).refusal(404, "Table not found")
        raise RefusalError(404, "setExternalIdMappingUnknownRecordResponse")
    # EXT-018: a hidden record is a 403.
    if not call.sees(document):
        raise RefusalError(403, "getExternalIdMappingRecordHiddenResponse")


def _refuse_get(call: Call, problem: Problem) -> RefusalError | None:
    """EXT-001: the role of reading is named by the API as a whole, so the platform asks for it."""
    return None if problem.place == "caller" else _refuse_value(call, problem)


def _refuse_put(call: Call, problem: Problem) -> RefusalError | None:
    """EXT-001: the PUT names one of its two roles; for the other one the platform asks, as in a GET."""
    if problem.place != "caller":
        return _refuse_value(call, problem)
    example = "setExternalIdMappingRoleMissingResponse"
    text = call.instance.contract.example(example)["result"]["error"]["message"]
    lacking = [role for role in call.operation.roles.names if role not in call.user.roles]
    return RefusalError(403, example) if any(role in text for role in lacking) else None


def _refuse_value(call: Call, problem: Problem) -> RefusalError:
    """EXT-021: a value of another form is a 400, in the API's own shape (EXT-003)."""
    if problem.name == "documentId":
        return RefusalError(400, "getExternalIdMappingMalformedDocumentIdResponse")
    # EXT-009: a routing id that is empty counts as missing.
    sent = problem.place == "body" and isinstance(call.body, dict)
    if sent and call.body.get("external_id", "") == "":
        return RefusalError(400, "setExternalIdMappingExternalIdMissingResponse")
    where = problem.name or "The body"
    return _facts(call.instance.contract).refusal(400, f"{where}: {problem.reason}")


BEHAVIORS = {
    "getExternalIdMapping": Behavior(get_external_id_mapping, _refuse_get),
    "setExternalIdMapping": Behavior(set_external_id_mapping, _refuse_put),
}
