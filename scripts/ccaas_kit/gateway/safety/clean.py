"""The command `clean`: removes what a run that was killed has left on a target, by its journal.

Reads:  the journal, generated/openapi/all.yaml, and tables of the target
Writes: to the journal what is gone; deletes records that the run has created, and no others
Usage:  ccaas clean --journal FILE [--target URL] [--allow-writes]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ccaas_kit.contract import layout, targets
from ccaas_kit.contract.arguments import Parser
from ccaas_kit.contract.errors import ConfigError, TargetError
from ccaas_kit.gateway import credentials
from ccaas_kit.gateway.connection import LIMITS, Connection, Limits
from ccaas_kit.gateway.credentials import Credentials
from ccaas_kit.gateway.diagnosis import Kind, Words
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.gateway.safety import journal
from ccaas_kit.gateway.safety.cleaning import Cleaned, Cleaner, Leak
from ccaas_kit.gateway.safety.journal import Journal, Log
from ccaas_kit.gateway.table_api import TableApi, TableError
from ccaas_kit.gateway.timing.pace import Pace, default_rate
from ccaas_kit.model.contract import Contract

# What the removal may take at most, and how long of that a target may be silent in a row.
SECONDS, PATIENCE = 300, 20.0
# How many ids of one table are printed; the journal and the scorecard have them all.
_SHOWN = 5
_EPILOG = """
Deletes through the Table API. Credentials come from the environment: SN_USERNAME and SN_PASSWORD,
or SN_TOKEN, or SN_API_KEY. It can be run again.
Exit codes: 0 all removed, 1 records may be left, 2 the target cannot be cleaned.
"""


def main(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    console: Console,
    patience: float = PATIENCE,
) -> int:
    """Remove what a journal names: 0 if it is all gone, 1 if something may still be there.

    `patience` is how many seconds a target may be silent in a row.

    Raises:
        KitError: the arguments cannot be used, or the target cannot be reached.
    """
    arguments = _parser().parse_args(argv)
    log = journal.read(arguments.journal)
    _check(arguments, log)
    contract = Contract(layout.BUNDLE)
    signed = credentials.from_environment(environment, contract)
    pace = Pace(default_rate(log.target))
    with journal.continued(arguments.journal) as writer, Gateway(log.target, pace=pace) as gateway:
        outcome = clean(
            *(log, writer, contract, signed),
            gateway=gateway,
            must_answer=True,
            patience=patience,
        )
    show(outcome, log.target, arguments.journal, console)
    return 1 if outcome.leaks else 0


def clean(
    log: Log,
    writer: Journal,
    contract: Contract,
    signed: Credentials | None,
    *,
    gateway: Gateway,
    must_answer: bool = False,
    response_seconds: float = LIMITS.response,
    patience: float = PATIENCE,
) -> Cleaned:
    """Remove what a journal names, and note in it what is gone.

    Raises:
        TargetError: only if the target `must_answer`, and does not or rejects the credentials.
    """
    most = 10 + sum(2 + 3 * len(entry.created) for entry in log.entries)
    limits = Limits(response=response_seconds, total=SECONDS, requests=3 * most)
    connection = Connection(gateway, signed, limits=limits, patience=patience)
    tables = TableApi(connection, Words.of(contract))
    if must_answer and log.entries:
        _expect_response(tables, log)
    return Cleaner(log, tables, writer).clean()


def show(outcome: Cleaned, target: str, path: Path, console: Console) -> None:
    """Print what was removed, and what may still be there."""
    console.print(Text(f"Cleaned up {target}: {_records(outcome.removed)} removed."))
    if outcome.doubles:
        warning = f"Of these, {outcome.doubles} existed twice: the target served requests twice."
        console.print(Text(warning, style="bold red"))
    if outcome.leaks:
        console.print(
            Text(f"Possibly left on the target ({len(outcome.leaks)}):", style="bold red")
        )
        for line in _lines(outcome.leaks):
            console.print(Text(f"  {line}"), soft_wrap=True)
        if not all(leak.final for leak in outcome.leaks):
            console.print(Text(f"Try again with: {command(path)}"), soft_wrap=True)


def _lines(leaks: Sequence[Leak]) -> Iterator[str]:
    """The leaks, those of one table with one reason together."""
    alike: dict[tuple[str, str], list[str]] = {}
    for leak in leaks:
        alike.setdefault((leak.table, leak.why), []).append(leak.sys_id)
    for (table, why), ids in alike.items():
        more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
        shown = ", ".join(filter(None, ids[:_SHOWN]))
        what = " ".join(filter(None, (table, shown))) + more
        yield f"{what}: {why}" if what else why


def command(path: Path) -> str:
    """What to type to clean up by a journal."""
    return f"{layout.COMMAND} clean --journal {path}"


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"


def _expect_response(tables: TableApi, log: Log) -> None:
    table = next((entry.table for entry in log.entries if entry.table), "")
    try:
        tables.records(table, limit=1)
    except TableError as error:
        if error.diagnosis.kind is Kind.UNAUTHENTICATED or not error.diagnosis.is_from_api:
            raise TargetError(error.what, where=log.target, fix=error.fix) from error


def _check(arguments: argparse.Namespace, log: Log) -> None:
    url = targets.base_url(log.target)
    named_url = arguments.target and targets.base_url(arguments.target)
    if named_url and named_url != url:
        raise ConfigError(
            f"belongs to {url}, and --target names another target",
            where=str(arguments.journal),
            fix="Leave --target out: the journal names the target",
        )
    if not targets.is_loopback(url) and not arguments.allow_writes:
        raise ConfigError(
            f"cleaning up deletes records on {url}",
            where=str(arguments.journal),
            fix="Add --allow-writes if that is what you want",
        )


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="ccaas clean",
        description="Remove the records that a run created on a target and did not remove.",
        epilog=_EPILOG,
    )
    add = parser.add_argument
    add("--journal", type=Path, metavar="FILE", required=True, help="journal of the run")
    add("--target", metavar="URL", help="default: the target that the journal names")
    add("--allow-writes", action="store_true", help="allow deletes on a remote target")
    return parser
