"""Reading what others have written: a value, or one error that says why there is none."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccaas_kit.contract.parsing import DEEPEST, UnreadableError, parse_json, parse_xml
from tests.looping import every


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def elements(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


@every(
    ("raw", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe\x00", "no text"),
        (nested(DEEPEST + 1), "nested deeper than 100"),
        (b"[" * 100_000, "nested deeper than 100"),
        (b'{"a":' * 5000, "nested deeper than 100"),
        (b'["' + b"[" * 200 + b'",' + nested(101), "nested deeper than 100"),
        (b"NaN", "NaN is no number"),
        (b"[-Infinity]", "Infinity is no number"),
        (b"9" * 5000, "not JSON"),
        (b'"\\ud800"', "half of a character"),
        ('"\ud800"', "half of a character"),
        (b"\xed\xa0\x80", "no text"),
        (b" " * 50 + b"1", "longer than 40 bytes"),
    ],
)
def test_what_is_no_json_to_work_with_says_why(raw: bytes | str, message: str) -> None:
    largest = 40 if message.startswith("longer") else 1_000_000

    with pytest.raises(UnreadableError, match=message):
        parse_json(raw, largest=largest)


@every(
    ("raw", "value"),
    [
        (b'{"a": [1, "x", null]}', {"a": [1, "x", None]}),
        ('"\u00e4"'.encode("utf-16"), "\u00e4"),
        ('"\\ud83d\\ude00"', "\U0001f600"),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'"' + b"[" * 500 + b'"', "[" * 500),
        (b'"\\"' + b"[" * 500 + b'"', '"' + "[" * 500),
        (b"[" + b"[]," * 500 + b"1]", [*([[]] * 500), 1]),
    ],
)
def test_json_is_read(raw: bytes | str, value: Any) -> None:
    assert parse_json(raw) == value


def test_the_deepest_that_is_read() -> None:
    assert json.dumps(parse_json(nested(DEEPEST))).count("[") == DEEPEST
    assert sum(1 for _ in parse_xml(elements(DEEPEST)).iter()) == DEEPEST


def test_a_key_that_stands_twice_is_refused_where_it_matters() -> None:
    with pytest.raises(UnreadableError, match="'a' appears twice"):
        parse_json(b'[{"a": {"b": 1}, "c": 2, "a": 3}]', unique=True)
    assert parse_json(b'[{"a": {"b": 1}}, {"a": 3}]', unique=True) == [{"a": {"b": 1}}, {"a": 3}]


@every(
    ("raw", "message"),
    [
        (b"", "not XML"),
        (b"<a>", "not XML"),
        (b"<a/><b/>", "not XML"),
        (elements(DEEPEST + 1), "nested deeper than 100"),
        (b"<a>" * 300_000, "nested deeper than 100"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DTD or entities"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DTD or entities"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "not XML"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "not XML"),
        (b"<a>\x00</a>", "not XML"),
        (b" " * 50 + b"<a/>", "longer than 40 bytes"),
    ],
)
def test_what_is_no_xml_to_work_with_says_why(raw: bytes, message: str) -> None:
    largest = 40 if message.startswith("longer") else 1_000_000

    with pytest.raises(UnreadableError, match=message):
        parse_xml(raw, largest=largest)


_PIECES = st.lists(
    st.sampled_from(
        [
            *'[]{}",:\\',
            "\\u",
            "d800",
            "NaN",
            "1e999",
            "<a>",
            "</a>",
            "<!DOCTYPE a>",
            "&b;",
            "\0",
            "\xe4",
        ]
    )
).map("".join)


@given(st.one_of(st.binary(), st.text(), _PIECES, _PIECES.map(str.encode)))
@example("[" * 3000)
def test_nothing_but_its_own_error_is_raised(raw: bytes | str) -> None:
    written = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    for text in (raw, written):
        with contextlib.suppress(UnreadableError):
            assert json.dumps(parse_json(text), ensure_ascii=False).encode()
    with contextlib.suppress(UnreadableError):
        assert parse_xml(written).tag
