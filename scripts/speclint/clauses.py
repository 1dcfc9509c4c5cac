"""Rules about clauses: complete, sourced, pointing at something, checked by something that exists."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any

from build.clauses import ANY, prefixes
from build.clauses import check as take_apart
from build.clauses import checks as named_checks
from ccaas_kit import probes
from ccaas_kit.contract import pointers
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import operations
from ccaas_kit.judging import judge_checks
from speclint import workflows
from speclint.source import Finding, Source

_REQUIRED = ("says", "source", "where", "checked_by", "evidence")
_OPTIONAL = ("quirk", "verified_on")
_EVIDENCE = ("documented", "assumed", "verified")
_IDENTIFIER = re.compile(r"[A-Z]{3}-[A-Z]+-(?:\d{2,3}|S\d{3})")
# What the runner can do; a clause that names anything else would stop it.
_KNOWN: dict[str, Container[str]] = {
    "property": judge_checks.known(),
    "probe": probes.PROBES,
}
_TEXT_KINDS = ("not-observable",)
# Tables of a page that have rows: to name one of them alone is to quote all of it.
_TABLES = re.compile(
    r"(?:(?:GET|PUT|POST) )?(?:status codes|(?:request |response )?headers|samples?"
    r"|(?:path|query|body|request body) parameters|request body|response(?: body)?)"
)
# How the title of a quirk says that no source promises anything.
_SILENT = re.compile(r"\bnot (?:said|shown|given|named|documented|described|told)\b|\bnowhere\b")


def check(source: Source) -> Iterator[Finding]:
    """Findings about the clauses of all APIs."""
    checks = {**_KNOWN, "workflow": workflows.subjects(source)}
    for api, clauses in source.clauses.items():
        file = f"clauses/{api}.yaml"
        known = prefixes(source.apis[api])
        for identifier, clause in clauses.items():
            where = f"{file}#/{identifier}"
            yield from _form(where, identifier, clause)
            if not set(_REQUIRED) <= set(clause):
                continue
            if identifier.rpartition("-")[0] not in known:
                yield Finding(
                    "CLA02",
                    where,
                    "the id begins with no prefix of the API",
                    f"Begin it with one of {', '.join(known)}",
                )
            yield from _places(source, where, api, clause)
            yield from _checks(where, clause, checks)
        for prefix in known:
            if not any(identifier.startswith(prefix + "-") for identifier in clauses):
                yield Finding(
                    "CLA03", file, f"no clause begins with {prefix}", "Write the promises down"
                )
        yield from _statuses(source, api)
        yield from _unpromised(source, api)


def _form(where: str, identifier: str, clause: dict[str, Any]) -> Iterator[Finding]:
    missing = [key for key in _REQUIRED if key not in clause]
    extra = [key for key in clause if key not in (*_REQUIRED, *_OPTIONAL)]
    if missing or extra:
        yield Finding(
            "CLA01",
            where,
            f"missing keys: {missing}, unknown keys: {extra}",
            f"A clause has {', '.join(_REQUIRED)}, and maybe {', '.join(_OPTIONAL)}",
        )
        return
    if not _IDENTIFIER.fullmatch(identifier):
        yield Finding("CLA01", where, "the id has an unknown form", "Write e.g. CON-LIST-03")
    if not str(clause["says"]).strip().endswith("."):
        yield Finding("CLA01", where, "`says` is not a sentence", "End it with a full stop")
    if clause["evidence"] not in _EVIDENCE:
        yield Finding(
            "CLA01", where, f"unknown evidence '{clause['evidence']}'", f"One of {_EVIDENCE}"
        )
    if clause["evidence"] == "verified" and not clause.get("verified_on"):
        yield Finding("CLA01", where, "verified, but not on what", "Add verified_on")


def _places(source: Source, where: str, api: str, clause: dict[str, Any]) -> Iterator[Finding]:
    identifier, comma, _ = clause["source"].partition(",")
    if identifier not in source.sources or not comma:
        yield Finding(
            "CLA04",
            where,
            f"the source '{clause['source']}' is not '<id>, <place>'",
            f"Ids: {', '.join(source.sources)}",
        )
    try:
        source.resolve(clause["where"])
    except DocumentError as error:
        yield Finding("CLA05", where, f"`where` is wrong: {error}", "Point at a node of the source")
    if clause["where"].partition("#")[0] not in (f"{api}.yaml", "common.yaml"):
        yield Finding("CLA05", where, "`where` leads to another API", f"Point into {api}.yaml")
    quirk = clause.get("quirk")
    if clause["evidence"] == "documented":
        yield from _documented(source, where, clause)
    if clause["evidence"] == "assumed" and quirk is None:
        yield Finding(
            "CLA06", where, "an assumption names no quirk", "Add `quirk:` with the open question"
        )
    if quirk is not None and quirk not in source.quirks:
        yield Finding("CLA06", where, f"there is no quirk {quirk}", "Correct the id")


def _documented(source: Source, where: str, clause: dict[str, Any]) -> Iterator[Finding]:
    """A documented promise stands in one row of a page, and no quirk says that it stands nowhere."""
    place = clause["source"].rpartition(", ")[2]
    if _TABLES.fullmatch(place):
        yield Finding(
            "CLA11",
            where,
            f"the place '{place}' is a table, not a row of it",
            f"Name the row, e.g. '{place}, <row>'; a table without rows has the row None",
        )
    title = str(source.quirks.get(clause.get("quirk", ""), {}).get("title", ""))
    if _SILENT.search(title):
        yield Finding(
            "CLA12",
            where,
            f"documented, and its quirk says: {title}",
            "Make it assumed, or leave the quirk out if it is about something else",
        )


def _checks(
    where: str, clause: dict[str, Any], known: Mapping[str, Container[str]]
) -> Iterator[Finding]:
    wrong = _misformed(clause["checked_by"])
    if wrong:
        yield Finding("CLA07", where, *wrong)
        return
    for text in named_checks(clause["checked_by"])[0]:
        entry = take_apart(text)
        kind = entry["kind"]
        detail = "".join(value for key, value in entry.items() if key != "kind")
        if kind == "schema" and not detail:
            continue
        if detail in known.get(kind, ()):
            continue
        if kind in _TEXT_KINDS and len(detail) >= 10:
            continue
        yield Finding(
            "CLA08",
            where,
            f"the check '{text}' does not exist",
            "Write schema, property:<check of judge_checks.py>, probe:<name>, workflow:<id>"
            " or not-observable: <why>",
        )


def _misformed(checked_by: Any) -> tuple[str, str] | None:
    """What is wrong with how a clause names its checks, and how to mend it; None if nothing is."""
    any_of = isinstance(checked_by, dict)
    if any_of and set(checked_by) != {ANY}:
        return f"`checked_by` has the keys {sorted(checked_by)}", f"Write a list, or {ANY}: [...]"
    texts = checked_by[ANY] if any_of else checked_by
    if not texts:
        return "nothing checks the clause", "Name a check, or say why none can see it"
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return "`checked_by` is no list of checks", f"Write a list, or {ANY}: [...]"
    return _unfit(texts, any_of=any_of)


def _unfit(texts: list[str], *, any_of: bool) -> tuple[str, str] | None:
    """Why checks do not go together, and what to write instead; None if they do."""
    if len(set(texts)) < len(texts):
        return "a check stands twice", "Name each check once"
    if any_of and len(texts) == 1:
        return f"`{ANY}` names one check only", "Write `checked_by: [...]`"
    if len(texts) > 1 and any(take_apart(text)["kind"] in _TEXT_KINDS for text in texts):
        return (
            "a part of the clause is not observable, so it could never conform",
            "Make a clause of its own of that part",
        )
    return None


def _statuses(source: Source, api: str) -> Iterator[Finding]:
    """Each status of each operation has exactly one clause, which is its evidence."""
    clauses = source.clauses[api]
    found: dict[str, list[str]] = {}
    for identifier, clause in clauses.items():
        if re.search(r"-S\d{3}$", identifier):
            found.setdefault(clause.get("where", ""), []).append(identifier)
    wanted: dict[str, str] = {}
    for path, method, operation in operations(source.apis[api]):
        for status in operation["responses"]:
            where = f"{api}.yaml{pointers.build('paths', path, method, 'responses', status)}"
            wanted[where] = f"{operation['x-sn-clauses']}-S{status}"
    for where, identifier in wanted.items():
        if found.get(where) != [identifier]:
            yield Finding(
                "CLA09",
                f"clauses/{api}.yaml",
                f"the evidence of {where} is {found.get(where, 'missing')}",
                f"Write the one clause {identifier} that points there",
            )
    for where, identifiers in found.items():
        if where not in wanted:
            yield Finding(
                "CLA09",
                f"clauses/{api}.yaml#/{identifiers[0]}",
                "a status clause points at no response of an operation",
                "Correct `where`",
            )


def _unpromised(source: Source, api: str) -> Iterator[Finding]:
    """Each property and parameter of an API has a clause, at itself or at what it refers to."""
    places = [clause.get("where", "") for clause in source.clauses[api].values()]
    components = source.apis[api].get("components", {})
    nodes = {
        pointers.build("components", "parameters", name): parameter.get("schema", {})
        for name, parameter in components.get("parameters", {}).items()
    }
    for name, schema in components.get("schemas", {}).items():
        for member, node in schema.get("properties", {}).items():
            nodes[pointers.build("components", "schemas", name, "properties", member)] = node
    for pointer, node in nodes.items():
        target = node.get("$ref", "")
        wanted = [f"{api}.yaml{pointer}"]
        if target:
            wanted.append(f"{api}.yaml{target}" if target.startswith("#") else target)
        if not any(
            place == prefix or place.startswith(f"{prefix}/")
            for prefix in wanted
            for place in places
        ):
            yield Finding(
                "CLA10",
                f"{api}.yaml{pointer}",
                "no clause says what is promised here",
                f"Write one in clauses/{api}.yaml that points here",
            )
