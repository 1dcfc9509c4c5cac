"""The README of the sandbox says what the sandbox says of itself."""

from __future__ import annotations

import re

import pytest

from ccaas_kit import faults
from ccaas_kit.contract import layout
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.sandbox.behaviors import BEHAVIORS, check
from ccaas_kit.sandbox.platform import limits
from ccaas_kit.sandbox.serving import options
from tests.sandbox.conftest import Caller

_FOLDER = layout.ROOT / "scripts" / "ccaas_kit" / "sandbox"
README = (_FOLDER / "README.md").read_text(encoding="utf-8")
CONTROL = (_FOLDER / "CONTROL.md").read_text(encoding="utf-8")


def test_the_readme_lists_every_limit_in_order() -> None:
    _, _, listed = README.partition("## What it does not imitate\n")

    assert re.findall(r"^- (.+)$", listed, re.MULTILINE) == limits.load()


def test_the_page_of_the_control_names_every_call(sandbox: Caller) -> None:
    message = sandbox("GET", "/_sandbox/nothing").json["error"]
    names = message.removeprefix("there is only ").split(", ")

    assert len(names) > 8
    assert [name for name in names if f"/_sandbox/{name}" not in CONTROL] == []


def test_the_readme_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options.parse(["--help"])

    shown = set(re.findall(r"--[a-z]+", capsys.readouterr().out)) - {"--help", "--host", "--port"}
    assert {"--seed", "--workers", "--fault"} <= shown
    assert {option for option in shown if option not in README} == set()


def test_every_fault_says_what_it_does() -> None:
    assert all(fault.says.endswith(".") for fault in faults.FAULTS.values())


@pytest.mark.parametrize(
    ("operations", "message"),
    [
        ([*BEHAVIORS, "readMind"], "readMind has no behavior"),
        ([name for name in BEHAVIORS if name != "getContact"], "getContact is a behavior without"),
    ],
)
def test_an_operation_or_a_behavior_alone_stops_the_start(
    operations: list[str], message: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        check(operations)

    assert message in str(caught.value)
