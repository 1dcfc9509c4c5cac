"""Several comparisons with few starts of Redocly, each of which takes half a second.

Pairs of documents that differ in their operations alone are laid into one pair, each under a path
of its own; the others are compared one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeAlias

from ccaas_kit.contract import pointers
from specdiff.changes import Change, changes

Pair: TypeAlias = tuple[dict[str, Any], dict[str, Any]]

_AT_ONCE = 2
_INFO = {"title": "Several APIs", "version": "0.0.0"}


def changes_of(pairs: Mapping[str, Pair]) -> dict[str, list[Change]]:
    """What `changes` gives for each pair of written-out documents, under the same names.

    Raises:
        ToolError: Redocly failed.
    """
    differing = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    together = {name: pair for name, pair in differing.items() if _in_operations_alone(*pair)}
    alone = {name: pair for name, pair in differing.items() if name not in together}
    if len(together) == 1:
        together, alone = {}, {**alone, **together}
    found: dict[str, list[Change]] = {name: [] for name in pairs}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        laid = pool.submit(_together, together)
        for name, differences in zip(
            alone, pool.map(lambda pair: changes(*pair), alone.values()), strict=True
        ):
            found[name] = differences
        return found | laid.result()


def _in_operations_alone(base: dict[str, Any], revision: dict[str, Any]) -> bool:
    """Whether the same paths stand in both, and all beside them is equal.

    A path that came or went could be taken for one of another pair that was renamed.
    """
    paths_apart = {**base, "paths": {}} == {**revision, "paths": {}}
    return paths_apart and base["paths"].keys() == revision["paths"].keys()


def _together(pairs: Mapping[str, Pair]) -> dict[str, list[Change]]:
    if not pairs:
        return {}
    names = list(pairs)
    base: dict[str, Any] = {"openapi": "3.1.0", "info": _INFO, "paths": {}}
    revision: dict[str, Any] = {**base, "paths": {}}
    for number, (old, new) in enumerate(pairs.values()):
        for laid, document in ((base, old), (revision, new)):
            for path, item in document["paths"].items():
                laid["paths"][f"/{number}{path}"] = item
    found: dict[str, list[Change]] = {name: [] for name in names}
    for change in changes(base, revision):
        _, owner, path = change.steps[1].split("/", 2)
        own = pointers.build("paths", f"/{path}", *change.steps[2:])
        found[names[int(owner)]].append(replace(change, path=own))
    return found
