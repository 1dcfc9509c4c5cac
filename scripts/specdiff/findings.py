"""What is said about a change: who is concerned, how bad it is, and in which words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a change means for a client that was written against the base."""

    BREAKING = "breaking"
    COMPATIBLE = "compatible"
    TEXT = "text only"


ORDER = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one operation, or about the API if it names none."""

    operation: str
    verdict: Verdict
    subject: str  # what changed: `the response field result.sys_id`
    does: str  # how: `is no longer promised`
    rule: str  # ours, or Redocly's
    context: str = ""  # status and media type


@dataclass(frozen=True, slots=True)
class Line:
    """The same sentence for all operations and places that it holds for."""

    operations: tuple[str, ...]
    verdict: Verdict
    subject: str
    does: str
    rule: str
    contexts: tuple[str, ...]


def lines(findings: Iterable[Finding]) -> list[Line]:
    """Findings with equal sentences put together, by place and by operation, the gravest first.

    What is harmless at one place of an operation and breaking at another is told as breaking.
    """
    said: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        said.setdefault((finding.operation, finding.subject, finding.does), []).append(finding)
    same: dict[tuple[Verdict, str, str, str, tuple[str, ...]], list[str]] = {}
    for (operation, subject, does), group in said.items():
        gravest = min(group, key=lambda finding: ORDER.index(finding.verdict))
        contexts = dict.fromkeys(
            finding.context
            for finding in group
            if finding.context and finding.verdict is gravest.verdict
        )
        key = (gravest.verdict, subject, does, gravest.rule, tuple(contexts))
        same.setdefault(key, []).append(operation)
    found = [
        Line(tuple(operations), verdict, subject, does, rule, contexts)
        for (verdict, subject, does, rule, contexts), operations in same.items()
    ]
    return sorted(found, key=lambda line: ORDER.index(line.verdict))
