"""The probes of Agent Mapping: kept by the sandbox, and seen broken where it is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ccaas_kit.probes.agents import agents
from ccaas_kit.probes.probing import Probing
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.instance.instance import Instance
from tests.conformance.probes import bed, clause_cases
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.faults import (
    both,
    has,
    lacks,
    on,
    refused,
    result,
    sends,
    served,
    status,
)
from tests.looping import every

PUT = "setAgentMapping"
CASES = clause_cases.of(agents.PROBES)
AGENTS = bed.settings().ids["agentId"]
CHANNELS = ("5b0fd2a187851210be070d48dabb0a01", "5b0fd2a187851210be070d48dabb0a02")

ANOTHER, EMPTY = result(mappingIds=["a" * 32]), result(mappingIds=[])


def wrong(change: Any, **options: Any) -> dict[str, Any]:
    return {"fault": on(PUT, change, **options)}


def no_contacts(request: Request, response: Response) -> Response:
    """An instance on which our user may create no contact."""
    return bed.with_status(response, 403) if bed.is_of(request, "createContact") else response


def contacts_are_no_agents(request: Request, response: Response) -> Response:
    is_known = any(agent in request.path for agent in AGENTS)
    return response if is_known or not bed.is_of(request, PUT) else bed.with_status(response, 400)


def names_the_agent(response: Response) -> Response:
    """The list of mappings also names a user."""

    def change(body: dict[str, Any]) -> None:
        body["result"]["mappingIds"].append(AGENTS[0])

    return bed.with_json(response, change)


def not_known(request: Request, _: Response) -> bool:
    return "/inboundId/ServiceNow" not in request.path


def any_record_is_an_agent(request: Request, response: Response) -> Response:
    """A provider is taken for an agent."""
    provider = bed.settings().ids["external_provider"][0]
    is_one = bed.is_of(request, PUT) and provider in request.path
    return bed.with_status(response, 201) if is_one else response


def what_begins_alike_is_known(request: Request, response: Response) -> Response:
    begins = bed.is_of(request, PUT) and "/inboundId/ServiceNow" in request.path
    return bed.with_status(response, 201) if begins and response.status == 400 else response


def all_mapped(instance: Instance) -> None:
    """Each known agent has a mapping at each inbound id."""
    number = 0
    for agent in AGENTS:
        for channel in CHANNELS:
            number += 1
            instance.store.insert(
                "external_agent_mapping",
                {
                    "sys_id": f"{number:032x}",
                    "agent": agent,
                    "provider_channel_identity": channel,
                    "external_agent_id": "12345",
                    "active": "true",
                },
            )


# By clause, a sandbox in which its promise alone is broken.
BREAKS: list[tuple[str, dict[str, Any]]] = [
    ("AGT-PUT-04", wrong(status(200), when=has(201))),
    ("AGT-PUT-05", wrong(status(201), when=has(200))),
    ("AGT-PUT-06", wrong(ANOTHER, when=has(200))),
    ("AGT-PUT-07", wrong(ANOTHER, when=has(200))),
    ("AGT-PUT-07", wrong(status(201), when=has(200))),
    ("AGT-PUT-08", wrong(ANOTHER)),
    ("AGT-PUT-08", wrong(status(200), when=has(201))),
    ("AGT-PUT-08", {"fault": lambda q, r: on(PUT, ANOTHER)(q, no_contacts(q, r))}),
    ("AGT-PUT-09", wrong(ANOTHER)),
    ("AGT-PUT-09", wrong(status(200), when=has(201))),
    ("AGT-PUT-01", wrong(status(400))),
    ("AGT-PUT-S200", wrong(status(201), when=has(200))),
    ("AGT-PUT-S201", wrong(status(200), when=has(201))),
    ("AGT-PUT-S400", wrong(status(404), when=both(refused, not_known))),
    ("AGT-PUT-15", wrong(status(404), when=refused)),
    ("AGT-PUT-15", {"fault": any_record_is_an_agent}),
    ("AGT-PUT-16", wrong(status(400))),
    ("AGT-PUT-17", wrong(status(201), when=refused)),
    ("AGT-PUT-17", {"fault": what_begins_alike_is_known}),
    ("AGT-PUT-19", wrong(status(400), when=sends('"active": true'))),
    ("AGT-PUT-20", wrong(status(400), when=sends('"active": "false"'))),
    ("AGT-PUT-23", wrong(status(400), when=lacks("active"))),
    ("AGT-PUT-26", wrong(status(201), when=sends("true"))),
    ("AGT-PUT-40", wrong(result(message="inserted"), when=served)),
    ("AGT-PUT-41", wrong(result(message="updated"), when=served)),
    ("AGT-PUT-41", wrong(result(message="deleted"), when=sends('"active": false'))),
    ("AGT-PUT-43", wrong(result(status="success"), when=refused)),
    *(
        ("AGT-PUT-56", {**wrong(names_the_agent, when=has(number)), "tables": True})
        for number in (200, 201)
    ),
    *(
        ("AGT-PUT-56", {**wrong(EMPTY, when=when), "tables": True})
        for when in (has(201), sends('"active": false'))
    ),
    ("AGT-PUT-54", wrong(status(400), when=lacks("active"))),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[Probing]:
    """One sandbox that keeps every promise, for all cases that are to conform."""
    with bed.probing(bed.Bed(tables=True)) as seen:
        yield seen


def test_each_probe_decides_a_clause_and_is_seen_to_fail() -> None:
    assert {case.probe for case in CASES.values()} == {probe.name for probe in agents.PROBES}
    assert {key for key, _ in BREAKS} == set(CASES)


@every("key", CASES)
def test_the_sandbox_keeps_it(shared: Probing, key: str) -> None:
    case = CASES[key]

    bed.conforms(shared, case.probe, case.operation, case.pointer)


@every(("key", "settings"), BREAKS, ids=[f"{key} {i}" for i, (key, _) in enumerate(BREAKS)])
def test_a_broken_promise_is_seen(target: Targets, key: str, settings: dict[str, Any]) -> None:
    case = CASES[key]

    bed.violates(target(**settings), case.probe, case.operation, case.pointer)


@every("fault", [no_contacts, contacts_are_no_agents])
@every("key", CASES)
def test_known_agents_stand_in_for_contacts(target: Targets, key: str, fault: bed.Fault) -> None:
    case = CASES[key]

    bed.conforms(target(fault=fault, tables=True), case.probe, case.operation, case.pointer)


@every("key", CASES)
def test_where_all_are_mapped_only_creation_stays_unseen(target: Targets, key: str) -> None:
    case = CASES[key]
    seen = target(fault=no_contacts, prepare=all_mapped, tables=True)
    is_of_creation = case.probe in ("agent-created", "agent-message-of-creation")
    outcome = bed.unverified if is_of_creation else bed.conforms

    opinion = outcome(seen, case.probe, case.operation, case.pointer)

    assert ("no agent without a mapping was known" in opinion.detail) == is_of_creation


@pytest.mark.parametrize(
    ("key", "name", "ids"),
    [
        ("AGT-PUT-08", "agentId", AGENTS[:1]),
        ("AGT-PUT-09", "inboundId", ("ServiceNowVoice",)),
        ("AGT-PUT-16", "inboundId", ()),
        ("AGT-PUT-17", "agentId", ()),
    ],
)
def test_what_is_not_known_stands_in_the_way(
    target: Targets, key: str, name: str, ids: tuple[str, ...]
) -> None:
    case = CASES[key]
    seen = target(fault=no_contacts)
    seen.pools = replace(seen.pools, existing={**seen.pools.existing, name: ids})

    bed.blocked(seen, case.probe, case.operation, case.pointer)


@pytest.mark.parametrize("key", ["AGT-PUT-04", "AGT-PUT-05", "AGT-PUT-19", "AGT-PUT-26"])
def test_agents_whom_nobody_can_map_show_nothing(target: Targets, key: str) -> None:
    case = CASES[key]

    bed.unverified(target(fault=on(PUT, status(400))), case.probe, case.operation, case.pointer)


def test_a_refusal_in_the_shape_of_the_platform_has_no_status(target: Targets) -> None:
    def envelope(response: Response) -> Response:
        error = {"error": {"message": "Invalid agent ID", "detail": ""}, "status": "failure"}
        return bed.with_json(response, lambda _body: error)

    case = CASES["AGT-PUT-43"]
    seen = target(fault=on(PUT, envelope, when=refused))

    bed.unverified(seen, case.probe, case.operation, case.pointer)


def test_a_call_that_repeats_another_may_write_no_record(target: Targets) -> None:
    """The list names what was created or updated, and there was nothing to update."""
    case = CASES["AGT-PUT-56"]
    repeats = both(has(200), lacks("active"))
    seen = target(fault=on(PUT, EMPTY, when=repeats), tables=True)

    bed.conforms(seen, case.probe, case.operation, case.pointer)


@pytest.mark.parametrize("key", ["AGT-PUT-40", "AGT-PUT-41"])
def test_a_full_stop_at_the_end_of_a_message_is_no_deviation(target: Targets, key: str) -> None:
    def stopped(response: Response) -> Response:
        def change(body: dict[str, Any]) -> None:
            body["result"]["message"] += "."

        return bed.with_json(response, change)

    case = CASES[key]
    seen = target(fault=on(PUT, stopped, when=served))

    bed.conforms(seen, case.probe, case.operation, case.pointer)


def test_a_capital_letter_in_the_status_is_no_deviation(target: Targets) -> None:
    case = CASES["AGT-PUT-43"]
    seen = target(fault=on(PUT, result(status="Failure"), when=refused))

    bed.conforms(seen, case.probe, case.operation, case.pointer)
