"""No answer that a correct instance may give makes a finding: probes, workflows, whole runs."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console

from scripts.conformance import embedded, judge, options, probes, workflows
from scripts.conformance.judge import Judge
from scripts.conformance.run import run
from scripts.conformance.traffic import Traffic
from scripts.conformance.verdicts import Judgement, Verdict
from scripts.kit import clauses
from scripts.kit.clauses import Clause, Evidence
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Bed
from tests.conformance.variants import VARIANTS, Variant, together

# What a whole run meets at once; none of them hides another.
AT_ONCE = (
    "charset otherwise",
    "further headers",
    "further fields",
    "keys in another order",
    "pretty-printed",
    "channel with a capital",
    "context as text",
    "detail null",
    "offer refused by the platform",
    "mapping refused by the platform",
    "agent refused by the platform",
    "several mappings of an agent",
    "hasMore present",
    "busy",
    "gzip",
)
# So much of what is seen of the sandbox is also seen of each variant of it.
STILL_SEEN = 0.9


@cache
def promises() -> Mapping[str, Clause]:
    """The clauses, but not what the contract only assumes."""
    return {each.id: each for each in clauses.load() if each.evidence is not Evidence.ASSUMED}


def judged(variant: Variant) -> list[Judgement]:
    """What the runner says of each promise, by what its probes and workflows see."""
    contract, promised = bed.contract(), list(promises().values())
    cases = probes.cases(clauses.load(), lambda clause: judge.bases_of(clause, contract))
    with bed.probing(Bed(fault=variant.fault, tamper=variant.tamper, tables=True)) as seen:
        opinions = {case: probes.look(case, seen) for case in cases}
        flows = workflows.run(seen)
        exchanges = [each for base in contract.bases() for each in seen.seen(base)]
    named = judge.named_pointers(promised, contract)
    judging = Judge(
        contract,
        promised,
        Traffic(contract, exchanges, named),
        bed.known_ids(),
        barred={},
        probed=opinions,
        flows=flows,
    )
    return judging.judgements()


@cache
def seen_of_the_sandbox() -> int:
    found = Counter(each.verdict for each in judged(VARIANTS["as the sandbox has it"]()))
    return found[Verdict.CONFORMS]


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_no_finding(name: str) -> None:
    judgements = judged(VARIANTS[name]())

    violated = {
        each.id: f"{promises()[each.id].says} {each.detail}"
        for each in judgements
        if each.verdict is Verdict.VIOLATES
    }
    assert violated == {}
    conforming = sum(each.verdict is Verdict.CONFORMS for each in judgements)
    assert conforming >= STILL_SEEN * seen_of_the_sandbox()


def test_a_whole_run_meets_several_at_once(tmp_path: Path) -> None:
    variant = together(*(VARIANTS[name]() for name in AT_ONCE))
    printed = io.StringIO()
    with bed.serving(Bed(fault=variant.fault, tamper=variant.tamper)) as url:
        words = ["--target", url, "--config", str(embedded.CONFIG), "--max-examples", "2"]
        code = run(
            options.parse([*words, "--out", str(tmp_path)]),
            environment=embedded.ENVIRONMENT,
            console=Console(file=printed, width=200),
        )

    card = json.loads((tmp_path / "scorecard.json").read_text("utf-8"))
    violations = [each for each in card["findings"] if each["severity"] == "violation"]
    assert violations == []
    assert code == 0, printed.getvalue()
    assert card["complete"]
    assert card["summary"]["conforms"] > seen_of_the_sandbox()
