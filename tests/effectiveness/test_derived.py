"""Derived faults do what they say, and nothing else, on a sandbox in this process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ccaas_kit import faults
from ccaas_kit.faults import derived
from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.serving import build, options
from tests.sandbox.conftest import Caller
from tests.sandbox.test_statuses import NOBODY, VALID, send

CONTRACT = Contract()
KNOWN = derived.of(CONTRACT)
# One of each rule at each operation.
SOME = sorted({(each.rule, each.operation): name for name, each in KNOWN.items()}.values())
INTERACTION = {"channel": "chat"}
CONNECTOR = "28a59893873103002ae97e2526cb0b5d"
QUEUED = {"channel": "chat", "queue": NOBODY}
PATH = "/api/now/interaction"


@pytest.fixture(scope="module")
def shared() -> Iterator[Caller]:
    app = build.app(options.parse([]), contract=CONTRACT)
    yield Caller(app)
    app.instance.close()


def wrong(shared: Caller, name: str) -> Caller:
    """The sandbox as it was seeded, with one fault."""
    assert name in KNOWN
    shared.instance.reset()
    shared.instance.change("faults", [name])
    return shared


def changed(shared: Caller, name: str) -> int:
    told: int = faults.state(shared.instance)["changed"].get(name, 0)
    return told


@pytest.mark.parametrize("name", SOME)
def test_no_derived_fault_fails_itself_or_names_itself(shared: Caller, name: str) -> None:
    caller, own = wrong(shared, name), KNOWN[name].operation
    for operation in CONTRACT.operations:
        if operation.base != own:
            continue
        responses = [send(caller, operation) for _ in range(2)]
        responses += [send(caller, operation, path={each: NOBODY}) for each in VALID[own][0]]
        responses += [send(caller, operation, user=user) for user in ("no_roles", None)]
        for media in ("application/xml", "text/csv"):
            responses.append(send(caller, operation, headers={"Accept": media}))
        if operation.writes:
            responses += [send(caller, operation, raw=raw) for raw in (b'{"a":', b"{}")]
        assert not any(b"derived" in response.raw for response in responses)

    assert faults.failed(caller.instance) == []


# Other methods of its path lead to no operation.
OF_ITS_OWN = [
    name
    for name in SOME
    if KNOWN[name].operation == "getContact" and KNOWN[name].rule != "method-answered"
]


@pytest.mark.parametrize("name", OF_ITS_OWN)
def test_a_fault_leaves_other_operations_as_they_are(shared: Caller, name: str) -> None:
    caller = wrong(shared, name)

    response = caller("POST", PATH, body=INTERACTION)

    assert (response.status, changed(caller, name)) == (201, 0)


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("field-not-demanded:channel", {}, 201),
        ("field-demanded:queue", INTERACTION, 400),
        ("value-refused:channel=string", INTERACTION, 400),
        ("type-not-held:channel", {"channel": 1}, 201),
        ("body-refused:application/json-415", INTERACTION, 415),
        ("status-replaced:201-by-400", INTERACTION, 400),
        ("status-replaced:400-by-403:a body that its schema refuses", {}, 403),
        ("status-replaced:400-by-403:an unreadable body", {}, 400),
        ("body-unreadable-served", {}, 400),
    ],
)
def test_what_a_fault_says_is_so(
    shared: Caller, name: str, body: dict[str, Any], status: int
) -> None:
    caller = wrong(shared, f"derived:createInteraction:{name}")

    assert caller("POST", PATH, body=body).status == status


def test_a_field_is_ignored_altered_or_that_of_the_call_before(shared: Caller) -> None:
    def told(rule: str, *channels: str) -> list[str]:
        caller = wrong(shared, f"derived:createInteraction:{rule}")
        responses = [caller("POST", PATH, body={"channel": channel}) for channel in channels]
        return [response.result["channel"] for response in responses]

    assert told("field-stale:channel", "chat", "phone", "video") == ["chat", "chat", "phone"]
    assert told("field-altered:channel", "chat", CONNECTOR) == [CONNECTOR, CONNECTOR[::-1]]
    name = "derived:createInteraction:field-altered:queue"
    assert wrong(shared, name)("POST", PATH, body=QUEUED).result["queue"] == f"{NOBODY[:-1]}1"
    name = "derived:createInteraction:field-ignored:queue"
    assert wrong(shared, name)("POST", PATH, body=QUEUED).result["queue"] == ""
    shared.instance.reset()
    assert shared("POST", PATH, body=QUEUED).result["queue"] == QUEUED["queue"]


def test_a_form_restricts_a_fault_to_its_calls(shared: Caller) -> None:
    caller = wrong(shared, "derived:createInteraction:field-not-demanded:channel@versioned")

    assert caller("POST", PATH, body={}).status == 400
    assert caller("POST", "/api/now/v1/interaction", body={}).status == 201


def test_an_operation_at_a_versioned_url_appears_once_another_one_of_its_path_was_called(
    shared: Caller,
) -> None:
    caller = wrong(shared, "derived:listContacts:absent:at first@versioned")
    plain, versioned = "/api/now/contact", "/api/now/v1/contact"

    def status(path: str) -> int:
        return caller("GET", path, query={"sysparm_limit": "1"}).status

    assert (status(plain), status(versioned)) == (200, 400)
    caller("POST", plain, body={"first_name": "Ada"})
    assert (status(plain), status(versioned)) == (200, 200)


def test_a_custom_field_is_that_of_the_contact_before(shared: Caller) -> None:
    caller = wrong(shared, "derived:getContact:response-stale:200/result/+")
    made = [
        caller("POST", "/api/now/contact", body={"u_level": level}).result
        for level in ("gold", "silver")
    ]

    shown = [
        caller("GET", f"/api/now/contact/{each}").result["u_level"] for each in (*made, made[0])
    ]

    assert shown == ["gold", "gold", "silver"]


def test_what_is_no_text_is_kept_as_records_have_it(shared: Caller) -> None:
    caller = wrong(shared, "derived:createContact:read-only-set:sys_tags")

    made = caller("POST", "/api/now/contact", body={"sys_tags": True}).result

    assert caller("GET", f"/api/now/contact/{made}").result["sys_tags"] == "true"
