"""Deliberate faults and variants, switched on by name, for trying out clients and conformance suites.

What a fault changes, it changes after the response was proven against the contract, or before the
request is looked at, so that the sandbox itself never lies by accident, only on request.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any

import orjson

from ccaas_kit.contract.arguments import nearest
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.faults import agents, derived, interactions, mappings, variants
from ccaas_kit.faults.contact import claims, contacts, lists
from ccaas_kit.faults.fault import ACTED, Asked, Fault
from ccaas_kit.faults.offers import offers, work_items
from ccaas_kit.faults.platform import general, transport
from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.instance.instance import Instance

__all__ = [
    "FAULTS",
    "KNOWN",
    "TRANSPORT",
    "VARIANTS",
    "Asked",
    "Fault",
    "apply",
    "check",
    "derived",
    "failed",
    "known",
    "state",
]

_FAULTS: tuple[Fault, ...] = (
    *general.FAULTS,
    *agents.FAULTS,
    *mappings.FAULTS,
    *interactions.FAULTS,
    *offers.FAULTS,
    *work_items.FAULTS,
    *lists.FAULTS,
    *contacts.FAULTS,
    *claims.FAULTS,
)
FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _FAULTS}
VARIANTS: Mapping[str, Fault] = {
    fault.name: fault for fault in (*variants.VARIANTS, *transport.VARIANTS)
}
# They break no clause, so that no run has to find them.
TRANSPORT: Mapping[str, Fault] = {fault.name: fault for fault in transport.FAULTS}
KNOWN: Mapping[str, Fault] = {**FAULTS, **VARIANTS, **TRANSPORT}
_LOG = logging.getLogger("sandbox")
# Under what a fault remembers how many calls it has changed, and that it has failed itself, which is
# a defect of ours.
_CHANGED, _FAILED = "changed calls", "failed"
_PLACES = {name: place for place, name in enumerate(KNOWN)}


def check(names: Collection[str], contract: Contract | None = None) -> None:
    """Hold that every name is one of a fault, of a variant, or of what rules derive from the contract.

    Without the contract, names of derived faults are only seen to be such.

    Raises:
        ConfigError: one is not; the error lists the faults that exist.
    """
    for name in names:
        is_derived = name.startswith(derived.PREFIX)
        if not (is_derived and contract is None) and _named(name, contract) is None:
            choices = derived.of(contract) if is_derived and contract is not None else KNOWN
            raise ConfigError(
                f"there is no fault '{name}'",
                fix=nearest(name, choices, f"Choose from: {', '.join(sorted(KNOWN))}"),
            )


def _named(name: str, contract: Contract | None) -> Fault | None:
    if contract is not None and name.startswith(derived.PREFIX):
        return derived.of(contract).get(name)
    return KNOWN.get(name)


def apply(
    instance: Instance,
    request: Request,
    *,
    leads: Callable[[Request], tuple[str, Mapping[str, str]]],
    response: Callable[[Request], Response],
) -> Response:
    """The response as the instance sends it with the faults that are on, the last of the catalogue outermost.

    `leads` says which operation a request calls, with the values of its path; `response` is what
    the instance sends without faults.
    """
    behind = response
    for name in sorted(
        instance.faults, key=lambda fault_name: (_PLACES.get(fault_name, -1), fault_name)
    ):
        fault = _named(name, instance.contract)
        if fault is not None:
            behind = _wrong(fault, instance, leads, behind)
    return behind(request)


def _wrong(
    fault: Fault,
    instance: Instance,
    leads: Callable[[Request], tuple[str, Mapping[str, str]]],
    behind: Callable[[Request], Response],
) -> Callable[[Request], Response]:
    def response(request: Request) -> Response:
        operation, values = leads(request)
        kept = instance.kept_by_faults.setdefault(fault.name, {})
        passed: list[tuple[Request, Response]] = []

        def pass_on(forwarded: Request) -> Response:
            passed.append((forwarded, behind(forwarded)))
            return passed[-1][1]

        try:
            response_given = fault.behave(
                Asked(request, operation, values, instance, kept, pass_on)
            )
        except Exception:  # noqa: BLE001  # a defect becomes a response, and is told by `failed`
            _LOG.exception("the fault %s failed", fault.name)
            _count(instance, fault.name, _FAILED)
            return render(500, orjson.dumps(instance.contract.example("scriptFailedResponse")))
        acted = kept.pop(ACTED, False)
        if acted or len(passed) != 1 or passed[0] != (request, response_given):
            _count(instance, fault.name, _CHANGED)
        return response_given

    return response


def known() -> dict[str, str]:
    """What there is by name, and what each does."""
    return {fault.name: fault.says for fault in KNOWN.values()}


def state(instance: Instance) -> dict[str, Any]:
    """How many calls each fault that is on has changed, and what failed."""
    names = {*instance.faults, *instance.kept_by_faults}
    counted = {name: _counted(instance, name, _CHANGED) for name in sorted(names)}
    return {
        "changed": {
            name: count
            for name, count in counted.items()
            if count or name in instance.kept_by_faults
        },
        "failed": failed(instance),
    }


def failed(instance: Instance) -> list[str]:
    """The faults that could not do what they are for since they were switched on."""
    names = {*instance.faults, *instance.kept_by_faults}
    return sorted(name for name in names if _counted(instance, name, _FAILED))


def _count(instance: Instance, name: str, what: str) -> None:
    """Count what a fault has done; of several processes all of it counts."""
    kept = instance.kept_by_faults.setdefault(name, {})
    kept[what] = kept.get(what, 0) + 1
    if instance.shared:
        instance.store.counters.next(_counter(instance, name, what))


def _counted(instance: Instance, name: str, what: str) -> int:
    if instance.shared:
        return instance.store.counters.counted(_counter(instance, name, what))
    return int(instance.kept_by_faults.get(name, {}).get(what, 0))


def _counter(instance: Instance, name: str, what: str) -> str:
    # It begins anew with each change of the set-up, as what faults remember does.
    return f"{what}:{instance.store.revision}:{name}"
