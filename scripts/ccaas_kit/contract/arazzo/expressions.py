"""Runtime expressions and simple conditions of Arazzo: the part that our workflows use.

Everything else is rejected, so that all runners read a workflow in the same way:

    $statusCode  $response.body  $response.body#/<pointer>  $response.header.<name>
    $inputs.<name>  $steps.<step>.outputs.<name>

A text is an expression as a whole, or contains some in braces. A condition compares two of them, or
one with a literal, by == != < <= > >=, and joins comparisons by && and ||.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.shapes import Json


class Root(StrEnum):
    """Where the value of an expression comes from."""

    STATUS = "statusCode"
    BODY = "response.body"
    HEADER = "response.header"
    INPUT = "inputs"
    OUTPUT = "steps"


@dataclass(frozen=True, slots=True)
class Expression:
    """One runtime expression; `name` is of an input, an output or a header, `step` of a step.

    `pointer` leads into the body and is empty for all of it.
    """

    root: Root
    name: str = ""
    step: str = ""
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values, each an expression or a literal, and the sign between them."""

    left: Json
    sign: str
    right: Json


@dataclass(frozen=True, slots=True)
class Condition:
    """A simple condition: one of the alternatives holds, which is that all its comparisons do."""

    text: str
    alternatives: tuple[tuple[Comparison, ...], ...]

    def expressions(self) -> Iterator[Expression]:
        """Every expression in it."""
        for comparisons in self.alternatives:
            for comparison in comparisons:
                yield from (
                    side
                    for side in (comparison.left, comparison.right)
                    if isinstance(side, Expression)
                )

    def holds(self, value_of: Callable[[Expression], Json]) -> bool:
        """Whether it holds; a comparison with what has no value (a LookupError) never does."""
        return any(
            all(_compare(comparison, value_of) for comparison in comparisons)
            for comparisons in self.alternatives
        )


_NAME = r"[A-Za-z][A-Za-z0-9_-]*"
_FORMS = (
    (Root.STATUS, re.compile(r"\$statusCode")),
    (Root.BODY, re.compile(r"\$response\.body(?:#(?P<pointer>(?:/[A-Za-z0-9_.~-]+)+))?")),
    (Root.HEADER, re.compile(rf"\$response\.header\.(?P<name>{_NAME})")),
    (Root.INPUT, re.compile(rf"\$inputs\.(?P<name>{_NAME})")),
    (Root.OUTPUT, re.compile(rf"\$steps\.(?P<step>{_NAME})\.outputs\.(?P<name>{_NAME})")),
)
_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")
_TOKEN = re.compile(r"\s*(?:(==|!=|<=|>=|<|>|&&|\|\|)|('(?:[^']|'')*')|([^\s'&|=!<>]+))")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_CONSTANTS: Mapping[str, Json] = {"true": True, "false": False, "null": None}
_ORDER: Mapping[str, Callable[[Json, Json], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SIGNS = ("==", "!=", *_ORDER)


def parse(text: str) -> Expression:
    """The expression that a text is.

    Raises:
        DocumentError: it is none, or one that we do not use.
    """
    for root, form in _FORMS:
        if found := form.fullmatch(text):
            return Expression(
                root, **{key: value for key, value in found.groupdict().items() if value}
            )
    raise DocumentError(
        f"'{text}' is no runtime expression that the runners share",
        fix=f"Write one of {', '.join('$' + root for root in Root)}",
    )


def in_value(value: Json) -> Iterator[Expression]:
    """Every expression in a parameter or a payload.

    Raises:
        DocumentError: one is not of those that we use.
    """
    if isinstance(value, Mapping):
        for part in value.values():
            yield from in_value(part)
    elif isinstance(value, list):
        for part in value:
            yield from in_value(part)
    elif isinstance(value, str) and value.startswith("$"):
        yield parse(value)
    elif isinstance(value, str):
        yield from (parse(found[1]) for found in _EMBEDDED.finditer(value))


def filled(value: Json, value_of: Callable[[Expression], Json]) -> Json:
    """A parameter or a payload with values in place of its expressions."""
    if isinstance(value, Mapping):
        return {name: filled(part, value_of) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, value_of) for part in value]
    if isinstance(value, str) and value.startswith("$"):
        return value_of(parse(value))
    if isinstance(value, str):
        return _EMBEDDED.sub(lambda found: str(value_of(parse(found[1]))), value)
    return value


def condition(text: str) -> Condition:
    """The simple condition that a text is.

    Raises:
        DocumentError: it is none, or one that we do not use.
    """
    alternatives = []
    for side in _split(_tokens(text), "||"):
        parts = list(_split(side, "&&"))
        for part in parts:
            if len(part) != 3 or part[1] not in _SIGNS:
                raise DocumentError(
                    f"'{text}' is no simple condition that the runners share",
                    fix="Write comparisons of two values, joined by && and ||",
                )
        alternatives.append(
            tuple(Comparison(_operand(left), sign, _operand(right)) for left, sign, right in parts)
        )
    return Condition(text, tuple(alternatives))


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise DocumentError(
                f"'{text}' cannot be read from '{text[at:].strip()}' on",
                fix="Write texts in single quotes, and no brackets",
            )
        found.append(match[0].strip())
        at = match.end()
    return found


def _split(tokens: list[str], sign: str) -> Iterator[list[str]]:
    part: list[str] = []
    for token in tokens:
        if token == sign:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _operand(token: str) -> Json:
    if token.startswith("$"):
        return parse(token)
    if token.startswith("'") and len(token) > 1:
        return token[1:-1].replace("''", "'")
    if token in _CONSTANTS:
        return _CONSTANTS[token]
    if _NUMBER.fullmatch(token):
        return float(token) if "." in token else int(token)
    raise DocumentError(
        f"'{token}' is neither an expression nor a literal", fix="Write a text in single quotes"
    )


def _compare(comparison: Comparison, value_of: Callable[[Expression], Json]) -> bool:
    try:
        left, right = (
            value_of(side) if isinstance(side, Expression) else side
            for side in (comparison.left, comparison.right)
        )
    except LookupError:
        return False
    if isinstance(left, str) and isinstance(right, str):
        # The specification has texts compared without regard to capital letters.
        left, right = left.casefold(), right.casefold()
    if comparison.sign in _ORDER:
        return _is_number(left) and _is_number(right) and _ORDER[comparison.sign](left, right)
    same = left == right and isinstance(left, bool) == isinstance(right, bool)
    return same if comparison.sign == "==" else not same


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
