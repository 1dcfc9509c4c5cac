"""Rules about names: identities that are unique, and a form for each kind of name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ccaas_kit.contract import pointers
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import operations
from speclint.source import Finding, Source, is_property_name, walk

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_TAG = re.compile(r"[A-Z][a-z]*( [a-z]+)*s")
_LINK = re.compile(r"[a-z]+([A-Z][a-z]*)+")
_COMPONENT = re.compile(r"([A-Z][a-z]+)+")
_KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def check(source: Source) -> Iterator[Finding]:
    """Findings about the names of all documents."""
    yield from _identities(source)
    for api, document in source.apis.items():
        yield from _tags(f"{api}.yaml", document)
        for path, method, operation in operations(document):
            where = f"{api}.yaml{pointers.build('paths', path, method)}"
            yield from _bodies(source, f"{api}.yaml", where, operation)
    for file, document in source.files().items():
        yield from _components(file, document)
    for file, document in source.workflows.items():
        yield from _workflows(file, document)


def _identities(source: Source) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for api, document in source.apis.items():
        info = document["info"]
        if not _VERSION.fullmatch(info["version"]):
            yield Finding(
                "STR10",
                f"{api}.yaml#/info/version",
                f"'{info['version']}' is no SemVer",
                "Write x.y.z",
            )
        if not info.get("x-sn-releases"):
            yield Finding(
                "STR10",
                f"{api}.yaml#/info",
                "no release of the vendor is named",
                "Add x-sn-releases; `version` is that of the contract",
            )
        for path, method, operation in operations(document):
            identifier = operation["operationId"]
            where = f"{api}.yaml{pointers.build('paths', path, method)}"
            if identifier in seen:
                yield Finding(
                    "STR11",
                    where,
                    f"operationId '{identifier}' also names {seen[identifier]}",
                    "Choose another one",
                )
            seen[identifier] = where
    for api, document in source.apis.items():
        for steps, node in walk(document):
            target = node.get("operationId") if isinstance(node, dict) else None
            if isinstance(target, str) and "responses" not in node and target not in seen:
                yield Finding(
                    "STR13",
                    f"{api}.yaml{pointers.build(*steps)}",
                    f"the link leads to the unknown operation '{target}'",
                    f"Name one of {', '.join(sorted(seen))}",
                )


def _tags(file: str, document: dict[str, Any]) -> Iterator[Finding]:
    tags = [tag["name"] for tag in document.get("tags", ())]
    for tag in tags:
        if not _TAG.fullmatch(tag):
            yield Finding(
                "STR20",
                f"{file}#/tags",
                f"the tag '{tag}' is no plural in sentence case",
                "Write it like 'Work offers'",
            )
    for path, method, operation in operations(document):
        for tag in operation.get("tags", ()):
            if tag not in tags:
                yield Finding(
                    "STR20",
                    f"{file}{pointers.build('paths', path, method)}",
                    f"the tag '{tag}' is described nowhere",
                    f"Use one of {', '.join(tags)}, or add it to the tags of the document",
                )


def _components(file: str, document: dict[str, Any]) -> Iterator[Finding]:
    for steps, node in walk(document):
        if not isinstance(node, dict) or is_property_name(steps):
            continue
        where = f"{file}{pointers.build(*steps)}"
        section = steps[-2] if len(steps) >= 2 else ""
        if section == "links" and not _LINK.fullmatch(steps[-1]):
            yield Finding(
                "STR21",
                where,
                f"the link '{steps[-1]}' is no verb with an object",
                "Name it in lowerCamel by what one can do next, like readContact",
            )
        if len(steps) != 3 or steps[0] != "components":
            continue
        if section in ("parameters", "headers", "requestBodies", "responses") and (
            not _COMPONENT.fullmatch(steps[-1])
            or (section == "responses" and steps[-1].endswith("Response"))
        ):
            yield Finding(
                "STR22",
                where,
                f"'{steps[-1]}' does not say in PascalCase what it means",
                "Write letters only; name a response by its meaning, like NotFound",
            )


def _bodies(source: Source, file: str, where: str, operation: dict[str, Any]) -> Iterator[Finding]:
    """What an operation takes and gives is named after it."""
    identifier = operation["operationId"]
    name = identifier[0].upper() + identifier[1:]
    holders = {"requestBody": (operation.get("requestBody", {}), f"{name}Request")} | {
        status: (response, f"{name}Response")
        for status, response in operation["responses"].items()
        if str(status).startswith("2")
    }
    for label, (node, wanted) in holders.items():
        try:
            _, holder = source.follow(file, node)
        except DocumentError:
            continue  # told by the rules about examples
        for media, content in holder.get("content", {}).items():
            found = content["schema"].get("$ref", "").rpartition("/")[2]
            if found != wanted:
                yield Finding(
                    "STR23",
                    where,
                    f"the body of {label} ({media}) is {found or 'unnamed'}",
                    f"Call the schema {wanted}",
                )


def _workflows(file: str, document: dict[str, Any]) -> Iterator[Finding]:
    seen: set[str] = set()
    for workflow in document.get("workflows", ()):
        names = [("workflowId", workflow.get("workflowId"))]
        names += [("stepId", step.get("stepId")) for step in workflow.get("steps", ())]
        for key, name in names:
            if not _KEBAB.fullmatch(str(name)):
                yield Finding(
                    "STR24",
                    file,
                    f"the {key} '{name}' is not in kebab-case",
                    "Write it like offer-a-call",
                )
        if names[0][1] in seen:
            yield Finding(
                "STR24", file, f"two workflows are called '{names[0][1]}'", "Rename one of them"
            )
        seen.add(str(names[0][1]))
