"""JSON bodies, read so strictly that what is stored later always means one thing.

orjson does the work and refuses most of what is no JSON. What it lets pass is looked for here: a
key that appears twice, a nesting too deep for later code.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

# The platform reads no body above this size; it refuses it like one that is no JSON.
MAX_BYTES = 10 * 1024 * 1024
# orjson goes down to 1,023 levels; the judge of schemas gives up below 255.
MAX_DEPTH = 200

_BOM = b"\xef\xbb\xbf"
_SPELLED_QUOTE = rb"\u0022"
_ECHOED = 40


class BodyError(Exception):
    """A body that cannot be read; `reason` is fit to be sent to the client."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def check_length(length: int) -> None:
    """Refuse a body that is longer than the platform reads.

    Raises:
        BodyError: it is.
    """
    if length > MAX_BYTES:
        raise BodyError(f"The body has more than {MAX_BYTES} bytes")


def read(raw: bytes) -> Any:
    """The value of the text.

    Whole numbers that 64 bits do not hold become the nearest float.

    Raises:
        BodyError: it is not the UTF-8 text of one JSON value, or that value has a key twice, an
            infinite number or more than `MAX_DEPTH` levels.
    """
    if raw.startswith(_BOM):
        raw = raw[len(_BOM) :]
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BodyError(_reason(raw, error)) from error
    if value.__class__ is dict or value.__class__ is list:
        _check_members(raw, value)
    return value


def quoted(text: str) -> str:
    """Text of a request as a refusal may repeat it: in quotes, and not too much of it."""
    return f"'{text}'" if len(text) <= _ECHOED else f"'{text[: _ECHOED - 3]}...'"


def _reason(raw: bytes, error: orjson.JSONDecodeError) -> str:
    if not raw.strip(b" \t\r\n"):
        return "The body is empty"
    if "not valid UTF-8" in error.msg:
        return "The body is not UTF-8 text"
    return f"The body is not JSON: {error.msg} at character {error.pos + 1}"


def _check_members(raw: bytes, value: Any) -> None:
    """Refuse a key that appears twice, and too deep a nesting.

    A parsed object has lost the twins of its keys, but the text still has the quotes around them.
    If the value, written out, has not as many quotes as the text, or if the text spells a quote as a
    number, the body is parsed again, by a slower parser that shows every member.
    """
    # Most bodies are one flat object, which two quick searches tell.
    if (b"[" in raw or raw.find(b"{", 1) > 0) and raw.count(b"{") + raw.count(b"[") > MAX_DEPTH:
        _check_depth(value)
    is_spelled = b"\\" in raw and _SPELLED_QUOTE in raw
    if is_spelled or raw.count(b'"') != orjson.dumps(value).count(b'"'):
        json.loads(raw, object_pairs_hook=_refuse_twins)


def _check_depth(value: Any) -> None:
    level = [value]
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise BodyError(f"The body has more than {MAX_DEPTH} levels")
        below: list[Any] = []
        for branch in level:
            below.extend(branch.values() if branch.__class__ is dict else branch)
        level = [node for node in below if node.__class__ is dict or node.__class__ is list]


def _refuse_twins(members: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in members:
        if key in seen:
            raise BodyError(f"The body has the key {quoted(key)} twice in one object")
        seen.add(key)
