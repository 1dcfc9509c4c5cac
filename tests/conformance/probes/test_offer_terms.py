"""Probes of the terms of an offer: they see the sandbox keep each, and see it broken by a fault."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from ccaas_kit.probes.offers import terms as offer_terms
from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.offer_faults import (
    PRESENCE,
    PRESENCE_AVAILABLE,
    Body,
    changes,
    reads_as,
    reads_term_as,
    refuses,
    terms,
)
from tests.looping import every

OFFER = "offerWork"
AUTO, DECLINE = "enable_auto_assign", "allowed_to_decline"


def _refuses_term(name: str, *values: Any) -> dict[str, Any]:
    def hits(body: Body) -> bool:
        found = terms(body).get(name, ...)
        # In Python, True is 1.
        return any(found == value and type(found) is type(value) for value in values)

    return {"fault": refuses(hits)}


def _presence_is_unknown(body: Body) -> bool:
    known = (None, "", PRESENCE, PRESENCE_AVAILABLE)
    return terms(body).get("after_timeout_presence") not in known


def _reads_local_time(body: Body) -> None:
    found = terms(body)
    if "offered_on" in found:
        local = datetime.fromisoformat(found["offered_on"]) + timedelta(hours=8)
        found["offered_on"] = local.isoformat(timespec="milliseconds")


def _forgets_when(body: Body) -> None:
    terms(body).pop("offered_on", None)


def _counts_minutes(body: Body) -> None:
    if terms(body).get("timeout"):
        terms(body)["timeout"] = terms(body)["timeout"] * 60


def _accepts_all(body: Body) -> None:
    if "assignment" in body:
        terms(body).setdefault(AUTO, True)


# A probe, and what breaks its promise.
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("offer-presence", _refuses_term("after_timeout_presence", "")),
    ("offer-presence", _refuses_term("after_timeout_presence", PRESENCE, PRESENCE_AVAILABLE)),
    ("offer-presence-ignored", {"fault": refuses(_presence_is_unknown)}),
    ("offer-presence-ignored", _refuses_term("after_timeout_presence", "away")),
    ("offer-decline-boolean", _refuses_term(DECLINE, False)),
    ("offer-auto-boolean", _refuses_term(AUTO, True)),
    ("offer-flags-as-sample", _refuses_term(AUTO, "false")),
    ("offer-flag-texts", _refuses_term(DECLINE, "yes")),
    ("offer-display-options", _refuses_term("display_option", "card_only")),
    (
        "offer-display-alone",
        {
            "fault": refuses(
                lambda body: "display_option" in terms(body) and AUTO not in terms(body)
            )
        },
    ),
    ("offer-auto-accepts", {"tamper": reads_term_as(AUTO, "1", "0")}),
    ("offer-auto-off", {"tamper": reads_term_as(AUTO, "no", "yes")}),
    ("offer-auto-absent", {"tamper": reads_as(_accepts_all)}),
    ("offer-moment-ago", {"tamper": reads_as(_reads_local_time)}),
    ("offer-time-left", {"tamper": reads_as(_forgets_when)}),
    ("offer-time-left", {"tamper": reads_as(_counts_minutes)}),
    (
        "offer-time-ignored",
        {
            "fault": refuses(
                lambda body: "offered_on" in terms(body) and "timeout" not in terms(body)
            )
        },
    ),
    ("offer-time-ignored", _refuses_term("offered_on", "now")),
    ("offer-timeout-number", _refuses_term("timeout", 30)),
    ("offer-timeout-text", _refuses_term("timeout", "30")),
    ("offer-timeout-zero", _refuses_term("timeout", 0)),
    ("offer-no-limit", {"tamper": reads_term_as("timeout", "", 30)}),
    ("offer-sample", _refuses_term(DECLINE, "true")),
]


@every("name", dict.fromkeys(name for name, _ in FAULTS))
def test_the_sandbox_keeps_it(target: Targets, name: str) -> None:
    bed.conforms(target(), name, OFFER)


@every(("name", "settings"), FAULTS)
def test_a_fault_breaks_it(target: Targets, name: str, settings: dict[str, Any]) -> None:
    bed.violates(target(**settings), name, OFFER)


def test_every_probe_is_tested() -> None:
    assert {name for name, _ in FAULTS} == {probe.name for probe in offer_terms.PROBES}


def test_offers_on_the_same_terms_are_sent_once(target: Targets) -> None:
    seen = target()

    bed.conforms(seen, "offer-decline-boolean", OFFER)
    before = len(seen.seen(OFFER))
    bed.conforms(seen, "offer-decline-boolean", OFFER)

    assert len(seen.seen(OFFER)) == before


def test_agents_who_have_become_busy_show_nothing(target: Targets) -> None:
    busy: list[bool] = []

    def hits(body: Body) -> bool:
        busy.extend([True] * ("timeout" in terms(body)))
        return bool(busy)

    fault = refuses(hits, message="Agent is not available")

    bed.unverified(target(fault=fault), "offer-timeout-number", OFFER)


def test_an_agent_who_is_called_busy_on_some_terms_only_is_not(target: Targets) -> None:
    fault = refuses(lambda body: "timeout" in terms(body), message="Agent is not available")

    bed.violates(target(fault=fault), "offer-timeout-number", OFFER)


@pytest.mark.parametrize("name", ["offer-auto-accepts", "offer-auto-off", "offer-auto-absent"])
def test_refusals_that_do_not_tell_show_nothing(target: Targets, name: str) -> None:
    def silence(result: Body) -> None:
        if not result["success"]:
            result["message"] = "maybe is not a valid boolean value"

    bed.unverified(target(fault=changes(silence)), name, OFFER)


def test_a_presence_is_looked_at_where_no_transfer_has_an_answer(target: Targets) -> None:
    def fault(request: Request, response: Response) -> Response:
        if b'"transfer"' in request.body:
            return bed.with_status(response, 503)
        return refuses(lambda body: "after_timeout_presence" in terms(body))(request, response)

    bed.violates(target(fault=fault), "offer-presence", OFFER)
