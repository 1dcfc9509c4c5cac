"""The hand-written contract as loaded files, and the findings that rules make about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.kit import documents, pointers
from scripts.kit.errors import DocumentError


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

    @classmethod
    def load(cls, root: Path) -> Source:
        """The contract below a folder.

        Raises:
            DocumentError: a file is missing or not YAML.
        """
        names = sorted(path.stem for path in (root / "clauses").glob("*.yaml"))
        if not names:
            raise DocumentError("holds no clauses/<api>.yaml", where=str(root))
        return cls(
            root=root,
            apis={name: documents.load_mapping(root / f"{name}.yaml") for name in names},
            common=documents.load_mapping(root / "common.yaml"),
            examples={
                name: documents.load_mapping(root / "examples" / f"{name}.yaml") for name in names
            },
            clauses={
                name: documents.load_entries(root / "clauses" / f"{name}.yaml") for name in names
            },
            quirks=documents.load_entries(root / "quirks.yaml"),
            sources=documents.load_entries(root / "sources.yaml"),
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
