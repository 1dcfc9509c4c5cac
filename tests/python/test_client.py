"""The client on the sandbox: results, sign-in, repetitions, errors, pages; and nothing secret shown."""

from __future__ import annotations

import asyncio
import email.utils
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from typing import Any, get_type_hints
from urllib.parse import parse_qsl

import httpx
import pytest
from pydantic import TypeAdapter

import servicenow_ccaas
from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.documented import Call, calls
from pyclient.methods import snake
from servicenow_ccaas import (
    NO_RETRIES,
    ApiError,
    ApiKey,
    AsyncClient,
    Basic,
    Bearer,
    Client,
    InvalidRequestError,
    OAuth,
    Query,
    RefusedError,
    Retries,
    TokenError,
    UnexpectedAnswerError,
    contract,
    models,
)
from servicenow_ccaas.transport import Operation
from tests.looping import every
from tests.sandbox.serving import Served, served

ALL = documents.load(layout.BUNDLES / f"{layout.ALL_BUNDLE}.yaml")
ADMIN = Basic("admin", "admin")
CASE = "f584a7b23b3d3e10c524c59a04e45a6f"
SECRETS = ("canary-user", "canary-password", "canary-token", "canary-key", "canary-secret")
QUICK = Retries(attempts=3, first_wait=0.0)
Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Served]:
    with served() as running:
        yield running


@pytest.fixture
def client(sandbox: Served) -> Iterator[Client]:
    httpx.post(f"{sandbox.url}/_sandbox/reset").raise_for_status()
    with Client(sandbox.url, ADMIN) as found:
        yield found


def answering(
    *answers: httpx.Response | Exception,
) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """A transport that gives these answers one after the other, and what it was asked."""
    asked: list[httpx.Request] = []

    def response(request: httpx.Request) -> httpx.Response:
        # As it was sent: what is kept of it afterwards shows no key.
        asked.append(
            httpx.Request(
                request.method,
                request.url,
                headers=dict(request.headers),
                content=request.content,
                extensions=request.extensions,
            )
        )
        found = answers[min(len(asked), len(answers)) - 1]
        if isinstance(found, Exception):
            raise found
        return found

    return httpx.MockTransport(response), asked


def listed() -> httpx.Response:
    return httpx.Response(200, json={"result": []})


CALLS = list(calls(ALL))


@every("call", CALLS, ids=[f"{call.operation}-{call.name}" for call in CALLS])
def test_every_documented_request_is_sent_as_it_stands(call: Call, sandbox: Served) -> None:
    httpx.post(f"{sandbox.url}/_sandbox/reset").raise_for_status()
    arguments = {snake(name): value for name, value in {**call.path_values, **call.query}.items()}
    if call.has_body:
        kind = get_type_hints(getattr(Client, snake(call.operation)), {"models": models})["body"]
        arguments["body"] = TypeAdapter(kind).validate_json(json.dumps(call.body))
    sent: list[httpx.Request] = []

    # One of the documented requests has a misspelled field.
    with Client(sandbox.url, ADMIN, transport=Noting(sent), unchecked=True) as client:
        result = getattr(client, snake(call.operation))(**arguments)

    assert result.read(result.to_json()) == result
    assert "{" not in sent[0].url.path
    assert dict(sent[0].url.params) == {name: str(value) for name, value in call.query.items()}
    # As text: 30 and 30.0 are equal in Python.
    body = json.loads(sent[0].content) if call.has_body else None
    assert json.dumps(body, sort_keys=True) == json.dumps(call.body, sort_keys=True)


class Noting(httpx.HTTPTransport):
    """Keeps what it sends."""

    def __init__(self, sent: list[httpx.Request]) -> None:
        super().__init__()
        self._sent = sent

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._sent.append(request)
        return super().handle_request(request)


def test_a_contact_is_created_found_and_read(client: Client) -> None:
    request = models.CreateContactRequest(
        first_name="Ada", last_name="Byron", email="ada@x.example"
    )

    sys_id = client.create_contact(request).result
    found = client.list_contacts(sysparm_query=Query().equals("email", "ada@x.example")).result
    contact = client.get_contact(sys_id).result

    assert found == [contact]
    assert (contact.name, contact.active, contact.sys_mod_count, contact.city) == (
        "Ada Byron",
        True,
        0,
        None,
    )


def test_a_mapping_is_written_and_read(client: Client) -> None:
    table = "sn_customerservice_case"
    body = models.SetExternalIdMappingRequest(external_id="R-1")

    client.set_external_id_mapping(table, CASE, body)

    assert "R-1" in client.get_external_id_mapping(table, CASE).to_json()


def test_pages_follow_each_other_without_gap_or_overlap(client: Client) -> None:
    for number in range(7):
        client.create_contact(models.CreateContactRequest(last_name=f"Paged{number}"))
    query = Query().starts_with("last_name", "Paged")

    pages = [contact.last_name for contact in client.iterate_contacts(query, page_size=3)]

    assert sorted(map(str, pages)) == [f"Paged{number}" for number in range(7)]
    assert len(list(client.iterate_contacts())) == len(list(client.iterate_contacts(page_size=2)))


def test_the_async_client_does_the_same(sandbox: Served, client: Client) -> None:
    async def used() -> tuple[str, list[str]]:
        async with AsyncClient(sandbox.url, ADMIN) as other:
            sys_id = (
                await other.create_contact(models.CreateContactRequest(last_name="Async"))
            ).result
            query = Query().equals("last_name", "Async")
            return sys_id, [contact.sys_id async for contact in other.iterate_contacts(query)]

    sys_id, found = asyncio.run(used())

    assert found == [sys_id]
    assert client.get_contact(sys_id).result.last_name == "Async"


@pytest.mark.parametrize(
    "auth",
    [
        ADMIN,
        ApiKey("sandbox-api-key"),
        OAuth("sandbox-client", "sandbox-secret", username="admin", password="admin"),
        OAuth("sandbox-client", "sandbox-secret"),
    ],
    ids=["basic", "key", "password", "client"],
)
def test_every_way_to_sign_in_works(auth: httpx.Auth, sandbox: Served) -> None:
    with Client(sandbox.url, auth) as found:
        assert found.list_contacts().result
        assert found.list_contacts().result


def test_a_token_is_fetched_once_and_renewed(sandbox: Served) -> None:
    auth = OAuth("sandbox-client", "sandbox-secret", username="admin", password="admin")
    asked: list[str] = []

    def noted(request: httpx.Request) -> None:
        asked.append(request.content.decode() if request.url.path.startswith("/oauth") else "")

    with httpx.Client(auth=auth, event_hooks={"request": [noted]}) as http:
        url = f"{sandbox.url}/api/now/contact"
        assert http.get(url).status_code == http.get(url).status_code == 200
        # As if half an hour had passed.
        auth._ends = 0.0
        assert http.get(url).status_code == 200
        # As if the instance had forgotten it.
        auth._token = "lost"
        assert http.get(url).status_code == 200

    grants = [re.search(r"grant_type=(\w+)", form)[1] for form in asked if form]  # type: ignore[index]
    assert grants[0] == "password"
    assert set(grants[1:]) <= {"refresh_token", "password"}
    assert len(grants) == 3


def test_a_token_that_is_over_is_renewed_by_its_refresh_token() -> None:
    first = httpx.Response(
        200, json={"access_token": "one", "refresh_token": "again", "expires_in": 1}
    )
    second = httpx.Response(200, json={"access_token": "two", "expires_in": 1799})
    transport, asked = answering(first, listed(), second, listed())
    auth = OAuth("a", "b", username="u", password="p")

    with Client("https://x.example", auth, transport=transport) as found:
        found.list_contacts()
        found.list_contacts()

    grants = [dict(parse_qsl(request.content.decode())) for request in asked[::2]]
    assert [grant["grant_type"] for grant in grants] == ["password", "refresh_token"]
    assert grants[1]["refresh_token"] == "again"
    signs = [request.headers["authorization"] for request in asked[1::2]]
    assert signs == ["Bearer one", "Bearer two"]


def test_no_token_is_an_error_that_shows_no_secret(sandbox: Served) -> None:
    auth = OAuth("sandbox-client", "canary-secret", username="admin", password="canary-password")

    with Client(sandbox.url, auth) as found, pytest.raises(TokenError) as refused:
        found.list_contacts()

    assert refused.value.status == 401
    assert not [secret for secret in SECRETS if secret in str(refused.value)]


def test_nothing_shows_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    transport, asked = answering(listed())
    ways = (
        Basic("canary-user", "canary-password"),
        Bearer("canary-token"),
        ApiKey("canary-key"),
        OAuth("c", "canary-secret", refresh_token="canary-token"),
    )
    shown = [repr(way) for way in ways]
    for way in ways[:3]:
        with Client("https://dev1.example", way, transport=transport) as found:
            found.list_contacts()
            shown.append(repr(found))

    text = " ".join([*shown, caplog.text])
    assert not [secret for secret in SECRETS if secret in text]
    assert asked[0].headers["authorization"].startswith("Basic ")
    assert asked[1].headers["authorization"] == "Bearer canary-token"
    assert asked[2].headers[contract.API_KEY_HEADER] == "canary-key"


@every("status", sorted(contract.EXCEPTIONS))
def test_a_documented_error_is_its_exception(status: int) -> None:
    body = {"error": {"message": "No", "detail": "Because"}, "status": "failure"}
    transport, _ = answering(httpx.Response(status, json=body))
    operation = next(
        candidate
        for candidate in vars(contract).values()
        if isinstance(candidate, Operation) and status in candidate.errors
    )
    arguments: list[Any] = re.findall(r"\{(\w+)\}", operation.path)
    if operation.method != "GET":
        arguments.append({})

    with (
        Client("https://dev1.example", ADMIN, transport=transport, retries=NO_RETRIES) as found,
        pytest.raises(contract.EXCEPTIONS[status]) as raised,
    ):
        getattr(found, snake(operation.id))(*arguments)

    assert (raised.value.status, raised.value.operation) == (status, operation.id)
    assert (raised.value.message, raised.value.detail) == ("No", "Because")
    assert str(raised.value) == f"{operation.id} was answered with {status} (No: Because)"


@pytest.mark.parametrize(
    ("errors", "message"),
    [
        ({"result": {"status": "failure", "errors": ["Invalid agent ID"]}}, "Invalid agent ID"),
        ({"result": {"status": "failure", "message": "Invalid agent ID"}}, "Invalid agent ID"),
    ],
)
def test_the_words_of_other_envelopes_are_found(errors: Any, message: str) -> None:
    transport, _ = answering(httpx.Response(400, json=errors))
    body = models.SetAgentMappingRequest(external_agent_id="1")

    with (
        Client("https://dev1.example", ADMIN, transport=transport) as found,
        pytest.raises(contract.BadRequestError) as raised,
    ):
        found.set_agent_mapping("a", "b", body)

    assert raised.value.message == message


@every(
    "response",
    [
        httpx.Response(418, text="teapot"),
        httpx.Response(302, headers={"Location": "https://elsewhere.example"}),
        httpx.Response(200, text="<html>hibernating</html>"),
        httpx.Response(200, json={"result": 5}),
        httpx.Response(200, json={"results": []}),
        httpx.Response(204),
    ],
    ids=["status", "redirect", "page", "shape", "another name", "empty"],
)
def test_what_the_contract_does_not_describe_is_unexpected(response: httpx.Response) -> None:
    transport, asked = answering(response)

    with (
        Client("https://dev1.example", ADMIN, transport=transport) as found,
        pytest.raises(UnexpectedAnswerError) as raised,
    ):
        found.list_contacts()

    assert raised.value.status == response.status_code
    assert len(asked) == 1


def test_a_page_of_a_proxy_is_still_the_error_of_its_status() -> None:
    transport, _ = answering(httpx.Response(403, text="<html>no</html>"))

    with (
        Client("https://dev1.example", ADMIN, transport=transport) as found,
        pytest.raises(contract.ForbiddenError) as raised,
    ):
        found.list_contacts()

    assert raised.value.body == "<html>no</html>"
    assert raised.value.message == ""


def busy(status: int, **headers: str) -> httpx.Response:
    body = {"error": {"message": "No", "detail": None}, "status": "failure"}
    return httpx.Response(status, json=body, headers=headers)


@every(
    ("first", "method", "times"),
    [
        (busy(429, **{"Retry-After": "0"}), "list_contacts", 2),
        (busy(429, **{"Retry-After": "0"}), "create_contact", 2),
        (httpx.Response(503), "list_contacts", 2),
        (httpx.Response(503), "create_contact", 1),
        (httpx.ReadTimeout("late"), "list_contacts", 2),
        (httpx.ReadTimeout("late"), "create_contact", 1),
        (httpx.ConnectError("refused"), "create_contact", 1),
        (httpx.ConnectError("refused"), "list_contacts", 2),
        (httpx.ReadError("reset"), "list_contacts", 2),
        # How a connection that was kept open is found to be closed.
        (httpx.RemoteProtocolError("disconnected"), "list_contacts", 2),
        (httpx.RemoteProtocolError("disconnected"), "create_contact", 1),
        (httpx.UnsupportedProtocol("no such scheme"), "list_contacts", 1),
        (httpx.LocalProtocolError("misuse"), "list_contacts", 1),
        (httpx.ProxyError("the proxy refuses"), "list_contacts", 1),
        (httpx.TooManyRedirects("in circles"), "list_contacts", 1),
        (httpx.InvalidURL("no URL"), "list_contacts", 1),
        (busy(429, **{"Retry-After": "3600"}), "list_contacts", 1),
        (busy(500), "list_contacts", 1),
    ],
)
def test_only_what_may_be_repeated_is(
    first: httpx.Response | Exception, method: str, times: int
) -> None:
    good = listed() if method == "list_contacts" else httpx.Response(201, json={"result": "a" * 32})
    transport, asked = answering(first, good)
    arguments = [models.CreateContactRequest()] if method == "create_contact" else []

    with Client("https://x.example", ADMIN, transport=transport, retries=QUICK) as found:
        if times > 1:
            getattr(found, method)(*arguments)
        else:
            with pytest.raises((ApiError, httpx.RequestError, httpx.InvalidURL)):
                getattr(found, method)(*arguments)

    assert len(asked) == times


def test_the_async_client_repeats_as_well() -> None:
    transport, asked = answering(busy(429, **{"Retry-After": "0"}), listed())

    async def used() -> None:
        async with AsyncClient("https://x.example", transport=transport, retries=QUICK) as found:
            await found.list_contacts()

    asyncio.run(used())

    assert len(asked) == 2


@pytest.mark.parametrize(
    ("options", "times"), [({}, {"connect": 10.0, "read": 30.0}), ({"timeout": 2.5}, {"read": 2.5})]
)
def test_every_request_has_its_time(options: dict[str, float], times: dict[str, float]) -> None:
    transport, asked = answering(listed())

    with Client("https://x.example", transport=transport, **options) as found:  # type: ignore[arg-type]
        found.list_contacts()

    assert asked[0].extensions["timeout"].items() >= times.items()


def test_any_other_sign_of_a_value_travels(client: Client) -> None:
    name = "A&B=C%41+1#? \"'<é漢>"
    client.create_contact(models.CreateContactRequest(last_name=name))

    found = list(client.iterate_contacts(Query().equals("last_name", name)))

    assert [contact.last_name for contact in found] == [name]


def test_the_async_client_repeats_no_misuse() -> None:
    transport, asked = answering(httpx.UnsupportedProtocol("no such scheme"))

    async def used() -> None:
        async with AsyncClient("https://x.example", transport=transport, retries=QUICK) as found:
            await found.list_contacts()

    with pytest.raises(httpx.UnsupportedProtocol):
        asyncio.run(used())

    assert len(asked) == 1


def test_repetitions_come_to_an_end() -> None:
    transport, asked = answering(httpx.ConnectError("refused"))

    with (
        Client("https://x.example", transport=transport, retries=QUICK) as found,
        pytest.raises(httpx.ConnectError),
    ):
        found.list_contacts()

    assert len(asked) == QUICK.attempts


@pytest.mark.parametrize(("header", "wait"), [("7", 7.0), ("0", 0.0), ("soon", 0.5), ("", 0.5)])
def test_seconds_of_retry_after_are_read(header: str, wait: float) -> None:
    response = httpx.Response(429, headers={"Retry-After": header})

    assert Retries().wait(contract.LIST_CONTACTS, 1, response) == wait


@pytest.mark.parametrize(("away", "least", "most"), [(50, 10.0, 50.0), (-50, 0.0, 0.0)])
def test_a_date_of_retry_after_is_read(away: int, least: float, most: float) -> None:
    header = email.utils.formatdate(time.time() + away, usegmt=True)

    wait = Retries().wait(
        contract.LIST_CONTACTS, 1, httpx.Response(429, headers={"Retry-After": header})
    )

    assert wait is not None
    assert least <= wait <= most


def test_waits_double_and_are_bounded() -> None:
    waits = [Retries(attempts=9).wait(contract.LIST_CONTACTS, n, None) for n in range(1, 9)]

    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, None]


def test_ids_cannot_leave_their_place_in_the_path() -> None:
    transport, asked = answering(httpx.Response(404, json={}))

    with (
        Client("https://x.example", transport=transport) as found,
        pytest.raises(contract.NotFoundError),
    ):
        found.get_contact("../table/sys_user?x#y")

    assert asked[0].url.raw_path == b"/api/now/contact/..%2Ftable%2Fsys_user%3Fx%23y"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_that_is_no_segment_is_not_sent(value: str) -> None:
    transport, asked = answering(listed())

    with (
        Client("https://x.example", transport=transport) as found,
        pytest.raises(ValueError, match=r"id is '.*', which would lead to another URL"),
    ):
        found.get_contact(value)

    assert asked == []


def test_an_error_shows_no_key() -> None:
    transport, _ = answering(httpx.Response(403, json={}))

    with (
        Client("https://x.example", ApiKey("canary-key"), transport=transport) as found,
        pytest.raises(ApiError) as raised,
    ):
        found.list_contacts()

    assert "canary-key" not in repr(raised.value.response.request.headers)


def test_a_token_without_an_end_is_used_until_it_is_refused() -> None:
    token = httpx.Response(200, json={"access_token": "t"})
    transport, asked = answering(token, listed(), listed())

    with Client("https://x.example", OAuth("a", "b"), transport=transport) as found:
        found.list_contacts()
        found.list_contacts()

    assert [request.url.path for request in asked].count(contract.TOKEN_PATH) == 1


def test_why_there_is_no_token_is_told() -> None:
    body = {"error": "invalid_client", "error_description": "No such client"}
    transport, _ = answering(httpx.Response(401, json=body))

    with (
        Client("https://x.example", OAuth("a", "b"), transport=transport) as found,
        pytest.raises(TokenError) as raised,
    ):
        found.list_contacts()

    assert (raised.value.message, raised.value.detail) == ("invalid_client", "No such client")


ODD = {"result": [{"active": "yes", "sys_id": "a" * 32}]}


def test_a_record_with_an_odd_value_and_without_its_other_fields_is_read() -> None:
    transport, _ = answering(httpx.Response(200, json=ODD))

    with Client("https://x.example", ADMIN, transport=transport) as found:
        result = found.list_contacts()

    assert result.to_wire() == ODD
    assert (result.result[0].sys_id, result.result[0].city) == ("a" * 32, None)
    listed = {(misfit.field, misfit.value) for misfit in result.misfits()}
    assert {("result[0].active", "yes"), ("result[0].city", None)} <= listed


def test_a_strict_client_refuses_it() -> None:
    transport, _ = answering(httpx.Response(200, json=ODD))

    with (
        Client("https://x.example", ADMIN, transport=transport, strict=True) as found,
        pytest.raises(UnexpectedAnswerError),
    ):
        found.list_contacts()


CUT_SHORT = {
    "result": [],
    "error": {"message": "Transaction cancelled", "detail": "maximum execution time exceeded"},
    "status": "failure",
}
NOT_OFFERED = {"result": {"success": False, "message": "Agent is not available"}}


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(
    ("method", "arguments", "body", "message"),
    [
        ("list_contacts", [], CUT_SHORT, "Transaction cancelled"),
        ("get_contact", ["a" * 32], {"error": "No", "status": "failure"}, "No"),
        ("offer_work", ["task", "a" * 32, {"transfer": {}}], NOT_OFFERED, "Agent is not available"),
    ],
    ids=["a list cut short", "no record", "no offer"],
)
def test_a_success_that_carries_an_error_is_raised(
    method: str, arguments: list[Any], body: Any, message: str, strict: bool
) -> None:
    transport, asked = answering(httpx.Response(200, json=body))

    with (
        Client("https://x.example", ADMIN, transport=transport, strict=strict) as found,
        pytest.raises(RefusedError) as raised,
    ):
        getattr(found, method)(*arguments)

    assert (raised.value.message, raised.value.status, len(asked)) == (message, 200, 1)


def test_the_page_that_could_not_be_read_is_named() -> None:
    full = httpx.Response(200, json={"result": [{"sys_id": "a" * 32}]})
    failing: dict[httpx.Response | Exception, type[Exception]] = {
        busy(500): contract.InternalServerError,
        httpx.Response(200, json=CUT_SHORT): RefusedError,
        httpx.ReadTimeout("late"): httpx.ReadTimeout,
    }
    for failure, kind in failing.items():
        transport, _ = answering(full, full, failure)
        with Client("https://x.example", transport=transport, retries=NO_RETRIES) as found:
            records = found.iterate_contacts(page_size=50)
            assert [next(records).sys_id, next(records).sys_id] == ["a" * 32] * 2
            with pytest.raises(kind) as raised:
                next(records)

        messages = [str(raised.value), *getattr(raised.value, "__notes__", ())]
        assert "page begins at record 100" in " ".join(messages).replace("that begins", "begins")


@pytest.mark.parametrize(
    ("method", "body", "message"),
    [
        ("create_contact", {"frist_name": "Ada"}, "no field frist_name; did you mean first_name?"),
        (
            "create_contact",
            models.CreateContactRequest.model_validate({"frist_name": "Ada"}),
            "no field frist_name; did you mean first_name?",
        ),
        ("create_contact", {"sys_id": "a" * 32}, "no field sys_id"),
        (
            "create_interaction",
            models.CreateInteractionRequest(channel="chat", context_id="a" * 32),
            "context_id is nothing without context_table",
        ),
        (
            "create_interaction",
            {"channel": "chat", "channel_metadata_table": "x_acme_data"},
            "channel_metadata_table is nothing without channel_metadata_id",
        ),
    ],
    ids=["a dict", "a model", "of the instance", "half of a pair", "the other half"],
)
def test_what_an_instance_would_ignore_is_not_sent(method: str, body: Any, message: str) -> None:
    answer = httpx.Response(201, json={"result": "a" * 32})
    transport, asked = answering(answer)

    with (
        Client("https://x.example", transport=transport) as found,
        pytest.raises(InvalidRequestError, match=re.escape(message)),
    ):
        getattr(found, method)(body)

    assert asked == []


def test_a_misspelled_term_of_an_offer_is_not_sent() -> None:
    transport, asked = answering(httpx.Response(200, json={}))
    terms = {"agent_sys_id": "a" * 32, "time_out": 30}

    with (
        Client("https://x.example", transport=transport) as found,
        pytest.raises(
            InvalidRequestError, match=r"no field assignment\.time_out; did you mean timeout"
        ),
    ):
        found.offer_work("task", "b" * 32, {"queue_id": "calls", "assignment": terms})  # type: ignore[arg-type]

    assert asked == []


@pytest.mark.parametrize(
    ("body", "unchecked"),
    [({"u_tier": "gold", "x_acme_rank": 1}, False), ({"frist_name": "Ada"}, True)],
    ids=["columns of an instance", "unchecked"],
)
def test_what_is_meant_is_sent(body: dict[str, Any], unchecked: bool) -> None:
    transport, asked = answering(httpx.Response(201, json={"result": "a" * 32}))

    with Client("https://x.example", transport=transport, unchecked=unchecked) as found:
        found.create_contact(body)  # type: ignore[arg-type]

    assert [json.loads(request.content) for request in asked] == [body]


def test_the_package_tells_its_version() -> None:
    assert servicenow_ccaas.__version__ == metadata.version("servicenow-ccaas")
