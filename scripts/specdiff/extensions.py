"""Changes in our own keys and in names, which Redocly treats as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ccaas_kit.contract import roles
from ccaas_kit.contract.operations import operations
from specdiff.findings import Finding, Verdict


def told_in_keys(base: dict[str, Any], revision: dict[str, Any]) -> Iterator[Finding]:
    """Findings on roles, versioned URLs and names of schemas."""
    yield from _roles(base, revision)
    yield from _versioned_urls(base, revision)
    yield from _schema_names(base, revision)


def _roles(base: dict[str, Any], revision: dict[str, Any]) -> Iterator[Finding]:
    """What a caller has to have; no roles mean that everybody may call."""
    now = {(path, method): operation for path, method, operation in operations(revision)}
    for path, method, operation in operations(base):
        if (path, method) not in now:
            continue
        name = operation["operationId"]
        before, after = roles.of(operation), roles.of(now[path, method])
        if not before.names and not after.names:
            continue
        if not before.names:
            for needed in after.enough:
                text = f"need a role now, such as {_joined(needed)}"
                yield Finding(name, Verdict.BREAKING, "callers", text, "role-needed")
            continue
        for role_names in before.enough:
            if not after.admit(role_names):
                yield Finding(
                    name,
                    Verdict.BREAKING,
                    f"the role {_joined(role_names)}",
                    "is no longer enough to call it",
                    "role-removed",
                )
        for role_names in after.enough if after.names else ():
            if not before.admit(role_names):
                yield Finding(
                    name,
                    Verdict.COMPATIBLE,
                    f"the role {_joined(role_names)}",
                    "is enough to call it, too",
                    "role-added",
                )
        if not after.names:
            yield Finding(
                name, Verdict.COMPATIBLE, "callers", "need a role no longer", "role-added"
            )


def _joined(role_names: frozenset[str]) -> str:
    return " and ".join(sorted(role_names))


def _versioned_urls(base: dict[str, Any], revision: dict[str, Any]) -> Iterator[Finding]:
    for path in base["paths"].keys() & revision["paths"].keys():
        before = base["paths"][path].get("x-sn-versioned", {}).get("path")
        after = revision["paths"][path].get("x-sn-versioned", {}).get("path")
        names = [
            operation["operationId"]
            for own, _, operation in operations(revision)
            if own == path and before != after
        ]
        for name in names:
            if before is not None:
                yield Finding(
                    name,
                    Verdict.BREAKING,
                    f"the versioned URL {before}",
                    "is no longer promised",
                    "versioned-url-removed",
                )
            if after is not None:
                yield Finding(
                    name,
                    Verdict.COMPATIBLE,
                    f"the versioned URL {after}",
                    "is new",
                    "versioned-url-added",
                )


def _schema_names(base: dict[str, Any], revision: dict[str, Any]) -> Iterator[Finding]:
    """The names are those of the generated classes, so a client's imports depend on them."""
    before = base.get("components", {}).get("schemas", {})
    after = revision.get("components", {}).get("schemas", {})
    for name in sorted(before.keys() - after.keys()):
        yield Finding(
            "",
            Verdict.BREAKING,
            f"the schema {name}",
            "is gone, and its model class with it",
            "schema-name-removed",
        )
    for name in sorted(after.keys() - before.keys()):
        yield Finding(
            "",
            Verdict.COMPATIBLE,
            f"the schema {name}",
            "is new, and a model class with it",
            "schema-name-added",
        )
