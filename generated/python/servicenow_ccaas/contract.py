# Written by `make build` from openapi/. Do not edit.
"""What the contract says that a client has to know: operations, statuses, and how to sign in."""

from __future__ import annotations

from typing import Final

from servicenow_ccaas.errors import ApiError
from servicenow_ccaas.transport import Operation

API_KEY_HEADER: Final = "x-sn-apikey"
TOKEN_PATH: Final = "/oauth_token.do"


class BadRequestError(ApiError):
    """400 Bad Request."""


class UnauthorizedError(ApiError):
    """401 Unauthorized."""


class ForbiddenError(ApiError):
    """403 Forbidden."""


class NotFoundError(ApiError):
    """404 Not Found."""


class NotAcceptableError(ApiError):
    """406 Not Acceptable."""


class ConflictError(ApiError):
    """409 Conflict."""


class UnsupportedMediaTypeError(ApiError):
    """415 Unsupported Media Type."""


class TooManyRequestsError(ApiError):
    """429 Too Many Requests."""


class InternalServerError(ApiError):
    """500 Internal Server Error."""


EXCEPTIONS: Final[dict[int, type[ApiError]]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    406: NotAcceptableError,
    409: ConflictError,
    415: UnsupportedMediaTypeError,
    429: TooManyRequestsError,
    500: InternalServerError,
}

SET_AGENT_MAPPING: Final = Operation(
    id="setAgentMapping",
    method="PUT",
    path="/api/sn_ct_ctr_it_core/agent_mapping/agent/{agentId}/inboundId/{inboundId}",
    answers={
        200: "SetAgentMappingResponse",
        201: "SetAgentMappingResponse",
    },
    errors={
        400: "SetAgentMappingFailure",
        401: "ErrorResponse",
        403: "ErrorResponse",
        406: "ErrorResponse",
        415: "ErrorResponse",
        429: "ErrorResponse",
        500: "ErrorResponse",
    },
    exceptions=EXCEPTIONS,
    body="SetAgentMappingRequest",
)
OFFER_WORK: Final = Operation(
    id="offerWork",
    method="POST",
    path="/api/now/awa/documents/{document_table}/{document_sys_id}/offer",
    answers={
        200: "OfferWorkResponse",
    },
    errors={
        400: "OfferWorkFailure",
        401: "ErrorResponse",
        403: "OfferWorkFailure",
        404: "OfferWorkFailure",
        406: "ErrorResponse",
        409: "OfferWorkFailure",
        415: "ErrorResponse",
        429: "ErrorResponse",
        500: "OfferWorkFailure",
    },
    exceptions=EXCEPTIONS,
    body="OfferWorkRequest",
)
LIST_CONTACTS: Final = Operation(
    id="listContacts",
    method="GET",
    path="/api/now/contact",
    answers={
        200: "ListContactsResponse",
    },
    errors={
        400: "ErrorResponse",
        401: "ErrorResponse",
        403: "ErrorResponse",
        406: "ErrorResponse",
        429: "ErrorResponse",
        500: "ErrorResponse",
    },
    exceptions=EXCEPTIONS,
)
CREATE_CONTACT: Final = Operation(
    id="createContact",
    method="POST",
    path="/api/now/contact",
    answers={
        201: "CreateContactResponse",
    },
    errors={
        400: "ErrorResponse",
        401: "ErrorResponse",
        403: "ErrorResponse",
        406: "ErrorResponse",
        415: "ErrorResponse",
        429: "ErrorResponse",
        500: "ErrorResponse",
    },
    exceptions=EXCEPTIONS,
    body="CreateContactRequest",
)
GET_CONTACT: Final = Operation(
    id="getContact",
    method="GET",
    path="/api/now/contact/{id}",
    answers={
        200: "GetContactResponse",
    },
    errors={
        400: "ErrorResponse",
        401: "ErrorResponse",
        403: "ErrorResponse",
        404: "ErrorResponse",
        406: "ErrorResponse",
        429: "ErrorResponse",
        500: "ErrorResponse",
    },
    exceptions=EXCEPTIONS,
)
GET_EXTERNAL_ID_MAPPING: Final = Operation(
    id="getExternalIdMapping",
    method="GET",
    path="/api/sn_ct_ctr_it_core/external_id_mapping/table/{tableName}/documentId/{documentId}",
    answers={
        200: "GetExternalIdMappingResponse",
    },
    errors={
        400: "ExternalIdMappingRefusal",
        401: "ErrorResponse",
        403: "ExternalIdMappingRefusal",
        404: "ExternalIdMappingRefusal",
        406: "ErrorResponse",
        429: "ErrorResponse",
        500: "ExternalIdMappingRefusal",
    },
    exceptions=EXCEPTIONS,
)
SET_EXTERNAL_ID_MAPPING: Final = Operation(
    id="setExternalIdMapping",
    method="PUT",
    path="/api/sn_ct_ctr_it_core/external_id_mapping/table/{tableName}/documentId/{documentId}",
    answers={
        200: "SetExternalIdMappingResponse",
        201: "SetExternalIdMappingResponse",
    },
    errors={
        400: "ExternalIdMappingRefusal",
        401: "ErrorResponse",
        403: "ExternalIdMappingRefusal",
        404: "ExternalIdMappingRefusal",
        406: "ErrorResponse",
        415: "ErrorResponse",
        429: "ErrorResponse",
        500: "ExternalIdMappingRefusal",
    },
    exceptions=EXCEPTIONS,
    body="SetExternalIdMappingRequest",
)
CREATE_INTERACTION: Final = Operation(
    id="createInteraction",
    method="POST",
    path="/api/now/interaction",
    answers={
        201: "CreateInteractionResponse",
    },
    errors={
        400: "ErrorResponse",
        401: "ErrorResponse",
        403: "ErrorResponse",
        406: "ErrorResponse",
        415: "ErrorResponse",
        429: "ErrorResponse",
        500: "ErrorResponse",
    },
    exceptions=EXCEPTIONS,
    body="CreateInteractionRequest",
    together={
        "channel_metadata_id": ["channel_metadata_table"],
        "channel_metadata_table": ["channel_metadata_id"],
        "context_id": ["context_table"],
        "context_table": ["context_id"],
    },
)
CLOSE_INTERACTION: Final = Operation(
    id="closeInteraction",
    method="POST",
    path="/api/now/interaction/{interaction_id}/close",
    answers={
        200: "CloseInteractionResponse",
    },
    errors={
        400: "ErrorResponse",
        401: "ErrorResponse",
        403: "ErrorResponse",
        404: "ErrorResponse",
        406: "ErrorResponse",
        415: "ErrorResponse",
        429: "ErrorResponse",
        500: "ErrorResponse",
    },
    exceptions=EXCEPTIONS,
    body="CloseInteractionRequest",
)
