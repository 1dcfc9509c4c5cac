"""Of several alternatives, a fault is told of the one that the value is an attempt at."""

from __future__ import annotations

from typing import Any

import pytest

from ccaas_kit.model.schemas import Schemas
from tests.looping import every

HERE = "#/components/schemas"
DOCUMENT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Outcome": {
                "anyOf": [
                    {"$ref": f"{HERE}/Done"},
                    {"$ref": f"{HERE}/Refused"},
                ]
            },
            "Done": {
                "type": "object",
                "required": ["success", "item"],
                "properties": {
                    "success": {"const": True},
                    "item": {"type": "string", "minLength": 2},
                },
            },
            "Refused": {
                "type": "object",
                "required": ["success", "why"],
                "properties": {"success": {"const": False}, "why": {"type": "string"}},
            },
            "Flag": {"anyOf": [{"type": "boolean"}, {"type": "string", "enum": ["yes", "no"]}]},
            "Envelope": {
                "type": "object",
                "properties": {"outcomes": {"type": "array", "items": {"$ref": f"{HERE}/Outcome"}}},
            },
        }
    }
}


@pytest.fixture
def schemas() -> Schemas:
    return Schemas(DOCUMENT)


@every(
    ("schema", "value", "place", "innermost"),
    [
        ("Outcome", {"success": True, "item": 5}, "/item", f"{HERE}/Done/properties/item/type"),
        ("Outcome", {"success": True}, "/item", f"{HERE}/Done/properties/item"),
        ("Outcome", {"success": False}, "/why", f"{HERE}/Refused/properties/why"),
        (
            "Outcome",
            {"success": 7, "why": "x"},
            "/success",
            f"{HERE}/Refused/properties/success/const",
        ),
        ("Flag", "maybe", "", f"{HERE}/Flag/anyOf/1/enum"),
        (
            "Envelope",
            {"outcomes": [{"success": True, "item": "ab"}, {"success": True, "item": "a"}]},
            "/outcomes/1/item",
            f"{HERE}/Done/properties/item/minLength",
        ),
    ],
    ids=["constant", "missing", "other constant", "properties", "type", "inside a list"],
)
def test_the_fault_is_that_of_the_alternative_that_is_meant(
    schemas: Schemas, schema: str, value: Any, place: str, innermost: str
) -> None:
    (fault,) = schemas.faults(f"{HERE}/{schema}", value)

    assert fault.place == place
    assert innermost in fault.chain[-1]


@pytest.mark.parametrize("value", [{}, {"success": 1}, 5], ids=["nothing", "neither", "no object"])
def test_an_unclear_attempt_is_a_fault_of_the_choice_itself(schemas: Schemas, value: Any) -> None:
    (fault,) = schemas.faults(f"{HERE}/Outcome", value)

    assert fault.chain[-1] == frozenset({f"{HERE}/Outcome/anyOf"})


def test_what_fits_an_alternative_has_no_fault(schemas: Schemas) -> None:
    assert schemas.faults(f"{HERE}/Outcome", {"success": False, "why": "x"}) == []


def test_an_invalid_value_is_followed_into_the_alternative_that_is_meant(schemas: Schemas) -> None:
    visited = {visit.pointer for visit in schemas.visits(f"{HERE}/Outcome", {"success": False})}

    assert f"{HERE}/Refused/properties/why" in visited
    assert f"{HERE}/Done/properties/item" not in visited
