"""The comparisons as text for people, and as JSON for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from specdiff.comparison import Comparison
from specdiff.findings import Line

# So many further fields are named in a line; --json names all.
_NAMED_ALIKE = 5


@dataclass(frozen=True, slots=True)
class Report:
    """What changed since a git ref."""

    base: str
    comparisons: tuple[Comparison, ...]
    came: tuple[str, ...] = ()  # APIs that the base does not have
    went: tuple[str, ...] = ()  # APIs that only the base has

    @property
    def fits(self) -> bool:
        """Whether every version says what changed."""
        return all(comparison.fits for comparison in self.comparisons)

    def text(self) -> str:
        """One block per API that changed, and what to do about its version."""
        blocks = [
            "\n".join(_block(comparison))
            for comparison in self.comparisons
            if comparison.lines or comparison.base != comparison.revision
        ]
        blocks += [f"{api}\n  compatible: the API is new" for api in self.came]
        blocks += [
            f"{api}\n  breaking: the API is gone, and its version with it" for api in self.went
        ]
        return "\n\n".join(blocks) or f"Nothing changed since {self.base}."

    def json(self) -> dict[str, Any]:
        """The same, for other programs."""
        return {
            "base": self.base,
            "fits": self.fits,
            "came": list(self.came),
            "went": list(self.went),
            "apis": {comparison.api: _json(comparison) for comparison in self.comparisons},
        }


def line_texts(lines: Sequence[Line], operations: tuple[str, ...]) -> list[str]:
    """Findings as lines of text; `operations` are all that the API has.

    What happened in the same way to several fields of the same operations stands in one line.
    """
    alike: dict[tuple[object, ...], list[Line]] = {}
    for line in lines:
        key = (line.verdict, line.operations, _kind(line.subject), line.does, line.contexts)
        alike.setdefault(key, []).append(line)
    return [_text(group, operations) for group in alike.values()]


def _block(comparison: Comparison) -> list[str]:
    texts = line_texts(comparison.lines, comparison.operations)
    return [comparison.api, *(f"  {text}" for text in [*texts, _advice(comparison)])]


def _text(group: list[Line], operations: tuple[str, ...]) -> str:
    line, *others = group
    named = [name for name in line.operations if name]
    who = ", ".join(named) or "the API"
    if len(operations) > 1 and set(operations) <= set(named):
        who = "every operation"
    says = f"{line.subject} {line.does}"
    if others:
        names = [other.subject.removeprefix(_kind(other.subject)) for other in others]
        more = len(names) - _NAMED_ALIKE
        shown = [*names[:_NAMED_ALIKE], f"{more} more"] if more > 0 else names
        says += f"; likewise {' and '.join(filter(None, (', '.join(shown[:-1]), shown[-1])))}"
    where = _where(line.contexts)
    return f"{who}: {line.verdict}: {says}{f' ({where})' if where else ''}"


def _kind(subject: str) -> str:
    """What stands before the name of a field, `the response field `; else all of the subject."""
    before, between, _ = subject.partition(" field ")
    return before + between if between else subject


def _where(contexts: tuple[str, ...]) -> str:
    """Statuses, each once, and media types where JSON is not among them: `200, 404; text/xml`."""
    statuses = sorted({word for context in contexts for word in context.split() if word.isdigit()})
    types = sorted({word for context in contexts for word in context.split() if not word.isdigit()})
    shown = [] if "application/json" in types else types
    return "; ".join(", ".join(part) for part in (statuses, shown) if part)


def _advice(comparison: Comparison) -> str:
    base, revision, suggested = comparison.base, comparison.revision, comparison.suggested
    source = f"info.version of openapi/{comparison.api}.yaml says {revision}"
    if not comparison.fits:
        return f"{base} -> suggested {suggested}; {source}: change it"
    if revision > suggested:
        return f"{base} -> suggested {suggested}; {source}: more than the changes need"
    return f"{base} -> suggested {suggested}; {source}: it fits"


def _json(comparison: Comparison) -> dict[str, Any]:
    return {
        "base_version": str(comparison.base),
        "version": str(comparison.revision),
        "suggested_version": str(comparison.suggested),
        "fits": comparison.fits,
        "worst": comparison.worst,
        "findings": [
            {
                "verdict": line.verdict,
                "operations": [name for name in line.operations if name],
                "says": f"{line.subject} {line.does}",
                "rule": line.rule,
                "contexts": list(line.contexts),
            }
            for line in comparison.lines
        ],
    }
