"""Assignments that take effect later: a run waits for them, and not for ever."""

from __future__ import annotations

import time

import pytest

from tests.conformance.probes import bed
from tests.conformance.probes.bed import Bed
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.offer_faults import VOICE, takes, terms

OFFER = "offerWork"
LATER = "variant-offer-later"


@pytest.mark.parametrize(
    "name", ["offer-named-agent", "offer-auto-off", "transfer-moves-to-agent", "transfer-wins"]
)
def test_an_assignment_may_take_effect_later(name: str) -> None:
    later = Bed(prepare=lambda instance: instance.change("faults", [LATER]), sleep=time.sleep)

    with bed.probing(later) as seen:
        bed.conforms(seen, name, OFFER)


def test_a_prompt_target_is_not_waited_for(target: Targets) -> None:
    pauses: list[float] = []
    seen = target(sleep=pauses.append)

    bed.conforms(seen, "offer-named-agent", OFFER)

    # It is ready to wait, and does not.
    assert pauses
    assert set(pauses) == {0.0}


def test_what_never_takes_effect_is_waited_for_once(target: Targets) -> None:
    """Another agent is always offered the work: nobody ever seems to have it."""
    pauses: list[float] = []
    never = takes(lambda body: terms(body).get("agent_sys_id") == VOICE)
    seen = target(fault=never, sleep=pauses.append)

    bed.unverified(seen, "offer-assigned-to", OFFER)
    first = sum(pauses)
    bed.look(seen, "offer-named-agent", OFFER)

    assert first > 10
    assert sum(pauses) - first < first / 2


def test_the_last_seconds_are_not_waited_away(target: Targets) -> None:
    pauses: list[float] = []
    never = takes(lambda body: terms(body).get("agent_sys_id") == VOICE)
    seen = target(fault=never, sleep=pauses.append, seconds=9)

    bed.blocked(seen, "offer-assigned-to", OFFER)

    assert sum(pauses) < 9
