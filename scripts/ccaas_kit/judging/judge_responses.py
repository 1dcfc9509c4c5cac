"""Judge a node of a response: every value at the node has to satisfy it.

A deviation belongs to the innermost node that a clause names, and to no node around it: if
`result.state` has a wrong value, the clause on `state` is violated, not the one on `result`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from ccaas_kit.contract.shapes import Json
from ccaas_kit.judging.traffic import SeenResponse, Traffic
from ccaas_kit.judging.verdicts import Deviation, Opinion, Verdict, short
from ccaas_kit.model.exchanges import PAGES
from ccaas_kit.model.nodes import Node, Part
from ccaas_kit.model.schemas import Fault, Schemas

# The nodes that a fault counts against.
NodesOf = Callable[[Fault], frozenset[str]]


def judge(node: Node, traffic: Traffic, nodes_of: NodesOf) -> Opinion:
    """What the responses of the node's operation say; `nodes_of` gives the nodes that a fault counts against."""
    if node.part is Part.HEADER:
        return _judge_header(node, traffic)
    if node.part is Part.RESPONSE:
        return _judge_response(node, traffic, nodes_of)
    return _judge_schema(node, traffic, nodes_of)


def _judge_response(node: Node, traffic: Traffic, nodes_of: NodesOf) -> Opinion:
    if node.spec is None:
        return _unverified("no response")
    status = node.spec.status
    seen = [
        response
        for response in traffic.responses(node.operation)
        if response.spec is node.spec
        and _of_medium(response, node.medium)
        and not _is_a_page(response)
    ]
    if not seen:
        medium = f" as {node.medium}" if node.medium else ""
        return _unverified(f"no {status} was seen{medium}")
    for response in seen:
        expected = f"{status} with a valid {' or '.join(response.spec.media) or 'empty'} body"
        if response.trouble:
            alike = [other for other in seen if other.trouble]
            return _violates(node, alike, "CK201", expected, response.trouble, seen=seen)
        for fault in response.faults:
            if node.pointer in nodes_of(fault):
                alike = [
                    other
                    for other in seen
                    if any(node.pointer in nodes_of(fault) for fault in other.faults)
                ]
                return _violates(
                    node, alike, "CK202", expected, _described(fault), seen=seen, place=fault.place
                )
    if not any(response.is_whole for response in seen):
        return _unverified(f"of each {status} something is hidden")
    return Opinion(Verdict.CONFORMS, f"{status} was seen and is valid")


def _judge_schema(node: Node, traffic: Traffic, nodes_of: NodesOf) -> Opinion:
    schemas = traffic.contract.schemas
    keyword = schemas.assertion(node.pointer)
    named = {node.pointer, keyword[0]} if keyword else {node.pointer}
    seen = [
        response for response in traffic.responses(node.operation) if response.spec is node.spec
    ]
    deviating = [
        (response, fault)
        for response in seen
        for fault in response.faults
        if node.pointer in nodes_of(fault)
    ]
    if deviating:
        fault = deviating[0][1]
        code = "CK203" if fault.missing else "CK202"
        expected = _expectation(schemas, node.pointer, fault)
        alike = list({id(response): response for response, _ in deviating}.values())
        return _violates(
            node, alike, code, expected, _described(fault), seen=seen, place=fault.place
        )
    reached = sum(response.reached.get(pointer, 0) for response in seen for pointer in named)
    if not reached:
        return _unverified("no response carried it")
    return Opinion(Verdict.CONFORMS, f"{reached} different values, all valid")


def _judge_header(node: Node, traffic: Traffic) -> Opinion:
    header = node.header
    schemas = traffic.contract.schemas
    if header is None:
        return _unverified("no header")
    name = header.name.lower()
    seen = [
        response for response in traffic.responses(node.operation) if response.spec is node.spec
    ]
    values = [(response, _header(response, name)) for response in seen]
    # A value in which something is hidden was not measured.
    values = [
        (response, value) for response, value in values if value is None or name in response.headers
    ]
    deviating = [
        (response, value)
        for response, value in values
        if (header.required if value is None else not response.headers[name])
    ]
    if deviating:
        expected = f"header {header.name} as {json.dumps(_schema(schemas, header.schema))}"
        value = deviating[0][1]
        got = "no such header" if value is None else f"{header.name}: {value}"
        alike = [response for response, _ in deviating]
        return _violates(node, alike, "CK204", expected, got, seen=seen, place=header.name)
    if all(value is None for _, value in values):
        return _unverified(f"no response carried {header.name}")
    return Opinion(Verdict.CONFORMS, f"{header.name} is valid")


def _violates(
    node: Node,
    deviating: Sequence[SeenResponse],
    code: str,
    expected: str,
    got: str,
    *,
    seen: Sequence[SeenResponse],
    place: str = "",
) -> Opinion:
    """The opinion where these of the responses break the node; the first one shows it."""
    deviation = Deviation(
        code,
        node.operation.base,
        expected,
        got,
        deviating[0].exchange,
        place=place,
        shown=frozenset(number for response in deviating for number in response.numbers),
        among=sum(len(response.numbers) for response in seen),
    )
    return Opinion(Verdict.VIOLATES, got, (deviation,))


def _header(seen: SeenResponse, name: str) -> str | None:
    response = seen.exchange.response
    return response.headers.get(name) if response else None


def _unverified(detail: str) -> Opinion:
    return Opinion(Verdict.UNVERIFIED, detail)


def _of_medium(seen: SeenResponse, medium: str | None) -> bool:
    response = seen.exchange.response
    return medium is None or (response is not None and response.media_type == medium)


def _is_a_page(seen: SeenResponse) -> bool:
    """Whether somebody else has rejected with a page, such as a firewall: no clause names the reason.

    That a page is no media type of the status is a matter of the clause about media types.
    """
    response = seen.exchange.response
    return (
        response is not None
        and response.status >= 400
        and bool(seen.spec.media)
        and response.media_type in PAGES - seen.spec.media.keys()
    )


def _described(fault: Fault) -> str:
    return short(f"{fault.place or 'the body'}: {fault.message}")


def _expectation(schemas: Schemas, pointer: str, fault: Fault) -> str:
    if fault.missing:
        return f"a value at {fault.place}"
    place = fault.place or "a body"
    if keyword := schemas.assertion(pointer):
        return f"{place} with {keyword[1]} {_brief(_schema(schemas, pointer))}"
    return f"{place} as {_brief(_schema(schemas, pointer))}"


def _schema(schemas: Schemas, pointer: str) -> Json:
    return schemas.at(pointer)


def _brief(schema: Json) -> str:
    if not isinstance(schema, dict):
        return json.dumps(schema)
    shown = {key: value for key, value in schema.items() if key in _TELLING}
    shown = shown or {"see": schema.get("$ref", "the contract")}
    return short(json.dumps(shown, ensure_ascii=False))


_TELLING = frozenset(
    (
        *("type", "enum", "const", "pattern", "required"),
        *("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"),
    )
)
