"""What the page of an operation shows: its parameters, bodies and statuses with their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ccaas_kit.contract.clauses import Clause
from docsite import errors_page, evidence, samples, shapes
from docsite.reference import Api, Operation, Reference


@dataclass(frozen=True, slots=True)
class Part:
    """A parameter, a body or a status and what is known about it."""

    id: str
    name: str
    node: Mapping[str, Any]
    clauses: tuple[Clause, ...]
    quirks: tuple[str, ...]
    bodies: tuple[Body, ...] = ()
    evidence: Clause | None = None
    shape: shapes.Shape | None = None
    headers: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    examples: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """A schema and the media types that carry it, with the named examples of them."""

    media: tuple[str, ...]
    shape: shapes.Shape
    examples: tuple[Mapping[str, Any], ...]


def content(reference: Reference, api: Api, operation: Operation) -> dict[str, Any]:
    """The values of the template."""
    placed = evidence.place(reference, operation)

    def part(name: str, label: str, node: Mapping[str, Any], **more: Any) -> Part:
        return Part(
            id=name,
            name=label,
            node=node,
            clauses=placed.clauses[name],
            quirks=placed.quirks[name],
            **more,
        )

    parameters = [
        part(
            evidence.parameter_part(node["name"]),
            node["name"],
            node,
            shape=shapes.shape(reference, node["schema"]),
            examples=tuple(
                reference.follow(example) for example in node.get("examples", {}).values()
            ),
        )
        for node in reference.parameters(operation)
    ]
    body = reference.body(operation)
    responses = []
    for status, response in operation.node["responses"].items():
        node = reference.follow(response)
        name = evidence.status_part(status)
        responses.append(
            part(
                name,
                status,
                node,
                bodies=_bodies(reference, node),
                evidence=placed.statuses.get(status),
                headers=tuple(
                    (key, reference.follow(header))
                    for key, header in node.get("headers", {}).items()
                ),
            )
        )
    links = {
        name: reference.follow(link)
        for response in operation.node["responses"].values()
        for name, link in reference.follow(response).get("links", {}).items()
    }
    other = operation.item.get("x-sn-other-methods")
    return {
        "api": api,
        "operation": operation,
        "parameters": parameters,
        "body": part(evidence.BODY, "Request body", body, bodies=_bodies(reference, body))
        if body
        else None,
        "responses": responses,
        "errors": _errors(operation),
        "whole": placed.clauses[evidence.WHOLE],
        "whole_quirks": placed.quirks[evidence.WHOLE],
        "quirks": [reference.quirks[name] for name in placed.every_quirk],
        "samples": samples.samples(reference, operation),
        "links": list(links.values()),
        "other": reference.follow(other) if other else None,
        "flows": [
            flow
            for flow in reference.flows
            if any(step.operation == operation.id for step in flow.steps)
        ],
    }


def _errors(operation: Operation) -> list[str]:
    """Statuses of its error responses, with that of other methods on its path."""
    found = [status for status in operation.node["responses"] if status >= "400"]
    if "x-sn-other-methods" in operation.item:
        found.append(errors_page.NOT_ALLOWED)
    return sorted(found)


def _bodies(reference: Reference, node: Mapping[str, Any]) -> tuple[Body, ...]:
    """One entry per schema, so that JSON and XML of the same thing share it."""
    found: dict[str, tuple[list[str], Mapping[str, Any]]] = {}
    for media, content in node.get("content", {}).items():
        found.setdefault(str(content["schema"]), ([], content))[0].append(media)
    return tuple(
        Body(
            media=tuple(media),
            shape=shapes.shape(reference, content["schema"]),
            examples=tuple(
                reference.follow(example) for example in content.get("examples", {}).values()
            ),
        )
        for media, content in found.values()
    )
