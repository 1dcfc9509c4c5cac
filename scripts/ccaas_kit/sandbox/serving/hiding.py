"""Hiding secrets: what fields and headers hold that are named like one, and what a request signs in with."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Any

import orjson

from ccaas_kit.contract.redaction import HIDDEN, Redactor
from ccaas_kit.sandbox.http import json_bodies
from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.platform import auth

_WORDS = "(?:password|passwd|secret|token|api[_-]?key)"
_WORD = re.compile(_WORDS, re.IGNORECASE)
_NAME = rf"(?=[\w.:-]*{_WORDS})[\w.:-]++"
# A value of JSON: its quote and what follows up to the same quote, a list or an object up to the end of
# the text, or a word. In JSON inside a text, backslashes are before each quote.
_VALUE = (
    r'(?:(?P<quote>")(?:[^"\\]|\\.)*+'
    r'|(?P<escaped>(?P<slashes>\\+)")(?:(?!(?<!\\)(?P=slashes)").)*+'
    r"|[\[{].*|[\w.+-]++)"
)
_IN_JSON = re.compile(
    rf'(?P<key>"(?=[^"\\]*{_WORDS})[^"\\]*+\\*+"\s*+:\s*+){_VALUE}', re.IGNORECASE | re.DOTALL
)
# The content of an element up to its end, or to that of the text, if the element was cut.
_IN_ELEMENT = re.compile(
    rf"(<(?P<name>{_NAME})(?:\s[^<>]*+)?(?<!/)>)"
    r"(?:<!\[CDATA\[.*?(?:\]\]>|\Z)|(?!</(?P=name)\s*>).)*+",
    re.IGNORECASE | re.DOTALL,
)
_IN_ATTRIBUTE = re.compile(
    rf"""(\s{_NAME}\s*=\s*["'])(?:(?<=")[^"]*+|(?<=')[^']*+)""", re.IGNORECASE
)
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_IN_QUERY = re.compile(rf"((?:^|[?&;]){_NAME}=)[^&\s]*+", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Whether a field or a header of this name holds a secret."""
    return _WORD.search(name) is not None


def in_text(text: str) -> str:
    """Any text, such as a body that is cut or cannot be read, without what secret fields hold."""
    text = _IN_JSON.sub(_without, text)
    for pattern in (_IN_ELEMENT, _IN_ATTRIBUTE, _IN_QUERY):
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text


def in_body(raw: bytes) -> str:
    """The text of a body without what secret fields hold; JSON is written anew where it has some."""
    return _in_json(raw) or in_text(raw.decode("utf-8", "replace").replace("\0", ""))


def in_headers(headers: Iterable[tuple[str, str]], redactor: Redactor) -> list[tuple[str, str]]:
    """Headers by their names in lower case, without secrets."""
    return [(name.lower(), _in_header(name.lower(), value, redactor)) for name, value in headers]


def in_query(query: str, redactor: Redactor) -> str:
    """A query without secrets."""
    return redactor.clean(in_text(f"?{query}")[1:])


def redactor_of(request: Request) -> Redactor:
    """A redactor of the credentials of a request."""
    header = request.headers.get("authorization", "")
    _, _, credentials = header.strip().partition(" ")
    _, password = basic(request)
    key = request.headers.get(auth.API_KEY, "")
    return Redactor(tuple(secret for secret in (credentials, password, key) if secret))


def basic(request: Request) -> tuple[str, str]:
    """The name and the password of a request; empty where it has none."""
    scheme, _, value = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.casefold() != "basic":
        return "", ""
    try:
        text = base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return "", ""
    name, _, password = text.partition(":")
    return name, password


def _in_header(name: str, value: str, redactor: Redactor) -> str:
    if name not in _SECRET_HEADERS and not is_secret(name):
        return redactor.clean(in_text(value))
    scheme = value.partition(" ")[0] if name == "authorization" else ""
    return f"{scheme} {HIDDEN}" if scheme.casefold() in ("basic", "bearer") else HIDDEN


def _in_json(raw: bytes) -> str:
    """JSON that can be read whole, at any depth; empty for all else."""
    try:
        value = json_bodies.read(raw)
        hidden = _hidden(value)
    except (json_bodies.BodyError, RecursionError):
        return ""
    return (raw if hidden == value else orjson.dumps(hidden)).decode("utf-8-sig")


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: HIDDEN if is_secret(key) else _hidden(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_hidden(member) for member in value]
    if isinstance(value, str):
        return (value[:1] in ("{", "[") and _in_json(value.encode())) or in_text(value)
    return value


def _without(found: re.Match[str]) -> str:
    quote = found["quote"] or found["escaped"]
    return f"{found['key']}{quote}{HIDDEN}" if quote else f'{found["key"]}"{HIDDEN}"'
