"""The sandbox as a process: its address, its workers, how it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import httpx
import pytest

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.serving import options, server
from ccaas_kit.sandbox.serving.asgi import Application
from tests.looping import every
from tests.sandbox.conftest import basic
from tests.sandbox.serving import Served, Wire, served

ADMIN = f"Authorization: {basic('admin', 'admin')}"
CONTACT = b'{"name":"Ann"}'


def get(target: str, *headers: str) -> bytes:
    lines = (f"GET {target} HTTP/1.1", "Host: localhost", *headers, "", "")
    return "\r\n".join(lines).encode()


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(number) for number in text.split()]


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    with served() as sandbox:
        yield sandbox


@pytest.mark.parametrize(("host", "address"), [("localhost", "127.0.0.1"), ("127.0.0.1",) * 2])
def test_a_host_is_named_or_is_an_address(host: str, address: str) -> None:
    assert server.address_of(host) == address


@pytest.mark.parametrize("host", ["", "203.0.113.9", "a" * 300, "no such host"])
def test_another_host_is_refused_in_one_line(host: str) -> None:
    with pytest.raises(ConfigError) as caught:
        server.address_of(host)

    assert "Check --host" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_end_of_a_worker_is_told() -> None:
    with served("--workers", "2") as shared:
        workers = children(shared.process.pid)
        os.kill(workers[0], signal.SIGKILL)

        code = shared.process.wait(10)

    assert len(workers) == 2
    assert code == 2
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


@pytest.mark.parametrize("more", [(), ("--workers", "2")], ids=["one", "workers"])
def test_a_second_sandbox_on_a_database_is_refused(more: tuple[str, ...], tmp_path: Path) -> None:
    database = ("--database", str(tmp_path / "records.sqlite"))
    second = [sys.executable, "-m", "ccaas_kit", "sandbox", "--port", "0", *database]
    with served(*database, *more):
        done = subprocess.run(second, capture_output=True, text=True, check=False)
    with served(*database) as later:
        answered = httpx.get(f"{later.url}/_sandbox/health")

    assert done.returncode == 2
    assert "records.sqlite: another sandbox is running on this database" in done.stderr
    assert done.stderr.count("\n") == 1
    assert answered.status_code == 200


@pytest.mark.parametrize("more", [(), ("--workers", "2")], ids=["one", "workers"])
def test_it_ends_with_the_program_that_has_started_it(more: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "ccaas_kit", "sandbox", "--port", "0", "--end-with-input"]
    with subprocess.Popen(
        [*command, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        url = process.stdout.readline().decode().strip()
        status = httpx.get(f"{url}/_sandbox/health").status_code
        process.stdin.close()

        code = process.wait(10)

    assert (status, code) == (200, 0)


def test_a_wrong_seed_ends_the_start_in_one_line(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text(f"records: {{task: [{{sys_id: {'a' * 32}, activ: 'true'}}]}}", encoding="utf-8")
    command = [sys.executable, "-m", "ccaas_kit", "sandbox", "--port", "0", "--seed", str(seed)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    message = "seed: /records/task/0/activ: task has no field 'activ'. Did you mean 'active'?"
    assert done.stderr == f"ccaas: {message}\n"


def test_who_calls_through_an_old_proxy_does_not_reach_the_control(running: Served) -> None:
    asked = get("/_sandbox/health").replace(b"HTTP/1.1", b"HTTP/1.0", 1)

    assert statuses(sent(running, asked)) == [403]
    assert statuses(sent(running, get("/_sandbox/health", "Connection: close"))) == [200]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((ADMIN, "Accept: application/json", "Accept: text/html"), 200),
        ((ADMIN, "Accept: text/html", "Accept: application/json"), 200),
        ((ADMIN, ADMIN), 401),
    ],
    ids=["html-last", "html-first", "two-callers"],
)
def test_a_header_that_stands_twice_is_a_list(
    running: Served, headers: tuple[str, ...], status: int
) -> None:
    wire = Wire(running.port)

    response = wire.exchange(get("/api/now/contact", *headers))

    wire.close()
    assert response is not None
    assert response.status == status


def test_long_queries_are_not_kept(running: Served) -> None:
    wire = Wire(running.port)
    wire.exchange(get("/api/now/contact", ADMIN))
    before = running.memory()

    for number in range(300):
        query = f"sysparm_limit=1&x{number}={'a' * 60_000}"
        wire.exchange(get(f"/api/now/contact?{query}", ADMIN))

    wire.close()
    assert running.memory() - before < 12


@pytest.mark.parametrize("arguments", [(), ("--workers", "2")], ids=["one", "workers"])
def test_open_connections_do_not_keep_it_from_ending(arguments: tuple[str, ...]) -> None:
    with served(*arguments) as ending:
        wire = Wire(ending.port)
        wire.exchange(get("/api/now/contact", ADMIN))
        ending.process.terminate()

        code = ending.process.wait(4)

    wire.close()
    assert code in (0, 130)


@pytest.mark.parametrize("listens", [True, False], ids=["served", "held"])
def test_a_taken_port_is_told_in_one_line(listens: bool) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        if listens:
            taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"port {port} of 127.0.0.1") as caught:
            server.check_port("127.0.0.1", port)

    assert "\n" not in str(caught.value)


def sent(running: Served, raw: bytes, *, seconds: float = 5) -> bytes:
    """All that comes back until the sandbox closes the connection, or stays silent so long."""
    received = b""
    with socket.create_connection(("127.0.0.1", running.port), seconds) as connection:
        connection.settimeout(seconds)
        connection.sendall(raw)
        with suppress(OSError):
            while piece := connection.recv(65536):
                received += piece
    return received


def statuses(received: bytes) -> list[int]:
    """The statuses of responses, in their order."""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", received)]


def post(*headers: str, body: bytes = CONTACT) -> bytes:
    lines = ("POST /api/now/contact HTTP/1.1", "Host: x", ADMIN, *headers)
    return "\r\n".join((*lines, "Content-Type: application/json", "", "")).encode() + body


LAST = get("/api/now/contact?sysparm_limit=1", ADMIN, "Connection: close")
LENGTH = f"Content-Length: {len(CONTACT)}"
CHUNKS = b"5\r\n" + CONTACT[:5] + b"\r\n9\r\n" + CONTACT[5:] + b"\r\n0\r\n\r\n"


@every(
    ("raw", "expected"),
    [
        (get("/api/now/contact", ADMIN) + get("/api/now/nothing", ADMIN) + LAST, [200, 400, 200]),
        (post(LENGTH) + LAST, [201, 200]),
        (post("Transfer-Encoding: chunked", body=CHUNKS) + LAST, [201, 200]),
        # What stands behind the last request is none.
        (LAST + LAST, [200]),
        # Java's client wishes for HTTP/2 with each request (RFC 9110, 7.8: it may be ignored).
        (
            post(
                "Connection: Upgrade, HTTP2-Settings",
                "Upgrade: h2c",
                "HTTP2-Settings: AAEAAEAA",
                LENGTH,
            )
            + LAST,
            [201, 200],
        ),
        (get("http://x/api/now/contact", ADMIN, "Connection: close"), [200]),
        (get("http://x/api/now/v1%2Fcontact", ADMIN, "Connection: close"), [400]),
        (get("http://x", ADMIN, "Connection: close"), [200]),
        (LAST.replace(b"GET", b"BREW", 1), [405]),
        (LAST.replace(b"Host: localhost\r\n", b"", 1), [400]),
        (LAST.replace(b"Host", b"Host: x\r\nHost", 1), [400]),
        (LAST.replace(b"HTTP/1.1\r\nHost: localhost\r\n", b"HTTP/1.0\r\n", 1), [200]),
    ],
    ids=[
        *("ahead", "length", "chunks", "behind the last", "upgrade", "absolute", "absolute %2F"),
        *("no path", "unknown method", "no host", "two hosts", "1.0 without host"),
    ],
)
def test_requests_are_answered_in_their_order(
    running: Served, raw: bytes, expected: list[int]
) -> None:
    assert statuses(sent(running, raw)) == expected


@every(
    "raw",
    [
        post(LENGTH, "Content-Length: 3"),
        post("Content-Length: -1"),
        post("Content-Length: 1,2"),
        post("Transfer-Encoding: identity"),
        post("Transfer-Encoding: chunked, x"),
        post("Transfer-Encoding: chunked", body=b"-5\r\nhello\r\n0\r\n\r\n"),
        post("Transfer-Encoding: chunked", body=b"5;\nhello\r\n0\r\n\r\n"),
        post("Transfer-Encoding : chunked", body=CHUNKS),
        post("Bad Header: x", LENGTH),
        post("X: a\x00b", LENGTH),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET\r\n\r\n",
        LAST.replace(b"HTTP/1.1", b"HTTP/9.9", 1),
    ],
    ids=lambda raw: re.sub(r"\W+", " ", raw[-60:].decode("latin-1")),
)
def test_what_is_not_http_is_refused_and_nothing_behind_it_is_read(
    running: Served, raw: bytes
) -> None:
    before = held(running)

    received = sent(running, raw + post(LENGTH) + LAST)

    assert statuses(received) in ([400], [])
    assert held(running) == before


def test_of_two_lengths_chunks_count_and_nothing_behind_them_is_read(running: Served) -> None:
    # RFC 9112, 6.3: it may be served, and the connection then ends.
    smuggled = post("Content-Length: 3", "Transfer-Encoding: chunked", body=CHUNKS)

    received = sent(running, smuggled + LAST)

    assert statuses(received) in ([201], [400])


def test_a_client_that_waits_before_its_body_is_told_to_go_on(running: Served) -> None:
    with socket.create_connection(("127.0.0.1", running.port), 10) as connection:
        connection.sendall(post("Expect: 100-continue", LENGTH, body=b""))
        waiting = connection.recv(4096)
        connection.sendall(CONTACT)
        done = connection.recv(4096)

    assert statuses(waiting) == [100]
    assert statuses(done) == [201]


def test_trailers_are_no_headers(running: Served) -> None:
    head = post("Transfer-Encoding: chunked", "Connection: close", body=b"")
    head = head.replace(f"{ADMIN}\r\n".encode(), b"")
    trailers = b"2\r\n{}\r\n0\r\n" + ADMIN.encode() + b"\r\n\r\n"

    assert statuses(sent(running, head + trailers)) == [401]


def test_the_response_to_head_has_a_length_and_no_body(running: Served) -> None:
    head, _, body = sent(running, LAST.replace(b"GET", b"HEAD", 1)).partition(b"\r\n\r\n")

    assert b" 200 " in head
    assert b"content-length: 0" not in head
    assert b"content-length: " in head
    assert body == b""


def test_a_head_without_end_is_refused(running: Served) -> None:
    with suppress(ConnectionError):
        received = sent(running, b"GET / HTTP/1.1\r\nx: " + b"y" * 2_000_000)
        assert statuses(received) in ([431], [400], [])

    assert statuses(sent(running, LAST)) == [200]


def test_many_idle_connections_hold_nobody_up(running: Served) -> None:
    idle = [socket.create_connection(("127.0.0.1", running.port), 5) for _ in range(600)]

    answered = sent(running, LAST)

    for connection in idle:
        connection.close()
    assert statuses(answered) == [200]


def test_what_chunks_cost_is_bounded(running: Served) -> None:
    before = running.memory()
    waiting = []
    for _ in range(200):
        connection = socket.create_connection(("127.0.0.1", running.port), 5)
        connection.sendall(post("Transfer-Encoding: chunked", body=b"2\r\n  \r\n" * 8_000))
        waiting.append(connection)
    answered = sent(running, LAST, seconds=20)
    peak = running.memory("VmHWM")

    for connection in waiting:
        connection.close()
    assert statuses(answered) == [200]
    # As single pieces, 1.6 million of two bytes, they would take more than a hundred.
    assert peak - before < 60


@pytest.mark.parametrize("more", [(), ("--workers", "2")], ids=["one", "workers"])
def test_with_a_certificate_it_serves_https(
    certificate: tuple[Path, Path], more: tuple[str, ...]
) -> None:
    options = ("--certificate", str(certificate[0]), "--key", str(certificate[1]), *more)
    trusted = ssl.create_default_context(cafile=str(certificate[0]))
    with served(*options) as secure:
        url = f"{secure.url}/api/now/contact?sysparm_limit=1"
        answered = httpx.get(url, auth=("admin", "admin"), verify=trusted)

    assert secure.url.startswith("https://127.0.0.1:")
    assert answered.status_code == 200


def test_a_certificate_that_cannot_be_used_is_told(
    certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "no.pem").write_text("no certificate", encoding="utf-8")
    chosen = options.parse(
        ["--certificate", str(tmp_path / "no.pem"), "--key", str(certificate[1])]
    )

    with pytest.raises(ConfigError, match=r"no\.pem"):
        server.serve(cast(Application, None), chosen, ready=lambda _url: None)


def test_a_certificate_needs_its_key() -> None:
    with pytest.raises(ConfigError, match="go together"):
        options.parse(["--certificate", "x.pem"])


def test_the_access_log_has_a_line_for_each_request_and_no_query() -> None:
    with tempfile.TemporaryFile() as errors:
        with served("--access-log", errors=errors) as target:
            sent(target, LAST)
        errors.seek(0)
        text = errors.read().decode()

    assert '"GET /api/now/contact HTTP/1.1" 200' in text
    assert "sysparm_limit" not in text
    assert "YWRtaW4" not in text


def held(running: Served) -> int:
    """How many contacts there are."""
    answered = httpx.get(f"{running.url}/api/now/table/customer_contact", auth=("admin", "admin"))
    return len(answered.json()["result"])
