"""No response that a correct instance may give makes a finding: probes, workflows, whole runs."""

from __future__ import annotations

import io
import itertools
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console

from ccaas_kit import faults, probes
from ccaas_kit.contract import clauses
from ccaas_kit.contract.clauses import Clause, Evidence
from ccaas_kit.judging import judge
from ccaas_kit.judging.judge import Judge
from ccaas_kit.judging.traffic import Traffic
from ccaas_kit.judging.verdicts import Judgement, Verdict
from ccaas_kit.probes import clocks
from ccaas_kit.run import embedded, options
from ccaas_kit.run.run import run
from ccaas_kit.workflows import runner
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Bed

# What a whole run meets at once; none of them hides another.
AT_ONCE = tuple(
    f"variant-{name}"
    for name in (
        "charset",
        "headers",
        "fields",
        "key-order",
        "pretty",
        "channel-capital",
        "context-text",
        "detail-null",
        "offer-envelope",
        "mapping-envelope",
        "agent-envelope",
        "agent-several",
        "more",
        "busy",
        "gzip",
    )
)
# The APIs of which each variant is of one alone, as their names say.
APIS = ("offer", "agent", "mapping", "contact", "interaction")
# Sent by the server and not by the sandbox, so this one is made here.
NO_DATE = "no date"
# Here work shows some time after the response; no other variant needs to be waited for.
LATER = "variant-offer-later"
# So much of what is seen of the sandbox is also seen of each variant of it.
STILL_SEEN = 0.9


@cache
def promises() -> Mapping[str, Clause]:
    """The clauses, but not what the contract only assumes."""
    return {
        clause.id: clause for clause in clauses.load() if clause.evidence is not Evidence.ASSUMED
    }


def being(*variants: str) -> Bed:
    """A sandbox that answers in these other ways of being right."""
    names = sorted(set(variants) & set(faults.VARIANTS))
    return Bed(
        fault=lambda _, response: (
            bed.with_header(response, "Date", "") if NO_DATE in variants else response
        ),
        prepare=lambda instance: instance.change("faults", names),
        tables=True,
        sleep=time.sleep if LATER in variants else lambda _seconds: None,
    )


@cache
def judged(*variants: str) -> list[Judgement]:
    """What the runner says of each promise, by what its probes and workflows see."""
    contract, promised = bed.contract(), list(promises().values())
    cases = probes.cases(clauses.load(), lambda clause: judge.bases_of(clause, contract))
    with bed.probing(being(*variants)) as seen:
        # As a run does.
        clocks.measure(seen)
        opinions = {case: probes.look(case, seen) for case in cases}
        flows = runner.run(seen)
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
    found = Counter(each.verdict for each in judged())
    return found[Verdict.CONFORMS]


def test_at_least_twenty_variants_are_known() -> None:
    assert len(faults.VARIANTS) >= 20
    assert set(AT_ONCE) <= set(faults.VARIANTS)


def batches() -> Iterator[tuple[str, ...]]:
    """Every variant once: those of several APIs share a look, what any response can have shares one."""
    names = [*faults.VARIANTS, NO_DATE]
    yield AT_ONCE
    by_api = {
        api: [
            name
            for name in names
            if name.startswith(f"variant-{api}-") and name not in {*AT_ONCE, LATER}
        ]
        for api in APIS
    }
    for batch in itertools.zip_longest(*by_api.values()):
        yield tuple(filter(None, batch))
    together = {name for group in (AT_ONCE, *by_api.values()) for name in group}
    yield from ((name,) for name in names if name not in together)


def test_every_variant_is_looked_at_once() -> None:
    looked = [name for batch in batches() for name in batch]
    assert sorted(looked) == sorted({*faults.VARIANTS, NO_DATE})


@pytest.mark.parametrize("batch", [*batches()], ids=" ".join)
def test_a_variant_is_no_finding(batch: tuple[str, ...]) -> None:
    found = Counter(judgement.verdict for judgement in judged(*batch))

    # Whoever is looked at in a batch that is not clean is looked at alone, to be named.
    violated = {
        (name, judgement.id): f"{promises()[judgement.id].says} {judgement.detail}"
        for name in (batch if found[Verdict.VIOLATES] else ())
        for judgement in judged(name)
        if judgement.verdict is Verdict.VIOLATES
    }
    assert violated == {}
    assert found[Verdict.VIOLATES] == 0, [
        judgement for judgement in judged(*batch) if judgement.verdict is Verdict.VIOLATES
    ]
    assert found[Verdict.CONFORMS] >= STILL_SEEN * seen_of_the_sandbox()


def test_a_whole_run_meets_several_at_once(tmp_path: Path) -> None:
    printed = io.StringIO()
    with bed.serving(being(*AT_ONCE)) as url:
        words = ["--target", url, "--config", str(embedded.CONFIG), "--max-examples", "2"]
        code = run(
            options.parse([*words, "--out", str(tmp_path)]),
            environment=embedded.ENVIRONMENT,
            console=Console(file=printed, width=200),
        )

    card = json.loads((tmp_path / "scorecard.json").read_text("utf-8"))
    violations = [finding for finding in card["findings"] if finding["severity"] == "violation"]
    assert violations == []
    assert code == 0, printed.getvalue()
    assert card["complete"]
    assert card["summary"]["conforms"] > seen_of_the_sandbox()
