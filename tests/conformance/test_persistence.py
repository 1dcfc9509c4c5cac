"""Targets that fail now and then: what a run has created is removed all the same."""

from __future__ import annotations

import io
import time
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from ccaas_kit.contract.errors import TargetError
from ccaas_kit.gateway.safety import clean, journal
from ccaas_kit.gateway.safety.journal import TargetRecord
from ccaas_kit.gateway.timing.persistence import LONGEST_PAUSE, Patience
from tests.conformance.hostile import hostile
from tests.conformance.misbehaviour import Server
from tests.conformance.targets import ADMIN, Target, judged

TABLE = "customer_contact"
PATIENCE = 1.0
WRITING = ("--profile", "create-and-clean")
PROBES = ("known-url", "wrong-password-refused")
# So many requests that those which an outage of a moment costs are less than 2 %.
MANY = (
    *PROBES,
    "unauthenticated-401",
    "other-method-405",
    "other-accept-406",
    "without-roles-refused",
)


def created(url: str, count: int, path: Path) -> None:
    """Create records on a target, and a journal that names them."""
    with journal.started(path, target=url, moment="", contract="1", lasting=True) as writer:
        for number in range(count):
            body = {"last_name": f"Probe {number}"}
            response = httpx.post(f"{url}/api/now/contact", json=body, auth=("admin", "admin"))
            record = TargetRecord(TABLE, response.json()["result"])
            entry = writer.intend("createContact", TABLE, {})
            writer.end(entry, (record,), served=True, moment=response.headers.get("date", ""))


def cleaned(path: Path) -> tuple[int, str]:
    printed = io.StringIO()
    console = Console(file=printed, width=200)
    words = ["--journal", str(path)]
    code = clean.main(words, environment=ADMIN, console=console, patience=PATIENCE)
    return code, printed.getvalue()


@pytest.mark.parametrize(
    ("behaviour", "every", "written"),
    [
        ("reset", 5, False),
        ("reset", 5, True),
        ("503", 4, False),
        ("500", 4, True),
        ("garbage", 5, False),
    ],
)
def test_one_hiccup_leaves_no_record(
    behaviour: str, every: int, written: bool, tmp_path: Path
) -> None:
    server = Server(behaviour, good=12, every=every, written=written)
    with hostile(server) as url:
        created(url, 12, tmp_path / "j")
        code, printed = cleaned(tmp_path / "j")

    assert server.bad > 3
    assert code == 0, printed
    assert "Possibly left on the target" not in printed
    assert len(journal.read(tmp_path / "j").gone) == 12


def test_a_table_that_fails_for_good_is_told_in_bounded_time(tmp_path: Path) -> None:
    # One more, so that the target is there when the removal begins.
    server = Server("503", good=13)
    with hostile(server) as url:
        created(url, 12, tmp_path / "j")
        begun = time.monotonic()
        code, printed = cleaned(tmp_path / "j")
        seconds = time.monotonic() - begun

    assert code == 1
    assert "Possibly left on the target (12)" in printed
    assert "503" in printed
    assert seconds < 10 * PATIENCE


@pytest.mark.parametrize("behaviour", ["503 for a moment", "reset"])
def test_a_target_that_is_down_for_a_moment_is_judged_and_cleaned(
    behaviour: str, tmp_path: Path
) -> None:
    server = Server(behaviour, good=40, lasting=1.5)
    with hostile(server) as url:
        before = Target(url).tables()
        ran = judged(url, tmp_path, "--probes-only", *WRITING, probes=MANY)
        left = Target(url).tables()

    assert server.bad > 0
    assert ran.code == 0, ran.printed
    assert left == before
    assert [leak for leak in ran.card["leaks"] if leak["sys_id"]] == []


def test_a_target_that_has_gone_when_it_is_to_be_cleaned_is_asked_all_the_same(
    tmp_path: Path,
) -> None:
    server = Server("503", good=70, lasting=3)
    with hostile(server) as url:
        before = Target(url).tables()
        words = ("--probes-only", "--max-time", "3", *WRITING)
        with pytest.raises(TargetError, match="stopped answering"):
            judged(url, tmp_path, *words, probes=PROBES)
        left = Target(url).tables()

    assert journal.read(tmp_path / "out" / journal.NAME).gone
    assert left == before


def test_patience_waits_longer_each_time_and_ends() -> None:
    now = [0.0]
    patience = Patience(10.0, least=3, clock=lambda: now[0])
    waits = []

    while not patience.is_over:
        patience.silent()
        waits.append(patience.pause)
        now[0] += patience.pause

    assert waits == sorted(waits)
    assert len(waits) >= 3
    assert 10 <= sum(waits) <= 20


def test_patience_heeds_what_the_target_wants_and_begins_anew_with_a_response() -> None:
    patience = Patience(10.0, clock=lambda: 5.0)

    patience.silent(7.0)
    assert patience.pause == 7.0
    patience.silent(3600.0)
    assert patience.pause == LONGEST_PAUSE
    patience.heard()
    assert patience.pause == 0.0
    assert not patience.is_over
