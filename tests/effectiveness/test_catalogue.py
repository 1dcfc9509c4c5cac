"""The faults that were written by hand: each is tied to clauses that exist."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccaas_kit import faults
from ccaas_kit.contract import clauses
from ccaas_kit.contract.clauses import Evidence, Kind
from ccaas_kit.contract.errors import DocumentError
from effectiveness import breakage

CLAUSES = clauses.load()


def test_names_are_used_once() -> None:
    lists = (faults.FAULTS, faults.VARIANTS, faults.TRANSPORT)

    assert len(faults.KNOWN) == sum(map(len, lists))


def test_each_fault_breaks_a_clause_that_somebody_looks_at() -> None:
    broken = breakage.of(faults.FAULTS.values(), CLAUSES)

    for name, ids in broken.by_fault.items():
        looked_at = [
            each
            for each in ids
            if any(
                check.kind is not Kind.NOT_OBSERVABLE for check in broken.clauses[each].checked_by
            )
        ]
        assert looked_at, name


def test_most_faults_break_what_a_page_promises() -> None:
    broken = breakage.of(faults.FAULTS.values(), CLAUSES)
    assumed_only = [
        name
        for name, ids in broken.by_fault.items()
        if all(broken.clauses[each].evidence is Evidence.ASSUMED for each in ids)
    ]

    assert len(assumed_only) < len(broken.by_fault) / 10, assumed_only


@pytest.mark.parametrize(
    ("breaks", "told"), [(("NO-SUCH-01",), "which is no clause"), ((), "breaks no clause")]
)
def test_a_fault_without_a_clause_is_refused(breaks: tuple[str, ...], told: str) -> None:
    fault = replace(faults.FAULTS["empty-body"], breaks=breaks)

    with pytest.raises(DocumentError, match=told):
        breakage.of([fault], CLAUSES)


def test_a_check_stands_for_its_clauses_of_one_operation() -> None:
    fault = replace(faults.FAULTS["empty-body"], breaks=("@ignored_auth:getContact",))

    assert breakage.of([fault], CLAUSES).by_fault["empty-body"] == {"CON-GET-161"}
