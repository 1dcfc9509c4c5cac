# Written by `make build` from openapi/. Do not edit.
"""Pydantic models of the five APIs; the module of each API holds its own."""

from __future__ import annotations

from servicenow_ccaas.models.agent_mapping import (
    AgentActive,
    AgentMappingFailure,
    AgentMappingFailureResponse,
    AgentMappingResult,
    InboundId,
    SetAgentMappingFailure,
    SetAgentMappingRequest,
    SetAgentMappingResponse,
)
from servicenow_ccaas.models.common import (
    ApiVersion,
    ErrorDetail,
    ErrorResponse,
    GlideBoolean,
    GlideDate,
    GlideDateTime,
    GlideDecimal,
    GlideInteger,
    GlideReference,
    SysId,
    TableName,
)

__all__ = [
    "AgentActive",
    "AgentMappingFailure",
    "AgentMappingFailureResponse",
    "AgentMappingResult",
    "ApiVersion",
    "ErrorDetail",
    "ErrorResponse",
    "GlideBoolean",
    "GlideDate",
    "GlideDateTime",
    "GlideDecimal",
    "GlideInteger",
    "GlideReference",
    "InboundId",
    "SetAgentMappingFailure",
    "SetAgentMappingRequest",
    "SetAgentMappingResponse",
    "SysId",
    "TableName",
]
