"""What has led to a finding is done again, and it is told whether the finding shows again."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ccaas_kit.contract import layout
from ccaas_kit.contract.errors import ConfigError, DocumentError, KitError, TargetError
from ccaas_kit.gateway.safety import journal
from ccaas_kit.judging import scorecard
from ccaas_kit.judging.log import log
from ccaas_kit.model.contract import Contract
from ccaas_kit.run import embedded, options, replay, run
from ccaas_kit.run.sources import Sources
from tests.conformance.conftest import SIGNED_IN, Outcome, judge_shop
from tests.conformance.targets import Target, target
from tests.conformance.things import Shop, serving

CONFIG = ("--config", str(embedded.CONFIG))
FAULT = "contact-create-not-kept"
SECRET = "canary/7f3a+secret"
# Of the findings of a run, so many are asked again.
SAMPLE = 3


def again(
    out: Path,
    name: str,
    *arguments: str,
    sources: Sources | None = None,
    environment: Mapping[str, str] = embedded.ENVIRONMENT,
) -> tuple[int, str]:
    """Exit code and output of a replay."""
    printed = io.StringIO()
    code = replay.main(
        [name, "--report", str(out), *arguments],
        environment=environment,
        console=Console(file=printed, width=200),
        sources=sources,
    )
    return code, printed.getvalue()


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Target, Path, list[str]]]:
    """A target with a fault, the report of a run that found it and cleaned up, and its findings."""
    out = tmp_path_factory.mktemp("run")
    words = ["--probes-only", "--profile", "create-and-clean", "--operation", "createContact"]
    words += ["--max-writes", "400", "--max-time", "60", "--response-time", "9"]
    with target("--fault", FAULT) as there:
        run.run(
            options.parse(["--target", there.url, "--out", str(out), *CONFIG, *words]),
            environment=embedded.ENVIRONMENT,
            console=Console(quiet=True),
        )
        found = scorecard.read(out)["findings"]
        yield there, out, [finding["id"] for finding in found][:: max(len(found) // SAMPLE, 1)]


def test_what_a_probe_has_found_shows_again_and_leaves_nothing(
    faulty: tuple[Target, Path, list[str]],
) -> None:
    there, out, found = faulty
    before = there.tables()

    outcomes = [again(out, name) for name in found]

    assert len(found) >= SAMPLE
    assert {code for code, _ in outcomes} == {1}
    assert all("Reproduced: " in printed for _, printed in outcomes)
    assert there.tables() == before
    assert journal.read(out / replay.FOLDER / journal.NAME).gone
    # It may not send more than the run might, and waits as long.
    head = next(log.LogFile(out / replay.FOLDER / log.NAME, Contract(layout.BUNDLE)).events())
    asked = head.options  # type: ignore[union-attr]
    assert (asked["max_writes"], asked["max_time"], asked["response_time"]) == (400, 60, 9.0)


def test_the_printed_commands_show_it_and_remove_what_they_made(
    faulty: tuple[Target, Path, list[str]],
) -> None:
    there, out, _ = faulty
    findings = [finding for finding in scorecard.read(out)["findings"] if "404" in finding["got"]]
    before = there.tables()

    for finding in findings[::8]:
        ran = subprocess.run(
            ["bash", "-c", finding["curl"]],
            env={**os.environ, **SIGNED_IN},
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        assert "HTTP/1.1 404" in ran.stdout, finding["curl"]

    assert len(findings) > 8
    assert there.tables() == before


def test_it_no_longer_shows_on_a_target_that_is_right(
    faulty: tuple[Target, Path, list[str]],
) -> None:
    _, out, found = faulty

    with target() as right:
        outcomes = [again(out, name, "--target", right.url) for name in found]

    assert {code for code, _ in outcomes} == {0}
    assert all("Gone: " in printed for _, printed in outcomes)


def test_what_a_target_does_not_let_be_seen_is_not_gone(
    faulty: tuple[Target, Path, list[str]],
) -> None:
    _, out, found = faulty
    # It may not read or create contacts.
    reader = {
        **embedded.ENVIRONMENT,
        "SN_USERNAME": "mapping_roles",
        "SN_PASSWORD": "mapping_roles",
    }

    with target() as right:
        code, printed = again(out, found[0], "--target", right.url, environment=reader)

    assert code == 2
    assert "Unclear: " in printed


def test_a_finding_about_a_response_is_gone_only_after_such_a_response(
    faulty: tuple[Target, Path, list[str]], tmp_path: Path
) -> None:
    """A response with another status may conform to the clause."""
    _, out, _ = faulty
    card = json.loads((out / scorecard.NAME).read_text(encoding="utf-8"))
    finding = next(candidate for candidate in card["findings"] if candidate["request"])
    finding |= {
        "code": "CK202",
        "clause": "CON-GET-022",
        "operation": "getContact",
        "source": "probe known-url",
    }
    finding["request"]["status"] = 203
    report = tmp_path / "report"
    shutil.copytree(out, report)
    (report / scorecard.NAME).write_text(json.dumps(card), encoding="utf-8")

    with target() as right:
        outcome = again(report, finding["id"], "--target", right.url)
        finding["request"]["status"] = 200
        (report / scorecard.NAME).write_text(json.dumps(card), encoding="utf-8")
        after = again(report, finding["id"], "--target", right.url)

    assert outcome[0] == 2
    assert "Unclear: no response with 203 came." in outcome[1]
    assert after[0] == 0


def test_what_random_requests_have_found_shows_again_and_is_gone_on_a_good_server(
    tmp_path: Path,
) -> None:
    wrong = frozenset({"lax-value", "missing-field"})
    signed = {"SN_USERNAME": "canary", "SN_PASSWORD": SECRET}
    shop = Shop(faults=wrong, credentials=f"canary:{SECRET}")
    outcome = judge_shop(shop, tmp_path)
    found = {finding["code"]: finding["id"] for finding in outcome.card["findings"]}

    seen = {}
    for faults in (wrong, frozenset()):
        for code in ("CK302", "CK203"):
            with serving(Shop(faults=faults, credentials=f"canary:{SECRET}")) as url:
                seen[code, bool(faults)] = again(
                    outcome.out,
                    found[code],
                    "--target",
                    url,
                    sources=outcome.sources,
                    environment=signed,
                )

    assert {key: code for key, (code, _) in seen.items()} == {
        ("CK302", True): 1,
        ("CK203", True): 1,
        ("CK302", False): 0,
        ("CK203", False): 0,
    }
    assert all(SECRET not in printed for _, printed in seen.values())
    assert all("random requests" in printed for _, printed in seen.values())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("shop")
    return judge_shop(Shop(faults=frozenset({"crash"})), folder, "--operation", "createThing")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("Fnone",), ConfigError, "has no finding 'Fnone'. It has F"),
        (("", "--target", "https://x.example"), ConfigError, "Add --allow-writes"),
        (("", "--target", "https://x.example/api"), TargetError, "has a path"),
    ],
    ids=["unknown", "writes", "path"],
)
def test_what_cannot_be_asked_says_why(
    report: Outcome, arguments: tuple[str, ...], error: type[KitError], message: str
) -> None:
    name, *others = arguments
    name = name or report.card["findings"][0]["id"]

    with pytest.raises(error) as caught:
        again(report.out, name, *others, sources=report.sources, environment=SIGNED_IN)

    assert message in str(caught.value)


@pytest.mark.parametrize("kind", ["operation", "clause"])
def test_what_the_contract_does_not_have_any_more_is_not_asked(
    kind: str, report: Outcome, tmp_path: Path
) -> None:
    card = json.loads(json.dumps(report.card))
    card["findings"][0][kind] = "gone"
    (tmp_path / "scorecard.json").write_text(json.dumps(card), encoding="utf-8")

    with pytest.raises(ConfigError, match=f"the contract has no {kind} 'gone' any more"):
        again(tmp_path, card["findings"][0]["id"], sources=report.sources)


def test_a_target_that_is_not_there_shows_nothing(report: Outcome) -> None:
    name = report.card["findings"][0]["id"]

    code, printed = again(report.out, name, sources=report.sources, environment=SIGNED_IN)

    assert code == 2
    assert "Unclear: the connection is refused" in printed


def test_a_report_of_a_recording_says_that_nobody_knows_what_led_to_it(
    report: Outcome, tmp_path: Path
) -> None:
    card: dict[str, Any] = report.card
    (tmp_path / "scorecard.json").write_text(json.dumps(card), encoding="utf-8")

    with pytest.raises(DocumentError, match="has no log of a run"):
        again(tmp_path, card["findings"][0]["id"], sources=report.sources)

    assert not (tmp_path / log.NAME).exists()
