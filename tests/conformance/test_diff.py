"""Two scorecards beside each other."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ccaas_kit.contract.errors import ConfigError, DocumentError
from ccaas_kit.reporting import diff


def finding(
    clause: str | None, *, code: str = "CK202", severity: str = "violation", name: str = "Fabc123"
) -> dict[str, Any]:
    return {
        "id": name,
        "code": code,
        "severity": severity,
        "clause": clause,
        "says": "A promise.",
        "operation": "getThing",
        "expected": "one thing",
        "got": "another",
        "next": "Look.",
        "curl": "curl",
        "quirks": [],
        "request": None,
    }


def card(
    verdicts: dict[str, str],
    *findings: dict[str, Any],
    target: str = "http://a.example",
    **more: Any,
) -> dict[str, Any]:
    counted = list(verdicts.values())
    return {
        "schema_version": "1.0",
        "target": target,
        "profile": "full",
        "started": "2026-11-22T12:00:00Z",
        "duration_s": 1.0,
        "complete": True,
        "seed": 1,
        "tools": {},
        "requests": 1,
        "conforms": not any(entry["severity"] == "violation" for entry in findings),
        "fault": "",
        "summary": {
            name: counted.count(name) for name in ("conforms", "violates", "unverified", "blocked")
        },
        "operations": [],
        "clauses": [
            {"id": name, "verdict": verdict, "operation": "getThing", "detail": "a detail"}
            for name, verdict in verdicts.items()
        ],
        "findings": list(findings),
        "leaks": [],
        **more,
    }


def written(path: Path, content: dict[str, Any]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def compared(
    folder: Path, first: dict[str, Any], second: dict[str, Any], *arguments: str
) -> tuple[int, str]:
    """Exit code and output."""
    printed = io.StringIO()
    files = (written(folder / "a.json", first), written(folder / "b.json", second))
    console = Console(file=printed, width=100)
    code = diff.main([*files, *arguments], environment={}, console=console)
    return code, printed.getvalue()


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("violates", "conforms", "better"),
        ("conforms", "violates", "worse"),
        ("unverified", "conforms", "newly_known"),
        ("blocked", "violates", "newly_known"),
        ("conforms", "unverified", "no_longer_known"),
        ("violates", "blocked", "no_longer_known"),
        ("unverified", "blocked", "unchanged"),
        ("violates", "violates", "unchanged"),
        ("conforms", None, "only_in_the_first"),
        (None, "violates", "only_in_the_second"),
    ],
)
def test_each_clause_has_one_change(
    before: str | None, after: str | None, change: str, tmp_path: Path
) -> None:
    first = card({"GET-01": before} if before else {})
    second = card({"GET-01": after} if after else {})

    code, printed = compared(tmp_path, first, second, "--json")
    document = json.loads(printed)

    assert {name for name, count in document["counts"].items() if count} == {change}
    assert code == (1 if change == "worse" else 0)
    if change != "unchanged":
        assert document["clauses"][change] == [
            {
                "id": "GET-01",
                "operation": "getThing",
                "before": before,
                "after": after,
                "detail": "a detail",
            }
        ]


def test_the_terminal_says_what_got_better_and_worse(tmp_path: Path) -> None:
    first = card({"GET-01": "conforms", "GET-02": "violates"}, finding("GET-02"))
    second = card({"GET-01": "violates", "GET-02": "conforms"}, finding("GET-01", name="Fdef456"))

    code, printed = compared(tmp_path, first, second)

    assert code == 1
    assert "GET-01  getThing: conforms -> violates; a detail" in printed
    assert "GET-02  getThing: violates -> conforms; a detail" in printed
    assert "Findings that appeared (1)\n  Fdef456  CK202 getThing (GET-01): violation" in printed
    assert "Findings that are gone (1)\n  Fabc123  CK202 getThing (GET-02): violation" in printed
    assert "WORSE: 1 worse, 1 better." in printed


def test_the_same_scorecard_twice_is_no_change(tmp_path: Path) -> None:
    same = card({"GET-01": "violates"}, finding("GET-01"))

    code, printed = compared(tmp_path, same, same)

    assert code == 0
    assert "NOTHING GOT WORSE: 0 better." in printed
    assert "Findings" not in printed


def test_findings_are_the_same_by_what_they_are_and_not_by_name(tmp_path: Path) -> None:
    first = card({"GET-01": "violates"}, finding("GET-01", severity="accepted"))
    second = card({"GET-01": "violates"}, finding("GET-01", name="Fdef456"))

    code, printed = compared(tmp_path, first, second)

    assert code == 0
    assert "Findings with another severity (1)" in printed
    assert "Fdef456  CK202 getThing (GET-01): waived, then violation" in printed


@pytest.mark.parametrize(("severity", "expected"), [("violation", 1), ("note", 0)])
def test_a_new_violation_that_no_clause_names_is_worse(
    severity: str, expected: int, tmp_path: Path
) -> None:
    code, printed = compared(tmp_path, card({}), card({}, finding(None, severity=severity)))

    assert code == expected
    assert ("a violation is new that no clause names" in printed) is bool(expected)


def test_what_the_runs_did_not_have_in_common_is_said(tmp_path: Path) -> None:
    second = card({}, target="http://b.example", profile="read-only", complete=False)

    _, printed = compared(tmp_path, card({}), second)

    assert printed.startswith(
        "Two targets: http://a.example (2026-11-22T12:00:00Z), "
        "then http://b.example (2026-11-22T12:00:00Z)\n"
    )
    assert 'Not the same: profile "full", then "read-only"' in printed
    assert "Not the same: complete true, then false" in printed
    assert "seed" not in printed


def test_one_target_on_two_dates_is_said_as_such(tmp_path: Path) -> None:
    second = card({}, started="2026-12-01T12:00:00Z")

    _, printed = compared(tmp_path, card({}), second)

    assert printed.startswith("http://a.example: 2026-11-22T12:00:00Z, then 2026-12-01T12:00:00Z\n")


def test_folders_are_read_and_the_comparison_is_written(tmp_path: Path) -> None:
    for name in ("a", "b"):
        written(tmp_path / name / "scorecard.json", card({"GET-01": "conforms"}))
    out = tmp_path / "diff.json"
    arguments = [str(tmp_path / "a"), str(tmp_path / "b"), "--out", str(out)]

    code = diff.main(arguments, environment={}, console=Console(file=io.StringIO()))

    document = json.loads(out.read_text(encoding="utf-8"))
    assert code == 0
    assert document["same_target"] is True
    assert document["counts"]["unchanged"] == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot be read"),
        ("{", "is not JSON"),
        ("[]", "is no scorecard"),
        ('{"schema_version": 1}', "has the form 1, and this version reads '1.*'"),
        ('{"schema_version": "2.0"}', "has the form '2.0'"),
        ('{"schema_version": "1.0"}', "breaks the form of a scorecard"),
    ],
    ids=["missing", "no JSON", "something else", "the first form", "a later form", "incomplete"],
)
def test_what_is_no_scorecard_says_so(text: str | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    arguments = [written(tmp_path / "a.json", card({})), str(path)]

    with pytest.raises(DocumentError) as caught:
        diff.main(arguments, environment={}, console=Console(file=io.StringIO()))

    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_later_form_with_more_keys_is_read(tmp_path: Path) -> None:
    later = card({"GET-01": "conforms"}, schema_version="1.7", more={"a": 1})

    assert compared(tmp_path, later, later)[0] == 0


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written to"):
        compared(tmp_path, card({}), card({}), "--out", str(tmp_path / "no" / "such"))
