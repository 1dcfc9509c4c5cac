"""Which clauses and quirks are shown at which part of an operation.

A clause points at a node of the bundle. It is shown at the part of its operation that leads to this
node: a parameter, the request body, a status; at the operation itself if none does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.contract.clauses import Clause
from docsite.reference import Operation, Reference

WHOLE = ""
BODY = "body"


@dataclass(frozen=True, slots=True)
class Placed:
    """The clauses of an operation by the part that they are about, and the quirks of each part."""

    clauses: Mapping[str, tuple[Clause, ...]]
    quirks: Mapping[str, tuple[str, ...]]
    statuses: Mapping[str, Clause]

    @property
    def every_quirk(self) -> tuple[str, ...]:
        """Each quirk once, in the order of the parts."""
        return tuple(dict.fromkeys(name for names in self.quirks.values() for name in names))


def parameter_part(name: str) -> str:
    """The name of the part that is a parameter."""
    return f"parameter-{name}"


def status_part(status: str) -> str:
    """The name of the part that is a status."""
    return f"status-{status}"


def place(reference: Reference, operation: Operation) -> Placed:
    """The clauses and quirks of an operation, by part."""
    parts = dict(_parts(reference, operation))
    reached = {name: _reach(reference, pointer) for name, pointer in parts.items()}
    own = [clause for clause in reference.clauses if clause.operation == operation.id]
    grouped: dict[str, list[Clause]] = {WHOLE: [], **{name: [] for name in parts}}
    for clause in own:
        grouped[_part_of(clause.pointer, reached)].append(clause)
    quirks = {WHOLE: _quirks(operation.item, operation.node)}
    for name in parts:
        nodes = (pointers.resolve(reference.document, pointer) for pointer in reached[name])
        quirks[name] = tuple(
            dict.fromkeys(
                [
                    *(quirk for node in nodes for quirk in _own_quirks(node)),
                    *(clause.quirk for clause in grouped[name] if clause.quirk),
                ]
            )
        )
    quirks[WHOLE] = tuple(
        dict.fromkeys(
            [*quirks[WHOLE], *(clause.quirk for clause in grouped[WHOLE] if clause.quirk)]
        )
    )
    return Placed(
        clauses={name: tuple(found) for name, found in grouped.items()},
        quirks=quirks,
        statuses={
            status: found
            for status in operation.node["responses"]
            if (found := _evidence(operation, status, own)) is not None
        },
    )


def components(reference: Reference, operation: Operation) -> list[str]:
    """Pointers of everything that a part of the operation leads to."""
    parts = dict(_parts(reference, operation)).values()
    return list(dict.fromkeys(found for part in parts for found in _reach(reference, part)))


def _parts(reference: Reference, operation: Operation) -> Iterator[tuple[str, str]]:
    """Each part with its pointer: the statuses last, so that a request's schema is the request's."""
    for owner, steps in ((operation.item, ("paths", operation.path)), (operation.node, None)):
        base = steps or ("paths", operation.path, operation.method)
        for index, node in enumerate(owner.get("parameters", [])):
            name = reference.follow(node)["name"]
            yield parameter_part(name), pointers.build(*base, "parameters", str(index))
    base = ("paths", operation.path, operation.method)
    if "requestBody" in operation.node:
        yield BODY, pointers.build(*base, "requestBody")
    for status in operation.node["responses"]:
        yield status_part(status), pointers.build(*base, "responses", status)


def _reach(reference: Reference, pointer: str) -> list[str]:
    """The pointer, and those of the components that it leads to, links aside."""
    found = [pointer]
    for known in found:
        for target in references(pointers.resolve(reference.document, known)):
            if target not in found:
                found.append(target)
    return found


def references(node: Any) -> Iterator[str]:
    """Targets of the references inside a node; examples and other data aside."""
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for key, value in node.items():
            if key not in ("value", "default", "const", "enum"):
                yield from references(value)


def _part_of(pointer: str, reached: Mapping[str, list[str]]) -> str:
    """The part that leads nearest to the pointer; the first one, if several do."""
    best, length = WHOLE, 0
    for name, targets in reached.items():
        for target in targets:
            inside = pointer == target or pointer.startswith(f"{target}/")
            if inside and len(target) > length:
                best, length = name, len(target)
    return best


def _quirks(*nodes: Any) -> tuple[str, ...]:
    return tuple(name for node in nodes for name in node.get("x-sn-quirks", ()))


def _own_quirks(node: Any) -> Iterator[str]:
    """Quirks on the node and inside it."""
    if isinstance(node, list):
        for item in node:
            yield from _own_quirks(item)
    elif isinstance(node, dict):
        yield from node.get("x-sn-quirks", ())
        for key, value in node.items():
            if key not in ("x-sn-quirks", "value"):
                yield from _own_quirks(value)


def _evidence(operation: Operation, status: str, own: Iterable[Clause]) -> Clause | None:
    """The clause that says that the operation sends this status, if there is one."""
    wanted = f"{operation.node['x-sn-clauses']}-S{status}"
    for clause in own:
        if clause.id == wanted:
            return clause
    pointer = f"{operation.pointer}/responses/{status}"
    return next((clause for clause in own if clause.pointer == pointer), None)
