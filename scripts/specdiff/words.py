"""A change as a sentence that a person who writes a client understands."""

from __future__ import annotations

import json
from typing import Any

from specdiff.changes import Change
from specdiff.flat import OTHER_METHODS
from specdiff.places import REQUEST, Place
from specdiff.verdicts import UNKNOWN

# What the sentence is about, by what OpenAPI calls the node; all others go by their place.
_SUBJECTS = {
    "PathItem": "the path {path}",
    "Operation": "the operation",
    "Response": "the status {status}",
    "MediaType": "the media type {media_type} of the {side}",
    "RequestBody": "the request body",
    "SecurityRequirement": "signing in with {names}",
    "SecurityRequirementList": "the list of ways to sign in",
    "Server": "the server {url}",
    "ServerVariable": "the variable {last} of the server",
    "Example": "an example of {place}",
    "ExamplesMap": "an example of {place}",
    "SpecExtension": "{last} of {place}",
    "Info": "the API",
    "Tag": "a tag of the API",
}
_UNDECIDED = ("pattern", "format", "multipleOf")
_WHOLE_KEYWORDS = ("items", "not", "additionalProperties", "propertyNames", "contains")
_NAMES = ("key", "name", "operationId")
_PLURALS = ("examples", "tags")
_PROSE = ("description", "summary", "title", "example")
_LONGEST = 60


def words(change: Change, place: Place, rule: str) -> tuple[str, str]:
    """What changed and how: the two halves of a sentence without operation and verdict."""
    does = _predicate(change, place)
    both = None not in (change.base, change.revision)
    if change.rules and change.member in _UNDECIDED and both:
        does += " (which of the two takes more is not known, so it counts as breaking)"
    if rule == UNKNOWN:
        does += " (no rule knows this change, so it counts as breaking)"
    return _subject(change, place), does


def _subject(change: Change, place: Place) -> str:
    if change.type == "Operation" and change.steps[2] == OTHER_METHODS:
        return "the answer 405"
    where = place.subject or ("the operation" if place.operation else "the API")
    if change.type in _SUBJECTS:
        value = change.value if isinstance(change.value, dict) else {}
        steps = change.steps
        return _SUBJECTS[change.type].format(
            path=change.base if change.member == "key" else "".join(steps[1:2]),
            status=place.status,
            media_type=place.media_type,
            side=place.side,
            names=" + ".join(value) if change.kind != "modified" else "a scheme",
            url=value.get("url", "") if change.kind != "modified" else change.base,
            last=steps[-1],
            place=where,
        )
    if change.kind == "modified":
        return where
    last = change.steps[-1]
    is_field = change.steps[-2:-1] == ["properties"]
    is_node = change.type in ("Schema", "Parameter", "Header", "Link", "SecurityScheme")
    is_keyword = not is_node or (last in _WHOLE_KEYWORDS and not is_field)
    return f"{last} of {where}" if is_keyword and where != f"the {last}" else where


def _predicate(change: Change, place: Place) -> str:
    if change.kind == "modified":
        return _modified(change)
    steps = change.steps
    if change.type == "Schema" and steps[-2] in ("anyOf", "oneOf", "allOf"):
        form = "part to satisfy" if steps[-2] == "allOf" else "form"
        return f"has a further {form}" if change.kind == "added" else f"has lost a {form}"
    if change.kind == "added":
        return f"is new{_terms(change, place)}"
    if change.type in ("Schema", "Parameter") and place.side:
        return f"is no longer {'taken' if place.side == REQUEST else 'promised'}"
    return "is gone"


def _terms(change: Change, place: Place) -> str:
    if change.type == "Schema" and place.side == REQUEST and not place.thing:
        return " and optional"
    if change.type not in ("Parameter", "RequestBody"):
        return ""
    return " and has to be sent" if change.revision.get("required") is True else " and optional"


def _modified(change: Change) -> str:
    before, after = _shown(change.base), _shown(change.revision)
    member = f"XML {change.member}" if change.type == "Xml" else change.member
    said = f"changes its {member} from {before} to {after}"
    if change.base is None:
        said = f"now has the {member} {after}"
    if change.revision is None:
        said = f"no longer has the {member} {before}"
    if change.member in _NAMES and change.type not in ("Xml", "SecurityScheme"):
        said = f"is called {after} instead of {before}"
    if change.member in _PLURALS:
        said = f"has other {change.member}"
    if change.member in _PROSE:
        said = f"reads otherwise ({change.member})"
    if change.member == "required":
        said = _demanded(change)
    if change.member == "deprecated":
        said = "is deprecated" if change.revision is True else "is no longer deprecated"
    if change.member == "additionalProperties" and False in (change.base, change.revision):
        said = f"{'takes' if change.revision is False else 'no longer takes'} no other fields"
    if change.type == "Example":
        said = "is another"
    return said


def _demanded(change: Change) -> str:
    if change.type == "Header":
        return "is always there" if change.revision is True else "is no longer always there"
    return "has to be sent" if change.revision is True else "may be left out"


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
