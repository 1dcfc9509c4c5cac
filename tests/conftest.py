"""The longest files first, so that both workers have something to do until the end."""

from __future__ import annotations

from pathlib import Path

import pytest

_HERE = Path(__file__).parent
# Files of more than a quarter of a minute, the longest first.
_LONGEST = (
    "conformance/test_variants.py",
    "conformance/test_hostile.py",
    "conformance/test_hostile_bodies.py",
    "generated/test_staleness.py",
    "python/test_wheel.py",
    "conformance/test_prism.py",
    "clients/test_compiled.py",
    "effectiveness/test_finding.py",
    "conformance/test_runs.py",
    "conformance/test_profiles.py",
    "conformance/test_write_session.py",
    "conformance/test_faults.py",
    "conformance/test_relay.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `--no-loadscope-reorder` workers take the files in this order."""
    first = {_HERE / name: place for place, name in enumerate(_LONGEST)}
    if gone := [str(path) for path in first if not path.is_file()]:
        raise pytest.UsageError(f"tests/conftest.py names files that are not there: {gone}")
    items.sort(key=lambda item: first.get(item.path, len(first)))
