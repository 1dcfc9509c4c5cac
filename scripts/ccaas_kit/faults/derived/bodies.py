"""Values in bodies: found and changed at the end of a way through objects and lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ccaas_kit.faults.derived.places import Others
from ccaas_kit.sandbox.contract import Media
from ccaas_kit.sandbox.http import json_bodies, xml_bodies

Alter = Callable[[Any], Any]


class _Gone:
    """What stands for a value that is taken away."""


GONE = _Gone()


def read_xml(raw: bytes, media: Media, document: Any) -> Any:
    """The value of a body in XML; None where it cannot be read."""
    try:
        return xml_bodies.read(raw, media.schema, document)
    except json_bodies.BodyError:
        return None


def values(found: Any, steps: Sequence[str]) -> list[Any]:
    """Every value that stands at the end of a way; `*` stands for each item of a list."""
    if not steps:
        return [found]
    if steps[0] == "*":
        items = found if isinstance(found, list) else []
        return [value for item in items for value in values(item, steps[1:])]
    if isinstance(found, dict) and steps[0] in found:
        return values(found[steps[0]], steps[1:])
    return []


def altered(found: Any, steps: Sequence[str], alter: Alter) -> Any:
    """The value with another one at the end of a way, in place; GONE takes it away."""
    if not steps:
        return alter(found)
    step, rest = steps[0], steps[1:]
    if isinstance(step, Others) and isinstance(found, dict):
        for name in [each for each in found if each not in step.known]:
            altered(found, (name, *rest), alter)
    elif step == "*" and isinstance(found, list):
        found[:] = [altered(each, rest, alter) for each in found]
    elif isinstance(found, dict) and step in found:
        new = altered(found[step], rest, alter)
        if new is GONE:
            del found[step]
        else:
            found[step] = new
    return found
