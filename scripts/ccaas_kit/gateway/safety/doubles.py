"""Records that a target has made of a request beside the one that it named: found by their marks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from ccaas_kit.gateway.safety.journal import Entry

# Values of one query: more would make a URL that nobody takes.
_AT_A_TIME = 20


def by_mark(entries: Sequence[Entry]) -> Iterator[tuple[str, str, list[Entry]]]:
    """The entries that something marks, in groups that one query can ask for: table, column, entries."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.marks and entry.created:
            groups.setdefault((entry.table, min(entry.marks)), []).append(entry)
    for (table, column), members in groups.items():
        for start in range(0, len(members), _AT_A_TIME):
            yield table, column, members[start : start + _AT_A_TIME]


def marked_alike(record: Mapping[str, str], entries: Sequence[Entry]) -> Entry | None:
    """The entry whose marks a record has, all of them."""
    return next(
        (
            entry
            for entry in entries
            if all(record.get(name) == value for name, value in entry.marks.items())
        ),
        None,
    )


def columns(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The columns that entries are marked in."""
    return tuple(dict.fromkeys(itertools.chain.from_iterable(entry.marks for entry in entries)))
