"""Programs that some tests need and that no package of Python brings.

On a person's machine a test is skipped where one is missing. `.ci/run` installs all of them and sets
CI, so there a missing one fails the test.
"""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


def lacking(message: str) -> NoReturn:
    """Skip the test, which says what to install; where CI has installed it, fail."""
    if in_ci():
        pytest.fail(f"{message} (.ci/run installs it)")
    pytest.skip(reason=message)


def need(tool: str, package: str) -> str:
    """The path of a program, without which the test is skipped or fails."""
    return shutil.which(tool) or lacking(f"there is no {tool}: apt-get install {package}")
