"""The measurement: the suite is run against sandboxes that are wrong, and who was detected is noted.

Each fault first meets a quick look, in a batch; who was missed meets another one in another batch, then one
alone, and then a whole run, in a batch.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ccaas_kit.faults.derived import PREFIX
from effectiveness import batches
from effectiveness.batches import Extent
from effectiveness.pool import Batch, Pool, Say
from effectiveness.suite import Finding, Outcome


@dataclass(frozen=True, slots=True)
class Detection:
    """How a fault was detected: the first finding under a clause that it breaks, and all such clauses.

    `whole` is whether random requests were needed, `assumed` whether all these findings are about what is
    only assumed, which fails no run.
    """

    code: str
    clause: str
    got: str
    clauses: frozenset[str]
    whole: bool
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of faults with one seed.

    `idle` are those that changed no call of any run, `failed` those that failed themselves; `findings`
    are the last ones about each that was missed.
    """

    detected: Mapping[str, Detection]
    missed: Mapping[str, tuple[Finding, ...]]
    idle: frozenset[str]
    failed: frozenset[str]
    runs: int

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        return frozenset((*self.detected, *self.missed, *self.idle, *self.failed))


def run(
    names: Sequence[str],
    extents: Mapping[str, Extent],
    pool: Pool,
    *,
    seed: int,
    again: int,
    say: Say,
) -> Measured:
    """Every fault is looked for until it is detected, or nothing is left to try.

    The seed decides as well which faults stand in a batch. At most `again` faults are tried alone; there are
    at most twice as many further looks, and half as many whole runs.
    """
    shuffled = list(names)
    random.Random(seed).shuffle(shuffled)  # it makes up batches, no secret
    detected: dict[str, Detection] = {}
    last: dict[str, tuple[Finding, ...]] = {}
    changed: set[str] = set()
    failed: set[str] = set()
    runs = 0
    for label, whole, single, most in (
        ("quick looks", False, False, len(shuffled)),
        # Those that were detected hide nobody any more.
        ("further quick looks", False, False, 2 * again),
        ("quick looks alone", False, True, again),
        ("whole runs", True, False, again // 2),
    ):
        left = [name for name in shuffled if name not in detected and name not in failed]
        if single or whole:
            left = [name for name in left if name in changed]
        todo: list[Batch] = [(name,) for name in left] if single else [*batches.of(left, extents)]
        todo = todo[:most]
        for number, (faults, outcome) in enumerate(
            pool.outcomes(todo, seed=seed, whole=whole), start=1
        ):
            changed |= _active(faults, outcome)
            failed |= outcome.failed
            found = detections(faults, extents, outcome, whole=whole)
            detected.update(found)
            for name in faults:
                last[name] = outcome.findings
                if single and name not in found and name not in failed:
                    say(f"missed: {name}")
            say(f"{label}: {number} of {len(todo)}, {len(detected)} of {len(names)} detected")
        runs += len(todo)
    idle = frozenset(names) - changed - failed
    missed = {
        name: last[name]
        for name in names
        if name not in detected and name not in idle and name not in failed
    }
    return Measured(detected, missed, idle, frozenset(failed), runs)


def detections(
    faults: Batch, extents: Mapping[str, Extent], outcome: Outcome, *, whole: bool = False
) -> Mapping[str, Detection]:
    """The faults of a batch that a run detected, each by clauses that tell it from all others.

    One that changed no call, or failed itself, is not detected, whatever the run has found.
    """
    active = _active(faults, outcome) - outcome.failed
    found = {
        name: detection(clauses, outcome, whole=whole)
        for name, clauses in batches.telling(faults, extents).items()
        if name in active
    }
    return {name: one for name, one in found.items() if one is not None}


def _active(faults: Batch, outcome: Outcome) -> frozenset[str]:
    """The faults that took effect; what one written by hand does behind the calls is not counted."""
    return outcome.changed | {name for name in faults if not name.startswith(PREFIX)}


def detection(
    broken_clauses: Collection[str], outcome: Outcome, *, whole: bool = False
) -> Detection | None:
    """How a run detected a fault: by findings under clauses that it breaks; None if it did not.

    A finding about what is only assumed counts for a clause that is assumed.
    """
    own = [finding for finding in outcome.findings if finding.clause in broken_clauses]
    if not own:
        return None
    first = own[0]
    clauses = frozenset(finding.clause for finding in own)
    assumed = all(finding.assumed for finding in own)
    return Detection(first.code, first.clause, first.got, clauses, whole, assumed)
