"""What a run found, ready to be reported: deduplicated, weighed, without secrets."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from ccaas_kit.contract.clauses import Clause, Evidence
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.contract.shapes import Json
from ccaas_kit.judging.accepted import Accepted
from ccaas_kit.judging.codes import BY_CHECK, BY_ID
from ccaas_kit.judging.reproduction.curl import Recorded, Repeater
from ccaas_kit.judging.verdicts import Deviation, Judgement
from ccaas_kit.model.exchanges import PAGES, Exchange, split

# The breadth of a clause about a whole API; clauses of an operation have less.
_WHOLE_API = 1000
# Digits of a finding's name: a report of a hundred findings has one longer name in 3000 runs.
_SHORTEST = 6


class Severity(StrEnum):
    """How much a finding weighs. Only a violation fails the run."""

    VIOLATION = "violation"
    ACCEPTED = "accepted"
    ASSUMED = "assumed"
    NOTE = "note"

    @property
    def label(self) -> str:
        """The severity as a person reads it; the value is what files contain."""
        return "waived" if self is Severity.ACCEPTED else self.value


def key(code: str, clause: str | None, operation: str) -> str:
    """What a finding is, whichever request showed it: the same in every run."""
    return "/".join((code, clause or "no clause", operation))


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation of the target from the contract.

    `id` names it in this report, and in the report of another run that finds the same by the
    same request. `says` is the clause in words, `title` is what is
    wrong where the clause does not say it, `source` is the probe, workflow or phase that saw it. `reason`
    says why the deviation was accepted, `expires` until when; with `expired` that day is over, and it
    counts again. `place`, `shown` and `among` are as in a Deviation; `exchange` is its number in the
    log, `entry` that in traffic.har. `group` names the findings of the same cause.
    """

    code: str
    severity: Severity
    clause: str | None
    operation: str
    expected: str
    got: str
    curl: str
    quirks: tuple[str, ...] = ()
    reason: str = ""
    id: str = ""
    says: str = ""
    expires: date | None = None
    expired: bool = False
    request: Recorded | None = None
    title: str = ""
    source: str = ""
    place: str = ""
    shown: frozenset[int] = frozenset()
    among: int = 0
    exchange: int = 0
    entry: int = 0
    status: int = 0
    media: str = ""
    group: str = ""

    @property
    def key(self) -> str:
        """What the finding is, whichever request showed it: the same in every run."""
        return key(self.code, self.clause, self.operation)

    @property
    def heading(self) -> str:
        """What is wrong, in words."""
        return self.title or self.says or BY_ID[self.code].meaning

    @property
    def advice(self) -> str:
        """What to do next."""
        return BY_ID[self.code].advice

    @property
    def excuse(self) -> str:
        """Why it was accepted and until when; empty if it never was."""
        if not self.reason:
            return ""
        if self.expired:
            return f"{self.reason} This expired on {self.expires}: it counts again."
        return f"{self.reason} Until {self.expires}." if self.expires else self.reason

    def document(self) -> dict[str, Json]:
        """The finding as a scorecard holds it."""
        return {
            "id": self.id,
            "group": self.group,
            "key": self.key,
            "code": self.code,
            "severity": str(self.severity),
            "clause": self.clause,
            "says": self.says,
            "title": self.heading,
            "operation": self.operation,
            "expected": self.expected,
            "got": self.got,
            "next": self.advice,
            "curl": self.curl,
            "place": self.place,
            "exchange": self.exchange,
            "har_entry": self.entry,
            "quirks": list(self.quirks),
            "source": self.source,
            **({"reason": self.reason} if self.reason else {}),
            **({"expires": self.expires.isoformat()} if self.expires else {}),
            **({"expired": True} if self.expired else {}),
            "request": self.request.document() if self.request else None,
        }


class Weigher:
    """Turns deviations into findings; knows what is accepted on this day.

    `whole` gives an exchange with its bodies, which the judge does without; `commands` writes down
    how it is shown again; `entries` are the numbers that exchanges have in traffic.har.
    """

    def __init__(
        self,
        clauses: Sequence[Clause],
        accepted: Sequence[Accepted],
        *,
        today: date,
        repeater: Repeater,
        commands: Callable[[Exchange], str],
        whole: Callable[[Exchange], Exchange] = lambda exchange: exchange,
        entries: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        self._entries = entries
        self._clauses = {clause.id: clause for clause in clauses}
        # By how many clauses a check is named: one that looks at a single thing says more.
        self._named = Counter(check for clause in clauses for check in clause.checked_by)
        self._accepted = [waiver for waiver in accepted if not _is_over(waiver, today)]
        self._expired = [waiver for waiver in accepted if _is_over(waiver, today)]
        self._repeater = repeater
        self._commands = commands
        self._whole = whole

    def findings(
        self, judgements: Iterable[Judgement], unnamed: Iterable[Deviation]
    ) -> list[Finding]:
        """The findings of a run, the heaviest first; equal ones once."""
        found: list[Finding] = []
        reported: set[tuple[str, int]] = set()
        for judgement in judgements:
            for deviation in judgement.deviations:
                found.append(self._finding(deviation, self._clauses[judgement.id]))
                reported.add((deviation.code, id(deviation.exchange)))
        judged = {(finding.operation, finding.code[:3]) for finding in found}
        for deviation in unnamed:
            # The judge has a finding of this check of Schemathesis already.
            seen = deviation.code == "CK105" and (deviation.operation, "CK2") in judged
            if not seen and (deviation.code, id(deviation.exchange)) not in reported:
                found.append(self._finding(deviation, None))
        once = {
            (finding.code, finding.clause, finding.operation, finding.got): finding
            for finding in found
        }
        order = list(Severity)
        found = sorted(
            once.values(),
            key=lambda finding: (
                order.index(finding.severity),
                finding.operation,
                finding.code,
                self._breadth(finding),
            ),
        )
        return [
            replace(finding, id=name)
            for finding, name in zip(found, identifiers(found), strict=True)
        ]

    def _breadth(self, finding: Finding) -> tuple[bool, int, int]:
        """How much the clause of a finding is about; the narrowest leads those that are alike."""
        clause = self._clauses.get(finding.clause or "")
        if clause is None:
            # It has no sentence to show.
            return True, 0, 0
        shared = sum(self._named[check] for check in clause.checked_by)
        return False, shared + _WHOLE_API * (clause.operation is None), -clause.pointer.count("/")

    def _finding(self, deviation: Deviation, clause: Clause | None) -> Finding:
        code = BY_ID[deviation.code]
        entry = next(
            (waiver for waiver in self._accepted if _fits(waiver, deviation, clause)), None
        )
        over = next((waiver for waiver in self._expired if _fits(waiver, deviation, clause)), None)
        waiver = entry or over
        exchange = self._whole(deviation.exchange)
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
            curl=self._commands(exchange),
            quirks=(clause.quirk,) if clause and clause.quirk else (),
            reason=waiver.reason if waiver else "",
            says=clause.says if clause else "",
            title=_title(exchange),
            source=exchange.source,
            expires=waiver.expires if waiver else None,
            expired=entry is None and over is not None,
            place=deviation.place,
            shown=deviation.shown,
            among=deviation.among,
            exchange=exchange.number,
            entry=self._entries.get(exchange.number, 0),
            status=exchange.status,
            media=exchange.response.media_type if exchange.response else "",
            # What the log has cut off cannot be sent again.
            request=None if exchange.sizes else self._repeater.recorded(exchange),
        )


def identifiers(findings: Sequence[Finding]) -> list[str]:
    """A short name for each finding, made from what it is and not from when it was found.

    Two findings never share one: the name grows until it is the only one, and findings that are
    alike but for what was got are numbered.
    """
    digests = [_digest(finding) for finding in findings]
    distinct = sorted(set(digests))
    lengths = dict.fromkeys(distinct, _SHORTEST)
    for one, other in itertools.pairwise(distinct):
        length = _shared(one, other) + 1
        lengths[one] = max(lengths[one], length)
        lengths[other] = max(lengths[other], length)
    names: list[str] = []
    seen: Counter[str] = Counter()
    for digest in digests:
        seen[digest] += 1
        again = f"-{seen[digest]}" if seen[digest] > 1 else ""
        names.append(f"F{digest[: lengths[digest]]}{again}")
    return names


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


def _title(exchange: Exchange) -> str:
    """What is wrong, where a response is about something else than the clause; else empty."""
    response = exchange.response
    if response is not None and response.media_type in PAGES:
        return f"A web page with status {response.status} came in place of an API response."
    return ""


def _is_over(entry: Accepted, today: date) -> bool:
    return entry.expires is not None and entry.expires < today


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at the beginning."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _digest(finding: Finding) -> str:
    parts = [finding.code, finding.clause or "", finding.operation]
    if finding.request is not None:
        # Without the host: the same finding on another target has the same name.
        path, query = split(finding.request.url)
        parts += [finding.request.method, path, query, finding.request.credentials]
        parts.append((finding.request.body or b"").hex())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _fits(entry: Accepted, deviation: Deviation, clause: Clause | None) -> bool:
    if entry.operation is not None and entry.operation != deviation.operation:
        return False
    if entry.clause is not None:
        return clause is not None and clause.id == entry.clause
    return entry.check == BY_ID[deviation.code].check
