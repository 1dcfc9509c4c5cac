"""The scorecard as one HTML page that needs no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jinja2

from ccaas_kit.contract.clauses import Clause, Evidence, Kind
from ccaas_kit.judging.codes import BY_ID
from ccaas_kit.judging.findings import Finding, Severity
from ccaas_kit.judging.scorecard import Row, Scorecard, tools
from ccaas_kit.judging.verdicts import Judgement, Verdict
from ccaas_kit.reporting.terminal import conclusion, unanswered

_TEMPLATE = Path(__file__).with_name("scorecard.html.jinja")
_MEANINGS = {
    Verdict.CONFORMS: "seen kept",
    Verdict.VIOLATES: "seen broken",
    Verdict.UNVERIFIED: "not shown",
    Verdict.BLOCKED: "could not be tried",
}
_WEIGHTS = {
    Severity.VIOLATION: "What breaks a promise and counts",
    Severity.ACCEPTED: "Known, and accepted with a reason",
    Severity.ASSUMED: "Unlike what we assume, where no page says",
    Severity.NOTE: "Worth knowing, promised by no clause",
}


@dataclass(frozen=True, slots=True)
class _Api:
    """An API with its operations; `whole` holds the promises of the API itself, if any."""

    name: str
    requests: int
    verdicts: dict[Verdict, int]
    operations: tuple[Row, ...]
    whole: Row | None


@dataclass(frozen=True, slots=True)
class _Promise:
    """A row of the table of clauses."""

    clause: Clause
    judged: Judgement
    prefix: str
    findings: tuple[str, ...]


def text(card: Scorecard) -> str:
    """The content of scorecard.html."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    page = template.render(
        card=card,
        headline=_headline(card),
        story=_story(card),
        conclusion=conclusion(card),
        verdicts=_MEANINGS,
        severities=list(Severity),
        weights=_WEIGHTS,
        codes=BY_ID,
        apis=_apis(card.operations),
        themes=_themes(card.findings),
        promises=_promises(card),
        evidences=list(Evidence),
        tools=tools(),
        started=card.started.strftime("%d %B %Y, %H:%M UTC").lstrip("0"),
    )
    return page.lstrip()


def _headline(card: Scorecard) -> str:
    if card.fault:
        return "The target could not be judged"
    if card.defects:
        return "The runner failed: the target is not judged to the end"
    if not card.conforms:
        return "The contract is violated"
    accepted = any(finding.severity is Severity.ACCEPTED for finding in card.findings)
    return "No violation beyond the accepted ones" if accepted else "No violation was found"


def _story(card: Scorecard) -> str:
    """The counts in words, for whoever reads no table."""
    kept, broken = card.summary[Verdict.CONFORMS], card.summary[Verdict.VIOLATES]
    unseen, blocked = card.summary[Verdict.UNVERIFIED], card.summary[Verdict.BLOCKED]
    told = f"The contract makes {len(card.judgements)} promises. Requests put {kept + broken} of "
    told += f"them to the test: {kept} {_were(kept)} kept, {broken} {_were(broken)} broken"
    if broken and not card.violates:
        told += ", all of them accepted or assumed only"
    told += f". {unseen} {_were(unseen)} shown by no request"
    told += f", {blocked} could not be tried." if blocked else "."
    if assumed := card.weights()[Severity.ASSUMED]:
        told += f" {assumed} {'finding is' if assumed == 1 else 'findings are'} about what no page "
        told += "says and we only assume: they fail no run."
    if silent := unanswered(card):
        told += f" {silent}."
    if card.fault:
        told += f" The target, in one line: {card.fault}."
    if card.defects:
        told += f" The runner itself has failed in {len(card.defects)} of its steps, first in "
        told += f"{card.defects[0]}. Please report it: that says nothing about the target."
    if not card.complete:
        told += f" The run was cut short after {card.duration_s:.0f} seconds."
    return told


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _apis(rows: Iterable[Row]) -> list[_Api]:
    by_api: dict[str, list[Row]] = {}
    for row in rows:
        by_api.setdefault(row.api, []).append(row)
    found = []
    for name, members in by_api.items():
        total: Counter[Verdict] = Counter()
        for row in members:
            total.update(row.verdicts)
        found.append(
            _Api(
                name=name,
                requests=sum(row.requests for row in members),
                verdicts={verdict: total[verdict] for verdict in Verdict},
                operations=tuple(row for row in members if row.name is not None),
                whole=next((row for row in members if row.name is None), None),
            )
        )
    return found


def _themes(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """The violations by code, the most frequent first."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity is Severity.VIOLATION:
            by_code.setdefault(finding.code, []).append(finding)
    return sorted(by_code.items(), key=lambda item: (-len(item[1]), item[0]))


def _promises(card: Scorecard) -> list[_Promise]:
    by_id = {clause.id: clause for clause in card.clauses}
    named: dict[str | None, list[str]] = {}
    for finding in card.findings:
        named.setdefault(finding.clause, []).append(finding.id)
    return [
        _Promise(
            clause=by_id[judgement.id],
            judged=judgement,
            prefix=_prefix(by_id[judgement.id]),
            findings=tuple(named.get(judgement.id, ())),
        )
        for judgement in card.judgements
    ]


def _prefix(clause: Clause) -> str:
    """What turns the reason why nothing looks at a clause into a sentence of its own."""
    kinds = {check.kind for check in clause.checked_by}
    return "Not observable: " if kinds == {Kind.NOT_OBSERVABLE} else ""
