"""The test bed itself: what a probe sees of the sandbox, and what a fault does to it."""

from __future__ import annotations

import pytest

from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.instance.instance import Instance
from tests.conformance.probes import bed
from tests.conformance.probes.conftest import Targets


def test_the_sandbox_is_the_real_one(target: Targets) -> None:
    seen = target()

    listed = seen.call("listContacts", query={"sysparm_limit": 2})

    assert listed.status == 200


def test_each_target_has_records_of_its_own(target: Targets) -> None:
    body = {"channel": "Phone"}

    numbers = [target().call("createInteraction", body=body).response for _ in range(2)]

    assert numbers[0] is not None
    assert numbers[1] is not None
    assert numbers[0].body == numbers[1].body


def test_a_fault_stands_between(target: Targets) -> None:
    def fault(request: Request, response: Response) -> Response:
        return bed.with_status(response, 418) if bed.is_of(request, "listContacts") else response

    seen = target(fault=fault)

    assert seen.call("listContacts").status == 418
    assert seen.call("listContacts", version="v1").status == 418
    assert seen.call("getContact", path={"id": "0" * 32}).status == 404


def test_a_fresh_sandbox_is_one_that_was_taken_back() -> None:
    """A new one for each test would take most of the time of all tests."""
    used: list[Instance] = []

    for _ in range(3):
        with bed.probing(bed.Bed(prepare=used.append)) as seen:
            seen.call("listContacts")

    assert used[0] is used[1] is used[2]


def test_the_tables_are_open_where_a_test_asks_for_them(target: Targets) -> None:
    known = bed.settings().known["tasks"]

    found = target(tables=True).records("task", query=f"sys_id={known[0]}")

    assert found == [{"sys_id": known[0]}]


def test_what_is_taken_out_is_not_known(target: Targets) -> None:
    seen = target(known={"tasks": None, "agentId": None, "inboundId": ("one",)})

    assert seen.known("inboundId") == ("one",)
    for name in ("tasks", "agentId"):
        with pytest.raises(BlockedError):
            seen.known(name)
