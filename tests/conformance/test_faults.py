"""Every planted fault is found, under its own clause and code, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.conftest import judge_shop
from tests.conformance.things import Shop

# Faults that do not hide each other share a server. The schema of a thing is named by clauses of
# getThing only: for the other operations a wrong thing is a wrong response.
GROUPS = {
    "missing-field lax-value no-challenge": {
        ("GET-04", "CK203"),
        ("LIST-02", "CK203"),
        ("NEW-S201", "CK202"),
        ("NEW-01", "CK302"),
        ("GET-08", "CK204"),
    },
    "wrong-type lax-parameter any-method": {
        ("GET-02", "CK202"),
        ("LIST-02", "CK202"),
        ("NEW-S201", "CK202"),
        ("LIST-01", "CK301"),
        ("LIST-04", "CK106"),
        (None, "CK106"),
    },
    "too-long missing-accepted lost open-door": {
        ("GET-03", "CK202"),
        ("LIST-02", "CK202"),
        ("NEW-S201", "CK202"),
        ("NEW-01", "CK303"),
        ("NEW-04", "CK110"),
        ("GET-06", "CK107"),
        (None, "CK107"),
    },
    "closed-request wrong-status": {("NEW-03", "CK108"), ("LIST-03", "CK102")},
    "wrong-media crash": {
        ("GET-07", "CK103"),
        (None, "CK103"),
        ("GET-S200", "CK201"),
        ("LIST-S200", "CK201"),
        ("NEW-05", "CK101"),
        (None, "CK102"),
    },
}


@pytest.mark.parametrize("faults", GROUPS)
def test_planted_faults_are_found_under_their_clauses(faults: str, tmp_path: Path) -> None:
    shop = Shop(faults=frozenset(faults.split()))

    outcome = judge_shop(shop, tmp_path)

    assert outcome.findings() == GROUPS[faults]
    assert outcome.code == 1
    assert "problem" in outcome.printed


def test_a_deviation_from_an_assumption_does_not_fail_the_run(tmp_path: Path) -> None:
    shop = Shop(faults=frozenset({"wrong-note"}))
    outcome = judge_shop(shop, tmp_path, "--operation", "getThing")

    assert outcome.verdict("GET-05") == "violates"
    assert outcome.findings("assumed") == {("GET-05", "CK202")}
    assert ("GET-05", "CK202") not in outcome.findings()
    assert outcome.verdict("GET-S200") == "conforms"
