"""Checks that one exchange decides by itself, for whatever Schemathesis has not looked at.

Those that follow a record through several requests are not here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ccaas_kit.judging.judge_checks import FAILED_BY_HEAD
from ccaas_kit.judging.traffic import Measuring
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import CheckResult, Exchange

# What a valid request may be answered with besides success, as Schemathesis has it.
_FAIR = frozenset({401, 403, 404, 409, 429})
# What a response to a method that the path does not have can be held against.
_OF_OTHER_METHODS = frozenset({"unsupported_method", "not_a_server_error", "ignored_auth"})


def with_checks(exchange: Exchange, contract: Contract) -> Exchange:
    """The exchange with what these checks say of it; without a response they say nothing."""
    if exchange.response is None:
        return exchange
    results = tuple(
        CheckResult(name, fails(exchange, contract))
        for name, fails in _FAILED.items()
        if not exchange.other_method or name in _OF_OTHER_METHODS
    )
    return replace(exchange, checks=results)


def _wrong_headers(exchange: Exchange, contract: Contract) -> bool:
    spec = exchange.operation.responses.get(exchange.status)
    for header in spec.headers if spec else ():
        value = exchange.response.headers.get(header.name.lower()) if exchange.response else None
        if value is None and header.required:
            return True
        if value is not None and not contract.schemas.is_valid(header.schema, value):
            return True
    return False


def _wrong_body(exchange: Exchange, contract: Contract) -> bool:
    measured = Measuring(contract, frozenset()).of(exchange)
    return bool(measured.faults or measured.trouble)


def _by_head(fails: Callable[[Exchange], bool]) -> Callable[[Exchange, Contract], bool]:
    return lambda exchange, _contract: fails(exchange)


_FAILED: Mapping[str, Callable[[Exchange, Contract], bool]] = {
    **{name: _by_head(fails) for name, fails in FAILED_BY_HEAD.items()},
    "response_headers_conformance": _wrong_headers,
    "response_schema_conformance": _wrong_body,
    "unsupported_method": lambda exchange, _contract: (
        exchange.other_method and exchange.status != 405
    ),
    "ignored_auth": lambda exchange, _contract: (
        exchange.credentials != "own" and 200 <= exchange.status < 300
    ),
    "positive_data_acceptance": lambda exchange, _contract: (
        exchange.positive and 400 <= exchange.status < 500 and exchange.status not in _FAIR
    ),
}
