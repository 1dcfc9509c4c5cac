"""`make lint` prints nothing on this tree, and fails for a tree that is not clean."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from build.tools import node_environment
from ccaas_kit.contract import layout
from checks import lint


def test_lint_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    code = lint.main()

    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
    assert code == 0


def test_a_linter_that_fails_is_named_with_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = {
        "content": ["true"],
        "angry": ["sh", "-c", "echo this line is wrong; exit 1"],
        "redocly": ["sh", "-c", "echo You have 1 warning."],
    }
    monkeypatch.setattr(lint, "steps", lambda: commands)

    code = lint.main()

    assert code == 1
    assert capsys.readouterr().err == (
        "angry:\nthis line is wrong\n\nredocly:\nYou have 1 warning.\n\n"
    )


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        (
            "The run goes\nbeyond this machine.",
            ["is, runs' instead of 'goes", "remote' instead of"],
        ),
        ("It keeps the promise that was refused.", ["requirement", "reject"]),
        (f"One {'word ' * 40}more.", ["42 words, at most 40"]),
        ("`promise` is code, a standard error is none, and this sentence is plain.", []),
    ],
    ids=["figures-of-speech", "glossary", "long", "plain"],
)
def test_a_word_of_the_last_column_of_the_glossary_in_the_readme_fails(
    tmp_path: Path, sentence: str, named: list[str]
) -> None:
    page = tmp_path / "README.md"
    page.write_text((layout.ROOT / "README.md").read_text("utf-8") + f"\n{sentence}\n", "utf-8")

    done = subprocess.run(
        lint.prose(str(page)),
        cwd=layout.ROOT,
        env=node_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == (1 if named else 0), done.stdout
    assert [phrase for phrase in named if phrase not in " ".join(done.stdout.split())] == []
    assert len(re.findall(r"prose/", done.stdout)) == len(named)


def test_the_linter_reads_every_markdown_file_that_people_write() -> None:
    read = set(lint.steps()["prose"])

    assert {"README.md", "ADR.md", "openapi/README.md", "tests/repo/README.md"} <= read
    assert not any(path.startswith(("generated/", "node_modules/")) for path in read)
