"""The fields of a request as its target may read them, in whatever way they are written.

A body is read as its Content-Type says. What cannot be read for certain is an error, so that
whoever has to know what a request does can keep it back.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from xml.etree.ElementTree import Element

from ccaas_kit.contract import parsing
from ccaas_kit.contract.parsing import parse_xml
from ccaas_kit.model.contract import media_type

# Levels of lists, objects and elements; nobody needs as many.
_DEEPEST = 100
_FORM = "application/x-www-form-urlencoded"
# Charsets in which letters of ASCII are the bytes of ASCII, by what JSON and XML detect.
_CHARSETS = {
    "utf-8": re.compile(r"utf-?8|us-ascii|ascii|iso-8859-1|latin-?1|windows-1252"),
    "utf-16": re.compile(r"utf-?16(-?[bl]e)?"),
    "utf-32": re.compile(r"utf-?32(-?[bl]e)?"),
}
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^"';\s]*)""", re.IGNORECASE)
# The texts and brackets of a JSON text that has begun; a text without its end is the last group.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|([\[\]{}])|(")', re.DOTALL)
_CLOSING = {"{": "}", "[": "]"}


class UnreadableError(Exception):
    """Nobody can say for certain what a body says; `why` is the reason."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Field:
    """A named value; `text` is empty where it is a list, and where it is `nested`, an object."""

    name: str
    text: str = ""
    nested: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """What the name may stand for, in the spelling of `key`: `a[Social-Channel]` is two."""
        return frozenset(map(key, (self.name, *re.split(r"[\[\].:/]", self.name))))


class _Object(list[tuple[str, Any]]):
    """The members of a JSON object, those with the same name as well."""


def key(name: str) -> str:
    """A name without what two spellings of it can differ in: case, width, signs between words."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def of_query(query: Mapping[str, str | int] | str) -> list[Field]:
    """The fields of a query, as names with values or as in a URL."""
    if isinstance(query, str):
        return _form(query.encode())
    return [Field(name, str(value)) for name, value in query.items()]


def of_body(body: bytes, content_type: str | None) -> list[Field]:
    """The fields of a body, those of objects and elements in it as well.

    A body without a Content-Type that is known here is read in every way in which it can be.

    Raises:
        UnreadableError: it is not what its Content-Type says, or cannot be read at all.
    """
    if not body.strip():
        return []
    _check_charset(body, content_type or "")
    kind = media_type(content_type or "")
    if kind == _FORM:
        return _form(body)
    if kind.endswith(("/json", "+json")):
        return _json(body)
    if kind.endswith(("/xml", "+xml")):
        return _xml(body)
    return [*_json_or_xml(body), *_form(body)]


def _json_or_xml(body: bytes) -> list[Field]:
    try:
        return _json(body)
    except UnreadableError:
        return _xml(body)


def _check_charset(body: bytes, content_type: str) -> None:
    detected = json.detect_encoding(body)
    form = next(charset for name, charset in _CHARSETS.items() if detected.startswith(name))
    for charset in _CHARSET.findall(content_type):
        if not form.fullmatch(charset.casefold()):
            raise UnreadableError(f"the body is not in its declared charset {charset!a}")


def _json(body: bytes) -> list[Field]:
    try:
        text = body.decode(json.detect_encoding(body))
    except UnicodeDecodeError as error:
        raise UnreadableError("the body is in no encoding of JSON") from error
    try:
        value = _parsed(text)
    except ValueError:
        value = _parsed_without_end(text)
    return list(_members(value))


def _parsed(text: str) -> Any:
    try:
        # Numbers stay texts: one of many digits is no error, and 1.0 is not 1.
        return json.loads(
            text, object_pairs_hook=_Object, parse_int=str, parse_float=str, parse_constant=str
        )
    except RecursionError as error:
        raise UnreadableError("the body is nested too deeply") from error


def _parsed_without_end(text: str) -> Any:
    """What a JSON text says whose last brackets are missing: how much of it is read is known."""
    opened: list[str] = []
    for bracket, unfinished in (found.groups() for found in _TOKEN.finditer(text)):
        if unfinished:
            raise UnreadableError("the body ends within a text")
        if bracket in _CLOSING:
            opened.append(_CLOSING[bracket])
        elif bracket and (not opened or opened.pop() != bracket):
            raise UnreadableError("the body is not JSON")
    try:
        return _parsed(text + "".join(reversed(opened)))
    except ValueError as error:
        raise UnreadableError("the body is not JSON") from error


def _members(value: Any) -> Iterator[Field]:
    level: list[tuple[str, Any]] = [("", value)]
    for _ in range(_DEEPEST):
        below: list[tuple[str, Any]] = []
        for name, node in level:
            if isinstance(node, _Object):
                below += node
            elif isinstance(node, list):
                below += [(name, child) for child in node]
            text = "" if isinstance(node, list) else _text(node)
            yield Field(name, text, nested=isinstance(node, _Object))
        if not below:
            return
        level = below
    raise UnreadableError("the body is nested too deeply")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _xml(body: bytes) -> list[Field]:
    try:
        root = parse_xml(body)
    except parsing.UnreadableError as error:
        raise UnreadableError("the body is not XML, or has a DTD") from error
    return list(_elements(root))


def _elements(root: Element) -> Iterator[Field]:
    level = [root]
    for _ in range(_DEEPEST):
        for element in level:
            # The text of the element itself, also where other elements part it.
            own = "".join(filter(None, (element.text, *(child.tail for child in element))))
            yield Field(_local(element.tag), own.strip(), nested=len(element) > 0)
            yield from (Field(_local(name), text.strip()) for name, text in element.attrib.items())
        level = [child for element in level for child in element]
        if not level:
            return
    raise UnreadableError("the body is nested too deeply")


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def _form(body: bytes) -> list[Field]:
    try:
        text = body.decode(json.detect_encoding(body))
        # Some servers part fields at a semicolon as well.
        parts = [part for piece in text.split("&") for part in {piece, *piece.split(";")}]
        pairs = [
            pair
            for part in parts
            for pair in parse_qsl(part, keep_blank_values=True, errors="strict")
        ]
    except UnicodeDecodeError as error:
        raise UnreadableError("the body is no form in UTF-8") from error
    return [Field(name, text) for name, text in pairs]
