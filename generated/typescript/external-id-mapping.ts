// Written by `make build`. Do not edit.
export interface paths {
    "/api/sn_ct_ctr_it_core/external_id_mapping/table/{tableName}/documentId/{documentId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Table of the record that was routed: `sn_customerservice_case`, `sn_customerservice_task`,
                 *     `interaction` or any other one, custom tables included.
                 */
                tableName: components["parameters"]["TableName"];
                /** @description Sys_id of the record that was routed, in the table that `tableName` names. */
                documentId: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        /**
         * Get the routing id of a record
         * @description Returns the routing id that a contact-centre platform gave to the record, with the provider
         *     that it belongs to.
         *
         *     Call it to find the session of the platform that belongs to a case, a task, an interaction
         *     or a record of a custom table. It can be called at any time, not only after a PUT of the
         *     same client.
         *
         *     The request cannot name a provider. Which mapping comes back for a record that several
         *     providers have mapped is not documented.
         */
        get: operations["getExternalIdMapping"];
        /**
         * Store the routing id of a record
         * @description Stores the routing id that a contact-centre platform gave to the record.
         *
         *     Call it when the platform has routed a case, a task, an interaction or a record of a custom
         *     table. The first call for a table, record and provider creates a row in the CCaaS External
         *     ID Mappings table (`sn_ct_ctr_it_core_ccaas_external_id_mapping`) and returns 201; a later
         *     one updates that row and returns 200, so a call can be repeated safely.
         *
         *     A mapping of one provider leaves those of the others alone. There is no call that removes a
         *     mapping.
         *
         *     A user who has both roles can call it under every reading of the page; some instances may be
         *     content with one of them.
         */
        put: operations["setExternalIdMapping"];
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
        /** @description What the contact-centre platform calls the record. */
        SetExternalIdMappingRequest: {
            /**
             * @description Routing id that the platform gave to the record.
             * @example 200
             */
            external_id: string;
            /**
             * @description Sys_id of the provider whose platform gave the routing id. A record has one mapping for
             *     each provider. Absent means the mapping that belongs to no provider.
             */
            external_provider?: components["schemas"]["SysId"];
        };
        /** @description The mapping that was found. */
        GetExternalIdMappingResponse: {
            result: components["schemas"]["GetExternalIdMappingResult"];
        };
        /** @description The outcome of storing a routing id. */
        SetExternalIdMappingResponse: {
            result: components["schemas"]["SetExternalIdMappingResult"];
        };
        /** @description The mapping, and the outcome where the instance states it. */
        GetExternalIdMappingResult: {
            data: components["schemas"]["ExternalIdMapping"];
            /**
             * @description The outcome in words.
             * @example External ID mapping record found
             */
            message?: string;
            /**
             * @description Says that the mapping was found.
             * @example success
             * @constant
             */
            status?: "success";
        };
        /** @description What was done. The mapping itself is not repeated. */
        SetExternalIdMappingResult: {
            /**
             * @description Says in words whether the mapping was created or updated, and for which table and
             *     record.
             * @example External ID mapping record updated for sn_customerservice_case [f584a7b23b3d3e10c524c59a04e45a6f]
             */
            message: string;
            /**
             * @description Says that the mapping was stored.
             * @example success
             * @constant
             */
            status: "success";
        };
        /** @description An error response, in the words of the API or of the platform. */
        ExternalIdMappingRefusal: components["schemas"]["ExternalIdMappingFailureResponse"] | components["schemas"]["ErrorResponse"];
        /** @description An error response in the form of the API's own result. */
        ExternalIdMappingFailureResponse: {
            result: components["schemas"]["ExternalIdMappingFailure"];
        };
        /** @description Why no mapping was read or stored. */
        ExternalIdMappingFailure: {
            error: components["schemas"]["ExternalIdMappingError"];
            /**
             * @description The outcome in words.
             * @example External ID mapping record not found
             */
            message?: string;
            /**
             * @description Says that nothing was read or stored.
             * @example failure
             * @constant
             */
            status?: "failure";
        };
        /** @description The reason of a failure, as an object that holds a text or as the text alone. */
        ExternalIdMappingError: components["schemas"]["ExternalIdMappingErrorDetail"] | components["schemas"]["ExternalIdMappingErrorText"];
        /** @description The reason of a failure. */
        ExternalIdMappingErrorDetail: {
            message: components["schemas"]["ExternalIdMappingErrorText"];
        };
        /**
         * @description The reason of a failure in words.
         * @example Record not found
         */
        ExternalIdMappingErrorText: string;
        /** @description The routing id of one record at one provider. */
        ExternalIdMapping: {
            /** @description Sys_id of the record that was routed. */
            document_id: components["schemas"]["SysId"];
            /** @description Table of the record that was routed. */
            document_table: components["schemas"]["TableName"];
            /**
             * @description Routing id that the platform gave to the record.
             * @example 200
             */
            external_id: string;
            /**
             * @description Sys_id of the provider whose platform gave the routing id. Empty means that the mapping
             *     was stored without one.
             */
            external_provider: components["schemas"]["GlideReference"];
        };
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
    };
    responses: {
        /**
         * @description Returned when the mapping could not be stored for a reason inside the instance; the body
         *     says more.
         */
        ExternalIdMappingFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ExternalIdMappingRefusal"];
            };
        };
        /**
         * @description Returned when the mapping could not be read for a reason inside the instance; the body says
         *     more.
         */
        ExternalIdMappingFailedJsonOrXml: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ExternalIdMappingRefusal"];
                "application/xml": components["schemas"]["ExternalIdMappingRefusal"];
            };
        };
        /**
         * @description Returned when the user lacks the role that the operation needs, or the system property
         *     `glide.awa.enabled` is not true.
         */
        ExternalIdMappingForbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ExternalIdMappingRefusal"];
            };
        };
        /** @description Returned when the user lacks the role that the operation needs, or may not see the record. */
        ExternalIdMappingForbiddenJsonOrXml: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ExternalIdMappingRefusal"];
                "application/xml": components["schemas"]["ExternalIdMappingRefusal"];
            };
        };
        /**
         * @description Returned when the table name or the record's sys_id is malformed, the body cannot be read or
         *     breaks a rule of its fields, or the application is not installed.
         */
        ExternalIdMappingInvalid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ExternalIdMappingRefusal"];
            };
        };
        /**
         * @description Returned when the table name or the record's sys_id is malformed, or the application is not
         *     installed.
         */
        ExternalIdMappingInvalidJsonOrXml: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ExternalIdMappingRefusal"];
                "application/xml": components["schemas"]["ExternalIdMappingRefusal"];
            };
        };
        /** @description Returned when there is no such table, no such record in it, or no such provider. */
        ExternalIdMappingNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ExternalIdMappingRefusal"];
            };
        };
        /** @description Returned when the record has no mapping, or there is no such record or table. */
        ExternalIdMappingNotFoundJsonOrXml: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ExternalIdMappingRefusal"];
                "application/xml": components["schemas"]["ExternalIdMappingRefusal"];
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
    };
    parameters: {
        /** @description Sys_id of the record that was routed, in the table that `tableName` names. */
        DocumentId: components["schemas"]["SysId"];
        /**
         * @description Table of the record that was routed: `sn_customerservice_case`, `sn_customerservice_task`,
         *     `interaction` or any other one, custom tables included.
         */
        TableName: components["schemas"]["TableName"];
    };
    requestBodies: {
        /** @description The routing id, and which provider gave it. */
        SetExternalIdMapping: {
            content: {
                "application/json": components["schemas"]["SetExternalIdMappingRequest"];
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
    getExternalIdMapping: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Table of the record that was routed: `sn_customerservice_case`, `sn_customerservice_task`,
                 *     `interaction` or any other one, custom tables included.
                 */
                tableName: components["parameters"]["TableName"];
                /** @description Sys_id of the record that was routed, in the table that `tableName` names. */
                documentId: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The record has a mapping. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetExternalIdMappingResponse"];
                    "application/xml": components["schemas"]["GetExternalIdMappingResponse"];
                };
            };
            400: components["responses"]["ExternalIdMappingInvalidJsonOrXml"];
            401: components["responses"]["UnauthorizedJsonOrXml"];
            403: components["responses"]["ExternalIdMappingForbiddenJsonOrXml"];
            404: components["responses"]["ExternalIdMappingNotFoundJsonOrXml"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyRequestsJsonOrXml"];
            500: components["responses"]["ExternalIdMappingFailedJsonOrXml"];
        };
    };
    setExternalIdMapping: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Table of the record that was routed: `sn_customerservice_case`, `sn_customerservice_task`,
                 *     `interaction` or any other one, custom tables included.
                 */
                tableName: components["parameters"]["TableName"];
                /** @description Sys_id of the record that was routed, in the table that `tableName` names. */
                documentId: components["parameters"]["DocumentId"];
            };
            cookie?: never;
        };
        requestBody: components["requestBodies"]["SetExternalIdMapping"];
        responses: {
            /** @description The record had a mapping of this provider, and it was updated. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetExternalIdMappingResponse"];
                };
            };
            /** @description The record had no mapping of this provider, and one was created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetExternalIdMappingResponse"];
                };
            };
            400: components["responses"]["ExternalIdMappingInvalid"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ExternalIdMappingForbidden"];
            404: components["responses"]["ExternalIdMappingNotFound"];
            406: components["responses"]["NotAcceptable"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["ExternalIdMappingFailed"];
        };
    };
}
