"""Which faults are on together: those that cannot hide each other.

Each fault of a batch violates a clause that no other fault of the batch violates, and affects a part of the calls that
no other affects. A fault that rejects or ruins whole calls is alone at its operation, and at those that use its records.
A fault written by hand is alone at all operations of its APIs, unless it violates only clauses of reading operations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.contract.operations import VERSIONED_OF, operations
from ccaas_kit.faults.fault import Fault
from effectiveness.breakage import Breakage

# APIs whose records meet: offers are made of interactions.
_TOGETHER = {"awa-offer-work": "interaction"}


def group(api: str) -> str:
    """The APIs that an API knows of, by the name of one of them."""
    return _TOGETHER.get(api, api)


@dataclass(frozen=True, slots=True)
class Extent:
    """What a fault changes: whole operations, or a part of the calls of one; and the clauses it breaks.

    `own` are the clauses without those that many faults break; a broad fault is one of several APIs.
    """

    operations: frozenset[str]
    part: str
    clauses: frozenset[str]
    own: frozenset[str]
    is_broad: bool = False


@dataclass(slots=True)
class _Batch:
    """Faults that are on together; `left` are the clauses by which each can be told from the others."""

    left: dict[str, set[str]] = field(default_factory=dict)
    clauses: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    above: set[str] = field(default_factory=set)

    def admits(self, extent: Extent) -> bool:
        if not self.whole.isdisjoint(extent.operations) or extent.own <= self.clauses:
            return False
        if extent.part:
            if extent.part in self.above or not self.parts.isdisjoint(_upward(extent.part)):
                return False
        elif not self.above.isdisjoint(extent.operations):
            return False
        return all(not own <= extent.clauses for own in self.left.values())

    def add(self, name: str, extent: Extent) -> None:
        for own in self.left.values():
            own.difference_update(extent.clauses)
        self.left[name] = set(extent.own - self.clauses)
        self.clauses |= extent.clauses
        if extent.part:
            self.parts.add(extent.part)
            self.above |= _upward(extent.part)
        else:
            self.whole |= extent.operations


def telling(names: Sequence[str], extents: Mapping[str, Extent]) -> Mapping[str, frozenset[str]]:
    """The clauses by which each of the faults of a batch can be told from the others."""
    count = Counter(clause for name in names for clause in extents[name].clauses)
    return {
        name: frozenset(clause for clause in extents[name].clauses if count[clause] == 1)
        for name in names
    }


def of(names: Sequence[str], extents: Mapping[str, Extent]) -> Iterator[tuple[str, ...]]:
    """Sets of faults, each fault in one of them."""
    batches: list[_Batch] = []
    # Those that fit into the fewest batches come first.
    for name in sorted(
        names, key=lambda name: (extents[name].part != "", -len(extents[name].clauses))
    ):
        extent = extents[name]
        batch = next((candidate for candidate in batches if candidate.admits(extent)), None)
        if batch is None:
            batch = _Batch()
            batches.append(batch)
        batch.add(name, extent)
    return (tuple(filled.left) for filled in batches)


def apart(names: Sequence[str], breakage: Breakage) -> Iterator[tuple[str, ...]]:
    """Sets of faults of which no two concern the same API, each fault in one of them."""
    found: list[tuple[list[str], set[str]]] = []
    for name in names:
        groups = {group(api) for api in breakage.apis(name)}
        place = next((entry for entry in found if entry[1].isdisjoint(groups)), ([], set()))
        if not place[0]:
            found.append(place)
        place[0].append(name)
        place[1].update(groups)
    return (tuple(together) for together, _ in found)


def extents(
    faults: Collection[Fault], breakage: Breakage, document: dict[str, Any]
) -> Mapping[str, Extent]:
    """What each fault changes."""
    used = _users(document)
    reading = {node["operationId"] for _, method, node in operations(document) if method == "get"}
    by_group: dict[str, set[str]] = {}
    for operation, api in breakage.api_of.items():
        by_group.setdefault(group(api), set()).add(operation)
    found = {}
    for fault in faults:
        clauses = breakage.by_fault[fault.name]
        part = "" if fault.is_whole else fault.alters
        named = {breakage.clauses[clause].operation for clause in clauses}
        if fault.operation:
            own = {fault.operation} if part else {fault.operation, *used[fault.operation]}
        elif named <= reading:
            own = {name for name in named if name}
        else:
            own = set().union(*(by_group[group(api)] for api in breakage.apis(fault.name)))
        narrow = clauses - frozenset(fault.beside)
        broad = len(breakage.apis(fault.name)) > 1
        found[fault.name] = Extent(frozenset(own), part, clauses, narrow or clauses, broad)
    return found


def _users(document: dict[str, Any]) -> Mapping[str, set[str]]:
    """The operations that use the records of each: those that its links lead to, or that read its table."""
    nodes = [node for _, _, node in operations(document) if VERSIONED_OF not in node]
    states = {node["operationId"]: node.get("x-sn-state", {}) for node in nodes}
    found: dict[str, set[str]] = {name: set() for name in states}
    for node in nodes:
        name, creates = node["operationId"], states[node["operationId"]].get("creates")
        if creates is None:
            continue
        responses = [pointers.follow(document, response) for response in node["responses"].values()]
        links = [link for one in responses for link in one.get("links", {}).values()]
        found[name] = {pointers.follow(document, link)["operationId"] for link in links}
        found[name] |= {
            other
            for other, state in states.items()
            if creates in (state.get("reads"), state.get("updates"))
        }
    return found


def _upward(part: str) -> set[str]:
    """The part and everything that it belongs to."""
    steps = part.split("/")
    return {"/".join(steps[: count + 1]) for count in range(len(steps))}
