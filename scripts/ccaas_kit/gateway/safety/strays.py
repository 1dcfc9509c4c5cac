"""Records of a run that no response has named: which of those at hand can be told for certain.

A request that was reported as failed can have created a record that nothing marks. It is ours for
certain only where nobody else can have made it: it is by the user of the run, of the seconds in
which the request was answered, and while the run lasted this user has made no record of the table
that the journal does not account for.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from ccaas_kit.gateway.safety.journal import Entry
from ccaas_kit.gateway.table_api import Record
from ccaas_kit.gateway.timing import clock

CREATED_ON, CREATED_BY = "sys_created_on", "sys_created_by"
# A record is so much older or younger than the response that reports its request as failed.
_NEAR = timedelta(seconds=5)
# Values of one query: more would make a URL that nobody takes.
_AT_A_TIME = 20


def certain(
    candidates: Sequence[Record], entries: Sequence[Entry], user: str, ahead: timedelta
) -> list[Record]:
    """Those of the records that requests without a telling answer have created, for certain.

    `candidates` are the records that no response has named, `entries` the open requests of the
    table, `ahead` is how far the clock of the records is ahead of that of the answers.
    """
    own = [candidate for candidate in candidates if user and candidate[CREATED_BY] == user]
    left = list(entries)
    for record in own:
        made = clock.moment_of(record[CREATED_ON])
        fitting = (each for each in left if made and _is_of(each, made, ahead))
        found = next(fitting, None)
        if found is None:
            # Somebody uses this login besides the run: any of them may be theirs.
            return []
        left.remove(found)
    return own


def _is_of(entry: Entry, made: datetime, ahead: timedelta) -> bool:
    told = clock.moment_of(entry.moment)
    return told is not None and clock.is_near(made, told, _NEAR, ahead=ahead)


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
