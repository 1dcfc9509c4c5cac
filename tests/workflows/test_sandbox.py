"""Every workflow passes on the sandbox, and fails on a wrong one, in two runners of different make.

Redocly Respect and the conformance runner share no code, so that a workflow that both read alike says
what it seems to say.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from build.tools import node_environment, node_tool
from ccaas_kit.contract import layout
from ccaas_kit.contract.arazzo.workflows import FOLDER, SUFFIX, load
from ccaas_kit.gateway import budget as budgets
from ccaas_kit.gateway import credentials, users
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.gateway.sending import Sender
from ccaas_kit.judging.verdicts import Verdict
from ccaas_kit.model import pools
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.profiles import Profile
from ccaas_kit.probes.probing import Probing
from ccaas_kit.run import config, embedded
from ccaas_kit.workflows import runner
from tests.sandbox.serving import served

IDS = sorted(workflow.id for workflow in load())
# Changes every response that a workflow reads.
FAULT = "truncated-body"
# A creation in place of which another status would do, too.
NEEDS_A_CREATION = {"call-handling", "caller-identification"}


def by_us(url: str) -> dict[str, bool]:
    """Which workflows pass in the conformance runner."""
    contract = Contract(layout.BUNDLE)
    settings = config.load(embedded.CONFIG)
    own = credentials.from_environment(embedded.ENVIRONMENT, contract)
    with Gateway(url, seconds=5) as gateway:
        sender = Sender(
            gateway,
            contract,
            users.from_config(own, (), embedded.ENVIRONMENT),
            profile=Profile.FULL,
            budget=budgets.of(requests=1000, seconds=60),
        )
        known = pools.build(contract, settings.ids, seeded=True)
        opinions = runner.run(Probing(sender, known, settings.known))
    return {name: opinions[name].verdict is Verdict.CONFORMS for name in IDS}


def by_respect(url: str, folder: Path, **inputs: str) -> dict[str, bool]:
    """Which workflows pass in Redocly Respect."""
    report = folder / "respect.json"
    values: Mapping[str, str] = {"username": "admin", "password": "admin", **inputs}
    done = subprocess.run(
        [
            node_tool("redocly"),
            "respect",
            *sorted(str(path) for path in FOLDER.glob(f"*{SUFFIX}")),
            *("--server", f"contract={url}"),
            *(word for name, text in values.items() for word in ("--input", f"{name}={text}")),
            *("--json-output", str(report)),
        ],
        cwd=layout.ROOT,
        env=node_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    files = json.loads(report.read_text(encoding="utf-8"))["files"].values()
    passed = {
        workflow["workflowId"]: workflow["status"] == "success"
        for file in files
        for workflow in file["executedWorkflows"]
    }
    assert (done.returncode == 0) == all(passed.values())
    return passed


def test_every_workflow_passes_again_and_again_in_both_runners(tmp_path: Path) -> None:
    with served() as sandbox:
        seen = [
            by_us(sandbox.url),
            by_respect(sandbox.url, tmp_path),
            by_us(sandbox.url),
            by_respect(sandbox.url, tmp_path, run="run-2"),
        ]

    assert len(IDS) >= 4
    assert seen == [dict.fromkeys(IDS, True)] * 4


def test_no_workflow_passes_on_a_wrong_sandbox(tmp_path: Path) -> None:
    with served("--fault", FAULT) as sandbox:
        seen = [by_us(sandbox.url), by_respect(sandbox.url, tmp_path)]

    assert seen == [dict.fromkeys(IDS, False)] * 2


def test_a_wrong_status_of_a_creation_fails_where_it_shows(tmp_path: Path) -> None:
    with served("--fault", "ok-for-created") as sandbox:
        seen = [by_us(sandbox.url), by_respect(sandbox.url, tmp_path)]

    assert seen == [{name: name not in NEEDS_A_CREATION for name in IDS}] * 2
