// Written by `make build`. Do not edit.
export interface paths {
    "/api/now/awa/documents/{document_table}/{document_sys_id}/offer": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Table of the document, such as `interaction` or `task`. */
                document_table: components["parameters"]["OfferDocumentTable"];
                /** @description Sys_id of the document to be worked on, a record of the table in the path. */
                document_sys_id: components["parameters"]["OfferDocumentSysId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Offer or transfer a work item
         * @description Offers the work on a document to one agent, or transfers it to another agent or queue.
         *
         *     Call it when the contact-centre platform has made its routing decision. Without `transfer`
         *     the call is a new assignment and needs `queue_id` and `assignment`; with `transfer` it is a
         *     transfer, whatever else the body holds.
         *
         *     A work item is created or updated for the document (`awa_work_item`); its Assigned to field
         *     shows who has it, maybe some seconds after the response. A transfer of a document without an
         *     active work item first creates one in the source queue.
         *
         *     Every agent who receives or hands on work needs the roles `awa_agent` and
         *     `awa_external_user`. The caller needs one of the roles in `x-sn-roles`.
         */
        post: operations["offerWork"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description A new assignment or a transfer. A body with `transfer` is a transfer, whatever else it
         *     holds. As XML the root element is taken to be `request`.
         */
        OfferWorkRequest: components["schemas"]["OfferAssignmentRequest"] | components["schemas"]["OfferTransferRequest"];
        /** @description Offers the work to an agent whom the contact-centre platform chose. */
        OfferAssignmentRequest: {
            assignment: components["schemas"]["OfferAssignment"];
            external_segment_id?: components["schemas"]["ExternalSegmentId"];
            queue_id: components["schemas"]["OfferQueueId"];
            /** @description Absent from a new assignment; a value turns the call into a transfer. */
            transfer?: components["schemas"]["OfferTransfer"];
        };
        /**
         * @description Moves the work to another agent or queue. An `assignment` or `queue_id` beside it has no
         *     effect.
         */
        OfferTransferRequest: {
            external_segment_id?: components["schemas"]["ExternalSegmentId"];
            transfer: components["schemas"]["OfferTransfer"];
        };
        /** @description The outcome. As XML the root element is `response`. */
        OfferWorkResponse: {
            result: components["schemas"]["OfferResult"];
        };
        /** @description An error response, in the words of the API or of the platform. */
        OfferWorkFailure: components["schemas"]["OfferRefusedResponse"] | components["schemas"]["ErrorResponse"];
        /**
         * @description An error response in the form of the API's own result. As XML the root element is
         *     `response`.
         */
        OfferRefusedResponse: {
            result: components["schemas"]["OfferRefused"];
        };
        /**
         * @description Identifier that the contact-centre platform has for the segment of the call that is offered
         *     to the agent.
         * @example segment_59616aba87bd5210be070d48dabb35e6
         */
        ExternalSegmentId: string;
        /** @description The work is offered or transferred; the work item has its state. */
        OfferAccepted: {
            message: components["schemas"]["OfferRequestedMessage"];
            /**
             * @description Says that the work was offered or transferred.
             * @example true
             * @constant
             */
            success: true;
            work_item: components["schemas"]["WorkItem"];
        };
        /**
         * @description The agent whom the platform chose, and the terms of the offer. Without a timeout, the terms
         *     that go with one are ignored, whatever they hold.
         */
        OfferAssignment: {
            /**
             * @description The presence state, by its sys_id, that the agent changes to when the offer times out.
             *     Empty leaves the agent's presence as it is. Without `timeout` it is ignored.
             * @example 9f4e02a187851210be070d48dabb3541
             */
            after_timeout_presence?: string;
            /**
             * @description Sys_id of the user who is offered the work. They have to be available in their inbox
             *     and to have the roles `awa_agent` and `awa_external_user`.
             * @example 0d584509c323120095ccd02422d3ae5b
             */
            agent_sys_id: components["schemas"]["SysId"];
            /**
             * @description Whether the agent may reject the work. If so, the inbox card has a Reject button beside
             *     the Accept button.
             * @example true
             * @example true
             */
            allowed_to_decline?: components["schemas"]["OfferFlag"];
            /**
             * @description What opens for the agent when the work is assigned automatically: the card with the
             *     document's tab, or the card alone. Without `enable_auto_assign` it is ignored.
             * @example card_and_tab
             * @enum {string}
             */
            display_option?: "card_and_tab" | "card_only";
            /**
             * @description Whether the work is accepted in the agent's name at once. Otherwise the agent accepts or
             *     rejects it by hand.
             * @example false
             * @example false
             */
            enable_auto_assign?: components["schemas"]["OfferFlag"];
            /**
             * @description When the platform made the offer, in UTC. The time left on the inbox card counts from
             *     here, so that it agrees with the platform's own clock; the work item keeps it in its
             *     `offered_on` field. It has to lie in the past, by less than `timeout`. Without `timeout`
             *     it is ignored, whatever text it is.
             * @example 2024-04-03T23:09:31.000
             */
            offered_on?: components["schemas"]["OfferTimestamp"] | string;
            /**
             * @description Seconds that the offer stays in the agent's inbox, counted from `offered_on` where that
             *     is given. Empty or absent means no time limit. Work that is assigned automatically is
             *     accepted at once, so that its timeout is ignored.
             * @example 30
             */
            timeout?: components["schemas"]["OfferTimeout"];
        };
        /** @description The source and the target of the work. */
        OfferTransfer: {
            /**
             * @description Queue that the transfer starts from: its sys_id, or its identifier in the contact-centre
             *     platform. A document that has no active work item, such as an outbound call that was
             *     never routed, gets one in this queue before the transfer.
             * @example 92f8942787851210be070d48dabb35fb
             */
            source_queue_id: components["schemas"]["OfferQueueId"];
            /**
             * @description Who or what gets the work: the sys_id of a user when `target_type` is `agent`, the
             *     sys_id or the external identifier of a queue when it is `queue`.
             * @example da419c1fc312310015519f2974d3ae15
             */
            target_id: string;
            /**
             * @description Whether `target_id` names an agent or a queue.
             * @example agent
             * @enum {string}
             */
            target_type: "agent" | "queue";
            /**
             * @description Whether the work is handed over without a word, or after the agents have spoken with
             *     each other. This call starts a consult; another API ends it.
             * @example blind
             * @enum {string}
             */
            transfer_type: "blind" | "consult";
        };
        /** @description No work was offered or transferred; the message says why. */
        OfferRefused: {
            message: components["schemas"]["OfferRefusalMessage"];
            /**
             * @description Says that nothing was offered or transferred.
             * @example false
             * @constant
             */
            success: false;
            work_item?: components["schemas"]["WorkItem"];
        };
        /** @description Whether the work was offered or transferred; `success` distinguishes the two. */
        OfferResult: components["schemas"]["OfferAccepted"] | components["schemas"]["OfferRefused"];
        /** @description The work item of the document, as it is after the call. */
        WorkItem: {
            /**
             * @description How the instance shows the document to people.
             * @example Interaction: IMS0000221
             */
            display_name: string;
            /**
             * @description Sys_id of the document.
             * @example 59616aba87bd5210be070d48dabb35e6
             */
            document_id: components["schemas"]["SysId"];
            document_table: components["schemas"]["TableName"];
            queue: components["schemas"]["OfferQueueId"];
            /**
             * @description Sys_id of the work item itself.
             * @example bfa3a27e87bd5210be070d48dabb3588
             */
            sys_id: components["schemas"]["SysId"];
        };
        /**
         * @description A true/false parameter; `yes` and `1` mean true, `no` and `0` mean false.
         * @example true
         * @example false
         */
        OfferFlag: boolean | ("true" | "false" | "yes" | "no" | "1" | "0");
        /**
         * @description A queue: its sys_id, or the identifier that it has in the contact-centre platform and that
         *     the queue's Provider queue ID field (`external_id`) holds. An instance has a queue for each
         *     channel, so that several of its queues can hold the same identifier.
         * @example 92f8942787851210be070d48dabb35fb
         * @example calls-en
         */
        OfferQueueId: string;
        /**
         * @description A length of time in seconds, not negative. Empty means no limit.
         * @example 30
         */
        OfferTimeout: components["schemas"]["OfferTimeoutSeconds"] | components["schemas"]["OfferTimeoutText"];
        /**
         * @description The seconds as a number.
         * @example 30
         */
        OfferTimeoutSeconds: number;
        /**
         * @description The seconds as text, or the empty text for no limit.
         * @example 30
         * @example
         */
        OfferTimeoutText: string;
        /**
         * @description A moment in UTC with milliseconds, without a sign for the time zone.
         * @example 2024-04-03T23:09:31.000
         */
        OfferTimestamp: string;
        /**
         * @description Why no work was offered or transferred.
         * @example Agent is not available
         */
        OfferRefusalMessage: components["schemas"]["CallerLacksRoleMessage"] | components["schemas"]["WorkItemAcceptedMessage"] | components["schemas"]["AgentNotValidMessage"] | components["schemas"]["BlindTransferFailedMessage"] | components["schemas"]["WorkItemAlreadyAssignedMessage"] | components["schemas"]["AgentNotAvailableMessage"] | components["schemas"]["TimeoutNegativeMessage"] | components["schemas"]["PresenceStateNotValidMessage"] | components["schemas"]["OfferedTimeFormatMessage"] | components["schemas"]["OfferedTimeNotPastMessage"] | components["schemas"]["OfferExpiredMessage"] | components["schemas"]["DisplayOptionNotValidMessage"] | components["schemas"]["BooleanNotValidMessage"] | components["schemas"]["AgentNotExternalMessage"] | components["schemas"]["DocumentNotActiveMessage"];
        /**
         * @description The work was offered or transferred.
         * @example Manual assignment successfully requested.
         * @enum {string}
         */
        OfferRequestedMessage: "Manual assignment successfully requested" | "Manual assignment successfully requested.";
        /**
         * @description The user who called may not offer work.
         * @example Caller da419c1fc312310015519f2974d3ae15 does not have the awa_manager or awa_integration_user role
         */
        CallerLacksRoleMessage: string;
        /**
         * @description An agent has accepted the work item. Once nobody has it any more, it can be offered again.
         * @example Work Item accepted can not be assigned
         * @constant
         */
        WorkItemAcceptedMessage: "Work Item accepted can not be assigned";
        /**
         * @description The user who was to get the work lacks the role `awa_agent`, or does not exist.
         * @example da419c1fc312310015519f2974d3ae15 is not a valid agent
         */
        AgentNotValidMessage: string;
        /**
         * @description The agent who was to get a blind transfer is not available.
         * @example Transfer failed - couldn't blind transfer to agent
         * @constant
         */
        BlindTransferFailedMessage: "Transfer failed - couldn't blind transfer to agent";
        /**
         * @description Another agent, who is named, has the work item.
         * @example Work Item is already assigned to da419c1fc312310015519f2974d3ae15
         */
        WorkItemAlreadyAssignedMessage: string;
        /**
         * @description The agent's presence does not let them take work. How much work they have does not count.
         * @example Agent is not available
         * @constant
         */
        AgentNotAvailableMessage: "Agent is not available";
        /**
         * @description `timeout` is below zero.
         * @example Timeout value cannot be negative
         * @constant
         */
        TimeoutNegativeMessage: "Timeout value cannot be negative";
        /**
         * @description `after_timeout_presence` leads to no presence state.
         * @example 9f4e02a187851210be070d48dabb3540 is not a valid presence state
         */
        PresenceStateNotValidMessage: string;
        /**
         * @description `offered_on` is not written as it has to be.
         * @example Offered time (2024-04-03 23:09:31) must be in the following format: yyyy-MM-dd'T'HH:mm:ss.SSS
         */
        OfferedTimeFormatMessage: string;
        /**
         * @description `offered_on` lies in the future.
         * @example Offered time (2044-04-03T23:09:31.000) must be before the current time, otherwise agent will have more time to accept the work item
         */
        OfferedTimeNotPastMessage: string;
        /**
         * @description The offer made at `offered_on` has run out by now.
         * @example Timestamp after timeout (2024-04-03T23:10:01.000) must be after the current time, otherwise agent has no time to accept the work item
         */
        OfferExpiredMessage: string;
        /**
         * @description `display_option` is none of its values.
         * @example tab_only is not a valid display option
         */
        DisplayOptionNotValidMessage: string;
        /**
         * @description A true/false parameter has none of the values that it takes.
         * @example maybe is not a valid boolean value
         */
        BooleanNotValidMessage: string;
        /**
         * @description The user who was to get the work lacks the role `awa_external_user`.
         * @example The user does not have the 'awa_external_user' role
         * @constant
         */
        AgentNotExternalMessage: "The user does not have the 'awa_external_user' role";
        /**
         * @description The document is closed or otherwise inactive.
         * @example Document is not active
         * @constant
         */
        DocumentNotActiveMessage: "Document is not active";
        /**
         * @description Name of a table as the platform stores it: lower case, with underscores, custom tables with
         *     the prefix `u_` or `x_`.
         * @example interaction
         */
        TableName: string;
        /**
         * @description The unique identifier of a record: 32 characters, lower-case hexadecimal in practice.
         * @example ddce70866f9331003b3c498f5d3ee417
         */
        SysId: string;
        /**
         * @description A reference field as it travels in a record: the bare sys_id of the other record, not an
         *     object with a link. Empty means that it refers to nothing.
         * @example 86837a386f0331003b3c498f5d3ee4ca
         */
        GlideReference: string;
        /** @description What went wrong, in the platform's words. */
        ErrorDetail: {
            /**
             * @description The reason, where the platform gives one; it can be null or empty.
             * @example Required to provide Auth information
             */
            detail?: string | null;
            /**
             * @description The kind of failure.
             * @example User Not Authenticated
             */
            message: string;
        };
        /** @description The error envelope of the platform. It does not repeat the HTTP status. */
        ErrorResponse: {
            error: components["schemas"]["ErrorDetail"];
            /**
             * @description Says `failure` in every error.
             * @example failure
             * @constant
             */
            status: "failure";
        };
        /**
         * @description A version segment of a platform URL, such as `v1` or `v2`.
         * @example v1
         * @example v2
         */
        ApiVersion: string;
    };
    responses: {
        /**
         * @description Returned when the agent cannot get the work, the document is not active, or its work item
         *     is in a state that forbids it.
         */
        OfferConflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OfferWorkFailure"];
                "application/xml": components["schemas"]["OfferWorkFailure"];
            };
        };
        /** @description Returned when the instance fails over the request; the message or the detail says more. */
        OfferFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OfferWorkFailure"];
                "application/xml": components["schemas"]["OfferWorkFailure"];
            };
        };
        /** @description Returned when the caller has neither of the two roles that may offer work. */
        OfferForbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OfferWorkFailure"];
                "application/xml": components["schemas"]["OfferWorkFailure"];
            };
        };
        /**
         * @description Returned when the body cannot be read, a required part is missing or a value is not one
         *     that its parameter takes, or when the URL leads to no resource.
         */
        OfferInvalid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OfferWorkFailure"];
                "application/xml": components["schemas"]["OfferWorkFailure"];
            };
        };
        /**
         * @description Returned when no document has the table and sys_id in the path, or a queue that the body
         *     names does not exist, or the user may not see it.
         */
        OfferNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OfferWorkFailure"];
                "application/xml": components["schemas"]["OfferWorkFailure"];
            };
        };
        /** @description Returned when credentials are missing or not accepted. */
        UnauthorizedJsonOrXml: {
            headers: {
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
                "application/xml": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description Returned when `Accept` names no media type that the operation can return. The error
         *     itself is JSON.
         */
        NotAcceptable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Returned when `Content-Type` names a media type that the operation cannot read. */
        UnsupportedMediaTypeJsonOrXml: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
                "application/xml": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description Returned when a rate limit rule of the instance matches the caller and its hourly count is
         *     used up. An instance without such a rule never sends it.
         */
        TooManyRequestsJsonOrXml: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                "X-RateLimit-Rule": components["headers"]["RateLimitRule"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
                "application/xml": components["schemas"]["ErrorResponse"];
            };
        };
    };
    parameters: {
        /** @description Sys_id of the document to be worked on, a record of the table in the path. */
        OfferDocumentSysId: components["schemas"]["SysId"];
        /** @description Table of the document, such as `interaction` or `task`. */
        OfferDocumentTable: components["schemas"]["TableName"];
        /**
         * @description Version of the endpoint. Which versions an instance has is listed in its REST API Explorer;
         *     the URL without this segment reaches the latest one.
         */
        ApiVersion: components["schemas"]["ApiVersion"];
    };
    requestBodies: {
        /** @description Who gets the work, and on which terms. */
        OfferWork: {
            content: {
                "application/json": components["schemas"]["OfferWorkRequest"];
                "application/xml": components["schemas"]["OfferWorkRequest"];
            };
        };
    };
    headers: {
        /** @description The challenge of the platform, which names Basic authentication and its realm. */
        WwwAuthenticate: string;
        /** @description Seconds to wait before the next request. */
        RetryAfter: string;
        /** @description Requests that the matching rule admits per hour. */
        RateLimitLimit: string;
        /** @description When the hour of the matching rule ends, as Unix time in seconds. */
        RateLimitReset: string;
        /** @description Sys_id of the rate limit rule that matched. */
        RateLimitRule: components["schemas"]["SysId"];
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    offerWork: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Table of the document, such as `interaction` or `task`. */
                document_table: components["parameters"]["OfferDocumentTable"];
                /** @description Sys_id of the document to be worked on, a record of the table in the path. */
                document_sys_id: components["parameters"]["OfferDocumentSysId"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["OfferWork"];
        responses: {
            /** @description The instance took the request and says whether the work was offered or transferred. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfferWorkResponse"];
                    "application/xml": components["schemas"]["OfferWorkResponse"];
                };
            };
            400: components["responses"]["OfferInvalid"];
            401: components["responses"]["UnauthorizedJsonOrXml"];
            403: components["responses"]["OfferForbidden"];
            404: components["responses"]["OfferNotFound"];
            406: components["responses"]["NotAcceptable"];
            409: components["responses"]["OfferConflict"];
            415: components["responses"]["UnsupportedMediaTypeJsonOrXml"];
            429: components["responses"]["TooManyRequestsJsonOrXml"];
            500: components["responses"]["OfferFailed"];
        };
    };
}
