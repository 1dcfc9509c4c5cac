"""TypeScript: the types compile, every documented example fits them, and the shown program runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from build import typescript
from bench import targets
from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.operations import first_forms, operations
from build.tools import node_environment, node_tool

_JSON = "application/json"
_STRICT = (
    *("--noEmit", "--strict", "--target", "es2022", "--module", "nodenext"),
    *("--allowImportingTsExtensions", "--skipLibCheck"),
    *("--lib", "es2022,dom"),
)


def compiled(program: Path) -> subprocess.CompletedProcess[str]:
    """What the compiler says of a program, at its strictest."""
    return subprocess.run(
        [node_tool("tsc"), *_STRICT, str(program)],
        env=node_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def written(folder: Path, text: str) -> Path:
    """A program beside which the packages of the kit and the generated types can be found."""
    (folder / "node_modules").symlink_to(layout.ROOT / "node_modules")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    for module in layout.TYPESCRIPT.glob("*.ts"):
        (folder / module.name).write_text(module.read_text("utf-8"), encoding="utf-8")
    program = folder / "program.ts"
    program.write_text(text, encoding="utf-8")
    return program


def examples() -> Iterator[tuple[str, str, Any]]:
    """API, type and value of each documented body of an operation."""
    for api in layout.apis():
        document = first_forms(documents.load_mapping(layout.BUNDLES / f"{api}.yaml"))
        for _, _, operation in operations(document):
            own = f'operations["{operation["operationId"]}"]'
            body = pointers.follow(document, operation.get("requestBody", {}))
            for value in _values(document, body):
                yield api, f'NonNullable<{own}["requestBody"]>["content"]["{_JSON}"]', value
            for status, node in operation["responses"].items():
                response = pointers.follow(document, node)
                for value in _values(document, response):
                    yield api, f'{own}["responses"][{status}]["content"]["{_JSON}"]', value


def _values(document: dict[str, Any], node: dict[str, Any]) -> Iterator[Any]:
    for example in node.get("content", {}).get(_JSON, {}).get("examples", {}).values():
        yield pointers.follow(document, example)["value"]


def typed(found: list[tuple[str, str, Any]]) -> str:
    """A program that gives each value its type."""
    names = {api: f"Api{number}" for number, api in enumerate(layout.apis())}
    lines = [
        f'import type {{ operations as {name} }} from "./{api}.ts";' for api, name in names.items()
    ]
    for number, (api, kind, value) in enumerate(found):
        own = kind.replace("operations[", f"{names[api]}[")
        lines.append(f"const value{number}: {own} = {json.dumps(value)};")
    used = ", ".join(f"value{number}" for number in range(len(found)))
    return "\n".join([*lines, f"console.log([{used}]);"])


def test_every_documented_example_has_the_type_of_its_place(tmp_path: Path) -> None:
    found = [*examples()]

    done = compiled(written(tmp_path, typed(found)))

    assert len(found) > 80
    assert done.returncode == 0, done.stdout[:3000]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda value: value["result"].update(agent_status="Asleep"), "Asleep"),
        (lambda value: value["result"].update(active=True), "boolean"),
        (lambda value: value["result"].pop("email"), "email"),
    ],
    ids=["a value that is not listed", "a native flag", "a missing field"],
)
def test_a_value_that_does_not_fit_is_refused(tmp_path: Path, change: Any, error: str) -> None:
    api, kind, value = next(
        example for example in examples() if 'getContact"]["responses"][200]' in example[1]
    )
    altered = json.loads(json.dumps(value))
    change(altered)

    done = compiled(written(tmp_path, typed([(api, kind, altered)])))

    assert done.returncode != 0
    assert error in done.stdout


def test_the_program_of_the_readme_creates_finds_and_reads_a_contact(tmp_path: Path) -> None:
    [text] = re.findall(r"```ts\n(.*?)```", typescript.README, re.DOTALL)
    with targets.sandbox() as server:
        program = written(tmp_path, text.replace("http://127.0.0.1:8080", server.url))
        checked = compiled(program)
        done = subprocess.run(
            ["node", str(program)],
            env=node_environment(),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert checked.returncode == 0, checked.stdout
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1 Ada Byron true\n"


def packed(folder: Path) -> Path:
    """The package as npm makes it, unpacked where a program finds it."""
    subprocess.run(
        [*npm(), "pack", "--offline", "--ignore-scripts", "--pack-destination", str(folder)],
        cwd=layout.TYPESCRIPT,
        env=node_environment(),
        capture_output=True,
        check=True,
    )
    name: str = json.loads((layout.TYPESCRIPT / "package.json").read_text("utf-8"))["name"]
    home = folder / "node_modules" / name
    home.mkdir(parents=True)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    (folder / "package").rename(home)
    return home


def npm() -> list[str]:
    return [str(Path(sys.executable).with_name("npm"))]


def test_npm_packs_types_and_contract_that_a_program_uses(tmp_path: Path) -> None:
    home = packed(tmp_path)
    modules = {f"{name}.ts" for name in [*layout.apis(), "index"]}
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    program = tmp_path / "program.ts"
    program.write_text(
        f'import type {{ paths }} from "{home.name}";\n'
        f'import type {{ components }} from "{home.name}/contact";\n'
        'type Found = paths["/api/now/contact/{id}"]["get"]["responses"][200]["content"];\n'
        'export const read = (found: Found["application/json"]): string => found.result.name;\n'
        'export const name = (contact: components["schemas"]["Contact"]): string => contact.name;\n'
        f'export const wrong: components["schemas"]["Contact"]["name"] = 5;\n',
        encoding="utf-8",
    )

    done = compiled(program)

    files = {path.name for path in home.iterdir()}
    assert files == {*modules, "openapi.json", "package.json", "README.md"}
    assert json.loads((home / "openapi.json").read_text("utf-8")) == documents.load(layout.BUNDLE)
    assert re.findall(r"program\.ts\((\d+)", done.stdout) == ["6"], done.stdout
