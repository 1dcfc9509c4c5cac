"""Operations, servers, signing in and names."""

from __future__ import annotations

from typing import Any

from tests.contract.mutations.mutation import mutation, operation


@mutation(
    "contact",
    "createContact: breaking: the operation is gone",
)
def operation_removed(document: dict[str, Any]) -> None:
    del document["paths"]["/api/now/contact"]["post"]


@mutation(
    "contact",
    "getContact: breaking: the operation is gone",
    "other methods of /api/now/contact/{id}: breaking: the answer 405 is gone",
)
def path_removed(document: dict[str, Any]) -> None:
    del document["paths"]["/api/now/contact/{id}"]


@mutation(
    "contact",
    "closeContact: compatible: the operation is new",
)
def operation_added(document: dict[str, Any]) -> None:
    added = {"operationId": "closeContact", "responses": {"204": {"description": "Closed."}}}
    document["paths"]["/api/now/contact/{id}"]["delete"] = added


@mutation(
    "contact",
    "closeContacts: compatible: the operation is new",
)
def path_added(document: dict[str, Any]) -> None:
    added = {"operationId": "closeContacts", "responses": {"204": {"description": "Closed."}}}
    document["paths"]["/api/now/contacts"] = {"delete": added}


@mutation(
    "contact",
    "getContact, other methods of /api/sn/contact/{id}: breaking: the path /api/now/contact/{id} is called /api/sn/contact/{id} instead of /api/now/contact/{id}",
)
def path_changed(document: dict[str, Any]) -> None:
    paths = document["paths"]
    paths["/api/sn/contact/{id}"] = paths.pop("/api/now/contact/{id}")


@mutation(
    "contact",
    "getContact: breaking: the operation is called readContact instead of getContact",
)
def operation_renamed(document: dict[str, Any]) -> None:
    operation(document, "getContact")["operationId"] = "readContact"


@mutation(
    "contact",
    "getContact: compatible: the operation is deprecated",
)
def deprecated_operation(document: dict[str, Any]) -> None:
    operation(document, "getContact")["deprecated"] = True


@mutation(
    "contact",
    "the API: breaking: the server https://{instance}.service-now.com changes its url from https://{instance}.service-now.com to https://{instance}.example.com",
)
def server_changed(document: dict[str, Any]) -> None:
    document["servers"][0]["url"] = "https://{instance}.example.com"


@mutation(
    "contact",
    "the API: compatible: the server https://gateway.example.com is new",
)
def server_added(document: dict[str, Any]) -> None:
    document["servers"].append({"url": "https://gateway.example.com"})


@mutation(
    "contact",
    "the API: breaking: the variable instance of the server changes its default from instance to other",
)
def server_variable_default_changed(document: dict[str, Any]) -> None:
    document["servers"][0]["variables"]["instance"]["default"] = "other"


@mutation(
    "contact",
    "every operation: breaking: the security scheme Basic is gone",
    "every operation: breaking: signing in with Basic is gone",
)
def security_scheme_removed(document: dict[str, Any]) -> None:
    del document["components"]["securitySchemes"]["Basic"]
    document["security"].remove({"Basic": []})


@mutation(
    "contact",
    "every operation: compatible: the security scheme Bearer is new",
    "every operation: compatible: signing in with Bearer is new",
)
def security_scheme_added(document: dict[str, Any]) -> None:
    document["components"]["securitySchemes"]["Bearer"] = {"type": "http", "scheme": "bearer"}
    document["security"].append({"Bearer": []})


@mutation(
    "contact",
    "every operation: breaking: the security scheme ApiKey changes its name from x-sn-apikey to x-api-key",
)
def api_key_header_renamed(document: dict[str, Any]) -> None:
    document["components"]["securitySchemes"]["ApiKey"]["name"] = "x-api-key"


@mutation(
    "contact",
    "every operation: breaking: the security scheme OAuth2 changes its tokenUrl from https://instance.service-now.com/oauth_token.do to /token",
)
def token_endpoint_moved(document: dict[str, Any]) -> None:
    flows = document["components"]["securitySchemes"]["OAuth2"]["flows"]
    flows["password"]["tokenUrl"] = "/token"


@mutation(
    "contact",
    "every operation: breaking: password of the security scheme OAuth2 is gone",
)
def grant_removed(document: dict[str, Any]) -> None:
    del document["components"]["securitySchemes"]["OAuth2"]["flows"]["password"]


@mutation(
    "contact",
    "every operation: compatible: authorizationCode of the security scheme OAuth2 is new",
)
def grant_added(document: dict[str, Any]) -> None:
    flows = document["components"]["securitySchemes"]["OAuth2"]["flows"]
    flows["authorizationCode"] = {"authorizationUrl": "/a", "tokenUrl": "/t", "scopes": {}}


@mutation(
    "contact",
    "getContact: breaking: the role csm_ws_integration is no longer enough to call it",
    "getContact: compatible: the role contact_reader is enough to call it, too",
)
def role_replaced(document: dict[str, Any]) -> None:
    operation(document, "getContact")["x-sn-roles"] = ["contact_reader"]


@mutation(
    "contact",
    "getContact: breaking: the versioned URL /api/now/{api_version}/contact/{id} is no longer promised",
)
def versioned_url_removed(document: dict[str, Any]) -> None:
    del document["paths"]["/api/now/contact/{id}"]["x-sn-versioned"]


@mutation(
    "contact",
    "the API: breaking: the schema Contact is gone, and its model class with it",
    "the API: compatible: the schema ContactRecord is new, and a model class with it",
)
def schema_renamed(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    schemas["ContactRecord"] = {"allOf": [schemas.pop("Contact")]}
    for name in ("ListContactsResponse", "GetContactResponse"):
        result = schemas[name]["properties"]["result"]
        target = result.get("items", result)
        target["$ref"] = "#/components/schemas/ContactRecord"


@mutation(
    "contact",
    "getContact: breaking: the callbacks is new (no rule knows this change, so it counts as breaking)",
)
def keyword_that_no_rule_knows(document: dict[str, Any]) -> None:
    operation(document, "getContact")["callbacks"] = {"later": {"{$request.query.u}": {}}}


@mutation(
    "contact",
    "getContact: breaking: the role csm_ws_integration is no longer enough to call it",
)
def further_role_needed(document: dict[str, Any]) -> None:
    both = {"all_of": ["csm_ws_integration", "contact_reader"]}
    operation(document, "getContact")["x-sn-roles"] = both


@mutation(
    "external-id-mapping",
    "setExternalIdMapping: compatible: the role awa_integration_user is enough to call it, too",
)
def one_of_two_roles_needed(document: dict[str, Any]) -> None:
    operation(document, "setExternalIdMapping")["x-sn-roles"] = ["awa_integration_user"]


def _anybody(document: dict[str, Any]) -> None:
    del operation(document, "getContact")["x-sn-roles"]


@mutation(
    "contact",
    "getContact: breaking: callers need a role now, such as csm_ws_integration",
    prepare=_anybody,
)
def role_needed(document: dict[str, Any]) -> None:
    operation(document, "getContact")["x-sn-roles"] = ["csm_ws_integration"]


@mutation(
    "contact",
    "getContact: compatible: callers need a role no longer",
)
def no_role_needed(document: dict[str, Any]) -> None:
    del operation(document, "getContact")["x-sn-roles"]


@mutation(
    "agent-mapping",
    "setAgentMapping: compatible: the versioned URL /api/sn_ct_ctr_it_core/{api_version}/agent_mapping is new",
)
def versioned_url_added(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        item["x-sn-versioned"] = {"path": "/api/sn_ct_ctr_it_core/{api_version}/agent_mapping"}
