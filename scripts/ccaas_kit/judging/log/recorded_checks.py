"""Checks that one exchange decides by itself, for whatever Schemathesis has not looked at.

Those that follow a record through several requests are not here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ccaas_kit.judging.judge_checks import FAILED_BY_HEAD
from ccaas_kit.judging.measuring import Measured
from ccaas_kit.model.exchanges import CheckResult, Exchange

# The error statuses that a valid request may get, as Schemathesis has it; 406, because nothing here
# looks at the media types that a request accepts.
_FAIR = frozenset({401, 403, 404, 406, 409, 429})
# What a response to a method that the path does not have can be held against.
_OF_OTHER_METHODS = frozenset({"unsupported_method", "not_a_server_error", "ignored_auth"})


def with_checks(exchange: Exchange, measured: Measured) -> Exchange:
    """The exchange with the results of these checks; without a response there are none."""
    if exchange.response is None:
        return exchange
    results = tuple(
        CheckResult(name, fails(exchange, measured))
        for name, fails in _FAILED.items()
        if not exchange.other_method or name in _OF_OTHER_METHODS
    )
    return replace(exchange, checks=results)


def _wrong_headers(exchange: Exchange, measured: Measured) -> bool:
    spec = exchange.operation.responses.get(exchange.status)
    sent = exchange.response.headers if exchange.response else {}
    is_missing = spec is not None and any(
        header.required and header.name.lower() not in sent for header in spec.headers
    )
    return is_missing or not all(measured.headers.values())


def _by_head(fails: Callable[[Exchange], bool]) -> Callable[[Exchange, Measured], bool]:
    return lambda exchange, _measured: fails(exchange)


_FAILED: Mapping[str, Callable[[Exchange, Measured], bool]] = {
    **{name: _by_head(fails) for name, fails in FAILED_BY_HEAD.items()},
    "content_type_conformance": lambda exchange, measured: (
        measured.is_whole and FAILED_BY_HEAD["content_type_conformance"](exchange)
    ),
    "response_headers_conformance": _wrong_headers,
    "response_schema_conformance": lambda _exchange, measured: bool(
        measured.faults or measured.trouble
    ),
    "unsupported_method": lambda exchange, _measured: (
        exchange.other_method and exchange.status != 405
    ),
    "ignored_auth": lambda exchange, _measured: (
        exchange.credentials != "own" and 200 <= exchange.status < 300
    ),
    "positive_data_acceptance": lambda exchange, _measured: (
        exchange.positive and 400 <= exchange.status < 500 and exchange.status not in _FAIR
    ),
}
