"""The action for GitHub and the job for GitLab: their shell steps, run here on sandboxes and a server of comments."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from ccaas_kit.cli import comment
from ccaas_kit.contract import layout
from ccaas_kit.contract.errors import TargetError
from tests.sandbox.serving import served

FOLDER = layout.ROOT / "scripts" / "ci"
PASSWORD, TOKEN = "admin", "canary-token-7f3a"
PART = "--probes-only --operation getContact"
MISSING, ALSO_BOOLEANS = "contact-read-missing-200", "contact-read-booleans"


@dataclass
class Server:
    """A GitHub or GitLab with comments only; its first page is full."""

    url: str = ""
    status: int = 200
    comments: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)

    def respond(self, method: str, path: str, sent: Any) -> Any:
        self.calls.append((method, path.partition("?")[0]))
        if method == "GET":
            page = int(path.rpartition("page=")[2])
            return self.comments[(page - 1) * 100 : page * 100]
        if method == "POST":
            self.comments.append({"id": len(self.comments) + 1, **sent})
            return self.comments[-1]
        known = self.comments[int(path.rpartition("/")[2]) - 1]
        known.update(sent)
        return known


@contextmanager
def comment_server() -> Iterator[Server]:
    there = Server()
    there.comments = [{"id": number + 1, "body": "somebody's"} for number in range(100)]

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            there.signed.append(
                self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or ""
            )
            length = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(length)) if length else None
            body = json.dumps(there.respond(self.command, self.path, sent)).encode()
            self.send_response(there.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = _any  # noqa: N815 -- the names that the server looks for

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Job:
    """What a job left: the names of the failed steps, all that was printed, and its files."""

    failed: list[str]
    printed: str
    folder: Path
    summary: str = ""
    card: Mapping[str, Any] = field(default_factory=dict)


def finished(failed: list[str], printed: str, folder: Path, summary: str = "") -> Job:
    path = folder / "out" / "conformance" / "scorecard.json"
    card = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return Job(failed, printed, folder, summary, card)


@pytest.fixture(scope="module")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of the published repository: `action.yml` and the wheel."""
    folder = tmp_path_factory.mktemp("action")
    shutil.copy(FOLDER / "action.yml", folder)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=layout.ROOT,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A fresh Python into which pip installs the wheel; what the wheel asks for is there without a download."""
    home = tmp_path / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    site = next((home / "lib").glob("python*")) / "site-packages"
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    (tmp_path / "work").mkdir()
    return {
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "SN_USERNAME": "admin",
        "SN_PASSWORD": PASSWORD,
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_FORCE_REINSTALL": "1",
    }


@pytest.fixture(scope="module")
def clean() -> Iterator[str]:
    with served() as sandbox:
        yield sandbox.url


@pytest.fixture(scope="module")
def faulty() -> Iterator[str]:
    with served("--fault", MISSING) as sandbox:
        yield sandbox.url


@pytest.fixture(scope="module")
def more_faulty() -> Iterator[str]:
    with served("--fault", MISSING, "--fault", ALSO_BOOLEANS) as sandbox:
        yield sandbox.url


@pytest.fixture
def server() -> Iterator[Server]:
    with comment_server() as there:
        yield there


def on_github(action: Path, environment: Mapping[str, str], server: Server, **settings: str) -> Job:
    """Run the steps as the runner does: in bash, with the expressions filled in.

    After a failure, only the steps with always() run.
    """
    document = yaml.safe_load((action / "action.yml").read_text(encoding="utf-8"))
    inputs = {
        name: entry.get("default", "") for name, entry in document["inputs"].items()
    } | settings
    home = Path(environment["HOME"])
    event, summary = home / "event.json", home / "summary"
    event.write_text(json.dumps({"pull_request": {"number": 7}}), encoding="utf-8")
    job = {
        **environment,
        "GITHUB_ACTION_PATH": str(action),
        "GITHUB_API_URL": server.url,
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REPOSITORY": "our/repository",
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    failed: list[str] = []
    printed = ""
    for step in document["runs"]["steps"]:
        if "run" not in step or (failed and "always()" not in step.get("if", "")):
            continue
        own = {name: filled(text, inputs) for name, text in step.get("env", {}).items()}
        # The runner writes the script into a file and starts this command.
        script = home / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=home / "work",
            env={**job, **own},
            capture_output=True,
            text=True,
            check=False,
        )
        printed += done.stdout + done.stderr
        if done.returncode != 0:
            failed.append(step["name"])
    text = summary.read_text(encoding="utf-8") if summary.exists() else ""
    return finished(failed, printed, home / "work", text)


def filled(text: str, inputs: Mapping[str, str]) -> str:
    known = {f"inputs.{name}": value for name, value in inputs.items()} | {"github.token": TOKEN}
    return re.sub(r"\$\{\{ (\S+) \}\}", lambda found: known[found[1]], text)


def on_gitlab(wheel: Path, environment: Mapping[str, str], server: Server, **settings: str) -> Job:
    """Run the scripts as the runner does: one shell for the job, and another one after it."""
    (job,) = yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text(encoding="utf-8")).values()
    home = Path(environment["HOME"])
    variables = {
        **job["variables"],
        "CCAAS_PACKAGE": f"{wheel}[conformance]",
        "CI_API_V4_URL": server.url,
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "7",
        "GITLAB_TOKEN": TOKEN,
        **settings,
    }
    failed: list[str] = []
    printed = ""
    shells = {"script": job["before_script"] + job["script"], "after_script": job["after_script"]}
    for name, lines in shells.items():
        done = subprocess.run(
            ["sh", "-e", "-c", "\n".join(lines)],
            cwd=home / "work",
            env={**environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        printed += done.stdout + done.stderr
        if done.returncode != 0:
            failed.append(name)
    return finished(failed, printed, home / "work")


def violations(job: Job) -> set[str]:
    return {
        finding["key"] for finding in job.card["findings"] if finding["severity"] == "violation"
    }


def without_secrets(job: Job) -> bool:
    """Whether no token is in what the steps printed, nor in a file that they left."""
    texts = [job.printed, job.summary]
    texts += [path.read_text("utf-8") for path in job.folder.rglob("*") if path.is_file()]
    return not any(TOKEN in text for text in texts)


def test_a_clean_instance_passes_with_a_summary_and_one_comment(
    action: Path, environment: dict[str, str], server: Server, clean: str
) -> None:
    job = on_github(action, environment, server, target=clean, args=PART)

    assert job.failed == [], job.printed
    assert job.summary.startswith("**No violation in ")
    assert [known["body"] for known in server.comments[100:]] == [
        f"<!-- ccaas comment: conformance -->\n### ServiceNow conformance\n\n{job.summary}"
    ]
    assert set(server.signed) == {f"Bearer {TOKEN}"}
    assert without_secrets(job)


def test_only_violations_that_the_baseline_lacks_fail(
    action: Path, environment: dict[str, str], server: Server, faulty: str, more_faulty: str
) -> None:
    first = on_github(action, environment, server, target=faulty, args=PART)
    baseline = Path(environment["HOME"]) / "work" / "baseline.json"
    shutil.copy(first.folder / "out" / "conformance" / "scorecard.json", baseline)
    inputs = {"args": PART, "baseline": baseline.name}
    again = on_github(action, environment, server, target=faulty, **inputs)
    third = on_github(action, environment, server, target=more_faulty, **inputs)

    known = violations(first)
    assert first.failed == ["Test the instance"], first.printed
    assert any(name.startswith("CK") for name in known)
    assert again.failed == [], again.printed
    assert again.card["headline"].startswith(
        f"0 new violations since the baseline, {len(known)} known; "
    )
    assert third.failed == ["Test the instance"]
    assert re.match(r"[1-9]\d* new violations? since", third.card["headline"])
    # One comment through all of it, which says what is new and not what was known.
    (ours,) = server.comments[100:]
    assert [method for method, _ in server.calls if method != "GET"] == ["POST", "PATCH", "PATCH"]
    assert third.card["headline"].partition(";")[0] in ours["body"]
    named = re.findall(r"^Clauses: (.*?)(?: ·|$)", ours["body"], re.MULTILINE)
    assert {clause for line in named for clause in line.split(", ")} == {
        key.split("/")[1] for key in violations(third) - known
    }


def test_a_job_that_cannot_run_fails_whatever_the_baseline(
    action: Path, environment: dict[str, str], server: Server, clean: str
) -> None:
    lacking = on_github(
        action, environment, server, target=clean, args=PART, baseline="no-such.json"
    )
    silent = on_github(action, environment, server, target="http://127.0.0.1:9", args=PART)

    assert lacking.failed[0] == silent.failed[0] == "Test the instance"
    assert "no-such.json: cannot be read" in lacking.printed
    assert "127.0.0.1:9" in silent.printed


def test_the_job_of_gitlab_fails_comments_and_passes_with_a_baseline(
    action: Path, environment: dict[str, str], server: Server, faulty: str
) -> None:
    wheel = next(action.glob("*.whl"))
    first = on_gitlab(wheel, environment, server, CCAAS_TARGET=faulty, CCAAS_ARGS=PART)
    shutil.move(first.folder / "out", first.folder / "before")
    again = on_gitlab(
        wheel,
        environment,
        server,
        CCAAS_TARGET=faulty,
        CCAAS_ARGS=PART,
        CCAAS_BASELINE="before/conformance",
    )

    assert first.failed == ["script"], first.printed
    assert again.failed == [], again.printed
    notes = "/projects/3/merge_requests/7/notes"
    written = [call for call in server.calls if call[0] != "GET"]
    assert written == [("POST", notes), ("PUT", f"{notes}/101")]
    assert set(server.signed) == {TOKEN}
    assert without_secrets(again)


def test_a_comment_that_is_rejected_says_which_permission_is_missing(
    server: Server, tmp_path: Path
) -> None:
    (tmp_path / "summary.md").write_text("**No violation**", encoding="utf-8")
    server.status = 403
    variables = {"CI_API_V4_URL": server.url, "CI_PROJECT_ID": "3", "GITLAB_TOKEN": TOKEN}

    with pytest.raises(TargetError, match=r"responds 403\. Set GITLAB_TOKEN") as caught:
        comment.main([str(tmp_path)], environment={**variables, "CI_MERGE_REQUEST_IID": "7"})

    assert TOKEN not in str(caught.value)
    # A pipeline without a merge request has nothing to comment on.
    server.calls.clear()
    assert comment.main([str(tmp_path)], environment=variables) == 0
    assert server.calls == []


def test_what_a_schema_cannot_know_of_the_action() -> None:
    document = yaml.safe_load((FOLDER / "action.yml").read_text(encoding="utf-8"))
    steps = document["runs"]["steps"]

    # An expression inside a script would let an input write shell code.
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []
    used = set(re.findall(r"inputs\.([a-z-]+)", (FOLDER / "action.yml").read_text("utf-8")))
    assert used == set(document["inputs"])
    for path in (FOLDER / "examples").glob("*.yml"):
        (job,) = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
        step = job["steps"][-1]
        assert set(step["with"]) <= set(document["inputs"])
        assert not any("secrets." in value for value in step["with"].values())
        assert all(
            re.fullmatch(r"\$\{\{ secrets\.\w+ \}\}", value) for value in step["env"].values()
        )
