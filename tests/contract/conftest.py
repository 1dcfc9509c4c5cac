"""Fixtures that hand the tests a bundle, a node of it or a validator for one of its schemas."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.operations import first_forms


@cache
def _bundle(api: str) -> dict[str, Any]:
    loaded: dict[str, Any] = documents.load(layout.BUNDLES / f"{api}.yaml")
    return loaded if api == layout.ALL_BUNDLE else first_forms(loaded)


@pytest.fixture
def bundle() -> Callable[[str], dict[str, Any]]:
    """`bundle("contact")` is the bundle of that API without its versioned URLs; `all` is of all five."""
    return _bundle


@pytest.fixture
def pointer() -> Callable[[str, str], Any]:
    """`pointer("contact", "#/paths")` is that node of the API's bundle."""
    return lambda api, where: pointers.resolve(_bundle(api), where)


@pytest.fixture
def validator() -> Callable[[str, str], jsonschema_rs.Draft202012Validator]:
    """`validator("contact", "Contact")` judges instances of that named schema."""

    def build(api: str, schema: str) -> jsonschema_rs.Draft202012Validator:
        components = _bundle(api)["components"]
        assert schema in components["schemas"], f"{api} has no schema {schema}"
        return jsonschema_rs.Draft202012Validator(
            {"$ref": f"#/components/schemas/{schema}", "components": components}
        )

    return build
