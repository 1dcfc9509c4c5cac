"""What the sandbox does with agent mappings, beyond the form that the contract gives them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ccaas_kit.contract import layout
from tests.looping import every
from tests.sandbox.conftest import Caller

DOCUMENTED: dict[str, Any] = json.loads(
    (layout.ROOT / "tests" / "contract" / "documented_examples.json").read_text("utf-8")
)
TABLE = "external_agent_mapping"
AGENT = "da419c1fc312310015519f2974d3ae15"
OTHER_AGENT = "0d584509c323120095ccd02422d3ae5b"
CONTACT = "5b0fd2a187851210be070d48dabb0001"
NOBODY = "0" * 32
VOICE = "ServiceNowVoice"
CHAT = "ServiceNowChat"
VOICE_CHANNEL = "5b0fd2a187851210be070d48dabb0a01"
FIRST_ID = "128b74fcc3931a50325a4ad9d00131c3"
SIGNED_IN = {"external_agent_id": "12345"}


def url(agent: str = AGENT, inbound_id: str = VOICE) -> str:
    return f"/api/sn_ct_ctr_it_core/agent_mapping/agent/{agent}/inboundId/{inbound_id}"


def mapping(sandbox: Caller, sys_id: str = FIRST_ID) -> dict[str, Any]:
    record = sandbox.instance.store.read(TABLE, sys_id)
    assert record is not None
    return record


def test_documented_sign_in(sandbox: Caller) -> None:
    response = sandbox("PUT", url(), DOCUMENTED["setAgentMappingSignedInRequest"])

    assert response.status == 201
    assert response.json == DOCUMENTED["setAgentMappingSignedInResponse"]


def test_documented_sign_out_keeps_the_id_of_the_sign_in(sandbox: Caller) -> None:
    created = sandbox("PUT", url(), DOCUMENTED["setAgentMappingSignedInRequest"])
    response = sandbox("PUT", url(), DOCUMENTED["setAgentMappingSignedOutRequest"])

    documented = DOCUMENTED["setAgentMappingSignedOutResponse"]["result"]
    assert response.status == 200
    assert response.result == {**documented, "mappingIds": created.result["mappingIds"]}
    assert response.result["mappingIds"] != documented["mappingIds"]


def test_mapping_holds_what_the_call_says(sandbox: Caller) -> None:
    sandbox("PUT", url(), SIGNED_IN)

    assert mapping(sandbox) == {
        "sys_id": FIRST_ID,
        "agent": AGENT,
        "provider_channel_identity": VOICE_CHANNEL,
        "external_agent_id": "12345",
        "active": "true",
    }


def test_another_external_id_updates_the_mapping(sandbox: Caller) -> None:
    sandbox("PUT", url(), SIGNED_IN)

    response = sandbox("PUT", url(), {"external_agent_id": "67890"})

    assert (response.status, response.result["mappingIds"]) == (200, [FIRST_ID])
    assert mapping(sandbox)["external_agent_id"] == "67890"


def test_agents_and_inbound_ids_have_mappings_of_their_own(sandbox: Caller) -> None:
    places = [url(AGENT, VOICE), url(AGENT, CHAT), url(OTHER_AGENT, VOICE)]

    responses = [sandbox("PUT", place, SIGNED_IN) for place in places]

    assert [response.status for response in responses] == [201, 201, 201]
    ids = [response.result["mappingIds"] for response in responses]
    assert [len(sys_id) for sys_id in ids] == [1, 1, 1]
    assert len({sys_id[0] for sys_id in ids}) == 3
    assert [sandbox("PUT", place, SIGNED_IN).result["mappingIds"] for place in places] == ids


@every(
    ("active", "stored"), [(True, "true"), (False, "false"), ("true", "true"), ("false", "false")]
)
@every("before", ["true", "false"])
def test_active_is_held_as_text(sandbox: Caller, before: str, active: Any, stored: str) -> None:
    sandbox("PUT", url(), {**SIGNED_IN, "active": before})

    response = sandbox("PUT", url(), {**SIGNED_IN, "active": active})

    assert response.status == 200
    assert mapping(sandbox)["active"] == stored


def test_sign_in_is_the_default_of_each_call(sandbox: Caller) -> None:
    responses = [
        sandbox("PUT", url(), body)
        for body in (SIGNED_IN, {**SIGNED_IN, "active": False}, SIGNED_IN)
    ]

    assert [response.status for response in responses] == [201, 200, 200]
    assert mapping(sandbox)["active"] == "true"


def test_contact_is_a_user(sandbox: Caller) -> None:
    assert sandbox("PUT", url(CONTACT), SIGNED_IN).status == 201


@pytest.mark.parametrize("agent", [NOBODY, "5b0fd2a187851210be070d48dabb0501", "agent", "a%20b"])
def test_agent_id_without_a_user_is_a_400(sandbox: Caller, agent: str) -> None:
    response = sandbox("PUT", url(agent), SIGNED_IN)

    assert response.status == 400
    assert response.result == {"message": "Invalid agent ID", "status": "failure"}
    assert sandbox.instance.store.count(TABLE) == 0


@pytest.mark.parametrize("inbound_id", ["Nowhere", "servicenowvoice", VOICE_CHANNEL])
def test_inbound_id_without_a_channel_is_a_400(sandbox: Caller, inbound_id: str) -> None:
    response = sandbox("PUT", url(inbound_id=inbound_id), SIGNED_IN)

    assert response.status == 400
    assert response.result == {"status": "failure", "errors": ["Invalid inbound ID"]}
    assert sandbox.instance.store.count(TABLE) == 0


@pytest.mark.parametrize("agent", [NOBODY, "agent"])
def test_both_reasons_are_listed(sandbox: Caller, agent: str) -> None:
    response = sandbox("PUT", url(agent, "Nowhere"), SIGNED_IN)

    assert response.status == 400
    assert response.result == {
        "status": "failure",
        "errors": ["Invalid agent ID", "Invalid inbound ID"],
    }


@every(
    ("body", "field"),
    [
        ({}, "The body"),
        ({"external_agent_id": ""}, "external_agent_id"),
        ({"external_agent_id": 12345}, "external_agent_id"),
        ({"external_agent_id": None}, "external_agent_id"),
        ({**SIGNED_IN, "active": "yes"}, "active"),
        ({**SIGNED_IN, "active": 1}, "active"),
        ({**SIGNED_IN, "active": None}, "active"),
        ("12345", "The body"),
    ],
    ids=["missing", "empty", "number", "null", "yes", "one", "no-flag", "text"],
)
def test_value_of_another_form_is_a_400(sandbox: Caller, body: Any, field: str) -> None:
    response = sandbox("PUT", url(), body)

    assert (response.status, response.result["status"]) == (400, "failure")
    assert [error.partition(":")[0] for error in response.result["errors"]] == [field]
    assert sandbox.instance.store.count(TABLE) == 0


def test_null_as_the_body_is_a_400(sandbox: Caller) -> None:
    response = sandbox("PUT", url(), raw=b"null", headers={"content-type": "application/json"})

    assert response.status == 400


@pytest.mark.parametrize("raw", [b"", b'{"external_agent_id": "1'], ids=["none", "cut-off"])
def test_body_that_cannot_be_read_is_a_400(sandbox: Caller, raw: bytes) -> None:
    response = sandbox("PUT", url(), raw=raw, headers={"content-type": "application/json"})

    assert (response.status, response.message) == (400, "Exception while reading request")


def test_role_is_enough(sandbox: Caller) -> None:
    assert sandbox("PUT", url(), SIGNED_IN, user="interaction_agent").status == 201


def test_call_without_the_role_is_a_403(sandbox: Caller) -> None:
    response = sandbox("PUT", url(), SIGNED_IN, user="awa_integration_user")

    assert (response.status, response.message) == (403, "User Not Authorized")
