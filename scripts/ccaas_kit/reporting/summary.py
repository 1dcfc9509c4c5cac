"""The outcome in Markdown, for the summary of a job or a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from ccaas_kit.judging import headline
from ccaas_kit.judging.grouping.groups import Group
from ccaas_kit.judging.scorecard import Scorecard

# Problems that are shown in full; those of the baseline are only counted.
_SHOWN = 10


def text(card: Scorecard) -> str:
    """The content of summary.md."""
    return "\n".join(_lines(card)) + "\n"


def _lines(card: Scorecard) -> Iterator[str]:
    yield f"**{_plain(headline.of(card))}**"
    yield ""
    yield f"Target {_code(card.subject)}, profile {card.profile}, seed {card.seed}, contract {card.contract}."
    if card.fault:
        yield ""
        yield _plain(card.fault)
    failing = {finding.group for finding in card.failing}
    found = [group for group in card.groups if group.id in failing]
    for group in found[:_SHOWN]:
        yield ""
        yield from _group(card, group)
    if len(found) > _SHOWN:
        yield ""
        yield f"{len(found) - _SHOWN} more are in scorecard.html."
    if card.command:
        yield ""
        yield f"Command: {_code(card.command)}"


def _group(card: Scorecard, group: Group) -> Iterator[str]:
    lead = card.members(group)[0]
    yield f"### {group.id} {_plain(group.title)}"
    yield ""
    among = f" of {group.among}" if group.among else ""
    yield f"Seen in {headline.count(group.calls, 'call')}{among}. Owner: {group.owner}. {lead.advice}"
    if group.evidence:
        yield ""
        # Indented, so that no text of a target can end the block.
        yield from (f"    {line}" for line in group.evidence)
    yield ""
    failing = {finding.clause for finding in card.failing if finding.group == group.id}
    clauses = [clause for clause in group.clauses if clause in failing]
    yield f"Clauses: {', '.join(clauses) or 'none'}" + (
        f" · [reference page]({group.docs})" if group.docs else ""
    )


def _plain(value: str) -> str:
    """A text of which nothing is markup, and which mentions nobody."""
    text = "".join(
        f"\\{letter}" if letter in "\\`*_[]<>#|~&" else letter for letter in " ".join(value.split())
    )
    # A backslash does not keep a host from reading a name behind it.
    return text.replace("@", "@\u200b")


def _code(value: str) -> str:
    return f"`{value.replace('`', '')}`" if value else "unknown"
