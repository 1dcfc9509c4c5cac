# Written by `make build` from openapi/awa-offer-work.yaml. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from servicenow_ccaas.glide import OfferTimestamp
from servicenow_ccaas.models.common import ErrorResponse, SysId, TableName
from servicenow_ccaas.record import Record
from typing_extensions import TypeAliasType

ExternalSegmentId = TypeAliasType(
    "ExternalSegmentId",
    Annotated[str, Field(examples=["segment_59616aba87bd5210be070d48dabb35e6"])],
)
"""
Identifier that the contact-centre platform has for the segment of the call that is offered
to the agent.
"""


OfferFlag = TypeAliasType(
    "OfferFlag",
    Annotated[
        bool | Literal["true", "false", "yes", "no", "1", "0"],
        Field(examples=[True, "false"]),
    ],
)
"""
A true/false parameter; `yes` and `1` mean true, `no` and `0` mean false.
"""


OfferQueueId = TypeAliasType(
    "OfferQueueId",
    Annotated[
        str,
        Field(examples=["92f8942787851210be070d48dabb35fb", "calls-en"], min_length=1),
    ],
)
"""
A queue: its sys_id, or the identifier that it has in the contact-centre platform and that
the queue's Provider queue ID field (`external_id`) holds. An instance has a queue for each
channel, so that several of its queues can hold the same identifier.
"""


OfferTimeoutSeconds = TypeAliasType(
    "OfferTimeoutSeconds",
    Annotated[
        Annotated[int, Field(ge=0)] | Annotated[float, Field(ge=0.0)],
        Field(examples=[30]),
    ],
)
"""
The seconds as a number.
"""


OfferTimeoutText = TypeAliasType(
    "OfferTimeoutText", Annotated[str, Field(examples=["30", ""], pattern="^[0-9]*$")]
)
"""
The seconds as text, or the empty text for no limit.
"""


OfferRequestedMessage = TypeAliasType(
    "OfferRequestedMessage",
    Annotated[
        Literal[
            "Manual assignment successfully requested",
            "Manual assignment successfully requested.",
        ],
        Field(examples=["Manual assignment successfully requested."]),
    ],
)
"""
The work was offered or transferred.
"""


CallerLacksRoleMessage = TypeAliasType(
    "CallerLacksRoleMessage",
    Annotated[
        str,
        Field(
            examples=[
                "Caller da419c1fc312310015519f2974d3ae15 does not have the awa_manager or awa_integration_user role"
            ],
            pattern="^Caller [0-9A-Za-z]{32} does not have the awa_manager or awa_integration_user role$",
        ),
    ],
)
"""
The user who called may not offer work.
"""


WorkItemAcceptedMessage = TypeAliasType(
    "WorkItemAcceptedMessage",
    Annotated[
        Literal["Work Item accepted can not be assigned"],
        Field(examples=["Work Item accepted can not be assigned"]),
    ],
)
"""
An agent has accepted the work item. Once nobody has it any more, it can be offered again.
"""


AgentNotValidMessage = TypeAliasType(
    "AgentNotValidMessage",
    Annotated[
        str,
        Field(
            examples=["da419c1fc312310015519f2974d3ae15 is not a valid agent"],
            pattern="^[\\s\\S]* is not a valid agent$",
        ),
    ],
)
"""
The user who was to get the work lacks the role `awa_agent`, or does not exist.
"""


BlindTransferFailedMessage = TypeAliasType(
    "BlindTransferFailedMessage",
    Annotated[
        Literal["Transfer failed - couldn't blind transfer to agent"],
        Field(examples=["Transfer failed - couldn't blind transfer to agent"]),
    ],
)
"""
The agent who was to get a blind transfer is not available.
"""


WorkItemAlreadyAssignedMessage = TypeAliasType(
    "WorkItemAlreadyAssignedMessage",
    Annotated[
        str,
        Field(
            examples=[
                "Work Item is already assigned to da419c1fc312310015519f2974d3ae15"
            ],
            pattern="^Work Item is already assigned to [0-9A-Za-z]{32}$",
        ),
    ],
)
"""
Another agent, who is named, has the work item.
"""


AgentNotAvailableMessage = TypeAliasType(
    "AgentNotAvailableMessage",
    Annotated[
        Literal["Agent is not available"], Field(examples=["Agent is not available"])
    ],
)
"""
The agent's presence does not let them take work. How much work they have does not count.
"""


TimeoutNegativeMessage = TypeAliasType(
    "TimeoutNegativeMessage",
    Annotated[
        Literal["Timeout value cannot be negative"],
        Field(examples=["Timeout value cannot be negative"]),
    ],
)
"""
`timeout` is below zero.
"""


PresenceStateNotValidMessage = TypeAliasType(
    "PresenceStateNotValidMessage",
    Annotated[
        str,
        Field(
            examples=["9f4e02a187851210be070d48dabb3540 is not a valid presence state"],
            pattern="^[\\s\\S]* is not a valid presence state$",
        ),
    ],
)
"""
`after_timeout_presence` leads to no presence state.
"""


OfferedTimeFormatMessage = TypeAliasType(
    "OfferedTimeFormatMessage",
    Annotated[
        str,
        Field(
            examples=[
                "Offered time (2024-04-03 23:09:31) must be in the following format: yyyy-MM-dd'T'HH:mm:ss.SSS"
            ],
            pattern="^Offered time \\([\\s\\S]*\\) must be in the following format: yyyy-MM-dd'T'HH:mm:ss\\.SSS$",
        ),
    ],
)
"""
`offered_on` is not written as it has to be.
"""


OfferedTimeNotPastMessage = TypeAliasType(
    "OfferedTimeNotPastMessage",
    Annotated[
        str,
        Field(
            examples=[
                "Offered time (2044-04-03T23:09:31.000) must be before the current time, otherwise agent will have more time to accept the work item"
            ],
            pattern="^Offered time \\(.+\\) must be before the current time, otherwise agent will have more time to accept the work item$",
        ),
    ],
)
"""
`offered_on` lies in the future.
"""


OfferExpiredMessage = TypeAliasType(
    "OfferExpiredMessage",
    Annotated[
        str,
        Field(
            examples=[
                "Timestamp after timeout (2024-04-03T23:10:01.000) must be after the current time, otherwise agent has no time to accept the work item"
            ],
            pattern="^Timestamp after timeout \\(.+\\) must be after the current time, otherwise agent has no time to accept the work item$",
        ),
    ],
)
"""
The offer made at `offered_on` has run out by now.
"""


DisplayOptionNotValidMessage = TypeAliasType(
    "DisplayOptionNotValidMessage",
    Annotated[
        str,
        Field(
            examples=["tab_only is not a valid display option"],
            pattern="^[\\s\\S]* is not a valid display option$",
        ),
    ],
)
"""
`display_option` is none of its values.
"""


BooleanNotValidMessage = TypeAliasType(
    "BooleanNotValidMessage",
    Annotated[
        str,
        Field(
            examples=["maybe is not a valid boolean value"],
            pattern="^[\\s\\S]* is not a valid boolean value$",
        ),
    ],
)
"""
A true/false parameter has none of the values that it takes.
"""


AgentNotExternalMessage = TypeAliasType(
    "AgentNotExternalMessage",
    Annotated[
        Literal["The user does not have the 'awa_external_user' role"],
        Field(examples=["The user does not have the 'awa_external_user' role"]),
    ],
)
"""
The user who was to get the work lacks the role `awa_external_user`.
"""


DocumentNotActiveMessage = TypeAliasType(
    "DocumentNotActiveMessage",
    Annotated[
        Literal["Document is not active"], Field(examples=["Document is not active"])
    ],
)
"""
The document is closed or otherwise inactive.
"""


class OfferTransfer(Record):
    """
    The source and the target of the work.
    """

    source_queue_id: Annotated[
        OfferQueueId, Field(examples=["92f8942787851210be070d48dabb35fb"])
    ]
    """
    Queue that the transfer starts from: its sys_id, or its identifier in the contact-centre
    platform. A document that has no active work item, such as an outbound call that was
    never routed, gets one in this queue before the transfer.
    """
    target_id: Annotated[
        str, Field(examples=["da419c1fc312310015519f2974d3ae15"], min_length=1)
    ]
    """
    Who or what gets the work: the sys_id of a user when `target_type` is `agent`, the
    sys_id or the external identifier of a queue when it is `queue`.
    """
    target_type: Annotated[Literal["agent", "queue"] | str, Field(examples=["agent"])]
    """
    Whether `target_id` names an agent or a queue.
    """
    transfer_type: Annotated[
        Literal["blind", "consult"] | str, Field(examples=["blind"])
    ]
    """
    Whether the work is handed over without a word, or after the agents have spoken with
    each other. This call starts a consult; another API ends it.
    """


class WorkItem(Record):
    """
    The work item of the document, as it is after the call.
    """

    display_name: Annotated[
        str | None,
        Field(
            examples=["Interaction: IMS0000221"], json_schema_extra={"x-sn-empty": True}
        ),
    ]
    """
    How the instance shows the document to people.
    """
    document_id: Annotated[SysId, Field(examples=["59616aba87bd5210be070d48dabb35e6"])]
    """
    Sys_id of the document.
    """
    document_table: TableName
    queue: OfferQueueId
    sys_id: Annotated[SysId, Field(examples=["bfa3a27e87bd5210be070d48dabb3588"])]
    """
    Sys_id of the work item itself.
    """


OfferTimeout = TypeAliasType(
    "OfferTimeout",
    Annotated[OfferTimeoutSeconds | OfferTimeoutText, Field(examples=[30])],
)
"""
A length of time in seconds, not negative. Empty means no limit.
"""


OfferRefusalMessage = TypeAliasType(
    "OfferRefusalMessage",
    Annotated[
        CallerLacksRoleMessage
        | WorkItemAcceptedMessage
        | AgentNotValidMessage
        | BlindTransferFailedMessage
        | WorkItemAlreadyAssignedMessage
        | AgentNotAvailableMessage
        | TimeoutNegativeMessage
        | PresenceStateNotValidMessage
        | OfferedTimeFormatMessage
        | OfferedTimeNotPastMessage
        | OfferExpiredMessage
        | DisplayOptionNotValidMessage
        | BooleanNotValidMessage
        | AgentNotExternalMessage
        | DocumentNotActiveMessage,
        Field(examples=["Agent is not available"]),
    ],
)
"""
Why no work was offered or transferred.
"""


class OfferTransferRequest(Record):
    """
    Moves the work to another agent or queue. An `assignment` or `queue_id` beside it has no
    effect.
    """

    external_segment_id: ExternalSegmentId | None = None
    transfer: OfferTransfer


class OfferAccepted(Record):
    """
    The work is offered or transferred; the work item has its state.
    """

    message: OfferRequestedMessage
    success: Annotated[Literal[True], Field(examples=[True])]
    """
    Says that the work was offered or transferred.
    """
    work_item: WorkItem


class OfferAssignment(Record):
    """
    The agent whom the platform chose, and the terms of the offer. Without a timeout, the terms
    that go with one are ignored, whatever they hold.
    """

    after_timeout_presence: Annotated[
        str | None, Field(examples=["9f4e02a187851210be070d48dabb3541"])
    ] = None
    """
    The presence state, by its sys_id, that the agent changes to when the offer times out.
    Empty leaves the agent's presence as it is. Without `timeout` it is ignored.
    """
    agent_sys_id: Annotated[SysId, Field(examples=["0d584509c323120095ccd02422d3ae5b"])]
    """
    Sys_id of the user who is offered the work. They have to be available in their inbox
    and to have the roles `awa_agent` and `awa_external_user`.
    """
    allowed_to_decline: Annotated[OfferFlag | None, Field(examples=["true", True])] = (
        None
    )
    """
    Whether the agent may reject the work. If so, the inbox card has a Reject button beside
    the Accept button.
    """
    display_option: Annotated[
        Literal["card_and_tab", "card_only"] | str | None,
        Field(examples=["card_and_tab"]),
    ] = None
    """
    What opens for the agent when the work is assigned automatically: the card with the
    document's tab, or the card alone. Without `enable_auto_assign` it is ignored.
    """
    enable_auto_assign: Annotated[
        OfferFlag | None, Field(examples=["false", False])
    ] = None
    """
    Whether the work is accepted in the agent's name at once. Otherwise the agent accepts or
    rejects it by hand.
    """
    offered_on: Annotated[
        OfferTimestamp | str | None, Field(examples=["2024-04-03T23:09:31.000"])
    ] = None
    """
    When the platform made the offer, in UTC. The time left on the inbox card counts from
    here, so that it agrees with the platform's own clock; the work item keeps it in its
    `offered_on` field. It has to lie in the past, by less than `timeout`. Without `timeout`
    it is ignored, whatever text it is.
    """
    timeout: Annotated[OfferTimeout | None, Field(examples=[30])] = None
    """
    Seconds that the offer stays in the agent's inbox, counted from `offered_on` where that
    is given. Empty or absent means no time limit. Work that is assigned automatically is
    accepted at once, so that its timeout is ignored.
    """


class OfferRefused(Record):
    """
    No work was offered or transferred; the message says why.
    """

    message: OfferRefusalMessage
    success: Annotated[Literal[False], Field(examples=[False])]
    """
    Says that nothing was offered or transferred.
    """
    work_item: WorkItem | None = None


OfferResult = TypeAliasType("OfferResult", OfferAccepted | OfferRefused)
"""
Whether the work was offered or transferred; `success` distinguishes the two.
"""


class OfferAssignmentRequest(Record):
    """
    Offers the work to an agent whom the contact-centre platform chose.
    """

    assignment: OfferAssignment
    external_segment_id: ExternalSegmentId | None = None
    queue_id: OfferQueueId
    transfer: OfferTransfer | None = None
    """
    Absent from a new assignment; a value turns the call into a transfer.
    """


class OfferWorkResponse(Record):
    """
    The outcome. As XML the root element is `response`.
    """

    model_config = ConfigDict(
        json_schema_extra={"xml": {"name": "response"}},
    )
    result: OfferResult


class OfferRefusedResponse(Record):
    """
    An error response in the form of the API's own result. As XML the root element is
    `response`.
    """

    model_config = ConfigDict(
        json_schema_extra={"xml": {"name": "response"}},
    )
    result: OfferRefused


OfferWorkRequest = TypeAliasType(
    "OfferWorkRequest",
    Annotated[
        OfferAssignmentRequest | OfferTransferRequest,
        Field(json_schema_extra={"xml": {"name": "request"}}),
    ],
)
"""
A new assignment or a transfer. A body with `transfer` is a transfer, whatever else it
holds. As XML the root element is taken to be `request`.
"""


OfferWorkFailure = TypeAliasType(
    "OfferWorkFailure", OfferRefusedResponse | ErrorResponse
)
"""
An error response, in the words of the API or of the platform.
"""
