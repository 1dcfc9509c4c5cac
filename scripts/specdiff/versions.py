"""Which number a contract needs after a change: SemVer, with the convention for 0.y.z.

From 1.0.0 on, the first number means a breaking change, the second an addition, the third a
clarification. Below 1.0.0, SemVer itself guarantees nothing. By the usual convention behind `^0.1.0`
and `~=0.1.0`, the second number then means a breaking change and the third everything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ccaas_kit.contract.errors import DocumentError
from specdiff.findings import Verdict

_FORM = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """The three numbers of `info.version`."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def after(self, worst: Verdict | None) -> Version:
        """The lowest version for a contract whose worst change this is; None is no change."""
        if worst is None:
            return self
        if self.major == 0:
            breaks = worst is Verdict.BREAKING
            return (
                Version(0, self.minor + 1, 0) if breaks else Version(0, self.minor, self.patch + 1)
            )
        if worst is Verdict.BREAKING:
            return Version(self.major + 1, 0, 0)
        if worst is Verdict.COMPATIBLE:
            return Version(self.major, self.minor + 1, 0)
        return Version(self.major, self.minor, self.patch + 1)


def version(text: str, *, where: str) -> Version:
    """The version that the text names.

    Raises:
        DocumentError: it is not three numbers with dots between them.
    """
    found = _FORM.fullmatch(text)
    if not found:
        raise DocumentError(
            f"info.version is {text!r}", where=where, fix="Write three numbers, such as 0.2.0"
        )
    return Version(*map(int, found.groups()))
