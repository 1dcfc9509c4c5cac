"""A sandbox of one's own for each test, called without a network; no response may break the contract."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.http.exchanges import Exchanges
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.serving import build, options
from ccaas_kit.sandbox.serving.app import App
from tests import toolchains


@dataclass(frozen=True, slots=True)
class Answered:
    """One response as a test looks at it."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def result(self) -> Any:
        return self.json["result"]

    @property
    def message(self) -> str:
        """The reason of a refusal, in whichever shape it comes."""
        body = self.json
        if "error" in body:
            return str(body["error"]["message"])
        error = body["result"].get("error", body["result"].get("message"))
        return str(error["message"] if isinstance(error, dict) else error)


class Caller:
    """Sends requests to an app; `admin` with every role, unless the test names another user."""

    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def instance(self) -> Instance:
        return self.app.instance

    def start_over(self) -> None:
        """Be as the seed says, and know of no request."""
        self.instance.reset()
        self.app.recorder.clear()
        self.app.exchanges = Exchanges()

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        user: str | None = "admin",
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answered:
        """The response; `user` logs in with the name as the password, None sends no credentials."""
        sent = {"accept": "application/json"}
        if user is not None:
            sent["authorization"] = basic(user, user)
        if body is not None:
            raw = json.dumps(body).encode()
            sent["content-type"] = "application/json"
        sent.update(headers or {})
        response = self.app.handle(Request(method, path, urlencode(query or {}), sent, raw or b""))
        return answered(response)


def answered(response: Response) -> Answered:
    return Answered(
        response.status, {name.casefold(): value for name, value in response.headers}, response.body
    )


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract()


@pytest.fixture
def sandbox(contract: Contract) -> Iterator[Caller]:
    app = build.app(options.parse([]), contract=contract)
    yield Caller(app)
    assert app.responses.breaks == 0, "a reply would have broken the contract"
    app.instance.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of localhost and its key."""
    toolchains.need("openssl", "openssl")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(key), "-out", str(certificate), "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key
