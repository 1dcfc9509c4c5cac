"""The operators of the query language, each looked at with values that the contacts at hand have.

The contract has the language in prose only, so the table of operators here is this module's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from operator import not_

from ccaas_kit.probes.contact.comparisons import (
    Comparison,
    Order,
    Truth,
    begins,
    by,
    contains,
    ends,
    every,
    literal_order,
    moment,
    no,
    number_order,
    on_day,
    on_weekday,
    same,
    some,
    text_order,
    time_order,
    unlike,
)
from ccaas_kit.probes.contact.querying.terms import (
    Form,
    Operator,
    Pivots,
    bounds,
    carets,
    days,
    lists,
    pieces,
    ranges,
    relatives,
    spans,
    specials,
    weekdays,
    words,
)
from ccaas_kit.probes.probing import Probe, recalling

_TEXTS = (("last_name",), ("first_name",), ("city",), ("state",))
_CITIES = (("city",), ("state",), ("street",), ("phone",))
_CARETS = (("city",), ("street",))
_NUMBERS = (("failed_attempts",), ("sys_mod_count",), ("notification",))
_TIMES = (("last_login_time",), ("sys_created_on",), ("sys_updated_on",))
_TEXT_PAIRS = (("city", "state"), ("sys_created_by", "sys_updated_by"), ("phone", "mobile_phone"))
_TIME_PAIRS = (
    ("last_login_time", "sys_created_on"),
    ("sys_updated_on", "sys_created_on"),
    ("last_login_time", "sys_updated_on"),
)
_NUMBER_PAIRS = (("failed_attempts", "sys_mod_count"), ("sys_mod_count", "failed_attempts"))


def _is_among(value: str, listed: tuple[str, ...]) -> Truth:
    return some(same(value, text) for text in listed)


def _is_not_among(value: str, listed: tuple[str, ...]) -> Truth:
    return no(_is_among(value, listed)) if value else None


def _between(at_least: Comparison, at_most: Comparison) -> Callable[[str, tuple[str, str]], Truth]:
    return lambda value, pair: every((at_least(value, pair[0]), at_most(value, pair[1])))


def _are_same(value: str, other: str) -> Truth:
    return same(value, other) if value and other else None


def _differ(value: str, other: str) -> Truth:
    return unlike(same)(value, other) if value and other else None


def _further(value: str, other: str, span: tuple[str, timedelta]) -> Truth:
    distance = _distance(value, other, span[0])
    return None if distance is None else distance > span[1]


def _nearer(value: str, other: str, span: tuple[str, timedelta]) -> Truth:
    distance = _distance(value, other, span[0])
    return None if distance is None else distance < span[1]


def _distance(value: str, other: str, direction: str) -> timedelta | None:
    """How far a time lies before or after another one; None if it lies on the other side."""
    first, second = moment(value), moment(other)
    if first is None or second is None:
        return None
    found = second - first if direction == "before" else first - second
    return found if found > timedelta() else None


_LESS, _GREATER, _AT_MOST, _AT_LEAST = (-1,), (1,), (-1, 0), (0, 1)


def _of_values(sign: str, signs: tuple[int, ...], *, text: bool = False) -> tuple[Form, ...]:
    """The forms of an operator that compares a field with a value."""
    term = f"{{field}}{sign}{{pivot}}"
    if text:
        return (Form(term, _TEXTS, by(text_order, *signs), words),)
    return (
        Form(term, _NUMBERS, by(number_order, *signs), bounds),
        Form(term, _TIMES, by(literal_order, *signs), bounds),
    )


def _of_fields(sign: str, signs: tuple[int, ...]) -> tuple[Form, ...]:
    """The forms of an operator that compares two fields."""
    term = f"{{field}}{sign}{{other}}"
    return (
        Form(term, _TIME_PAIRS, by(time_order, *signs)),
        Form(term, _NUMBER_PAIRS, by(number_order, *signs)),
    )


def _of_text(
    sign: str, holds: Comparison, pivots: Pivots = words, rival: Comparison | None = None
) -> tuple[Form, ...]:
    return (Form(f"{{field}}{sign}{{pivot}}", _TEXTS, holds, pivots, rival),)


def _ranged(order: Order, fields: Sequence[tuple[str, ...]]) -> Form:
    between = _between(by(order, *_AT_LEAST), by(order, *_AT_MOST))
    return Form("{field}BETWEEN{pivot}", fields, between, ranges(by(order, *_LESS)))


_DAY_TERM = (
    "{pivot}@javascript:gs.dateGenerate('{pivot}','start')"
    "@javascript:gs.dateGenerate('{pivot}','end')"
)
_OPERATORS = (
    Operator(
        "query-equals",
        "= finds the same text, also with letters that a URL encodes",
        (
            *_of_text("=", same, rival=contains),
            Form("{field}={pivot}", (("city",), ("street",)), same, specials),
        ),
    ),
    Operator("query-differs", "!= finds another text", _of_text("!=", unlike(same))),
    Operator(
        "query-begins",
        "STARTSWITH finds a text by its beginning",
        _of_text("STARTSWITH", begins, pieces(None, 3), contains),
    ),
    Operator(
        "query-ends",
        "ENDSWITH finds a text by its end",
        _of_text("ENDSWITH", ends, pieces(-3, None), contains),
    ),
    Operator(
        "query-percent",
        "% finds what ENDSWITH finds",
        _of_text("%", ends, pieces(-3, None), contains),
    ),
    Operator(
        "query-contains",
        "LIKE finds a text by a part",
        _of_text("LIKE", contains, pieces(1, 4), begins),
    ),
    Operator(
        "query-asterisk", "* finds what LIKE finds", _of_text("*", contains, pieces(1, 4), begins)
    ),
    Operator(
        "query-lacks",
        "NOT LIKE finds a text without a part",
        _of_text("NOT LIKE", unlike(contains), pieces(1, 4)),
    ),
    Operator(
        "query-no-asterisk",
        "!* finds what NOT LIKE finds",
        _of_text("!*", unlike(contains), pieces(1, 4)),
    ),
    Operator(
        "query-in",
        "IN finds the texts of a list",
        (Form("{field}IN{pivot}", _TEXTS, _is_among, lists),),
    ),
    Operator(
        "query-not-in",
        "NOT IN finds the texts outside a list",
        (Form("{field}NOT IN{pivot}", _TEXTS, _is_not_among, lists),),
    ),
    Operator(
        "query-is-empty",
        "ISEMPTY finds a field without a value",
        (Form("{field}ISEMPTY", _CITIES, not_),),
    ),
    Operator(
        "query-is-not-empty",
        "ISNOTEMPTY finds a field with a value",
        (Form("{field}ISNOTEMPTY", _CITIES, bool),),
    ),
    Operator(
        "query-at-most", "<= finds a text up to another", _of_values("<=", _AT_MOST, text=True)
    ),
    Operator(
        "query-at-least", ">= finds a text from another on", _of_values(">=", _AT_LEAST, text=True)
    ),
    Operator(
        "query-between", "BETWEEN finds a text between two others", (_ranged(text_order, _TEXTS),)
    ),
    Operator(
        "query-same-as",
        "SAMEAS finds two fields that are the same",
        (Form("{field}SAMEAS{other}", _TEXT_PAIRS, _are_same),),
    ),
    Operator(
        "query-differs-as",
        "NSAMEAS finds two fields that differ",
        (Form("{field}NSAMEAS{other}", _TEXT_PAIRS, _differ),),
    ),
    Operator("query-less", "< finds smaller numbers and earlier times", _of_values("<", _LESS)),
    Operator("query-greater", "> finds greater numbers and later times", _of_values(">", _GREATER)),
    Operator(
        "query-sorted-texts",
        "< and > find texts that sort before and after another",
        (*_of_values("<", _LESS, text=True), *_of_values(">", _GREATER, text=True)),
    ),
    Operator(
        "query-caret",
        "Two carets in a value are one",
        (Form("{field}={pivot}", _CARETS, same, carets),),
    ),
    Operator(
        "query-values-as-texts",
        "=, <= and BETWEEN work on numbers and times",
        (
            Form("{field}={pivot}", _NUMBERS, by(number_order, 0), bounds),
            *_of_values("<=", _AT_MOST),
            _ranged(number_order, _NUMBERS),
            _ranged(literal_order, _TIMES),
        ),
    ),
    Operator(
        "query-greater-field",
        "GT_FIELD finds a field above another one",
        _of_fields("GT_FIELD", _GREATER),
    ),
    Operator(
        "query-less-field",
        "LT_FIELD finds a field below another one",
        _of_fields("LT_FIELD", _LESS),
    ),
    Operator(
        "query-at-least-field",
        "GT_OR_EQUALS_FIELD finds a field not below another",
        _of_fields("GT_OR_EQUALS_FIELD", _AT_LEAST),
    ),
    Operator(
        "query-at-most-field",
        "LT_OR_EQUALS_FIELD finds a field not above another",
        _of_fields("LT_OR_EQUALS_FIELD", _AT_MOST),
    ),
    Operator(
        "query-on",
        "ON finds the times of a day",
        (Form(f"{{field}}ON{_DAY_TERM}", _TIMES, on_day, days),),
    ),
    Operator(
        "query-not-on",
        "NOTON finds the times of other days",
        (Form(f"{{field}}NOTON{_DAY_TERM}", _TIMES, unlike(on_day), days),),
    ),
    Operator(
        "query-after-relative",
        "RELATIVEGT finds times after a point relative to now",
        (Form("{field}RELATIVEGT@{pivot}", _TIMES, by(literal_order, *_GREATER), relatives),),
    ),
    Operator(
        "query-before-relative",
        "RELATIVELT finds times before a point relative to now",
        (Form("{field}RELATIVELT@{pivot}", _TIMES, by(literal_order, *_LESS), relatives),),
    ),
    Operator(
        "query-further",
        "MORETHAN finds times further from another than a span",
        (Form("{field}MORETHAN{other}@{pivot}", _TIME_PAIRS, _further, spans),),
    ),
    Operator(
        "query-nearer",
        "LESSTHAN finds times nearer to another than a span",
        (Form("{field}LESSTHAN{other}@{pivot}", _TIME_PAIRS, _nearer, spans),),
    ),
    Operator(
        "query-date-part",
        "DATEPART finds times by their weekday",
        (
            Form(
                '{field}DATEPART{pivot}@javascript:gs.datePart("dayofweek","{pivot}","EE")',
                _TIMES,
                on_weekday,
                weekdays,
            ),
        ),
    ),
)
PROBES = recalling(*(Probe(operator.name, operator.says, operator.look) for operator in _OPERATORS))
