"""Clients of the platform, unchanged, over the sandbox: what they make, find, change and delete."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ccaas_kit.contract.layout import ROOT
from tests import toolchains
from tests.sandbox.serving import served

PROGRAMS = Path(__file__).with_name("programs")
CLIENTS = ROOT / ".build" / "clients-tests"
_SECONDS = 120


@pytest.fixture
def secure(certificate: tuple[Path, Path]) -> Iterator[str]:
    options = ("--certificate", str(certificate[0]), "--key", str(certificate[1]))
    with served(*options) as running:
        yield running.url


@pytest.fixture
def plain() -> Iterator[str]:
    with served() as running:
        yield running.url


def said(client: str, url: str, certificate: Path | None = None) -> dict[str, Any]:
    """What a program tells of its work with a client, which trusts this certificate alone."""
    if not (CLIENTS / client).is_dir():
        toolchains.lacking(f"there is no {client}: make .build/clients-tests")
    environment = {**os.environ, "PYTHONPATH": str(CLIENTS)}
    if certificate is not None:
        environment["REQUESTS_CA_BUNDLE"] = str(certificate)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(PROGRAMS / f"{client}_program.py"), url],
        env=environment,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_pysnc_works_with_records(secure: str, certificate: tuple[Path, Path]) -> None:
    assert said("pysnc", secure, certificate[0]) == {
        "pages": ["Boxeo", "", "Boxeo", "Boxeo"],
        "count": 4,
        "related": ["George Warren"],
        "walked": ["Boxeo"],
        "created": ["INC0000001", "Voice Agent"],
        "changed": ["2", "1"],
        "deleted": [True, False],
        "refused": "Invalid table no_such_table",
        "unknown": True,
        "token": 4,
    }


def test_pysnow_works_with_records(secure: str, certificate: tuple[Path, Path]) -> None:
    assert said("pysnow", secure, certificate[0]) == {
        "created": ["INC0000001", "2"],
        "found": ["INC0000001"],
        "changed": "2",
        "deleted": "record deleted",
        "gone": None,
        "streamed": [["Second Contact", "Boxeo"], ["Jane Contact", "Boxeo"]],
        "refused": "400",
        "token": 4,
    }


def test_aiosnow_works_with_records(plain: str) -> None:
    assert said("aiosnow", plain) == {
        "created": [201, "INC0000001", 2],
        "changed": "Tone",
        "read": [True, None],
        "streamed": ["INC0000001", "INC0000002"],
        "deleted": 204,
        "gone": True,
        "unknown": 401,
    }
