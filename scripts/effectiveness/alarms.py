"""Correct variants, and whether the suite reports one of them as a fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ccaas_kit import faults
from effectiveness.pool import Pool, Say
from effectiveness.suite import Finding

# Variants that a whole run meets at once, because none of them hides another.
_TOGETHER = (
    "variant-charset",
    "variant-headers",
    "variant-fields",
    "variant-key-order",
    "variant-channel-capital",
    "variant-detail-null",
    "variant-offer-envelope",
    "variant-mapping-envelope",
    "variant-agent-envelope",
    "variant-more",
)


@dataclass(frozen=True, slots=True)
class Alarms:
    """The findings about each variant, and about several at once in a run with random requests."""

    by_variant: Mapping[str, tuple[Finding, ...]]
    together: tuple[Finding, ...]

    @property
    def false(self) -> int:
        """How many findings there were; each is one too many."""
        return sum(map(len, self.by_variant.values())) + len(self.together)


def run(pool: Pool, *, seed: int, say: Say) -> Alarms:
    """What the suite says of every variant, each alone, and of several together in a whole run."""
    todo = [(name,) for name in faults.VARIANTS]
    found: dict[str, tuple[Finding, ...]] = {}
    for (name,), outcome in pool.outcomes(todo, seed=seed, whole=False):
        found[name] = tuple(finding for finding in outcome.findings if not finding.assumed)
        say(f"variants: {len(found)} of {len(todo)}")
    [(_, outcome)] = pool.outcomes([_TOGETHER], seed=seed, whole=True)
    say("variants: several together")
    return Alarms(found, tuple(finding for finding in outcome.findings if not finding.assumed))
