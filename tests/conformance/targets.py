"""Runs of the conformance runner on a sandbox, in this process or in one of their own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.layout import ROOT
from ccaas_kit.model.contract import Contract
from ccaas_kit.run import embedded, options
from ccaas_kit.run.run import run
from ccaas_kit.run.sources import Sources
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Bed
from tests.sandbox.serving import served

ADMIN = {"SN_USERNAME": "admin", "SN_PASSWORD": "admin"}
_TABLES = ROOT / "scripts/ccaas_kit/sandbox/storage/tables.yaml"
# The runner as its command starts it, with clauses of the test's own.
_LAUNCHER = """
import os, sys
from pathlib import Path
from rich.console import Console
from ccaas_kit.run import options, run
from ccaas_kit.contract import command
command.interrupt_on_signals()
command.run("conformance", lambda: run.run(
    options.parse(sys.argv[2:]), environment=os.environ, console=Console(),
    sources=run.Sources(clauses=Path(sys.argv[1]))))
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A sandbox, and what it tells of itself."""

    url: str
    auth: tuple[str, str] = field(default=("admin", "admin"), repr=False)

    def tables(self) -> dict[str, list[dict[str, str]]]:
        """Every record of every table."""
        found = {}
        for table in documents.load(_TABLES):
            response = httpx.get(f"{self.url}/api/now/table/{table}", auth=self.auth)
            found[table] = sorted(response.json()["result"], key=lambda record: record["sys_id"])
        return found

    def requests(self) -> list[dict[str, Any]]:
        """The requests that it received, except those to the Table API and for this list."""
        listed: list[dict[str, Any]] = httpx.get(f"{self.url}/_sandbox/requests").json()["requests"]
        return [request for request in listed if not request["path"].startswith("/api/now/table/")]

    def create(self, body: Mapping[str, str]) -> str:
        """The sys_id of a new contact."""
        response = httpx.post(f"{self.url}/api/now/contact", json=body, auth=self.auth)
        return str(response.json()["result"])


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run left behind."""

    code: int
    printed: str
    out: Path

    @property
    def card(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.out / "scorecard.json").read_text("utf-8"))
        return document


@contextmanager
def target(*arguments: str, auth: tuple[str, str] = ("admin", "admin")) -> Iterator[Target]:
    """A fresh sandbox: in this process, or in one of its own if it is to have options."""
    if not arguments:
        with bed.serving(Bed()) as url:
            yield Target(url, auth)
        return
    with served(*arguments) as sandbox:
        yield Target(sandbox.url, auth)


def clauses(folder: Path, *probes: str) -> Path:
    """A file of clauses: for each operation its answers, and one for each of the probes."""
    contract = Contract(layout.BUNDLE)
    compiled: list[dict[str, Any]] = []
    for number, name in enumerate(contract.bases()):
        operation = contract.by_id[name]
        checks = [{"kind": "property", "check": "status_code_conformance"}]
        checks += [{"kind": "probe", "name": probe} for probe in probes]
        for check in checks:
            compiled.append(
                {
                    "id": f"T{number}-{len(compiled)}",
                    "api": operation.api,
                    "operation": name,
                    "says": "A promise.",
                    "source": "a page",
                    "pointer": operation.pointer,
                    "checked_by": [check],
                    "evidence": "documented",
                    "quirk": None,
                }
            )
    path = folder / "clauses.json"
    path.write_text(json.dumps({"clauses": compiled}), encoding="utf-8")
    return path


def judged(
    url: str, folder: Path, *arguments: str, probes: tuple[str, ...] = (), configured: bool = True
) -> Ran:
    """A run in this process, with the config of the sandbox or with none."""
    out, printed = folder / "out", io.StringIO()
    config = ["--config", str(embedded.CONFIG)] if configured else []
    words = ["--target", url, "--out", str(out), "--max-examples", "2", *config, *arguments]
    code = run(
        options.parse(words),
        environment=embedded.ENVIRONMENT,
        console=Console(file=printed, width=200),
        sources=Sources(clauses=clauses(folder, *probes)),
    )
    return Ran(code, printed.getvalue(), out)


def launched(
    folder: Path,
    *arguments: str,
    probes: tuple[str, ...] = (),
    environment: Mapping[str, str] = embedded.ENVIRONMENT,
) -> AbstractContextManager[subprocess.Popen[str]]:
    """A run in a process of its own; it writes its reports to `out` in the folder."""
    words = ("-c", _LAUNCHER, str(clauses(folder, *probes)), "--out", str(folder / "out"))
    return running(*words, "--max-examples", "2", *arguments, environment=environment)


@contextmanager
def running(
    *words: str, environment: Mapping[str, str], stdout: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """A process of Python that has no secrets but those given, and ends with the block."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SN_")}
    with subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env={**clean, **environment},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
