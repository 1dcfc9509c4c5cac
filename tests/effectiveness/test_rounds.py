"""Company: which faults and which mutants are on together."""

from __future__ import annotations

from ccaas_kit import faults
from ccaas_kit.contract import clauses
from ccaas_kit.sandbox.contract import Contract
from effectiveness import breakage, mutation, rounds
from effectiveness.suite import Finding


def test_each_fault_stands_in_one_round_with_faults_of_other_apis() -> None:
    broken = breakage.of(faults.FAULTS.values(), clauses.load())
    apis = {name: broken.apis(name) for name in faults.FAULTS}

    found = [*rounds.of(list(faults.FAULTS), apis)]

    assert sorted(name for each in found for name in each) == sorted(faults.FAULTS)
    for each in found:
        named = [api for name in each for api in apis[name]]
        assert len(each) == 1 or len(named) == len(set(named)), each
        assert not {"interaction", "awa-offer-work"} <= set(named) or len(each) == 1


def test_mutants_in_company_touch_different_places() -> None:
    names = list(faults.mutants.of(Contract()))

    found = [*mutation.rounds(names)]

    assert sorted(name for each in found for name in each) == sorted(names)
    for each in found:
        places = [mutation.parsed(name) for name in each]
        assert not any(
            one.meets(other) for at, one in enumerate(places) for other in places[at + 1 :]
        )


def test_a_mutant_is_told_by_findings_at_its_place_only() -> None:
    mutant = mutation.parsed("mutant:listContacts:200:null:/result/*/email")

    def told(operation: str, got: str, *, alone: bool = False) -> bool:
        finding = Finding("CK202", "CON-LIST-077", operation, got, assumed=False)
        return mutant.is_told_by(finding, alone=alone)

    assert told("listContacts", "/result/0/email: null is not of type string")
    assert not told("listContacts", "/result/0/name: null is not of type string")
    assert not told("getContact", "/result/0/email: null is not of type string")
    assert told("listContacts", "/result/0/name: null", alone=True)
