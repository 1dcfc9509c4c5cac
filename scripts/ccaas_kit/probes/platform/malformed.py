"""Values of the wrong form: one request in which nothing but the named node is wrong.

That it is refused shows something only where the same request without that value is served.
"""

from __future__ import annotations

from dataclasses import replace

from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.platform.valid_calls import ValidCall
from ccaas_kit.probes.probing import OF_CALLER, Probe, Probing, expect, shown

# Neither a sys_id nor the name of a table nor a version, and harmless wherever it ends up.
WRONG = "Not Valid!"
# Refusals of the caller, the method or a media type.
_OTHER_REASONS = OF_CALLER | {405, 406, 415}


def _refused(probing: Probing, subject: Subject) -> str:
    version = _version(probing, subject)
    call = valid_calls.unspent(probing, subject.operation)
    if version is None:
        call = _spoiled(probing, subject, call)
    exchange = valid_calls.send(probing, call, version=version, positive=False)
    wanted = f"a refusal where {subject.field} is '{WRONG}'"
    expect(not valid_calls.is_served(exchange), wanted, exchange)
    if exchange.status in _OTHER_REASONS or exchange.status // 100 not in (2, 4):
        raise InconclusiveError(f"it was not the value that was refused: {shown(exchange)}")
    valid_calls.baseline(probing, subject.operation)
    return f"refused '{WRONG}', with {exchange.status}"


def _spoiled(probing: Probing, subject: Subject, call: ValidCall) -> ValidCall:
    """The call with a wrong value at the node: a parameter in the path, or a field of the body."""
    node = probing.contract.node(subject.pointer)
    if "in" in node:
        return replace(call, path={**call.path, node["name"]: WRONG})
    schema = probing.contract.node(subject.pointer.partition("/properties/")[0])
    beside = valid_calls.partners(probing, schema, subject.field)
    return replace(call, body={**call.body, **beside, subject.field: WRONG})


def _version(probing: Probing, subject: Subject) -> str | None:
    """A version that does not exist, if the node belongs to the parameter of the version."""
    for operation in probing.contract.operations:
        if operation.base == subject.operation and operation.id != operation.base:
            own = {
                parameter.name for parameter in probing.contract.by_id[operation.base].parameters
            }
            for parameter in operation.parameters:
                reached = {*parameter.nodes, parameter.schema, *_schemas(probing, parameter.schema)}
                if parameter.name not in own and subject.pointer in reached:
                    return WRONG
    return None


def _schemas(probing: Probing, pointer: str) -> set[str]:
    node = probing.contract.node(pointer)
    return {node["$ref"]} if "$ref" in node else set()


PROBES: tuple[Probe, ...] = (
    Probe("malformed-refused", "A value of the wrong form is refused.", _refused),
)
