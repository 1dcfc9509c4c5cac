"""`make lint` is silent on this tree, and stays silent only for a clean one."""

from __future__ import annotations

import pytest

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
