"""Verdicts and opinions, and how several opinions become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ccaas_kit.contract.defects import Defect
from ccaas_kit.model.exchanges import Exchange

_LONGEST = 300


class Verdict(StrEnum):
    """The result of a clause. `unverified` means that no exchange decides it."""

    CONFORMS = "conforms"
    VIOLATES = "violates"
    UNVERIFIED = "unverified"
    BLOCKED = "blocked"

    @property
    def label(self) -> str:
        """The verdict as a person reads it; the value is what files contain."""
        return "skipped" if self is Verdict.BLOCKED else self.value


@dataclass(frozen=True, slots=True)
class Deviation:
    """One violation of a requirement, with the exchange that shows it.

    `place` is where in a body, or the name of a header or parameter; empty where a whole response is
    meant. `shown` are the numbers of all exchanges that show the same, of `among` that could; none
    where nobody counts them.
    """

    code: str
    operation: str
    expected: str
    got: str
    exchange: Exchange
    place: str = ""
    shown: frozenset[int] = frozenset()
    among: int = 0


@dataclass(frozen=True, slots=True)
class Opinion:
    """The result of one check of a clause."""

    verdict: Verdict
    detail: str
    deviations: tuple[Deviation, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """One opinion among several, under the name of the operation or of the check."""

    name: str
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a clause, and what it rests on."""

    id: str
    verdict: Verdict
    operation: str | None
    detail: str
    deviations: tuple[Deviation, ...] = ()


def short(text: str, longest: int = _LONGEST) -> str:
    """A text as reports show it.

    Secrets come out before. Where one is still to be looked for, it is known to be cut off.
    """
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def defective(defect: Defect) -> Opinion:
    """The opinion where the runner itself has failed: nothing about the target."""
    return Opinion(Verdict.BLOCKED, f"a defect of the runner prevented the check ({defect.error})")


# What is out of reach has a reason that somebody can remove, so it is said first.
_OPEN = (Verdict.BLOCKED, Verdict.UNVERIFIED)


def every(looks: Sequence[Look]) -> Opinion:
    """The opinion where each look is needed: it conforms only if each one conforms.

    A violation weighs most. Where a look is missing, the detail names it beside those that are not:
    `not shown: createContact (the profile read-only sends no POST); shown: getContact`.
    """
    opinion = _first(looks, (Verdict.VIOLATES, *_OPEN, Verdict.CONFORMS))
    if opinion.verdict in _OPEN and looks:
        return Opinion(opinion.verdict, _open(looks))
    return opinion


def any_one(looks: Sequence[Look]) -> Opinion:
    """The opinion where each look shows the same: it conforms if one does and none is a violation."""
    return _first(looks, (Verdict.VIOLATES, Verdict.CONFORMS, *_OPEN))


def _first(looks: Sequence[Look], order: Sequence[Verdict]) -> Opinion:
    """What the looks with the first verdict of an order say that any of them has."""
    for verdict in order:
        found = [look.opinion for look in looks if look.opinion.verdict is verdict]
        if found:
            details = dict.fromkeys(opinion.detail for opinion in found if opinion.detail)
            # The same opinion can stand under several names.
            deviations = {
                id(deviation): deviation for opinion in found for deviation in opinion.deviations
            }
            return Opinion(verdict, "; ".join(details), tuple(deviations.values()))
    return Opinion(Verdict.UNVERIFIED, "nothing looks at it")


def _open(looks: Sequence[Look]) -> str:
    """Which looks are missing and why, and which are not."""
    missing: dict[str, list[str]] = {}
    for look in looks:
        if look.opinion.verdict in _OPEN:
            missing.setdefault(look.opinion.detail, []).append(look.name)
    shown = [look.name for look in looks if look.opinion.verdict is Verdict.CONFORMS]
    if len(missing) == 1 and not shown:
        return next(iter(missing))
    reasons = ", ".join(f"{', '.join(names)} ({detail})" for detail, names in missing.items())
    return f"not shown: {reasons}" + (f"; shown: {', '.join(shown)}" if shown else "")
