"""The command that repeats an exchange, without the credentials it was made with."""

from __future__ import annotations

import shlex

from scripts.conformance.credentials import Credentials, Redactor
from scripts.conformance.exchanges import Exchange

_LONGEST_BODY = 4000


class Repeater:
    """Writes curl commands; the reader's environment holds the credentials."""

    def __init__(self, credentials: Credentials | None, redactor: Redactor) -> None:
        self._credentials = credentials
        self._redactor = redactor

    def curl(self, exchange: Exchange) -> str:
        """One line for a shell."""
        words = ["curl", "-i", "-X", exchange.method]
        secret = self._credentials.header_name.lower() if self._credentials else "authorization"
        for name, value in exchange.request_headers.items():
            if name.lower() not in {secret, "authorization"}:
                words += ["-H", f"{name}: {value}"]
        piped = ""
        if exchange.request_body is not None:
            body = exchange.request_body[:_LONGEST_BODY]
            if _is_plain(body):
                words += ["--data-raw", body.decode()]
            else:
                piped = f"printf '{''.join(f'{chr(92)}{byte:03o}' for byte in body)}' | "
                words += ["--data-binary", "@-"]
        words.append(exchange.url)
        line = piped + self._redactor.clean(_visible(shlex.join(words)))
        # Unquoted on purpose: the shell puts in what the reader's environment holds.
        return line.replace("curl -i", f"curl -i {self._sign_in(exchange)}".rstrip(), 1)

    def _sign_in(self, exchange: Exchange) -> str:
        if self._credentials is None or exchange.credentials == "none":
            return ""
        return self._credentials.curl if exchange.credentials == "own" else "-u wrong:wrong"


def _is_plain(body: bytes) -> bool:
    """Whether a body can stand in a command line as it is."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return all(each.isprintable() or each in "\t\n" for each in text)


def _visible(text: str) -> str:
    """The text with control characters escaped: they would garble a terminal and a page."""
    return "".join(
        each if each.isprintable() or each in "\t\n" else ascii(each)[1:-1] for each in text
    )
