"""XML bodies, as another way to write the values that JSON bodies have.

No reference page shows the XML of these APIs, so the form is the contract's assumption (AWA-007,
INT-012, INT-018, CON-037, EXT-016, PLT-003): the fields are elements below a root that the schema
names. What XML cannot say the schema adds: whether an empty element is a text or an object, whether
a single element is a list, whether a text is a number.

A key that is no plain name is written with `_xHHHH_` in place of each character that does not fit,
and with `_` if it is empty; reading turns it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from xml.parsers.expat import ErrorString

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from ccaas_kit.contract import pointers
from ccaas_kit.sandbox.http import json_bodies
from ccaas_kit.sandbox.http.json_bodies import BodyError, quoted

MAX_DEPTH = 64
MAX_ELEMENTS = 10_000

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
# The element of a list inside a list, which has no key to be named after.
_KEYLESS = "item"
# The element that can be between the root of a request and its fields.
_ENTRY = "entry"

# The codec by the first bytes, else by the declaration, else UTF-8.
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([^"'>]{0,100})["']""")
_CODECS = {"utf-8": "utf-8", "us-ascii": "ascii", "iso-8859-1": "latin-1"}
# The parser is fed in pieces, so that what follows a refused element is never looked at.
_PIECE = 1 << 20

_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_BLANK = " \t\r\n"
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_TYPE_OF = {
    bool: "boolean",
    dict: "object",
    float: "number",
    int: "integer",
    list: "array",
    str: "string",
    type(None): "null",
}

_SPECIAL = re.compile("[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_NOT_IN_NAME = re.compile(
    r"\A[0-9.-]|\A_\Z|[^A-Za-z0-9_.-]|_(?=x[0-9A-F]{4,6}[^A-Za-z0-9.-])",
)
_ESCAPED = re.compile(r"_x([0-9A-F]{4,6})_")


@dataclass(slots=True)
class _Element:
    key: str
    children: list[_Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


class _Builder:
    """Builds the tree of elements from the events of the parser."""

    def __init__(self) -> None:
        self._open = [_Element("")]
        self._count = 0

    def start(self, tag: str, _: Mapping[str, str]) -> None:
        self._count += 1
        if len(self._open) > MAX_DEPTH:
            raise BodyError(f"The body has more than {MAX_DEPTH} levels")
        if self._count > MAX_ELEMENTS:
            raise BodyError(f"The body has more than {MAX_ELEMENTS} elements")
        element = _Element(key_of(tag.rpartition("}")[2]))
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        self._open[-1].texts.append(text)

    def root(self) -> _Element:
        return self._open[0].children[0]


def read(raw: bytes, schema: Mapping[str, Any], bundle: Mapping[str, Any]) -> Any:
    """The value that the schema's JSON would have.

    Raises:
        BodyError: it is no XML, brings a document type, has another root than the schema says, is
            too large a tree, mixes texts with elements, or repeats one where no list is allowed.
    """
    root = _parse(_decode(raw))
    name = pointers.follow(bundle, schema).get("xml", {}).get("name")
    if name is not None and root.key != name:
        raise BodyError(f"The root element is {quoted(root.key)}, not '{name}'")
    # PLT-011: the fields can stand below an entry; of several, the first counts.
    wrapped = bool(root.children) and all(child.key == _ENTRY for child in root.children)
    return _value(root.children[0] if wrapped else root, schema, bundle)


def write(value: Any, root: str = "response") -> bytes:
    """The value as XML; a list repeats the element of its key, what is empty is an empty element.

    A character that XML does not have becomes U+FFFD.
    """
    pieces = [_DECLARATION]
    _write_one(pieces.append, root, value)
    return "".join(pieces).encode()


@lru_cache(maxsize=1024)
def name_of(key: str) -> str:
    """The element name of a key."""
    return _NOT_IN_NAME.sub(lambda found: f"_x{ord(found[0]):04X}_", key) or "_"


def key_of(name: str) -> str:
    """The key of an element name."""
    if name == "_":
        return ""
    return _ESCAPED.sub(_character, name) if "_x" in name else name


def _character(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    # NUL and surrogates, which JSON bodies are refused for, stay as they are written.
    if code == 0 or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return escaped[0]
    return chr(code)


def _decode(raw: bytes) -> str:
    codec = next((codec for mark, codec in _MARKS if raw.startswith(mark)), "")
    if not codec:
        declared = _DECLARED.match(raw)
        name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
        codec = _CODECS.get(name, "")
        if not codec:
            raise BodyError(f"The body is not in an encoding that is read: {quoted(name)}")
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        raise BodyError("The body is not text in its encoding") from error


def _parse(text: str) -> _Element:
    if not text or text.isspace():
        raise BodyError("The body is empty")
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        for start in range(0, len(text), _PIECE):
            parser.feed(text[start : start + _PIECE])
        parser.close()
    except DefusedXmlException as error:
        raise BodyError("The body brings a document type or entities, which are not read") from (
            error
        )
    except ParseError as error:
        line, column = error.position
        what = ErrorString(error.code)
        raise BodyError(f"The body is not XML: {what} at line {line}, column {column}") from error
    return builder.root()


def _value(element: _Element, schema: Any, bundle: Mapping[str, Any]) -> Any:
    text = "".join(element.texts)
    if not element.children:
        return _scalar(text, _types(schema, bundle))
    if text.strip(_BLANK):
        raise BodyError(f"The element {quoted(element.key)} mixes text with elements")
    groups: dict[str, list[_Element]] = {}
    for child in element.children:
        groups.setdefault(child.key, []).append(child)
    return {
        key: _field(key, group, _below(schema, key, bundle), bundle)
        for key, group in groups.items()
    }


def _field(key: str, group: list[_Element], schema: Any, bundle: Mapping[str, Any]) -> Any:
    types = _types(schema, bundle)
    if len(group) == 1 and not types <= {"array", "null"}:
        return _value(group[0], schema, bundle)
    if "array" not in types:
        raise BodyError(f"The body has the element {quoted(key)} twice in one element")
    items = _below(schema, None, bundle)
    return [_value(element, items, bundle) for element in group]


def _scalar(text: str, types: frozenset[str]) -> Any:
    if "string" in types:
        return text
    word = text.strip(_BLANK)
    if not word:
        if "object" in types:
            return {}
        return None if "null" in types else ""
    if "boolean" in types and word in {"true", "false"}:
        return word == "true"
    if types & {"integer", "number"} and _NUMBER.fullmatch(word):
        try:
            return json_bodies.read(word.encode())
        except BodyError as error:
            raise BodyError(f"The number {quoted(word)} is too large") from error
    return text


def _types(schema: Any, bundle: Mapping[str, Any]) -> frozenset[str]:
    """The JSON types that the schema admits; all of them where it says nothing."""
    if not isinstance(schema, Mapping):
        return _TYPES
    found = _TYPES
    if "type" in schema:
        named = schema["type"]
        found &= {named} if isinstance(named, str) else set(named)
        found |= {"integer"} if "number" in found else frozenset()
    if "const" in schema:
        found &= {_TYPE_OF[type(schema["const"])]}
    if "enum" in schema:
        found &= {_TYPE_OF[type(value)] for value in schema["enum"]}
    for conjunct in _conjuncts(schema, bundle):
        found &= _types(conjunct, bundle)
    for branches in _alternatives(schema):
        found &= frozenset().union(*(_types(branch, bundle) for branch in branches))
    return found


def _below(schema: Any, key: str | None, bundle: Mapping[str, Any]) -> Any:
    """The schema of the property `key`, or of the items of a list; None where nothing is said."""
    if not isinstance(schema, Mapping):
        return None
    if key is None:
        own = schema.get("items")
    else:
        own = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
    parts = [own, *(_below(conjunct, key, bundle) for conjunct in _conjuncts(schema, bundle))]
    for branches in _alternatives(schema):
        # A branch that does not speak of the property says nothing about its form.
        spoken = [_below(branch, key, bundle) for branch in branches]
        spoken = [part for part in spoken if part is not None]
        parts.append({"anyOf": spoken} if spoken else None)
    parts = [part for part in parts if part is not None]
    return {"allOf": parts} if parts else None


def _conjuncts(schema: Mapping[str, Any], bundle: Mapping[str, Any]) -> list[Any]:
    referred = [pointers.resolve(bundle, schema["$ref"])] if "$ref" in schema else []
    return [*referred, *schema.get("allOf", ())]


def _alternatives(schema: Mapping[str, Any]) -> list[list[Any]]:
    return [schema[keyword] for keyword in ("anyOf", "oneOf") if keyword in schema]


def _write_one(add: Callable[[str], None], name: str, value: Any) -> None:
    if isinstance(value, list):
        value = {_KEYLESS: value}
    if not (isinstance(value, dict) and value):
        text = _text(value)
        add(f"<{name}>{text}</{name}>" if text else f"<{name}/>")
        return
    add(f"<{name}>")
    for key, member in value.items():
        tag = name_of(key)
        for entry in member if isinstance(member, list) else (member,):
            _write_one(add, tag, entry)
    add(f"</{name}>")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return _SPECIAL.sub(_replacement, value)
    if value is None or value == {}:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    raise TypeError(f"a {type(value).__name__} is not a value of JSON")


def _replacement(found: re.Match[str]) -> str:
    return _ENTITIES.get(found[0], "\ufffd")
