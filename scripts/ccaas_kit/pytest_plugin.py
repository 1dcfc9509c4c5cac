"""The pytest plugin: `servicenow` is an instance that is as new in each test.

pytest loads this module wherever the package is installed, so it loads nothing else by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ccaas_kit.testing import Options, ServiceNow


@pytest.fixture(scope="session")
def servicenow_options() -> Options:
    """How the instance is started; a conftest.py may have a fixture of this name that says more."""
    from ccaas_kit.testing import Options

    return Options()


@pytest.fixture(scope="session")
def servicenow_session(servicenow_options: Options) -> Iterator[ServiceNow]:
    """The instance of the session, one for each worker of pytest-xdist; it keeps what tests leave."""
    from ccaas_kit.testing import started

    with started(servicenow_options) as instance:
        yield instance


@pytest.fixture
def servicenow(servicenow_session: ServiceNow) -> ServiceNow:
    """An instance as the seed says; nothing was asked of it."""
    servicenow_session.reset()
    return servicenow_session
