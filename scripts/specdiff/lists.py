"""Keywords with lists, compared value by value: one may be new while another is gone."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from ccaas_kit.contract import pointers
from specdiff.changes import Change
from specdiff.findings import Finding, Verdict
from specdiff.places import REQUEST, Place

# Redocly's rules, by which it says that values came or went to a client's harm.
_ENUM_LOST, _ENUM_GAINED = "enum-values-removed", "enum-values-added"
_REQUIRED_GAINED, _REQUIRED_LOST = "required-properties-added", "required-properties-removed"
# Ours.
_DEPENDENT = "dependent-field"


def is_list(change: Change) -> bool:
    """Whether the findings of this module replace the verdict on the change as a whole."""
    if change.kind == "modified" and change.member in ("enum", "required"):
        return change.type == "Schema" and (
            change.member == "required" or None not in (change.base, change.revision)
        )
    return change.type == "DependentRequired"


def list_findings(change: Change, place: Place, reported: Collection[str]) -> Iterator[Finding]:
    """One finding per value; `told` are the paths of fields that came or went as a whole."""
    if change.type == "DependentRequired":
        yield from _dependent(change, place)
    elif change.member == "enum":
        yield from _values(change, place)
    else:
        yield from _required(change, place, reported)


def _values(change: Change, place: Place) -> Iterator[Finding]:
    request = place.side == REQUEST
    if gone := _gone(change.base, change.revision):
        does = f"{'no longer takes' if request else 'is no longer'} {_shown(gone)}"
        yield _finding(change, place, does, _ENUM_LOST)
    if new := _gone(change.revision, change.base):
        does = f"{'also takes' if request else 'can also be'} {_shown(new)}"
        yield _finding(change, place, does, _ENUM_GAINED)


def _required(change: Change, place: Place, reported: Collection[str]) -> Iterator[Finding]:
    request = place.side == REQUEST
    for name in _gone(change.base, change.revision):
        if pointers.build(*change.steps, "properties", name) not in reported:
            does = "may be left out" if request else "is no longer always there"
            yield _finding(change, _of(place, name), does, _REQUIRED_LOST)
    for name in _gone(change.revision, change.base):
        new = pointers.build(*change.steps, "properties", name) in reported
        does = "has to be sent" if request else "is always there"
        does = f"is new and {does}" if new else does
        yield _finding(change, _of(place, name), does, _REQUIRED_GAINED)


def _dependent(change: Change, place: Place) -> Iterator[Finding]:
    """Redocly judges the whole map only, so this is ours: asking more, or promising less."""
    if change.kind == "modified":
        before, after = {change.member: change.base or []}, {change.member: change.revision or []}
    else:
        before, after = change.base or {}, change.revision or {}
    for name in {**before, **after}:
        for other in _gone(after.get(name, []), before.get(name, [])):
            does = f"has to have {other} beside it"
            yield _sided(_of(place, name), does, _DEPENDENT, harmful=place.side == REQUEST)
        for other in _gone(before.get(name, []), after.get(name, [])):
            does = f"no longer has to have {other} beside it"
            yield _sided(_of(place, name), does, _DEPENDENT, harmful=place.side != REQUEST)


def _finding(change: Change, place: Place, does: str, rule: str) -> Finding:
    return _sided(place, does, rule, harmful=rule in change.rules)


def _sided(place: Place, does: str, rule: str, *, harmful: bool) -> Finding:
    verdict = Verdict.BREAKING if harmful else Verdict.COMPATIBLE
    return Finding(place.operation, verdict, place.subject, does, rule, place.context)


def _of(place: Place, name: str) -> Place:
    return replace(place, field=f"{place.field}.{name}" if place.field else name)


def _gone(before: Any, after: Any) -> list[Any]:
    """The values that are in the first list alone; as JSON, since `True == 1` in Python."""
    kept = {json.dumps(value, sort_keys=True) for value in after or []}
    return [value for value in before or [] if json.dumps(value, sort_keys=True) not in kept]


def _shown(values: list[Any]) -> str:
    return ", ".join(json.dumps(value, ensure_ascii=False) for value in values)
