"""The table of what was tried, and of what was not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compat.tools import NOT_TRIED, TOOLS
from compat.trying import Outcome

_HEAD = """\
<!-- Written by `make compat`. Do not edit. -->
# Tools of others on the contract

What each tool made of the document of all five APIs: of the contract itself (`openapi/all.yaml`, OpenAPI 3.1) and
of its codegen form (`openapi-codegen/all.yaml`, OpenAPI 3.0.3). "Compiles" is said where a compiler or an
interpreter took the result, "generates" where none is at hand: then the tool ended without an error, and nothing
else is known. "Calls the sandbox" means that the client has listed contacts.

| tool | version | contract | codegen form |
|---|---|---|---|
"""


def words(outcome: Outcome) -> str:
    """An outcome in words: how far the tool came, or where it stopped and what it said."""
    if outcome.works:
        return f"{outcome.stage}{': ' if outcome.told else ''}{outcome.told}"
    failed = {"generates": "does not generate", "compiles": "does not compile"}
    stage = failed.get(outcome.stage, f"fails: {outcome.stage}")
    return f"**{stage}**: `{outcome.told.replace('`', '')}`"


def rendered(outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    """The page, from the outcomes by the names of the tools."""
    rows = []
    for tool in TOOLS:
        found = [words(outcome) for outcome in outcomes.get(tool.name, ())] or ["not tried"] * 2
        rows.append(f"| {tool.name} | {tool.version} | {' | '.join(found)} |")
    others = [f"- {name}: {reason}." for name, reason in NOT_TRIED.items()]
    return _HEAD + "\n".join([*rows, "", "Not tried:", "", *others, ""])
