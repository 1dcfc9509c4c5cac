"""A run that was killed is cleaned up later by its journal, and nothing else is touched."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ccaas_kit.contract.errors import ConfigError, TargetError
from ccaas_kit.gateway.safety import clean, journal
from ccaas_kit.gateway.safety.journal import TargetRecord
from tests.conformance.instances import SIGNED_IN, Instance, playing
from tests.conformance.targets import ADMIN, Target, judged, launched, target

NOW = "2024-04-03 23:09:46"  # where the clock of the sandbox stands
NOBODY = {"SN_USERNAME": "no_roles", "SN_PASSWORD": "no_roles"}


@pytest.fixture
def sandbox() -> Iterator[Target]:
    with target() as running:
        yield running


def cleaned(path: Path, *arguments: str, environment: Mapping[str, str] = ADMIN) -> tuple[int, str]:
    """Exit code and output of the command."""
    printed = io.StringIO()
    console = Console(file=printed, width=200)
    words = ["--journal", str(path), *arguments]
    code = clean.main(words, environment=environment, console=console, patience=0.5)
    return code, printed.getvalue()


def write(path: Path, url: str, *lines: Mapping[str, object]) -> Path:
    """Write a journal like that of a killed run."""
    head = {"journal": journal.FORM, "target": url, "started": NOW, "contract": "1"}
    text = "".join(json.dumps(line) + "\n" for line in ({**head, "lasting": True}, *lines))
    path.write_text(text, encoding="utf-8")
    return path


def start(path: Path) -> None:
    """Start a journal as a run does."""
    with journal.started(path, target="http://y.example", moment="", contract="1", lasting=True):
        pass


def intent(number: int, operation: str, table: str, **more: object) -> dict[str, object]:
    return {"n": number, "operation": operation, "table": table, **more}


def ended(number: int, *created: tuple[str, str], moment: str = NOW) -> dict[str, object]:
    listed = [{"table": table, "sys_id": sys_id} for table, sys_id in created]
    return {"n": number, "served": True, "created": listed, "moment": moment}


def kill_between_requests(process: subprocess.Popen[str], path: Path, lines: int) -> None:
    """Kill a run at a moment when the journal knows all that there is."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
        if not path.exists() or len(path.read_text("utf-8").splitlines()) < lines:
            continue
        os.kill(process.pid, signal.SIGSTOP)
        log = journal.read(path)
        if log.entries[-1].ended and log.entries[-1].created:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            return
        os.kill(process.pid, signal.SIGCONT)
    raise AssertionError("the run never stood between two requests")


def test_a_run_that_was_killed_is_cleaned_up(sandbox: Target, tmp_path: Path) -> None:
    before = sandbox.tables()
    arguments = ("--target", sandbox.url, "--profile", "create-and-clean", "--rate", "15")
    probes = ("known-url", "wrong-password-refused")
    path = tmp_path / "out" / journal.NAME

    with launched(tmp_path, *arguments, probes=probes) as process:
        kill_between_requests(process, path, 9)
    left = sandbox.tables()
    code, printed = cleaned(path)

    assert left != before
    assert sandbox.tables() == before
    assert code == 0
    assert int(re.search(r": (\d+) records? removed", printed)[1]) >= 4  # type: ignore[index]
    assert "admin" not in path.read_text("utf-8")


def test_cleaning_again_finds_nothing(sandbox: Target, tmp_path: Path) -> None:
    sys_id = sandbox.create({"last_name": "One"})
    created = ended(1, ("customer_contact", sys_id))
    path = write(
        tmp_path / "j", sandbox.url, intent(1, "createContact", "customer_contact"), created
    )

    first, again = cleaned(path), cleaned(path)

    assert (first[0], again[0]) == (0, 0)
    assert "1 record removed" in first[1]
    assert "0 records removed" in again[1]
    assert not journal.read(path).pending


def test_what_is_gone_already_counts_as_gone(sandbox: Target, tmp_path: Path) -> None:
    created = ended(1, ("customer_contact", "d" * 32))
    path = write(
        tmp_path / "j", sandbox.url, intent(1, "createContact", "customer_contact"), created
    )

    code, printed = cleaned(path)

    assert code == 0
    assert "0 records removed" in printed
    assert journal.read(path).gone == {TargetRecord("customer_contact", "d" * 32)}


def test_a_request_without_a_response_is_found_by_what_only_it_has(
    sandbox: Target, tmp_path: Path
) -> None:
    before = sandbox.tables()
    marks = {"last_name": "0123456789ab", "email": "probe.0123456789ab@example.com"}
    sandbox.create({"first_name": "Conformance Probe", **marks})
    path = write(
        tmp_path / "j", sandbox.url, intent(1, "createContact", "customer_contact", marks=marks)
    )

    code, printed = cleaned(path)

    assert code == 0
    assert "1 record removed" in printed
    assert sandbox.tables() == before


def test_a_mark_that_only_partly_fits_removes_nothing(sandbox: Target, tmp_path: Path) -> None:
    sandbox.create({"last_name": "0123456789ab", "email": "somebody@example.com"})
    before = sandbox.tables()
    # A column that the table does not have: an instance drops that part of the query.
    marks = {"last_name": "0123456789ab", "no_such_column": "0123456789ab"}
    path = write(
        tmp_path / "j", sandbox.url, intent(1, "createContact", "customer_contact", marks=marks)
    )

    cleaned(path)

    assert sandbox.tables() == before


def test_what_nothing_marks_is_told_and_not_guessed(sandbox: Target, tmp_path: Path) -> None:
    before = sandbox.tables()
    path = write(tmp_path / "j", sandbox.url, intent(1, "createInteraction", "interaction"))

    code, printed = cleaned(path)

    assert code == 1
    assert "interaction: createInteraction may have created one" in printed
    assert sandbox.tables() == before


def test_a_record_of_another_time_is_not_deleted(sandbox: Target, tmp_path: Path) -> None:
    sys_id = sandbox.create({"last_name": "Older"})
    before = sandbox.tables()
    created = ended(1, ("customer_contact", sys_id), moment="2025-01-01 00:00:00")
    path = write(
        tmp_path / "j", sandbox.url, intent(1, "createContact", "customer_contact"), created
    )

    code, printed = cleaned(path)

    assert code == 1
    assert f"customer_contact {sys_id}: not deleted: it is of {NOW}" in printed
    assert sandbox.tables() == before


def test_a_record_with_our_mark_shows_how_far_the_clocks_are_apart(
    sandbox: Target, tmp_path: Path
) -> None:
    before = sandbox.tables()
    marks = {"last_name": "0123456789ab"}
    ids = [sandbox.create({"last_name": name}) for name in (marks["last_name"], "Plain", "Older")]
    # By their Date headers, the responses came an hour before, and the last one a day before.
    hour, day = "2024-04-03 22:09:46", "2024-04-02 22:09:46"
    lines: list[dict[str, object]] = []
    for number, (sys_id, moment) in enumerate(zip(ids, (hour, hour, day), strict=True), 1):
        more = {"marks": marks} if number == 1 else {}
        lines += [
            intent(number, "createContact", "customer_contact", **more),
            ended(number, ("customer_contact", sys_id), moment=moment),
        ]

    code, printed = cleaned(write(tmp_path / "j", sandbox.url, *lines))

    left = {record["sys_id"] for record in sandbox.tables()["customer_contact"]}
    assert left - {record["sys_id"] for record in before["customer_contact"]} == {ids[2]}
    assert code == 1
    assert f"customer_contact {ids[2]}: not deleted: it is of {NOW}" in printed


def row(sys_id: str, by: str, at: str) -> dict[str, str]:
    return {"sys_id": sys_id * 32, "sys_created_by": by, "sys_created_on": f"2024-04-03 {at}"}


@pytest.mark.parametrize("by", ["canary", "somebody"])
def test_an_unmarked_write_that_was_reported_as_failed_is_listed_and_stays(
    by: str, tmp_path: Path
) -> None:
    """Whoever uses the login of the run as well can have made it at that moment."""
    instance = Instance()
    rows = [row("a", "canary", "12:00:00"), row("b", by, "12:00:30")]
    instance.tables["interaction"] = rows
    with playing(instance) as url:
        path = write(
            tmp_path / "j",
            url,
            intent(1, "createInteraction", "interaction"),
            ended(1, ("interaction", "a" * 32), moment="2024-04-03 12:00:01"),
            intent(2, "createInteraction", "interaction"),
            {"n": 2, "open": 500, "moment": "2024-04-03 12:00:31"},
        )
        code, printed = cleaned(path, environment=SIGNED_IN)

    assert code == 1
    assert [record["sys_id"] for record in instance.tables["interaction"]] == ["b" * 32]
    assert f"interaction {'b' * 32}: not deleted: createInteraction may have created one" in printed


def test_a_search_that_may_have_left_something_out_is_listed(tmp_path: Path) -> None:
    instance = Instance()
    rows = [row("a", "canary", "12:00:30") | {"sys_id": f"{number:032x}"} for number in range(130)]
    instance.tables["interaction"] = [*rows]
    with playing(instance) as url:
        path = write(
            tmp_path / "j",
            url,
            intent(1, "createInteraction", "interaction"),
            {"n": 1, "open": 500, "moment": "2024-04-03 12:00:31"},
        )
        _, printed = cleaned(path, environment=SIGNED_IN)

    assert instance.tables["interaction"] == rows
    assert "of those of 2024-04-03 12:00:31 there may be more than 100" in printed


def test_what_a_target_has_made_twice_of_one_request_is_removed(
    sandbox: Target, tmp_path: Path
) -> None:
    before = sandbox.tables()
    lines: list[dict[str, object]] = []
    for number in range(1, 13):
        marks = {"last_name": f"{number:012x}", "email": f"probe.{number:012x}@example.com"}
        ids = [sandbox.create(marks) for _ in range(1 + (number % 4 == 0))]
        lines += [
            intent(number, "createContact", "customer_contact", marks=marks),
            ended(number, ("customer_contact", ids[0])),
        ]
    # Has only one of the two marks.
    sandbox.create({"last_name": f"{1:012x}"})
    # Nothing marks these two of one request.
    unmarked = [sandbox.create({"last_name": "Plain"}) for _ in range(2)]
    lines += [
        intent(99, "createContact", "customer_contact"),
        ended(99, ("customer_contact", unmarked[0])),
    ]
    other = sandbox.tables()["customer_contact"]

    code, printed = cleaned(write(tmp_path / "j", sandbox.url, *lines))

    assert code == 1
    assert "16 records removed" in printed
    assert "Of these, 3 existed twice" in printed
    assert f"{unmarked[1]}: not deleted: the target serves requests twice" in printed
    assert len(other) - len(sandbox.tables()["customer_contact"]) == 16
    assert len(sandbox.tables()["customer_contact"]) == len(before["customer_contact"]) + 2


def test_what_the_target_keeps_is_a_leak(sandbox: Target, tmp_path: Path) -> None:
    sys_id = sandbox.create({"last_name": "Kept"})
    created = ended(1, ("customer_contact", sys_id))
    path = write(
        tmp_path / "j", sandbox.url, intent(1, "createContact", "customer_contact"), created
    )

    code, printed = cleaned(path, environment=NOBODY)

    assert code == 1
    assert f"customer_contact {sys_id}: " in printed
    assert "403" in printed
    assert journal.read(path).pending
    assert cleaned(path)[0] == 0


def test_a_torn_line_is_one_that_did_not_happen(sandbox: Target, tmp_path: Path) -> None:
    sys_id = sandbox.create({"last_name": "Torn"})
    created = ended(1, ("customer_contact", sys_id))
    path = write(
        tmp_path / "j", sandbox.url, intent(1, "createContact", "customer_contact"), created
    )
    with path.open("a", encoding="utf-8") as file:
        file.write('{"n": 2, "operat')

    assert cleaned(path)[0] == 0
    assert not journal.read(path).pending


def test_a_run_that_is_killed_at_its_start_leaves_the_journal_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "j", "http://x.example")
    before = path.read_bytes()

    def dies(_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", dies)
        with pytest.raises(KeyboardInterrupt):
            start(path)

    assert path.read_bytes() == before
    start(path)
    assert journal.read(path).target == "http://y.example"
    assert list(tmp_path.iterdir()) == [path]


def test_a_journal_that_is_a_link_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "link"
    path.symlink_to(tmp_path / "elsewhere")

    start(path)

    assert path.is_symlink()
    assert journal.read(tmp_path / "elsewhere").target == "http://y.example"


def test_a_new_run_does_not_forget_an_earlier_one(sandbox: Target, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    path = write(
        tmp_path / "out" / journal.NAME,
        sandbox.url,
        intent(1, "createInteraction", "interaction"),
    )
    kept = path.read_text("utf-8")

    with pytest.raises(ConfigError, match="records of an earlier run"):
        judged(sandbox.url, tmp_path, "--profile", "create-and-clean", probes=("known-url",))

    assert path.read_text("utf-8") == kept


@pytest.mark.parametrize(
    ("url", "arguments", "message"),
    [
        (
            "http://127.0.0.1:9",
            ("--target", "http://127.0.0.1:10"),
            "--target names another target",
        ),
        (
            "http://127.0.0.1:9",
            ("--target", "https://127.0.0.1:9"),
            "--target names another target",
        ),
        ("http://127.0.0.1:9", ("--target", "http://localhost:9"), "--target names another target"),
        ("https://x.example", (), "Add --allow-writes"),
        ("http://127.0.0.1.x.example", (), "Add --allow-writes"),
        ("http://localhost.x.example:8080", (), "Add --allow-writes"),
    ],
)
def test_a_journal_is_not_used_on_another_target_or_unconfirmed(
    url: str, arguments: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "j", url, intent(1, "createInteraction", "interaction"))

    with pytest.raises(ConfigError, match=message):
        cleaned(path, *arguments)


@pytest.mark.parametrize("text", ["", "hello\n", '{"journal": "other"}\n'])
def test_a_file_that_is_no_journal_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match="is not the journal of a run"):
        cleaned(path)


def test_a_target_that_is_gone_cannot_be_cleaned(tmp_path: Path) -> None:
    created = ended(1, ("customer_contact", "d" * 32))
    url = "http://127.0.0.1:9"
    path = write(tmp_path / "j", url, intent(1, "createContact", "customer_contact"), created)

    with pytest.raises(TargetError):
        cleaned(path)

    assert journal.read(path).pending


class _NoTables(BaseHTTPRequestHandler):
    """A mock: it has the operations of the contract and nothing else."""

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        body = b'{"title": "Route not resolved"}'
        self.send_response(404)
        self.send_header("Content-Type", "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_without_a_table_api_nothing_is_tried_twice(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _NoTables)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    path = write(
        tmp_path / "j",
        f"http://127.0.0.1:{server.server_port}",
        intent(1, "createContact", "customer_contact"),
        ended(1, ("customer_contact", "c" * 32)),
        intent(2, "createContact", "customer_contact"),
        ended(2, ("customer_contact", "d" * 32)),
        intent(3, "createInteraction", "interaction"),
    )

    code, printed = cleaned(path)

    server.shutdown()
    server.server_close()
    assert code == 1
    message = f"customer_contact {'d' * 32}, {'c' * 32}: the target has no Table API"
    assert message in printed
    assert "\n  interaction: createInteraction may have created one: it got no response" in printed
    assert "Try again" not in printed
    # The record can never be removed, so it does not block a further run.
    assert not journal.read(path).pending
