"""Of several faults of one request, the sandbox answers the one that the platform looks at first."""

from __future__ import annotations

from typing import Any

import pytest

from ccaas_kit.sandbox import behaviors
from ccaas_kit.sandbox.http.calls import Behavior, Call
from ccaas_kit.sandbox.http.messages import Outcome
from ccaas_kit.sandbox.http.recorder import MemoryRecorder
from ccaas_kit.sandbox.instance.seed import load
from ccaas_kit.sandbox.serving.app import App
from ccaas_kit.sandbox.serving.recorded import describe
from tests.looping import every
from tests.sandbox.conftest import Answered, Caller

CONTACTS = "/api/now/contact"
NO_RESOURCE = "Requested URI does not represent any resource"
# What is wrong with a request, first what is looked at first, and the response to each.
FAULTS = {
    "path": (400, NO_RESOURCE),
    "caller": (401, "User Not Authenticated"),
    "rate": (429, None),
    "plugin": (400, NO_RESOURCE),
    "role": (403, "User Not Authorized"),
    "accept": (406, None),
    "media type": (415, None),
    "body": (400, None),
}


def sent(sandbox: Caller, *faults: str) -> Answered:
    changes: dict[str, Any] = {}
    if "rate" in faults:
        changes["rate_limits"] = [{"sys_id": "0" * 32, "limit": 0}]
    if "plugin" in faults:
        changes["plugins"] = []
    sandbox.instance.load_seed({**load(), **changes})
    user = "no_roles" if "role" in faults else "admin"
    return sandbox(
        "POST",
        "/api/now/nothing" if "path" in faults else CONTACTS,
        user=None if "caller" in faults else user,
        headers={
            "accept": "text/csv" if "accept" in faults else "application/json",
            "content-type": "text/csv" if "media type" in faults else "application/json",
        },
        raw=b'{"last_name": ' if "body" in faults else b'{"last_name": "Last"}',
    )


@every("first", FAULTS)
def test_the_first_fault_is_answered_with_and_without_those_that_follow(
    sandbox: Caller, first: str
) -> None:
    names = list(FAULTS)
    status, message = FAULTS[first]

    alone = sent(sandbox, first)
    with_all = sent(sandbox, *names[names.index(first) :])

    assert (alone.status, with_all.status) == (status, status)
    if message is not None:
        assert (alone.message, with_all.message) == (message, message)


def test_a_request_without_a_fault_is_served(sandbox: Caller) -> None:
    assert sent(sandbox).status == 201


def test_a_refused_request_creates_nothing(sandbox: Caller) -> None:
    before = len(sandbox("GET", CONTACTS).result)

    for fault in FAULTS:
        sent(sandbox, fault)

    assert len(sandbox("GET", CONTACTS).result) == before


def test_a_body_that_breaks_the_schema_is_refused_with_the_name_of_the_field(
    sandbox: Caller,
) -> None:
    response = sandbox("POST", "/api/now/interaction", {"channel": 5})

    assert response.status == 400
    assert response.json["error"]["detail"] == 'channel 5 is not of type "string"'


def test_a_behavior_that_fails_is_answered_in_the_media_type_that_was_asked_for(
    sandbox: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: Call) -> Outcome:
        raise KeyError

    recorder = MemoryRecorder(describe)
    known = {**behaviors.BEHAVIORS, "createInteraction": Behavior(fails)}
    failing = Caller(App(sandbox.instance, recorder=recorder, known=known))

    response = failing(
        "POST", "/api/now/interaction", {"channel": "chat"}, headers={"accept": "application/xml"}
    )

    assert response.status == 500
    assert response.headers["content-type"].startswith("application/xml")
    assert "createInteraction failed" in caplog.text
