"""The forms in which the contract is handed out: which there are, and a document of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import operations


@dataclass(frozen=True, slots=True)
class Form:
    """A form by what it is for, the folder that it is made from, and what makes it of a document there."""

    purpose: str
    folder: Path
    make: Callable[[dict[str, Any]], dict[str, Any]] | None = None

    @property
    def names(self) -> list[str]:
        """The APIs that there are in this form."""
        return sorted(path.stem for path in self.folder.glob("*.yaml"))

    def yaml(self, name: str) -> str:
        """The document of an API as YAML text."""
        if self.make is None:
            return (self.folder / f"{name}.yaml").read_text(encoding="utf-8")
        return documents.dump_yaml(self.document(name))

    def json(self, name: str) -> str:
        """The document of an API as JSON text."""
        return documents.dump_json(self.document(name))

    def document(self, name: str) -> dict[str, Any]:
        """The document of an API."""
        found = documents.load_mapping(self.folder / f"{name}.yaml")
        return found if self.make is None else self.make(found)


def dereferenced(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a copy of what each reference leads to, and no components but the ways to sign in.

    Raises:
        DocumentError: something contains itself; it names the reference.
    """

    def written_out(node: Any, trail: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [written_out(child, trail) for child in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return {key: written_out(child, trail) for key, child in node.items()}
        if reference in trail:
            raise DocumentError(f"'{reference}' contains itself, which cannot be written out")
        beside = {key: child for key, child in node.items() if key != "$ref"}
        target = written_out(pointers.resolve(document, reference), (*trail, reference))
        return {**target, **written_out(beside, trail)}

    found = {key: value for key, value in document.items() if key != "components"}
    schemes = document.get("components", {}).get("securitySchemes", {})
    return {**written_out(found, ()), "components": {"securitySchemes": schemes}}


def brief(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the fields of responses by name and type only, for readers who pay by the word."""
    schemas = document["components"]["schemas"]
    bodies = [
        operation["requestBody"]
        for _, _, operation in operations(document)
        if "requestBody" in operation
    ]
    waiting = [pointers.follow(document, body) for body in bodies]
    requested: set[str] = set()
    while waiting:
        for reference in set(pointers.references(waiting.pop())) - requested:
            requested.add(reference)
            waiting.append(pointers.resolve(document, reference))

    def short(schema: dict[str, Any]) -> dict[str, Any]:
        found = {key: node for key, node in schema.items() if key not in ("description", "example")}
        if "properties" in found:
            found["properties"] = {name: short(node) for name, node in found["properties"].items()}
        return {**found, "items": short(found["items"])} if "items" in found else found

    briefer = {
        name: schema
        if pointers.build("components", "schemas", name) in requested
        else short(schema)
        for name, schema in schemas.items()
    }
    return {**document, "components": {**document["components"], "schemas": briefer}}


FORMS = {
    "contract": Form("OpenAPI 3.1, all that the contract says", layout.BUNDLES),
    "dereferenced": Form("the same without references", layout.BUNDLES, dereferenced),
    "codegen": Form("OpenAPI 3.0.3 for generators of clients", layout.CODEGEN),
    "tools": Form("the same for language models: responses in few words", layout.CODEGEN, brief),
    "3.0": Form("OpenAPI 3.0 for gateways and connectors", layout.DOWNGRADES),
}
