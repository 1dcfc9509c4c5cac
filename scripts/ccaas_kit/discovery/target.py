"""Preflight: one request, to say in one line why a target cannot be judged."""

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from ccaas_kit.contract.errors import TargetError
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.connection import Connection, Limits
from ccaas_kit.gateway.credentials import Credentials
from ccaas_kit.gateway.diagnosis import TargetResponse
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.exchanges import GATEWAY, PAGES, Exchange, Response
from ccaas_kit.model.pools import Pools

_SECONDS = 20.0
# For a target that has answered before, and at the end of the time.
_FEW_SECONDS = 4.0
# A target that is busy is asked again when it wants to be.
_MOST_REQUESTS = 3
_PHASE = "preflight"
_HINT = "Set SN_USERNAME and SN_PASSWORD, or SN_TOKEN, or SN_API_KEY"


class UnfitError(TargetError):
    """The target has answered, and not as an instance does that can be judged.

    `exchange` is what was asked and answered.
    """

    def __init__(self, error: TargetError, exchange: Exchange) -> None:
        super().__init__(error.what, where=error.where, fix=error.fix)
        self.exchange = exchange


def check(
    gateway: Gateway,
    contract: Contract,
    pools: Pools,
    credentials: Credentials | None,
    *,
    budget: Budget | None = None,
    seconds: float = _SECONDS,
) -> None:
    """Hold that the target responds as an API does and takes our credentials.

    Raises:
        UnfitError: it does not; one line says what, where, and what to do.
        TargetError: it gives no response.
    """
    operation = _reading(contract)
    path = _filled(operation, pools)
    started = time.time()
    limits = Limits(response=seconds, total=seconds, requests=_MOST_REQUESTS)
    response = Connection(gateway, credentials, limits=limits, budget=budget).get(path)
    try:
        _check_response(gateway.url, response, credentials)
    except TargetError as error:
        exchange = Exchange(
            operation=operation,
            phase=_PHASE,
            method=operation.method,
            url=gateway.url + path,
            request_headers=response.asked,
            request_body=None,
            response=Response(response.status, response.headers, response.body),
            started=started,
        )
        raise UnfitError(error, exchange) from error


def is_silent(seen: Sequence[Exchange]) -> bool:
    """Whether the last response was none, or that of a gateway in its place."""
    return max(seen, key=lambda exchange: exchange.started).is_silent


def lost(
    gateway: Gateway,
    contract: Contract,
    pools: Pools,
    credentials: Credentials | None,
    seen: Sequence[Exchange],
    *,
    seconds: float,
) -> TargetError | None:
    """Why a target that has answered before no longer does; None if it does."""
    try:
        check(gateway, contract, pools, credentials, seconds=min(seconds, _FEW_SECONDS))
    except TargetError as error:
        answered = sum(not exchange.is_silent for exchange in seen)
        what = f"stopped answering, {answered} of {len(seen)} requests were answered: {error.what}"
        return TargetError(what, where=gateway.url, fix="See its log, and start again")
    return None


def _check_response(url: str, response: TargetResponse, credentials: Credentials | None) -> None:
    if response.status == 401:
        what = "refuses the credentials (401)" if credentials else "asks for credentials (401)"
        advice = "Check the SN_ variables and the roles of the user" if credentials else _HINT
        raise TargetError(what, where=url, fix=advice)
    if 300 <= response.status < 400:
        raise TargetError(
            f"redirects to {_place(response)}",
            where=url,
            fix="Give the URL of the instance itself; a login page means that it is not an API",
        )
    # An error of the instance is for the judgement, whatever it looks like.
    if response.media_type in PAGES and response.status < 500:
        raise TargetError(
            f"answers {response.status} with an HTML page instead of JSON",
            where=url,
            fix="Wake the instance if it hibernates, and check that the URL is not a portal",
        )
    if response.status in GATEWAY:
        raise TargetError(
            f"answers {response.status}: nothing is served at the moment",
            where=url,
            fix="Try again later; then ask whoever runs the instance or the proxy in front of it",
        )


def _place(response: TargetResponse) -> str:
    """Where a redirect leads to, without its query, which can hold a token."""
    try:
        place = urlsplit(response.headers.get("location", ""))
        return response.shown(f"{place.hostname or 'itself'}{place.path}")
    except ValueError:
        return "no URL"


def _reading(contract: Contract) -> Operation:
    """What is safe to ask: the reading operation with the fewest ids."""
    reading = [operation for operation in contract.operations if operation.method == "GET"]
    return min(reading or contract.operations, key=lambda operation: operation.path.count("{"))


def _filled(operation: Operation, pools: Pools) -> str:
    path = operation.path
    for parameter in operation.parameters:
        if parameter.place == "path":
            value = next(iter(pools.values.get(parameter.name, ())), "0" * 32)
            path = path.replace("{" + parameter.name + "}", quote(value, safe=""))
    return path
