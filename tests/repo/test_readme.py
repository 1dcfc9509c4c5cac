"""The README's claims about the project are true."""

from __future__ import annotations

import json
import re

from ccaas_kit.contract import layout

README = (layout.ROOT / "README.md").read_text(encoding="utf-8")


def test_nothing_is_verified_yet_as_the_readme_says() -> None:
    clauses = json.loads((layout.GENERATED / "clauses.json").read_text("utf-8"))["clauses"]

    assert "nothing is verified yet" in README
    assert {clause["evidence"] for clause in clauses} == {"documented", "assumed"}


def test_the_evidence_is_what_was_measured() -> None:
    page = (layout.GENERATED / "EFFECTIVENESS.md").read_text(encoding="utf-8")

    for said in (
        r"\d+ of \d+ observable clauses",
        r"\d+ of \d+ faults",
        r"\d+ of them only by assumed findings",
        r"\d+ false alarms on \d+ variants",
    ):
        measured, shown = (re.search(said, " ".join(text.split())) for text in (page, README))
        assert measured, said
        assert shown, said
        assert measured[0] == shown[0]


def test_the_comparison_is_what_was_measured() -> None:
    page = (layout.GENERATED / "COMPARISON.md").read_text(encoding="utf-8")
    words = " ".join(README.split())

    for tool, said in (
        ("ours", r"quick look without random requests detected (\d+ of \d+)"),
        ("`schemathesis run`", r"`schemathesis run` on the same bundle (\d+ of \d+)"),
        ("`specmatic test`", r"`specmatic test` on what it reads of it (\d+ of \d+)"),
    ):
        measured, shown = re.search(rf"\| {tool} \| (\d+ of \d+) \|", page), re.search(said, words)
        assert measured, tool
        assert shown, tool
        assert measured[1] == shown[1]


def test_the_table_shown_has_the_nine_operations() -> None:
    clauses = json.loads((layout.GENERATED / "clauses.json").read_text("utf-8"))["clauses"]
    operations = {clause["operation"] for clause in clauses} - {None}
    (shown,) = re.findall(r"\$ make conform\n(.*?)```", README, re.DOTALL)

    assert {name for name in operations if re.search(rf"^ *{name} ", shown, re.M)} == operations
    assert f"of {len(clauses)} clauses" in shown
