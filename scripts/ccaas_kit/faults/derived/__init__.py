"""Faults that nobody has thought of: every promise of the contract, broken by rule.

A rule is a function that gets one operation and yields its faults: it looks at nodes of the document
and at the clauses that stand there, and at nothing else. To add one, write it in the module of its
subject and name it in `RULES`, with the forms of a call in which it is tried on its own. Every fault
has a name of its own, `derived:<operation>:<rule>:<place>@<form>`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from ccaas_kit.contract import clauses
from ccaas_kit.faults.derived import (
    callers,
    forms,
    media,
    queries,
    records,
    requests,
    responses,
    statuses,
    urls,
)
from ccaas_kit.faults.derived.scope import PREFIX, Scope
from ccaas_kit.faults.fault import Fault
from ccaas_kit.sandbox.contract import Contract

__all__ = ["PREFIX", "RULES", "of"]

Rule = Callable[[Scope], Iterator[Fault]]
_SENT = ("versioned", "xml-body", "OfferAssignmentRequest", "OfferTransferRequest", "new", "known")
_TOLD = ("versioned", "xml-answer", "OfferAssignmentRequest", "OfferTransferRequest")
_CALLED = ("versioned", "xml-body", "xml-answer")
# Each rule with the forms in which it is also tried alone.
RULES: Mapping[Rule, Sequence[str]] = {
    responses.misfit: ("versioned",),
    responses.other_value: _TOLD,
    responses.swapped: _TOLD,
    responses.whole: ("versioned",),
    responses.header: ("versioned",),
    responses.seldom: (),
    statuses.replaced: _CALLED,
    statuses.served: _CALLED,
    statuses.messages: _TOLD,
    statuses.other_method: (),
    callers.unknown_served: _CALLED,
    callers.role_not_asked: _CALLED,
    callers.role_not_enough: _CALLED,
    callers.part_of_roles: (),
    callers.scheme_refused: ("versioned",),
    requests.not_demanded: _SENT,
    requests.demanded: _SENT,
    requests.refused: _SENT,
    requests.taken: _SENT,
    requests.ignored: _SENT,
    requests.swapped: _SENT,
    requests.default: _SENT,
    queries.in_query: ("versioned",),
    queries.in_path: ("versioned",),
    queries.operators: ("versioned",),
    records.kept_though_invalid: ("versioned",),
    records.cut_short: ("versioned",),
    records.read_only_set: ("versioned",),
    records.not_found: (),
    media.accept: ("versioned",),
    media.content_type: ("versioned",),
    media.root: ("versioned",),
    media.body_needed: ("versioned",),
    urls.without_query: ("versioned",),
    urls.version: (),
    urls.absent: ("versioned",),
}
# Rules that tell conditions apart, each of which counts for itself.
_BY_CONDITION = (statuses.replaced, statuses.served, callers.unknown_served)
# So many faults of one rule that break the same clauses are made; they are spread evenly over the
# contract. Of those that change whole calls, and so have to be on alone, there are fewer.
_ALIKE, _WHOLE = 6, 8
# In each other form there are so many of a rule, and of those that change whole calls.
_IN_A_FORM, _WHOLE_IN_A_FORM = 4, 1


def of(contract: Contract) -> Mapping[str, Fault]:
    """Every derived fault of a contract, by its name."""
    return _of(id(contract), contract)


@lru_cache(maxsize=2)
def _of(_: int, contract: Contract) -> Mapping[str, Fault]:
    known = clauses.load()
    found: dict[str, Fault] = {}
    for operation in contract.operations:
        if operation.id != operation.base:
            continue
        own = [each for each in known if each.api == operation.api]
        scope = Scope(contract, operation, own)
        for fault in _faults(scope):
            found.setdefault(fault.name, fault)
    return found


def _faults(scope: Scope) -> Iterator[Fault]:
    in_forms = [*forms.of(scope)]
    left: list[Fault] = []
    broken: set[str] = set()
    for rule, names in RULES.items():
        by_kind: dict[tuple[str, bool], list[Fault]] = {}
        for fault in rule(scope):
            if fault.breaks:
                by_kind.setdefault((fault.rule, fault.is_whole), []).append(fault)
        for (_, is_whole), made in by_kind.items():
            chosen = _chosen(made, is_whole=is_whole, by_part=rule in _BY_CONDITION)
            yield from chosen
            broken.update(each for fault in chosen for each in fault.breaks)
            left += made
            for form in in_forms:
                if form.name in names:
                    count = _WHOLE_IN_A_FORM if is_whole else _IN_A_FORM
                    yield from (forms.only(each, form, scope) for each in spread(made, count))
    for fault in left:
        if not broken.issuperset(fault.breaks):
            broken.update(fault.breaks)
            yield fault


def _chosen(made: Sequence[Fault], *, is_whole: bool, by_part: bool) -> list[Fault]:
    """Of the faults of one rule so many as are to be on."""
    alike: dict[tuple[tuple[str, ...], str], list[Fault]] = {}
    for fault in made:
        alike.setdefault((fault.breaks, fault.alters if by_part else ""), []).append(fault)
    chosen = [fault for group in alike.values() for fault in spread(group, _ALIKE)]
    return spread(chosen, _WHOLE) if is_whole else chosen


def spread(faults: Sequence[Fault], count: int) -> list[Fault]:
    """So many of the faults, spread evenly over their list."""
    if len(faults) <= count:
        return list(faults)
    return [faults[index * len(faults) // count] for index in range(count)]
