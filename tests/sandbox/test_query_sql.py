"""Encoded queries as SQL: which records they find, in which order, and how the database does it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccaas_kit.sandbox.query import queries
from ccaas_kit.sandbox.query import sql as query_sql
from ccaas_kit.sandbox.query.operators import Operator
from ccaas_kit.sandbox.query.sql import Compiled, Context
from ccaas_kit.sandbox.storage.table_sql import fold
from ccaas_kit.sandbox.storage.tables import Table
from tests.looping import every
from tests.sandbox.test_queries import all_tables

Record = Mapping[str, str]
Find = Callable[[str], list[str]]

NOW = datetime(2018, 3, 10, 21, 48, 11, tzinfo=UTC)
GEORGE = "ddce70866f9331003b3c498f5d3ee417"
JANE = "0a232a0013691200042ab3173244b075"
DORA = "62fe1c97db76c3006b7a9646db961999"
ACCOUNT = "86837a386f0331003b3c498f5d3ee4ca"
COMPANY = "5b0fd2a187851210be070d48dabb0401"
CONTEXT = Context(user_sys_id=JANE, user_name="jane", now=NOW)

# Saturday, the Sunday after it, and the Friday two weeks before; Dora has nothing but a name.
CONTACTS = (
    {
        "sys_id": GEORGE,
        "name": "George Warren",
        "first_name": "George",
        "last_name": "Warren",
        "email": "George@Example.com",
        "user_name": "george",
        "account": ACCOUNT,
        "company": ACCOUNT,
        "city": "San Diego",
        "vip": "true",
        "failed_attempts": "10",
        "longitude": "-57.6",
        "last_login": "2018-03-10",
        "sys_created_on": "2018-03-10 21:00:00",
        "sys_updated_on": "2018-03-14 09:00:00",
        "u_rank": "Gold",
    },
    {
        "sys_id": JANE,
        "name": "Jane Contact",
        "first_name": "Jane",
        "last_name": "contact",
        "email": "jane@example.com",
        "user_name": "jane",
        "account": ACCOUNT,
        "company": COMPANY,
        "city": "100%_Orlando",
        "vip": "false",
        "failed_attempts": "9",
        "longitude": "8",
        "last_login": "2018-03-11",
        "sys_created_on": "2018-03-11 00:00:00",
        "sys_updated_on": "2018-03-11 00:00:00",
        "manager": GEORGE,
    },
    {
        "sys_id": DORA,
        "name": "dora Warren",
        "first_name": "dora",
        "sys_created_on": "2018-02-23 12:00:00",
    },
)
CASES = (
    {"sys_id": "1" * 32, "contact": GEORGE, "state": "open", "active": "true"},
    {"sys_id": "2" * 32, "contact": GEORGE, "state": "closed", "active": "false"},
    {"sys_id": "3" * 32, "contact": JANE, "state": "new", "active": "true"},
    {"sys_id": "4" * 32, "contact": "", "state": "open", "active": "true"},
)
NAMES = {contact["sys_id"]: contact["name"].split()[0].lower() for contact in CONTACTS}


def create(table: Table, records: tuple[Record, ...], database: sqlite3.Connection) -> None:
    """The table as the store keeps it, with these records."""
    columns = ["sys_id", "body", *(f"k_{name}" for name in table.indexed)]
    form = ", ".join(f'"{column}" TEXT NOT NULL' for column in columns)
    database.execute(
        f'CREATE TABLE "{table.name}" (seq INTEGER PRIMARY KEY, {form}, UNIQUE (sys_id))'
    )
    for index in table.indexes:
        keys = ", ".join(f'"k_{name}"' for name in index)
        database.execute(
            f'CREATE INDEX "{table.name}-{"-".join(index)}" ON "{table.name}" ({keys})'
        )
    database.executemany(
        f'INSERT INTO "{table.name}" VALUES (NULL, {", ".join("?" * len(columns))})',
        (
            (
                record["sys_id"],
                json.dumps(record, ensure_ascii=False),
                *(fold(record.get(name, "")) for name in table.indexed),
            )
            for record in records
        ),
    )


def filled(contacts: tuple[Record, ...], **more: tuple[Record, ...]) -> sqlite3.Connection:
    """A database with these contacts, one account, one company and what other tables hold."""
    records: dict[str, tuple[Record, ...]] = {
        "customer_contact": contacts,
        "customer_account": ({"sys_id": ACCOUNT, "name": "Boxeo", "city": "San Diego"},),
        "core_company": ({"sys_id": COMPANY, "name": "Acme", "city": "Orlando"},),
        **more,
    }
    database = sqlite3.connect(":memory:")
    database.create_function("fold", 1, fold, deterministic=True)
    for table in all_tables():
        create(table, records.get(table.name, ()), database)
    return database


def compiled(text: str) -> Compiled:
    table = all_tables()["customer_contact"]
    query = queries.parse(text, table, all_tables(), ("u_rank",))
    return query_sql.compile(query, table, all_tables(), CONTEXT)


def statement(sql: Compiled) -> str:
    return f'SELECT t.sys_id, t.body FROM "customer_contact" AS t WHERE {sql.where} ' + (
        f"ORDER BY {sql.order_by}" if sql.order_by else "ORDER BY t.seq"
    )


def found(database: sqlite3.Connection, text: str) -> list[str]:
    sql = compiled(text)
    return [row[0] for row in database.execute(statement(sql), sql.parameters)]


@pytest.fixture(scope="module")
def database() -> Iterator[sqlite3.Connection]:
    connection = filled(CONTACTS, sn_customerservice_case=CASES)
    yield connection
    connection.close()


@pytest.fixture
def find(database: sqlite3.Connection) -> Find:
    """`find("city=Orlando")` are the first names, in small letters, of the contacts found."""
    return lambda text: [NAMES[sys_id] for sys_id in found(database, text)]


@pytest.fixture
def plan(database: sqlite3.Connection) -> Find:
    """`plan("city=Orlando")` are the steps that the database takes."""

    def explain(text: str) -> list[str]:
        sql = compiled(text)
        rows = database.execute(f"EXPLAIN QUERY PLAN {statement(sql)}", sql.parameters)
        return [row[3] for row in rows]

    return explain


def test_an_empty_query_finds_everything_in_the_order_of_creation(find: Find) -> None:
    assert compiled("").where == "1"
    assert compiled("").order_by == ""
    assert find("") == ["george", "jane", "dora"]


def test_a_query_without_a_valid_part_finds_everything(find: Find) -> None:
    # CON-013
    assert compiled("caller_id=1").where == "1"
    assert find("caller_id=1") == ["george", "jane", "dora"]


@every(
    ("text", "names"),
    [
        ("first_name=GEORGE", ["george"]),
        ("last_name=CONTACT", ["jane"]),
        ("city=san diego", ["george"]),
        ("email=george@example.COM", ["george"]),
        ("city!=san diego", ["jane", "dora"]),
        ("city=", ["dora"]),
        ("city!=", ["george", "jane"]),
        ("last_nameSTARTSWITHWAR", ["george"]),
        ("citySTARTSWITHsan", ["george"]),
        ("citySTARTSWITH", ["george", "jane", "dora"]),
        ("citySTARTSWITH%", []),
        ("cityENDSWITHDIEGO", ["george"]),
        ("city%landO", ["jane"]),
        ("cityENDSWITH", ["george", "jane", "dora"]),
        ("cityLIKE%_", ["jane"]),
        ("city*_o", ["jane"]),
        ("cityLIKEs_n", []),
        ("cityNOT LIKEsan", ["jane", "dora"]),
        ("city!*san", ["jane", "dora"]),
        ("first_nameINgeorge,DORA", ["george", "dora"]),
        ("first_nameNOT INgeorge,DORA", ["jane"]),
        ("cityINSan Diego,", ["george", "dora"]),
        ("cityISEMPTY", ["dora"]),
        ("cityEMPTYSTRING", ["dora"]),
        ("cityISNOTEMPTY", ["george", "jane"]),
        ("cityANYTHING", ["george", "jane", "dora"]),
        ("last_name<=m", ["jane"]),
        ("last_name<contact", []),
        ("last_name>contact", ["george"]),
        ("last_name>=M", ["george"]),
        ("last_nameBETWEENa@M", ["jane"]),
        ("u_rank=gold", ["george"]),
        ("u_rank!=gold", ["jane", "dora"]),
    ],
)
def test_text_is_compared_without_regard_to_case(text: str, names: list[str], find: Find) -> None:
    assert find(text) == names


@every(
    ("text", "names"),
    [
        ("failed_attempts=9", ["jane"]),
        ("failed_attempts=09.0", ["jane"]),
        ("failed_attempts!=9", ["george", "dora"]),
        ("failed_attempts<10", ["jane"]),
        ("failed_attempts<=10", ["george", "jane"]),
        ("failed_attempts>9", ["george"]),
        ("failed_attempts>-1", ["george", "jane"]),
        ("failed_attemptsBETWEEN9@11", ["george", "jane"]),
        ("failed_attemptsIN9,11", ["jane"]),
        ("failed_attemptsNOT IN9,11", ["george", "dora"]),
        ("failed_attemptsISEMPTY", ["dora"]),
        ("failed_attempts=", ["dora"]),
        ("failed_attemptsLIKE0", ["george"]),
        ("failed_attempts<99999999999999999999", ["george", "jane"]),
        ("longitude<-57.5", ["george"]),
        ("failed_attemptsGT_FIELDlongitude", ["george", "jane"]),
        ("failed_attemptsLT_FIELDlongitude", []),
        ("failed_attemptsGT_OR_EQUALS_FIELDfailed_attempts", ["george", "jane"]),
        ("failed_attemptsLT_OR_EQUALS_FIELDlongitude", []),
    ],
)
def test_numbers_are_compared_as_numbers(text: str, names: list[str], find: Find) -> None:
    assert find(text) == names


@every(
    ("text", "names"),
    [
        ("failed_attempts=NOT_A_NUMBER", []),
        ("failed_attempts==9", []),
        ("failed_attempts=1e1", []),
        ("failed_attempts!=three", []),
        ("failed_attempts>x", []),
        ("failed_attemptsIN9,three", ["jane"]),
        ("failed_attemptsINtwo,three", []),
        ("failed_attemptsNOT INtwo,three", []),
        ("failed_attemptsBETWEEN1@x", []),
        ("last_login_time>yesterday", []),
        ("last_login_time!=2018-02-30", []),
        ("last_login_timeONToday", []),
        ("last_name==Warren", []),
        ("last_name=Warren^failed_attempts=three", []),
        ("last_name=Warren^ORfailed_attempts=three", ["george"]),
        ("failed_attempts=three^NQlast_name=Warren", ["george"]),
    ],
)
def test_a_bad_value_finds_nothing_and_never_widens(
    text: str, names: list[str], find: Find
) -> None:
    # CON-013
    assert find(text) == names


@every(
    ("text", "names"),
    [
        ("vip=true", ["george"]),
        ("vip=1", ["george"]),
        ("vip!=true", ["jane", "dora"]),
        ("vip=false", ["jane"]),
        ("vipINfalse", ["jane"]),
        ("vipIN1,false", ["george", "jane"]),
        ("vipNOT INfalse", ["george", "dora"]),
        ("vip>false", ["george"]),
        ("vip<=true", ["george", "jane"]),
        ("vipISEMPTY", ["dora"]),
    ],
)
def test_flags_may_be_empty(text: str, names: list[str], find: Find) -> None:
    assert find(text) == names


@every(
    ("text", "names"),
    [
        ("123TEXTQUERY321=WARREN", ["george", "dora"]),
        ("123TEXTQUERY321=warren diego", ["george"]),
        ('GOTO123TEXTQUERY321="jane contact"', ["jane"]),
        ('123TEXTQUERY321="contact jane"', []),
        ("123TEXTQUERY321=warren^city=", ["dora"]),
        # Neither an id nor what the platform keeps is a text that people write.
        (f"123TEXTQUERY321={ACCOUNT}", []),
        ("123TEXTQUERY321=customer_contact", []),
        ("RLQUERYsn_customerservice_case.contact,>=1^ENDRLQUERY", ["george", "jane"]),
        ("RLQUERYsn_customerservice_case.contact,>=2^ENDRLQUERY", ["george"]),
        ("RLQUERYsn_customerservice_case.contact,=1^ENDRLQUERY", ["jane"]),
        ("RLQUERYsn_customerservice_case.contact,=0^ENDRLQUERY", ["dora"]),
        ("RLQUERYsn_customerservice_case.contact,<2^ENDRLQUERY^ORDERBYname", ["dora", "jane"]),
        ("RLQUERYsn_customerservice_case.contact,>=1,state=open^ENDRLQUERY", ["george"]),
        (
            "RLQUERYsn_customerservice_case.contact,>=1,state=open^ORstate=new^active=true^ENDRLQUERY",
            ["george", "jane"],
        ),
        ("RLQUERYtask.opened_by,>=1^ENDRLQUERY", []),
        (
            "name=dora warren^NQRLQUERYsn_customerservice_case.contact,<2^ENDRLQUERY^managerISNOTEMPTY",
            ["jane", "dora"],
        ),
        ("sys_class_nameINSTANCEOFsys_user", []),
        ("managerDYNAMIC90d1921e5f510100a9ad2572f2b477fe", []),
        ("sys_idISNOTEMPTY^managerISNOTEMPTY", ["jane"]),
    ],
)
def test_a_record_is_asked_about_as_a_whole(text: str, names: list[str], find: Find) -> None:
    assert find(text) == names


@every(
    ("text", "names"),
    [
        (f"account={ACCOUNT}", ["george", "jane"]),
        (f"account!={ACCOUNT}", ["dora"]),
        (f"company!={COMPANY}", ["george", "dora"]),
        (f"companyIN{COMPANY},x", ["jane"]),
        ("accountISEMPTY", ["dora"]),
        ("accountSTARTSWITHBOX", ["george", "jane"]),
        ("accountLIKEoxe", ["george", "jane"]),
        ("accountNOT LIKEoxe", ["dora"]),
        ("accountENDSWITHeo", ["george", "jane"]),
        ("account=Boxeo", []),
        ("companyBETWEENa@b", ["jane"]),
        ("accountSAMEAScompany", ["george", "dora"]),
        ("accountNSAMEAScompany", ["jane"]),
        ("account.name=boxeo", ["george", "jane"]),
        ("account.name!=boxeo", ["dora"]),
        ("company.name=acme", ["jane"]),
        # An account is a company too.
        ("company.nameSTARTSWITHbox", ["george"]),
        ("company.city=ORLANDO", ["jane"]),
        (f"company.sys_id={COMPANY}", ["jane"]),
        ("company.nameISEMPTY", ["dora"]),
        ("account.name=nothing^ORaccount.nameISEMPTY", ["dora"]),
        ("account.nameLIKEoxe^ORaccount.nameLIKEx^ORname=dora warren", ["george", "jane", "dora"]),
        ("company.nameISNOTEMPTY^ORemail=nobody", ["george", "jane"]),
        ("account.nameNOT LIKEoxe^ORcompany.name=acme", ["jane", "dora"]),
        ("account.parent.nameISEMPTY", ["george", "jane", "dora"]),
        # And a contact is a user.
        ("manager.name=George Warren", ["jane"]),
        ("managerLIKEwarren", ["jane"]),
        ("manager=javascript:gs.getUserID()", []),
        ("sys_id=javascript:gs.getUserID()", ["jane"]),
        ("user_name=javascript:gs.getUserName()", ["jane"]),
    ],
)
def test_references_are_compared_by_id_and_by_name(text: str, names: list[str], find: Find) -> None:
    assert find(text) == names


@every(
    ("text", "names"),
    [
        (f"sys_id={JANE}", ["jane"]),
        (f"sys_id={JANE.upper()}", ["jane"]),
        (f"sys_id!={JANE}", ["george", "dora"]),
        (f"sys_idIN{JANE},{DORA},x", ["jane", "dora"]),
        (f"sys_idNOT IN{JANE},{DORA}", ["george"]),
        (f"sys_idSTARTSWITH{JANE[:5]}", ["jane"]),
    ],
)
def test_records_are_found_by_their_id(text: str, names: list[str], find: Find) -> None:
    assert find(text) == names


@every(
    ("text", "names"),
    [
        ("sys_created_on>2018-03-10", ["george", "jane"]),
        ("sys_created_on>2018-03-10 21:00:00", ["jane"]),
        ("sys_created_on>=2018-03-10 21:00:00", ["george", "jane"]),
        ("sys_created_on<2018-03-10", ["dora"]),
        ("sys_created_on=2018-03-11", ["jane"]),
        ("sys_created_on!=2018-03-11", ["george", "dora"]),
        ("sys_created_onIN2018-03-11,2018-02-23 12:00:00", ["jane", "dora"]),
        ("sys_created_onSTARTSWITH2018-03", ["george", "jane"]),
        ("sys_created_onBETWEEN2018-02-01@2018-03-01", ["dora"]),
        ("sys_created_onON2018-03-10", ["george"]),
        ("sys_created_onNOTON2018-03-10", ["jane", "dora"]),
        ("sys_updated_onNOTON2018-03-10", ["george", "jane"]),
        (
            "sys_created_onONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()",
            ["george"],
        ),
        ("sys_created_on>javascript:gs.daysAgoEnd(0)", ["jane"]),
        ("sys_created_on<javascript:gs.daysAgo(1)", ["dora"]),
        ("sys_created_on<javascript:gs.hoursAgo(0)", ["george", "dora"]),
        ("last_login=2018-03-10", ["george"]),
        ("last_login>2018-03-10", ["jane"]),
        ("last_login>2018-03-10 12:00:00", ["jane"]),
        ("last_login<=javascript:gs.now()", ["george"]),
        ("last_loginON2018-03-11", ["jane"]),
        ("last_loginISEMPTY", ["dora"]),
        ("sys_created_onGT_FIELDlast_login", ["george"]),
        ("sys_created_onGT_OR_EQUALS_FIELDlast_login", ["george", "jane"]),
        ("sys_updated_onSAMEASsys_created_on", ["jane"]),
        ("sys_updated_onSAMEASsys_created_on@month", ["george", "jane"]),
        ("sys_updated_onNSAMEASsys_created_on@week", ["george", "dora"]),
    ],
)
def test_dates_are_points_in_time(text: str, names: list[str], find: Find) -> None:
    assert find(text) == names


@pytest.mark.parametrize("text", ["sys_idSTARTSWITHddce", "sys_idLIKE3EE41", "sys_idENDSWITHee417"])
def test_a_piece_of_an_id_is_found_in_either_spelling(text: str) -> None:
    record = {**CONTACTS[0], "sys_id": GEORGE.upper()}

    with closing(filled((record, CONTACTS[1]))) as database:
        assert found(database, text) == [GEORGE.upper()]


def test_a_date_behind_a_reference_is_a_midnight_as_well() -> None:
    table = all_tables()["sn_customerservice_case"]
    query = queries.parse("contact.last_login=2018-03-10", table, all_tables())
    sql = query_sql.compile(query, table, all_tables(), CONTEXT)
    cases = tuple({"sys_id": contact[::-1], "contact": contact} for contact in (GEORGE, JANE))

    with closing(filled(CONTACTS, sn_customerservice_case=cases)) as database:
        text = f'SELECT t.sys_id FROM "{table.name}" AS t WHERE {sql.where}'
        rows = database.execute(text, sql.parameters).fetchall()

    assert rows == [(GEORGE[::-1],)]


@every(
    ("text", "names"),
    [
        ("GT@hour@ago@1", ["george", "jane"]),
        ("GT@minute@ago@48", ["jane"]),
        ("LT@dayofweek@ago@3", ["dora"]),
        ("LT@hour@ahead@2", ["george", "dora"]),
        ("LT@hour@ahead@3", ["george", "jane", "dora"]),
        ("LE@year@ago@999999", []),
        ("GE@month@ago@1", ["george", "jane", "dora"]),
        ("EE@dayofweek@ahead@1", ["jane"]),
        ("EE@week@ago@2", ["dora"]),
    ],
)
def test_relative_times_are_counted_from_now(text: str, names: list[str], find: Find) -> None:
    assert find(f"sys_created_onRELATIVE{text}") == names


@every(
    ("text", "names"),
    [
        ("sys_created_onMORETHANsys_updated_on@day@before@3", ["george"]),
        ("sys_created_onMORETHANsys_updated_on@day@before@4", []),
        ("sys_created_onLESSTHANsys_updated_on@day@before@4", ["george", "jane"]),
        ("sys_created_onLESSTHANsys_updated_on@day@before@3", ["jane"]),
        ("sys_created_onLESSTHANsys_updated_on@week@after@1", ["jane"]),
        ("sys_updated_onMORETHANsys_created_on@hour@after@83", ["george"]),
        ("sys_updated_onMORETHANsys_created_on@hour@after@84", []),
        ("sys_updated_onLESSTHANsys_created_on@hour@after@84", ["george", "jane"]),
        ("sys_updated_onMORETHANsys_created_on@day@before or after@3", ["george"]),
        ("sys_created_onMORETHANsys_updated_on@day@before or after@3", ["george"]),
        ("sys_created_onLESSTHANsys_updated_on@quarter@before or after@1", ["george", "jane"]),
        ("sys_created_onMORETHANsys_updated_on@year@before@999999", []),
    ],
)
def test_the_distance_of_two_dates_is_compared(text: str, names: list[str], find: Find) -> None:
    assert find(text) == names


@every(
    ("unit", "exact"),
    [
        ("minute", "2018-03-10 21:02:00"),
        ("hour", "2018-03-10 23:00:00"),
        ("day", "2018-03-12 21:00:00"),
        ("week", "2018-03-24 21:00:00"),
        ("month", "2018-05-10 21:00:00"),
        ("quarter", "2018-09-10 21:00:00"),
        ("year", "2020-03-10 21:00:00"),
    ],
)
def test_a_distance_of_each_unit_is_exact_to_the_second(unit: str, exact: str) -> None:
    text = f"sys_updated_onMORETHANsys_created_on@{unit}@after@2"
    for seconds, expected in ((0, []), (1, [GEORGE])):
        later = datetime.fromisoformat(exact) + timedelta(seconds=seconds)
        with closing(filled(({**CONTACTS[0], "sys_updated_on": f"{later}"},))) as database:
            assert found(database, text) == expected


@every(
    ("part", "names"),
    [
        ("'dayofweek','saturday','EE'", ["george"]),
        ("'dayofweek','sunday','GT'", ["george", "dora"]),
        ("'dayofweek','friday','LT'", ["jane"]),
        ("'month','feb','EE'", ["dora"]),
        ("'month','february','GT'", ["george", "jane"]),
        ("'quarter','1','EE'", ["george", "jane", "dora"]),
        ("'year','2017','LE'", []),
        # 2018 began on a Monday, so 10 March is in week 9 and 11 March begins week 10.
        ("'week','9','EE'", ["george"]),
        ("'week','10','GE'", ["jane"]),
        ("'hour','12','LE'", ["jane", "dora"]),
    ],
)
def test_dates_are_found_by_a_part_of_them(part: str, names: list[str], find: Find) -> None:
    assert find(f"sys_created_onDATEPARTlabel@javascript:gs.datePart({part})") == names


@every(
    ("text", "names"),
    [
        ("first_name=George^last_name=Warren", ["george"]),
        ("first_name=George^last_name=Contact", []),
        ("first_name=George^ORfirst_name=Jane", ["george", "jane"]),
        # CON-010: or binds tighter than and.
        ("first_name=George^ORfirst_name=Jane^last_name=Contact", ["jane"]),
        ("last_name=Contact^first_name=George^ORfirst_name=Jane", ["jane"]),
        ("first_name=George^vip=true^NQfirst_name=Jane", ["george", "jane"]),
        ("first_name=George^bogus=1", ["george"]),
    ],
)
def test_terms_are_joined(text: str, names: list[str], find: Find) -> None:
    assert find(text) == names


@every(
    ("text", "names"),
    [
        ("ORDERBYname", ["dora", "george", "jane"]),
        ("ORDERBYDESCname", ["jane", "george", "dora"]),
        ("ORDERBYcity", ["dora", "jane", "george"]),
        ("ORDERBYlast_name", ["dora", "jane", "george"]),
        ("ORDERBYfailed_attempts", ["dora", "jane", "george"]),
        ("ORDERBYDESCfailed_attempts", ["george", "jane", "dora"]),
        ("ORDERBYlongitude", ["dora", "george", "jane"]),
        ("ORDERBYsys_created_on", ["dora", "george", "jane"]),
        ("ORDERBYcompany", ["dora", "jane", "george"]),
        ("ORDERBYDESCcompany.city", ["george", "jane", "dora"]),
        ("ORDERBYaccount^ORDERBYfirst_name", ["dora", "george", "jane"]),
        ("ORDERBYaccount", ["dora", "george", "jane"]),
        ("ORDERBYDESCu_rank", ["george", "jane", "dora"]),
        ("cityISNOTEMPTY^ORDERBYcity", ["jane", "george"]),
    ],
)
def test_a_list_is_sorted(text: str, names: list[str], find: Find) -> None:
    assert find(text) == names


def test_the_condition_can_be_used_without_the_order(database: sqlite3.Connection) -> None:
    sql = compiled("cityLIKEsan^ORDERBYcity")

    count = database.execute(
        f'SELECT count(*) FROM "customer_contact" AS t WHERE {sql.where}', sql.where_parameters
    ).fetchone()
    assert count == (1,)


def test_the_time_of_another_zone_is_the_same_time() -> None:
    zone = datetime.fromisoformat("2018-03-11T06:48:11+09:00")
    table = all_tables()["customer_contact"]
    query = queries.parse("sys_created_on<javascript:gs.nowDateTime()", table, all_tables())

    sql = query_sql.compile(query, table, all_tables(), Context("", "", zone))

    assert sql.parameters == ('$."sys_created_on"', "2018-03-10 21:48:11")


@pytest.mark.parametrize(
    ("prefix", "inside", "outside"),
    [
        ("ge", "ge\U0010ffff", "gf"),
        ("\ud7ff", "\ud7ffz", "\ue000"),
        ("a\U0010ffff", "a\U0010ffffz", "b"),
        ("\U0010ffff", "\U0010ffffa", "\ue000"),
    ],
)
def test_a_prefix_is_a_range(prefix: str, inside: str, outside: str) -> None:
    database = filled(
        ({"sys_id": "in", "name": inside}, {"sys_id": "out", "name": outside}),
    )

    assert found(database, f"nameSTARTSWITH{prefix}") == ["in"]
    database.close()


@every(
    ("text", "step"),
    [
        (f"sys_id={JANE}", "SEARCH t USING INDEX sqlite_autoindex_customer_contact_1 (sys_id=?)"),
        (
            f"sys_idIN{JANE},x",
            "SEARCH t USING INDEX sqlite_autoindex_customer_contact_1 (sys_id=?)",
        ),
        ("email=x", "SEARCH t USING INDEX customer_contact-email (k_email=?)"),
        ("emailINx,y", "SEARCH t USING INDEX customer_contact-email (k_email=?)"),
        ("phone=x^ORmobile_phone=x", "SEARCH t USING INDEX customer_contact-phone (k_phone=?)"),
        (
            f"account={ACCOUNT}^ORDERBYname",
            "SEARCH t USING INDEX customer_contact-account-name (k_account=?)",
        ),
        (
            f"account={ACCOUNT}^nameSTARTSWITHGeo^ORDERBYname",
            "SEARCH t USING INDEX customer_contact-account-name"
            " (k_account=? AND k_name>? AND k_name<?)",
        ),
        (
            "nameSTARTSWITHGeo^ORDERBYname",
            "SEARCH t USING INDEX customer_contact-name (k_name>? AND k_name<?)",
        ),
        ("ORDERBYname", "SCAN t USING INDEX customer_contact-name"),
        ("cityLIKEsan^ORDERBYname", "SCAN t USING INDEX customer_contact-name"),
    ],
)
def test_an_index_answers(text: str, step: str, plan: Find) -> None:
    steps = plan(text)

    assert step in steps
    assert [step for step in steps if "TEMP B-TREE" in step and "ORDERBY" in text] == []


@pytest.mark.parametrize("count", [1, 40])
def test_records_behind_a_reference_are_looked_at_once_however_many_terms(
    count: int, plan: Find
) -> None:
    text = "^OR".join(f"company.name=Acme{number}" for number in range(count))

    steps = plan(text)

    assert [step for step in steps if "CORRELATED" in step and "LIST" not in step] == []
    # One for each of the tables that a company may stand in, and one more for whether it is there.
    assert sum("LIST SUBQUERY" in step for step in steps) <= 4


@every("join", ["^", "^OR", "^NQ"])
@every(
    "term",
    ["cityLIKEsan", "manager.nameLIKEwarren", "sys_created_onRELATIVEGT@day@ago@1", "cityINa,b"],
)
def test_the_longest_query_is_run(term: str, join: str, database: sqlite3.Connection) -> None:
    count = queries.MAX_FAR if term.startswith("manager") else queries.MAX_TERMS

    found(database, join.join([term] * count) + "^ORDERBYmanager.name")


def test_a_long_list_of_values_is_one_parameter(find: Find) -> None:
    values = ",".join(str(number) for number in range(100_000))

    assert find(f"first_nameIN{values},Jane") == ["jane"]


@every(
    "text",
    [
        'city=\'; DROP TABLE "customer_contact"; --',
        "cityLIKE'; DROP TABLE",
        "u_rank') OR 1=1 --=DROP TABLE",
        "citySAMEASstate'; DROP TABLE",
        "sys_created_onSAMEASsys_updated_on@day'; DROP TABLE",
        "sys_created_onMORETHANsys_updated_on@day@before@3'; DROP TABLE",
        "cityIN'; DROP TABLE,\"",
        "ORDERBYcity; DROP TABLE",
        'ORDERBYDESCname"; DROP TABLE',
        "name=javascript:DROP TABLE",
    ],
)
def test_no_text_of_a_query_is_sql(text: str, find: Find) -> None:
    sql = compiled(f"{text}^ORDERBYname^{text}")

    assert "DROP" not in sql.where + sql.order_by
    find(f"{text}^ORDERBYname^{text}")
    assert find("") == ["george", "jane", "dora"]


def test_custom_names_are_parameters_too() -> None:
    table = all_tables()["customer_contact"]
    hostile = 'u_x"); DROP TABLE'
    query = queries.parse(f"{hostile}=1^ORDERBY{hostile}", table, all_tables(), (hostile, "u_x"))

    sql = query_sql.compile(query, table, all_tables(), CONTEXT)

    assert (sql.where, sql.order_by) == ("1", "")
    assert query.dropped == (f"{hostile}=1", f"ORDERBY{hostile}")
    assert "u_rank" not in compiled("u_rank=1^ORDERBYu_rank").where


_FIELDS = st.sampled_from(
    [
        "name",
        "city",
        "vip",
        "failed_attempts",
        "sys_created_on",
        "last_login",
        "account",
        "sys_id",
        "company.name",
        "manager.manager",
        "u_rank",
        "bogus",
    ]
)
_VALUES = st.one_of(
    st.text(max_size=4),
    st.sampled_from(
        [
            "1",
            "-2.5",
            "2018-03-10",
            "true",
            "a@b",
            "1@2",
            "2018-01-01@2018-03-10 00:00:00",
            "city",
            "javascript:gs.daysAgo(999999)",
            "javascript:gs.endOfNextYear()",
            "@year@ahead@999999",
            "sys_updated_on@month@before@999999",
            "x@javascript:gs.datePart('week','1','EE')",
        ]
    ),
)
_TERMS = st.builds(
    "{}{}{}".format, _FIELDS, st.sampled_from([operator.value for operator in Operator]), _VALUES
)
_ORDERS = st.builds("{}{}".format, st.sampled_from(["ORDERBY", "ORDERBYDESC"]), _FIELDS)
_PARTS = st.one_of(_TERMS, _ORDERS, st.text(max_size=8))


@given(st.lists(st.tuples(st.sampled_from(["^", "^OR", "^NQ"]), _PARTS), max_size=6))
@settings(deadline=None)
@example([("^", "name=\ud800"), ("^", "city*\x00")])
def test_every_query_runs(database: sqlite3.Connection, parts: list[tuple[str, str]]) -> None:
    sys_ids = found(database, "".join(join + part for join, part in parts))

    assert len(sys_ids) == len(set(sys_ids)) <= len(CONTACTS)


# The common operators once more, as plain Python over text that knows no case. The letters fold in
# all the ways there are: to another, to two, and not at all.
_MODEL: dict[str, Callable[[str, str], bool]] = {
    "=": lambda field, value: field == value,
    "!=": lambda field, value: field != value,
    "STARTSWITH": lambda field, value: field.startswith(value),
    "ENDSWITH": lambda field, value: field.endswith(value),
    "LIKE": lambda field, value: value in field,
    "NOT LIKE": lambda field, value: value not in field,
    "IN": lambda field, value: field in value.split(","),
    "NOT IN": lambda field, value: field not in value.split(","),
    "ISEMPTY": lambda field, _: not field,
    "ISNOTEMPTY": lambda field, _: bool(field),
    "<=": lambda field, value: bool(field) and field <= value,
    ">=": lambda field, value: bool(field) and field >= value,
    "<": lambda field, value: bool(field) and field < value,
    ">": lambda field, value: field > value,
}
_TEXTS = st.text(alphabet="aAbß%_, \U0010ffff\ud7ff", max_size=3)
_MODEL_FIELDS = ("name", "email", "city", "title")
_RECORDS = st.lists(
    st.fixed_dictionaries(dict.fromkeys(_MODEL_FIELDS, _TEXTS)), min_size=12, max_size=30
)
_MODEL_TERMS = st.tuples(
    st.sampled_from(["^", "^OR", "^NQ"]),
    st.sampled_from(_MODEL_FIELDS),
    st.sampled_from(sorted(_MODEL)),
    _TEXTS,
)


def expected(records: tuple[Record, ...], terms: list[tuple[str, str, str, str]]) -> list[str]:
    """The ids that a query of these terms finds, by the rules and not by SQL."""
    groups: list[list[list[tuple[str, str, str]]]] = [[]]
    for join, *term in terms:
        if join == "^NQ":
            groups.append([])
        if join != "^OR" or not groups[-1]:
            groups[-1].append([])
        groups[-1][-1].append((term[0], term[1], term[2]))
    return [
        record["sys_id"]
        for record in records
        if any(
            group
            and all(
                any(
                    _MODEL[operator](record[name].casefold(), value.casefold())
                    for name, operator, value in conjunct
                )
                for conjunct in group
            )
            for group in groups
        )
    ]


# Each example fills a database of its own, which takes its time on a busy machine.
@settings(deadline=None)
@given(_RECORDS, st.lists(_MODEL_TERMS, min_size=1, max_size=5))
def test_queries_find_what_plain_python_finds(
    made: list[dict[str, str]], terms: list[tuple[str, str, str, str]]
) -> None:
    records = tuple({"sys_id": f"{index:032x}", **record} for index, record in enumerate(made))
    database = filled(records)
    text = "".join(f"{join}{name}{operator}{value}" for join, name, operator, value in terms)

    assert found(database, text) == expected(records, terms)
    database.close()
