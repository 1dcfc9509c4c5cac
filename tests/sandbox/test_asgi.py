"""The ASGI application: what it takes from a server, and what it gives back."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import httpx
import pytest

from ccaas_kit.sandbox.http.edge import Origins
from ccaas_kit.sandbox.http.json_bodies import MAX_BYTES
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.serving import asgi
from ccaas_kit.sandbox.serving.asgi import Message, Sandbox
from ccaas_kit.sandbox.turns import Turn
from tests.looping import every
from tests.sandbox.conftest import Caller, basic

ADMIN = basic("admin", "admin")
CONTACTS = "/api/now/contact"
CONTACT = b'{"name":"Ann"}'
T = TypeVar("T")


class Sent:
    """What the application sent in answer to one request."""

    def __init__(self, messages: list[Message]) -> None:
        self.status: int = messages[0]["status"]
        self.headers = {
            name.decode(): value.decode("latin-1") for name, value in messages[0]["headers"]
        }
        self.pieces: list[bytes] = [message["body"] for message in messages[1:]]
        self.body = b"".join(self.pieces)
        self.ended = [message["more_body"] for message in messages[1:]].index(False) == len(
            self.pieces
        ) - 1

    @property
    def detail(self) -> str:
        return str(json.loads(self.body)["error"]["detail"])


Ask = Callable[..., Coroutine[Any, Any, Sent]]
DISCONNECT: Message = {"type": "http.disconnect"}


@pytest.fixture
def app(sandbox: Caller) -> Sandbox:
    return Sandbox(sandbox.app)


@pytest.fixture
def ask(app: Sandbox) -> Ask:
    """`ask(*pieces, ...)` sends a request whose body comes in these pieces.

    A piece of None stays away; a dictionary is a message of its own.
    """

    async def send_one(
        *pieces: bytes | Message | None,
        method: str = "GET",
        path: str = CONTACTS,
        version: str = "1.1",
        hosts: tuple[str, ...] = ("x",),
    ) -> Sent:
        sent: list[Message] = []
        waiting = list(pieces or [b""])

        async def receive() -> Message:
            piece = waiting.pop(0)
            if piece is None:
                await asyncio.Event().wait()
            if isinstance(piece, bytes):
                return {"type": "http.request", "body": piece, "more_body": bool(waiting)}
            return piece or DISCONNECT

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [*(("host", host) for host in hosts), ("authorization", ADMIN)]
        if pieces and version != "2":
            headers.append(("transfer-encoding", "chunked"))
        scope = {
            "type": "http",
            "http_version": version,
            "method": method,
            "raw_path": path.encode("latin-1"),
            "query_string": b"sysparm_limit=1",
            "headers": [(name.encode(), value.encode()) for name, value in headers],
            "client": ("127.0.0.1", 50000),
        }
        await app(scope, receive, send)
        return Sent(sent)

    return send_one


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def contacts(sandbox: Caller) -> int:
    return sandbox.instance.store.count("customer_contact")


def test_it_is_called_in_process_by_httpx() -> None:
    made = asgi.create(["--contacts", "3"])

    async def visit() -> httpx.Response:
        transport = httpx.ASGITransport(made)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
            return await client.get(f"{CONTACTS}?sysparm_limit=2", auth=("admin", "admin"))

    answered = run(visit())
    made.app.instance.close()

    assert answered.status_code == 200
    assert len(answered.json()["result"]) == 2
    assert answered.headers["content-type"] == "application/json;charset=UTF-8"
    assert answered.headers["date"] == "Wed, 03 Apr 2024 23:09:46 GMT"


def test_the_end_of_its_life_closes_the_instance() -> None:
    made = asgi.create()
    events = iter(["lifespan.startup", "lifespan.shutdown"])
    sent: list[str] = []

    async def receive() -> Message:
        return {"type": next(events)}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    run(made({"type": "lifespan"}, receive, send))

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    with pytest.raises(Exception, match="closed database"):
        made.app.instance.store.count("customer_contact")


def test_a_body_may_come_in_many_pieces(ask: Ask, sandbox: Caller) -> None:
    before = contacts(sandbox)

    sent = run(ask(*(CONTACT[at : at + 1] for at in range(len(CONTACT))), method="POST"))

    assert sent.status == 201
    assert contacts(sandbox) == before + 1


def test_a_body_of_http_2_needs_no_header(ask: Ask, sandbox: Caller) -> None:
    before = contacts(sandbox)

    sent = run(ask(CONTACT, method="POST", version="2"))

    assert sent.status == 201
    assert contacts(sandbox) == before + 1


def test_half_a_body_is_given_up_and_changes_nothing(
    ask: Ask, sandbox: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "BODY_SECONDS", 0.05)
    before = contacts(sandbox)

    # What is there is JSON, but not all that was announced.
    sent = run(ask(CONTACT, None, method="POST"))

    assert sent.status == 400
    assert "did not come to its end" in sent.detail
    assert b"Exception while reading request" in sent.body
    assert sent.headers["connection"] == "close"
    assert contacts(sandbox) == before


def test_what_a_client_sent_before_it_vanished_is_not_done(ask: Ask, sandbox: Caller) -> None:
    before = contacts(sandbox)

    run(ask(CONTACT, DISCONNECT, method="POST"))

    assert contacts(sandbox) == before


def test_a_body_far_too_long_is_not_read_to_its_end(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "BODY_BYTES", MAX_BYTES + 2**20)
    piece = b" " * 2**20

    # Without a bound it would wait for the piece that stays away.
    sent = run(ask(*[piece] * 13, None, method="POST"))

    assert sent.status == 400
    assert "10485760" in sent.detail or "10 MB" in sent.detail


def test_large_bodies_wait_for_a_place(app: Sandbox, ask: Ask) -> None:
    large = b'{"name":"' + b"x" * 300_000

    async def visit() -> tuple[int, int]:
        holding = [asyncio.create_task(ask(large, None, method="POST")) for _ in range(4)]
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(ask(large, b'"}', method="POST"))
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        small = await ask(CONTACT, method="POST")
        holding[0].cancel()
        sent = await asyncio.wait_for(waiting, 5)
        for task in holding:
            task.cancel()
        await asyncio.gather(*holding, return_exceptions=True)
        assert not done
        return small.status, sent.status

    assert run(visit()) == (201, 201)


def test_to_wait_for_a_place_takes_nothing_of_the_time(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "BODY_SECONDS", 0.3)
    large = b'{"name":"' + b"x" * 300_000

    async def visit() -> int:
        holding = [asyncio.create_task(ask(large, None, method="POST")) for _ in range(4)]
        await asyncio.sleep(0.25)
        # It waits until the others are given up, and then has all of its time.
        waiting = asyncio.create_task(ask(large, b'"}', method="POST"))
        await asyncio.gather(*holding)
        return (await waiting).status

    assert run(visit()) == 201


def test_one_request_too_many_is_told_to_come_back(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asgi, "MOST_REQUESTS", 3)

    async def visit() -> tuple[Sent, Sent]:
        holding = [asyncio.create_task(ask(b"{", None, method="POST")) for _ in range(3)]
        await asyncio.sleep(0.05)
        refused = await ask()
        holding[0].cancel()
        await asyncio.wait({holding[0]})
        served = await ask()
        for task in holding:
            task.cancel()
        await asyncio.gather(*holding, return_exceptions=True)
        return refused, served

    refused, served = run(visit())

    assert refused.status == 503
    assert json.loads(refused.body)["status"] == "failure"
    assert refused.headers["connection"] == "close"
    assert served.status == 200


@every(
    ("version", "hosts", "status"),
    [
        ("1.1", (), 400),
        ("1.1", ("",), 400),
        ("1.1", ("x", "y"), 400),
        ("1.1", ("x",), 200),
        ("1", (), 200),
        ("2", (), 200),
    ],
)
def test_http_1_1_has_one_host(ask: Ask, version: str, hosts: tuple[str, ...], status: int) -> None:
    sent = run(ask(version=version, hosts=hosts))

    assert sent.status == status
    if status == 400:
        assert "Host" in sent.detail


def test_the_path_is_taken_as_it_stood_in_the_url(ask: Ask) -> None:
    assert run(ask(path="/api/now/v1/contact")).status == 200
    assert run(ask(path="/api/now/v1%2Fcontact")).status == 400


@pytest.mark.parametrize(
    ("response", "headers", "pieces"),
    [
        (Response(200, (), b"abc"), {"content-length": "3"}, [b"abc"]),
        (Response(200, (("transfer-encoding", "chunked"),), b"abc"), {}, [b"a", b"bc"]),
        (Response(204, (), b""), {}, [b""]),
        (Response(200, (("X", "é\u20ac"),), b""), {"x": "é?", "content-length": "0"}, [b""]),
    ],
    ids=["whole", "in chunks", "no content", "odd letters"],
)
def test_a_response_becomes_messages(
    *,
    ask: Ask,
    sandbox: Caller,
    monkeypatch: pytest.MonkeyPatch,
    response: Response,
    headers: dict[str, str],
    pieces: list[bytes],
) -> None:
    def rendered(_request: Request, _turn: Turn) -> Response:
        return response

    monkeypatch.setattr(sandbox.app, "handle", rendered)

    sent = run(ask())

    assert sent.headers.pop("date")
    assert sent.headers == headers
    assert sent.pieces == pieces
    assert sent.ended


def fetched(app: Sandbox, *requests: httpx.Request) -> list[httpx.Response]:
    async def visit() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport) as client:
            return [await client.send(request) for request in requests]

    return asyncio.run(visit())


def to(method: str, path: str, content: bytes = b"", /, **headers: str) -> httpx.Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    every_one = {"authorization": ADMIN, "content-type": "application/json", **named}
    return httpx.Request(method, f"http://sandbox{path}", headers=every_one, content=content)


def test_a_long_response_is_compressed_for_who_takes_it(app: Sandbox) -> None:
    compressed, plain, refused, short = fetched(
        app,
        to("GET", CONTACTS, accept_encoding="br, gzip"),
        to("GET", CONTACTS, accept_encoding="br"),
        to("GET", CONTACTS, accept_encoding="gzip;q=0"),
        to("GET", f"{CONTACTS}/{'0' * 32}", accept_encoding="gzip"),
    )

    assert compressed.headers["content-encoding"] == "gzip"
    assert int(compressed.headers["content-length"]) < len(compressed.content)
    assert compressed.json() == plain.json()
    for response in (plain, refused, short):
        assert "content-encoding" not in response.headers


def test_a_compressed_body_is_read_and_a_bomb_is_refused(app: Sandbox) -> None:
    bomb = gzip.compress(b" " * (MAX_BYTES + 1))
    read, cut, wrong, bombed = fetched(
        app,
        to("POST", CONTACTS, gzip.compress(CONTACT), content_encoding="gzip"),
        to("POST", CONTACTS, gzip.compress(CONTACT)[:-9], content_encoding="gzip"),
        to("POST", CONTACTS, CONTACT, content_encoding="gzip"),
        to("POST", CONTACTS, bomb, content_encoding="x-gzip"),
    )

    assert read.status_code == 201
    assert [response.status_code for response in (cut, wrong, bombed)] == [400, 400, 400]
    assert "more than" in bombed.json()["error"]["detail"]


def test_web_pages_of_named_origins_may_call_the_apis_and_no_more(sandbox: Caller) -> None:
    app = Sandbox(sandbox.app, Origins(frozenset({"https://desk.example.com"})))
    ours = {"origin": "https://desk.example.com"}
    asked = {
        **ours,
        "access_control_request_method": "PATCH",
        "access_control_request_headers": "authorization",
    }

    preflight, answered, other, control, refused = fetched(
        app,
        to("OPTIONS", f"{CONTACTS}/x", **asked),
        to("GET", CONTACTS, **ours),
        to("GET", CONTACTS, origin="https://other.example.com"),
        to("GET", "/_sandbox/health", **ours),
        to("OPTIONS", CONTACTS, **{**asked, "origin": "https://other.example.com"}),
    )

    assert preflight.status_code == 204
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "authorization"
    allowed = [
        response.headers.get("access-control-allow-origin") for response in (preflight, answered)
    ]
    assert allowed == ["https://desk.example.com"] * 2
    assert "X-Total-Count" in answered.headers["access-control-expose-headers"]
    assert (answered.status_code, other.status_code, refused.status_code) == (200, 200, 405)
    for response in (other, control, refused):
        assert "access-control-allow-origin" not in response.headers
