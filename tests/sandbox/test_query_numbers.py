"""Numbers in queries mean one thing, to the sandbox and to the judge."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccaas_kit.contract.parsing import parse_number
from ccaas_kit.probes.contact import comparisons
from ccaas_kit.sandbox.query import values
from tests.looping import every

NUMBERS = [
    ("0", "0"),
    ("-3", "-3"),
    ("+1", "1"),
    (" 1", "1"),
    ("1 ", "1"),
    ("007", "7"),
    ("1.", "1"),
    (".5", "0.5"),
    ("-.5", "-0.5"),
    ("9" * 30, "9" * 30),
]
OTHERS = [
    *(
        "",
        " ",
        ".",
        "-",
        "+",
        "--1",
        "1-",
        "1..2",
        "1,5",
        "1e5",
        "1E5",
        "1e-5",
        "1_000",
        "0x10",
        "0b1",
    ),
    *("1 000", "1\n", "\t1", "\u00a01", "NaN", "nan", "sNaN", "inf", "-inf", "Infinity", "three"),
    *("\u0663", "\uff11", "1\u0663", "\u00bd", "\u2212\u0031", "\u2460", "1\x00"),
]
# Letters that some reader of numbers takes for a part of one.
LETTERS = st.text(alphabet="0123456789+-.eE_xXnaNif \u0663\uff11\u00a0\t\n,", max_size=12)


@every(("text", "value"), NUMBERS)
def test_a_number_is_one_for_both(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)
    assert values.number(text) == pytest.approx(float(value))
    assert comparisons.number_order(text, value) == 0


@every("text", OTHERS, ids=ascii)
def test_any_other_text_is_one_for_neither(text: str) -> None:
    assert parse_number(text) is None
    assert values.number(text) is None
    assert not values.is_number(text)
    assert comparisons.number_order(text, "1") is None
    assert comparisons.number_order("1", text) is None


@given(LETTERS, LETTERS)
def test_both_see_numbers_in_the_same_texts_and_order(one: str, other: str) -> None:
    seen = values.number(one), values.number(other)
    order = comparisons.number_order(one, other)

    assert (order is None) == (seen[0] is None or seen[1] is None)
    if order is not None and seen[0] is not None and seen[1] is not None:
        assert order == (seen[0] > seen[1]) - (seen[0] < seen[1])
