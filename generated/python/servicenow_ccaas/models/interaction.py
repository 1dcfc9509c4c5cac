# Written by `make build` from openapi/interaction.yaml. Do not edit.

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field
from servicenow_ccaas.glide import GlideReference
from servicenow_ccaas.models.common import SysId, TableName
from servicenow_ccaas.record import Record
from typing_extensions import TypeAliasType


class CloseInteractionRequest(Record):
    """
    An empty object, which some clients send. Without it the call does the same. In XML it is
    an empty root element named `request`.
    """

    model_config = ConfigDict(
        json_schema_extra={"xml": {"name": "request"}},
    )


ClosedInteractionState = TypeAliasType(
    "ClosedInteractionState",
    Annotated[
        str,
        Field(
            examples=["closed_complete"],
            pattern="^[Cc]losed([_ ]([Cc]omplete|[Aa]bandoned))?$",
        ),
    ],
)
"""
Says that the conversation is over; `closed_complete` is what an instance sends. The label
`Closed Complete` may come in its place.
"""


InteractionChannel = TypeAliasType(
    "InteractionChannel",
    Annotated[
        str,
        Field(
            examples=["28a59893873103002ae97e2526cb0b5d", "chat"],
            pattern="^([0-9A-Za-z]{32}|[Vv]ideo|[Cc]hat|[Pp]hone|[Mm]essaging)$",
        ),
    ],
)
"""
How the customer is connected: the sys_id of an interaction connector, or one of the names
`Video`, `Chat`, `Phone` and `Messaging`, which may begin with a small letter.
"""


InteractionData = TypeAliasType(
    "InteractionData",
    Annotated[
        dict[str, Any] | str,
        Field(
            examples=[{"language": "en", "contact": "ddce70866f9331003b3c498f5d3ee417"}]
        ),
    ],
)
"""
A map with any keys, or text: the name of a table and a sys_id, or a map that is written
out as JSON.
"""


class InteractionDataMark(Record):
    """
    Stands in for data that the response does not repeat. Which of the two members come depends
    on the instance.
    """

    empty: Annotated[bool | None, Field(examples=[False])] = None
    """
    Whether there is no record with the data.
    """
    present: Annotated[bool | None, Field(examples=[True])] = None
    """
    Whether there is a record with the data.
    """


InteractionNumber = TypeAliasType(
    "InteractionNumber",
    Annotated[str, Field(examples=["IMS0000075"], pattern="^IMS[0-9]+$")],
)
"""
The number under which people know the interaction.
"""


InteractionState = TypeAliasType(
    "InteractionState",
    Annotated[
        str,
        Field(
            examples=["queued"],
            pattern="^([Nn]ew|[Qq]ueued|[Ww]ork[_ ][Ii]n[_ ][Pp]rogress|[Oo]n[_ ][Hh]old|[Ww]rap[_ ][Uu]p|[Cc]losed([_ ]([Cc]omplete|[Aa]bandoned))?)$",
        ),
    ],
)
"""
How far the conversation is, as the stored value: `new`, `queued`, `work_in_progress`,
`on_hold`, `wrap_up`, `closed_complete` or `closed_abandoned`. The labels of these, such as
`Queued` or `Closed Complete`, and a plain `closed` may come as well.
"""


class CreateInteractionRequest(Record):
    """
    A conversation that has started. A table and an id that belong together are sent together or
    not at all. In XML the fields are in a root element named `request`.
    """

    model_config = ConfigDict(
        json_schema_extra={"xml": {"name": "request"}},
    )
    channel: InteractionChannel
    channel_metadata: InteractionData | None = None
    """
    What the connector needs to reach the customer over the channel. Absent means none.
    """
    channel_metadata_id: SysId | None = None
    """
    Sys_id of an existing record that holds the channel metadata. Absent means that the
    instance creates one.
    """
    channel_metadata_table: TableName | None = None
    """
    Table of the record in `channel_metadata_id`. Absent means `live_group_profile`.
    """
    context: InteractionData | None = None
    """
    What is known when the conversation starts. Used instead of `context_table` and
    `context_id`, not beside them. Absent means none.
    """
    context_id: SysId | None = None
    """
    Sys_id of an existing record that holds the context. Absent means that the instance
    creates one.
    """
    context_table: TableName | None = None
    """
    Table of the record in `context_id`. Absent means `interaction_json_blob`.
    """
    queue: SysId | None = None
    """
    Sys_id of the queue that the interaction waits in. Absent means none.
    """


InteractionDataView = TypeAliasType(
    "InteractionDataView",
    Annotated[InteractionDataMark | str, Field(examples=[{"present": True}])],
)
"""
A mark that says whether there is anything, or the data as text.
"""


class Interaction(Record):
    """
    One conversation, with the names of the records that hold its context and its channel
    metadata. Every field is present; one without a value is empty.
    """

    assigned_to: GlideReference
    """
    Sys_id of the user who works on it. Empty until somebody does.
    """
    channel: InteractionChannel
    channel_metadata_document: Annotated[SysId, Field(alias="channelMetadataDocument")]
    """
    Sys_id of the record that holds the channel metadata.
    """
    channel_metadata_table: Annotated[TableName, Field(alias="channelMetadataTable")]
    """
    Table of the record that holds the channel metadata, `live_group_profile` unless the
    request named another.
    """
    channel_metadata: InteractionDataView
    """
    The channel metadata as far as the response shows it.
    """
    closed_by: GlideReference
    """
    Sys_id of the user by whom it was closed. Empty until then.
    """
    context: InteractionDataView
    """
    The context as far as the response shows it.
    """
    context_document: Annotated[SysId, Field(alias="contextDocument")]
    """
    Sys_id of the record that holds the context.
    """
    context_table: Annotated[TableName, Field(alias="contextTable")]
    """
    Table of the record that holds the context, `interaction_json_blob` unless the request
    named another.
    """
    number: InteractionNumber
    opened_for: GlideReference
    """
    Sys_id of the user whom it was opened for. Empty if nobody is known.
    """
    queue: GlideReference
    """
    Sys_id of the queue it was created for. Empty if none.
    """
    state: InteractionState
    sys_id: SysId
    """
    Sys_id of the interaction. It closes the interaction, and offers it as work.
    """


class ClosedInteraction(Interaction):
    """
    A conversation that is over.
    """

    closed_by: SysId
    """
    Sys_id of the user by whom it was closed.
    """
    state: ClosedInteractionState


class CreateInteractionResponse(Record):
    """
    The interaction that was created.
    """

    model_config = ConfigDict(
        json_schema_extra={"xml": {"name": "response"}},
    )
    result: Interaction


class CloseInteractionResponse(Record):
    """
    The interaction as it is after it was closed.
    """

    model_config = ConfigDict(
        json_schema_extra={"xml": {"name": "response"}},
    )
    result: ClosedInteraction
