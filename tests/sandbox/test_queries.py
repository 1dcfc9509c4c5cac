"""Encoded queries as values: what is read from a text, and what is dropped."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccaas_kit.contract import documents, layout
from ccaas_kit.sandbox.query import dates, operators, queries
from ccaas_kit.sandbox.query.dates import Comparison, DatePart, Direction, Part, Span, Unit
from ccaas_kit.sandbox.query.operators import Operator
from ccaas_kit.sandbox.query.queries import QueryTooLongError
from ccaas_kit.sandbox.query.terms import Distance, Operand, Other, Query, Unfit
from ccaas_kit.sandbox.query.values import Edge, Time, User
from ccaas_kit.sandbox.storage import tables
from ccaas_kit.sandbox.storage.tables import Field, Kind, Tables
from tests.looping import every

ACCOUNT = "86837a386f0331003b3c498f5d3ee4ca"


@cache
def all_tables() -> Tables:
    return tables.load(documents.load(layout.BUNDLES / "all.yaml"))


def read(text: str, *, custom: tuple[str, ...] = ()) -> Query:
    return queries.parse(text, all_tables()["customer_contact"], all_tables(), custom)


def shape(query: Query) -> list[list[list[str]]]:
    """The groups, their conjuncts and the names of the fields in these."""
    return [
        [[".".join(field.name for field in term.path) for term in terms] for terms in group]
        for group in query.groups
    ]


def only(text: str) -> tuple[str, Operator, Operand]:
    """The path, operator and operand of a query of one term."""
    query = read(text)
    assert query.dropped == ()
    (((term,),),) = query.groups
    return ".".join(field.name for field in term.path), term.operator, term.operand


def field(name: str) -> Field:
    return all_tables()["customer_contact"].fields[name]


def test_an_empty_query_asks_for_everything() -> None:
    assert read("") == Query(groups=(), order=(), dropped=())


@every(
    ("text", "groups"),
    [
        ("city=a^state=b", [[["city"], ["state"]]]),
        ("city=a^ORstate=b", [[["city", "state"]]]),
        ("city=a^ORstate=b^zip=c", [[["city", "state"], ["zip"]]]),
        ("city=a^state=b^ORzip=c", [[["city"], ["state", "zip"]]]),
        ("city=a^state=b^NQzip=c", [[["city"], ["state"]], [["zip"]]]),
        ("city=a^NQstate=b^ORzip=c", [[["city"]], [["state", "zip"]]]),
        ("^city=a", [[["city"]]]),
        ("^ORcity=a", [[["city"]]]),
        ("city=a^NQ", [[["city"]]]),
        ("city=a^EQ", [[["city"]]]),
        ("city=a^GROUPBYstate^EQ", [[["city"]]]),
    ],
)
def test_terms_are_joined(text: str, groups: list[list[list[str]]]) -> None:
    query = read(text)

    assert shape(query) == groups
    assert query.dropped == ()


@every("operator", sorted({"%", "*", "!*", "NOTLIKE", "CONTAINS", "DOES NOT CONTAIN"}))
def test_operators_have_other_spellings(operator: str) -> None:
    expected = {
        "%": Operator.ENDS_WITH,
        "*": Operator.CONTAINS,
        "CONTAINS": Operator.CONTAINS,
        "!*": Operator.NOT_CONTAINS,
        "NOTLIKE": Operator.NOT_CONTAINS,
        "DOES NOT CONTAIN": Operator.NOT_CONTAINS,
    }

    assert only(f"last_name{operator}arre") == ("last_name", expected[operator], ("arre",))


def test_the_dynamic_filter_me_is_whoever_asks() -> None:
    me = "accountDYNAMIC90d1921e5f510100a9ad2572f2b477fe"

    assert only(me)[1:] == (Operator.EQUALS, (User.SYS_ID,))


def test_a_class_stands_for_those_that_extend_it() -> None:
    expected = ("core_company", "customer_account")

    assert only("sys_class_nameINSTANCEOFcore_company")[1:] == (Operator.IN, expected)
    assert only("sys_class_nameINSTANCEOFnone")[2] == Unfit()


def test_a_term_with_goto_is_the_term() -> None:
    assert only("GOTOcity>=M") == only("city>=M")


@every(
    ("text", "dropped"),
    [
        ("RLQUERYnone.contact,>=1^ENDRLQUERY", "RLQUERYnone.contact,>=1"),
        ("RLQUERYincident.number,>=1^ENDRLQUERY", "RLQUERYincident.number,>=1"),
        ("RLQUERYincident.opened_by,>=1,m2m^ENDRLQUERY", "RLQUERYincident.opened_by,>=1,m2m"),
        (
            "RLQUERYsn_customerservice_case.account,>=1,a=1^b=2^ENDRLQUERY",
            "RLQUERYsn_customerservice_case.account,>=1,a=1^b=2",
        ),
        ("SUBQUERYsys_id,task,a=1^b=2^ENDSUBQUERY", "SUBQUERYsys_id,task,a=1^b=2"),
    ],
)
def test_what_stands_in_brackets_speaks_of_another_table(text: str, dropped: str) -> None:
    query = read(f"city=Orlando^{text}^zip=1")

    assert query.dropped == (dropped,)
    assert shape(query) == [[["city"], ["zip"]]]


def test_emptiness_has_other_spellings() -> None:
    assert only("cityEMPTY") == ("city", Operator.IS_EMPTY, ())
    assert only("cityNOTEMPTY") == ("city", Operator.IS_NOT_EMPTY, ())


def test_two_carets_are_one_in_a_value() -> None:
    query = read("city=a^^b^zip=1^^^state=c")

    assert [conjunct[0].operand for conjunct in query.groups[0]] == [("a^b",), ("1^",), ("c",)]
    assert read("^^^").groups == ()


@pytest.mark.parametrize("sign", ["<", ">"])
def test_a_text_sorts_before_or_after_another(sign: str) -> None:
    assert only(f"sys_id{sign}5b") == ("sys_id", Operator(sign), ("5b",))


@every(
    ("text", "operator", "operand"),
    [
        ("city=Orlando", Operator.EQUALS, ("Orlando",)),
        ("city!=Orlando", Operator.NOT_EQUALS, ("Orlando",)),
        ("city==", Operator.EQUALS, ("=",)),
        ("city=a<b!=c", Operator.EQUALS, ("a<b!=c",)),
        ("city=", Operator.EQUALS, ("",)),
        ("citySTARTSWITHOr", Operator.STARTS_WITH, ("Or",)),
        ("cityENDSWITHdo", Operator.ENDS_WITH, ("do",)),
        ("cityLIKELIKE", Operator.CONTAINS, ("LIKE",)),
        ("cityNOT LIKEla", Operator.NOT_CONTAINS, ("la",)),
        ("cityINa,b,,INc", Operator.IN, ("a", "b", "", "INc")),
        ("cityNOT INa", Operator.NOT_IN, ("a",)),
        ("cityISEMPTY", Operator.IS_EMPTY, ()),
        ("cityISNOTEMPTY", Operator.IS_NOT_EMPTY, ()),
        ("cityEMPTYSTRING", Operator.EMPTY_STRING, ()),
        ("cityANYTHING", Operator.ANYTHING, ()),
        ("city<=M", Operator.LESS_OR_EQUALS, ("M",)),
        ("city>=M", Operator.GREATER_OR_EQUALS, ("M",)),
        ("cityBETWEENA@M", Operator.BETWEEN, ("A", "M")),
        ("last_login_time>2018-01-01", Operator.GREATER, ("2018-01-01",)),
        ("last_login_timeON2018-03-10", Operator.ON, ("2018-03-10",)),
        (
            "last_login_timeBETWEEN2018-01-01@2018-01-02 10:00:00",
            Operator.BETWEEN,
            ("2018-01-01", "2018-01-02 10:00:00"),
        ),
        ("failed_attempts<3", Operator.LESS, ("3",)),
        ("failed_attemptsIN1,two,3", Operator.IN, ("1", "3")),
        ("vip!=true", Operator.NOT_EQUALS, ("true",)),
        (f"account={ACCOUNT}", Operator.EQUALS, (ACCOUNT,)),
        ("company.name=Acme", Operator.EQUALS, ("Acme",)),
    ],
)
def test_a_term_is_a_field_an_operator_and_values(
    text: str, operator: Operator, operand: Operand
) -> None:
    assert only(text)[1:] == (operator, operand)


@every(
    ("operator", "name"),
    [
        (Operator.SAME_AS, "sys_created_on"),
        (Operator.NOT_SAME_AS, "sys_created_on"),
        (Operator.GREATER_THAN_FIELD, "sys_created_on"),
        (Operator.LESS_THAN_FIELD, "sys_created_on"),
        (Operator.GREATER_OR_EQUALS_FIELD, "sys_created_on"),
        (Operator.LESS_OR_EQUALS_FIELD, "sys_created_on"),
    ],
)
def test_two_fields_are_compared(operator: Operator, name: str) -> None:
    assert only(f"sys_updated_on{operator}{name}")[1:] == (operator, Other((field(name),)))


def test_two_dates_are_compared_by_a_part() -> None:
    expected = Other((field("sys_created_on"),), Part.DAY)

    assert only("sys_updated_onSAMEASsys_created_on@day")[2] == expected


def test_a_path_leads_through_references() -> None:
    query = read("account.name=Boxeo")

    (((term,),),) = query.groups
    assert [(step.name, step.kind) for step in term.path] == [
        ("account", Kind.REFERENCE),
        ("name", Kind.STRING),
    ]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("RELATIVEGT@dayofweek@ago@3", Span(Unit.DAY, Direction.AGO, 3)),
        ("RELATIVELT@hour@ahead@2", Span(Unit.HOUR, Direction.AHEAD, 2)),
        ("RELATIVEGE@quarter@ago@0", Span(Unit.QUARTER, Direction.AGO, 0)),
    ],
)
def test_relative_operators_take_a_span(text: str, span: Span) -> None:
    assert only(f"sys_created_on{text}")[2] == span


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("before", Direction.BEFORE),
        ("after", Direction.AFTER),
        ("before or after", Direction.EITHER),
    ],
)
def test_a_distance_is_counted_from_another_field(text: str, direction: Direction) -> None:
    expected = Distance((field("sys_updated_on"),), Span(Unit.DAY, direction, 3))

    assert only(f"sys_created_onMORETHANsys_updated_on@day@{text}@3")[2] == expected


@every(
    ("text", "part"),
    [
        ("'dayofweek','monday','EE'", DatePart(Part.WEEKDAY, Comparison.AT, 1)),
        ('"dayofweek","sunday","GE"', DatePart(Part.WEEKDAY, Comparison.AT_OR_AFTER, 0)),
        ("'month', 'june', 'LT'", DatePart(Part.MONTH, Comparison.BEFORE, 6)),
        ("'month','sep','EE'", DatePart(Part.MONTH, Comparison.AT, 9)),
        ("'quarter','1','GT'", DatePart(Part.QUARTER, Comparison.AFTER, 1)),
        ("'year','2016','LE'", DatePart(Part.YEAR, Comparison.AT_OR_BEFORE, 2016)),
        ("'hour','12','EE'", DatePart(Part.HOUR, Comparison.AT, 12)),
    ],
)
def test_a_part_of_a_date_is_compared(text: str, part: DatePart) -> None:
    assert only(f"sys_created_onDATEPARTlabel@javascript:gs.datePart({text})")[2] == part


@every(
    ("script", "value"),
    [
        ("gs.getUserID()", User.SYS_ID),
        ("gs.getUserName()", User.NAME),
        ("gs.now()", Time(Unit.DAY, 0, Edge.DATE)),
        ("gs.nowDateTime()", Time(Unit.DAY, 0, Edge.EXACT)),
        ("gs.daysAgo(3)", Time(Unit.DAY, -3, Edge.EXACT)),
        ("gs.daysAgo(-3)", Time(Unit.DAY, 3, Edge.EXACT)),
        ("gs.daysAgoStart('7')", Time(Unit.DAY, -7, Edge.START)),
        ('gs.minutesAgo( "15" )', Time(Unit.MINUTE, -15, Edge.EXACT)),
        ("gs.daysAgoStart( 1 );", Time(Unit.DAY, -1, Edge.START)),
        ("gs.monthsAgoEnd(2)", Time(Unit.MONTH, -2, Edge.END)),
        ("gs.beginningOfToday()", Time(Unit.DAY, 0, Edge.START)),
        ("gs.endOfYesterday()", Time(Unit.DAY, -1, Edge.END)),
        ("gs.beginningOfLastWeek()", Time(Unit.WEEK, -1, Edge.START)),
        ("gs.endOfNextYear()", Time(Unit.YEAR, 1, Edge.END)),
        ("gs.beginningOfLast7Days()", Time(Unit.DAY, -7, Edge.START)),
        ("gs.dateGenerate('2018-03-10','start')", "2018-03-10 00:00:00"),
        ("gs.dateGenerate('2018-03-10', '12:30:00')", "2018-03-10 12:30:00"),
    ],
)
def test_a_script_stands_for_a_value(script: str, value: object) -> None:
    assert only(f"sys_updated_by=javascript:{script}")[2] == (value,)


@pytest.mark.parametrize("label", ["", "Today"])
def test_on_takes_a_range_behind_a_label(label: str) -> None:
    day = "javascript:gs.beginningOfToday()@javascript:gs.endOfToday()"

    assert only(f"sys_created_onON{label}@{day}")[2] == (
        Time(Unit.DAY, 0, Edge.START),
        Time(Unit.DAY, 0, Edge.END),
    )


@every(
    "text",
    [
        "caller_id=javascript:gs.getUserID()",
        "name",
        "=George",
        "nameEQUALSGeorge",
        "nameDYNAMICa",
        "accountDYNAMICd6435e965f510100a9ad2572f2b47744",
        "accountINSTANCEOFtask",
        "123TEXTQUERY321=",
        "123TEXTINDEXGROUP321=portal",
        "GOTObogus>=1",
        "SUBQUERYsys_id,incident,active=true",
        "RLQUERYsn_customerservice_case.contact,>=1",
        "RLQUERYsys_id.contact,>=1",
        "nameGT_FIELDcity",
        *(
            f"{name}{operation}"
            for name in ("name", "failed_attempts", "account", "vip")
            for operation in (
                "ON2018-03-10",
                "NOTON2018-03-10",
                "RELATIVEGT@day@ago@3",
                "MORETHANsys_created_on@day@before@3",
                "LESSTHANsys_created_on@day@before@3",
                "DATEPARTMonday@javascript:gs.datePart('dayofweek','monday','EE')",
            )
        ),
        "vipLIKEtrue",
        "last_login_timeBETWEEN2018-03-10",
        "last_login_timeON2018-03-10@2018-03-11",
        "last_login_timeRELATIVEGT@fortnight@ago@3",
        "last_login_timeRELATIVEGT@day@before@3",
        "last_login_timeRELATIVEGT@day@ago@many",
        "last_login_timeMORETHANlast_name@day@before@3",
        "last_login_timeMORETHANbogus@day@before@3",
        "last_login_timeMORETHANsys_created_on@day@ago@3",
        "last_login_timeDATEPARTMonday",
        "last_login_timeDATEPARTMonday@javascript:gs.datePart('dayofweek','moonday','EE')",
        "last_login_timeDATEPARTMonday@javascript:gs.datePart('decade','1','EE')",
        "last_login_timeSAMEASsys_created_on@decade",
        "failed_attemptsGT_FIELDsys_created_on",
        "nameSAMEASbogus",
        "cityBETWEENa@b@c",
        "name=javascript:alert(1)",
        "name=javascript:gs.sleep(1)",
        "name=javascript:gs.daysAgo(x)",
        "name=javascript:gs.dateGenerate(2018-03-10,'start')",
        "name=javascript:gs.dateGenerate('2018-03-10',start)",
        "managerIN_HIERARCHYa%40b",
        "company.bogus=Acme",
        "name.name=George",
        "company..name=Acme",
        "name=a\x00b",
        "name=\ud800",
        "ORDERBYbogus",
        "ORDERBYDESC",
        "u_shoe_size=43",
    ],
)
def test_a_part_without_meaning_is_dropped_and_the_rest_is_used(text: str) -> None:
    query = read(f"city=Orlando^{text}^zip=1")

    assert query.dropped == (text,)
    assert shape(query) == [[["city"], ["zip"]]]


@every(
    "text",
    [
        "last_login_time>yesterday",
        "last_login_time>2018-02-30",
        "last_login_time=2018-03-10 25:00:00",
        "last_login_timeBETWEEN2018-03-10@x",
        "last_login_timeONToday",
        "failed_attempts=three",
        "failed_attempts<",
        "failed_attempts=1e3",
        "failed_attempts=\u0663",
        "failed_attemptsINone,two",
        "failed_attempts=javascript:gs.now()",
        "failed_attempts=NOT_A_NUMBER",
        "failed_attempts!=three",
        "failed_attemptsNOT INone,two",
        "failed_attemptsBETWEEN1@x",
    ],
)
def test_a_bad_value_is_kept_as_one_that_no_field_has(text: str) -> None:
    query = read(text)

    (((term,),),) = query.groups
    assert term.operand == Unfit()
    assert query.dropped == ()


def test_an_or_term_after_a_dropped_one_stands_alone() -> None:
    query = read("city=Orlando^bogus=1^ORzip=1")

    assert shape(query) == [[["city"], ["zip"]]]


def test_a_group_of_which_nothing_is_left_asks_for_nothing() -> None:
    query = read("city=Orlando^NQbogus=1")

    assert shape(query) == [[["city"]]]
    assert query.dropped == ("bogus=1",)


def test_a_query_of_which_nothing_is_left_asks_for_everything() -> None:
    # CON-013
    assert read("bogus=1^nonsense") == Query(dropped=("bogus=1", "nonsense"))


def test_custom_fields_are_known_where_the_caller_names_them() -> None:
    query = read("u_shoe_sizeLIKE4^ORDERBYx_rank", custom=("u_shoe_size", "x_rank"))

    (((term,),),) = query.groups
    assert term.path == (Field("u_shoe_size", Kind.STRING),)
    assert [order.path for order in query.order] == [(Field("x_rank", Kind.STRING),)]
    assert query.dropped == ()


def test_the_longest_name_of_a_field_wins() -> None:
    query = read("u_aIN=5", custom=("u_a", "u_aIN"))

    assert shape(query) == [[["u_aIN"]]]


def test_a_list_is_ordered_by_several_fields() -> None:
    query = read("ORDERBYlast_name^ORDERBYDESCaccount.name^active=true")

    order = [
        (".".join(step.name for step in order.path), order.descending) for order in query.order
    ]
    assert order == [("last_name", False), ("account.name", True)]


def test_a_second_order_by_the_same_field_is_ignored() -> None:
    query = read("ORDERBYname^ORDERBYDESCname")

    assert [order.descending for order in query.order] == [False]
    assert query.dropped == ()


def test_as_many_terms_as_allowed_are_read() -> None:
    query = read("^OR".join(["name=x"] * 5000) + "^ORDERBYname")

    assert [len(conjunct) for conjunct in query.groups[0]] == [5000]


@pytest.mark.parametrize("join", ["^", "^OR", "^NQ"])
def test_more_terms_are_refused_with_their_number(join: str) -> None:
    with pytest.raises(QueryTooLongError) as refusal:
        read(join.join(["name=x"] * 5001))

    assert refusal.value.count == 5001


@pytest.mark.parametrize("term", ["company.name=x", "companyLIKEx"])
def test_more_terms_about_references_are_refused(term: str) -> None:
    read("^".join([term] * 500))
    with pytest.raises(QueryTooLongError) as refusal:
        read("^".join([term] * 501))

    assert refusal.value.count == 501


def test_as_many_fields_to_sort_by_as_terms_are_read() -> None:
    assert [order.path for order in read("^".join(["ORDERBYname"] * 500)).order] == [
        (field("name"),)
    ]
    with pytest.raises(QueryTooLongError):
        read("^".join(["ORDERBYname"] * 501))


def test_a_field_can_have_a_name_of_one_letter() -> None:
    assert shape(read("a=1", custom=("a",))) == [[["a"]]]


def test_more_fields_to_sort_by_are_refused() -> None:
    with pytest.raises(QueryTooLongError) as refusal:
        read("^".join(["ORDERBYname"] * 502))

    assert refusal.value.count == 502


def test_every_operator_is_allowed_for_some_kind() -> None:
    allowed = set().union(*operators.ALLOWED.values())

    assert allowed == set(Operator)
    assert set(operators.ALLOWED) == set(Kind)


@every(
    ("unit", "first", "last"),
    [
        (Unit.MINUTE, "2018-03-10 21:48:00", "2018-03-10 21:48:59"),
        (Unit.HOUR, "2018-03-10 21:00:00", "2018-03-10 21:59:59"),
        (Unit.DAY, "2018-03-10 00:00:00", "2018-03-10 23:59:59"),
        (Unit.WEEK, "2018-03-04 00:00:00", "2018-03-10 23:59:59"),
        (Unit.MONTH, "2018-03-01 00:00:00", "2018-03-31 23:59:59"),
        (Unit.QUARTER, "2018-01-01 00:00:00", "2018-03-31 23:59:59"),
        (Unit.YEAR, "2018-01-01 00:00:00", "2018-12-31 23:59:59"),
    ],
)
def test_a_unit_of_time_has_a_first_and_a_last_second(unit: Unit, first: str, last: str) -> None:
    point = dates.moment("2018-03-10 21:48:11")

    assert point is not None
    assert [dates.text_of(edge) for edge in dates.period(point, unit)] == [first, last]


@every(
    ("unit", "amount", "expected"),
    [
        (Unit.MONTH, -1, "2018-02-28 10:00:00"),
        (Unit.QUARTER, 1, "2018-06-30 10:00:00"),
        (Unit.YEAR, 2, "2020-03-31 10:00:00"),
        (Unit.YEAR, 999_999, "9999-12-31 23:59:59"),
        (Unit.MONTH, -999_999, "0001-01-01 00:00:00"),
        (Unit.WEEK, 999_999, "9999-12-31 23:59:59"),
    ],
)
def test_a_point_in_time_is_moved(unit: Unit, amount: int, expected: str) -> None:
    point = dates.moment("2018-03-31 10:00:00")

    assert point is not None
    assert dates.text_of(dates.shifted(point, unit, amount)) == expected


@given(st.text())
def test_any_text_is_a_query(text: str) -> None:
    query = read(text)

    in_brackets = {part for part in query.dropped if part.startswith(("RLQUERY", "SUBQUERY"))}
    assert set(query.dropped) - in_brackets <= {
        part.removeprefix(lead) for part in text.split("^") for lead in ("", "OR", "NQ")
    }
