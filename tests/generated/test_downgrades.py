"""The OpenAPI 3.0 forms of the bundles: valid, with examples that fit, and honest about what is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator

from build import downgrades
from ccaas_kit.contract import documents, layout, pointers
from tests.looping import every

APIS = layout.apis()


def downgraded(api: str) -> dict[str, Any]:
    return documents.load_mapping(layout.DOWNGRADES / f"{api}.yaml")


def bundled(api: str) -> dict[str, Any]:
    return documents.load_mapping(layout.BUNDLES / f"{api}.yaml")


def media_types(document: Any, node: Any) -> Iterator[dict[str, Any]]:
    """Every media type object with examples, at an operation or in the components."""
    if isinstance(node, list):
        for child in node:
            yield from media_types(document, child)
    elif isinstance(node, dict):
        if "schema" in node and {"example", "examples"} & node.keys():
            yield node
        for child in node.values():
            yield from media_types(document, child)


def examples(document: dict[str, Any]) -> list[tuple[str, dict[str, Any], Any]]:
    """Name, schema and value of each example of a body or a parameter."""
    return [
        (name, media["schema"], pointers.follow(document, example)["value"])
        for media in media_types(document, document)
        for name, example in (
            media["examples"].items()
            if "examples" in media
            # What a parameter shows, in place.
            else [(media["name"], {"value": media["example"]})]
        )
    ]


def is_valid(document: dict[str, Any], schema: dict[str, Any], value: Any) -> bool:
    whole = {"allOf": [schema], "components": document["components"]}
    return bool(OAS30Validator(whole).is_valid(value))


@every("api", APIS)
def test_the_document_is_valid(api: str) -> None:
    document = downgraded(api)

    assert document["openapi"].startswith("3.0.")
    assert [str(error) for error in OpenAPIV30SpecValidator(document).iter_errors()] == []


@every("api", APIS)
def test_operations_and_components_are_those_of_the_bundle(api: str) -> None:
    before, after = bundled(api), downgraded(api)

    assert list(after["paths"]) == list(before["paths"])
    for path, item in before["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                assert list(after["paths"][path][method]["responses"]) == list(
                    operation["responses"]
                )
    for kind, components in before["components"].items():
        assert sorted(after["components"][kind]) == sorted(components)


@every("api", APIS)
def test_every_example_fits(api: str) -> None:
    document = downgraded(api)

    found = examples(document)
    assert len([*media_types(document, document)]) == len(
        [*media_types(bundled(api), bundled(api))]
    )
    assert len(found) > 10
    assert [name for name, schema, value in found if not is_valid(document, schema, value)] == []


@pytest.mark.parametrize(
    ("api", "schema", "value"),
    [
        ("interaction", "InteractionData", 3),
        ("external-id-mapping", "ErrorResponse", {"error": {"message": "m"}, "status": "success"}),
        ("contact", "GetContactResponse", {"result": {"sys_id": "x"}}),
    ],
)
def test_what_stands_there_in_another_form_still_refuses(api: str, schema: str, value: Any) -> None:
    document = downgraded(api)

    assert not is_valid(document, {"$ref": f"#/components/schemas/{schema}"}, value)


@pytest.mark.parametrize("types", ["null", ["null"]])
def test_null_alone_is_one_value(types: Any) -> None:
    schema = downgrades.fitted({"type": types, "description": "Nothing."})
    document: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"schemas": {"Nothing": schema}},
    }

    assert [str(error) for error in OpenAPIV30SpecValidator(document).iter_errors()] == []
    assert is_valid(document, schema, None)
    others: tuple[Any, ...] = ("", "null", 0, False, [], {})
    assert [value for value in others if is_valid(document, schema, value)] == []


def test_what_is_lost_is_listed() -> None:
    text = (layout.DOWNGRADES / "README.md").read_text(encoding="utf-8")

    _, *sections = text.split("\n## ")
    assert [section.partition("\n")[0] for section in sections] == APIS
    for api, section in zip(APIS, sections, strict=True):
        lost = downgrades.lost(bundled(api), downgraded(api))
        rows = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
        assert rows == list(lost) != []
    assert "dependentRequired" in sections[-1]


def test_a_keyword_that_goes_missing_is_noticed() -> None:
    before = {"components": {"schemas": {"Thing": {"type": "object", "minProperties": 1}}}}
    after = {"components": {"schemas": {"Thing": {"type": "object"}}}}

    assert downgrades.lost(before, after) == {"minProperties": ["#/components/schemas/Thing"]}
    assert downgrades.lost(before, before) == {}
