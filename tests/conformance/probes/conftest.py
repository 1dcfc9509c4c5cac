"""A sandbox of its own for each test of a probe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import pytest

from ccaas_kit.probes.probing import Probing
from tests.conformance.probes import bed


class Targets(Protocol):
    """Serves a fresh sandbox; the keywords are the fields of `bed.Bed`."""

    def __call__(self, **settings: Any) -> Probing: ...


@pytest.fixture
def target() -> Iterator[Targets]:
    """`target(fault=..., prepare=..., ...)` is a fresh sandbox as probes see it."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(bed.probing(bed.Bed(**settings)))
