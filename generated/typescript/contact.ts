// Written by `make build`. Do not edit.
export interface paths {
    "/api/now/contact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List contacts
         * @description Returns the contacts that match an encoded query, or with all of them, one page at a
         *     time.
         *
         *     Use it to find a caller by phone number, or to read the contacts of an account. To page, add
         *     `sysparm_limit` to `sysparm_offset` as long as `hasMore` is true; where an instance does not
         *     send it, until a page is empty. End the query with an order by something unique, such as
         *     `^ORDERBYsys_id`: pages in another order can overlap and miss records. Access rules can make
         *     any page shorter than the limit.
         *
         *     Changes nothing. A part of the query that the instance does not understand is left out
         *     without warning, so that the list can hold more than was requested.
         */
        get: operations["listContacts"];
        put?: never;
        /**
         * Create a contact
         * @description Creates a record in the Contact table (`customer_contact`) and returns its sys_id.
         *
         *     Use it when nobody in the instance matches a caller. No field has to be sent; a column that
         *     is left out gets its default.
         *
         *     With `social_channel`, `social_handle` and `social_handle_url` together it also creates a
         *     social media profile of the contact.
         *
         *     Nothing is validated. A field that is misspelled, not valid or not supported is ignored
         *     without warning, so read the contact back where it matters.
         */
        post: operations["createContact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/now/contact/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Sys_id of the contact. */
                id: components["parameters"]["ContactId"];
            };
            cookie?: never;
        };
        /**
         * Get a contact
         * @description Returns the one contact that has the sys_id in the path.
         *
         *     Use it to show a contact whose sys_id is known, and to see what became of one that was just
         *     created. Changes nothing.
         */
        get: operations["getContact"];
        put?: never;
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
        /**
         * @description Columns of the new contact, and its social media profile.
         *
         *     The instance checks none of it: what is misspelled, not valid or not supported is ignored
         *     without warning. So any value may be sent; a flag or a number also as text, and a text
         *     also as a number. A list or an object is ignored like any other value that a column cannot
         *     hold. Lengths, values and tables say what is documented and so is kept, not what is invalid.
         *
         *     These fields are the instance's own and are ignored as well: last_login,
         *     last_position_update, sys_class_name, sys_created_by, sys_created_on, sys_domain,
         *     sys_domain_path, sys_id, sys_mod_count, sys_tags, sys_updated_by and sys_updated_on.
         */
        CreateContactRequest: {
            /**
             * @description Sys_id of the account to which the contact belongs.
             * @example 86837a386f0331003b3c498f5d3ee4ca
             */
            account?: string | number | boolean | null;
            /**
             * @description Whether the contact is active in the system.
             * @example true
             * @example true
             */
            active?: boolean | string | number | null;
            /**
             * @description Where a field agent is in the working day. At most 40 characters.
             * @example On site
             */
            agent_status?: string | number | boolean | null;
            /**
             * @description Sys_id of the building that the contact is in.
             * @example 5b0fd2a187851210be070d48dabb0b01
             */
            building?: string | number | boolean | null;
            /**
             * @description Number of the calendar application in use, 1 being Outlook.
             * @example 1
             * @example 1
             */
            calendar_integration?: number | string | boolean | null;
            /**
             * @description City of the contact's address. At most 40 characters.
             * @example Orlando
             */
            city?: string | number | boolean | null;
            /**
             * @description Sys_id of the company to which the contact belongs.
             * @example 86837a386f0331003b3c498f5d3ee4ca
             */
            company?: string | number | boolean | null;
            /**
             * @description Sys_id of the cost center that bears the contact's costs.
             * @example 5b0fd2a187851210be070d48dabb0b02
             */
            cost_center?: string | number | boolean | null;
            /**
             * @description Country of the contact's address, as a short code. At most 3 characters.
             * @example USA
             */
            country?: string | number | boolean | null;
            /**
             * @description How dates are shown to the contact, empty meaning the format of the instance. At most 40 characters.
             * @example yyyy-mm-dd
             */
            date_format?: string | number | boolean | null;
            /**
             * @description Sys_id of the menu list that the contact sees at first.
             * @example 5b0fd2a187851210be070d48dabb0b06
             */
            default_perspective?: string | number | boolean | null;
            /**
             * @description Sys_id of the department to which the contact belongs.
             * @example 5b0fd2a187851210be070d48dabb0b03
             */
            department?: string | number | boolean | null;
            /**
             * @description The contact's standing in education. At most 40 characters.
             * @example faculty
             */
            edu_status?: string | number | boolean | null;
            /**
             * @description Email address of the contact.
             * @example dora.warren@example.com
             */
            email?: string | number | boolean | null;
            /**
             * @description Number under which an employer knows the contact.
             * @example 546
             */
            employee_number?: string | number | boolean | null;
            /**
             * @description Whether the contact needs a further factor to log in at the service portal.
             * @example false
             * @example false
             */
            enable_multifactor_authn?: boolean | string | number | null;
            /**
             * @description How many attempts of the contact to log in have failed.
             * @example 2
             * @example 2
             */
            failed_attempts?: number | string | boolean | null;
            /**
             * @description First name of the contact. At most 50 characters.
             * @example George
             */
            first_name?: string | number | boolean | null;
            /**
             * @description Gender of the contact. At most 40 characters.
             * @example Female
             */
            gender?: string | number | boolean | null;
            /**
             * @description Whether the position of the contact comes from geotracking.
             * @example false
             * @example false
             */
            geolocation_tracked?: boolean | string | number | null;
            /**
             * @description Phone number of the contact at home. At most 40 characters.
             * @example (555)555-1234
             */
            home_phone?: string | number | boolean | null;
            /**
             * @description Whether the contact is a user for integrations inside the platform.
             * @example false
             * @example false
             */
            internal_integration_user?: boolean | string | number | null;
            /**
             * @description Words with which the contact is introduced, such as a form of address. At most 40 characters.
             * @example Ms
             */
            introduction?: string | number | boolean | null;
            /**
             * @description Device or network address from which the contact last logged in. At most 40 characters.
             * @example tablet
             */
            last_login_device?: string | number | boolean | null;
            /**
             * @description When the contact last logged in.
             * @example 2018-03-10 21:48:11
             */
            last_login_time?: string | number | boolean | null;
            /**
             * @description Last name of the contact. At most 50 characters.
             * @example Warren
             */
            last_name?: string | number | boolean | null;
            /**
             * @description Latitude of the contact's position. At most 40 characters.
             * @example 57.6
             * @example 57.6
             */
            latitude?: number | string | boolean | null;
            /**
             * @description Sys_id of the LDAP server through which the contact last logged in.
             * @example 5b0fd2a187851210be070d48dabb0b05
             */
            ldap_server?: string | number | boolean | null;
            /**
             * @description Sys_id of the location of the contact.
             * @example 25ab8e460a0a0bb300857304ff811af5
             */
            location?: string | number | boolean | null;
            /**
             * @description Whether the contact is locked out.
             * @example false
             * @example false
             */
            locked_out?: boolean | string | number | null;
            /**
             * @description Longitude of the contact's position. At most 40 characters.
             * @example 123.76
             * @example 123.76
             */
            longitude?: number | string | boolean | null;
            /**
             * @description Sys_id of the user to whom the contact reports.
             * @example ddce70866f9331003b3c498f5d3ee417
             */
            manager?: string | number | boolean | null;
            /**
             * @description Middle name of the contact. At most 50 characters.
             * @example Dell
             */
            middle_name?: string | number | boolean | null;
            /**
             * @description Mobile phone number of the contact. At most 40 characters.
             * @example +1 858 867 7857
             */
            mobile_phone?: string | number | boolean | null;
            /**
             * @description Full name of the contact. At most 151 characters.
             * @example George Warren
             */
            name?: string | number | boolean | null;
            /**
             * @description Whether the contact is sent notifications, 1 meaning disabled and 2 enabled.
             * @example 2
             * @example 2
             */
            notification?: number | string | boolean | null;
            /**
             * @description How well a field agent keeps to the schedule. Ahead means early; the other values say whether the agent is behind, and by up to 30, 30 to 60 or more than 60 minutes. At most 40 characters.
             * @example on_time
             */
            on_schedule?: string | number | boolean | null;
            /**
             * @description Business phone number of the contact. At most 40 characters.
             * @example +1 858 287 7834
             */
            phone?: string | number | boolean | null;
            /**
             * @description Picture of the contact.
             * @example
             */
            photo?: string | number | boolean | null;
            /**
             * @description Language that the contact prefers, as a short code. At most 3 characters.
             * @example es
             */
            preferred_language?: string | number | boolean | null;
            /**
             * @description User roles of the contact, all in one text. At most 40 characters.
             * @example
             */
            roles?: string | number | boolean | null;
            /**
             * @description Sys_id of the schedule by which the contact works.
             * @example 5b0fd2a187851210be070d48dabb0b04
             */
            schedule?: string | number | boolean | null;
            /**
             * @description Social media channel on which the contact has a profile, such as Facebook.
             * @example Twitter
             * @example Facebook
             * @example Instagram
             */
            social_channel?: string | number | boolean | null;
            /**
             * @description Name of the contact on the social media channel.
             * @example dora_warren
             */
            social_handle?: string | number | boolean | null;
            /**
             * @description URL of the contact's profile on the social media channel.
             * @example https://social.example/dora_warren
             */
            social_handle_url?: string | number | boolean | null;
            /**
             * @description Where the contact came from. At most 255 characters.
             * @example
             */
            source?: string | number | boolean | null;
            /**
             * @description State of the contact's address. At most 40 characters.
             * @example CA
             */
            state?: string | number | boolean | null;
            /**
             * @description Street of the contact's address. At most 255 characters.
             * @example 123 Lagume
             */
            street?: string | number | boolean | null;
            /**
             * @description How times of day are shown to the contact, empty meaning the format of the instance. The letter a stands for the 12-hour clock, a capital H for the 24-hour clock. At most 40 characters.
             * @example HH:mm:ss
             */
            time_format?: string | number | boolean | null;
            /**
             * @description Sys_id of the policy for the contact's time sheets.
             * @example 5b0fd2a187851210be070d48dabb0b07
             */
            time_sheet_policy?: string | number | boolean | null;
            /**
             * @description Time zone in which the contact lives. Given by name, such as Canada/Central. At most 40 characters.
             * @example US/Eastern
             */
            time_zone?: string | number | boolean | null;
            /**
             * @description What the contact is in business, such as a network administrator. At most 60 characters.
             * @example Network Administrator
             */
            title?: string | number | boolean | null;
            /**
             * @description Name with which the contact logs in. At most 40 characters.
             * @example george.warren
             */
            user_name?: string | number | boolean | null;
            /**
             * @description Whether the contact is treated as a very important person.
             * @example false
             * @example false
             */
            vip?: boolean | string | number | null;
            /**
             * @description Whether the contact can access services through the web only. With false every available
             *     method is open.
             * @example false
             * @example false
             */
            web_service_access_only?: boolean | string | number | null;
            /**
             * @description Zip code of the contact's address. At most 40 characters.
             * @example 92069
             */
            zip?: string | number | boolean | null;
        } & {
            [key: string]: unknown;
        };
        /** @description Which record was created. */
        CreateContactResponse: {
            /** @description Sys_id of the new contact, as a bare text rather than in an object. */
            result: components["schemas"]["SysId"];
        };
        /** @description One contact. In XML the root element is assumed to be named `response`. */
        GetContactResponse: {
            result: components["schemas"]["Contact"];
        };
        /**
         * @description One page of contacts. In XML the root element is assumed to be named `response`, with one
         *     `result` element for each contact.
         */
        ListContactsResponse: {
            /**
             * @description Whether further records match beyond this page. Where an instance leaves it out, the
             *     list ends with the first empty page: a page that is only shorter than the limit can be
             *     one from which access rules have taken records.
             * @example true
             */
            hasMore?: boolean;
            /**
             * @description The contacts of this page, in the order that the query requests.
             * @example []
             */
            result: components["schemas"]["Contact"][];
        };
        /**
         * @description A record of the Contact table (`customer_contact`) as it travels: every value is text, and a
         *     column without a value is an empty text. Besides the columns of the base system it carries
         *     the custom columns of the instance, also as text.
         */
        Contact: {
            /** @description Sys_id of the account to which the contact belongs. */
            account: components["schemas"]["GlideReference"];
            /** @description Whether the contact is active in the system. */
            active: components["schemas"]["GlideBoolean"];
            /**
             * @description Where a field agent is in the working day.
             * @example On site
             * @enum {string}
             */
            agent_status: "" | "Off work" | "On break" | "On route" | "On site";
            /** @description Sys_id of the building that the contact is in. */
            building: components["schemas"]["GlideReference"];
            /**
             * @description Number of the calendar application in use, 1 being Outlook.
             * @example 1
             * @enum {string}
             */
            calendar_integration: "" | "1";
            /**
             * @description City of the contact's address.
             * @example Orlando
             */
            city: string;
            /** @description Sys_id of the company to which the contact belongs. */
            company: components["schemas"]["GlideReference"];
            /** @description Sys_id of the cost center that bears the contact's costs. */
            cost_center: components["schemas"]["GlideReference"];
            /**
             * @description Country of the contact's address, as a short code.
             * @example USA
             */
            country: string;
            /**
             * @description How dates are shown to the contact, empty meaning the format of the instance. The month is written mm or MM.
             * @example yyyy-mm-dd
             * @enum {string}
             */
            date_format: "" | "dd/mm/yyyy" | "dd-mm-yyyy" | "dd.mm.yyyy" | "mm-dd-yyyy" | "yyyy-mm-dd" | "dd/MM/yyyy" | "dd-MM-yyyy" | "dd.MM.yyyy" | "MM-dd-yyyy" | "yyyy-MM-dd";
            /** @description Sys_id of the menu list that the contact sees at first. */
            default_perspective: components["schemas"]["GlideReference"];
            /** @description Sys_id of the department to which the contact belongs. */
            department: components["schemas"]["GlideReference"];
            /**
             * @description The contact's standing in education.
             * @example faculty
             */
            edu_status: string;
            /**
             * @description Email address of the contact.
             * @example dora.warren@example.com
             */
            email: string;
            /**
             * @description Number under which an employer knows the contact.
             * @example 546
             */
            employee_number: string;
            /** @description Whether the contact needs a further factor to log in at the service portal. */
            enable_multifactor_authn: components["schemas"]["GlideBoolean"];
            /** @description How many attempts of the contact to log in have failed. */
            failed_attempts: components["schemas"]["GlideInteger"];
            /**
             * @description First name of the contact.
             * @example George
             */
            first_name: string;
            /**
             * @description Gender of the contact.
             * @example Female
             */
            gender: string;
            /** @description Whether the position of the contact comes from geotracking. */
            geolocation_tracked: components["schemas"]["GlideBoolean"];
            /**
             * @description Phone number of the contact at home.
             * @example (555)555-1234
             */
            home_phone: string;
            /** @description Whether the contact is a user for integrations inside the platform. */
            internal_integration_user: components["schemas"]["GlideBoolean"];
            /**
             * @description Words with which the contact is introduced, such as a form of address.
             * @example Ms
             */
            introduction: string;
            /** @description Day on which the contact last logged in. */
            last_login: components["schemas"]["GlideDate"];
            /**
             * @description Device or network address from which the contact last logged in.
             * @example tablet
             */
            last_login_device: string;
            /** @description When the contact last logged in. */
            last_login_time: components["schemas"]["GlideDateTime"];
            /**
             * @description Last name of the contact.
             * @example Warren
             */
            last_name: string;
            /** @description When the position of the contact was last updated. */
            last_position_update: components["schemas"]["GlideDateTime"];
            /** @description Latitude of the contact's position. */
            latitude: components["schemas"]["Coordinate"];
            /** @description Sys_id of the LDAP server through which the contact last logged in. */
            ldap_server: components["schemas"]["GlideReference"];
            /** @description Sys_id of the location of the contact. */
            location: components["schemas"]["GlideReference"];
            /** @description Whether the contact is locked out. */
            locked_out: components["schemas"]["GlideBoolean"];
            /** @description Longitude of the contact's position. */
            longitude: components["schemas"]["Coordinate"];
            /** @description Sys_id of the user to whom the contact reports. */
            manager: components["schemas"]["GlideReference"];
            /**
             * @description Middle name of the contact.
             * @example Dell
             */
            middle_name: string;
            /**
             * @description Mobile phone number of the contact.
             * @example +1 858 867 7857
             */
            mobile_phone: string;
            /**
             * @description Full name of the contact.
             * @example George Warren
             */
            name: string;
            /**
             * @description Whether the contact is sent notifications, 1 meaning disabled and 2 enabled.
             * @example 2
             * @enum {string}
             */
            notification: "" | "1" | "2";
            /**
             * @description How well a field agent keeps to the schedule. Ahead means early; the other values say whether the agent is behind, and by up to 30, 30 to 60 or more than 60 minutes.
             * @example on_time
             * @enum {string}
             */
            on_schedule: "" | "Ahead" | "behind_less30" | "behind_30to60" | "behind_more60" | "on_time";
            /**
             * @description Business phone number of the contact.
             * @example +1 858 287 7834
             */
            phone: string;
            /**
             * @description Picture of the contact.
             * @example
             */
            photo: string;
            /**
             * @description Language that the contact prefers, as a short code.
             * @example es
             */
            preferred_language: string;
            /**
             * @description User roles of the contact, all in one text.
             * @example
             */
            roles: string;
            /** @description Sys_id of the schedule by which the contact works. */
            schedule: components["schemas"]["GlideReference"];
            /**
             * @description Where the contact came from.
             * @example
             */
            source: string;
            /**
             * @description State of the contact's address.
             * @example CA
             */
            state: string;
            /**
             * @description Street of the contact's address.
             * @example 123 Lagume
             */
            street: string;
            /** @description Table that holds the record. */
            sys_class_name: components["schemas"]["TableName"];
            /**
             * @description User name of whoever created the record.
             * @example admin
             */
            sys_created_by: string;
            /** @description When the record was created. */
            sys_created_on: components["schemas"]["GlideDateTime"];
            /**
             * @description Domain of the instance to which the record belongs.
             * @example global
             */
            sys_domain: string;
            /**
             * @description Path of that domain in the tree of domains. A single slash is the global domain.
             * @example /
             */
            sys_domain_path: string;
            /** @description Unique identifier of the contact record. */
            sys_id: components["schemas"]["SysId"];
            /** @description How often the record was modified. */
            sys_mod_count: components["schemas"]["GlideInteger"];
            /**
             * @description Tags that the system keeps on the record.
             * @example
             */
            sys_tags: string;
            /**
             * @description User name of whoever last updated the record.
             * @example system
             */
            sys_updated_by: string;
            /** @description When the record was last updated. */
            sys_updated_on: components["schemas"]["GlideDateTime"];
            /**
             * @description How times of day are shown to the contact, empty meaning the format of the instance. The letter a stands for the 12-hour clock, a capital H for the 24-hour clock.
             * @example HH:mm:ss
             * @enum {string}
             */
            time_format: "" | "hh.mm.ss a" | "hh:mm:ss a" | "HH.mm.ss" | "HH:mm:ss";
            /** @description Sys_id of the policy for the contact's time sheets. */
            time_sheet_policy: components["schemas"]["GlideReference"];
            /**
             * @description Time zone in which the contact lives. Given by name, such as Canada/Central.
             * @example US/Eastern
             */
            time_zone: string;
            /**
             * @description What the contact is in business, such as a network administrator.
             * @example Network Administrator
             */
            title: string;
            /**
             * @description Name with which the contact logs in.
             * @example george.warren
             */
            user_name: string;
            /** @description Whether the contact is treated as a very important person. */
            vip: components["schemas"]["GlideBoolean"];
            /**
             * @description Whether the contact can access services through the web only. With false every available
             *     method is open.
             */
            web_service_access_only: components["schemas"]["GlideBoolean"];
            /**
             * @description Zip code of the contact's address.
             * @example 92069
             */
            zip: string;
        } & {
            [key: string]: components["schemas"]["CustomField"];
        };
        /**
         * @description One coordinate of a position, as a number in text. Empty means that no value is set.
         * @example 57.6
         */
        Coordinate: components["schemas"]["GlideDecimal"];
        /**
         * @description Value of a column that the instance has added to the table, as text.
         * @example gold
         */
        CustomField: string;
        /**
         * @description Terms of field, operator and value, such as `active=true`. `^` joins terms with and, `^OR`
         *     with or, and `^NQ` begins a further query whose records are added; a value writes `^` as
         *     `^^`. `ORDERBY` and `ORDERBYDESC`, each followed by a field, sort in the order in which they
         *     stand.
         *
         *     Text fields know `=`, `!=`, `STARTSWITH`, `ENDSWITH` or `%`, `LIKE`, `CONTAINS` or `*`,
         *     `NOT LIKE` or `!*`, `IN`, `NOT IN`, `BETWEEN`, `<`, `<=`, `>`, `>=`, `ISEMPTY` or `EMPTY`,
         *     `ISNOTEMPTY` or `NOTEMPTY`, `EMPTYSTRING`, `ANYTHING`, `SAMEAS` and `NSAMEAS`; so
         *     `sys_id>...^ORDERBYsys_id` goes on behind the last record of a page. Numbers and dates also
         *     know comparisons with another field such as `GT_FIELD`; dates know `ON`, `NOTON` and
         *     relative operators. A reference is compared by sys_id, and its fields are reached with a
         *     dot, as in `company.name=Acme`. A value may be a script: `javascript:gs.getUserID()`.
         *
         *     A part with an unknown field is ignored, so that the list grows. A value that the field
         *     cannot have, such as a word for a number, finds nothing.
         * @example active=true^ORDERBYlast_name
         */
        EncodedQuery: string;
        /**
         * @description A number of records. No upper bound is documented; this one is that of 32-bit numbers.
         * @example 2
         */
        RecordLimit: number;
        /**
         * @description Index of a record, counted from 0. No upper bound is documented; this one is that of 32-bit numbers.
         * @example 2
         */
        RecordOffset: number;
        /**
         * @description A reference field as it travels in a record: the bare sys_id of the other record, not an
         *     object with a link. Empty means that it refers to nothing.
         * @example 86837a386f0331003b3c498f5d3ee4ca
         */
        GlideReference: string;
        /**
         * @description A true/false field as it travels in a record. Empty means that no value is set.
         * @example true
         */
        GlideBoolean: string;
        /**
         * @description A whole-number field as it travels in a record. Empty means that no value is set.
         * @example 3
         */
        GlideInteger: string;
        /**
         * @description A date field as it travels in a record, in UTC. Empty means that no value is set.
         * @example 2018-03-10
         */
        GlideDate: string;
        /**
         * @description A date-time field as it travels in a record, in UTC. Empty means that no value is set.
         * @example 2018-03-10 21:48:11
         */
        GlideDateTime: string;
        /**
         * @description A floating-point field as it travels in a record. Empty means that no value is set.
         * @example 57.6
         */
        GlideDecimal: string;
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
         * @description Returned when the request is malformed or of a bad type, such as a body that is no JSON
         *     object; never for the value of a field.
         */
        MalformedRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorResponse"];
            };
        };
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
        /** @description Sys_id of the contact. */
        ContactId: components["schemas"]["SysId"];
        /**
         * @description How many records a page holds at most; 10, if it is not sent. Take further pages with
         *     `sysparm_offset`.
         */
        SysparmLimit: components["schemas"]["RecordLimit"];
        /**
         * @description How many matching records to leave out before the page begins; none, if it is not sent. It
         *     must not be negative.
         */
        SysparmOffset: components["schemas"]["RecordOffset"];
        /**
         * @description Which contacts to list and in which order; all of them, if it is not sent.
         *
         *     A part that is not valid, such as an unknown field, is ignored and the rest is used. Where
         *     the instance has set `glide.invalid_query.returns_no_rows` to true, such a query finds
         *     nothing instead.
         */
        SysparmQuery: components["schemas"]["EncodedQuery"];
        /**
         * @description Version of the endpoint. Which versions an instance has is listed in its REST API Explorer;
         *     the URL without this segment reaches the latest one.
         */
        ApiVersion: components["schemas"]["ApiVersion"];
    };
    requestBodies: {
        /** @description What is known of the contact. */
        CreateContact: {
            content: {
                "application/json": components["schemas"]["CreateContactRequest"];
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
    listContacts: {
        parameters: {
            query?: {
                /**
                 * @description How many records a page holds at most; 10, if it is not sent. Take further pages with
                 *     `sysparm_offset`.
                 */
                sysparm_limit?: components["parameters"]["SysparmLimit"];
                /**
                 * @description How many matching records to leave out before the page begins; none, if it is not sent. It
                 *     must not be negative.
                 */
                sysparm_offset?: components["parameters"]["SysparmOffset"];
                /**
                 * @description Which contacts to list and in which order; all of them, if it is not sent.
                 *
                 *     A part that is not valid, such as an unknown field, is ignored and the rest is used. Where
                 *     the instance has set `glide.invalid_query.returns_no_rows` to true, such a query finds
                 *     nothing instead.
                 */
                sysparm_query?: components["parameters"]["SysparmQuery"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The records of the requested page; none, if nothing matches. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListContactsResponse"];
                    "application/xml": components["schemas"]["ListContactsResponse"];
                };
            };
            400: components["responses"]["BadRequestJsonOrXml"];
            401: components["responses"]["UnauthorizedJsonOrXml"];
            403: components["responses"]["ForbiddenJsonOrXml"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyRequestsJsonOrXml"];
            500: components["responses"]["InternalServerErrorJsonOrXml"];
        };
    };
    createContact: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["CreateContact"];
        responses: {
            /** @description The contact was created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateContactResponse"];
                };
            };
            400: components["responses"]["MalformedRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
        };
    };
    getContact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Sys_id of the contact. */
                id: components["parameters"]["ContactId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contact, with all its fields. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetContactResponse"];
                    "application/xml": components["schemas"]["GetContactResponse"];
                };
            };
            400: components["responses"]["BadRequestJsonOrXml"];
            401: components["responses"]["UnauthorizedJsonOrXml"];
            403: components["responses"]["ForbiddenJsonOrXml"];
            404: components["responses"]["NotFoundJsonOrXml"];
            406: components["responses"]["NotAcceptable"];
            429: components["responses"]["TooManyRequestsJsonOrXml"];
            500: components["responses"]["InternalServerErrorJsonOrXml"];
        };
    };
}
