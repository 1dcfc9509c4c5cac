"""The matrix has a row for every clause, and says of each what the measurement has shown."""

from __future__ import annotations

import json

from ccaas_kit.contract import clauses
from ccaas_kit.contract.clauses import Check, Clause, Evidence, Kind
from effectiveness import matrix
from effectiveness.batches import Extent
from effectiveness.matrix import Verdict
from effectiveness.measure import Detection, Measured


def test_every_observable_clause_has_a_row() -> None:
    assert matrix.PATH.exists(), "measure: make effectiveness"
    document = json.loads(matrix.PATH.read_text(encoding="utf-8"))

    wanted = [observable.id for observable in matrix.observable(clauses.load())]

    assert list(document["clauses"]) == wanted, "measure again: make effectiveness"
    for name, row in document["clauses"].items():
        assert row["verdict"] in list(Verdict), name
        assert row["by"] or row["reason"], name


def test_the_figures_do_not_fall() -> None:
    rows = json.loads(matrix.PATH.read_text(encoding="utf-8"))["clauses"].values()
    documented = [row for row in rows if row["evidence"] != Evidence.ASSUMED]

    for some in (rows, documented):
        detected = sum(row["verdict"] == Verdict.DETECTED for row in some)
        assert detected >= 0.95 * len(some)


def clause(name: str) -> Clause:
    check = Check(Kind.PROBE, "p")
    return Clause(name, "api", "op", "Says.", "page", "#/x", (check,), Evidence.DOCUMENTED)


def extent(*own: str, beside: tuple[str, ...] = (), broad: bool = False) -> Extent:
    return Extent(frozenset({"op"}), "", frozenset((*own, *beside)), frozenset(own), broad)


def seen(*clauses: str) -> Detection:
    return Detection("CK501", clauses[0], "", frozenset(clauses), whole=False)


def test_a_clause_is_detected_missed_or_never_falsified() -> None:
    promises = [clause(name) for name in "ABCDEF"]
    extents = {
        "one": extent("A", "B"),
        "two": extent("C", beside=("D",)),
        "idle": extent("F"),
        "broad": extent("E", broad=True),
    }
    run = Measured(
        {"one": seen("A"), "broad": seen("E")}, {"two": ()}, frozenset({"idle"}), frozenset(), 1
    )

    found = {row.clause.id: row for row in matrix.rows(promises, extents, [run])}

    assert [row.verdict for row in found.values()] == [
        *(Verdict.DETECTED, Verdict.NEVER, Verdict.MISSED),
        *(Verdict.NEVER, Verdict.NEVER, Verdict.NEVER),
    ]
    assert found["A"].by == "one"
    assert found["B"].reason == "its faults were reported under A"
    assert found["C"].missed == ("two",)
    assert found["D"].reason == "its faults were missed under clauses of their own: two"
    assert found["F"].reason == "no call of a run reached its faults: idle"
    assert found["E"].reason == "no rule derives a fault from it, and none was written"
    later = matrix.rows(
        [clause("A")],
        {**extents, "later": extent("A")},
        [Measured({}, {}, frozenset({"idle"}), frozenset(), 1)],
    )
    assert later[0].reason == "none of its 2 faults was on"


def test_a_fault_at_the_place_of_a_clause_is_named_before_others() -> None:
    extents = {"a": extent("B", beside=("A", "C")), "z": extent("A")}
    run = Measured({"a": seen("A", "C"), "z": seen("A")}, {}, frozenset(), frozenset(), 1)

    own, other = matrix.rows([clause("A"), clause("C")], extents, [run])

    assert (own.by, own.beside) == ("z", False)
    assert (other.by, other.beside) == ("a", True)


def test_a_clause_that_one_seed_misses_is_missed() -> None:
    extents = {"one": extent("A")}
    hit = Measured({"one": seen("A")}, {}, frozenset(), frozenset(), 1)
    miss = Measured({}, {"one": ()}, frozenset(), frozenset(), 1)

    elsewhere = Measured({"one": seen("B")}, {}, frozenset(), frozenset(), 1)

    [row] = matrix.rows([clause("A")], extents, [hit, elsewhere, miss])
    [spared] = matrix.rows([clause("A")], extents, [hit, elsewhere])

    reason = "detected with 1 of the 2 seeds that tried it"
    assert (row.verdict, row.reason) == (Verdict.MISSED, reason)
    assert spared.verdict is Verdict.DETECTED


def test_a_clause_that_is_measured_again_replaces_its_row_alone() -> None:
    before = Measured({}, {"one": (), "two": ()}, frozenset(), frozenset(), 1)
    after = Measured({"one": seen("A")}, {}, frozenset(), frozenset(), 1)
    extents = {"one": extent("A"), "two": extent("B")}
    document = matrix.as_json(
        matrix.rows([clause("A"), clause("B"), clause("gone")], extents, [before]), {}, [1]
    )

    rows = matrix.rows([clause("A")], extents, [after])
    found = matrix.replaced(document, rows, ["A", "B"])["clauses"]

    assert list(found) == ["A", "B"]
    assert found["A"]["verdict"] == Verdict.DETECTED
    assert found["B"] == document["clauses"]["B"]
