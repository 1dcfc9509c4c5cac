"""What holds across operations, read from the contract: who may call, and which media types pass."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from docsite.reference import Operation, Reference


@dataclass(frozen=True, slots=True)
class Formats:
    """The media types of an operation's request and of its successful response."""

    operation: Operation
    request: tuple[str, ...]
    response: tuple[str, ...]


def roles(reference: Reference) -> list[tuple[str, list[tuple[Operation, tuple[str, ...]]]]]:
    """Each role with the operations that name it, and the roles that they need besides."""
    names = sorted({name for operation in reference.operations for name in operation.roles.names})
    return [
        (
            name,
            [
                (operation, _besides(operation, name))
                for operation in reference.operations
                if name in operation.roles.names
            ],
        )
        for name in names
    ]


def _besides(operation: Operation, name: str) -> tuple[str, ...]:
    if not operation.roles.all_needed:
        return ()
    return tuple(role for role in operation.roles.names if role != name)


def formats(reference: Reference) -> list[Formats]:
    """What each operation takes and sends."""
    found = []
    for operation in reference.operations:
        sent = {
            media: None
            for status, node in operation.node["responses"].items()
            if int(status) < HTTPStatus.BAD_REQUEST
            for media in reference.follow(node).get("content", {})
        }
        body = reference.body(operation) or {}
        found.append(Formats(operation, tuple(body.get("content", ())), tuple(sent)))
    return found
