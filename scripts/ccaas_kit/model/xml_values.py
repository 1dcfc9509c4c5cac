"""XML bodies as equivalent JSON values, so that one schema applies to both.

XML has only texts, and lists by repetition. The schema at the place decides what a text or an element
means: a flag where it allows no text, a list where it allows one.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ccaas_kit.contract import pointers
from ccaas_kit.contract.parsing import UnreadableError, parse_json, parse_xml
from ccaas_kit.contract.shapes import Json
from ccaas_kit.model.contract import Contract

_BRANCHES = ("allOf", "anyOf", "oneOf")


def read(raw: bytes, schema: str, contract: Contract) -> Json:
    """The value of a body, by the schema at a pointer.

    Raises:
        UnreadableError: the body is no XML, is nested too deeply, or has entities or a DTD.
    """
    return _value(parse_xml(raw), [contract.node(schema)], contract)


def _value(element: Element, nodes: list[Json], contract: Contract) -> Json:
    forms = [form for node in nodes for form in _forms(node, contract)]
    if len(element) == 0:
        leaf = _leaf((element.text or "").strip(), forms)
        return _with_empty_lists(leaf, forms, contract) if isinstance(leaf, dict) else leaf
    found: dict[str, Json] = {}
    for name in dict.fromkeys(child.tag for child in element):
        below = _at(name, forms)
        children = element.findall(name)
        items = _items(below, contract)
        if items or len(children) > 1:
            found[name] = [_value(child, items or below, contract) for child in children]
        else:
            found[name] = _value(children[0], below, contract)
    return _with_empty_lists(found, forms, contract)


def _leaf(text: str, forms: list[dict[str, Json]]) -> Json:
    types = {kind for form in forms for kind in _types(form)}
    if "string" in types or not types:
        return text
    if not text:
        return {} if "object" in types else None
    try:
        value = parse_json(text)
    except UnreadableError:
        return text
    kinds = {bool: "boolean", int: "integer", float: "number"}
    fits = kinds.get(type(value), "") in types or (isinstance(value, int) and "number" in types)
    return value if fits else text


def _with_empty_lists(
    found: dict[str, Json], forms: list[dict[str, Json]], contract: Contract
) -> dict[str, Json]:
    """A list without entries is no element at all."""
    for form in forms:
        for name in form.get("required", ()):
            if name not in found and _items(_at(name, forms), contract):
                found[name] = []
    return found


def _forms(node: Json, contract: Contract) -> Iterator[dict[str, Json]]:
    """The schema and those that it is made of, references followed."""
    form = pointers.follow(contract.document, node)
    if isinstance(form, dict):
        yield form
        for keyword in _BRANCHES:
            for branch in form.get(keyword, ()):
                yield from _forms(branch, contract)


def _at(name: str, forms: list[dict[str, Json]]) -> list[Json]:
    """The schemas of a member; where no form names it, those of further members."""
    named = [form["properties"][name] for form in forms if name in form.get("properties", {})]
    further = [form.get("additionalProperties") for form in forms]
    return named or [schema for schema in further if isinstance(schema, dict)]


def _items(nodes: list[Json], contract: Contract) -> list[Json]:
    """The schemas of the entries, if the place takes a list."""
    forms = [form for node in nodes for form in _forms(node, contract)]
    return [form["items"] for form in forms if "items" in form]


def _types(form: dict[str, Json]) -> Iterator[str]:
    declared = form.get("type")
    if isinstance(declared, list):
        yield from declared
    elif declared:
        yield declared
    elif "const" in form or "enum" in form:
        yield "string"
