"""What happens in a run, as values: what its log keeps, and all that the judge reads.

A recording of somebody else uses the same events, so that one judge handles all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ccaas_kit.contract.errors import TargetError
from ccaas_kit.contract.shapes import Json
from ccaas_kit.judging.accepted import Accepted
from ccaas_kit.judging.measuring import Measured
from ccaas_kit.judging.selection import Selection
from ccaas_kit.judging.verdicts import Verdict
from ccaas_kit.model.exchanges import Exchange


@dataclass(frozen=True, slots=True)
class SignIn:
    """How the requests were signed: the name of the header, and what a reader's shell puts in."""

    header_name: str
    curl: str


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The head of a run: what it was asked to do, and by which contract.

    `digest` names bundle and clauses to the letter. `recalling` are the probes that show something
    only of a target that keeps records, `hidden` the headers whose values are in no report, and
    `selection` says which clauses the run asks about.
    """

    target: str
    profile: str
    started: datetime
    seed: int = 0
    contract: str = ""
    digest: str = ""
    tools: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    options: Mapping[str, Json] = field(default_factory=dict)
    accepted: Sequence[Accepted] = ()
    sign_in: SignIn | None = None
    recalling: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    selection: Selection = field(default_factory=Selection)


@dataclass(frozen=True, slots=True)
class ScopeKnown:
    """Which operations the run may call, why it may not call the others, and which ids exist.

    `ids` are those that it sends, `existing` those that the target is known to have, by name. The
    last one of a run counts. Without `operations` every one is called.
    """

    operations: frozenset[str] | None = None
    blocked: Mapping[str, str] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    existing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One request and its response, if there was one.

    `measured` is there where secrets were taken out: it was measured before.
    """

    exchange: Exchange
    measured: Measured | None = None


class Source(StrEnum):
    """Who gives an opinion."""

    PROBE = "probe"
    WORKFLOW = "workflow"


@dataclass(frozen=True, slots=True)
class LoggedDeviation:
    """A deviation, with the number of the exchange that shows it."""

    code: str
    operation: str
    expected: str
    got: str
    exchange: int


@dataclass(frozen=True, slots=True)
class OpinionGiven:
    """What a probe says of a subject, or a workflow or its step of itself; a later one replaces it."""

    source: Source
    check: str
    verdict: Verdict
    detail: str
    operation: str = ""
    pointer: str = ""
    deviations: tuple[LoggedDeviation, ...] = ()


@dataclass(frozen=True, slots=True)
class NothingKept:
    """What shows that the target keeps no records of an operation."""

    operation: str
    why: str


@dataclass(frozen=True, slots=True)
class Leaked:
    """What the run has created and could not remove."""

    table: str
    sys_id: str
    why: str

    def document(self) -> dict[str, str]:
        """The leak as reports have it."""
        return {"table": self.table, "sys_id": self.sys_id, "why": self.why}


@dataclass(frozen=True, slots=True)
class DefectMet:
    """The runner itself has failed somewhere."""

    where: str
    error: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the target could not be judged, or not to the end."""

    what: str
    where: str = ""
    fix: str = ""

    def error(self) -> TargetError:
        """The error that ends a command."""
        return TargetError(self.what, where=self.where, fix=self.fix)


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The end: whether all was sent, what stood in the way, and how long it took."""

    complete: bool
    seconds: float
    fault: Fault | None = None


Logged = (
    RunStarted | ScopeKnown | Exchanged | OpinionGiven | NothingKept | Leaked | DefectMet | RunEnded
)
