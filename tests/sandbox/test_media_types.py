"""Which media types the sandbox reads from headers."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccaas_kit.sandbox.http import media_types
from tests.looping import every

# A loaded machine is slow now and then; the tests that care look at the clock themselves.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
JSON = "application/json"
XML = "application/xml"
BOTH = (JSON, XML)


@every("accept", [None, "", "  ", ",", " , ,"])
def test_missing_accept_gets_the_first_offer(accept: str | None) -> None:
    assert media_types.choose(accept, BOTH) == JSON


@every(
    ("accept", "chosen"),
    [
        ("application/json", JSON),
        ("application/xml", XML),
        ("APPLICATION/XML", XML),
        ("text/xml", XML),
        ("application/xml;charset=UTF-8", XML),
        ('application/xml; charset="utf-8"; q=0.5', XML),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/*;q=0.1", JSON),
        ("text/html, application/xml", XML),
        ("text/html,\tapplication/xml\t", XML),
    ],
)
def test_accept_names_what_it_gets(accept: str, chosen: str) -> None:
    assert media_types.choose(accept, BOTH) == chosen


@every(
    ("accept", "chosen"),
    [
        ("application/json;q=0.5, application/xml;q=0.6", XML),
        ("application/json;q=0.5, application/xml", XML),
        ("application/json; q=0.5, */*; q=0.6", XML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", XML),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", JSON),
        ("application/json, text/plain, */*", JSON),
        ("application/json;Q=0.5, application/xml;q=0.6", XML),
    ],
    ids=["both", "one", "rest", "browser", "Java", "axios", "capital"],
)
def test_higher_quality_wins(accept: str, chosen: str) -> None:
    assert media_types.choose(accept, BOTH) == chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("*/*, application/xml", XML),
        ("application/*, text/xml", XML),
        ("*/*, application/*;q=0.5, application/xml", XML),
    ],
)
def test_closer_description_wins_at_the_same_quality(accept: str, chosen: str) -> None:
    assert media_types.choose(accept, BOTH) == chosen


def test_earlier_name_wins_at_the_same_quality() -> None:
    assert media_types.choose("application/xml, application/json", BOTH) == XML


@every(
    ("accept", "chosen"),
    [
        ("application/json;q=0", None),
        ("application/json;q=0.000, */*", XML),
        ("application/json;q=0, text/xml;q=0, */*", None),
        ("application/*;q=0, application/json", JSON),
        ("*/*;q=0", None),
    ],
)
def test_quality_zero_is_a_refusal(accept: str, chosen: str | None) -> None:
    assert media_types.choose(accept, BOTH) == chosen


@every(
    "accept",
    ["text/html", "text/*", "json", "*", "*/json", "application/json-patch", "application/ld+json"],
)
def test_nothing_is_chosen_for_other_types(accept: str) -> None:
    assert media_types.choose(accept, BOTH) is None


@every(
    "accept",
    [
        "application/json;q=2",
        "application/json;q=-1",
        "application/json;q=nan",
        "application/json;q=inf",
        "application/json;q=",
        "application/json;q",
        "application json",
        "application//json",
        "application/json/xml",
        "<application/json>",
        "application/jsön",
        "\0",
    ],
)
def test_malformed_part_counts_for_nothing(accept: str) -> None:
    assert media_types.choose(accept, BOTH) is None
    assert media_types.choose(f"{accept}, application/xml;q=0.1", BOTH) == XML


def test_older_name_of_xml_is_unknown_where_xml_is_not_offered() -> None:
    assert media_types.choose("text/xml", [JSON]) is None


def test_older_name_of_xml_is_its_own_where_it_is_offered() -> None:
    assert media_types.choose("text/xml", [JSON, "text/xml", XML]) == "text/xml"


def test_nothing_is_chosen_where_nothing_is_offered() -> None:
    assert media_types.choose(None, []) is None
    assert media_types.choose("*/*", []) is None


@every(
    "accept",
    ["a" * 100_000, "a/b," * 25_000, ";" * 100_000, "a/b;q=" + "1" * 100_000, '"' * 100_000],
    ids=["name", "list", "parameters", "digits", "quotes"],
)
def test_longest_accept_is_judged_at_once(accept: str) -> None:
    began = time.thread_time()

    chosen = media_types.choose(accept, BOTH)

    assert chosen is None
    assert time.thread_time() - began < 0.1


def test_beginning_of_a_long_accept_counts() -> None:
    assert media_types.choose("application/xml," + "a/b," * 25_000, BOTH) == XML


def test_part_that_the_limit_cuts_does_not_count() -> None:
    start = ",".ljust(4096 - len("application/xml"), " ")

    assert media_types.choose(f"{start}application/xml", BOTH) == XML
    assert media_types.choose(f"{start}application/xmlrpc", BOTH) is None


@PATIENT
@given(st.text(max_size=200) | st.text(alphabet='*/;,=q01." apliction/jsxm', max_size=200))
def test_any_headers_get_a_response(header: str) -> None:
    assert media_types.choose(header, BOTH) in {JSON, XML, None}
    assert media_types.content_type(header, BOTH) in {JSON, XML, None}


@pytest.mark.parametrize("header", [None, "", " "])
def test_missing_content_type_means_the_first_accepted(header: str | None) -> None:
    assert media_types.content_type(header, BOTH) == JSON


@every(
    ("header", "found"),
    [
        ("application/json", JSON),
        ("Application/JSON", JSON),
        ("application/json; charset=utf-8", JSON),
        ("application/json;charset=UTF-8", JSON),
        ('application/json ; charset="utf-8"', JSON),
        ("application/json;charset=us-ascii", JSON),
        ("application/json;", JSON),
        ("application/json;profile=x", JSON),
        ("application/xml", XML),
        ("text/xml", XML),
        ("text/xml;charset=UTF-16", XML),
    ],
)
def test_content_type_of_a_body_is_known(header: str, found: str) -> None:
    assert media_types.content_type(header, BOTH) == found


@every(
    "header",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "json",
        "*/*",
        "application/json, application/xml",
        "application/vnd.api+json",
        "\0",
    ],
)
def test_other_content_types_are_unknown(header: str) -> None:
    assert media_types.content_type(header, BOTH) is None


@every(
    "header",
    [
        "application/json;charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-8; charset=latin1",
        "application/json;charset=",
        "application/xml; charset=iso-8859-1",
    ],
)
def test_body_in_another_charset_is_not_supported(header: str) -> None:
    assert media_types.content_type(header, BOTH) is None


def test_xml_is_unknown_where_only_json_is_accepted() -> None:
    assert media_types.content_type("text/xml", [JSON]) is None
    assert media_types.content_type("application/xml", [JSON]) is None


def test_response_header_is_written_as_instances_write_it() -> None:
    assert media_types.header_of(JSON) == "application/json;charset=UTF-8"
    assert media_types.header_of(XML) == "application/xml;charset=UTF-8"
