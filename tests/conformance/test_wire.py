"""What the gateway sends where, and takes of one response: so many seconds, so many bytes, real JSON."""

from __future__ import annotations

import base64
import contextlib
import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from ccaas_kit.contract import layout
from ccaas_kit.contract.parsing import UnreadableError, parse_json
from ccaas_kit.gateway import budget as budgets
from ccaas_kit.gateway.ask import Ask
from ccaas_kit.gateway.gateway import Gateway, Outgoing
from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.gateway.sending import Sender
from ccaas_kit.gateway.users import NOBODY, OWN, Users
from ccaas_kit.gateway.wire import LONGEST_BODY, Wire
from ccaas_kit.model import xml_values
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.profiles import Profile
from tests.conformance.hostile import hostile
from tests.conformance.misbehaviour import Server
from tests.conformance.raw import Raw, answering
from tests.looping import every

CONTRACT = Contract(layout.BUNDLE)
# Behaviours that hold up a client until it gives up, and those that flood it.
SLOW = (
    *("slow headers", "endless interim responses", "silence"),
    *("trickling body", "trickling chunks"),
)
FLOODS = ("endless body", "endless stream", "1 GB", "gzip bomb")


@every("behaviour", SLOW)
def test_a_response_has_so_many_seconds(behaviour: str) -> None:
    begun = time.monotonic()
    with hostile(Server(behaviour)) as url, Wire(url) as wire:
        with pytest.raises(httpx.ReadTimeout):
            wire.send("GET", httpx.URL(f"{url}/x"), seconds=0.5)
        took = time.monotonic() - begun

    assert 0.4 < took < 10


def test_a_response_has_its_seconds_however_slowly_the_request_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        url = httpx.URL(f"http://127.0.0.1:{listener.getsockname()[1]}/x")
        with Wire(str(url)) as wire, pytest.raises(httpx.TimeoutException):
            wire.send("POST", url, body=b"x" * 50_000_000, seconds=0.5)


@pytest.mark.parametrize("behaviour", FLOODS)
def test_a_response_has_so_many_bytes(behaviour: str) -> None:
    with hostile(Server(behaviour)) as url, Wire(url) as wire:
        received = wire.send("GET", httpx.URL(f"{url}/x"), seconds=20)

    assert received.is_whole is False
    assert len(received.body) == LONGEST_BODY


def test_each_request_has_its_own_time() -> None:
    with answering(Raw()) as url, Wire(url) as wire:
        for _ in range(4):
            assert wire.send("GET", httpx.URL(f"{url}/x"), seconds=0.4).status == 200
            time.sleep(0.2)


def test_no_cookie_of_a_response_goes_with_the_next_request() -> None:
    # An instance would take one without credentials for the user who is signed in.
    server = Raw(b"HTTP/1.1 200 OK\r\nSet-Cookie: session=1\r\nContent-Length: 0\r\n\r\n")
    with answering(server) as url, Gateway(url) as gateway:
        sender = Sender(
            gateway,
            CONTRACT,
            Users(None),
            profile=Profile.FULL,
            budget=budgets.of(requests=9, seconds=9),
        )
        for user in (OWN, NOBODY):
            sender.send(Ask("listContacts", user=user))

    assert [b"cookie" in server.headers(number) for number in range(2)] == [False, False]


@pytest.mark.parametrize("kind", ["http", "https"])
def test_a_proxy_of_the_environment_counts_beyond_this_machine(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, target = Raw(), Raw()
    with answering(proxy) as through, answering(target) as url:
        monkeypatch.setenv(f"{kind}_proxy", through.replace("//", "//me:p%40ss@"))
        monkeypatch.setenv("no_proxy", "spared.example")
        with Wire(url) as wire:
            wire.send("GET", httpx.URL(f"{url}/x"), seconds=5)
        beyond = httpx.URL(f"{kind}://x.example/a?b=%2F")
        with Wire(str(beyond)) as wire, contextlib.suppress(httpx.HTTPError):
            wire.send("GET", beyond, [(b"Host", b"x.example")], seconds=5)
        with Wire(f"{kind}://spared.example") as wire, pytest.raises(httpx.ConnectError):
            wire.send("GET", httpx.URL(f"{kind}://spared.example/x"), seconds=5)

    line = "GET http://x.example/a?b=%2F" if kind == "http" else "CONNECT x.example:443"
    assert len(target.seen) == len(proxy.seen) == 1
    assert proxy.head()[0] == f"{line} HTTP/1.1".encode()
    pair = base64.b64encode(b"me:p@ss")
    assert proxy.headers()[b"proxy-authorization"] == b"Basic " + pair


@every(
    "target", ["http://x.example/", "//x.example/", "@x.example/", ":1/", "x", ".x.example/", ""]
)
def test_no_request_goes_to_another_host(target: str) -> None:
    server = Raw()
    budget = budgets.of(requests=9, seconds=9)
    with answering(server) as url, Gateway(url) as gateway:
        if target == "//x.example/":
            # Two slashes begin a path like any other.
            gateway.send(Outgoing("GET", target), budget=budget)
        else:
            with pytest.raises((BlockedError, httpx.InvalidURL)):
                gateway.send(Outgoing("GET", target), budget=budget)
        host = urlsplit(url).netloc.encode()

    assert [server.headers(number)[b"host"] for number in range(len(server.seen))] == [host] * (
        target == "//x.example/"
    )


@pytest.mark.parametrize("method", ["POST", "HEAD", "TRACE", "get"])
def test_a_gateway_that_only_reads_lets_out_get_alone(method: str) -> None:
    server = Raw()
    budget = budgets.of(requests=9, seconds=9)
    with answering(server) as url, Gateway(url, reads_only=True) as gateway:
        gateway.send(Outgoing("GET", "/x"), budget=budget)
        with pytest.raises(BlockedError, match=f"sends no {method}"):
            gateway.send(Outgoing(method, "/x"), budget=budget)

    assert len(server.seen) == 1
    assert budget.requests == 8


@every(
    "body",
    [
        b"",
        b"{",
        b'"\xff"',
        b'"\\ud800"',
        b"[" * 100_000,
        b"[" * 200 + b"]" * 200,
        b"9" * 5_000,
        '"x"'.encode("utf-16")[:-1],
    ],
)
def test_what_cannot_be_worked_with_is_no_json(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse_json(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'"\\ud83c\\udf35"', "🌵"),
        ("[1]".encode("utf-8-sig"), [1]),
        ("[1]".encode("utf-16"), [1]),
        (b"[" * 90 + b"]" * 90, None),
    ],
)
def test_what_can_be_worked_with_is_json(body: bytes, value: object) -> None:
    assert value is None or parse_json(body) == value
    assert parse_json(body) is not None


@pytest.mark.parametrize("body", [b"<a>" * 9_000 + b"</a>" * 9_000, b"<a>", b""])
def test_what_cannot_be_worked_with_is_no_xml(body: bytes) -> None:
    schema = CONTRACT.by_id["getContact"].responses[200].media["application/json"]

    with pytest.raises(UnreadableError, match=r"not XML|DTD|not readable: nested"):
        xml_values.read(body, schema, CONTRACT)
