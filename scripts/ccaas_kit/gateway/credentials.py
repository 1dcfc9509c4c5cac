"""Credentials: taken from the environment, handed on by the name of the variable, never written."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from ccaas_kit.contract.contract import Contract
from ccaas_kit.contract.errors import ConfigError, DocumentError

HIDDEN = "[hidden]"


@dataclass(frozen=True, slots=True)
class Credentials:
    """One way to sign in, as a security scheme of the contract.

    `scheme` is the name of the security scheme; `settings` are the entries of the Schemathesis
    config, in which the environment stands for every value; `curl` is what a reader types.
    """

    scheme: str
    settings: Mapping[str, str]
    environment: Mapping[str, str] = field(repr=False)
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
        settings={"username": "${SN_USERNAME}", "password": "${SN_PASSWORD}"},
        environment={"SN_USERNAME": _as_sent(user), "SN_PASSWORD": _as_sent(password)},
        header=("Authorization", f"Basic {encoded}"),
        curl='-u "$SN_USERNAME:$SN_PASSWORD"',
        secrets=(password, encoded) if secret else (encoded,),
    )


def security_headers(contract: Contract) -> frozenset[str]:
    """Lower-case names of the headers that can carry credentials."""
    found = contract.security_scheme("apiKey")
    return frozenset({"authorization", *({found[1]["name"].lower()} if found else ())})


class Redactor:
    """Takes secrets out of text, in every form in which they may have got there."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        self._forms: list[str] = []
        self.learn(*secrets)

    def learn(self, *secrets: str) -> None:
        """Take out these secrets as well from now on, such as a token that was fetched."""
        forms = {*self._forms, *(form for secret in secrets for form in _forms(secret))}
        self._forms = sorted(forms, key=lambda form: (-len(form), form))

    def clean(self, text: str) -> str:
        """The text without secrets."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text

    def clean_all(self, document: Any) -> Any:
        """A report with every text in it clean; names and numbers, which are ours, stay."""
        if isinstance(document, str):
            return self.clean(document)
        if isinstance(document, dict):
            return {key: self.clean_all(each) for key, each in document.items()}
        if isinstance(document, list):
            return [self.clean_all(each) for each in document]
        return document


def _forms(secret: str) -> set[str]:
    encoded = base64.b64encode(secret.encode()).decode()
    forms = {secret, quote(secret, safe=""), quote_plus(secret), encoded}
    # A report quotes bodies that quote values themselves: JSON in JSON in HTML or XML.
    for _ in range(3):
        forms |= {written for form in forms for written in _written(form)}
    return forms


def _written(text: str) -> tuple[str, ...]:
    """The text as JSON, XML and HTML write it."""
    return (
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        escape(text),
        escape(text, {'"': "&quot;"}),
        escape(text, {'"': "&#34;", "'": "&#39;"}),
    )


def _as_sent(text: str) -> str:
    """Text that becomes UTF-8 on the wire: requests, inside Schemathesis, encodes as Latin-1."""
    return text.encode().decode("latin-1")


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
        settings={"bearer": "${SN_TOKEN}"},
        environment={"SN_TOKEN": token},
        header=("Authorization", f"Bearer {token}"),
        curl='-H "Authorization: Bearer $SN_TOKEN"',
        secrets=(token,),
    )


def _api_key(key: str, contract: Contract) -> Credentials:
    _check_header(key, "SN_API_KEY")
    scheme, definition = _scheme(contract, "apiKey", None)
    return Credentials(
        scheme=scheme,
        settings={"api_key": "${SN_API_KEY}"},
        environment={"SN_API_KEY": key},
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
