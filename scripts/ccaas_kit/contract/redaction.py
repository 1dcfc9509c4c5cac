"""Taking secrets out of everything that is written: logs, reports, what the terminal shows."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

HIDDEN = "[hidden]"
# Characters of a secret that is looked for in any text, and of a beginning of one.
SHORTEST = 8
# What stands behind a text that was cut off: its end, what tells of it, or the end of a quotation.
_EDGE = re.compile(r"\Z|…|\.\.\.|\s*// Output truncated|[\"'<&\\\r\n\x00\ufffd]")


class Redactor:
    """Takes secrets out of text, in every form in which they may have got there.

    A short secret stands in other words by chance, so it is taken out only where one signs in with
    it: `Basic`, `Bearer`, and after the name of a header or field for secrets.
    """

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        self._forms: list[str] = []
        self._heads: frozenset[str] = frozenset()
        self._short: set[str] = set()
        self.learn(*secrets)

    def learn(self, *secrets: str) -> None:
        """Take out these secrets as well from now on, such as a token that was fetched."""
        whole = [each for each in secrets if len(each) >= SHORTEST]
        self._short.update(each for each in secrets if 0 < len(each) < SHORTEST)
        # The longest first: of two secrets one can begin with the other.
        forms = {*self._forms, *(form for secret in whole for form in _forms(secret))}
        self._forms = sorted(forms, key=lambda form: (-len(form), form))
        self._heads = frozenset(form[:SHORTEST] for form in self._forms)

    @property
    def warning(self) -> str:
        """What to tell whoever has given a secret that is too short; empty if nobody has."""
        if not self._short:
            return ""
        return (
            f"A secret has fewer than {SHORTEST} characters. Reports hide it in headers and where "
            "one signs in, and not where the same letters stand in other text."
        )

    def clean(self, text: str) -> str:
        """The text without secrets, also without one that was cut off after its beginning."""
        heads = {head for head in self._heads if head in text}
        forms = [form for form in self._forms if form[:SHORTEST] in heads] if heads else []
        for form in forms:
            text = text.replace(form, HIDDEN)
        for form in forms:
            text = _without_beginnings(text, form)
        for secret in self._short:
            if secret in text:
                text = _signed_in_with(secret).sub(rf"\g<1>{HIDDEN}", text)
        return text

    def clean_bytes(self, body: bytes) -> bytes:
        """The bytes without secrets, to be done before they are cut or encoded."""
        text = body.decode("utf-8", "surrogateescape")
        clean = self.clean(text)
        return body if clean == text else clean.encode("utf-8", "surrogateescape")

    def clean_all(self, document: Any) -> Any:
        """A report with every text in it clean; names and numbers, which are ours, stay."""
        if isinstance(document, str):
            return self.clean(document)
        if isinstance(document, dict):
            return {key: self.clean_all(each) for key, each in document.items()}
        if isinstance(document, list):
            return [self.clean_all(each) for each in document]
        return document


def _without_beginnings(text: str, form: str) -> str:
    """The text without the beginning of a secret where it was cut off."""
    head = form[:SHORTEST]
    at = text.find(head)
    while at >= 0:
        end = at + len(head)
        while end - at < len(form) and text[end : end + 1] == form[end - at]:
            end += 1
        if _EDGE.match(text, end):
            text = text[:at] + HIDDEN + text[end:]
            end = at + len(HIDDEN)
        at = text.find(head, end)
    return text


@cache
def _signed_in_with(secret: str) -> re.Pattern[str]:
    """Where one signs in with a secret: it stands alone behind what announces it."""
    return re.compile(
        r"(\b(?:basic|bearer)\s+"
        r"|(?:authorization|api-?key|password|passwd|client_?secret|token)(?:[\"\\']|&quot;)*"
        r"\s*[:=]\s*(?:[\"\\']|&quot;)*)"
        rf"{re.escape(secret)}(?![\w-])",
        re.IGNORECASE,
    )


def _forms(secret: str) -> set[str]:
    raw = secret.encode()
    quoted = {quote(secret, safe=""), quote_plus(secret)}
    forms = {
        *(secret, *quoted, *map(_small_digits, quoted)),
        *(quote(each, safe="") for each in (*quoted, *map(_small_digits, quoted))),
        *(raw.hex(), raw.hex().upper()),
        *_base64(raw),
        # UTF-16, read as if it were UTF-8.
        "\0".join(secret),
    }
    # A report quotes bodies that quote values themselves: JSON in JSON in HTML or XML.
    for _ in range(3):
        forms |= {written for form in forms for written in _written(form)}
    return {form for form in forms if len(form) >= SHORTEST}


def _base64(raw: bytes) -> Iterator[str]:
    """Bytes in base64, by themselves and as a part of more, without the letters of both."""
    whole = base64.b64encode(raw).decode()
    found = [whole, whole.rstrip("=")]
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw).decode()
        # A letter holds six bits: the first may have bits of what is before, the last of what follows.
        first = -(-before * 8 // 6)
        last = (before + len(raw)) * 8 // 6
        found.append(encoded[first:last])
    for each in found:
        yield from (each, each.translate(str.maketrans("+/", "-_")))


def _small_digits(text: str) -> str:
    """Percent-encoded text with small letters for digits."""
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), text)


def _written(text: str) -> tuple[str, ...]:
    """The text as JSON, XML and HTML write it."""
    return (
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        json.dumps(text)[1:-1].replace("/", "\\/"),
        escape(text),
        escape(text, {'"': "&quot;"}),
        escape(text, {'"': "&#34;", "'": "&#39;"}),
        html.escape(text),
    )
