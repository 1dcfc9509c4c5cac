"""What the sandbox reads as JSON, and what it refuses."""

from __future__ import annotations

import contextlib
import json
import math
import time
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ccaas_kit.sandbox.http import json_bodies
from ccaas_kit.sandbox.http.json_bodies import BodyError
from tests.looping import every

# A loaded machine is slow now and then; the tests that care look at the clock themselves.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda below: st.lists(below) | st.dictionaries(TEXTS, below),
)


def _reason(raw: bytes) -> str:
    with pytest.raises(BodyError) as caught:
        json_bodies.read(raw)
    return caught.value.reason


@PATIENT
@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
@example({"a": ":"}, None, True)
@example({'":': [{'"': '":"'}]}, None, False)
@example({"a": {}, "b": [[]]}, 1, False)
def test_reads_every_value_of_json(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    raw = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()

    assert json_bodies.read(raw) == value


@PATIENT
@given(VALUES)
def test_reads_what_orjson_writes(value: Any) -> None:
    assert json_bodies.read(orjson.dumps(value)) == value


@PATIENT
@given(st.binary(max_size=65536) | st.text(alphabet='[]{}":,\\u0 1eE-.an').map(str.encode))
def test_refuses_whatever_it_cannot_read_in_one_way(raw: bytes) -> None:
    began = time.thread_time()

    with contextlib.suppress(BodyError):
        json_bodies.read(raw)

    assert time.thread_time() - began < 1


@PATIENT
@given(TEXTS, VALUES, VALUES, st.sampled_from([(",", ":"), (", ", " \n: ")]))
@example('":', {"a": "b : c"}, [], (",", ":"))
def test_finds_every_key_that_stands_twice(
    key: str, one: Any, other: Any, separators: tuple[str, str]
) -> None:
    between, after = separators
    first = f"{json.dumps(key)}{after}{json.dumps(one, separators=separators)}"
    second = f"{json.dumps(key, ensure_ascii=False)}{after}{json.dumps(other)}"

    reason = _reason(f'[{{"x":{{{first}{between}{second}}}}}]'.encode())

    assert reason.startswith("The body has the key '")
    assert reason.endswith("' twice in one object")


def test_finds_a_key_twice_behind_quotes_that_are_spelled_as_numbers() -> None:
    # Written out, what is left has as many quotes as the text: each lost one is in a value now.
    assert _reason(rb'{"a":1,"a":"\u0022\u0022"}') == "The body has the key 'a' twice in one object"
    assert json_bodies.read(rb'{"a":1,"b":"\u0022\u0022"}') == {"a": 1, "b": '""'}


def test_skips_a_byte_order_mark() -> None:
    assert json_bodies.read(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("raw", [b"", b" \r\n\t", b"\xef\xbb\xbf"], ids=["none", "blank", "mark"])
def test_says_that_a_body_is_empty(raw: bytes) -> None:
    assert _reason(raw) == "The body is empty"


@pytest.mark.parametrize(
    "raw",
    [b'"\xff"', '{"a": 1}'.encode("utf-16"), b'{"a": "\xed\xa0\x80"}', '"é"'.encode("latin-1")],
    ids=["bytes", "utf-16", "surrogate", "latin-1"],
)
def test_says_that_a_body_is_not_utf_8(raw: bytes) -> None:
    assert _reason(raw) == "The body is not UTF-8 text"


@every(
    "raw",
    [
        b"{",
        b"{}{}",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"01",
        b"// no\n{}",
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b'"\x00"',
        b'"\n"',
        b"1e400",
        b'{"a": [-1e400]}',
        b"9" * 1_000_000,
        b"1e" + b"9" * 1_000_000,
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_says_that_a_body_is_not_json(raw: bytes) -> None:
    assert _reason(raw).startswith("The body is not JSON: ")


def test_says_where_a_body_stops_being_json() -> None:
    assert _reason(b'{"a": nope}').endswith(" at character 7")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"18446744073709551616", 18446744073709551616.0),
        (b"-9223372036854775809", -9223372036854775808.0),
        (b"1e-400", 0.0),
        (b"1." + b"1" * 1_000_000, 1.1111111111111112),
    ],
    ids=["above 64 bits", "below 64 bits", "tiny", "a million digits"],
)
def test_reads_a_number_beyond_its_range_as_the_nearest_float(raw: bytes, value: float) -> None:
    read = json_bodies.read(raw)

    assert read == value
    assert math.isfinite(read)


def test_reads_an_escaped_nul_and_refuses_a_bare_one() -> None:
    assert json_bodies.read(b'{"a\\u0000": "\\u0000b"}') == {"a\0": "\0b"}
    assert _reason(b'{"a": "\0b"}').startswith("The body is not JSON")


def test_reads_an_escaped_backslash_before_what_looks_like_a_nul() -> None:
    assert json_bodies.read(b'{"a": "\\\\u0000"}') == {"a": "\\u0000"}


@every(
    "raw",
    [
        b'{"a":1,"a":1}',
        b'{"a" :1,"a"\n\t:":"}',
        b'{"a":1,"\\u0061":2}',
        b'[{"b":[{"a":1,"a":2}]}]',
        b'{"a":":","a":"b"}',
        b'{"a":"[",  "a":"{"}',
    ],
    ids=["plain", "spaced", "escaped", "deep", "colons in texts", "brackets in texts"],
)
def test_refuses_a_key_that_stands_twice_in_one_object(raw: bytes) -> None:
    assert _reason(raw) == "The body has the key 'a' twice in one object"


def test_reads_a_key_that_stands_in_two_objects() -> None:
    raw = b'{"a": {"a": ":"}, "b": [{"a": "\\":"}, {"a": 2}]}'

    assert json_bodies.read(raw) == {"a": {"a": ":"}, "b": [{"a": '":'}, {"a": 2}]}


def test_repeats_at_most_forty_characters_of_a_key() -> None:
    key = "k" * 41

    reason = _reason(f'{{"{key}": 1, "{key}": 2}}'.encode())

    assert reason == f"The body has the key '{'k' * 37}...' twice in one object"


NESTINGS = pytest.mark.parametrize(
    ("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")], ids=["lists", "objects"]
)


@NESTINGS
def test_reads_two_hundred_levels(opening: bytes, closing: bytes) -> None:
    raw = opening * 199 + b"[]" + closing * 199

    assert orjson.dumps(json_bodies.read(raw)) == raw


@NESTINGS
def test_refuses_more_than_two_hundred_levels(opening: bytes, closing: bytes) -> None:
    raw = opening * 200 + b"[]" + closing * 200

    assert _reason(raw) == "The body has more than 200 levels"


@pytest.mark.parametrize(
    "raw",
    [b'{"a":' + b"[" * 200 + b"]" * 200 + b"}", b'{"a":' * 201 + b"1" + b"}" * 201],
    ids=["lists", "objects"],
)
def test_counts_the_levels_below_an_object(raw: bytes) -> None:
    assert _reason(raw) == "The body has more than 200 levels"


@pytest.mark.parametrize("opening", [b"[", b'{"a":'], ids=["lists", "objects"])
def test_refuses_a_hundred_thousand_levels_at_once(opening: bytes) -> None:
    began = time.thread_time()

    reason = _reason(opening * 100_000)

    assert "depth limit exceeded" in reason
    assert time.thread_time() - began < 0.5


def test_looks_for_twins_in_the_largest_body_in_little_time() -> None:
    entry = b'"%07d":"a : b \\": c",'
    raw = b"{" + b"".join(entry % number for number in range(300_000)) + b'"z":1,"z":2}'
    began = time.thread_time()

    reason = _reason(raw)

    assert reason == "The body has the key 'z' twice in one object"
    assert time.thread_time() - began < 5


def test_takes_a_body_of_the_largest_size() -> None:
    json_bodies.check_length(10_485_760)

    with pytest.raises(BodyError, match="more than 10485760 bytes"):
        json_bodies.check_length(10_485_761)
