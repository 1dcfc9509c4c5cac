"""Reading JSON and XML that somebody else has written: bounded in depth and size, never raising else.

A target, a recording or a random request can hold anything. What is read here is either a value
that schemas, files and recursive code can take, or an UnreadableError that says why it is not:

    >>> parse_json(b'{"state": "new"}')
    {'state': 'new'}
    >>> parse_json(b"[" * 5000)
    Traceback (most recent call last):
    ccaas_kit.contract.parsing.UnreadableError: not readable: nested deeper than 100
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

# Levels of lists, objects or elements; schemas can be held against 255.
DEEPEST = 100
# No body of the five APIs comes near to this; the client of the runner reads no more either.
LARGEST = 8 * 1024 * 1024
# A text of JSON, or what opens or closes a level outside of texts.
# Possessive: without, a text of some megabytes takes a hundred times its length in memory.
_MARKS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


class UnreadableError(ValueError):
    """The text is not JSON or XML, or none that can be worked with; the message says why.

    `too_much` marks what may well be JSON or XML, and is deeper or longer than is read here.
    """

    def __init__(self, reason: str, *, too_much: bool = False) -> None:
        self.too_much = too_much
        super().__init__(f"not readable: {reason}" if too_much else reason)


def parse_json(
    raw: bytes | str, *, deepest: int = DEEPEST, largest: int = LARGEST, unique: bool = False
) -> Any:
    """The value of a JSON text; with `unique`, a key that an object has twice is rejected.

    Raises:
        UnreadableError: it is not JSON, nested deeper or longer than is read here, or holds halves
            of characters or constants such as NaN, which no file of JSON can hold.
    """
    _hold_size(raw, largest)
    try:
        text = raw.decode(json.detect_encoding(raw)) if isinstance(raw, bytes) else raw
    except UnicodeDecodeError as error:
        raise UnreadableError("not JSON: its bytes are no text") from error
    if _depth(text, deepest) > deepest:
        raise UnreadableError(f"nested deeper than {deepest}", too_much=True)
    try:
        value = json.loads(
            text, parse_constant=_refuse_constant, object_pairs_hook=_unique if unique else None
        )
    except UnreadableError:
        raise
    except (ValueError, RecursionError) as error:
        # Python refuses numbers of several thousand digits as well.
        raise UnreadableError("not JSON") from error
    if "\\u" in text or not isinstance(raw, bytes):
        _hold_characters(value)
    return value


def parse_xml(raw: bytes, *, deepest: int = DEEPEST, largest: int = LARGEST) -> Element:
    """The root of an XML text.

    Raises:
        UnreadableError: it is not XML, nested deeper or longer than is read here, or has entities
            or a DTD.
    """
    _hold_size(raw, largest)
    parser = XMLParser(target=_Builder(deepest), forbid_dtd=True)
    try:
        parser.feed(raw)
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise UnreadableError("XML with a DTD or entities") from error
    except UnreadableError:
        raise
    except (ParseError, LookupError, ValueError) as error:
        raise UnreadableError("not XML") from error
    return root


class _Builder(TreeBuilder):
    """Builds the tree of a text that is not nested too deeply."""

    def __init__(self, deepest: int) -> None:
        super().__init__()
        self._deepest = deepest
        self._depth = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self._depth += 1
        if self._depth > self._deepest:
            raise UnreadableError(f"nested deeper than {self._deepest}", too_much=True)
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def _hold_size(raw: bytes | str, largest: int) -> None:
    if len(raw) > largest:
        raise UnreadableError(f"longer than {largest} bytes", too_much=True)


def _depth(text: str, deepest: int) -> int:
    """How deep a JSON text is nested; it is looked at only if it could be deeper than allowed."""
    if text.count("[") + text.count("{") <= deepest:
        return 0
    depth = most = 0
    for mark in _MARKS.finditer(text):
        first = mark[0][0]
        if first in "[{":
            depth += 1
            most = max(most, depth)
            if most > deepest:
                break
        elif first in "]}":
            depth -= 1
    return most


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableError(f"not JSON: {name} is no number of it")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableError(f"the key {twice!r} appears twice in one object")
    return found


def _hold_characters(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise UnreadableError("not JSON: it holds half of a character") from error


# Numbers as encoded queries and records write them, with one meaning for the sandbox and the judge. What no
# page describes (exponents, digits beyond ASCII, underscores, bases, NaN, infinity) is no number here.
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")


def parse_number(text: str) -> Decimal | None:
    """The number that a text is, spaces around it aside; None for any other text.

    `parse_number(" +1.50")` is `Decimal("1.50")`; `parse_number("1e5")` and `parse_number("NaN")` are None.
    """
    text = text.strip(" ")
    return Decimal(text) if _NUMBER.fullmatch(text) else None
