"""A fast part of the evidence: some faults of every operation are found, and no harmless change is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ccaas_kit import faults
from ccaas_kit.contract import clauses
from effectiveness import breakage, trials
from effectiveness.trials import Ground

# Two of every operation and some that no single one has; a quick look finds each.
SOME = (
    *("agent-mapping-updated-201", "agent-mapping-flag-required"),
    *("mapping-read-stale", "mapping-read-other-record"),
    *("mapping-write-letters-lost", "mapping-write-refused-and-stored"),
    *("interaction-create-new-with-queue", "interaction-create-same-number"),
    *("interaction-close-by-nobody", "interaction-close-closes-others"),
    *("offer-negative-timeout", "offer-another-item"),
    *("contact-list-offset-ignored", "contact-list-or-as-and"),
    *("contact-create-letters-lost", "contact-create-names-swapped"),
    *("contact-read-local-times", "contact-read-hidden-403"),
    *("bearer-unknown", "accept-ignored"),
    # Nothing can be learned of the first beyond its first answer.
    *("hibernating", "server-error"),
)
BROKEN = breakage.of(faults.FAULTS.values(), clauses.load())


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with Ground(2) as ready:
        yield ready


def test_faults_are_found_under_a_clause_that_they_break(ground: Ground) -> None:
    found = trials.run(SOME, BROKEN, ground, seed=1, say=lambda _: None)

    assert found.survivors == {}
    assert {name for name, kill in found.kills.items() if kill.whole} == set()
    for name, kill in found.kills.items():
        assert kill.clause in BROKEN.by_fault[name]


def test_a_finding_under_another_clause_does_not_count(ground: Ground) -> None:
    name = "contact-list-limit-ignored"
    elsewhere = replace(BROKEN, by_fault={**BROKEN.by_fault, name: frozenset({"INT-CLOSE-09"})})
    [(_, outcome)] = ground.outcomes([(name,)], seed=1, whole=False)

    assert "CON-LIST-006" in {each.clause for each in outcome.findings}
    assert trials.seen(name, (name,), outcome, BROKEN, whole=False) is not None
    assert trials.seen(name, (name,), outcome, elsewhere, whole=False) is None


def test_a_sandbox_that_is_right_has_no_finding(ground: Ground) -> None:
    [(_, outcome)] = ground.outcomes([()], seed=1, whole=False)

    assert outcome.findings == ()
    assert outcome.exit_code == 0
    assert outcome.looked_at > 900
