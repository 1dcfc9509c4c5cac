"""What Specmatic is given of the bundle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.operations import operations
from effectiveness import specmatic

WANTED = {"getExternalIdMapping", "createContact"}
DOCUMENT = documents.load_mapping(layout.BUNDLES / f"{layout.ALL_BUNDLE}.yaml")


def keys(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        yield from node.items()
        for child in node.values():
            yield from keys(child)
    elif isinstance(node, list):
        for child in node:
            yield from keys(child)


def test_the_reduced_bundle_has_the_wanted_operations_and_is_sound() -> None:
    reduced = specmatic.reduced(DOCUMENT, WANTED)

    OpenAPIV31SpecValidator(reduced).validate()
    assert {node["operationId"] for _, _, node in operations(reduced)} == WANTED


def test_what_it_cannot_load_is_left_out() -> None:
    reduced = specmatic.reduced(DOCUMENT, WANTED)

    assert "application/xml" in {key for key, _ in keys(DOCUMENT)}
    assert "application/xml" not in {key for key, _ in keys(reduced)}
    assert not [
        value for key, value in keys(reduced) if key == "pattern" and isinstance(value, str)
    ]
    assert set(reduced["components"]["securitySchemes"]) == {"Basic"}


def test_the_pin_has_a_version_and_a_digest() -> None:
    assert specmatic.version().count(".") == 2
    assert "--hash=sha256:" in specmatic.PIN.read_text(encoding="utf-8")
