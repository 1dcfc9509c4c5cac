"""The tests of the made-up client, one for each kind of thing that goes wrong in integrations."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.testing import ServiceNow
from ccaas_kit.testing.example.phone_system import NotAllowedError, PhoneSystem, RefusedError

PHONE = "+1 212 555 0142"


@pytest.fixture
def waits() -> list[float]:
    """How long the connector has waited; no test does."""
    return []


@pytest.fixture
def phones(servicenow: ServiceNow, waits: list[float]) -> Iterator[PhoneSystem]:
    with servicenow.client() as http:
        yield PhoneSystem(http, sleep=waits.append)


@pytest.fixture
def agent(servicenow: ServiceNow) -> str:
    """The sys_id of an agent who takes work from outside, and has time."""
    (available,) = servicenow.records("awa_presence_state", name="Available")
    agent = servicenow.add(
        "sys_user", name="Grace", roles="awa_agent,awa_external_user", presence=available["sys_id"]
    )
    return str(agent["sys_id"])


@pytest.fixture
def queue(servicenow: ServiceNow) -> str:
    (calls,) = servicenow.records("awa_queue", name="Calls")
    return str(calls["sys_id"])


@pytest.fixture
def call(servicenow: ServiceNow) -> str:
    """The sys_id of the interaction of a call that nobody has answered."""
    return str(servicenow.add("interaction", channel="phone", state="queued")["sys_id"])


def test_a_call_is_repeated_when_the_instance_has_had_enough(
    servicenow: ServiceNow, phones: PhoneSystem, waits: list[float]
) -> None:
    servicenow.respond("listContacts", status=429, times=2, headers={"Retry-After": "7"})

    assert phones.contact_of(PHONE) is None

    assert waits == [7, 7]
    assert [request.status for request in servicenow.requests] == [429, 429, 200]


def test_it_gives_up_in_the_end(servicenow: ServiceNow, phones: PhoneSystem) -> None:
    servicenow.respond("listContacts", status=429, times=None)

    with pytest.raises(RefusedError, match="Rate limit exceeded"):
        phones.contact_of(PHONE)

    servicenow.requests.assert_call_count(3, "listContacts")


def test_a_read_is_repeated_when_the_connection_breaks(
    servicenow: ServiceNow, phones: PhoneSystem
) -> None:
    known = servicenow.add("customer_contact", last_name="Byron", mobile_phone=PHONE)
    cut_off = servicenow.respond("listContacts", reset=True)

    assert phones.contact_of(PHONE) == known["sys_id"]

    assert cut_off.call_count == 1


def test_a_contact_is_made_once_although_the_response_was_lost(
    servicenow: ServiceNow, phones: PhoneSystem
) -> None:
    servicenow.respond("createContact", reset=True, served=True)

    made = phones.contact_for(PHONE, "Ada", "Byron")

    assert [
        record["sys_id"] for record in servicenow.records("customer_contact", mobile_phone=PHONE)
    ] == [made]
    servicenow.requests.assert_called_once_with("createContact")


def test_a_field_is_in_the_right_place(servicenow: ServiceNow, phones: PhoneSystem) -> None:
    made = phones.contact_for(PHONE, "Ada", "Byron")

    servicenow.requests.assert_called_once_with(
        "createContact",
        body={"first_name": "Ada", "last_name": "Byron", "mobile_phone": PHONE},
        headers={"Content-Type": "application/json"},
    )
    (record,) = servicenow.records("customer_contact", sys_id=made)
    assert (record["mobile_phone"], record["phone"]) == (PHONE, "")
    assert not any(request.ignored for request in servicenow.requests)


def test_every_contact_comes_once(servicenow: ServiceNow, phones: PhoneSystem) -> None:
    for number in range(25):
        servicenow.add("customer_contact", last_name=f"Byron {number}")
    before = len(servicenow.records("customer_contact"))

    found = [contact["sys_id"] for contact in phones.contacts()]

    assert len(found) == len(set(found)) == before
    offsets = [request.params["sysparm_offset"] for request in servicenow.requests]
    assert offsets == [str(number) for number in range(0, before, 10)]


def test_an_offer_is_accepted(
    servicenow: ServiceNow, phones: PhoneSystem, call: str, agent: str, queue: str
) -> None:
    item = phones.offer(call, agent, queue, seconds=30)

    accepted = servicenow.accept_offer()

    assert (accepted["sys_id"], accepted["assigned_to"]) == (item, agent)
    with pytest.raises(RefusedError, match="Work Item accepted"):
        phones.offer(call, agent, queue, seconds=30)


def test_an_offer_that_is_rejected_or_runs_out_can_be_made_again(
    servicenow: ServiceNow, phones: PhoneSystem, call: str, agent: str, queue: str
) -> None:
    item = phones.offer(call, agent, queue, seconds=30)
    servicenow.reject_offer(call)
    assert phones.offer(call, agent, queue, seconds=30) == item

    servicenow.clock.advance(31)

    with pytest.raises(ConfigError, match="no offer waits"):
        servicenow.accept_offer()
    assert phones.offer(call, agent, queue, seconds=30) == item


def test_an_agent_signs_in_and_out(servicenow: ServiceNow, phones: PhoneSystem, agent: str) -> None:
    phones.sign_in(agent, "ServiceNowVoice", "2047")
    phones.sign_in(agent, "ServiceNowVoice", "2047", active=False)

    (mapping,) = servicenow.records("external_agent_mapping", agent=agent)
    assert (mapping["external_agent_id"], mapping["active"]) == ("2047", "false")


def test_a_case_keeps_its_routing_id(servicenow: ServiceNow, phones: PhoneSystem) -> None:
    case = servicenow.add("sn_customerservice_case", short_description="No dial tone")

    phones.remember(case["sys_id"], "route-7")

    assert phones.routing_id(case["sys_id"]) == "route-7"


def test_hanging_up_closes_the_interaction(
    servicenow: ServiceNow, phones: PhoneSystem, call: str
) -> None:
    assert phones.hang_up(call) == "closed_complete"

    (closed,) = servicenow.records("interaction", sys_id=call)
    (admin,) = servicenow.records("sys_user", user_name="admin")
    assert closed["closed_by"] == admin["sys_id"]


@pytest.mark.parametrize(("user", "may"), [("csm_ws_integration", True), ("no_roles", False)])
def test_only_who_has_the_role_may_make_contacts(
    servicenow: ServiceNow, user: str, *, may: bool
) -> None:
    with servicenow.client(user) as http:
        phones = PhoneSystem(http)
        if may:
            phones.contact_for(PHONE, "Ada", "Byron")
        else:
            with pytest.raises(NotAllowedError):
                phones.contact_for(PHONE, "Ada", "Byron")

    assert len(servicenow.records("customer_contact", mobile_phone=PHONE)) == int(may)
    assert {request.user for request in servicenow.requests} == {user}


def test_a_slow_instance_is_not_waited_for(servicenow: ServiceNow) -> None:
    servicenow.respond("listContacts", delay=60, times=None)

    with servicenow.client(timeout=0.1) as http, pytest.raises(httpx.ReadTimeout):
        PhoneSystem(http).contact_of(PHONE)
