"""Who counts as detected, and what a measurement has to show for the command to succeed."""

from __future__ import annotations

from dataclasses import replace

from ccaas_kit.contract.clauses import Check, Clause, Kind
from ccaas_kit.contract.clauses import Evidence as Source
from ccaas_kit.faults import FAULTS
from effectiveness import batches, breakage, measure
from effectiveness.alarms import Alarms
from effectiveness.batches import Extent
from effectiveness.matrix import Row, Verdict
from effectiveness.measure import Measured
from effectiveness.report import Evidence
from effectiveness.suite import Finding, Outcome
from tests.looping import every

ONE, OTHER = "derived:one", "derived:other"
NOTHING = Outcome(exit_code=0, findings=(), requests=1, seconds=1.0, looked_at=1)


def extent(*clauses: str) -> Extent:
    return Extent(frozenset({"op"}), "op/x", frozenset(clauses), frozenset(clauses))


def outcome(*clauses: str, changed: tuple[str, ...], failed: tuple[str, ...] = ()) -> Outcome:
    found = tuple(Finding("CK501", clause, "op", "x", assumed=False) for clause in clauses)
    return replace(NOTHING, findings=found, changed=frozenset(changed), failed=frozenset(failed))


def test_a_finding_under_a_shared_clause_is_no_credit_in_a_batch() -> None:
    extents = {ONE: extent("A", "B"), OTHER: extent("B", "C")}

    def detected(*clauses: str) -> set[str]:
        seen = outcome(*clauses, changed=(ONE, OTHER))
        return set(measure.detections((ONE, OTHER), extents, seen))

    assert detected("B") == set()
    assert detected("D") == set()
    assert detected("A", "B") == {ONE}
    assert detected("C") == {OTHER}
    alone = measure.detections((ONE,), extents, outcome("B", changed=(ONE,)))
    assert alone[ONE].clauses == {"B"}
    assert measure.detections((ONE,), extents, outcome("C", changed=(ONE,))) == {}


def test_a_fault_that_changed_nothing_or_failed_itself_is_not_detected() -> None:
    extents = {ONE: extent("A"), OTHER: extent("C"), "by-hand": extent("D")}
    names = (ONE, OTHER, "by-hand")

    seen = outcome("A", "C", "D", changed=(OTHER,))
    assert set(measure.detections(names, extents, seen)) == {OTHER, "by-hand"}
    failing = outcome("A", "C", "D", changed=(ONE, OTHER), failed=(OTHER, "by-hand"))
    assert set(measure.detections(names, extents, failing)) == {ONE}


def test_for_other_tools_no_two_faults_of_an_api_are_on_together() -> None:
    clauses = [
        Clause(name, api, None, "Says.", "page", "#/x", (), Source.DOCUMENTED)
        for name, api in (
            *(("A", "agent-mapping"), ("C", "contact"), ("I", "interaction")),
            ("O", "awa-offer-work"),
        )
    ]
    plain = next(iter(FAULTS.values()))
    known = {"a1": "A", "a2": "A", "c1": "C", "i1": "I", "o1": "O", "several": "A C"}
    faults = [replace(plain, name=name, breaks=tuple(ids.split())) for name, ids in known.items()]

    found = [*batches.apart([*known], breakage.of(faults, clauses))]

    assert found == [("a1", "c1", "i1"), ("a2", "o1"), ("several",)]


CLAUSE = Clause("A", "api", "op", "Says.", "", "#/x", (Check(Kind.PROBE, "p"),), Source.DOCUMENTED)
FALSE = Finding("CK501", "A", "op", "x", assumed=False)


@every(
    ("verdict", "failed", "findings", "sample", "holds"),
    [
        (Verdict.DETECTED, (), (), 0, True),
        (Verdict.NEVER, (), (), 0, False),
        (Verdict.NEVER, (), (), 9, True),
        (Verdict.MISSED, (), (), 0, False),
        (Verdict.MISSED, (), (), 9, False),
        (Verdict.DETECTED, (ONE,), (), 0, False),
        (Verdict.DETECTED, (), (FALSE,), 0, False),
    ],
    ids=[
        *("detected", "never falsified", "not in a sample", "missed", "missed in a sample"),
        *("a fault failed", "a false alarm"),
    ],
)
def test_it_holds_where_every_clause_is_detected_and_nothing_else_is_wrong(
    verdict: Verdict,
    failed: tuple[str, ...],
    findings: tuple[Finding, ...],
    sample: int,
    *,
    holds: bool,
) -> None:
    rows = [Row(CLAUSE, verdict, "", (), "")]
    runs = {1: Measured({}, {}, frozenset(), frozenset(failed), 1)}
    evidence = Evidence(rows, {}, runs, Alarms({"variant-x": findings}, ()), 1.0, 1, 2, sample)

    assert evidence.holds is holds
