"""The scorecard as one HTML page that needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2

from scripts.conformance.codes import BY_ID
from scripts.conformance.findings import Severity
from scripts.conformance.scorecard import Scorecard, tools
from scripts.conformance.terminal import conclusion
from scripts.conformance.verdicts import Verdict
from scripts.kit.clauses import Clause, Kind

_TEMPLATE = Path(__file__).with_name("scorecard.html.jinja")


def text(card: Scorecard) -> str:
    """The content of scorecard.html."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        card=card,
        headline=_headline(card),
        conclusion=conclusion(card),
        excused=bool(card.conforms and card.summary[Verdict.VIOLATES]),
        summary=card.summary,
        looked=card.summary[Verdict.CONFORMS] + card.summary[Verdict.VIOLATES],
        weights=card.weights(),
        verdicts=list(Verdict),
        severities=list(Severity),
        meanings=BY_ID,
        clauses=_clauses(card),
        tools=tools(),
        started=card.started.strftime("%d %B %Y, %H:%M UTC"),
    )


def _headline(card: Scorecard) -> str:
    if not card.conforms:
        return "The contract is violated"
    accepted = any(each.severity is Severity.ACCEPTED for each in card.findings)
    return "No violation beyond the accepted ones" if accepted else "No violation was found"


def _clauses(card: Scorecard) -> list[dict[str, Any]]:
    by_id = {clause.id: clause for clause in card.clauses}
    return [
        {
            "judged": each,
            "clause": by_id[each.id],
            "prefix": _prefix(by_id[each.id]),
        }
        for each in card.judgements
    ]


def _prefix(clause: Clause) -> str:
    """What turns the reason why nothing looks at a clause into a sentence of its own."""
    kinds = {check.kind for check in clause.checked_by}
    if kinds <= {Kind.OPEN, Kind.NOT_OBSERVABLE}:
        return "No check yet; it would: " if Kind.OPEN in kinds else "Not observable: "
    return ""
