"""The bundles: valid, self-contained, complete, with links that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from build.bundles import merge
from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import operations
from tests.looping import every

NAMES = [*layout.apis(), layout.ALL_BUNDLE]
LOADED = {name: documents.load(layout.BUNDLES / f"{name}.yaml") for name in NAMES}
ALL = LOADED[layout.ALL_BUNDLE]

OPERATIONS = {
    "getExternalIdMapping",
    "setExternalIdMapping",
    "setAgentMapping",
    "createInteraction",
    "closeInteraction",
    "offerWork",
    "listContacts",
    "createContact",
    "getContact",
}
VERSIONED = {
    "createInteraction": "/api/now/{api_version}/interaction",
    "closeInteraction": "/api/now/{api_version}/interaction/{interaction_id}/close",
    "offerWork": "/api/now/{api_version}/awa/documents/{document_table}/{document_sys_id}/offer",
    "listContacts": "/api/now/{api_version}/contact",
    "createContact": "/api/now/{api_version}/contact",
    "getContact": "/api/now/{api_version}/contact/{id}",
}


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def links() -> list[tuple[str, str, str, dict[str, Any], dict[str, Any]]]:
    """Operation, status and name of each link of the bundle of all, the link and its origin."""
    return [
        (operation["operationId"], status, name, pointers.follow(ALL, link), operation)
        for _, _, operation in operations(ALL)
        for status, response in operation["responses"].items()
        for name, link in pointers.follow(ALL, response).get("links", {}).items()
    ]


@every("name", NAMES)
def test_bundle_is_valid_openapi(name: str) -> None:
    assert list(OpenAPIV31SpecValidator(LOADED[name]).iter_errors()) == []


@every("name", NAMES)
def test_bundle_is_self_contained(name: str) -> None:
    for reference in references(LOADED[name]):
        assert reference.startswith("#/"), reference
        pointers.resolve(LOADED[name], reference)


def test_all_nine_operations_are_there() -> None:
    plain = {
        operation["operationId"]
        for _, _, operation in operations(ALL)
        if "x-sn-versioned-of" not in operation
    }

    assert plain == OPERATIONS


def test_six_operations_have_a_versioned_form() -> None:
    versioned = {
        operation["x-sn-versioned-of"]: path
        for path, _, operation in operations(ALL)
        if "x-sn-versioned-of" in operation
    }

    assert versioned == VERSIONED


def test_versioned_form_differs_only_in_what_the_version_brings() -> None:
    plain = {op["operationId"]: op for _, _, op in operations(ALL)}
    for path, _, operation in operations(ALL):
        if "x-sn-versioned-of" not in operation:
            continue
        twin = plain[operation["x-sn-versioned-of"]]
        own = {"operationId", "x-sn-versioned-of", "responses"}
        assert {k: v for k, v in operation.items() if k not in own} == {
            k: v for k, v in twin.items() if k not in own
        }
        assert list(operation["responses"]) == list(twin["responses"])
        assert ALL["paths"][path]["parameters"][0] == {"$ref": "#/components/parameters/ApiVersion"}


@every("name", layout.apis())
def test_bundle_of_one_api_has_its_versioned_paths_and_no_foreign_link(name: str) -> None:
    document = LOADED[name]
    own = {operation["operationId"] for _, _, operation in operations(document)}
    ours = {item["x-sn-versioned"]["path"] for item in document["paths"].values() if "x-sn-versioned" in item}

    assert {path for path in document["paths"] if "{api_version}" in path} == ours
    for path in ours:
        assert document["paths"][path].keys() == ALL["paths"][path].keys()
    for link in document["components"].get("links", {}).values():
        assert link["operationId"] in own


@every("name", layout.apis())
def test_every_component_of_an_api_is_in_the_bundle_of_all(name: str) -> None:
    for section, entries in LOADED[name]["components"].items():
        for key, entry in entries.items():
            assert ALL["components"][section][key] == entry, f"{section}/{key}"


@every(
    ("origin", "status", "target"),
    [
        ("setExternalIdMapping", "200", "getExternalIdMapping"),
        ("setExternalIdMapping", "201", "getExternalIdMapping"),
        ("createInteraction", "201", "closeInteraction"),
        ("createInteraction", "201", "offerWork"),
        ("createContact", "201", "getContact"),
        ("listContacts", "200", "getContact"),
        ("createInteractionVersioned", "201", "closeInteractionVersioned"),
        ("createContactVersioned", "201", "getContactVersioned"),
        ("listContactsVersioned", "200", "getContactVersioned"),
    ],
)
def test_link_leads_from_one_operation_to_the_next(origin: str, status: str, target: str) -> None:
    found = {(o, s, link["operationId"]) for o, s, _, link, _ in links()}

    assert (origin, status, target) in found


@every(
    ("link", "operation", "status"),
    [
        pytest.param(link, operation, status, id=f"{origin}-{status}-{name}")
        for origin, status, name, link, operation in links()
    ],
)
def test_link_resolves_on_every_example(
    link: dict[str, Any], operation: dict[str, Any], status: str
) -> None:
    by_id = {op["operationId"]: (path, op) for path, _, op in operations(ALL)}
    target_path, target = by_id[link["operationId"]]
    origin_path, _ = by_id[operation["operationId"]]
    required = _path_names(target_path)

    assert set(link["parameters"]) == required, "a link fills every path parameter of its target"
    assert target["operationId"] == link["operationId"]
    for expression in link["parameters"].values():
        if not expression.startswith("$"):
            continue
        where, _, name = expression.partition(".")
        if where == "$request":
            assert name.removeprefix("path.") in _path_names(origin_path)
            continue
        pointer = expression.removeprefix("$response.body")
        response = pointers.follow(ALL, operation["responses"][status])
        for example in response["content"]["application/json"]["examples"].values():
            value = pointers.follow(ALL, example)["value"]
            if value == {"result": []}:
                continue  # an empty list leads nowhere
            assert isinstance(pointers.resolve(value, pointer), str)


def _path_names(path: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", path))


def test_apis_that_define_one_name_differently_are_refused() -> None:
    name, other = layout.apis()[:2]
    first, second = (documents.load(layout.BUNDLES / f"{api}.yaml") for api in (name, other))
    second["components"]["schemas"]["SysId"] = {"type": "integer"}

    with pytest.raises(DocumentError, match="'SysId' is already defined otherwise"):
        merge({name: first, other: second})
