"""Runtime expressions and simple conditions: what they mean, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ccaas_kit.contract.arazzo import expressions
from ccaas_kit.contract.arazzo.expressions import Expression, Root
from ccaas_kit.contract.errors import DocumentError
from tests.looping import every


def value_of(values: dict[str, Any]) -> Callable[[Expression], Any]:
    """Values by root and name, as `inputs.run`; a missing one is a LookupError."""
    return lambda expression: values[
        f"{expression.root}.{expression.name or expression.pointer}".rstrip(".")
    ]


@every(
    ("text", "expression"),
    [
        ("$statusCode", Expression(Root.STATUS)),
        ("$response.body", Expression(Root.BODY)),
        ("$response.body#/result/0/sys_id", Expression(Root.BODY, pointer="/result/0/sys_id")),
        ("$response.header.Retry-After", Expression(Root.HEADER, name="Retry-After")),
        ("$inputs.agent_sys_id", Expression(Root.INPUT, name="agent_sys_id")),
        ("$steps.sign-in.outputs.id", Expression(Root.OUTPUT, name="id", step="sign-in")),
    ],
)
def test_an_expression_is_taken_apart(text: str, expression: Expression) -> None:
    assert expressions.parse(text) == expression


@every(
    "text",
    [
        *(
            "$url",
            "$method",
            "$request.body#/a",
            "$workflows.a.outputs.b",
            "$components.a",
            "$faker.a",
        ),
        *("$steps.a.b", "$inputs", "$inputs.", "$response.body#result", "$response.query.a", "$"),
        *("inputs.run", "$statusCode ", "$inputs.a b"),
    ],
)
def test_an_expression_that_runners_read_differently_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match="no runtime expression"):
        expressions.parse(text)


def test_expressions_in_a_payload_get_their_values_and_keep_their_types() -> None:
    payload = {
        "whole": "$inputs.flag",
        "inside": "a-{$inputs.run}-b-{$inputs.run}",
        "list": ["$inputs.number", "text", 3, True, None],
    }

    filled = expressions.filled(
        payload, value_of({"inputs.flag": False, "inputs.run": "r", "inputs.number": 7})
    )

    assert filled == {"whole": False, "inside": "a-r-b-r", "list": [7, "text", 3, True, None]}


def test_every_expression_in_a_payload_is_found() -> None:
    found = list(expressions.in_value({"a": ["$inputs.x", "b {$inputs.y}"], "c": 1}))

    assert [expression.name for expression in found] == ["x", "y"]


VALUES = {
    "statusCode": 201,
    "response.body./ok": True,
    "response.body./one": 1,
    "response.body./name": "Close",
    "response.body./none": None,
    "inputs.run": "close",
}


@every(
    ("text", "holds"),
    [
        ("$statusCode == 201", True),
        ("$statusCode == 200", False),
        ("$statusCode != 200", True),
        ("$statusCode >= 200 && $statusCode < 300", True),
        ("$statusCode > 201", False),
        ("$statusCode <= 201", True),
        ("$statusCode == '201'", False),
        ("$statusCode == 200 || $statusCode == 201", True),
        ("$statusCode == 200 || $statusCode == 201 && $response.body#/ok == false", False),
        ("$statusCode == 201 || $statusCode == 200 && $response.body#/ok == false", True),
        ("$response.body#/ok == true", True),
        ("$response.body#/ok == 1", False),
        ("$response.body#/one == true", False),
        ("$response.body#/one == 1.0", True),
        ("$response.body#/none == null", True),
        ("$response.body#/none != ''", True),
        ("$response.body#/name == 'Close'", True),
        # As the specification has it.
        ("$response.body#/name == 'CLOSE'", True),
        ("$response.body#/name == $inputs.run", True),
        ("$response.body#/name < 'D'", False),
        ("$response.body#/missing == null", False),
        ("$response.body#/missing != 'a'", False),
        ("$response.body#/missing == null || $statusCode == 201", True),
        ("'it''s' == 'it''s'", True),
        ("$statusCode==201&&$response.body#/ok==true", True),
    ],
)
def test_a_condition_holds_or_not(text: str, holds: bool) -> None:
    assert expressions.condition(text).holds(value_of(VALUES)) is holds


@every(
    "text",
    [
        *("$statusCode", "true", "", "$statusCode == 200 ||", "&& $statusCode == 200"),
        *("$statusCode == 200 == 200", "!$response.body#/ok", "($statusCode == 200)"),
        *(
            "$statusCode = 200",
            '$inputs.a == "b"',
            "$inputs.a == b",
            "$inputs.a == 'b",
            "1 + 1 == 2",
        ),
        *("$statusCode == 0200", "$url == 'a'", "$statusCode == 200 & true", "$inputs.a[0] == 1"),
    ],
)
def test_a_condition_that_runners_read_differently_is_refused(text: str) -> None:
    with pytest.raises(DocumentError):
        expressions.condition(text)
