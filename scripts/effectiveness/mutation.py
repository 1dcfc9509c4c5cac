"""Mutants of the contract in company: many places of many answers are wrong at once.

A mutant is seen by a finding about its operation that tells of its place in the body. Those that are
not seen, because something else stood before them, are tried again alone, by a quick look and then
by a whole run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ccaas_kit.faults import mutants
from effectiveness.suite import Finding, Outcome
from effectiveness.trials import Ground, Say


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mutant by the parts of its name."""

    name: str
    operation: str
    status: str
    operator: str
    place: str

    @property
    def is_whole(self) -> bool:
        """Whether it is wrong about the answer as a whole and not about a place in its body."""
        return not self.place

    def meets(self, other: Mutant) -> bool:
        """Whether a finding about one of two mutants could be taken for one about the other.

        A finding names an operation and a place, and not the status that the answer had.
        """
        if self.operation != other.operation:
            return False
        if self.is_whole or other.is_whole:
            return True
        ways = [{*_ways(each.place)} for each in (self, other)]
        return any(
            one == two or one.startswith(f"{two}/") or two.startswith(f"{one}/")
            for one in ways[0]
            for two in ways[1]
        )

    def is_told_by(self, finding: Finding, *, alone: bool) -> bool:
        """Whether a finding is about this mutant; alone, any finding is.

        Nothing is found on a sandbox without faults, and what two operations say of one record is
        a clause of either.
        """
        if alone:
            return True
        if finding.operation.removesuffix("Versioned") != self.operation:
            return False
        if self.is_whole:
            return True
        told = finding.got.partition(":")[0]
        return any(re.fullmatch(_pattern(way), told) for way in _ways(self.place))


@dataclass(slots=True)
class Killed:
    """What came of the mutants of one operator."""

    made: int = 0
    reached: int = 0
    seen: int = 0
    survivors: list[str] = field(default_factory=list)


def parsed(name: str) -> Mutant:
    """A mutant from its name."""
    operation, status, operator, place = name.removeprefix(mutants.PREFIX).split(":", 3)
    return Mutant(name, operation, status, operator, place)


def rounds(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Sets of mutants of which none can hide another."""
    left = [parsed(name) for name in names]
    while left:
        chosen: list[Mutant] = []
        later: list[Mutant] = []
        for each in left:
            (later if any(each.meets(other) for other in chosen) else chosen).append(each)
        yield tuple(each.name for each in chosen)
        left = later


def run(
    names: Sequence[str], ground: Ground, *, seed: int, alone: int, say: Say
) -> Mapping[str, Killed]:
    """What came of the mutants, by operator; at most `alone` are tried a second time by themselves.

    A mutant that changed no reply of the run was not reached: the sandbox sends no such place.
    """
    seen: set[str] = set()
    reached: set[str] = set()
    todo = [*rounds(names)]
    for number, (faults, outcome) in enumerate(
        ground.outcomes(todo, seed=seed, whole=False), start=1
    ):
        reached |= outcome.changed
        seen |= _seen(faults, outcome, alone=False)
        say(f"mutants: {number} of {len(todo)} rounds, {len(seen)} of {len(names)} seen")
    for whole in (False, True):
        left = [name for name in names if name in reached and name not in seen][:alone]
        again = [(name,) for name in left]
        for faults, outcome in ground.outcomes(again, seed=seed, whole=whole):
            seen |= _seen(faults, outcome, alone=True)
        how = "a whole run" if whole else "a quick look"
        say(f"mutants: {len(left)} alone in {how}, {len(seen)} of {len(names)} seen")
    found: dict[str, Killed] = {}
    for name in names:
        entry = found.setdefault(parsed(name).operator, Killed())
        entry.made += 1
        entry.reached += name in reached
        entry.seen += name in seen
        if name in reached and name not in seen:
            entry.survivors.append(name)
    return found


def _seen(faults: Sequence[str], outcome: Outcome, *, alone: bool) -> set[str]:
    """The mutants that a run saw; one that changed no reply cannot have been."""
    return {
        name
        for name in faults
        if name in outcome.changed
        and any(parsed(name).is_told_by(each, alone=alone) for each in outcome.findings)
    }


def _ways(place: str) -> Iterator[str]:
    """The places that a mutant touches: a swap touches two side by side."""
    first, plus, other = place.partition("+")
    yield first
    if plus:
        yield f"{first.rpartition('/')[0]}/{other}"


def _pattern(place: str) -> str:
    return (
        "/".join(r"\d+" if step == "*" else re.escape(step) for step in place.split("/")) + "(/.*)?"
    )
