"""The user of a request: only the gateway adds credentials.

A program that sends through the gateway without access to credentials uses placeholders. The gateway
replaces exactly these; missing and wrong credentials stay unchanged.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import httpx

from ccaas_kit.contract.redaction import HIDDEN, Redactor
from ccaas_kit.gateway.credentials import Credentials
from ccaas_kit.gateway.wire import Received

Headers = tuple[tuple[bytes, bytes], ...]
OWN, WRONG, NONE = "own", "wrong", "none"
# Headers of how a body travels, which is another one once a secret was taken out.
_FRAMING = frozenset((b"content-encoding", b"content-length", b"transfer-encoding"))


@dataclass(frozen=True, slots=True)
class StandIn:
    """Credentials that are worth nothing beyond the gateway.

    `settings` are the entries of the Schemathesis config for the security scheme.
    """

    scheme: str
    settings: Mapping[str, str]
    header: tuple[str, str]


def stand_in(signed: Credentials) -> StandIn:
    """Random credentials of the same kind."""
    settings = {name: secrets.token_hex(16) for name in signed.settings}
    name, value = signed.header
    if value.startswith("Basic "):
        pair = f"{settings['username']}:{settings['password']}"
        value = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        (invented,) = settings.values()
        value = f"Bearer {invented}" if value.startswith("Bearer ") else invented
    return StandIn(signed.scheme, settings, (name, value))


class Identity:
    """Exchanges stand-ins for the credentials of a run; `security` are the headers of credentials.

    The redactor knows all that is secret; without one it is what is signed with.
    """

    def __init__(
        self,
        signed: Credentials | None,
        security: frozenset[str],
        redactor: Redactor | None = None,
    ) -> None:
        self.stand_in = stand_in(signed) if signed else None
        self._redactor = redactor or Redactor(signed.secrets if signed else ())
        self._signed = signed
        self._security = security

    def signed(self, headers: Sequence[tuple[bytes, bytes]]) -> tuple[Headers, str]:
        """The headers with real credentials, and whether these are our own, wrong ones or none."""
        if self._signed and self.stand_in:
            name, value = (part.encode() for part in self.stand_in.header)
            real = self._signed.header[1].encode("ascii")
            for number, (sent_name, sent_value) in enumerate(headers):
                if sent_name.lower() == name.lower() and sent_value == value:
                    changed = (*headers[:number], (sent_name, real), *headers[number + 1 :])
                    return changed, OWN
        given_names = {name.lower().decode("latin-1") for name, _ in headers}
        return tuple(headers), WRONG if given_names & self._security else NONE

    def hidden(self, headers: Sequence[tuple[bytes, bytes]]) -> Headers:
        """The headers as they may be recorded."""
        return tuple(
            (name, HIDDEN.encode() if name.lower().decode("latin-1") in self._security else value)
            for name, value in headers
        )

    def without_secrets(self, received: Received) -> Received:
        """The response as whoever has stand-ins may see it: to the byte where it holds no secret."""
        body = self._redactor.clean_bytes(received.body)
        headers = [
            (name, self._redactor.clean_bytes(value)) for name, value in received.headers.raw
        ]
        if body != received.body:
            headers = [header for header in headers if header[0].lower() not in _FRAMING]
            headers.append((b"Content-Length", str(len(body)).encode()))
        elif headers == received.headers.raw:
            return received
        raw = received.raw if body == received.body else body
        return replace(received, headers=httpx.Headers(headers), body=body, raw=raw)
