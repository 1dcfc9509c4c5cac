"""Judging by the checks of Schemathesis: which exchanges are evidence, and which failures count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ccaas_kit.judging.codes import BY_CHECK
from ccaas_kit.judging.traffic import Traffic, properties
from ccaas_kit.judging.verdicts import Deviation, Opinion, Verdict, short
from ccaas_kit.model.exchanges import GATEWAY, CheckResult, Exchange
from ccaas_kit.model.pools import Pools


@dataclass(frozen=True, slots=True)
class _Rule:
    """How a check is judged: which exchanges are evidence, and which of its failures count.

    `not_tried` is the detail of the opinion if no exchange is evidence.
    """

    expected: str
    is_evidence: Callable[[Exchange], bool]
    failure_counts: Callable[[Exchange, Pools], bool] = field(
        default=lambda _exchange, _pools: True
    )
    not_tried: str = "no request tried it"


# The checks of ours in Schemathesis, as own_checks.py names them there.
ECHOED_VALUE, PAGE_SIZE = "echoed_value", "page_size"
# PLT-015: a response to these violates nothing.
_FREE_METHODS = frozenset({"HEAD", "OPTIONS"})


def _by_the_instance(exchange: Exchange) -> bool:
    # PLT-016: a server in front of the instance refuses URLs that are too long.
    return exchange.status not in (*GATEWAY, 414)


def _leads_nowhere(exchange: Exchange) -> bool:
    # PLT-001: a version that the instance does not have is a URL of nothing, not of the operation.
    return exchange.status == 404 and exchange.operation.id != exchange.operation.base


def _checked(name: str) -> Callable[[Exchange], bool]:
    return lambda exchange: (
        _by_the_instance(exchange) and any(check.name == name for check in exchange.checks)
    )


def _has_headers(exchange: Exchange) -> bool:
    spec = exchange.operation.responses.get(exchange.status)
    return spec is not None and bool(spec.headers)


def _is_success(exchange: Exchange) -> bool:
    return 200 <= exchange.status < 300


def _refuses_method(exchange: Exchange) -> bool:
    # Signing in and finding the record come before the method on many servers.
    return exchange.other_method and exchange.status == 405


def _served(exchange: Exchange) -> bool:
    return exchange.positive and exchange.credentials == "own" and _is_success(exchange)


_RULES = {
    "not_a_server_error": _Rule(
        "a status below 500",
        _checked("not_a_server_error"),
        lambda exchange, _pools: _by_the_instance(exchange),
    ),
    "status_code_conformance": _Rule(
        "a status that the operation lists",
        lambda exchange: (
            _checked("status_code_conformance")(exchange) and not _leads_nowhere(exchange)
        ),
        lambda exchange, _pools: _by_the_instance(exchange) and not _leads_nowhere(exchange),
    ),
    "content_type_conformance": _Rule(
        "a media type that the status lists",
        _checked("content_type_conformance"),
        lambda exchange, _pools: _by_the_instance(exchange),
    ),
    "response_headers_conformance": _Rule(
        "the headers that the status lists",
        _has_headers,
        not_tried="no status with headers was seen",
    ),
    "response_schema_conformance": _Rule(
        "a body that satisfies its schema", _checked("response_schema_conformance")
    ),
    "unsupported_method": _Rule(
        "status 405",
        _refuses_method,
        # A 405 without the Allow header of RFC 9110 violates no requirement of this contract.
        lambda exchange, _pools: (
            exchange.status != 405
            and exchange.method not in _FREE_METHODS
            and _by_the_instance(exchange)
        ),
    ),
    "ignored_auth": _Rule(
        "status 401 or 403",
        lambda exchange: exchange.credentials != "own" and exchange.status in (401, 403),
        # A rate limit or a gateway refuses, too, and says nothing of the credentials.
        lambda exchange, _pools: _is_success(exchange),
        not_tried="no response showed whether credentials are checked",
    ),
    "positive_data_acceptance": _Rule(
        "status 2xx for a valid request",
        _served,
        # An unknown id may be refused with 400.
        lambda exchange, pools: pools.knows(exchange),
        not_tried="no valid request was served",
    ),
    ECHOED_VALUE: _Rule(
        "the value that the request gave",
        _checked(ECHOED_VALUE),
        not_tried="no response contained the value of its request",
    ),
    PAGE_SIZE: _Rule(
        "a list within the limit", _checked(PAGE_SIZE), not_tried="no response was a list"
    ),
    "use_after_free": _Rule(
        "status 404 after a deletion", lambda _exchange: False, not_tried="nothing is ever deleted"
    ),
    "ensure_resource_availability": _Rule(
        "the record that was just created",
        lambda exchange: exchange.created_by is not None,
        not_tried="no link from a created record was followed",
    ),
}


def _has_unlisted_media(exchange: Exchange) -> bool:
    spec = exchange.operation.responses.get(exchange.status)
    if spec is None or exchange.response is None or not spec.media:
        return False
    return exchange.response.media_type not in spec.media


# Checks that the status of a response decides, or its media type, and when they fail.
FAILED_BY_HEAD: Mapping[str, Callable[[Exchange], bool]] = {
    "not_a_server_error": lambda exchange: exchange.status >= 500,
    "status_code_conformance": lambda exchange: exchange.status not in exchange.operation.responses,
    "content_type_conformance": _has_unlisted_media,
}
# What these see kept holds only of a target that keeps records.
OF_RECORDS = frozenset({"use_after_free", "ensure_resource_availability"})


def judge(check: str, base: str, traffic: Traffic, pools: Pools, *, pointer: str = "") -> Opinion:
    """What the check of that name says of an operation, or of the property at a pointer only."""
    rule = _RULES[check]
    exchanges = _concerned(check, base, traffic)
    deviations = []
    for exchange in exchanges:
        for result in exchange.checks:
            counts = result.failed and rule.failure_counts(exchange, pools)
            if result.name == check and counts and _is_about(result, pointer):
                deviations.append(_deviation(rule, result, base, exchange))
    if deviations:
        shown = frozenset(deviation.exchange.number for deviation in deviations)
        first = replace(deviations[0], shown=shown, among=len(exchanges))
        return Opinion(Verdict.VIOLATES, first.got, (first,))
    count = sum(
        rule.is_evidence(exchange) and _shows(exchange, check, pointer) for exchange in exchanges
    )
    if not count:
        return Opinion(Verdict.UNVERIFIED, rule.not_tried)
    return Opinion(Verdict.CONFORMS, f"{count} requests looked at")


def _concerned(check: str, base: str, traffic: Traffic) -> list[Exchange]:
    if check == "unsupported_method":
        return traffic.with_other_methods(traffic.contract.by_id[base].path)
    if check == "ensure_resource_availability":
        # A requirement of the operation that creates as well as of the one that reads.
        return [
            exchange
            for exchange in traffic.exchanges
            if exchange.created_by and base in (exchange.created_by, exchange.operation.base)
        ]
    return traffic.of_base(base)


def _is_about(result: CheckResult, pointer: str) -> bool:
    """Whether a failure speaks of the property at a pointer; every one does of anything else."""
    name = _echo(result.name, pointer)
    return not name or any(part.startswith(f"{name} is ") for part in result.message.split("; "))


def _shows(exchange: Exchange, check: str, pointer: str) -> bool:
    """Whether a response has the property at a pointer; what a check says of all else needs none."""
    name = _echo(check, pointer)
    if not name:
        return True
    names = properties(exchange) if exchange.holds is None else exchange.holds
    return name in names


def _echo(check: str, pointer: str) -> str:
    """The one property whose echo is meant; empty if the check is about all, or another one."""
    above, _, name = pointer.rpartition("/")
    return name if check == ECHOED_VALUE and above.endswith("/properties") else ""


def with_statuses(exchange: Exchange) -> Exchange:
    """The exchange of a probe with what its head tells, as Schemathesis looks at its own ones."""
    if exchange.response is None or exchange.other_method:
        return exchange
    results = tuple(CheckResult(name, fails(exchange)) for name, fails in FAILED_BY_HEAD.items())
    return replace(exchange, checks=results)


def known() -> frozenset[str]:
    """The checks that can be judged."""
    return frozenset(_RULES)


def _deviation(rule: _Rule, result: CheckResult, base: str, exchange: Exchange) -> Deviation:
    response = f"{exchange.status} for {exchange.method}"
    got = f"{response}: {result.message}" if result.message else response
    return Deviation(BY_CHECK[result.name].id, base, rule.expected, short(got), exchange)
