"""Breaking, compatible or text only: Redocly's rules, and ours where Redocly says nothing.

Redocly takes all that it has no rule for as harmless. Here a change that neither its rules nor ours
know counts as breaking, until somebody has thought about it and written a rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ccaas_kit.contract import pointers
from specdiff.changes import Change
from specdiff.findings import Verdict
from specdiff.places import REQUEST, RESPONSE, Place

UNKNOWN = "unknown-change"

_TEXT_TYPES = {
    *("Info", "Contact", "License", "Logo", "Tag", "TagList", "ExternalDocs"),
    *("Example", "ExamplesMap", "SpecExtension"),
}
_TEXT_MEMBERS = {
    *("description", "summary", "title", "example", "examples", "externalDocs", "$comment", "tags"),
}
# What Redocly's rules look at: no word from them means that no client breaks.
_JUDGED_TYPES = {
    *("Schema", "SchemaProperties", "AnyOf", "OneOf", "AllOf", "SecurityRequirement"),
    *("SecurityRequirementList", "SecurityScheme", "Server", "ServerList"),
}
_JUDGED_MEMBERS = {
    *("type", "enum", "pattern", "format", "multipleOf", "uniqueItems", "items", "required"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "additionalProperties"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
}
_CAN_BE_ADDED = {
    *("PathItem", "Operation", "Parameter", "RequestBody", "MediaType", "Response", "Header"),
    *("Link", "Schema", "Server", "SecurityScheme", "SecurityRequirement"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A change with its place and the object around it."""

    change: Change
    place: Place
    owner: dict[str, Any]

    @property
    def xml(self) -> bool:
        return self.change.type == "Xml" or self.change.member == "xml"

    @property
    def default(self) -> bool:
        return self.change.kind == "modified" and self.change.member == "default"

    def is_a(self, kind: str, *types: str) -> bool:
        return self.change.kind == kind and self.change.type in types

    def turned(self, member: str, value: object) -> bool:
        return self.change.member == member and self.change.revision is value

    @property
    def property_of_a_schema(self) -> bool:
        return self.change.type == "Schema" and self.change.steps[-2:-1] == ["properties"]

    @property
    def sign_in(self) -> bool:
        return self.change.steps[:2] == ["components", "securitySchemes"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A judgement of ours; the README gives the reason for each."""

    name: str
    verdict: Verdict
    applies: Callable[[Seen], bool]


RULES = (
    Rule(
        "text",
        Verdict.TEXT,
        lambda seen: (
            seen.change.type in _TEXT_TYPES
            or seen.change.member in _TEXT_MEMBERS
            or any(step.startswith("x-sn-") for step in (seen.change.member, *seen.change.keys))
        ),
    ),
    Rule(
        "openapi-correction",
        Verdict.TEXT,
        lambda seen: (
            seen.change.member == "openapi"
            and str(seen.change.base).split(".")[:2] == str(seen.change.revision).split(".")[:2]
        ),
    ),
    Rule(
        "xml-where-it-is-not-sent",
        Verdict.TEXT,
        lambda seen: seen.xml and not seen.place.media_type.endswith("xml"),
    ),
    Rule("xml-changed", Verdict.BREAKING, lambda seen: seen.xml),
    Rule("deprecated", Verdict.COMPATIBLE, lambda seen: seen.change.member == "deprecated"),
    Rule(
        "default-of-a-response",
        Verdict.TEXT,
        lambda seen: seen.default and seen.place.side == RESPONSE,
    ),
    Rule(
        "default-stated",
        Verdict.COMPATIBLE,
        lambda seen: seen.default and seen.change.base is None,
    ),
    Rule("default-changed", Verdict.BREAKING, lambda seen: seen.default),
    Rule(
        "request-field-removed",
        Verdict.BREAKING,
        lambda seen: (
            seen.property_of_a_schema
            and seen.place.side == REQUEST
            and (seen.change.kind == "removed" or seen.change.member == "key")
        ),
    ),
    Rule(
        "field-added-to-a-closed-response",
        Verdict.BREAKING,
        lambda seen: (
            seen.property_of_a_schema
            and seen.place.side == RESPONSE
            and seen.change.kind == "added"
            and seen.owner.get("additionalProperties") is False
        ),
    ),
    Rule(
        "field-turned-one-way",
        Verdict.BREAKING,
        lambda seen: (
            (seen.turned("readOnly", True) and seen.place.side == REQUEST)
            or (seen.turned("writeOnly", True) and seen.place.side == RESPONSE)
        ),
    ),
    Rule(
        "success-status-added",
        Verdict.BREAKING,
        lambda seen: seen.is_a("added", "Response") and seen.place.status[0] in "123",
    ),
    Rule(
        "required-body-added",
        Verdict.BREAKING,
        lambda seen: (
            seen.is_a("added", "RequestBody") and seen.change.revision.get("required") is True
        ),
    ),
    Rule(
        "optional-now",
        Verdict.COMPATIBLE,
        lambda seen: (
            seen.change.type in ("Parameter", "RequestBody")
            and seen.change.member == "required"
            and seen.change.revision is not True
        ),
    ),
    Rule(
        "header-no-longer-required",
        Verdict.BREAKING,
        lambda seen: (
            seen.is_a("modified", "Header")
            and seen.change.member == "required"
            and seen.change.revision is not True
        ),
    ),
    Rule(
        "header-now-required",
        Verdict.COMPATIBLE,
        lambda seen: seen.is_a("modified", "Header") and seen.turned("required", True),
    ),
    Rule(
        "parameter-renamed",
        Verdict.BREAKING,
        lambda seen: seen.is_a("modified", "Parameter") and seen.change.member == "name",
    ),
    Rule(
        "link-changed",
        Verdict.BREAKING,
        lambda seen: seen.change.type == "Link" and seen.change.kind != "added",
    ),
    Rule(
        "sign-in-changed",
        Verdict.BREAKING,
        lambda seen: seen.sign_in and seen.change.kind != "added" and seen.change.base is not None,
    ),
    Rule(
        "sign-in-added",
        Verdict.COMPATIBLE,
        lambda seen: seen.sign_in and not seen.change.rules,
    ),
)


def judge(
    change: Change, place: Place, base: dict[str, Any], revision: dict[str, Any]
) -> tuple[Verdict, str]:
    """The verdict, and the name of the rule that gave it: one of ours, or Redocly's."""
    seen = Seen(change, place, _owner(change, base, revision))
    for rule in RULES:
        if rule.applies(seen):
            return rule.verdict, rule.name
    if change.rules:
        return Verdict.BREAKING, change.rules[0]
    if change.kind == "added" and change.type in _CAN_BE_ADDED:
        return Verdict.COMPATIBLE, "added"
    if change.type in _JUDGED_TYPES and (
        change.kind != "modified" or change.member in _JUDGED_MEMBERS
    ):
        return Verdict.COMPATIBLE, "nothing-narrowed"
    return Verdict.BREAKING, UNKNOWN


def _owner(change: Change, base: dict[str, Any], revision: dict[str, Any]) -> dict[str, Any]:
    if change.steps[-2:-1] != ["properties"]:
        return {}
    holder = base if change.kind == "removed" else revision
    owner = pointers.resolve(holder, pointers.build(*change.steps[:-2]))
    return owner if isinstance(owner, dict) else {}
