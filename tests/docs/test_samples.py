"""The samples work: Python on the sandbox, curl says the same, TypeScript compiles."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from build.tools import node_environment, node_tool
from ccaas_kit.contract import layout
from docsite import reference, samples
from docsite.reference import Operation, Reference
from docsite.samples import Sample
from tests.looping import every
from tests.sandbox.serving import served

_TOLD = reference.load()
SAMPLES = [
    (operation, sample)
    for operation in _TOLD.operations
    for sample in samples.samples(_TOLD, operation)
]
CASES = [
    pytest.param(operation, sample, id=f"{operation.id}-{sample.name}")
    for operation, sample in SAMPLES
]
_ENVIRONMENT = {"SN_USERNAME": "admin", "SN_PASSWORD": "admin"}
_STRICT = (
    *("--noEmit", "--strict", "--target", "es2022", "--module", "nodenext"),
    *("--allowImportingTsExtensions", "--skipLibCheck", "--lib", "es2022,dom"),
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with served() as running:
        yield running.url


def test_every_operation_has_a_sample_in_every_language() -> None:
    assert {operation.id for operation, _ in SAMPLES} == {
        operation.id for operation in _TOLD.operations
    }
    languages = {language.id for language in samples.LANGUAGES}
    assert all(sample.texts.keys() == languages for _, sample in SAMPLES)


@pytest.mark.parametrize(("operation", "sample"), CASES)
def test_python_is_served_by_the_sandbox(
    operation: Operation,
    sample: Sample,
    sandbox: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    httpx.post(f"{sandbox}/_sandbox/reset").raise_for_status()
    for name, value in _ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    text = sample.texts["python"]
    assert samples.server(_TOLD) in text

    exec(text.replace(samples.server(_TOLD), sandbox), {})  # what a reader would run

    assert capsys.readouterr().out.strip()
    asked = httpx.get(f"{sandbox}/_sandbox/requests").json()["requests"][-1]
    assert asked["method"] == operation.method.upper()


@every(("operation", "sample"), CASES)
def test_curl_says_the_same(operation: Operation, sample: Sample) -> None:
    words = shlex.split(sample.texts["curl"])
    options = dict(pairwise(words))
    url = next(word for word in words if word.startswith("https://"))
    method = options.get("-X", "POST" if "--data" in words else "GET")
    # With -G, curl sends form data in the query.
    query = [b for a, b in pairwise(words) if a == "--data-urlencode"]

    assert words[0] == "curl"
    assert method == operation.method.upper()
    assert url.startswith(samples.server(_TOLD) + "/api/")
    assert "{" not in url
    sent = dict(parameter.split("=", 1) for parameter in query)
    assert sent == {name: str(value) for name, value in sample.query.items()}
    assert ("-G" in words) == bool(sample.query)
    if sample.body is not None:
        assert json.loads(options["--data"]) == sample.body


def test_typescript_compiles(tmp_path: Path, contract: Reference) -> None:
    (tmp_path / "node_modules").symlink_to(layout.ROOT / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (tmp_path / "generated").symlink_to(layout.GENERATED)
    (tmp_path / "process.d.ts").write_text(
        "declare const process: { env: Record<string, string | undefined> };", encoding="utf-8"
    )
    programs = []
    for number, (_, sample) in enumerate(SAMPLES):
        program = tmp_path / f"sample{number}.ts"
        program.write_text(sample.texts["typescript"], encoding="utf-8")
        programs.append(str(program))

    done = subprocess.run(
        [node_tool("tsc"), *_STRICT, str(tmp_path / "process.d.ts"), *programs],
        env=node_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(programs) >= len(contract.operations)
    assert done.returncode == 0, done.stdout[:3000]
