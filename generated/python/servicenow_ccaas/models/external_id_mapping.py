# Written by `make build` from openapi/external-id-mapping.yaml. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from servicenow_ccaas.glide import GlideReference
from servicenow_ccaas.models.common import ErrorResponse, SysId, TableName
from servicenow_ccaas.record import Record
from typing_extensions import TypeAliasType


class SetExternalIdMappingRequest(Record):
    """
    What the contact-centre platform calls the record.
    """

    external_id: Annotated[str, Field(examples=["200"], max_length=200, min_length=1)]
    """
    Routing id that the platform gave to the record.
    """
    external_provider: SysId | None = None
    """
    Sys_id of the provider whose platform gave the routing id. A record has one mapping for
    each provider. Absent means the mapping that belongs to no provider.
    """


class SetExternalIdMappingResult(Record):
    """
    What was done. The mapping itself is not repeated.
    """

    message: Annotated[
        str | None,
        Field(
            examples=[
                "External ID mapping record updated for sn_customerservice_case [f584a7b23b3d3e10c524c59a04e45a6f]"
            ],
            json_schema_extra={"x-sn-empty": True},
        ),
    ]
    """
    Says in words whether the mapping was created or updated, and for which table and
    record.
    """
    status: Annotated[Literal["success"], Field(examples=["success"])]
    """
    Says that the mapping was stored.
    """


ExternalIdMappingErrorText = TypeAliasType(
    "ExternalIdMappingErrorText", Annotated[str, Field(examples=["Record not found"])]
)
"""
The reason of a failure in words.
"""


class ExternalIdMapping(Record):
    """
    The routing id of one record at one provider.
    """

    document_id: SysId
    """
    Sys_id of the record that was routed.
    """
    document_table: TableName
    """
    Table of the record that was routed.
    """
    external_id: Annotated[
        str | None,
        Field(examples=["200"], json_schema_extra={"x-sn-empty": True}, max_length=200),
    ]
    """
    Routing id that the platform gave to the record.
    """
    external_provider: GlideReference
    """
    Sys_id of the provider whose platform gave the routing id. Empty means that the mapping
    was stored without one.
    """


class SetExternalIdMappingResponse(Record):
    """
    The outcome of storing a routing id.
    """

    result: SetExternalIdMappingResult


class GetExternalIdMappingResult(Record):
    """
    The mapping, and the outcome where the instance states it.
    """

    data: ExternalIdMapping
    message: Annotated[
        str | None,
        Field(
            examples=["External ID mapping record found"],
            json_schema_extra={"x-sn-empty": True},
        ),
    ] = None
    """
    The outcome in words.
    """
    status: Annotated[Literal["success"] | None, Field(examples=["success"])] = None
    """
    Says that the mapping was found.
    """


class ExternalIdMappingErrorDetail(Record):
    """
    The reason of a failure.
    """

    message: ExternalIdMappingErrorText


class GetExternalIdMappingResponse(Record):
    """
    The mapping that was found.
    """

    model_config = ConfigDict(
        json_schema_extra={"xml": {"name": "response"}},
    )
    result: GetExternalIdMappingResult


ExternalIdMappingError = TypeAliasType(
    "ExternalIdMappingError", ExternalIdMappingErrorDetail | ExternalIdMappingErrorText
)
"""
The reason of a failure, as an object that holds a text or as the text alone.
"""


class ExternalIdMappingFailure(Record):
    """
    Why no mapping was read or stored.
    """

    error: ExternalIdMappingError
    message: Annotated[
        str | None,
        Field(
            examples=["External ID mapping record not found"],
            json_schema_extra={"x-sn-empty": True},
        ),
    ] = None
    """
    The outcome in words.
    """
    status: Annotated[Literal["failure"] | None, Field(examples=["failure"])] = None
    """
    Says that nothing was read or stored.
    """


class ExternalIdMappingFailureResponse(Record):
    """
    An error response in the form of the API's own result.
    """

    model_config = ConfigDict(
        json_schema_extra={"xml": {"name": "response"}},
    )
    result: ExternalIdMappingFailure


ExternalIdMappingRefusal = TypeAliasType(
    "ExternalIdMappingRefusal",
    Annotated[
        ExternalIdMappingFailureResponse | ErrorResponse,
        Field(json_schema_extra={"xml": {"name": "response"}}),
    ],
)
"""
An error response, in the words of the API or of the platform.
"""
