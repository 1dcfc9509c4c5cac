"""The operators of encoded queries: how they are spelled and which kinds of fields know them."""

from __future__ import annotations

import re
from enum import StrEnum

from ccaas_kit.sandbox.storage.tables import Kind


class Operator(StrEnum):
    """What a term asks of a field, spelled as in a query."""

    EQUALS = "="
    NOT_EQUALS = "!="
    STARTS_WITH = "STARTSWITH"
    ENDS_WITH = "ENDSWITH"
    CONTAINS = "LIKE"
    NOT_CONTAINS = "NOT LIKE"
    IN = "IN"
    NOT_IN = "NOT IN"
    IS_EMPTY = "ISEMPTY"
    IS_NOT_EMPTY = "ISNOTEMPTY"
    EMPTY_STRING = "EMPTYSTRING"
    ANYTHING = "ANYTHING"
    LESS = "<"
    LESS_OR_EQUALS = "<="
    GREATER = ">"
    GREATER_OR_EQUALS = ">="
    BETWEEN = "BETWEEN"
    SAME_AS = "SAMEAS"
    NOT_SAME_AS = "NSAMEAS"
    GREATER_THAN_FIELD = "GT_FIELD"
    LESS_THAN_FIELD = "LT_FIELD"
    GREATER_OR_EQUALS_FIELD = "GT_OR_EQUALS_FIELD"
    LESS_OR_EQUALS_FIELD = "LT_OR_EQUALS_FIELD"
    ON = "ON"
    NOT_ON = "NOTON"
    RELATIVE_AFTER = "RELATIVEGT"
    RELATIVE_AT_OR_AFTER = "RELATIVEGE"
    RELATIVE_AT = "RELATIVEEE"
    RELATIVE_AT_OR_BEFORE = "RELATIVELE"
    RELATIVE_BEFORE = "RELATIVELT"
    MORE_THAN = "MORETHAN"
    LESS_THAN = "LESSTHAN"
    DATE_PART = "DATEPART"
    DYNAMIC = "DYNAMIC"
    INSTANCE_OF = "INSTANCEOF"


EMPTINESS = {Operator.IS_EMPTY, Operator.IS_NOT_EMPTY, Operator.EMPTY_STRING, Operator.ANYTHING}
SAMENESS = {Operator.SAME_AS, Operator.NOT_SAME_AS}
FIELDS = {
    Operator.GREATER_THAN_FIELD,
    Operator.LESS_THAN_FIELD,
    Operator.GREATER_OR_EQUALS_FIELD,
    Operator.LESS_OR_EQUALS_FIELD,
}
RELATIVES = {operator for operator in Operator if operator.startswith("RELATIVE")}
DISTANCES = {Operator.MORE_THAN, Operator.LESS_THAN}
DAYS = {Operator.ON, Operator.NOT_ON}
EQUALITY = {Operator.EQUALS, Operator.NOT_EQUALS}
MEMBERSHIP = {Operator.IN, Operator.NOT_IN}
# These look at a number or a date as at a text.
TEXT_ALONE = {
    Operator.STARTS_WITH,
    Operator.ENDS_WITH,
    Operator.CONTAINS,
    Operator.NOT_CONTAINS,
}
ORDER = {
    Operator.LESS,
    Operator.LESS_OR_EQUALS,
    Operator.GREATER,
    Operator.GREATER_OR_EQUALS,
    Operator.BETWEEN,
}
_OF_NUMBERS = FIELDS
_OF_DATES = RELATIVES | DISTANCES | DAYS | {Operator.DATE_PART}
_OF_TEXT = set(Operator) - _OF_NUMBERS - _OF_DATES - {Operator.DYNAMIC, Operator.INSTANCE_OF}
ALLOWED = {
    Kind.STRING: _OF_TEXT | {Operator.INSTANCE_OF},
    Kind.REFERENCE: _OF_TEXT | {Operator.DYNAMIC},
    Kind.INTEGER: _OF_TEXT | _OF_NUMBERS,
    Kind.DECIMAL: _OF_TEXT | _OF_NUMBERS,
    Kind.DATE: _OF_TEXT | _OF_NUMBERS | _OF_DATES,
    Kind.DATE_TIME: _OF_TEXT | _OF_NUMBERS | _OF_DATES,
    Kind.BOOLEAN: EQUALITY
    | MEMBERSHIP
    | ORDER
    | SAMENESS
    | {Operator.IS_EMPTY, Operator.IS_NOT_EMPTY, Operator.ANYTHING},
}
NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL})
DATES = frozenset({Kind.DATE, Kind.DATE_TIME})

_SPELLINGS: dict[str, Operator | None] = {
    **{operator.value: operator for operator in Operator},
    "%": Operator.ENDS_WITH,
    "*": Operator.CONTAINS,
    "!*": Operator.NOT_CONTAINS,
    "NOTLIKE": Operator.NOT_CONTAINS,
    "CONTAINS": Operator.CONTAINS,
    "DOES NOT CONTAIN": Operator.NOT_CONTAINS,
    "EMPTY": Operator.IS_EMPTY,
    "NOTEMPTY": Operator.IS_NOT_EMPTY,
    # An operator of the platform that the sandbox does not know; without it here it would read as IN
    # with an odd value.
    "IN_HIERARCHY": None,
}
_OPERATOR = re.compile("|".join(map(re.escape, sorted(_SPELLINGS, key=len, reverse=True))))
_AHEAD = re.compile(f"(?={_OPERATOR.pattern})")
_LONGEST = max(map(len, _SPELLINGS))


def positions(text: str, end: int) -> list[int]:
    """Where in a text an operator can begin, up to and including `end`."""
    found = _AHEAD.finditer(text, 1, end + _LONGEST)
    return [match.start() for match in found if match.start() <= end]


def at(text: str, start: int) -> tuple[Operator | None, str]:
    """The longest operator that begins there, None for one that is not known, and what follows."""
    found = _OPERATOR.match(text, start)
    return (_SPELLINGS[found[0]], text[found.end() :]) if found else (None, "")
