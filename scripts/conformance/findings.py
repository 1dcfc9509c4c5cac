"""What a run found, ready to be reported: deduplicated, weighed, without secrets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scripts.conformance.codes import BY_CHECK, BY_ID
from scripts.conformance.config import Accepted
from scripts.conformance.curl import Repeater
from scripts.conformance.verdicts import Deviation, Judgement
from scripts.kit.clauses import Clause, Evidence
from scripts.kit.errors import ConfigError


class Severity(StrEnum):
    """How much a finding weighs. Only a violation fails the run."""

    VIOLATION = "violation"
    ACCEPTED = "accepted"
    ASSUMED = "assumed"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation of the target from the contract; `reason` says why it was accepted."""

    code: str
    severity: Severity
    clause: str | None
    operation: str
    expected: str
    got: str
    curl: str
    quirks: tuple[str, ...] = ()
    reason: str = ""


class Weigher:
    """Turns deviations into findings; knows what is accepted on this day."""

    def __init__(
        self,
        clauses: Sequence[Clause],
        accepted: Sequence[Accepted],
        *,
        today: date,
        repeater: Repeater,
    ) -> None:
        self._clauses = {clause.id: clause for clause in clauses}
        self._accepted = [each for each in accepted if not each.expires or each.expires >= today]
        self._repeater = repeater

    def findings(
        self, judgements: Iterable[Judgement], unnamed: Iterable[Deviation]
    ) -> list[Finding]:
        """The findings of a run, the heaviest first; equal ones once."""
        found: list[Finding] = []
        told: set[tuple[str, int]] = set()
        for judgement in judgements:
            for deviation in judgement.deviations:
                found.append(self._finding(deviation, self._clauses[judgement.id]))
                told.add((deviation.code, id(deviation.exchange)))
        judged = {(each.operation, each.code[:3]) for each in found}
        for deviation in unnamed:
            # The judge has already told what this check of Schemathesis sees as a whole.
            seen = deviation.code == "CK105" and (deviation.operation, "CK2") in judged
            if not seen and (deviation.code, id(deviation.exchange)) not in told:
                found.append(self._finding(deviation, None))
        once = {(each.code, each.clause, each.operation, each.got): each for each in found}
        order = list(Severity)
        return sorted(
            once.values(), key=lambda each: (order.index(each.severity), each.operation, each.code)
        )

    def _finding(self, deviation: Deviation, clause: Clause | None) -> Finding:
        code = BY_ID[deviation.code]
        entry = next((each for each in self._accepted if _fits(each, deviation, clause)), None)
        if entry is not None:
            severity = Severity.ACCEPTED
        elif clause is not None and clause.evidence is Evidence.ASSUMED:
            severity = Severity.ASSUMED
        else:
            named = clause is not None or code.promised
            severity = Severity.VIOLATION if named else Severity.NOTE
        return Finding(
            code=code.id,
            severity=severity,
            clause=clause.id if clause else None,
            operation=deviation.operation,
            expected=deviation.expected,
            got=deviation.got,
            curl=self._repeater.curl(deviation.exchange),
            quirks=(clause.quirk,) if clause and clause.quirk else (),
            reason=entry.reason if entry else "",
        )


def verify(
    accepted: Sequence[Accepted], clauses: Iterable[Clause], operations: Iterable[str]
) -> None:
    """Hold that accepted deviations name checks, clauses and operations that exist.

    Raises:
        ConfigError: one names something unknown, and would never apply.
    """
    known: Mapping[str, set[str]] = {
        "check": set(BY_CHECK),
        "clause": {clause.id for clause in clauses},
        "operation": set(operations),
    }
    for number, entry in enumerate(accepted, start=1):
        for key, names in known.items():
            value = getattr(entry, key)
            if value is not None and value not in names:
                few = ", ".join(sorted(names)) if len(names) < 30 else "those in clauses.json"
                raise ConfigError(
                    f"there is no {key} '{value}'",
                    where=f"[[accepted]] {number}",
                    fix=f"Known are {few}",
                )


def _fits(entry: Accepted, deviation: Deviation, clause: Clause | None) -> bool:
    if entry.operation is not None and entry.operation != deviation.operation:
        return False
    if entry.clause is not None:
        return clause is not None and clause.id == entry.clause
    return entry.check == BY_ID[deviation.code].check
