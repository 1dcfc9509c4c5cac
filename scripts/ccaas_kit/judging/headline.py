"""The outcome of a run in one line: the same words and figures in every report.

    No violation in 373 of 1,211 clauses (30 %); 692 need a profile that writes; 146 were not fully tested.
    2 problems: 25 violations of 23 clauses; 373 of 1,211 clauses tested (30 %); ...
    1 new violation since the baseline, 24 known; 2 problems: 25 violations of 23 clauses; ...

It never says that a target conforms: a run tests a part of the contract.
"""

from __future__ import annotations

from collections.abc import Iterator

from ccaas_kit.judging.findings import Severity
from ccaas_kit.judging.scorecard import Scorecard
from ccaas_kit.judging.verdicts import Verdict

# The reasons of the runner where the profile is what keeps a clause from being tested.
_PROFILE = "the profile "


def of(card: Scorecard) -> str:
    """The outcome in one line."""
    total = len(card.judgements)
    share = f"{card.looked * 100 // total if total else 0} %"
    parts = [_state(card)] if card.fault or card.defects else []
    if card.baseline is not None:
        parts.append(_since(card))
    if card.violates:
        parts.append(f"{_violations(card)}; {card.looked:,} of {total:,} clauses tested ({share})")
    else:
        parts.append(f"No violation in {card.looked:,} of {total:,} clauses ({share})")
    return "; ".join([*parts, *_rest(card)]) + "."


def _state(card: Scorecard) -> str:
    if card.fault:
        return "Not judged"
    return f"Not judged to the end, {count(len(card.defects), 'defect')} of the runner"


def _since(card: Scorecard) -> str:
    new = len(card.failing)
    known = card.weights()[Severity.VIOLATION] - new
    return f"{count(new, 'new violation')} since the baseline, {known:,} known"


def _violations(card: Scorecard) -> str:
    findings = card.weights()[Severity.VIOLATION]
    problems = len(
        {finding.group for finding in card.findings if finding.severity is Severity.VIOLATION}
    )
    return (
        f"{count(problems, 'problem')}: {count(findings, 'violation')} of "
        f"{count(card.violated, 'clause')}"
    )


def _rest(card: Scorecard) -> Iterator[str]:
    if card.options.get("selection"):
        yield "only a part of the contract was selected"
    profile = sum(
        judgement.verdict is Verdict.BLOCKED and _PROFILE in judgement.detail
        for judgement in card.judgements
    )
    if profile:
        yield f"{profile:,} need a profile that writes"
    if others := len(card.judgements) - card.looked - profile:
        yield f"{others:,} were not fully tested"
    weights = card.weights()
    if lapsed := sum(
        finding.expired and finding.severity is Severity.VIOLATION for finding in card.findings
    ):
        yield f"{count(lapsed, 'violation')} with an expired waiver"
    if accepted := weights[Severity.ACCEPTED]:
        yield f"{count(accepted, 'finding')} waived"
    if assumed := weights[Severity.ASSUMED]:
        yield f"{count(assumed, 'finding')} about assumptions, which do not fail a run"
    if silent := unanswered(card):
        yield silent
    if not card.complete:
        yield f"cut short after {card.duration_s:.0f} s"


def unanswered(card: Scorecard) -> str:
    """How many requests had no response of the target; empty if none was without."""
    silent = sum(card.unanswered.values())
    named = ", ".join(f"{reason}: {number}" for reason, number in card.unanswered.items())
    return (
        f"{silent} of {card.requests} requests got no response from the target ({named})"
        if silent
        else ""
    )


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 clause`, `1,211 clauses`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
