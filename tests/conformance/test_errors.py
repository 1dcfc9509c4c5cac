"""What makes a run impossible: exit 2, one line with what, where and advice, and no secret."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ccaas_kit.contract import clauses
from ccaas_kit.contract.errors import ConfigError, DocumentError, KitError, TargetError
from ccaas_kit.contract.layout import ROOT
from ccaas_kit.discovery import target
from ccaas_kit.gateway.credentials import Credentials, from_environment
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.judging.findings import verify
from ccaas_kit.model import pools
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.pools import Pools
from ccaas_kit.model.profiles import Profile
from ccaas_kit.run import options
from ccaas_kit.run.config import load
from tests.conformance.things import Shop, serving, write_contract
from tests.looping import every

SECRET = "canary/7f3a+secret"
SIGNED_IN = {"SN_USERNAME": "canary", "SN_PASSWORD": SECRET}


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SN_")}
    return subprocess.run(
        [sys.executable, "-m", "ccaas_kit", "conform", *arguments],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "instance.service-now.com"], "is not an http(s) URL"),
        (["--target", "http://"], "is not an http(s) URL"),
        (["--target", "http://127.0.0.1:99999"], "is not a URL"),
        (["--target", "https://canary:hush@x.example"], "credentials do not belong"),
        (["--target", f"canary:{SECRET}@x.example"], "is not an http(s) URL"),
        (["--target", f"https://canary:{SECRET}@x.example"], "is not a URL"),
        (["--target", "https://x.example/api/now"], "the URL has a path"),
        (["--target", "https://x.example", "--profile", "full"], "Add --allow-writes"),
        (["--target", "https://x.example", "--profile", "create-and-clean"], "Add --allow-writes"),
        (["--config", "no/such.toml"], "no/such.toml: cannot be read"),
        (["--out", "/dev/null/x"], "/dev/null/x: cannot be written to"),
        (["--target", f"http://127.0.0.1:{closed_port()}"], "the connection is refused"),
    ],
    ids=[
        "no scheme",
        "no host",
        "no port",
        "credentials in the URL",
        "a secret without a scheme",
        "a secret that breaks the URL",
        "a path",
        "writes beyond this machine",
        "unconfirmed create-and-clean",
        "no config",
        "no folder",
        "nobody there",
    ],
)
def test_a_run_that_is_not_possible_ends_with_one_line(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    where = [] if "--out" in arguments else ["--out", str(tmp_path / "out")]

    ended = command(*arguments, *where, **SIGNED_IN)

    assert ended.returncode == 2
    assert message in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert SECRET not in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("arguments", [["--no-such"], ["--profile", "careful"], ["--seed", "x"]])
def test_unknown_options_end_with_the_usage(arguments: list[str]) -> None:
    ended = command(*arguments)

    assert ended.returncode == 2
    assert "usage: ccaas conform" in ended.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ids = 5", "[ids]: is not a table"),
        ("[ids]\nid = 5", "[ids]: 'id' is not a list of texts"),
        ("[ids]\nid = []", "[ids]: 'id' is not a list of texts"),
        ("[idz]\nid = ['x']", "unknown key 'idz'. Known are ids, spare, known, user, accepted"),
        ("[[accepted]]\ncheck = 'ignored_auth'", "[[accepted]] 1: 'reason' is missing"),
        ("[[accepted]]\nreason = 'x'", "[[accepted]] 1: needs either 'check' or 'clause'"),
        ("[[accepted]]\nreason = ''\ncheck = 'x'", "'reason' is not a text"),
        ("[[accepted]]\nwhy = 'x'", "[[accepted]] 1: unknown key 'why'"),
        ("[[accepted]]\nreason = 'x'\ncheck = 'x'\nexpires = 'soon'", "'expires' is not a date"),
        ("accepted = [5]", "[[accepted]] 1: is not a table"),
        ("[ids\n", "is not valid TOML"),
    ],
)
def test_a_wrong_config_names_the_key_and_the_remedy(
    text: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load(path)

    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_config_gives_ids_and_accepted_deviations(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        '[ids]\nid = ["a", "b"]\n[[accepted]]\ncheck = "ignored_auth"\nreason = "No users."\n'
        "expires = 2027-01-31\n",
        encoding="utf-8",
    )

    found = load(path)

    assert found.ids == {"id": ("a", "b")}
    assert found.accepted[0].reason == "No users."
    assert str(found.accepted[0].expires) == "2027-01-31"


def test_an_id_that_no_request_has_is_an_error(tmp_path: Path) -> None:
    contract = Contract(write_contract(tmp_path).bundle)

    with pytest.raises(ConfigError, match="no request has a parameter or field 'agentID'"):
        pools.build(contract, {"agentID": ("x",)}, seeded=True)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("check = 'ignored_aut'", "there is no check 'ignored_aut'"),
        ("clause = 'GET-99'", "there is no clause 'GET-99'"),
        ("clause = 'GET-01'\noperation = 'getThings'", "there is no operation 'getThings'"),
    ],
)
def test_an_accepted_deviation_that_can_never_apply_is_an_error(
    entry: str, message: str, tmp_path: Path
) -> None:
    promised = clauses.load(write_contract(tmp_path).clauses)
    path = tmp_path / "config.toml"
    path.write_text(f"[[accepted]]\nreason = 'x'\n{entry}\n", encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        verify(load(path).accepted, promised, ["getThing"])

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not valid JSON"),
        ("[]", "has no list 'clauses'"),
        ('{"clauses": [{}]}', "#/clauses/0: lacks the key 'id'"),
        ('{"clauses": [5]}', "#/clauses/0: breaks the form"),
    ],
)
def test_a_clauses_file_that_does_not_load_is_an_error(
    text: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "clauses.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DocumentError) as caught:
        clauses.load(path)

    assert message in str(caught.value)
    assert "make build" in str(caught.value)


def test_a_clause_of_an_unknown_kind_is_an_error(tmp_path: Path) -> None:
    path = write_contract(tmp_path).clauses
    document = json.loads(path.read_text(encoding="utf-8"))
    document["clauses"][0]["checked_by"] = [{"kind": "guess"}]
    path.write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(DocumentError, match="'guess' is not a valid Kind"):
        clauses.load(path)


def test_a_clause_of_which_any_check_suffices_says_so_with_a_flag(tmp_path: Path) -> None:
    path = write_contract(tmp_path).clauses
    document = json.loads(path.read_text(encoding="utf-8"))
    document["clauses"] = document["clauses"][:3]
    flags: list[object] = [True, False]
    for clause, flag in zip(document["clauses"], flags, strict=False):
        clause["any_suffices"] = flag
    del document["clauses"][2]["any_suffices"]
    path.write_text(json.dumps(document), encoding="utf-8")

    assert [loaded.any_suffices for loaded in clauses.load(path)] == [True, False, False]

    document["clauses"][0]["any_suffices"] = "yes"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(DocumentError, match="'yes' is neither true nor false"):
        clauses.load(path)


def test_a_missing_or_foreign_bundle_is_an_error(tmp_path: Path) -> None:
    foreign = tmp_path / "all.yaml"
    foreign.write_text("paths:\n  /x:\n    get: {}\n", encoding="utf-8")

    with pytest.raises(DocumentError, match="cannot be read"):
        Contract(tmp_path / "none.yaml")
    with pytest.raises(DocumentError, match="is not a bundle of the contract"):
        Contract(foreign)


def test_half_a_pair_of_credentials_is_an_error(tmp_path: Path) -> None:
    contract = Contract(write_contract(tmp_path).bundle)

    with pytest.raises(ConfigError, match="SN_PASSWORD is not set"):
        from_environment({"SN_USERNAME": "canary"}, contract)


@pytest.mark.parametrize("value", ["tökén", "token\n", "to\nken", " token"])
@pytest.mark.parametrize("variable", ["SN_TOKEN", "SN_API_KEY"])
def test_a_token_that_no_header_can_carry_is_an_error(
    variable: str, value: str, tmp_path: Path
) -> None:
    contract = Contract(write_contract(tmp_path).bundle)

    with pytest.raises(ConfigError, match=f"{variable} holds a character") as caught:
        from_environment({variable: value}, contract)

    assert value not in str(caught.value)


@pytest.mark.parametrize(
    ("environment", "header"),
    [
        ({"SN_TOKEN": SECRET}, ("Authorization", f"Bearer {SECRET}")),
        ({"SN_API_KEY": SECRET}, ("x-sn-apikey", SECRET)),
    ],
)
def test_credentials_are_one_header_and_are_shown_nowhere(
    environment: dict[str, str], header: tuple[str, str], tmp_path: Path
) -> None:
    found = from_environment(environment, Contract(write_contract(tmp_path).bundle))

    assert found is not None
    assert found.header == header
    assert SECRET not in repr(found)
    assert SECRET not in found.curl


class _Page(BaseHTTPRequestHandler):
    """Answers as targets do that are no API: the path says how."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        del format, args

    def do_GET(self) -> None:
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", f"/login.do?token={SECRET}")
        elif self.path.startswith("/closed"):
            self.send_response(401)
        else:
            status = {"/gone": 503, "/broken": 500}.get(self.path[: self.path.find("/", 1)], 200)
            self.send_response(status)
            self.send_header("Content-Type", "text/html;charset=UTF-8")
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def checked(url: str, contract: Contract, known: Pools, signed: Credentials | None) -> None:
    with Gateway(url) as gateway:
        target.check(gateway, contract, known, signed)


@pytest.mark.parametrize(
    ("path", "message", "status"),
    [
        ("/asleep", "answers 200 with an HTML page instead of JSON", 200),
        ("/moved", "redirects to itself/login.do", 302),
        ("/closed", "refuses the credentials (401)", 401),
        ("/gone", "answers 503: nothing is served at the moment", 503),
    ],
)
def test_a_target_that_is_no_api_is_told_before_the_run(
    path: str, message: str, status: int, page: str, tmp_path: Path
) -> None:
    contract = Contract(write_contract(tmp_path).bundle)
    known = pools.build(contract, {}, seeded=True)
    signed_in = from_environment(SIGNED_IN, contract)

    with pytest.raises(target.UnfitError) as caught:
        checked(page + path, contract, known, signed_in)

    assert message in str(caught.value)
    assert SECRET not in str(caught.value)
    # The error carries the exchange, so that it can be judged.
    exchange = caught.value.exchange
    assert exchange.status == status
    assert exchange.path.startswith(path)
    assert exchange.request_headers["Accept"] == "application/json"


def test_an_error_of_the_instance_is_for_the_judgement_whatever_it_looks_like(
    page: str, tmp_path: Path
) -> None:
    contract = Contract(write_contract(tmp_path).bundle)
    known = pools.build(contract, {}, seeded=True)

    checked(page + "/broken", contract, known, None)


@pytest.mark.parametrize(
    ("scheme", "message"),
    [("https", "does not speak TLS"), ("http", "")],
)
def test_plain_http_behind_https_is_told(scheme: str, message: str, tmp_path: Path) -> None:
    contract = Contract(write_contract(tmp_path).bundle)
    known = pools.build(contract, {}, seeded=True)
    signed_in = from_environment({"SN_USERNAME": "admin", "SN_PASSWORD": "admin"}, contract)
    shop = Shop()

    with serving(shop) as url:
        address = url.replace("http", scheme, 1)
        try:
            checked(address, contract, known, signed_in)
            said = ""
        except KitError as error:
            said = str(error)

    assert message in said
    assert bool(message) == bool(said)


def test_an_unknown_host_is_told(tmp_path: Path) -> None:
    contract = Contract(write_contract(tmp_path).bundle)
    known = pools.build(contract, {}, seeded=True)

    with pytest.raises(TargetError, match=r"the host is unknown|cannot be reached"):
        checked("http://no-such-instance.invalid", contract, known, None)


@every(
    ("arguments", "profile"),
    [
        ([], Profile.FULL),
        (["--target", "http://localhost:8080"], Profile.FULL),
        (["--target", "http://[::1]:8080/"], Profile.FULL),
        (["--target", "https://x.example"], Profile.READ_ONLY),
        (["--target", "https://localhost.example"], Profile.READ_ONLY),
        (["--target", "https://x.example", "--profile", "full", "--allow-writes"], Profile.FULL),
    ],
)
def test_only_this_machine_is_written_to_unasked(arguments: list[str], profile: Profile) -> None:
    assert options.parse(arguments).profile is profile
