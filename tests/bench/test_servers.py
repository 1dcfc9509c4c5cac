"""Measured processes: awaited by connecting, and all ended again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench import targets
from bench.client import Connection
from bench.requests import MEASURED, measured
from bench.servers import Server, accepts
from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.errors import TargetError, ToolError

DOCUMENT = documents.load_mapping(layout.BUNDLES / f"{layout.ALL_BUNDLE}.yaml")
# A child that serves: the group has to end, not only the process that was started.
WITH_CHILD = """
import subprocess, sys
subprocess.run([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", sys.argv[1]])
"""


def test_the_sandbox_answers_every_measured_request_and_ends_with_the_block() -> None:
    with targets.sandbox() as server, Connection(server.url) as connection:
        statuses = {request.id: connection.send(request).status for request in measured(DOCUMENT)}
        resident = server.resident()

    assert statuses.keys() == MEASURED.keys()
    assert set(statuses.values()) <= {200, 201}
    assert resident > 10_000_000
    assert not accepts(server.port)


def test_children_end_with_the_block_also_on_an_error(tmp_path: Path) -> None:
    server = Server("child", [sys.executable, "-c", WITH_CHILD], folder=tmp_path)
    served: list[bool] = []

    def interrupted_while_it_serves() -> None:
        with server:
            served.append(accepts(server.port))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted_while_it_serves()

    assert served == [True]
    assert not accepts(server.port)


def test_a_server_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such thing')"]

    with (
        pytest.raises(ToolError, match=r"ended with code 1: no such thing"),
        Server("child", command, folder=tmp_path),
    ):
        pass


def test_a_server_that_never_serves_is_given_up(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    server = Server("child", command, folder=tmp_path, within=0.2)

    with pytest.raises(ToolError, match="did not answer"), server:
        pass


def test_nobody_behind_the_port_is_an_error_of_the_target(tmp_path: Path) -> None:
    port = Server("nobody", [], folder=tmp_path).port

    with pytest.raises(TargetError, match="cannot be reached"):
        Connection(f"http://127.0.0.1:{port}")
