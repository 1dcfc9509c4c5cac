"""The command `ccaas`: its subcommands, what it prints without one, and what it says of a wrong word."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata

from ccaas_kit.contract import command
from ccaas_kit.contract.arguments import nearest
from ccaas_kit.contract.errors import ConfigError

DISTRIBUTION = "servicenow-ccaas"
# The variables that hold secrets.
_SECRETS = ("SN_PASSWORD", "SN_TOKEN", "SN_API_KEY", "SN_CLIENT_SECRET")


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A subcommand: what the overview says of it, and what runs it.

    `extra` is the extra of the wheel that installs what it imports. One that `shows` what a target
    has answered says beforehand which secrets it cannot hide everywhere; a run does so itself.
    """

    summary: str
    main: Callable[[Sequence[str]], int]
    extra: str = "conformance"
    shows: bool = False


# What a subcommand imports is loaded only when it is asked for: `ccaas --help` answers at once.


def _conform(arguments: Sequence[str]) -> int:
    from rich.console import Console

    from ccaas_kit.run import options, run

    return run.run(options.parse(arguments), environment=os.environ, console=Console())


def _doctor(arguments: Sequence[str]) -> int:
    from rich.console import Console

    from ccaas_kit.discovery import doctor

    return doctor.main(arguments, environment=os.environ, console=Console())


def _discover(arguments: Sequence[str]) -> int:
    from rich.console import Console

    from ccaas_kit.discovery import discover

    return discover.main(arguments, environment=os.environ, console=Console())


def _clean(arguments: Sequence[str]) -> int:
    from rich.console import Console

    from ccaas_kit.gateway.safety import clean

    return clean.main(arguments, environment=os.environ, console=Console())


def _diff(arguments: Sequence[str]) -> int:
    from rich.console import Console

    from ccaas_kit.reporting import diff

    return diff.main(arguments, environment=os.environ, console=Console())


def _replay(arguments: Sequence[str]) -> int:
    from rich.console import Console

    from ccaas_kit.run import replay

    return replay.main(arguments, environment=os.environ, console=Console())


def _judge(arguments: Sequence[str]) -> int:
    from rich.console import Console

    from ccaas_kit.cli import judge_log

    return judge_log.main(arguments, environment=os.environ, console=Console())


def _comment(arguments: Sequence[str]) -> int:
    from ccaas_kit.cli import comment

    return comment.main(arguments, environment=os.environ)


def _explain(arguments: Sequence[str]) -> int:
    from ccaas_kit.cli import explain

    return explain.main(arguments)


def _sandbox(arguments: Sequence[str]) -> int:
    from ccaas_kit.sandbox.serving import main as sandbox

    return sandbox.main(arguments)


def _spec(arguments: Sequence[str]) -> int:
    from ccaas_kit.cli import spec

    return spec.main(arguments)


SUBCOMMANDS: Mapping[str, Subcommand] = {
    "conform": Subcommand("test a target against every clause of the contract", _conform),
    "doctor": Subcommand(
        "check a target, its login, plugins and roles before a run", _doctor, shows=True
    ),
    "discover": Subcommand("write a config with ids that exist on a target", _discover, shows=True),
    "clean": Subcommand(
        "remove the records that an interrupted run left on a target", _clean, shows=True
    ),
    "diff": Subcommand("compare two scorecards", _diff),
    "replay": Subcommand("reproduce a finding", _replay, shows=True),
    "judge": Subcommand(
        "evaluate the log of a run, or recorded calls (HAR), offline", _judge, shows=True
    ),
    "comment": Subcommand("put the summary of a run on the pull request of a CI job", _comment),
    "explain": Subcommand("explain a clause, a quirk or a finding code", _explain),
    "sandbox": Subcommand("serve a stateful instance of the five APIs", _sandbox, "sandbox"),
    "spec": Subcommand("print or write the OpenAPI document of an API", _spec),
}


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of the subcommand that the arguments name.

    Raises:
        KitError: the subcommand could not do its work.
        ConfigError: there is no such subcommand, or what it needs is not installed.
    """
    name, *arguments = (sys.argv[1:] if argv is None else list(argv)) or ["--help"]
    if name in ("-h", "--help", "help"):
        sys.stdout.write(overview())
        return 0
    if name in ("-V", "--version"):
        sys.stdout.write(f"ccaas {metadata.version(DISTRIBUTION)}\n")
        return 0
    chosen = SUBCOMMANDS.get(name)
    if chosen is None:
        raise ConfigError(
            f"there is no subcommand '{name}'",
            fix=nearest(name, SUBCOMMANDS, "See 'ccaas --help'"),
        )
    if name != "sandbox":
        command.interrupt_on_signals()
    try:
        if chosen.shows:
            _warn()
        return chosen.main(arguments)
    except ModuleNotFoundError as error:
        # One of ours that is missing is a defect; one of somebody else's was not installed.
        if (error.name or "").partition(".")[0] == __name__.partition(".")[0]:
            raise
        raise ConfigError(
            f"'ccaas {name}' needs the package {error.name}",
            fix=f"pip install '{DISTRIBUTION}[{chosen.extra}]'",
        ) from error


def _warn() -> None:
    """Say so if a secret of the environment is too short to be hidden in any text."""
    from ccaas_kit.contract.redaction import Redactor

    secrets = (os.environ.get(name, "") for name in _SECRETS)
    if warning := Redactor(tuple(secrets)).warning:
        sys.stderr.write(f"{warning}\n")


def overview() -> str:
    """What `ccaas --help` prints: a line for each subcommand."""
    width = max(map(len, SUBCOMMANDS))
    lines = [f"  {name:{width}}  {subcommand.summary}" for name, subcommand in SUBCOMMANDS.items()]
    return "\n".join(
        [
            "usage: ccaas SUBCOMMAND [OPTIONS]",
            "",
            *lines,
            "",
            "'ccaas SUBCOMMAND --help' lists the options; 'ccaas --version' prints the version.",
            "Exit codes: 0 fine, 1 violations, 2 could not run, 70 a defect of this program.",
            "",
        ]
    )


def entry() -> None:
    """Run the command and end the process with its exit code."""
    command.run("ccaas", main, clean=_redacted)


def _redacted(text: str) -> str:
    """A text without what the environment holds of credentials."""
    from ccaas_kit.contract.redaction import Redactor

    secrets = (value for name, value in os.environ.items() if name.startswith("SN_") and value)
    return Redactor(tuple(secrets)).clean(text)
