"""offerWork: the times of an offer, and what happens when it runs out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.looping import every
from tests.sandbox.awa import (
    A_MOMENT_AGO,
    ACCEPTED,
    DESK,
    FORMAT,
    HELD_BY_DESK,
    NOBODY,
    NOT_AVAILABLE,
    PRESENCE_AVAILABLE,
    PRESENCE_AWAY,
    TASK,
    VOICE,
    assignment,
    item,
    later,
    offer,
    presence,
    refused,
)
from tests.sandbox.conftest import Caller


@every(
    ("offered_on", "timeout"),
    [
        (A_MOMENT_AGO, 30),
        (A_MOMENT_AGO, "30"),
        (A_MOMENT_AGO, 15.001),
        ("2024-04-03T23:09:45.999", 30),
        ("1999-12-31T23:59:59.999", 1e300),
        ("1999-12-31T23:59:59.999", "9" * 400),
    ],
)
def test_offer_within_its_time_is_taken(sandbox: Caller, offered_on: str, timeout: Any) -> None:
    answered = offer(sandbox, assignment(offered_on=offered_on, timeout=timeout))

    assert answered.status == 200
    assert item(sandbox)["offered_on"] == offered_on
    assert item(sandbox)["timeout"] == str(timeout)


@pytest.mark.parametrize(
    "offered_on",
    ["2024-04-03T23:09:46.000", "2024-04-03T23:09:46.001", "2044-04-03T23:09:31.000"],
    ids=["now", "a-moment", "years"],
)
def test_offer_that_is_not_past_is_refused(sandbox: Caller, offered_on: str) -> None:
    answered = offer(sandbox, assignment(offered_on=offered_on, timeout=30))

    refused(
        answered,
        400,
        f"Offered time ({offered_on}) must be before the current time, otherwise agent will have"
        " more time to accept the work item",
    )


@every(
    ("offered_on", "timeout", "end"),
    [
        (A_MOMENT_AGO, 15, "2024-04-03T23:09:46.000"),
        (A_MOMENT_AGO, "14", "2024-04-03T23:09:45.000"),
        (A_MOMENT_AGO, 0, "2024-04-03T23:09:31.000"),
        (A_MOMENT_AGO, 0.25, "2024-04-03T23:09:31.250"),
        ("2023-12-31T23:59:50.500", 30, "2024-01-01T00:00:20.500"),
        ("0001-01-01T00:00:00.000", 30, "0001-01-01T00:00:30.000"),
    ],
)
def test_offer_that_has_run_out_is_refused(
    sandbox: Caller, offered_on: str, timeout: Any, end: str
) -> None:
    answered = offer(sandbox, assignment(offered_on=offered_on, timeout=timeout))

    refused(
        answered,
        400,
        f"Timestamp after timeout ({end}) must be after the current time, otherwise agent has no"
        " time to accept the work item",
    )


@pytest.mark.parametrize("day", ["2024-02-30T10:00:00.000", "0000-01-01T10:00:00.000"])
def test_day_that_no_calendar_has_is_of_the_wrong_form(sandbox: Caller, day: str) -> None:
    answered = offer(sandbox, assignment(offered_on=day, timeout=30))

    refused(answered, 400, f"Offered time ({day}) {FORMAT}")


@pytest.mark.parametrize("offered_on", ["2044-04-03T23:09:31.000", "1999-01-01T00:00:00.000"])
@pytest.mark.parametrize("timeout", [{}, {"timeout": ""}], ids=["absent", "empty"])
def test_offer_time_is_ignored_without_a_timeout(
    sandbox: Caller, offered_on: str, timeout: dict[str, str]
) -> None:
    answered = offer(sandbox, assignment(offered_on=offered_on, **timeout))

    assert answered.status == 200
    assert item(sandbox)["offered_on"] == "2024-04-03T23:09:46.000"


def test_unknown_presence_state_is_refused(sandbox: Caller) -> None:
    answered = offer(sandbox, assignment(timeout=30, after_timeout_presence=NOBODY))

    refused(answered, 400, f"{NOBODY} is not a valid presence state")


@pytest.mark.parametrize("timeout", [{}, {"timeout": ""}], ids=["absent", "empty"])
def test_presence_state_is_ignored_without_a_timeout(
    sandbox: Caller, timeout: dict[str, str]
) -> None:
    answered = offer(sandbox, assignment(after_timeout_presence=NOBODY, **timeout))

    assert answered.status == 200
    assert item(sandbox)["after_timeout_presence"] == ""


def test_offer_stands_until_its_last_moment(sandbox: Caller) -> None:
    offer(sandbox, assignment(offered_on=A_MOMENT_AGO, timeout=30))
    later(sandbox, 14.999)

    refused(offer(sandbox, assignment(agent_sys_id=VOICE)), 409, HELD_BY_DESK)


def test_offer_that_runs_out_goes_back_to_its_queue(sandbox: Caller) -> None:
    first = offer(sandbox, assignment(offered_on=A_MOMENT_AGO, timeout=30))
    later(sandbox, 15)

    again = offer(sandbox, assignment(agent_sys_id=VOICE))

    assert again.status == 200
    assert again.result["work_item"]["sys_id"] == first.result["work_item"]["sys_id"]
    assert item(sandbox)["assigned_to"] == VOICE


def test_offer_without_an_offer_time_runs_from_now(sandbox: Caller) -> None:
    offer(sandbox, assignment(timeout=30))
    later(sandbox, 29.999)
    refused(offer(sandbox, assignment(agent_sys_id=VOICE)), 409, HELD_BY_DESK)
    later(sandbox, 0.001)

    assert offer(sandbox, assignment()).status == 200


def test_offer_without_a_timeout_never_runs_out(sandbox: Caller) -> None:
    offer(sandbox, assignment())
    later(sandbox, 10 * 365 * 86400)

    refused(offer(sandbox, assignment(agent_sys_id=VOICE)), 409, HELD_BY_DESK)


def test_offer_of_no_seconds_is_taken_and_has_run_out(sandbox: Caller) -> None:
    first = offer(sandbox, assignment(timeout=0))

    second = offer(sandbox, assignment(agent_sys_id=VOICE))

    assert (first.status, second.status) == (200, 200)
    assert item(sandbox)["assigned_to"] == VOICE


def test_work_that_is_accepted_at_once_has_no_timeout(sandbox: Caller) -> None:
    terms = {
        "timeout": 30,
        "after_timeout_presence": NOBODY,
        "offered_on": "2044-04-03T00:00:00.000",
    }

    answered = offer(sandbox, assignment(enable_auto_assign="yes", **terms))

    assert answered.status == 200
    assert (item(sandbox)["timeout"], item(sandbox)["after_timeout_presence"]) == ("", "")


@pytest.mark.parametrize("terms", [{"offered_on": "now"}, {"after_timeout_presence": "away"}])
def test_terms_of_a_timeout_may_be_anything_without_one(
    sandbox: Caller, terms: dict[str, str]
) -> None:
    assert offer(sandbox, assignment(**terms)).status == 200


def test_accepted_work_does_not_run_out(sandbox: Caller) -> None:
    offer(sandbox, assignment(timeout=30, enable_auto_assign=True))
    later(sandbox, 60)

    refused(offer(sandbox, assignment()), 409, ACCEPTED)


def test_agent_goes_to_the_presence_state_when_the_offer_runs_out(sandbox: Caller) -> None:
    offer(sandbox, assignment(timeout=30, after_timeout_presence=PRESENCE_AWAY))
    assert presence(sandbox, DESK) == PRESENCE_AVAILABLE
    later(sandbox, 30)

    offer(sandbox, assignment(agent_sys_id=VOICE))

    assert presence(sandbox, DESK) == PRESENCE_AWAY


def test_agent_keeps_the_presence_without_such_a_state(sandbox: Caller) -> None:
    offer(sandbox, assignment(timeout=30))
    later(sandbox, 30)

    offer(sandbox, assignment(agent_sys_id=VOICE))

    assert presence(sandbox, DESK) == PRESENCE_AVAILABLE


def test_end_of_an_offer_outlives_the_refusal_that_noticed_it(sandbox: Caller) -> None:
    offer(sandbox, assignment(timeout=30, after_timeout_presence=PRESENCE_AWAY))
    later(sandbox, 30)

    refused(offer(sandbox, assignment()), 409, NOT_AVAILABLE)

    assert presence(sandbox, DESK) == PRESENCE_AWAY
    assert (item(sandbox)["state"], item(sandbox)["assigned_to"]) == ("queued", "")
    refused(offer(sandbox, assignment(), "task", TASK), 409, NOT_AVAILABLE)


def test_limit_that_somebody_wrote_into_the_record_is_none(sandbox: Caller) -> None:
    offer(sandbox, assignment())
    sandbox.instance.store.update("awa_work_item", item(sandbox)["sys_id"], {"timeout": "soon"})

    refused(offer(sandbox, assignment(agent_sys_id=VOICE)), 409, HELD_BY_DESK)
