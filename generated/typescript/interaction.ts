// Written by `make build`. Do not edit.
export interface paths {
    "/api/now/interaction": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an interaction
         * @description Records that a conversation with a customer has started.
         *
         *     Call it once per conversation, before an agent is offered the work. An interaction that
         *     names a queue is `queued` at once; one without a queue is new, unless a rule of the instance
         *     has found a queue for it.
         *
         *     Unless the request points to records of its own, the instance also creates one in
         *     `interaction_json_blob` for the context and one in `live_group_profile` for the channel
         *     metadata.
         *
         *     Some instances let only the channel and the two pairs of table and id take effect, and
         *     return 201 all the same when a request holds more.
         */
        post: operations["createInteraction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/now/interaction/{interaction_id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Sys_id of the interaction to close. */
                interaction_id: components["parameters"]["InteractionId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close an interaction
         * @description Records that the conversation is over.
         *
         *     Call it once the agent or the customer has left. The state becomes `closed_complete`, and
         *     the calling user is the one who closed the interaction.
         *
         *     The request needs no body.
         */
        post: operations["closeInteraction"];
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
         * @description A conversation that has started. A table and an id that belong together are sent together or
         *     not at all. In XML the fields are in a root element named `request`.
         */
        CreateInteractionRequest: {
            channel: components["schemas"]["InteractionChannel"];
            /** @description What the connector needs to reach the customer over the channel. Absent means none. */
            channel_metadata?: components["schemas"]["InteractionData"];
            /**
             * @description Sys_id of an existing record that holds the channel metadata. Absent means that the
             *     instance creates one.
             */
            channel_metadata_id?: components["schemas"]["SysId"];
            /** @description Table of the record in `channel_metadata_id`. Absent means `live_group_profile`. */
            channel_metadata_table?: components["schemas"]["TableName"];
            /**
             * @description What is known when the conversation starts. Used instead of `context_table` and
             *     `context_id`, not beside them. Absent means none.
             */
            context?: components["schemas"]["InteractionData"];
            /**
             * @description Sys_id of an existing record that holds the context. Absent means that the instance
             *     creates one.
             */
            context_id?: components["schemas"]["SysId"];
            /** @description Table of the record in `context_id`. Absent means `interaction_json_blob`. */
            context_table?: components["schemas"]["TableName"];
            /** @description Sys_id of the queue that the interaction waits in. Absent means none. */
            queue?: components["schemas"]["SysId"];
        };
        /**
         * @description An empty object, which some clients send. Without it the call does the same. In XML it is
         *     an empty root element named `request`.
         * @example {}
         */
        CloseInteractionRequest: Record<string, never>;
        /** @description The interaction that was created. */
        CreateInteractionResponse: {
            result: components["schemas"]["Interaction"];
        };
        /** @description The interaction as it is after it was closed. */
        CloseInteractionResponse: {
            result: components["schemas"]["ClosedInteraction"];
        };
        /**
         * @description One conversation, with the names of the records that hold its context and its channel
         *     metadata. Every field is present; one without a value is empty.
         */
        Interaction: {
            /** @description Sys_id of the user who works on it. Empty until somebody does. */
            assigned_to: components["schemas"]["GlideReference"];
            channel: components["schemas"]["InteractionChannel"];
            /** @description Sys_id of the record that holds the channel metadata. */
            channelMetadataDocument: components["schemas"]["SysId"];
            /**
             * @description Table of the record that holds the channel metadata, `live_group_profile` unless the
             *     request named another.
             */
            channelMetadataTable: components["schemas"]["TableName"];
            /** @description The channel metadata as far as the response shows it. */
            channel_metadata: components["schemas"]["InteractionDataView"];
            /** @description Sys_id of the user by whom it was closed. Empty until then. */
            closed_by: components["schemas"]["GlideReference"];
            /** @description The context as far as the response shows it. */
            context: components["schemas"]["InteractionDataView"];
            /** @description Sys_id of the record that holds the context. */
            contextDocument: components["schemas"]["SysId"];
            /**
             * @description Table of the record that holds the context, `interaction_json_blob` unless the request
             *     named another.
             */
            contextTable: components["schemas"]["TableName"];
            number: components["schemas"]["InteractionNumber"];
            /** @description Sys_id of the user whom it was opened for. Empty if nobody is known. */
            opened_for: components["schemas"]["GlideReference"];
            /** @description Sys_id of the queue it was created for. Empty if none. */
            queue: components["schemas"]["GlideReference"];
            state: components["schemas"]["InteractionState"];
            /** @description Sys_id of the interaction. It closes the interaction, and offers it as work. */
            sys_id: components["schemas"]["SysId"];
        };
        /** @description A conversation that is over. */
        ClosedInteraction: {
            /** @description Sys_id of the user by whom it was closed. */
            closed_by: components["schemas"]["SysId"];
            state: components["schemas"]["ClosedInteractionState"];
        } & WithRequired<components["schemas"]["Interaction"], "closed_by" | "state">;
        /**
         * @description Says that the conversation is over; `closed_complete` is what an instance sends. The label
         *     `Closed Complete` may come in its place.
         * @example closed_complete
         */
        ClosedInteractionState: string;
        /**
         * @description How the customer is connected: the sys_id of an interaction connector, or one of the names
         *     `Video`, `Chat`, `Phone` and `Messaging`, which may begin with a small letter.
         * @example 28a59893873103002ae97e2526cb0b5d
         * @example chat
         */
        InteractionChannel: string;
        /**
         * @description A map with any keys, or text: the name of a table and a sys_id, or a map that is written
         *     out as JSON.
         * @example {
         *       "language": "en",
         *       "contact": "ddce70866f9331003b3c498f5d3ee417"
         *     }
         */
        InteractionData: {
            [key: string]: unknown;
        } | string;
        /**
         * @description A mark that says whether there is anything, or the data as text.
         * @example {
         *       "present": true
         *     }
         */
        InteractionDataView: components["schemas"]["InteractionDataMark"] | string;
        /**
         * @description Stands in for data that the response does not repeat. Which of the two members come depends
         *     on the instance.
         */
        InteractionDataMark: {
            /**
             * @description Whether there is no record with the data.
             * @example false
             */
            empty?: boolean;
            /**
             * @description Whether there is a record with the data.
             * @example true
             */
            present?: boolean;
        };
        /**
         * @description The number under which people know the interaction.
         * @example IMS0000075
         */
        InteractionNumber: string;
        /**
         * @description How far the conversation is, as the stored value: `new`, `queued`, `work_in_progress`,
         *     `on_hold`, `wrap_up`, `closed_complete` or `closed_abandoned`. The labels of these, such as
         *     `Queued` or `Closed Complete`, and a plain `closed` may come as well.
         * @example queued
         */
        InteractionState: string;
        /**
         * @description The unique identifier of a record: 32 characters, lower-case hexadecimal in practice.
         * @example ddce70866f9331003b3c498f5d3ee417
         */
        SysId: string;
        /**
         * @description Name of a table as the platform stores it: lower case, with underscores, custom tables with
         *     the prefix `u_` or `x_`.
         * @example interaction
         */
        TableName: string;
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
         * @description Returned when the body cannot be read, a parameter is missing or malformed, or the URL
         *     leads to no resource, which is also how a plugin that is not installed looks.
         */
        BadRequestJsonOrXml: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
                "application/xml": components["schemas"]["ErrorResponse"];
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
        /** @description Returned when the user is known but lacks a role that the operation needs. */
        ForbiddenJsonOrXml: {
            headers: {
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
        /** @description Returned when the request failed inside the instance; its log says why. */
        InternalServerErrorJsonOrXml: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
                "application/xml": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Returned when no record has the id in the path, or the user may not see it. */
        NotFoundJsonOrXml: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
                "application/xml": components["schemas"]["ErrorResponse"];
            };
        };
    };
    parameters: {
        /** @description Sys_id of the interaction to close. */
        InteractionId: components["schemas"]["SysId"];
        /**
         * @description Version of the endpoint. Which versions an instance has is listed in its REST API Explorer;
         *     the URL without this segment reaches the latest one.
         */
        ApiVersion: components["schemas"]["ApiVersion"];
    };
    requestBodies: {
        /** @description Nothing, or an empty object. */
        CloseInteraction: {
            content: {
                "application/json": components["schemas"]["CloseInteractionRequest"];
                "application/xml": components["schemas"]["CloseInteractionRequest"];
            };
        };
        /** @description Over which channel the conversation runs, and what is known of it. */
        CreateInteraction: {
            content: {
                "application/json": components["schemas"]["CreateInteractionRequest"];
                "application/xml": components["schemas"]["CreateInteractionRequest"];
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
    createInteraction: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["CreateInteraction"];
        responses: {
            /** @description The interaction was created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateInteractionResponse"];
                    "application/xml": components["schemas"]["CreateInteractionResponse"];
                };
            };
            400: components["responses"]["BadRequestJsonOrXml"];
            401: components["responses"]["UnauthorizedJsonOrXml"];
            403: components["responses"]["ForbiddenJsonOrXml"];
            406: components["responses"]["NotAcceptable"];
            415: components["responses"]["UnsupportedMediaTypeJsonOrXml"];
            429: components["responses"]["TooManyRequestsJsonOrXml"];
            500: components["responses"]["InternalServerErrorJsonOrXml"];
        };
    };
    closeInteraction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Sys_id of the interaction to close. */
                interaction_id: components["parameters"]["InteractionId"];
            };
            cookie?: never;
        };
        requestBody?: components["requestBodies"]["CloseInteraction"];
        responses: {
            /** @description The interaction is closed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloseInteractionResponse"];
                    "application/xml": components["schemas"]["CloseInteractionResponse"];
                };
            };
            400: components["responses"]["BadRequestJsonOrXml"];
            401: components["responses"]["UnauthorizedJsonOrXml"];
            403: components["responses"]["ForbiddenJsonOrXml"];
            404: components["responses"]["NotFoundJsonOrXml"];
            406: components["responses"]["NotAcceptable"];
            415: components["responses"]["UnsupportedMediaTypeJsonOrXml"];
            429: components["responses"]["TooManyRequestsJsonOrXml"];
            500: components["responses"]["InternalServerErrorJsonOrXml"];
        };
    };
}
type WithRequired<T, K extends keyof T> = T & {
    [P in K]-?: T[P];
};
