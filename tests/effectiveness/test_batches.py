"""Batches: faults that are on together can be told from each other."""

from __future__ import annotations

from ccaas_kit import faults
from ccaas_kit.contract import clauses
from ccaas_kit.faults import derived
from ccaas_kit.sandbox.contract import Contract
from effectiveness import batches, breakage, matrix, selection
from effectiveness.__main__ import by_name
from effectiveness.batches import Extent
from tests.looping import every

CONTRACT = Contract()
PROMISES = clauses.load()
KNOWN = by_name(CONTRACT, breakage.of(faults.FAULTS.values(), PROMISES).by_fault)
EXTENTS = batches.extents(KNOWN.values(), breakage.of(KNOWN.values(), PROMISES), CONTRACT.document)


CHOSEN = selection.of(KNOWN.values(), seed=1)


def test_each_fault_stands_in_one_batch_and_can_be_told_there() -> None:
    found = [*batches.of(CHOSEN, EXTENTS)]

    assert sorted(name for batch in found for name in batch) == sorted(CHOSEN)
    for batch in found:
        own = batches.telling(batch, EXTENTS)
        assert all(own[name] & EXTENTS[name].own for name in batch)


def test_a_fault_of_whole_calls_is_alone_at_its_operations_and_those_that_use_their_records() -> (
    None
):
    for batch in batches.of(CHOSEN, EXTENTS):
        ruined = [EXTENTS[name].operations for name in batch if not EXTENTS[name].part]
        changed = [EXTENTS[name].operations for name in batch if EXTENTS[name].part]
        for number, operations in enumerate(ruined):
            others = (*ruined[:number], *ruined[number + 1 :], *changed)
            assert all(operations.isdisjoint(other) for other in others), batch
    creating = EXTENTS["derived:createInteraction:body-refused:application/json-400"]
    assert creating.operations == {"createInteraction", "closeInteraction", "offerWork"}


def extent(part: str, *clauses: str) -> Extent:
    return Extent(frozenset({part.partition("/")[0]}), part, frozenset(clauses), frozenset(clauses))


@every(
    ("one", "other", "together"),
    [
        (extent("a/200/x", "1"), extent("a/200/y", "2"), True),
        (extent("a/200/x", "1"), extent("a/200/x/z", "2"), False),
        (extent("a/200/x", "1"), extent("a/200", "2"), False),
        (extent("a/200/x", "1"), extent("a/200/y", "1"), False),
        (extent("a/200/x", "1", "2"), extent("a/200/y", "2", "3"), True),
        (extent("a/200/x", "1", "2"), extent("a/200/y", "1", "2", "3"), False),
        (extent("a/200/x", "1"), extent("b/200/x", "2"), True),
    ],
)
def test_who_can_be_on_together(one: Extent, other: Extent, *, together: bool) -> None:
    for pair in ({"one": one, "other": other}, {"one": other, "other": one}):
        assert (len([*batches.of(["one", "other"], pair)]) == 1) is together


def test_there_are_faults_of_every_rule_and_every_operation() -> None:
    found = derived.of(CONTRACT).values()

    assert len(found) >= 10_000
    assert {fault.operation for fault in found} == set(CONTRACT.bases())
    assert len({fault.rule for fault in found}) >= 50
    assert all(fault.says.endswith(".") and fault.breaks for fault in found)


def test_each_seed_chooses_faults_of_its_own_and_leaves_no_clause_without_one() -> None:
    chosen = [set(selection.of(KNOWN.values(), seed)) for seed in (1, 2)]

    assert chosen[0] == set(CHOSEN)
    assert chosen[0] != chosen[1]
    assert set(faults.FAULTS) <= chosen[0] & chosen[1]
    everything = {clause for extent in EXTENTS.values() for clause in extent.own}
    for names in chosen:
        assert {clause for name in names for clause in EXTENTS[name].own} == everything


def test_a_further_seed_takes_some_faults_of_each_clause() -> None:
    chosen = [selection.further(CHOSEN, EXTENTS, seed) for seed in (2, 3)]

    own = [{clause for name in names for clause in EXTENTS[name].own} for names in chosen]
    narrow = [name for name in CHOSEN if not EXTENTS[name].is_broad]
    assert own[0] == own[1] == {clause for name in narrow for clause in EXTENTS[name].own}
    assert all(len(names) < len(CHOSEN) / 2 for names in chosen)
    assert set(chosen[0]) != set(chosen[1])


def test_every_clause_that_a_client_can_observe_has_a_fault_of_its_own() -> None:
    own = {clause for extent in EXTENTS.values() for clause in extent.own}

    # A call that works at all keeps the first; of the others a fault would break more than them.
    assert {clause.id for clause in matrix.observable(PROMISES)} - own <= {
        *("AWA-OFFER-07", "AWA-OFFER-71", "CON-API-10"),
    }
