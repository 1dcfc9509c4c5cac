"""What the contract says of a response and its request together, as rules for checks of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ccaas_kit.contract import defaults, pointers
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.fuzzing.own_checks import EACH, ECHOED_VALUE, PAGE_SIZE, Rule
from ccaas_kit.model.contract import Contract, Operation

_JSON = "application/json"
# The checks by the key of the contract that they look at.
_KEYS = {"x-sn-echoes": ECHOED_VALUE, "x-sn-at-most": PAGE_SIZE}
_REQUEST = "$request."
_DEEPEST = 12


def of(contract: Contract) -> list[Rule]:
    """Every rule of every operation, versioned forms included.

    Raises:
        DocumentError: a key names no parameter of a request.
    """
    return [
        rule
        for operation in contract.operations
        for status, response in operation.responses.items()
        if 200 <= status < 300 and _JSON in response.media
        for rule in _rules(contract, operation, status)
    ]


def _rules(contract: Contract, operation: Operation, status: int) -> Iterator[Rule]:
    node = contract.node(f"{operation.pointer}/responses/{status}")
    media = pointers.follow(contract.document, node)["content"][_JSON]
    sent = {
        (parameter.place, parameter.name): parameter.schema for parameter in operation.parameters
    }
    for steps, key, expression in _marked(contract, media["schema"], ()):
        place, name = _parameter(expression)
        # A schema that several operations share speaks of the requests that have the parameter.
        if (place, name) in sent:
            schema = contract.node(sent[place, name])
            yield Rule(
                check=_KEYS[key],
                method=operation.method,
                pattern=operation.pattern.pattern,
                status=status,
                steps=steps,
                place=place,
                name=name,
                default=defaults.of(contract.document, schema),
            )


def _marked(
    contract: Contract, node: Mapping[str, Any], steps: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Steps, key and expression of each value that a key describes."""
    if len(steps) > _DEEPEST:
        return
    for key in _KEYS:
        if key in node:
            yield steps, key, node[key]
    if "$ref" in node:
        yield from _marked(contract, pointers.follow(contract.document, node), steps)
    for group in ("allOf", "anyOf", "oneOf"):
        for schema in node.get(group, ()):
            yield from _marked(contract, schema, steps)
    for name, schema in node.get("properties", {}).items():
        yield from _marked(contract, schema, (*steps, name))
    if isinstance(node.get("items"), Mapping):
        yield from _marked(contract, node["items"], (*steps, EACH))


def _parameter(expression: str) -> tuple[str, str]:
    """Place and name of the parameter that a runtime expression of OpenAPI names."""
    place, _, name = expression.removeprefix(_REQUEST).partition(".")
    if not expression.startswith(_REQUEST) or place not in ("path", "query") or not name:
        raise DocumentError(
            f"'{expression}' names no parameter of a request",
            where="the bundle",
            fix="Write $request.path.<name> or $request.query.<name>",
        )
    return place, name
