"""Judging a node of a response: every value that reached it has to satisfy it.

A fault is charged to the innermost node that a clause names, and to no node around it: where
`result.state` has a wrong value, the clause on `state` is violated, not the one on `result`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ccaas_kit.judging.traffic import SeenResponse, Traffic
from ccaas_kit.judging.verdicts import Deviation, Opinion, Verdict, short
from ccaas_kit.model.exchanges import PAGES
from ccaas_kit.model.nodes import Node, Part
from ccaas_kit.model.schemas import Fault, Schemas

# The nodes that a fault is charged to.
Charged = Callable[[Fault], frozenset[str]]


def judge(node: Node, traffic: Traffic, charged: Charged) -> Opinion:
    """What the responses of the node's operation say; `charged` gives the nodes of a fault."""
    if node.part is Part.HEADER:
        return _judge_header(node, traffic)
    if node.part is Part.RESPONSE:
        return _judge_response(node, traffic, charged)
    return _judge_schema(node, traffic, charged)


def _judge_response(node: Node, traffic: Traffic, charged: Charged) -> Opinion:
    if node.spec is None:
        return _unseen("no response")
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
        return _unseen(f"no {status} was seen{medium}")
    for each in seen:
        expected = f"{status} with a valid {' or '.join(each.spec.media) or 'empty'} body"
        if each.trouble:
            return _violates(node, each, "CK201", expected, each.trouble)
        for fault in each.faults:
            if node.pointer in charged(fault):
                return _violates(node, each, "CK202", expected, _told(fault))
    return Opinion(Verdict.CONFORMS, f"{status} was seen and is valid")


def _judge_schema(node: Node, traffic: Traffic, charged: Charged) -> Opinion:
    schemas = traffic.contract.schemas
    keyword = schemas.assertion(node.pointer)
    named = {node.pointer, keyword[0]} if keyword else {node.pointer}
    reached = 0
    for response in traffic.responses(node.operation):
        if response.spec is not node.spec:
            continue
        for fault in response.faults:
            if node.pointer in charged(fault):
                code = "CK203" if fault.missing else "CK202"
                expected = _expectation(schemas, node.pointer, fault)
                return _violates(node, response, code, expected, _told(fault))
        reached += sum(response.reached.get(pointer, 0) for pointer in named)
    if not reached:
        return _unseen("no response carried it")
    return Opinion(Verdict.CONFORMS, f"{reached} different values, all valid")


def _judge_header(node: Node, traffic: Traffic) -> Opinion:
    header = node.header
    schemas = traffic.contract.schemas
    if header is None:
        return _unseen("no header")
    reached = 0
    for each in traffic.responses(node.operation):
        response = each.exchange.response
        if each.spec is not node.spec or response is None:
            continue
        value = response.headers.get(header.name.lower())
        valid = each.headers.get(header.name.lower(), True)
        expected = f"header {header.name} as {json.dumps(_schema(schemas, header.schema))}"
        if value is None:
            if header.required:
                return _violates(node, each, "CK204", expected, "no such header")
            continue
        reached += 1
        if not valid:
            return _violates(node, each, "CK204", expected, f"{header.name}: {value}")
    if not reached:
        return _unseen(f"no response carried {header.name}")
    return Opinion(Verdict.CONFORMS, f"{header.name} is valid")


def _violates(node: Node, seen: SeenResponse, code: str, expected: str, got: str) -> Opinion:
    deviation = Deviation(code, node.operation.base, expected, got, seen.exchange)
    return Opinion(Verdict.VIOLATES, got, (deviation,))


def _unseen(detail: str) -> Opinion:
    return Opinion(Verdict.UNVERIFIED, detail)


def _of_medium(seen: SeenResponse, medium: str | None) -> bool:
    response = seen.exchange.response
    return medium is None or (response is not None and response.media_type == medium)


def _is_a_page(seen: SeenResponse) -> bool:
    """Whether somebody else has refused with a page, such as a firewall: no clause names the reason.

    That a page is no media type of the status is a matter of the clause about media types.
    """
    response = seen.exchange.response
    return (
        response is not None
        and response.status >= 400
        and bool(seen.spec.media)
        and response.media_type in PAGES - seen.spec.media.keys()
    )


def _told(fault: Fault) -> str:
    return short(f"{fault.place or 'the body'}: {fault.message}")


def _expectation(schemas: Schemas, pointer: str, fault: Fault) -> str:
    if fault.missing:
        return f"a value at {fault.place}"
    return f"{fault.place or 'a body'} as {_brief(_schema(schemas, pointer))}"


def _schema(schemas: Schemas, pointer: str) -> Any:
    return schemas.at(pointer)


def _brief(schema: Any) -> str:
    if not isinstance(schema, dict):
        return json.dumps(schema)
    told = {key: value for key, value in schema.items() if key in _TELLING}
    told = told or {"see": schema.get("$ref", "the contract")}
    return short(json.dumps(told, ensure_ascii=False))


_TELLING = frozenset(
    (
        *("type", "enum", "const", "pattern", "required"),
        *("minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"),
    )
)
