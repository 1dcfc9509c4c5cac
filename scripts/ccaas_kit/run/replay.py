"""Sending the request of a finding again, to see whether the finding shows again."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from rich.console import Console
from rich.text import Text

from ccaas_kit.contract import clauses, targets
from ccaas_kit.contract.arguments import Parser
from ccaas_kit.contract.errors import ConfigError, DocumentError, TargetError
from ccaas_kit.contract.redaction import HIDDEN, Redactor
from ccaas_kit.gateway import budget as budgets
from ccaas_kit.gateway import credentials
from ccaas_kit.gateway.credentials import Credentials
from ccaas_kit.gateway.gateway import Gateway, Outgoing
from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.judging import curl, rejudge, scorecard
from ccaas_kit.judging.curl import Recorded
from ccaas_kit.judging.rejudge import Outcome
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.exchanges import Exchange, Response
from ccaas_kit.run import options
from ccaas_kit.run.sources import Sources

_SECONDS = 30.0
_SHOWN_BODY = 2000
_UNANSWERED = (httpx.TimeoutException, httpx.RemoteProtocolError, httpx.ReadError)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_STYLES = {Outcome.GONE: "bold green", Outcome.SHOWS: "bold red", Outcome.UNCLEAR: "bold yellow"}


@dataclass(frozen=True, slots=True)
class _Case:
    """A finding of a scorecard with its request, addressed to the target of this replay."""

    finding: Mapping[str, Any]
    request: Recorded
    operation: Operation
    url: str

    @property
    def is_harmless(self) -> bool:
        """Whether it only reads, or changes nothing but this machine."""
        return self.request.method in _READING or targets.is_loopback(self.url)


def main(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    console: Console,
    sources: Sources | None = None,
) -> int:
    """Send a finding's request again: 0 if it no longer shows, 1 if it does, 2 if it is unclear.

    Raises:
        KitError: the request could not be sent.
    """
    arguments = _parser().parse_args(argv)
    document = scorecard.read(arguments.report)
    sources = sources or Sources()
    contract = Contract(sources.bundle)
    case = _case(document, arguments.finding, arguments.target, contract)
    if not (case.is_harmless or arguments.allow_writes):
        raise ConfigError(
            f"{case.request.method} may change records on {urlsplit(case.url).hostname}",
            where=case.finding["id"],
            fix="Add --allow-writes if that is what you want",
        )
    signed = credentials.from_environment(environment, contract)
    redactor = Redactor(signed.secrets if signed else ())
    _show_case(console, case, redactor)
    response = _send(case, signed, contract)
    hidden = credentials.security_headers(contract) | {"cookie", "set-cookie"}
    _show_response(console, response, redactor, hidden)
    promised = clauses.load(sources.clauses)
    outcome, told = rejudge.outcome(case.finding, _exchange(case, response), contract, promised)
    console.print(Text(redactor.clean(told), style=_STYLES[outcome]))
    return int(outcome)


def _case(document: Mapping[str, Any], name: str, target: str | None, contract: Contract) -> _Case:
    finding = _finding(document["findings"], name)
    if finding["request"] is None:
        raise DocumentError("the finding has no request", where=finding["id"])
    try:
        request = curl.recorded(finding["request"])
    except ValueError as error:
        raise DocumentError("the body of the request is unreadable", where=finding["id"]) from error
    operation = contract.by_id.get(request.operation)
    if operation is None:
        raise ConfigError(
            f"the contract has no operation '{request.operation}' any more",
            where=finding["id"],
            fix="Run the conformance runner again",
        )
    if HIDDEN in request.url or HIDDEN.encode() in (request.body or b""):
        raise ConfigError(
            "a secret was in the request, and the scorecard does not have it",
            where=finding["id"],
            fix="Send it by hand; the scorecard has the curl command",
        )
    # Parsed as the runner does, so that a URL with a path or a password is refused alike.
    base = options.parse(["--target", target or document["target"]]).target
    parts = urlsplit(request.url)
    query = f"?{parts.query}" if parts.query else ""
    return _Case(finding, request, operation, f"{base}{parts.path}{query}")


def _finding(findings: Iterable[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    known = {finding["id"]: finding for finding in findings}
    found = known.get(name)
    if found is None:
        few = ", ".join(list(known)[:5])
        raise ConfigError(
            f"the scorecard has no finding '{name}'",
            where="replay",
            fix=f"It has {few}{' and others' if len(known) > 5 else ''}" if few else "It has none",
        )
    return found


def _send(case: _Case, signed: Credentials | None, contract: Contract) -> Response | None:
    """The response; None if the target took the request and did not answer it.

    Raises:
        ConfigError: the request was signed in, and the environment has no credentials.
        TargetError: the target cannot be reached.
    """
    origin = _origin(case.url)
    named = (*case.request.headers.items(), *_sign_in(case, signed, contract))
    headers = tuple((name.encode(), value.encode()) for name, value in named)
    # How the path is written is part of the request: it goes out as it was recorded.
    target = case.url.removeprefix(origin)
    request = Outgoing(case.request.method, target, headers, case.request.body)
    try:
        with Gateway(origin, seconds=_SECONDS) as gateway:
            sent = gateway.send(request, budget=budgets.of(requests=1, seconds=_SECONDS))
    except (httpx.InvalidURL, ValueError, BlockedError) as error:
        raise TargetError(
            f"the request cannot be sent ({type(error).__name__})", where=origin
        ) from error
    if isinstance(sent.error, httpx.ConnectError):
        raise TargetError(
            "cannot be reached",
            where=origin,
            fix="Start it, or name another with --target; the embedded target ends with its run",
        ) from sent.error
    if sent.error is not None and not isinstance(sent.error, _UNANSWERED):
        raise TargetError(
            f"the request cannot be sent ({type(sent.error).__name__})", where=origin
        ) from sent.error
    return sent.response


def _sign_in(
    case: _Case, signed: Credentials | None, contract: Contract
) -> tuple[tuple[str, str], ...]:
    if case.request.credentials == "none":
        return ()
    if case.request.credentials == "wrong":
        return (credentials.basic("wrong", "wrong", contract, secret=False).header,)
    if signed is None:
        raise ConfigError(
            "the request was sent with credentials, and there are none",
            where="environment",
            fix="Set SN_USERNAME and SN_PASSWORD, or SN_TOKEN, or SN_API_KEY",
        )
    return (signed.header,)


def _exchange(case: _Case, response: Response | None) -> Exchange:
    return Exchange(
        operation=case.operation,
        phase="replay",
        method=case.request.method,
        url=case.url,
        request_headers=case.request.headers,
        request_body=case.request.body,
        response=response,
        positive=case.request.positive,
        other_method=case.request.other_method,
        credentials=case.request.credentials,
    )


def _show_case(console: Console, case: _Case, redactor: Redactor) -> None:
    finding = case.finding
    head = f"{finding['id']} {finding['code']} {finding['operation']}"
    console.print(Text(f"{head} {finding['clause'] or ''}".rstrip(), style="bold"))
    for label in ("says", "expected", "got"):
        if finding[label]:
            console.print(Text(f"  {label:9}{redactor.clean(finding[label])}"))
    console.print()
    console.print(Text(redactor.clean(f"{case.request.method} {case.url}")), soft_wrap=True)


def _show_response(
    console: Console, response: Response | None, redactor: Redactor, hidden: frozenset[str]
) -> None:
    if response is None:
        console.print("no answer\n")
        return
    console.print(f"{response.status} after {response.seconds * 1000:.0f} ms", highlight=False)
    for name, value in response.headers.items():
        shown = HIDDEN if name in hidden else redactor.clean(value)
        console.print(Text(f"{name}: {shown}"), soft_wrap=True)
    body = redactor.clean(response.body.decode("utf-8", "backslashreplace"))
    more = f" ... ({len(response.body)} bytes)" if len(body) > _SHOWN_BODY else ""
    console.print(Text(f"\n{body[:_SHOWN_BODY]}{more}\n"), soft_wrap=True)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="ccaas replay",
        description="Send the request of a finding again, and say whether the finding shows again.",
        epilog="Exit codes: 0 it no longer shows, 1 it shows again, 2 it could not be told.",
    )
    add = parser.add_argument
    add("finding", metavar="FINDING", help="its id, such as F3a1c2")
    add("--report", type=Path, default=options.OUT, metavar="DIR", help="folder of the reports")
    add("--target", metavar="URL", help="another target; without it that of the report")
    add("--allow-writes", action="store_true", help="let it write beyond this machine")
    return parser
