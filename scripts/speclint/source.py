"""The hand-written contract as loaded files, and the findings that rules make about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccaas_kit.contract import documents, pointers
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import operations


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken house rule: its stable code, where it is broken and how to mend it."""

    code: str
    where: str
    says: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: {self.code} {self.says}. {self.fix}"


@dataclass(frozen=True, slots=True)
class Source:
    """Everything under `openapi/`, loaded."""

    root: Path
    apis: dict[str, dict[str, Any]]
    common: dict[str, Any]
    examples: dict[str, dict[str, Any]]
    clauses: dict[str, dict[str, Any]]
    quirks: dict[str, Any]
    sources: dict[str, Any]
    workflows: dict[str, dict[str, Any]]

    @classmethod
    def load(cls, root: Path) -> Source:
        """The contract below a folder.

        Raises:
            DocumentError: a file is missing or not YAML, or an operation is not written out.
        """
        names = sorted(path.stem for path in (root / "clauses").glob("*.yaml"))
        if not names:
            raise DocumentError("holds no clauses/<api>.yaml", where=str(root))
        apis = {name: documents.load_mapping(root / f"{name}.yaml") for name in names}
        for name, document in apis.items():
            _check_operations(root / f"{name}.yaml", document)
        return cls(
            root=root,
            apis=apis,
            common=documents.load_mapping(root / "common.yaml"),
            examples={
                name: documents.load_mapping(root / "examples" / f"{name}.yaml") for name in names
            },
            clauses={
                name: documents.load_entries(root / "clauses" / f"{name}.yaml") for name in names
            },
            quirks=documents.load_entries(root / "quirks.yaml"),
            sources=documents.load_entries(root / "sources.yaml"),
            workflows={
                path.relative_to(root).as_posix(): documents.load_mapping(path)
                for path in sorted((root / "workflows").glob("*.arazzo.yaml"))
            },
        )

    def files(self) -> dict[str, dict[str, Any]]:
        """Every OpenAPI document by its path below the root."""
        found = {f"{name}.yaml": document for name, document in self.apis.items()}
        found["common.yaml"] = self.common
        found |= {f"examples/{name}.yaml": document for name, document in self.examples.items()}
        return found

    def resolve(self, where: str) -> Any:
        """The node that `file#pointer` names.

        Raises:
            DocumentError: there is no such file or node.
        """
        file, _, pointer = where.partition("#")
        document = self.files().get(file)
        if document is None:
            raise DocumentError(f"there is no file '{file}' in the contract")
        return pointers.resolve(document, pointer)

    def follow(self, file: str, node: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The node behind a chain of references that begins in a file, and the file it stands in.

        Raises:
            DocumentError: a reference leads nowhere.
        """
        while "$ref" in node:
            target, _, pointer = node["$ref"].partition("#")
            file = target or file
            node = self.resolve(f"{file}#{pointer}")
        return file, node


def walk(node: Any, *steps: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every node below and including this one, with the steps that lead to it.

    The values of examples are data, not specification, and are left out.
    """
    yield steps, node
    if isinstance(node, dict):
        for key, child in node.items():
            if key == "value" and len(steps) >= 2 and steps[-2] == "examples":
                continue
            if key in ("examples", "enum", "x-sn-values") and isinstance(child, list):
                continue
            yield from walk(child, *steps, str(key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from walk(child, *steps, str(index))


def is_property_name(steps: tuple[str, ...]) -> bool:
    """Whether the last step is the name of a property, which may be called like a keyword."""
    return len(steps) >= 2 and steps[-2] in ("properties", "patternProperties")


def schemas(document: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every schema of a document, named or inline, with the steps that lead to it."""
    for steps, node in walk(document):
        if isinstance(node, dict) and _is_schema(steps):
            yield steps, node


def _check_operations(file: Path, document: dict[str, Any]) -> None:
    """What no rule can do without: each operation stands here and can be named."""
    if not isinstance(document.get("paths"), dict):
        raise DocumentError("has no paths", where=str(file), fix="Write `paths:`")
    for path, method, operation in operations(document):
        if missing := [key for key in ("operationId", "responses") if key not in operation]:
            raise DocumentError(
                f"the operation lacks {' and '.join(missing)}",
                where=f"{file}{pointers.build('paths', path, method)}",
                fix="Write it out here; a reference to an operation is not allowed",
            )


def _is_schema(steps: tuple[str, ...]) -> bool:
    named = len(steps) == 3 and steps[:2] == ("components", "schemas")
    inline = bool(steps) and steps[-1] in ("schema", "items", "additionalProperties")
    branch = len(steps) >= 2 and steps[-2] in ("allOf", "anyOf", "oneOf") and steps[-1].isdigit()
    return named or inline or branch or is_property_name(steps)
