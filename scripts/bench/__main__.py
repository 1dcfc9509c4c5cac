"""The command `python -m bench`, run by `make bench`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console

from bench import (
    goals,
    load,
    machine,
    options,
    package,
    requests,
    scaling,
    specmatic,
    startup,
    table,
    targets,
    throughput,
)
from bench.options import Options
from bench.requests import LIST_CONTACTS, READ_MAPPING, BenchRequest
from bench.scaling import Scaling
from ccaas_kit.contract import command, documents
from ccaas_kit.contract.errors import TargetError, ToolError
from ccaas_kit.contract.layout import ALL_BUNDLE, BUNDLES


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 when it was measured, whatever the figures are; 2 when it could not be."""
    chosen = options.parse(sys.argv[1:] if argv is None else argv)
    command.interrupt_on_signals()
    console = Console(width=None if sys.stdout.isatty() else 100)
    document = documents.load_mapping(BUNDLES / f"{ALL_BUNDLE}.yaml")
    measured = {each.id: each for each in requests.measured(document)}
    generator = load.find()
    if chosen.install_specmatic:
        _say("installing Specmatic into .build/ ...")
        specmatic.install()
    without = "left out" if chosen.leave_out_specmatic else specmatic.why_not()

    _say(f"starting the sandbox {startup.TIMES} times ...")
    begun = startup.measure(measured[READ_MAPPING])
    _say("starting Prism and the others ...")
    with targets.others(document, with_specmatic=not without, say=_say) as others:
        figures = throughput.measure(
            list(measured.values()),
            others,
            generator,
            seconds=chosen.seconds,
            rounds=chosen.rounds,
            say=_say,
        )
    _say("reading pages with the Python package ...")
    read = package.measure(document)
    scaled = _scaled(measured[LIST_CONTACTS], generator, chosen)

    for line in machine.describe(generator.name, with_specmatic=not without):
        console.print(line, highlight=False)
    if without:
        console.print(f"Specmatic: not measured: {without}", highlight=False)
    table.show_figures(console, figures)
    if scaled is not None:
        table.show_scaling(console, scaled)
    table.show_goals(console, goals.all_of(figures, begun, scaled, read))
    return 0


def _scaled(like: BenchRequest, generator: load.Generator, chosen: Options) -> Scaling | None:
    if not chosen.rows:
        return None
    try:
        return scaling.measure(like, generator, rows=chosen.rows, seconds=chosen.seconds, say=_say)
    except (TargetError, ToolError) as error:
        _say(f"pages of contacts were not measured: {error}")
        return None


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    command.run("bench", main)
