"""Running the whole runner on a small server, in this process."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from ccaas_kit.run import options
from ccaas_kit.run.run import run
from ccaas_kit.run.sources import Sources
from tests.conformance.things import Shop, serving, write_contract

SIGNED_IN = {"SN_USERNAME": "admin", "SN_PASSWORD": "admin"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run left behind."""

    code: int
    printed: str
    out: Path
    card: dict[str, Any]
    sources: Sources

    def verdict(self, clause: str) -> str:
        found = [judged for judged in self.card["clauses"] if judged["id"] == clause]
        verdict: str = found[0]["verdict"]
        return verdict

    def findings(self, severity: str = "violation") -> set[tuple[str | None, str]]:
        """Clause and code of each finding of a severity."""
        return {
            (finding["clause"], finding["code"])
            for finding in self.card["findings"]
            if finding["severity"] == severity
        }


def judge_shop(shop: Shop, folder: Path, *arguments: str, examples: int = 8) -> Outcome:
    """A whole run on a server that behaves as the shop says."""
    sources = write_contract(folder / "contract")
    out = folder / "out"
    printed = io.StringIO()
    # The shop goes with the test, so that all may be sent to it; that is said of full alone.
    thrown_away = () if "--profile" in arguments else ("--disposable",)
    with serving(shop) as url:
        chosen = options.parse(
            [
                *("--target", url),
                *("--out", str(out)),
                *("--max-examples", str(examples)),
                *thrown_away,
                *arguments,
            ]
        )
        user, _, password = shop.credentials.partition(":")
        code = run(
            chosen,
            environment={"SN_USERNAME": user, "SN_PASSWORD": password},
            console=Console(file=printed, width=100),
            sources=sources,
        )
    card = json.loads((out / "scorecard.json").read_text(encoding="utf-8"))
    return Outcome(code, printed.getvalue(), out, card, sources)
