"""Statuses across all operations: who sends which, when, on what evidence, with which message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from docsite import evidence
from docsite.reference import Operation, Reference

NOT_ALLOWED = str(HTTPStatus.METHOD_NOT_ALLOWED.value)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A named example of an error, and the operations that list it."""

    name: str
    summary: str
    body: Any
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """When a status is sent, in the words of one response, and by which operations."""

    text: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A status of 400 and above."""

    status: str
    phrase: str
    reasons: tuple[Reason, ...]
    refusals: tuple[Refusal, ...]
    headers: Mapping[str, Any]


def failures(reference: Reference) -> list[Failure]:
    """Every status of an error in the contract, in their order."""
    listed = list(_listed(reference))
    found = []
    for status in sorted({status for status, _, _ in listed}):
        reasons: dict[str, list[Operation]] = {}
        refusals: dict[str, tuple[Mapping[str, Any], list[Operation]]] = {}
        headers: dict[str, Any] = {}
        for _, operation, response in (entry for entry in listed if entry[0] == status):
            reasons.setdefault(response["description"].strip(), []).append(operation)
            for name, node in response.get("headers", {}).items():
                headers[name] = reference.follow(node)
            for content in response.get("content", {}).values():
                for name, node in content.get("examples", {}).items():
                    users = refusals.setdefault(_key(name, node), (reference.follow(node), []))[1]
                    if operation not in users:
                        users.append(operation)
        found.append(
            Failure(
                status=status,
                phrase=HTTPStatus(int(status)).phrase,
                reasons=tuple(Reason(text, tuple(users)) for text, users in reasons.items()),
                refusals=tuple(
                    Refusal(name, example["summary"], example["value"], tuple(users))
                    for name, (example, users) in refusals.items()
                ),
                headers=headers,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Matrix:
    """Which operation sends which status: per operation, the evidence of each status it has."""

    statuses: tuple[str, ...]
    rows: tuple[tuple[Operation, Mapping[str, str]], ...]


def matrix(reference: Reference) -> Matrix:
    """Every operation beside every status of the contract."""
    rows = []
    for operation in reference.operations:
        clauses = evidence.place(reference, operation).statuses
        words = {status: str(clause.evidence) for status, clause in clauses.items()}
        if "x-sn-other-methods" in operation.item:
            other = reference.follow(operation.item["x-sn-other-methods"])
            quirks = other.get("x-sn-quirks", ())
            assumed = any(reference.quirks[name].status == "assumed" for name in quirks)
            words[NOT_ALLOWED] = "assumed" if assumed else "documented"
        rows.append((operation, words))
    return Matrix(tuple(sorted({status for _, words in rows for status in words})), tuple(rows))


def messages(reference: Reference) -> list[tuple[str, str, str]]:
    """Schemas of messages that come with a status: name, status, what it means."""
    return [
        (name, str(schema["x-sn-status"]), schema["description"].strip())
        for name, schema in reference.schemas.items()
        if "x-sn-status" in schema
    ]


def _key(name: str, node: Mapping[str, Any]) -> str:
    """The name of the example's component; one without is its own."""
    return str(node.get("$ref", name)).rpartition("/")[2]


def _listed(reference: Reference) -> Iterator[tuple[str, Operation, Mapping[str, Any]]]:
    """Each status of an error with its operation and its response."""
    for operation in reference.operations:
        for status, node in operation.node["responses"].items():
            if int(status) >= HTTPStatus.BAD_REQUEST:
                yield status, operation, reference.follow(node)
        if "x-sn-other-methods" in operation.item:
            other = reference.follow(operation.item["x-sn-other-methods"])
            yield NOT_ALLOWED, operation, other
