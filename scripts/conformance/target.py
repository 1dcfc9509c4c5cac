"""Preflight: one request, to say in one line why a target cannot be judged."""

from __future__ import annotations

import ssl
from urllib.parse import quote, urlsplit

import httpx

from scripts.conformance.contract import Contract, Operation
from scripts.conformance.credentials import Credentials
from scripts.conformance.options import is_loopback
from scripts.conformance.pools import Pools
from scripts.kit.errors import TargetError

_SECONDS = 20.0
_HINT = "Set SN_USERNAME and SN_PASSWORD, or SN_TOKEN, or SN_API_KEY"


def check(url: str, contract: Contract, pools: Pools, credentials: Credentials | None) -> None:
    """Hold that the target answers as an API does and takes our credentials.

    Raises:
        TargetError: it does not; one line says what, where, and what to do.
    """
    address = url + _reading_path(contract, pools)
    headers = {"Accept": "application/json"}
    if credentials:
        name, value = credentials.header
        headers[name] = value
    try:
        proxies = not is_loopback(url)
        with httpx.Client(timeout=_SECONDS, trust_env=proxies) as client:
            answer = client.get(address, headers=headers)
    except httpx.ConnectError as error:
        raise _unreachable(url, error) from error
    except httpx.TimeoutException as error:
        raise TargetError(
            f"gave no answer within {_SECONDS:.0f} s", where=url, fix="Check that it is awake"
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TargetError(
            f"does not speak HTTP ({type(error).__name__})", where=url, fix="Check --target"
        ) from error
    _check_answer(url, answer, credentials)


def _check_answer(url: str, answer: httpx.Response, credentials: Credentials | None) -> None:
    if answer.status_code == 401:
        what = "refuses the credentials (401)" if credentials else "asks for credentials (401)"
        advice = "Check the SN_ variables and the roles of the user" if credentials else _HINT
        raise TargetError(what, where=url, fix=advice)
    if answer.is_redirect:
        place = urlsplit(answer.headers.get("location", ""))
        raise TargetError(
            f"redirects to {place.netloc or 'itself'}{place.path}",
            where=url,
            fix="Give the URL of the instance itself; a login page means that it is not an API",
        )
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        raise TargetError(
            f"answers {answer.status_code} with an HTML page instead of JSON",
            where=url,
            fix="Wake the instance if it hibernates, and check that the URL is not a portal",
        )


def _reading_path(contract: Contract, pools: Pools) -> str:
    """A path that is safe to GET: of the reading operation with the fewest ids."""
    reading = [each for each in contract.operations if each.method == "GET"]
    chosen = min(reading or contract.operations, key=lambda each: each.path.count("{"))
    return _filled(chosen, pools)


def _filled(operation: Operation, pools: Pools) -> str:
    path = operation.path
    for parameter in operation.parameters:
        if parameter.place == "path":
            value = next(iter(pools.values.get(parameter.name, ())), "0" * 32)
            path = path.replace("{" + parameter.name + "}", quote(value, safe=""))
    return path


def _unreachable(url: str, error: httpx.ConnectError) -> TargetError:
    reason: BaseException | None = error
    while reason is not None:
        if isinstance(reason, ssl.SSLCertVerificationError):
            return TargetError(
                f"the TLS certificate is not trusted ({reason.verify_message})",
                where=url,
                fix="Name its authority with SSL_CERT_FILE and REQUESTS_CA_BUNDLE",
            )
        if isinstance(reason, ssl.SSLError):
            return TargetError("does not speak TLS", where=url, fix="Check http against https")
        reason = reason.__cause__ or reason.__context__
    text = str(error)
    if "refused" in text:
        return TargetError(
            "the connection is refused", where=url, fix="Check that it is running, and the port"
        )
    if (
        "Name or service" in text
        or "not known" in text
        or "resolution" in text
        or "nodename" in text
    ):
        return TargetError("the host is unknown", where=url, fix="Check the name of the instance")
    return TargetError("cannot be reached", where=url, fix="Check the network, VPN and proxy")
