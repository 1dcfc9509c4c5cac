"""Credentials: taken from the environment, handed on to nobody, never written."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from ccaas_kit.contract.errors import ConfigError, DocumentError
from ccaas_kit.model.contract import Contract


@dataclass(frozen=True, slots=True)
class Credentials:
    """One way to sign in, as a security scheme of the contract.

    `scheme` is the name of the security scheme; `settings` are the entries that Schemathesis has
    for it; `curl` is what a reader types.
    """

    scheme: str
    settings: tuple[str, ...]
    header: tuple[str, str] = field(repr=False)
    curl: str
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def header_name(self) -> str:
        return self.header[0]


def from_environment(environment: Mapping[str, str], contract: Contract) -> Credentials | None:
    """The credentials that the environment holds; None if it holds none.

    Raises:
        ConfigError: only half of a pair is set, or no header can carry the value.
    """
    user, password = environment.get("SN_USERNAME"), environment.get("SN_PASSWORD")
    if user and password:
        return basic(user, password, contract)
    if user or password:
        missing = "SN_PASSWORD" if user else "SN_USERNAME"
        raise ConfigError(f"{missing} is not set", where="environment", fix=f"Set {missing} too")
    if token := environment.get("SN_TOKEN"):
        return _bearer(token, contract)
    if key := environment.get("SN_API_KEY"):
        return _api_key(key, contract)
    return None


def basic(user: str, password: str, contract: Contract, *, secret: bool = True) -> Credentials:
    """User name and password; those of the embedded target are no secret."""
    scheme, _ = _scheme(contract, "http", "basic")
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
    return Credentials(
        scheme=scheme,
        settings=("username", "password"),
        header=("Authorization", f"Basic {encoded}"),
        curl='-u "$SN_USERNAME:$SN_PASSWORD"',
        secrets=(password, encoded) if secret else (encoded,),
    )


def security_headers(contract: Contract) -> frozenset[str]:
    """Lower-case names of the headers that can carry credentials."""
    found = contract.security_scheme("apiKey")
    return frozenset({"authorization", *({found[1]["name"].lower()} if found else ())})


def _check_header(value: str, variable: str) -> None:
    if not (value.isascii() and value.isprintable()) or value != value.strip():
        raise ConfigError(
            f"{variable} holds a character that no header can carry",
            where="environment",
            fix="Look for a line break, a space or a letter with an accent",
        )


def _bearer(token: str, contract: Contract) -> Credentials:
    _check_header(token, "SN_TOKEN")
    scheme, _ = _scheme(contract, "oauth2", None)
    return Credentials(
        scheme=scheme,
        settings=("bearer",),
        header=("Authorization", f"Bearer {token}"),
        curl='-H "Authorization: Bearer $SN_TOKEN"',
        secrets=(token,),
    )


def _api_key(key: str, contract: Contract) -> Credentials:
    _check_header(key, "SN_API_KEY")
    scheme, definition = _scheme(contract, "apiKey", None)
    return Credentials(
        scheme=scheme,
        settings=("api_key",),
        header=(definition["name"], key),
        curl=f'-H "{definition["name"]}: $SN_API_KEY"',
        secrets=(key,),
    )


def _scheme(contract: Contract, kind: str, scheme: str | None) -> tuple[str, Mapping[str, str]]:
    found = contract.security_scheme(kind, scheme)
    if found is None:
        raise DocumentError(
            f"has no security scheme of type {scheme or kind}", where=str(contract.path)
        )
    return found
