"""TypeScript: a program of openapi-fetch and the generated types sends and reads all that is documented."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from build.tools import node_environment, node_tool
from ccaas_kit.contract import layout
from tests.clients.talking import ANSWERS, CALLS, Program, altered, talking, unread, unsent

PROGRAM = Path(__file__).parent / "programs" / "main.ts"
STRICT = (
    *("--strict", "--target", "es2022", "--module", "nodenext", "--types", "node"),
    *("--allowImportingTsExtensions", "--noEmit", "--skipLibCheck", "--noUncheckedIndexedAccess"),
)


def laid_out(folder: Path, text: str) -> Path:
    """The program beside the generated types and the packages of the kit."""
    (folder / "node_modules").symlink_to(layout.ROOT / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    for module in layout.TYPESCRIPT.glob("*.ts"):
        (folder / module.name).write_text(module.read_text(encoding="utf-8"), encoding="utf-8")
    program = folder / PROGRAM.name
    program.write_text(text, encoding="utf-8")
    return program


def compiled(program: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [node_tool("tsc"), *STRICT, str(program)],
        env=node_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("typescript")
    source = laid_out(folder, PROGRAM.read_text(encoding="utf-8"))
    done = compiled(source)
    assert done.returncode == 0, done.stdout
    with talking(["node", str(source)], folder, node_environment()) as running:
        yield running


def test_every_documented_request_succeeds(program: Program, sandbox: str) -> None:
    assert len(CALLS) > 40
    assert unsent(program, sandbox) == []


def test_every_documented_request_arrives_as_it_is(program: Program) -> None:
    assert altered(program) == []


def test_every_documented_response_is_read_without_loss(program: Program) -> None:
    assert len(ANSWERS) > 100
    assert unread(program) == []


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('case "closeInteraction":', 'case "endInteraction":', "endInteraction"),
        ("{ body: call.body }", "{ body: { first_name: 7 } }", "first_name"),
        ('"/api/now/contact/{id}"', '"/api/now/contacts/{id}"', "/api/now/contacts/{id}"),
    ],
    ids=["an operation that is not there", "a body that does not fit", "a path that is not there"],
)
def test_a_program_that_does_not_fit_the_contract_does_not_compile(
    tmp_path: Path, old: str, new: str, error: str
) -> None:
    text = PROGRAM.read_text(encoding="utf-8")
    assert old in text

    done = compiled(laid_out(tmp_path, text.replace(old, new)))

    assert done.returncode != 0
    assert error in done.stdout
