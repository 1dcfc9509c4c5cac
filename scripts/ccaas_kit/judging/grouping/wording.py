"""What is wrong, in one sentence: operation, field or status, what came and what the contract has."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ccaas_kit.judging.findings import Finding
from ccaas_kit.judging.verdicts import short
from ccaas_kit.model.contract import Contract

_NOT_OF_TYPE = re.compile(
    r'[^:]*: (?P<value>.*) is not of types? (?P<types>"\w+"(?:, "\w+")*)', re.DOTALL
)
_QUOTED = re.compile(r"^(\d{3}) [\[{<].*[\]}>…]", re.DOTALL)
_OPERATOR = re.compile(r"!=|<=|>=|(?<=[a-z])[A-Z]{4,}(?![a-z])")
# Statuses from here on refuse, and words that tell what a probe expected.
_REFUSED, _TELLING = 400, 4
_IS_STATUS = re.compile(r"[1-5]\d\d(?: |$)")
# A status that a probe names, or the condition of a step of a workflow.
_STATUS = re.compile(r"\bstatus(?:Code ==)? (\d{3})\b")
_TYPES = {
    "string": "text",
    "boolean": "booleans",
    "integer": "whole numbers",
    "number": "numbers",
    "object": "objects",
    "array": "lists",
    "null": "null",
}
# Operations and fields that a sentence names.
_NAMED = 3
_LONGEST = 150


def kind(finding: Finding) -> str:
    """What kind of wrong it is: the same for fields that are wrong in the same way."""
    if finding.code == "CK203":
        return "missing"
    if types := _types(finding):
        return "{} for {}".format(*types)
    if finding.code in ("CK101", "CK102", "CK103", "CK201"):
        return f"{finding.code} {finding.status}"
    return finding.code


def title(
    lead: Finding, operations: Sequence[str], fields: Sequence[str], contract: Contract
) -> str:
    """The sentence about a group of findings; `fields` are those that are wrong as the lead is."""
    where = _where(operations, contract)
    return f"{where}: {_described(lead, fields)}"


def plain(text: str) -> str:
    """What a probe got, without the body that it may quote after the status."""
    return _QUOTED.sub(r"\1", text)


def wanted(finding: Finding) -> str:
    """What a probe or workflow expected where another status came: one that it names, or success."""
    came = finding.got.startswith(f"{finding.status} ") or finding.got == str(finding.status)
    if finding.code not in ("CK501", "CK502") or not came:
        return ""
    found = _STATUS.search(finding.expected)
    if found is None:
        return "success" if finding.status >= _REFUSED else ""
    return found[1] if found[1] != str(finding.status) else ""


def operator(finding: Finding) -> str:
    """The operator of a query that a probe speaks of; empty if it is none or one of several."""
    found = set(_OPERATOR.findall(finding.expected)) if finding.code == "CK501" else set()
    return found.pop() if len(found) == 1 else ""


def shape(finding: Finding) -> str:
    """What a probe expected, without names and values; empty if too little is left to tell it."""
    words = finding.expected.split() if finding.code == "CK501" else []
    plain_words = [word if word.strip(",.").isalpha() else "#" for word in words]
    return " ".join(plain_words) if len(plain_words) - plain_words.count("#") >= _TELLING else ""


def _described(lead: Finding, fields: Sequence[str]) -> str:
    what = _fields(fields) or lead.place.strip("/")
    many = len(fields) > 1
    if lead.title:
        return lead.title
    if types := _types(lead):
        came, wanted = types
        verb = "come" if many else "comes"
        return f"{what or 'the body'} {verb} as JSON {came}, the contract has {wanted}"
    said = {
        "CK203": f"{what or 'a part'} {'are' if many else 'is'} missing in the response with {lead.status}",
        "CK101": f"a request got {lead.status}, a failure of the target",
        "CK102": f"a request got {lead.status}, which the operation does not list",
        "CK103": f"a response with {lead.status} has the media type {lead.media or '(none)'}, which is not listed",
        "CK201": f"a response with {lead.status} has {_short(lead.got)}",
        "CK401": "a request got no response",
    }.get(lead.code)
    if said:
        return said
    about = f"{what}: " if what else ""
    got = plain(lead.got).removeprefix(f"{lead.place}: ")
    got = f"got {got}" if _IS_STATUS.match(got) else got
    return f"{about}{_short(got)}; expected {_short(lead.expected)}"


def _where(operations: Sequence[str], contract: Contract) -> str:
    if len(operations) <= _NAMED:
        return ", ".join(operations)
    if set(operations) >= set(contract.bases()):
        return "all operations"
    return f"{len(operations)} operations ({operations[0]}, {operations[1]}, ...)"


def _fields(fields: Sequence[str]) -> str:
    if len(fields) <= 1:
        return "".join(fields)
    named = ", ".join(fields[:_NAMED])
    more = f" and {len(fields) - _NAMED} more" if len(fields) > _NAMED else ""
    return f"{len(fields)} fields ({named}{more})"


def _types(finding: Finding) -> tuple[str, str] | None:
    """What type came, and which ones the contract has, if that is what is wrong."""
    found = _NOT_OF_TYPE.fullmatch(finding.got) if finding.code in ("CK202", "CK105") else None
    if found is None:
        return None
    wanted = " or ".join(_TYPES.get(word, word) for word in re.findall(r"\w+", found["types"]))
    return _type(found["value"]), wanted


def _type(text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return {"{": "objects", "[": "lists", '"': "text"}.get(text[:1], "another type")
    names = {bool: "booleans", int: "numbers", float: "numbers", str: "text", type(None): "null"}
    return names.get(type(value), "lists" if isinstance(value, list) else "objects")


def _short(text: str) -> str:
    return short(" ".join(text.split()), _LONGEST)
