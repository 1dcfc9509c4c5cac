"""What no client notices, and what is no change at all."""

from __future__ import annotations

from typing import Any

from tests.contract.mutations.mutation import field, mutation, operation, schema


@mutation(
    "contact",
    "listContacts: text only: the response field result[].city reads otherwise (description) (200)",
    "getContact: text only: the response field result.city reads otherwise (description) (200)",
)
def description_changed(document: dict[str, Any]) -> None:
    field(document, "Contact", "city")["description"] = "Where the contact lives."


@mutation(
    "contact",
    "createContact: text only: an example of the request body is another",
)
def example_changed(document: dict[str, Any]) -> None:
    example = document["components"]["examples"]["createContactDoraWarrenRequest"]
    example["value"] = {"city": "Miami"}


@mutation(
    "contact",
    "createContact: text only: the request field city has other examples",
)
def example_of_a_field_changed(document: dict[str, Any]) -> None:
    field(document, "CreateContactRequest", "city")["examples"] = ["Miami"]


@mutation(
    "contact",
    "createContact: text only: the request field city changes its x-sn-max-length from 40 to 80",
)
def own_key_changed(document: dict[str, Any]) -> None:
    field(document, "CreateContactRequest", "city")["x-sn-max-length"] = 80


@mutation(
    "contact",
    "every operation: text only: the operation has other tags",
    "the API: text only: a tag of the API is called People instead of Contacts",
)
def tag_renamed(document: dict[str, Any]) -> None:
    document["tags"][0]["name"] = "People"
    for name in ("listContacts", "createContact", "getContact"):
        operation(document, name)["tags"] = ["People"]


@mutation(
    "contact",
    "the API: text only: the API reads otherwise (title)",
)
def title_of_the_api_changed(document: dict[str, Any]) -> None:
    document["info"]["title"] = "Contacts of ServiceNow"


@mutation(
    "contact",
    'listContacts: text only: the response field result[].city now has the default "" (200)',
    'getContact: text only: the response field result.city now has the default "" (200)',
)
def response_default_changed(document: dict[str, Any]) -> None:
    field(document, "Contact", "city")["x-sn-default"] = ""


@mutation("contact")
def parameters_in_another_order(document: dict[str, Any]) -> None:
    operation(document, "listContacts")["parameters"].reverse()


@mutation("contact")
def version_alone(document: dict[str, Any]) -> None:
    document["info"]["version"] = "0.1.1"


@mutation(
    "agent-mapping",
    "setAgentMapping: text only: the response body changes its XML name from response to answer (400, 401, 403, 406, 415, 429, 500)",
    "other methods of /api/sn_ct_ctr_it_core/agent_mapping/agent/{agentId}/inboundId/{inboundId}: text only: the response body changes its XML name from response to answer (405)",
)
def xml_name_where_no_xml_is_sent(document: dict[str, Any]) -> None:
    schema(document, "ErrorResponse")["xml"]["name"] = "answer"


@mutation(
    "contact",
    "the API: text only: the document changes its openapi from 3.1.0 to 3.1.1",
)
def openapi_correction(document: dict[str, Any]) -> None:
    document["openapi"] = "3.1.1"


@mutation("awa-offer-work")
def alias_written_out(document: dict[str, Any]) -> None:
    owner = schema(document, "WorkItem")["properties"]
    owner["sys_id"] = {**schema(document, "SysId"), **owner["sys_id"]}
    del owner["sys_id"]["allOf"]


@mutation("contact")
def media_types_in_another_order(document: dict[str, Any]) -> None:
    response = operation(document, "getContact")["responses"]["200"]
    response["content"] = dict(reversed(response["content"].items()))
