"""The table of what was tried, and of what was not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ccaas_kit.contract import layout
from compat.tools import NOT_TRIED, TOOLS
from compat.trying import Outcome

_HEAD = """\
<!-- Written by `make compat`. Do not edit. -->
# Tools of others on the contract

What each tool made of the contract itself (`openapi/all.yaml`, OpenAPI 3.1), of the form for gateways
(`openapi-3.0/contact.yaml`, OpenAPI 3.0.3, one API) and of the form for generators of clients
(`openapi-codegen/all.yaml`, OpenAPI 3.0.3). "Compiles": a compiler or an interpreter took the result. "Generates":
none is at hand, the tool ended without an error, and nothing else is known. "Calls the sandbox": the client has listed
contacts. "Serves": it was asked for a list of contacts. "Tests the sandbox": its calls succeeded. "Shows": the page
in Chromium has every operation. "Imports": it has made a collection.

| tool | version | contract | 3.0 | codegen form |
|---|---|---|---|---|
"""


# The forms in the order of the columns, each by what is read in it.
FORMS = {
    "contract": layout.BUNDLE,
    # One document per API, of which this is the largest.
    "3.0": layout.DOWNGRADES / "contact.yaml",
    "codegen": layout.CODEGEN / f"{layout.ALL_BUNDLE}.yaml",
}


def words(outcome: Outcome) -> str:
    """An outcome in words: how far the tool came, or where it stopped and what it said."""
    if outcome.works:
        return f"{outcome.stage}{': ' if outcome.told else ''}{outcome.told}"
    verb, _, rest = outcome.stage.partition(" ")
    stage = f"does not {verb.removesuffix('s')} {rest}".rstrip()
    return f"**{stage}**: `{outcome.told.replace('`', '')}`"


def rendered(outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    """The page, from the outcomes by the names of the tools."""
    rows = []
    for tool in TOOLS:
        found = {outcome.form: words(outcome) for outcome in outcomes.get(tool.name, ())}
        cells = [found.get(form, "not tried") for form in FORMS]
        rows.append(f"| {tool.name} | {tool.version} | {' | '.join(cells)} |")
    others = [f"- {name}: {reason}." for name, reason in NOT_TRIED.items()]
    return _HEAD + "\n".join([*rows, "", "Not tried:", "", *others, ""])
