"""The scorecard: a verdict for each clause and all findings, as data."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import jsonschema_rs

from ccaas_kit.contract import pointers
from ccaas_kit.contract.clauses import Clause
from ccaas_kit.contract.defects import Defect
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.parsing import UnreadableError, parse_json
from ccaas_kit.contract.shapes import Json
from ccaas_kit.judging.findings import Finding, Severity, key
from ccaas_kit.judging.grouping.groups import Group
from ccaas_kit.judging.log.events import Leaked
from ccaas_kit.judging.verdicts import Judgement, Verdict

NAME = "scorecard.json"
SCHEMA = Path(__file__).with_name("scorecard.schema.json")
# Of scorecard.json, described by scorecard.schema.json. The first number changes if a reader of
# the old form would break, the second if something is added.
SCHEMA_VERSION = "1.3"


@dataclass(frozen=True, slots=True)
class Row:
    """What was seen of one operation, versioned form included; `name` None: the API as a whole.

    `seconds` is how long its responses took together.
    """

    name: str | None
    api: str
    requests: int
    verdicts: Mapping[Verdict, int]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The outcome of a run.

    `fault` is why it could not judge the target, `defects` are where the runner itself has failed.
    `unanswered` counts the requests that had no response of the target, by what came in its place.
    `command` and `options` are what the run was started with, without secrets; `contract` and `tools`
    are versions. `baseline` holds the keys of the violations of an earlier run; without one it is None.
    """

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
    groups: Sequence[Group] = ()
    leaks: Sequence[Leaked] = ()
    fault: str = ""
    defects: Sequence[Defect] = ()
    unanswered: Mapping[str, int] = field(default_factory=dict)
    command: str = ""
    options: Mapping[str, Json] = field(default_factory=dict)
    contract: str = ""
    tools: Mapping[str, str] = field(default_factory=dict)
    baseline: frozenset[str] | None = None

    @property
    def violates(self) -> bool:
        """Whether something that counts was violated."""
        return any(finding.severity is Severity.VIOLATION for finding in self.findings)

    @property
    def failing(self) -> Sequence[Finding]:
        """The violations that fail a run: those that are not in the baseline, if there is one."""
        known = self.baseline or frozenset()
        return [
            finding
            for finding in self.findings
            if finding.severity is Severity.VIOLATION and finding.key not in known
        ]

    @property
    def conforms(self) -> bool:
        """Whether the target was judged without a defect of ours, and nothing that counts violated."""
        return not (self.fault or self.defects or self.violates)

    @property
    def subject(self) -> str:
        """What was judged, in words: an instance by its URL, or the sandbox that the run brought."""
        return (
            f"the embedded sandbox, {self.target}" if self.options.get("embedded") else self.target
        )

    @property
    def summary(self) -> dict[Verdict, int]:
        """How many clauses got each verdict."""
        counts = Counter(judgement.verdict for judgement in self.judgements)
        return {verdict: counts[verdict] for verdict in Verdict}

    @property
    def looked(self) -> int:
        """How many clauses were seen kept or broken."""
        return self.summary[Verdict.CONFORMS] + self.summary[Verdict.VIOLATES]

    @property
    def violated(self) -> int:
        """How many clauses a violation names; the others that are broken are accepted or assumed."""
        return len(
            {
                finding.clause
                for finding in self.findings
                if finding.clause and finding.severity is Severity.VIOLATION
            }
        )

    def members(self, group: Group) -> list[Finding]:
        """The findings of a group, the one that leads it first."""
        by_id = {finding.id: finding for finding in self.findings}
        return [by_id[identifier] for identifier in group.findings]

    def weights(self) -> dict[Severity, int]:
        """How many findings there are of each severity."""
        counts = Counter(finding.severity for finding in self.findings)
        return {severity: counts[severity] for severity in Severity}

    def document(self, headline: str) -> dict[str, Json]:
        """The content of scorecard.json, with the outcome in one line."""
        return {
            "schema_version": SCHEMA_VERSION,
            "target": self.target,
            "profile": self.profile,
            "started": self.started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "duration_s": round(self.duration_s, 1),
            "complete": self.complete,
            "seed": self.seed,
            "command": self.command,
            "options": dict(self.options),
            "contract": self.contract,
            "tools": dict(self.tools),
            "requests": self.requests,
            "unanswered": dict(self.unanswered),
            "conforms": self.conforms,
            "headline": headline,
            "fault": self.fault,
            "summary": {str(verdict): count for verdict, count in self.summary.items()},
            "severities": {str(severity): count for severity, count in self.weights().items()},
            "operations": [
                {
                    "operation": row.name,
                    "api": row.api,
                    "requests": row.requests,
                    "seconds": round(row.seconds, 3),
                    **{str(verdict): row.verdicts.get(verdict, 0) for verdict in Verdict},
                }
                for row in self.operations
            ],
            "clauses": [
                {
                    "id": judgement.id,
                    "verdict": str(judgement.verdict),
                    "operation": judgement.operation,
                    "detail": judgement.detail,
                }
                for judgement in self.judgements
            ],
            "defects": [{"where": defect.where, "error": defect.error} for defect in self.defects],
            "groups": [group.document() for group in self.groups],
            "findings": [finding.document() for finding in self.findings],
            "leaks": [leak.document() for leak in self.leaks],
        }


def rows(
    bases: Sequence[tuple[str, str]],
    clauses: Sequence[Clause],
    judgements: Sequence[Judgement],
    requests: Mapping[str, int],
    seconds: Mapping[str, float] = MappingProxyType({}),
) -> list[Row]:
    """One row per operation (given with its API), then one per API for what holds for all of it."""
    by_id = {clause.id: clause for clause in clauses}
    counts: dict[tuple[str | None, str], Counter[Verdict]] = {}
    for judgement in judgements:
        key = (judgement.operation, by_id[judgement.id].api)
        counts.setdefault(key, Counter())[judgement.verdict] += 1
    apis = dict.fromkeys(api for _, api in bases)
    keys: list[tuple[str | None, str]] = [*bases, *((None, api) for api in apis)]
    return [
        Row(
            name,
            api,
            requests.get(name, 0) if name else 0,
            counts.get((name, api), {}),
            seconds.get(name, 0.0) if name else 0.0,
        )
        for name, api in keys
        if name is not None or (name, api) in counts
    ]


def read(path: Path) -> dict[str, Json]:
    """The content of a scorecard.json, given as the file or as the folder that holds it.

    Raises:
        DocumentError: it cannot be read, has another form, or was written by another version.
    """
    file = path / NAME if path.is_dir() else path
    again = "Run the conformance runner again to write a new one"
    try:
        document = parse_json(file.read_bytes(), largest=sys.maxsize)
    except OSError as error:
        raise DocumentError(
            f"cannot be read ({error.strerror})",
            where=str(file),
            fix=f"Name a {NAME}, or the folder that holds one",
        ) from error
    except UnreadableError as error:
        raise DocumentError(f"is {error}", where=str(file), fix=again) from error
    version = document.get("schema_version") if isinstance(document, dict) else None
    if version is None:
        raise DocumentError("is no scorecard", where=str(file), fix=f"Name a {NAME}")
    ours = SCHEMA_VERSION.partition(".")[0]
    if str(version).partition(".")[0] != ours or not isinstance(version, str):
        raise DocumentError(
            f"has the form {version!r}, and this version reads '{ours}.*'",
            where=str(file),
            fix=again,
        )
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    fault = next(jsonschema_rs.Draft202012Validator(schema).iter_errors(document), None)
    if fault is not None:
        place = pointers.build(*map(str, fault.instance_path))
        raise DocumentError(
            f"breaks the form of a scorecard: {fault.message[:200]}",
            where=f"{file}{place}",
            fix=again,
        )
    return dict(document)


def violations(path: Path) -> frozenset[str]:
    """The keys of the violations in a scorecard.json, as the baseline of a later run.

    Raises:
        DocumentError: it cannot be read, or the run that wrote it could not judge its target.
    """
    document = read(path)
    if document["fault"]:
        raise DocumentError(
            f"is of a run without verdicts: {document['fault']}",
            where=str(path),
            fix=f"Take the {NAME} of a run that reached its target",
        )
    return frozenset(
        key(finding["code"], finding["clause"], finding["operation"])
        for finding in document["findings"]
        if finding["severity"] == Severity.VIOLATION
    )


def tools() -> dict[str, str]:
    """The versions that a run depends on."""
    return {
        "python": platform.python_version(),
        "schemathesis": importlib.metadata.version("schemathesis"),
        "jsonschema-rs": importlib.metadata.version("jsonschema-rs"),
    }
