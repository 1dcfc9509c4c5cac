"""Parameters: a client breaks where less is accepted."""

from __future__ import annotations

from typing import Any

from tests.contract.mutations.mutation import mutation, operation, schema


@mutation(
    "contact",
    "listContacts: compatible: the query parameter sysparm_fields is new and optional",
)
def optional_parameter_added(document: dict[str, Any]) -> None:
    added = {"name": "sysparm_fields", "in": "query", "schema": {"type": "string"}}
    operation(document, "listContacts")["parameters"].append(added)


@mutation(
    "contact",
    "listContacts: breaking: the query parameter sysparm_fields is new and has to be sent",
)
def required_parameter_added(document: dict[str, Any]) -> None:
    schema_of_it = {"type": "string"}
    added = {"name": "sysparm_fields", "in": "query", "required": True, "schema": schema_of_it}
    operation(document, "listContacts")["parameters"].append(added)


@mutation(
    "contact",
    "listContacts: breaking: the query parameter sysparm_limit is no longer taken",
)
def parameter_removed(document: dict[str, Any]) -> None:
    operation(document, "listContacts")["parameters"].pop(0)


@mutation(
    "contact",
    "listContacts: breaking: the query parameter sysparm_query has to be sent",
)
def parameter_required(document: dict[str, Any]) -> None:
    document["components"]["parameters"]["SysparmQuery"]["required"] = True


@mutation(
    "contact",
    "listContacts: breaking: the query parameter sysparm_limit changes its default from 10 to 100",
)
def parameter_default_changed(document: dict[str, Any]) -> None:
    schema(document, "RecordLimit")["x-sn-default"] = 100


@mutation(
    "contact",
    "getContact: breaking: the path parameter id is called sys_id instead of id",
)
def path_parameter_renamed(document: dict[str, Any]) -> None:
    document["components"]["parameters"]["ContactId"]["name"] = "sys_id"
    paths = document["paths"]
    paths["/api/now/contact/{sys_id}"] = paths.pop("/api/now/contact/{id}")


@mutation(
    "agent-mapping",
    "setAgentMapping: breaking: the path parameter inboundId now has the style label",
)
def parameter_serialization_changed(document: dict[str, Any]) -> None:
    document["components"]["parameters"]["InboundId"]["style"] = "label"
