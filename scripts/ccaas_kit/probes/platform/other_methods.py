"""Methods that a path does not have: few of them, to ids that no record has, without any data."""

from __future__ import annotations

from uuid import uuid4

from ccaas_kit.gateway.ask import ABSENT
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.contract import Operation
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import Probe, Probing, expect_status

_TABLE_NAME = "#/components/schemas/TableName"
_WITHOUT_BODY = ("GET", "DELETE")
_METHODS = (*_WITHOUT_BODY, "POST", "PUT", "PATCH")


def _other_refused(probing: Probing, subject: Subject) -> str:
    operation = probing.contract.by_id[subject.operation]
    there = {
        candidate.method
        for candidate in probing.contract.operations
        if candidate.path == operation.path
    }
    refusals, obstacle = [], ""
    for method in _METHODS:
        # Without an id, a DELETE that is served by mistake could mean every record.
        if method in there or (method == "DELETE" and not _ids(probing, operation)):
            continue
        try:
            expect_status(_sent(probing, operation, method), 405)
            refusals.append(method)
        except BlockedError as reason:
            obstacle = str(reason)
    if not refusals:
        raise (
            BlockedError(obstacle)
            if obstacle
            else InconclusiveError("the path has every method that was tried")
        )
    return f"answered {', '.join(refusals)} with 405"


def _sent(probing: Probing, operation: Operation, method: str) -> Exchange:
    table, ids = valid_calls.interaction_table(probing), _ids(probing, operation)
    path = {
        parameter.name: uuid4().hex if parameter.name in ids else table
        for parameter in operation.parameters
        if parameter.place == "path"
    }
    body = ABSENT if method in _WITHOUT_BODY else {}
    return probing.once(
        f"{method} {operation.path}",
        lambda: probing.call(operation.id, path=path, body=body, method=method, positive=False),
    )


def _ids(probing: Probing, operation: Operation) -> set[str]:
    """The parameters in the path that name a record, and not a table."""
    return {
        parameter.name
        for parameter in operation.parameters
        if parameter.place == "path"
        and probing.contract.node(parameter.schema).get("$ref") != _TABLE_NAME
    }


PROBES: tuple[Probe, ...] = (
    Probe("other-method-405", "A method that the path does not have gets 405.", _other_refused),
)
