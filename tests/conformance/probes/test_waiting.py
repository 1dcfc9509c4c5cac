"""Assignments that take effect later: a run waits for them, and not for ever."""

from __future__ import annotations

import pytest

from tests.conformance.probes import bed
from tests.conformance.probes.bed import Bed
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.offer_faults import VOICE, takes, terms

OFFER = "offerWork"
LATER = "variant-offer-later"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are made; they pass at once."""
    made: list[float] = []
    monkeypatch.setattr("ccaas_kit.probes.offers.waiting.sleep", made.append)
    return made


@pytest.mark.parametrize(
    "name", ["offer-named-agent", "offer-auto-off", "transfer-moves-to-agent", "transfer-wins"]
)
def test_an_assignment_may_take_effect_later(name: str) -> None:
    later = Bed(prepare=lambda instance: instance.change("faults", [LATER]))

    with bed.probing(later) as seen:
        bed.conforms(seen, name, OFFER)


def test_a_prompt_target_is_not_waited_for(target: Targets, pauses: list[float]) -> None:
    seen = target()

    bed.conforms(seen, "offer-named-agent", OFFER)

    assert set(pauses) <= {0.0}


def test_what_never_takes_effect_is_waited_for_once(target: Targets, pauses: list[float]) -> None:
    """Another agent is always offered the work: nobody ever seems to have it."""
    seen = target(fault=takes(lambda body: terms(body).get("agent_sys_id") == VOICE))

    bed.unverified(seen, "offer-assigned-to", OFFER)
    first = sum(pauses)
    bed.look(seen, "offer-named-agent", OFFER)

    assert first > 10
    assert sum(pauses) - first < first / 2
