"""The scorecard: a verdict for each clause and all findings, as data."""

from __future__ import annotations

import importlib.metadata
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from scripts.conformance.findings import Finding, Severity
from scripts.conformance.verdicts import Judgement, Verdict
from scripts.kit.clauses import Clause

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Row:
    """What was seen of one operation, versioned form included; `name` None: the API as a whole."""

    name: str | None
    api: str
    requests: int
    verdicts: Mapping[Verdict, int]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The outcome of a run."""

    target: str
    profile: str
    started: datetime
    duration_s: float
    complete: bool
    seed: int
    requests: int
    clauses: Sequence[Clause]
    judgements: Sequence[Judgement]
    findings: Sequence[Finding]
    operations: Sequence[Row]

    @property
    def conforms(self) -> bool:
        """Whether nothing that counts was violated."""
        return not any(each.severity is Severity.VIOLATION for each in self.findings)

    @property
    def summary(self) -> dict[Verdict, int]:
        """How many clauses got each verdict."""
        counts = Counter(each.verdict for each in self.judgements)
        return {verdict: counts[verdict] for verdict in Verdict}

    def weights(self) -> dict[Severity, int]:
        """How many findings there are of each severity."""
        counts = Counter(each.severity for each in self.findings)
        return {severity: counts[severity] for severity in Severity}

    def document(self) -> dict[str, Any]:
        """The content of scorecard.json."""
        return {
            "schema_version": SCHEMA_VERSION,
            "target": self.target,
            "profile": self.profile,
            "started": self.started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "duration_s": round(self.duration_s, 1),
            "complete": self.complete,
            "seed": self.seed,
            "tools": tools(),
            "requests": self.requests,
            "conforms": self.conforms,
            "summary": {str(verdict): count for verdict, count in self.summary.items()},
            "operations": [
                {
                    "operation": row.name,
                    "api": row.api,
                    "requests": row.requests,
                    **{str(verdict): row.verdicts.get(verdict, 0) for verdict in Verdict},
                }
                for row in self.operations
            ],
            "clauses": [
                {
                    "id": each.id,
                    "verdict": str(each.verdict),
                    "operation": each.operation,
                    "detail": each.detail,
                }
                for each in self.judgements
            ],
            "findings": [
                {
                    "code": each.code,
                    "severity": str(each.severity),
                    "clause": each.clause,
                    "operation": each.operation,
                    "expected": each.expected,
                    "got": each.got,
                    "curl": each.curl,
                    "quirks": list(each.quirks),
                    **({"reason": each.reason} if each.reason else {}),
                }
                for each in self.findings
            ],
        }


def rows(
    bases: Sequence[tuple[str, str]],
    clauses: Sequence[Clause],
    judgements: Sequence[Judgement],
    requests: Mapping[str, int],
) -> list[Row]:
    """One row per operation (given with its API), then one per API for what holds for all of it."""
    by_id = {clause.id: clause for clause in clauses}
    counts: dict[tuple[str | None, str], Counter[Verdict]] = {}
    for each in judgements:
        key = (each.operation, by_id[each.id].api)
        counts.setdefault(key, Counter())[each.verdict] += 1
    apis = dict.fromkeys(api for _, api in bases)
    keys: list[tuple[str | None, str]] = [*bases, *((None, api) for api in apis)]
    return [
        Row(name, api, requests.get(name, 0) if name else 0, counts.get((name, api), {}))
        for name, api in keys
        if name is not None or (name, api) in counts
    ]


def tools() -> dict[str, str]:
    """The versions that a run depends on."""
    return {
        "python": platform.python_version(),
        "schemathesis": importlib.metadata.version("schemathesis"),
        "jsonschema-rs": importlib.metadata.version("jsonschema-rs"),
    }
