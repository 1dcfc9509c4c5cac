"""Values in bodies: found and changed at the end of a way through objects and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping, Sequence
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
    """Every value at the end of a path of steps; the step `*` means each item of a list."""
    if not steps:
        return [found]
    step, rest = steps[0], steps[1:]
    children: Iterable[Any] = ()
    if isinstance(step, Others) and isinstance(found, dict):
        children = (value for name, value in found.items() if name not in step.known)
    elif step == "*" and isinstance(found, list):
        children = found
    elif isinstance(found, dict) and step in found:
        children = (found[step],)
    return [value for one in children for value in values(one, rest)]


def altered(found: Any, steps: Sequence[str], alter: Alter) -> Any:
    """The value, changed in place at the end of a path of steps; GONE removes what is there."""
    if not steps:
        return alter(found)
    step, rest = steps[0], steps[1:]
    if isinstance(step, Others) and isinstance(found, dict):
        for name in [field for field in found if field not in step.known]:
            altered(found, (name, *rest), alter)
    elif step == "*" and isinstance(found, list):
        found[:] = [altered(child, rest, alter) for child in found]
    elif isinstance(found, dict) and step in found:
        new = altered(found[step], rest, alter)
        if new is GONE:
            del found[step]
        else:
            found[step] = new
    return found


def constant(value: Any) -> Alter:
    """One value, whatever stood there."""
    return lambda _: value


def exchanged(names: tuple[str, str]) -> Alter:
    """Two fields of an object have each the value of the other."""
    one, other = names

    def alter(found: Any) -> Any:
        if isinstance(found, dict) and one in found and other in found:
            found[one], found[other] = found[other], found[one]
        return found

    return alter


def of_before(kept: MutableMapping[Any, Any], steps: Sequence[str]) -> Alter:
    """The value at the end of a way is that of the body before, which `kept` remembers."""

    def alter(found: Any) -> Any:
        before = kept.get("before", [])
        if now := values(found, steps):
            kept["before"] = now[:1]
        return altered(found, steps, constant(*before)) if before else found

    return alter
