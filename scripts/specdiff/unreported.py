"""Differences that `redocly diff` does not report, so that its blind spots cannot hide a change.

It does not look into the values of examples, for one. What it leaves out elsewhere is a change that
no rule knows, and counts as breaking.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ccaas_kit.contract import pointers
from specdiff.changes import Change, keys


def unreported(
    base: dict[str, Any], revision: dict[str, Any], reported: Iterable[Change]
) -> Iterator[Change]:
    """Each difference of two documents at which, above which and below which nothing is reported."""
    yield from _differences([], base, revision, set(_places(reported)))


def _places(reported: Iterable[Change]) -> Iterator[str]:
    for change in reported:
        if change.kind != "modified":
            yield pointers.build(*change.steps)
        elif change.member == "key":
            yield pointers.build(*change.steps)
            yield pointers.build(*change.steps[:-1], str(change.base))
        else:
            yield pointers.build(*change.steps, change.member)


def _differences(
    steps: list[str], base: Any, revision: Any, reported: set[str]
) -> Iterator[Change]:
    here = pointers.build(*steps)
    if here in reported or base == revision:
        return
    if isinstance(base, dict) and isinstance(revision, dict):
        for key in {**base, **revision}:
            yield from _differences([*steps, key], base.get(key), revision.get(key), reported)
        return
    if any(place.startswith(f"{here}/") for place in reported):
        return
    if isinstance(base, list) and isinstance(revision, list):
        before, after = _beside(base, revision), _beside(revision, base)
        if len(before) == len(after):
            for (_, old), (index, new) in zip(before, after, strict=True):
                yield from _differences([*steps, str(index)], old, new, reported)
            return
    example = not {"examples", "example"}.isdisjoint(keys(steps))
    yield Change(
        path=pointers.build(*steps[:-1]),
        type="Example" if example else "Unreported",
        kind="modified",
        member=steps[-1],
        base=base,
        revision=revision,
        rules=(),
    )


def _beside(values: list[Any], others: list[Any]) -> list[tuple[int, Any]]:
    """The values that the other list does not hold, with their places."""
    known = [_in_order(other) for other in others]
    return [(index, value) for index, value in enumerate(values) if _in_order(value) not in known]


def _in_order(node: Any) -> Any:
    """The node with its lists sorted: the order of none of ours means anything to a client."""
    if isinstance(node, dict):
        return {key: _in_order(child) for key, child in node.items()}
    if isinstance(node, list):
        return sorted(map(_in_order, node), key=lambda element: json.dumps(element, sort_keys=True))
    return node
