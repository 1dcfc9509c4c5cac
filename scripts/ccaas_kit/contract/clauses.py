"""The clauses of the contract, as `make build` compiles them for the conformance runner."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.layout import GENERATED
from ccaas_kit.contract.shapes import Json

COMPILED = GENERATED / "clauses.json"
_REBUILD = "Run 'make build'"


class Evidence(StrEnum):
    """How sure we are that the requirement was made."""

    DOCUMENTED = "documented"
    ASSUMED = "assumed"
    VERIFIED = "verified"


class Kind(StrEnum):
    """What looks whether the requirement is kept."""

    SCHEMA = "schema"
    PROPERTY = "property"
    PROBE = "probe"
    WORKFLOW = "workflow"
    NOT_OBSERVABLE = "not-observable"


# The key beside `kind` that says which check, or why there is none.
_SUBJECT = {
    Kind.PROPERTY: "check",
    Kind.PROBE: "name",
    Kind.WORKFLOW: "name",
    Kind.NOT_OBSERVABLE: "text",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One way in which a clause is looked at; `subject` names the check or gives the reason."""

    kind: Kind
    subject: str = ""

    @property
    def text(self) -> str:
        """The check as the contract writes it: `schema`, or `probe:page-limit`."""
        return f"{self.kind}:{self.subject}" if self.subject else str(self.kind)


@dataclass(frozen=True, slots=True)
class Clause:
    """One requirement of the contract, which an instance can violate.

    `operation` is None for a requirement of the API as a whole; `pointer` leads into the bundle of all.
    Each check of `checked_by` is needed, or any one of them where `any_suffices`.
    """

    id: str
    api: str
    operation: str | None
    says: str
    source: str
    pointer: str
    checked_by: tuple[Check, ...]
    evidence: Evidence
    quirk: str | None = None
    any_suffices: bool = False


def load(path: Path = COMPILED) -> list[Clause]:
    """The clauses of all APIs, in the order of the reference pages.

    Raises:
        DocumentError: the file is missing, is not JSON, or an entry breaks the form.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise DocumentError(what, where=str(path), fix=_REBUILD) from error
    except ValueError as error:
        raise DocumentError("is not valid JSON", where=str(path), fix=_REBUILD) from error
    entries = document.get("clauses") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise DocumentError("has no list 'clauses'", where=str(path), fix=_REBUILD)
    clauses = [_clause(entry, where=f"{path}#/clauses/{i}") for i, entry in enumerate(entries)]
    seen: set[str] = set()
    for clause in clauses:
        if clause.id in seen:
            raise DocumentError(f"clause {clause.id} appears twice", where=str(path), fix=_REBUILD)
        seen.add(clause.id)
    return clauses


def _clause(entry: Json, *, where: str) -> Clause:
    try:
        return Clause(
            id=_text(entry["id"]),
            api=_text(entry["api"]),
            operation=None if entry["operation"] is None else _text(entry["operation"]),
            says=_text(entry["says"]),
            source=_text(entry["source"]),
            pointer=_text(entry["pointer"]),
            checked_by=tuple(_check(check) for check in entry["checked_by"]),
            evidence=Evidence(entry["evidence"]),
            quirk=entry.get("quirk"),
            any_suffices=_flag(entry.get("any_suffices", False)),
        )
    except KeyError as error:
        raise DocumentError(f"lacks the key {error}", where=where, fix=_REBUILD) from error
    except (TypeError, ValueError) as error:
        raise DocumentError(f"breaks the form: {error}", where=where, fix=_REBUILD) from error


def _check(entry: dict[str, Json]) -> Check:
    kind = Kind(entry["kind"])
    key = _SUBJECT.get(kind)
    return Check(kind=kind, subject=_text(entry[key]) if key else "")


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError(f"{value!r} is not text")
    return value
