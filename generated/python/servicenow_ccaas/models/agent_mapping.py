# Written by `make build` from openapi/agent-mapping.yaml. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from servicenow_ccaas.models.common import ErrorResponse, SysId
from servicenow_ccaas.record import Record
from typing_extensions import TypeAliasType


class AgentMappingFailure(Record):
    """
    Why no mapping was written.
    """

    errors: Annotated[list[str] | None, Field(examples=[["Invalid agent ID"]])] = None
    """
    Every reason for the error, as sibling APIs list them.
    """
    message: Annotated[
        str | None,
        Field(examples=["Invalid agent ID"], json_schema_extra={"x-sn-empty": True}),
    ] = None
    """
    Why the request was rejected.
    """
    status: Annotated[Literal["failure", "Failure"] | str, Field(examples=["failure"])]
    """
    Says that nothing was written.
    """


class AgentMappingResult(Record):
    """
    What was written.
    """

    mapping_ids: Annotated[
        list[SysId],
        Field(
            alias="mappingIds",
            examples=[["128b74fcc3931a50325a4ad9d00131c3"]],
            min_length=1,
        ),
    ]
    """
    Sys_ids of the mapping records that were created or updated.
    """
    message: Annotated[
        str | None,
        Field(
            examples=["Agent Id mapping record inserted"],
            json_schema_extra={"x-sn-empty": True},
        ),
    ]
    """
    Says in words whether a mapping was inserted or updated.
    """
    status: Annotated[Literal["success", "Success"] | str, Field(examples=["success"])]
    """
    Says that the mapping was written.
    """


AgentActive = TypeAliasType(
    "AgentActive", Annotated[bool | Literal["true", "false"], Field(examples=[False])]
)
"""
Whether the agent is signed in to the contact-centre platform. Absent means signed in.
"""


InboundId = TypeAliasType(
    "InboundId", Annotated[str, Field(examples=["ServiceNowVoice"], min_length=1)]
)
"""
Identifier of a provider channel identity, as its Inbound ID field holds it.
"""


class SetAgentMappingRequest(Record):
    """
    What the contact-centre platform knows of the agent.
    """

    active: AgentActive | None = None
    external_agent_id: Annotated[str, Field(examples=["12345"], min_length=1)]
    """
    Id of the agent in the contact-centre platform.
    """


class SetAgentMappingResponse(Record):
    """
    The outcome, with the records that hold it.
    """

    result: AgentMappingResult


class AgentMappingFailureResponse(Record):
    """
    An error response in the form of the API's own result.
    """

    result: AgentMappingFailure


SetAgentMappingFailure = TypeAliasType(
    "SetAgentMappingFailure", AgentMappingFailureResponse | ErrorResponse
)
"""
An error response, in the words of the API or of the platform.
"""
