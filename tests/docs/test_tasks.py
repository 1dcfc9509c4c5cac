"""Ten tasks of users: at most three steps each, which the README or a page behind it names, and which work."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from ccaas_kit.contract import layout
from tests.conformance.test_clean import ended, intent, write
from tests.looping import every
from tests.sandbox.serving import served

README = (layout.ROOT / "README.md").read_text(encoding="utf-8")
FAULT = "contact-list-booleans"
ADMIN = ("admin", "admin")
# A contact that the sandbox has.
GEORGE = "ddce70866f9331003b3c498f5d3ee417"
# A part of the contract, so that a run takes seconds.
PART = ("--operation", "listContacts", "--probes-only")
TASKS = {
    "find the role and the errors of an operation": ("make docs", "out/docs/index.html"),
    "try a call": (
        "make sandbox PORT=8080",
        f"curl -u admin:admin http://127.0.0.1:8080/api/now/contact/{GEORGE}",
    ),
    "see why a call was rejected": ("make sandbox PORT=8080", "http://127.0.0.1:8080/"),
    "test a faulty target and name the broken field": (
        "ccaas sandbox --fault NAME",
        "ccaas conform --target http://127.0.0.1:8080",
        "out/conformance/scorecard.html",
    ),
    "reproduce a finding": ("ccaas replay F3a1c2",),
    "compare two runs": ("ccaas diff before/scorecard.json after/scorecard.json",),
    "find what is assumed about a field": (
        *("make docs", "out/docs/index.html"),
        ".venv/bin/ccaas explain AWA-OFFER-82",
    ),
    "get a bundle for a generator": ("ccaas spec contact",),
    "clean up after a killed run": ("ccaas clean --journal out/conformance/journal.jsonl",),
    "test a remote target, reading only": (
        "ccaas doctor --target URL",
        "make conform TARGET=URL PROFILE=read-only",
    ),
}


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command printed, and its exit code."""

    code: int
    printed: str


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A faulty sandbox, and the folder of the run that tested it."""

    url: str
    run: Path


def follow(step: str, *more: str, **values: str) -> Ended:
    """Run a documented `ccaas` command with values in place of its placeholders."""
    for placeholder, value in values.items():
        assert placeholder in step
        step = step.replace(placeholder, value)
    done = subprocess.run(
        [sys.executable, "-m", "ccaas_kit", *shlex.split(step)[1:], *more],
        env={**os.environ, "SN_USERNAME": ADMIN[0], "SN_PASSWORD": ADMIN[1], "COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Ended(done.returncode, done.stdout + done.stderr)


def card(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "scorecard.json").read_text(encoding="utf-8"))
    return document


def text_of(page: Path) -> str:
    """What a reader sees of a page."""

    class Text(HTMLParser):
        seen = ""

        def handle_data(self, data: str) -> None:
            self.seen += data

    reader = Text()
    reader.feed(page.read_text(encoding="utf-8"))
    return " ".join(reader.seen.split())


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One faulty sandbox and one run for all tasks."""
    start, test, _ = TASKS["test a faulty target and name the broken field"]
    out = tmp_path_factory.mktemp("tasks") / "before"
    with served(*shlex.split(start.replace("NAME", FAULT))[2:]) as running:
        ran = follow(test, *PART, "--out", str(out), **{"http://127.0.0.1:8080": running.url})
        assert ran.code == 1, ran.printed
        yield Sandbox(running.url, out)


@every(("task", "steps"), list(TASKS.items()))
def test_the_steps_of_a_task_are_few_and_documented(task: str, steps: tuple[str, ...]) -> None:
    linked = re.findall(r"\]\(([^):#]+\.md)\)", README)
    pages = [README, *((layout.ROOT / path).read_text(encoding="utf-8") for path in linked)]

    assert 1 <= len(steps) <= 3, task
    assert len(linked) > 5
    # All steps on one page: a reader follows one link.
    assert any(all(step in page for step in steps) for page in pages), steps


def test_role_and_errors_of_an_operation(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    (page,) = set(re.findall(r'href="([^"#]*offerWork\.html)"', index))

    text = text_of(site / page)

    assert "awa_integration_user" in text
    assert {status for status in ("400", "401", "403", "404", "409") if status in text} >= {
        *("400", "401", "404")
    }


def test_a_call(sandbox: Sandbox) -> None:
    _, command = TASKS["try a call"]
    url = shlex.split(command)[-1].replace("http://127.0.0.1:8080", sandbox.url)

    assert httpx.get(url, auth=ADMIN).json()["result"]["sys_id"] == GEORGE


def test_why_a_call_was_rejected(sandbox: Sandbox) -> None:
    page = f"{sandbox.url}/_sandbox/page"
    httpx.post(f"{sandbox.url}/api/now/contact", content=b"{", auth=ADMIN)
    newest = httpx.get(f"{page}/news", params={"after": 0}).json()["requests"]["list"][-1]

    shown = httpx.get(f"{page}/exchange", params={"number": newest["number"]}).text

    assert newest["status"] == 400
    assert "JSON" in shown
    assert "CON-CREATE-" in shown


def test_the_broken_field_is_named_first(sandbox: Sandbox) -> None:
    found = card(sandbox.run)

    assert found["groups"][0]["title"].startswith("listContacts: ")
    assert "JSON booleans" in found["groups"][0]["title"]
    assert "active" in found["groups"][0]["fields"]
    assert "JSON booleans" in text_of(sandbox.run / "scorecard.html")


def test_a_finding_is_reproduced(sandbox: Sandbox) -> None:
    (step,) = TASKS["reproduce a finding"]
    name = card(sandbox.run)["findings"][0]["id"]

    again = follow(step, "--report", str(sandbox.run), F3a1c2=name)

    assert again.code == 1, again.printed
    assert "Reproduced: " in again.printed


def test_two_runs_are_compared(sandbox: Sandbox, tmp_path: Path) -> None:
    (step,) = TASKS["compare two runs"]
    test = TASKS["test a faulty target and name the broken field"][1]
    httpx.post(f"{sandbox.url}/_sandbox/fault", json={"on": []})
    after = tmp_path / "after"
    ran = follow(test, *PART, "--out", str(after), **{"http://127.0.0.1:8080": sandbox.url})
    httpx.post(f"{sandbox.url}/_sandbox/fault", json={"on": [FAULT]})

    folders = {"before/scorecard.json": str(sandbox.run), "after/scorecard.json": str(after)}
    compared = follow(step, **folders)

    assert (ran.code, compared.code) == (0, 0), compared.printed
    assert re.search(r"NOTHING GOT WORSE: [1-9]\d* better", compared.printed)
    assert "Findings that are gone" in compared.printed


def test_what_is_assumed_about_a_field(site: Path) -> None:
    *_, step = TASKS["find what is assumed about a field"]
    field = "external_provider"
    named = re.findall(r"\bEXT-\d{3}\b", text_of(site / "setExternalIdMapping.html"))

    printed = [follow(step, **{"AWA-OFFER-82": name}).printed for name in dict.fromkeys(named)]

    about = [text for text in printed if field in text and "status     assumed" in text]
    assert about
    assert "we chose" in about[0]


def test_a_bundle_for_a_generator() -> None:
    printed = follow(*TASKS["get a bundle for a generator"])
    bundle = yaml.load(printed.printed, yaml.CSafeLoader)

    assert bundle["openapi"].startswith("3.1")
    assert "/api/now/contact" in bundle["paths"]
    assert set(re.findall(r"\$ref: '?(.)", printed.printed)) == {"#"}


def test_cleanup_after_a_killed_run(sandbox: Sandbox, tmp_path: Path) -> None:
    (step,) = TASKS["clean up after a killed run"]
    contacts = f"{sandbox.url}/api/now/contact"
    created = httpx.post(contacts, json={"last_name": "Left"}, auth=ADMIN).json()["result"]
    path = write(
        *(tmp_path / "journal.jsonl", sandbox.url),
        *(
            intent(1, "createContact", "customer_contact"),
            ended(1, ("customer_contact", created)),
        ),
    )

    cleaned = follow(step, **{"out/conformance/journal.jsonl": str(path)})

    assert cleaned.code == 0
    assert "1 record removed" in cleaned.printed
    assert httpx.get(f"{contacts}/{created}", auth=ADMIN).status_code == 404


def test_a_remote_target_is_only_read(sandbox: Sandbox, tmp_path: Path) -> None:
    doctor, test = TASKS["test a remote target, reading only"]
    make = subprocess.run(
        [*shlex.split(test.replace("URL", sandbox.url)), "--dry-run", f"OUT={tmp_path}"],
        cwd=layout.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    command = next(line for line in make.stdout.splitlines() if "ccaas conform" in line)
    httpx.delete(f"{sandbox.url}/_sandbox/requests")

    examined = follow(doctor, URL=sandbox.url)
    ran = follow(command, *PART)

    sent = httpx.get(f"{sandbox.url}/_sandbox/requests").json()["requests"]
    assert examined.code == 0, examined.printed
    assert card(tmp_path)["profile"] == "read-only"
    assert {request["method"] for request in sent} == {"GET"}
    assert "listContacts" in ran.printed
