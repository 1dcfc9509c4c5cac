"""The faults that were written by hand: each is tied to clauses that exist."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from ccaas_kit import faults
from ccaas_kit.contract import clauses
from ccaas_kit.contract.clauses import Evidence, Kind
from ccaas_kit.contract.errors import DocumentError
from effectiveness import breakage

CLAUSES = clauses.load()


def test_there_are_at_least_120_faults_and_20_variants_and_no_name_twice() -> None:
    assert len(faults.FAULTS) >= 120
    assert len(faults.VARIANTS) >= 20

    lists = (faults.FAULTS, faults.VARIANTS, faults.TRANSPORT)
    assert len(faults.KNOWN) == sum(map(len, lists))


def test_each_operation_has_at_least_ten_faults_of_its_own() -> None:
    breakages = breakage.of(faults.FAULTS.values(), CLAUSES)
    operations = {clause.operation for clause in CLAUSES if clause.operation}
    count: Counter[str] = Counter()
    for ids in breakages.by_fault.values():
        named = {breakages.clauses[clause].operation for clause in ids} - {None}
        count.update(name for name in named if name and len(named) == 1)

    assert {name: count[name] for name in operations if count[name] < 10} == {}


def test_each_fault_breaks_a_clause_that_somebody_looks_at() -> None:
    breakages = breakage.of(faults.FAULTS.values(), CLAUSES)

    for name, ids in breakages.by_fault.items():
        looked_at = [
            clause
            for clause in ids
            if any(
                check.kind is not Kind.NOT_OBSERVABLE
                for check in breakages.clauses[clause].checked_by
            )
        ]
        assert looked_at, name


def test_most_faults_break_what_a_page_promises() -> None:
    breakages = breakage.of(faults.FAULTS.values(), CLAUSES)
    assumed_only = [
        name
        for name, ids in breakages.by_fault.items()
        if all(breakages.clauses[clause].evidence is Evidence.ASSUMED for clause in ids)
    ]

    assert len(assumed_only) < len(breakages.by_fault) / 20, assumed_only


@pytest.mark.parametrize(
    ("breaks", "message"), [(("NO-SUCH-01",), "which is no clause"), ((), "breaks no clause")]
)
def test_a_fault_without_a_clause_is_refused(breaks: tuple[str, ...], message: str) -> None:
    fault = replace(faults.FAULTS["empty-body"], breaks=breaks)

    with pytest.raises(DocumentError, match=message):
        breakage.of([fault], CLAUSES)


def test_a_check_stands_for_its_clauses_of_one_operation() -> None:
    fault = replace(faults.FAULTS["empty-body"], breaks=("@ignored_auth:getContact",))

    assert breakage.of([fault], CLAUSES).by_fault["empty-body"] == {"CON-GET-161"}
