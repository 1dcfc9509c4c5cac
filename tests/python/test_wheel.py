"""The package as a user gets it: built, installed alone, imported, and type-checked in use."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from build.tools import node_environment, node_tool
from ccaas_kit.contract import layout
from tests.sandbox.serving import served

README = (layout.GENERATED / "python" / "README.md").read_text(encoding="utf-8")
# What a program of a user's may say, and what it may not.
USE = """
from datetime import datetime
from servicenow_ccaas import AsyncClient, Client, Query
from servicenow_ccaas.models import Contact, CreateContactRequest

def used(client: Client) -> list[str]:
    sys_id: str = client.create_contact(CreateContactRequest(last_name="Byron")).result
    contact: Contact = client.get_contact(sys_id).result
    created: datetime | None = contact.sys_created_on
    active: bool | None = contact.active
    count: int | None = contact.sys_mod_count
    names = [each.name or "" for each in client.iterate_contacts(Query().equals("active", True))]
    return [*names, str(created), str(active), str(count)]

async def also(client: AsyncClient) -> str | None:
    async for contact in client.iterate_contacts():
        return contact.email
    return None
"""
MISUSE = {
    "contact.active + 'x'": "def f(contact: Contact) -> object: return contact.active + 'x'",
    "no such field": "def f(contact: Contact) -> object: return contact.no_such_field",
    "a number for an id": "def f(client: Client) -> object: return client.get_contact(3)",
    "not awaited": "def f(client: AsyncClient) -> str: return client.get_contact('x').result.sys_id",
}
_IMPORTS = "from servicenow_ccaas import AsyncClient, Client\nfrom servicenow_ccaas.models import Contact\n"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel and sdist, built from the tree."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=layout.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, and of this one only what the wheel asks for."""
    return _environment(dist, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def kit(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the two extras of the wheel."""
    return _environment(dist, tmp_path_factory.mktemp("kit"), "conformance", "sandbox")


def _environment(dist: Path, home: Path, *extras: str, beside: tuple[str, ...] = ()) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    site = next((home / "lib").glob("python*")) / "site-packages"
    wheel = next(dist.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    needed = {*_needed(wheel, extras), *_with_all(beside)}
    for path in {path for name in needed for path in _files(name)}:
        (site / path.name).symlink_to(path)
    return home / "bin" / "python"


def _needed(wheel: Path, extras: tuple[str, ...]) -> set[str]:
    """The distributions that a wheel with these extras requires, directly or indirectly."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (member for member in archive.namelist() if member.endswith("/METADATA"))
        text = archive.read(name).decode()
    asked = [Requirement(line) for line in re.findall(r"^Requires-Dist: (.+)$", text, re.MULTILINE)]
    waiting = [requirement.name for requirement in asked if _applies(requirement, ("", *extras))]
    if not extras:
        assert set(waiting) == {"httpx", "pydantic", "typing-extensions"}
    return _with_all(waiting)


def _with_all(distributions: Iterable[str]) -> set[str]:
    """Distributions and those that they require, directly or indirectly."""
    waiting, found = [*distributions], set[str]()
    while waiting:
        distribution = waiting.pop()
        if canonicalize_name(distribution) in found:
            continue
        found.add(canonicalize_name(distribution))
        inner = map(Requirement, metadata.requires(distribution) or [])
        waiting += [requirement.name for requirement in inner if _applies(requirement, ("",))]
    return found


def _applies(requirement: Requirement, extras: tuple[str, ...]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)


def _files(distribution: str) -> set[Path]:
    """The top-level entries of a distribution in site-packages."""
    root = Path(next(entry for entry in sys.path if entry.endswith("site-packages")))
    tops = {Path(file).parts[0] for file in metadata.files(distribution) or []}
    return {root / top for top in tops if top not in ("..", "__pycache__")}


def test_the_wheel_holds_the_package_and_nothing_else(dist: Path) -> None:
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as archive:
        names = archive.namelist()

    tops = {name.split("/")[0] for name in names}
    assert tops == {"servicenow_ccaas", "ccaas_kit", "servicenow_ccaas-0.1.0.dist-info"}
    assert "servicenow_ccaas/py.typed" in names
    assert {"servicenow_ccaas/client.py", "servicenow_ccaas/models/contact.py"} <= set(names)


def test_the_sdist_builds_the_same_package(dist: Path, tmp_path: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()

    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "again")],
        cwd=folder,
        check=True,
        capture_output=True,
    )

    one, other = next(dist.glob("*.whl")), next((tmp_path / "again").glob("*.whl"))
    with zipfile.ZipFile(one) as first, zipfile.ZipFile(other) as second:
        assert first.namelist() == second.namelist()
        assert all(first.read(name) == second.read(name) for name in first.namelist())


def test_the_lines_of_the_readme_work_in_an_empty_environment(
    installed: Path, tmp_path: Path
) -> None:
    program = re.search(
        r"```python\n(from servicenow_ccaas import Basic.*?)```\n\n```text\n(.*?)```",
        README,
        re.DOTALL,
    )
    assert program is not None
    lines, shown = program.groups()
    assert len(lines.splitlines()) <= 10

    with served() as sandbox:
        script = tmp_path / "program.py"
        script.write_text(lines.replace("http://127.0.0.1:8080", sandbox.url), encoding="utf-8")
        done = _run(installed, str(script), folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout == shown


def test_nothing_of_the_kit_is_needed(installed: Path, tmp_path: Path) -> None:
    done = _run(
        installed,
        "-c",
        "import servicenow_ccaas.client, servicenow_ccaas.models.contact, sys; print(*sys.modules)",
        folder=tmp_path,
    )

    loaded = set(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert "servicenow_ccaas.client" in loaded
    assert not loaded & {"ccaas_kit", "yaml", "jinja2", "rich", "schemathesis"}


def test_the_kit_judges_its_own_sandbox_without_a_clone(kit: Path, tmp_path: Path) -> None:
    done = _run(kit, "-m", "ccaas_kit", "conform", "--probes-only", "--out", "out", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "No violation in" in done.stdout
    card = json.loads((tmp_path / "out" / "scorecard.json").read_text(encoding="utf-8"))
    assert card["summary"]["conforms"] > 900
    assert card["summary"]["violates"] == 0
    severities = {finding["severity"] for finding in card["findings"]}
    assert severities <= {"note"}


def test_the_plugin_of_the_wheel_runs_its_example_without_a_clone(
    dist: Path, tmp_path: Path
) -> None:
    python = _environment(dist, tmp_path / "home", "sandbox", beside=("pytest", "pytest-xdist"))

    command = ("-m", "pytest", "-n", "2", "-q", "-W", "error", "--pyargs")
    done = _run(python, *command, "ccaas_kit.testing.example", folder=tmp_path)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert re.search(r"\b1\d passed", done.stdout)


def test_the_kit_prints_the_contract_without_a_clone(kit: Path, tmp_path: Path) -> None:
    done = _run(kit, "-m", "ccaas_kit", "spec", "contact", folder=tmp_path)

    assert done.stdout == (layout.BUNDLES / "contact.yaml").read_text(encoding="utf-8")
    assert (
        "quirk" in _run(kit, "-m", "ccaas_kit", "explain", "CON-LIST-185", folder=tmp_path).stdout
    )


def test_without_the_extra_the_command_says_what_to_install(
    installed: Path, tmp_path: Path
) -> None:
    done = _run(installed, "-m", "ccaas_kit", "conform", folder=tmp_path)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install 'servicenow-ccaas[conformance]'" in done.stderr
    assert _run(installed, "-m", "ccaas_kit", "--help", folder=tmp_path).returncode == 0


def test_strict_mypy_accepts_a_users_program(installed: Path, tmp_path: Path) -> None:
    assert _mypy(installed, tmp_path, USE) == (0, "Success: no issues found in 1 source file\n")


def test_strict_mypy_sees_each_misuse(installed: Path, tmp_path: Path) -> None:
    code, output = _mypy(installed, tmp_path, _IMPORTS + "\n".join(MISUSE.values()))

    assert code == 1
    assert _lines_with_an_error(output) == _lines_of_misuse(before=0)


def test_strict_pyright_accepts_a_users_program(installed: Path, tmp_path: Path) -> None:
    code, output = _pyright(installed, tmp_path, USE)

    assert code == 0, output


def test_strict_pyright_sees_each_misuse(installed: Path, tmp_path: Path) -> None:
    code, output = _pyright(installed, tmp_path, _IMPORTS + "\n".join(MISUSE.values()))

    assert code == 1
    assert _lines_with_an_error(output) == _lines_of_misuse(before=1)


def _lines_with_an_error(output: str) -> set[int]:
    return {int(number) for number in re.findall(r"use\.py:(\d+)(?::\d+)*:? -? ?error", output)}


def _lines_of_misuse(*, before: int) -> set[int]:
    """The numbers of these lines, behind the imports and so many other lines."""
    first = before + _IMPORTS.count("\n") + 1
    return set(range(first, first + len(MISUSE)))


def _run(python: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), "-I", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def _mypy(python: Path, folder: Path, text: str) -> tuple[int, str]:
    (folder / "use.py").write_text(text, encoding="utf-8")
    options = (
        "--strict",
        "--python-executable",
        str(python),
        "--cache-dir",
        str(folder / ".cache"),
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "use.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def _pyright(python: Path, folder: Path, text: str) -> tuple[int, str]:
    (folder / "use.py").write_text(f"# pyright: strict\n{text}", encoding="utf-8")
    done = subprocess.run(
        [node_tool("pyright"), "--pythonpath", str(python), "use.py"],
        cwd=folder,
        env=node_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout
