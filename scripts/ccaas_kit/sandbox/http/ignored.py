"""Parts of a request that have no effect: recorded, and named in a header of the response.

The platform drops what it does not understand without a word, and so lists more than was asked for.
The sandbox responds as the platform does, and names each such part in the header `X-Sandbox-Ignored`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from ccaas_kit.sandbox.http import refusals
from ccaas_kit.sandbox.instance.instance import Instance

_HEADER = "X-Sandbox-Ignored"
# How many parts the header names, and how many characters of each.
_MOST, _LENGTH = 20, 100
_SAFE = "=<>!@.:()*' "
_LOG = logging.getLogger("sandbox")
# How many parts are logged, each once, and how many characters of a part are kept.
_MOST_LOGGED, _LONGEST = 100, 200
_LONGEST_DETAIL = 1000
_NAME = re.compile(r"[\w.]{1,80}")


def note(instance: Instance, parts: Sequence[str]) -> None:
    """Record parts of a request that have no effect."""
    turn = instance.store.turn
    turn.ignored = (*turn.ignored, *(part[:_LONGEST] for part in parts))


def note_in_query(instance: Instance, parts: Iterable[str]) -> None:
    """Record parts of a query that are not understood.

    Raises:
        RefusalError: there are some, and queries are strict.
    """
    parts = tuple(dict.fromkeys(parts))
    if not parts:
        return
    note(instance, parts)
    if instance.strict_queries:
        named = ", ".join(f"'{part[:_LONGEST]}'" for part in parts)
        reason = f"The query has parts that are not understood: {named}"
        raise refusals.unreadable(instance.contract, reason[:_LONGEST_DETAIL])
    for part in parts:
        # Values may be anybody's data: they stay out of the log.
        found = _NAME.match(part)
        name = found[0] if found else ""
        if name not in instance.logged_parts and len(instance.logged_parts) < _MOST_LOGGED:
            instance.logged_parts.add(name)
            _LOG.warning("a part of a query is not understood, and ignored: '%s…'", name)


def header(parts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The header that names these parts; none if there are no parts."""
    named = [quote(part[:_LENGTH], safe=_SAFE) for part in dict.fromkeys(parts)]
    return ((_HEADER, ", ".join(named[:_MOST])),) if named else ()
