"""Both forms of a URL do the same, in each version that the instance has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import Probe, Probing, body_of, expect, recalling, require, result_of

# How the platform answers a path that leads nowhere (PLT-001).
_NOWHERE = (400, 404)


def _same_at_both(probing: Probing, subject: Subject) -> str:
    default = valid_calls.baseline(probing, subject.operation)
    versions = _listed(probing)
    for version in versions or _documented(probing, subject):
        exchange = _versioned(probing, subject, version)
        if not versions and exchange.status in _NOWHERE:
            continue
        wanted = f"status {default.status}"
        expect(exchange.status == default.status, wanted, exchange)
        ours, theirs = body_of(default), body_of(exchange)
        if exchange.method == "GET":
            expect(ours == theirs, "the same answer as at the default URL", exchange)
        same = _shape(ours) == _shape(theirs)
        expect(same, "the same fields as at the default URL", exchange)
        _expect_forms_served(probing, subject, version)
        return f"the URL with {version} did the same as the default one"
    raise InconclusiveError(
        "the instance has none of the documented versions; name its own as api_versions"
    )


def _expect_forms_served(probing: Probing, subject: Subject, version: str) -> None:
    """Hold that each further form of a body is served at the URL with a version, as at the other."""
    for body in valid_calls.bodies(probing, subject.operation)[1:]:

        def send(version: str | None, body: Any = body) -> Exchange:
            call = valid_calls.of(probing, subject.operation)
            return valid_calls.send(probing, call, body=body, version=version)

        theirs = send(version)
        # What is refused for a moment may be served the next time.
        if not valid_calls.is_served(theirs) and valid_calls.is_served(send(None)):
            theirs = send(version)
            wanted = f"a body with {', '.join(body)} served, as at the default URL"
            expect(valid_calls.is_served(theirs), wanted, theirs)


def _created_at_version(probing: Probing, subject: Subject) -> str:
    version = (_listed(probing) or _documented(probing, subject))[0]
    made = _versioned(probing, subject, version)
    require(made, 201)
    read = probing.call("getContact", path={"id": str(result_of(made))})
    expect(read.status == 200, f"the contact that was created at {version}", read)
    return f"a contact that was created at {version} is there at the default URL"


def _listed_served(probing: Probing, subject: Subject) -> str:
    valid_calls.baseline(probing, subject.operation)
    versions = probing.known("api_versions")
    for version in versions:
        exchange = _versioned(probing, subject, version)
        expect(valid_calls.is_served(exchange), f"the URL with {version} served", exchange)
    return f"served the URL with {' and '.join(versions)}"


def _known_url(probing: Probing, subject: Subject) -> str:
    exchange = valid_calls.send(probing, valid_calls.of(probing, subject.operation))
    nowhere = exchange.status in (*_NOWHERE, 405)
    expect(not nowhere, "a URL that leads to the operation", exchange)
    valid_calls.require_served(exchange)
    return "the URL led to the operation"


def served_versions(probing: Probing, operation: str) -> list[str]:
    """The versions under which the operation is there; none if it has none, or the instance."""
    subject = Subject(operation, "")
    try:
        documented = _documented(probing, subject)
    except InconclusiveError:
        return []
    versions = _listed(probing) or documented
    return [
        version
        for version in versions
        if _versioned(probing, subject, version).status not in _NOWHERE
    ]


def _versioned(probing: Probing, subject: Subject, version: str) -> Exchange:
    def send() -> Exchange:
        call = valid_calls.of(probing, subject.operation)
        return valid_calls.send(probing, call, version=version)

    return probing.once(f"{subject.operation} at {version}", send)


def _listed(probing: Probing) -> tuple[str, ...]:
    try:
        return probing.known("api_versions")
    except BlockedError:
        return ()


def _documented(probing: Probing, subject: Subject) -> tuple[str, ...]:
    for operation in probing.contract.operations:
        if operation.base == subject.operation and operation.id != operation.base:
            own = {
                parameter.name for parameter in probing.contract.by_id[operation.base].parameters
            }
            for parameter in operation.parameters:
                if parameter.place == "path" and parameter.name not in own:
                    return tuple(_resolved(probing, parameter.schema)["examples"])
    raise InconclusiveError(f"{subject.operation} has no URL with a version")


def _resolved(probing: Probing, pointer: str) -> Mapping[str, Any]:
    node: Mapping[str, Any] = pointers.follow(
        probing.contract.document, probing.contract.node(pointer)
    )
    return node


def _shape(value: Any) -> Any:
    """The names in a value, without what stands under them."""
    if not isinstance(value, dict):
        return None
    return {name: _shape(child) for name, child in value.items()}


PROBES: tuple[Probe, ...] = (
    Probe(
        "same-at-both-urls",
        "The URL with a version does the same as the one without.",
        _same_at_both,
    ),
    Probe(
        "listed-versions-served", "Each version that the instance lists is served.", _listed_served
    ),
    Probe("known-url", "The URL of the contract leads to the operation.", _known_url),
    *recalling(
        Probe(
            "created-at-version",
            "A contact that the URL with a version created is read at the default one.",
            _created_at_version,
        ),
    ),
)
