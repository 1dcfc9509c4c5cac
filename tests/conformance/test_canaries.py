"""Secrets of the environment are in no report, log, journal, title of a process or error."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx
import pytest
import yaml

from ccaas_kit.contract.layout import ROOT
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.gateway import users
from ccaas_kit.gateway.users import FurtherUser
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Bed
from tests.conformance.targets import Target, launched, target

# With what JSON, URLs and HTML write differently, and long enough to be found by nothing else.
PASSWORD = "canary/7f3a+se\"cr<et'&0b9d"
KEY = "canary-key-5e1c77aa90"
CLIENT = "canary-client-31d7f0c2"
SEED = ROOT / "scripts/ccaas_kit/sandbox/instance/seed.yaml"


@contextmanager
def guarded(folder: Path) -> Iterator[Target]:
    """A sandbox whose secrets are canaries."""
    seed = yaml.safe_load(SEED.read_text("utf-8"))
    seed["logins"]["admin"]["password"] = PASSWORD
    seed["api_keys"] = {KEY: "admin"}
    seed["oauth_clients"] = {"canary": {"secret": CLIENT, "user": "admin"}}
    path = folder / "seed.yaml"
    path.write_text(yaml.safe_dump(seed, sort_keys=False), encoding="utf-8")
    with target("--seed", str(path), auth=("admin", PASSWORD)) as running:
        path.unlink()
        yield running


def token(url: str) -> str:
    form = {"grant_type": "client_credentials", "client_id": "canary", "client_secret": CLIENT}
    response = httpx.post(f"{url}/oauth_token.do", data=form)
    return str(response.json()["access_token"])


def forms(secret: str) -> set[bytes]:
    """The encodings in which a secret can appear."""
    pair = base64.b64encode(f"admin:{secret}".encode()).decode()
    once = {secret, pair, base64.b64encode(secret.encode()).decode(), quote(secret, safe="")}
    once |= {quote_plus(secret), json.dumps(secret)[1:-1], html.escape(secret)}
    once |= {json.dumps(html.escape(secret))[1:-1], html.escape(json.dumps(secret)[1:-1])}
    return {text.encode() for text in once}


def descendants(pid: int) -> set[int]:
    """A process and those that it has started, theirs included."""
    found, new = {pid}, {pid}
    while new:
        new = {child for parent in new for child in _children(parent)} - found
        found |= new
    return found


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def titles(process: subprocess.Popen[str], folder: Path | None = None) -> tuple[set[bytes], str]:
    """What other processes can see of a run while it lasts, and all that it prints.

    They can see every command line, the environment of each process that the run has started, and
    every file below a folder.
    """
    seen: set[bytes] = set()
    while process.poll() is None:
        files = [Path(f"/proc/{pid}/cmdline") for pid in descendants(process.pid)]
        # Files may disappear during the search, which rglob does not tolerate.
        files += [Path(where, name) for where, _, names in os.walk(folder or "") for name in names]
        for path in files:
            read = _read(path)
            seen.add(read)
            # Between fork and exec a process has the title and the environment of the runner.
            if path.name == "cmdline" and read != _read(Path(f"/proc/{process.pid}/cmdline")):
                seen.add(_read(path.with_name("environ")))
        time.sleep(0.05)
    printed, errors = process.communicate()
    return seen, printed + errors


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def environment(kind: str, url: str) -> Mapping[str, str]:
    if kind == "token":
        return {"SN_TOKEN": token(url)}
    if kind == "key":
        return {"SN_API_KEY": KEY}
    return {"SN_USERNAME": "admin", "SN_PASSWORD": PASSWORD, "SN_CLIENT_SECRET": CLIENT}


@pytest.mark.parametrize(
    ("kind", "profile"),
    [
        ("password", "full"),
        ("password", "create-and-clean"),
        ("token", "create-and-clean"),
        ("key", "create-and-clean"),
    ],
)
def test_no_secret_leaves_the_environment(kind: str, profile: str, tmp_path: Path) -> None:
    with guarded(tmp_path) as sandbox:
        variables = environment(kind, sandbox.url)
        to = ("--target", sandbox.url, "--profile", profile, "--api", "contact")
        probes = ("known-url", "wrong-password-refused")
        folder = tmp_path / "working"
        folder.mkdir()
        all_variables = {**variables, "TMPDIR": str(folder)}
        with launched(tmp_path, *to, probes=probes, environment=all_variables) as process:
            shown, printed = titles(process, folder)

    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    texts = {str(path): path.read_bytes() for path in written}
    secrets = {name: value for name, value in variables.items() if name != "SN_USERNAME"}
    assert process.returncode in (0, 1), printed
    assert "Traceback" not in printed
    # The search was not empty: it read reports, a journal, command lines of Schemathesis.
    assert {"scorecard.json", "traffic.har", "single.har"} <= {path.name for path in written}
    assert (tmp_path / "out/journal.jsonl").exists()
    assert any(b"schemathesis" in content for content in shown)
    # The search also read the environment and the config of Schemathesis. The config has the
    # address of the gateway, which is in no command line and in no report.
    assert any(b"NETRC=/dev/null" in content for content in shown)
    address = next(
        found[1] for content in shown if (found := re.search(rb'"base-url" = "([^"]+)"', content))
    )
    word = address.rpartition(b"/")[2]
    assert not [content for content in shown if word in content and b"schemathesis\0" in content]
    assert not [path for path, text in texts.items() if word in text]
    assert json.loads(texts[str(tmp_path / "out/scorecard.json")])["requests"] > 100
    for name, secret in secrets.items():
        for form in forms(secret):
            assert form not in printed.encode(), name
            assert not [content for content in shown if form in content], name
            assert not [path for path, text in texts.items() if form in text], name


def test_no_secret_is_in_an_error(tmp_path: Path) -> None:
    variables = {"SN_USERNAME": "admin", "SN_PASSWORD": PASSWORD}
    with target() as sandbox:
        arguments = ("--target", sandbox.url)
        with launched(tmp_path, *arguments, environment=variables) as process:
            shown, printed = titles(process)

    texts = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert process.returncode == 2
    assert "refuses the credentials" in printed
    # The response that ended the run is in the reports.
    assert b"/api/now/contact" in texts[tmp_path / "out/traffic.har"]
    for form in forms(PASSWORD):
        assert form not in printed.encode()
        assert not [content for content in shown if form in content]
        assert not [path for path, text in texts.items() if form in text]


def test_the_search_would_find_a_canary(tmp_path: Path) -> None:
    words = ["-c", "import time; time.sleep(0.5)", PASSWORD]
    process = subprocess.Popen(
        [str(ROOT / ".venv/bin/python"), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    shown, _ = titles(process)

    assert [content for content in shown if PASSWORD.encode() in content]
    assert PASSWORD.encode() in forms(PASSWORD)


def test_a_token_that_a_probe_fetches_is_a_secret_from_then_on() -> None:
    redactor = Redactor()
    with bed.probing(Bed()) as seen:
        seen.users.confide(redactor.learn)
        bed.conforms(seen, "scheme-served", "getContact", "#/components/securitySchemes/OAuth2")
        sent = [exchange.request_headers["Authorization"] for exchange in seen.seen("getContact")]

    fetched = [header.partition(" ")[2] for header in sent if header.startswith("Bearer ")]
    assert fetched
    for bearer in fetched:
        assert bearer not in redactor.clean(f"You have sent {bearer}.")


def test_the_passwords_of_further_users_are_secrets() -> None:
    further = FurtherUser("SN_PLAIN_USERNAME", "SN_PLAIN_PASSWORD", ())
    variables = {"SN_PLAIN_USERNAME": "plain", "SN_PLAIN_PASSWORD": PASSWORD}

    redactor = Redactor(users.from_config(None, [further], variables).secrets())

    pair = base64.b64encode(f"plain:{PASSWORD}".encode()).decode()
    for secret in (PASSWORD, pair):
        assert secret not in redactor.clean(f"You have sent {secret}.")
