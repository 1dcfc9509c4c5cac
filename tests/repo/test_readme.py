"""The README's claims about the project are true."""

from __future__ import annotations

import json
import re

from build import picture
from ccaas_kit.contract import layout
from effectiveness import readme, report

README = (layout.ROOT / "README.md").read_text(encoding="utf-8")
TARGETS = (layout.ROOT / "scripts" / "README.md").read_text(encoding="utf-8")
MAKEFILE = (layout.ROOT / "Makefile").read_text(encoding="utf-8")
_TIME = r"\((about [^)]+)\)"


def test_nothing_is_verified_yet_as_the_readme_says() -> None:
    clauses = json.loads((layout.GENERATED / "clauses.json").read_text("utf-8"))["clauses"]

    assert "nothing is verified yet" in README
    assert {clause["evidence"] for clause in clauses} == {"documented", "assumed"}


def test_the_evidence_is_what_was_measured() -> None:
    page = report.PATH.read_text(encoding="utf-8")

    assert readme.written(README, page) == README, "write it: python -m effectiveness.readme"


def test_the_picture_shows_the_nine_operations_and_every_clause() -> None:
    clauses = json.loads((layout.GENERATED / "clauses.json").read_text("utf-8"))["clauses"]
    operations = {clause["operation"] for clause in clauses} - {None}
    shown = picture.PATH.read_text(encoding="utf-8").replace("&#160;", " ")

    assert f"]({picture.PATH.relative_to(layout.ROOT).as_posix()})" in README
    assert {name for name in operations if f">{name}" in shown.replace("> ", ">")} == operations
    assert f"of {len(clauses):,} clauses" in shown, "draw it: make conform, python -m build.picture"
    assert "http://www.w3.org/2000/svg" in shown
    assert len(re.findall(r"https?://(?!www\.w3\.org|127\.0\.0\.1)", shown)) == 0


def test_it_fits_two_screens_and_has_three_doors_of_three_commands() -> None:
    blocks = re.findall(r"^## ([^\n]+)\n\n```console\n(.*?)```", README, re.MULTILINE | re.DOTALL)

    assert len(README.splitlines()) <= 100
    assert [(title, block.count("$ ")) for title, block in blocks] == [
        ("Read the contract", 3),
        ("Test an instance", 3),
        ("Generate code, and develop without an instance", 3),
    ]


def test_the_help_and_the_documents_name_the_same_times() -> None:
    named = dict(re.findall(rf"^([a-z-]+):.*## .*{_TIME}$", MAKEFILE, re.MULTILINE))
    documented = [
        (target, time)
        for text in (README, TARGETS)
        for target, time in re.findall(rf"make ([a-z-]+)\b.*{_TIME}", text)
    ]

    assert len(named) >= 4
    assert {target for target, _ in documented} >= set(named)
    assert [(target, time) for target, time in documented if named.get(target) != time] == []
