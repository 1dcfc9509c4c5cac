"""Parts of a request that had no effect, told with the response.

The platform drops what it does not understand without a word, and so widens what it lists. The
sandbox answers as the platform does and names each such part in one header, where whoever keeps,
shows or refuses such requests finds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, unquote

from ccaas_kit.sandbox.http.messages import Response

HEADER = "X-Sandbox-Ignored"
# Of how many parts, and of how much of each, the header tells.
_MOST, _LENGTH = 20, 100
_SAFE = "=<>!@.:()*' "

Headers = tuple[tuple[str, str], ...]


def header(parts: Iterable[str]) -> Headers:
    """The header that names these parts; none where there are none."""
    named = [quote(part[:_LENGTH], safe=_SAFE) for part in dict.fromkeys(parts)]
    return ((HEADER, ", ".join(named[:_MOST])),) if named else ()


def parts_of(response: Response) -> tuple[str, ...]:
    """The parts of its request that a response names as ignored."""
    for name, value in response.headers:
        if name == HEADER:
            return tuple(unquote(part) for part in value.split(", "))
    return ()
