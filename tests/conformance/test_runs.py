"""Whole runs on a server that does nothing wrong."""

from __future__ import annotations

import base64
import copy
import io
import json
import socket
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import httpx
import pytest
from rich.console import Console

from ccaas_kit.contract import documents
from ccaas_kit.contract.errors import TargetError
from ccaas_kit.fuzzing.plan import Plan
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.profiles import Profile
from ccaas_kit.run import options
from ccaas_kit.run.run import run
from tests.conformance.conftest import Outcome, judge_shop
from tests.conformance.targets import judged, target
from tests.conformance.things import DOCUMENT, Shop, write_contract

SECRET = "canary/7f3a+secret"
# One operation, which Schemathesis is started for once.
READING = ("--operation", "getThing")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    shop = Shop(credentials=f"canary:{SECRET}")
    return judge_shop(shop, tmp_path_factory.mktemp("good"))


def test_a_good_server_conforms_without_a_finding(good: Outcome) -> None:
    assert good.card["findings"] == []
    assert good.code == 0
    assert good.card["conforms"] is True
    assert good.card["summary"] == {
        "conforms": 24,
        "violates": 0,
        "unverified": 2,
        "blocked": 0,
    }


def test_clauses_that_nothing_looks_at_are_unverified_with_their_reason(good: Outcome) -> None:
    details = {clause["id"]: clause["detail"] for clause in good.card["clauses"]}

    assert good.verdict("LIST-05") == "unverified"
    assert details["LIST-05"] == "list twice"
    assert details["API-01"] == "nobody can see it"


def test_the_scorecard_has_the_documented_form(good: Outcome) -> None:
    assert {
        "target",
        "profile",
        "started",
        "duration_s",
        "requests",
        "summary",
        "clauses",
        "findings",
    } <= good.card.keys()
    assert all(
        clause.keys() == {"id", "verdict", "operation", "detail"} for clause in good.card["clauses"]
    )
    assert good.card["profile"] == "full"


def test_the_archive_holds_every_request(good: Outcome) -> None:
    archive = json.loads((good.out / "traffic.har").read_text(encoding="utf-8"))

    entries = archive["log"]["entries"]

    assert len(entries) == good.card["requests"]
    assert {entry["request"]["method"] for entry in entries} >= {"GET", "POST"}
    assert any(entry["response"]["status"] == 201 for entry in entries)


def test_junit_has_a_suite_per_operation_and_a_case_per_clause(good: Outcome) -> None:
    root = ET.parse(good.out / "junit.xml").getroot()

    names = [suite.get("name") for suite in root]

    assert names == ["listThings", "createThing", "getThing", "thing as a whole"]
    assert len(root.findall("testsuite/testcase")) == len(good.card["clauses"])
    assert root.get("failures") == "0"
    assert root.get("skipped") == "2"


def test_the_page_needs_no_network(good: Outcome) -> None:
    page = (good.out / "scorecard.html").read_text(encoding="utf-8")

    assert "No violation in" in page
    for loading in ("<link", "<img", "src=", "@import", "url(", "fetch("):
        assert loading not in page


def test_no_secret_is_printed_or_written(good: Outcome) -> None:
    encoded = base64.b64encode(f"canary:{SECRET}".encode()).decode()
    forms = (SECRET, encoded, "canary%2F7f3a%2Bsecret", json.dumps(SECRET)[1:-1])
    written = [path for path in good.out.rglob("*") if path.is_file()]

    texts = [path.read_text(encoding="utf-8") for path in written] + [good.printed]

    assert {path.name for path in written if path.parent.name == "schemathesis"} >= {
        "single.har",
        "single.json",
        "single.junit",
    }
    assert sorted(path.name for path in written if path.parent == good.out) == [
        "exchanges.ndjson",
        "findings.sarif",
        "junit.xml",
        "scorecard.html",
        "scorecard.json",
        "summary.md",
        "traffic.har",
    ]
    for text in texts:
        for form in forms:
            assert form not in text


def test_the_embedded_target_is_started_judged_and_stopped(tmp_path: Path) -> None:
    found = write_contract(tmp_path / "contract")
    config = tmp_path / "nothing.toml"
    config.write_text("", encoding="utf-8")
    arguments = ["--config", str(config), "--out", str(tmp_path / "out"), "--max-examples", "2"]
    arguments += ["--operation", "listThings"]

    run(
        options.parse(arguments),
        environment={},
        console=Console(file=io.StringIO()),
        sources=found,
    )
    card = json.loads((tmp_path / "out" / "scorecard.json").read_text(encoding="utf-8"))

    address = urlsplit(card["target"])
    assert address.hostname == "127.0.0.1"
    assert card["complete"] is True
    # It is no shop of things.
    assert ("LIST-04", "violates") in {
        (clause["id"], clause["verdict"]) for clause in card["clauses"]
    }
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port or 0), timeout=1)


def test_the_default_seed_repeats_a_run_whoever_signs_in(
    good: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody signs in with what another program has left in the home folder.
    home = tmp_path / "home"
    home.mkdir()
    netrc = home / ".netrc"
    netrc.write_text("default login intruder password elsewhere\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(home))

    again = judge_shop(Shop(credentials="zoë:señor €"), tmp_path)

    verdicts = [(clause["id"], clause["verdict"]) for clause in again.card["clauses"]]
    assert verdicts == [(clause["id"], clause["verdict"]) for clause in good.card["clauses"]]
    intruder = base64.b64encode(b"intruder:elsewhere").decode()
    assert intruder not in (again.out / "traffic.har").read_text()


def test_read_only_sends_nothing_but_get(tmp_path: Path) -> None:
    shop = Shop()

    outcome = judge_shop(shop, tmp_path, "--profile", "read-only")

    assert set(shop.methods) == {"GET"}
    assert outcome.code == 0
    assert outcome.verdict("NEW-01") == "blocked"
    assert outcome.verdict("GET-S200") == "conforms"


def test_a_contract_without_reading_operations_has_no_read_only_part(tmp_path: Path) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["paths"] = {"/api/things": {"post": document["paths"]["/api/things"]["post"]}}
    del document["paths"]["/api/things"]["post"]["responses"]["201"]["links"]
    bundle = tmp_path / "all.yaml"
    bundle.write_text(documents.dump_yaml(document), encoding="utf-8")
    todo = Plan(tmp_path, Profile.READ_ONLY, seed=1, max_examples=1, timeout=1)

    assert todo.parts(Contract(bundle)) == []


def test_a_run_that_is_cut_short_reports_what_it_saw(tmp_path: Path) -> None:
    outcome = judge_shop(Shop(), tmp_path, "--max-time", "6", examples=5000)

    assert outcome.card["complete"] is False
    assert "cut short after" in outcome.printed
    assert outcome.verdict("GET-S200") == "conforms"


def test_a_target_that_bars_everything_is_never_said_to_conform(tmp_path: Path) -> None:
    shop = Shop(faults=frozenset({"barred"}))

    with pytest.raises(TargetError, match="every request got 403"):
        judge_shop(shop, tmp_path, *READING, examples=2)

    card = json.loads((tmp_path / "out" / "scorecard.json").read_text(encoding="utf-8"))
    judged = {clause["id"]: (clause["verdict"], clause["detail"]) for clause in card["clauses"]}
    assert judged["GET-S200"][0] == "blocked"
    assert judged["GET-05"] == ("blocked", "every request got 403")


def test_a_target_that_stops_answering_is_never_said_to_conform(tmp_path: Path) -> None:
    shop = Shop(faults=frozenset({"mute"}))

    with pytest.raises(TargetError, match="stopped answering"):
        judge_shop(shop, tmp_path, *READING, examples=1)

    assert len(shop.methods) > 1


@pytest.mark.parametrize("password", ["1", "200", "e"])
def test_a_short_password_leaves_the_reports_readable(tmp_path: Path, password: str) -> None:
    outcome = judge_shop(Shop(credentials=f"canary:{password}"), tmp_path, *READING, examples=2)

    assert outcome.card["requests"] > 10
    for name in ("traffic.har", "schemathesis/single.har", "schemathesis/single.json"):
        json.loads((outcome.out / name).read_text(encoding="utf-8"))


def test_an_accepted_deviation_is_reported_with_its_reason_and_fails_nothing(
    tmp_path: Path,
) -> None:
    config = tmp_path / "known.toml"
    config.write_text(
        '[[accepted]]\nclause = "NEW-01"\noperation = "createThing"\nreason = "Lax by design."\n',
        encoding="utf-8",
    )
    shop = Shop(faults=frozenset({"lax-value"}))

    arguments = ("--config", str(config), "--operation", "createThing")
    outcome = judge_shop(shop, tmp_path, *arguments)

    assert outcome.code == 0
    assert outcome.findings("accepted") == {("NEW-01", "CK302")}
    assert outcome.verdict("NEW-01") == "violates"
    assert "Lax by design." in outcome.printed


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        ((), set()),
        (("derived:getContact:status-replaced:200-by-299",), {"CK102"}),
        (("derived:getContact:status-replaced:404-by-500",), {"CK101"}),
    ],
    ids=["as it should be", "299", "500"],
)
def test_what_a_status_tells_is_seen_without_random_requests(
    fault: tuple[str, ...], codes: set[str], tmp_path: Path
) -> None:
    with target() as sandbox:
        httpx.post(f"{sandbox.url}/_sandbox/fault", json={"on": fault}).raise_for_status()
        ran = judged(
            sandbox.url, tmp_path, "--probes-only", probes=("known-url", "contact-unknown")
        )

    of_statuses = {"CK101", "CK102"}
    found = {
        finding["code"] for finding in ran.card["findings"] if finding["operation"] == "getContact"
    }
    assert found & of_statuses == codes
    # The first clause of an operation is on its statuses: without a random request it is decided.
    clauses = [clause for clause in ran.card["clauses"] if clause["operation"] == "getContact"]
    assert clauses[0]["verdict"] == ("violates" if "CK102" in codes else "conforms")
