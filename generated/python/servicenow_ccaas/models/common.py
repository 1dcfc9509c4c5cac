# Written by `make build` from openapi/common.yaml. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypeAliasType

ApiVersion = TypeAliasType(
    "ApiVersion", Annotated[Literal["v1", "v2"], Field(examples=["v1"])]
)
"""
A version segment of a platform URL.
"""


class ErrorDetail(BaseModel):
    """
    What went wrong, in the platform's words.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
    )
    detail: Annotated[
        str | None, Field(examples=["Required to provide Auth information"])
    ] = None
    """
    The reason, where the platform gives one; it can be null or empty.
    """
    message: Annotated[str, Field(examples=["User Not Authenticated"])]
    """
    The kind of failure.
    """


class ErrorResponse(BaseModel):
    """
    The error envelope of the platform. It does not repeat the HTTP status.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
        json_schema_extra={"xml": {"name": "response"}},
    )
    error: ErrorDetail
    status: Annotated[Literal["failure"], Field(examples=["failure"])]
    """
    Says `failure` in every error.
    """


GlideBoolean = TypeAliasType(
    "GlideBoolean", Annotated[str, Field(examples=["true"], pattern="^(true|false)?$")]
)
"""
A true/false field as it travels in a record. Empty means that no value is set.
"""


GlideDate = TypeAliasType(
    "GlideDate",
    Annotated[
        str, Field(examples=["2018-03-10"], pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")
    ],
)
"""
A date field as it travels in a record, in UTC. Empty means that no value is set.
"""


GlideDateTime = TypeAliasType(
    "GlideDateTime",
    Annotated[
        str,
        Field(
            examples=["2018-03-10 21:48:11"],
            pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})?$",
        ),
    ],
)
"""
A date-time field as it travels in a record, in UTC. Empty means that no value is set.
"""


GlideDecimal = TypeAliasType(
    "GlideDecimal",
    Annotated[str, Field(examples=["57.6"], pattern="^(-?[0-9]+(\\.[0-9]+)?)?$")],
)
"""
A floating-point field as it travels in a record. Empty means that no value is set.
"""


GlideInteger = TypeAliasType(
    "GlideInteger", Annotated[str, Field(examples=["3"], pattern="^(-?[0-9]+)?$")]
)
"""
A whole-number field as it travels in a record. Empty means that no value is set.
"""


GlideReference = TypeAliasType(
    "GlideReference",
    Annotated[
        str,
        Field(
            examples=["86837a386f0331003b3c498f5d3ee4ca"],
            pattern="^([0-9A-Za-z]{32})?$",
        ),
    ],
)
"""
A reference field as it travels in a record: the bare sys_id of the other record, not an
object with a link. Empty means that it refers to nothing.
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
