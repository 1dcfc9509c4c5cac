"""Classify a response of a target: success, error response, or not from the API at all.

A hibernating instance and a login page respond with 200, and a proxy responds for a target that it
cannot reach. Statuses alone do not distinguish these from the API.
"""

from __future__ import annotations

import html
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import httpx

from ccaas_kit.contract.parsing import UnreadableError, parse_json
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.model.contract import Contract, media_type
from ccaas_kit.model.exchanges import GATEWAY, PAGES

# What a page with a form to sign in has in it, on an instance and at identity providers.
_LOGIN = re.compile(
    r"type=.?password|login\.do|SAMLRequest|auth_redirect|<title>[^<]*\b(log|sign) ?in",
    re.IGNORECASE,
)
_LOGIN_PLACE = re.compile(r"login|logon|signon|sso|saml|oauth|auth_redirect", re.IGNORECASE)
_LONGEST = 120


class Kind(StrEnum):
    """What a response is, or why there is none."""

    SERVED = "served"
    NOT_FOUND = "no such record"
    METHOD_REFUSED = "no such method"
    REFUSED = "refused"
    UNAUTHENTICATED = "login refused"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate limit"
    NO_RESOURCE = "no such resource"
    FAILED = "server error"
    NOT_JSON = "not JSON"
    HIBERNATING = "hibernating instance"
    LOGIN_PAGE = "login page"
    WEB_PAGE = "web page"
    GATEWAY = "proxy or gateway error"
    REDIRECT = "redirect"
    UNKNOWN_HOST = "unknown host"
    CONNECTION_REFUSED = "connection refused"
    TIMEOUT = "timeout"
    TLS_UNTRUSTED = "untrusted certificate"
    TLS_FAILED = "no TLS"
    NO_HTTP = "no HTTP"
    BROKEN_OFF = "connection broken off"
    NOT_DECODABLE = "not in its encoding"
    UNREACHABLE = "unreachable"
    TOO_LONG = "too long"
    TIME_UP = "time limit"


_REFUSALS = {403: Kind.FORBIDDEN, 405: Kind.METHOD_REFUSED, 429: Kind.RATE_LIMITED}
# No API responded: any other request would show the same.
_ELSEWHERE = frozenset(
    (
        *(Kind.HIBERNATING, Kind.LOGIN_PAGE, Kind.WEB_PAGE, Kind.GATEWAY, Kind.REDIRECT),
        *(Kind.NOT_JSON, Kind.UNKNOWN_HOST, Kind.CONNECTION_REFUSED, Kind.TIMEOUT),
        *(Kind.TLS_UNTRUSTED, Kind.TLS_FAILED, Kind.NO_HTTP, Kind.UNREACHABLE, Kind.TIME_UP),
        *(Kind.TOO_LONG, Kind.NOT_DECODABLE, Kind.BROKEN_OFF),
    )
)
_OUT_OF_REACH = frozenset(
    (Kind.UNKNOWN_HOST, Kind.CONNECTION_REFUSED, Kind.TIMEOUT, Kind.UNREACHABLE, Kind.TIME_UP)
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a response is, what was seen of it, and what to do about it."""

    kind: Kind
    seen: str
    advice: str = ""

    @property
    def is_from_api(self) -> bool:
        """Whether an API responded, even with an error response."""
        return self.kind not in _ELSEWHERE

    @property
    def is_reached(self) -> bool:
        """Whether there was any response."""
        return self.kind not in _OUT_OF_REACH


TOO_LONG = Diagnosis(
    Kind.TOO_LONG,
    "sends a body that does not come to an end",
    "Check that the URL is that of an API",
)
# By the error that is behind, or around, the one that was raised; the first that fits counts.
_ERRORS: tuple[tuple[type[BaseException], Diagnosis], ...] = (
    (
        ssl.SSLError,
        Diagnosis(Kind.TLS_FAILED, "does not speak TLS", "Check http against https"),
    ),
    (
        httpx.ProxyError,
        Diagnosis(
            Kind.GATEWAY,
            "the proxy does not lead there",
            "Check HTTPS_PROXY and NO_PROXY, and what the proxy admits",
        ),
    ),
    (
        httpx.TimeoutException,
        Diagnosis(
            Kind.TIMEOUT,
            "gave no answer in time",
            "Check that it is awake; then VPN and firewall; conform waits longer with --response-time",
        ),
    ),
    (
        httpx.DecodingError,
        Diagnosis(
            Kind.NOT_DECODABLE,
            "sends a body that is not in the Content-Encoding that its header names",
            "See what compresses its answers: the instance, or a proxy in front of it",
        ),
    ),
    (
        socket.gaierror,
        Diagnosis(
            Kind.UNKNOWN_HOST,
            "the host is unknown",
            "Check the name of the instance; one for developers that nobody used is reclaimed",
        ),
    ),
    (
        ConnectionRefusedError,
        Diagnosis(
            Kind.CONNECTION_REFUSED,
            "the connection is refused",
            "Check that it is running, and the port",
        ),
    ),
    (
        httpx.ReadError,
        Diagnosis(
            Kind.BROKEN_OFF, "breaks off the connection", "See its log; check http against https"
        ),
    ),
    (
        httpx.ConnectError,
        Diagnosis(Kind.UNREACHABLE, "cannot be reached", "Check the network, VPN and proxy"),
    ),
)


@dataclass(frozen=True, slots=True)
class TargetResponse:
    """A response with its whole body; `tls` is the version that it came over, `asked` the headers sent.

    The redactor takes out secrets that a target sends back, before anything of it is shown.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    tls: str = ""
    redactor: Redactor = field(default_factory=Redactor)
    asked: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def media_type(self) -> str:
        return media_type(self.headers.get("content-type", ""))

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def shown(self, text: str) -> str:
        """Text of the response as it may be shown."""
        return one_line(self.redactor.clean(text))

    def json(self) -> Any:
        """The body as JSON; None if it is none."""
        try:
            return parse_json(self.body)
        except UnreadableError:
            return None

    def message(self) -> str:
        """What an error says, in the envelope of the platform or inside a result; or nothing."""
        document = self.json()
        if not isinstance(document, dict):
            return ""
        result = document.get("result")
        for holder in (document, result if isinstance(result, dict) else {}):
            error = holder.get("error")
            text = error.get("message") if isinstance(error, dict) else error
            if isinstance(text, str):
                return self.shown(text)
        text = result.get("message") if isinstance(result, dict) else None
        return self.shown(text) if isinstance(text, str) else ""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of the contract by which errors of the platform are recognised."""

    no_resource: str = ""

    @classmethod
    def of(cls, contract: Contract) -> Words:
        """The texts that the examples of a contract hold; empty where it has none."""
        examples = contract.document["components"].get("examples", {})
        value = examples.get("unknownResourceResponse", {}).get("value", {})
        return cls(no_resource=value.get("error", {}).get("message", ""))


def of_response(response: TargetResponse, words: Words) -> Diagnosis:
    """What a response is."""
    status = response.status
    if 300 <= status < 400:
        return _redirect(response)
    if status == 401:
        return _unauthenticated(response)
    if status == 407:
        return Diagnosis(
            Kind.GATEWAY, "407, a proxy asks for credentials", "Put them into HTTPS_PROXY"
        )
    if page := _page(response):
        return page
    if status in GATEWAY and not isinstance(response.json(), dict):
        return Diagnosis(
            Kind.GATEWAY, f"{status} without an error of the platform", _GATEWAY_ADVICE
        )
    return _of_status(response, words)


def of_error(error: httpx.HTTPError | httpx.InvalidURL) -> Diagnosis:
    """Why there is no response."""
    reasons = list(_reasons(error))
    for reason in reasons:
        if isinstance(reason, ssl.SSLCertVerificationError):
            what = f"the TLS certificate is not trusted ({one_line(reason.verify_message)})"
            return Diagnosis(Kind.TLS_UNTRUSTED, what, _AUTHORITY_ADVICE)
    for family, diagnosed in _ERRORS:
        if any(isinstance(reason, family) for reason in reasons):
            return diagnosed
    what = f"does not speak HTTP ({type(error).__name__})"
    return Diagnosis(Kind.NO_HTTP, what, "Check http against https")


def one_line(text: str) -> str:
    """Text of a target that is safe to print: one line, no control characters, not too long."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


_AUTHORITY_ADVICE = "Name its authority with SSL_CERT_FILE and REQUESTS_CA_BUNDLE"
_GATEWAY_ADVICE = (
    "The proxy in front of the instance cannot reach it; try again, then ask who runs the proxy"
)
_HIBERNATING_ADVICE = (
    "Sign in at developer.servicenow.com to wake the instance, and try again after some minutes"
)
_RECLAIMED_ADVICE = "Request a new one at developer.servicenow.com, and give its URL"
# Where Basic authentication is restricted, as on new instances, a right password gets the same 401.
_RESTRICTED_ADVICE = (
    "New instances restrict Basic authentication (glide.authenticate.basic_auth.restriction.enforce):"
    " then the user needs the role snc_basic_auth_api_access, or call with SN_TOKEN or SN_API_KEY"
)
_LOGIN_ADVICE = "Check the URL, and let API calls sign in with basic authentication or OAuth, not with a browser"


def _of_status(response: TargetResponse, words: Words) -> Diagnosis:
    seen = f"{response.status} {response.message()}".strip()
    if 400 <= response.status < 500:
        kind = _refusal(response, words)
        return Diagnosis(kind, seen, _refusal_advice(kind, response))
    if response.status >= 500:
        return Diagnosis(Kind.FAILED, seen, "See the system log of the instance")
    if response.body and response.json() is None:
        media = response.shown(response.media_type) or "no media type"
        return Diagnosis(Kind.NOT_JSON, f"{seen} with {media} instead of JSON", "Check the URL")
    return Diagnosis(Kind.SERVED, str(response.status))


def _refusal(response: TargetResponse, words: Words) -> Kind:
    if kind := _REFUSALS.get(response.status):
        return kind
    message = response.message()
    if message and message == words.no_resource:
        return Kind.NO_RESOURCE
    if response.status == 404:
        # An instance says in its envelope which record is missing; others know no such URL.
        return Kind.NOT_FOUND if message else Kind.NO_RESOURCE
    return Kind.REFUSED


def _refusal_advice(kind: Kind, response: TargetResponse) -> str:
    if kind is Kind.FORBIDDEN:
        return "Check the roles of the user"
    if kind is not Kind.RATE_LIMITED:
        return ""
    rule = response.headers.get("x-ratelimit-rule", "")
    named = f" (rule {response.shown(rule)})" if rule else ""
    return f"Try again later, or have the rate limit raised{named}"


def _unauthenticated(response: TargetResponse) -> Diagnosis:
    seen = f"401 {response.message()}".strip()
    if "x-mfa_token" in response.headers:
        return Diagnosis(
            Kind.UNAUTHENTICATED,
            f"{seen}, a second factor is asked for",
            "Use a user for integrations that needs no second factor, or OAuth",
        )
    advice = "Check the SN_ variables, and that the user is active"
    if response.asked.get("Authorization", "").startswith("Basic "):
        advice = f"{advice}. {_RESTRICTED_ADVICE}"
    return Diagnosis(Kind.UNAUTHENTICATED, seen, advice)


def _redirect(response: TargetResponse) -> Diagnosis:
    try:
        place = urlsplit(response.headers.get("location", ""))
        # Without its query, which can hold a token.
        to = response.shown(f"{place.hostname or 'itself'}{place.path}")
    except ValueError:
        to = "no URL"
    login = " (to sign in)" if _LOGIN_PLACE.search(to) else ""
    return Diagnosis(
        Kind.REDIRECT,
        f"{response.status}, redirects to {to}{login}, which was not followed",
        _LOGIN_ADVICE if login else "Give the URL of the instance itself",
    )


def _page(response: TargetResponse) -> Diagnosis | None:
    """What an HTML page is; None if the response is none."""
    text = response.text
    if response.media_type not in PAGES and not re.match(r"\s*<(!doctype html|html)", text, re.I):
        return None
    found = re.search(r"<title[^>]*>([^<]*)", text, re.I) or re.search(r"<h1[^>]*>([^<]*)", text)
    title = response.shown(html.unescape(found[1])) if found else ""
    seen = f"{response.status} with an HTML page" + (f" '{title}'" if title else "")
    if "reclaimed" in text.lower():
        return Diagnosis(Kind.HIBERNATING, f"{seen}: the instance was reclaimed", _RECLAIMED_ADVICE)
    if "hibernat" in text.lower():
        return Diagnosis(Kind.HIBERNATING, f"{seen}: the instance hibernates", _HIBERNATING_ADVICE)
    if response.status in GATEWAY or response.status == 403:
        return Diagnosis(Kind.GATEWAY, f"{seen} of a proxy or gateway", _GATEWAY_ADVICE)
    if _LOGIN.search(text):
        return Diagnosis(Kind.LOGIN_PAGE, f"{seen} to sign in", _LOGIN_ADVICE)
    return Diagnosis(
        Kind.WEB_PAGE, f"{seen} instead of JSON", "Check that the URL is that of an instance"
    )


def _reasons(error: BaseException) -> Iterator[BaseException]:
    """The error, and those behind it."""
    reason: BaseException | None = error
    while reason is not None:
        yield reason
        reason = reason.__cause__ or reason.__context__
