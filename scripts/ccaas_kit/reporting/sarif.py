"""The problems as SARIF 2.1.0, for tools that show findings beside code."""

from __future__ import annotations

from typing import Any

from ccaas_kit.judging import headline
from ccaas_kit.judging.codes import BY_ID
from ccaas_kit.judging.findings import Finding, Severity
from ccaas_kit.judging.grouping.groups import Group
from ccaas_kit.judging.scorecard import Scorecard

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Severity.VIOLATION: "error",
    # What suppresses it says that it was accepted.
    Severity.ACCEPTED: "error",
    Severity.ASSUMED: "note",
    Severity.NOTE: "note",
}


def document(card: Scorecard) -> dict[str, Any]:
    """The content of findings.sarif: a result for each group."""
    results = [_result(card, group, card.members(group)[0]) for group in card.groups]
    used = sorted({result["ruleId"] for result in results})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "ccaas",
                        "semanticVersion": card.contract or "0.0.0",
                        "rules": [_rule(code) for code in used],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": not (card.fault or card.defects),
                        "commandLine": card.command,
                        "properties": {"seed": card.seed, "options": dict(card.options)},
                    }
                ],
                "properties": {"headline": headline.of(card), "target": card.target},
                "results": results,
            }
        ],
    }


def _rule(code: str) -> dict[str, Any]:
    known = BY_ID[code]
    return {
        "id": code,
        "name": known.check,
        "shortDescription": {"text": known.meaning},
        "help": {"text": known.advice},
    }


def _result(card: Scorecard, group: Group, lead: Finding) -> dict[str, Any]:
    evidence = "\n".join(group.evidence)
    result = {
        "ruleId": lead.code,
        "level": _LEVELS[group.severity],
        "message": {"text": f"{group.title}\n{evidence}".strip()},
        # A file of the contract: an instance has none to point at.
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": f"openapi/{_api(card, lead.operation)}.yaml"}
                },
                "logicalLocations": [
                    {"name": operation, "kind": "function"} for operation in group.operations
                ],
            }
        ],
        "partialFingerprints": {"finding/v1": lead.key},
        "properties": {
            "owner": group.owner,
            "clauses": list(group.clauses),
            "findings": list(group.findings),
            "next": lead.advice,
        },
    }
    if card.baseline is not None and group.severity is Severity.VIOLATION:
        new = {finding.group for finding in card.failing}
        result["baselineState"] = "new" if group.id in new else "unchanged"
    if group.severity is Severity.ACCEPTED:
        result["suppressions"] = [{"kind": "external", "justification": lead.excuse}]
    return result


def _api(card: Scorecard, operation: str) -> str:
    return next((row.api for row in card.operations if row.name == operation), "common")
