"""Which clauses ask for the probes of a module, as cases for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ccaas_kit.contract import clauses
from ccaas_kit.probes.probing import Probe
from tests.conformance.probes import bed


@dataclass(frozen=True, slots=True)
class Case:
    """A clause, the probe that decides it, and what that looks at."""

    clause: str
    probe: str
    operation: str
    pointer: str


def of(probes: Iterable[Probe]) -> Mapping[str, Case]:
    """The cases by id of their clause; one of a whole API has the operation behind its id."""
    names = {probe.name for probe in probes}
    found = {}
    for clause in clauses.load():
        for check in clause.checked_by:
            if check.subject in names:
                for base in bed.contract().bases_of(clause):
                    key = clause.id if clause.operation else f"{clause.id} {base}"
                    found[key] = Case(clause.id, check.subject, base, clause.pointer)
    return found
