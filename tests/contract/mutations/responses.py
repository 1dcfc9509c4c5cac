"""Responses: a client breaks where less is promised."""

from __future__ import annotations

from typing import Any

from tests.contract.mutations.mutation import field, mutation, operation, schema


@mutation(
    "awa-offer-work",
    "offerWork: breaking: the response field result.work_item.sys_id is no longer promised (200, 400, 403, 404, 409, 500)",
)
def required_response_field_dropped(document: dict[str, Any]) -> None:
    del schema(document, "WorkItem")["properties"]["sys_id"]
    schema(document, "WorkItem")["required"].remove("sys_id")


@mutation(
    "contact",
    "listContacts: breaking: the response field result[].city is no longer promised (200)",
    "getContact: breaking: the response field result.city is no longer promised (200)",
)
def response_field_dropped(document: dict[str, Any]) -> None:
    del schema(document, "Contact")["properties"]["city"]


@mutation(
    "contact",
    "listContacts: compatible: the response field result[].nickname is new (200)",
    "getContact: compatible: the response field result.nickname is new (200)",
)
def response_field_added(document: dict[str, Any]) -> None:
    schema(document, "Contact")["properties"]["nickname"] = {"type": "string"}


@mutation(
    "awa-offer-work",
    "offerWork: breaking: the response field result.work_item.queue is no longer always there (200, 400, 403, 404, 409, 500)",
)
def response_field_no_longer_required(document: dict[str, Any]) -> None:
    schema(document, "WorkItem")["required"].remove("queue")


@mutation(
    "contact",
    "listContacts: compatible: the response field trace is always there (400, 401, 403, 406, 429, 500)",
    "createContact: compatible: the response field trace is always there (400, 401, 403, 406, 415, 429, 500)",
    "other methods of /api/now/contact, other methods of /api/now/contact/{id}: compatible: the response field trace is always there (405)",
    "getContact: compatible: the response field trace is always there (400, 401, 403, 404, 406, 429, 500)",
)
def response_field_now_required(document: dict[str, Any]) -> None:
    schema(document, "ErrorResponse")["required"].append("trace")


@mutation(
    "contact",
    'listContacts: breaking: the response field result[].date_format can also be "iso" (200)',
    'getContact: breaking: the response field result.date_format can also be "iso" (200)',
)
def response_enum_widened(document: dict[str, Any]) -> None:
    field(document, "Contact", "date_format")["enum"].append("iso")


@mutation(
    "contact",
    'listContacts: compatible: the response field result[].date_format is no longer "dd-mm-yyyy" (200)',
    'getContact: compatible: the response field result.date_format is no longer "dd-mm-yyyy" (200)',
)
def response_enum_narrowed(document: dict[str, Any]) -> None:
    field(document, "Contact", "date_format")["enum"].remove("dd-mm-yyyy")


@mutation(
    "awa-offer-work",
    "offerWork: breaking: the response field result.success can also be false (200)",
)
def response_constant_widened(document: dict[str, Any]) -> None:
    success = field(document, "OfferAccepted", "success")
    del success["const"]
    success["enum"] = [True, False]


@mutation(
    "contact",
    'listContacts: breaking: the response field result[].city changes its type from string to ["string", "null"] (200)',
    'getContact: breaking: the response field result.city changes its type from string to ["string", "null"] (200)',
)
def response_type_changed(document: dict[str, Any]) -> None:
    field(document, "Contact", "city")["type"] = ["string", "null"]


@mutation(
    "contact",
    "listContacts: breaking: the response field result[].last_login_time changes its pattern from ^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) ([01][0… to ^[0-9: -]*$ (which of the two takes more is not known, so it counts as breaking); likewise result[].last_position_update, result[].sys_created_on and result[].sys_updated_on (200)",
    "getContact: breaking: the response field result.last_login_time changes its pattern from ^([0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) ([01][0… to ^[0-9: -]*$ (which of the two takes more is not known, so it counts as breaking); likewise result.last_position_update, result.sys_created_on and result.sys_updated_on (200)",
)
def response_pattern_changed(document: dict[str, Any]) -> None:
    schema(document, "GlideDateTime")["pattern"] = "^[0-9: -]*$"


@mutation(
    "interaction",
    "createInteraction: breaking: the request field channel_metadata_id changes its pattern from ^[0-9A-Za-z]{32}$ to ^[0-9a-f]{32}$ (which of the two takes more is not known, so it counts as breaking); likewise context_id and queue",
    "createInteraction: breaking: the response field result.channelMetadataDocument changes its pattern from ^[0-9A-Za-z]{32}$ to ^[0-9a-f]{32}$ (which of the two takes more is not known, so it counts as breaking); likewise result.contextDocument and result.sys_id (201)",
    "every operation: breaking: the response header X-RateLimit-Rule changes its pattern from ^[0-9A-Za-z]{32}$ to ^[0-9a-f]{32}$ (which of the two takes more is not known, so it counts as breaking) (429)",
    "closeInteraction: breaking: the path parameter interaction_id changes its pattern from ^[0-9A-Za-z]{32}$ to ^[0-9a-f]{32}$ (which of the two takes more is not known, so it counts as breaking)",
    "closeInteraction: breaking: the response field result.channelMetadataDocument changes its pattern from ^[0-9A-Za-z]{32}$ to ^[0-9a-f]{32}$ (which of the two takes more is not known, so it counts as breaking); likewise result.contextDocument, result.sys_id and result.closed_by (200)",
)
def shared_type_changed(document: dict[str, Any]) -> None:
    schema(document, "SysId")["pattern"] = "^[0-9a-f]{32}$"


@mutation(
    "agent-mapping",
    "setAgentMapping: compatible: the response field result takes no other fields (200, 201)",
)
def response_closed(document: dict[str, Any]) -> None:
    schema(document, "AgentMappingResult")["additionalProperties"] = False


@mutation(
    "awa-offer-work",
    "offerWork: breaking: the response field result has a further form (200)",
)
def response_form_added(document: dict[str, Any]) -> None:
    schema(document, "OfferResult")["anyOf"].append({"type": "object"})


@mutation(
    "contact",
    "getContact: compatible: the status 410 is new",
)
def error_status_added(document: dict[str, Any]) -> None:
    operation(document, "getContact")["responses"]["410"] = {"description": "Returned when gone."}


@mutation(
    "agent-mapping",
    "setAgentMapping: breaking: the status 202 is new",
)
def success_status_added(document: dict[str, Any]) -> None:
    operation(document, "setAgentMapping")["responses"]["202"] = {"description": "Later."}


@mutation(
    "contact",
    "getContact: breaking: the status 404 is gone",
)
def status_removed(document: dict[str, Any]) -> None:
    del operation(document, "getContact")["responses"]["404"]


@mutation(
    "contact",
    "getContact: breaking: the media type application/xml of the response is gone (200)",
)
def response_media_type_removed(document: dict[str, Any]) -> None:
    del operation(document, "getContact")["responses"]["200"]["content"]["application/xml"]


@mutation(
    "contact",
    "createContact: compatible: the media type application/xml of the response is new (201)",
)
def response_media_type_added(document: dict[str, Any]) -> None:
    content = operation(document, "createContact")["responses"]["201"]["content"]
    content["application/xml"] = content["application/json"]


@mutation(
    "agent-mapping",
    "setAgentMapping: breaking: the response header Retry-After is gone (429)",
    "setAgentMapping: breaking: the response header X-RateLimit-Limit is gone (429)",
    "setAgentMapping: breaking: the response header X-RateLimit-Reset is gone (429)",
    "setAgentMapping: breaking: the response header X-RateLimit-Rule is gone (429)",
)
def headers_removed(document: dict[str, Any]) -> None:
    del document["components"]["responses"]["TooManyRequests"]["headers"]


@mutation(
    "agent-mapping",
    "setAgentMapping: compatible: the response header X-Wait is new (429)",
)
def header_added(document: dict[str, Any]) -> None:
    headers = document["components"]["responses"]["TooManyRequests"]["headers"]
    headers["X-Wait"] = {"schema": {"type": "integer"}}


@mutation(
    "agent-mapping",
    "setAgentMapping: breaking: the response header WWW-Authenticate is no longer always there (401)",
)
def header_optional(document: dict[str, Any]) -> None:
    document["components"]["headers"]["WwwAuthenticate"]["required"] = False


@mutation(
    "agent-mapping",
    "setAgentMapping: compatible: the response header X-RateLimit-Rule is always there (429)",
)
def header_required(document: dict[str, Any]) -> None:
    document["components"]["headers"]["RateLimitRule"]["required"] = True


@mutation(
    "awa-offer-work",
    "offerWork: breaking: the response body changes its XML name from response to answer (200; application/xml)",
)
def xml_root_renamed(document: dict[str, Any]) -> None:
    schema(document, "OfferWorkResponse")["xml"]["name"] = "answer"


@mutation(
    "contact",
    "createContact: breaking: the link readContact is gone (201)",
)
def link_removed(document: dict[str, Any]) -> None:
    del operation(document, "createContact")["responses"]["201"]["links"]


@mutation(
    "contact",
    "other methods of /api/now/contact: breaking: the answer 405 is gone",
)
def response_to_other_methods_changed(document: dict[str, Any]) -> None:
    del document["paths"]["/api/now/contact"]["x-sn-other-methods"]


def _closed(document: dict[str, Any]) -> None:
    schema(document, "AgentMappingResult")["additionalProperties"] = False


@mutation(
    "agent-mapping",
    "setAgentMapping: breaking: the response field result.since is new (200, 201)",
    prepare=_closed,
)
def field_added_to_a_closed_response(document: dict[str, Any]) -> None:
    schema(document, "AgentMappingResult")["properties"]["since"] = {"type": "string"}


@mutation(
    "agent-mapping",
    "setAgentMapping: breaking: the response field result.mappingIds now has the writeOnly true; likewise result.message and result.status (200, 201)",
)
def field_sent_only(document: dict[str, Any]) -> None:
    for record in schema(document, "AgentMappingResult")["properties"].values():
        record["writeOnly"] = True


@mutation(
    "agent-mapping",
    "setAgentMapping: compatible: the response field result.items is new;"
    " likewise result.x-sn-note (200, 201)",
)
def fields_named_like_keys(document: dict[str, Any]) -> None:
    for name in ("items", "x-sn-note"):
        schema(document, "AgentMappingResult")["properties"][name] = {"type": "string"}
