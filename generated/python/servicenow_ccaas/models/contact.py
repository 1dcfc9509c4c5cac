# Written by `make build` from openapi/contact.yaml. Do not edit.

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from servicenow_ccaas.glide import (
    GlideBoolean,
    GlideDate,
    GlideDateTime,
    GlideDecimal,
    GlideInteger,
    GlideReference,
)
from servicenow_ccaas.models.common import SysId, TableName
from servicenow_ccaas.record import Record
from typing_extensions import TypeAliasType


class CreateContactRequest(Record):
    """
    Columns of the new contact, and its social media profile.

    The instance checks none of it: what is misspelled, not valid or not supported is ignored
    without warning. So any value may be sent; a flag or a number also as text, and a text
    also as a number. A list or an object is ignored like any other value that a column cannot
    hold. Lengths, values and tables say what is documented and so is kept, not what is invalid.

    These fields are the instance's own and are ignored as well: last_login,
    last_position_update, sys_class_name, sys_created_by, sys_created_on, sys_domain,
    sys_domain_path, sys_id, sys_mod_count, sys_tags, sys_updated_by and sys_updated_on.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    account: Annotated[
        int | str | float | bool | None,
        Field(examples=["86837a386f0331003b3c498f5d3ee4ca"]),
    ] = None
    """
    Sys_id of the account to which the contact belongs.
    """
    active: Annotated[
        int | bool | str | float | None, Field(examples=[True, "true"])
    ] = None
    """
    Whether the contact is active in the system.
    """
    agent_status: Annotated[
        int | str | float | bool | None, Field(examples=["On site"])
    ] = None
    """
    Where a field agent is in the working day. At most 40 characters.
    """
    building: Annotated[
        int | str | float | bool | None,
        Field(examples=["5b0fd2a187851210be070d48dabb0b01"]),
    ] = None
    """
    Sys_id of the building that the contact is in.
    """
    calendar_integration: Annotated[
        int | str | float | bool | None, Field(examples=[1, "1"])
    ] = None
    """
    Number of the calendar application in use, 1 being Outlook.
    """
    city: Annotated[int | str | float | bool | None, Field(examples=["Orlando"])] = None
    """
    City of the contact's address. At most 40 characters.
    """
    company: Annotated[
        int | str | float | bool | None,
        Field(examples=["86837a386f0331003b3c498f5d3ee4ca"]),
    ] = None
    """
    Sys_id of the company to which the contact belongs.
    """
    cost_center: Annotated[
        int | str | float | bool | None,
        Field(examples=["5b0fd2a187851210be070d48dabb0b02"]),
    ] = None
    """
    Sys_id of the cost center that bears the contact's costs.
    """
    country: Annotated[int | str | float | bool | None, Field(examples=["USA"])] = None
    """
    Country of the contact's address, as a short code. At most 3 characters.
    """
    date_format: Annotated[
        int | str | float | bool | None, Field(examples=["yyyy-mm-dd"])
    ] = None
    """
    How dates are shown to the contact, empty meaning the format of the instance. At most 40 characters.
    """
    default_perspective: Annotated[
        int | str | float | bool | None,
        Field(examples=["5b0fd2a187851210be070d48dabb0b06"]),
    ] = None
    """
    Sys_id of the menu list that the contact sees at first.
    """
    department: Annotated[
        int | str | float | bool | None,
        Field(examples=["5b0fd2a187851210be070d48dabb0b03"]),
    ] = None
    """
    Sys_id of the department to which the contact belongs.
    """
    edu_status: Annotated[
        int | str | float | bool | None, Field(examples=["faculty"])
    ] = None
    """
    The contact's standing in education. At most 40 characters.
    """
    email: Annotated[
        int | str | float | bool | None, Field(examples=["dora.warren@example.com"])
    ] = None
    """
    Email address of the contact.
    """
    employee_number: Annotated[
        int | str | float | bool | None, Field(examples=["546"])
    ] = None
    """
    Number under which an employer knows the contact.
    """
    enable_multifactor_authn: Annotated[
        int | bool | str | float | None, Field(examples=[False, "false"])
    ] = None
    """
    Whether the contact needs a further factor to log in at the service portal.
    """
    failed_attempts: Annotated[
        int | str | float | bool | None, Field(examples=[2, "2"])
    ] = None
    """
    How many attempts of the contact to log in have failed.
    """
    first_name: Annotated[
        int | str | float | bool | None, Field(examples=["George"])
    ] = None
    """
    First name of the contact. At most 50 characters.
    """
    gender: Annotated[int | str | float | bool | None, Field(examples=["Female"])] = (
        None
    )
    """
    Gender of the contact. At most 40 characters.
    """
    geolocation_tracked: Annotated[
        int | bool | str | float | None, Field(examples=[False, "false"])
    ] = None
    """
    Whether the position of the contact comes from geotracking.
    """
    home_phone: Annotated[
        int | str | float | bool | None, Field(examples=["(555)555-1234"])
    ] = None
    """
    Phone number of the contact at home. At most 40 characters.
    """
    internal_integration_user: Annotated[
        int | bool | str | float | None, Field(examples=[False, "false"])
    ] = None
    """
    Whether the contact is a user for integrations inside the platform.
    """
    introduction: Annotated[int | str | float | bool | None, Field(examples=["Ms"])] = (
        None
    )
    """
    Words with which the contact is introduced, such as a form of address. At most 40 characters.
    """
    last_login_device: Annotated[
        int | str | float | bool | None, Field(examples=["tablet"])
    ] = None
    """
    Device or network address from which the contact last logged in. At most 40 characters.
    """
    last_login_time: Annotated[
        int | str | float | bool | None, Field(examples=["2018-03-10 21:48:11"])
    ] = None
    """
    When the contact last logged in.
    """
    last_name: Annotated[
        int | str | float | bool | None, Field(examples=["Warren"])
    ] = None
    """
    Last name of the contact. At most 50 characters.
    """
    latitude: Annotated[
        int | float | str | bool | None, Field(examples=[57.6, "57.6"])
    ] = None
    """
    Latitude of the contact's position. At most 40 characters.
    """
    ldap_server: Annotated[
        int | str | float | bool | None,
        Field(examples=["5b0fd2a187851210be070d48dabb0b05"]),
    ] = None
    """
    Sys_id of the LDAP server through which the contact last logged in.
    """
    location: Annotated[
        int | str | float | bool | None,
        Field(examples=["25ab8e460a0a0bb300857304ff811af5"]),
    ] = None
    """
    Sys_id of the location of the contact.
    """
    locked_out: Annotated[
        int | bool | str | float | None, Field(examples=[False, "false"])
    ] = None
    """
    Whether the contact is locked out.
    """
    longitude: Annotated[
        int | float | str | bool | None, Field(examples=[123.76, "123.76"])
    ] = None
    """
    Longitude of the contact's position. At most 40 characters.
    """
    manager: Annotated[
        int | str | float | bool | None,
        Field(examples=["ddce70866f9331003b3c498f5d3ee417"]),
    ] = None
    """
    Sys_id of the user to whom the contact reports.
    """
    middle_name: Annotated[
        int | str | float | bool | None, Field(examples=["Dell"])
    ] = None
    """
    Middle name of the contact. At most 50 characters.
    """
    mobile_phone: Annotated[
        int | str | float | bool | None, Field(examples=["+1 858 867 7857"])
    ] = None
    """
    Mobile phone number of the contact. At most 40 characters.
    """
    name: Annotated[
        int | str | float | bool | None, Field(examples=["George Warren"])
    ] = None
    """
    Full name of the contact. At most 151 characters.
    """
    notification: Annotated[
        int | str | float | bool | None, Field(examples=[2, "2"])
    ] = None
    """
    Whether the contact is sent notifications, 1 meaning disabled and 2 enabled.
    """
    on_schedule: Annotated[
        int | str | float | bool | None, Field(examples=["on_time"])
    ] = None
    """
    How well a field agent keeps to the schedule. Ahead means early; the other values say whether the agent is behind, and by up to 30, 30 to 60 or more than 60 minutes. At most 40 characters.
    """
    phone: Annotated[
        int | str | float | bool | None, Field(examples=["+1 858 287 7834"])
    ] = None
    """
    Business phone number of the contact. At most 40 characters.
    """
    photo: Annotated[int | str | float | bool | None, Field(examples=[""])] = None
    """
    Picture of the contact.
    """
    preferred_language: Annotated[
        int | str | float | bool | None, Field(examples=["es"])
    ] = None
    """
    Language that the contact prefers, as a short code. At most 3 characters.
    """
    roles: Annotated[int | str | float | bool | None, Field(examples=[""])] = None
    """
    User roles of the contact, all in one text. At most 40 characters.
    """
    schedule: Annotated[
        int | str | float | bool | None,
        Field(examples=["5b0fd2a187851210be070d48dabb0b04"]),
    ] = None
    """
    Sys_id of the schedule by which the contact works.
    """
    social_channel: Annotated[
        int | str | float | bool | None,
        Field(examples=["Twitter", "Facebook", "Instagram"]),
    ] = None
    """
    Social media channel on which the contact has a profile, such as Facebook.
    """
    social_handle: Annotated[
        int | str | float | bool | None, Field(examples=["dora_warren"])
    ] = None
    """
    Name of the contact on the social media channel.
    """
    social_handle_url: Annotated[
        int | str | float | bool | None,
        Field(examples=["https://social.example/dora_warren"]),
    ] = None
    """
    URL of the contact's profile on the social media channel.
    """
    source: Annotated[int | str | float | bool | None, Field(examples=[""])] = None
    """
    Where the contact came from. At most 255 characters.
    """
    state: Annotated[int | str | float | bool | None, Field(examples=["CA"])] = None
    """
    State of the contact's address. At most 40 characters.
    """
    street: Annotated[
        int | str | float | bool | None, Field(examples=["123 Lagume"])
    ] = None
    """
    Street of the contact's address. At most 255 characters.
    """
    time_format: Annotated[
        int | str | float | bool | None, Field(examples=["HH:mm:ss"])
    ] = None
    """
    How times of day are shown to the contact, empty meaning the format of the instance. The letter a stands for the 12-hour clock, a capital H for the 24-hour clock. At most 40 characters.
    """
    time_sheet_policy: Annotated[
        int | str | float | bool | None,
        Field(examples=["5b0fd2a187851210be070d48dabb0b07"]),
    ] = None
    """
    Sys_id of the policy for the contact's time sheets.
    """
    time_zone: Annotated[
        int | str | float | bool | None, Field(examples=["US/Eastern"])
    ] = None
    """
    Time zone in which the contact lives. Given by name, such as Canada/Central. At most 40 characters.
    """
    title: Annotated[
        int | str | float | bool | None, Field(examples=["Network Administrator"])
    ] = None
    """
    What the contact is in business, such as a network administrator. At most 60 characters.
    """
    user_name: Annotated[
        int | str | float | bool | None, Field(examples=["george.warren"])
    ] = None
    """
    Name with which the contact logs in. At most 40 characters.
    """
    vip: Annotated[
        int | bool | str | float | None, Field(examples=[False, "false"])
    ] = None
    """
    Whether the contact is treated as a very important person.
    """
    web_service_access_only: Annotated[
        int | bool | str | float | None, Field(examples=[False, "false"])
    ] = None
    """
    Whether the contact can access services through the web only. With false every available
    method is open.
    """
    zip: Annotated[int | str | float | bool | None, Field(examples=["92069"])] = None
    """
    Zip code of the contact's address. At most 40 characters.
    """


class CreateContactResponse(Record):
    """
    Which record was created.
    """

    result: SysId
    """
    Sys_id of the new contact, as a bare text rather than in an object.
    """


Coordinate = TypeAliasType(
    "Coordinate", Annotated[GlideDecimal, Field(examples=["57.6"])]
)
"""
One coordinate of a position, as a number in text. Empty means that no value is set.
"""


CustomField = TypeAliasType("CustomField", Annotated[str, Field(examples=["gold"])])
"""
Value of a column that the instance has added to the table, as text.
"""


EncodedQuery = TypeAliasType(
    "EncodedQuery", Annotated[str, Field(examples=["active=true^ORDERBYlast_name"])]
)
"""
Terms of field, operator and value, such as `active=true`. `^` joins terms with and, `^OR`
with or, and `^NQ` begins a further query whose records are added; a value writes `^` as
`^^`. `ORDERBY` and `ORDERBYDESC`, each followed by a field, sort in the order in which they
stand.

Text fields know `=`, `!=`, `STARTSWITH`, `ENDSWITH` or `%`, `LIKE`, `CONTAINS` or `*`,
`NOT LIKE` or `!*`, `IN`, `NOT IN`, `BETWEEN`, `<`, `<=`, `>`, `>=`, `ISEMPTY` or `EMPTY`,
`ISNOTEMPTY` or `NOTEMPTY`, `EMPTYSTRING`, `ANYTHING`, `SAMEAS` and `NSAMEAS`; so
`sys_id>...^ORDERBYsys_id` goes on behind the last record of a page. Numbers and dates also
know comparisons with another field such as `GT_FIELD`; dates know `ON`, `NOTON` and
relative operators. A reference is compared by sys_id, and its fields are reached with a
dot, as in `company.name=Acme`. A value may be a script: `javascript:gs.getUserID()`.

A part with an unknown field is ignored, so that the list grows. A value that the field
cannot have, such as a word for a number, finds nothing.
"""


RecordLimit = TypeAliasType(
    "RecordLimit", Annotated[int, Field(examples=[2], ge=1, le=2147483647)]
)
"""
A number of records. No upper bound is documented; this one is that of 32-bit numbers.
"""


RecordOffset = TypeAliasType(
    "RecordOffset", Annotated[int, Field(examples=[2], ge=0, le=2147483647)]
)
"""
Index of a record, counted from 0. No upper bound is documented; this one is that of 32-bit numbers.
"""


class Contact(Record):
    """
    A record of the Contact table (`customer_contact`) as it travels: every value is text, and a
    column without a value is an empty text. Besides the columns of the base system it carries
    the custom columns of the instance, also as text.
    """

    model_config = ConfigDict(
        extra="allow",
    )
    __annotations__ = {
        "__pydantic_extra__": dict[str, CustomField],
    }
    account: GlideReference
    """
    Sys_id of the account to which the contact belongs.
    """
    active: GlideBoolean
    """
    Whether the contact is active in the system.
    """
    agent_status: Annotated[
        Literal["Off work", "On break", "On route", "On site"] | str | None,
        Field(examples=["On site"], json_schema_extra={"x-sn-empty": True}),
    ]
    """
    Where a field agent is in the working day.
    """
    building: GlideReference
    """
    Sys_id of the building that the contact is in.
    """
    calendar_integration: Annotated[
        Literal["1"] | str | None,
        Field(examples=["1"], json_schema_extra={"x-sn-empty": True}),
    ]
    """
    Number of the calendar application in use, 1 being Outlook.
    """
    city: Annotated[
        str | None,
        Field(
            examples=["Orlando"], json_schema_extra={"x-sn-empty": True}, max_length=40
        ),
    ]
    """
    City of the contact's address.
    """
    company: GlideReference
    """
    Sys_id of the company to which the contact belongs.
    """
    cost_center: GlideReference
    """
    Sys_id of the cost center that bears the contact's costs.
    """
    country: Annotated[
        str | None,
        Field(examples=["USA"], json_schema_extra={"x-sn-empty": True}, max_length=3),
    ]
    """
    Country of the contact's address, as a short code.
    """
    date_format: Annotated[
        Literal[
            "dd/mm/yyyy",
            "dd-mm-yyyy",
            "dd.mm.yyyy",
            "mm-dd-yyyy",
            "yyyy-mm-dd",
            "dd/MM/yyyy",
            "dd-MM-yyyy",
            "dd.MM.yyyy",
            "MM-dd-yyyy",
            "yyyy-MM-dd",
        ]
        | str
        | None,
        Field(examples=["yyyy-mm-dd"], json_schema_extra={"x-sn-empty": True}),
    ]
    """
    How dates are shown to the contact, empty meaning the format of the instance. The month is written mm or MM.
    """
    default_perspective: GlideReference
    """
    Sys_id of the menu list that the contact sees at first.
    """
    department: GlideReference
    """
    Sys_id of the department to which the contact belongs.
    """
    edu_status: Annotated[
        str | None,
        Field(
            examples=["faculty"], json_schema_extra={"x-sn-empty": True}, max_length=40
        ),
    ]
    """
    The contact's standing in education.
    """
    email: Annotated[
        str | None,
        Field(
            examples=["dora.warren@example.com"], json_schema_extra={"x-sn-empty": True}
        ),
    ]
    """
    Email address of the contact.
    """
    employee_number: Annotated[
        str | None, Field(examples=["546"], json_schema_extra={"x-sn-empty": True})
    ]
    """
    Number under which an employer knows the contact.
    """
    enable_multifactor_authn: GlideBoolean
    """
    Whether the contact needs a further factor to log in at the service portal.
    """
    failed_attempts: GlideInteger
    """
    How many attempts of the contact to log in have failed.
    """
    first_name: Annotated[
        str | None,
        Field(
            examples=["George"], json_schema_extra={"x-sn-empty": True}, max_length=50
        ),
    ]
    """
    First name of the contact.
    """
    gender: Annotated[
        str | None,
        Field(
            examples=["Female"], json_schema_extra={"x-sn-empty": True}, max_length=40
        ),
    ]
    """
    Gender of the contact.
    """
    geolocation_tracked: GlideBoolean
    """
    Whether the position of the contact comes from geotracking.
    """
    home_phone: Annotated[
        str | None,
        Field(
            examples=["(555)555-1234"],
            json_schema_extra={"x-sn-empty": True},
            max_length=40,
        ),
    ]
    """
    Phone number of the contact at home.
    """
    internal_integration_user: GlideBoolean
    """
    Whether the contact is a user for integrations inside the platform.
    """
    introduction: Annotated[
        str | None,
        Field(examples=["Ms"], json_schema_extra={"x-sn-empty": True}, max_length=40),
    ]
    """
    Words with which the contact is introduced, such as a form of address.
    """
    last_login: GlideDate
    """
    Day on which the contact last logged in.
    """
    last_login_device: Annotated[
        str | None,
        Field(
            examples=["tablet"], json_schema_extra={"x-sn-empty": True}, max_length=40
        ),
    ]
    """
    Device or network address from which the contact last logged in.
    """
    last_login_time: GlideDateTime
    """
    When the contact last logged in.
    """
    last_name: Annotated[
        str | None,
        Field(
            examples=["Warren"], json_schema_extra={"x-sn-empty": True}, max_length=50
        ),
    ]
    """
    Last name of the contact.
    """
    last_position_update: GlideDateTime
    """
    When the position of the contact was last updated.
    """
    latitude: Coordinate
    """
    Latitude of the contact's position.
    """
    ldap_server: GlideReference
    """
    Sys_id of the LDAP server through which the contact last logged in.
    """
    location: GlideReference
    """
    Sys_id of the location of the contact.
    """
    locked_out: GlideBoolean
    """
    Whether the contact is locked out.
    """
    longitude: Coordinate
    """
    Longitude of the contact's position.
    """
    manager: GlideReference
    """
    Sys_id of the user to whom the contact reports.
    """
    middle_name: Annotated[
        str | None,
        Field(examples=["Dell"], json_schema_extra={"x-sn-empty": True}, max_length=50),
    ]
    """
    Middle name of the contact.
    """
    mobile_phone: Annotated[
        str | None,
        Field(
            examples=["+1 858 867 7857"],
            json_schema_extra={"x-sn-empty": True},
            max_length=40,
        ),
    ]
    """
    Mobile phone number of the contact.
    """
    name: Annotated[
        str | None,
        Field(
            examples=["George Warren"],
            json_schema_extra={"x-sn-empty": True},
            max_length=151,
        ),
    ]
    """
    Full name of the contact.
    """
    notification: Annotated[
        Literal["1", "2"] | str | None,
        Field(examples=["2"], json_schema_extra={"x-sn-empty": True}),
    ]
    """
    Whether the contact is sent notifications, 1 meaning disabled and 2 enabled.
    """
    on_schedule: Annotated[
        Literal["Ahead", "behind_less30", "behind_30to60", "behind_more60", "on_time"]
        | str
        | None,
        Field(examples=["on_time"], json_schema_extra={"x-sn-empty": True}),
    ]
    """
    How well a field agent keeps to the schedule. Ahead means early; the other values say whether the agent is behind, and by up to 30, 30 to 60 or more than 60 minutes.
    """
    phone: Annotated[
        str | None,
        Field(
            examples=["+1 858 287 7834"],
            json_schema_extra={"x-sn-empty": True},
            max_length=40,
        ),
    ]
    """
    Business phone number of the contact.
    """
    photo: Annotated[
        str | None, Field(examples=[""], json_schema_extra={"x-sn-empty": True})
    ]
    """
    Picture of the contact.
    """
    preferred_language: Annotated[
        str | None,
        Field(examples=["es"], json_schema_extra={"x-sn-empty": True}, max_length=3),
    ]
    """
    Language that the contact prefers, as a short code.
    """
    roles: Annotated[
        str | None,
        Field(examples=[""], json_schema_extra={"x-sn-empty": True}, max_length=40),
    ]
    """
    User roles of the contact, all in one text.
    """
    schedule: GlideReference
    """
    Sys_id of the schedule by which the contact works.
    """
    source: Annotated[
        str | None,
        Field(examples=[""], json_schema_extra={"x-sn-empty": True}, max_length=255),
    ]
    """
    Where the contact came from.
    """
    state: Annotated[
        str | None,
        Field(examples=["CA"], json_schema_extra={"x-sn-empty": True}, max_length=40),
    ]
    """
    State of the contact's address.
    """
    street: Annotated[
        str | None,
        Field(
            examples=["123 Lagume"],
            json_schema_extra={"x-sn-empty": True},
            max_length=255,
        ),
    ]
    """
    Street of the contact's address.
    """
    sys_class_name: TableName
    """
    Table that holds the record.
    """
    sys_created_by: Annotated[
        str | None,
        Field(
            examples=["admin"], json_schema_extra={"x-sn-empty": True}, max_length=40
        ),
    ]
    """
    User name of whoever created the record.
    """
    sys_created_on: GlideDateTime
    """
    When the record was created.
    """
    sys_domain: Annotated[
        str | None, Field(examples=["global"], json_schema_extra={"x-sn-empty": True})
    ]
    """
    Domain of the instance to which the record belongs.
    """
    sys_domain_path: Annotated[
        str | None,
        Field(examples=["/"], json_schema_extra={"x-sn-empty": True}, max_length=255),
    ]
    """
    Path of that domain in the tree of domains. A single slash is the global domain.
    """
    sys_id: SysId
    """
    Unique identifier of the contact record.
    """
    sys_mod_count: GlideInteger
    """
    How often the record was modified.
    """
    sys_tags: Annotated[
        str | None, Field(examples=[""], json_schema_extra={"x-sn-empty": True})
    ]
    """
    Tags that the system keeps on the record.
    """
    sys_updated_by: Annotated[
        str | None,
        Field(
            examples=["system"], json_schema_extra={"x-sn-empty": True}, max_length=40
        ),
    ]
    """
    User name of whoever last updated the record.
    """
    sys_updated_on: GlideDateTime
    """
    When the record was last updated.
    """
    time_format: Annotated[
        Literal["hh.mm.ss a", "hh:mm:ss a", "HH.mm.ss", "HH:mm:ss"] | str | None,
        Field(examples=["HH:mm:ss"], json_schema_extra={"x-sn-empty": True}),
    ]
    """
    How times of day are shown to the contact, empty meaning the format of the instance. The letter a stands for the 12-hour clock, a capital H for the 24-hour clock.
    """
    time_sheet_policy: GlideReference
    """
    Sys_id of the policy for the contact's time sheets.
    """
    time_zone: Annotated[
        str | None,
        Field(
            examples=["US/Eastern"],
            json_schema_extra={"x-sn-empty": True},
            max_length=40,
        ),
    ]
    """
    Time zone in which the contact lives. Given by name, such as Canada/Central.
    """
    title: Annotated[
        str | None,
        Field(
            examples=["Network Administrator"],
            json_schema_extra={"x-sn-empty": True},
            max_length=60,
        ),
    ]
    """
    What the contact is in business, such as a network administrator.
    """
    user_name: Annotated[
        str | None,
        Field(
            examples=["george.warren"],
            json_schema_extra={"x-sn-empty": True},
            max_length=40,
        ),
    ]
    """
    Name with which the contact logs in.
    """
    vip: GlideBoolean
    """
    Whether the contact is treated as a very important person.
    """
    web_service_access_only: GlideBoolean
    """
    Whether the contact can access services through the web only. With false every available
    method is open.
    """
    zip: Annotated[
        str | None,
        Field(
            examples=["92069"], json_schema_extra={"x-sn-empty": True}, max_length=40
        ),
    ]
    """
    Zip code of the contact's address.
    """


class GetContactResponse(Record):
    """
    One contact. In XML the root element is assumed to be named `response`.
    """

    model_config = ConfigDict(
        json_schema_extra={"xml": {"name": "response"}},
    )
    result: Contact


class ListContactsResponse(Record):
    """
    One page of contacts. In XML the root element is assumed to be named `response`, with one
    `result` element for each contact.
    """

    model_config = ConfigDict(
        json_schema_extra={"xml": {"name": "response"}},
    )
    has_more: Annotated[bool | None, Field(alias="hasMore", examples=[True])] = None
    """
    Whether further records match beyond this page. Where an instance leaves it out, the
    list ends with the first empty page: a page that is only shorter than the limit can be
    one from which access rules have taken records.
    """
    result: Annotated[list[Contact], Field(examples=[[]])]
    """
    The contacts of this page, in the order that the query requests.
    """
