"""A release: complete, the same twice, with digests that hold and notes by API."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from build import release
from ccaas_kit.cli.forms import FORMS
from ccaas_kit.contract import layout
from ccaas_kit.contract.errors import ConfigError, DocumentError

APIS = [
    release.Api("Contact", "0.2.0", ("Contact", "createContact")),
    release.Api("Offer Work", "0.1.0", ("Offer Work", "offerWork")),
]
CHANGELOG = """# Changelog

## 0.2.0

- `createContact` rejects a blank name: breaking for callers
  that send one.
- Offer
  Work, Contact: the roles.
- The server is faster.

## 0.1.0

- `offerWork`: first version.
"""


def made(folder: Path, umask: int) -> dict[str, bytes]:
    """The files of a release, written by a process with its own umask and time zone."""
    subprocess.run(
        [sys.executable, "-m", "build.release", "--out", str(folder)],
        env={**os.environ, "TZ": f"UTC{umask % 7}", "PYTHONHASHSEED": str(umask)},
        umask=umask,
        check=True,
        capture_output=True,
    )
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return made(tmp_path_factory.mktemp("release") / "first", 0o022)


def test_a_release_is_the_same_twice(files: dict[str, bytes], tmp_path: Path) -> None:
    again = made(tmp_path / "second", 0o077)

    assert again.keys() == files.keys()
    assert [name for name in files if files[name] != again[name]] == []


def test_a_folder_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    own = tmp_path / "thesis.txt"
    own.write_text("mine", encoding="utf-8")

    with pytest.raises(ConfigError, match="is no release"):
        release.main(["--out", str(tmp_path)])

    assert own.read_text(encoding="utf-8") == "mine"


def test_the_digests_are_of_every_other_file(files: dict[str, bytes]) -> None:
    lines = files[release.SUMS].decode().splitlines()

    assert {name: digest for digest, name in (line.split("  ") for line in lines)} == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != release.SUMS
    }


def test_it_has_the_packages_and_every_document_in_every_form(files: dict[str, bytes]) -> None:
    (forms,) = (files[name] for name in files if "-openapi-0" in name)
    with tarfile.open(fileobj=io.BytesIO(forms)) as archive:
        texts = {name: archive.extractfile(name) for name in archive.getnames()}
        documents = {name: file.read() for name, file in texts.items() if file}

    assert {Path(name).suffix for name in files} == {".md", ".gz", ".tgz", ".whl", ""}
    assert documents.keys() - {"LICENSE"} == {
        f"{kind}/{name}.{suffix}"
        for kind, form in FORMS.items()
        for name in form.names
        for suffix in ("yaml", "json")
    }
    contact = json.loads(documents["contract/contact.json"])
    assert contact == yaml.safe_load(documents["contract/contact.yaml"])
    assert contact["openapi"].startswith("3.1")


def test_the_action_has_the_wheel_beside_it(files: dict[str, bytes]) -> None:
    (packed,) = (files[name] for name in files if "-action-" in name)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        names = archive.getnames()

    (wheel,) = (name for name in files if name.endswith(".whl"))
    assert {"action.yml", "README.md", "LICENSE", wheel} <= set(names)


def test_notes_have_the_entries_of_the_version_by_api() -> None:
    text = release.notes(CHANGELOG, "0.2.0", "abc", APIS)
    parts = dict(re.findall(r"^## (.*)\n\n((?:.+\n)+)", text, re.MULTILINE))

    assert parts == {
        "Contact, contract 0.2.0": "- `createContact` rejects a blank name: breaking for callers\n"
        "  that send one.\n",
        "Offer Work, contract 0.1.0": "No entry of the changelog names this API alone.\n",
        "All APIs, and the tools": "- Offer\n  Work, Contact: the roles.\n- The server is faster.\n",
    }


def test_the_changelog_has_the_version_of_the_package() -> None:
    version = re.search(r'^version = "(.*)"', (layout.ROOT / "pyproject.toml").read_text(), re.M)
    assert version

    assert (
        "`setExternalIdMapping`"
        in release.notes(
            release.CHANGELOG.read_text(encoding="utf-8"), version[1], "abc", release.apis()
        ).partition("## All APIs")[0]
    )
    with pytest.raises(DocumentError, match=r"has no heading '## 9\.9\.9'"):
        release.notes(CHANGELOG, "9.9.9", "abc", APIS)
