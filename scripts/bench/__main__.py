"""The command `python -m bench`, run by `make bench`."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from collections.abc import Sequence
from importlib.metadata import version

from rich.console import Console

from bench import goals, load, options, requests, scaling, startup, table, targets, throughput
from bench.requests import LIST_CONTACTS, READ_MAPPING
from ccaas_kit.contract import command, documents
from ccaas_kit.contract.layout import ALL_BUNDLE, BUNDLES


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 when it was measured, whatever the figures are; 2 when it could not be."""
    chosen = options.parse(sys.argv[1:] if argv is None else argv)
    command.interrupt_on_signals()
    console = Console(width=None if sys.stdout.isatty() else 100)
    document = documents.load_mapping(BUNDLES / f"{ALL_BUNDLE}.yaml")
    measured = {request.id: request for request in requests.measured(document)}
    generator = load.find()

    _say(f"starting the sandbox {startup.TIMES} times ...")
    begun = startup.measure(measured[READ_MAPPING])
    _say("starting Prism and the bare answer ...")
    with targets.others() as others:
        figures = throughput.measure(
            list(measured.values()),
            others,
            generator,
            seconds=chosen.seconds,
            rounds=chosen.rounds,
            say=_say,
        )
    pages = []
    if chosen.rows:
        pages = scaling.measure(measured[LIST_CONTACTS], rows=chosen.rows, say=_say)

    console.print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, granian {version('granian')}, "
        f"SQLite {sqlite3.sqlite_version}; {generator.name}, {load.CONNECTIONS} connections",
        highlight=False,
    )
    table.show(console, figures, goals.all_of(figures, begun, pages))
    return 0


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    command.run("bench", main)
