"""The subcommands of the runner: which there are, and that all are called in one way."""

from __future__ import annotations

import importlib
import importlib.util
import inspect

import pytest

from scripts.conformance import __main__ as command
from scripts.kit.errors import ConfigError

PACKAGE = "scripts.conformance"
THERE = [
    name
    for name in command.SUBCOMMANDS
    if importlib.util.find_spec(f"{PACKAGE}.{name}") is not None
]


def test_a_subcommand_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(ConfigError) as caught:
        command.subcommand("nonesuch", [])

    assert "the subcommand nonesuch is not part of this version" in str(caught.value)
    assert "doctor, discover" in str(caught.value)


@pytest.mark.parametrize("name", THERE)
def test_every_subcommand_is_called_alike(name: str) -> None:
    main = importlib.import_module(f"{PACKAGE}.{name}").main

    first, *others = inspect.signature(main).parameters.values()

    assert first.name == "argv"
    assert [each.name for each in others if each.default is each.empty] == [
        "environment",
        "console",
    ]
    assert all(each.kind is each.KEYWORD_ONLY for each in others)


@pytest.mark.parametrize("name", THERE)
def test_every_subcommand_has_a_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.subcommand(name, ["--help"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: python -m scripts.conformance {name}")
