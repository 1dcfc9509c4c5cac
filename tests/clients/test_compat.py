"""`make compat`: how far a tool came is told as it was, and what was not tried says so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ccaas_kit.contract import layout
from compat import table
from compat.tool import Tool
from compat.tools import NOT_TRIED, TOOLS
from compat.trying import Outcome, attempt

_WRITES = (
    "{node}",
    "-c",
    "import sys; open(sys.argv[1] + '/made.py', 'w').write('x = 1')",
    "{out}",
)


def outcome(tmp_path: Path, command: tuple[str, ...], *tries: tuple[str, ...]) -> Outcome:
    """What comes of a tool that is Python itself."""
    words = [tuple(w.replace("{node}", sys.executable) for w in one) for one in (command, *tries)]
    tool = Tool("a tool", "none", "1", words[0], tuple(words[1:]))
    return attempt(tool, "codegen", tmp_path / "all.yaml", tmp_path, "http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("tries", "expected"),
    [
        ((), "generates"),
        ((("{node}", "{files:*.py}"),), "compiles"),
        ((("{node}", "{files:*.py}"), ("{node}", "-c", "")), "calls the sandbox"),
        (
            (("{node}", "-c", "raise ValueError('no type')"),),
            "**does not compile**: `ValueError: no type`",
        ),
        ((("no-such-compiler",),), "**does not compile**: `no-such-compiler is not installed`"),
    ],
    ids=["generates", "compiles", "calls", "does not compile", "no compiler"],
)
def test_how_far_a_tool_came_is_told(
    tmp_path: Path, tries: tuple[tuple[str, ...], ...], expected: str
) -> None:
    assert table.words(outcome(tmp_path, _WRITES, *tries)) == expected


def test_an_error_shows_no_path_of_the_machine(tmp_path: Path) -> None:
    found = outcome(
        tmp_path, ("{node}", "-c", "import sys; sys.exit('error in ' + sys.argv[1])", "{out}")
    )

    assert table.words(found) == "**does not generate**: `error in codegen`"


def test_a_tool_without_a_result_is_not_tried() -> None:
    page = table.rendered({TOOLS[0].name: [Outcome(form, "reads", True) for form in table.FORMS]})

    rows = [line for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(TOOLS)
    assert rows[0] == f"| {TOOLS[0].name} | {TOOLS[0].version} | reads | reads | reads |"
    assert {row.split(" | ", 2)[2] for row in rows[1:]} == {"not tried | not tried | not tried |"}
    assert all(f"- {name}: {reason}." in page for name, reason in NOT_TRIED.items())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("openapi-typescript", "compiles"),
        ("datamodel-code-generator", "compiles"),
        ("redocly", "reads"),
        ("Prism", "serves"),
        ("Postman", "imports: 9 requests"),
    ],
)
def test_a_pinned_tool_works_on_the_codegen_form(tmp_path: Path, name: str, said: str) -> None:
    [tool] = [tool for tool in TOOLS if tool.name == name]
    (tmp_path / "node_modules").symlink_to(layout.ROOT / "node_modules")
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "bin").symlink_to(Path(sys.executable).parent)

    found = attempt(tool, "codegen", table.FORMS["codegen"], tmp_path, "http://127.0.0.1:1")

    assert table.words(found) == said
