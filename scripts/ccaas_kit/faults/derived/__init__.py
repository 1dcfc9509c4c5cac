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
    responses.added: (),
    responses.other_value: _TOLD,
    responses.with_error: (),
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
    requests.of_no_form: (),
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
    media.refused_in_json: (),
    media.content_type: ("versioned",),
    media.root: ("versioned",),
    media.body_needed: ("versioned",),
    urls.without_query: ("versioned",),
    urls.version: (),
    urls.absent: ("versioned",),
}


@lru_cache(maxsize=2)
def of(contract: Contract) -> Mapping[str, Fault]:
    """Every derived fault of a contract, by its name."""
    known = clauses.load()
    found: dict[str, Fault] = {}
    for operation in contract.operations:
        if operation.id != operation.base:
            continue
        own = [clause for clause in known if clause.api == operation.api]
        scope = Scope(contract, operation, own)
        for fault in _faults(scope):
            found.setdefault(fault.name, fault)
    return found


def _faults(scope: Scope) -> Iterator[Fault]:
    in_forms = [*forms.of(scope)]
    for rule, names in RULES.items():
        for fault in rule(scope):
            if fault.breaks:
                yield fault
                yield from (
                    forms.only(fault, form, scope) for form in in_forms if form.name in names
                )
