"""What the runner and Schemathesis take of one answer: so many seconds, so many bytes, real JSON."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

from ccaas_kit.contract import layout, xml_values
from ccaas_kit.contract.contract import Contract
from ccaas_kit.contract.parsing import UnreadableError, parse_json
from ccaas_kit.fuzzing import hooks
from ccaas_kit.fuzzing.hooks import Leash, Limits
from ccaas_kit.gateway.wire import LONGEST_BODY, Wire
from tests.conformance.hostile import hostile
from tests.conformance.misbehaviour import Server

# Behaviours that hold up a client until it gives up, and those that flood it.
SLOW = (
    *("slow headers", "endless interim responses", "silence"),
    *("trickling body", "trickling chunks"),
)
FLOODS = ("endless body", "endless stream", "1 GB", "gzip bomb")


@pytest.mark.parametrize("behaviour", SLOW)
def test_an_answer_has_so_many_seconds(behaviour: str) -> None:
    begun = time.monotonic()
    with hostile(Server(behaviour)) as url, Wire(url) as wire:
        with pytest.raises(httpx.ReadTimeout):
            wire.send(wire.request("GET", f"{url}/x"), seconds=0.5)
        took = time.monotonic() - begun

    assert 0.4 < took < 10


@pytest.mark.parametrize("behaviour", FLOODS)
def test_an_answer_has_so_many_bytes(behaviour: str) -> None:
    with hostile(Server(behaviour)) as url, Wire(url) as wire:
        received = wire.send(wire.request("GET", f"{url}/x"), seconds=20)

    assert received.is_whole is False
    assert len(received.body) == LONGEST_BODY


@pytest.fixture
def leashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the limits of this process, which end with the test."""
    monkeypatch.setattr(HTTPAdapter, "send", HTTPAdapter.send)
    monkeypatch.setattr(HTTPConnection, "getresponse", HTTPConnection.getresponse)
    return tmp_path


def bind(folder: Path, url: str, **limits: float) -> None:
    given = {**Limits(requests=9, writes=9, target=url, seconds=0.5)._asdict(), **limits}
    (folder / hooks.LIMITS).write_text(json.dumps(given), encoding="utf-8")
    hooks.bind(Leash(folder))


@pytest.mark.parametrize("behaviour", SLOW)
def test_schemathesis_waits_so_many_seconds(behaviour: str, leashed: Path) -> None:
    begun = time.monotonic()
    with hostile(Server(behaviour)) as url:
        bind(leashed, url)
        with pytest.raises(requests.ReadTimeout) as caught:
            requests.get(f"{url}/x", timeout=5, stream=True)
        took = time.monotonic() - begun

    assert caught.value.request is not None
    assert 0.4 < took < 10


@pytest.mark.parametrize("behaviour", FLOODS)
def test_schemathesis_reads_so_many_bytes(behaviour: str, leashed: Path) -> None:
    with hostile(Server(behaviour)) as url:
        bind(leashed, url, seconds=20, longest=100_000)
        with pytest.raises(requests.exceptions.ChunkedEncodingError, match="more than 100000"):
            requests.get(f"{url}/x", timeout=5, stream=True)

    assert 100_000 < int((leashed / hooks.TAKEN).read_text("ascii")) < 300_000


def test_schemathesis_ends_when_it_was_sent_too_much(leashed: Path) -> None:
    with hostile(Server("truncated JSON")) as url:
        bind(leashed, url, volume=2_000)
        assert requests.get(f"{url}/x", timeout=5).content.startswith(b'{"result": [')
        with pytest.raises(KeyboardInterrupt):
            requests.get(f"{url}/x", timeout=5)

    assert (leashed / hooks.SPENT).exists()


def test_schemathesis_asks_no_other_host(leashed: Path) -> None:
    other = Server("HTML")
    with hostile(Server("redirects elsewhere")) as url, hostile(other) as elsewhere:
        bind(leashed, url)
        with pytest.raises(requests.exceptions.InvalidURL, match="is not the target"):
            requests.get(f"{elsewhere}/x", headers={"x-sn-apikey": "secret"}, timeout=5)

    assert other.connections == 0
    assert (leashed / hooks.SENT).exists() is False


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'"\xff"',
        b'"\\ud800"',
        b"[" * 100_000,
        b"[" * 200 + b"]" * 200,
        b"9" * 5_000,
        '"x"'.encode("utf-16")[:-1],
    ],
)
def test_what_cannot_be_worked_with_is_no_json(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse_json(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'"\\ud83c\\udf35"', "🌵"),
        ("[1]".encode("utf-8-sig"), [1]),
        ("[1]".encode("utf-16"), [1]),
        (b"[" * 90 + b"]" * 90, None),
    ],
)
def test_what_can_be_worked_with_is_json(body: bytes, value: object) -> None:
    assert value is None or parse_json(body) == value
    assert parse_json(body) is not None


@pytest.mark.parametrize("body", [b"<a>" * 9_000 + b"</a>" * 9_000, b"<a>", b""])
def test_what_cannot_be_worked_with_is_no_xml(body: bytes) -> None:
    contract = Contract(layout.BUNDLE)
    schema = contract.by_id["getContact"].responses[200].media["application/json"]

    with pytest.raises(UnreadableError, match=r"not XML|DTD|not readable: nested"):
        xml_values.read(body, schema, contract)
