"""The stateless mock answers every documented call of the five pages, host replaced."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from ccaas_kit.contract import documents, layout, pointers
from build import mock
from ccaas_kit.contract.operations import operations
from tests.looping import every

ALL = documents.load(layout.BUNDLES / f"{layout.ALL_BUNDLE}.yaml")
DOCUMENTED: dict[str, Any] = json.loads(
    (layout.ROOT / "tests" / "contract" / "documented_examples.json").read_text(encoding="utf-8")
)
CASE = (
    "/api/sn_ct_ctr_it_core/external_id_mapping/table/sn_customerservice_case"
    "/documentId/f584a7b23b3d3e10c524c59a04e45a6f"
)
AGENT = (
    "/api/sn_ct_ctr_it_core/agent_mapping/agent/da419c1fc312310015519f2974d3ae15"
    "/inboundId/ServiceNowVoice"
)
OFFER = "/awa/documents/interaction/59616aba87bd5210be070d48dabb35e6/offer"
CLOSE = "/interaction/b243cde4208f1700964f959e0488dee8/close"
LIST = (
    "/contact?sysparm_query=account=86837a386f0331003b3c498f5d3ee4ca"
    "&sysparm_limit=2&sysparm_offset=2"
)
READ = "/contact/ddce70866f9331003b3c498f5d3ee417"


@dataclass(frozen=True, slots=True)
class Call:
    """A documented call: what is sent, the statuses that the page gives it, the documented answer.

    A sample does not say which of two statuses it belongs to, so some calls have two.
    """

    operation: str
    method: str
    path: str
    body: str | None
    statuses: tuple[int, ...]
    response: str

    def content(self) -> dict[str, Any]:
        return {"json": DOCUMENTED[self.body]} if self.body else {}


CALLS = [
    Call("getExternalIdMapping", "GET", CASE, None, (200,), "getExternalIdMappingFoundResponse"),
    Call(
        *("setExternalIdMapping", "PUT", CASE, "setExternalIdMappingWithProviderRequest"),
        *((200, 201), "setExternalIdMappingUpdatedResponse"),
    ),
    Call(
        *("setAgentMapping", "PUT", AGENT, "setAgentMappingSignedInRequest"),
        *((200, 201), "setAgentMappingSignedInResponse"),
    ),
    Call(
        *("setAgentMapping", "PUT", AGENT, "setAgentMappingSignedOutRequest"),
        *((200, 201), "setAgentMappingSignedOutResponse"),
    ),
    Call(
        *("createInteraction", "POST", "/api/now/interaction", "createInteractionInQueueRequest"),
        *((201,), "createInteractionInQueueResponse"),
    ),
    Call(
        *("closeInteraction", "POST", "/api/now" + CLOSE, None),
        *((200,), "closeInteractionCompleteResponse"),
    ),
    Call(
        *("offerWork", "POST", "/api/now" + OFFER, "offerWorkToNamedAgentRequest"),
        *((200,), "offerWorkOfferedResponse"),
    ),
    Call("listContacts", "GET", "/api/now" + LIST, None, (200,), "listContactsOfAccountResponse"),
    Call("getContact", "GET", "/api/now" + READ, None, (200,), "getContactGeorgeWarrenResponse"),
    Call(
        *("createContact", "POST", "/api/now/contact", "createContactDoraWarrenRequest"),
        *((201,), "createContactDoraWarrenResponse"),
    ),
]


def both_forms() -> list[Any]:
    """Every call on its default URL, and on both versioned ones where the API has them."""
    cases = []
    for call in CALLS:
        cases.append(pytest.param(call, id=f"{call.response}-default"))
        if call.path.startswith("/api/now/"):
            for version in ("v1", "v2"):
                path = call.path.replace("/api/now/", f"/api/now/{version}/")
                cases.append(pytest.param(replace(call, path=path), id=f"{call.response}-{version}"))
    return cases


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with mock.running() as url, httpx.Client(base_url=url, auth=("admin", "admin")) as client:
        yield client


def judge(operation: str, status: int) -> jsonschema_rs.Draft202012Validator:
    for _, _, candidate in operations(ALL):
        if candidate["operationId"] == operation:
            response = pointers.follow(ALL, candidate["responses"][str(status)])
            schema = response["content"]["application/json"]["schema"]
            return jsonschema_rs.Draft202012Validator({**schema, "components": ALL["components"]})
    raise AssertionError(f"there is no operation {operation}")


@every("call", both_forms())
def test_documented_call_gets_a_documented_status_and_a_valid_body(
    client: httpx.Client, call: Call
) -> None:
    headers = {"Accept": "application/json"}

    response = client.request(call.method, call.path, headers=headers, **call.content())

    assert response.status_code in call.statuses, response.text
    assert judge(call.operation, response.status_code).is_valid(response.json())


@every("call", CALLS, ids=lambda call: call.response)
def test_documented_response_can_be_asked_for(client: httpx.Client, call: Call) -> None:
    """Prism picks the example that `Prefer` names, which is how a caller gets a certain answer."""
    names = [
        (status, name)
        for status in call.statuses
        for name, example in shown(call.operation, status).items()
        if pointers.follow(ALL, example)["value"] == DOCUMENTED[call.response]
    ]
    assert names, f"{call.response} is shown under none of {call.statuses}"
    status, name = names[0]

    response = client.request(
        call.method,
        call.path,
        headers={"Prefer": f"code={status}, example={name}"},
        **call.content(),
    )

    assert response.status_code == status
    assert response.json() == DOCUMENTED[call.response]


def shown(operation: str, status: int) -> dict[str, Any]:
    for _, _, candidate in operations(ALL):
        if candidate["operationId"] == operation:
            response = pointers.follow(ALL, candidate["responses"][str(status)])
            examples: dict[str, Any] = response["content"]["application/json"]["examples"]
            return examples
    raise AssertionError(f"there is no operation {operation}")


def test_call_without_credentials_is_refused_in_the_platform_envelope(
    client: httpx.Client,
) -> None:
    response = httpx.get(client.base_url.join("/api/now" + READ))

    assert response.status_code == 401
    assert response.json()["error"]["message"] == "User Not Authenticated"


def test_missing_required_field_is_a_400(client: httpx.Client) -> None:
    assert client.post("/api/now/interaction", json={"queue": "x"}).status_code == 400


@pytest.fixture
def hangs_up() -> Iterator[None]:
    """Closing the terminal ends what is started here, though the tests may run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("hangs_up")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP], ids=["ended", "hung up"])
def test_foreground_mock_says_its_address_and_ends_on_a_signal(
    sign: signal.Signals, tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "mock.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "build.mock", "--port", str(port)],
            cwd=layout.ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            deadline = time.monotonic() + 30
            while f"http://127.0.0.1:{port}".encode() not in log.read_bytes():
                assert time.monotonic() < deadline
                assert process.poll() is None, log.read_text(encoding="utf-8")
                time.sleep(0.05)
            url = f"http://127.0.0.1:{port}/api/now/contact"
            assert httpx.get(url, auth=("a", "b")).status_code == 200
        finally:
            process.send_signal(sign)
            try:
                code = process.wait(20)
            finally:
                process.kill()
    assert code == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/api/now/contact")


@pytest.mark.parametrize("port", ["99999", "-5", "x"])
def test_a_number_that_is_no_port_ends_with_the_usage(
    port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        mock.main(["--port", port])

    assert ended.value.code == 2
    assert "usage: mock" in capsys.readouterr().err
