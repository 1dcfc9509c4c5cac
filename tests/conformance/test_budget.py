"""No more requests leave than a run may send, none too early, and the most telling ones first."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from ccaas_kit.contract import layout
from ccaas_kit.contract.errors import TargetError
from ccaas_kit.fuzzing.plan import Plan
from ccaas_kit.gateway.ask import Ask
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.gateway import Gateway, Outgoing
from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.gateway.sending import Sender
from ccaas_kit.gateway.timing.pace import Pace, retry_after
from ccaas_kit.gateway.users import Users
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.profiles import Profile
from tests.conformance.conftest import judge_shop
from tests.conformance.raw import Raw, answering
from tests.conformance.targets import Target, judged, target
from tests.conformance.things import Shop, serving, write_contract
from tests.looping import every


@pytest.fixture
def sandbox() -> Iterator[Target]:
    with target() as running:
        yield running


def test_no_more_requests_leave_than_may_and_none_too_early(tmp_path: Path) -> None:
    # A server that sees everything: what Schemathesis repeats, and what is asked of tables.
    shop, most, rate = Shop(), 40, 20
    begun = time.monotonic()

    arguments = ("--max-requests", str(most), "--rate", str(rate))
    outcome = judge_shop(shop, tmp_path, *arguments, examples=50)

    assert most * 0.9 <= len(shop.methods) <= most
    assert outcome.card["complete"] is False
    assert outcome.card["requests"] <= most
    # However busy the machine is: what it adds to the time makes the rate smaller.
    assert (len(shop.methods) - 1) / (time.monotonic() - begun) <= rate


def test_a_run_that_may_send_nothing_is_never_said_to_conform(tmp_path: Path) -> None:
    shop = Shop()

    with pytest.raises(TargetError, match="--max-requests"):
        judge_shop(shop, tmp_path, "--max-requests", "1", examples=5)

    assert len(shop.methods) == 1


def test_probes_and_random_requests_share_one_budget(sandbox: Target, tmp_path: Path) -> None:
    limits = ("--max-requests", "60", "--max-writes", "12")
    ran = judged(sandbox.url, tmp_path, *limits, "--api", "contact", probes=("known-url",))

    methods = Counter(request["method"] for request in sandbox.requests())
    assert 40 <= methods.total() <= 60
    assert 0 < methods.total() - methods["GET"] <= 12
    assert ran.card["complete"] is False
    # The probes came first, and some was left for every operation.
    assert not [
        operation
        for operation in ran.card["operations"]
        if operation["operation"] and not operation["requests"]
    ]


def test_a_run_that_may_write_nothing_only_reads(sandbox: Target, tmp_path: Path) -> None:
    selected = ("--operation", "getContact", "--operation", "createContact")
    ran = judged(sandbox.url, tmp_path, "--max-writes", "0", *selected)

    methods = Counter(request["method"] for request in sandbox.requests())
    assert methods.keys() == {"GET"}
    assert methods.total() > 30
    assert ran.card["complete"] is False


def test_a_pace_waits_for_what_is_left_of_a_gap() -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))
        now[0] += seconds

    pace = Pace(4, clock=lambda: now[0], sleep=sleep)
    pace.wait()
    pace.wait()
    now[0] += 0.1
    pace.wait()
    now[0] += 5
    pace.wait()

    assert slept == [0.25, 0.15]


@every(("header", "seconds"), [("7", 7.0), (" 0 ", 0.0), ("", None), ("soon", None), ("-1", None)])
def test_retry_after_is_a_number_of_seconds(header: str, seconds: float | None) -> None:
    assert retry_after(header) == seconds


def test_retry_after_can_be_a_date() -> None:
    moment = datetime.now(UTC) + timedelta(seconds=30)

    seconds = retry_after(format_datetime(moment, usegmt=True))

    assert seconds is not None
    assert 28 <= seconds <= 30


def test_a_busy_target_is_asked_again_when_it_wants_to_be(tmp_path: Path) -> None:
    contract = Contract(write_contract(tmp_path).bundle)
    slept: list[float] = []
    budget = Budget(10, 10, time.monotonic() + 30)
    with serving(Shop(faults=frozenset({"busy-once"}))) as url, Gateway(url) as gateway:
        sender = Sender(
            gateway,
            contract,
            Users(None),
            profile=Profile.FULL,
            budget=budget,
            sleep=slept.append,
        )
        exchange = sender.send(Ask("listThings"))

    assert slept == [3.0]
    assert [sent.status for sent in sender.exchanges] == [429, 401]
    assert exchange.status == 401
    assert budget.requests == 8


def test_a_target_that_is_busy_for_long_is_left_alone(tmp_path: Path) -> None:
    contract = Contract(write_contract(tmp_path).bundle)
    budget = Budget(10, 10, time.monotonic() + 2)
    with serving(Shop(faults=frozenset({"busy-once"}))) as url, Gateway(url) as gateway:
        sender = Sender(gateway, contract, Users(None), profile=Profile.FULL, budget=budget)
        with pytest.raises(BlockedError, match="asks to wait for 3 s"):
            sender.send(Ask("listThings"))


def test_a_budget_that_is_used_up_refuses_at_once() -> None:
    slept: list[float] = []
    budget = Budget(1, 0, time.monotonic() + 9)
    pace = Pace(0.1, sleep=slept.append)
    with answering(Raw()) as url, Gateway(url, pace=pace) as gateway:
        with pytest.raises(BlockedError, match="writing"):
            gateway.send(Outgoing("POST", "/x"), budget=budget)
        gateway.send(Outgoing("GET", "/x"), budget=budget)
        with pytest.raises(BlockedError, match="budget of requests"):
            gateway.send(Outgoing("GET", "/x"), budget=budget)

    assert slept == []
    assert budget.refused


def test_what_has_no_time_left_after_its_turn_came_does_not_leave() -> None:
    server = Raw()
    budget = Budget(9, 9, time.monotonic() + 0.3)
    with answering(server) as url, Gateway(url, pace=Pace(2)) as gateway:
        gateway.send(Outgoing("GET", "/x"), budget=budget)
        with pytest.raises(BlockedError, match="the time was up"):
            gateway.send(Outgoing("GET", "/x"), budget=budget)

    assert len(server.seen) == 1
    assert budget.requests == 8


def test_a_small_part_that_is_used_up_leaves_the_whole_open() -> None:
    whole = Budget(9, 9, time.monotonic() + 9)
    part = whole.within(requests=1, seconds=5)
    with answering(Raw()) as url, Gateway(url) as gateway:
        gateway.send(Outgoing("GET", "/x"), budget=part)
        with pytest.raises(BlockedError):
            gateway.send(Outgoing("GET", "/x"), budget=part)

    assert (part.refused, whole.refused, whole.requests) == (True, False, 8)


def test_what_decides_most_comes_first() -> None:
    contract = Contract(layout.BUNDLE)
    todo = Plan(Path(), Profile.FULL, seed=1, max_examples=1, timeout=1)
    weights = Counter({"createContact": 90, "getContact": 70, "offerWork": 80})

    parts = todo.sparing_parts(contract, weights)

    assert [part.name for part in parts][:5] == [
        *("reading", "writing", "createContact", "offerWork", "getContact")
    ]
    assert parts[0].phases == ("examples",)
    assert {name for part in parts[:2] for name in part.operations} == contract.by_id.keys()
    single = {name for part in parts[2:11] for name in part.operations}
    assert single == contract.by_id.keys()
    assert {part.phases for part in parts[11:]} == {("stateful",)}
