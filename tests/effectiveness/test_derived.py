"""Derived faults do what they say, and nothing else, on a sandbox in this process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ccaas_kit import faults
from ccaas_kit.faults import derived
from ccaas_kit.faults.fault import Asked
from ccaas_kit.sandbox.contract import Contract, Operation
from ccaas_kit.sandbox.http.messages import Response
from ccaas_kit.sandbox.serving import build, options
from tests.sandbox.conftest import Answered, Caller
from tests.sandbox.test_statuses import NOBODY, VALID, send

CONTRACT = Contract()
KNOWN = derived.of(CONTRACT)
# One of each rule at each operation.
SOME = sorted({(fault.rule, fault.operation): name for name, fault in KNOWN.items()}.values())
INTERACTION = {"channel": "chat"}
JSON = {"content-type": "application/json"}
CHAT, UNREADABLE = b'{"channel": "chat"}', b'{"a":'
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
    count: int = faults.state(shared.instance)["changed"].get(name, 0)
    return count


def test_no_derived_fault_fails_itself_or_names_itself(shared: Caller) -> None:
    wrong_ones = {}
    for name in SOME:
        caller, own = wrong(shared, name), KNOWN[name].operation
        responses = [
            response
            for operation in CONTRACT.operations
            if operation.base == own
            for response in all_kinds_of(caller, operation)
        ]
        named = any(b"derived" in response.raw for response in responses)
        if named or faults.failed(caller.instance):
            wrong_ones[name] = "is named" if named else "has failed"

    assert wrong_ones == {}


def all_kinds_of(caller: Caller, operation: Operation) -> Iterator[Answered]:
    """Valid calls, calls of nobody and of somebody without roles, other media types, broken bodies."""
    for _ in range(2):
        yield send(caller, operation)
    for parameter in VALID[operation.base][0]:
        yield send(caller, operation, path={parameter: NOBODY})
    for user in ("no_roles", None):
        yield send(caller, operation, user=user)
    for media in ("application/xml", "text/csv"):
        yield send(caller, operation, headers={"Accept": media})
    if operation.writes:
        for raw in (UNREADABLE, b"{}"):
            yield send(caller, operation, raw=raw, headers=JSON)


def test_a_fault_that_raises_is_seen_to_have_failed(
    shared: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the test above could not fail."""
    name = "derived:getContact:status-replaced:200-by-400"

    def failing(_asked: Asked) -> Response:
        raise ValueError("a fault that cannot do what it is for")

    known = {**KNOWN, name: replace(KNOWN[name], behave=failing)}
    monkeypatch.setattr(derived, "of", lambda _contract: known)
    caller = wrong(shared, name)
    [operation] = [candidate for candidate in CONTRACT.operations if candidate.id == "getContact"]

    send(caller, operation)

    assert faults.failed(caller.instance) == [name]


def test_a_fault_leaves_other_operations_as_they_are(shared: Caller) -> None:
    # Other methods of its path lead to no operation.
    own = [
        name
        for name in SOME
        if KNOWN[name].operation == "getContact" and KNOWN[name].rule != "method-answered"
    ]
    acted = {}
    for name in own:
        caller = wrong(shared, name)
        response = caller("POST", PATH, body=INTERACTION)
        if (response.status, changed(caller, name)) != (201, 0):
            acted[name] = response.status

    assert own
    assert acted == {}


@pytest.mark.parametrize(
    ("name", "raw", "right", "wrong_status"),
    [
        ("field-not-demanded:channel", b"{}", 400, 201),
        ("field-demanded:queue", CHAT, 201, 400),
        ("value-refused:channel=string", CHAT, 201, 400),
        ("type-not-held:channel", b'{"channel": 1}', 400, 201),
        ("body-refused:application/json-415", CHAT, 201, 415),
        ("status-replaced:201-by-400", CHAT, 201, 400),
        ("status-replaced:400-by-403:a body that its schema refuses", b"{}", 400, 403),
        ("status-replaced:400-by-403:an unreadable body", UNREADABLE, 400, 403),
        ("status-replaced:400-by-403:an unreadable body", b"{}", 400, 400),
        ("body-unreadable-served", UNREADABLE, 400, 201),
        ("body-unreadable-served", b"{}", 400, 400),
    ],
)
def test_what_a_fault_says_is_so_and_no_more(
    shared: Caller, name: str, raw: bytes, right: int, wrong_status: int
) -> None:
    name = f"derived:createInteraction:{name}"
    shared.instance.reset()
    assert shared("POST", PATH, raw=raw, headers=JSON).status == right

    caller = wrong(shared, name)

    assert caller("POST", PATH, raw=raw, headers=JSON).status == wrong_status
    assert changed(caller, name) == (wrong_status != right)


def test_a_field_is_ignored_altered_or_that_of_the_call_before(shared: Caller) -> None:
    def shown(rule: str, *channels: str) -> list[str]:
        caller = wrong(shared, f"derived:createInteraction:{rule}")
        responses = [caller("POST", PATH, body={"channel": channel}) for channel in channels]
        return [response.result["channel"] for response in responses]

    assert shown("field-stale:channel", "chat", "phone", "video") == ["chat", "chat", "phone"]
    assert shown("field-altered:channel", "chat", CONNECTOR) == [CONNECTOR, CONNECTOR[::-1]]
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
        caller("GET", f"/api/now/contact/{sys_id}").result["u_level"] for sys_id in (*made, made[0])
    ]

    assert shown == ["gold", "gold", "silver"]


def test_what_is_no_text_is_kept_as_records_have_it(shared: Caller) -> None:
    caller = wrong(shared, "derived:createContact:read-only-set:sys_tags")

    made = caller("POST", "/api/now/contact", body={"sys_tags": True}).result

    assert caller("GET", f"/api/now/contact/{made}").result["sys_tags"] == "true"
