"""A sandbox of its own for each test of a probe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from ccaas_kit.probes.probing import Probing
from tests.conformance.probes import bed


class Targets:
    """Serves fresh sandboxes as probes see them; the keywords are the fields of `bed.Bed`."""

    def __init__(self) -> None:
        self._open = ExitStack()

    def __call__(self, **settings: Any) -> Probing:
        return self._open.enter_context(bed.probing(bed.Bed(**settings)))

    def start_over(self) -> None:
        """End those that were served."""
        self._open.close()


@pytest.fixture
def target() -> Iterator[Targets]:
    """`target(fault=..., prepare=..., ...)` is a fresh sandbox as probes see it."""
    targets = Targets()
    yield targets
    targets.start_over()
