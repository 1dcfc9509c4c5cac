"""The sandbox as a fixture in other people's tests: each way to start it, what it offers, and its example suite."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import requests

from ccaas_kit.contract import layout
from ccaas_kit.contract.errors import ConfigError, ToolError
from ccaas_kit.testing import Options, ServiceNow, started

CONTACTS = "/api/now/contact"
README = layout.ROOT / "scripts" / "ccaas_kit" / "testing" / "README.md"


@pytest.fixture(scope="module")
def in_process() -> Iterator[ServiceNow]:
    with started(Options(in_process=True)) as instance:
        yield instance


@pytest.fixture
def servicenow(in_process: ServiceNow) -> ServiceNow:
    in_process.reset()
    return in_process


@pytest.fixture
def client(servicenow: ServiceNow) -> Iterator[httpx.Client]:
    with servicenow.client() as made:
        yield made


def test_the_suite_of_a_made_up_integration_passes_with_four_workers(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "xdist", "-p", "ccaas_kit.pytest_plugin"),
            *("-p", "no:cacheprovider", "-n", "4", "-q", "--pyargs", "ccaas_kit.testing.example"),
        ],
        cwd=tmp_path,
        # The entry point of an installed wheel would load the plugin a second time.
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert re.search(r"\b1\d passed", done.stdout)


def test_a_server_with_tls_is_reached_by_any_client_and_ends_with_the_block() -> None:
    with started(Options(tls=True, arguments=["--strict-queries"])) as instance:
        asked = requests.get(
            f"{instance.url}{CONTACTS}?zork=1",
            auth=instance.auth("csm_ws_integration"),
            verify=str(instance.ca_file),
        )
        instance.respond("listContacts", reset=True)
        with instance.client() as client, pytest.raises(httpx.TransportError):
            client.get(CONTACTS)
        seen = [(request.user, request.status, request.ignored) for request in instance.requests]

    assert instance.url.startswith("https://127.0.0.1:")
    assert (asked.status_code, "'zork'" in asked.text) == (400, True)
    assert seen == [("csm_ws_integration", 400, ("zork",)), ("admin", 0, ())]
    with pytest.raises(httpx.ConnectError):
        httpx.get(instance.url, verify=False)


def test_what_cannot_start_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(ToolError, match=r"/recrods|recrods"),
        started(Options(seed={"recrods": {}})),
    ):
        pass
    with pytest.raises(ConfigError, match="no TLS"), started(Options(in_process=True, tls=True)):
        pass


def test_a_seed_of_ones_own_is_what_reset_goes_back_to() -> None:
    seed = {"records": {"awa_queue": [{"sys_id": "a" * 32, "name": "Night"}]}}
    with started(Options(in_process=True, seed=seed)) as instance:
        instance.add("awa_queue", name="Day")
        instance.reset()
        names = [queue["name"] for queue in instance.records("awa_queue")]

    assert names == ["Night"]


def test_an_asyncio_client_calls_the_application_in_its_own_loop(servicenow: ServiceNow) -> None:
    async def ask() -> list[int]:
        servicenow.respond("createContact", delay=30)
        async with servicenow.async_client("no_roles") as client:
            statuses = [(await client.get(CONTACTS)).status_code]
            with pytest.raises(httpx.ReadTimeout):
                await client.post(CONTACTS, json={"name": "x"}, timeout=0.01)
        return statuses

    assert asyncio.run(ask()) == [403]


def test_a_reset_gives_back_records_clock_scripts_and_faults(
    servicenow: ServiceNow, client: httpx.Client
) -> None:
    servicenow.add("customer_contact", last_name="Byron")
    servicenow.clock.advance(timedelta(minutes=5))
    servicenow.respond(status=503, times=None)
    servicenow.faults("ok-for-created")
    client.get(CONTACTS)

    servicenow.reset()

    assert servicenow.records("customer_contact", last_name="Byron") == []
    assert servicenow.clock.now == datetime(2024, 4, 3, 23, 9, 46, tzinfo=UTC)
    assert client.post(CONTACTS, json={"name": "x"}).status_code == 201
    assert [request.status for request in servicenow.requests] == [201]


def test_scripts_answer_in_their_order_and_let_calls_pass_before(
    servicenow: ServiceNow, client: httpx.Client
) -> None:
    first = servicenow.respond("listContacts", status=429, after=1)
    servicenow.respond(
        "listContacts", status=503, body="<html>", headers={"Content-Type": "text/html"}
    )
    whole = servicenow.respond(status=500, times=None)

    responses = [client.get(CONTACTS) for _ in range(4)]

    # The call that the first one lets pass is for the second one.
    assert [response.status_code for response in responses] == [503, 429, 500, 500]
    assert responses[0].text == "<html>"
    assert responses[0].headers["content-type"] == "text/html"
    assert responses[1].headers["retry-after"] == "1"
    assert "error" in responses[1].json()
    assert (first.call_count, whole.call_count) == (1, 2)


def test_a_call_that_is_served_has_its_effect(servicenow: ServiceNow, client: httpx.Client) -> None:
    servicenow.respond("createContact", status=500, served=True)

    response = client.post(CONTACTS, json={"last_name": "Byron"})

    assert response.status_code == 500
    assert len(servicenow.records("customer_contact", last_name="Byron")) == 1


def test_an_assertion_about_requests_says_what_was_asked(
    servicenow: ServiceNow, client: httpx.Client
) -> None:
    client.get(CONTACTS, params={"sysparm_limit": "2"}, headers={"X-Trace": "7"})
    client.post(CONTACTS, json={"last_name": "Byron"})
    asked = servicenow.requests

    asked.assert_called_once_with(
        "listContacts", query={"sysparm_limit": "2"}, headers={"x-trace": "7"}
    )
    asked.assert_called_once_with(method="POST", body={"last_name": "Byron"}, user="admin")
    asked.assert_not_called("getContact")
    assert asked.matching("listContacts", body=None)[0].params == {"sysparm_limit": "2"}
    with pytest.raises(
        AssertionError, match=r"0 of 2 requests match createContact, body=\{\}; expected 1"
    ) as caught:
        asked.assert_called_once_with("createContact", body={})
    assert "GET /api/now/contact?sysparm_limit=2 by admin -> 200" in str(caught.value)
    assert "Basic" not in repr(asked).replace("Basic [hidden]", "")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda it: it.add("customer_contacts"), "Did you mean 'customer_contact'"),
        (lambda it: it.add("customer_contact", frist_name="x"), "Did you mean 'first_name'"),
        (lambda it: it.update("sys_user", "a" * 32, name="x"), "there is no record"),
        (lambda it: it.client("nobody"), "Choose from: admin"),
        (lambda it: it.respond("listContact", status=500), "Did you mean 'listContacts'"),
        (lambda it: it.respond("listContacts"), "does nothing"),
        (lambda it: it.accept_offer(), "no offer waits"),
    ],
)
def test_a_mistake_of_a_test_is_told(servicenow: ServiceNow, wrong: object, message: str) -> None:
    assert callable(wrong)
    with pytest.raises(ConfigError, match=message):
        wrong(servicenow)


def test_the_readme_names_what_there_is() -> None:
    text = README.read_text(encoding="utf-8")
    public = {name for name in dir(ServiceNow) if not name.startswith("_")}

    # They are for the plugin itself.
    inner = {"close", "keep_start"}
    assert {name for name in public - inner if name not in text} == set()
