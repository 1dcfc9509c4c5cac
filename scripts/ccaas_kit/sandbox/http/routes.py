"""Which operation a request reaches, or which refusal it gets before there is one.

Where a URL leads, and whether the values in its path have their form, depends on method and path
alone; recent results are remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from ccaas_kit.sandbox.contract import Contract, Operation
from ccaas_kit.sandbox.http import methods
from ccaas_kit.sandbox.http.calls import Problem
from ccaas_kit.sandbox.storage.memory import Memory

_REMEMBERED, _REMEMBERED_LENGTH = 8192, 512


@dataclass(frozen=True, slots=True)
class Route:
    """An operation with the values of its path; `problem` says which of them is malformed."""

    operation: Operation
    values: Mapping[str, str]
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """No operation: the response of the platform."""

    status: int
    body: Any
    headers: tuple[tuple[str, str], ...] = ()


class Routes:
    """The paths of the contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._unknown = DeadEnd(400, contract.example("unknownResourceResponse"))
        self._known: Memory[tuple[str, str], Route | DeadEnd] = Memory(
            _REMEMBERED, _REMEMBERED_LENGTH
        )

    def find(self, method: str, path: str) -> Route | DeadEnd:
        """Where a method and a path, as it stood in the URL, lead."""
        key = (method, path)
        route = self._known.get(key)
        if route is None:
            route = self._find(method, path)
            self._known.keep(key, route, len(path))
        return route

    def _find(self, method: str, path: str) -> Route | DeadEnd:
        # A slash that is written %2F belongs to its segment.
        found = self._contract.find([unquote(segment) for segment in path[1:].split("/")])
        if found is None:
            return self._unknown
        step, values = found
        operation = step.methods.get("GET" if method == "HEAD" else method)
        if self._unknown_version(operation or next(iter(step.methods.values())), values):
            return self._unknown
        if operation is None:
            return DeadEnd(405, step.other_methods, methods.allow(step.methods))
        return Route(operation, values, _problem(operation, values))

    def _unknown_version(self, operation: Operation, values: Mapping[str, str]) -> bool:
        """A version that does not exist is a path that leads nowhere, not a wrong value (PLT-001).

        The sandbox has those that the contract names.
        """
        base = self._contract.by_id[operation.base].path
        return operation.id != operation.base and any(
            values[parameter.name] not in parameter.examples
            for parameter in operation.parameters
            if parameter.place == "path" and f"{{{parameter.name}}}" not in base
        )


def _problem(operation: Operation, values: Mapping[str, str]) -> Problem | None:
    for parameter in operation.parameters:
        if parameter.place == "path" and not parameter.validator.is_valid(values[parameter.name]):
            return Problem("path", parameter.name, "is not valid")
    return None
