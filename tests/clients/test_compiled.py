"""Java and Go: the clients compile, and programs of them send and read all that is documented."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import jsonschema_rs
import pytest

from build import clients as build_clients
from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.documented import JSON, Call
from ccaas_kit.contract.operations import operations
from clientgen import golang, java
from tests import toolchains
from tests.clients.talking import ANSWERS, CALLS, Program, altered, talking, unread, unsent

PROGRAMS = Path(__file__).parent / "programs"
FORM = documents.load_mapping(layout.CODEGEN / f"{layout.ALL_BUNDLE}.yaml")
BODIES = {
    operation["operationId"]: pointers.follow(FORM, operation["requestBody"])["content"][JSON]
    for _, _, operation in operations(FORM)
    if "requestBody" in operation
}


def sayable(call: Call) -> bool:
    """Whether the types of the codegen form can say what a documented request sends."""
    body = BODIES.get(call.operation)
    if body is None:
        return True
    schema = {**body["schema"], "components": FORM["components"]}
    return bool(jsonschema_rs.Draft202012Validator(schema).is_valid(call.body))


# An empty object, which may be left out, is no body there.
SENT = [
    call if call.operation in BODIES else replace(call, body=None, has_body=False)
    for call in CALLS
    if sayable(call)
]


@dataclass(frozen=True, slots=True)
class Toolchain:
    """How the program of a language is compiled beside its client, and started."""

    tool: str
    package: str
    source: str
    compile: Sequence[str]
    start: Sequence[str]


TOOLCHAINS = {
    "java": Toolchain(
        tool="javac",
        package="default-jdk-headless",
        source="Main.java",
        compile=("javac", "-Xlint:all", "-Werror", "-d", "classes", "Main.java"),
        start=("java", "-cp", "classes", "Main"),
    ),
    "go": Toolchain(
        tool="go",
        package="golang-go",
        source="main.go",
        compile=("go", "build", "-o", "program", "."),
        start=("./program",),
    ),
}


def available(language: str) -> Toolchain:
    toolchain = TOOLCHAINS[language]
    toolchains.need(toolchain.tool, toolchain.package)
    return toolchain


def written(language: str, folder: Path) -> Path:
    """The client of a language, in a new folder below this one."""
    client = folder / "client"
    client.mkdir(parents=True)
    source = build_clients.prepare(layout.CODEGEN, folder)
    build_clients.LANGUAGES[language].write(
        source, client, build_clients.LANGUAGES[language].published
    )
    return client


def laid_out(language: str, client: Path, folder: Path, changes: Mapping[str, str]) -> Path:
    """A folder with the client and the program, in whose text each key stands for its value."""
    if language == "go":
        shutil.copytree(client, folder / "client", ignore=shutil.ignore_patterns("go.mod"))
        module = f"module program\n\ngo {golang.VERSION}\n"
        (folder / "go.mod").write_text(module, encoding="utf-8")
    else:
        shutil.copytree(client / java.SOURCE, folder, dirs_exist_ok=True)
    source = TOOLCHAINS[language].source
    text = (PROGRAMS / source).read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (folder / source).write_text(text, encoding="utf-8")
    return folder


def compiled(toolchain: Toolchain, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        toolchain.compile, cwd=folder, capture_output=True, text=True, check=False
    )


@contextmanager
def started(language: str, client: Path, folder: Path) -> Iterator[Program]:
    toolchain = TOOLCHAINS[language]
    laid_out(language, client, folder, {})
    done = compiled(toolchain, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    with talking(toolchain.start, folder) as running:
        yield running


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The clients as they are generated, by language."""
    return {language: written(language, tmp_path_factory.mktemp("c")) for language in TOOLCHAINS}


@pytest.fixture(scope="module", params=list(TOOLCHAINS))
def program(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    clients: dict[str, Path],
) -> Iterator[Program]:
    available(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    with started(request.param, clients[request.param], folder) as running:
        yield running


def test_every_documented_request_succeeds(program: Program, sandbox: str) -> None:
    assert {call.operation for call in SENT} == {call.operation for call in CALLS}
    assert unsent(program, sandbox, SENT) == []


def test_every_documented_request_arrives_as_it_is(program: Program) -> None:
    assert altered(program, SENT) == []


def test_every_documented_response_is_read_without_loss(program: Program) -> None:
    assert len(ANSWERS) > 100
    assert unread(program, SENT) == []


SHOWN = {
    "java": (
        "import java.util.Map;\nimport servicenowccaas.Client;\n\npublic final class Main {{\n"
        "    public static void main(String[] arguments) {{\n{code}    }}\n}}\n"
    ),
    "go": (
        'package main\n\nimport (\n"context"\n"fmt"\n"program/client"\n)\n\n'
        "func main() {{\nctx := context.Background()\n{code}}}\n"
    ),
}


@pytest.mark.parametrize(("language", "printed"), [("java", "Dora"), ("go", "Dora <nil>")])
def test_the_code_of_the_readme_creates_finds_and_reads_a_contact(
    tmp_path: Path, clients: dict[str, Path], sandbox: str, language: str, printed: str
) -> None:
    toolchain = available(language)
    readme = (clients[language] / "README.md").read_text(encoding="utf-8")
    [code] = re.findall(rf"```{language}\n(.*?)```", readme, re.DOTALL)
    laid_out(language, clients[language], tmp_path, {})
    text = SHOWN[language].format(code=code.replace("http://127.0.0.1:8080", sandbox))
    (tmp_path / toolchain.source).write_text(text, encoding="utf-8")

    done = compiled(toolchain, tmp_path)
    ran = subprocess.run(
        toolchain.start, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 0, done.stdout + done.stderr
    found, _, said = ran.stdout.strip().partition(" ")
    assert int(found) >= 1
    assert said == printed


MISSING = "f584a7b23b3d3e10c524c59a04e45a60"
READS_A_MISSING_CONTACT = {
    "java": (
        'try {{ client.getContact("{id}"); }} catch (Client.ApiException error)'
        " {{ System.out.println(error.getMessage()); }}\n"
    ),
    "go": '_, err := api.GetContact(ctx, "{id}")\nfmt.Println(err)\n',
}


@pytest.mark.parametrize("language", ["java", "go"])
def test_an_error_has_the_message_of_the_instance(
    tmp_path: Path, clients: dict[str, Path], sandbox: str, language: str
) -> None:
    toolchain = available(language)
    readme = (clients[language] / "README.md").read_text(encoding="utf-8")
    [code] = re.findall(rf"```{language}\n(.*?)```", readme, re.DOTALL)
    # The client of the README, and another call of it.
    made = re.split(r"\n(?=var dora|first, last)", code)[0].replace(
        "http://127.0.0.1:8080", sandbox
    )
    call = READS_A_MISSING_CONTACT[language].format(id=MISSING)
    laid_out(language, clients[language], tmp_path, {})
    shown = SHOWN[language].format(code=f"{made}\n{call}").replace("import java.util.Map;\n", "")
    (tmp_path / toolchain.source).write_text(shown, encoding="utf-8")
    answer = httpx.get(f"{sandbox}/api/now/contact/{MISSING}", auth=("admin", "admin"))
    said = answer.json()["error"]

    done = compiled(toolchain, tmp_path)
    ran = subprocess.run(
        toolchain.start, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert said["message"]
    assert ran.stdout.strip().endswith(f": {'; '.join(filter(None, said.values()))}")
    assert f"status {answer.status_code}" in ran.stdout


WITHOUT_MESSAGE = 'func (e *APIError) Message() string { return "" }\n'


def test_types_that_keep_nothing_would_lose_a_column_of_an_instance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above fails if the structs have no `Extra`."""
    available("go")
    monkeypatch.setattr(golang, "widened", lambda text: (text, []))
    monkeypatch.setattr(golang, "_HEAD", f"package {golang.PACKAGE}\n{WITHOUT_MESSAGE}")

    with started("go", written("go", tmp_path / "own"), tmp_path / "there") as plain:
        lost, changed = unread(plain, SENT), altered(plain, SENT)

    assert [loss for loss in lost if "u_loyalty_level" in loss] == lost != []
    assert [change.split(":")[0] for change in changed] == ["createContact misspelledField"]


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("java", "client.getContact(at(", "client.readContact(at("),
        ("go", "api.GetContact(ctx, at(", "api.ReadContact(ctx, at("),
        ("java", "client.createContact(Client.ContactCreateRequest", "client.createContact(1"),
        ("go", "given[client.ContactCreateRequest](call)", '"Dora"'),
    ],
    ids=["java, no such operation", "go, no such operation", "java, no body", "go, no body"],
)
def test_a_program_that_does_not_fit_the_contract_does_not_compile(
    tmp_path: Path, clients: dict[str, Path], language: str, old: str, new: str
) -> None:
    toolchain = available(language)

    done = compiled(toolchain, laid_out(language, clients[language], tmp_path, {old: new}))

    assert done.returncode != 0
    assert toolchain.source in done.stdout + done.stderr
