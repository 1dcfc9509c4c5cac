"""Numbers as encoded queries and records write them: one meaning for the sandbox and for the judge.

What no page describes (exponents, other digits than those of ASCII, underscores, bases, NaN and
infinity) is no number here.
"""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")


def parse(text: str) -> Decimal | None:
    """The number that a text is, spaces around it aside; None for any other text.

    `parse(" +1.50")` is `Decimal("1.50")`; `parse("1e5")` and `parse("NaN")` are None.
    """
    text = text.strip(" ")
    return Decimal(text) if _NUMBER.fullmatch(text) else None
