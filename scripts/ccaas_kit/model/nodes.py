"""What a clause's node is: part of a request, of a response, or nothing that travels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ccaas_kit.model.contract import Contract, Header, Operation, ResponseSpec


class Part(StrEnum):
    """Which part of an exchange a node describes."""

    RESPONSE = "response"
    HEADER = "header"
    RESPONSE_SCHEMA = "response schema"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the contract in the role that it plays for one operation.

    `medium` limits a response to one media type.
    """

    part: Part
    pointer: str
    operation: Operation
    spec: ResponseSpec | None = None
    header: Header | None = None
    medium: str | None = None


def find(contract: Contract, pointer: str, operation: Operation) -> list[Node]:
    """Every role of the node at a pointer for an operation; none if it has nothing to do with it."""
    return [
        *_in_request(contract, pointer, operation),
        *_in_responses(contract, pointer, operation),
    ]


def _in_request(contract: Contract, pointer: str, operation: Operation) -> list[Node]:
    request = Node(Part.REQUEST, pointer, operation)
    for parameter in operation.parameters:
        if pointer in parameter.nodes or _is_in(contract, pointer, parameter.schema):
            return [request]
    body = operation.body
    if body is None:
        return []
    if pointer in body.nodes or any(pointer.startswith(f"{node}/content") for node in body.nodes):
        return [request]
    return (
        [request]
        if any(_is_in(contract, pointer, schema) for schema in body.media.values())
        else []
    )


def _in_responses(contract: Contract, pointer: str, operation: Operation) -> list[Node]:
    found = []
    responses = [*operation.responses.values()]
    responses += [operation.other_methods] if operation.other_methods else []
    for response in responses:
        for header in response.headers:
            if pointer in header.nodes or _is_in(contract, pointer, header.schema):
                found.append(Node(Part.HEADER, pointer, operation, response, header))
        if pointer in response.nodes:
            found.append(Node(Part.RESPONSE, pointer, operation, response))
        for medium, schema in response.media.items():
            if pointer == schema.removesuffix("/schema"):
                found.append(Node(Part.RESPONSE, pointer, operation, response, medium=medium))
            elif _is_in(contract, pointer, schema):
                found.append(Node(Part.RESPONSE_SCHEMA, pointer, operation, response))
                break
    return found


def _is_in(contract: Contract, pointer: str, schema: str) -> bool:
    nodes = contract.schemas.nodes(schema)
    if pointer in nodes:
        return True
    keyword = contract.schemas.assertion(pointer)
    return keyword is not None and keyword[0] in nodes
