"""The probes of a run: which are called for, sent one after the other within the budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from scripts.conformance import judge_checks, lookups, probes, workflows
from scripts.conformance.contract import Contract
from scripts.conformance.exchanges import Exchange
from scripts.conformance.plan import Profile
from scripts.conformance.pools import Pools
from scripts.conformance.probes import Case, memory
from scripts.conformance.probing import Probing
from scripts.conformance.sending import Budget, Guard, Sender
from scripts.conformance.users import Users
from scripts.conformance.verdicts import Opinion, Verdict


@dataclass(frozen=True, slots=True)
class Probed:
    """What the probes and the workflows said, and everything that they sent.

    `forgotten` says of operations what shows that the target keeps none of their records.
    """

    opinions: Mapping[Case, Opinion]
    flows: Mapping[str, Opinion]
    forgotten: Mapping[str, str]
    exchanges: Sequence[Exchange]
    probing: Probing = field(repr=False)


def run(
    url: str,
    cases: Sequence[Case],
    *,
    contract: Contract,
    pools: Pools,
    known: Mapping[str, tuple[str, ...]],
    users: Users,
    profile: Profile,
    budget: Budget,
    timeout: float,
    guard: Guard | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Probed:
    """Look at every case that the budget allows; the others are said to be blocked."""
    opinions: dict[Case, Opinion] = {}

    def ask_again(seconds: float) -> None:
        time.sleep(seconds)
        budget.spend(writes=False)

    with (
        Sender(
            url,
            contract,
            users,
            profile=profile,
            budget=budget,
            timeout=timeout,
            guard=guard,
        ) as sender,
        lookups.opened(
            url,
            contract,
            users,
            seconds=max(budget.deadline - time.monotonic(), 1.0),
            answer_seconds=timeout,
            sleep=ask_again,
        ) as tables,
    ):
        probing = Probing(sender, pools, known, tables)
        for number, case in enumerate(cases):
            progress(number, len(cases))
            opinions[case] = probes.look(case, probing)
        flows = workflows.run(probing)
        recalling = {case[1].operation for case in cases if probes.PROBES[case[0]].recalls}
        forgotten = memory.forgotten(probing, recalling)
    exchanges = tuple(map(judge_checks.with_statuses, sender.exchanges))
    return Probed(opinions, flows, forgotten, exchanges, probing)


def look_back(probed: Probed, sent: Sequence[Exchange]) -> Mapping[Case, Opinion]:
    """The opinions, those that rest on what was seen renewed by what others have sent since."""
    probed.probing.add(sent)
    again = {
        case: probes.look(case, probed.probing)
        for case, opinion in probed.opinions.items()
        if probes.PROBES[case[0]].looks_back and opinion.verdict is Verdict.UNVERIFIED
    }
    return {**probed.opinions, **again}
