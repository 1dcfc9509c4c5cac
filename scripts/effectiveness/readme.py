"""Write the README's section on what a green run is worth, from the figures that were measured last.

Reads:  generated/EFFECTIVENESS.md
Writes: README.md
Usage:  python -m effectiveness.readme
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccaas_kit.contract.command import run
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.layout import ROOT
from effectiveness import report

PATH = ROOT / "README.md"
_SECTION = re.compile(r"## What a green run is worth\n.*?(?=^## )", re.DOTALL | re.MULTILINE)
_FIGURES = re.compile(
    r"^(?P<detected>\d+) of (?P<observable>\d+) observable clauses .*?"
    r"^(?P<missed>\d+) falsified and missed, (?P<never>\d+) never falsified;"
    r"(?:.*?^Only a sample of (?P<sample>\d+) faults)?"
    r".*?^(?P<alarms>\d+) false alarms on (?P<variants>\d+) variants\.$",
    re.DOTALL | re.MULTILINE,
)


def written(readme: str, page: str) -> str:
    """The README with the figures of the page that `make effectiveness` writes.

    Raises:
        DocumentError: the README has no such section, or the page has no such figures.
    """
    if not _SECTION.search(readme):
        raise DocumentError("lacks the section 'What a green run is worth'", where=str(PATH))
    text = "\n".join(_section(page))
    return _SECTION.sub(lambda _: text, readme)


def update() -> None:
    """Write the section into the README."""
    page = report.PATH.read_text(encoding="utf-8")
    PATH.write_text(written(PATH.read_text(encoding="utf-8"), page), encoding="utf-8")


def main() -> int:
    update()
    return 0


def _section(page: str) -> Iterator[str]:
    figures = _FIGURES.search(page)
    if figures is None:
        raise DocumentError(
            "lacks its figures", where=str(report.PATH), fix="Measure again: make effectiveness"
        )
    named = {name: f"{int(text):,}" for name, text in figures.groupdict("0").items()}
    yield "## What a green run is worth"
    yield ""
    yield "Nobody here has a live instance: every clause is documented or assumed, and nothing is verified yet."
    yield "`make effectiveness` measures the test itself: it plants faults in sandboxes and counts what a run reports."
    yield (
        "A client can observe {observable} clauses. The run detected a violation of {detected} and missed one of {missed}. The other {never}"
    ).format(**named)
    yield "were not violated, or only together with a clause that the run reported."
    yield "False alarms: {alarms}, on {variants} correct variants, each alone and several together.".format(
        **named
    )
    if figures["sample"]:
        yield "This was a sample of {sample} faults.".format(**named)
    yield "The [measurement](generated/EFFECTIVENESS.md) lists every clause; the [comparison](generated/COMPARISON.md) shows"
    yield "what two other tools find."
    yield ""
    yield ""


if __name__ == "__main__":
    run("readme", main)
