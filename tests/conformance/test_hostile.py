"""Targets that break connections, hang, lead away or serve something else: a run always ends well.

In time, with exit 1 or 2, with a scorecard of what was seen until then, and in bounded memory.
"""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from ccaas_kit.run import embedded
from tests.conformance import targets
from tests.conformance.endured import endured, run
from tests.conformance.hostile import hostile
from tests.conformance.instances import self_signed
from tests.conformance.misbehaviour import Server
from tests.looping import every

openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate")
PASSWORD = dict(embedded.ENVIRONMENT)
KEY = {name: value for name, value in PASSWORD.items() if name not in targets.ADMIN}
# The runs wait more than they work.
AT_ONCE = 3
# Requests that are served well at first.
GOOD = 90
# What is wrong at once ends a run at once; on a busy machine finding it out takes its time, too.
PLENTY = 20
TOO_LATE = "gave no answer in time"


@every(
    ("behaviour", "message"),
    [
        ("reset", "breaks off the connection"),
        ("dies", "does not speak HTTP"),
        ("garbage", "does not speak HTTP"),
        ("endless headers", "does not speak HTTP"),
        ("silence", TOO_LATE),
        ("slow headers", TOO_LATE),
        ("endless interim responses", TOO_LATE),
        ("redirects in a circle", "redirects to itself"),
        ("HTML", "answers 200 with an HTML page"),
        ("503", "answers 503"),
        ("503 for long", "answers 503"),
    ],
    at_once=AT_ONCE,
)
def test_a_target_that_is_broken_from_the_start(
    behaviour: str, message: str, tmp_path: Path
) -> None:
    seconds = 2 if message == TOO_LATE else PLENTY
    ended = endured(behaviour, tmp_path, part=("--operation", "getContact"), max_time=seconds)

    assert ended.fault().startswith(message)
    assert ended.code == 2
    # A response is judged even if it ended the run.
    answered = message.startswith(("answers", "redirects"))
    assert ended.card["requests"] == answered
    if not answered:
        assert ended.card["summary"]["conforms"] == ended.card["summary"]["violates"] == 0


def test_a_target_that_is_not_there(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    ended = run(f"http://127.0.0.1:{port}", tmp_path, max_time=PLENTY)

    assert ended.fault() == "the connection is refused"
    assert ended.code == 2


@every(
    ("behaviour", "message", "probes"),
    [
        ("reset", "breaks off the connection", False),
        ("dies", "the connection is refused", True),
        ("garbage", "does not speak HTTP", True),
        ("slow headers", TOO_LATE, False),
        ("503", "answers 503", True),
    ],
    at_once=AT_ONCE,
)
def test_a_target_that_breaks_half_way(
    behaviour: str, message: str, probes: bool, tmp_path: Path
) -> None:
    ended = endured(behaviour, tmp_path, good=GOOD, probes=probes)

    fault = ended.fault()
    assert fault.startswith("stopped answering, ")
    assert message in fault
    assert ended.code == 2
    # The report has the results until then.
    assert ended.card["requests"] >= GOOD / 2
    assert ended.card["summary"]["conforms"] > (5 if probes else 0)


@every(
    ("behaviour", "message", "probes"),
    [
        ("HTML", "an HTML page", False),
        ("redirects in a circle", "redirects to itself", True),
    ],
    at_once=AT_ONCE,
)
def test_a_target_that_serves_something_else_half_way(
    behaviour: str, message: str, probes: bool, tmp_path: Path
) -> None:
    least = GOOD if probes else 1
    ended = endured(behaviour, tmp_path, part=(), good=GOOD, least=least, probes=probes)

    # A run that is cut short sends one more request; a complete run reports violations.
    assert message in ended.fault() or ended.code == 1
    assert ended.card["summary"]["violates"] > (5 if probes else 0)
    assert ended.card["requests"] > GOOD


@every("good, environment", [(0, KEY), (GOOD, PASSWORD)], at_once=AT_ONCE)
def test_credentials_reach_no_other_host(
    good: int, environment: dict[str, str], tmp_path: Path
) -> None:
    other = Server("HTML")
    with hostile(other) as elsewhere:
        ended = endured(
            "redirects elsewhere",
            tmp_path,
            good=good,
            probes=False,
            elsewhere=elsewhere.replace("127.0.0.1", "localhost"),
            environment=environment,
        )

    ended.fault()
    assert other.connections == 0
    assert other.seen == []


@openssl
def test_a_certificate_that_nobody_trusts(tmp_path: Path) -> None:
    server = Server("503")
    with hostile(server, self_signed(tmp_path)) as url:
        ended = run(url, tmp_path, max_time=PLENTY)

    assert ended.fault().startswith("the TLS certificate is not trusted")
    assert server.seen == []


@openssl
@pytest.mark.parametrize("behaviour", ["TLS that says nothing", "TLS that breaks off"])
def test_tls_that_does_not_come_about(behaviour: str, tmp_path: Path) -> None:
    with hostile(Server(behaviour), self_signed(tmp_path)) as url:
        ended = run(url, tmp_path, max_time=2)

    assert ended.fault()
    assert ended.code == 2


def test_tls_where_there_is_none(tmp_path: Path) -> None:
    with hostile(Server("503")) as url:
        ended = run(url.replace("http:", "https:"), tmp_path, max_time=PLENTY)

    assert ended.fault() == "does not speak TLS"


def test_records_that_a_dead_target_keeps_are_listed(tmp_path: Path) -> None:
    ended = endured("dies", tmp_path, "--profile", "create-and-clean", good=GOOD)

    assert "the connection is refused" in ended.fault()
    assert ended.card["leaks"] != []
