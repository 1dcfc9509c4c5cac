// Written by `make build`. Do not edit.
export interface paths {
    "/api/sn_ct_ctr_it_core/agent_mapping/agent/{agentId}/inboundId/{inboundId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Sys_id of the user who is the agent. */
                agentId: components["parameters"]["AgentId"];
                /**
                 * @description Inbound ID of the provider channel identity through which the contact-centre platform is
                 *     connected.
                 */
                inboundId: components["parameters"]["InboundId"];
            };
            cookie?: never;
        };
        get?: never;
        /**
         * Map an external agent to a user
         * @description Records under which id an agent is known to the contact-centre platform, and whether they
         *     are signed in there.
         *
         *     Call it at every sign-in and sign-out of the agent. The first call for an agent and an
         *     inbound id creates a record in the External Agent Mapping table (`external_agent_mapping`)
         *     and returns 201; a later one updates it and returns 200. Each call says whether the agent is
         *     signed in, also by leaving the flag out.
         *
         *     The record ties together the external agent id, the provider channel identity behind the
         *     inbound id, the active flag and the user.
         */
        put: operations["setAgentMapping"];
        post?: never;
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
        /** @description What the contact-centre platform knows of the agent. */
        SetAgentMappingRequest: {
            active?: components["schemas"]["AgentActive"];
            /**
             * @description Id of the agent in the contact-centre platform.
             * @example 12345
             */
            external_agent_id: string;
        };
        /** @description The outcome, with the records that hold it. */
        SetAgentMappingResponse: {
            result: components["schemas"]["AgentMappingResult"];
        };
        /** @description An error response, in the words of the API or of the platform. */
        SetAgentMappingFailure: components["schemas"]["AgentMappingFailureResponse"] | components["schemas"]["ErrorResponse"];
        /** @description An error response in the form of the API's own result. */
        AgentMappingFailureResponse: {
            result: components["schemas"]["AgentMappingFailure"];
        };
        /** @description Why no mapping was written. */
        AgentMappingFailure: {
            /**
             * @description Every reason for the error, as sibling APIs list them.
             * @example [
             *       "Invalid agent ID"
             *     ]
             */
            errors?: string[];
            /**
             * @description Why the request was rejected.
             * @example Invalid agent ID
             */
            message?: string;
            /**
             * @description Says that nothing was written.
             * @example failure
             * @enum {string}
             */
            status: "failure" | "Failure";
        };
        /** @description What was written. */
        AgentMappingResult: {
            /**
             * @description Sys_ids of the mapping records that were created or updated.
             * @example [
             *       "128b74fcc3931a50325a4ad9d00131c3"
             *     ]
             */
            mappingIds: components["schemas"]["SysId"][];
            /**
             * @description Says in words whether a mapping was inserted or updated.
             * @example Agent Id mapping record inserted
             */
            message: string;
            /**
             * @description Says that the mapping was written.
             * @example success
             * @enum {string}
             */
            status: "success" | "Success";
        };
        /**
         * @description Whether the agent is signed in to the contact-centre platform. Absent means signed in.
         * @example false
         */
        AgentActive: boolean | ("true" | "false");
        /**
         * @description Identifier of a provider channel identity, as its Inbound ID field holds it.
         * @example ServiceNowVoice
         */
        InboundId: string;
        /**
         * @description The unique identifier of a record: 32 characters, lower-case hexadecimal in practice.
         * @example ddce70866f9331003b3c498f5d3ee417
         */
        SysId: string;
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
    };
    responses: {
        /**
         * @description Returned when the agent id or the inbound id leads to no record, the body cannot be read, or
         *     the plugin is not installed.
         */
        AgentMappingRejected: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["SetAgentMappingFailure"];
            };
        };
        /** @description Returned when credentials are missing or not accepted. */
        Unauthorized: {
            headers: {
                "WWW-Authenticate": components["headers"]["WwwAuthenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Returned when the user is known but lacks a role that the operation needs. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
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
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /**
         * @description Returned when a rate limit rule of the instance matches the caller and its hourly count is
         *     used up. An instance without such a rule never sends it.
         */
        TooManyRequests: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                "X-RateLimit-Rule": components["headers"]["RateLimitRule"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
        /** @description Returned when the request failed inside the instance; its log says why. */
        InternalServerError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
    };
    parameters: {
        /** @description Sys_id of the user who is the agent. */
        AgentId: components["schemas"]["SysId"];
        /**
         * @description Inbound ID of the provider channel identity through which the contact-centre platform is
         *     connected.
         */
        InboundId: components["schemas"]["InboundId"];
    };
    requestBodies: {
        /** @description The agent's external id, and whether they are signed in. */
        SetAgentMapping: {
            content: {
                "application/json": components["schemas"]["SetAgentMappingRequest"];
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
    setAgentMapping: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Sys_id of the user who is the agent. */
                agentId: components["parameters"]["AgentId"];
                /**
                 * @description Inbound ID of the provider channel identity through which the contact-centre platform is
                 *     connected.
                 */
                inboundId: components["parameters"]["InboundId"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["SetAgentMapping"];
        responses: {
            /** @description The agent had a mapping for this inbound id, and it was updated. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetAgentMappingResponse"];
                };
            };
            /** @description The agent had no mapping for this inbound id, and one was created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetAgentMappingResponse"];
                };
            };
            400: components["responses"]["AgentMappingRejected"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
        };
    };
}
