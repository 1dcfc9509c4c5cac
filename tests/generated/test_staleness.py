"""`make check-generated` notices every way in which generated/ can be wrong."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from checks import generated
from ccaas_kit.contract import layout


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rebuild of everything, made once."""
    folder = tmp_path_factory.mktemp("fresh") / "generated"
    folder.mkdir()
    generated.rebuild(folder)
    return folder


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    copy = tmp_path / "generated"
    shutil.copytree(layout.GENERATED, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_what_is_committed_is_what_the_sources_give(fresh: Path) -> None:
    assert generated.differences(layout.GENERATED, fresh) == []


def git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(
        command, cwd=layout.ROOT, capture_output=True, text=True, check=True
    ).stdout


def test_the_build_that_ran_before_changed_nothing_that_is_committed() -> None:
    """`make test` builds first, so a stale commit would show here and nowhere else."""
    sources = ("openapi", "scripts", "requirements.lock", "package.json", "pyproject.toml")
    if git("status", "--porcelain", "--", *sources):
        pytest.skip("sources have uncommitted changes, so generated/ may differ from the commit")

    assert git("status", "--porcelain", "--", "generated") == ""


def test_a_hand_edit_is_found(committed: Path, fresh: Path) -> None:
    target = committed / "openapi" / "contact.yaml"
    text = target.read_text(encoding="utf-8")
    target.write_text(text.replace("ServiceNow Contact API", "My Contact API"), encoding="utf-8")

    (difference,) = generated.differences(committed, fresh)

    assert difference.startswith("generated/openapi/contact.yaml: differs")
    assert "-  title: My Contact API" in difference


def test_a_missing_file_is_found(committed: Path, fresh: Path) -> None:
    (committed / "python" / "servicenow_ccaas" / "py.typed").unlink()

    assert generated.differences(committed, fresh) == [
        "generated/python/servicenow_ccaas/py.typed: missing"
    ]


def test_a_superfluous_file_is_found(committed: Path, fresh: Path) -> None:
    (committed / "openapi" / "old.yaml").write_text("{}\n", encoding="utf-8")

    assert generated.differences(committed, fresh) == [
        "generated/openapi/old.yaml: no source gives this file"
    ]


def test_the_command_says_the_fix(
    committed: Path,
    fresh: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (committed / "COVERAGE.md").write_text("all good\n", encoding="utf-8")
    # It was made above already, and takes its time.
    monkeypatch.setattr(
        generated, "rebuild", lambda out: shutil.copytree(fresh, out, dirs_exist_ok=True)
    )

    code = generated.main(["--generated", str(committed)])

    assert code == 1
    assert "Run 'make rebuild' and commit the result" in capsys.readouterr().err


def test_manifest_names_every_file_with_its_digest() -> None:
    manifest = json.loads((layout.GENERATED / "MANIFEST.json").read_text(encoding="utf-8"))
    files = {
        path.relative_to(layout.GENERATED).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in layout.GENERATED.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.name not in {"MANIFEST.json", *layout.MEASURED}
    }

    assert manifest["files"] == files
    assert set(manifest["tools"]) == {
        *("@apiture/openapi-down-convert", "@redocly/cli"),
        *("openapi-to-postmanv2", "openapi-typescript"),
        *("datamodel-code-generator", "ruff"),
    }
