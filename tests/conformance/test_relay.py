"""What passes between Schemathesis and a target: everything as it is, or nothing."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from ccaas_kit.contract import layout
from ccaas_kit.gateway import budget as budgets
from ccaas_kit.gateway import credentials, relay, relay_server
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.credentials import Credentials
from ccaas_kit.gateway.gateway import Gateway, WriteGuard
from ccaas_kit.gateway.identity import Identity
from ccaas_kit.gateway.relay import Passed, Relay
from ccaas_kit.gateway.safety import journal
from ccaas_kit.gateway.safety.guard import OwnRecordsOnly
from ccaas_kit.gateway.safety.journal import TargetRecord
from ccaas_kit.gateway.timing.pace import Pace
from ccaas_kit.model.contract import Contract
from tests.conformance.hostile import hostile
from tests.conformance.misbehaviour import Server
from tests.conformance.raw import OK, Raw, answering, exchanged
from tests.looping import every

CONTRACT = Contract(layout.BUNDLE)
SECURITY = credentials.security_headers(CONTRACT)
OURS, THEIRS, SPARE, NEW = "a" * 32, "b" * 32, "c" * 32, "d" * 32
CASE = {"X-Schemathesis-TestCaseId": "case"}
# Behaviours that hold up a client until it gives up, those that flood it, those that cut it off.
SLOW = (
    *("slow headers", "endless interim responses", "silence"),
    *("trickling body", "trickling chunks"),
)
FLOODS = ("endless body", "endless stream", "1 GB", "gzip bomb")
BROKEN = ("reset", "garbage", "endless headers", "too short", "no length", "no gzip")


@dataclass
class Door:
    """An open relay, with the address that its child would have."""

    relay: Relay
    address: str
    identity: Identity
    budget: Budget

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def prefix(self) -> str:
        return urlsplit(self.address).path

    def raw(self, head: str, body: bytes = b"", *, host: str = "") -> bytes:
        """What comes back for a request; its first line names the path without the word."""
        line, _, rest = head.partition("\r\n")
        method, target, version = line.split(" ")
        lines = f"{method} {self.prefix}{target} {version}\r\nHost: {host or self.host}\r\n{rest}"
        return exchanged(self.address, lines.encode("latin-1") + b"\r\n" + body)

    def get(self, path: str = "/api/now/contact", **headers: str) -> requests.Response:
        return requests.get(self.address + path, headers={**CASE, **headers}, timeout=20)

    def passed(self) -> Passed:
        (passed,) = self.relay.take("case")
        return passed


@contextmanager
def opened(
    url: str,
    *,
    signed: Credentials | None = None,
    budget: Budget | None = None,
    guard: WriteGuard | None = None,
    seconds: float = 5,
    hold: float = 5,
    pace: Pace | None = None,
) -> Iterator[Door]:
    identity = Identity(signed, SECURITY)
    budget = budget or budgets.of(requests=99, seconds=60)
    with Gateway(url, seconds=seconds, guard=guard, pace=pace) as gateway:
        door = Relay(gateway, CONTRACT, identity, budget=budget)
        with relay_server.opened(door, hold=hold) as address:
            yield Door(door, address, identity, budget)


def basic() -> Credentials:
    return credentials.basic("admin", "pa55word", CONTRACT)


@every(
    "target",
    [
        "/api/now/contact?a=1&a=2&&b=%2F%00;c",
        "/api/now/contact/%2F%2e%2E/..//./x",
        "//api//now",
        "/?",
        "/api/now/contact/'()*!$;:@&=+,",
        "/*",
    ],
)
@every("method", ["GET", "TRACE", "QUERY", "M-SEARCH", "OPTIONS"])
def test_method_path_and_query_pass_as_they_are_written(method: str, target: str) -> None:
    server = Raw()
    with answering(server) as url, opened(url) as door:
        door.raw(f"{method} {target} HTTP/1.1\r\n")

    assert server.head()[0] == f"{method} {target} HTTP/1.1".encode()


def test_headers_pass_in_their_order_and_case() -> None:
    server = Raw()
    with answering(server) as url, opened(url) as door:
        door.raw(
            "GET /x HTTP/1.1\r\nx-lower: 1\r\nX-TWICE: a\r\nAccept: */*\r\nX-Twice: b\r\n"
            "X-Odd: \xe9\xff \x01 end\r\nConnection: keep-alive, X-Hop\r\n"
            "X-Schemathesis-TestCaseId: 7\r\n"
        )
        host = urlsplit(url).netloc.encode()

    assert server.head()[1:] == [
        *(b"Host: " + host, b"x-lower: 1", b"X-TWICE: a", b"Accept: */*", b"X-Twice: b"),
        b"X-Odd: \xe9\xff \x01 end",
    ]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_bodies_pass_as_they_are(method: str) -> None:
    body = bytes(range(256))
    server = Raw()
    with answering(server) as url, opened(url) as door:
        door.raw(f"{method} /x HTTP/1.1\r\nContent-Length: 256\r\n", body)
        door.raw(f"{method} /x HTTP/1.1\r\n")
        door.raw(f"{method} /x HTTP/1.1\r\nContent-Length: 0\r\n")

    assert server.seen[0].endswith(b"Content-Length: 256\r\n\r\n" + body)
    assert server.headers(2)[b"content-length"] == b"0"


def test_chunks_stay_chunks() -> None:
    server = Raw()
    with answering(server) as url, opened(url) as door:
        door.raw("POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", b"3\r\nabc\r\n0\r\n\r\n")

    assert server.headers()[b"transfer-encoding"] == b"chunked"
    assert b"content-length" not in server.headers()
    assert server.seen[0].endswith(b"\r\n\r\n3\r\nabc\r\n0\r\n\r\n")


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: 3\r\nContent-Length: 5\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked, x\r\n",
        "Content-Length: minus one\r\n",
    ],
)
def test_a_request_that_says_two_lengths_leaves_in_no_form(framing: str) -> None:
    server = Raw()
    with answering(server) as url, opened(url) as door:
        door.raw(f"POST /x HTTP/1.1\r\n{framing}", b"abcde")

    assert server.seen == []
    assert door.budget.requests == 99


def test_a_response_passes_as_it_is() -> None:
    packed = gzip.compress(b'{"result": []}')
    head = (
        b"HTTP/1.1 299 Any-Thing goes!\r\nX-UPPER: 1\r\nx-lower: \xff\r\nSet-Cookie: a=1\r\n"
        b"Set-Cookie: b=2\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    )
    server = Raw(head + packed)
    with answering(server) as url, opened(url) as door:
        received = door.raw("GET /api/now/contact HTTP/1.1\r\nX-Schemathesis-TestCaseId: case\r\n")
        passed = door.passed()

    assert received == head + packed
    assert passed.sent.response is not None
    assert passed.sent.response.json() == {"result": []}
    assert passed.sent.response.headers["set-cookie"] == "a=1"


def test_chunks_of_a_response_stay_chunks() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Content-Length: \r\n\r\n"
    with answering(Raw(head + b"1\r\n[\r\n1\r\n]\r\n0\r\n\r\n")) as url, opened(url) as door:
        received = door.raw("GET /x HTTP/1.1\r\n")

    assert received.partition(b"\r\n\r\n")[2] == b"2\r\n[]\r\n0\r\n\r\n"


@pytest.mark.parametrize("status", [301, 307])
def test_a_redirect_is_followed_by_nobody(status: int) -> None:
    other = Raw()
    with answering(other) as elsewhere:
        redirect = f"HTTP/1.1 {status} Away\r\nLocation: {elsewhere}/x\r\nContent-Length: 0\r\n\r\n"
        with answering(Raw(redirect.encode())) as url, opened(url, signed=basic()) as door:
            received = door.raw("GET /x HTTP/1.1\r\n")

    assert received == redirect.encode()
    assert other.seen == []


def ways() -> list[Credentials]:
    environments: list[dict[str, str]] = [
        {"SN_USERNAME": "zoë", "SN_PASSWORD": "señor €"},
        {"SN_TOKEN": "a-token"},
        {"SN_API_KEY": "a-key"},
    ]
    found = [credentials.from_environment(environment, CONTRACT) for environment in environments]
    return [signed for signed in found if signed is not None]


@pytest.mark.parametrize("signed", ways(), ids=["password", "token", "key"])
def test_exactly_the_stand_in_is_exchanged_for_credentials(signed: Credentials) -> None:
    server = Raw()
    name, real = signed.header
    with answering(server) as url, opened(url, signed=signed) as door:
        assert door.identity.stand_in is not None
        stand_in = door.identity.stand_in.header[1]
        wrongs = (stand_in[:-1], f"{stand_in}x", stand_in.upper(), "Basic bm9ib2R5Og==")
        kinds = []
        for value in (stand_in, *wrongs, None):
            headers = {} if value is None else {name: value}
            door.get("/api/now/contact", **headers)
            kinds.append(door.passed().credentials)
        door.get("/api/now/contact", **{name.lower(): stand_in})
        recorded = door.passed().sent.request

    left = [server.headers(number).get(name.lower().encode()) for number in range(7)]
    assert left == [real.encode(), *(wrong.encode() for wrong in wrongs), None, real.encode()]
    assert kinds == ["own", *["wrong"] * 4, "none"]
    assert not [part for header in recorded.headers for part in header if real.encode() in part]


def test_nobody_is_let_in_who_does_not_know_the_word() -> None:
    server = Raw()
    with answering(server) as url, opened(url, signed=basic()) as door:
        elsewhere = urlsplit(url).netloc
        for line in (
            "GET /api/now/contact HTTP/1.1",
            f"GET {door.prefix.replace('a', 'b').replace('1', '2')}x/api/now/contact HTTP/1.1",
            f"GET http://{elsewhere}/api/now/contact HTTP/1.1",
            f"GET {door.address}/api/now/contact HTTP/1.1",
            f"CONNECT {elsewhere} HTTP/1.1",
        ):
            exchanged(door.address, f"{line}\r\nHost: {door.host}\r\n\r\n".encode())
        door.raw("GET /api/now/contact HTTP/1.1\r\n", host=elsewhere)

    assert server.seen == []
    assert door.budget.requests == 99


@every("behaviour", SLOW)
def test_a_response_has_so_many_seconds(behaviour: str) -> None:
    server = Server(behaviour)
    begun = time.monotonic()
    with hostile(server) as url, opened(url, seconds=0.5, hold=3) as door:
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{door.address}/x", headers=CASE, timeout=1)
        took = time.monotonic() - begun
        (passed,) = door.relay.take("case")

    assert passed.sent.response is None
    assert type(passed.sent.error).__name__ == "ReadTimeout"
    assert 0.9 < took < 10
    assert len(server.seen) == 1


@every("behaviour", [*FLOODS, *BROKEN])
def test_what_cannot_be_read_is_an_error_and_is_asked_for_once(behaviour: str) -> None:
    server = Server(behaviour)
    with hostile(server) as url, opened(url, seconds=20) as door:
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            door.get()
        passed = door.passed()

    assert passed.sent.response is None
    assert (passed.sent.error is None) == (behaviour in FLOODS)
    assert len(server.seen) == 1


def test_a_target_that_has_sent_too_much_ends_the_part() -> None:
    budget = Budget(9, 9, time.monotonic() + 60, volume=1_000)
    server = Server("truncated JSON")
    with hostile(server) as url, opened(url, budget=budget) as door:
        assert door.get().content.startswith(b'{"result": [')
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            door.get()

    assert door.relay.spent.is_set()
    assert len(server.seen) == 1


def test_what_is_taken_from_a_part_is_taken_from_the_whole() -> None:
    whole = Budget(9, 9, time.monotonic() + 60)
    with answering(Raw()) as url, opened(url, budget=whole.part(1 / 3)) as door:
        for _ in range(3):
            assert door.get().ok
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            door.get()

    assert (whole.requests, whole.writes, whole.refused) == (6, 9, False)
    assert door.relay.spent.is_set()


def test_after_one_write_too_many_nothing_leaves_any_more() -> None:
    server = Raw()
    with answering(server) as url, opened(url, budget=Budget(9, 0, time.monotonic() + 60)) as door:
        assert door.get().ok
        for method in ("TRACE", "GET"):
            with pytest.raises(requests.exceptions.ChunkedEncodingError):
                requests.request(method, f"{door.address}/x", timeout=5)

    assert len(server.seen) == 1
    assert door.budget.requests == 8


def test_a_rate_holds_for_what_passes() -> None:
    slept: list[float] = []
    with answering(Raw()) as url, opened(url, pace=Pace(0.5, sleep=slept.append)) as door:
        door.get()
        door.get()

    assert len(slept) == 1
    assert 1 < slept[0] <= 2


def test_every_sixth_request_asks_for_xml_where_there_is_xml() -> None:
    server = Raw()
    with answering(server) as url, opened(url) as door:
        for path, accept in [
            *[("/api/now/contact", "*/*")] * 12,
            *[("/api/now/contact", "text/csv")] * 6,
            *[("/api/now/elsewhere", "*/*")] * 6,
        ]:
            door.get(path, Accept=accept)

    asked = [server.headers(number)[b"accept"] for number in range(24)]
    assert [
        number for number, media_type in enumerate(asked) if media_type == b"application/xml"
    ] == [5, 11]


@contextmanager
def guarded(folder: Path, server: Raw) -> Iterator[Door]:
    """A relay of a run that has an interaction, and knows of records of others."""
    with (
        answering(server) as url,
        journal.started(folder / "j", target=url, moment="", contract="1", lasting=True) as writer,
    ):
        number = writer.intend("createInteraction", "interaction", {})
        writer.end(number, (TargetRecord("interaction", OURS),), served=True, moment="")
        guard = OwnRecordsOnly(
            CONTRACT,
            writer,
            frozenset({THEIRS, SPARE, "Calls"}),
            frozenset({OURS}),
            frozenset({SPARE, "Calls"}),
        )
        with opened(url, guard=guard) as door:
            yield door


def created(status: int, result: Any) -> bytes:
    body = json.dumps({"result": result}).encode()
    head = f"HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"/api/now/interaction/{THEIRS}/close", {}),
        ("POST", f"/api/now/v1/interaction/{THEIRS}/close", {}),
        (
            "PUT",
            f"/api/sn_ct_ctr_it_core/external_id_mapping/table/interaction/documentId/{THEIRS}",
            {},
        ),
        ("PUT", f"/api/sn_ct_ctr_it_core/agent_mapping/agent/{THEIRS}/inboundId/Calls", {}),
        ("POST", "/api/now/contact", {"social_channel": "x"}),
        (
            "POST",
            f"/api/now/awa/documents/interaction/{OURS}/offer",
            {"after_timeout_presence": "x"},
        ),
        ("DELETE", f"/api/now/contact/{OURS}", None),
        ("PATCH", "/api/now/elsewhere", {}),
    ],
    ids=["close", "versioned", "mapping", "agent", "social", "presence", "delete", "elsewhere"],
)
def test_nothing_of_others_is_changed(method: str, path: str, body: Any, tmp_path: Path) -> None:
    server = Raw()
    with guarded(tmp_path, server) as door:
        response = requests.request(method, door.address + path, json=body, timeout=5)

    # Schemathesis takes another request then: own_checks.is_refused.
    assert response.headers[relay.REFUSED] == door.relay.word
    assert server.seen == []
    assert (door.budget.requests, door.relay.spent.is_set()) == (99, False)
    assert len(journal.read(tmp_path / "j").entries) == 1


@pytest.mark.parametrize(
    "path",
    [
        f"/api/now/interaction/{OURS}/close",
        f"/api/sn_ct_ctr_it_core/agent_mapping/agent/{SPARE}/inboundId/Calls",
    ],
    ids=["own", "set aside"],
)
def test_what_may_change_passes(path: str, tmp_path: Path) -> None:
    method = "PUT" if "agent_mapping" in path else "POST"
    server = Raw()
    with guarded(tmp_path, server) as door:
        response = requests.request(method, door.address + path, json={}, timeout=5)

    assert response.ok
    assert len(server.seen) == 1


def test_what_a_random_request_creates_is_in_the_journal_before_it_leaves(tmp_path: Path) -> None:
    path = tmp_path / "j"
    before: list[tuple[str, bool]] = []

    class Watching(Raw):
        """Reads the journal when a request has arrived."""

        @property
        def response(self) -> bytes:
            entry = journal.read(path).entries[-1]
            before.append((entry.operation, entry.ended))
            return created(201, NEW)

        @response.setter
        def response(self, _value: bytes) -> None:
            """The field has a default, which does not count here."""

    with guarded(tmp_path, Watching()) as door:
        requests.post(f"{door.address}/api/now/contact", json={}, timeout=5)
        closed = requests.post(f"{door.address}/api/now/contact/{NEW}", json={}, timeout=5)

    entry = journal.read(path).entries[1]
    assert before[0] == ("createContact", False)
    assert (entry.ended, entry.created) == (True, (TargetRecord("customer_contact", NEW),))
    assert closed.headers[relay.REFUSED]


def test_what_a_child_that_is_gone_has_created_is_in_the_journal(tmp_path: Path) -> None:
    class Slow(Raw):
        """Takes its time."""

        def __getattribute__(self, name: str) -> Any:
            if name == "response":
                time.sleep(0.5)
                return created(201, NEW)
            return object.__getattribute__(self, name)

    server = Slow()
    with guarded(tmp_path, server) as door:
        with pytest.raises(requests.ReadTimeout):
            requests.post(f"{door.address}/api/now/contact", json={}, timeout=0.2)
        door.relay.close()
        door.relay.settle(5)
        entry = journal.read(tmp_path / "j").entries[-1]

    assert entry.created == (TargetRecord("customer_contact", NEW),)


@pytest.mark.parametrize(
    ("status", "made"), [(201, {TargetRecord("external_agent_mapping", NEW)}), (200, set())]
)
def test_what_was_there_before_is_not_removed(
    status: int, made: set[TargetRecord], tmp_path: Path
) -> None:
    path = f"/api/sn_ct_ctr_it_core/agent_mapping/agent/{SPARE}/inboundId/Calls"
    with guarded(tmp_path, Raw(created(status, {"mappingIds": [NEW]}))) as door:
        requests.put(door.address + path, json={}, timeout=5)

    entry = journal.read(tmp_path / "j").entries[-1]
    assert set(entry.created) == made
    assert (entry.ended, entry.served) == (True, status == 201)
    assert entry.document is None


def test_a_closed_relay_lets_nothing_out() -> None:
    server = Raw(OK)
    with answering(server) as url, opened(url) as door:
        door.relay.close()
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            door.get()

    assert server.seen == []


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_secret_that_the_target_sends_back_does_not_pass(packed: bool) -> None:
    body = b'{"error": {"message": "You are pa55word-canary."}}'
    sent = gzip.compress(body) if packed else body
    encoding = b"Content-Encoding: gzip\r\n" if packed else b""
    head = b"HTTP/1.1 200 OK\r\nX-Echo: YWRtaW46cGE1NXdvcmQtY2FuYXJ5\r\n" + encoding
    server = Raw(head + b"Content-Length: %d\r\n\r\n" % len(sent) + sent)
    signed = credentials.basic("admin", "pa55word-canary", CONTRACT)
    with answering(server) as url, opened(url, signed=signed) as door:
        response = door.get()

    assert response.json() == {"error": {"message": "You are [hidden]."}}
    assert response.headers["X-Echo"] == "[hidden]"
    # The judge gets the unchanged response.
    received = door.passed().sent.received
    assert received is not None
    assert received.body == body
