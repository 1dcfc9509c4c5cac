"""What a request has created is found and removed although its response does not tell."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from ccaas_kit.contract import layout
from ccaas_kit.gateway.ask import Ask
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.credentials import from_environment
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.gateway.safety import clean, journal
from ccaas_kit.gateway.safety.guard import OwnRecordsOnly
from ccaas_kit.gateway.sending import Sender
from ccaas_kit.gateway.users import Users
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.profiles import Profile
from tests.conformance.targets import ADMIN, Target, target
from tests.conformance.test_clean import NOW, cleaned, ended, intent, write

# A response as it leaves: its status, media type, body, and how long the body says that it is.
Spoiled = tuple[int, str, bytes, int]
Spoil = Callable[[httpx.Response], Spoiled]
JSON, XML = "application/json", "application/xml"
MARKED = {"last_name": "Probe 0123456789ab", "email": "probe.0123456789ab@example.com"}


@pytest.fixture
def sandbox() -> Iterator[Target]:
    with target() as running:
        yield running


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(layout.BUNDLE)


class _Between(BaseHTTPRequestHandler):
    """Passes requests on, and answers those that write otherwise than the target did."""

    url: ClassVar[str]
    spoil: ClassVar[Callable[[httpx.Response], Spoiled]]
    seen: ClassVar[list[str]]

    def log_message(self, *_: Any) -> None:
        pass

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append(self.command)
        headers = {name: text for name, text in self.headers.items() if name != "Host"}
        found = httpx.request(self.command, self.url + self.path, headers=headers, content=body)
        status, media, content = (
            found.status_code,
            found.headers.get("content-type", ""),
            found.content,
        )
        length = len(content)
        if self.command != "GET":
            status, media, content, length = type(self).spoil(found)
        self.send_response_only(status)
        self.send_header("Date", found.headers["date"])
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815  # as the server calls them


@contextmanager
def between(url: str, spoil: Spoil) -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    made = {"url": url, "spoil": staticmethod(spoil), "seen": seen}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Between,), made))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


def _late(found: httpx.Response) -> Spoiled:
    time.sleep(1.5)
    return found.status_code, JSON, found.content, len(found.content)


def _as(status: int, media: str, body: bytes) -> Spoil:
    return lambda _: (status, media, body, len(body))


UNCLEAR: dict[str, Spoil] = {
    "500": _as(500, JSON, b'{"error": {"message": "x", "detail": null}, "status": "failure"}'),
    "502 of a proxy": _as(502, "text/html", b"<html>bad gateway</html>"),
    "408 of a proxy": _as(408, "text/html", b"<html>too slow</html>"),
    "redirected": _as(302, "text/html", b""),
    "no body": _as(201, JSON, b""),
    "half a body": lambda found: (201, JSON, found.content[:-20], len(found.content) - 20),
    "cut off": lambda found: (201, JSON, found.content[:-20], len(found.content)),
    "no JSON": _as(201, JSON, b"\xff\xfe\xff"),
    "deep JSON": _as(201, JSON, b'{"result":' * 2000 + b"1" + b"}" * 2000),
    "deep XML": _as(201, XML, b"<r><result>" + b"<a>" * 3000 + b"</a>" * 3000 + b"</result></r>"),
    "XML in no encoding": _as(201, XML, b'<?xml version="1.0" encoding="no-such"?><r/>'),
    "result and error": _as(
        200, JSON, b'{"result": {}, "error": {"message": "Transaction cancelled"}}'
    ),
    "too late": _late,
}


@contextmanager
def sending(url: str, named: str, contract: Contract, path: Path) -> Iterator[Sender]:
    """A sender through what stands between, whose journal names the target itself."""
    with journal.started(path, target=named, moment="", contract="1", lasting=True) as writer:
        guard = OwnRecordsOnly(contract, writer, frozenset())
        budget = Budget(50, 50, time.monotonic() + 60)
        users = Users(from_environment(ADMIN, contract))
        profile = Profile.CREATE_AND_CLEAN
        with Gateway(url, seconds=1, guard=guard) as gateway:
            yield Sender(gateway, contract, users, profile=profile, budget=budget)


@pytest.mark.parametrize("spoil", UNCLEAR.values(), ids=UNCLEAR)
def test_what_was_written_all_the_same_is_searched_for_and_removed(
    spoil: Spoil, sandbox: Target, contract: Contract, tmp_path: Path
) -> None:
    before, path = sandbox.tables(), tmp_path / "j"
    invented = "0123456789ab4cde8123456789abcdef"
    mapping = {"tableName": "interaction", "documentId": invented}
    with (
        between(sandbox.url, spoil) as (url, _),
        sending(url, sandbox.url, contract, path) as sender,
    ):
        sender.send(Ask("createContact", body=MARKED))
        sender.send(Ask("setExternalIdMapping", mapping, body={"external_id": "17"}))
    time.sleep(0.1)
    left = sandbox.tables()
    entries = journal.read(path).entries

    code, printed = cleaned(path)

    assert left["customer_contact"] != before["customer_contact"]
    assert [entry.table for entry in entries] == [
        "customer_contact",
        "sn_ct_ctr_it_core_ccaas_external_id_mapping",
    ]
    assert not entries[0].ended
    assert code == 0, printed
    assert sandbox.tables() == before


def test_a_refusal_created_nothing_and_is_not_searched_for(
    sandbox: Target, contract: Contract, tmp_path: Path
) -> None:
    path = tmp_path / "j"
    with (
        between(sandbox.url, _as(400, JSON, b"{}")) as (url, seen),
        sending(url, sandbox.url, contract, path) as sender,
    ):
        sender.send(Ask("createInteraction", body={"channel": "chat"}))

    (entry,) = journal.read(path).entries
    assert (entry.ended, entry.served, entry.created) == (True, False, ())
    assert seen == ["POST"]


def test_what_nothing_marks_is_listed_and_not_deleted(
    sandbox: Target, contract: Contract, tmp_path: Path
) -> None:
    path, before = (
        tmp_path / "j",
        {record["sys_id"] for record in sandbox.tables()["customer_contact"]},
    )
    with (
        between(sandbox.url, UNCLEAR["500"]) as (url, _),
        sending(url, sandbox.url, contract, path) as sender,
    ):
        sender.send(Ask("createContact", body={"last_name": "Plain"}))
    left = sandbox.tables()
    made = {record["sys_id"] for record in left["customer_contact"]} - before

    code, printed = cleaned(path)

    reason = "createContact may have created one: it got 500 at that time"
    assert code == 1
    assert len(made) == 1
    assert f"customer_contact {made.pop()}: not deleted: {reason}" in printed
    assert sandbox.tables() == left
    # A person has to look at the record; another attempt would not help.
    assert not journal.read(path).pending


def moment(seconds: int) -> str:
    found = datetime.strptime(NOW, "%Y-%m-%d %H:%M:%S") + timedelta(seconds=seconds)
    return f"{found:%Y-%m-%d %H:%M:%S}"


def test_only_records_of_about_the_time_of_the_response_are_deleted(
    sandbox: Target, tmp_path: Path
) -> None:
    offsets = (-601, -600, 600, 601)
    ids = [sandbox.create({"last_name": f"At {offset}"}) for offset in offsets]
    lines = [
        line
        for number, (sys_id, offset) in enumerate(zip(ids, offsets, strict=True), start=1)
        for line in (
            intent(number, "createContact", "customer_contact"),
            ended(number, ("customer_contact", sys_id), moment=moment(offset)),
        )
    ]

    code, printed = cleaned(write(tmp_path / "j", sandbox.url, *lines))

    left = {record["sys_id"] for record in sandbox.tables()["customer_contact"]}
    assert [sys_id in left for sys_id in ids] == [True, False, False, True]
    assert code == 1
    assert all(f"created its own at {moment(offset)}" in printed for offset in (-601, 601))


@pytest.mark.parametrize(
    ("offset", "gone"), [(-601, False), (-600, True), (600, True), (601, False)]
)
def test_what_a_search_finds_is_of_about_that_time_as_well(
    offset: int, gone: bool, sandbox: Target, tmp_path: Path
) -> None:
    sys_id = sandbox.create(MARKED)
    unclear = {"n": 1, "open": 500, "moment": moment(offset)}
    begun = intent(1, "createContact", "customer_contact", marks=MARKED)

    code, _ = cleaned(write(tmp_path / "j", sandbox.url, begun, unclear))

    left = {record["sys_id"] for record in sandbox.tables()["customer_contact"]}
    assert (sys_id not in left) is gone
    assert code == (0 if gone else 1)


def test_what_nothing_marks_is_listed_if_it_is_of_about_the_time_of_the_response(
    sandbox: Target, tmp_path: Path
) -> None:
    sys_id = sandbox.create({"last_name": "Plain"})
    begun = intent(1, "createContact", "customer_contact")
    listed = []

    for offset in (-601, -600, 600, 601):
        unclear = {"n": 1, "open": 500, "moment": moment(offset)}
        _, printed = cleaned(write(tmp_path / "j", sandbox.url, begun, unclear))
        listed.append(f"customer_contact {sys_id}: not deleted: " in printed)

    assert listed == [False, True, True, False]


def test_a_record_that_has_only_a_part_of_the_marks_is_listed(
    sandbox: Target, tmp_path: Path
) -> None:
    sys_id = sandbox.create({"last_name": MARKED["last_name"]})
    marks = {"last_name": MARKED["last_name"], "no_such_column": "0123456789ab"}
    begun = intent(1, "createContact", "customer_contact", marks=marks)

    code, printed = cleaned(write(tmp_path / "j", sandbox.url, begun))

    assert code == 1
    assert f"customer_contact {sys_id}: not deleted: " in printed
    assert "it has last_name alone" in " ".join(printed.split())
    assert sys_id in {record["sys_id"] for record in sandbox.tables()["customer_contact"]}


class _Elsewhere(BaseHTTPRequestHandler):
    """A target that sends whoever asks to another host, if it has been told one."""

    other: ClassVar[str]
    seen: ClassVar[list[str]]

    def log_message(self, *_: Any) -> None:
        pass

    def _serve(self) -> None:
        self.seen.append(f"{self.command} {self.headers.get('Authorization')}")
        self.send_response(307 if self.other else 200)
        if self.other:
            self.send_header("Location", self.other + self.path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_DELETE = _serve  # noqa: N815  # as the server calls them


def test_a_clean_up_is_led_to_no_other_host(tmp_path: Path) -> None:
    servers: list[ThreadingHTTPServer] = []
    seen: list[list[str]] = []
    for other in ("", "next"):
        asked: list[str] = []
        where = f"http://127.0.0.1:{servers[0].server_port}" if other else ""
        handler = type("Handler", (_Elsewhere,), {"other": where, "seen": asked})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        seen.append(asked)
    created = ended(1, ("customer_contact", "d" * 32))
    url = f"http://127.0.0.1:{servers[1].server_port}"
    path = write(tmp_path / "j", url, intent(1, "createContact", "customer_contact"), created)

    with journal.continued(path) as writer:
        contract = Contract(layout.BUNDLE)
        signed = from_environment(ADMIN, contract)
        with Gateway(url) as gateway:
            outcome = clean.clean(journal.read(path), writer, contract, signed, gateway=gateway)

    for server in servers:
        server.shutdown()
        server.server_close()
    assert seen[0] == []
    assert seen[1]
    assert outcome.removed == 0
    assert outcome.leaks
    assert json.loads(path.read_text("utf-8").splitlines()[-1])["leaks"] == 1
