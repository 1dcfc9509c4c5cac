"""XML as the contract takes it to be: a root that the schema names, and the JSON fields below it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from ccaas_kit.contract import pointers
from ccaas_kit.contract.parsing import UnreadableError, parse_xml
from ccaas_kit.gateway.ask import XML
from ccaas_kit.gateway.outcomes import ViolationError
from ccaas_kit.model.contract import Contract, Operation, ResponseSpec
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.probing import shown

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def request(contract: Contract, operation: Operation, body: Any) -> bytes:
    """The fields of a JSON body as the XML that an operation reads, by the root of its schema.

    An operation that reads no XML gets a root of the usual name.
    """
    schema = operation.body.media.get(XML) if operation.body else None
    root = Element(_root(contract, schema, "request"))
    _fill(root, body)
    text: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return text


def root_of(contract: Contract, response: ResponseSpec) -> str:
    """The name that the contract gives the root of a response in XML."""
    return _root(contract, response.media.get(XML), "response")


def read(exchange: Exchange) -> Element:
    """The root of a response in XML.

    Raises:
        ViolationError: the body is not XML.
    """
    try:
        return parse_xml(exchange.response.body if exchange.response else b"")
    except UnreadableError:
        raise ViolationError("an XML body", shown(exchange), exchange) from None


def values(element: Element, way: str = "") -> Iterator[tuple[str, str]]:
    """Each text of an XML tree with the names that lead to it, without the root's."""
    for child in element:
        here = f"{way}/{child.tag}"
        if len(child):
            yield from values(child, here)
        else:
            yield here, child.text or ""


def below(exchange: Exchange, start: str) -> dict[str, str]:
    """The texts of a response in XML whose way begins with a start, by the rest of their way."""
    return {
        way.removeprefix(start): text
        for way, text in values(read(exchange))
        if way.startswith(start)
    }


def values_of_json(value: Any, way: str = "") -> Iterator[tuple[str, str]]:
    """Each value of a JSON tree as XML would write it, where its name can stand in XML."""
    if isinstance(value, dict):
        for name, child in value.items():
            if is_name(name):
                yield from values_of_json(child, f"{way}/{name}")
    elif isinstance(value, list):
        for child in value:
            yield from values_of_json(child, way)
    else:
        yield way, text(value)


def is_name(text: str) -> bool:
    """Whether a JSON name can stand as the name of an element as it is."""
    return _NAME.fullmatch(text) is not None


def text(value: Any) -> str:
    """A JSON value as the text of an element."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _root(contract: Contract, schema: str | None, usual: str) -> str:
    if schema is None:
        return usual
    node = pointers.follow(contract.document, contract.node(schema))
    return str(node.get("xml", {}).get("name", usual))


def _fill(element: Element, value: Any) -> None:
    if isinstance(value, dict):
        for name, child in value.items():
            for entry in child if isinstance(child, list) else [child]:
                _fill(SubElement(element, name), entry)
    else:
        element.text = text(value)
