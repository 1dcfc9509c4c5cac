"""The probes of Interaction: kept by the sandbox, and seen broken where it is broken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ccaas_kit.probes.interactions import interactions
from ccaas_kit.probes.probing import Probing
from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed, clause_cases
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.faults import (
    When,
    after,
    both,
    has,
    is_at,
    is_from,
    of_latest,
    on,
    refused,
    repeated,
    result,
    sends,
    status,
)
from tests.looping import every

CREATE, CLOSE, OFFER = "createInteraction", "closeInteraction", "offerWork"
CASES = clause_cases.of(interactions.PROBES)
ANOTHER = "a" * 32
INACTIVE = result(success=False, message="Document is not active")


def made(change: Any, **options: Any) -> dict[str, Any]:
    return {"fault": on(CREATE, change, **options)}


def closed(change: Any, **options: Any) -> dict[str, Any]:
    return {"fault": on(CLOSE, change, **options)}


def offered(change: Any, **options: Any) -> dict[str, Any]:
    return {"fault": on(OFFER, change, **options)}


def in_xml(old: bytes, new: bytes) -> Any:
    """Answers in XML have another value."""
    return lambda response: Response(
        response.status, response.headers, response.body.replace(old, new)
    )


def at_version(request: Request, _: Response) -> bool:
    return request.path.startswith("/api/now/v")


def inactive(response: Response) -> Response:
    return bed.with_status(INACTIVE(response), 409)


def reads(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """A sandbox that reads a body in JSON with other fields, and a user who may use the Table API."""

    def tamper(request: Request) -> Request:
        is_json = "json" in request.headers.get("content-type", "")
        if not bed.is_of(request, CREATE) or not is_json:
            return request
        body = json.loads(request.body)
        change(body)
        return replace(request, body=json.dumps(body).encode())

    return {"tamper": tamper, "tables": True}


def swapped(body: dict[str, Any]) -> None:
    """Swap context and channel metadata."""
    values = {name: body.pop(name) for name in ("context", "channel_metadata") if name in body}
    other = {"context": "channel_metadata", "channel_metadata": "context"}
    body.update({other[name]: value for name, value in values.items()})


def stale(field: str, kind: type) -> Callable[[dict[str, Any]], None]:
    """Set a field to its value in the previous call that had one of this JSON type."""
    values: list[Any] = []

    def change(body: dict[str, Any]) -> None:
        if isinstance(body.get(field), kind):
            values.append(body[field])
            body[field] = values[-2:][0]

    return change


# By clause, a sandbox in which its promise alone is broken.
BREAKS: list[tuple[str, dict[str, Any]]] = [
    ("INT-CREATE-01", made(status(200), when=has(201))),
    ("INT-CREATE-04", made(result(queue=ANOTHER), when=at_version)),
    ("INT-CREATE-04", made(result(contextTable="live_group_profile"), when=at_version)),
    ("INT-CREATE-38", made(in_xml(b"<contextTable>interaction<", b"<contextTable>task<"))),
    ("INT-CLOSE-13", closed(in_xml(b"<state>closed_complete<", b"<state>closed<"))),
    ("INT-CREATE-S201", made(status(200), when=has(201))),
    ("INT-CREATE-02", made(result(number="IMS0000001"))),
    ("INT-CREATE-02", made(result(sys_id=ANOTHER))),
    ("INT-CREATE-09", made(status(400), when=sends("28a59893873103002ae97e2526cb0b5d"))),
    ("INT-CREATE-11", made(status(400), when=sends('"context": {'))),
    ("INT-CREATE-12", made(status(400), when=sends('"context": "'))),
    ("INT-CREATE-14", made(result(contextTable="live_group_profile"))),
    ("INT-CREATE-15", made(result(contextDocument=ANOTHER))),
    *(("INT-CREATE-16", reads(stale("context", kind))) for kind in (dict, str)),
    *(("INT-CREATE-95", reads(stale("channel_metadata", kind))) for kind in (dict, str)),
    ("INT-CREATE-16", reads(swapped)),
    ("INT-CREATE-16", {**made(result(contextDocument=ANOTHER)), "tables": True}),
    ("INT-CREATE-95", reads(swapped)),
    ("INT-CREATE-17", made(result(contextDocument=ANOTHER))),
    ("INT-CREATE-17", made(result(contextTable="interaction_json_blob"))),
    ("INT-CREATE-18", made(status(400), when=sends('"context"', "context_id"))),
    ("INT-CREATE-19", made(status(201), when=refused)),
    ("INT-CREATE-21", made(status(201), when=refused)),
    ("INT-CREATE-23", made(status(400), when=sends('"channel_metadata": {'))),
    ("INT-CREATE-24", made(status(400), when=sends('"channel_metadata": "'))),
    ("INT-CREATE-27", made(status(400), when=sends('"channel_metadata"', "metadata_id"))),
    ("INT-CREATE-28", made(result(channelMetadataTable="interaction_json_blob"))),
    ("INT-CREATE-29", made(result(channelMetadataDocument=ANOTHER))),
    ("INT-CREATE-30", made(result(channelMetadataDocument=ANOTHER))),
    ("INT-CREATE-31", made(status(201), when=refused)),
    ("INT-CREATE-33", made(status(201), when=refused)),
    ("INT-CREATE-35", made(status(400), when=sends("queue"))),
    ("INT-CREATE-59", made(result(state="new"), when=sends("queue"))),
    ("INT-CREATE-60", made(result(state="queued"))),
    ("INT-CREATE-62", made(result(queue=ANOTHER))),
    ("INT-CREATE-63", made(result(closed_by=ANOTHER))),
    ("INT-CREATE-65", made(result(channel="Phone"))),
    ("INT-CREATE-70", made(result(assigned_to=None))),
    ("INT-CREATE-70", made(result(opened_for=None))),
    ("INT-CREATE-71", made(status(400), when=sends("Messaging"))),
    ("INT-CREATE-72", made(status(400), when=sends('"chat"'))),
    ("INT-CREATE-84", made(result(contextDocument=ANOTHER))),
    ("INT-CREATE-74", offered(status(404))),
    ("INT-CREATE-74", offered(inactive)),
    ("INT-CREATE-85", made(status(400), when=has(201))),
    ("INT-CLOSE-01", closed(status(409))),
    ("INT-CLOSE-02", {**of_latest(CLOSE), "tables": True}),
    ("INT-CLOSE-45", closed(status(404))),
    ("INT-CLOSE-S200", closed(status(201))),
    ("INT-CLOSE-05", closed(result(state="closed"), when=at_version)),
    ("INT-CLOSE-05", closed(result(sys_id=ANOTHER), when=at_version)),
    ("INT-CLOSE-03", closed(status(400))),
    ("INT-CLOSE-04", closed(status(400))),
    ("INT-CLOSE-09", closed(result(number="IMS0000001"))),
    ("INT-CLOSE-09", of_latest(CLOSE)),
    ("INT-CLOSE-34", closed(result(closed_by=""))),
    ("INT-CLOSE-34", closed(result(closed_by=ANOTHER))),
    ("INT-CLOSE-34", closed(result(closed_by=ANOTHER), when=after(is_at("/close")))),
    ("INT-CLOSE-35", closed(result(channel="Phone"))),
    ("INT-CLOSE-36", closed(result(queue=""))),
    ("INT-CLOSE-37", closed(result(contextDocument=ANOTHER))),
    ("INT-CLOSE-42", closed(result(state="closed_abandoned"))),
    ("INT-CLOSE-44", closed(result(assigned_to=None))),
    ("INT-CLOSE-44", closed(result(opened_for=None))),
    ("INT-CLOSE-47", closed(status(400), when=repeated())),
    ("INT-CLOSE-48", closed(result(closed_by=ANOTHER), when=repeated())),
    ("INT-CLOSE-49", offered(inactive)),
    ("INT-CLOSE-62", closed(status(400))),
    ("INT-CLOSE-S404", closed(status(400), when=has(404))),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[Probing]:
    """One sandbox that keeps every promise, for all cases that are to conform."""
    with bed.probing(bed.Bed(tables=True)) as seen:
        yield seen


def test_each_probe_decides_a_clause_and_is_seen_to_fail() -> None:
    assert {case.probe for case in CASES.values()} == {probe.name for probe in interactions.PROBES}
    assert {key for key, _ in BREAKS} == set(CASES)


@every("key", CASES)
def test_the_sandbox_keeps_it(shared: Probing, key: str) -> None:
    case = CASES[key]

    bed.conforms(shared, case.probe, case.operation, case.pointer)


@every(("key", "settings"), BREAKS, ids=[f"{key} {i}" for i, (key, _) in enumerate(BREAKS)])
def test_a_broken_promise_is_seen(target: Targets, key: str, settings: dict[str, Any]) -> None:
    case = CASES[key]

    bed.violates(target(**settings), case.probe, case.operation, case.pointer)


@pytest.mark.parametrize("key", ["INT-CREATE-16", "INT-CREATE-95"])
def test_where_an_instance_keeps_data_is_its_own_affair(target: Targets, key: str) -> None:
    case = CASES[key]
    elsewhere = reads(
        lambda body: [body.pop(name, None) for name in ("context", "channel_metadata")]
    )

    bed.unverified(target(**elsewhere), case.probe, case.operation, case.pointer)
    bed.blocked(target(tables=False), case.probe, case.operation, case.pointer)


@pytest.mark.parametrize("key", ["INT-CREATE-62", "INT-CREATE-59", "INT-CLOSE-36"])
def test_an_instance_may_ignore_the_queue(target: Targets, key: str) -> None:
    case = CASES[key]
    seen = target(fault=on(CREATE, result(queue="", state="new")))
    outcome = bed.conforms if key == "INT-CREATE-62" else bed.unverified

    outcome(seen, case.probe, case.operation, case.pointer)


@pytest.mark.parametrize("state", ["Closed Complete", "closed", "Closed"])
def test_a_label_of_a_closed_state_is_no_deviation(target: Targets, state: str) -> None:
    case = CASES["INT-CLOSE-42"]

    bed.conforms(
        target(fault=on(CLOSE, result(state=state))), case.probe, case.operation, case.pointer
    )


def test_a_queue_that_a_rule_has_found_says_nothing_of_new_interactions(target: Targets) -> None:
    case = CASES["INT-CREATE-60"]
    seen = target(fault=on(CREATE, result(queue=ANOTHER, state="queued")))

    bed.unverified(seen, case.probe, case.operation, case.pointer)


def test_the_label_of_a_state_is_no_deviation(target: Targets) -> None:
    seen = target(fault=on(CREATE, result(state="New")))
    case = CASES["INT-CREATE-60"]

    bed.conforms(seen, case.probe, case.operation, case.pointer)


def test_letters_of_a_channel_may_change(target: Targets) -> None:
    seen = target(fault=on(CREATE, result(channel="Chat")))
    case = CASES["INT-CREATE-65"]

    bed.conforms(seen, case.probe, case.operation, case.pointer)


def test_a_channel_that_the_target_lacks_says_nothing(target: Targets) -> None:
    seen = target(fault=on(CREATE, status(400)), known={"connectors": None})
    case = CASES["INT-CREATE-01"]

    bed.unverified(seen, case.probe, case.operation, case.pointer)


def test_without_a_known_connector_a_name_has_to_do(target: Targets) -> None:
    seen = target(known={"connectors": None})
    case = CASES["INT-CREATE-01"]

    bed.conforms(seen, case.probe, case.operation, case.pointer)


@pytest.mark.parametrize("key", ["INT-CREATE-11", "INT-CREATE-19", "INT-CREATE-35", "INT-CLOSE-04"])
def test_where_nothing_can_be_created_nothing_is_seen(target: Targets, key: str) -> None:
    case = CASES[key]

    bed.unverified(target(fault=on(CREATE, status(500))), case.probe, case.operation, case.pointer)


@pytest.mark.parametrize("key", ["INT-CREATE-74", "INT-CLOSE-49"])
def test_an_offer_that_is_refused_for_another_reason_says_nothing(
    target: Targets, key: str
) -> None:
    case = CASES[key]
    away = result(success=False, message="Agent is not available")

    bed.unverified(target(fault=on(OFFER, away)), case.probe, case.operation, case.pointer)


def test_queues_of_the_config_serve_as_well(target: Targets) -> None:
    seen = target()
    existing = {name: ids for name, ids in seen.pools.existing.items() if name != "queue"}
    seen.pools = replace(seen.pools, existing=existing)
    case = CASES["INT-CREATE-35"]

    bed.conforms(seen, case.probe, case.operation, case.pointer)


def test_a_second_user_who_may_not_close_says_nothing(target: Targets) -> None:
    case = CASES["INT-CLOSE-48"]
    seen = target(fault=on(CLOSE, status(403), when=both(repeated(), is_from("interaction_admin"))))

    bed.unverified(seen, case.probe, case.operation, case.pointer)


def test_one_who_closed_for_every_caller_is_seen(target: Targets) -> None:
    case = CASES["INT-CLOSE-34"]
    name = "SN_INTERACTION_ADMIN"
    # Two names of one user, as if the instance took every caller for the same.
    seen = target(environment={f"{name}_USERNAME": "admin", f"{name}_PASSWORD": "admin"})

    bed.violates(seen, case.probe, case.operation, case.pointer)


@pytest.mark.parametrize("field", ["channel", "queue", "contextDocument", "channelMetadataTable"])
@pytest.mark.parametrize(
    ("key", "when"),
    [
        ("INT-CREATE-04", at_version),
        ("INT-CREATE-84", lambda request, _: b"<request" in request.body),
    ],
    ids=["at a version", "in XML"],
)
def test_one_form_shows_what_the_call_before_it_had(
    target: Targets, key: str, when: When, field: str
) -> None:
    case = CASES[key]
    shown: list[Any] = []

    def stale(response: Response) -> Response:
        shown.append(json.loads(response.body)["result"][field])
        return result(**{field: shown[-2:][0]})(response)

    seen = target(fault=on(CREATE, stale, when=both(when, has(201))))

    bed.violates(seen, case.probe, case.operation, case.pointer)
