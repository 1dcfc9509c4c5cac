"""The section of the README on what a green run is worth, written from the pages that were measured."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.layout import ROOT
from effectiveness import comparison

PATH = ROOT / "README.md"
_SECTION = re.compile(r"### What a green run is worth\n.*?(?=^## )", re.DOTALL | re.MULTILINE)


def written(readme: str, summary: str, compared: str) -> str:
    """The README with figures of a summary and of the page of the comparison.

    Raises:
        DocumentError: it has no such section.
    """
    if not _SECTION.search(readme):
        raise DocumentError("lacks the section 'What a green run is worth'", where=str(PATH))
    text = "\n".join(_section(summary, compared))
    return _SECTION.sub(lambda _: text, readme)


def _section(summary: str, compared: str) -> Iterator[str]:
    table = "\n".join(comparison.summary(compared))
    ours, schemathesis, specmatic = re.findall(r"^\| [^|]+ \| (\d+ of \d+) \|", table, re.MULTILINE)
    yield "### What a green run is worth"
    yield ""
    yield "`make effectiveness` runs the suite against sandboxes that are wrong, and writes this section. Rules derive faults"
    yield "from the contract, for each field, status, way of signing in and form of a call; some are written by hand. Faults"
    yield "that cannot hide each other are on together, and each must be found under a clause that no other one breaks."
    yield "[The page](generated/EFFECTIVENESS.md) lists every clause. As last measured:"
    yield ""
    yield summary.rstrip()
    yield ""
    yield "A clause is detected if the run reports it while it is broken; the page names the others, and why. Variants are"
    yield "what a correct instance may do otherwise. On one list of faults a quick look without random requests detected"
    yield f"{ours}, plain `schemathesis run` on the same bundle {schemathesis}, and `specmatic test` on what it reads of it"
    yield f"{specmatic}, where any failure counts that a sound sandbox does not show as well"
    yield "([the comparison](generated/COMPARISON.md), `ARGS='--others 60'`)."
    yield ""
    yield "This does not prove that an instance without findings keeps its promises. It shows which breaches are noticed on a"
    yield "sandbox that is fast, small and alone, by a run that may write and knows ids of records. A clause that was detected"
    yield "at one place or in one form can be broken at another, and breaches of the same calls can hide each other."
    yield ""
    yield ""
