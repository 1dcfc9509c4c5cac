"""The sandbox as a process: its address, its workers, how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest

from scripts.kit.errors import ConfigError
from scripts.sandbox import asgi, server
from tests.sandbox.conftest import Caller, basic
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


def test_a_body_that_drips_in_is_given_up(sandbox: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "WHOLE_BODY_SECONDS", 0.3)
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    headers = [(b"content-length", b"999"), (b"authorization", basic("admin", "admin").encode())]
    scope = {"type": "http", "method": "POST", "path": "/api/now/contact", "query_string": b""}
    call = asgi.Asgi(sandbox.app)({**scope, "headers": headers}, receive, send)
    asyncio.run(asyncio.wait_for(call, 5))

    assert sent[0]["status"] == 400
