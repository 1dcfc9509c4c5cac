"""The Makefile: help is complete, nothing is done twice, a change rebuilds what depends on it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ccaas_kit.contract import layout
from checks import fresh
from tests.looping import every

MAKEFILE = (layout.ROOT / "Makefile").read_text(encoding="utf-8")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=layout.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def announced(output: str) -> set[str]:
    """What a dry run would build, by the words that the recipes announce."""
    return set(re.findall(r"echo '([^']+)'", output))


def phony() -> set[str]:
    return {
        name for line in re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.M) for name in line.split()
    }


def test_help_lists_every_target() -> None:
    shown = re.findall(r"^  ([a-z-]+) +\S", make("help").stdout, re.MULTILINE)

    assert set(shown) == phony()
    assert len(shown) == len(set(shown))


def test_plain_make_prints_the_help_on_one_screen() -> None:
    plain = make()

    assert plain.stdout == make("help").stdout
    assert len(plain.stdout.splitlines()) <= 20


def test_a_second_setup_installs_nothing() -> None:
    assert announced(make("--dry-run", "setup").stdout) == set()


def test_a_second_build_does_nothing() -> None:
    assert make("--question", "build").returncode == 0


def test_a_run_needs_no_node_and_builds_nothing_that_is_fresh() -> None:
    dry = make("--dry-run", "--what-if=openapi/contact.yaml", "conform").stdout

    assert "ccaas conform" in dry
    assert announced(dry) == set()


def test_what_is_fresh_is_told_by_the_sources(tmp_path: Path) -> None:
    for folder in ("openapi", "generated"):
        shutil.copytree(layout.ROOT / folder, tmp_path / folder)
    source, generated = tmp_path / "openapi", tmp_path / "generated"

    assert fresh.is_fresh(source, generated)
    (source / "quirks.yaml").write_text("{}", encoding="utf-8")
    assert not fresh.is_fresh(source, generated)
    (generated / "MANIFEST.json").unlink()
    assert not fresh.is_fresh(source, generated)


def test_touching_one_api_rebuilds_only_what_depends_on_it() -> None:
    dry = make("--dry-run", "--what-if=openapi/contact.yaml", "build")

    assert announced(dry.stdout) == {
        "bundle contact",
        "bundle all",
        "codegen contact",
        "codegen all",
        "openapi 3.0 contact",
        "openapi 3.0 losses",
        "typescript contact",
        "typescript index",
        "postman",
        "models contact",
        "python client",
        "models package",
        "clauses",
        "coverage",
        "manifest",
    }


def test_touching_the_shared_parts_rebuilds_every_bundle() -> None:
    dry = make("--dry-run", "--what-if=openapi/common.yaml", "build")

    assert {f"bundle {api}" for api in layout.apis()} < announced(dry.stdout)
    assert {f"models {api}" for api in layout.apis()} < announced(dry.stdout)


def test_touching_a_quirk_rebuilds_no_bundle() -> None:
    dry = make("--dry-run", "--what-if=openapi/quirks.yaml", "build")

    assert announced(dry.stdout) == {"coverage", "manifest"}


@pytest.mark.parametrize(
    ("lock", "rebuilt"),
    [
        ("requirements.lock", {"models common", "models contact", "python client", "manifest"}),
        ("package-lock.json", {"bundle contact", "bundle all", "clauses"}),
        ("package.json", {"manifest"}),
        ("redocly.yaml", {"bundle contact"}),
    ],
)
def test_another_version_or_setting_of_a_tool_rebuilds_what_it_writes(
    lock: str, rebuilt: set[str]
) -> None:
    assert rebuilt <= announced(make("--dry-run", f"--what-if={lock}", "build").stdout)


def test_touching_a_lock_file_installs_again() -> None:
    assert "Installing Python tools" in make("-n", "--what-if=requirements.lock", "setup").stdout
    assert "Installing Node tools" in make("-n", "--what-if=package-lock.json", "setup").stdout


@every("target", sorted(phony() - {"clean", "rebuild", "lock"}))
def test_no_everyday_target_removes_files(target: str) -> None:
    assert "rm -rf" not in make("--dry-run", target).stdout


@pytest.mark.parametrize(
    ("setting", "named"),
    [("TARGT=http://127.0.0.1:1", "TARGET?"), ("port=1", "PORT?"), ("FOO=", "ARGS?")],
)
def test_a_setting_that_there_is_not_is_refused(setting: str, named: str) -> None:
    refused = make("--dry-run", "conform", setting)

    assert refused.returncode == 2
    assert f"there is no setting {setting.partition('=')[0]}; did you mean" in refused.stderr
    assert named in refused.stderr


def test_every_setting_is_taken() -> None:
    names = re.findall(r"^([A-Z]+) \?=", MAKEFILE, re.MULTILINE)

    assert len(names) > 5
    assert make("--dry-run", "help", *(f"{name}=x" for name in names)).returncode == 0


@pytest.mark.parametrize(
    ("version", "is_enough"),
    [
        ("3.81", False),
        ("4.0", False),
        ("4.2.1", False),
        ("4.3", True),
        ("4.4.1", True),
        ("5.0", True),
    ],
)
def test_a_make_that_is_too_old_says_so(version: str, is_enough: bool) -> None:
    said = make("help", f"MAKE_VERSION={version}").stderr

    assert (f"GNU make 4.3 or later is needed, and this is {version}." in said) is not is_enough


def test_recipes_are_short() -> None:
    for recipe in re.findall(r"(?:^\t.+\n)+", MAKEFILE, re.MULTILINE):
        assert len(recipe.splitlines()) <= 5, recipe


def test_nothing_depends_on_a_cache() -> None:
    patterns = [
        pattern
        for found in re.findall(r"\$\(wildcard ([^)]*)\)", MAKEFILE)
        for pattern in found.split()
    ]

    # A folder of Python contains __pycache__, which only a pattern with a file extension skips.
    assert len(patterns) > 3
    assert [pattern for pattern in patterns if not re.search(r"\*\.\w+$", pattern)] == []
