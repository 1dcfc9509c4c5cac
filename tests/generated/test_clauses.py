"""The compiled clauses: complete, in order, and refused where they lead nowhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from build.clauses import check, compile_all
from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.errors import DocumentError
from tests.generated.test_bundles import OPERATIONS

ALL = documents.load(layout.BUNDLES / f"{layout.ALL_BUNDLE}.yaml")
COMPILED = json.loads((layout.GENERATED / "clauses.json").read_text(encoding="utf-8"))["clauses"]


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    copy = tmp_path / "openapi"
    shutil.copytree(layout.SOURCE, copy)
    return copy


def test_every_clause_of_the_source_is_compiled_in_order() -> None:
    written = [
        identifier
        for api in layout.apis()
        for identifier in documents.load(layout.SOURCE / "clauses" / f"{api}.yaml")
    ]

    assert [clause["id"] for clause in COMPILED] == written


def test_every_clause_stands_somewhere_in_the_bundle_of_all() -> None:
    for clause in COMPILED:
        pointers.resolve(ALL, clause["pointer"])


def test_every_operation_has_clauses_of_its_own() -> None:
    assert {clause["operation"] for clause in COMPILED} - {None} == OPERATIONS


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("schema", {"kind": "schema"}),
        ("property:ignored_auth", {"kind": "property", "check": "ignored_auth"}),
        ("probe:default-limit", {"kind": "probe", "name": "default-limit"}),
        ("not-observable: a list: of ten", {"kind": "not-observable", "text": "a list: of ten"}),
    ],
)
def test_a_check_is_taken_apart_at_its_first_colon(text: str, parts: dict[str, str]) -> None:
    assert check(text) == parts


def test_a_clause_of_which_any_check_suffices_is_compiled_with_a_flag() -> None:
    written = {
        identifier: clause["checked_by"]
        for api in layout.apis()
        for identifier, clause in documents.load(layout.SOURCE / "clauses" / f"{api}.yaml").items()
    }

    any_of = {name: checks["any_of"] for name, checks in written.items() if "any_of" in checks}

    compiled = {
        clause["id"]: clause["checked_by"] for clause in COMPILED if clause.get("any_suffices")
    }
    assert compiled == {name: [check(text) for text in texts] for name, texts in any_of.items()}
    assert len(any_of) >= 20


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("AGT-PUT-01:", "AGT-POST-01:", "clause AGT-POST-01 has no operation"),
        ("agent-mapping.yaml#/info", "agent-mapping.yaml#/nowhere", "the place of AGT-API-01"),
    ],
    ids=["unknown prefix", "lost place"],
)
def test_a_clause_that_leads_nowhere_stops_the_build(
    contract: Path, old: str, new: str, says: str
) -> None:
    path = contract / "clauses" / "agent-mapping.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DocumentError, match=says):
        compile_all(layout.BUNDLES, contract=contract)
