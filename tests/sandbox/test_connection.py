"""One connection: what its bytes mean, in which order replies go back, and when it is given up."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import pytest
import uvloop
from httptools import HttpParserCallbackError

from ccaas_kit.sandbox.http import connection, network, server
from ccaas_kit.sandbox.http.connection import Connection
from ccaas_kit.sandbox.http.http_form import Writer
from ccaas_kit.sandbox.http.messages import Reply
from ccaas_kit.sandbox.http.network import Network
from tests.sandbox.conftest import Caller, basic

Answer = tuple[int, dict[str, str], bytes]
ADMIN = f"Authorization: {basic('admin', 'admin')}"
CONTACT = b'{"name":"Ann"}'


class Loop:
    """A loop whose time is set, and whose calls happen when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._soon: list[Callable[[], None]] = []

    def time(self) -> float:
        return self.now

    def call_soon(self, call: Callable[[], None]) -> None:
        self._soon.append(call)

    def call_later(self, _seconds: float, _call: Callable[[], None]) -> None:
        """Checks are called by the tests."""

    def turn(self) -> None:
        soon, self._soon = self._soon, []
        for call in soon:
            call()


class Transport:
    """What was written, and whether the connection reads or is closed."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.reads = True
        self.closed = ""

    def get_extra_info(self, _name: str) -> tuple[str, int]:
        return ("127.0.0.1", 50000)

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.writes.append(data)

    def close(self) -> None:
        self.closed = self.closed or "close"

    def abort(self) -> None:
        self.closed = "abort"

    def is_closing(self) -> bool:
        return bool(self.closed)

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True


class Peer:
    """A client on a connection whose transport is not real."""

    def __init__(self, net: Network, loop: Loop) -> None:
        self._loop = loop
        self.transport = Transport()
        self.connection = Connection(net)
        self.connection.connection_made(cast(asyncio.Transport, self.transport))

    def send(self, *pieces: bytes) -> list[Answer]:
        """The replies to what is sent in these pieces."""
        for piece in pieces:
            self.connection.data_received(piece)
        return self.replies()

    def after(self, seconds: float) -> list[Answer]:
        """The replies that come when so much time passes."""
        self._loop.now += seconds
        self.connection.check(self._loop.now)
        return self.replies()

    def replies(self) -> list[Answer]:
        self._loop.turn()
        raw, self.transport.writes = b"".join(self.transport.writes), []
        return list(parsed(raw))


def parsed(raw: bytes) -> Any:
    while raw:
        head, _, raw = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers.get("content-length", "0"))
        yield int(first.split()[1]), headers, raw[:length]
        raw = raw[length:]


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def net(sandbox: Caller, loop: Loop) -> Network:
    return Network(sandbox.app, cast(asyncio.AbstractEventLoop, loop))


@pytest.fixture
def peer(net: Network, loop: Loop) -> Peer:
    return Peer(net, loop)


def get(
    target: str = "/api/now/contact?sysparm_limit=1", *headers: str, version: str = "1.1"
) -> bytes:
    return "\r\n".join(
        (f"GET {target} HTTP/{version}", "Host: x", ADMIN, *headers, "", "")
    ).encode()


def post(body: bytes = CONTACT, *headers: str, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    lines = ("POST /api/now/contact HTTP/1.1", "Host: x", ADMIN, *headers)
    kind = "Content-Type: application/json"
    return "\r\n".join((*lines, kind, f"Content-Length: {size}", "", "")).encode() + body


def statuses(replies: list[Answer]) -> list[int]:
    return [status for status, _, _ in replies]


def detail(reply: Answer) -> str:
    return str(json.loads(reply[2])["error"]["detail"])


def test_requests_sent_ahead_are_answered_in_their_order(peer: Peer) -> None:
    replies = peer.send(post() + get("/api/now/nothing") + get())

    assert statuses(replies) == [201, 400, 200]


def test_the_replies_of_one_turn_are_one_write(peer: Peer, loop: Loop) -> None:
    peer.connection.data_received(get())
    peer.connection.data_received(get())
    before = len(peer.transport.writes)
    loop.turn()

    assert (before, len(peer.transport.writes)) == (0, 1)


def test_a_request_may_come_byte_by_byte(peer: Peer) -> None:
    raw = post()

    replies = peer.send(*(raw[at : at + 1] for at in range(len(raw))))

    assert statuses(replies) == [201]


def test_a_body_may_come_in_chunks_and_trailers_are_no_headers(peer: Peer) -> None:
    lines = ("POST /api/now/contact HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", ADMIN)
    head = "\r\n".join((*lines, "Content-Type: application/json", "", "")).encode()

    whole = peer.send(head + b"5\r\n" + CONTACT[:5] + b"\r\n9\r\n" + CONTACT[5:] + b"\r\n0\r\n\r\n")
    head = head.replace(ADMIN.encode() + b"\r\n", b"")
    secret = peer.send(head + b"2\r\n{}\r\n0\r\n" + ADMIN.encode() + b"\r\n\r\n")

    assert statuses(whole) == [201]
    assert statuses(secret) == [401]


def test_a_client_that_waits_before_its_body_is_told_to_go_on(peer: Peer) -> None:
    raw = post(CONTACT, "Expect: 100-continue")

    waiting = peer.send(raw[: -len(CONTACT)])
    replies = peer.send(CONTACT)

    assert statuses(waiting) == [100]
    assert statuses(replies) == [201]


@pytest.mark.parametrize(
    ("raw", "connection", "closed"),
    [
        (get(), None, ""),
        (get("/api/now/contact", "Connection: close"), "close", "close"),
        (get(version="1.0"), "close", "close"),
        (get("/api/now/contact", "Connection: keep-alive", version="1.0"), "keep-alive", ""),
    ],
    ids=["1.1", "close", "1.0", "1.0 keep-alive"],
)
def test_the_client_says_whether_the_connection_goes_on(
    peer: Peer, raw: bytes, connection: str | None, closed: str
) -> None:
    replies = peer.send(raw)

    assert statuses(replies) == [200]
    assert replies[0][1].get("connection") == connection
    assert peer.transport.closed == closed


def test_nothing_is_read_behind_the_last_request(peer: Peer) -> None:
    replies = peer.send(get("/api/now/contact", "Connection: close") + post())

    assert statuses(replies) == [200]


def test_the_answer_to_head_has_a_length_and_no_body(peer: Peer) -> None:
    peer.connection.data_received(get().replace(b"GET", b"HEAD", 1))
    peer._loop.turn()
    head, _, body = b"".join(peer.transport.writes).partition(b"\r\n\r\n")

    assert b" 405 " in head
    assert b"content-length: 0" not in head
    assert body == b""


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("http://x/api/now/contact?sysparm_limit=1", 200),
        ("http://x/api/now/v1%2Fcontact", 400),
        ("http://x", 400),
        ("http://x?sysparm_limit=1", 400),
        ("/api/now/contact#part", 200),
    ],
)
def test_a_target_may_be_absolute(peer: Peer, target: str, status: int) -> None:
    assert statuses(peer.send(get(target))) == [status]


def test_a_wish_for_another_protocol_is_ignored(peer: Peer) -> None:
    wish = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAA")

    read = peer.send(get("/api/now/contact", *wish) + get())
    waiting = peer.send(post(CONTACT, *wish, "Expect: 100-continue")[: -len(CONTACT)])
    written = peer.send(CONTACT[:5], CONTACT[5:] + get())

    assert statuses(read) == [200, 200]
    assert statuses(waiting) == [100]
    assert statuses(written) == [201, 200]
    assert peer.transport.closed == ""


def test_a_tunnel_is_refused(peer: Peer) -> None:
    replies = peer.send(get("x:443").replace(b"GET", b"CONNECT", 1) + b"\x16\x03\x01")

    assert statuses(replies) == [400]
    assert peer.transport.closed == "close"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (get().replace(b"GET", b"BREW", 1), 405),
        (get("/api/now/nothing").replace(b"GET", b"BREW", 1), 400),
        (get().replace(b"GET", b"get", 1), 405),
        (get() + get().replace(b"GET", b"BREW", 1), 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET\r\n\r\n", 400),
        (get(version="9.9"), 400),
        (get("/a b"), 400),
        (get("/", "Bad Header: x"), 400),
        (get("/", "X: a\x00b"), 400),
        (post(CONTACT, "Transfer-Encoding: chunked"), 400),
        (post(CONTACT, "Content-Length: 3"), 400),
        (post(CONTACT, length=-1), 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ],
)
def test_what_is_not_http_is_refused_in_the_platforms_shape(
    peer: Peer, raw: bytes, status: int
) -> None:
    last = peer.send(raw)[-1]

    assert last[0] == status
    assert json.loads(last[2])["status"] == "failure"
    assert last[1]["connection"] == "close"
    assert peer.transport.closed == "close"


def test_a_head_without_end_is_refused(peer: Peer) -> None:
    pieces = [b"GET / HTTP/1.1\r\n", *(b"x: %s\r\n" % (b"y" * 60_000) for _ in range(5))]

    replies = peer.send(*pieces)

    assert statuses(replies) == [400]
    assert str(connection.HEAD_BYTES) in detail(replies[0])


def test_a_head_that_stays_away_is_given_up(peer: Peer) -> None:
    early = peer.send(b"GET / HT")
    waiting = peer.after(connection.HEAD_SECONDS - 1)
    late = peer.after(2)

    assert (early, waiting) == ([], [])
    assert statuses(late) == [400]
    assert peer.transport.closed == "close"


def test_half_a_body_is_given_up_and_changes_nothing(peer: Peer, sandbox: Caller) -> None:
    before = sandbox.app.instance.store.count("customer_contact")
    # What is there is JSON, but not what was announced.
    early = peer.send(post(CONTACT, length=99))
    replies = peer.after(connection.PIECE_SECONDS + 1)

    assert early == []
    assert statuses(replies) == [400]
    assert "did not come to its end" in detail(replies[0])
    assert sandbox.app.instance.store.count("customer_contact") == before
    assert peer.transport.closed == "close"


def test_a_body_that_drips_in_is_given_up(peer: Peer) -> None:
    peer.send(post(b"", length=999))
    replies: list[Answer] = []
    drops = 0
    while not replies and drops < 30:
        replies = peer.send(b" ") + peer.after(connection.PIECE_SECONDS - 1)
        drops += 1

    assert statuses(replies) == [400]
    assert drops * (connection.PIECE_SECONDS - 1) >= connection.BODY_SECONDS
    assert peer.transport.closed == "close"


def test_an_idle_connection_is_closed_after_a_while(peer: Peer) -> None:
    assert statuses(peer.send(get())) == [200]

    peer.after(connection.IDLE_SECONDS - 1)
    before = peer.transport.closed
    peer.after(2)

    assert (before, peer.transport.closed) == ("", "abort")


def test_a_body_far_too_long_is_not_read_to_its_end(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BODY_BYTES", 11 * 1024 * 1024)

    replies = peer.send(post(b"", length=10**9), *[b" " * 2**20] * 20)

    assert statuses(replies) == [400]
    assert peer.transport.closed == "close"


def test_a_body_in_chunks_that_is_far_too_long_gets_one_refusal(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BODY_BYTES", 1000)
    lines = ("POST /api/now/contact HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", ADMIN)
    head = "\r\n".join((*lines, "Content-Type: application/json", "", "")).encode()

    replies = peer.send(head + b"1f4\r\n%b\r\n" % (b" " * 500) * 9)

    assert statuses(replies) == [400]
    assert peer.transport.closed == "close"


def test_trailers_without_end_are_refused(peer: Peer) -> None:
    lines = ("POST /api/now/contact HTTP/1.1", "Host: x", "Transfer-Encoding: chunked", ADMIN)
    head = "\r\n".join((*lines, "Content-Type: application/json", "", "")).encode()
    piece = b"y" * 60_000

    body = peer.send(head, *[b"2\r\n  \r\n"] * 60_000)
    replies = peer.send(b"0\r\nx: ", *[piece] * 5)

    assert body == []
    assert statuses(replies) == [400]
    assert "trailers" in detail(replies[0])


def test_a_defect_of_ours_is_not_taken_for_a_bad_request(
    peer: Peer, sandbox: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_request: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(sandbox.app, "handle", fail)

    with pytest.raises(HttpParserCallbackError):
        peer.send(get())


def test_a_reply_without_content_has_no_length() -> None:
    raw = Writer().bytes_of(Reply(204, (), b""), date="now")

    assert raw == b"HTTP/1.1 204 No Content\r\ndate: now\r\n\r\n"


def test_a_client_that_does_not_read_is_not_read_from(peer: Peer) -> None:
    peer.connection.pause_writing()
    stopped = peer.transport.reads
    peer.connection.resume_writing()

    assert (stopped, peer.transport.reads) == (False, True)


def test_replies_that_nobody_reads_are_bounded(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "UNSENT_BYTES", 10_000)

    replies = peer.send(get() * 200)

    assert 0 < len(replies) < 100
    assert set(statuses(replies)) == {200}
    assert peer.transport.closed == "close"


def test_who_has_sent_everything_still_gets_its_replies(peer: Peer) -> None:
    peer.connection.data_received(get())
    stays_open = peer.connection.eof_received()

    assert statuses(peer.replies()) == [200]
    assert stays_open
    assert peer.transport.closed == "close"


def test_large_bodies_wait_for_a_place(net: Network, loop: Loop) -> None:
    body = b'{"name":"' + b"x" * 300_000 + b'"}'
    peers = [Peer(net, loop) for _ in range(6)]
    for each in peers:
        each.connection.data_received(post(body)[:-100])
    reading = [each.transport.reads for each in peers]
    waited = peers[4].after(connection.PIECE_SECONDS + 1)

    first = peers[0].send(body[-100:])
    peers[1].connection.connection_lost(None)
    peers[5].connection.connection_lost(None)

    assert reading == [True] * 4 + [False] * 2
    assert waited == []
    assert statuses(first) == [201]
    assert peers[4].transport.reads
    assert statuses(peers[4].send(body[-100:])) == [201]


def test_the_end_of_the_network_ends_its_connections(net: Network, loop: Loop) -> None:
    peers = [Peer(net, loop) for _ in range(3)]
    peers[0].connection.data_received(get())
    for each in peers:
        each.connection.close()

    assert statuses(peers[0].replies()) == [200]
    assert {each.transport.closed for each in peers} == {"close"}


def test_clients_that_are_gone_at_once_do_not_end_the_sandbox(sandbox: Caller) -> None:
    async def visit() -> bytes:
        net = Network(sandbox.app, asyncio.get_running_loop())
        with server.listening("127.0.0.1", 0, shared=False) as taken:
            port = taken.getsockname()[1]
            for _ in range(300):
                with socket.create_connection(("127.0.0.1", port)) as gone:
                    # Closing resets the connection.
                    gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            accepting = asyncio.create_task(net.accept(taken))
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(get("/api/now/contact", "Connection: close"))
            answer = await asyncio.wait_for(reader.read(), 10)
            writer.close()
            await writer.wait_closed()
            accepting.cancel()
        await net.close()
        return answer

    assert uvloop.run(visit()).split()[1] == b"200"


class Short:
    """The running loop, which has no file left for the first connection."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.refused = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)

    async def sock_accept(self, listening: socket.socket) -> Any:
        if not self.refused:
            self.refused += 1
            raise OSError(errno.EMFILE, "Too many open files")
        return await self._loop.sock_accept(listening)


def test_no_file_left_is_waited_out(sandbox: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "CONNECTIONS", 1)

    async def visit() -> tuple[int, bytes]:
        loop = Short()
        net = Network(sandbox.app, cast(asyncio.AbstractEventLoop, loop))
        with server.listening("127.0.0.1", 0, shared=False) as taken:
            accepting = asyncio.create_task(net.accept(taken))
            reader, writer = await asyncio.open_connection(*taken.getsockname())
            writer.write(get("/api/now/contact", "Connection: close"))
            answer = await asyncio.wait_for(reader.read(), 10)
            writer.close()
            await writer.wait_closed()
            accepting.cancel()
        await net.close()
        return loop.refused, answer

    refused, answer = asyncio.run(visit())

    assert refused == 1
    assert answer.split()[1] == b"200"


def test_who_finds_no_room_is_taken_when_another_leaves(
    sandbox: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "CONNECTIONS", 2)

    async def visit() -> tuple[bytes, bool, bytes]:
        net = Network(sandbox.app, asyncio.get_running_loop())
        with server.listening("127.0.0.1", 0, shared=False) as taken:
            accepting = asyncio.create_task(net.accept(taken))
            port = taken.getsockname()[1]
            visitors = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
            for _, writer in visitors:
                writer.write(get())
            first = await visitors[0][0].readline()
            third = asyncio.create_task(visitors[2][0].readline())
            early = bool((await asyncio.wait({third}, timeout=0.2))[0])
            visitors[1][1].close()
            late = await asyncio.wait_for(third, 5)
            accepting.cancel()
        await net.close()
        for _, writer in visitors:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        return first, early, late

    first, early, late = asyncio.run(visit())

    assert first.split()[1] == b"200"
    assert not early
    assert late.split()[1] == b"200"
