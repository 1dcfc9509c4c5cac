"""The README's claims about the project are true."""

from __future__ import annotations

import json
import re

from ccaas_kit.contract import layout
from effectiveness import readme

README = (layout.ROOT / "README.md").read_text(encoding="utf-8")


def test_nothing_is_verified_yet_as_the_readme_says() -> None:
    clauses = json.loads((layout.GENERATED / "clauses.json").read_text("utf-8"))["clauses"]

    assert "nothing is verified yet" in README
    assert {clause["evidence"] for clause in clauses} == {"documented", "assumed"}


def test_the_evidence_is_what_was_measured() -> None:
    page = (layout.GENERATED / "EFFECTIVENESS.md").read_text(encoding="utf-8")
    compared = (layout.GENERATED / "COMPARISON.md").read_text(encoding="utf-8")
    figures = re.search(r"^\d+ of \d+ observable clauses.*? variants\.$", page, re.DOTALL | re.M)

    assert figures, "measure again: make effectiveness"
    assert readme.written(README, figures[0], compared) == README


def test_the_table_shown_has_the_nine_operations() -> None:
    clauses = json.loads((layout.GENERATED / "clauses.json").read_text("utf-8"))["clauses"]
    operations = {clause["operation"] for clause in clauses} - {None}
    (shown,) = re.findall(r"\$ make conform\n(.*?)```", README, re.DOTALL)

    assert {name for name in operations if re.search(rf"^ *{name} ", shown, re.M)} == operations
    assert f"of {len(clauses):,} clauses" in shown
