"""Values that the contract excludes and fields that it asks for, in each place that a clause names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ccaas_kit.probes import bad_values
from ccaas_kit.probes.probing import Probing
from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed, clause_cases
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.faults import both, has, on, status
from tests.looping import every

CASES = clause_cases.of(bad_values.PROBES)
# What an instance may answer in place of the 400 that is wanted.
WRONG = (200, 406, 409, 415, 422)


@pytest.fixture(scope="module")
def shared() -> Iterator[Probing]:
    """One sandbox that keeps every promise, for all cases that are to conform."""
    with bed.probing(bed.Bed()) as seen:
        yield seen


def test_each_kind_of_place_is_asked_for() -> None:
    pointers = {case.pointer.rpartition("/")[2] for case in CASES.values()}

    assert {"TableName", "DocumentId", "AgentId", "InteractionId"} <= pointers
    assert {"type", "minLength", "maxLength", "pattern", "required", "400"} <= pointers
    assert {"external_provider", "AgentActive", "context", "queue", "context_id"} <= pointers
    assert {case.probe for case in CASES.values()} == {probe.name for probe in bad_values.PROBES}


@every("key", CASES)
def test_the_sandbox_refuses_it(shared: Probing, key: str) -> None:
    case = CASES[key]

    bed.conforms(shared, case.probe, case.operation, case.pointer)


@every("wrong", WRONG)
@every("key", CASES)
def test_another_status_is_seen(target: Targets, key: str, wrong: int) -> None:
    case = CASES[key]
    seen = target(fault=on(case.operation, status(wrong), when=has(400)))

    bed.violates(seen, case.probe, case.operation, case.pointer)


@pytest.mark.parametrize("wrong", [401, 403, 429])
def test_a_refusal_of_the_caller_says_nothing(target: Targets, wrong: int) -> None:
    case = CASES["EXT-PUT-20"]
    seen = target(fault=on(case.operation, status(wrong), when=has(400)))
    outcome = bed.blocked if wrong == 429 else bed.unverified

    outcome(seen, case.probe, case.operation, case.pointer)


def test_what_refuses_every_call_refuses_no_value(target: Targets) -> None:
    case = CASES["EXT-PUT-20"]

    bed.unverified(
        target(fault=on(case.operation, status(400))), case.probe, case.operation, case.pointer
    )


def test_a_required_field_is_asked_for_at_both_urls(target: Targets) -> None:
    case = CASES["INT-CREATE-08"]
    seen = target(fault=on(case.operation, status(201), when=both(has(400), at_version)))

    bed.violates(seen, case.probe, case.operation, case.pointer)


def test_a_required_field_is_asked_for_beside_all_others(target: Targets) -> None:
    case = CASES["INT-CREATE-08"]
    seen = target(fault=on(case.operation, status(201), when=both(has(400), names_a_queue)))

    bed.violates(seen, case.probe, case.operation, case.pointer)


def at_version(request: Request, _: Response) -> bool:
    return request.path.startswith("/api/now/v")


def names_a_queue(request: Request, _: Response) -> bool:
    return b'"queue"' in request.body
