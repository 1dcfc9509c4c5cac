"""Request bodies: a client breaks where less is accepted."""

from __future__ import annotations

from typing import Any

from tests.contract.mutations.mutation import field, mutation, operation, schema


@mutation(
    "agent-mapping",
    "setAgentMapping: breaking: the request field external_agent_id is no longer taken",
)
def required_request_field_dropped(document: dict[str, Any]) -> None:
    del schema(document, "SetAgentMappingRequest")["properties"]["external_agent_id"]
    del schema(document, "SetAgentMappingRequest")["required"]


@mutation(
    "agent-mapping",
    "setAgentMapping: breaking: the request field since is new and has to be sent",
)
def required_request_field_added(document: dict[str, Any]) -> None:
    schema(document, "SetAgentMappingRequest")["properties"]["since"] = {"type": "string"}
    schema(document, "SetAgentMappingRequest")["required"].append("since")


@mutation(
    "agent-mapping",
    "setAgentMapping: compatible: the request field since is new and optional",
)
def optional_request_field_added(document: dict[str, Any]) -> None:
    schema(document, "SetAgentMappingRequest")["properties"]["since"] = {"type": "string"}


@mutation(
    "contact",
    "createContact: breaking: the request field city is no longer taken",
)
def optional_request_field_dropped(document: dict[str, Any]) -> None:
    del schema(document, "CreateContactRequest")["properties"]["city"]


@mutation(
    "contact",
    "createContact: breaking: the request field city is no longer taken",
    "createContact: compatible: the request field town is new and optional",
)
def request_field_renamed(document: dict[str, Any]) -> None:
    properties = schema(document, "CreateContactRequest")["properties"]
    properties["town"] = properties.pop("city")


@mutation(
    "agent-mapping",
    "setAgentMapping: breaking: the request field active has to be sent",
)
def request_field_now_required(document: dict[str, Any]) -> None:
    schema(document, "SetAgentMappingRequest")["required"].append("active")


@mutation(
    "interaction",
    "createInteraction: compatible: the request field channel may be left out",
)
def request_field_no_longer_required(document: dict[str, Any]) -> None:
    del schema(document, "CreateInteractionRequest")["required"]


@mutation(
    "awa-offer-work",
    'offerWork: breaking: the request field transfer.transfer_type no longer takes "consult"',
)
def request_enum_narrowed(document: dict[str, Any]) -> None:
    field(document, "OfferTransfer", "transfer_type")["enum"].remove("consult")


@mutation(
    "awa-offer-work",
    'offerWork: compatible: the request field transfer.transfer_type also takes "warm"',
)
def request_enum_widened(document: dict[str, Any]) -> None:
    field(document, "OfferTransfer", "transfer_type")["enum"].append("warm")


@mutation(
    "awa-offer-work",
    'offerWork: breaking: the request field transfer.transfer_type no longer takes "consult"',
    'offerWork: compatible: the request field transfer.transfer_type also takes "warm"',
)
def request_enum_narrowed_and_widened(document: dict[str, Any]) -> None:
    field(document, "OfferTransfer", "transfer_type")["enum"] = ["warm", "blind"]


@mutation("awa-offer-work")
def request_enum_in_another_order(document: dict[str, Any]) -> None:
    field(document, "OfferTransfer", "transfer_type")["enum"].reverse()


@mutation(
    "contact",
    'createContact: breaking: the request field gender now has the enum ["Female", "Male"]',
)
def request_enum_set(document: dict[str, Any]) -> None:
    field(document, "CreateContactRequest", "gender")["enum"] = ["Female", "Male"]


@mutation(
    "contact",
    'createContact: breaking: the request field latitude changes its type from ["number", "string", "boolean", "null"] to number',
)
def request_type_narrowed(document: dict[str, Any]) -> None:
    field(document, "CreateContactRequest", "latitude")["type"] = "number"


@mutation(
    "external-id-mapping",
    'setExternalIdMapping: compatible: the request field external_id changes its type from string to ["string", "null"]',
)
def request_type_widened(document: dict[str, Any]) -> None:
    field(document, "SetExternalIdMappingRequest", "external_id")["type"] = ["string", "null"]


@mutation(
    "awa-offer-work",
    "offerWork: breaking: the request field assignment.timeout changes its pattern from ^[0-9]*$ to ^[0-9]{0,9}$ (which of the two takes more is not known, so it counts as breaking)",
)
def request_pattern_changed(document: dict[str, Any]) -> None:
    schema(document, "OfferTimeoutText")["pattern"] = "^[0-9]{0,9}$"


@mutation(
    "awa-offer-work",
    "offerWork: compatible: the request field assignment.timeout no longer has the pattern ^[0-9]*$",
)
def request_pattern_removed(document: dict[str, Any]) -> None:
    del schema(document, "OfferTimeoutText")["pattern"]


@mutation(
    "agent-mapping",
    "setAgentMapping: breaking: the request field external_agent_id now has the maxLength 40",
)
def request_max_length_set(document: dict[str, Any]) -> None:
    field(document, "SetAgentMappingRequest", "external_agent_id")["maxLength"] = 40


@mutation(
    "agent-mapping",
    "setAgentMapping: compatible: the request field external_agent_id changes its minLength from 1 to 0",
)
def request_min_length_lowered(document: dict[str, Any]) -> None:
    field(document, "SetAgentMappingRequest", "external_agent_id")["minLength"] = 0


@mutation(
    "awa-offer-work",
    "offerWork: breaking: the request field assignment.timeout changes its minimum from 0 to 5",
)
def request_minimum_raised(document: dict[str, Any]) -> None:
    schema(document, "OfferTimeoutSeconds")["minimum"] = 5


@mutation(
    "agent-mapping",
    "setAgentMapping: breaking: the request body takes no other fields",
)
def request_closed(document: dict[str, Any]) -> None:
    schema(document, "SetAgentMappingRequest")["additionalProperties"] = False


@mutation(
    "awa-offer-work",
    "offerWork: breaking: the request field assignment.display_option changes its default from card_only to card_and_tab",
)
def request_default_changed(document: dict[str, Any]) -> None:
    field(document, "OfferAssignment", "display_option")["x-sn-default"] = "card_and_tab"


@mutation(
    "awa-offer-work",
    "offerWork: breaking: the request field assignment.display_option no longer has the default card_only",
)
def request_default_removed(document: dict[str, Any]) -> None:
    del field(document, "OfferAssignment", "display_option")["x-sn-default"]


@mutation(
    "contact",
    'createContact: compatible: the request field city now has the default ""',
)
def request_default_stated(document: dict[str, Any]) -> None:
    field(document, "CreateContactRequest", "city")["x-sn-default"] = ""


@mutation(
    "contact",
    "createContact: breaking: the request field city now has the readOnly true",
)
def request_field_read_only(document: dict[str, Any]) -> None:
    field(document, "CreateContactRequest", "city")["readOnly"] = True


@mutation(
    "interaction",
    "createInteraction: compatible: the request field context_id no longer has to have context_table beside it",
)
def dependent_field_no_longer_needed(document: dict[str, Any]) -> None:
    del schema(document, "CreateInteractionRequest")["dependentRequired"]["context_id"]


@mutation(
    "interaction",
    "createInteraction: breaking: the request field queue has to have context beside it",
)
def dependent_field_needed(document: dict[str, Any]) -> None:
    schema(document, "CreateInteractionRequest")["dependentRequired"]["queue"] = ["context"]


@mutation(
    "awa-offer-work",
    "offerWork: compatible: the request field assignment.timeout has a further form",
)
def request_form_added(document: dict[str, Any]) -> None:
    schema(document, "OfferTimeout")["anyOf"].append({"type": "null"})


@mutation(
    "awa-offer-work",
    "offerWork: breaking: the request field assignment.timeout has lost a form",
)
def request_form_removed(document: dict[str, Any]) -> None:
    schema(document, "OfferTimeout")["anyOf"].pop(0)


@mutation("awa-offer-work")
def request_forms_in_another_order(document: dict[str, Any]) -> None:
    schema(document, "OfferTimeout")["anyOf"].reverse()


@mutation(
    "awa-offer-work",
    "offerWork: breaking: the media type application/xml of the request is gone",
)
def request_media_type_removed(document: dict[str, Any]) -> None:
    del document["components"]["requestBodies"]["OfferWork"]["content"]["application/xml"]


@mutation(
    "contact",
    "createContact: compatible: the media type application/xml of the request is new",
)
def request_media_type_added(document: dict[str, Any]) -> None:
    content = document["components"]["requestBodies"]["CreateContact"]["content"]
    content["application/xml"] = {"schema": {"type": "object"}}


@mutation(
    "agent-mapping",
    "setAgentMapping: breaking: the request body is gone",
)
def request_body_removed(document: dict[str, Any]) -> None:
    del operation(document, "setAgentMapping")["requestBody"]


@mutation(
    "contact",
    "getContact: breaking: the request body is new and has to be sent",
)
def request_body_added(document: dict[str, Any]) -> None:
    body = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    operation(document, "getContact")["requestBody"] = body


@mutation(
    "agent-mapping",
    "setAgentMapping: compatible: the request body may be left out",
)
def request_body_optional(document: dict[str, Any]) -> None:
    document["components"]["requestBodies"]["SetAgentMapping"]["required"] = False


@mutation(
    "interaction",
    "closeInteraction: breaking: the request body has to be sent",
)
def request_body_required(document: dict[str, Any]) -> None:
    document["components"]["requestBodies"]["CloseInteraction"]["required"] = True
