"""What the judge says of a clause."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ccaas_kit.contract.exchanges import Exchange


class Verdict(StrEnum):
    """How a promise fared. `unverified` means that nothing was seen either way."""

    CONFORMS = "conforms"
    VIOLATES = "violates"
    UNVERIFIED = "unverified"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way in which a promise was broken, with the exchange that shows it."""

    code: str
    operation: str
    expected: str
    got: str
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one kind of check says of a clause."""

    verdict: Verdict
    detail: str
    deviations: tuple[Deviation, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a clause, and what it rests on."""

    id: str
    verdict: Verdict
    operation: str | None
    detail: str
    deviations: tuple[Deviation, ...] = ()


def summed_up(opinions: list[Opinion]) -> Opinion:
    """One opinion of many: a violation weighs most, then what was seen, then what was not."""
    for verdict in (Verdict.VIOLATES, Verdict.CONFORMS, Verdict.BLOCKED, Verdict.UNVERIFIED):
        of_weight = [each for each in opinions if each.verdict is verdict]
        if of_weight:
            details = list(dict.fromkeys(each.detail for each in of_weight if each.detail))
            deviations = tuple(each for one in of_weight for each in one.deviations)
            return Opinion(verdict, "; ".join(details), deviations)
    return Opinion(Verdict.UNVERIFIED, "nothing looks at it")
