"""The tree: layout, papers, locks and the import rule."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ccaas_kit.contract import layout
from tests.looping import every

ROOT = layout.ROOT
TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    if name and (ROOT / name).is_file()
]
PAPERS = [path for path in TRACKED if path.suffix == ".md"]
README = ROOT / "README.md"
TOP = {
    *("openapi", "generated", "scripts", "tests", "Makefile", "README.md"),
    *("ARCHITECTURE.md", "ADR.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"),
    *("pyproject.toml", "requirements.lock", "requirements-kit.lock"),
    *("requirements-clients-tests.lock", "requirements-mutants.lock"),
    *("package.json", "package-lock.json", "redocly.yaml"),
    *(".ci", ".github", ".gitlab", ".editorconfig", ".gitattributes", ".gitignore", ".npmrc"),
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_top_level_holds_only_what_is_agreed() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in TRACKED} == TOP


@every("paper", PAPERS, ids=name)
def test_links_between_papers_lead_somewhere(paper: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", paper.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (paper.parent / target).exists(), target


@every(
    "folder",
    [
        *(
            "openapi",
            "openapi/clauses",
            "openapi/examples",
            "generated",
            "scripts",
        ),
        *("generated/openapi", "generated/python", "scripts/speclint", "scripts/ccaas_kit"),
        *(
            "scripts/ccaas_kit/sandbox",
            "scripts/ccaas_kit/testing",
            "scripts/bench",
            "scripts/specdiff",
            "scripts/effectiveness",
            "scripts/mutants",
        ),
        *(
            "openapi/workflows",
            "tests",
            "tests/contract",
            "tests/generated",
            "tests/conformance",
            "tests/repo",
        ),
        *("tests/sandbox", "tests/bench", "tests/workflows", "tests/effectiveness"),
        "tests/mutants",
        *("tests/clients", "scripts/clientgen", "generated/postman"),
    ],
)
def test_a_folder_says_what_is_in_it(folder: str) -> None:
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")

    assert re.match(r"(?:<!--.*-->\n)?# \S", text)
    assert len(text.splitlines()) <= 100


@every(
    "folder",
    [
        *("scripts/build", "scripts/checks", "scripts/speclint", "scripts/bench"),
        *("scripts/specdiff", "scripts/effectiveness", "scripts/mutants"),
        *("scripts/docsite", "scripts/clientgen", "scripts/pyclient"),
    ],
)
def test_the_readme_of_a_folder_names_every_module(folder: str) -> None:
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    modules = {path.name for path in (ROOT / folder).glob("*.py")} - {"__init__.py", "__main__.py"}

    assert {module for module in modules if f"`{module}`" not in text} == set()


def test_every_make_command_of_the_papers_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for paper in PAPERS:
        used = set(re.findall(r"(?:`|\$ |^)make ([a-z][a-z-]+)", paper.read_text(), re.MULTILINE))
        assert used <= targets, name(paper)


def test_the_readme_of_the_scripts_names_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = {t for line in re.findall(r"^\.PHONY: (.+)$", makefile, re.M) for t in line.split()}
    text = (ROOT / "scripts" / "README.md").read_text(encoding="utf-8")

    assert {target for target in phony if f"make {target}" not in text} == set()


def test_ci_runs_the_test_commands_of_the_readme_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [
        re.sub(r"^(exec|\{) |; \} .*$", "", line)
        for line in lines
        if line and not line.startswith(("#", "set ", "cd ", "export "))
    ]

    assert commands[-1] == "make test"
    for command in commands:
        assert f"$ {command}" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lock", "at_least"),
    [
        ("requirements.lock", 50),
        ("requirements-mutants.lock", 2),
        ("requirements-clients-tests.lock", 20),
    ],
)
def test_every_locked_python_package_has_a_hash_and_none_names_a_registry(
    lock: str, at_least: int
) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    packages = re.findall(r"(?m)^[A-Za-z0-9_.-]+==\S+(?: ;[^\\]*)? \\\n    --hash=sha256:", text)

    assert len(packages) == len(re.findall(r"(?m)^[A-Za-z0-9_.-]+==", text)) > at_least
    assert "://" not in text
    assert "index-url" not in text


def test_every_locked_node_package_has_a_digest_and_none_names_a_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {key: entry for key, entry in lock["packages"].items() if key}

    assert len(packages) > 100
    assert not [key for key, entry in packages.items() if "integrity" not in entry]
    assert not [key for key, entry in packages.items() if "resolved" in entry]


def test_direct_python_pins_are_those_of_the_lock() -> None:
    lock = "".join(file.read_text(encoding="utf-8") for file in ROOT.glob("requirements*.lock"))
    wanted = re.findall(r'^  "([\w.-]+==[\w.]+)"', (ROOT / "pyproject.toml").read_text(), re.M)
    kit = [pin for pin in wanted if not pin.startswith("uv==")]

    assert len(kit) > 10
    assert [pin for pin in kit if not re.search(rf"(?mi)^{re.escape(pin)}[ \\]", lock)] == []


def test_every_direct_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    bare = [
        line.strip()
        for line in text.splitlines()
        if re.match(r'  "[\w.-]+[=>]=', line) and "# " not in line and '"types-' not in line
    ]

    assert bare == []


# Of scripts/build: what the steps use, and the mock server.
NO_STEPS = {ROOT / "scripts" / "build" / f"{stem}.py" for stem in ("__init__", "tools", "mock")}
KIT = ROOT / "scripts" / "ccaas_kit"
ROOMS = sorted(path.parent for path in KIT.rglob("__init__.py"))


@every("room", ROOMS, ids=name)
def test_a_room_of_the_kit_is_small_and_says_what_it_is_for(room: Path) -> None:
    modules = sorted(room.glob("*.py"))

    assert len(modules) <= 18
    for module in modules:
        docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
        assert docstring, name(module)


def test_the_readme_of_the_kit_names_every_room() -> None:
    text = (KIT / "README.md").read_text(encoding="utf-8")
    rooms = {path.relative_to(KIT).parts[0] for path in ROOMS if path != KIT}

    assert {room for room in rooms if f"`{room}/`" not in text} == set()


def test_the_rooms_of_the_kit_import_downward() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@every("step", sorted(set((ROOT / "scripts" / "build").glob("*.py")) - NO_STEPS), ids=name)
def test_a_build_step_says_what_it_reads_and_writes(step: Path) -> None:
    docstring = ast.get_docstring(ast.parse(step.read_text(encoding="utf-8"))) or ""

    for word in ("Reads:", "Writes:", "Usage:"):
        assert word in docstring


def test_nothing_names_a_machine() -> None:
    pattern = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/\w")
    for path in TRACKED:
        if path.suffix in {".png", ".ico"} or path.name == "package-lock.json":
            continue
        assert not pattern.search(path.read_text(encoding="utf-8")), name(path)


def test_generated_files_say_so() -> None:
    for path in TRACKED:
        if path.is_relative_to(layout.GENERATED) and path.suffix in {".yaml", ".py", ".md"}:
            head = path.read_text(encoding="utf-8")[:200]
            assert "Do not edit" in head, name(path)
