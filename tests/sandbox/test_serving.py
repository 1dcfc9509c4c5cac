"""The sandbox as a process: its address, its workers, how it ends."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.http import server
from tests.sandbox.conftest import basic
from tests.sandbox.serving import Served, Wire, served

ADMIN = f"Authorization: {basic('admin', 'admin')}"


def get(target: str, *headers: str) -> bytes:
    lines = (f"GET {target} HTTP/1.1", "Host: localhost", *headers, "", "")
    return "\r\n".join(lines).encode()


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(each) for each in text.split()]


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
    assert not any(Path(f"/proc/{each}").exists() for each in workers)


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

    answer = wire.exchange(get("/api/now/contact", *headers))

    wire.close()
    assert answer is not None
    assert answer.status == status


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
        begun = time.monotonic()
        ending.process.terminate()

        code = ending.process.wait(10)

    wire.close()
    assert time.monotonic() - begun < 4
    assert code in (0, 130)


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"port {port} of 127.0.0.1") as caught:
            server.listening("127.0.0.1", port, shared=False)

    assert "\n" not in str(caught.value)
