"""The place of a change, in the words of a caller: operation, request or response, field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.pointers import build, resolve
from specdiff.changes import Change
from specdiff.flat import OTHER_METHODS

REQUEST = "request"
RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class Place:
    """What a caller sees changed."""

    operation: str = ""  # operationId; empty for what concerns the API as a whole
    side: str = ""  # request, response or empty
    status: str = ""
    media_type: str = ""
    thing: str = ""  # `the query parameter x`, `the header X`, `the link x`; empty for a body
    field: str = ""  # `result.sys_id`, `result[].email`; empty for the whole

    @property
    def subject(self) -> str:
        """What the sentence about the change is about."""
        if self.thing:
            return f"{self.thing} at {self.field}" if self.field else self.thing
        if self.side and self.field:
            return f"the {self.side} field {self.field}"
        return f"the {self.side} body" if self.media_type else ""

    @property
    def context(self) -> str:
        """Status and media type, as far as they say more than the subject."""
        return " ".join(part for part in (self.status, self.media_type) if part)


def place(change: Change, base: dict[str, Any], revision: dict[str, Any]) -> Place:
    """Where the change stands; the two documents give the names of operations and parameters."""
    steps = change.steps
    holder = base if change.kind == "removed" else revision
    if len(steps) < 3 or steps[0] != "paths":
        return Place(thing=_part_of_the_api(steps))
    name = operation_name(steps[1], steps[2], base, revision)
    where, rest = steps[3:4], steps[4:]
    if where == ["parameters"] and rest:
        parameter = resolve(holder, build(*steps[:5]))
        name_of_it = change.base if change.member == "name" else parameter["name"]
        thing = f"the {parameter['in']} parameter {name_of_it}"
        return Place(name, REQUEST, thing=thing, field=field(rest[1:]))
    if where == ["requestBody"]:
        return _body(Place(name, REQUEST), rest)
    if where == ["responses"] and rest:
        return _response(Place(name, RESPONSE, status=rest[0]), rest[1:])
    return Place(name, thing=f"the {where[0]}" if where else "")


def operation_name(path: str, method: str, *documents: dict[str, Any]) -> str:
    """The operationId that the first document with this path and method gives it."""
    if method == OTHER_METHODS:
        return f"other methods of {path}"
    for document in documents:
        operation = document["paths"].get(path, {}).get(method)
        if operation is not None:
            return str(operation.get("operationId", f"{method.upper()} {path}"))
    raise DocumentError(f"there is no {method.upper()} {path}")


def field(steps: list[str]) -> str:
    """A path through a schema as a caller writes it: `result[].email`."""
    text, index = "", 0
    while index < len(steps):
        step = steps[index]
        index += 1
        if step == "properties" and index < len(steps):
            text += f".{steps[index]}" if text else steps[index]
            index += 1
        elif step == "items":
            text += "[]"
        elif step == "additionalProperties":
            text += ".*"
        elif step in ("anyOf", "oneOf", "allOf", "prefixItems") and index < len(steps):
            index += 1
    return text


def _response(start: Place, steps: list[str]) -> Place:
    if steps[:1] == ["headers"] and len(steps) > 1:
        thing = f"the response header {steps[1]}"
        return Place(start.operation, RESPONSE, start.status, "", thing, field(steps[2:]))
    if steps[:1] == ["links"] and len(steps) > 1:
        thing = f"the link {steps[1]}"
        return Place(start.operation, RESPONSE, start.status, thing=thing)
    return _body(start, steps)


def _body(start: Place, steps: list[str]) -> Place:
    if steps[:1] != ["content"] or len(steps) < 2:
        return start
    # An example belongs to the body, whatever it is about.
    inside = field(steps[3:]) if steps[2:3] == ["schema"] else ""
    return Place(start.operation, start.side, start.status, steps[1], field=inside)


def _part_of_the_api(steps: list[str]) -> str:
    if steps[:2] == ["components", "securitySchemes"] and len(steps) > 2:
        return f"the security scheme {steps[2]}"
    return f"the {steps[0]}" if steps else "the document"
