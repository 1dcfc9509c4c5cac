"""How an exchange is repeated, as a command and as data, without the credentials it was made with."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.contract.shapes import Json
from ccaas_kit.judging.log import lines
from ccaas_kit.model.exchanges import Exchange

_LONGEST_BODY = 4000
# What a client sets by itself, and the number that Schemathesis gives each of its requests.
_BY_CLIENT = frozenset(
    (
        *("host", "content-length", "connection", "transfer-encoding", "x-schemathesis-testcaseid"),
        *("accept-encoding", "user-agent"),
    )
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request that can be sent again; `operation` may be the versioned form of another.

    `credentials` says whether it was sent with our own, with wrong ones or with none; they are
    not part of it. `status` is what came back, 0 for nothing.
    """

    operation: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    credentials: str
    positive: bool
    other_method: bool
    status: int

    def document(self) -> dict[str, Json]:
        """The request as a scorecard holds it."""
        return {
            "operation": self.operation,
            "method": self.method,
            "url": self.url,
            "headers": dict(self.headers),
            "body": None,
            **lines.body_document(self.body),
            "credentials": self.credentials,
            "positive": self.positive,
            "other_method": self.other_method,
            "status": self.status,
        }


class Signed(Protocol):
    """How requests are signed: the name of the header, and what a reader types in its place."""

    @property
    def header_name(self) -> str: ...

    @property
    def curl(self) -> str: ...


class Repeater:
    """Writes requests down; the reader's environment holds the credentials."""

    def __init__(self, credentials: Signed | None, redactor: Redactor) -> None:
        self._credentials = credentials
        self._redactor = redactor

    def curl(
        self,
        exchange: Exchange,
        *,
        variables: Mapping[str, str] = MappingProxyType({}),
        silent: bool = False,
    ) -> str:
        """One line for a shell; a `silent` one prints the body alone.

        `variables` names shell variables that hold texts of the request.
        """
        words = ["curl", "-i", "-X", exchange.method]
        for name, value in self._headers(exchange).items():
            words += ["-H", f"{name}: {value}"]
        piped = ""
        if exchange.request_body is not None:
            # Clean before it is cut off or written in octal digits: nobody finds a secret there.
            body = self._redactor.clean_bytes(exchange.request_body)[:_LONGEST_BODY]
            if _is_plain(body):
                words += ["--data-raw", body.decode()]
            else:
                piped = f"printf '{''.join(f'{chr(92)}{byte:03o}' for byte in body)}' | "
                words += ["--data-binary", "@-"]
        words.append(exchange.url)
        joined = " ".join(_quoted(word, variables) for word in words)
        line = piped + self._redactor.clean(_visible(joined))
        # Unquoted on purpose: the shell puts in what the reader's environment holds.
        options = f"{'-s' if silent else '-i'} {self.sign_in(exchange)}".rstrip()
        return line.replace("curl -i", f"curl {options}", 1)

    def recorded(self, exchange: Exchange) -> Recorded:
        """The request as data, from which it can be sent again."""
        body = exchange.request_body
        return Recorded(
            operation=exchange.operation.id,
            method=exchange.method,
            url=exchange.url,
            headers=self._headers(exchange),
            body=body and self._redactor.clean_bytes(body),
            credentials=exchange.credentials,
            positive=exchange.positive,
            other_method=exchange.other_method,
            status=exchange.status,
        )

    def _headers(self, exchange: Exchange) -> dict[str, str]:
        """The headers that are neither credentials nor the client's own."""
        secret = self._credentials.header_name.lower() if self._credentials else "authorization"
        left_out = _BY_CLIENT | {secret, "authorization", "cookie", "proxy-authorization"}
        return {
            name: value
            for name, value in exchange.request_headers.items()
            if name.lower() not in left_out
        }

    def sign_in(self, exchange: Exchange) -> str:
        """The option with which the request of an exchange is signed; empty if it was not."""
        if self._credentials is None or exchange.credentials == "none":
            return ""
        return self._credentials.curl if exchange.credentials == "own" else "-u wrong:wrong"


def _quoted(word: str, variables: Mapping[str, str]) -> str:
    """A word as a shell reads it, with the variables in place of what they hold."""
    if not any(text in word for text in variables):
        return shlex.quote(word)
    quoted = "'" + word.replace("'", "'\"'\"'") + "'"
    for text, name in variables.items():
        quoted = quoted.replace(text, f"'\"${name}\"'")
    return quoted.removeprefix("''").removesuffix("''")


def _is_plain(body: bytes) -> bool:
    """Whether a body can stand in a command line as it is."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character in "\t\n" for character in text)


def _visible(text: str) -> str:
    """The text with control characters escaped: they would garble a terminal and a page."""
    return "".join(
        character if character.isprintable() or character in "\t\n" else ascii(character)[1:-1]
        for character in text
    )
