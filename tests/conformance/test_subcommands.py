"""The command `ccaas`: its subcommands, its help, and what it says of a mistake."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

import pytest

from ccaas_kit import faults
from ccaas_kit.cli import main as command
from ccaas_kit.contract.errors import ConfigError


def ccaas(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ccaas_kit", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("word", "fix"),
    [("confrm", "Did you mean 'conform'?"), ("nonesuch", "See 'ccaas --help'")],
)
def test_a_wrong_subcommand_is_one_line_and_exit_code_2(word: str, fix: str) -> None:
    ended = ccaas(word)

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == f"ccaas: there is no subcommand '{word}'. {fix}\n"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("conform --taget http://127.0.0.1:9", "--target"),
        ("judge out --ot x", "--out"),
        ("sandbox --prot 1", "--port"),
    ],
)
def test_a_misspelt_option_names_the_one_that_is_meant(
    typed: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(typed.split())

    assert ended.value.code == 2
    assert f"Did you mean '{meant}'?" in capsys.readouterr().err


def test_a_misspelt_fault_names_the_one_that_is_meant() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'server-error'"):
        faults.check(["server-eror"])


def test_the_help_lists_every_subcommand_with_a_summary() -> None:
    listed = ccaas("--help").stdout

    for name, subcommand in command.SUBCOMMANDS.items():
        assert f"  {name} " in listed
        assert subcommand.summary in listed
    assert ccaas().stdout == listed


def test_the_version_is_that_of_the_distribution() -> None:
    assert ccaas("--version").stdout == f"ccaas {metadata.version(command.DISTRIBUTION)}\n"


@pytest.mark.parametrize("name", command.SUBCOMMANDS)
def test_every_subcommand_has_a_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main([name, "--help"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: ccaas {name}")


@pytest.mark.parametrize(
    ("id_", "words"),
    [
        ("con-010", ["CON-010: How or binds", "we chose", "CON-LIST-185"]),
        ("CON-LIST-185", ["operation  listContacts", "quirk      CON-010"]),
        ("CK102", ["status_code_conformance", "next step"]),
        ("status_code_conformance", ["CK102"]),
    ],
)
def test_an_id_is_explained(id_: str, words: list[str]) -> None:
    explained = ccaas("explain", id_)

    assert explained.returncode == 0
    for word in words:
        assert word in explained.stdout


def test_an_unknown_id_names_the_nearest() -> None:
    explained = ccaas("explain", "status_code_conformence")

    assert explained.returncode == 2
    assert (
        "there is no clause, quirk or code 'status_code_conformence'. Did you mean 'status_code_conformance'?"
        in explained.stderr
    )


def test_a_bundle_is_printed_and_written() -> None:
    printed = ccaas("spec", "contact").stdout
    as_json = ccaas("spec", "contact", "--json").stdout

    assert printed.startswith("# Written by `make build`") or printed.startswith("openapi:")
    assert '"openapi": "3.1' in as_json
    assert ccaas("spec", "contacts").returncode == 2
