"""Values of the wrong form: one request in which nothing but the named node is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.platform.valid_calls import ValidCall
from ccaas_kit.probes.probing import Probe, Probing, Subject, expect

# Neither a sys_id nor the name of a table nor a version, and harmless wherever it ends up.
_WRONG = "Not Valid!"


def _refused(probing: Probing, subject: Subject) -> str:
    version = _version(probing, subject)
    call = valid_calls.unspent(probing, subject.operation)
    if version is None:
        call = _spoiled(probing, subject, call)
    exchange = valid_calls.send(probing, call, version=version, positive=False)
    refused = 400 <= exchange.status < 500 or not valid_calls.is_served(exchange)
    expect(refused, f"a refusal where {subject.field} is '{_WRONG}'", exchange)
    return f"refused '{_WRONG}', with {exchange.status}"


def _spoiled(probing: Probing, subject: Subject, call: ValidCall) -> ValidCall:
    """The call with a wrong value at the node: a parameter in the path, or a field of the body."""
    node = probing.contract.node(subject.pointer)
    if "in" in node:
        return replace(call, path={**call.path, node["name"]: _WRONG})
    name = subject.field
    body: dict[str, Any] = {**call.body, **_beside(probing, subject, name), name: _WRONG}
    return replace(call, body=body)


def _beside(probing: Probing, subject: Subject, name: str) -> Mapping[str, Any]:
    """What has to stand beside a field, with values that the contract shows."""
    document = probing.contract.document
    schema = probing.contract.node(subject.pointer.partition("/properties/")[0])
    found = {}
    for partner in schema.get("dependentRequired", {}).get(name, ()):
        field = pointers.follow(document, schema["properties"][partner])
        found[partner] = field["examples"][0]
    return found


def _version(probing: Probing, subject: Subject) -> str | None:
    """A version that does not exist, if the node is that of versions."""
    for operation in probing.contract.operations:
        if operation.base == subject.operation and operation.id != operation.base:
            own = {each.name for each in probing.contract.by_id[operation.base].parameters}
            for parameter in operation.parameters:
                reached = {*parameter.nodes, parameter.schema, *_schemas(probing, parameter.schema)}
                if parameter.name not in own and subject.pointer in reached:
                    return _WRONG
    return None


def _schemas(probing: Probing, pointer: str) -> set[str]:
    node = probing.contract.node(pointer)
    return {node["$ref"]} if "$ref" in node else set()


PROBES: tuple[Probe, ...] = (
    Probe("malformed-refused", "A value of the wrong form is refused.", _refused),
)
