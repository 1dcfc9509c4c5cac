"""The models take every example and give it back, and agree with the schemas on generated data."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from schemathesis.generation.jsonschema.builder import build
from schemathesis.generation.jsonschema.context import Alphabet
from servicenow_ccaas import glide, models

from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.operations import operations
from tests.looping import every

ALL = documents.load(layout.BUNDLES / f"{layout.ALL_BUNDLE}.yaml")
SCHEMAS: dict[str, Any] = ALL["components"]["schemas"]
# Keywords that relate several members of an object or list; a pydantic field cannot say them.
MOMENTS = {"glide_date", "glide_date_time", "offer_timestamp"}
DRAFT = jsonschema_rs.Draft202012
RELATIONS = ("dependentRequired", "uniqueItems", "anyOf/required")


def adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(getattr(models, name))


def give_back(name: str, value: Any) -> Any:
    types = adapter(name)
    read = types.validate_json(json.dumps(value), strict=True, by_alias=True, by_name=False)
    return types.dump_python(read, by_alias=True, exclude_unset=True, mode="json")


def examples() -> list[Any]:
    """Every body example of the bundle of all with the name of its schema."""
    cases = []
    for _, _, operation in operations(ALL):
        holders = list(operation["responses"].items())
        if "requestBody" in operation:
            holders.append(("request", operation["requestBody"]))
        for label, reference in holders:
            content = pointers.follow(ALL, reference).get("content", {})
            for media, body in content.items():
                schema = body["schema"]["$ref"].rpartition("/")[2]
                for key, example in body["examples"].items():
                    value = pointers.follow(ALL, example)["value"]
                    where = f"{operation['operationId']}-{label}-{media}-{key}"
                    cases.append(pytest.param(schema, value, id=where))
    return cases


def without_relations(schema: Any) -> Any:
    """The schema as far as a model says it; see RELATIONS.

    A list of values may grow, so models take others; a value that is no text has no length.
    """
    if isinstance(schema, list):
        return [without_relations(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {k: without_relations(v) for k, v in schema.items() if k not in RELATIONS}
    for child in kept.get("properties", {}).values():
        if len(child.get("enum", ())) > 1:
            del child["enum"]
            child.pop("maxLength", None)
    if "allOf" in kept:
        kept.pop("maxLength", None)
    if all(set(part) <= {"required", "properties"} for part in kept.get("anyOf", [{"": 0}])):
        del kept["anyOf"]
    return kept


def without_null_members(value: Any) -> Any:
    """The value without members that are null: an optional field of a model may be None."""
    if isinstance(value, dict):
        return {k: without_null_members(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_null_members(part) for part in value]
    return value


def judge(name: str, *, relations: bool = True) -> jsonschema_rs.Draft202012Validator:
    schemas = SCHEMAS if relations else {k: without_relations(v) for k, v in SCHEMAS.items()}
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    )


def mutate(value: Any, draw: st.DrawFn) -> Any:
    """The value with one member removed, or one leaf replaced by something of another kind."""
    changed = copy.deepcopy(value)
    spots: list[tuple[Any, Any]] = []

    def collect(node: Any) -> None:
        entries = node.items() if isinstance(node, dict) else enumerate(node)
        for key, child in entries:
            spots.append((node, key))
            if isinstance(child, dict | list):
                collect(child)

    if not isinstance(changed, dict | list):
        return draw(OTHER)
    collect(changed)
    if not spots:
        return draw(OTHER)
    holder, key = draw(st.sampled_from(spots))
    if isinstance(holder, dict) and draw(st.booleans()):
        del holder[key]
    else:
        holder[key] = draw(OTHER)
    return changed


OTHER = st.sampled_from([None, 0, -1, 1.5, True, "", "x", "\u00e9" * 300, [], {}, ["x"], {"x": 1}])


@st.composite
def valid_or_mutated(draw: st.DrawFn, name: str) -> Any:
    inlined = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    value = draw(build(inlined, draft=DRAFT, formats={}, alphabet=Alphabet(allow_x00=False)))
    return mutate(value, draw) if draw(st.booleans()) else value


@every(("schema", "value"), examples())
def test_example_goes_in_and_comes_out_equal(schema: str, value: Any) -> None:
    # As text: 30 and 30.0 are equal in Python.
    assert json.dumps(give_back(schema, value), sort_keys=True) == json.dumps(value, sort_keys=True)


@every("name", sorted(SCHEMAS))
def test_every_named_schema_has_its_model(name: str) -> None:
    assert name in models.__all__


def test_no_name_is_a_leftover_of_the_generator() -> None:
    assert set(models.__all__) == set(SCHEMAS) | _common_only()


def test_every_text_type_of_the_package_is_one_of_the_contract() -> None:
    assert set(glide.__all__) <= set(SCHEMAS) | _common_only()


def _common_only() -> set[str]:
    common = documents.load(layout.SOURCE / "common.yaml")["components"]["schemas"]
    return set(common) - set(SCHEMAS)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
@settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_model_and_schema_agree(name: str, data: st.DataObject) -> None:
    value = data.draw(valid_or_mutated(name))

    try:
        returned = give_back(name, value)
    except ValidationError as error:
        # A pattern does not know how many days a month has.
        impossible = {detail["type"] for detail in error.errors()} & MOMENTS
        assert impossible or not judge(name).is_valid(value), "refuses what the schema accepts"
    else:
        reduced = without_null_members(value)
        assert judge(name, relations=False).is_valid(reduced), "the model accepts too much"
        assert returned == value


def test_unknown_fields_are_carried_through() -> None:
    value = {"error": {"message": "m", "x_custom": ["1"]}, "status": "failure", "u_note": "n"}

    assert give_back("ErrorResponse", value) == value
