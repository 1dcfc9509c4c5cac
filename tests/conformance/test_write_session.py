"""The profile full: what its random requests create is journalled and removed like all else."""

from __future__ import annotations

import io
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.gateway.safety import clean, journal
from ccaas_kit.gateway.safety.cleaning import Leak
from ccaas_kit.run import embedded, options, unused_ids
from tests.conformance.targets import Target, judged, launched, target

URL = "http://x.example"
PROBES = ("known-url",)
PROBES_OF_AGENTS = (*PROBES, "agent-active-text")


@pytest.fixture
def sandbox() -> Iterator[Target]:
    with target() as running:
        yield running


def writing(sandbox: Target) -> list[dict[str, Any]]:
    return [request for request in sandbox.requests() if request["method"] != "GET"]


@pytest.mark.parametrize("configured", [True, False], ids=["configured", "discovering"])
def test_full_changes_only_its_own(sandbox: Target, tmp_path: Path, configured: bool) -> None:
    before = sandbox.tables()

    ran = judged(
        sandbox.url,
        tmp_path,
        *("--rate", "500", "--max-time", "60", "--max-requests", "700", "--max-writes", "400"),
        configured=configured,
        probes=PROBES_OF_AGENTS,
    )

    sent = writing(sandbox)
    known = {record["sys_id"] for table in before.values() for record in table}
    log = journal.read(ran.out / journal.NAME)
    assert {request["method"] for request in sent} == {"POST", "PUT"}
    assert len(sent) > 100
    # A URL may name an agent, because the mapping of an agent is a record of its own.
    mapped = [request for request in sent if known & set(request["path"].split("/"))]
    assert {request["path"].split("/")[3] for request in mapped} == {"agent_mapping"}
    # Chained requests use the records that the run has created.
    assert {entry.operation for entry in log.entries} >= {
        *("createContact", "createInteraction", "offerWork"),
        *("setAgentMapping", "setExternalIdMapping"),
    }
    assert len(log.own) > 50
    assert sandbox.tables() == before
    assert ran.card["leaks"] == []
    assert not log.pending


AGENTS = ("da419c1fc312310015519f2974d3ae15", "0d584509c323120095ccd02422d3ae5b")


@pytest.mark.parametrize(
    ("mapped", "message", "verdicts"),
    [
        (AGENTS, "external_agent_mapping names every id that is known", {"blocked"}),
        (AGENTS[:1], "Calls setAgentMapping for ids that no record", {"conforms"}),
    ],
    ids=["all", "one of two"],
)
def test_an_agent_who_is_mapped_is_left_alone(
    mapped: tuple[str, ...],
    message: str,
    verdicts: set[str],
    sandbox: Target,
    tmp_path: Path,
) -> None:
    ids = tmp_path / "ids.toml"
    ids.write_text(f'[ids]\nagentId = {json.dumps(AGENTS)}\ninboundId = ["ServiceNowVoice"]\n')
    for agent in mapped:
        path = f"/api/sn_ct_ctr_it_core/agent_mapping/agent/{agent}/inboundId/ServiceNowVoice"
        body = {"external_agent_id": "17"}
        assert httpx.put(sandbox.url + path, json=body, auth=sandbox.auth).status_code == 201
    before = sandbox.tables()["external_agent_mapping"]

    words = ("--config", str(ids), "--probes-only")
    ran = judged(sandbox.url, tmp_path, *words, configured=False, probes=PROBES_OF_AGENTS)

    sent = [request["path"] for request in writing(sandbox) if "agent_mapping" in request["path"]]
    assert [sum(agent in path for path in sent) for agent in mapped] == [1] * len(mapped)
    assert sandbox.tables()["external_agent_mapping"] == before
    assert message in ran.printed
    judgements = [
        clause for clause in ran.card["clauses"] if clause["operation"] == "setAgentMapping"
    ]
    assert {judgement["verdict"] for judgement in judgements} >= verdicts


def test_a_long_table_tells_nothing(
    sandbox: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unused_ids, "_MOST_RECORDS", 1)
    added = httpx.post(f"{sandbox.url}/_sandbox/records/external_agent_mapping", json={})
    assert added.is_success, added.text

    ran = judged(sandbox.url, tmp_path, "--probes-only", probes=PROBES_OF_AGENTS)

    assert not [request for request in writing(sandbox) if "agent_mapping" in request["path"]]
    printed = " ".join(ran.printed.split())
    assert "Does not call setAgentMapping: external_agent_mapping has 1 records" in printed


def test_only_an_administrator_is_told_who_is_mapped(
    sandbox: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = {"SN_USERNAME": "sn_ct_ctr_it_core.admin", "SN_PASSWORD": "sn_ct_ctr_it_core.admin"}
    monkeypatch.setattr(embedded, "ENVIRONMENT", {**embedded.ENVIRONMENT, **login})

    ran = judged(sandbox.url, tmp_path, "--probes-only", probes=PROBES_OF_AGENTS)

    assert not [request for request in writing(sandbox) if "agent_mapping" in request["path"]]
    assert "Does not call setAgentMapping: who has not the role admin" in ran.printed


def test_what_is_disposable_is_left_as_it_is(sandbox: Target, tmp_path: Path) -> None:
    before = sandbox.tables()

    part = ("--max-requests", "200", "--api", "interaction")
    ran = judged(sandbox.url, tmp_path, "--disposable", *part, probes=PROBES)

    assert len(sandbox.tables()["interaction"]) > len(before["interaction"])
    assert not (ran.out / journal.NAME).exists()
    assert "removes nothing" in " ".join(ran.printed.split())


@pytest.mark.parametrize(
    "words",
    [
        ("--profile", "create-and-clean"),
        ("--target", "https://dev1.example", "--profile", "full", "--allow-writes"),
    ],
    ids=["other profile", "elsewhere"],
)
def test_only_full_on_this_machine_throws_away(words: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="cannot be disposable"):
        options.parse([*words, "--disposable"])


def test_a_run_killed_among_random_requests_is_cleaned_up(sandbox: Target, tmp_path: Path) -> None:
    before = sandbox.tables()
    path = tmp_path / "out" / journal.NAME
    deadline = time.monotonic() + 60
    words = ("--target", sandbox.url, "--api", "contact")
    with launched(tmp_path, *words, probes=PROBES) as process:
        while not path.exists() or len(journal.read(path).own) < 60:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    # Schemathesis sends only through the gateway; one request may still be in transit.
    time.sleep(0.5)
    sent = len(sandbox.requests())
    time.sleep(1)
    assert len(sandbox.requests()) == sent

    console = Console(file=io.StringIO(), width=200)
    clean.main(["--journal", str(path)], environment=embedded.ENVIRONMENT, console=console)

    left = {record["sys_id"] for record in sandbox.tables()["customer_contact"]}
    assert not left & journal.read(path).own
    assert left >= {record["sys_id"] for record in before["customer_contact"]}


def test_a_leak_that_stays_holds_up_no_further_run(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with journal.started(path, target=URL, moment="", contract="1", lasting=True) as writer:
        writer.intend("createContact", "", {})
        writer.close(leaks=0)

    assert not journal.read(path).pending


def test_leaks_of_one_kind_are_told_together() -> None:
    leaks = [Leak("interaction", f"{number:032x}", "403") for number in range(9)]

    (line,) = clean._lines([*leaks])

    assert line.startswith(f"interaction {0:032x}, ")
    assert line.endswith(" and 4 more: 403")


def test_what_its_owner_sets_aside_may_change(sandbox: Target, tmp_path: Path) -> None:
    before = sandbox.tables()
    config = tmp_path / "config.toml"
    spare = (
        '[spare]\nagentId = ["5b0fd2a187851210be070d48dabb0301"]\ninboundId = ["ServiceNowChat"]\n'
    )
    config.write_text(spare + embedded.CONFIG.read_text("utf-8"), encoding="utf-8")

    ran = judged(
        sandbox.url,
        tmp_path,
        *("--profile", "create-and-clean", "--config", str(config), "--api", "agent-mapping"),
        probes=("known-url", "agent-created", "agent-same-record"),
        configured=False,
    )

    mapped = [request["path"] for request in writing(sandbox) if "agent_mapping" in request["path"]]
    known = {record["sys_id"] for table in before.values() for record in table}
    named = {part for path in mapped for part in path.split("/")} & known
    assert named == {"5b0fd2a187851210be070d48dabb0301"}
    assert "and its owner has not set aside" in " ".join(ran.printed.split())
    assert sandbox.tables() == before
