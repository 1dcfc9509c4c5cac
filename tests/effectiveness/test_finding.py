"""A fast part of the evidence: some faults of every operation are found, under clauses that they break."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ccaas_kit import faults
from ccaas_kit.contract import clauses
from ccaas_kit.sandbox.contract import Contract
from effectiveness import batches, breakage, measure
from effectiveness.pool import Pool

# Of every operation, and some that no single one has; a quick look finds each.
SOME = (
    *("agent-mapping-inserted-twice", "mapping-write-refused-and-stored"),
    "derived:getExternalIdMapping:response-another:200/result/data/document_id",
    *("interaction-create-same-number", "interaction-close-closes-others", "offer-another-item"),
    *("contact-list-or-as-and", "contact-create-names-swapped", "contact-read-local-times"),
    "derived:offerWork:scheme-refused:OAuth2",
    # Nothing can be learned of it beyond its first response.
    "hibernating",
)
KNOWN = {**faults.FAULTS, **faults.derived.of(Contract())}
BROKEN = breakage.of(KNOWN.values(), clauses.load())
EXTENTS = batches.extents(KNOWN.values(), BROKEN, Contract().document)


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2) as ready:
        yield ready


def test_faults_are_found_under_a_clause_that_they_break(pool: Pool) -> None:
    found = measure.run(SOME, EXTENTS, pool, seed=1, again=0, say=lambda _: None)

    assert found.missed == {}
    assert found.failed == set()
    for name, detection in found.detected.items():
        assert detection.clauses <= BROKEN.by_fault[name]


def test_a_sandbox_that_is_right_has_no_finding(pool: Pool) -> None:
    [(_, outcome)] = pool.outcomes([()], seed=1, whole=False)

    assert outcome.findings == ()
    assert outcome.exit_code == 0
    assert outcome.looked_at > 900
