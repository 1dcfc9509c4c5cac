"""Taking secrets out of everything that is written: logs, reports, what the terminal shows.

A secret is looked for letter by letter, each in any way in which JSON, XML, HTML, URLs and shells
write it, nested as deeply as they please; besides, as a whole in hex and in base64.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from urllib.parse import unquote

from ccaas_kit.contract.layout import BUNDLE
from ccaas_kit.contract.shapes import Json

HIDDEN = "[hidden]"
# Characters of a secret that is looked for in any text, and of a beginning of one.
SHORTEST = 8
# So many letters of a secret are looked for first.
_HEAD = 4
# What follows a text that was cut off: its end, a mark of the cut, or the end of a quotation.
_EDGE = r"(?P<edge>\Z|…|\.\.\.|\s*// Output truncated|[\"'<&\\\r\n\x00\ufffd])"
# What is left of a letter that was cut through: of one that is encoded, and of a pair of hex digits.
_TORN = r"(?i:(?:%(?:25)*[0-9a-f]{0,2}){1,4}|\\+(?:u[0-9a-f]{0,3}|x[0-9a-f]?)?|&(?:amp;)*#?\w{0,5})"
_TORN_PAIR = "(?i:[ :-]?[0-9a-f]?)"
# How often what was encoded may have been encoded again.
_DEPTH = 5
_ESCAPED = re.compile(
    r"\\+(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([0-3][0-7]{2})|[rn](?=[\w+/])|(.))", re.I
)
_AMP = r"(?:&|\\+u0026|%(?:25)*26)(?:amp;)*"
_NUL = r"(?:\x00|\\+u0000|\\+x00|\\+000|%(?:25)*00)*"
_BREAK = r"(?:\\+[rn]|\s)*"
_NAMES = {'"': "quot", "'": "apos", "<": "lt", ">": "gt", "&": "amp"}


_JOINING = str.maketrans("", "", " :-")
# What fills up base64 at its end.
_PADDING = re.compile(r"(?:=|%(?:25)*3d|\\+u003d)*", re.IGNORECASE)


class Redactor:
    """Takes secrets out of text, in every form in which they may have got there.

    A short secret is part of other words by chance, so it is removed only in credentials: after `Basic`
    or `Bearer`, and after the name of a header or field for secrets.
    """

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        self._forms: list[_Form] = []
        self._heads: frozenset[str] = frozenset()
        self._short: set[str] = set()
        self.learn(*secrets)

    def learn(self, *secrets: str) -> None:
        """Take out these secrets as well from now on, such as a token that was fetched."""
        whole = [secret for secret in secrets if len(secret) >= SHORTEST]
        self._short.update(secret for secret in secrets if 0 < len(secret) < SHORTEST)
        # The longest first: of two secrets one can begin with the other.
        forms = {*self._forms, *(form for secret in whole for form in _forms(secret))}
        self._forms = sorted(forms, key=lambda form: (-len(form.text), form.text))
        self._heads = frozenset(form.head for form in self._forms)

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
        heads = self._heads_in(text)
        forms = [form for form in self._forms if form.head in heads] if heads else []
        for form in forms:
            # A secret can itself look like something encoded.
            text = text.replace(form.text, HIDDEN) if form.is_plain else text
        # Whole ones first: the beginning of one can be the end of another.
        for whole in (True, False):
            for form in forms:
                text = form.taken_out(text, whole=whole)
        for secret in self._short:
            if secret in text:
                text = _signed_in_with(secret).sub(rf"\g<1>{HIDDEN}", text)
        return text

    def clean_bytes(self, body: bytes) -> bytes:
        """The bytes without secrets, to be done before they are cut or encoded."""
        text = body.decode("utf-8", "surrogateescape")
        clean = self.clean(text)
        return body if clean == text else clean.encode("utf-8", "surrogateescape")

    def clean_all(self, document: Json) -> Json:
        """A report with every text in it clean; names and numbers, which are ours, stay."""
        if isinstance(document, str):
            return self.clean(document)
        if isinstance(document, dict):
            return {key: self.clean_all(part) for key, part in document.items()}
        if isinstance(document, list):
            return [self.clean_all(part) for part in document]
        return document

    def _heads_in(self, text: str) -> set[str]:
        """The heads of forms that a text may hold, as it is or decoded."""
        found = {head for head in self._heads if head in text}
        for _ in range(_DEPTH):
            decoded = _decoded(text)
            if decoded == text:
                break
            text = decoded
            found |= {head for head in self._heads if head in text}
        # Hex has digits of either kind, and may have something between two bytes.
        joined = text.lower().translate(_JOINING)
        return found | {head for head in self._heads if head in joined}


class _Form:
    """One way to write a secret, of which each letter can be encoded by itself.

    `between` is what may stand between two letters, `torn` what is left of one that was cut
    through. In hex the letters are pairs of digits.
    """

    def __init__(self, text: str, letters: Sequence[str], between: str, torn: str = _TORN) -> None:
        self.text = text
        self.head = text[: sum(map(len, letters[:_HEAD]))]
        self.is_plain = between is _NUL
        self._letters = letters
        self._between = between
        self._torn = re.compile(f"(?:{torn})?(?:{_EDGE})")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Form) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def taken_out(self, text: str, *, whole: bool) -> str:
        """The text without the form, if it is complete, or if it was cut off."""
        head = self._between.join(map(_letter, self._letters[:_HEAD]))
        first = _compiled(_beginning(self._letters[0]) + head)
        kept: list[str] = []
        done = at = 0
        while (found := first.search(text, at)) is not None:
            ends = [found.end(), *self._followed(text, found.end())]
            is_whole = len(ends) == len(self._letters) - _HEAD + 1
            if whole:
                end = _after_padding(text, ends[-1]) if is_whole else 0
            else:
                end = self._cut(text, found.start(), ends)
            if end:
                kept += [text[done : found.start()], HIDDEN]
                done = end
            at = end or found.start() + 1
        return "".join((*kept, text[done:])) if done else text

    def _followed(self, text: str, at: int) -> Iterator[int]:
        """Where each further letter ends that is there."""
        for letter in self._letters[_HEAD:]:
            found = _compiled(self._between + _letter(letter)).match(text, at)
            if found is None:
                return
            at = found.end()
            yield at

    def _cut(self, text: str, start: int, ends: Sequence[int]) -> int:
        """Where the form was cut off, given where its letters end; 0 if it was not.

        A letter can be the end of the quotation already.
        """
        for end in reversed(ends):
            found = self._torn.match(text, end)
            if found and found.start("edge") - start >= SHORTEST:
                is_public = text[start:end] in _words_of_contract()
                return 0 if is_public else found.start("edge")
        return 0


@cache
def _words_of_contract() -> frozenset[str]:
    """The words of the contract: that a text contains one of them reveals nothing of a secret."""
    text = BUNDLE.read_text(encoding="utf-8")
    return frozenset(re.findall(r"\w+", text))


def _after_padding(text: str, at: int) -> int:
    found = _PADDING.match(text, at)
    return found.end() if found else at


def _decoded(text: str) -> str:
    """The text with one level of each encoding taken off."""
    if "%" in text:
        text = unquote(text, errors="surrogateescape")
    if "&" in text:
        text = html.unescape(text)
    if "\\" in text:
        text = _ESCAPED.sub(_unescaped, text)
    return text.replace("\0", "")


def _unescaped(found: re.Match[str]) -> str:
    if digits := found[1] or found[2]:
        return chr(int(digits, 16))
    return chr(int(found[3], 8)) if found[3] else found[4] or ""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _letter(letter: str) -> str:
    """What a letter, or a pair of hex digits, looks like in any encoding."""
    if len(letter) == 2:
        return f"(?i:{letter})"
    code = ord(letter)
    ways = [rf"\\*{re.escape(letter)}"] if letter != "\\" else [r"\\+"]
    quoted = "".join(rf"%(?:25)*{byte:02x}" for byte in letter.encode("utf-8", "surrogatepass"))
    escaped = json.dumps(letter)[1:-1] if code > 127 else rf"\u{code:04x}"
    ways += [quoted, escaped.replace("\\", r"\\+"), rf"\\*{_AMP}#(?:0*{code}|x0*{code:x});"]
    if code < 256:
        ways += [rf"\\+x{code:02x}", rf"\\+{code:03o}"]
    if letter in _NAMES:
        ways += [rf"\\*{_AMP}{_NAMES[letter]};"]
    if letter == "&":
        ways += [rf"\\*{_AMP}"]
    if letter == " ":
        ways += [r"\+", r"%(?:25)*2b"]
    # What is written as it is comes last: nobody steps back once a letter was found.
    plain, *others = ways
    return f"(?:(?i:{'|'.join(others)})|{plain})"


def _beginning(letter: str) -> str:
    """What looks ahead for a character that a letter, or a pair of hex digits, begins with.

    Most places of a long text fail here, at a fifth of the cost of trying each way to write it.
    """
    if len(letter) == 2:
        return f"(?=[{letter[0]}{letter[0].upper()}])"
    return rf"(?=[{re.escape(letter)}\\%&{'+' if letter == ' ' else ''}])"


@cache
def _signed_in_with(secret: str) -> re.Pattern[str]:
    """A secret in credentials: it follows a scheme or the name of a field for secrets."""
    return re.compile(
        r"(\b(?:basic|bearer)\s+"
        r"|(?:authorization|api-?key|password|passwd|client_?secret|token)(?:[\"\\']|&quot;)*"
        r"\s*[:=]\s*(?:[\"\\']|&quot;)*)"
        rf"{re.escape(secret)}(?![\w-])",
        re.IGNORECASE,
    )


def _forms(secret: str) -> Iterator[_Form]:
    raw = secret.encode("utf-8", "surrogateescape")
    digits = raw.hex()
    yield _Form(secret, secret, _NUL)
    pairs = [digits[at : at + 2] for at in range(0, len(digits), 2)]
    yield _Form(digits, pairs, r"(?:[ :-]|%(?:25)*20|\\+x)?", _TORN_PAIR)
    for text in _base64(raw):
        if len(text) >= SHORTEST:
            # Mail breaks it into lines.
            yield _Form(text, text, _BREAK)


def _base64(raw: bytes) -> Iterator[str]:
    """Bytes in base64, by themselves and as a part of more, without the letters of both."""
    whole = base64.b64encode(raw).decode()
    found = [whole.rstrip("=")]
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw).decode()
        # A letter holds six bits: the first may have bits of what is before, the last of what follows.
        first = -(-before * 8 // 6)
        last = (before + len(raw)) * 8 // 6
        found.append(encoded[first:last])
    for text in found:
        yield from (text, text.translate(str.maketrans("+/", "-_")))
