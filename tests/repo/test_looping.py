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


def test_a_case_that_is_skipped_skips_no_other() -> None:
    tried = []

    @every("number", [1, 2, 3])
    def check(number: int) -> None:
        tried.append(number)
        if number < 3:
            pytest.skip(f"{number} is missing")

    with pytest.raises(pytest.skip.Exception, match="2 of 3 cases") as caught:
        check()

    assert tried == [1, 2, 3]
    assert "[1] " in str(caught.value)
    assert "2 is missing" in str(caught.value)


def test_a_case_that_is_skipped_hides_no_failure() -> None:
    @every("number", [1, 2])
    def check(number: int) -> None:
        pytest.skip("missing") if number == 1 else pytest.fail("wrong")

    with pytest.raises(pytest.fail.Exception, match="1 of 2 cases"):
        check()


def test_the_text_of_a_failure_is_whole() -> None:
    @every("number", [1])
    def check(number: int) -> None:
        pytest.fail(f"{'x' * 5000} and the reason {number}")

    with pytest.raises(pytest.fail.Exception, match="and the reason 1"):
        check()


def test_marks_are_those_of_the_test() -> None:
    @every("number", [1])
    @pytest.mark.filterwarnings("default")
    def check(number: int) -> None:
        assert number

    [mark] = getattr(check, "pytestmark", [])
    assert mark.name == "filterwarnings"


def test_a_fixture_that_starts_over_is_for_one_case_at_a_time() -> None:
    class Fixture:
        def start_over(self) -> None:
            """Be as new."""

    @every("number", [1, 2], at_once=2)
    def check(thing: Fixture, number: int) -> None:
        assert thing
        assert number

    with pytest.raises(AssertionError, match="start over"):
        check(thing=Fixture())
