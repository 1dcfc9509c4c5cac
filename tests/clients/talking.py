"""Talking to the program of a client: a call to it is a line, and so is what it read.

The program is told where to send each call. Calls go to the sandbox, which begins each with the same
records, or to a server that gives the documented answers, one below each number.
"""

from __future__ import annotations

import json
import select
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.documented import (
    JSON,
    Call,
    DocumentedResponse,
    calls,
    responses,
    successes,
)
from ccaas_kit.contract.operations import operations

_SECONDS = 60
ALL = documents.load_mapping(layout.BUNDLES / f"{layout.ALL_BUNDLE}.yaml")
CALLS = [*calls(ALL)]
ANSWERS = [*responses(ALL)]
SUCCESSES = {
    node["operationId"]: {int(status) for status in successes(node)}
    for _, _, node in operations(ALL)
}


@dataclass(frozen=True, slots=True)
class Program:
    """A running program that has a client built in."""

    process: subprocess.Popen[str]

    def read(self, call: Call, server: str) -> tuple[int, Any]:
        """Status and body of the response, as the client parsed and serialized them."""
        request = {
            "operation": call.operation,
            "server": server,
            "path": dict(call.path_values),
            "query": dict(call.query),
            **({"body": call.body} if call.has_body else {}),
        }
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], _SECONDS)
        line = self.process.stdout.readline() if ready else ""
        assert line, f"the program said nothing to {call.operation} {call.name}"
        response = json.loads(line)
        return response["status"], response["body"]


@contextmanager
def talking(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Program]:
    """The program, running until the block ends."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield Program(process)
    finally:
        process.kill()
        process.communicate()


@dataclass(frozen=True, slots=True)
class Documented:
    """A server that gives the response number N to whatever is asked below /N, and keeps the requests."""

    url: str
    received: list[tuple[str, Any]]


@contextmanager
def documented_answers() -> Iterator[Documented]:
    """The server, running until the block ends; it keeps target and body of each request."""
    received: list[tuple[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def _response(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            received.append((self.path, json.loads(sent) if sent else None))
            response = ANSWERS[int(self.path.split("/")[1])]
            body = json.dumps(response.body).encode()
            self.send_response(int(response.status))
            self.send_header("Content-Type", JSON)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = _response  # noqa: N815  # names of the base class

        def log_message(self, *_arguments: object) -> None:
            """A test prints nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Documented(f"http://127.0.0.1:{server.server_port}", received)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def call_of(response: DocumentedResponse, called: Sequence[Call]) -> Call:
    """A call of the operation that gives the response."""
    return next(call for call in called if call.operation == response.operation)


def unread(program: Program, called: Sequence[Call] = CALLS) -> list[str]:
    """The documented answers that the program lost something of, each with what it read."""
    lost = []
    with documented_answers() as server:
        for number, response in enumerate(ANSWERS):
            status, body = program.read(call_of(response, called), f"{server.url}/{number}")
            if (status, body) != (int(response.status), response.body):
                said = f"{response.operation} {response.status} {response.name}"
                lost.append(f"{said}: {status} {json.dumps(body)} for {json.dumps(response.body)}")
    return lost


def altered(program: Program, called: Sequence[Call] = CALLS) -> list[str]:
    """The calls that did not arrive as documented, each with what arrived instead."""
    wrong = []
    with documented_answers() as server:
        for call in called:
            number = next(
                n for n, response in enumerate(ANSWERS) if response.operation == call.operation
            )
            program.read(call, f"{server.url}/{number}")
            target, body = server.received.pop()
            path, _, query = target.removeprefix(f"/{number}").partition("?")
            expected = (
                call.path.format_map(call.path_values),
                {name: [str(value)] for name, value in call.query.items()},
                call.body,
            )
            if (path, parse_qs(query), body) != expected:
                wrong.append(f"{call.operation} {call.name}: {target} {json.dumps(body)}")
    return wrong


def unsent(program: Program, sandbox: str, called: Sequence[Call] = CALLS) -> list[str]:
    """The documented calls that did not succeed, or whose response lost something on the way."""
    wrong = []
    for call in called:
        expected = _plain(call, sandbox)
        httpx.post(f"{sandbox}/_sandbox/reset").raise_for_status()
        status, body = program.read(call, sandbox)
        if status not in SUCCESSES[call.operation] or (status, body) != expected:
            said = f"{call.operation} {call.name}: {status} {json.dumps(body)}"
            wrong.append(f"{said} for {expected[0]} {json.dumps(expected[1])}")
    return wrong


def _plain(call: Call, sandbox: str) -> tuple[int, Any]:
    """What the sandbox answers to the same call of a client that knows nothing."""
    httpx.post(f"{sandbox}/_sandbox/reset").raise_for_status()
    response = httpx.request(
        call.method,
        sandbox + call.path.format_map(call.path_values),
        params=dict(call.query),
        json=call.body if call.has_body else None,
        auth=("admin", "admin"),
        headers={"Accept": JSON},
    )
    return response.status_code, response.json()
