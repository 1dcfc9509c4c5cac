"""The codegen form: what each step takes out is in the contract, and is not in the form."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from build import codegen
from ccaas_kit.cli import forms as spec_forms
from ccaas_kit.contract import defaults, documents, layout, pointers
from ccaas_kit.contract.documented import JSON, responses
from ccaas_kit.contract.operations import VERSIONED_OF, operations
from clientgen.nodes import Node, answered, every, holders, is_object, name_of
from clientgen.transformations import TRANSFORMATIONS, codegen_form

NAMES = [*layout.apis(), layout.ALL_BUNDLE]
BUNDLES = {name: documents.load_mapping(layout.BUNDLES / f"{name}.yaml") for name in NAMES}
FORMS = {name: documents.load_mapping(layout.CODEGEN / f"{name}.yaml") for name in NAMES}
BUNDLE = BUNDLES[layout.ALL_BUNDLE]
BOUNDS = {"pattern", "enum", "const", "minLength", "maxLength", "minItems", "uniqueItems"}


def schemas(document: Node) -> Iterator[tuple[str, bool, Node]]:
    """Every schema with the name of the component or place, and whether instances send it."""
    answers = answered(document)
    for name, schema in document["components"]["schemas"].items():
        yield from ((name, name in answers, node) for node in every(schema))
    for holder, is_answer in holders(document):
        yield from (("a place", is_answer, node) for node in every(holder["schema"]))


def having(*keys: str) -> Callable[[Node], list[str]]:
    return lambda document: [name for name, _, node in schemas(document) if {*keys} & node.keys()]


def versioned(document: Node) -> list[str]:
    return [
        operation["operationId"]
        for _, _, operation in operations(document)
        if VERSIONED_OF in operation
    ]


def other_media(document: Node) -> list[str]:
    return re.findall(r"application/(?!json)\w+", json.dumps(document))


def empty_bodies(document: Node) -> list[str]:
    bodies = {
        operation["operationId"]: pointers.follow(document, operation["requestBody"])
        for _, _, operation in operations(document)
        if "requestBody" in operation
    }
    return [
        name
        for name, body in bodies.items()
        if not {"anyOf", "properties"}
        & pointers.follow(document, body["content"][JSON]["schema"]).keys()
    ]


def untold_defaults(document: Node) -> list[str]:
    def fields(found: Node) -> Node:
        creation = next(o for _, _, o in operations(found) if o["operationId"] == "createContact")
        body = pointers.follow(found, creation["requestBody"])
        schema: Node = pointers.follow(found, body["content"][JSON]["schema"])["properties"]
        return schema

    stated = {
        name: str(node[defaults.KEY]).lower()
        for name, node in fields(BUNDLE).items()
        if node.get(defaults.KEY, "") != ""
    }
    described = {name: node["description"] for name, node in fields(document).items()}
    return [name for name, value in stated.items() if f"Default: `{value}`" not in described[name]]


def extension_keys(document: Node) -> list[str]:
    found: list[str] = []

    def look(node: Any, above: str) -> None:
        if isinstance(node, dict):
            if above not in ("properties", "headers", "example"):
                found.extend(key for key in node if key.startswith("x-") and key != "x-sn-roles")
            for key, child in node.items():
                look(child, key)
        elif isinstance(node, list):
            for child in node:
                look(child, above)

    look(document, "")
    return found


def several_types(document: Node) -> list[str]:
    many = [name for name, _, node in schemas(document) if isinstance(node.get("type"), list)]
    return many + having("anyOf", "oneOf")(document)


def twins(document: Node) -> list[str]:
    found = []
    for name, _, node in schemas(document):
        values = [re.sub("[^0-9a-z]", "", str(value).lower()) for value in node.get("enum", ())]
        if len(set(values)) < len(values) or "" in values:
            found.append(name)
    return found


def named_texts(document: Node) -> list[str]:
    named = document["components"]["schemas"]
    beside = [name for name, _, node in schemas(document) if "$ref" in node and len(node) > 1]
    return beside + [name for name, schema in named.items() if not is_object(schema)]


def bounds_of_answers(document: Node) -> list[str]:
    bodies = {name_of(holder["schema"]) for holder, is_answer in holders(document) if is_answer}
    return [
        name
        for name, is_answer, node in schemas(document)
        if is_answer and (BOUNDS & node.keys() or ("required" in node and name not in bodies))
    ]


def taken_names(document: Node) -> list[str]:
    ids = [operation["operationId"].lower() for _, _, operation in operations(document)]
    named = document["components"]["schemas"]
    return [name for name in named if any(name.lower().startswith(taken) for taken in ids)]


def example_lists(document: Node) -> list[str]:
    places = ["a place" for holder, _ in holders(document) if "examples" in holder]
    return places + having("examples")(document)


def parameters_elsewhere(document: Node) -> list[str]:
    shared = [path for path, item in document["paths"].items() if "parameters" in item]
    referred = [
        operation["operationId"]
        for _, _, operation in operations(document)
        if any("$ref" in parameter for parameter in operation.get("parameters", ()))
    ]
    return shared + referred


def faults_in_3_0(document: Node) -> list[str]:
    return [error.message for error in OpenAPIV30SpecValidator(document).iter_errors()]


INVARIANTS: dict[str, Callable[[Node], list[str]]] = {
    "operations once": versioned,
    "JSON only": other_media,
    "no empty bodies": empty_bodies,
    "told in words": untold_defaults,
    "no extension keys": extension_keys,
    "no conditions": having("if", "then", "else", "dependentRequired"),
    "no inheritance": having("allOf"),
    "one type per field": several_types,
    "open lists of values": twins,
    "texts in place": named_texts,
    "lenient answers": bounds_of_answers,
    "names of their own": taken_names,
    "one example": example_lists,
    "parameters in place": parameters_elsewhere,
    "OpenAPI 3.0": faults_in_3_0,
}


@pytest.mark.parametrize("step", [step.name for step in TRANSFORMATIONS])
def test_a_step_takes_out_what_the_contract_has(step: str) -> None:
    offences = INVARIANTS[step]

    assert offences(BUNDLE)
    names = [name for name in NAMES if step != "told in words" or name in ("contact", "all")]
    assert {name: offences(FORMS[name]) for name in names} == {name: [] for name in names}


def test_no_documented_answer_is_refused() -> None:
    form = FORMS[layout.ALL_BUNDLE]
    bodies = {
        (operation["operationId"], status): pointers.follow(form, response)["content"][JSON]
        for _, _, operation in operations(form)
        for status, response in operation["responses"].items()
    }
    refused = [
        f"{response.operation} {response.status} {response.name}"
        for response in responses(BUNDLE)
        if not fits(form, bodies[response.operation, str(response.status)], response.body)
    ]

    assert refused == []


def test_every_example_of_the_form_fits_it() -> None:
    for name, form in FORMS.items():
        examples = [
            (holder, holder["example"]) for holder, _ in holders(form) if "example" in holder
        ]
        assert len(examples) > 5
        assert [(name, shown) for holder, shown in examples if not fits(form, holder, shown)] == []


def test_every_operation_and_field_of_the_contract_is_in_the_form() -> None:
    def names(document: Node) -> set[str]:
        return {name for _, _, node in schemas(document) for name in node.get("properties", {})}

    form = FORMS[layout.ALL_BUNDLE]
    # The two members of a mark that a response may hold in place of text: such a value has no type.
    assert names(BUNDLE) - names(form) == {"empty", "present"}
    assert names(form) <= names(BUNDLE)
    assert len([*operations(form)]) == len([*operations(BUNDLE)]) - len(versioned(BUNDLE)) == 9


def test_the_form_for_tools_says_all_of_requests_and_of_responses_names_and_types() -> None:
    full, short = FORMS[layout.ALL_BUNDLE], spec_forms.FORMS["tools"].document(layout.ALL_BUNDLE)
    written = full["components"]["schemas"]
    briefer = short["components"]["schemas"]
    answers = answered(full)

    assert {name for name in written if briefer[name] != written[name]} == answers
    assert [*briefer["Contact"]["properties"]] == [*written["Contact"]["properties"]]
    # A tool of a language model carries the schema of its response; this is the longest.
    assert len(json.dumps(briefer["Contact"])) < 2500 < len(json.dumps(written["Contact"]))
    assert OpenAPIV30SpecValidator(short).is_valid()


def test_the_same_bundle_gives_the_same_form_and_stays_as_it_is(tmp_path: Path) -> None:
    before = json.dumps(BUNDLES["interaction"])

    assert codegen_form(BUNDLES["interaction"]) == FORMS["interaction"]
    assert json.dumps(BUNDLES["interaction"]) == before
    codegen.main(["interaction", "--out", str(tmp_path)])
    assert json.loads((tmp_path / "interaction.json").read_text()) == FORMS["interaction"]


def fits(form: Node, holder: Node, value: Any) -> bool:
    """Whether a value is what a schema of OpenAPI 3.0 says."""

    def newer(node: Any) -> Any:
        if isinstance(node, list):
            return [newer(child) for child in node]
        if not isinstance(node, dict):
            return node
        found = {key: newer(child) for key, child in node.items()}
        return {**found, "type": [node["type"], "null"]} if node.get("nullable") is True else found

    schema = newer({**holder["schema"], "components": {"schemas": form["components"]["schemas"]}})
    return jsonschema_rs.Draft202012Validator(schema).is_valid(value)
