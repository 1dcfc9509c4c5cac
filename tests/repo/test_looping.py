"""One test over all cases fails for each that fails, and names it."""

from __future__ import annotations

import pytest

from tests.looping import every


def test_every_failing_case_is_named_and_all_are_tried() -> None:
    tried = []

    @every("number", [1, pytest.param(2, id="two"), 3])
    def check(number: int) -> None:
        tried.append(number)
        assert number == 1
        if number == 3:
            raise ValueError

    with pytest.raises(pytest.fail.Exception, match="2 of 3 cases") as caught:
        check()

    assert tried == [1, 2, 3]
    assert "[two] test_looping.py:" in str(caught.value)
    assert "[3] test_looping.py:" in str(caught.value)


def test_a_fixture_starts_over_before_each_case() -> None:
    class Fixture:
        started = 0

        def start_over(self) -> None:
            self.started += 1

    @every(("one", "other"), [(1, 2), (3, 4)])
    def check(thing: Fixture, one: int, other: int) -> None:
        assert (thing.started, other) == ((one + 1) // 2, one + 1)

    check(thing=Fixture())


def test_without_cases_it_fails() -> None:
    @every("number", [])
    def check(number: int) -> None:
        assert number

    with pytest.raises(AssertionError, match="no cases"):
        check()
