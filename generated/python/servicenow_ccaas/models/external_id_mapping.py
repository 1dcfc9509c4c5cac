# Written by `make build` from openapi/external-id-mapping.yaml. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from servicenow_ccaas.models.common import (
    ErrorResponse,
    GlideReference,
    SysId,
    TableName,
)
from typing_extensions import TypeAliasType


class SetExternalIdMappingRequest(BaseModel):
    """
    What the contact-centre platform calls the record.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
    )
    external_id: Annotated[str, Field(examples=["200"], max_length=200, min_length=1)]
    """
    Routing id that the platform gave to the record.
    """
    external_provider: SysId | None = None
    """
    Sys_id of the provider whose platform gave the routing id. A record has one mapping for
    each provider. Absent means the mapping that belongs to no provider.
    """


class SetExternalIdMappingResult(BaseModel):
    """
    What was done. The mapping itself is not repeated.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
    )
    message: Annotated[
        str,
        Field(
            examples=[
                "External ID mapping record updated for sn_customerservice_case [f584a7b23b3d3e10c524c59a04e45a6f]"
            ]
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


class ExternalIdMapping(BaseModel):
    """
    The routing id of one record at one provider.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
    )
    document_id: SysId
    """
    Sys_id of the record that was routed.
    """
    document_table: TableName
    """
    Table of the record that was routed.
    """
    external_id: Annotated[str, Field(examples=["200"], max_length=200)]
    """
    Routing id that the platform gave to the record.
    """
    external_provider: GlideReference
    """
    Sys_id of the provider whose platform gave the routing id. Empty means that the mapping
    was stored without one.
    """


class SetExternalIdMappingResponse(BaseModel):
    """
    The outcome of storing a routing id.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
    )
    result: SetExternalIdMappingResult


class GetExternalIdMappingResult(BaseModel):
    """
    The mapping, and the outcome where the instance states it.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
    )
    data: ExternalIdMapping
    message: Annotated[
        str | None, Field(examples=["External ID mapping record found"])
    ] = None
    """
    The outcome in words.
    """
    status: Annotated[Literal["success"] | None, Field(examples=["success"])] = None
    """
    Says that the mapping was found.
    """


class ExternalIdMappingErrorDetail(BaseModel):
    """
    The reason of a failure.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
    )
    message: ExternalIdMappingErrorText


class GetExternalIdMappingResponse(BaseModel):
    """
    The mapping that was found.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
        json_schema_extra={"xml": {"name": "response"}},
    )
    result: GetExternalIdMappingResult


ExternalIdMappingError = TypeAliasType(
    "ExternalIdMappingError", ExternalIdMappingErrorDetail | ExternalIdMappingErrorText
)
"""
The reason of a failure, as an object that holds a text or as the text alone.
"""


class ExternalIdMappingFailure(BaseModel):
    """
    Why no mapping was read or stored.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
    )
    error: ExternalIdMappingError
    message: Annotated[
        str | None, Field(examples=["External ID mapping record not found"])
    ] = None
    """
    The outcome in words.
    """
    status: Annotated[Literal["failure"] | None, Field(examples=["failure"])] = None
    """
    Says that nothing was read or stored.
    """


class ExternalIdMappingFailureResponse(BaseModel):
    """
    A refusal in the shape of the API's own result.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
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
A refusal, as the API itself or as the platform words it.
"""
