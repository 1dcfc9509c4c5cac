# Written by `make build` from openapi/common.yaml. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from servicenow_ccaas.record import Record
from typing_extensions import TypeAliasType

ApiVersion = TypeAliasType(
    "ApiVersion", Annotated[str, Field(examples=["v1", "v2"], min_length=1)]
)
"""
A version segment of a platform URL, such as `v1` or `v2`.
"""


class ErrorDetail(Record):
    """
    What went wrong, in the platform's words.
    """

    detail: Annotated[
        str | None, Field(examples=["Required to provide Auth information"])
    ] = None
    """
    The reason, where the platform gives one; it can be null or empty.
    """
    message: Annotated[
        str | None,
        Field(
            examples=["User Not Authenticated"], json_schema_extra={"x-sn-empty": True}
        ),
    ]
    """
    The kind of failure.
    """


class ErrorResponse(Record):
    """
    The error envelope of the platform. It does not repeat the HTTP status.
    """

    model_config = ConfigDict(
        json_schema_extra={"xml": {"name": "response"}},
    )
    error: ErrorDetail
    status: Annotated[Literal["failure"], Field(examples=["failure"])]
    """
    Says `failure` in every error.
    """


SysId = TypeAliasType(
    "SysId",
    Annotated[
        str,
        Field(
            examples=["ddce70866f9331003b3c498f5d3ee417"],
            max_length=32,
            min_length=32,
            pattern="^[0-9A-Za-z]{32}$",
        ),
    ],
)
"""
The unique identifier of a record: 32 characters, lower-case hexadecimal in practice.
"""


TableName = TypeAliasType(
    "TableName",
    Annotated[
        str, Field(examples=["interaction"], max_length=80, pattern="^[a-z][a-z0-9_]*$")
    ],
)
"""
Name of a table as the platform stores it: lower case, with underscores, custom tables with
the prefix `u_` or `x_`.
"""
