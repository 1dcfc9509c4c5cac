"""The runner is given a URL and nothing of what is wrong with the target."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ccaas_kit import faults
from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.serving import build, options
from ccaas_kit.sandbox.serving.app import App
from effectiveness import suite
from tests.looping import every

OUT = Path("out")


@pytest.fixture(scope="module")
def app() -> App:
    return build.app(options.parse([]))


def test_runs_differ_in_nothing_but_their_url() -> None:
    one = suite.command("http://127.0.0.1:1", seed=1, out=OUT, whole=True)
    other = suite.command("http://127.0.0.1:2", seed=1, out=OUT, whole=True)

    different = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    assert different == [("http://127.0.0.1:1", "http://127.0.0.1:2")]


def test_the_environment_of_a_run_is_that_of_the_seed_and_no_more() -> None:
    own = {"PATH": "/bin", "HOME": "/root", "FAULT": "empty-body", "SN_TOKEN": "secret"}

    environment = suite.environment(own)

    assert environment["PATH"] == "/bin"
    assert "FAULT" not in environment
    assert "SN_TOKEN" not in environment
    assert not set(environment.values()) & set(faults.FAULTS)


@every("name", [*faults.FAULTS, *faults.VARIANTS])
def test_no_response_names_its_fault(app: App, name: str) -> None:
    app.instance.change("faults", [name])
    login = {"authorization": "Basic YWRtaW46YWRtaW4=", "accept": "application/json"}
    sent = {**login, "content-type": "application/json"}
    requests = (
        Request("GET", "/api/now/contact", "sysparm_limit=2", login),
        Request("GET", "/api/now/contact", "", {}),
        Request("POST", "/api/now/interaction", "", sent, b'{"channel":"chat"}'),
        Request("POST", "/api/now/contact", "", sent, b"{"),
    )

    for request in requests:
        response = app.handle(request)
        said = b"\n".join(
            [*(f"{key}: {value}".encode() for key, value in response.headers), response.body]
        )
        assert not re.search(rb"\b(fault|variant|mutant)s?\b", said.replace(b'"fault":{', b"")), (
            name
        )
        assert name.encode() not in said
    app.instance.reset()
