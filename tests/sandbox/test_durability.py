"""What was acknowledged stays, also when the process is killed in the middle of a load."""

from __future__ import annotations

import base64
import http.client
import json
import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.serving import Served, served

# The process is killed once so many contacts are acknowledged.
ACKNOWLEDGED = 60
# What each client asks for afterwards, and what it never comes to before the kill.
FEW, ENDLESS = 10, 100_000
CLIENTS = 4
AUTHORIZATION = "Basic " + base64.b64encode(b"admin:admin").decode()
CASE = "f584a7b23b3d3e10c524c59a04e45a6f"


@dataclass(slots=True)
class Acknowledged:
    """What a client was caller is done."""

    contacts: list[str] = field(default_factory=list)
    interactions: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    mapped: dict[str, str] = field(default_factory=dict)


def call(
    connection: http.client.HTTPConnection, method: str, path: str, body: Any = None
) -> tuple[int, Any]:
    content = None if body is None else json.dumps(body)
    headers = {"Authorization": AUTHORIZATION, "Content-Type": "application/json"}
    connection.request(method, path, content, headers)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def load(port: int, rounds: int, done: Acknowledged, number: int) -> None:
    """Rounds of mixed requests, until the server is gone."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        for count in range(rounds):
            name = f"client-{number}-{count}"
            status, response = call(connection, "POST", "/api/now/contact", {"name": name})
            if status == 201:
                done.contacts.append(response["result"])
            status, response = call(connection, "POST", "/api/now/interaction", {"channel": "chat"})
            if status != 201:
                continue
            made = response["result"]
            done.interactions.append(made["sys_id"])
            done.numbers.append(made["number"])
            path = f"{MAPPING}/interaction/documentId/{made['sys_id']}"
            status, _ = call(connection, "PUT", path, {"external_id": name})
            if status == 201:
                done.mapped[made["sys_id"]] = name
            call(connection, "GET", "/api/now/contact?sysparm_query=ORDERBYDESCname")
            close = f"/api/now/interaction/{made['sys_id']}/close"
            if count % 2 and call(connection, "POST", close)[0] == 200:
                done.closed.append(made["sys_id"])
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()


MAPPING = "/api/sn_ct_ctr_it_core/external_id_mapping/table"


def under_load(running: Served, rounds: int) -> list[Acknowledged]:
    """What clients were caller who ask at the same time; endless rounds end with a kill."""
    done = [Acknowledged() for _ in range(CLIENTS)]
    clients = [
        threading.Thread(target=load, args=(running.port, rounds, caller, number))
        for number, caller in enumerate(done)
    ]
    for client in clients:
        client.start()
    if rounds == ENDLESS:
        while sum(len(caller.contacts) for caller in done) < ACKNOWLEDGED:
            assert any(client.is_alive() for client in clients), "the server went by itself"
            time.sleep(0.01)
        running.process.send_signal(signal.SIGKILL)
    for client in clients:
        client.join()
    return done


def missing(port: int, done: list[Acknowledged]) -> list[str]:
    """What was acknowledged and is not there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    lost = []
    for caller in done:
        for contact in caller.contacts:
            if call(connection, "GET", f"/api/now/contact/{contact}")[0] != 200:
                lost.append(f"contact {contact}")
        for interaction in caller.interactions:
            path = f"/api/now/table/interaction/{interaction}"
            status, response = call(connection, "GET", path)
            if status != 200:
                lost.append(f"interaction {interaction}")
            elif interaction in caller.closed and response["result"]["state"] != "closed_complete":
                lost.append(f"closing of {interaction}")
        for interaction, external in caller.mapped.items():
            path = f"{MAPPING}/interaction/documentId/{interaction}"
            status, response = call(connection, "GET", path)
            if status != 200 or response["result"]["data"]["external_id"] != external:
                lost.append(f"mapping of {interaction}")
    connection.close()
    return lost


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_kill_under_load_loses_nothing_that_was_acknowledged(
    tmp_path: Path, workers: str
) -> None:
    arguments = ("--database", str(tmp_path / "records.sqlite"), "--workers", workers)
    with served(*arguments) as running:
        before = under_load(running, ENDLESS)
    # Workers notice the end of the process that started them.
    time.sleep(1)

    with served(*arguments) as again:
        after = under_load(again, FEW)
        lost = missing(again.port, [*before, *after])

    both = [*before, *after]
    numbers = [number for caller in both for number in caller.numbers]
    assert [len(caller.contacts) for caller in after] == [FEW] * CLIENTS
    assert lost == []
    assert len(numbers) == len(set(numbers))
    assert len({interaction for caller in both for interaction in caller.interactions}) == len(
        numbers
    )
