"""The reference and its site, made once for all tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from build import docs
from docsite import reference
from docsite.reference import Reference


@pytest.fixture(scope="session")
def contract() -> Reference:
    return reference.load()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    assert docs.main(["--out", str(folder)]) == 0
    return folder


@pytest.fixture
def copy(site: Path, tmp_path: Path) -> Path:
    """A site of the test's own, to put scripts into."""
    return shutil.copytree(site, tmp_path / "site")
