"""The probes of a run: which are called for, sent one after the other within the budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ccaas_kit import probes
from ccaas_kit.contract.arazzo.workflows import Workflow
from ccaas_kit.discovery import roles, table_session
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.connection import NoAnswerError
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.gateway.sending import Sender
from ccaas_kit.gateway.table_api import TableApi, TableError
from ccaas_kit.gateway.users import Users
from ccaas_kit.judging import judge_checks
from ccaas_kit.judging.verdicts import Opinion, Verdict
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.model.pools import Pools
from ccaas_kit.model.profiles import Profile
from ccaas_kit.probes import Case, clocks, doubles, memory
from ccaas_kit.probes.probing import Probing
from ccaas_kit.run.recorder import Recorder
from ccaas_kit.workflows import runner


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
    gateway: Gateway,
    cases: Sequence[Case],
    workflows: Sequence[Workflow],
    *,
    contract: Contract,
    pools: Pools,
    known: Mapping[str, tuple[str, ...]],
    users: Users,
    profile: Profile,
    budget: Budget,
    recorder: Recorder,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Probed:
    """Look at every case that the budget allows; the others are said to be blocked.

    What was sent and what it shows is recorded after each look.
    """
    opinions: dict[Case, Opinion] = {}
    flows: dict[str, Opinion] = {}
    recorded = 0

    def record(source: str) -> None:
        nonlocal recorded
        for exchange in sender.exchanges[recorded:]:
            checked = judge_checks.with_statuses(exchange)
            recorder.exchanged(exchange, source, reported=checked)
        recorded = len(sender.exchanges)

    sender = Sender(gateway, contract, users, profile=profile, budget=budget)
    tables = table_session.tables(gateway, contract, users, budget=budget)
    probing = Probing(sender, pools, known, tables, own_roles=lambda: _own_roles(tables))
    with probing.defects.kept("measuring the clock of the target"):
        clocks.measure(probing)
    record("the clock of the target")
    for number, case in enumerate(cases):
        progress(number, len(cases))
        opinions[case] = probes.look(case, probing)
        record(f"probe {case[0]}")
        recorder.probed(case, opinions[case])
    for flow in workflows:
        found = runner.run(probing, [flow])
        record(f"workflow {flow.id}")
        recorder.walked(found)
        flows |= found
    with probing.defects.kept("looking for records that were made twice"):
        for case, opinion in doubles.look(probing):
            record(f"probe {doubles.NAME}")
            recorder.probed(case, opinion)
    recalling = {case[1].operation for case in cases if probes.PROBES[case[0]].recalls}
    forgotten: Mapping[str, str] = {}
    with probing.defects.kept("asking whether the target keeps records"):
        forgotten = memory.forgotten(probing, recalling)
    record("whether the target keeps records")
    recorder.forgotten(forgotten)
    exchanges = tuple(map(judge_checks.with_statuses, sender.exchanges))
    return Probed(opinions, flows, forgotten, exchanges, probing)


def _own_roles(tables: TableApi | None) -> frozenset[str] | None:
    """The roles of our user; None if the target does not show them."""
    try:
        return roles.of_caller(tables) if tables else None
    except (TableError, NoAnswerError):
        return None


def look_back(probed: Probed, sent: Sequence[Exchange], recorder: Recorder) -> None:
    """Look again at what rests on all that was seen, now that others have sent as well."""
    probed.probing.add(sent)
    for case, opinion in probed.opinions.items():
        if probes.PROBES[case[0]].looks_back and opinion.verdict is Verdict.UNVERIFIED:
            recorder.probed(case, probes.look(case, probed.probing))
