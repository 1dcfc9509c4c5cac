"""Judging one exchange by itself: whether the finding that it once showed is still there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import IntEnum
from typing import Any

from ccaas_kit.contract.clauses import Clause, Kind
from ccaas_kit.contract.contract import Contract
from ccaas_kit.contract.exchanges import CheckResult, Exchange
from ccaas_kit.contract.pools import Pools
from ccaas_kit.judging import judge, judge_checks
from ccaas_kit.judging.codes import BY_ID
from ccaas_kit.judging.traffic import Traffic
from ccaas_kit.judging.verdicts import Opinion, Verdict

# The runner knew that the ids in a valid request exist: nothing is left to look up.
_TRUSTING = Pools(values={}, existing={}, configured=frozenset(), places=())
# What a valid request may be answered with besides success, as Schemathesis has it.
_FAIR = frozenset({401, 403, 404, 409, 429})
# Statuses that tell of the rate and of what stands in front, and of who asks.
_IN_FRONT = frozenset({429, 502, 503, 504})
_WHO_ASKS = frozenset({401, 403})
# Codes that the schema of a clause decides.
_BY_SCHEMA = ("CK2", "CK3")


class Outcome(IntEnum):
    """What became of a finding; the value is the exit code."""

    GONE = 0
    SHOWS = 1
    UNCLEAR = 2


def outcome(
    finding: Mapping[str, Any], exchange: Exchange, contract: Contract, clauses: Sequence[Clause]
) -> tuple[Outcome, str]:
    """Whether a finding of a scorecard shows again in an exchange, and why."""
    before, now = finding["request"]["status"], exchange.status
    told = f"{_named(now)} now, {_named(before)} in the report"
    opinion = _opinion(finding, exchange, contract, clauses)
    if opinion is None:
        return Outcome.UNCLEAR, f"It takes more than one request to tell: {told}."
    if opinion.verdict is Verdict.VIOLATES:
        return Outcome.SHOWS, f"It shows again: {opinion.detail}."
    if opinion.verdict is Verdict.CONFORMS or now == before:
        return Outcome.GONE, f"It no longer shows: {told}; {opinion.detail}."
    return Outcome.UNCLEAR, f"It cannot be told: {told}; {opinion.detail}."


def _named(status: int) -> str:
    return str(status) if status else "no answer"


def _is_about_something_else(exchange: Exchange) -> bool:
    refused = exchange.credentials == "own" and exchange.status in _WHO_ASKS
    return refused or exchange.status in _IN_FRONT


def _opinion(
    finding: Mapping[str, Any], exchange: Exchange, contract: Contract, clauses: Sequence[Clause]
) -> Opinion | None:
    """What the judge says of this one exchange; None where it would need others."""
    check = BY_ID[finding["code"]].check if finding["code"] in BY_ID else ""
    if check == "no_answer":
        verdict = Verdict.CONFORMS if exchange.answer else Verdict.VIOLATES
        return Opinion(verdict, "it answered" if exchange.answer else "no answer")
    changed = exchange.status != finding["request"]["status"]
    if exchange.answer is None or (changed and _is_about_something_else(exchange)):
        return Opinion(Verdict.UNVERIFIED, "the answer is about something else")
    if check in judge_checks.known():
        if check not in _FAILED:
            return None
        failed = _FAILED[check](exchange, contract)
        checked = replace(exchange, checks=(CheckResult(check, failed),))
        seen = Traffic(contract, [checked], frozenset())
        return judge_checks.judge(check, finding["operation"], seen, _TRUSTING)
    if not finding["code"].startswith(_BY_SCHEMA):
        return None
    known = [each for each in map(_by_schema, clauses) if each]
    traffic = Traffic(contract, [exchange], judge.named_pointers(known, contract))
    judged = judge.Judge(contract, known, traffic, _TRUSTING, barred={}).judgements()
    found = next((each for each in judged if each.id == finding["clause"]), None)
    return Opinion(found.verdict, found.detail) if found else None


def _by_schema(clause: Clause) -> Clause | None:
    """The clause as far as its schema goes: other checks need more than one exchange."""
    checks = tuple(each for each in clause.checked_by if each.kind is Kind.SCHEMA)
    return replace(clause, checked_by=checks) if checks else None


def _wrong_media(exchange: Exchange, _contract: Contract) -> bool:
    response = exchange.operation.responses.get(exchange.status)
    if response is None or exchange.answer is None or not response.media:
        return False
    return exchange.answer.media_type not in response.media


def _wrong_headers(exchange: Exchange, contract: Contract) -> bool:
    response = exchange.operation.responses.get(exchange.status)
    for header in response.headers if response else ():
        value = exchange.answer.headers.get(header.name.lower()) if exchange.answer else None
        if value is None and header.required:
            return True
        if value is not None and not contract.schemas.is_valid(header.schema, value):
            return True
    return False


def _wrong_body(exchange: Exchange, contract: Contract) -> bool:
    measured = Traffic(contract, [exchange], frozenset()).responses(exchange.operation)
    return any(each.faults or each.trouble for each in measured)


def _by_status(fails: Callable[[Exchange], bool]) -> Callable[[Exchange, Contract], bool]:
    return lambda exchange, _contract: fails(exchange)


# What a check of Schemathesis says of one exchange. Those that follow a record through several
# requests are not here.
_FAILED: Mapping[str, Callable[[Exchange, Contract], bool]] = {
    **{name: _by_status(fails) for name, fails in judge_checks.FAILED_BY_STATUS.items()},
    "content_type_conformance": _wrong_media,
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
