"""Probes of what External ID Mapping refuses: with which status, in which words, and to no effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from ccaas_kit.contract import pointers
from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.gateway.users import OWN
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.mappings import calls
from ccaas_kit.probes.mappings.calls import CASES, Document
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import Probe, Probing, expect, expect_status, recalling, shown

_SCHEMAS = "#/components/schemas/"
# Neither the name of a table nor a sys_id.
_WRONG = "Not Valid!"
_EXTERNAL_ID = f"{_SCHEMAS}SetExternalIdMappingRequest/properties/external_id"


def _unmapped(probing: Probing, _: Subject) -> str:
    exchange = calls.read(probing, calls.fresh(probing))
    expect_status(exchange, 404)
    return "a fresh record, which nobody has mapped, was answered with 404"


def _unknown_record(probing: Probing, subject: Subject) -> str:
    expect_status(_of_unknown_record(probing, subject.operation), 404)
    return "a sys_id that no record has was answered with 404"


def _unknown_table(probing: Probing, subject: Subject) -> str:
    document = Document(f"u_no_table_{uuid4().hex[:12]}", uuid4().hex)
    expect_status(_call(probing, subject.operation, document), 404)
    return "a name that no table has was answered with 404"


def _unknown_provider(probing: Probing, _: Subject) -> str:
    stored = calls.store(probing, calls.fresh(probing), uuid4().hex)
    expect_status(stored.exchange, 404)
    return "a sys_id that no provider has was answered with 404"


def _nothing_found(probing: Probing, subject: Subject) -> str:
    """Neither the record nor its mapping is there, and in a PUT the provider is not either."""
    document = Document(valid_calls.interaction_table(probing), uuid4().hex)
    if subject.operation == "setExternalIdMapping":
        exchange = calls.store(probing, document, uuid4().hex).exchange
    else:
        exchange = calls.read(probing, document)
    expect_status(exchange, 404)
    return "a request that names nothing that exists was answered with 404"


def _malformed(probing: Probing, subject: Subject) -> str:
    exchange = _call(probing, subject.operation, Document(_WRONG, _WRONG), positive=False)
    expect_status(exchange, 400)
    return f"a request whose table and record are '{_WRONG}' was answered with 400"


def _hidden_record(probing: Probing, _: Subject) -> str:
    """Read as each user who may read mappings: some of them may see the record."""
    document = Document(CASES, probing.known("hidden_cases")[0])
    users = (*probing.further("getExternalIdMapping"), OWN)
    seen = [calls.read(probing, document, user=user) for user in users]
    refused = [exchange for exchange in seen if exchange.status == 403]
    expect_status((refused or seen)[0], 403)
    return "a case that a user may not see was answered with 403"


def _stores_nothing(probing: Probing, _: Subject) -> str:
    """Refusals of a body without routing id, of one too long, and of an unknown provider."""
    stored = calls.first(probing, calls.fresh(probing))
    path = stored.document.path
    body = {"external_provider": stored.provider}
    attempts: tuple[Callable[[], Exchange], ...] = (
        lambda: probing.call("setExternalIdMapping", path=path, body=body, positive=False),
        lambda: probing.call(
            "setExternalIdMapping",
            path=path,
            body={**body, "external_id": "x" * (_longest(probing) + 1)},
            positive=False,
        ),
        lambda: calls.store(probing, stored.document, uuid4().hex).exchange,
    )
    refused = 0
    for attempt in attempts:
        if attempt().status >= 400:
            refused += 1
            calls.expect_read(probing, stored)
    if not refused:
        raise InconclusiveError("no call was refused")
    return f"after {refused} refused calls, a read found the old mapping"


def _longest(probing: Probing) -> int:
    """How many characters a routing id may have."""
    document = probing.contract.document
    node = pointers.follow(document, probing.contract.node(_EXTERNAL_ID))
    return int(node["maxLength"])


def _has_error(probing: Probing, subject: Subject) -> str:
    found = list(_results(_refusals(probing, subject.operation)))
    if not found:
        raise InconclusiveError("every refusal came in the shape of the platform")
    for exchange, result in found:
        expect(isinstance(result, dict) and "error" in result, "an error in the result", exchange)
    return f"{len(found)} refusals had result.error"


def _has_message(probing: Probing, subject: Subject) -> str:
    found = [
        (exchange, result["error"])
        for exchange, result in _results(_refusals(probing, subject.operation))
        if isinstance(result, dict) and isinstance(result.get("error"), dict)
    ]
    if not found:
        raise InconclusiveError("no refusal had an object in result.error")
    for exchange, error in found:
        expect(isinstance(error.get("message"), str), "a text in result.error.message", exchange)
    return f"{len(found)} refusals had a text in result.error.message"


def _is_failure(probing: Probing, subject: Subject) -> str:
    return _expect_statuses(
        _refusals(probing, subject.operation),
        (probing.contract.node(f"{_SCHEMAS}ExternalIdMappingFailure/properties/status")["const"],),
    )


def _is_known_status(probing: Probing, subject: Subject) -> str:
    stored = calls.shared(probing)
    is_storing = subject.operation == "setExternalIdMapping"
    served = stored.exchange if is_storing else calls.read(probing, stored.document)
    of_served = "SetExternalIdMappingResult" if is_storing else "GetExternalIdMappingResult"
    return _expect_statuses(
        [served, *_refusals(probing, subject.operation)],
        tuple(
            probing.contract.node(f"{_SCHEMAS}{name}/properties/status")["const"]
            for name in (of_served, "ExternalIdMappingFailure")
        ),
    )


def _expect_statuses(exchanges: list[Exchange], allowed: tuple[str, ...]) -> str:
    found = [
        (exchange, result["status"])
        for exchange, result in _results(exchanges)
        if isinstance(result, dict) and "status" in result
    ]
    if not found:
        raise InconclusiveError("no result had a status")
    for exchange, status in found:
        expect(status in allowed, f"the status {' or '.join(allowed)}", exchange)
    return f"{len(found)} results had the status {' or '.join(allowed)}"


def _refusals(probing: Probing, operation: str) -> list[Exchange]:
    """The error responses to a request that names no record, and to one without a routing id.

    Raises:
        InconclusiveError: no response is an error response.
    """

    def make() -> list[Exchange]:
        sent = [_of_unknown_record(probing, operation)]
        if operation == "setExternalIdMapping":
            path = calls.fresh(probing).path
            sent.append(probing.call(operation, path=path, body={}, positive=False))
        refused = [exchange for exchange in sent if 400 <= exchange.status < 500]
        if not refused:
            raise InconclusiveError(f"no call was refused: {shown(sent[0])}")
        return refused

    return probing.once(f"refusals of {operation}", make)


def _results(exchanges: list[Exchange]) -> Iterator[tuple[Exchange, Any]]:
    """The exchanges whose body has a result, and that; other shapes are the platform's."""
    for exchange in exchanges:
        try:
            body = exchange.response.json() if exchange.response else None
        except ValueError:
            continue
        if isinstance(body, dict) and "result" in body:
            yield exchange, body["result"]


def _of_unknown_record(probing: Probing, operation: str) -> Exchange:
    document = Document(valid_calls.interaction_table(probing), uuid4().hex)
    return probing.once(
        f"{operation} of an unknown record", lambda: _call(probing, operation, document)
    )


def _call(
    probing: Probing, operation: str, document: Document, *, positive: bool = True
) -> Exchange:
    body = {"external_id": f"probe-{uuid4().hex[:12]}"}
    if operation == "getExternalIdMapping":
        return probing.call(operation, path=document.path, positive=positive)
    return probing.call(operation, path=document.path, body=body, positive=positive)


PROBES: tuple[Probe, ...] = (
    Probe("unmapped-404", "A record without a mapping gets 404.", _unmapped),
    Probe("unknown-record-404", "A record that does not exist gets 404.", _unknown_record),
    Probe("unknown-table-404", "A table that does not exist gets 404.", _unknown_table),
    Probe("unknown-provider-404", "A provider that does not exist gets 404.", _unknown_provider),
    Probe("nothing-found-404", "A request that names nothing gets 404.", _nothing_found),
    Probe("mapping-malformed", "A malformed request gets 400.", _malformed),
    Probe("hidden-record-403", "A record that the user may not see gets 403.", _hidden_record),
    Probe("refusal-has-error", "A refusal has its reason in result.error.", _has_error),
    Probe("refusal-has-message", "The message of result.error is a text.", _has_message),
    Probe("refusal-is-failure", "The status of a refusal is failure.", _is_failure),
    Probe("result-status-known", "A result's status is success or failure.", _is_known_status),
    *recalling(
        Probe("refused-stores-nothing", "A refused call stores nothing.", _stores_nothing),
    ),
)
