"""The scorecard as one HTML page that needs no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jinja2

from ccaas_kit.contract.clauses import Clause, Evidence, Kind
from ccaas_kit.judging import headline
from ccaas_kit.judging.codes import BY_ID
from ccaas_kit.judging.findings import Severity
from ccaas_kit.judging.scorecard import Row, Scorecard
from ccaas_kit.judging.verdicts import Judgement, Verdict

_TEMPLATE = Path(__file__).with_name("scorecard.html.jinja")
_MEANINGS = {
    Verdict.CONFORMS: "requirement met",
    Verdict.VIOLATES: "requirement not met",
    Verdict.UNVERIFIED: "not fully tested",
    Verdict.BLOCKED: "could not be tested",
}
_WEIGHTS = {
    Severity.VIOLATION: "Violations",
    Severity.ACCEPTED: "Waived, with a reason",
    Severity.ASSUMED: "Differences from assumptions that no page documents",
    Severity.NOTE: "Notes that no clause requires",
}


@dataclass(frozen=True, slots=True)
class _Api:
    """An API with its operations; `whole` has the clauses of the API itself, if any."""

    name: str
    requests: int
    verdicts: dict[Verdict, int]
    operations: tuple[Row, ...]
    whole: Row | None


@dataclass(frozen=True, slots=True)
class _ClauseRow:
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
        headline=headline.of(card),
        count=headline.count,
        verdicts=_MEANINGS,
        severities=list(Severity),
        weights=_WEIGHTS,
        codes=BY_ID,
        apis=_apis(card.operations),
        by_id={finding.id: finding for finding in card.findings},
        rows=_rows(card),
        evidences=list(Evidence),
        started=card.started.strftime("%d %B %Y, %H:%M UTC").lstrip("0"),
    )
    return page.lstrip()


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


def _rows(card: Scorecard) -> list[_ClauseRow]:
    by_id = {clause.id: clause for clause in card.clauses}
    named: dict[str | None, list[str]] = {}
    for finding in card.findings:
        named.setdefault(finding.clause, []).append(finding.id)
    return [
        _ClauseRow(
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
