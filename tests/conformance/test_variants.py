"""No response that a correct instance may give makes a finding: probes, workflows, whole runs."""

from __future__ import annotations

import io
import itertools
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.workflows import runner
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Bed

# Each row is looked at together: no variant of it hides another, as each must have changed a response.
# The first row is also what a whole run meets.
TOGETHER = tuple(
    tuple(f"variant-{name}" for name in row.split())
    for row in (
        "charset headers fields key-order pretty channel-capital context-text detail-null"
        " offer-envelope mapping-envelope agent-envelope agent-several more",
        "no-charset escapes channel-sys-id state-labels detail-missing date-behind 401-words",
        "closed-label queue-found mark-empty detail-empty words no-more media-type-400 chunked"
        " date-ahead",
        "closed queue-ignored mark-empty-alone somebody xml-entry date-apart",
    )
)
AT_ONCE = TOGETHER[0]
# The APIs of which each variant is of one alone, as their names say.
APIS = ("offer", "agent", "mapping", "contact", "interaction")
# Sent by the server and not by the sandbox, so this one is made here.
NO_DATE = "no date"
# Of no API alone: those that alter responses, and those that hold requests up or refuse them.
ALTERING = (
    *("variant-queue-left", "variant-nowhere-404", "variant-head", "variant-unsorted"),
    *("variant-gzip", NO_DATE),
)
HOLDING = (
    *("variant-headers-demanded", "variant-long-url", "variant-slow"),
    *("variant-busy", "variant-maintenance"),
)
# Here work shows some time after the response; no other variant needs to be waited for.
LATER = "variant-offer-later"
# What the probes send meets none of these, or they change a record and not the response.
IDLE = frozenset(
    f"variant-{name}"
    for name in (
        *("head", "slow", "long-url", "interaction-id-400", "contact-derived", "contact-logins"),
        *("offer-same-agent", "offer-consult", "offer-later"),
    )
)
# So much of what is seen of the sandbox is also seen of each variant of it.
STILL_SEEN = 0.9


@cache
def promises() -> Mapping[str, Clause]:
    """The clauses, but not what the contract only assumes."""
    return {
        clause.id: clause for clause in clauses.load() if clause.evidence is not Evidence.ASSUMED
    }


def being(*variants: str, instances: list[Instance] | None = None) -> Bed:
    """A sandbox that answers in these other ways of being right, which is added to `instances`."""
    names = sorted(set(variants) & set(faults.VARIANTS))

    def prepare(instance: Instance) -> None:
        instance.change("faults", names)
        if instances is not None:
            instances.append(instance)

    return Bed(
        fault=lambda _, response: (
            bed.with_header(response, "Date", "") if NO_DATE in variants else response
        ),
        prepare=prepare,
        tables=True,
        sleep=time.sleep if LATER in variants else lambda _seconds: None,
    )


@dataclass(frozen=True)
class Judged:
    """What the runner says of each promise, and the variants that changed no response."""

    judgements: list[Judgement]
    idle: set[str]

    def count(self, verdict: Verdict) -> int:
        return sum(judgement.verdict is verdict for judgement in self.judgements)

    def violated(self) -> dict[str, str]:
        return {
            judgement.id: f"{promises()[judgement.id].says} {judgement.detail}"
            for judgement in self.judgements
            if judgement.verdict is Verdict.VIOLATES
        }


@cache
def judged(*variants: str) -> Judged:
    """What the runner says, by what its probes and workflows see."""
    contract, promised = bed.contract(), list(promises().values())
    instances: list[Instance] = []
    cases = probes.cases(clauses.load(), contract.bases_of)
    with bed.probing(being(*variants, instances=instances)) as seen:
        # As a run does.
        clocks.measure(seen)
        opinions = {case: probes.look(case, seen) for case in cases}
        flows = runner.run(seen)
        exchanges = [exchange for base in contract.bases() for exchange in seen.seen(base)]
        changed = faults.state(instances[0])["changed"]
    named = judge.named_pointers(promised, contract)
    judging = Judge(
        contract,
        promised,
        Traffic(contract, exchanges, named),
        bed.known_ids(),
        blocked={},
        probed=opinions,
        flows=flows,
    )
    idle = {name for name in {*variants} & {*faults.VARIANTS} if not changed.get(name)}
    return Judged(judging.judgements(), idle)


@cache
def seen_of_the_sandbox() -> int:
    return judged().count(Verdict.CONFORMS)


def test_at_least_twenty_variants_are_known() -> None:
    assert len(faults.VARIANTS) >= 20
    assert set(AT_ONCE) <= set(faults.VARIANTS)


def batches() -> Iterator[tuple[str, ...]]:
    """Every variant once: those of several APIs share a look, and so do those of any response."""
    yield from TOGETHER
    shared = {name for row in TOGETHER for name in row}
    by_api = [
        [
            name
            for name in faults.VARIANTS
            if name.startswith(f"variant-{api}-") and name not in {*shared, LATER}
        ]
        for api in APIS
    ]
    for batch in itertools.zip_longest(*by_api, ALTERING, HOLDING):
        yield tuple(filter(None, batch))
    yield (LATER,)


def test_every_variant_is_looked_at_once() -> None:
    looked = [name for batch in batches() for name in batch]
    assert sorted(looked) == sorted({*faults.VARIANTS, NO_DATE})


@pytest.mark.parametrize("batch", [*batches()], ids=" ".join)
def test_a_variant_is_no_finding(batch: tuple[str, ...]) -> None:
    looked = judged(*batch)

    # Whoever is looked at in a batch that is not clean is looked at alone, to be named.
    alone = {name: judged(name).violated() for name in (batch if looked.violated() else ())}
    assert {name: violated for name, violated in alone.items() if violated} == {}
    assert looked.violated() == {}
    assert looked.count(Verdict.CONFORMS) >= STILL_SEEN * seen_of_the_sandbox()
    assert looked.idle == IDLE & {*batch}


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
