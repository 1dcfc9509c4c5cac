"""Judging one exchange by itself: whether the finding that it once showed is still there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from ccaas_kit.contract.clauses import Check, Clause, Evidence, Kind
from ccaas_kit.judging import judge_checks, sole_checks
from ccaas_kit.judging.codes import BY_ID
from ccaas_kit.judging.judgement import judge
from ccaas_kit.judging.log.events import Exchanged, RunEnded, RunStarted
from ccaas_kit.judging.log.log import Recording
from ccaas_kit.judging.verdicts import Opinion, Verdict
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import GATEWAY, Exchange

# The name of the promise behind a finding that no clause names.
_UNNAMED = "(unnamed)"
_END = RunEnded(complete=True, seconds=0.0)
# Statuses that tell of the rate and of what stands in front, and of who asks.
_IN_FRONT = frozenset({429, *GATEWAY})
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
        verdict = Verdict.CONFORMS if exchange.response else Verdict.VIOLATES
        return Opinion(verdict, "it answered" if exchange.response else "no answer")
    changed = exchange.status != finding["request"]["status"]
    if exchange.response is None or (changed and _is_about_something_else(exchange)):
        return Opinion(Verdict.UNVERIFIED, "the answer is about something else")
    if check in judge_checks.known():
        if check not in sole_checks.known():
            return None
        asked = [_by_check(finding, check)]
    elif finding["code"].startswith(_BY_SCHEMA):
        # All of them: a fault is charged to the innermost node that one of them names.
        asked = [each for each in map(_by_schema, clauses) if each]
    else:
        return None
    head = RunStarted(target="", profile="replay", started=datetime.now(UTC))
    checked = sole_checks.with_checks(replace(exchange, knows_ids=True, number=1), contract)
    conclusion = judge(contract, asked, Recording(head, [Exchanged(checked), _END]))
    judged = conclusion.card.judgements
    found = next((each for each in judged if each.id == (finding["clause"] or _UNNAMED)), None)
    return Opinion(found.verdict, found.detail) if found else None


def _by_check(finding: Mapping[str, Any], check: str) -> Clause:
    """A clause that promises what the check looks at, for the operation of the finding."""
    return Clause(
        id=finding["clause"] or _UNNAMED,
        api="",
        operation=finding["operation"],
        says="",
        source="",
        pointer="",
        checked_by=(Check(Kind.PROPERTY, check),),
        evidence=Evidence.DOCUMENTED,
    )


def _by_schema(clause: Clause) -> Clause | None:
    """The clause as far as its schema goes: other checks need more than one exchange."""
    checks = tuple(each for each in clause.checked_by if each.kind is Kind.SCHEMA)
    return replace(clause, checked_by=checks) if checks else None
