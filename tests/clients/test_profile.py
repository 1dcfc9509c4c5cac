"""The codegen profile: what its rules refuse is what breaks a client, and no more is claimed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from build import clients
from ccaas_kit.contract.errors import ToolError
from tests import toolchains

Change = Callable[[dict[str, Any]], None]
SMALL: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": clients.TITLE, "version": "1.0.0"},
    "servers": [{"url": "https://instance.example"}],
    "paths": {
        "/agents": {
            "get": {
                "operationId": "getAgent",
                "responses": {
                    "200": {
                        "description": "The agent.",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Agent"}}
                        },
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Agent": {
                "type": "object",
                "required": ["state"],
                "properties": {
                    "state": {"$ref": "#/components/schemas/State"},
                    "sys_id": {"type": "string"},
                },
            },
            "State": {"type": "string", "enum": ["in", "out"]},
        }
    },
}


def with_property(name: str) -> Change:
    def change(schemas: dict[str, Any]) -> None:
        schemas["Agent"]["properties"][name] = {"type": "string"}

    return change


def with_values(**state: Any) -> Change:
    return lambda schemas: schemas.update(State=state)


def with_schema(name: str) -> Change:
    def change(schemas: dict[str, Any]) -> None:
        schemas[name] = {"type": "object", "properties": {"text": {"type": "string"}}}
        schemas["Agent"]["properties"]["more"] = {"$ref": f"#/components/schemas/{name}"}

    return change


def requires_itself(schemas: dict[str, Any]) -> None:
    schemas["Agent"]["properties"]["deputy"] = {"$ref": "#/components/schemas/Agent"}
    schemas["Agent"]["required"].append("deputy")


def nothing(_schemas: dict[str, Any]) -> None:
    """The document as it is."""


def built(language: str, folder: Path, change: Change) -> str:
    """What comes of the client of the small document with a change."""
    document = copy.deepcopy(SMALL)
    change(document["components"]["schemas"])
    (folder / "all.yaml").write_text(json.dumps(document), encoding="utf-8")
    return clients.build(language, folder, folder / "out")


def compiler(language: str) -> str:
    found = clients.LANGUAGES[language]
    toolchains.need(found.compile[0], found.package)
    return found.compile[0]


@pytest.mark.parametrize(
    ("language", "change", "error"),
    [
        pytest.param("go", with_property("sys_ID"), "SysId redeclared", id="GEN01"),
        pytest.param("java", with_property("ä"), "'_' is a keyword", id="GEN02 property"),
        pytest.param(
            "java",
            with_values(type="string", enum=["", "in"]),
            "'_' is a keyword",
            id="GEN02 value",
        ),
        pytest.param("go", with_property("extra"), "Extra redeclared", id="GEN03 Go"),
        pytest.param("java", with_property("extra"), "extra is already defined", id="GEN03 Java"),
        pytest.param("go", with_schema("Config"), "Config redeclared", id="GEN03 Config"),
        pytest.param("go", with_schema("Auth"), "Auth redeclared", id="GEN03 Auth"),
        pytest.param("go", with_values(type="number", enum=[1.5]), "truncated", id="GEN04 number"),
        pytest.param("java", with_values(enum=["in", 1]), "cannot be converted", id="GEN04 mixed"),
        pytest.param("go", requires_itself, "illegal cycle", id="GEN05"),
    ],
)
def test_what_a_rule_refuses_breaks_a_client(
    tmp_path: Path, language: str, change: Change, error: str
) -> None:
    compiler(language)

    with pytest.raises(ToolError, match="does not compile") as caught:
        built(language, tmp_path, change)

    assert error in str(caught.value)


@pytest.mark.parametrize("language", ["java", "go"])
def test_the_document_without_a_change_compiles(tmp_path: Path, language: str) -> None:
    tool = compiler(language)

    assert built(language, tmp_path, nothing) == f"generated and compiled by {tool}"
