"""The probes, by the name under which clauses ask for them, and how they are run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from ccaas_kit.contract.clauses import Clause, Evidence, Kind
from ccaas_kit.judging.subjects import Case, Subject
from ccaas_kit.judging.verdicts import Opinion
from ccaas_kit.probes import bad_values, memory, opinions
from ccaas_kit.probes.agents import agents
from ccaas_kit.probes.contact import contacts, fields
from ccaas_kit.probes.contact.querying import lists
from ccaas_kit.probes.interactions import interactions
from ccaas_kit.probes.mappings import mappings
from ccaas_kit.probes.offers import offers
from ccaas_kit.probes.platform import (
    bodies,
    malformed,
    media_types,
    other_methods,
    refusals,
    rights,
    signing_in,
    urls,
    xml_requests,
)
from ccaas_kit.probes.probing import Probe, Probing

CODE = "CK501"
_MODULES = (
    signing_in,
    rights,
    urls,
    media_types,
    xml_requests,
    other_methods,
    bodies,
    refusals,
    mappings,
    agents,
    interactions,
    malformed,
    bad_values,
    offers,
    contacts,
    fields,
    lists,
)
PROBES: Mapping[str, Probe] = {probe.name: probe for module in _MODULES for probe in module.PROBES}
_LOOKING_BACK = frozenset(probe.name for probe in PROBES.values() if probe.looks_back)


def cases(clauses: Iterable[Clause], bases: Callable[[Clause], list[str]]) -> list[Case]:
    """What the clauses ask for, those first that decide most; documented before assumed.

    What looks back at the others comes last.
    """
    weights: Counter[Case] = Counter()
    for clause in clauses:
        for check in clause.checked_by:
            if check.kind is Kind.PROBE:
                for base in bases(clause):
                    case = (check.subject, Subject(base, clause.pointer))
                    weights[case] += 1 if clause.evidence is Evidence.ASSUMED else 2
    found = [case for case, _ in weights.most_common()]
    return sorted(found, key=lambda case: case[0] in _LOOKING_BACK)


def look(case: Case, probing: Probing) -> Opinion:
    """What one probe says of its subject."""
    name, subject = case
    probe = PROBES[name]

    def seen() -> str:
        detail = probe.look(probing, subject)
        if probe.recalls:
            memory.require(probing, subject.operation)
        return detail

    where = f"probe {name} of {subject.operation} at {subject.pointer}"
    return opinions.of(probing, subject.operation, seen, code=CODE, name=where)


__all__ = ["CODE", "PROBES", "Case", "cases", "look"]
