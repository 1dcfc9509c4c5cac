"""A finding's request is sent again, and it is told whether the finding shows again."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ccaas_kit.contract.errors import ConfigError, DocumentError, KitError, TargetError
from ccaas_kit.run import replay
from ccaas_kit.run.sources import Sources
from tests.conformance.conftest import SIGNED_IN, Outcome, judge_shop
from tests.conformance.things import CREATED, Shop, serving, write_contract

# Faults that do not hide each other, with the findings that one request cannot show again.
GROUPS: dict[str, set[str]] = {
    "missing-field lax-value no-challenge": set(),
    "wrong-media crash": set(),
    "open-door lax-parameter any-method": set(),
    "missing-accepted lost wrong-note": {"CK110"},
}
SECRET = "canary/7f3a+secret"


def judged(faults: str, folder: Path) -> Outcome:
    return judge_shop(Shop(faults=frozenset(faults.split())), folder)


def sent(
    out: Path, name: str, *arguments: str, environment: Mapping[str, str] = SIGNED_IN
) -> tuple[int, str]:
    """Exit code and output of a replay; the small contract lies beside the reports."""
    printed = io.StringIO()
    folder = out.parent / "contract"
    sources = Sources(bundle=folder / "all.yaml", clauses=folder / "clauses.json")
    code = replay.main(
        [name, "--report", str(out), *arguments],
        environment=environment,
        console=Console(file=printed, width=100),
        sources=sources,
    )
    return code, printed.getvalue()


@pytest.mark.parametrize("faults", GROUPS)
def test_a_finding_shows_on_a_faulty_server_and_is_gone_on_a_good_one(
    faults: str, tmp_path: Path
) -> None:
    outcome = judged(faults, tmp_path)
    findings = outcome.card["findings"]
    chained = GROUPS[faults]

    seen: dict[str, dict[str, int]] = {"faulty": {}, "good": {}}
    for name, wrong in (("faulty", frozenset(faults.split())), ("good", frozenset())):
        for finding in findings:
            with serving(Shop(faults=wrong, created={CREATED})) as url:
                seen[name][finding["id"]] = sent(outcome.out, finding["id"], "--target", url)[0]

    assert {finding["code"] for finding in findings} >= chained
    assert findings != []
    for finding in findings:
        expected = (2, 2) if finding["code"] in chained else (1, 0)
        assert (seen["faulty"][finding["id"]], seen["good"][finding["id"]]) == expected, finding


def report(
    folder: Path, code: str = "CK302", *, target: str = "http://127.0.0.1:9", **changes: Any
) -> Path:
    """A folder with a scorecard that has one finding, beside the small contract."""
    write_contract(folder / "contract")
    request = {
        "operation": "createThing",
        "method": "POST",
        "url": f"{target}/api/things",
        "headers": {"Content-Type": "application/json"},
        "body": '{"name": "a very long name"}',
        "credentials": "own",
        "positive": False,
        "other_method": False,
        "status": 201,
    }
    finding = {
        "id": "Fabc123",
        "code": code,
        "severity": "violation",
        "clause": "NEW-01",
        "says": "The promise NEW-01.",
        "operation": "createThing",
        "expected": "a refusal",
        "got": "201",
        "next": "Look.",
        "curl": "curl",
        "quirks": [],
        "request": {**request, **changes},
    }
    counts = {"conforms": 0, "violates": 1, "unverified": 0, "blocked": 0}
    card = {
        "schema_version": "1.0",
        "target": target,
        "profile": "full",
        "started": "2026-11-22T12:00:00Z",
        "duration_s": 1.0,
        "complete": True,
        "seed": 1,
        "tools": {},
        "requests": 1,
        "conforms": False,
        "fault": "",
        "summary": counts,
        "operations": [],
        "clauses": [],
        "findings": [finding],
        "leaks": [],
    }
    out = folder / "out"
    out.mkdir()
    (out / "scorecard.json").write_text(json.dumps(card), encoding="utf-8")
    return out


def test_the_response_is_shown_and_no_secret(tmp_path: Path) -> None:
    signed = {"SN_USERNAME": "canary", "SN_PASSWORD": SECRET}
    shop = Shop(faults=frozenset({"lax-value"}), credentials=f"canary:{SECRET}")

    with serving(shop) as url:
        code, printed = sent(report(tmp_path), "Fabc123", "--target", url, environment=signed)

    assert code == 1
    assert f"POST {url}/api/things\n201 after " in printed
    assert '"undocumented": "canary:[hidden]"' in printed
    assert "x-undocumented: Basic [hidden]" in printed
    assert "It shows again: 201 although body/name" in printed
    assert SECRET not in printed


def test_without_another_target_it_goes_to_that_of_the_report(tmp_path: Path) -> None:
    shop = Shop()

    with serving(shop) as url:
        code, printed = sent(report(tmp_path, target=url), "Fabc123")

    assert (code, shop.paths) == (0, ["/api/things"])
    assert "It no longer shows: 400 now, 201 in the report" in printed


def test_the_path_goes_out_as_it_was_recorded(tmp_path: Path) -> None:
    shop = Shop()
    path = "/api/things/../%2e%2E/a%2Fb?x=%7e&x=|"
    changed: dict[str, Any] = {"operation": "getThing", "method": "GET", "body": None}
    out = report(tmp_path, url=f"http://127.0.0.1:9{path}", **changed)

    with serving(shop) as url:
        sent(out, "Fabc123", "--target", url)

    assert shop.paths == [path]


@pytest.mark.parametrize(
    ("credentials", "echoed"),
    [("own", "Basic [hidden]"), ("wrong", "Basic d3Jvbmc6d3Jvbmc="), ("none", "")],
)
def test_it_signs_in_as_the_recorded_request_did(
    credentials: str, echoed: str, tmp_path: Path
) -> None:
    out = report(tmp_path, credentials=credentials)

    with serving(Shop(faults=frozenset({"open-door"}))) as url:
        _, printed = sent(out, "Fabc123", "--target", url)

    lines = [line.rstrip() for line in printed.splitlines()]
    assert f"x-undocumented: {echoed}".rstrip() in lines


@pytest.mark.parametrize(("code", "before"), [("CK302", 201), ("CK101", 500)])
def test_a_refusal_for_another_reason_is_unclear(code: str, before: int, tmp_path: Path) -> None:
    out = report(tmp_path, code, status=before)

    with serving(Shop(credentials="other:user")) as url:
        outcome, printed = sent(out, "Fabc123", "--target", url)

    assert outcome == 2
    assert f"It cannot be told: 401 now, {before} in the report" in printed


@pytest.mark.parametrize("code", ["CK501", "CK109"])
def test_what_takes_several_requests_is_unclear(code: str, tmp_path: Path) -> None:
    out = report(tmp_path, code)

    with serving(Shop()) as url:
        outcome, printed = sent(out, "Fabc123", "--target", url)

    assert outcome == 2
    assert "It takes more than one request to tell: 400 now, 201 in the report." in printed


def test_a_body_that_is_no_text_is_sent_as_it_was(tmp_path: Path) -> None:
    out = report(tmp_path, body=None, body_base64="AP97", status=201)

    with serving(Shop()) as url:
        code, printed = sent(out, "Fabc123", "--target", url)

    assert code == 2
    assert '{"error": "unreadable"}' in printed


@pytest.mark.parametrize(
    ("changes", "arguments", "error", "told"),
    [
        ({}, ("Fnone",), ConfigError, "has no finding 'Fnone'. It has Fabc123"),
        ({}, ("Fabc123", "--target", "https://x.example"), ConfigError, "Add --allow-writes"),
        ({}, ("Fabc123", "--target", "https://x.example/api"), TargetError, "has a path"),
        ({"operation": "gone"}, ("Fabc123",), ConfigError, "no operation 'gone' any more"),
        ({"url": "http://127.0.0.1:9/[hidden]"}, ("Fabc123",), ConfigError, "a secret was in"),
        ({"body_base64": "?"}, ("Fabc123",), DocumentError, "body of the request is unreadable"),
        ({}, ("Fabc123",), TargetError, "cannot be reached"),
    ],
    ids=["unknown", "writes", "path", "operation", "hidden", "body", "nobody there"],
)
def test_what_cannot_be_sent_says_why(
    changes: dict[str, Any],
    arguments: tuple[str, ...],
    error: type[KitError],
    told: str,
    tmp_path: Path,
) -> None:
    out = report(tmp_path, **changes)

    with pytest.raises(error) as caught:
        sent(out, *arguments)

    assert told in str(caught.value)


def test_a_signed_request_is_not_sent_without_credentials(tmp_path: Path) -> None:
    shop = Shop()

    with serving(shop) as url, pytest.raises(ConfigError, match="there are none"):
        sent(report(tmp_path), "Fabc123", "--target", url, environment={})

    assert shop.methods == []
