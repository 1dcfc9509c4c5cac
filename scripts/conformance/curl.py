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
        if exchange.request_body is not None:
            body = exchange.request_body.decode("utf-8", "replace")
            words += ["--data-raw", body if len(body) <= _LONGEST_BODY else body[:_LONGEST_BODY]]
        words.append(exchange.url)
        line = self._redactor.clean(shlex.join(words))
        # Unquoted on purpose: the shell puts in what the reader's environment holds.
        return line.replace("curl -i", f"curl -i {self._sign_in(exchange)}".rstrip(), 1)

    def _sign_in(self, exchange: Exchange) -> str:
        if self._credentials is None or exchange.credentials == "none":
            return ""
        return self._credentials.curl if exchange.credentials == "own" else "-u wrong:wrong"
