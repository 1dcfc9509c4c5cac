"""Every example of every document fits its schema, by two validators, and says what the page says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.operations import operations
from tests.looping import every

DOCUMENTED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "documented_examples.json").read_text(encoding="utf-8")
)
BUNDLES = {api: documents.load(layout.BUNDLES / f"{api}.yaml") for api in layout.apis()}
SOURCES = {
    name: example
    for api in layout.apis()
    for name, example in documents.load(layout.SOURCE / "examples" / f"{api}.yaml")["components"][
        "examples"
    ].items()
}
PAGES = documents.load(layout.SOURCE / "sources.yaml")


def shown(api: str) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Place, schema and value of every example of an API's bundle."""
    document = BUNDLES[api]
    for path, _, operation in operations(document):
        name = operation["operationId"]
        parameters = [*document["paths"][path].get("parameters", [])]
        parameters += operation.get("parameters", [])
        for reference in parameters:
            parameter = pointers.follow(document, reference)
            yield from _values(document, f"{name}-{parameter['name']}", parameter)
        holders = [(status, response) for status, response in operation["responses"].items()]
        if "requestBody" in operation:
            holders.append(("request", operation["requestBody"]))
        for label, reference in holders:
            holder = pointers.follow(document, reference)
            for media, content in holder.get("content", {}).items():
                yield from _values(document, f"{name}-{label}-{media}", content)


def _values(
    document: dict[str, Any], place: str, holder: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any], Any]]:
    schema = {**holder["schema"], "components": document["components"]}
    for name, example in holder.get("examples", {}).items():
        yield f"{place}-{name}", schema, pointers.follow(document, example)["value"]


CASES = [
    pytest.param(schema, value, id=place)
    for api in layout.apis()
    for place, schema, value in shown(api)
]


@every(("schema", "value"), CASES)
def test_example_fits_its_schema(schema: dict[str, Any], value: Any) -> None:
    fast = jsonschema_rs.Draft202012Validator(schema)
    second = jsonschema.Draft202012Validator(schema)

    assert [error.message for error in fast.iter_errors(value)] == []
    assert [error.message for error in second.iter_errors(value)] == []


@every("name", sorted(DOCUMENTED))
def test_documented_example_says_what_the_page_says(name: str) -> None:
    assert SOURCES[name]["value"] == DOCUMENTED[name]


def test_every_example_with_a_page_behind_it_is_compared_with_the_page() -> None:
    bodies = {
        name
        for name, example in SOURCES.items()
        if name.endswith(("Request", "Response"))
        and PAGES.get(example.get("x-sn-source"), {}).get("kind") == "page"
    }

    assert bodies == set(DOCUMENTED)


@every("api", layout.apis())
def test_every_operation_shows_a_success_and_its_request(api: str) -> None:
    document = BUNDLES[api]
    for _, _, operation in operations(document):
        success = next(s for s in operation["responses"] if s.startswith("2"))
        response = pointers.follow(document, operation["responses"][success])
        assert response["content"]["application/json"]["examples"], operation["operationId"]
        if "requestBody" in operation:
            body = pointers.follow(document, operation["requestBody"])
            assert body["content"]["application/json"]["examples"], operation["operationId"]
