"""The command `discover`: finds ids of records that exist on a target, for the runner's config.

Reads:  generated/openapi/all.yaml, and tables of the target
Writes: the file of --out
Usage:  ccaas discover --target URL [--out target.toml] [--force]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ccaas_kit.contract import layout, targets
from ccaas_kit.contract.arguments import Parser
from ccaas_kit.contract.errors import ConfigError, TargetError
from ccaas_kit.discovery.search import Found, Search
from ccaas_kit.gateway import credentials
from ccaas_kit.gateway.connection import LIMITS, Connection, Limits
from ccaas_kit.gateway.credentials import Credentials
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.model.contract import Contract

OUT = Path("target.toml")
_PRINT = "-"
_EPILOG = """
Reads tables and changes nothing. Credentials come from the environment: SN_USERNAME and
SN_PASSWORD, or SN_TOKEN, or SN_API_KEY.
Exit codes: 0 ids were found, 1 none, 2 the target cannot be read.
"""


def main(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    console: Console,
    limits: Limits = LIMITS,
) -> int:
    """Find ids and write them down: 0 if there are any, 1 if there are none.

    Raises:
        KitError: the arguments cannot be used, or the target cannot be read.
    """
    arguments = _parser().parse_args(argv)
    url = targets.base_url(arguments.target)
    out = None if arguments.out == _PRINT else Path(arguments.out)
    if out is not None and out.exists() and not arguments.force:
        raise ConfigError(
            "exists already", where=str(out), fix="Name another file, or add --force to replace it"
        )
    contract = Contract(layout.BUNDLE)
    signed = credentials.from_environment(environment, contract)
    found = find(url, signed, contract, changing=targets.is_loopback(url), limits=limits)
    text = as_toml(url, found)
    if out is None:
        console.out(text, end="", highlight=False)
    else:
        _write(out, text)
        _show(url, found, out, console)
    return 0 if any(entry.is_given for entry in found) else 1


def pools(
    target: str,
    signed: Credentials | None,
    contract: Contract,
    *,
    changing: bool = False,
    limits: Limits = LIMITS,
) -> dict[str, list[str]]:
    """The ids that exist on a target by parameter or field, as the `[ids]` of a config has them.

    A target whose tables cannot be read gives none. Without `changing`, ids of records that a
    call would change, such as a conversation that it closes, are left out.
    """
    try:
        found = find(target, signed, contract, changing=changing, limits=limits)
    except TargetError:
        return {}
    return {entry.name: list(entry.values) for entry in found if entry.is_given}


def find(
    target: str,
    signed: Credentials | None,
    contract: Contract,
    *,
    changing: bool = False,
    limits: Limits = LIMITS,
) -> list[Found]:
    """What the tables of a target hold for each name that requests need ids for.

    Without `changing`, ids of records that a call would change are held back.

    Raises:
        TargetError: the target is out of reach, or does not let its tables be read.
    """
    secrets = signed.secrets if signed else ()
    with Gateway(target, reads_only=True) as gateway:
        connection = Connection(gateway, signed, limits=limits)
        return Search(contract, connection, secrets, changing=changing).results()


def as_toml(url: str, found: Sequence[Found]) -> str:
    """A config of the runner with the ids, and with a comment on where each comes from."""
    return "\n".join((*_HEAD, f"#   --target {url} --config FILE", "", *_lines(found), ""))


_HEAD = (
    "# Ids of records that exist on the instance below, by parameter or body field. Change them as",
    "# you like; a line without ids can be filled in by hand. They are used by",
    "#   ccaas conform \\",
)


def _lines(found: Sequence[Found]) -> Iterator[str]:
    yield "[ids]"
    for entry in found:
        count = f"; {len(entry.values)} found" if entry.values else ""
        yield f"# {entry.name} of {', '.join(entry.operations)}: {entry.source}{count}"
        if entry.note:
            yield f"# {entry.note}"
        values = ", ".join(json.dumps(value, ensure_ascii=False) for value in entry.values)
        yield f"{'' if entry.is_given else '# '}{entry.name} = [{values}]"


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"cannot be written ({error.strerror})", where=str(out), fix="Check --out"
        ) from error


def _show(url: str, found: Sequence[Found], out: Path, console: Console) -> None:
    table = Table(title=Text(url), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("name", no_wrap=True)
    table.add_column("ids", justify="right")
    table.add_column("where from", overflow="fold")
    for entry in found:
        line = f"{entry.source}. {entry.note}" if entry.note else entry.source
        style = "" if entry.is_given else "yellow"
        table.add_row(Text(entry.name), str(len(entry.values)), Text(line, style=style))
    console.print(table)
    found_ids = sum(entry.is_given for entry in found)
    console.print(Text(f"{found_ids} of {len(found)} names have ids. Written to {out}"))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="ccaas discover",
        description="Find ids of records on an instance, and write a config for the runner.",
        epilog=_EPILOG,
    )
    add = parser.add_argument
    add("--target", metavar="URL", required=True, help="base URL of the instance")
    add(
        "--out",
        metavar="FILE",
        default=str(OUT),
        help=f"TOML file to write ({OUT}); {_PRINT} prints it",
    )
    add("--force", action="store_true", help="replace the file if it exists")
    return parser
