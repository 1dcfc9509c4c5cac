"""One sandbox for the programs of all clients."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.serving import served


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    with served() as running:
        yield running.url
