"""Which faults are on together: those of APIs that know nothing of each other, one of each.

A fault is seen by a finding under a clause of its own API, so faults of different APIs do not hide
each other. Offers are made of interactions, so the two count as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

# APIs whose records meet.
_TOGETHER = {"awa-offer-work": "interaction"}


def group(api: str) -> str:
    """The APIs that an API knows of, by the name of one of them."""
    return _TOGETHER.get(api, api)


def of(names: Sequence[str], apis: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Sets of faults, each fault in one of them; faults of several APIs stand alone."""
    waiting: dict[str, list[str]] = {}
    for name in names:
        groups = {group(api) for api in apis[name]}
        if len(groups) > 1:
            yield (name,)
        else:
            waiting.setdefault(groups.pop(), []).append(name)
    while waiting:
        yield tuple(listed.pop(0) for listed in waiting.values())
        waiting = {group: listed for group, listed in waiting.items() if listed}
