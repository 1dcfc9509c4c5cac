"""Who is measured: the sandbox, Prism, Specmatic, and a bare answer as the ceiling."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import specmatic
from bench.requests import MEASURED
from bench.servers import START_SECONDS, Say, Server
from build import mock
from ccaas_kit.contract.errors import ToolError
from ccaas_kit.contract.layout import ROOT

SANDBOX, PRISM, SPECMATIC, BARE = "sandbox", "Prism", "Specmatic", "bare answer"


@dataclass(frozen=True, slots=True)
class Target:
    """A server that runs already."""

    name: str
    url: str


def sandbox(
    *options: str, within: float = START_SECONDS, say: Say | None = None, name: str = SANDBOX
) -> Server:
    """A sandbox with a fresh seed, in one process."""
    command = [sys.executable, "-m", "ccaas_kit", "sandbox", *options, "--port"]
    return Server(name, command, folder=ROOT, within=within, say=say)


@contextmanager
def others(document: dict[str, Any], *, with_specmatic: bool, say: Say) -> Iterator[list[Target]]:
    """Everybody but the sandbox, running meanwhile; who does not start is told and left out."""
    with ExitStack() as stack:
        ceiling = Server(BARE, [sys.executable, "-m", "bench.bare"], folder=ROOT)
        running = [
            Target(PRISM, stack.enter_context(mock.running())),
            Target(BARE, stack.enter_context(ceiling).url),
        ]
        if with_specmatic:
            # It writes a report into the folder in which it runs.
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="specmatic-")))
            try:
                server = stack.enter_context(_specmatic(document, folder, say))
                running.insert(1, Target(SPECMATIC, server.url))
            except ToolError as error:
                say(f"{SPECMATIC} is left out: {error}")
        yield running


def _specmatic(document: dict[str, Any], folder: Path, say: Say) -> Server:
    reduced = specmatic.write_reduced(document, MEASURED, folder)
    within = specmatic.START_SECONDS
    return Server(SPECMATIC, specmatic.command(reduced), folder=folder, within=within, say=say)
